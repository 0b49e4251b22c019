"""Programs from npm, as `make clients` installs them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from dopyapi.testing import Server

FOLDER = Path(__file__).parent / "npm"


def package(name: str) -> Path:
    """Where a package lies; its tests are skipped where it, or node, is not to be had."""
    if shutil.which("node") is None:
        pytest.skip("there is no node")
    folder = FOLDER / "node_modules" / name
    if not (folder / "package.json").exists():
        pytest.skip(f"{name} of npm is not installed: make clients installs it, where npm is in reach")
    return folder


def run(script: str, server: Server, **more: Any) -> dict[str, Any]:
    """Run a script of ours around somebody's client.

    Args:
        script: its name in the folder ``npm``.
        server: the emulator; the script finds its URL and token in ``URL`` and ``TOKEN``.
        more: what else it is told, as the JSON object ``GIVEN``.

    Returns:
        What it printed, a JSON object.
    """
    environment = {**os.environ, "URL": server.url, "TOKEN": server.token, "GIVEN": json.dumps(more)}
    done = subprocess.run(
        ["node", FOLDER / script], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, f"{script} failed:\n{done.stdout}\n{done.stderr}"
    seen: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return seen
