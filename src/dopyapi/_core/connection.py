"""Blocking HTTP/1.1: connections to one place, one request at a time on each. Sockets and TLS are Python's; what comes
is taken apart by httptools, which is llhttp, Node's parser.
"""

from __future__ import annotations

import socket
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from httptools import HttpParserError, HttpResponseParser

from .secrets import Secret

if TYPE_CHECKING:
    import ssl
    from queue import SimpleQueue
else:
    try:
        from _queue import SimpleQueue  # what queue has it from, without the threads that queue loads
    except ImportError:
        from queue import SimpleQueue

CONNECTIONS = 32
"""Most connections that one client has open to a host; further calls wait for one of them."""
PIECE = 262_144
"""Bytes that are read at once, at most."""
SMALL = 65_536
"""Bytes of a body that travel together with its head."""
UNSENDABLE = ("\r", "\n", "\0")

Timeout = tuple[float, float]


class Place(NamedTuple):
    """Where connections go."""

    scheme: str
    host: str
    port: int


class Proxy(NamedTuple):
    """A proxy, its password apart from its address."""

    url: str
    authorization: Secret | None


class UnconnectedError(Exception):
    """Connecting failed, so nothing was sent."""

    def __init__(self, cause: BaseException, host: str, port: int) -> None:
        super().__init__(str(cause))
        self.cause, self.host, self.port = cause, host, port


class RefusedByProxyError(Exception):
    """A proxy answered a request for a tunnel with something else."""


class BrokenError(Exception):
    """What came was no whole answer."""


def place_of(root: str) -> Place:
    """The place that a root such as ``https://api.example:8443`` names."""
    scheme, _, rest = root.partition("://")
    host, _, port = rest.rpartition("@")[2].rpartition(":")
    if not port.isdigit():
        host, port = rest.rpartition("@")[2], ""
    return Place(scheme, host.strip("[]"), int(port) if port else 443 if scheme == "https" else 80)


class Answer:
    """What the parser reports of one answer."""

    __slots__ = ("_bodiless", "_parser", "_pieces", "complete", "extra", "headers", "keep", "started", "status")

    def __init__(self, *, bodiless: bool = False) -> None:
        self._parser = HttpResponseParser(self)
        self._bodiless = bodiless
        self._pieces: list[bytes] = []
        self.headers: dict[str, str] = {}
        self.status = 0
        self.started = self.complete = self.extra = self.keep = False

    def on_message_begin(self) -> None:
        self.extra = self.complete  # a second answer to one request
        self.started = True

    def on_header(self, name: bytes, value: bytes) -> None:
        if self.complete:
            return
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        headers = self.headers
        headers[key] = f"{headers[key]}, {text}" if key in headers else text

    def on_headers_complete(self) -> None:
        if self.complete:
            return
        self.status = self._parser.get_status_code()
        if self._bodiless and self.status >= 200:
            self.keep, self.complete = self._parser.should_keep_alive(), True

    def on_body(self, piece: bytes) -> None:
        if not self.complete:
            self._pieces.append(piece)

    def on_message_complete(self) -> None:
        if 100 <= self.status < 200:
            self.headers, self.status, self.started = {}, 0, False  # the answer itself is still to come
        elif not self.complete:
            self.keep, self.complete = self._parser.should_keep_alive(), True

    @property
    def body(self) -> bytes:
        return self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)

    def read_from(self, sock: Any) -> bool:
        """Read the whole of it; whether the connection may carry another one."""
        feed, receive = self._parser.feed_data, sock.recv
        try:
            while not self.complete:
                piece = receive(PIECE)
                if not piece:
                    self._ended()
                    return False
                feed(piece)
        except HttpParserError as error:
            if not self.complete:
                raise BrokenError(f"not an answer of HTTP: {error}") from None
            return False
        return self.keep and not self.extra

    def _ended(self) -> None:
        """The server has closed the connection, which ends the one kind of answer that does not say how long it is."""
        if self.status and not {"content-length", "transfer-encoding"} & self.headers.keys():
            self.complete = True
        elif self.started:
            raise BrokenError("the answer ended too early")
        else:
            raise BrokenError("the server closed it without an answer")


class Connection:
    """One open connection."""

    __slots__ = ("_poller", "sock")

    def __init__(self, sock: Any) -> None:
        self.sock = sock
        self._poller: Any = None

    def is_dropped(self) -> bool:
        """Whether the server has said something while nothing was asked: its goodbye, that is."""
        if self._poller is None:
            import select

            if not hasattr(select, "poll"):
                return bool(select.select([self.sock], [], [], 0)[0])
            self._poller = select.poll()
            self._poller.register(self.sock, select.POLLIN)
        return bool(self._poller.poll(0))

    def close(self) -> None:
        """Close it; what goes wrong with that is nobody's concern any more."""
        with suppress(OSError):
            self.sock.close()

    def __del__(self) -> None:
        self.close()  # of a client that nobody closed: who forgets that is not warned


