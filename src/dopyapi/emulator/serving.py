"""Serving an emulator over HTTP."""

from __future__ import annotations

import argparse
import ipaddress
import socket
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from . import pointing, tls
from .arguments import parser as arguments_parser
from .asgi import App
from .clock import VirtualClock
from .durations import Durations
from .lag import Lag
from .limits import Limits
from .plan import Faults
from .server import Emulator
from .wire import protocol

if TYPE_CHECKING:
    import uvicorn

    from .tokens import Scopes


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted; returns the process's exit status."""
    parser = arguments_parser()
    options = parser.parse_args(arguments)
    if options.scopes is not None and options.token is None:
        parser.error("--scopes says what a token may do: give --token too")
    try:
        limits = None if options.limits is None else Limits.parse(options.limits)
    except ValueError as error:
        parser.error(f"argument --limits: {error}")
    if find_spec("uvicorn") is None:
        return _failed("serving needs uvicorn: pip install 'dopyapi[emulator]'")
    if not is_loopback(options.host):
        _say(f"warning: listening on {options.host}: whoever reaches this machine can use the emulated account")
    try:
        listener = listen(options.host, options.port)
    except OSError as error:
        return _failed(f"cannot listen on {options.host} port {options.port}: {error.strerror}")
    try:
        secured = tls.secured(options.hosts, options.tls_folder) if options.tls or options.hosts else None
        emulator = _emulator(options, limits)
    except (ValueError, OSError, tls.TLSError) as error:
        listener.close()
        return _failed(f"cannot start: {error}")
    url = url_of(listener, secured is not None)
    further = () if options.quiet else pointing.lines(url, options.token, secured and secured.ca, options.hosts)
    announced = "\n".join((f"dopyapi emulator listening on {url}", *further))
    with emulator, listener:
        server(App(emulator), lambda: _announce(announced), secured).run(sockets=[listener])
    return 0


def _announce(text: str) -> None:
    # One write, so that whoever reads a line has all of it.
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _say(text: str) -> None:
    print(text, file=sys.stderr)  # noqa: T201


def _failed(text: str) -> int:
    _say(text)
    return 1


def _emulator(options: argparse.Namespace, limits: Limits | None) -> Emulator:
    emulator = Emulator(
        options.data,
        speed=options.speed,
        limits=limits,
        tokens=None if options.token is None else {options.token: _scopes(options.scopes)},
        strict=options.strict,
        faults=Faults() if options.faults is None else Faults.from_file(options.faults),
        lag=Lag(options.list_lag, options.get_lag, options.address_lag, options.end_lag),
        durations=Durations.parse(options.duration),
        clock=VirtualClock() if options.clock == "virtual" else None,
        hosts=options.hosts,
    )
    try:
        # An account that was kept from the last time has its seed already.
        if not any(emulator.state.counts().values()):
            for file in options.seed:
                emulator.seed(Path(file))
    except BaseException:
        emulator.close()
        raise
    return emulator


def _scopes(text: str | None) -> Scopes:
    if text is None or text == "read":
        return text
    return [scope.strip() for scope in text.split(",") if scope.strip()]


def server(app: App, on_started: Callable[[], None], secured: tls.Secured | None = None) -> uvicorn.Server:
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
        http=protocol(),
        date_header=False,
        log_level="warning",
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
        timeout_graceful_shutdown=2,
    )
    config.load()
    config.ssl = secured.context if secured is not None else None
    return Announcing(config)


def listen(host: str, port: int) -> socket.socket:
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


def url_of(listener: socket.socket, encrypted: bool = False) -> str:
    """Where it listens."""
    host, port = listener.getsockname()[:2]
    scheme = "https" if encrypted else "http"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def is_loopback(host: str) -> bool:
    """Whether nobody but this machine reaches an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
