"""Serving an emulator over HTTP."""

from __future__ import annotations

import argparse
import ipaddress
import socket
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

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
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.scopes is not None and options.token is None:
        parser.error("--scopes says what a token may do: give --token too")
    try:
        limits = None if options.limits is None else Limits.parse(options.limits)
    except ValueError as error:
        parser.error(f"argument --limits: {error}")
    try:
        import uvicorn
    except ImportError:
        print("serving needs uvicorn: pip install 'dopyapi[emulator]'", file=sys.stderr)  # noqa: T201
        return 1
    if not _is_loopback(options.host):
        print(  # noqa: T201
            f"warning: listening on {options.host}: whoever reaches this machine can use the emulated account",
            file=sys.stderr,
        )
    try:
        listener = _listener(options.host, options.port)
    except OSError as error:
        print(f"cannot listen on {options.host} port {options.port}: {error.strerror}", file=sys.stderr)  # noqa: T201
        return 1
    try:
        emulator = _emulator(options, limits)
    except (ValueError, OSError) as error:
        listener.close()
        print(f"cannot start: {error}", file=sys.stderr)  # noqa: T201
        return 1
    config = uvicorn.Config(
        App(emulator),
        http=protocol(),
        date_header=False,
        log_level="warning",
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
        timeout_graceful_shutdown=2,
    )
    with emulator, listener:
        _server(config, f"dopyapi emulator listening on {_url(listener)}").run(sockets=[listener])
    return 0


def _emulator(options: argparse.Namespace, limits: Limits | None) -> Emulator:
    return Emulator(
        options.data,
        speed=options.speed,
        limits=limits,
        tokens=None if options.token is None else {options.token: _scopes(options.scopes)},
        strict=options.strict,
        faults=Faults() if options.faults is None else Faults.from_file(options.faults),
        lag=Lag(options.list_lag, options.get_lag, options.address_lag, options.end_lag),
        durations=Durations.parse(options.duration),
        clock=VirtualClock() if options.clock == "virtual" else None,
    )


def _scopes(text: str | None) -> Scopes:
    if text is None or text == "read":
        return text
    return [scope.strip() for scope in text.split(",") if scope.strip()]


def _server(config: uvicorn.Config, line: str) -> uvicorn.Server:
    import uvicorn

    class Announcing(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                print(line, flush=True)  # noqa: T201

        def handle_exit(self, sig: int, frame: object) -> None:
            # Uvicorn raises a caught signal again after it has shut down; to end is no failure here.
            self.should_exit = True

    return Announcing(config)


def _listener(host: str, port: int) -> socket.socket:
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


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m dopyapi.emulator", description="A DigitalOcean that runs on your laptop."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument(
        "--port", type=int, default=8080, help="port to listen on; 0 for a free one (default: %(default)s)"
    )
    parser.add_argument("--data", default=":memory:", metavar="FILE", help="keep the account in this file")
    parser.add_argument(
        "--speed", type=float, default=0.02, help="1 as slow as production, 0 at once (default: %(default)s)"
    )
    parser.add_argument("--token", help="the only token to accept (default: any)")
    parser.add_argument("--scopes", help="what that token may do: 'read', or scopes such as droplet:read,tag:read")
    parser.add_argument("--faults", metavar="FILE", help="faults to play: JSON, or YAML; see the emulator's README")
    parser.add_argument(
        "--list-lag", type=float, default=0.0, metavar="SECONDS", help="how late listings have what was created"
    )
    parser.add_argument(
        "--get-lag", type=float, default=0.0, metavar="SECONDS", help="how late what was created is found by its id"
    )
    parser.add_argument(
        "--address-lag", type=float, default=0.0, metavar="SECONDS", help="how late what is active has its addresses"
    )
    parser.add_argument(
        "--end-lag", type=float, default=0.0, metavar="SECONDS", help="how late what was deleted is no longer found"
    )
    parser.add_argument(
        "--duration",
        action="append",
        default=[],
        metavar="CHANGE=SECONDS",
        help="how long a change takes whatever the speed, such as droplet.create=90 or database=5; repeatable",
    )
    parser.add_argument(
        "--clock",
        choices=("real", "virtual"),
        default="real",
        help="virtual: time stands still until POST /_emulator/clock lets it pass (default: %(default)s)",
    )
    parser.add_argument("--strict", action="store_true", help="refuse whatever the official document forbids")
    parser.add_argument(
        "--limits",
        nargs="?",
        const="",
        metavar="REQUESTS/SECONDSs",
        help="enforce production's rate limits; 200/2s puts that in the place of its 250/60s",
    )
    return parser
