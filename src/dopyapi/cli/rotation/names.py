"""How snapshots are called that are in rotation: a prefix, and when they were taken, in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime

WHEN = "%Y%m%dT%H%M%SZ"
_WHEN = r"\d{8}T\d{6}Z"


def prefix_of(name: str) -> str:
    """The usual prefix of something's snapshots."""
    return f"{name}-rotated-"


def new(prefix: str, now: datetime) -> str:
    """The name of a snapshot that is taken now."""
    return f"{prefix}{now.astimezone(UTC).strftime(WHEN)}"


def is_in_rotation(name: str, prefix: str) -> bool:
    """Whether a snapshot was called so by us: the prefix, and after it nothing but when."""
    return re.fullmatch(re.escape(prefix) + _WHEN, name) is not None
