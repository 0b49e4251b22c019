"""The command line in tests: real processes against an emulator of the test's own."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dopyapi.testing import Emulated, Served

from . import inside, process


class Dopy:
    """Runs ``dopy`` with an account of the test's own.

    Attributes:
        environment: what the processes have; nothing of the user's.
        home: their home folder.
    """

    def __init__(self, home: Path, served: Served | None) -> None:
        self.home = home
        self.environment = {
            "HOME": str(home),
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "PYTHONFAULTHANDLER": "1",  # a crash says where
            "PYTHONPATH": os.pathsep.join(filter(None, [str(Path(__file__).parents[2] / "src"), *_path()])),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
            **({"DIGITALOCEAN_API_URL": served.url, "DIGITALOCEAN_TOKEN": served.token} if served else {}),
        }

    def __call__(self, *arguments: str, given: str = "", env: dict[str, str] | None = None) -> process.Result:
        """Run it through pipes."""
        return process.run(arguments, self.environment | (env or {}), given=given, cwd=self.home)

    def inside(self, *arguments: str, given: str = "", env: dict[str, str] | None = None) -> process.Result:
        """Run it through pipes, in this process: for what a process of its own would show no better."""
        return inside.run(arguments, self.environment | (env or {}), given)

    def on_terminal(self, *arguments: str, env: dict[str, str] | None = None, **options: Any) -> process.Screen:
        """Run it on a terminal; see `process.on_terminal`."""
        return process.on_terminal(arguments, self.environment | (env or {}), **options)


def _path() -> list[str]:
    return [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]


@pytest.fixture
def dopy(tmp_path: Path, digitalocean_server: Served) -> Dopy:
    """``dopy`` with an account, which is an emulator of this test's own: the fixture `digitalocean`."""
    return Dopy(tmp_path, digitalocean_server)


@pytest.fixture
def stranger(tmp_path: Path) -> Dopy:
    """``dopy`` on a machine that knows no account."""
    return Dopy(tmp_path, None)


@pytest.fixture
def fleet(digitalocean: Emulated, dopy: Dopy) -> Callable[..., list[Any]]:
    """Create Droplets in the account, at once: ``fleet("web-1", "web-2", tags=["web"])``."""
    import dopyapi as do

    def create(*names: str, **given: Any) -> list[Any]:
        given = {"region": "ams3", "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64", **given}
        return do.Droplet.create_many(list(names), wait=True, **given)

    return create
