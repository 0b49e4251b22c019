"""When to send a request again, as pure functions."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from .errors import NetworkError
from .steps import Response

PASSING = frozenset({429, 500, 502, 503, 504})
"""Statuses that may be another one next time."""
REPEATABLE = frozenset({"GET", "HEAD", "PUT", "DELETE"})
"""Methods that do the same when done twice."""


def chance() -> float:
    """Between 0 and 1."""
    import random

    return random.random()  # noqa: S311 - nothing secret about it


class RetryPolicy(Struct, frozen=True):
    """How often and how soon a failed request is sent again."""

    retries: int = 4
    """Further attempts after the first."""
    first_delay: float = 0.5
    """Seconds before the second attempt; doubled for each after it."""
    longest_delay: float = 8.0
    """Seconds; bounds our own delays."""
    longest_retry_after: float = 60.0
    """Seconds; bounds what the API may ask for."""
    jitter: Callable[[], float] = chance
    """A number from 0 to 1, by which each delay is shortened by up to half."""

    def __repr__(self) -> str:
        names = ("retries", "first_delay", "longest_delay", "longest_retry_after")
        return f"RetryPolicy({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

    def backoff(self, attempt: int) -> float:
        """Seconds to wait after this many attempts, between half and the whole of the doubled delay.

        Args:
            attempt: how many attempts there were.
        """
        whole = min(self.first_delay * float(2 ** (attempt - 1)), self.longest_delay)
        return whole * (0.5 + 0.5 * self.jitter())

    def delay(
        self, method: str, outcome: Response | NetworkError, attempt: int, repeatable: bool | None = None
    ) -> float | None:
        """Seconds until the next attempt, or ``None`` when there should be none.

        Args:
            method: HTTP method.
            outcome: what came of the last attempt.
            attempt: how many there were.
            repeatable: whether doing it twice is the same as once; what the method says when omitted.
        """
        if repeatable is None:
            repeatable = method in REPEATABLE
        if attempt > self.retries:
            return None
        if isinstance(outcome, NetworkError):
            if outcome.permanent:
                return None
            return self.backoff(attempt) if repeatable or not outcome.sent else None
        if outcome.status not in PASSING:
            return None
        if not repeatable and outcome.status != 429:
            return None  # it may have happened
        asked = retry_after(outcome)
        return self.backoff(attempt) if asked is None else min(asked, self.longest_retry_after)


def retry_after(response: Response) -> float | None:
    """Seconds that the answer asks to wait."""
    try:
        seconds = float(response.headers["retry-after"])
    except (KeyError, ValueError):
        return None
    return seconds if seconds >= 0 else None
