"""Where the count is kept: what every such place can do, and how a turn goes through its lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeAlias

from .line import LONGEST_PAUSE, SOON, Demand, Line
from .news import News

Now: TypeAlias = Callable[[], float]


class Turn:
    """One request's place in the queue.

    Attributes:
        demands: what it takes, line by line; the first is the one that answers tell about.
        id: unique among all who share the count.
        at: when it is to be sent, by the clock of the store.
        wait: seconds until then.
        since: how many had been answered when it was sent.
        room: how many more would fit under the last limit of its last line, where the store says it.
        home: the store that it was entered in.
    """

    id = 0
    at = 0.0
    wait = 0.0
    since = 0
    room: int | None = None
    home: Store | None = None

    def __init__(self, demands: tuple[Demand, ...]) -> None:
        self.demands = demands


class StoreError(Exception):
    """The count cannot be kept there now; says why, without a password."""


class Store(Protocol):
    """A place where those who share a budget keep the count; each of these is done as a whole or not at all.

    Attributes:
        blocks: whether it has to be waited for, as for a disk or a network.
        place: how warnings call it.
    """

    blocks: bool
    place: str

    def enter(self, turn: Turn, now: Now) -> None:
        """Reserve the earliest turn: ``turn.wait`` says when it is."""
        ...

    def again(self, turn: Turn, now: Now) -> None:
        """Look whether it is time, after a wait; ``turn.wait`` says how much longer it is, if it is not."""
        ...

    def leave(self, turn: Turn, now: Now, counts: bool, news: News | None) -> None:
        """The request has been answered, or never was sent (it does not count); tell what the answer says."""
        ...

    def close(self) -> None:
        """Give connections back; they are opened again when they are needed."""
        ...


class Budget(Store, Protocol):
    """A store as a governor uses it."""

    def abandon(self, turn: Turn, counts: bool) -> None:
        """As ``leave``, of who cannot wait: a call that was cancelled, or collected as garbage. Never blocks."""
        ...

    def room(self, demand: Demand, now: Now) -> int:
        """How many more requests fit now under the last limit of a line, as far as can be said without waiting."""
        ...


def entered(lines: Sequence[Line], turn: Turn, now: float) -> None:
    """Reserve the earliest turn."""
    if len(lines) == 1:  # as most have
        line, demand = lines[0], turn.demands[0]
        at = line.opening(demand, now)
        if at == now:
            line.put(turn.id, now, demand.weight)
            turn.at, turn.wait, turn.since = now, 0.0, line.settled
            return
    else:
        at = max(line.opening(demand, now) for line, demand in zip(lines, turn.demands, strict=True))
    _planned(lines, turn, at, now)


def asked_again(lines: Sequence[Line], turn: Turn, now: float) -> None:
    """Reserve the earliest turn anew, behind those only that go before: others took longer than was thought, or were
    quicker.
    """
    until = max(turn.at, now)
    for line in lines:
        line.take(turn.id, turn.at)
    at = max(line.opening(demand, now, until) for line, demand in zip(lines, turn.demands, strict=True))
    _planned(lines, turn, at, now)


def _planned(lines: Sequence[Line], turn: Turn, at: float, now: float) -> None:
    if at - now < SOON:
        at = now
    for line, demand in zip(lines, turn.demands, strict=True):
        line.put(turn.id, at, demand.weight)
    turn.at, turn.wait, turn.since = at, at - now, lines[0].settled


def left(lines: Sequence[Line], turn: Turn, now: float, counts: bool, news: News | None) -> None:
    """A turn is over."""
    if news is not None:
        if news.wait is not None:
            lines[-1].pause = max(lines[-1].pause, now + min(news.wait, LONGEST_PAUSE))
        elif news.limit:
            lines[0].learn(news, turn.demands[0], now, turn.since)
    for line in lines:
        line.settle(turn.id, turn.at, now, counts)
