"""Waiting for many things at once, with few requests.

What waits has two hooks: ``_settled(until)`` says whether it is there, raising ``NeverReady`` when it cannot get
there any more, and ``_final`` whether that cannot change again. Everything of one kind is polled by one listing a
tick where that is cheaper than asking for each.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from .accounts import client_for
from .endpoint import envelope_of
from .errors import NeverReady, ResourceNotFoundError, WaitTimeout
from .page import LARGEST
from .resource import Resource
from .schema import kind_named
from .steps import Steps, notify, sleep, together

if TYPE_CHECKING:
    from .client import Client

W = TypeVar("W", bound=Resource)

TIMEOUT = 600.0
"""Seconds that every wait lasts at most unless told otherwise."""
FIRST_INTERVAL, GROWTH, LONGEST_INTERVAL = 0.5, 1.5, 10.0
GRACE = 60.0
"""Seconds for which something that was just created may still be invisible."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a wait has come; what an ``on_progress`` callback is given.

    Attributes:
        resources: all that is waited for.
        pending: those of them that are not there yet.
        elapsed: seconds since the wait began.
    """

    resources: Sequence[Any]
    pending: Sequence[Any]
    elapsed: float

    @property
    def done(self) -> int:
        """How many are there."""
        return len(self.resources) - len(self.pending)


OnProgress = Callable[[Progress], Any]


def intervals(every: float | None, jitter: Callable[[], float] = random.random) -> Iterable[float]:
    """Seconds between polls: growing, each a little off so that many waits spread."""
    interval = FIRST_INTERVAL
    while True:
        yield every if every is not None else interval * (0.9 + 0.2 * jitter())
        interval = min(interval * GROWTH, LONGEST_INTERVAL)


def waiting(
    resources: Iterable[W],
    until: str,
    timeout: float = TIMEOUT,
    every: float | None = None,
    on_progress: OnProgress | None = None,
) -> Steps[list[W]]:
    """Wait until all are there; the resources themselves are brought up to date."""
    items = list(resources)
    for item in items:
        if item._identity is None and not item._loadable():
            item._identifier()  # says what is missing
        yield from item._loaded()
    if not items:
        return items
    clock = client_for(items[0]).clock
    start = clock.now()
    pending = [r for r in items if not _over(r, until)]
    ask_first = any(_settled(r, until) for r in pending)
    pause = iter(intervals(every))
    while pending:
        yield from notify(on_progress, Progress(items, tuple(pending), clock.now() - start))
        if not ask_first:
            left = timeout - (clock.now() - start)
            if left <= 0:
                shown = ", ".join(repr(r) for r in pending[:5]) + (" ..." if len(pending) > 5 else "")
                raise WaitTimeout(
                    f"{len(pending)} of {len(items)} not {until} after {timeout:g} s: {shown}", list(pending)
                )
            yield from sleep(min(next(pause), left), clock)
        ask_first = False
        unseen = yield from _polled(pending)
        pending = [r for r in pending if any(r is u for u in unseen) or not _settled(r, until)]
    yield from notify(on_progress, Progress(items, (), clock.now() - start))
    return items


def _settled(resource: Any, until: str) -> bool:
    settled: bool = resource._settled(until)
    return settled


def _over(resource: Any, until: str) -> bool:
    """Whether it is there for good, so that nobody has to ask again."""
    return _settled(resource, until) and bool(resource._final)


def _polled(pending: Sequence[Any]) -> Steps[list[Any]]:
    """Bring all up to date once, and return those that the API does not show yet."""
    groups: dict[tuple[Any, Any], list[Any]] = {}
    for resource in pending:
        groups.setdefault((client_for(resource), resource._url), []).append(resource)
    unseen: list[Any] = []
    for (client, _), group in groups.items():
        if len(group) == 1:
            unseen += yield from _asked(group[0], client)
        else:
            unseen += yield from _listed(group, client)
    return unseen


def _asked(resource: Any, client: Client) -> Steps[list[Any]]:
    try:
        yield from resource._refresh(keep=True)
    except ResourceNotFoundError:
        if not (yield from _only_late(resource, client)):
            raise NeverReady(f"{resource!r} is gone", resource) from None
        return [resource]
    return []


def _only_late(resource: Any, client: Client) -> Steps[bool]:
    """Whether something that is not there may still come: the action that creates it knows.

    Raises:
        ActionFailed: its creation has failed.
    """
    if resource._created_by is None:
        return False
    action = yield from kind_named("Action").fetch.on(client).steps(resource._created_by)
    if not action._settled("completed"):
        return True
    ended = action.completed_at
    return ended is not None and client.clock.now() - ended.timestamp() < GRACE


def _listed(group: list[Any], client: Client) -> Steps[list[Any]]:
    """Poll a group by its listing; what it does not show, or what is cheaper to ask for, is asked for."""
    missing = {resource._identity: resource for resource in group}
    page = yield from _page(group[0], client, 1)
    _take(page.items, missing, client)
    further = -(-page.total // LARGEST) - 1
    if missing and 0 < further <= len(missing):
        pages = yield from together([_page(group[0], client, n + 2) for n in range(further)])
        for each in pages:
            _take(each.items, missing, client)
        further = 0
    absent = list(missing.values())
    # Where the listing is complete, these are gone or not listed yet: asking for one a tick says which.
    asked = absent[:1] if further <= 0 else absent
    results = yield from together([_asked(resource, client) for resource in asked])
    return absent[len(asked) :] + [resource for result in results for resource in result]


@dataclass(slots=True)
class _Listed:
    items: list[msgspec.Raw]
    total: int


def _page(resource: Any, client: Client, number: int) -> Steps[_Listed]:
    listing = resource._listing_endpoint()
    path = listing.filled(resource, {})
    paging = {"page": number, "per_page": LARGEST} if listing.paged else {}
    response = yield from client.exchange("GET", path, query=paging)
    envelope = envelope_of(listing.key or resource._plural).decode(response.body)
    items = envelope.items or []
    total = envelope.meta.total if envelope.meta and envelope.meta.total is not None else len(items)
    return _Listed(items, total)


@cache
def identities(wire: str) -> msgspec.json.Decoder[Any]:
    """Takes only the identifier out of an item."""
    return msgspec.json.Decoder(msgspec.defstruct("Identity", [("id", Any, None)], rename={"id": wire}))


def _take(raws: list[msgspec.Raw], missing: dict[Any, Any], client: Client) -> None:
    if not missing or not raws:
        return
    wire = next(iter(missing.values()))._id_wire()
    for raw in raws:
        resource = missing.pop(identities(wire).decode(raw).id, None)
        if resource is not None:
            resource._adopt(bytes(raw), client, keep=True)
