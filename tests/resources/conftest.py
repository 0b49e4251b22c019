"""Things that most resource tests begin with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

import dopyapi as do
from dopyapi.emulator import VirtualClock
from tests import record
from tests.conftest import judge

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI%s test"
SPEC: dict[str, Any] = {"region": "ams3", "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64"}


@pytest.fixture
def make(api, call):
    """Make a Droplet that runs."""

    async def made(name: str = "web", **options: Any) -> do.Droplet:
        droplet = await call(do.Droplet.new, name=name, **{**SPEC, **options})
        await call(droplet.wait_ready, until="active")
        return droplet

    return made


@pytest.fixture
def unchecked(api: Any) -> Iterator[None]:
    """Requests go out as they are, for what the API itself says of a wrong one."""
    with do.using(api.client_with(check=False)):
        yield


@pytest.fixture
def march() -> Iterator[Any]:
    """An emulated account on the first of March 2026, for what goes by the calendar."""
    clock = VirtualClock(datetime(2026, 3, 1, tzinfo=UTC))
    with do.testing.emulator(strict=True, clock=clock) as emulated, record.recording():
        judge(emulated.emulator)
        yield emulated
