"""Four processes, one budget, in real time: an emulator that enforces 200 requests in 2 seconds refuses none."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import dopyapi as do

from .worker import REQUESTS, SECONDS

ROOT = Path(__file__).parents[3]
PROCESSES = ["threads", "tasks"] * 2
DURATION = 1.7 * SECONDS


def together(shared: str) -> list[dict[str, Any]]:
    """Of each process, when its requests were answered, and how many failed by status."""
    with do.testing.server("--limits", f"{REQUESTS}/{SECONDS}s", "--speed", "0") as server:
        command = [sys.executable, "-m", "tests.core.rate.worker", server.url, server.token, shared]
        processes = [
            subprocess.Popen(
                [*command, form], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
            )
            for form in PROCESSES
        ]
        try:
            for process in processes:
                assert process.stdout is not None
                assert process.stdout.readline() == "ready\n"
            until = f"{time.time() + DURATION}\n"
            for process in processes:  # all before any is waited for
                assert process.stdin is not None
                process.stdin.write(until)
            outputs = [process.communicate(timeout=60)[0] for process in processes]
        finally:
            for process in processes:
                process.kill()
    return [json.loads(output) for output in outputs]


def share(times: list[float]) -> float:
    """Which part of the allowed rate was used: a request may go ``SECONDS`` after the one ``REQUESTS`` before it."""
    gaps = [later - earlier for earlier, later in zip(times, times[REQUESTS:], strict=False)]
    return SECONDS / (sum(gaps) / len(gaps))


@pytest.mark.parametrize("store", ["file", "redis"])
def test_four_processes(store, tmp_path, request):
    shared = str(tmp_path / "rate.db") if store == "file" else request.getfixturevalue("redis_server").url
    processes = together(shared)
    assert [process["failures"] for process in processes] == [{}] * 4
    assert all(len(process["times"]) > REQUESTS / 20 for process in processes)
    times = sorted(moment for process in processes for moment in process["times"])
    assert len(times) > 1.5 * REQUESTS
    assert share(times) >= 0.95
