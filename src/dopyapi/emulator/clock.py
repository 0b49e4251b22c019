"""The time an emulator lives by: the machine's own, or one that a test turns by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Protocol


class Clock(Protocol):
    """Whatever can tell an emulator the time."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class RealClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)


class VirtualClock:
    """A clock that stands still until it is advanced.

    Parameters:
        start: the first moment, aware; the machine's present second when omitted.
    """

    def __init__(self, start: datetime | None = None) -> None:
        if start is not None and start.tzinfo is None:
            raise ValueError(
                f"start must be an aware datetime, such as datetime(2026, 1, 1, tzinfo=UTC), not {start!r}"
            )
        self._now = (start or datetime.now(UTC).replace(microsecond=0)).astimezone(UTC)
        self._lock = Lock()

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return self._now

    def advance(self, seconds: float) -> datetime:
        """Move on by a number of seconds and return the new moment.

        Parameters:
            seconds: how far; less than none goes nowhere.
        """
        if seconds < 0:
            raise ValueError(f"time runs forward only: cannot advance by {seconds} seconds")
        with self._lock:
            self._now += timedelta(seconds=seconds)
            return self._now

    def set(self, moment: datetime) -> None:
        """Go to a moment, also an earlier one: what a restored snapshot needs.

        Parameters:
            moment: aware.
        """
        with self._lock:
            self._now = moment.astimezone(UTC)


def stamp(moment: datetime) -> str:
    """A moment as the API writes it: ``2026-11-23T09:30:00Z``."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
