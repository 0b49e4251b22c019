"""Lets requests through when there is room for them."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

import msgspec

from ..clock import REAL, Clock
from ..errors import NetworkError, RateLimitError
from ..steps import Request, Response, Sleep, Steps, Work
from .limits import UNTOLD, Limit, RateLimits
from .line import Demand
from .news import News, news_of
from .rate import Rate
from .store import Budget, Turn

NAP = 90.0
"""Seconds after which a request that waits looks again whether its turn has come nearer; who has long to wait looks
when half of it is over."""

R = TypeVar("R")


class Governor:
    """The budget of one client: who sends, waits for a turn first, and tells what the answer says.

    Args:
        base_url: whose requests count.
        limits: how many there may be.
        store: where they are counted.
        clock: on which to wait.
    """

    def __init__(self, base_url: str, root: str, limits: RateLimits, store: Budget, clock: Clock) -> None:
        self._root, self._start = root, len(base_url)
        self._store, self._clock = store, clock
        self._now = time.time if clock is REAL else clock.now
        self._longest = limits.longest_wait
        self._minute = Limit(*limits.minute) if limits.minute else None
        self._general = (Demand("general", Limit(*limits.hour) if limits.hour else UNTOLD, self._minute),)
        self._keys = _narrow("ssh_keys", limits.ssh_keys)
        self._cdn = _narrow("cdn", limits.cdn)
        self._purges = limits.purged_files
        self._last: tuple[News, float] | None = None

    def passed(self, request: Request, sending: Steps[Response | NetworkError]) -> Steps[Response | NetworkError]:
        """Send a request when its turn has come.

        Args:
            sending: what sends it; it begins then.
        """
        url = request.url
        if not url.startswith(self._root):  # a redirect led elsewhere, where this token counts nothing
            return (yield from sending)
        store, now = self._store, self._now
        turn = Turn(self._general)
        turns: tuple[Turn, ...] = (turn,)
        if url[self._start : self._start + 5] in ("/acco", "/cdn/"):
            narrow = self._narrow(request)
            if narrow:
                # The narrow turn is awaited first, so that who waits for it holds no place that others need.
                turns = (Turn(narrow), turn)
        sent = False
        try:
            for turn in turns:
                if store.blocks:
                    yield Work(partial(store.enter, turn, now))
                else:
                    store.enter(turn, now)
                if turn.wait > 0:
                    yield from self._waited(turn)
            sent = True
            outcome = yield from sending
        except BaseException:  # given up, in a wait or under way
            for turn in turns:
                store.abandon(turn, sent)
            raise
        if isinstance(outcome, NetworkError):
            counts, news = outcome.sent, None
        else:
            counts, news = True, news_of(outcome)
            if news is not None and news.limit:
                self._last = news, now()
        if store.blocks or len(turns) > 1:
            yield from self._left(turns, counts, news)
        else:
            store.leave(turn, now, counts, news)
        return outcome

    def _waited(self, turn: Turn) -> Steps[None]:
        store, now = self._store, self._now
        if turn.wait >= 1 and "logging" in sys.modules:
            sys.modules["logging"].getLogger("dopyapi").info("waiting %.1f s: the rate limits have no room", turn.wait)
        given_up = None if self._longest is None else now() + self._longest
        while turn.wait > 0:
            if given_up is not None and now() + turn.wait > given_up:
                raise RateLimitError(
                    f"the rate limit leaves no room for {turn.wait:.0f} s, longer than longest_wait={self._longest:g}; "
                    "nothing was sent"
                )
            before = now()
            yield Sleep(min(turn.wait, max(turn.wait / 2, NAP)), self._clock)
            if now() <= before:
                return  # a clock that stands still, as some tests have: no wait on it would end
            yield from self._done(partial(store.again, turn, now))

    def _left(self, turns: Sequence[Turn], counts: bool, news: News | None) -> Steps[None]:
        """The first turn is the narrowest: what a refusal asks for is of that, what an answer says of the last."""
        for number, turn in enumerate(turns):
            told = news
            if news is not None and len(turns) > 1 and (number == 0) != (news.wait is not None):
                told = None
            yield from self._done(partial(self._store.leave, turn, self._now, counts, told))

    def _done(self, function: Callable[[], R]) -> Steps[R]:
        if not self._store.blocks:
            return function()
        result: R = yield Work(function)
        return result

    def _narrow(self, request: Request) -> tuple[Demand, ...]:
        """What a request takes of the narrow windows, if it has any."""
        path = request.url[self._start :].partition("?")[0].rstrip("/")
        if path == "/account/keys":
            return self._keys if request.method in ("GET", "HEAD") else ()
        if path != "/cdn/endpoints" and not path.startswith("/cdn/endpoints/"):
            return ()
        if self._purges is None or request.method != "DELETE" or not path.endswith("/cache"):
            return self._cdn
        files = min(_files(request.body), self._purges[0])
        return (*self._cdn, *_narrow("purged_files", self._purges, files))

    def rate(self) -> Rate:
        """What is left."""
        shared = self._store.place
        if self._last is None:
            return Rate(shared=shared)
        news, asked = self._last
        minute = self._minute
        return Rate(
            limit=news.limit,
            remaining=news.remaining,
            reset=_utc(news.reset) if news.reset > 0 else None,
            asked=_utc(asked),
            minute_limit=minute.requests if minute else None,
            minute_remaining=self._store.room(self._general[0], self._now) if minute else None,
            shared=shared,
        )

    def close(self) -> None:
        """Give connections to the store back."""
        self._store.close()


def _narrow(line: str, limit: tuple[int, float] | None, weight: int = 1) -> tuple[Demand, ...]:
    return () if limit is None else (Demand(line, Limit(*limit), weight=weight),)


def _files(body: bytes | None) -> int:
    """How many files a purge names."""
    try:
        files = msgspec.json.decode(body or b"").get("files")
    except (msgspec.DecodeError, AttributeError):
        return 1
    return max(len(files), 1) if isinstance(files, list) else 1


def _utc(moment: float) -> datetime:
    return datetime.fromtimestamp(moment, UTC)
