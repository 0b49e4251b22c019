"""The code blocks of a page: what runs, what is shown of it, and what says that it cannot run.

A page is run from its beginning to its end, in one namespace, with an emulator as the account of the environment:

- ``python``: run, ``await`` at the top included. With ``title="web.py"`` it becomes that file instead.
- ``text`` directly after it: what that printed, or in the end raised. A block that prints has one.
- ``console``: each ``$ command`` is run, and what follows it is what that printed. ``make``, ``pip`` and ``git`` are
  only looked up; an emulator that is started goes on until the page ends, on a port of its own.
- ``yaml``, ``json``, ``toml`` and the like: parsed; with a ``title``, a file too.

``<!-- account: examples/fleet.yaml -->`` lets the page's account begin with that seed, not empty; the page says so in
its own words, too. The home folder is shown as ``/home/me``.

In what is shown, ``...`` stands for anything in a line, before two spaces for what fills a column, and alone for any
lines. ``<!-- not run: reason -->`` before a
block says why it cannot run; those are counted.

No library that was looked at does all of this: pytest-examples runs blocks apart from each other, sybil and mktestdocs
do not compare or rewrite what is shown, and none of them runs consoles or awaits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

FENCE = re.compile(
    r"(?:^(?P<margin> *)<!-- not run: (?P<reason>[^>]+?) -->\n+)?"
    r"^(?P<indent> *)```(?P<kind>[\w+-]+)(?P<info>[^\n`]*)\n(?P<code>.*?)^(?P=indent)```[ ]*$",
    re.MULTILINE | re.DOTALL,
)
ACCOUNT = re.compile(r"^<!-- account: (\S+) -->$", re.MULTILINE)
TITLE = re.compile(r'title="([^"]+)"')
RUN = ("python", "console")
PARSED = ("json", "yaml", "toml")
SHOWN = "text"
PLAIN = (SHOWN, "mermaid", "ini", "dockerfile", "sh")
"""What is no program."""


@dataclass
class Block:
    """One block.

    Attributes:
        kind: its language.
        code: what stands in it, without its margin.
        line: where it begins.
        title: name of the file that it is.
        reason: why it is not run.
        shown: what the page says that it prints; None where it says nothing.
    """

    kind: str
    code: str
    line: int
    title: str | None = None
    reason: str | None = None
    shown: str | None = None
    span: tuple[int, int] = (0, 0)
    indent: str = ""
    shown_span: tuple[int, int] | None = None


@dataclass
class Page:
    """A page and its blocks.

    Attributes:
        account: the seed that its account begins with; None for an empty one.
    """

    name: str
    text: str
    blocks: list[Block] = field(default_factory=list)
    account: str | None = None


def page_of(path: Path, root: Path) -> Page:
    """A page of Markdown."""
    return parsed(str(path.relative_to(root)), path.read_text(encoding="utf-8"))


def parsed(name: str, text: str) -> Page:
    """A page with its blocks; each block that shows what the one before it prints is a part of that."""
    account = ACCOUNT.search(text)
    page = Page(name, text, account=account[1] if account else None)
    for block in _blocks(text):
        before = page.blocks[-1] if page.blocks else None
        if (
            block.kind == SHOWN
            and before is not None
            and before.kind == "python"
            and before.title is None
            and not text[before.span[1] : block.span[0]].strip()
        ):
            before.shown, before.shown_span = block.code, block.span
        else:
            page.blocks.append(block)
    return page


def _blocks(text: str) -> Iterator[Block]:
    for match in FENCE.finditer(text):
        indent = match["indent"]
        lines = [line.removeprefix(indent) for line in match["code"].split("\n")[:-1]]
        title = TITLE.search(match["info"])
        yield Block(
            match["kind"],
            "".join(f"{line}\n" for line in lines),
            text[: match.start("kind")].count("\n") + 1,
            title[1] if title else None,
            match["reason"],
            span=(match.start("indent"), match.end()),
            indent=indent,
        )


def commands(code: str) -> list[tuple[str, str]]:
    """What a console shows: each command with what it printed."""
    found: list[tuple[str, str]] = []
    for line in code.split("\n")[:-1]:
        if line.startswith("$ "):
            found.append((line[2:], ""))
        elif found and line.startswith("> ") and found[-1][0].endswith("\\"):
            found[-1] = (f"{found[-1][0]}\n{line[2:]}", "")
        elif found:
            found[-1] = (found[-1][0], f"{found[-1][1]}{line}\n")
    return found


_ANYTHING = re.escape("...")
_COLUMN = re.compile(r"(?<=\.\*\?)(?:\\ ){2,}")


def agrees(shown: str, printed: str) -> bool:
    """Whether what a page shows is what was printed."""
    pattern = "".join(
        r"(?:.*\n)*?"
        if line.strip() == "..."
        else _COLUMN.sub(" +", re.escape(line.rstrip()).replace(_ANYTHING, ".*?")) + r"[ ]*\n"
        for line in shown.split("\n")[:-1]
    )
    if printed.rstrip("\n"):
        printed = printed.rstrip("\n") + "\n"
    return re.fullmatch(pattern, printed) is not None
