"""The meter: what ran at which price, from when to when.

The table ``usage`` has a row for each stretch of time in which a document cost the same; the row without an end is
the one that runs. Nobody tells the meter: the store remembers which documents of charged kinds were touched, and
before a request or an event is kept, their prices are compared with the rows that run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec

from .. import hooks
from ..context import Context, settles
from ..store import Document, Store
from .prices import Charge, Rate, charges_for

_HOUR = 3600
_COLUMNS = "select n, subject, terms, project, started, ended from usage where"
_ENDED = "ended >= ? and started < ? and (ended > ? or started >= ?)"
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(tuple[str, str, str, str | None, str, str, str]).decode
_decode_rate = msgspec.json.Decoder(tuple[str, str, str, str | None]).decode
_LISTENERS: list[Callable[[Context], None]] = []


def on_first_use(listener: Callable[[Context], None]) -> Callable[[Context], None]:
    """Call the function before anything is metered; it is called often, and must cost nothing."""
    _LISTENERS.append(listener)
    return listener


@settles
def settle(context: Context) -> None:
    """Read the meter of every document that was touched."""
    touched = context.store.touched
    if not touched:
        return
    context.store.touched = {}
    for document, how in touched.values():
        if how == "removed":
            _ended(context, document)
        else:
            _read(context, document, new=how == "added")


def _read(context: Context, document: Document, *, new: bool) -> None:
    charges = charges_for(context, document)
    if new and not charges:
        return
    wanted = [_terms(charge, document) for charge in charges]
    running = [] if new else _running(context.store, document)
    if running and [terms for _, terms in running] == wanted:
        return  # by far the most frequent case
    for n, terms in running:
        same = next((w for w in wanted if _rate(w) == _rate(terms)), None)
        if same is None:
            _stop(context, document, n)
            continue
        wanted.remove(same)
        if same != terms:
            _write(context, "update usage set terms = ? where n = ?", same, n)
    for terms in wanted:
        for listener in _LISTENERS:
            listener(context)
        _write(
            context,
            "insert into usage (subject, rate, terms, started) values (?, ?, ?, ?)",
            document.subject,
            _encode(_decode(terms)[:4]),
            terms,
            seconds(context.now),
        )


@hooks.on("ending")
def _ended(context: Context, document: Document) -> None:
    """Stop while it can still be said where the document belonged."""
    if context.store.watches(document.kind):
        for n, _ in _running(context.store, document):
            _stop(context, document, n)


def _running(store: Store, document: Document) -> list[tuple[int, bytes]]:
    statement = "select n, terms from usage where subject = ? and ended is null order by n"
    return store.db.execute(statement, (document.subject,)).fetchall()


def _stop(context: Context, document: Document, n: int) -> None:
    project = project_of(context, document)
    _write(context, "update usage set ended = ?, project = ? where n = ?", seconds(context.now), project, n)


def _write(context: Context, statement: str, *values: Any) -> None:
    context.store.write(statement, values)


def _terms(charge: Charge, document: Document) -> bytes:
    """A charge as the table keeps it."""
    rate, region = charge.rate, charge.region
    if region is None:
        region = document.refs.get("region") or next(iter(document.body.get("regions") or ()), None)
        region = str(region or document.body.get("region") or "")
    hourly = None if rate.hourly is None else str(rate.hourly)
    return _encode((rate.product, rate.sku, str(rate.monthly), hourly, charge.description, charge.group, region))


def _rate(terms: bytes) -> Rate:
    return _rate_of(*_decode(terms)[:4])


def _rate_of(product: str, sku: str, monthly: str, hourly: str | None) -> Rate:
    return Rate(product, sku, Decimal(monthly), None if hourly is None else Decimal(hourly))


def project_of(context: Context, document: Document) -> str:
    """Name of the project that a resource is in, as the hooks for ``project`` or the resource itself say."""
    told = hooks.collect("project", context, document)
    key = told[0] if told else document.body.get("project_id")
    project = context.store.get("project", key) if key else None
    return str(project.body["name"]) if project else ""


def seconds(moment: datetime) -> int:
    """A moment in whole seconds, as they are shown and billed."""
    return int(moment.timestamp())


class Stretch(NamedTuple):
    """A stretch of time in a month, in which something cost the same."""

    n: int
    subject: str
    rate: Rate
    description: str
    group: str
    region: str
    project: str | None
    """None while it runs: it is where its document is."""
    started: int
    ended: int
    hours: int

    @property
    def amount(self) -> Decimal:
        """Dollars, rounded to cents."""
        return self.rate.cost(self.hours)


class Row(NamedTuple):
    """A row of the table."""

    n: int
    subject: str
    rate: Rate
    description: str
    group: str
    region: str
    project: str | None
    started: int
    ended: int | None


class Reading:
    """The rows of the meter that concern a month, to be summed up at any moment of it.

    Parameters:
        start, end: of the month, in seconds; the end is no part of it.
    """

    def __init__(self, store: Store, start: int, end: int) -> None:
        self.start, self.end = start, end
        found = store.db.execute(
            f"{_COLUMNS} ended is null and started < ? union all {_COLUMNS} {_ENDED} order by n",
            (end, start, end, start, start),
        )
        self._rows = _rows(found)

    def until(self, now: int) -> Iterator[Stretch]:
        """What had been used by a moment.

        Hours are counted along the stretches of one product that follow upon each other, so that the hour in which the
        price changes is counted once, in the stretch that it began in.
        """
        return _stretches(self._rows, self.start, min(now, self.end))


def used_by(store: Store, start: int, now: int) -> Decimal:
    """What a month that began at a moment had cost by another: the sum of what a ``Reading`` has until then.

    What has run since long without any change is counted by rate and beginning, so that it costs the same whatever the
    size of the fleet. Row by row goes what has changed this month.
    """
    # Those of a subject that had others this month may go on where these have ended; those of now may be twice there.
    changed = f"subject in (select subject from usage where {_ENDED})"
    own = (start, now + 1, start, start)
    total = Decimal("0.00")
    counts = "select rate, started, count(*) from usage where ended is null"
    for sign, condition, values in ((1, "", ()), (-1, f" and {changed}", own)):
        for facts, started, count in store.db.execute(
            f"{counts} and started < ?{condition} group by rate, started", (now, *values)
        ):
            hours = max(1, -(-(now - max(started, start)) // _HOUR))
            total += sign * count * _rate_of(*_decode_rate(facts)).cost(hours)
    found = store.db.execute(
        f"{_COLUMNS} ended is null and started < ? and {changed}"
        f" union all {_COLUMNS} ended is null and started = ? and not {changed}"
        f" union all {_COLUMNS} {_ENDED} order by n",
        (now + 1, *own, now, *own, *own),
    )
    return sum((stretch.amount for stretch in _stretches(_rows(found), start, now)), total)


def _stretches(rows: list[Row], start: int, last: int) -> Iterator[Stretch]:
    chains: dict[tuple[str, str], tuple[int, int, int]] = {}
    for n, subject, rate, description, group, region, project, started, ended in rows:
        if started > last:
            continue
        begin, finish = max(started, start), last if ended is None else min(ended, last)
        chain = (subject, rate.product)
        anchor, seam, counted = chains.get(chain, (begin, -1, 0))
        if seam != begin:
            anchor, counted = begin, 0
        total = max(1, -(-(finish - anchor) // _HOUR))
        chains[chain] = anchor, finish, total
        if total > counted:
            hours = total - counted
            yield Stretch(n, subject, rate, description, group, region, project, begin, finish, hours)


def _rows(found: Iterable[tuple[Any, ...]]) -> list[Row]:
    rates: dict[tuple[Any, ...], Rate] = {}
    return [_row(rates, *values) for values in found]


def _row(
    rates: dict[tuple[Any, ...], Rate],
    n: int,
    subject: str,
    terms: bytes,
    project: str | None,
    started: int,
    ended: int | None,
) -> Row:
    *facts, description, group, region = _decode(terms)
    rate = rates.get(tuple(facts))
    if rate is None:
        rate = rates[tuple(facts)] = _rate(terms)
    return Row(n, subject, rate, description, group, region, project, started, ended)
