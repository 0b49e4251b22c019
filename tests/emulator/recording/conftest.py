"""A recorder between a client and a real server, all of it on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import dopyapi.testing
from dopyapi.emulator.recording.fixture import Fixture, Writer
from dopyapi.emulator.recording.proxy import Proxy, Recorder
from dopyapi.emulator.recording.scrubbing import Scrubber
from dopyapi.emulator.recording.upstream import Upstream
from dopyapi.testing.emulated import Emulated
from dopyapi.testing.serving import serving as served


@pytest.fixture
def account() -> Iterator[Emulated]:
    """The account that is recorded, with its fleet."""
    with dopyapi.testing.emulator(speed=0) as emulated:
        emulated.emulator.seed(Path(__file__).parents[3] / "examples" / "fleet.yaml")
        yield emulated


@contextmanager
def recorder(upstream: str, path: Path, **options: bool) -> Iterator[str]:
    """The URL of a recording proxy."""
    files = options.pop("files", False)
    reached = Upstream(upstream)
    with Writer(path, append=options.pop("append", False)) as writer:
        proxy = Proxy(reached, Recorder(writer, Scrubber(**options), files=files))
        try:
            with served(proxy, "any") as server:
                yield server.url
        finally:
            proxy.close()


def text_of(path: Path) -> str:
    """All that a fixture says, as it stands on the disk."""
    Fixture.read(path)
    return path.read_text(encoding="utf-8")
