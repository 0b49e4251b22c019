"""Answering with what was recorded."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from threading import Lock
from typing import Any
from uuid import uuid4

import msgspec

from ..answer import Answer, http_date
from ..clock import Clock, RealClock
from ..journal import masked
from . import matching
from .fixture import NEUTRAL, Body, Exchange, Fixture
from .links import Links
from .placeholders import PATTERN

_LINKS = Links(NEUTRAL.partition("://")[2])
_HOUR = 3600


class Replay:
    """An API that answers as it did when it was recorded, and changes nothing.

    A request is the recorded one when method, path, query and body are, whatever their order and spelling; what was
    scrubbed may be anything. The same request sent again is answered as it was then, in the same order; when all of
    its answers were given, a GET has the last one again, and anything else is an error.

    Parameters:
        source: the file of a fixture, or its exchanges.
        strict_order: whether requests must come in the order in which they were recorded, each once.
        clock: says what time it is in answers.

    Raises:
        FixtureError: the file is no fixture.
        OSError: the file cannot be read.
    """

    def __init__(
        self,
        source: str | os.PathLike[str] | Iterable[Exchange],
        *,
        strict_order: bool = False,
        clock: Clock | None = None,
    ) -> None:
        by_name = isinstance(source, str | os.PathLike)
        self.fixture = Fixture.read(source) if by_name else Fixture(source)  # type: ignore[arg-type]
        self.strict_order = strict_order
        self.clock: Clock = clock or RealClock()
        self.identity = uuid4().hex[:16]
        """What tells it from every other one."""
        self.missed: list[str] = []
        """The requests that were not recorded, as ``GET /v2/droplets``."""
        self._lock = Lock()
        self._count = [0] * len(self.fixture)
        self._index: dict[tuple[str, tuple[str, ...]], list[int]] = {}
        self._vague: dict[str, list[int]] = {}
        for at, exchange in enumerate(self.fixture):
            place = matching.place_of(exchange.path)
            self._index.setdefault((exchange.method, place), []).append(at)
            if PATTERN.search(exchange.path):
                self._vague.setdefault(exchange.method, []).append(at)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self.fixture)} exchanges, {len(self.played)} played>"

    @property
    def played(self) -> list[Exchange]:
        """The exchanges that were used, in recorded order."""
        return [exchange for exchange, count in zip(self.fixture, self._count, strict=True) if count]

    @property
    def unplayed(self) -> list[Exchange]:
        """The exchanges that were not used, in recorded order."""
        return [exchange for exchange, count in zip(self.fixture, self._count, strict=True) if not count]

    def rewind(self) -> None:
        """Begin again: nothing was played."""
        with self._lock:
            self._count = [0] * len(self.fixture)
            self.missed.clear()

    def handle(
        self,
        method: str,
        path: str,
        query: str,
        headers: Mapping[str, str],
        body: bytes,
        base_url: str = "http://localhost",
    ) -> Answer:
        """Answer one request; it never raises, and may be called from any thread.

        Parameters:
            path: as it was sent, percent-encoded.
            query: as it was sent, without the question mark.
            headers: with lower-case names; the token is not looked at.
            base_url: scheme and host for the links in answers.
        """
        content_type = headers.get("content-type", "")
        sent = Body.of(body, content_type, files=True)
        asked = Exchange(method=method.upper(), path=path, query=query, sent=sent, status=0)
        with self._lock:
            at, why = self._next(asked) if self.strict_order else self._matching(asked)
            if at is not None:
                self._count[at] += 1
            else:
                self.missed.append(f"{asked.method} {_shown(asked)}")
        return self._refusal(why) if at is None else self._said(self.fixture[at], base_url, method)

    def _matching(self, asked: Exchange) -> tuple[int | None, str]:
        place = matching.place_of(asked.path)
        candidates = self._index.get((asked.method, place), [])
        if not candidates:
            vague = self._vague.get(asked.method, [])
            candidates = [at for at in vague if matching.same_place(matching.place_of(self.fixture[at].path), place)]
        same = [at for at in candidates if self._is(asked, self.fixture[at])]
        for at in same:
            if not self._count[at]:
                return at, ""
        if same and asked.method in ("GET", "HEAD"):
            return same[-1], ""
        what = f"{asked.method} {_shown(asked)}"
        if same:
            times = "once" if len(same) == 1 else f"{len(same)} times"
            return None, f"{what} was recorded {times}, and has been answered as often"
        near = matching.nearest(asked, self.fixture)
        return None, f"{what} was not recorded{f'; the nearest is {near}' if near else ', and nothing else'}"

    def _next(self, asked: Exchange) -> tuple[int | None, str]:
        at = next((at for at, count in enumerate(self._count) if not count), None)
        what = f"{asked.method} {_shown(asked)}"
        if at is None:
            return None, f"{what} comes after all that was recorded"
        due = self.fixture[at]
        here, there = matching.place_of(due.path), matching.place_of(asked.path)
        if due.method == asked.method and matching.same_place(here, there) and self._is(asked, due):
            return at, ""
        return None, f"{what} was not recorded here; the next is {matching.nearest(asked, [due])}"

    @staticmethod
    def _is(asked: Exchange, recorded: Exchange) -> bool:
        queries = matching.pairs_of(recorded.query), matching.pairs_of(asked.query)
        # What a GET has for a body means nothing, and some clients send "{}".
        bare = asked.method in ("GET", "HEAD")
        return matching.same_pairs(*queries) and (bare or matching.same_body(recorded.sent, asked.sent))

    def _said(self, exchange: Exchange, base_url: str, method: str) -> Answer:
        headers = self._usual() | exchange.headers
        body = exchange.answer.data() if exchange.answer is not None else b""
        if exchange.answer is not None and exchange.answer.json is not msgspec.UNSET:
            body = _LINKS.led_to(base_url, body)
        if "location" in headers:
            headers["location"] = _LINKS.header_led_to(base_url, headers["location"])
        if exchange.status not in (204, 304):
            headers["content-length"] = str(len(body))
        return Answer(exchange.status, headers, b"" if method.upper() == "HEAD" else body)

    def _refusal(self, why: str) -> Answer:
        body = msgspec.json.encode({"id": "not_recorded", "message": why})
        known = {"content-type": "application/json", "content-length": str(len(body))}
        return Answer(501, self._usual() | known, body)

    def _usual(self) -> dict[str, str]:
        """What each answer has that is of its moment; the limits of the recording's moment would mean nothing now."""
        now = self.clock.now()
        return {
            "date": http_date(now),
            "ratelimit-limit": "5000",
            "ratelimit-remaining": "4999",
            "ratelimit-reset": str(int(now.timestamp()) + _HOUR),
        }


def _shown(asked: Exchange) -> Any:
    """A request's target as an error may name it."""
    query = masked(asked.query)
    return f"{masked(asked.path)}?{query}" if query else masked(asked.path)
