"""The emulator that each user has for trying things: its account is in a file in the user's data folder.

One process at a time owns that file. A command takes it for the requests that it sends and gives it back when it has
sent none for a moment, so that one which waits, asks or watches is in nobody's way. Where `dopy emulator --private`
serves it, commands ask the server.
"""

from __future__ import annotations

import json
import os
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import click

from ..failing import UNAVAILABLE, Failure
from .account import Account
from .places import data_folder

if TYPE_CHECKING:
    from dopyapi._core.client import Client
    from dopyapi._core.http import HTTPTransport
    from dopyapi._core.steps import Request, Response
    from dopyapi.emulator import Emulator

SPEED = 0.05
"""How long changes take, as a share of what they take in production: long enough to be seen."""
TOKEN = "emulated"  # noqa: S105 - no secret
URL = "http://emulator.invalid"
PATIENCE = 10.0
"""Seconds to wait for another command to give the file back."""
SAID_AFTER = 2.0
TIMEOUTS = (2.0, 60.0)
"""Seconds to connect to a server on this machine, and to wait for its data."""
IDLE = 0.25
"""Seconds without a request after which the file is given back."""


def place() -> Path:
    """The file."""
    return data_folder() / "emulator.db"


class UnusableError(Failure):
    """The account is there, and cannot be used.

    Args:
        why: what is wrong with it.
    """

    def __init__(self, why: str) -> None:
        super().__init__(f"{why}: `dopy emulator reset` puts it aside, and begins anew")
        self.why = why


class Private(Account):
    """The account in the private emulator."""

    @property
    def described(self) -> str:
        """What it is called in messages."""
        return "the private emulator"

    def client(self, **options: Any) -> Client:
        """A client of it; nothing is behind the addresses of its Droplets, and waits take them for reached."""
        from dopyapi._core.client import Client
        from dopyapi._core.retry import RetryPolicy

        options = {"reach": _nothing_there, **options}
        return Client(TOKEN, URL, transport=Transport(Kept(place())), retries=RetryPolicy(2), **options)


def _nothing_there(address: str, port: int) -> None:
    """Where a port of a Droplet is that is only described."""


class Served(NamedTuple):
    """Where the private emulator is served.

    Attributes:
        url: of the server.
        ca: the authority to trust, where it speaks TLS.
    """

    url: str
    ca: str | None


