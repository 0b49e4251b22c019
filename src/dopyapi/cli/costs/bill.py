"""The lines of a month's invoice, and what runs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from dopyapi._core.errors import ClientForbiddenError
from dopyapi._core.steps import Steps, drive, together

from ..failing import NOT_FOUND, Failure
from ..fleet import Fleet, fetch

NEEDS = ("clusters", "databases", "droplets", "load_balancers", "reserved_ips", "sizes", "snapshots", "volumes")
"""The listings that say what runs, and for what price."""
MOST_MONTHS = 12
"""Months that a message names."""


@dataclass(frozen=True)
class Line:
    """One line of an invoice: what something has cost while it ran at one price.

    Attributes:
        product: what is billed, such as `Droplets`.
        id: identifier of the resource, where the invoice says one.
        description: the resource in words.
        project: name of its project; empty where the invoice says none.
        amount: US dollars.
        hours: for how long it was used; nothing where that is counted in something else.
        ended: when it stopped to be billed, or until when it has been.
    """

    product: str
    id: str
    description: str
    project: str
    amount: Decimal
    hours: Decimal | None
    ended: datetime | None


@dataclass
class Bill:
    """What a month has cost.

    Attributes:
        month: as `2026-11`.
        total: US dollars, with taxes and credits.
        lines: what stands on it.
        running: whether the month is not over yet.
        until: up to when a month that runs has been counted.
        balance: of the current month, what the account owes.
        fleet: of the current month, what runs.
    """

    month: str
    total: Decimal
    lines: list[Line]
    running: bool = False
    until: datetime | None = None
    balance: dict[str, Any] = field(default_factory=dict)
    fleet: Fleet = field(default_factory=Fleet)

    @property
    def rest(self) -> Decimal:
        """What is in the total and on no line, such as taxes and credits."""
        return self.total - sum((line.amount for line in self.lines), Decimal(0))


def current(*, projects: bool) -> Bill:
    """What the current month has cost so far.

    Args:
        projects: whether it will be asked which project something is in.
    """
    from dopyapi import Balance, Invoice, InvoiceItem

    steps: list[Steps[Any]] = [
        Invoice.get_preview.steps(),
        InvoiceItem.list_preview.all().steps(),
        _balance(Balance),
    ]
    preview, items, balance = drive(together(steps))
    fleet = fetch([*NEEDS, *(["project_resources"] if projects else [])])
    return Bill(
        preview.invoice_period,
        Decimal(preview.amount),
        [line_of(item.json()) for item in items],
        True,
        preview.updated_at,
        balance,
        fleet,
    )


def _balance(balance: Any) -> Steps[dict[str, Any]]:
    """What is owed; nothing where the token may not know."""
    try:
        made = balance()
        yield from made.load.steps()
        return dict(made.json())
    except ClientForbiddenError:
        return {}


def of_month(month: str) -> Bill | None:
    """What a month has cost that is over; nothing where it is the current one.

    Args:
        month: as `2026-10`.

    Raises:
        Failure: there is no invoice of that month.
    """
    from dopyapi import Invoice

    def preview() -> Steps[list[Any]]:
        return [(yield from Invoice.get_preview.steps())]

    invoices, [preview_of] = drive(together([Invoice.list.all().steps(), preview()]))
    if preview_of.invoice_period == month:
        return None
    wanted = [invoice for invoice in invoices if invoice.invoice_period == month]
    if not wanted:
        known = sorted({invoice.invoice_period for invoice in invoices}, reverse=True)
        there = ", ".join(known[:MOST_MONTHS]) or "none yet"
        raise Failure(f"there is no invoice for {month}; there is {there}", NOT_FOUND)
    items = drive(together([invoice.list_items.all().steps() for invoice in wanted]))
    total = sum((Decimal(invoice.amount) for invoice in wanted), Decimal(0))
    return Bill(month, total, [line_of(item.json()) for found in items for item in found])


def line_of(item: dict[str, Any]) -> Line:
    """A line of an invoice as the API writes it."""
    hours = item.get("duration") if str(item.get("duration_unit") or "").lower().startswith("hour") else None
    return Line(
        str(item.get("product") or "Other"),
        str(item.get("resource_id") or item.get("resource_uuid") or ""),
        str(item.get("description") or item.get("group_description") or item.get("product") or ""),
        str(item.get("project_name") or ""),
        Decimal(str(item.get("amount") or 0)),
        None if hours is None or not re.fullmatch(r"\d+(\.\d+)?", str(hours)) else Decimal(str(hours)),
        datetime.fromisoformat(item["end_time"]) if item.get("end_time") else None,
    )
