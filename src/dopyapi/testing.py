"""A DigitalOcean to test against: in this process, or as a server of its own.

with dopyapi.testing.emulator() as e:        no socket; virtual time
    do.Droplet.new(name="web", ...)

with dopyapi.testing.server() as s:          a process of its own, for any client
    do.authenticate(s.token, s.url)
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from ._core.accounts import using
from ._core.client import Client
from ._core.errors import DOPyError
from ._core.rate.limits import RateLimits
from ._core.retry import RetryPolicy
from ._core.steps import Request, Response
from .emulator import Emulator, Limits, VirtualClock

__all__ = ["Emulated", "EmulatorTransport", "Server", "emulator", "server"]

BASE_URL = "http://emulator.invalid"
TOKEN = "emulated"  # noqa: S105 - no secret


class EmulatorTransport:
    """Carries requests to an emulator in this process: no socket, no event loop, the same for both call forms."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator

    def send(self, request: Request) -> Response:
        """Handle the request at once."""
        parts = urlsplit(request.url)
        headers = {name.lower(): str(value) for name, value in request.headers.items()}
        origin = f"{parts.scheme}://{parts.netloc}"
        answer = self.emulator.handle(request.method, parts.path, parts.query, headers, request.body or b"", origin)
        return Response(answer.status, answer.headers, answer.body)

    async def asend(self, request: Request) -> Response:
        """Handle the request at once."""
        return self.send(request)


class _EmulatedClock:
    """The emulator's time as a client sees it; sleeping on a virtual clock moves it."""

    def __init__(self, clock: Any) -> None:
        self._clock = clock

    def now(self) -> float:
        moment: float = self._clock.now().timestamp()
        return moment

    def sleep(self, seconds: float) -> None:
        # It counts microseconds: a wait of less would not move it, and whoever waits would never be done.
        self._clock.advance(max(seconds, 1e-6))

    async def asleep(self, seconds: float) -> None:
        self.sleep(seconds)


@dataclass
class Emulated:
    """An emulator in this process.

    Attributes:
        emulator: the emulator itself.
        client: a client of it; waits of this client move its clock.
        clock: its virtual clock; ``clock.advance(seconds)``.
        url, token: what another client in this process would be given.
    """

    emulator: Emulator
    client: Client = field(init=False)
    url: str = BASE_URL
    token: str = TOKEN

    def __post_init__(self) -> None:
        self._time = _EmulatedClock(self.clock)  # one for all clients, so that they share a rate budget
        self.client = self.client_with()

    def client_with(self, token: str = TOKEN, **options: Any) -> Client:
        """A further client of the same emulator, which knows the limits that this enforces."""
        options.setdefault("retries", RetryPolicy(2))
        options.setdefault("clock", self._time)
        if self.emulator.limits is not None:
            options.setdefault("rate", _rate(self.emulator.limits))
        return Client(token, BASE_URL, transport=EmulatorTransport(self.emulator), **options)

    @property
    def clock(self) -> Any:
        """The emulator's clock."""
        return self.emulator.clock


def _rate(limits: Limits) -> RateLimits:
    """What a client has to keep to."""
    return RateLimits(
        minute=(limits.per_minute, limits.minute),
        ssh_keys=(limits.key_lists_per_minute, 60),
        cdn=(limits.cdn_per_ten_seconds, 10),
        purged_files=(limits.cdn_files_per_twenty_seconds, 20),
    )


@contextmanager
def emulator(path: str = ":memory:", *, speed: float = 1.0, **options: Any) -> Generator[Emulated]:
    """An emulator in this process, on virtual time, as the current account of the block.

    Args:
        path: SQLite file that keeps its state, or memory.
        speed: how the durations of production are scaled; they pass as virtual time.
        options: further options of ``dopyapi.emulator.Emulator``.
    """
    options.setdefault("clock", VirtualClock())
    with Emulator(path, speed=speed, **options) as made:
        emulated = Emulated(made)
        with using(emulated.client):
            yield emulated


@dataclass(frozen=True)
class Server:
    """An emulator that listens.

    Attributes:
        url: where, without ``/v2``.
        token: a token that it takes.
        pid: its process.
    """

    url: str
    token: str
    pid: int


@contextmanager
def server(*arguments: str) -> Generator[Server]:
    """An emulator in a process of its own, on a free port of the loopback interface; it ends with the block.

    Args:
        arguments: further arguments of ``python -m dopyapi.emulator``.
    """
    command = [sys.executable, "-m", "dopyapi.emulator", "--port", "0", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own program
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        url = next((word for word in line.split() if word.startswith(("http://", "https://"))), None)
        if url is None:
            raise DOPyError(f"the emulator did not start: {line.strip() or 'it said nothing'}")
        yield Server(url.rstrip("/"), TOKEN, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()
