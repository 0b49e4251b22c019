"""Clients that nobody here wrote, unchanged, against the emulator as a process of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import dopyapi as do
from dopyapi.testing import Server


@pytest.fixture
def server() -> Iterator[Server]:
    with do.testing.server() as made:
        yield made


@pytest.fixture
def ours(server: Server) -> Iterator[do.Client]:
    """Our own client of the same account, to look at what the others have left."""
    with do.Client(server.token, server.url) as client, do.using(client):
        yield client
