"""A Redis of our own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

PASSWORD = "p4ss-w0rd"
REQUIRED = "DOPYAPI_TEST_REDIS"
"""Set where Redis has to be there, as in CI: then what needs it fails without it, and is not skipped."""


class Redis(NamedTuple):
    """A ``redis-server`` on the loopback address."""

    url: str
    process: subprocess.Popen[bytes]

    @property
    def client(self) -> Any:
        import redis

        return redis.Redis.from_url(self.url, socket_timeout=5)


@pytest.fixture(scope="session")
def start_redis() -> Any:
    """Starts a Redis that keeps nothing on disk, on a free port."""
    program = shutil.which("redis-server")
    missing = "redis-server is not installed" if program is None else ""
    try:
        import redis
    except ImportError:
        missing = "the package redis is not installed"
    if missing:
        (pytest.fail if os.environ.get(REQUIRED) else pytest.skip)(missing)

    def start(folder: Path, port: int = 0) -> Redis:
        for _ in range(5):
            with socket.create_server(("127.0.0.1", port)) as free:
                number = free.getsockname()[1]
            command = [program, "--port", str(number), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
            command += ["--dir", str(folder), "--requirepass", PASSWORD]
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
            server = Redis(f"redis://:{PASSWORD}@127.0.0.1:{number}/0", process)
            while process.poll() is None:
                try:
                    server.client.ping()
                    return server
                except redis.exceptions.ConnectionError:
                    time.sleep(0.02)
        raise AssertionError("redis-server does not start")

    return start


def end(server: Redis) -> None:
    server.process.terminate()
    server.process.wait(10)


@pytest.fixture(scope="session")
def redis_server(start_redis: Any) -> Iterator[Redis]:
    """A Redis for all tests."""
    with tempfile.TemporaryDirectory() as folder:
        server = start_redis(Path(folder))
        yield server
        end(server)


@pytest.fixture
def redis_at(start_redis: Any, tmp_path: Path) -> Iterator[Any]:
    """Starts a Redis that the test may end and start again, at the same port."""
    servers: list[Redis] = []

    def start(port: int = 0) -> Redis:
        servers.append(start_redis(tmp_path, port))
        return servers[-1]

    yield start
    for server in servers:
        end(server)
