"""Rows 2, 3 and 7: single calls on connections that are open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .. import contenders
from ..contenders import Contender, Site
from .row import FLOOR, LIBCLOUD, MS, OURS, PYDO, US, Goal, Plan, Row, median

TOKEN = "repeating-10"
CALLS, DELAYED, MANY = 300, 15, 1000
ROUND_TRIP = 0.050


def measured(
    who: Sequence[Contender], task: str, at: Site, rounds: int, unmeasured: int, **arguments: Any
) -> dict[str, list[Any]]:
    """What each gave, in turn."""
    runs = {each.name: lambda each=each: contenders.run(each, task, at, token=TOKEN, **arguments) for each in who}
    return contenders.in_turn(runs, rounds, unmeasured=unmeasured)


def shares(found: dict[str, list[Any]], key: str, times: float = 1.0) -> dict[str, float]:
    """The server's processor time by the time that was measured."""
    return {name: median([run["server"] / (run[key] * times) for run in runs]) for name, runs in found.items()}


def warm(who: Sequence[Contender], at: Site, plan: Plan) -> Row:
    """Row 2."""
    times = plan.times(CALLS)
    found = measured(who, "warm", at, plan.rounds, plan.unmeasured, times=times)
    figures = {name: [value * US for value in contenders.of(runs, "cpu")] for name, runs in found.items()}
    ours = median(figures[OURS.name])
    goals = []
    if LIBCLOUD.name in figures:
        libcloud = median(figures[LIBCLOUD.name])
        goals = [
            Goal("at most 0.35 x apache-libcloud", ours / libcloud, 0.35),
            Goal("next: at most 0.2 x apache-libcloud", ours / libcloud, 0.2),
        ]
    notes = ["Processor time of the client for one Droplet by its number, made an object."]
    return Row("2", "warm TLS call, processor time", "us", figures, goals, notes, shares(found, "clock", times))


def delayed(who: Sequence[Contender], at: Site, plan: Plan) -> Row:
    """Row 3."""
    found = measured(who, "delayed", at, max(plan.rounds // 2, 1), plan.unmeasured, times=plan.times(DELAYED))
    figures = {name: [value * MS for value in contenders.of(runs, "clock")] for name, runs in found.items()}
    goals = [Goal("at most 53 ms", median(figures[OURS.name]), 53.0, unit="ms")]
    notes = ["The server answers 50 ms after the request; each figure is the median of the calls of a process."]
    return Row("3", "one warm call at a round trip of 50 ms", "ms", figures, goals, notes)


def many(who: Sequence[Contender], at: Site, plan: Plan) -> Row:
    """Row 7."""
    taking_part = [each for each in who if each in (FLOOR, OURS, PYDO)]
    found = measured(taking_part, "many", at, max(plan.rounds // 2, 1), plan.unmeasured, times=plan.times(MANY))
    figures = {name: contenders.of(runs, "clock") for name, runs in found.items()}
    goals = []
    if PYDO.name in figures:
        goals = [Goal("at most 0.2 x pydo.aio", median(figures[OURS.name]) / median(figures[PYDO.name]), 0.2)]
    notes = [
        "TLS; connections open before. Floor: 32 bare sockets, written to and read from in turn. pydo: `pydo.aio`."
    ]
    return Row("7", "1,000 awaited GETs, 32 in flight", "s", figures, goals, notes, shares(found, "clock"))
