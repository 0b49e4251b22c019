"""python -m benchmarks                  the whole run: docs/benchmarks.md and docs/benchmarks.svg
python -m benchmarks --rows 2 4       some rows, printed
python -m benchmarks short            that all of it runs, and that what is counted keeps its budget
python -m benchmarks parts [NAME ...] single parts of the core
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from . import budgets, contenders, environments, parts, report
from .contenders import EVERYBODY
from .rows import calling, creating, emulating, listing, starting
from .rows.row import Plan, Row

GROWTH = (100, 1_000, 10_000, 100_000)
PEERS_UP_TO = 10_000
"""Droplets up to which peers are shown how they grow; beyond, they take most of an hour."""


def measured(plan: Plan, wanted: set[str]) -> Iterator[Row]:
    """The rows, as they come."""
    who = [each for each in EVERYBODY if contenders.installed(each)]

    def asked(*numbers: str) -> bool:
        return not wanted or bool(wanted & set(numbers))

    if asked("1"):
        yield starting.ready(who, plan)
    with contenders.site() as at:
        if asked("2"):
            yield calling.warm(who, at, plan)
        if asked("4", "9"):
            yield from listing.whole(who, at, plan)
        if asked("6"):
            yield from listing.held(who, at, plan)
        if asked("7"):
            yield calling.many(who, at, plan)
        if asked("8"):
            yield starting.first(who, at, plan)
    if asked("3", "5"):
        with contenders.site(calling.ROUND_TRIP) as at:
            if asked("3"):
                yield calling.delayed(who, at, plan)
            if asked("5"):
                yield listing.distant(who, at, plan)
    if asked("10"):
        yield creating.waited(plan, contenders.installed(contenders.PYDO))
    if asked("11"):
        yield from emulating.rate(plan)
    if asked("12"):
        yield emulating.inside(plan)
    if asked("13"):
        yield from emulating.start(plan)
    if asked("CLI") and (row := starting.command_line(plan)) is not None:
        yield row


def collected(plan: Plan, wanted: set[str]) -> list[Row]:
    """The same, said as they come, and in the order of their numbers."""
    rows = []
    for row in measured(plan, wanted):
        rows.append(row)
        print(f"{row.number}. {row.work}")
        for name, values in row.figures.items():
            print(f"     {name:<22} {report.cell(values)} {row.unit}")
        for goal in row.goals:
            print(f"   {'ok    ' if goal.met else 'MISSED'} {report.verdict(goal)}")
        sys.stdout.flush()
    order = {str(n): n for n in range(100)}
    return sorted(rows, key=lambda row: order.get(row.number, 1000))


def grown() -> dict[str, Any]:
    """Rows 4, 6, 10 and 13 as the number of Droplets grows."""
    print("growth ...", flush=True)
    with contenders.site() as at:
        found: dict[str, Any] = listing.growth(at, GROWTH, PEERS_UP_TO)
    return found | creating.growth(list(GROWTH)) | emulating.growth(GROWTH)


def whole_run(wanted: set[str]) -> None:
    """Measure, and write the page; with some rows only, print them."""
    began = time.monotonic()
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    machine = report.machine()
    print("environments", flush=True)
    missing = environments.make([*environments.PYPI, environments.SLIM])
    rows = collected(Plan(), wanted)
    if wanted:
        return
    growth = grown()
    with TemporaryDirectory() as folder:
        figures = Path(folder, "growth.json")
        figures.write_text(json.dumps(growth))
        if "plot" not in missing:
            plot = Path(__file__).with_name("plot.py")
            subprocess.run([environments.python("plot"), plot, figures, report.PICTURE], check=True)
    busy = "" if load < 0.5 else ": it had other work to do, and figures are worse and less even than they could be"
    about = {
        "minutes": (time.monotonic() - began) / 60,
        "load": f"The machine's load average was {load:.2f} when the run began{busy}.",
        "machine": machine,
        "versions": environments.versions(),
        "missing": missing,
    }
    report.PAGE.write_text(report.written(rows, growth, about))
    print(f"{report.PAGE} is written")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure what dopyapi costs.")
    parser.add_argument("--rows", nargs="+", default=[], metavar="ROW", help="only these, printed")
    parser.add_argument("what", nargs="*", metavar="short | parts [NAME ...]")
    given = parser.parse_args()
    match given.what:
        case []:
            whole_run(set(given.rows))
        case ["short"]:
            sys.exit(budgets.main())
        case ["parts", *names]:
            parts.show(names)
        case _:
            parser.error(f"{given.what[0]!r} is neither short nor parts")


if __name__ == "__main__":
    main()
