"""The first screen: all commands and options, known without loading any of them."""

from __future__ import annotations

import os
import sys

OPTIONS: tuple[tuple[str, str], ...] = (
    ("--context NAME", "Use this account of `dopy auth list`."),
    ("--emulator", "Use a private emulator of this machine: no account, no bill."),
    ("--debug", "Show every request and answer, without the token."),
    ("--version", "Show the version."),
    ("-h, --help", "Show this, or what a command takes."),
)

EXAMPLES = (
    "dopy droplets list",
    "dopy droplet create web-{1..3} --size s-1vcpu-1gb --image ubuntu-24-04-x64 --region ams3 --wait",
    "dopy droplet reboot web-1 --wait",
    "dopy --emulator droplets list",
)

WIDEST = 100


def width() -> int:
    """Columns of the terminal, within what reads well; 80 where there is none."""
    asked = os.environ.get("COLUMNS", "")
    if asked.isdigit() and int(asked) > 0:
        return min(int(asked), WIDEST)
    try:
        return min(os.get_terminal_size(sys.stdout.fileno()).columns or 80, WIDEST)
    except (OSError, ValueError):
        return 80


def text(columns: int | None = None) -> str:
    """The screen.

    Args:
        columns: how wide it may be; as the terminal unless given.
    """
    from .index import GROUPS
    from .written import WRITTEN

    columns = columns or width()
    lines = ["Usage: dopy [OPTIONS] COMMAND [ARGS]...", "", "DigitalOcean from a terminal.", ""]
    lines += ["Examples:", *(f"  {cut(example, columns - 2)}" for example in EXAMPLES), ""]
    lines += ["Resources, each with commands of its own:"]
    lines += rows([(name, line) for name, (_, _, line) in GROUPS.items()], columns)
    lines += ["", "Further commands:"]
    lines += rows([(name, line) for name, (_, line) in WRITTEN.items()], columns)
    lines += ["", "Options:", *rows(list(OPTIONS), columns)]
    lines += ["", cut("`dopy COMMAND --help` says more. A name goes wherever an identifier goes.", columns)]
    return "\n".join(lines) + "\n"


def rows(entries: list[tuple[str, str]], columns: int) -> list[str]:
    """Names and lines, side by side."""
    left = max(len(name) for name, _ in entries)
    return [f"  {name:<{left}}  {cut(line, columns - left - 4)}".rstrip() for name, line in entries]


def cut(line: str, columns: int) -> str:
    """A line that fits."""
    return line if len(line) <= columns else line[: max(columns - 3, 0)].rstrip() + "..."
