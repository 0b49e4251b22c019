"""A table or a record: fitted to a terminal, and plain where no terminal is."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

from .cells import text
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


def on_terminal() -> bool:
    """Whether somebody looks at what is written."""
    return sys.stdout.isatty()


def table(columns: Sequence[Column], items: Sequence[Any]) -> str:
    """A table of these items."""
    rows = [[text(column.value(item)) for column in columns] for item in items]
    heads = [column.name.replace("_", " ").replace(".", " ").upper() for column in columns]
    numbers = [
        bool(items) and all(isinstance(c.value(item), int | float | None) for item in items[:20]) for c in columns
    ]
    return _fitted(heads, rows, numbers) if on_terminal() else _aligned(heads, rows)


def record(item: dict[str, Any]) -> str:
    """One item, a line for each member."""
    rows = [[name, text(value)] for name, value in item.items()]
    if on_terminal():
        return _fitted(None, rows, [False, False])
    left = max((len(name) for name, _ in rows), default=0)
    return "".join(f"{name:<{left}}  {value}".rstrip() + "\n" for name, value in rows)


def _aligned(heads: list[str], rows: list[list[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    lines = ("  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)) for row in [heads, *rows])
    return "".join(line.rstrip() + "\n" for line in lines)


def _fitted(heads: list[str] | None, rows: list[list[str]], numbers: list[bool]) -> str:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    made = Table(box=None, pad_edge=False, show_header=heads is not None, header_style="bold", padding=(0, 2, 0, 0))
    for head, number in zip(heads or [""] * len(numbers), numbers, strict=True):
        made.add_column(
            Text(head), justify="right" if number else "left", overflow="ellipsis", no_wrap=heads is not None
        )
    for row in rows:
        made.add_row(*(Text(cell, style=_style(cell)) for cell in row))
    console = Console(file=sys.stdout, highlight=False, no_color=bool(os.environ.get("NO_COLOR")))
    with console.capture() as capture:
        console.print(made)
    return capture.get()


def _style(cell: str) -> str:
    word = cell.lower()
    return "green" if word in GOOD else "red" if word in BAD else "yellow" if word in PENDING else ""
