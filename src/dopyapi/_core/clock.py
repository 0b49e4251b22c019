"""What time it is for a client, and how it sleeps."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Time as a client sees it. Tests give it another one."""

    def now(self) -> float:
        """Seconds since the epoch."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let the time pass."""
        ...

    async def asleep(self, seconds: float) -> None:
        """Let the time pass, awaited."""
        ...


class RealClock:
    """The machine's own."""

    def now(self) -> float:
        return time.time()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    async def asleep(self, seconds: float) -> None:
        import asyncio

        await asyncio.sleep(seconds)


REAL = RealClock()
