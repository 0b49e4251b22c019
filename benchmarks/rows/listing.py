"""Rows 4, 5, 6 and 9: whole listings, and what is done with them; of both fleets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .. import contenders
from ..contenders import Contender, Site
from .calling import shares
from .row import FLOOR, MS, OURS, PEERS, Goal, Plan, Row, median, of_best

DROPLETS, HELD = 10_000, 2_000
AS_IT_CAME, AFTER_READING = 3_500, 5_000


def listed(
    who: Sequence[Contender],
    at: Site,
    fleet: str,
    total: int,
    rounds: int,
    *,
    unmeasured: int = 1,
    task: str = "listed",
) -> dict[str, list[Any]]:
    """Whole listings, each in a process of its own, whose attributes are read then."""
    runs = {
        each.name: lambda each=each: contenders.run(
            each, task if each is not FLOOR else f"{task}{at_once(at)}", at, token=f"{fleet}-{total}", total=total
        )
        for each in who
    }
    return contenders.in_turn(runs, rounds, unmeasured=unmeasured)


def at_once(at: Site) -> str:
    """At a distance, the floor asks for eight pages at a time."""
    return " at once" if at.delay else ""


def whole(who: Sequence[Contender], at: Site, plan: Plan) -> list[Row]:
    """Rows 4 and 9."""
    rows = []
    total = plan.times(DROPLETS)
    for fleet in plan.fleets:
        found = listed(who, at, fleet, total, plan.readings, unmeasured=plan.unmeasured)
        figures = {name: contenders.of(runs, "clock") for name, runs in found.items()}
        goal = of_best(figures, 0.25)
        sent = ", ".join(f"{name} {runs[0]['requests']:g}" for name, runs in found.items())
        notes = [f"After one call in the same process, so that no imports count. Requests, with that: {sent}."]
        goals = [goal] if goal else []
        rows.append(Row("4", f"list {total:,} Droplets over TLS, nested objects {fleet}", "s", figures, goals, notes,
                        shares(found, "clock")))  # fmt: skip
        for key, limit in (("cold", 1.5), ("warm", 0.7)):
            figures = {name: [v * MS for v in contenders.of(runs, key)] for name, runs in found.items()}
            goal = of_best(figures, limit)
            work = f"5 attributes of each of {total:,} read, {key}, nested objects {fleet}"
            rows.append(Row("9", work, "ms", figures, [goal] if goal else []))
    rows.sort(key=lambda row: row.number)
    rows[-1].notes.append(
        "Processor time, after row 4 in the same process; cold is the first reading. pydo gives dicts, whose members "
        "are read; python-digitalocean, apache-libcloud and the floor give objects that hold plain attributes. dopyapi "
        "reads the scalars of a page while it lists; what is nested is taken apart when it is first read."
    )
    return rows


def distant(who: Sequence[Contender], at: Site, plan: Plan) -> Row:
    """Row 5."""
    total = plan.times(DROPLETS)
    found = listed(who, at, "repeating", total, max(plan.rounds // 3, 1), unmeasured=plan.unmeasured)
    figures = {name: contenders.of(runs, "clock") for name, runs in found.items()}
    goal = of_best(figures, 0.2)
    notes = ["Floor: bare sockets in 8 threads. dopyapi asks for 8 pages at a time, by itself."]
    return Row("5", f"list {total:,} Droplets over TLS at a round trip of 50 ms", "s", figures, [goal] if goal else [],
               notes, shares(found, "clock"))  # fmt: skip


def held(who: Sequence[Contender], at: Site, plan: Plan) -> list[Row]:
    """Row 6."""
    rows = []
    total = max(plan.times(HELD), 500)  # of few, what is held but once would count
    for fleet in plan.fleets:
        found = listed(who, at, fleet, total, 1, unmeasured=0, task="held")
        for key, words, limit in (("came", "as it came", AS_IT_CAME), ("read", "after 5 reads", AFTER_READING)):
            figures = {name: contenders.of(runs, key) for name, runs in found.items()}
            goals = [Goal(f"at most {limit / 1000:g} KB", median(figures[OURS.name]), limit, unit="bytes")]
            rows.append(Row("6", f"bytes a Droplet holds, {words}, nested objects {fleet}", "bytes", figures, goals))
    rows[-1].notes.append(f"By tracemalloc, of {total:,} Droplets. Floor: their JSON alone.")
    return rows


def growth(at: Site, totals: Sequence[int], peers_up_to: int) -> dict[str, dict[str, list[tuple[int, float]]]]:
    """Rows 4 and 6 as the fleet grows: of each, pairs of a number of Droplets and what it took."""
    seconds: dict[str, list[tuple[int, float]]] = {}
    size: dict[str, list[tuple[int, float]]] = {}
    for total in totals:
        who = [FLOOR, OURS, *(PEERS if total <= peers_up_to else ())]
        who = [each for each in who if contenders.installed(each)]
        for name, runs in listed(who, at, "repeating", total, 1).items():
            seconds.setdefault(name, []).append((total, runs[0]["clock"]))
        for name, runs in listed([OURS], at, "repeating", total, 1, unmeasured=0, task="held").items():
            size.setdefault(f"{name}, as it came", []).append((total, runs[0]["came"]))
            size.setdefault(f"{name}, after 5 reads", []).append((total, runs[0]["read"]))
    return {"4": seconds, "6": size}
