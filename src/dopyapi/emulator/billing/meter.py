"""The meter: what ran at which price, from when to when.

The table ``usage`` has a row for each stretch of time in which a document cost the same; the row without an end is
the one that runs. Nobody tells the meter: the store remembers which documents of charged kinds were touched, and
before a request or an event is kept, their prices are compared with the rows that run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from .. import hooks
from ..context import Context, settles
from ..store import Document, Store
from .prices import Charge, Rate, charges_for

_HOUR = 3600
_RUNNING = "select n, product, sku, monthly, hourly, description, grouping, region from usage"
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
    wanted = charges_for(context, document)
    if new and not wanted:
        return
    running = [] if new else _running(context.store, document)
    for row in running:
        charge = next((c for c in wanted if _facts(c.rate) == row[1:5]), None)
        if charge is None:
            _stop(context, document, row[0])
            continue
        wanted.remove(charge)
        texts = _texts(charge, document)
        if texts != row[5:]:
            _write(context, "update usage set description = ?, grouping = ?, region = ? where n = ?", *texts, row[0])
    for charge in wanted:
        for listener in _LISTENERS:
            listener(context)
        _write(
            context,
            "insert into usage (subject, product, sku, monthly, hourly, description, grouping, region, started)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            document.subject,
            *_facts(charge.rate),
            *_texts(charge, document),
            seconds(context.now),
        )


@hooks.on("ending")
def _ended(context: Context, document: Document) -> None:
    """Stop while it can still be said where the document belonged."""
    if context.store.watches(document.kind):
        for row in _running(context.store, document):
            _stop(context, document, row[0])


def _running(store: Store, document: Document) -> list[Any]:
    return store.db.execute(f"{_RUNNING} where subject = ? and ended is null", (document.subject,)).fetchall()


def _stop(context: Context, document: Document, n: int) -> None:
    project = project_of(context, document)
    _write(context, "update usage set ended = ?, project = ? where n = ?", seconds(context.now), project, n)


def _write(context: Context, statement: str, *values: Any) -> None:
    context.store.begin()
    context.store.db.execute(statement, values)


def _facts(rate: Rate) -> tuple[str, str, str, str | None]:
    return rate.product, rate.sku, str(rate.monthly), None if rate.hourly is None else str(rate.hourly)


def _texts(charge: Charge, document: Document) -> tuple[str, str, str]:
    region = charge.region
    if region is None:
        region = document.refs.get("region") or next(iter(document.body.get("regions") or ()), None)
    return charge.description, charge.group, str(region or document.body.get("region") or "")


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


class Reading:
    """The rows of the meter that concern a month, to be summed up at any moment of it.

    Parameters:
        start, end: of the month, in seconds; the end is no part of it.
    """

    def __init__(self, store: Store, start: int, end: int) -> None:
        self.start, self.end = start, end
        self._rows = store.db.execute(
            "select n, subject, product, sku, monthly, hourly, description, grouping, region, project, started, ended"
            " from usage where started < ? and (ended is null or ended > ? or started >= ?) order by n",
            (end, start, start),
        ).fetchall()
        self._rates: dict[tuple[Any, ...], Rate] = {}

    def until(self, now: int) -> Iterator[Stretch]:
        """What had been used by a moment.

        Hours are counted along the stretches of one product that follow upon each other, so that the hour in which the
        price changes is counted once, in the stretch that it began in.
        """
        last = min(now, self.end)
        chains: dict[tuple[str, str], tuple[int, int, int]] = {}
        for (
            n,
            subject,
            product,
            sku,
            monthly,
            hourly,
            description,
            group,
            region,
            project,
            started,
            ended,
        ) in self._rows:
            if started > last:
                continue
            begin, finish = max(started, self.start), last if ended is None else min(ended, last)
            anchor, seam, counted = chains.get((subject, product), (begin, -1, 0))
            if seam != begin:
                anchor, counted = begin, 0
            total = max(1, -(-(finish - anchor) // _HOUR))
            chains[subject, product] = anchor, finish, total
            if total > counted:
                rate = self._rate(product, sku, monthly, hourly)
                hours = total - counted
                yield Stretch(n, subject, rate, description, group, region, project, begin, finish, hours)

    def _rate(self, *facts: Any) -> Rate:
        rate = self._rates.get(facts)
        if rate is None:
            product, sku, monthly, hourly = facts
            rate = Rate(product, sku, Decimal(monthly), None if hourly is None else Decimal(hourly))
            self._rates[facts] = rate
        return rate
