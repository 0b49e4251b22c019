"""An emulator of this process on a socket, for clients that are not ours."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
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
    try:
        import uvicorn  # noqa: F401 - said here, and not by a thread
    except ImportError:
        raise DOPyError("serving needs uvicorn: pip install 'dopyapi[emulator]'") from None
    from ..emulator import serving as http
    from ..emulator.tls import secured

    with TemporaryDirectory(prefix="dopyapi-") as folder:
        encrypted = secured(folder=Path(folder)) if tls else None
        with http.listen("127.0.0.1", port) as listener:
            ready = threading.Event()
            server = http.server(app, ready.set, encrypted)
            thread = threading.Thread(
                target=server.run, kwargs={"sockets": [listener]}, name="dopyapi emulator", daemon=True
            )
            thread.start()
            try:
                if not ready.wait(_PATIENCE):
                    raise DOPyError("the emulator's server did not start")
                yield Served(http.url_of(listener, tls), token, encrypted.ca if encrypted else None)
            finally:
                server.should_exit = True
                thread.join(_PATIENCE)
