"""Time for many at once."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

from dopyapi.emulator import VirtualClock

LONGEST = 60.0
"""Real seconds after which a sleeper that nobody wakes gives up; no test comes near."""


class Everybody:
    """A client's clock that stands still while anybody works, and moves to the next awakening when all sleep.

    Whoever takes part does so in ``with clock.awake():``, after as many were announced.
    """

    def __init__(self, virtual: VirtualClock, workers: int) -> None:
        self.virtual = virtual
        self._awake = workers
        self._lock = threading.Lock()
        self._numbers = itertools.count()
        self._sleepers: list[tuple[float, int, Callable[[], Any]]] = []

    def now(self) -> float:
        return self.virtual.now().timestamp()

    def sleep(self, seconds: float) -> None:
        woken = threading.Event()
        self._lie_down(seconds, woken.set)
        assert woken.wait(LONGEST), "nobody moves the time"

    async def asleep(self, seconds: float) -> None:
        woken = asyncio.get_running_loop().create_future()
        self._lie_down(seconds, lambda: woken.done() or woken.set_result(None))
        await asyncio.wait_for(woken, LONGEST)

    @contextmanager
    def awake(self) -> Generator[None]:
        """Take part; others need not wait for who has left."""
        try:
            yield
        finally:
            with self._lock:
                self._awake -= 1
                self._move()

    def _lie_down(self, seconds: float, wake: Callable[[], Any]) -> None:
        with self._lock:
            heapq.heappush(self._sleepers, (self.now() + seconds, next(self._numbers), wake))
            self._awake -= 1
            self._move()

    def _move(self) -> None:
        if self._awake or not self._sleepers:
            return
        self.virtual.advance(max(self._sleepers[0][0] - self.now(), 1e-6))
        now = self.now()
        while self._sleepers and self._sleepers[0][0] <= now + 1e-6:
            self._awake += 1
            heapq.heappop(self._sleepers)[2]()


class Hand:
    """A clock that moves when it is slept on, or by hand."""

    def __init__(self, start: float = 1_800_000_000.0) -> None:
        self.time = start
        self.slept: list[float] = []

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds

    async def asleep(self, seconds: float) -> None:
        self.sleep(seconds)
