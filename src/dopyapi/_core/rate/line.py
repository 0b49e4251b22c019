"""What was sent lately under a limit, and when there is room for more.

A request counts from the moment it is sent until its answer is there, and then for as long as the limit says: the API
counts it at a moment between the two that nobody here knows. So no request arrives too early, however long others took.

Nothing here reads a clock, sleeps, or locks.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque

from .limits import BOUNDLESS, Limit
from .news import News

MARGIN = 0.001
"""Seconds beyond the limit's own, for clocks that round."""
SOON = 1e-4
"""Seconds not worth a wait; a tenth of the margin."""
LONGEST_FLIGHT = 120.0
"""Seconds after which a request without an answer, such as one of a process that was killed, counts as answered."""
LONGEST_PAUSE = 3600.0
LAST = float("inf")


class Demand:
    """What a request takes of one line.

    Args:
        line: its name.
        limit: what holds there; answers tell about this one.
        burst: a further limit for a shorter time.
        weight: how many times the request counts.
    """

    __slots__ = ("boundless", "burst", "limit", "line", "short_span", "span", "weight")

    def __init__(self, line: str, limit: Limit, burst: Limit | None = None, weight: int = 1) -> None:
        self.line, self.limit, self.burst, self.weight = line, limit, burst, weight
        self.span = limit.seconds + MARGIN
        """Seconds for which a request counts."""
        self.short_span = burst.seconds + MARGIN if burst else 0.0
        self.boundless = limit.requests == BOUNDLESS and burst is None


