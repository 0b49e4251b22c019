"""Invoices, the books, and what they say of the current month.

Documents of the kind ``invoice`` with an ``invoice_item`` for each line, made when their month ends and never changed;
``billing_entry`` for each line of the history; and the ``books``, which know under which number the current month's
invoice will be made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from .. import events
from ..clock import stamp
from ..context import Context, moment
from ..errors import not_found
from ..handlers.account import account
from ..paging import Listing, objects
from ..store import Document
from .meter import Reading, Stretch, on_first_use, project_of, seconds, used_by

PREVIEW = "preview"
"""What clients may say instead of the identifier of the current month's invoice."""
CUSTOMER = 6_204_118
CARD = "Visa 4242"
_FIRST_INVOICE = 512_300_417
_CHARGED_AFTER = timedelta(days=1)
_ADDRESS = {
    "address_line1": "1 Example Street",
    "address_line2": "",
    "city": "Exampleton",
    "region": "EX",
    "postal_code": "00000",
    "country_iso2_code": "US",
}


# Months.


def month_of(now: datetime) -> datetime:
    """The first moment of the month."""
    return now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def next_month(start: datetime) -> datetime:
    """The first moment of the month after one that starts then."""
    return month_of(start + timedelta(days=31))


def period(start: datetime) -> str:
    """A month as invoices write it: ``2026-11``."""
    return f"{start:%Y-%m}"


def read(context: Context, start: datetime) -> Reading:
    """The meter's rows of a month."""
    return Reading(context.store, seconds(start), seconds(next_month(start)))


# The books.


@on_first_use
def _open(context: Context) -> None:
    if not context.store.count("books"):
        _books(context)


def _books(context: Context) -> Document:
    found = context.store.get("books", "own")
    if found is None:
        found = context.store.add("books", "own", _next_invoice(context), hidden={"since": context.stamp})
        context.at(next_month(month_of(context.now)), "billing.month", found.subject)
    return found


def _next_invoice(context: Context) -> dict[str, str]:
    return {
        "invoice_uuid": context.store.new_uuid(),
        "invoice_id": str(context.store.next_number("invoice", _FIRST_INVOICE)),
    }


@dataclass(frozen=True)
class Line:
    """The sum of a product on an invoice, and of how many items it is."""

    name: str
    amount: Decimal
    count: int


class Bill(NamedTuple):
    """An invoice, or what would be one by now.

    Parameters:
        body: as lists of invoices show it.
        items: as clients see them.
        lines: the sums by product, which add up to the amount.
        customer: whom it is for.
        issued: when it was made.
    """

    body: dict[str, Any]
    items: Listing
    lines: list[Line]
    customer: dict[str, Any]
    issued: str


def preview(context: Context) -> Bill:
    """What the current month's invoice would be by now."""
    start, books = month_of(context.now), _books(context)
    used = _ordered(read(context, start).until(seconds(context.now)))
    body = {**_body(books.body, start, used), "updated_at": context.stamp}
    return Bill(body, _Used(context, used), _lines(used), _customer(context, books), context.stamp)


def find(context: Context, uuid: object) -> Bill:
    """The invoice with this identifier, the preview among them, or a 404."""
    if uuid == PREVIEW or uuid == _books(context).body["invoice_uuid"]:
        return preview(context)
    found = context.store.get("invoice", str(uuid))
    if found is None:
        raise not_found()
    lines = [Line(name, Decimal(amount), count) for name, amount, count in found.hidden["lines"]]
    items = context.store.select("invoice_item", parent=found.subject)
    return Bill(found.body, items, lines, found.hidden["customer"], found.hidden["issued"])


def balance(context: Context) -> Decimal:
    """What is owed for months that were billed."""
    entries = context.store.select("billing_entry")
    return sum((Decimal(entry.body["amount"]) for entry in entries), Decimal("0.00"))


def used_so_far(context: Context) -> Decimal:
    """What the current month has cost by now."""
    return used_by(context.store, seconds(month_of(context.now)), seconds(context.now))


def total(used: Sequence[Stretch]) -> Decimal:
    """The sum of what was used."""
    return sum((stretch.amount for stretch in used), Decimal("0.00"))


def _ordered(used: Any) -> list[Stretch]:
    """By product, and within one in the order in which it began."""
    return sorted(used, key=lambda stretch: stretch.rate.product)


def _body(numbers: dict[str, str], start: datetime, used: Sequence[Stretch]) -> dict[str, Any]:
    return {**numbers, "amount": str(total(used)), "invoice_period": period(start)}


def _lines(used: Sequence[Stretch]) -> list[Line]:
    counts = Counter(stretch.rate.product for stretch in used)
    return [Line(name, total([s for s in used if s.rate.product == name]), count) for name, count in counts.items()]


