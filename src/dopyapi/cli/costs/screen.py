"""What a month costs, as people read it: with bars on a terminal, in plain columns elsewhere."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import click

from ..fleet.prices import LIST_PRICES_AS_OF, dollars
from ..printable import printable
from .grouping import Overview, Row

WIDEST = 120
NARROWEST_BAR, WIDEST_NAME = 10, 34
SOLID, LIGHT = "█", "░"
PARTS = " ▏▎▍▌▋▊▉"
"""Eighths of a cell."""
MOST_NAMED = 5


def text(overview: Overview, by: Sequence[str]) -> str:
    """The month: what it has cost, what it will, and for what.

    Args:
        overview: of the month.
        by: what it is put together by.
    """
    blocks = [f"{head(overview)}\n"]
    blocks += [_table(overview, each, overview.rows(each)) for each in by]
    notes = [*_notes(overview)]
    return "\n".join([*blocks, *(["".join(f"{note}\n" for note in notes)] if notes else [])])


def head(overview: Overview) -> str:
    """The month in a line."""
    bill = overview.bill
    month = f"{datetime.strptime(bill.month, '%Y-%m'):%B %Y}"
    if not bill.running:
        return f"{month}: {dollars(bill.total)}"
    least = "at least " if overview.unknown else ""
    return f"{month}: {dollars(bill.total)} so far, {least}{dollars(overview.expected)} by its end"


def _notes(overview: Overview) -> list[str]:
    bill = overview.bill
    notes = []
    if bill.running and overview.unknown:
        names = [printable(cost.name) for cost in overview.unknown]
        more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        notes.append(f"Nobody says what these will cost: {', '.join(names[:MOST_NAMED])}{more}.")
    if bill.running and overview.listed:
        notes.append(f"* with list prices of {LIST_PRICES_AS_OF}, which the API does not confirm")
    owed = bill.balance.get("month_to_date_balance")
    if owed is not None:
        before = bill.balance.get("account_balance") or "0"
        notes.append(f"Owed in all: {dollars(Decimal(owed))}, of which {dollars(Decimal(before))} for earlier months.")
    return notes


def _table(overview: Overview, by: str, rows: list[Row]) -> str:
    running = overview.bill.running
    heads = [f"BY {by.upper()}", "SO FAR" if running else "AMOUNT", *(["BY ITS END"] if running else [])]
    cells = [[printable(row.name), dollars(row.amount), *([_expected(row)] if running else [])] for row in rows]
    if not cells:
        return f"{heads[0]}\nnothing\n"
    widths = [max(len(line[n]) for line in [heads, *cells]) for n in range(len(heads))]
    if not sys.stdout.isatty():
        return "".join(f"{_line(line, widths)}\n" for line in [heads, *cells])
    width = min(shutil.get_terminal_size().columns, WIDEST)
    widths[0] = min(widths[0], WIDEST_NAME, max(12, width - sum(widths[1:]) - 2 * len(widths) - NARROWEST_BAR))
    room = width - sum(widths) - 2 * len(widths)
    most = max((max(row.known, row.amount) for row in rows), default=Decimal(0))
    lines = [click.style(_line(heads, widths), bold=True)]
    for row, line in zip(rows, cells, strict=True):
        lines.append(f"{_line(line, widths)}  {bar(row, most, room)}".rstrip())
    return "\n".join(lines) + "\n"


def _expected(row: Row) -> str:
    return f"{dollars(row.expected)}{'*' if row.listed and row.expected is not None else ''}"


def _line(cells: list[str], widths: list[int]) -> str:
    name = cells[0] if len(cells[0]) <= widths[0] else cells[0][: widths[0] - 1] + "…"
    rest = [f"{cell:>{width}}" for cell, width in zip(cells[1:], widths[1:], strict=True)]
    return "  ".join([f"{name:<{widths[0]}}", *rest])


def bar(row: Row, most: Decimal, room: int) -> str:
    """A bar: solid for what has been spent, light for what is to come.

    Args:
        row: what it is of.
        most: the amount that fills all the room.
        room: cells.
    """
    if most <= 0 or room < 1 or row.amount < 0:
        return ""
    eighths = int(row.amount / most * room * 8)
    solid = SOLID * (eighths // 8) + (PARTS[eighths % 8] if eighths % 8 else "")
    light = LIGHT * max(0, round(row.known / most * room) - len(solid))
    return click.style(solid, fg="cyan") + click.style(light, fg="cyan", dim=True)
