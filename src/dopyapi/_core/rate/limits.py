"""How many requests a token may make, and where those who share it keep the count."""

from __future__ import annotations

import os
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import force_setattr

from ..secrets import Secret

OFFICIAL = ".digitalocean.com"
STORES = '"process", "machine", a file such as "/var/lib/app/rate.db", "redis://host:6379/0", or None for no budget'


class Limit(NamedTuple):
    """So many requests in any time of so many seconds."""

    requests: int
    seconds: float


BOUNDLESS = 10**9
"""Requests where no limit is known."""
UNTOLD = Limit(BOUNDLESS, 3600)
"""The hour's limit before an answer tells it."""


class RateLimits(Struct, frozen=True, kw_only=True):
    """How many requests may be sent, and who keeps the count.

    Each limit is a pair of requests and seconds, such as ``(250, 60)``, or ``None`` for none.

    Example:
        ```python
        import dopyapi as do

        do.Client(rate=do.RateLimits(minute=(200, 60), shared="machine"))  # leave some of each minute to others
        ```
    """

    hour: tuple[int, float] | None = Limit(5000, 3600)
    """Until an answer says how many there are, which is believed."""
    minute: tuple[int, float] | None = Limit(250, 60)
    """All requests of a minute."""
    ssh_keys: tuple[int, float] | None = Limit(10, 60)
    """Listings of SSH keys."""
    cdn: tuple[int, float] | None = Limit(5, 10)
    """Requests to CDN endpoints."""
    purged_files: tuple[int, float] | None = Limit(50, 20)
    """Files purged from the caches of CDN endpoints."""
    shared: str | os.PathLike[str] = "process"
    """Who keeps to the limits together: ``"process"``, ``"machine"``, the file or the Redis that a name says."""
    longest_wait: float | None = None
    """Seconds that a request may wait for its turn before ``RateLimitError`` is raised; ``None`` for as long as it
    takes."""

    def __repr__(self) -> str:
        names = ("hour", "minute", "ssh_keys", "cdn", "purged_files", "longest_wait")
        return f"RateLimits({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

    def __post_init__(self) -> None:
        for name in ("hour", "minute", "ssh_keys", "cdn", "purged_files"):
            force_setattr(self, name, _limit(name, getattr(self, name)))
        if self.minute is not None and self.minute[1] > (self.hour or UNTOLD)[1]:
            raise ValueError(f"hour={self.hour!r} is for a shorter time than minute={self.minute!r}")
        if self.longest_wait is not None and not self.longest_wait >= 0:
            raise ValueError(f"longest_wait={self.longest_wait!r} is not a number of seconds; None waits without end")
        force_setattr(self, "shared", _shared(self.shared))


UNKNOWN: dict[str, Any] = {"hour": None, "minute": None, "ssh_keys": None, "cdn": None, "purged_files": None}
"""What is assumed of an address that is not DigitalOcean's: only what its answers say."""


def limits_of(rate: str | os.PathLike[str] | RateLimits, base_url: str) -> RateLimits:
    """The limits that a client keeps to.

    Raises:
        ValueError: there is no such place to keep the count.
        ImportError: it needs a package that is not installed.
    """
    if isinstance(rate, RateLimits):
        return rate
    return RateLimits(shared=rate, **({} if is_official(base_url) else UNKNOWN))


def is_official(base_url: str) -> bool:
    """Whether an address is DigitalOcean's own, whose limits are documented."""
    return f".{urlsplit(base_url).hostname or ''}".endswith(OFFICIAL)


def _limit(name: str, value: Any) -> Limit | None:
    if value is None:
        return None
    try:
        requests, seconds = value
        if isinstance(requests, int) and requests >= 1 and seconds > 0:
            return Limit(requests, float(seconds))
    except (TypeError, ValueError):
        pass
    raise ValueError(f"{name}={value!r} is not a pair of requests and seconds, such as (250, 60), nor None")


def _shared(place: Any) -> str:
    """A place as a string that can be told from the other kinds, and hides itself if it may hold a password."""
    if isinstance(place, os.PathLike):
        return str(os.path.abspath(place))  # noqa: PTH100 - a relative path means today's folder
    if place in ("process", "machine"):
        return str(place)
    if isinstance(place, str):
        if place.startswith(("redis://", "rediss://", "unix://")):
            from importlib.util import find_spec

            if find_spec("redis") is None:
                raise ImportError("a budget in Redis needs the package redis: pip install 'dopyapi[redis]'")
            return Secret(place)
        if "://" not in place and ("/" in place or os.sep in place):
            return os.path.abspath(place)  # noqa: PTH100
    shown = "a URL of another kind" if isinstance(place, str) and "://" in place else repr(place)
    raise ValueError(f"rate={shown} says nothing of where to keep the count; what does: {STORES}")
