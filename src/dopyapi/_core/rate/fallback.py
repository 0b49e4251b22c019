"""A count that others share, and what becomes of it while it cannot be reached."""

from __future__ import annotations

import warnings
from collections import deque

from .line import Demand
from .news import News
from .process import ProcessStore
from .rate import UnsharedRateWarning
from .store import Now, Store, StoreError, Turn

TRY_AGAIN_AFTER = 30.0
"""Seconds for which a store that failed is left alone."""


class Shared:
    """A store that has to be waited for, and beside it the count of this process, which goes on alone when it must.

    Calls are worth more than a budget kept to the letter: a store that fails makes them neither fail nor wait.
    """

    blocks = True

    def __init__(self, store: Store, local: ProcessStore) -> None:
        self._store, self._local = store, local
        self.place = store.place
        self._abandoned: deque[tuple[Turn, bool]] = deque()
        self._left_alone_until = 0.0
        self._warned = False
        self._room: tuple[float, int] | None = None

    def enter(self, turn: Turn, now: Now) -> None:
        self._collect(now)
        if now() >= self._left_alone_until:
            try:
                self._store.enter(turn, now)
            except StoreError as error:
                self._failed(error, now)
            else:
                turn.home = self._store
                self._seen(turn, now)
                return
        turn.home = self._local
        self._local.enter(turn, now)

    def again(self, turn: Turn, now: Now) -> None:
        if turn.home is self._local:
            self._local.again(turn, now)
            return
        try:
            self._store.again(turn, now)
        except StoreError as error:
            self._failed(error, now)
            turn.home = self._local
            self._local.enter(turn, now)
        else:
            self._seen(turn, now)

    def leave(self, turn: Turn, now: Now, counts: bool, news: News | None) -> None:
        if turn.home is self._local:
            self._local.leave(turn, now, counts, news)
        elif turn.home is not None:
            if counts:
                self._local.count(turn, now, news)
            try:
                self._store.leave(turn, now, counts, news)
            except StoreError as error:
                self._failed(error, now)

    def abandon(self, turn: Turn, counts: bool) -> None:
        self._abandoned.append((turn, counts))

    def room(self, demand: Demand, now: Now) -> int:
        # What the store said with the last turn: to ask it again would block.
        if now() < self._left_alone_until:
            return self._local.room(demand, now)
        limit = demand.burst or demand.limit
        if self._room is None or now() - self._room[0] > limit.seconds:
            return limit.requests
        return self._room[1]

    def close(self) -> None:
        self._store.close()

    def _seen(self, turn: Turn, now: Now) -> None:
        if turn.room is not None and turn.demands[0].line == "general":
            self._room = now(), turn.room

    def _collect(self, now: Now) -> None:
        while self._abandoned:
            try:
                turn, counts = self._abandoned.popleft()
            except IndexError:  # another thread was quicker
                return
            self.leave(turn, now, counts, None)

    def _failed(self, error: StoreError, now: Now) -> None:
        self._left_alone_until = now() + TRY_AGAIN_AFTER
        if not self._warned:
            self._warned = True
            warnings.warn(
                f"the rate budget in {self.place} cannot be used ({error}); until it can be again, this process counts "
                "its own requests only",
                UnsharedRateWarning,
                stacklevel=2,
            )
