"""An emulator of this process on a socket, for clients that are not ours."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from .._core.errors import DOPyError
from .control import Controlled

if TYPE_CHECKING:
    from ..emulator.answer import Answering
    from ..emulator.asgi import App

_PATIENCE = 10.0


@dataclass(frozen=True)
class Served(Controlled):
    """Where an emulator of this process listens; ``reset()``, ``requests()`` and more reach it over the socket.

    Attributes:
        url: where, without ``/v2``.
        token: a token that it takes.
        ca: the certificate of its authority; None without TLS.
    """

    url: str
    token: str
    ca: Path | None = None


class Servable:
    """What answers in this process, and can on a socket, too."""

    token: str

    @property
    def _answering(self) -> Answering:
        raise NotImplementedError

    def serve(self, *, port: int = 0, tls: bool = False) -> AbstractContextManager[Served]:
        """The same on a socket of the loopback interface, for clients that are not ours.

        Its clock is that of this process: on a virtual one, time passes for them as it is advanced here.

        Args:
            port: the port; a free one unless given.
            tls: speak TLS; `ca` of what the block gets is the file to trust.

        Returns:
            A context manager of a `Served`, with `url`, `token` and `ca`; the server ends with the block.

        Raises:
            DOPyError: uvicorn is not installed.
        """
        from ..emulator.asgi import App

        return serving(App(self._answering), self.token, port=port, tls=tls)


@contextmanager
def serving(app: App, token: str, *, port: int = 0, tls: bool = False) -> Iterator[Served]:
    """Serve an emulator's application on the loopback interface, by a thread that ends with the block."""
    from ..emulator.listening import ListeningError, listening

    with TemporaryDirectory(prefix="dopyapi-") as folder, ExitStack() as stack:
        try:
            at = stack.enter_context(listening("127.0.0.1", port, encrypted=tls, folder=Path(folder)))
        except ListeningError as error:
            raise DOPyError(str(error)) from None
        ready = threading.Event()
        server, run = at.server(app, ready.set)
        thread = threading.Thread(target=run, name="dopyapi emulator", daemon=True)
        thread.start()
        try:
            if not ready.wait(_PATIENCE):
                raise DOPyError("the emulator's server did not start")
            yield Served(at.url, token, at.ca)
        finally:
            server.should_exit = True
            thread.join(_PATIENCE)
