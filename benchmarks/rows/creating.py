"""Row 10: how many requests it takes to create Droplets and to wait until they run."""

from __future__ import annotations

import json
import subprocess
from typing import Any

from .. import contenders, environments
from ..contenders import PROGRAMS
from .emulating import serving
from .row import OURS, PYDO, Goal, Plan, Row

DROPLETS = 100
PROGRAM = """
import json, sys
import dopyapi as do
number = int(sys.argv[1])
with do.testing.emulator() as e:
    client, sent = e.client, 0
    def count(request):
        global sent
        sent += 1
    client.on_request.append(count)
    do.Droplet.create_many([f"web-{n}" for n in range(number)], size="s-1vcpu-1gb", image="debian-12-x64",
                           region="ams3", wait=True, wait_timeout=36000)
    print(json.dumps(sent))
"""
"""In the process, on virtual time at the speed of production."""
HURRY = 10
"""How much faster than production the emulator is that pydo asks; it asks as much more often."""


def ours(number: int) -> int:
    """Requests of dopyapi."""
    python = environments.python("ours")
    done = subprocess.run(
        [str(python), "-c", PROGRAM, str(number)], check=True, capture_output=True, timeout=600,
        env=contenders.environment(),
    )  # fmt: skip
    return int(json.loads(done.stdout))


def by_hand(number: int) -> int:
    """Requests of a loop around pydo that asks every two seconds for each Droplet that does not run yet."""
    with serving("--speed", str(1 / HURRY), "--tls") as port:
        given = {"url": f"https://127.0.0.1:{port}", "number": number, "pause": 2 / HURRY}
        python = environments.python(PYDO.environment)
        done = subprocess.run(
            [str(python), str(PROGRAMS / "pydo_loop.py"), json.dumps(given)], check=True, capture_output=True,
            timeout=600, env=contenders.environment(),
        )  # fmt: skip
    return int(json.loads(done.stdout))


def waited(plan: Plan, peers: bool) -> Row:
    """Row 10."""
    number = plan.times(DROPLETS)
    figures: dict[str, list[float]] = {OURS.name: [ours(number)]}
    if peers:
        figures[PYDO.name] = [by_hand(number)]
    goals = [Goal(f"at most {round(number * 1.3)} requests", figures[OURS.name][0], number * 1.3, unit="requests")]
    notes = [
        "`Droplet.create_many(..., wait=True)` on the emulator, on virtual time at the speed of production. pydo: a "
        "loop that creates each and asks every 2 s for each that is not `active` yet."
    ]
    return Row("10", f"create {number} Droplets and wait for them, requests sent", "requests", figures, goals, notes)


def growth(totals: list[int]) -> dict[str, Any]:
    """The same as the number grows."""
    return {"10": {OURS.name: [(total, ours(total)) for total in totals]}}
