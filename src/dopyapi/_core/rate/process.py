"""A count in the memory of this process."""

from __future__ import annotations

import itertools
import os
from collections import deque
from threading import Lock
from weakref import WeakKeyDictionary, WeakSet, WeakValueDictionary

from ..clock import REAL, Clock
from .line import Demand, Line
from .news import News
from .store import Now, Turn, asked_again, entered, left

KEPT = 64
"""Accounts whose count is kept without a client; beyond them, those that rested for an hour are forgotten."""
AN_HOUR = 3600.0


class ProcessStore:
    """The count of one account, for all threads and tasks."""

    blocks = False
    place = "this process"

    def __init__(self) -> None:
        self._lines: dict[str, Line] = {}
        self._usual: tuple[tuple[Demand, ...], list[Line]] = (), []
        self._ids = itertools.count(1)
        self._lock = Lock()
        self._abandoned: deque[tuple[Turn, bool]] = deque()
        self.used_at = 0.0
        """When it was last asked for a turn."""
        _STORES.add(self)

    def enter(self, turn: Turn, now: Now) -> None:
        turn.id = next(self._ids)
        with self._lock:
            moment = self.used_at = now()
            if self._abandoned:
                self._collect(moment)
            lines = self._usual[1] if turn.demands is self._usual[0] else self._of(turn)
            entered(lines, turn, moment)

    def again(self, turn: Turn, now: Now) -> None:
        with self._lock:
            moment = now()
            if self._abandoned:
                self._collect(moment)
            asked_again(self._of(turn), turn, moment)

    def leave(self, turn: Turn, now: Now, counts: bool, news: News | None) -> None:
        with self._lock:
            lines = self._usual[1] if turn.demands is self._usual[0] else self._of(turn)
            left(lines, turn, now(), counts, news)

    def abandon(self, turn: Turn, counts: bool) -> None:
        self._abandoned.append(
            (turn, counts)
        )  # a lock might be held by this very thread: garbage is collected anywhere

    def count(self, turn: Turn, now: Now, news: News | None) -> None:
        """Note a request that went by another store's turn."""
        copy = Turn(turn.demands)
        copy.id = next(self._ids)
        with self._lock:
            copy.at = moment = now()
            lines = self._of(copy)
            for line, demand in zip(lines, copy.demands, strict=True):
                line.put(copy.id, moment, demand.weight)
            copy.since = lines[0].settled
            left(lines, copy, moment, True, news)

    def room(self, demand: Demand, now: Now) -> int:
        with self._lock:
            moment = now()
            self._collect(moment)
            return self._lines.setdefault(demand.line, Line()).room(demand, moment)

    def close(self) -> None:
        """There is nothing to give back."""

    def _of(self, turn: Turn) -> list[Line]:
        lines = [self._lines.setdefault(demand.line, Line()) for demand in turn.demands]
        if len(lines) == 1:
            self._usual = turn.demands, lines
        return lines

    def _collect(self, moment: float) -> None:
        while self._abandoned:
            turn, counts = self._abandoned.popleft()
            left(self._of(turn), turn, moment, counts, None)

    def _forked(self) -> None:
        """In a child: another thread of the parent may have held the lock, and its requests are not ours to end."""
        self._lock = Lock()
        self._abandoned = deque()
        for line in self._lines.values():
            line.inherit()


_STORES: WeakSet[ProcessStore] = WeakSet()
_known: WeakValueDictionary[str, ProcessStore] = WeakValueDictionary()
_kept: dict[str, ProcessStore] = {}
_elsewhen: WeakKeyDictionary[Clock, dict[str, ProcessStore]] = WeakKeyDictionary()
_lock = Lock()


def process_store(account: str, clock: Clock) -> ProcessStore:
    """The count of an account in this process; times of different clocks are not compared."""
    with _lock:
        if clock is not REAL:
            try:
                return _elsewhen.setdefault(clock, {}).setdefault(account, ProcessStore())
            except TypeError:  # a clock that cannot be a key keeps a count of its own
                return ProcessStore()
        found = _known.get(account)
        if found is None:
            found = _known[account] = ProcessStore()
        if account not in _kept and len(_kept) >= KEPT:
            horizon = clock.now() - AN_HOUR
            for name in [name for name, store in _kept.items() if store.used_at < horizon]:
                del _kept[name]
        _kept[account] = found
        return found


def _forked() -> None:
    global _lock
    _lock = Lock()
    for store in list(_STORES):
        store._forked()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
