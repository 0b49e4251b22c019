"""A row of the table: a work, what it took each, and whether the goal is met."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from ..contenders import FLOOR, LIBCLOUD, OURS, PEERS, PYDO
from ..data import FLEETS

__all__ = ["FLOOR", "LIBCLOUD", "OURS", "PEERS", "PYDO", "Goal", "Plan", "Row", "median"]

US, MS, S = 1e6, 1e3, 1.0


@dataclass(frozen=True)
class Plan:
    """How thorough a run is."""

    rounds: int = 5
    unmeasured: int = 1
    """Rounds before those that count."""
    scale: float = 1.0
    """Of the sizes of fleets and the numbers of calls."""

    @property
    def starts(self) -> int:
        """Rounds of what is over in a moment."""
        return self.rounds * 3 if self.rounds > 1 else 1

    @property
    def readings(self) -> int:
        """Rounds of what is so short that others on the machine slow it down in one process and not in the next."""
        return self.rounds * 2 - 1

    @property
    def fleets(self) -> tuple[str, ...]:
        """Of which Droplets are listed; a short run has one."""
        return FLEETS if self.rounds > 1 else FLEETS[:1]

    def times(self, number: int) -> int:
        """A number of calls or Droplets of this run."""
        return max(round(number * self.scale), 10)


@dataclass(frozen=True)
class Goal:
    """What is wanted: that a value, measured in this run, is no larger (or no smaller) than a limit."""

    text: str
    value: float
    limit: float
    at_least: bool = False
    unit: str = "x"

    @property
    def met(self) -> bool:
        return self.value >= self.limit if self.at_least else self.value <= self.limit


@dataclass
class Row:
    """One work.

    Attributes:
        number: as issue and documentation have it.
        work: in words.
        unit: of the figures.
        figures: of each who takes part, what each round gave.
        goals: of ours.
        notes: what has to be known to read it.
        server: of each, the server's processor time as a share of what was measured.
    """

    number: str
    work: str
    unit: str
    figures: dict[str, list[float]]
    goals: list[Goal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    server: dict[str, float] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self) | {"goals": [asdict(goal) | {"met": goal.met} for goal in self.goals]}


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def medians(figures: Mapping[str, Sequence[float]]) -> dict[str, float]:
    return {name: median(values) for name, values in figures.items()}


def best_peer(figures: Mapping[str, Sequence[float]]) -> tuple[str, float]:
    """The peer with the least, and how much that is."""
    found = {peer.name: median(figures[peer.name]) for peer in PEERS if figures.get(peer.name)}
    name = min(found, key=lambda n: found[n])
    return name, found[name]


def of_best(figures: Mapping[str, Sequence[float]], limit: float, text: str = "") -> Goal | None:
    """Ours beside the best peer."""
    if not any(figures.get(peer.name) for peer in PEERS):
        return None
    name, least = best_peer(figures)
    return Goal(f"{text}at most {limit:g} x best peer ({name})", median(figures[OURS.name]) / least, limit)
