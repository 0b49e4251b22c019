"""The request log: what was asked lately, and what came of it.

It holds no headers and no bodies, so no token and no password; what looks like one in a path or a query is masked
before it is kept. Nothing else is worked out until somebody reads: a request must not wait for its own record.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from threading import Lock
from typing import Any, NamedTuple
from urllib.parse import unquote

from .._facts.routes import routes
from .answer import Answer, Lost
from .faults import Fault

MASK = "***"
_LONGEST = 1000
_TOKEN = re.compile(r"do[a-z]_v1_\w+|eyJ[\w-]+\.[\w.-]+|gh[opsur]_\w+")
_PARAMETER = re.compile(r"([^&=]*)=([^&]*)")
_SECRET_NAME = re.compile(r"token|secret|passw|signature|credential|auth|(api|access|private)[-_]?key", re.IGNORECASE)
_MAYBE = re.compile(r"[%]|[^&=]{40}|_v1_|eyJ|gh[opsur]_|" + _SECRET_NAME.pattern, re.IGNORECASE)
_HARMLESS: set[str] = set()
"""Queries that were looked at: most come again, and looking costs more than all the rest of the log."""
_MOST_HARMLESS = 1000
_LONG = re.compile(r"(?=\D*\d)(?=[^a-zA-Z]*[a-zA-Z])[\w+/=.%-]{40,}")


class Exchange(NamedTuple):
    """A request and its answer, as the log has them.

    Attributes:
        number: counted from 1 for as long as the emulator lives, whatever is forgotten.
        moment: when it came, by the emulator's clock.
        path, query: as they were sent, what looks like a secret masked.
        operation: operation id; None for a path that belongs to no operation.
        status: of the answer; 0 where none came.
        milliseconds: until the answer was ready, without what a fault held it up.
        request_id: what the answer calls it; None where it does not.
        emulated: ``behaviour``, ``generic``, ``no`` or ``fault``: what made the answer.
        lost: how the answer was lost on its way; None when it was not.
        fault: what was played on it.
    """

    number: int
    moment: datetime
    method: str
    """HTTP method."""
    path: str
    query: str
    operation: str | None
    status: int
    milliseconds: float
    request_id: str | None
    emulated: str | None
    lost: Lost | None
    fault: Fault | None

    def to_dict(self) -> dict[str, Any]:
        """What the control API shows."""
        shown = self._asdict()
        shown["moment"] = f"{self.moment:%Y-%m-%dT%H:%M:%S.%fZ}"
        shown["fault"] = self.fault.to_dict() if self.fault is not None else None
        return shown


class Journal:
    """The latest requests, in order; the oldest of many are forgotten.

    Parameters:
        most: how many to remember; 0 for none.
    """

    def __init__(self, most: int = 10_000) -> None:
        if most < 0:
            raise ValueError(f"the log can remember 0 requests or more, not {most}")
        self.most = most
        self._kept: list[Any] = []
        self._last = self._offset = 0  # the number of the latest request, and of the last one forgotten at once
        self._lock = Lock()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self)} requests>"

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Iterator[Exchange]:
        return iter(self.read())

    def __getitem__(self, at: int) -> Exchange:
        return self.read()[at]

    @property
    def last(self) -> int:
        """The number of the latest request; 0 before the first."""
        return self._last

    @property
    def first(self) -> int:
        """The number of the oldest request that is remembered."""
        return self._last - len(self._kept) + 1

    def note(
        self, moment: datetime, method: str, path: str, query: str, answer: Answer, fault: Fault | None, seconds: float
    ) -> None:
        """Remember a request that was answered.

        Parameters:
            moment: when it came.
            method: HTTP method.
            path: as it was sent.
            query: as it was sent.
            answer: what it got.
            fault: what was played on it.
            seconds: how long it took.
        """
        if query or "_v1_" in path or len(path) > _LONGEST:
            path, query = _TOKEN.sub(MASK, path[:_LONGEST]), masked(query[:_LONGEST])
        status, headers, _, delivery = answer
        told = headers.get
        row = (moment, method, path, query, status, seconds, told("x-request-id"), told("x-emulated"), delivery, fault)
        with self._lock:
            if len(self._kept) < self.most:
                self._kept.append(row)
            elif self.most:
                self._kept[(self._last - self._offset) % self.most] = row
            self._last += 1

    def read(self, after: int = 0, limit: int | None = None) -> list[Exchange]:
        """The requests after a number, oldest first.

        Parameters:
            after: the number of the last request that is known already; 0 for none.
            limit: how many at most; all when omitted.
        """
        with self._lock:
            start = max(after + 1, self.first)
            stop = self._last + 1 if limit is None else min(self._last + 1, start + limit)
            rows = [(number, self._kept[(number - 1 - self._offset) % self.most]) for number in range(start, stop)]
        return [_exchange(number, row) for number, row in rows]

    def latest(self, limit: int) -> list[Exchange]:
        """The last requests, oldest first.

        Parameters:
            limit: how many at most.
        """
        return self.read(max(0, self._last - limit), limit)

    def clear(self) -> None:
        """Forget all requests; the next has the next number, so that who reads on misses none."""
        with self._lock:
            self._kept.clear()
            self._offset = self._last


def _exchange(number: int, row: tuple[Any, ...]) -> Exchange:
    moment, method, path, query, status, seconds, request_id, emulated, delivery, fault = row
    route = routes().find("GET" if method == "HEAD" else method, path)[0]
    return Exchange(
        number,
        moment,
        method,
        path,
        query,
        route.operation.id if route is not None else None,
        status,
        round(seconds * 1000, 3),
        request_id,
        emulated,
        delivery.lost if delivery is not None else None,
        fault,
    )


def masked(query: str) -> str:
    """A query without what looks like a secret, by the name of a parameter or by its value."""
    if query in _HARMLESS:
        return query
    if _MAYBE.search(query):
        return _PARAMETER.sub(_without_secret, _TOKEN.sub(MASK, query))
    if len(_HARMLESS) >= _MOST_HARMLESS:
        _HARMLESS.clear()
    _HARMLESS.add(query)
    return query


def _without_secret(parameter: re.Match[str]) -> str:
    name, value = parameter.groups()
    secret = value and (_SECRET_NAME.search(unquote(name)) or _LONG.fullmatch(value))
    return f"{name}={MASK}" if secret else parameter[0]
