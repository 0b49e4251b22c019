"""What was sent lately under one limit, and when there is room for more.

A request counts from the moment it is sent until its answer is there, and then for the window's length: the API counts
it at a moment between the two that nobody here knows. So no request arrives too early, however long others took.

Nothing here reads a clock, sleeps, or locks.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from typing import NamedTuple

from .news import News

MARGIN = 0.001
"""Seconds beyond the limit's own, for clocks that round."""
LONGEST_FLIGHT = 120.0
"""Seconds after which a request without an answer, such as one of a process that was killed, counts as answered."""
LONGEST_PAUSE = 3600.0
LAST = float("inf")


class Demand(NamedTuple):
    """What a request takes of one window."""

    window: str
    requests: int | None
    """The limit, where one is known."""
    seconds: float
    weight: int = 1
    cap: bool = False
    """Whether the limit holds even if the API's answers allow more."""


class Window:
    """The requests of some seconds.

    Attributes:
        done: when requests were answered, earliest first.
        open: those that were not yet: when they are to be sent, and whose turn it is; earliest first.
        pause: nobody is sent before.
        settled: how many were ever answered.
        told: the limit as the API says it.
        left: what it last said was left.
    """

    __slots__ = ("done", "left", "open", "pause", "settled", "told")

    def __init__(self) -> None:
        self.done: deque[float] = deque()
        self.open: list[tuple[float, int]] = []
        self.pause = 0.0
        self.settled = 0
        self.told: int | None = None
        self.left: int | None = None

    def most(self, demand: Demand) -> int | None:
        """How many requests there may be."""
        if self.told is None:
            return demand.requests
        return min(self.told, demand.requests) if demand.cap and demand.requests else self.told

    def room(self, demand: Demand, now: float) -> int | None:
        """How many more requests fit now; ``None`` when nothing limits them."""
        self._forget(now, demand.seconds)
        most = self.most(demand)
        return None if most is None else max(most - len(self.done) - len(self.open), 0)

    def opening(self, demand: Demand, now: float, until: float = LAST) -> float:
        """The earliest moment at which the demand fits, if all turns go first that are planned up to ``until``."""
        self._forget(now, demand.seconds)
        soonest = self.pause if self.pause > now else now
        most = self.most(demand)
        if most is None:
            return soonest
        open = self.open
        ahead = len(open) if until == LAST else bisect_right(open, (until, LAST))
        excess = len(self.done) + ahead + min(demand.weight, most) - most
        if excess <= 0:
            return soonest
        # So many have to leave the window first; the answered ones go before those that are still open.
        last = excess - 1 - len(self.done)
        leaving = self.done[excess - 1] if last < 0 else max(open[last][0], now)
        return max(soonest, leaving + demand.seconds + MARGIN)

    def put(self, turn: int, at: float, weight: int) -> None:
        """Plan a turn."""
        open, entry = self.open, (at, turn)
        for _ in range(weight):
            if not open or open[-1] <= entry:
                open.append(entry)
            else:
                open.insert(bisect_right(open, entry), entry)

    def take(self, turn: int, at: float) -> int:
        """Remove a turn that was planned, and say how much of it there was."""
        open, entry = self.open, (at, turn)
        first = 0 if open and open[0] == entry else bisect_left(open, entry)
        end = first
        while end < len(open) and open[end] == entry:
            end += 1
        del open[first:end]
        return end - first

    def settle(self, turn: int, at: float, now: float, counts: bool) -> None:
        """A turn is over; it counts unless it certainly never reached the API."""
        weight = self.take(turn, at)
        if counts and weight:
            self.settled += weight
            for _ in range(weight):
                self.done.append(now)

    def learn(self, news: News, demand: Demand, now: float, since: int, burst: int | None) -> None:
        """Believe the API about all that was sent with the token, by whomever.

        Args:
            since: how many were settled when the request was sent that this is the answer to.
            burst: the limit of the shorter window; a zero that comes at once is of that, not of this.
        """
        self.told = news.limit
        self._forget(now, demand.seconds)
        before, self.left = self.left, news.remaining
        if news.remaining == 0 and not news.refused and before is not None and burst is not None and before > burst:
            return
        used = news.limit - news.remaining
        done = self.done
        unknown = used - len(done) - bisect_right(self.open, (now, LAST))
        if unknown > 0:
            # Others use the token. The API says when the first of theirs, or ours, expires; the rest must be between.
            first = min(max(news.reset - demand.seconds, now - demand.seconds), now)
            step = (now - first) / unknown
            self.done = deque(sorted([*done, *(first + step * n for n in range(unknown))]))
            return
        certain = len(done) - (self.settled - since)
        for _ in range(min(certain - used, len(done))):
            done.popleft()

    def _forget(self, now: float, seconds: float) -> None:
        done, open = self.done, self.open
        horizon = now - seconds - MARGIN
        while done and done[0] <= horizon:
            done.popleft()
        if done and done[-1] > now + 1:  # the clock was set back
            self.done = deque(min(moment, now) for moment in done)
        while open and open[0][0] < now - LONGEST_FLIGHT:
            del open[0]
            self.settled += 1
            self.done.append(now)
        if self.pause > now + LONGEST_PAUSE:
            self.pause = now + LONGEST_PAUSE
