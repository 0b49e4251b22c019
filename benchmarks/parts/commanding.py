"""What ``dopy`` takes from Return to the prompt: the first screen, and a list of 200 Droplets.

python -m benchmarks.parts.commanding
"""

from __future__ import annotations

import os
import statistics
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from ..contenders import timed
from .measure import Figure, Table

ROUNDS = 15
DROPLETS = 200
HELP_GOAL, LIST_GOAL = 2.5, 0.35
"""Times a bare interpreter; seconds."""
PROGRAMS = {
    "python -c pass": ["-c", "pass"],
    "dopy --help": ["-m", "dopyapi.cli", "--help"],
    "dopy droplets --help": ["-m", "dopyapi.cli", "droplets", "--help"],
    "dopy droplets list": ["-m", "dopyapi.cli", "droplets", "list"],
    "dopy droplets list -o json": ["-m", "dopyapi.cli", "droplets", "list", "-o", "json"],
}


def _run(arguments: list[str], environment: dict[str, str]) -> float:
    """Wall-clock seconds of a fresh process, whose output is read."""
    seconds, written = timed([sys.executable, *arguments], environment)
    if arguments[-1] == "list":
        listed = len(written.splitlines()) - 1
        if listed != DROPLETS:
            raise RuntimeError(f"{listed} Droplets were listed, not {DROPLETS}")
    return seconds


def _rounds(environment: dict[str, str]) -> dict[str, list[float]]:
    """Every program in each round, so that a busy moment of the machine meets all of them alike."""
    found: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for at in range(ROUNDS + 1):
        for name, arguments in PROGRAMS.items():
            seconds = _run(arguments, environment)
            if at:  # the first round fills caches: byte code, the file system's
                found[name].append(seconds)
    return found


def measure() -> Table:
    """Fresh processes in turn against an emulator that is a process of its own: the minimum and the median of each."""
    import dopyapi as do

    with TemporaryDirectory() as home, do.testing.server("--speed", "0") as server:
        with do.using(do.Client(server.token, base_url=f"{server.url}/v2")):
            do.Droplet.create_many(
                [f"web-{n}" for n in range(DROPLETS)],
                region="ams3",
                size="s-1vcpu-1gb",
                image="ubuntu-24-04-x64",
                tags=["web"],
                wait=True,
            )
        environment = {
            "HOME": home,
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(Path(__file__).parents[2] / "src"),
            "DIGITALOCEAN_API_URL": server.url,
            "DIGITALOCEAN_TOKEN": server.token,
        }
        found = _rounds(environment)
    bare = {"minimum": min(found["python -c pass"]), "median": statistics.median(found["python -c pass"])}
    lines = []
    for name, seconds in found.items():
        for what, value in (("minimum", min(seconds)), ("median", statistics.median(seconds))):
            ratio = None if name == "python -c pass" else value / bare[what]
            lines.append(Figure(f"{name}, {what}", value * 1e3, "ms", "python -c pass", ratio))
    about = (
        f"{ROUNDS} fresh processes of each, in turn; {DROPLETS} Droplets, output to a pipe. Goals: --help at most "
        f"{HELP_GOAL:g} x python -c pass; droplets list at most {LIST_GOAL:g} s."
    )
    return Table("Commanding", about, lines)


if __name__ == "__main__":
    print(measure())