class Line:
    """The requests of some time.

    Attributes:
        done: when requests were answered, earliest first.
        open: those that were not yet: when they are to be sent, and whose turn it is; earliest first.
        pause: nobody is sent before.
        settled: how many were ever answered.
        told: the limit as the API says it.
        remaining: what it last said was left of that.
    """

    __slots__ = ("_lately", "_short_span", "done", "open", "pause", "remaining", "settled", "told")

    def __init__(self) -> None:
        self.done: deque[float] = deque()
        self.open: list[tuple[float, int]] = []
        self.pause = 0.0
        self.settled = 0
        self.told: int | None = None
        self.remaining: int | None = None
        self._lately = 0  # how many of the answered count for the burst
        self._short_span = 0.0  # the burst's for which these were counted

    def opening(self, demand: Demand, now: float, until: float = LAST) -> float:
        """The earliest moment at which the demand fits, if all turns go first that are planned up to ``until``."""
        self.forget(demand, now)
        open, weight = self.open, demand.weight
        ahead = len(open) if until == LAST else bisect_right(open, (until, LAST))
        if self.pause > now + LONGEST_PAUSE:
            self.pause = now + LONGEST_PAUSE
        at = self.pause if self.pause > now else now
        most = self.most(demand)
        if len(self.done) + ahead + weight > most:
            at = max(at, self._leaving(len(self.done), ahead + min(weight, most) - most, now) + demand.span)
        if demand.burst is not None:
            most = demand.burst.requests
            if self._lately + ahead + weight > most:
                at = max(at, self._leaving(self._lately, ahead + min(weight, most) - most, now) + demand.short_span)
        return at

    def _leaving(self, lately: int, beyond: int, now: float) -> float:
        """When the last of those was answered, or is to be sent, that must no longer count; with the answered ones, so
        many are too many.
        """
        done = self.done
        if done and done[-1] > now + 1:  # the clock was set back
            self.done = done = deque(min(moment, now) for moment in done)
        if lately + beyond <= 0:
            return -LAST
        return done[beyond - 1] if beyond <= 0 else max(self.open[beyond - 1][0], now)

    def most(self, demand: Demand) -> int:
        """How many requests there may be."""
        return demand.limit.requests if self.told is None else self.told

    def room(self, demand: Demand, now: float) -> int:
        """How many more fit now, under the burst's limit where there is one."""
        self.forget(demand, now)
        if demand.burst is None:
            return max(self.most(demand) - len(self.done) - len(self.open), 0)
        return max(demand.burst.requests - self._lately - len(self.open), 0)

    def put(self, turn: int, at: float, weight: int) -> None:
        """Plan a turn."""
        open, entry = self.open, (at, turn)
        if not open and weight == 1:
            open.append(entry)
            return
        for _ in range(weight):
            if not open or open[-1] <= entry:
                open.append(entry)
            else:
                open.insert(bisect_right(open, entry), entry)

    def take(self, turn: int, at: float) -> int:
        """Remove a turn that was planned, and say how much of it there was."""
        open, entry = self.open, (at, turn)
        first = bisect_left(open, entry)
        end = first
        while end < len(open) and open[end] == entry:
            end += 1
        del open[first:end]
        return end - first

    def settle(self, turn: int, at: float, now: float, counts: bool) -> None:
        """A turn is over; it counts unless it certainly never reached the API."""
        open = self.open
        if len(open) == 1 and open[0] == (at, turn):  # all alone, as most are
            open.clear()
            weight = 1
        else:
            weight = self.take(turn, at)
        if counts and weight:
            self._add(now, weight)

    def learn(self, news: News, demand: Demand, now: float, since: int) -> None:
        """Believe the API about all that was sent with the token, by whomever.

        Args:
            since: how many were settled when the request was sent that this is the answer to.
        """
        limit, remaining, seconds = news.limit, news.remaining, demand.limit.seconds
        used, first = limit - remaining, news.reset - seconds
        done, open = self.done, self.open
        expected = limit == self.told and used == len(done) + len(open) and not (open and open[-1][0] > now)
        # What was to be counted before it was sent is by a clock that is not ours.
        if expected and (first > now or not done or done[0] >= first):
            self.remaining = remaining
            return
        if first > now:
            first = now - seconds
        self.told = limit
        self.forget(demand, now)
        if remaining == 0 and not news.refused and demand.burst and (self.remaining or 0) > demand.burst.requests:
            return  # it fell to zero at once: this is the burst's zero
        self.remaining = remaining
        # Others use the token. The API says when the first of theirs, or ours, expires; the rest must be between.
        unknown = used - len(done) - bisect_right(open, (now, LAST))
        surplus = len(done) - (self.settled - since) - used
        if unknown > 0:
            earliest = max(first, now - seconds)
            step = (now - earliest) / unknown
            self.done = done = deque(sorted([*done, *(earliest + step * n for n in range(unknown))]))
        for _ in range(min(surplus, len(done))):
            done.popleft()
        early = 0
        while done and done[0] < first:
            done.popleft()
            early += 1
        done.extendleft([first] * early)
        if unknown > 0 or early:
            self._short_span = 0.0

    def inherit(self) -> None:
        """Take those that are open for answered: nobody here will see their answers."""
        self.done = deque(sorted([*self.done, *(at for at, _ in self.open)]))
        self.open = []
        self._short_span = 0.0

    def forget(self, demand: Demand, now: float) -> None:
        """Leave out what no longer counts."""
        done, open = self.done, self.open
        while open and open[0][0] < now - LONGEST_FLIGHT:
            del open[0]
            self._add(now, 1)
        if demand.boundless and self.told is None:
            done.clear()  # nothing limits them yet, so that they would only pile up
        horizon = now - demand.span
        while done and done[0] <= horizon:
            done.popleft()
        if demand.burst is None:
            return
        horizon = now - demand.short_span
        if self._short_span != demand.short_span:
            self._short_span = demand.short_span
            self._lately = 0
            for moment in reversed(done):
                if moment <= horizon:
                    break
                self._lately += 1
            return
        lately = self._lately if self._lately < len(done) else len(done)
        while lately and done[-lately] <= horizon:
            lately -= 1
        self._lately = lately

    def _add(self, now: float, weight: int) -> None:
        self.settled += weight
        self._lately += weight
        if weight == 1:
            self.done.append(now)
        else:
            self.done.extend([now] * weight)