def _customer(context: Context, books: Document) -> dict[str, Any]:
    since = books.hidden["since"]
    who = account(context).body
    return {
        "user_name": who["name"],
        "user_billing_address": {**_ADDRESS, "created_at": since, "updated_at": since},
        "user_company": "",
        "user_email": who["email"],
    }


class _Used:
    """What was used in a month as items of an invoice, made only for the page."""

    def __init__(self, context: Context, used: Sequence[Stretch]) -> None:
        self._context, self._used = context, used

    def count(self) -> int:
        return len(self._used)

    def page(self, limit: int, offset: int = 0) -> list[bytes]:
        chosen = self._used[offset : offset + limit]
        return objects([_item(self._context, stretch) for stretch in chosen]).page(limit)


def _item(context: Context, stretch: Stretch) -> dict[str, Any]:
    kind, _, key = stretch.subject.partition("/")
    project = stretch.project
    if project is None:
        document = context.store.get(kind, key)
        project = project_of(context, document) if document else ""
    known = {
        "product": stretch.rate.product,
        "resource_uuid": key if _is_uuid(key) else "",
        "resource_id": key if key.isdigit() else "",
        "group_description": stretch.group,
    }
    return {
        **{name: text for name, text in known.items() if text},
        "description": stretch.description,
        "amount": str(stretch.amount),
        "duration": str(stretch.hours),
        "duration_unit": "Hours",
        "start_time": stamp(moment(stretch.started)),
        "end_time": stamp(moment(stretch.ended)),
        **({"project_name": project} if project else {}),
    }


def _is_uuid(key: str) -> bool:
    try:
        return str(UUID(key)) == key
    except ValueError:
        return False


# What happens by itself.


@events.on_event("billing.month")
def _close_month(context: Context, data: dict[str, Any]) -> None:
    """Make the invoice of the month that has just ended."""
    context.at(next_month(context.now), "billing.month", "books/own")
    start = month_of(context.now - timedelta(days=1))
    used = _ordered(read(context, start).until(seconds(context.now)))
    if not used:
        return
    books = _books(context)
    body = _body(books.body, start, used)
    lines = [(line.name, str(line.amount), line.count) for line in _lines(used)]
    hidden = {"lines": lines, "customer": _customer(context, books), "issued": context.stamp}
    invoice = context.store.add("invoice", body["invoice_uuid"], body, hidden=hidden)
    for number, stretch in enumerate(used):
        item = _item(context, stretch)
        context.store.add("invoice_item", f"{invoice.key}/{number:06}", item, parent=invoice.subject)
    numbers = {name: body[name] for name in ("invoice_id", "invoice_uuid")}
    _enter(context, "Invoice", f"Invoice for {start:%B %Y}", Decimal(body["amount"]), numbers)
    books.body = _next_invoice(context)
    context.store.save(books)
    context.at(context.now + _CHARGED_AFTER, "billing.payment", "books/own")


@events.on_event("billing.payment")
def _pay(context: Context, data: dict[str, Any]) -> None:
    """Let the account's card pay what is owed."""
    owed = balance(context)
    if owed > 0:
        _enter(context, "Payment", f"Payment ({CARD})", -owed, {})


def _enter(context: Context, type: str, description: str, amount: Decimal, numbers: dict[str, str]) -> None:
    body = {"description": description, "amount": str(amount), **numbers, "date": context.stamp, "type": type}
    context.store.add("billing_entry", context.store.next_number("billing entry"), body)


# Day by day.


def days(context: Context, first: datetime, last: datetime) -> list[tuple[datetime, Stretch, Decimal]]:
    """What each day that is over has added to the invoice of its month, resource by resource.

    The days of a month add up to its invoice, item by item.
    """
    found: list[tuple[datetime, Stretch, Decimal]] = []
    reading: Reading | None = None
    before: dict[int, Decimal] = {}
    day = first
    while day <= last and (night := day + timedelta(days=1)) <= context.now:
        if reading is None or day.day == 1:
            reading = read(context, month_of(day))
            evening = day if day.day > 1 else None
            before = {s.n: s.amount for s in reading.until(seconds(evening))} if evening else {}
        costs = {stretch.n: stretch for stretch in reading.until(seconds(night))}
        for n, stretch in costs.items():
            added = stretch.amount - before.get(n, Decimal(0))
            if added:
                found.append((day, stretch, added))
        before = {n: stretch.amount for n, stretch in costs.items()}
        day = night
    return found


def day_of(text: str) -> datetime | None:
    """A day as ``2025-01-31`` says it, or None."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None
