"""An emulator in this process, on virtual time."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .._core.accounts import using
from .._core.client import Client
from .._core.clock import REAL, Clock
from .._core.rate.limits import RateLimits
from .._core.retry import RetryPolicy
from ..emulator import Emulator, Faults, Limits, VirtualClock
from .serving import Servable
from .transport import TIMEOUT, EmulatorTransport

if TYPE_CHECKING:
    from ..emulator.state import State

BASE_URL = "http://emulator.invalid"
"""Where an emulator in this process seems to be."""
TOKEN = "emulated"  # noqa: S105 - no secret
"""The token that emulators take unless they are told another."""


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
class Emulated(Servable):
    """An emulator in this process.

    Attributes:
        emulator: the emulator itself.
        client: a client of it; waits of this client move its clock.
        clock: its clock; ``clock.advance(seconds)`` of a virtual one.
        faults: the faults it plays.
        state: what exists.
        url, token: what another client in this process would be given.
    """

    emulator: Emulator
    client: Client = field(init=False)
    url: str = BASE_URL
    token: str = TOKEN

    def __post_init__(self) -> None:
        # One for all clients, so that they share a rate budget.
        self._time: Clock = _EmulatedClock(self.clock) if hasattr(self.clock, "advance") else REAL
        self.client = self.client_with()

    def client_with(self, token: str | None = None, **options: Any) -> Client:
        """A further client of the same emulator, which knows the limits that this enforces.

        There is nothing behind the addresses of its Droplets: waits that try a port take it for reached, unless
        `reach=` says where something listens.

        Args:
            token: its token; the emulator's usual one unless given.
            options: as of `Client`.
        """
        options.setdefault("reach", _nothing_there)
        options.setdefault("retries", RetryPolicy(2))
        options.setdefault("clock", self._time)
        if self.emulator.limits is not None:
            options.setdefault("rate", _rate(self.emulator.limits))
        timeout = options.get("timeout", TIMEOUT)
        transport = EmulatorTransport(self.emulator, timeout[1] if isinstance(timeout, tuple) else timeout)
        return Client(token or self.token, BASE_URL, transport=transport, **options)

    @property
    def clock(self) -> Any:
        """The emulator's clock."""
        return self.emulator.clock

    @property
    def state(self) -> State:
        """What exists: ``state["droplets"]`` as clients see them, ``state.counts()``."""
        return self.emulator.state

    @property
    def _answering(self) -> Emulator:
        return self.emulator

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
        emulated = Emulated(made, token=options.get("token") or TOKEN)
        with using(emulated.client):
            yield emulated