class Kept:
    """An emulator of this process whose file is given back between the requests.

    Args:
        path: the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._emulator: Emulator | None = None
        self._used = 0.0

    def opened(self) -> Served | None:
        """Have the file, or say where it is served.

        Raises:
            Failure: another command has it for too long, or it cannot be used.
        """
        with self._lock:
            if self._emulator is not None:
                return None
            return self._taken()

    def _taken(self) -> Served | None:
        from dopyapi.emulator import FileInUse

        began, said = time.monotonic(), False
        while True:
            try:
                self._emulator = made(self.path)
            except FileInUse:
                server = served()
                if server is not None:
                    return server
            else:
                self._used = time.monotonic()
                threading.Thread(target=self._give_back, name="dopy emulator", daemon=True).start()
                return None
            waited = time.monotonic() - began
            if waited > PATIENCE:
                raise Failure(
                    f"another command has had the private emulator for {PATIENCE:g} s ({self.path}): end that one, or"
                    " serve it to all by `dopy emulator --private`",
                    UNAVAILABLE,
                )
            if waited > SAID_AFTER and not said:
                said = True
                click.echo("dopy: another command is using the private emulator; waiting for it", err=True)
            time.sleep(0.02)

    def _give_back(self) -> None:
        """Give the file back once nothing has been asked for a while; this ends then."""
        while True:
            time.sleep(IDLE / 2)
            with self._lock:
                if self._emulator is None or time.monotonic() - self._used >= IDLE:
                    self.close()
                    return

    def close(self) -> None:
        """Give the file back at once."""
        with self._lock:
            if self._emulator is not None:
                self._emulator.close()
                self._emulator = None

    def handle(self, request: Request) -> Response | Served:
        """The answer to a request; or where it is served, which is to be asked then."""
        from dopyapi._core.steps import Response

        parts = urlsplit(request.url)
        headers = {name.lower(): str(value) for name, value in request.headers.items()}
        with self._lock:
            server = self.opened()
            if server is not None:
                return server
            assert self._emulator is not None
            try:
                answer = self._emulator.handle(
                    request.method, parts.path, parts.query, headers, request.body or b"", URL
                )
            finally:
                self._used = time.monotonic()
        return Response(answer.status, answer.headers, answer.body)


class Transport:
    """Carries requests to it: no socket, and no faults on the way. Where it is served, to the server.

    Args:
        kept: the emulator.
    """

    def __init__(self, kept: Kept) -> None:
        self._kept = kept
        self._http: dict[str | None, HTTPTransport] = {}

    def send(self, request: Request) -> Response:
        """Have it answered."""
        answer = self._kept.handle(request)
        return self._to(answer).send(_at(answer, request)) if isinstance(answer, Served) else answer

    async def asend(self, request: Request) -> Response:
        """Have it answered, on a thread: the file may have to be waited for."""
        import asyncio

        return await asyncio.to_thread(self.send, request)

    def _to(self, server: Served) -> HTTPTransport:
        from dopyapi._core.http import HTTPTransport

        return self._http.setdefault(server.ca, HTTPTransport(TIMEOUTS, server.ca))

    def close(self) -> None:
        """Give the file back, and close the connections to a server."""
        self._kept.close()
        for transport in self._http.values():
            transport.close()


def _at(server: Served, request: Request) -> Request:
    from dopyapi._core.steps import Request

    url = server.url + request.url.removeprefix(URL)
    return Request(request.transport, request.method, url, request.headers, request.body)


def made(path: Path) -> Emulator:
    """The emulator of a file.

    Raises:
        FileInUse: another process has it.
        UnusableError: it is damaged, or of another version.
    """
    import sqlite3

    from dopyapi.emulator import Emulator, FileInUse, OtherFormat

    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Emulator(str(path), speed=SPEED)
    except FileInUse:
        raise
    except OtherFormat as problem:
        raise UnusableError(str(problem)) from None
    except (ValueError, sqlite3.Error) as problem:
        raise UnusableError(f"the private emulator's account cannot be used: {path}: {problem}") from None


# Where it is served


def announcement() -> Path:
    """The file that says where the private emulator is served."""
    return data_folder() / "emulator.json"


def served() -> Served | None:
    """Where it is served, if it is."""
    import socket

    try:
        told = json.loads(announcement().read_bytes())
        found = Served(str(told["url"]), told.get("ca"))
        parts = urlsplit(found.url)
        with socket.create_connection((parts.hostname or "", parts.port or 0), 0.5):
            return found
    except (OSError, ValueError, LookupError, AttributeError, TypeError):
        return None  # nobody serves, or has been ended before he could say so


def announce(url: str, ca: Path | None) -> None:
    """Say where it is served from now on."""
    from dopyapi._core.files import write_whole

    told = {"url": url, "ca": str(ca) if ca else None, "pid": os.getpid()}
    write_whole(announcement(), json.dumps(told).encode())


def withdraw() -> None:
    """Say that it is served no longer."""
    announcement().unlink(missing_ok=True)


# Beginning anew


def contents() -> dict[str, int]:
    """How many there are of what, to be named before it goes.

    Raises:
        Failure: it cannot be told.
    """
    kept = Kept(place())
    server = kept.opened()
    if server is not None:
        raise Failure(f"the private emulator is served at {server.url}: end that first", UNAVAILABLE)
    with kept._lock:
        assert kept._emulator is not None
        found = kept._emulator.state.counts()
        kept.close()
    return {name: count for name, count in found.items() if count}


def reset() -> None:
    """Begin anew with an empty account."""
    kept = Kept(place())
    with kept._lock:
        if kept.opened() is None and kept._emulator is not None:
            kept._emulator.reset()


def put_aside() -> Path:
    """Move what cannot be used out of the way; where it is then."""
    path = place()
    number = 1
    while (aside := path.with_name(f"emulator-{number}.db")).exists():
        number += 1
    for end in ("-wal", "-shm", ""):
        part = path.with_name(path.name + end)
        if part.exists():
            part.rename(aside.with_name(aside.name + end))
    return aside
