"""An API with many Droplets, without an emulator: what it is asked, and what changes between two requests."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec

import dopyapi as do
from dopyapi._core.retry import RetryPolicy
from dopyapi._core.steps import Request, Response


class Fleet:
    """An API with Droplets that come and go between requests."""

    def __init__(self, count: int, *, largest: int = 200) -> None:
        self.ids = list(range(1, count + 1))
        self.largest = largest
        self.asked: list[tuple[int, int]] = []
        """Page and size of each request."""
        self.before: dict[int, Callable[[], object]] = {}
        """What happens just before the nth request."""
        self.instead: dict[int, Response] = {}
        """What is answered to the nth request."""
        self._lock = threading.Lock()

    def send(self, request: Request) -> Response:
        with self._lock:  # pages are asked for at the same time, by several threads
            return self._answered(request)

    def _answered(self, request: Request) -> Response:
        query = parse_qs(urlsplit(request.url).query)
        page, size = int(query["page"][0]), int(query["per_page"][0])
        self.asked.append((page, size))
        number = len(self.asked)
        if number in self.before:
            self.before[number]()
        if number in self.instead:
            return self.instead[number]
        size = min(size, self.largest)
        items = [{"id": i, "name": f"n{i}"} for i in self.ids[(page - 1) * size : page * size]]
        body = {"droplets": items, "meta": {"total": len(self.ids)}}
        return Response(200, {}, msgspec.json.encode(body))

    async def asend(self, request: Request) -> Response:
        return self.send(request)


class Timeless:
    def now(self) -> float:
        return 0.0

    def sleep(self, seconds: float) -> None:
        pass

    async def asleep(self, seconds: float) -> None:
        pass


def account(fleet: Fleet) -> AbstractContextManager[do.Client]:
    """The fleet as the current account, which waits for nothing."""
    client = do.Client("t", transport=fleet, clock=Timeless(), retries=RetryPolicy(2, jitter=lambda: 0.0))
    return do.using(client)


async def ids(call: Any) -> list[int]:
    """The numbers of all Droplets, as a walk over the listing gives them."""
    return [d.id for d in await call.items(do.Droplet.all())]
