"""A table or a record: fitted to a terminal, and plain where no terminal is."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from .cells import NAMES, text
from .columns import Column

GOOD = {
    "active",
    "online",
    "running",
    "completed",
    "succeeded",
    "available",
    "verified",
    "yes",
    "ok",
    "done",
    "deleted",
}
BAD = {"errored", "error", "failed", "off", "archive", "degraded", "invalid", "critical"}
PENDING = {"new", "in-progress", "pending", "creating", "provisioning", "waiting", "forking", "resizing", "migrating"}
GAP = 2
NARROWEST = 12
"""A column is cut to no less than this before another one is left out."""
FEW = 3
"""Members of an object that its name may stand for in a list."""


def on_terminal() -> bool:
    """Whether somebody looks at what is written."""
    return sys.stdout.isatty()


def table(columns: Sequence[Column], items: Sequence[Any]) -> str:
    """A table of these items."""
    rows = [[text(column.value(item)) for column in columns] for item in items]
    heads = [column.name.replace("_", " ").replace(".", " ").upper() for column in columns]
    if not on_terminal():
        return _aligned(heads, rows)
    kept = _fitting(columns, heads, rows, _width())
    numbers = [bool(items) and all(_number(columns[n].value(item)) for item in items[:20]) for n in kept]
    made = _fitted([heads[n] for n in kept], [[row[n] for n in kept] for row in rows], numbers, list(kept.values()))
    left_out = [column.name for n, column in enumerate(columns) if n not in kept]
    return made + (_note(f"not shown here: {', '.join(left_out)}") if left_out else "")


def record(item: dict[str, Any]) -> str:
    """One item: a line for each member, and lines below it for what has members of its own."""
    looked_at = on_terminal()
    lines = list(_lines(item, "", looked_at))
    return "".join(f"{line}\n" for line in lines)


def _lines(item: dict[str, Any], indent: str, looked_at: bool) -> Iterator[str]:
    # Who looks is spared what is empty; a program gets every member.
    shown = {name: value for name, value in item.items() if not (looked_at and value in (None, "", [], {}))}
    left = max((len(str(name)) for name, value in shown.items() if not _nested(value)), default=0)
    for name, value in shown.items():
        if isinstance(value, dict) and _nested(value):
            yield f"{indent}{name}"
            yield from _lines(value, f"{indent}  ", looked_at)
        elif isinstance(value, list) and _nested(value):
            yield f"{indent}{name}"
            for each in value:
                yield from _item(each, indent, looked_at) if isinstance(each, dict) else [f"{indent}  - {text(each)}"]
        else:
            yield f"{indent}{name:<{left}}  {text(value)}".rstrip()


def _item(each: dict[str, Any], indent: str, looked_at: bool) -> Iterator[str]:
    for n, line in enumerate(_lines(each, "", looked_at)):
        yield f"{indent}  {'- ' if n == 0 else '  '}{line}"


def _nested(value: Any) -> bool:
    """Whether it does not fit into a line: an object that no name stands for, or a list of such."""
    if isinstance(value, dict):
        return bool(value) and not any(isinstance(value.get(name), str | int) and value.get(name) for name in NAMES[:2])
    if not isinstance(value, list):
        return False
    # What is little more than a name is shown by it: the regions of an option, say.
    return any(isinstance(each, dict) and (len(each) > FEW or _nested(each)) for each in value)


def wide(cell: str) -> int:
    """Columns of a terminal that a text takes: characters of East Asia take two, and marks on others none."""
    if cell.isascii():
        return len(cell)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(each) else 2 if east_asian_width(each) in "WF" else 1 for each in cell)


def _aligned(heads: list[str], rows: list[list[str]]) -> str:
    widths = [max(map(wide, column)) for column in zip(heads, *rows, strict=True)]
    lines = ("  ".join(_padded(*pair) for pair in zip(row, widths, strict=True)) for row in [heads, *rows])
    return "".join(line.rstrip() + "\n" for line in lines)


def _padded(cell: str, width: int) -> str:
    return cell + " " * (width - wide(cell))


def _width() -> int:
    asked = os.environ.get("COLUMNS", "")
    if asked.isdigit() and int(asked):
        return int(asked)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


def _fitting(columns: Sequence[Column], heads: list[str], rows: list[list[str]], width: int) -> dict[int, int]:
    """Numbers of the columns that are shown, each with how wide it is: those that can be spared go first."""
    widths = {n: max(map(wide, cells)) for n, cells in enumerate(zip(heads, *rows, strict=True))}

    def over() -> int:
        return sum(widths.values()) + GAP * (len(widths) - 1) - width

    while over() > 0:
        spare = max(widths, key=lambda n: (columns[n].spare, n))
        # Something of a long text is better than nothing; half an identifier is not.
        least = max(NARROWEST, wide(heads[spare]))
        if columns[spare].name not in ("id", "uuid") and widths[spare] - over() >= least:
            widths[spare] -= over()
        elif columns[spare].spare:
            del widths[spare]
        else:
            break
    while over() > 0 and max(widths.values()) > 1:
        widest = max(widths, key=lambda n: widths[n])
        widths[widest] -= 1
    return widths


def _fitted(heads: list[str], rows: list[list[str]], numbers: list[bool], widths: list[int]) -> str:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    made = Table(box=None, pad_edge=False, header_style="bold", padding=(0, GAP, 0, 0))
    for head, number, width in zip(heads, numbers, widths, strict=True):
        justify: Any = "right" if number else "left"
        made.add_column(Text(head), justify=justify, overflow="ellipsis", no_wrap=True, width=width)
    for row in rows:
        made.add_row(*(Text(cell, style=_style(cell)) for cell in row))
    console = Console(
        file=sys.stdout,
        highlight=False,
        no_color=bool(os.environ.get("NO_COLOR")),
        width=sum(widths) + GAP * len(widths),
    )
    with console.capture() as capture:
        console.print(made)
    return "".join(f"{line.rstrip()}\n" for line in capture.get().splitlines())


def _number(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _note(line: str) -> str:
    if os.environ.get("NO_COLOR"):
        return f"{line}\n"
    return f"\x1b[2m{line}\x1b[0m\n"


def _style(cell: str) -> str:
    word = cell.lower()
    return "green" if word in GOOD else "red" if word in BAD else "yellow" if word in PENDING else ""
