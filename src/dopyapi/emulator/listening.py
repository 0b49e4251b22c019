"""A place on this machine where an application is served over HTTP."""

from __future__ import annotations

import ipaddress
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import tls
from .wire import protocol

if TYPE_CHECKING:
    import uvicorn


class ListeningError(Exception):
    """Nothing can be served there."""


class Listening:
    """A socket that listens.

    Attributes:
        url: where.
        ca: the file with the authority to trust, where it speaks TLS.
    """

    def __init__(self, listener: socket.socket, secured: tls.Secured | None) -> None:
        self.url = _url_of(listener, secured is not None)
        self.ca = secured and secured.ca
        self._listener, self._secured = listener, secured

    def serve(self, app: Any, announcement: str) -> None:
        """Serve an ASGI application until interrupted; once it answers, the announcement is printed."""
        _, run = self.server(app, lambda: _announce(announcement))
        run()

    def server(self, app: Any, on_started: Callable[[], None]) -> tuple[uvicorn.Server, Callable[[], None]]:
        """The server of an ASGI application, and what runs it until its ``should_exit`` is set."""
        server = _server(app, on_started, self._secured)
        return server, partial(server.run, sockets=[self._listener])


@contextmanager
def listening(
    host: str, port: int, *, encrypted: bool = False, names: Sequence[str] = (), folder: Path | None = None
) -> Iterator[Listening]:
    """Listen there, and warn where that lets others in.

    Args:
        host: an address or a name of this machine.
        port: 0 for a free one.
        encrypted: whether to speak TLS.
        names: for the certificate, further than this machine's.
        folder: where the authority is kept; the user's data folder unless given.

    Raises:
        ListeningError: it cannot.
    """
    if find_spec("uvicorn") is None:
        raise ListeningError("serving needs uvicorn: pip install 'dopyapi[emulator]'")
    if not is_loopback(host):
        who = "whoever reaches this machine can use the emulated account"
        print(f"warning: listening on {host}: {who}", file=sys.stderr)  # noqa: T201
    try:
        listener = _listen(host, port)
    except OSError as error:
        raise ListeningError(f"cannot listen on {host} port {port}: {error.strerror}") from None
    with listener:
        try:
            secured = tls.secured(names, folder) if encrypted else None
        except (OSError, ValueError, tls.TLSError) as error:
            raise ListeningError(f"cannot start: {error}") from None
        yield Listening(listener, secured)


def _announce(text: str) -> None:
    # One write, so that whoever reads a line has all of it.
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _server(app: Any, on_started: Callable[[], None], secured: tls.Secured | None) -> uvicorn.Server:
    """A server of the application; it tells when it listens, and an interrupt ends it well."""
    import uvicorn

    class Announcing(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                on_started()

        def handle_exit(self, sig: int, frame: object) -> None:
            # Uvicorn raises a caught signal again after it has shut down; to end is no failure here.
            self.should_exit = True

    config = uvicorn.Config(
        app,
        http=protocol(getattr(app, "answering", None)),
        interface="asgi3",
        proxy_headers=False,
        date_header=False,
        log_level="warning",
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
        timeout_graceful_shutdown=2,
    )
    config.load()
    config.loaded_app = _Forwarded(app, config.forwarded_allow_ips)
    config.ssl = secured.context if secured is not None else None
    return Announcing(config)


class _Forwarded:
    """An application that believes a proxy whom a request comes from, as uvicorn does; few come through one."""

    def __init__(self, app: Any, trusted: list[str] | str) -> None:
        from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

        self._app, self._behind_a_proxy = app, ProxyHeadersMiddleware(app, trusted)

    def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        for name, _ in scope["headers"]:
            if name.startswith(b"x-forwarded"):
                return self._behind_a_proxy(scope, receive, send)
        return self._app(scope, receive, send)


def _listen(host: str, port: int) -> socket.socket:
    """A socket that listens there.

    Raises:
        OSError: it cannot.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(1024)
        listener.setblocking(False)
    except OSError:
        listener.close()
        raise
    return listener


def _url_of(listener: socket.socket, encrypted: bool) -> str:
    """Where it listens."""
    host, port = listener.getsockname()[:2]
    scheme = "https" if encrypted else "http"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def is_loopback(host: str) -> bool:
    """Whether nobody but this machine reaches an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