class Pool:
    """Connections to one place.

    Args:
        place: where they go.
        timeout: seconds to connect and to wait for data.
        tls: of an ``https`` place.
        proxy: through which they go; ``proxy_tls`` where that is an ``https`` one.
    """

    def __init__(
        self,
        place: Place,
        timeout: Timeout,
        tls: ssl.SSLContext | None,
        proxy: Proxy | None = None,
        proxy_tls: ssl.SSLContext | None = None,
    ) -> None:
        self._place, self._timeout, self._tls = place, timeout, tls
        self._proxy, self._proxy_tls = proxy, proxy_tls
        usual = place.port == (443 if place.scheme == "https" else 80)
        name = f"[{place.host}]" if ":" in place.host else place.host
        self._host = name if usual else f"{name}:{place.port}"
        self._idle: deque[Connection] = deque()
        self._turns: SimpleQueue[None] = SimpleQueue()
        for _ in range(CONNECTIONS):
            self._turns.put(None)

    def exchange(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        """Send a request and read the answer.

        Raises:
            UnconnectedError, RefusedByProxyError: nothing was sent.
            BrokenError, OSError: it may have arrived.
        """
        self._turns.get()
        try:
            connection = self._connection()
            keep = False
            try:
                self._send(connection.sock, method, target, headers, body)
                answer = Answer(bodiless=method == "HEAD")
                keep = answer.read_from(connection.sock)
                return answer
            finally:
                if keep:
                    self._idle.append(connection)
                else:
                    connection.close()
        finally:
            self._turns.put(None)

    def close(self) -> None:
        """Close those that are idle."""
        while True:
            try:
                self._idle.pop().close()
            except IndexError:
                return

    def _send(self, sock: Any, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> None:
        lines = [f"{method} {target} HTTP/1.1\r\nhost: {self._host}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if body is not None or method in ("POST", "PUT", "PATCH"):
            lines.append(f"content-length: {len(body or b'')}")
        if any(mark in line for line in lines[1:] for mark in UNSENDABLE):
            del lines
            raise ValueError("a header holds the end of a line, which would be the beginning of another header")
        wire = "\r\n".join((*lines, "\r\n")).encode("latin-1")
        del lines, headers  # the token among them is not for tracebacks
        if body and len(body) <= SMALL:
            wire += body
            body = None
        try:
            sock.sendall(wire)
            del wire
            if body:
                sock.sendall(body)
        except (BrokenPipeError, ConnectionResetError):
            # A server may refuse what it has not read to the end, and what it says of that is worth reading.
            if not _speaks(sock):
                raise

    def _connection(self) -> Connection:
        """An idle one, or a new one."""
        while True:
            try:
                idle = self._idle.pop()  # the one that was used last
            except IndexError:
                return self._connect()
            if not idle.is_dropped():
                return idle
            idle.close()

    def _connect(self) -> Connection:
        nearest = self._place if self._proxy is None else place_of(self._proxy.url)
        sock: Any = None
        try:
            sock = socket.create_connection((_named(nearest.host), nearest.port), self._timeout[0])
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._proxy is not None:
                if self._proxy_tls is not None:
                    sock = self._proxy_tls.wrap_socket(sock, server_hostname=_named(nearest.host))
                if self._tls is not None:
                    self._tunnel(sock, self._proxy)
            if self._tls is not None:
                name = _named(self._place.host.rstrip("."))
                if self._proxy_tls is not None:
                    from .nested import Nested

                    sock = Nested(sock, self._tls, name)
                else:
                    sock = self._tls.wrap_socket(sock, server_hostname=name)
            sock.settimeout(self._timeout[1])
        except (OSError, UnicodeError, HttpParserError, BrokenError) as error:
            if sock is not None:
                sock.close()
            raise UnconnectedError(error, nearest.host, nearest.port) from None
        except BaseException:
            if sock is not None:
                sock.close()
            raise
        return Connection(sock)

    def _tunnel(self, sock: Any, proxy: Proxy) -> None:
        """Have a proxy pass on what comes from now on."""
        name = f"[{self._place.host}]" if ":" in self._place.host else self._place.host
        to = f"{name}:{self._place.port}"
        allowed = f"proxy-authorization: {proxy.authorization}\r\n" if proxy.authorization else ""
        sock.sendall(f"CONNECT {to} HTTP/1.1\r\nhost: {to}\r\n{allowed}\r\n".encode("latin-1"))
        head = b""
        while b"\r\n\r\n" not in head:
            piece = sock.recv(1)  # not a byte of what comes behind it
            if not piece or len(head) > SMALL:
                raise BrokenError("the proxy closed it without an answer")
            head += piece
        _, _, words = head.partition(b"\r\n")[0].decode("latin-1").partition(" ")
        if not words.startswith("2"):
            raise RefusedByProxyError(words)


def _named(host: str) -> Any:
    """A host as sockets and TLS take it without loading the tables of other alphabets."""
    return host.encode() if host.isascii() else host


def _speaks(sock: Any) -> bool:
    """Whether there is something to read from a connection that takes nothing any more."""
    import select

    try:
        return bool(select.select([sock], [], [], 0)[0])
    except (OSError, ValueError):
        return False
