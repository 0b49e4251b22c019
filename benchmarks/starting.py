"""Time until a program can begin: importing, and making a client."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from .measure import Figure, Table, in_turn

ROUNDS = 9
PROGRAMS = {
    "python alone": "pass",
    "import dopyapi": "import dopyapi",
    "... and Droplet": "import dopyapi; dopyapi.Droplet",
    "... and a Client": "import dopyapi; dopyapi.authenticate('t'); dopyapi.Droplet.list",
    "... and its transport": "import dopyapi; dopyapi.Client('t').transport; dopyapi.Droplet",
}


def _run(program: str) -> float:
    started = time.perf_counter()
    # -I: neither the folder nor the environment takes part.
    subprocess.run([sys.executable, "-I", "-c", program], check=True, cwd=Path(__file__).parent)
    return time.perf_counter() - started


def measure() -> Table:
    """Wall-clock time of whole processes, above that of a Python that does nothing."""
    found = in_turn({name: lambda p=program: _run(p) for name, program in PROGRAMS.items()}, ROUNDS)
    bare = found.pop("python alone")
    lines = [Figure("python alone", bare * 1e3, "ms")]
    lines += [Figure(name, (value - bare) * 1e3, "ms") for name, value in found.items()]
    about = f"Milliseconds of a fresh process beyond those of a bare interpreter; medians of {ROUNDS} in turn."
    return Table("Starting", about, lines)
