"""A DigitalOcean to test against: in this process, or as a server of its own.

with dopyapi.testing.emulator() as e:        no socket; virtual time
    do.Droplet.new(name="web", ...)

    e.faults.add(Fault(operation="droplets_create", status=504, commit=True))

with dopyapi.testing.server() as s:          a process of its own, for any client
    do.authenticate(s.token, s.url)
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from ._core.accounts import using
from ._core.client import Client
from ._core.errors import DOPyError, NetworkError, RequestTimeout
from ._core.rate.limits import RateLimits
from ._core.retry import RetryPolicy
from ._core.steps import Request, Response
from .emulator import Answer, Emulator, Fault, Faults, Limits, VirtualClock

__all__ = ["Emulated", "EmulatorTransport", "Fault", "Faults", "Server", "emulator", "server"]

BASE_URL = "http://emulator.invalid"
TOKEN = "emulated"  # noqa: S105 - no secret
TIMEOUT = 60.0
PIECES = 10
"""In how many pieces the emulator sends a slow body."""


class EmulatorTransport:
    """Carries requests to an emulator in this process: no socket, no event loop, the same for both call forms.

    A connection that breaks, or on which nothing comes, is what it is on a socket: a ``NetworkError``, a
    ``RequestTimeout``. What an emulator's faults take of time passes on its clock.

    Args:
        timeout: seconds after which a client gives up waiting for data.
    """

    def __init__(self, emulator: Emulator, timeout: float = TIMEOUT) -> None:
        self.emulator = emulator
        self.timeout = timeout

    @property
    def where(self) -> str:
        """What tells the accounts of two emulators apart, whose addresses are the same."""
        return self.emulator.identity

    def send(self, request: Request) -> Response:
        """Handle the request; at once, unless a fault delays the answer."""
        answer = self._handled(request)
        if answer.delivery is not None:
            seconds, failure = _travel(answer, self.timeout)
            if seconds and not self._advanced(seconds):
                import time

                time.sleep(seconds)
            if failure is not None:
                raise failure
        return Response(answer.status, answer.headers, answer.body)

    async def asend(self, request: Request) -> Response:
        """Handle the request; at once, unless a fault delays the answer."""
        answer = self._handled(request)
        if answer.delivery is not None:
            seconds, failure = _travel(answer, self.timeout)
            if seconds and not self._advanced(seconds):
                import asyncio

                await asyncio.sleep(seconds)
            if failure is not None:
                raise failure
        return Response(answer.status, answer.headers, answer.body)

    def _handled(self, request: Request) -> Answer:
        parts = urlsplit(request.url)
        headers = {name.lower(): str(value) for name, value in request.headers.items()}
        origin = f"{parts.scheme}://{parts.netloc}"
        return self.emulator.handle(request.method, parts.path, parts.query, headers, request.body or b"", origin)

    def _advanced(self, seconds: float) -> bool:
        """Let time pass on a virtual clock; on another it has to pass in reality."""
        advance = getattr(self.emulator.clock, "advance", None)
        if advance is None:
            return False
        advance(seconds)
        return True


def _travel(answer: Answer, timeout: float) -> tuple[float, NetworkError | None]:
    """How long an answer takes to arrive, or until it is clear that it does not; and what its client meets then."""
    assert answer.delivery is not None
    delay, slow, lost, _ = answer.delivery
    if lost == "silent" or delay > timeout:
        return timeout, RequestTimeout(f"no answer within {timeout:g} s")
    if slow / PIECES > timeout:
        return delay + timeout, RequestTimeout(f"no further data within {timeout:g} s")
    if lost == "refused":
        return delay, NetworkError("the connection was refused", sent=False)
    if lost == "reset":
        return delay, NetworkError("the connection was reset before an answer came")
    if lost == "half":
        return delay + slow / 2, NetworkError("the connection broke in the middle of the answer")
    return delay + slow, None


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
        import asyncio

        self.sleep(seconds)
        await asyncio.sleep(0)  # the other tasks' turn


@dataclass
class Emulated:
    """An emulator in this process.

    Attributes:
        emulator: the emulator itself.
        client: a client of it; waits of this client move its clock.
        clock: its virtual clock; ``clock.advance(seconds)``.
        faults: the faults it plays.
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
        """A further client of the same emulator, which knows the limits that this enforces.

        There is nothing behind the addresses of its Droplets: waits that try a port take it for reached, unless
        `reach=` says where something listens.
        """
        options.setdefault("reach", _nothing_there)
        options.setdefault("retries", RetryPolicy(2))
        options.setdefault("clock", self._time)
        if self.emulator.limits is not None:
            options.setdefault("rate", _rate(self.emulator.limits))
        timeout = options.get("timeout", TIMEOUT)
        transport = EmulatorTransport(self.emulator, timeout[1] if isinstance(timeout, tuple) else timeout)
        return Client(token, BASE_URL, transport=transport, **options)

    @property
    def clock(self) -> Any:
        """The emulator's clock."""
        return self.emulator.clock

    @property
    def faults(self) -> Faults:
        """What goes wrong: ``faults.add(Fault(status=503, nth=2))``; ``faults.played`` says what did."""
        return self.emulator.faults


def _nothing_there(address: str, port: int) -> None:
    """Where a port of a Droplet is that is only described."""


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
def server(*arguments: str, faults: Faults | Iterable[Fault] = ()) -> Generator[Server]:
    """An emulator in a process of its own, on a free port of the loopback interface; it ends with the block.

    Args:
        arguments: further arguments of ``python -m dopyapi.emulator``.
        faults: what goes wrong.
    """
    plan = faults if isinstance(faults, Faults) else Faults(faults)
    with _file_of(plan) as further:
        command = [sys.executable, "-m", "dopyapi.emulator", "--port", "0", *further, *arguments]
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


@contextmanager
def _file_of(plan: Faults) -> Generator[list[str]]:
    """The arguments by which a server is given a plan, in a file that lives as long as the block."""
    if not plan:
        yield []
        return
    import tempfile
    from pathlib import Path

    import msgspec

    with tempfile.TemporaryDirectory(prefix="dopyapi-") as folder:
        file = Path(folder) / "faults.json"
        file.write_bytes(msgspec.json.encode(plan.to_data()))
        yield ["--faults", str(file)]
