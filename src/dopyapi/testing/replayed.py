"""A recording that answers in place of the account it was made of."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .._core.accounts import using
from .._core.client import Client
from .emulated import BASE_URL, TOKEN
from .serving import Servable
from .transport import EmulatorTransport

if TYPE_CHECKING:
    from ..emulator.recording import Replay


@dataclass
class Replayed(Servable):
    """A recording in this process.

    Attributes:
        recording: what answers: ``recording.played``, ``recording.unplayed``, ``recording.missed``.
        client: a client of it.
        url, token: what another client in this process would be given.
    """

    recording: Replay
    client: Client = field(init=False)
    url: str = BASE_URL
    token: str = TOKEN

    def __post_init__(self) -> None:
        self.client = Client(self.token, BASE_URL, transport=EmulatorTransport(self.recording))

    @property
    def _answering(self) -> Replay:
        return self.recording


@contextmanager
def replay(path: str | os.PathLike[str], *, strict_order: bool = False) -> Generator[Replayed]:
    """A recording as the current account of the block: what was asked then is answered as it was then.

    Args:
        path: a fixture, written by ``python -m dopyapi.emulator record``.
        strict_order: whether requests must come in the order in which they were recorded, each once.

    Returns:
        A context manager of a `Replayed`. A request that was not recorded is answered 501, naming the nearest one.

    Raises:
        FixtureError: the file is no fixture.
        OSError: the file cannot be read.
    """
    from ..emulator.recording import Replay

    replayed = Replayed(Replay(path, strict_order=strict_order))
    with using(replayed.client):
        yield replayed
