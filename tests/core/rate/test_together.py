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
DURATION = 1.4 * SECONDS


def together(shared: str) -> tuple[list[float], dict[str, int]]:
    """When the requests of all processes were answered, and what failed."""
    with do.testing.server("--limits", f"{REQUESTS}/{SECONDS}s", "--speed", "0") as server:
        until = str(time.time() + 1 + DURATION)
        command = [sys.executable, "-m", "tests.core.rate.worker", server.url, server.token, shared]
        processes = [
            subprocess.Popen([*command, form, until], cwd=ROOT, stdout=subprocess.PIPE, text=True) for form in PROCESSES
        ]
        try:
            outputs = [process.communicate(timeout=60)[0] for process in processes]
        finally:
            for process in processes:
                process.kill()
    found: list[dict[str, Any]] = [json.loads(output) for output in outputs]
    failures: dict[str, int] = {}
    for each in found:
        for status, count in each["failures"].items():
            failures[status] = failures.get(status, 0) + count
    return sorted(moment for each in found for moment in each["times"]), failures


def share(times: list[float]) -> float:
    """Which part of the allowed rate was used: a request may go ``SECONDS`` after the one ``REQUESTS`` before it."""
    gaps = [later - earlier for earlier, later in zip(times, times[REQUESTS:], strict=False)]
    return SECONDS / (sum(gaps) / len(gaps))


@pytest.mark.parametrize("store", ["file", "redis"])
def test_four_processes(store, tmp_path, request):
    shared = str(tmp_path / "rate.db") if store == "file" else request.getfixturevalue("redis_server").url
    times, failures = together(shared)
    assert failures == {}
    assert len(times) > 1.25 * REQUESTS
    assert share(times) >= 0.95
