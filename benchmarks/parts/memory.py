"""Bytes that a Droplet holds: as it came, and after some of its attributes were read."""

from __future__ import annotations

import gc
import json
import tracemalloc

from ..data import Answering, page
from .decoding import FIRST, NESTED
from .measure import Figure, Table, fresh


def measure() -> Table:
    """In a process of its own."""
    found = fresh(["-m", "benchmarks.parts.memory"])
    about = "Bytes per Droplet of a page of 200, by tracemalloc, with the page itself forgotten."
    return Table("Memory", about, [Figure(name, value, "bytes") for name, value in found.items()])


def held() -> dict[str, float]:
    """Bytes per Droplet."""
    import dopyapi as do

    body = page()
    client = do.Client("token", "https://api.example", transport=Answering(body))
    listing = do.Droplet.list.on(client)
    for name in (*FIRST, *NESTED):  # what is made once is made before
        getattr(listing(per_page=200)[0], name)
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        droplets = listing(per_page=200)

        def now() -> float:
            gc.collect()
            return (tracemalloc.get_traced_memory()[0] - before) / len(droplets)

        found = {"its JSON alone": len(body) / len(droplets), "as it came": now()}
        for droplet in droplets:
            for name in FIRST:
                getattr(droplet, name)
        found["after 5 attributes were read"] = now()
        for droplet in droplets:
            for name in NESTED:
                getattr(droplet, name)
        found["after 5 nested ones were read, too"] = now()
        return found
    finally:
        tracemalloc.stop()


if __name__ == "__main__":
    print(json.dumps(held()))
