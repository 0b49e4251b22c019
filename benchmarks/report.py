"""The page that a run writes: docs/benchmarks.md."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from . import environments
from .contenders import EVERYBODY, OURS
from .rows.row import Goal, Row, median

PAGE = environments.ROOT / "docs/benchmarks.md"
PICTURE = environments.ROOT / "docs/benchmarks.svg"
COLUMNS = tuple(each.name for each in EVERYBODY)

HEAD = """# Benchmarks

`make bench` made this page, on the machine described below. It installs dopyapi and other clients, each into an
environment of its own, starts a server on this machine, and lets them do the same work in fresh processes, in turn.
Every figure is a median with the minimum behind it; what counts are the ratios, since all were measured in one run.
*Floor* is the least that any program must do: bare sockets and the fastest decoder, written for that work alone.
"""


def machine() -> dict[str, str]:
    """What it ran on."""
    model = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next((line.partition(": ")[2] for line in lines if line.startswith("model name")), model)
        total = next(line for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal"))
        memory = f"{int(total.split()[1]) / 1e6:.0f} GB"
    except (OSError, StopIteration):
        memory = "unknown"
    return {
        "processor": f"{model}, {os.cpu_count()} cores",
        "memory": memory,
        "system": f"{platform.system()} {platform.release()}",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "OpenSSL": __import__("ssl").OPENSSL_VERSION,
        "commit": commit(),
    }


def commit() -> str:
    """What was measured."""
    try:
        done = subprocess.run(
            ["git", "describe", "--always", "--dirty"],
            check=True,
            capture_output=True,
            text=True,
            cwd=environments.ROOT,
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return done.stdout.strip()


def shown(value: float) -> str:
    """A figure with the digits that mean something."""
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.{0 if value >= 100 else 1 if value >= 10 else 2 if value >= 0.1 else 3}f}"


def cell(values: Sequence[float] | None) -> str:
    """The median, and the minimum where there were several rounds."""
    if not values:
        return ""
    return shown(median(values)) + (f" ({shown(min(values))})" if len(values) > 1 else "")


def verdict(goal: Goal) -> str:
    """What is wanted, what was measured, and whether it is so."""
    measured = f"{shown(goal.value)} {goal.unit}".replace(" x", "x")
    return f"{goal.text}: {measured}, {'met' if goal.met else '**missed**'}"


def table(rows: Sequence[Row]) -> list[str]:
    """The rows in which others take part, too."""
    lines = [
        f"| # | work | unit | {' | '.join(COLUMNS)} | goal of dopyapi |",
        f"|---|---|---|{'---|' * len(COLUMNS)}---|",
    ]
    for row in rows:
        cells = " | ".join(cell(row.figures.get(name)) for name in COLUMNS)
        lines.append(f"| {row.number} | {row.work} | {row.unit} | {cells} | {'; '.join(map(verdict, row.goals))} |")
    return lines


def further(rows: Sequence[Row]) -> list[str]:
    """Figures that are in no column, and what has to be known."""
    lines = []
    for row in rows:
        others = [f"{name} {cell(values)} {row.unit}" for name, values in row.figures.items() if name not in COLUMNS]
        said = [*([", ".join(others) + "."] if others else []), *row.notes]
        if row.server:
            busiest = max(row.server, key=lambda name: row.server[name])
            ours = row.server.get(OURS.name)
            own = f"; with dopyapi {ours:.0%}" if ours is not None and busiest != OURS.name else ""
            said.append(f"The server was busy for {row.server[busiest]:.0%} of the time at most ({busiest}){own}.")
        if said:
            lines.append(f"- **{row.number}, {row.work}.** {' '.join(said)}")
    return lines


def ratios(rows: Sequence[Row]) -> list[str]:
    """How much of each that of dopyapi is."""
    names = [name for name in COLUMNS if name != OURS.name]
    lines = [f"| # | work | {' | '.join(f'x {name}' for name in names)} |", f"|---|---|{'---|' * len(names)}"]
    for row in rows:
        if OURS.name not in row.figures or len(row.figures) < 2:
            continue
        ours = median(row.figures[OURS.name])
        cells = [f"{ours / median(row.figures[n]):.2f}" if row.figures.get(n) else "" for n in names]
        lines.append(f"| {row.number} | {row.work} | {' | '.join(cells)} |")
    return lines


def grown(growth: dict[str, Any]) -> list[str]:
    """The figures of the plot."""
    lines = []
    for number, lines_of in growth.items():
        totals = sorted({total for points in lines_of.values() for total, _ in points})
        lines += [f"Row {number}:", "", f"| Droplets | {' | '.join(f'{total:,}' for total in totals)} |"]
        lines += [f"|---|{'---|' * len(totals)}"]
        for name, points in lines_of.items():
            known = dict(map(tuple, points))
            lines.append(f"| {name} | {' | '.join(shown(known[t]) if t in known else '' for t in totals)} |")
        lines.append("")
    return lines


def written(rows: Sequence[Row], growth: dict[str, Any], about: dict[str, Any]) -> str:
    """The whole page."""
    when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    goals = [goal for row in rows for goal in row.goals]
    missed = [f"- {row.number}, {row.work}: {verdict(goal)}" for row in rows for goal in row.goals if not goal.met]
    lines = [HEAD, f"Measured {when}, in {about['minutes']:.0f} minutes.", about["load"], ""]
    lines += [
        f"{len(goals) - len(missed)} of {len(goals)} goals are met{', and these are not:' if missed else '.'}",
        "",
    ]
    lines += [*missed, ""] if missed else []
    lines += ["## The table", "", "Median (minimum) of each.", "", *table(rows), ""]
    lines += ["## dopyapi by the others", "", "Below 1, dopyapi takes less.", "", *ratios(rows), ""]
    lines += ["## How to read the rows", "", *further(rows), ""]
    if growth:
        lines += ["## Growth", "", "![What grows with the number of Droplets](benchmarks.svg)", "", *grown(growth)]
    lines += ["## The machine, the versions and the fleets", ""]
    lines += [f"- {name}: {value}" for name, value in about["machine"].items()]
    for name, packages in about["versions"].items():
        lines.append(f"- {name}: {', '.join(f'{package} {version}' for package, version in packages.items())}")
    lines += [f"- not taking part: {name}: {why}" for name, why in about["missing"].items()]
    lines += ["", FLEETS_WORDS, ""]
    return "\n".join(lines)


FLEETS_WORDS = """A Droplet is 2.9 KB of JSON, as accounts have them: image, size, region, networks, tags. In the
*repeating* fleet, nested objects are the same 7 images, 4 sizes and 13 regions over and over; in the *distinct* one,
none is like another. 200 are on a page. Server and clients run on the same machine; the server sends ready bytes, and
its processor time is measured beside that of the clients."""
