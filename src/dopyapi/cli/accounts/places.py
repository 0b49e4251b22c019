"""Where on this machine things are kept for a user."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def config_folder() -> Path:
    """Where the contexts are, and the tokens of those for which there is no keyring."""
    return _base("XDG_CONFIG_HOME", "APPDATA", ".config") / "dopy"


def data_folder() -> Path:
    """Where the private emulator keeps its account."""
    return _base("XDG_DATA_HOME", "LOCALAPPDATA", ".local/share") / "dopy"


def home(path: str) -> Path:
    """A place in the user's home folder."""
    return Path.home() / path


def _base(variable: str, windows: str, below: str) -> Path:
    named = os.environ.get(variable, "")
    if Path(named).is_absolute():  # the XDG specification has relative ones ignored
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get(windows) or Path.home())
    if sys.platform == "darwin":
        return home("Library/Application Support")
    return home(below)
