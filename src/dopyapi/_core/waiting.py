"""Waiting for many things at once, with few requests.

What can be waited for says so by four names: ``_untils``, what a wait can be until, the usual first;
``_settled(until)``, whether it is there, raising ``NeverReady`` when it cannot get there any more; ``_final``, whether
that cannot change again; and ``_door(until, seconds)``, the address at which a port has to answer besides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from msgspec import Struct

from .accounts import client_for
from .errors import ClientError, NeverReady, WaitTimeout
from .resource import Resource
from .retry import chance
from .steps import Steps, notify, sleep

W = TypeVar("W", bound=Resource)

TIMEOUT = 600.0
"""Seconds that every wait lasts at most unless told otherwise."""
FIRST_INTERVAL, GROWTH, LONGEST_INTERVAL = 0.5, 1.5, 10.0
SSH_PORT = 22
CONNECT_TIMEOUT = 5.0
"""Seconds for which a port may be silent before it is tried again later."""
USUAL = "active"
"""What everything can be waited for until, whatever its own word for it is."""
IN_WORDS = {"ip": "active with a public address", "ssh": "reachable by SSH"}


class Progress(Struct, frozen=True):
    """How far a wait has come; what an ``on_progress`` callback is given.

    Attributes:
        resources: all that is waited for.
        pending: those of them that are not there yet.
        elapsed: seconds since the wait began.
        until: what the wait is until, such as `active`.
    """

    resources: Sequence[Any]
    pending: Sequence[Any]
    elapsed: float
    until: str = USUAL

    @property
    def done(self) -> int:
        """How many are there."""
        return len(self.resources) - len(self.pending)


OnProgress = Callable[[Progress], Any]


def intervals(every: float | None, jitter: Callable[[], float] = chance) -> Iterator[float]:
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
    port: int = SSH_PORT,
    connect_timeout: float = CONNECT_TIMEOUT,
) -> Steps[list[W]]:
    """Wait until all are there; the resources themselves are brought up to date."""
    items = list(resources)
    parts = [part for item in items for part in item._parts()]
    _check(parts, until)
    for part in parts:
        if part._identity is None:
            if not part._loadable():
                part._identifier()  # says what is missing
            yield from part._loaded()
    if parts:
        yield from _Wait(parts, until, timeout, every, on_progress, port, connect_timeout).steps()
    return items


def _check(resources: Sequence[Any], until: str) -> None:
    """Refuse what cannot be waited for, before anything is sent."""
    for resource in resources:
        if not resource._untils:
            raise ClientError(f"there is nothing to wait for with a {type(resource).__name__}")
    known = dict.fromkeys(word for resource in resources for word in resource._untils)
    if known and until not in known and until != USUAL:
        raise ClientError(f"until={until!r} is nothing to wait for; there is {', '.join(known)}")


class _Wait:
    """One wait."""

    def __init__(
        self,
        resources: Sequence[Any],
        until: str,
        timeout: float,
        every: float | None,
        on_progress: OnProgress | None,
        port: int,
        connect_timeout: float,
    ) -> None:
        self._resources, self._until, self._every = resources, until, every
        self._timeout, self._port, self._connect_timeout = timeout, port, connect_timeout
        self._on_progress = on_progress
        self._clock = client_for(resources[0]).clock
        self._start = self._clock.now()
        from .polling import Polling

        self._polling = Polling()
        self._settled_at: dict[int, float] = {}
        self._closed: dict[int, str] = {}
        """What was last found where a port has to answer."""

    def steps(self) -> Steps[None]:
        """Poll until all are there."""
        pending = [r for r in self._resources if not (r._complete and r._final)]
        ask_first = bool([r for r in pending if self._may_have_changed(r)])
        pauses = intervals(self._every)
        only_doors = False
        while pending:
            yield from self._tell(pending)
            if not ask_first:
                if self._left <= 0:
                    raise self._too_late(pending)
                yield from sleep(min(next(pauses), self._left), self._clock)
            ask_first = False
            unseen = yield from self._polling.poll(pending)
            settled = [r for r in pending if id(r) not in unseen and self._is_settled(r)]
            closed = yield from self._knocked(settled)
            there = {id(r) for r in settled} - closed
            pending = [r for r in pending if id(r) not in there]
            if pending and not only_doors and closed == {id(r) for r in pending}:
                # What is left runs, and will answer soon: no longer at the pace of something that takes a minute.
                only_doors, pauses = True, intervals(self._every)
        yield from self._tell(())

    @property
    def _left(self) -> float:
        return self._timeout - (self._clock.now() - self._start)

    def _tell(self, pending: Sequence[Any]) -> Steps[None]:
        elapsed = self._clock.now() - self._start
        yield from notify(self._on_progress, Progress(self._resources, tuple(pending), elapsed, self._until))

    def _until_of(self, resource: Any) -> str:
        return self._until if self._until in resource._untils else resource._untils[0]

    def _is_settled(self, resource: Any) -> bool:
        settled: bool = resource._settled(self._until_of(resource))
        return settled

    def _may_have_changed(self, resource: Any) -> bool:
        """Whether what is known of it is to be asked again at once: all but that it was created a moment ago."""
        if not resource._complete:
            return True
        try:
            known = self._is_settled(resource)
        except NeverReady:
            known = True  # it was so; now it may be otherwise
        if known:
            self._polling.there_already(resource)
        return known

    def _knocked(self, settled: Sequence[Any]) -> Steps[set[int]]:
        """Those at whose address a port has to answer, and does not yet."""
        places: dict[int, tuple[str, int]] = {}
        closed: set[int] = set()
        for resource in settled:
            since = self._settled_at.setdefault(id(resource), self._clock.now())
            address = resource._door(self._until_of(resource), self._clock.now() - since)
            if address is None:
                closed.add(id(resource))
                self._closed[id(resource)] = "its address is not known"
            elif address:
                reached = client_for(resource).reach(address, self._port)
                if reached is not None:
                    places[id(resource)] = reached
        if places:
            from .ports import greetings

            seconds = max(min(self._connect_timeout, self._left), 0.1)
            reasons = yield from greetings(list(places.values()), seconds)
            for key, (host, port), reason in zip(places, places.values(), reasons, strict=True):
                if reason:
                    closed.add(key)
                    self._closed[key] = f"port {port} of {host} {reason}"
        return closed

    def _too_late(self, pending: Sequence[Any]) -> WaitTimeout:
        def shown(resource: Any) -> str:
            why = self._closed.get(id(resource))
            return f"{resource!r} ({why})" if why else repr(resource)

        what = IN_WORDS.get(self._until, self._until)
        which = ", ".join(shown(r) for r in pending[:5]) + (" ..." if len(pending) > 5 else "")
        return WaitTimeout(
            f"{len(pending)} of {len(self._resources)} not {what} after {self._timeout:g} s: {which}", list(pending)
        )
