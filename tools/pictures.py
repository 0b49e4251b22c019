"""Make the pictures of the documentation, from real runs: what ``make demo`` prints and when, and the emulator's page.

    python tools/pictures.py            into docs/pictures/
    python tools/pictures.py demo       only one of them

Needs rich and, for the page, Debian's chromium with its driver and Selenium: ``make pictures`` sees to the packages.
"""

from __future__ import annotations

import io
import os
import pty
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "pictures"
WIDTH = 100
sys.path.insert(0, str(ROOT))


def timed(command: list[str]) -> list[tuple[float, str]]:
    """What a command prints on a terminal: each line, and after how many seconds it was there."""
    master, slave = pty.openpty()
    began = time.monotonic()
    process = subprocess.Popen(command, cwd=ROOT, stdout=slave, stderr=slave, stdin=subprocess.DEVNULL)
    os.close(slave)
    lines: list[tuple[float, str]] = []
    rest = ""
    while True:
        try:
            read = os.read(master, 65536).decode()
        except OSError:  # the last who held the other end is gone
            break
        *whole, rest = (rest + read).split("\n")
        lines += [(time.monotonic() - began, line.rstrip("\r").rpartition("\r")[2]) for line in whole]
    if process.wait() != 0:
        raise SystemExit(f"{' '.join(command)} failed:\n" + "\n".join(line for _, line in lines))
    return lines


def demo() -> None:
    """``make demo``, as an SVG in which each line appears when it did."""
    from rich.console import Console
    from rich.text import Text

    lines = [(0.0, "$ make demo"), *timed(["make", "--no-print-directory", "demo"])]
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    for _, line in lines:
        console.print(Text.from_ansi(line), soft_wrap=False)
    svg = console.export_svg(title="make demo", unique_id="demo")
    # Fonts would be fetched from elsewhere; the terminal's own will do.
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL).replace("Fira Code", "ui-monospace")

    def appearing(match: re.Match[str]) -> str:
        number = int(match[1])
        return f'{match[0]} style="animation-delay:{lines[number][0]:.2f}s"' if number < len(lines) else match[0]

    svg = re.sub(r'clip-path="url\(#demo-line-(\d+)\)"', appearing, svg)
    motion = (
        "@keyframes demo-appear { from { opacity: 0 } to { opacity: 1 } }\n"
        "    @media (prefers-reduced-motion: no-preference) {"
        " .demo-matrix text { animation: demo-appear 1ms both } }\n    "
    )
    (FOLDER / "demo.svg").write_text(svg.replace("<style>", f"<style>\n    {motion}", 1))


def emulator() -> None:
    """The page at an emulator's ``/``, with a fleet in it and a Droplet on its way."""
    from tests.browser import chromium

    import dopyapi as do

    if reason := chromium.missing():
        raise SystemExit(reason)
    with do.testing.server("--seed", str(ROOT / "examples" / "fleet.yaml"), "--speed", "1") as server:
        do.authenticate(server.token, server.url)
        do.Droplet.new(name="web-4", region="ams3", size="s-1vcpu-2gb", image="ubuntu-24-04-x64", tags=["web"])
        next(iter(do.Droplet.list.all(name="db-1"))).snapshot("db-1 today")
        with chromium.started() as driver:
            chromium.shaped(driver, 1000, 720, still=True)
            driver.get(server.url + "/")
            time.sleep(2)
            driver.save_screenshot(str(FOLDER / "emulator.png"))


def main() -> None:
    """Make those that are named, or all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    made = {"demo": demo, "emulator": emulator}
    for name in sys.argv[1:] or made:
        made[name]()
    for path in sorted(FOLDER.iterdir()):
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
