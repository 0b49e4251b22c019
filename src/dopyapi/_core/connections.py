"""Connections of blocking calls: urllib3's, but what goes over them is written here and read by httptools.

urllib3 pools and connects them, and knows TLS, timeouts, proxies and connections that were dropped. http.client, which
it speaks HTTP with, reads the head of an answer as if it were an e-mail, and was nearly half of the time of a call. It
is replaced here in the way in which urllib3's own HTTP/2 replaces it; llhttp, which httptools is, does the reading.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from http.client import HTTPException, IncompleteRead, RemoteDisconnected
from typing import Any

import httptools
import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from .secrets import redacted

LONGEST_HEAD = 262_144
"""Most bytes in a row that are not of a body: heads, trailers, what is said of chunks."""
MOST_HEADERS = 100
SENT_TOGETHER = 65_536
"""Most bytes of a body that go out in one piece with the head."""

WITHOUT_A_BODY = frozenset({"GET", "HEAD", "DELETE", "OPTIONS", "TRACE", "CONNECT"})
"""Methods that do not say how long a body is that they do not have."""

is_token = lru_cache(256)(re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+").fullmatch)
is_target = re.compile(r"[!-~]+").fullmatch
is_value = re.compile(r"[\t -~\x80-\xff]*").fullmatch


class UnconnectedError(HTTPError):
    """Connecting failed, so nothing was sent."""

    def __init__(self, cause: BaseException, host: str, port: int | None) -> None:
        super().__init__(str(cause))
        self.cause, self.host, self.port = cause, host, port


class FixedTimeout(urllib3.Timeout):
    """Times that do not depend on when a call began. All calls share one; urllib3 would copy it twice for each."""

    def clone(self) -> FixedTimeout:
        return self

    def start_connect(self) -> float:
        return 0.0


class PlainConnection(HTTPConnection):
    """Carries one request after the other, and reads each answer whole."""

    piece = 65_536
    """Most bytes that are read at a time."""

    def connect(self) -> None:
        try:
            super().connect()
        except (OSError, HTTPException, HTTPError) as error:
            raise UnconnectedError(error, self.host, self.port) from None

    def request(  # type: ignore[override]
        self,
        method: str,
        url: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        **parts: Any,  # of bodies and answers that come in parts; here both are whole
    ) -> None:
        """Send a request."""
        headers = headers or {}
        names = set(map(str.lower, headers))
        framing = ""
        if "transfer-encoding" in names:
            body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body) if body else b"0\r\n\r\n"
        elif "content-length" not in names and (body is not None or method not in WITHOUT_A_BODY):
            framing = f"Content-Length: {len(body or b'')}\r\n"
        if "host" not in names:  # what goes to a proxy that forwards has it from urllib3
            framing = f"Host: {self._authority()}\r\n{framing}"
        self._asked = method
        if self.sock is not None:
            self.sock.settimeout(self.timeout)
        if body and len(body) > SENT_TOGETHER:
            self.send(head_of(method, url, framing, headers))
            self.send(body)
        else:
            self.send(head_of(method, url, framing, headers) + (body or b""))

    def _authority(self) -> str:
        """Host and port, as a request names them."""
        host, port = self.host, self.port
        if self._tunnel_host:
            host, port = self._tunnel_host, self._tunnel_port or port
        if not host.isascii():
            host = host.encode("idna").decode()
        if ":" in host:  # an IPv6 address, whose zone means something on this machine only
            host = f"[{host.strip('[]').partition('%')[0]}]"
        return host if port == self.default_port else f"{host}:{port}"

    def getresponse(self) -> Answer:  # type: ignore[override]
        """Wait for the whole answer."""
        self.sock.settimeout(self.timeout)
        receive = self.sock.recv
        reading = Reading(self._asked)
        try:
            while not reading.ended:
                reading.feed(receive(self.piece))
        finally:
            reading.release()
        if not reading.reusable:
            self.close()
        return Answer(reading)


class TLSConnection(PlainConnection, HTTPSConnection):
    """The same over TLS."""

    piece = 16_384
    """A whole record of TLS. Of less, the rest would stay where no poll sees that an answer has not been its last."""


class _Asked(urllib3.HTTPConnectionPool):
    """What both pools have."""

    def ask(self, method: str, target: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        """Send a request without a proxy and wait for its answer.

        As ``urlopen`` does it, but for retries, redirects and proxies, which are not wanted here and take a tenth of
        the time of a call.
        """
        connection: Any = self._get_conn()
        try:
            answer: Any = self._make_request(
                connection, method, target, body=body, headers=headers, timeout=self.timeout
            )
        except BaseException:
            connection.close()
            connection = None
            raise
        finally:
            self._put_conn(connection)
        return answer  # type: ignore[no-any-return]


class PlainPool(_Asked):
    """The connections to a host, without TLS."""

    ConnectionCls = PlainConnection  # type: ignore[assignment]


class TLSPool(_Asked, urllib3.HTTPSConnectionPool):
    """The connections to a host, over TLS."""

    ConnectionCls = TLSConnection  # type: ignore[assignment]


def head_of(method: str, target: str, framing: str, headers: Mapping[str, str]) -> bytes:
    """The head of a request.

    Raises:
        ValueError: a part of it would end the line that it stands in, or is nothing that HTTP can carry.
    """
    if not is_token(method):
        raise ValueError(f"{method!r} is not a method of HTTP")
    if not is_target(target):
        raise ValueError(f"the path {redacted(target)!r} holds a space, a control character or what is not ASCII")
    if not all(map(is_token, headers)):
        wrong = next(name for name in headers if not is_token(name))
        raise ValueError(f"{wrong!r} is not the name of a header")
    if not is_value("".join(headers.values())):
        wrong = next(name for name in headers if not is_value(headers[name]))
        raise ValueError(f"the value of the header {wrong!r} holds a control character or what is not Latin-1")
    # In one expression: what is left of a token in a variable, out of its Secret, a traceback may show.
    return (
        f"{method} {target} HTTP/1.1\r\n{framing}" + "\r\n".join([*map(": ".join, headers.items()), "", ""])
    ).encode("latin-1")


class Reading:
    """An answer while it comes in. The parser calls what begins with ``on_``."""

    def __init__(self, method: str) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.body = b""
        self.ended = self.reusable = False
        self._bodiless = method == "HEAD"
        self._pieces: list[bytes] = []
        self._fields: list[tuple[bytes, bytes]] = []
        self._aside = 0
        self.on_body = self._pieces.append
        self._parser: Any = httptools.HttpResponseParser(self)

    def feed(self, data: bytes) -> None:
        """Take what has come next; nothing is the end of the connection."""
        if not data:
            return self._cut_off()
        had = len(self._pieces)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            if isinstance(error, httptools.HttpParserCallbackError) and error.__context__ is not None:
                raise error.__context__ from None  # such as a KeyboardInterrupt, which came in one of these methods
            if not self.ended:
                raise HTTPException(f"the answer is not HTTP: {error}") from None
            self.reusable = False
        if len(self._pieces) > had:
            self._aside = 0
            if self._bodiless:  # it was said that there is none
                self.reusable = False
        else:
            self._aside += len(data)
            if self._aside > LONGEST_HEAD:
                raise HTTPException(
                    f"the answer has more than {LONGEST_HEAD:,} bytes before or between those of its body"
                )

    def _cut_off(self) -> None:
        if not self.status:
            if self._aside:
                raise HTTPException("the answer ends within its head")
            raise RemoteDisconnected("Remote end closed connection without response")
        length = self.headers.get("content-length")
        if length is not None or "chunked" in self.headers.get("transfer-encoding", "").lower():
            body = b"".join(self._pieces)
            raise IncompleteRead(body, None if length is None else int(length) - len(body))
        self._end(False)  # nothing but the end of the connection says where it ends

    def release(self) -> None:
        """Part from the parser; each holds the other."""
        self._parser = None

    def on_message_begin(self) -> None:
        self._fields.clear()  # of an answer before the answer, such as 103
        if self.ended:
            self.reusable = False  # nobody has asked for another one

    def on_header(self, name: bytes, value: bytes) -> None:
        self._fields.append((name, value))

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        if status < 200 or self.ended:
            return
        if len(self._fields) > MOST_HEADERS:
            raise HTTPException(f"the answer has more than {MOST_HEADERS} headers")
        self.status = status
        found = self.headers
        for raw, value in self._fields:
            name, text = raw.decode("latin-1").lower(), value.decode("latin-1")
            found[name] = f"{found[name]}, {text}" if name in found else text
        if self._bodiless or status in (204, 304):
            self._bodiless = True
            self._end(self._parser.should_keep_alive())

    def on_message_complete(self) -> None:
        if self.status and not self.ended:
            self._end(self._parser.should_keep_alive())

    def _end(self, reusable: bool) -> None:
        self.ended, self.reusable = True, reusable
        self.body = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)


class Answer(BaseHTTPResponse):
    """A whole answer, as far as urllib3's pools look at one.

    The constructor of its class would make another dictionary of the headers, for a twentieth of the time of a call.
    """

    version_string = "HTTP/1.1"
    length_remaining = 0

    def __init__(self, reading: Reading) -> None:
        self.status = reading.status
        self.headers = reading.headers  # type: ignore[assignment]
        self._data = reading.body

    @property
    def data(self) -> bytes:
        return self._data

    def close(self) -> None:
        """Nothing is left to close."""
