"""TLS inside TLS: a tunnel through a proxy that is itself reached by ``https``. Python's ``ssl`` wraps only sockets."""

from __future__ import annotations

import ssl
from typing import Any

PIECE = 65_536


class Nested:
    """A TLS connection over another one; as much of a socket as a request needs.

    Args:
        outer: the connection to the proxy.
        context, name: whom to trust at the other end, and what it is called.
    """

    def __init__(self, outer: ssl.SSLSocket, context: ssl.SSLContext, name: str | bytes) -> None:
        self._outer = outer
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=name)
        self._done(self._tls.do_handshake)

    def _done(self, act: Any, *given: Any) -> Any:
        """Do something for which bytes may have to go out and come in."""
        while True:
            try:
                result = act(*given)
            except ssl.SSLWantReadError:
                self._flush()
                piece = self._outer.recv(PIECE)
                self._incoming.write(piece) if piece else self._incoming.write_eof()
                continue
            finally:
                if self._outgoing.pending:
                    self._flush()
            return result

    def _flush(self) -> None:
        if pending := self._outgoing.read():
            self._outer.sendall(pending)

    def sendall(self, data: bytes) -> None:
        """Send all of it."""
        while data:
            data = data[self._done(self._tls.write, data) :]

    def recv(self, most: int) -> bytes:
        """What has come; nothing at the end."""
        try:
            received: bytes = self._done(self._tls.read, most)
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""
        return received

    def settimeout(self, seconds: float | None) -> None:
        """How long to wait for the proxy."""
        self._outer.settimeout(seconds)

    def fileno(self) -> int:
        """For ``select``."""
        return self._outer.fileno()

    def close(self) -> None:
        """Close both."""
        self._outer.close()
