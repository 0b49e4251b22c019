"""Time to turn a page of 200 Droplets into objects, and to read their attributes."""

from __future__ import annotations

import json
import time
from typing import Any

from ..data import Answering, page
from .measure import Figure, Table, fresh

ROUNDS = 5
PAGES = 20
FIRST = ("id", "name", "status", "memory", "created_at")
NESTED = ("region", "size", "image", "networks", "tags")


def measure() -> Table:
    """Each round is a process of its own that measures all of it, one after the other."""
    import statistics

    rounds = [fresh(["-m", "benchmarks.parts.decoding"]) for _ in range(ROUNDS)]
    found = {name: statistics.median(r[name] for r in rounds) for name in rounds[0]}
    floor = found["msgspec.json.decode() of the page"]
    lines = [
        Figure(name, value * scale, unit, "msgspec.json.decode()" if unit == "ms" else "", ratio)
        for name, value in found.items()
        for scale, unit in [(1e3, "ms") if "page" in name else (1e6, "us")]
        for ratio in [value / floor if unit == "ms" and value != floor else None]
    ]
    about = f"A page of 200 Droplets, {len(page()) / 1e3:.0f} kB of JSON, from a transport in memory; processor time."
    return Table("Decoding", about, lines)


def once() -> dict[str, float]:
    """Seconds of processor time."""
    import msgspec

    import dopyapi as do

    body = page()
    client = do.Client("token", "https://api.example", transport=Answering(body))
    listing = do.Droplet.list.on(client)

    def read(droplets: Any, names: tuple[str, ...]) -> float:
        started = time.process_time()
        for droplet in droplets:
            for name in names:
                getattr(droplet, name)
        return time.process_time() - started

    def all_reads() -> list[float]:
        droplets = listing(per_page=200)
        count = len(droplets) * len(FIRST)
        first, again = read(droplets, FIRST) / count, read(droplets, FIRST) / count
        return [first, again, read(droplets, NESTED) / count, read(droplets, NESTED) / count]

    def timed(work: Any) -> float:
        work()
        times = []
        for _ in range(PAGES):
            started = time.process_time()
            work()
            times.append(time.process_time() - started)
        return sorted(times)[PAGES // 2]

    all_reads()
    reads = [sorted(column)[PAGES // 2] for column in zip(*(all_reads() for _ in range(PAGES)), strict=True)]
    return {
        "json.loads() of the page": timed(lambda: json.loads(body)),
        "msgspec.json.decode() of the page": timed(lambda: msgspec.json.decode(body)),
        "Droplet.list() of the page": timed(lambda: listing(per_page=200)),
        "reading an attribute, first 5 of each": reads[0],
        "reading the same again": reads[1],
        "reading a nested one, first time": reads[2],
        "reading the same nested one again": reads[3],
    }


if __name__ == "__main__":
    print(json.dumps(once()))
