"""python -m tests.core.rate.worker URL TOKEN SHARED FORM: ask as fast as the budget allows, and print when.

Says that it is ready, is told on its input until when to ask, and then prints JSON."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import time
from collections import Counter

import dopyapi as do
from dopyapi._core.steps import adrive, drive

WORKERS = 4
REQUESTS, SECONDS = 200, 2


def main(url: str, token: str, shared: str, form: str) -> None:
    limits = do.RateLimits(minute=(REQUESTS, SECONDS), shared=shared)
    client = do.Client(token, url, rate=limits, retries=0)
    times: list[float] = []
    failures: Counter[str] = Counter()

    until = 0.0

    def work() -> None:
        while not times or time.time() < until:
            try:
                drive(client.exchange("GET", "/account"))
                times.append(time.time())
            except do.APIError as error:
                failures[str(error.status)] += 1

    async def awaited() -> None:
        while time.time() < until:
            try:
                await adrive(client.exchange("GET", "/account"))
                times.append(time.time())
            except do.APIError as error:
                failures[str(error.status)] += 1

    async def all_awaited() -> None:
        async with client:
            await asyncio.gather(*(awaited() for _ in range(WORKERS)))

    work()  # once, so that all is loaded
    print("ready", flush=True)
    until = float(sys.stdin.readline())
    if form == "tasks":
        asyncio.run(all_awaited())
    else:
        threads = [threading.Thread(target=work) for _ in range(WORKERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    client.close()
    print(json.dumps({"times": times, "failures": failures}))


if __name__ == "__main__":
    main(*sys.argv[1:5])
