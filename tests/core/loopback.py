"""Small servers on the loopback address, for what only real sockets do."""

from __future__ import annotations

import contextlib
import gzip
import select
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

LONGEST_WAIT = 10.0
"""Seconds after which a server gives up on a client; no test comes near."""


@dataclass
class Seen:
    """A request as it arrived."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes
    connection: int

    def __getitem__(self, name: str) -> str | None:
        return next((v for n, v in self.headers if n == name), None)


class Peer:
    """The client's end of one connection."""

    def __init__(self, sock: socket.socket, number: int) -> None:
        self.sock, self.number, self._rest = sock, number, b""

    def read(self) -> Seen | None:
        """The next request, or ``None`` when the client has closed."""
        while b"\r\n\r\n" not in self._rest:
            if not self._more():
                return None
        head, _, self._rest = self._rest.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ")
        headers = [(n.lower(), v.strip()) for n, _, v in (line.partition(":") for line in lines)]
        length = int(next((v for n, v in headers if n == "content-length"), 0))
        while len(self._rest) < length:
            if not self._more():
                return None
        body, self._rest = self._rest[:length], self._rest[length:]
        return Seen(method, target, headers, body, self.number)

    def _more(self) -> bool:
        data = self.sock.recv(65536)
        self._rest += data
        return bool(data)

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def reset(self) -> None:
        """Drop the connection as a crash does."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


class Server:
    """Accepts connections on 127.0.0.1 and lets ``talk`` speak to each, in a thread.

    Args:
        talk: gets each connection; when it returns, the connection is closed.
        tls: certificates, for https.
    """

    def __init__(self, talk: Callable[[Server, Peer], None], tls: ssl.SSLContext | None = None) -> None:
        self._talk, self._tls = talk, tls
        self.seen: list[Seen] = []
        self.connections = 0
        self._peers: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._closed = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self._start(self._accept)

    def _start(self, target: Callable[..., None], *args: Any) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._closed.is_set():
            ready, _, _ = select.select([self._listener], [], [], 0.02)
            if ready:
                sock, _ = self._listener.accept()
                sock.settimeout(LONGEST_WAIT)
                self.connections += 1
                self._peers.append(sock)
                self._start(self._serve, sock, self.connections)

    def _serve(self, sock: socket.socket, number: int) -> None:
        try:
            if self._tls is not None:
                sock = self._tls.wrap_socket(sock, server_side=True)
                self._peers.append(sock)
            self._talk(self, Peer(sock, number))
        except OSError:
            pass  # the client, or close(), has ended it
        finally:
            sock.close()

    def close(self) -> None:
        """End all connections and threads."""
        self._closed.set()
        for sock in list(self._peers):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in list(self._threads):
            thread.join(LONGEST_WAIT)
            assert not thread.is_alive(), "a thread of a loopback server does not end"
        for sock in self._peers:
            sock.close()
        self._listener.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def answer(status: int = 200, body: bytes = b'{"here":true}', **headers: str) -> bytes:
    """An answer on the wire; underscores in header names stand for dashes."""
    given = {"content_type": "application/json", "content_length": str(len(body)), **headers}
    lines = [f"HTTP/1.1 {status} X", *(f"{n.replace('_', '-').title()}: {v}" for n, v in given.items() if v)]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def zipped(body: bytes) -> bytes:
    """An answer in gzip."""
    return answer(200, gzip.compress(body), content_encoding="gzip")


def answering(*answers: bytes) -> Callable[[Server, Peer], None]:
    """Give these answers in turn, whichever connection asks, the last one for ever; keep connections open."""
    left = list(answers) or [answer()]

    def talk(server: Server, peer: Peer) -> None:
        while (seen := peer.read()) is not None:
            server.seen.append(seen)
            peer.send(left.pop(0) if len(left) > 1 else left[0])

    return talk


def in_turn(*talks: Callable[[Server, Peer], None]) -> Callable[[Server, Peer], None]:
    """The first connection gets the first of these, and so on; further ones the last."""

    def talk(server: Server, peer: Peer) -> None:
        talks[min(peer.number, len(talks)) - 1](server, peer)

    return talk
