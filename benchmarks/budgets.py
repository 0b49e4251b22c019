"""The short run, for CI: everything runs once, small; and what is counted keeps its budget. No time is a test.

Instructions are those of callgrind, the same in every run. Each is held against a work that ours has no part in, of the
same interpreter: a budget is a ratio, so that another Python has the same one.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import contenders, data, environments
from .contenders import PEERS
from .rows.row import Goal, Plan, Row

SHORT = Plan(rounds=1, unmeasured=0, scale=0.05)
WHO = ["ours", environments.SLIM, "floor", *(peer.environment for peer in PEERS)]

IN_MEMORY = """
import dopyapi as do
from dopyapi._core.steps import Response
one, page = (open(p, "rb").read() for p in ({one!r}, {page!r}))
class Answering:
    def send(self, request): return Response(200, {}, page if "?" in request.url else one)
client = do.Client("t", "https://api.example", transport=Answering())
fetch, several = do.Droplet.fetch.on(client), do.Droplet.list.on(client)
"""
REPEATED = 4
PLAINLY = ("json.loads(one)", "json.loads(page)")

LOADED = "import sys; before = set(sys.modules)\n{program}\nprint(len(set(sys.modules) - before))"
FIRST_CALL = """import dopyapi as do
do.authenticate({token!r}, {url!r}, ca={ca!r})
do.Droplet.fetch(400000017)"""


def main() -> int:
    """Run, and say what is over its budget."""
    began = time.monotonic()
    missing = environments.make(WHO)
    for name, why in missing.items():
        print(f"not taking part: {name}: {why}")
    if {"ours", environments.SLIM, "floor"} & set(missing):
        return 1
    from .__main__ import collected

    rows = collected(SHORT, set())
    print(f"rows: {time.monotonic() - began:.0f} s", flush=True)
    goals = [*counted(rows), *loaded(), *instructions()]
    over = [goal for goal in goals if not goal.met]
    print("\nbudgets")
    for goal in goals:
        print(f"   {'ok  ' if goal.met else 'OVER'} {goal.text}: {goal.value:,.2f} of {goal.limit:,.2f} {goal.unit}")
    print(f"{len(goals) - len(over)} of {len(goals)} budgets kept, in {time.monotonic() - began:.0f} s")
    return 1 if over else 0


def counted(rows: list[Row]) -> Iterator[Goal]:
    """What rows have counted: requests and bytes."""
    for row in rows:
        if row.number in ("6", "10"):
            for goal in row.goals:
                yield Goal(f"row {row.number}, {row.work}", goal.value, goal.limit, unit=goal.unit)


def loaded() -> Iterator[Goal]:
    """Modules that ours loads, where nothing else is installed."""

    def modules(program: str, **given: str) -> int:
        text = LOADED.format(program=program.format(**given))
        python = str(environments.python(environments.SLIM))
        around = contenders.environment()
        return int(subprocess.run([python, "-c", text], check=True, capture_output=True, env=around).stdout)

    yield Goal("modules of `import dopyapi`", modules("import dopyapi"), 2, unit="modules")
    yield Goal("modules of `dopyapi.Droplet`", modules("import dopyapi; dopyapi.Droplet"), 105, unit="modules")
    with contenders.site() as at:
        first = modules(FIRST_CALL, token="repeating-10", url=at.url, ca=str(at.ca))
    yield Goal("modules of a first call over TLS", first, 250, unit="modules")


def instructions() -> Iterator[Goal]:
    """Instructions of ours, by those of a work that anybody must do."""
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        print("valgrind is not installed: no instructions are counted")
        return
    python = str(environments.python(environments.SLIM))

    def count(program: str) -> int:
        command = [valgrind, "--tool=callgrind", "--callgrind-out-file=/dev/null", python, "-c", program]
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=contenders.environment())
        found = re.search(r"Collected : (\d+)", done.stderr)
        assert found, done.stderr[-500:]
        return int(found[1])

    with tempfile.TemporaryDirectory() as folder:
        one, page = Path(folder, "one.json"), Path(folder, "page.json")
        one.write_text(json.dumps({"droplet": data.droplet(1)}))
        page.write_bytes(data.page(1, 50))
        setting = IN_MEMORY.replace("{one!r}", repr(str(one))).replace("{page!r}", repr(str(page)))
        plain = f"import json; one, page = (open(p, 'rb').read() for p in ({str(one)!r}, {str(page)!r}))"
        programs = ["pass", "import msgspec", "import dopyapi", "import dopyapi; dopyapi.Droplet"]
        for begin, works in ((setting, ("fetch(1)", "several(per_page=50)")), (plain, PLAINLY)):
            begun = "\n".join((begin, *works))  # what is made once is made before
            programs += [begun, *(f"{begun}\nfor _ in range({REPEATED}): {work}" for work in works)]
        with ThreadPoolExecutor(os.cpu_count()) as pool:  # what else a processor does changes no count
            bare, decoder, alone, droplet, *works = pool.map(count, programs)
    ours, fetch, several, theirs, loads, all_loads = works
    fetch, several, loads, all_loads = fetch - ours, several - ours, loads - theirs, all_loads - theirs
    yield Goal("instructions of `import dopyapi`, by those of `pass`", alone / bare, 1.15)
    yield Goal("instructions of `dopyapi.Droplet`, by those of `import msgspec`", droplet / decoder, 1.75)
    yield Goal("instructions of fetch() without a network, by json.loads() of the answer", fetch / loads, 1.5)
    yield Goal("instructions of list() of 50 without a network, by json.loads() of them", several / all_loads, 0.5)
