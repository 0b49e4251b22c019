"""The emulator that each user has for trying things: its state is kept in the user's data folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dopyapi._core.client import Client


def folder() -> Path:
    """Where the state is."""
    base = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(base).expanduser() / "dopy"


def private_client() -> Client:
    """A client of it; its state is what the last command left."""
    from dopyapi.emulator import Emulator
    from dopyapi.testing.emulated import Emulated

    place = folder()
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Emulated(Emulator(str(place / "emulator.db"), speed=0.05)).client
