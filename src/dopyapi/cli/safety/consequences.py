"""What a deletion drags along, and what it leaves behind."""

from __future__ import annotations

from typing import Any


def lines_for(target: Any) -> list[str]:
    """What else goes, and what stays, with one target.

    Args:
        target: what is to be deleted.
    """
    return []
