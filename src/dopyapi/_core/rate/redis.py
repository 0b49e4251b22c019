"""A count in Redis, for many machines: one script there does each step of a turn, in one round trip.

Times are those of Redis, since the clocks of machines differ; a client on a clock of its own brings its time along.
"""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..clock import REAL, Clock
from ..secrets import Secret
from .line import LONGEST_FLIGHT, LONGEST_PAUSE, MARGIN, SOON
from .news import News
from .store import Now, StoreError, Turn

TIMEOUT = 2.0
"""Seconds to wait for Redis, unless its URL says otherwise (``?socket_timeout=5``)."""


class RedisStore:
    """The count of one account.

    Args:
        url: where Redis is: ``redis://``, ``rediss://`` (TLS) or ``unix://``.
        account: whose count it is; says nothing about the token.
        clock: the client's.

    Raises:
        ValueError: it is not such a URL.
    """

    blocks = True

    def __init__(self, url: Secret, account: str, clock: Clock) -> None:
        self._url = url
        self.place = f"Redis at {_shown(url)}"
        self._prefix = f"dopyapi:rate:{{{account}}}:"  # braces keep all of an account on one node of a cluster
        self._own_time = clock is REAL
        self._scripts: dict[int, tuple[Any, Any]] = {}  # by process; no lock, which a fork might copy

    def enter(self, turn: Turn, now: Now) -> None:
        turn.id = int.from_bytes(os.urandom(7), "big")
        self._do("enter", turn, now)

    def again(self, turn: Turn, now: Now) -> None:
        self._do("again", turn, now)

    def leave(self, turn: Turn, now: Now, counts: bool, news: News | None) -> None:
        told: tuple[Any, ...] = ("", "", "", "")
        if news is not None and news.wait is not None:
            told = ("", "", "", news.wait)
        elif news is not None and news.limit:
            told = (news.limit, news.remaining, repr(news.reset - now()), "")
        refused = int(news is not None and news.refused)
        self._do("leave", turn, now, int(counts), turn.since, refused, *told)

    def close(self) -> None:
        found = self._scripts.pop(os.getpid(), None)
        if found is not None:
            found[0].close()

    def _do(self, verb: str, turn: Turn, now: Now, *told: Any) -> None:
        keys = [f"{self._prefix}{d.line}:{part}" for d in turn.demands for part in ("done", "open", "state")]
        lines: list[Any] = []
        for d in turn.demands:
            burst = (d.burst.requests, repr(d.burst.seconds)) if d.burst else ("", "")
            lines += (d.weight, d.limit.requests, repr(d.limit.seconds), *burst)
        moment = "" if self._own_time else repr(now())
        told = told or ("",) * 7
        arguments = [verb, moment, turn.id, repr(turn.at), *told, LONGEST_FLIGHT, LONGEST_PAUSE, MARGIN, SOON, *lines]
        redis = import_module("redis")
        try:
            at, wait, since, room = self._script(redis)(keys=keys, args=arguments)
        except (redis.RedisError, OSError) as error:
            raise StoreError(_reason(error)) from None
        turn.at, turn.wait, turn.since = float(at), float(wait), int(since)
        turn.room = int(room)

    def _script(self, redis: Any) -> Any:
        found = self._scripts.get(os.getpid())
        if found is None:
            retry = redis.retry.Retry(redis.backoff.NoBackoff(), 1)  # every step may be done twice
            client = redis.Redis.from_url(
                str.__str__(self._url), socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT, retry=retry
            )
            script = client.register_script(Path(__file__).with_suffix(".lua").read_text())
            found = self._scripts.setdefault(os.getpid(), (client, script))
        return found[1]


def _shown(url: str) -> str:
    """Where it is, without user and password."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "localhost", parts.port or 6379
    except ValueError:
        raise ValueError(
            "rate= is not a URL of Redis: redis://[user:password@]host:port/db, the password percent-encoded"
        ) from None
    return parts.path if parts.scheme == "unix" else f"{host}:{port}"


def _reason(error: Exception) -> str:
    reason = str(error).strip()
    return f"{type(error).__name__}: {reason}" if reason else type(error).__name__
