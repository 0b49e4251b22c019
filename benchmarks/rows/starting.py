"""Rows 1 and 8: how long whole processes take, and what the command line takes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from .. import contenders, environments
from ..contenders import Contender, Site
from .row import FLOOR, MS, OURS, Goal, Plan, Row, median

BARE, ALONE = "python -c pass", "import dopyapi alone"
FORGIVEN = 10.0
"""Milliseconds that `import dopyapi` may take."""
LISTED = 200


def ready(who: Sequence[Contender], plan: Plan) -> Row:
    """Row 1."""
    runs: dict[str, Any] = {
        BARE: lambda: contenders.whole(OURS, "pass"),
        ALONE: lambda: contenders.whole(OURS, "import dopyapi"),
    }
    runs |= {each.name: lambda each=each: contenders.whole(each, each.ready) for each in who}
    found = contenders.in_turn(runs, plan.starts, unmeasured=plan.unmeasured)
    figures = {name: [value * MS for value in values] for name, values in found.items()}
    floor, ours = median(figures[FLOOR.name]), median(figures[OURS.name])
    goals = [
        Goal("at most 1.3 x floor", ours / floor, 1.3),
        Goal(
            "`import dopyapi` within 10 ms of bare", median(figures[ALONE]) - median(figures[BARE]), FORGIVEN, unit="ms"
        ),
    ]
    notes = ["Whole processes. Floor: `import socket, ssl, msgspec`. Ours: the client is made and `Droplet` loaded."]
    return Row("1", "import, and a client that is ready", "ms", figures, goals, notes)


def first(who: Sequence[Contender], at: Site, plan: Plan) -> Row:
    """Row 8."""
    runs: dict[str, Any] = {BARE: lambda: contenders.whole(OURS, "pass")}
    runs |= {each.name: lambda each=each: contenders.whole(each, each.first, at) for each in who}
    found = contenders.in_turn(runs, plan.starts, unmeasured=plan.unmeasured)
    figures = {name: [value * MS for value in values] for name, values in found.items()}
    goals = [Goal("at most 2.5 x floor", median(figures[OURS.name]) / median(figures[FLOOR.name]), 2.5)]
    notes = [
        "Whole processes: imports, TLS, one Droplet. All trust a file with one CA, so that nobody reads 140 of them."
    ]
    return Row("8", "first TLS answer of a fresh process", "ms", figures, goals, notes)


def command_line(plan: Plan) -> Row | None:
    """What `dopy` takes, where it is installed."""
    program = environments.python("ours").with_name("dopy")
    if not program.exists():
        return None
    with TemporaryDirectory(prefix="dopyapi-bench-") as folder, emulated() as url:
        around = contenders.environment() | {"HOME": folder, "DO_TOKEN": "t", "DIGITALOCEAN_API_URL": url}

        def run(*command: Any) -> float:
            seconds, written = contenders.timed([*map(str, command)], around, Path(folder))
            if "droplets" in command:
                assert written.count(b"web-") == LISTED, written[:400]
            return seconds * MS

        figures = contenders.in_turn(
            {
                BARE: lambda: run(environments.python("ours"), "-c", "pass"),
                "dopy --help": lambda: run(program, "--help"),
                "dopy droplets list": lambda: run(program, "droplets", "list"),
            },
            plan.starts,
            unmeasured=plan.unmeasured,
        )
    goals = [
        Goal("`dopy --help` at most 2.5 x bare", median(figures["dopy --help"]) / median(figures[BARE]), 2.5),
        Goal("200 Droplets listed in at most 350 ms", median(figures["dopy droplets list"]), 350, unit="ms"),
    ]
    notes = [f"Whole processes; {LISTED} Droplets of an emulator that is a process of its own."]
    return Row("CLI", "the command line", "ms", figures, goals, notes)


def emulated() -> Any:
    """An emulator with Droplets."""
    from contextlib import contextmanager

    from .emulating import ask, serving

    @contextmanager
    def made() -> Any:
        with serving() as port:
            for at in range(LISTED // 10):
                names = [f"web-{at}-{n}" for n in range(10)]
                spec = {"region": "ams3", "size": "s-1vcpu-1gb", "image": "debian-12-x64", "names": names}
                assert ask(port, "POST", "/v2/droplets", spec)["droplets"]
            yield f"http://127.0.0.1:{port}"

    return made()
