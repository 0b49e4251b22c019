"""Where the count is kept: what every such place can do, and how a turn goes through the windows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeAlias

from .news import News
from .window import Demand, Window

Now: TypeAlias = Callable[[], float]


class Turn:
    """One request's place in the queue.

    Attributes:
        demands: what it takes, window by window; the first is the one that answers tell about.
        id: unique among all who share the count.
        at: when it is to be sent, by the clock of the store.
        wait: seconds until then.
        since: how many had been answered when it was sent.
        left: how many more would fit into the last of its windows.
    """

    __slots__ = ("at", "demands", "home", "id", "left", "since", "wait")

    def __init__(self, demands: Sequence[Demand]) -> None:
        self.demands = demands
        self.id = 0
        self.at = self.wait = 0.0
        self.since = 0
        self.left: int | None = None
        self.home: Store | None = None


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

    def abandon(self, turn: Turn, counts: bool) -> None:
        """As ``leave``, of who cannot wait: a call that was cancelled, or collected as garbage. Never blocks."""
        ...

    def room(self, demand: Demand, now: Now) -> int | None:
        """How many more requests fit into a window now, as far as can be said without waiting."""
        ...

    def close(self) -> None:
        """Give connections back; they are opened again when they are needed."""
        ...


def entered(windows: Sequence[Window], turn: Turn, now: float) -> None:
    """Reserve the earliest turn."""
    at = now
    for window, demand in zip(windows, turn.demands, strict=True):
        opening = window.opening(demand, now)
        if opening > at:
            at = opening
    _planned(windows, turn, at, now)


def asked_again(windows: Sequence[Window], turn: Turn, now: float) -> None:
    """Reserve the earliest turn anew, behind those only that go before; whoever took longer than was thought, or was
    quicker, has changed it."""
    at, until = now, max(turn.at, now)
    for window in windows:
        window.take(turn.id, turn.at)
    for window, demand in zip(windows, turn.demands, strict=True):
        at = max(at, window.opening(demand, now, until))
    _planned(windows, turn, at, now)


def _planned(windows: Sequence[Window], turn: Turn, at: float, now: float) -> None:
    for window, demand in zip(windows, turn.demands, strict=True):
        window.put(turn.id, at, demand.weight)
    turn.at, turn.wait = at, at - now
    turn.since = windows[0].settled


def left(windows: Sequence[Window], turn: Turn, now: float, counts: bool, news: News | None) -> None:
    """A turn is over."""
    demands = turn.demands
    if news is not None:
        if news.wait is not None:
            windows[-1].pause = max(windows[-1].pause, now + news.wait)
        elif news.limit:
            windows[0].learn(news, demands[0], now, turn.since, demands[-1].requests)
    for window in windows:
        window.settle(turn.id, turn.at, now, counts)
