"""Clients that nobody here wrote, unchanged, against the emulator as a process of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import dopyapi as do
from dopyapi.testing import Server


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """An emulator; it speaks TLS where the module says ``TLS = True``."""
    with do.testing.server(tls=getattr(request.module, "TLS", False)) as made:
        yield made


@pytest.fixture
def ours(server: Server) -> Iterator[do.Client]:
    """Our own client of the same account, to look at what the others have left."""
    with do.Client(server.token, server.url, ca=server.ca) as client, do.using(client):
        yield client
