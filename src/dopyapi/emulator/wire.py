"""Answers that do not simply arrive, on a real connection: it breaks, stays silent, or says things slowly or twice.

ASGI has no words for that, so that the connection itself is needed. ``protocol()`` is uvicorn's own (httptools or h11)
but for one thing: it puts the connection's transport into the ``state`` of each request. A connection is reset by
closing it with a linger time of 0, which makes a RST of what would be a FIN. Under another server the application
raises ``Broken`` instead, on which servers close the connection, or answer 500 if nothing was sent before.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from http.client import responses
from typing import Any

from .answer import PIECES, Answer
from .clock import Clock

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_TRANSPORT = "dopyapi.transport"
_NO_LINGER = struct.pack("hh" if hasattr(socket, "SO_EXCLUSIVEADDRUSE") else "ii", 1, 0)
_CORK = getattr(socket, "TCP_CORK", getattr(socket, "TCP_NOPUSH", None))


class Broken(ConnectionError):
    """The connection breaks here, as a fault wants it; only seen where the server does not let us break it."""


def protocol() -> type[asyncio.Protocol]:
    """The HTTP protocol for ``uvicorn.Config(http=...)`` with which connections can be broken."""
    from uvicorn.protocols.http.auto import AutoHTTPProtocol

    class Breakable(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
        def connection_made(self, transport: Any) -> None:
            self.app_state = {**self.app_state, _TRANSPORT: transport}
            super().connection_made(transport)

    return Breakable


def start(answer: Answer) -> Message:
    """The beginning of an answer as ASGI has it."""
    headers = [(name.encode(), value.encode("latin-1", "replace")) for name, value in answer.headers.items()]
    return {"type": "http.response.start", "status": answer.status, "headers": headers}


async def deliver(answer: Answer, clock: Clock, scope: Message, receive: Receive, send: Send) -> None:
    """Let an answer travel as its ``delivery`` says. Seconds pass on a virtual clock at once, else in reality."""
    delivery = answer.delivery
    assert delivery is not None
    connection = _Connection(scope.get("state", {}).get(_TRANSPORT), receive)
    await _pass(clock, delivery.delay)
    if delivery.lost == "silent":
        await connection.ended()
    elif delivery.lost in ("refused", "reset"):
        await connection.reset()
    elif delivery.lost == "half":
        await send(start(answer))
        await _send_slowly(answer.body[: len(answer.body) // 2], delivery.slow / 2, clock, send)
        await connection.close()
    elif delivery.twice and connection.transport is not None:
        await connection.send_twice(answer, send)
    else:
        await send(start(answer))
        await _send_slowly(answer.body, delivery.slow, clock, send)
        await send({"type": "http.response.body", "body": b""})


async def _send_slowly(body: bytes, seconds: float, clock: Clock, send: Send) -> None:
    piece = max(1, -(-len(body) // PIECES)) if seconds else max(1, len(body))
    for at in range(0, len(body), piece):
        if seconds:
            await _pass(clock, seconds * min(piece, len(body) - at) / len(body))
        await send({"type": "http.response.body", "body": body[at : at + piece], "more_body": True})


async def _pass(clock: Clock, seconds: float) -> None:
    if seconds:
        advance = getattr(clock, "advance", None)
        if advance is not None:
            advance(seconds)
        else:
            await asyncio.sleep(seconds)


class _Connection:
    """The connection of a request, to be broken."""

    def __init__(self, transport: Any, receive: Receive) -> None:
        self.transport = transport
        self._receive = receive

    async def reset(self) -> None:
        """Break it at once, so that the client sees a reset."""
        if self.transport is None:
            raise Broken("the connection is reset")
        with suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self.transport.abort()
        await self.ended()

    async def close(self) -> None:
        """Send what is to be sent and end it."""
        if self.transport is None:
            raise Broken("the connection is closed")
        self.transport.close()
        await self.ended()

    async def ended(self) -> None:
        """Wait until it has ended, from either side."""
        try:
            while (await self._receive())["type"] != "http.disconnect":
                pass
        except asyncio.CancelledError:  # the server ends, and its client hangs on still
            if self.transport is None:
                raise
            self.transport.abort()
            while (await self._receive())["type"] != "http.disconnect":
                pass

    async def send_twice(self, answer: Answer, send: Send) -> None:
        """Send an answer that ends before the client can see where, and its copy with it."""
        phrase = responses.get(answer.status, "")
        head = [f"HTTP/1.1 {answer.status} {phrase}", *(f"{name}: {value}" for name, value in answer.headers.items())]
        # Both leave together: otherwise it were chance whether the copy is there before the next request is sent.
        self._cork(1)
        self.transport.write("\r\n".join([*head, "", ""]).encode("latin-1", "replace") + answer.body)
        await send(start(answer))
        await send({"type": "http.response.body", "body": answer.body})
        await asyncio.sleep(0)  # uvloop writes at the end of a turn
        self._cork(0)

    @property
    def _socket(self) -> Any:
        return self.transport.get_extra_info("socket")

    def _cork(self, on: int) -> None:
        if _CORK is not None:
            with suppress(OSError, AttributeError):
                self._socket.setsockopt(socket.IPPROTO_TCP, _CORK, on)
