"""Findings as text: a few lines each, and a line for all of them with the money."""

from __future__ import annotations

import shutil
import textwrap
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import click

from ..fleet.prices import LIST, dollars
from ..output.cells import text
from ..printable import printable
from .finding import LEVELS, UNKNOWN

STYLES = {"critical": "red", "warning": "yellow", "info": "blue"}
WIDEST = 120


def report(findings: Sequence[dict[str, Any]], *, terminal: bool) -> str:
    """All findings as text.

    Args:
        findings: their JSON, in order.
        terminal: whether it is fitted to one.
    """
    width = min(shutil.get_terminal_size().columns, WIDEST) if terminal else 0
    return "".join(f"{_told(finding, width)}\n" for finding in findings) + f"{summary(findings)}\n"


def _told(finding: dict[str, Any], width: int) -> str:
    level = f"{finding['level']:<8}"
    resource = finding["resource"] if finding["id"] == finding["name"] else f"{finding['resource']} {finding['id']}"
    cost = _cost(finding)
    head = f"{finding['kind']}: {finding['name']} ({resource})" + (f", {cost}" if cost else "")
    lines = _filled(head, width, " " * 10)
    lines[0] = click.style(level, fg=STYLES[finding["level"]], bold=True) + lines[0][len(level) :]
    lines += _filled(f"{finding['what']}; {finding['why']}", width, " " * 10)
    # A command is never broken: it is there to be copied.
    lines += [click.style(f"{' ' * 10}{printable(command)}", dim=True) for command in finding["fix"]]
    return "\n".join(lines) + "\n"


def _filled(words: str, width: int, indent: str) -> list[str]:
    words = printable(text(words))
    if not width:
        return [indent + words]
    return textwrap.wrap(words, width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)


def _cost(finding: dict[str, Any]) -> str:
    if finding["cost_source"] is None:
        return ""
    if finding["cost_source"] == UNKNOWN:
        return "cost unknown"
    listed = f" ({LIST})" if finding["cost_source"] == LIST else ""
    return f"{dollars(Decimal(str(finding['monthly_cost'])))} a month{listed}"


def summary(findings: Sequence[dict[str, Any]]) -> str:
    """How many there are, and what they cost together; a thing that is found twice costs once."""
    if not findings:
        return "nothing found"
    counts = Counter(finding["level"] for finding in findings)
    told = ", ".join(f"{counts[level]} {level}" for level in reversed(LEVELS) if counts[level])
    wasteful = {(f["resource"], f["id"]): f for f in findings if f["cost_source"] is not None}
    money = ""
    if wasteful:
        known = [Decimal(str(f["monthly_cost"])) for f in wasteful.values() if f["monthly_cost"] is not None]
        unknown = len(wasteful) - len(known)
        also = f", and {unknown} of unknown cost" if unknown else ""
        money = f"; {dollars(sum(known, Decimal(0)))} a month could be saved{also}"
    return f"{len(findings)} finding{'s' if len(findings) != 1 else ''} ({told}){money}"
