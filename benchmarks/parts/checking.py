"""What it costs to hold a request against the table of facts before it is sent."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from .measure import Figure, Table, cpu_time, fresh

ROUNDS = 5
CHECKS = 20_000
DROPLET: dict[str, Any] = {
    "name": "web-1",
    "region": "ams3",
    "size": "s-1vcpu-1gb",
    "image": "ubuntu-24-04-x64",
    "ssh_keys": [1, 2, "aa:bb"],
    "backups": True,
    "backup_policy": {"plan": "weekly", "weekday": "SUN", "hour": 8},
    "ipv6": True,
    "monitoring": True,
    "tags": ["web", "blue"],
    "user_data": "#!/bin/sh\n",
    "volumes": ["506f78a4-e098-11e5-ad9f-000f53306ae1"],
    "vpc_uuid": "5a4981aa-9653-4bd1-bef5-d6bff52042e4",
    "with_droplet_agent": True,
    "public_networking": True,
}
SMALL = {name: DROPLET[name] for name in ("name", "size", "image")}
PAGE = {"page": 2, "per_page": 200}
CALLS = {
    "Droplet.create(), 15 arguments": ("create", {}, DROPLET),
    "Droplet.create(), 3 arguments": ("create", {}, SMALL),
    "droplet.reboot()": ("reboot", {}, {"type": "reboot"}),
    "Droplet.list(page=2, per_page=200)": ("list", PAGE, None),
}


def measure() -> Table:
    """Each in processes of its own; the best of several runs, since a check does nothing but compute."""
    found = [fresh(["-m", "benchmarks.parts.checking"]) for _ in range(ROUNDS)]
    lines = [Figure(name, min(run[name] for run in found), "us") for name in CALLS]
    first = min(run["first"] for run in found)
    lines.append(Figure("the first one of a process, with all that it loads", first, "us"))
    return Table("A check before sending", "Microseconds of processor time for each.", lines)


def run() -> dict[str, float]:
    """Microseconds of each."""
    import dopyapi as do

    droplet = do.Droplet({"id": 5})
    started = time.process_time()
    from dopyapi._core.checking import check

    endpoint: Any = do.Droplet.create._declaration.endpoint
    check(endpoint, do.Droplet(), {}, DROPLET, DROPLET, {})
    result = {"first": (time.process_time() - started) * 1e6}
    for name, (operation, query, body) in CALLS.items():
        endpoint = getattr(do.Droplet, operation)._declaration.endpoint
        given = query or body or {}

        def work(endpoint: Any = endpoint, query: Any = query, body: Any = body, given: Any = given) -> None:
            check(endpoint, droplet, query, body, given, {})

        work()
        result[name] = cpu_time(work, CHECKS) * 1e6
    return result


if __name__ == "__main__":
    json.dump(run(), sys.stdout)
