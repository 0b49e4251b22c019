"""What it costs to keep to a rate budget that has room: a request that is answered in memory, counted or not."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from .measure import Table, figures, fresh, in_turn

ROUNDS = 3
CALLS = 2000
SHARED_CALLS = 400
FLOOR = "rate=None"


@contextmanager
def redis_server() -> Iterator[str | None]:
    """A Redis of its own, where there is one: its URL."""
    program = shutil.which("redis-server")
    with tempfile.TemporaryDirectory() as folder:
        if program is None:
            yield None
            return
        place = Path(folder, "redis.sock")
        command = [program, "--port", "0", "--unixsocket", place, "--save", "", "--appendonly", "no", "--dir", folder]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            for _ in range(500):
                if place.exists():
                    break
                time.sleep(0.01)
            yield f"unix://{place}"
        finally:
            process.terminate()
            process.wait(10)


def measure() -> Table:
    """Each place of the count in fresh processes, in turn."""
    about = "Microseconds per request that is answered in memory, with 4,500 counted in the last hour."
    with tempfile.TemporaryDirectory() as folder, redis_server() as redis:
        places = {FLOOR: "", 'rate="process"': "process", "rate=, a file": str(Path(folder, "rate.db"))}
        if redis is not None:
            places["rate=, a Redis on this machine"] = redis
        found = in_turn(
            {
                name: lambda place=place: fresh(["-m", "benchmarks.parts.limiting", place])
                for name, place in places.items()
            },
            ROUNDS,
        )
    return Table("A request within the rate limits", about, figures({n: v * 1e6 for n, v in found.items()}, "us"))


class Account:
    """Answers as an API that counts, on a clock that goes on by 0.8 seconds a request."""

    def __init__(self) -> None:
        self.time = time.time()
        self.sent: list[float] = []

    def send(self, request: Any) -> Any:
        from dopyapi._core.steps import Response

        self.time += 0.8
        self.sent.append(self.time)
        while self.sent[0] <= self.time - 3600:
            self.sent.pop(0)
        headers = {
            "ratelimit-limit": "5000",
            "ratelimit-remaining": str(5000 - len(self.sent)),
            "ratelimit-reset": str(int(self.sent[0]) + 3600),
        }
        return Response(200, headers, b"{}")

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        raise AssertionError("there is room")


def cost(place: str) -> float:
    """Seconds per request."""
    import dopyapi as do
    from dopyapi._core.steps import drive

    account: Any = Account()
    rate = do.RateLimits(shared=place) if place else None
    token = os.urandom(8).hex()  # nobody has counted for it before
    with do.Client(token, "https://api.example/v2", transport=account, clock=account, rate=rate) as client:
        for _ in range(4600):
            drive(client.exchange("GET", "/droplets/1"))
        calls = CALLS if place in ("", "process") else SHARED_CALLS
        started = time.perf_counter()
        for _ in range(calls):
            drive(client.exchange("GET", "/droplets/1"))
        return (time.perf_counter() - started) / calls


if __name__ == "__main__":
    with suppress(BrokenPipeError):
        print(json.dumps(cost(sys.argv[1])))
