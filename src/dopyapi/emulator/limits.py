"""How many requests a token has left."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from .errors import Refused

_HOUR = 3600
_UNENFORCED_FLOOR = 1000


class Limits(NamedTuple):
    """The rate limits to enforce; the defaults are production's.

    Attributes:
        minute: seconds that the limit per minute is for; fewer where a test has no minute.
    """

    per_hour: int = 5000
    """Requests of a token in an hour."""
    per_minute: int = 250
    """Requests of a token in a minute."""
    key_lists_per_minute: int = 10
    """Listings of SSH keys in a minute."""
    cdn_per_ten_seconds: int = 5
    """Requests to CDN endpoints in ten seconds."""
    cdn_files_per_twenty_seconds: int = 50
    """Files purged from CDN endpoints in twenty seconds."""
    minute: float = 60.0

    @classmethod
    def parse(cls, text: str) -> Limits:
        """Production's, with another limit per minute where the text says one: ``200/2s`` is 200 in 2 seconds.

        Parameters:
            text: requests and seconds, or nothing.
        """
        if not text:
            return cls()
        requests, _, seconds = text.removesuffix("s").partition("/")
        try:
            limits = cls(per_minute=int(requests), minute=float(seconds))
        except ValueError:
            limits = cls(per_minute=0)
        if limits.per_minute < 1 or not 0 < limits.minute < float("inf"):
            raise ValueError(f"{text!r} is not a limit such as 200/2s, 200 requests in 2 seconds")
        return limits


_PRODUCTION = Limits()


class Budget:
    """The requests of one token in the last hour, counted by the second."""

    __slots__ = ("_narrow", "_reset", "_seconds", "_used")

    def __init__(self) -> None:
        self._seconds: deque[list[int]] = deque()
        self._used = 0
        self._reset = (0, "0")
        self._narrow: dict[str, deque[float]] = {}

    def spend(self, now: float, limits: Limits | None, operation: str) -> dict[str, str]:
        """Count a request and return the headers that tell of the budget; refuse it beyond enforced limits."""
        second, seconds = int(now), self._seconds
        while seconds and seconds[0][0] <= second - _HOUR:
            self._used -= seconds.popleft()[1]
        if limits is not None:
            self._refuse_if_spent(now, limits, operation)
        if seconds and seconds[-1][0] == second:
            seconds[-1][1] += 1
        else:
            seconds.append([second, 1])
        self._used += 1
        return self.headers(limits)

    def headers(self, limits: Limits | None) -> dict[str, str]:
        """The headers that tell of the budget."""
        most = (limits or _PRODUCTION).per_hour
        # Limits that are not enforced must not slow down a client that keeps to them.
        left = max(most - self._used, 0 if limits else _UNENFORCED_FLOOR)
        reset = self._seconds[0][0] + _HOUR if self._seconds else 0
        if reset != self._reset[0]:
            self._reset = reset, str(reset)
        return {"ratelimit-limit": str(most), "ratelimit-remaining": str(left), "ratelimit-reset": self._reset[1]}

    def _refuse_if_spent(self, now: float, limits: Limits, operation: str) -> None:
        if self._used >= limits.per_hour:
            raise Refused(429, "API Rate limit exceeded.", headers=self.headers(limits))
        self._narrowed("", limits.per_minute, limits.minute, now, limits)
        if operation == "sshKeys_list":
            self._narrowed("keys", limits.key_lists_per_minute, 60, now, limits)
        elif operation.startswith("cdn_"):
            self._narrowed("cdn", limits.cdn_per_ten_seconds, 10, now, limits)

    def _narrowed(self, name: str, most: int, seconds: float, now: float, limits: Limits) -> None:
        recent = self._narrow.setdefault(name, deque())
        while recent and recent[0] <= now - seconds:
            recent.popleft()
        if len(recent) >= most:
            wait = max(1, round(recent[0] + seconds - now + 0.5))
            headers = self.headers(limits) | {"ratelimit-remaining": "0", "retry-after": str(wait)}
            raise Refused(429, "API Rate limit exceeded.", headers=headers)
        recent.append(now)
