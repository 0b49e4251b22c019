"""How things are measured here: in fresh processes, in turn, several times, and the median counts."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

LONGEST = 60.0
"""Seconds after which a measuring process is given up."""


@dataclass(frozen=True)
class Figure:
    """One line of a table."""

    name: str
    value: float
    unit: str
    of: str = ""
    """Compared with what."""
    ratio: float | None = None


@dataclass(frozen=True)
class Table:
    """The figures of one measurement."""

    title: str
    about: str
    figures: Sequence[Figure]

    def __str__(self) -> str:
        width = max((len(f.name) for f in self.figures), default=0)
        lines = [self.title, f"  {self.about}", ""]
        for f in self.figures:
            ratio = f"   {f.ratio:.2f} x {f.of}" if f.ratio is not None else ""
            lines.append(f"  {f.name:<{width}}  {f.value:>9,.{places(f.value)}f} {f.unit:<5}{ratio}".rstrip())
        return "\n".join(lines)

    def plain(self) -> dict[str, Any]:
        return {"title": self.title, "figures": [asdict(f) for f in self.figures]}


def places(value: float) -> int:
    """Digits after the point that mean something."""
    return 0 if value >= 100 else 1 if value >= 10 else 2


def figures(values: Mapping[str, float], unit: str, floor: str = "") -> list[Figure]:
    """Lines of one unit, each compared with one of them."""
    return [
        Figure(name, value, unit, *((floor, value / values[floor]) if floor and name != floor else ()))
        for name, value in values.items()
    ]


def fresh(program: Sequence[str], **environment: str) -> Any:
    """What a program of its own prints as JSON."""
    done = subprocess.run(
        [sys.executable, *program],
        check=True,
        stdout=subprocess.PIPE,
        timeout=LONGEST,
        cwd=Path(__file__).parents[2],
        env={**os.environ, **environment},
    )
    return json.loads(done.stdout)


def in_turn(runs: Mapping[str, Callable[[], float]], times: int) -> dict[str, float]:
    """The median of each after several rounds; a busy moment of the machine meets all of them alike."""
    found: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(times):
        for name, run in runs.items():
            found[name].append(run())
    return {name: statistics.median(values) for name, values in found.items()}


def cpu_time(work: Callable[[], object], times: int) -> float:
    """Seconds of this process's processor time that one run takes, mean of several."""
    started = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - started) / times
