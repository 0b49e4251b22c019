"""What all programs have in common: a task by its name, its arguments as JSON, and what was measured as JSON.

A program is started by itself, in the environment of its client: nothing here is imported but Python's own.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import time
import tracemalloc
from collections.abc import Awaitable, Callable, Iterable
from types import SimpleNamespace
from typing import Any

WARM_UP = 30
IN_FLIGHT = 32
REPEATED = 5
"""Readings of what has been read, of which the median counts."""
NUMBER = 400_000_017
"""The Droplet that is asked for."""


def perform(tasks: dict[str, Callable[[Any], Any]]) -> None:
    """Do the task of the command line."""
    given = SimpleNamespace(**json.loads(sys.argv[2]))
    print(json.dumps(tasks[sys.argv[1]](given)))


def warm(call: Callable[[], object], times: int) -> dict[str, float]:
    """Seconds of processor and of clock that a call takes, its connection being open."""
    for _ in range(WARM_UP):
        call()
    cpu, clock = time.process_time(), time.perf_counter()
    for _ in range(times):
        call()
    return {"cpu": (time.process_time() - cpu) / times, "clock": (time.perf_counter() - clock) / times}


def delayed(call: Callable[[], object], times: int) -> dict[str, float]:
    """The same where each answer takes its time; the median."""
    call()
    found = []
    for _ in range(times):
        started = time.perf_counter()
        call()
        found.append(time.perf_counter() - started)
    return {"clock": sorted(found)[len(found) // 2]}


def listed(
    first: Callable[[], object], whole: Callable[[], Any], read: Callable[[Any], None], total: int
) -> dict[str, float]:
    """Seconds until a whole listing is there as objects; and of processor, to read attributes of each: the first time,
    and again.

    Before, one call: some load what they need with the first one, and that is another row.
    """
    first()
    cpu, clock = time.process_time(), time.perf_counter()
    found = whole()
    measured = {"clock": time.perf_counter() - clock, "cpu": time.process_time() - cpu}
    assert len(found) == total, (len(found), total)
    times = []
    for _ in range(1 + REPEATED):
        started = time.process_time()
        read(found)
        times.append(time.process_time() - started)
    return measured | {"cold": times[0], "warm": sorted(times[1:])[REPEATED // 2]}


def held(whole: Callable[[], Any], read: Callable[[Any], None], total: int) -> dict[str, float]:
    """Bytes that each item holds: as it came, and when its attributes were read."""
    whole()  # what is made once is made before
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    found = whole()
    gc.collect()
    as_it_came = tracemalloc.get_traced_memory()[0] - before
    read(found)
    gc.collect()
    after = tracemalloc.get_traced_memory()[0] - before
    assert len(found) == total
    return {"came": as_it_came / total, "read": after / total}


def read_attributes(found: Iterable[Any]) -> None:
    """The five attributes."""
    for item in found:
        item.id, item.name, item.status, item.memory, item.created_at  # noqa: B018


def read_members(found: Iterable[dict[str, Any]]) -> None:
    """The same of dicts."""
    for item in found:
        item["id"], item["name"], item["status"], item["memory"], item["created_at"]


async def many(call: Callable[[], Awaitable[object]], times: int) -> dict[str, float]:
    """Seconds for so many calls, some in flight at a time, with the connections open."""

    async def calls(number: int) -> None:
        for _ in range(number):
            await call()

    await asyncio.gather(*(calls(2) for _ in range(IN_FLIGHT)))
    share, rest = divmod(times, IN_FLIGHT)
    cpu, clock = time.process_time(), time.perf_counter()
    await asyncio.gather(*(calls(share + (n < rest)) for n in range(IN_FLIGHT)))
    return {"clock": time.perf_counter() - clock, "cpu": time.process_time() - cpu}
