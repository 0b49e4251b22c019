"""Answers that do not simply arrive, on a real connection: it breaks, stays silent, or says things slowly or twice.

ASGI has no words for that, so that the connection itself is needed. ``protocol()`` is uvicorn's own (httptools or h11)
but for four things: it puts the connection into the ``state`` of each request, ends at once what a fault or a client
holds up when the server ends, says of a request whose body ends too early what is wrong with it, and sends head and
body of an answer together. A connection is reset by closing it with a linger time of 0, which makes a RST of what would
be a FIN. Under another server the application raises ``Broken`` instead, on which servers close the connection, or
answer 500 if nothing was sent before.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager, suppress
from http.client import responses
from typing import Any

from .answer import PIECES, Answer
from .clock import Clock
from .joining import Joining

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_CONNECTION = "dopyapi.connection"
_NO_LINGER = struct.pack("hh" if hasattr(socket, "SO_EXCLUSIVEADDRUSE") else "ii", 1, 0)
_CORK = getattr(socket, "TCP_CORK", getattr(socket, "TCP_NOPUSH", None))

_REFUSAL = b'{"id":"bad_request","message":"the body ended before all of it was there"}'
_CUT_SHORT = (
    b"HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\nconnection: close\r\n"
    b"content-length: %d\r\n\r\n%b" % (len(_REFUSAL), _REFUSAL)
)


_GOODBYE = 0.2
"""Seconds for the end of a TLS connection that nothing is said on."""


class Broken(ConnectionError):
    """The connection breaks here, as a fault wants it; only seen where the server does not let us break it."""


def protocol() -> type[asyncio.Protocol]:
    """The HTTP protocol for ``uvicorn.Config(http=...)`` with which connections can be broken."""
    from uvicorn.protocols.http.auto import AutoHTTPProtocol

    class Breakable(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
        def connection_made(self, transport: Any) -> None:
            this: Any = self  # what it inherits is only known when it runs
            this.held_up = False
            this.app_state = {**this.app_state, _CONNECTION: self}
            super().connection_made(Joining(transport))

        def eof_received(self) -> None:
            if self._waits_for_more():
                self.transport.write(_CUT_SHORT)
            self.transport.flush()  # the loop closes the connection next
            super().eof_received()

        def _waits_for_more(self) -> bool:
            cycle = getattr(self, "cycle", None)
            return cycle is not None and cycle.more_body and not cycle.response_started

        def shutdown(self) -> None:
            if self.held_up or self._waits_for_more():
                self.transport.abort()
            else:
                super().shutdown()
                if self.transport.get_extra_info("ssl_object") is not None:
                    # TLS says goodbye and waits for an answer, which an idle client gives when it calls next.
                    asyncio.get_running_loop().call_later(_GOODBYE, self.transport.abort)

    return Breakable


def start(answer: Answer) -> Message:
    """The beginning of an answer as ASGI has it."""
    headers = [(name.encode(), value.encode("latin-1", "replace")) for name, value in answer.headers.items()]
    return {"type": "http.response.start", "status": answer.status, "headers": headers}


async def deliver(answer: Answer, clock: Clock, scope: Message, receive: Receive, send: Send) -> None:
    """Let an answer travel as its ``delivery`` says. Seconds pass on a virtual clock at once, else in reality."""
    connection = _Connection(scope.get("state", {}).get(_CONNECTION), receive, clock)
    with suppress(_Gone), connection.held_up():
        await _travel(answer, connection, send)


async def _travel(answer: Answer, connection: _Connection, send: Send) -> None:
    delivery = answer.delivery
    assert delivery is not None
    await connection.pause(delivery.delay)
    if delivery.lost == "silent":
        await connection.ended()
    elif delivery.lost in ("refused", "reset"):
        await connection.reset()
    elif delivery.lost == "half":
        await send(start(answer))
        await _send_slowly(answer.body[: len(answer.body) // 2], delivery.slow / 2, connection, send)
        await connection.close()
    elif delivery.twice and connection.is_ours:
        await connection.send_twice(answer, send)
    else:
        await send(start(answer))
        await _send_slowly(answer.body, delivery.slow, connection, send)
        await send({"type": "http.response.body", "body": b""})


async def _send_slowly(body: bytes, seconds: float, connection: _Connection, send: Send) -> None:
    piece = max(1, -(-len(body) // PIECES)) if seconds else max(1, len(body))
    for at in range(0, len(body), piece):
        await connection.pause(seconds * min(piece, len(body) - at) / len(body))
        await send({"type": "http.response.body", "body": body[at : at + piece], "more_body": True})


class _Gone(Exception):
    """The client has not waited for its answer."""


class _Connection:
    """The connection of a request, to be broken.

    Parameters:
        protocol: uvicorn's side of it, as ``protocol()`` has put it there; None under another server.
    """

    def __init__(self, protocol: Any, receive: Receive, clock: Clock) -> None:
        self._protocol = protocol
        self._receive = receive
        self._clock = clock

    @property
    def is_ours(self) -> bool:
        """Whether it can be written to past the server."""
        return self._protocol is not None

    @contextmanager
    def held_up(self) -> Iterator[None]:
        """For as long as this lasts, the server need not wait for the connection when it ends."""
        if not self.is_ours:
            yield
            return
        self._protocol.held_up = True
        try:
            yield
        finally:
            self._protocol.held_up = False

    async def pause(self, seconds: float) -> None:
        """Let time pass, unless the client gives up meanwhile.

        Raises:
            _Gone: it has.
        """
        if not seconds:
            return
        advance = getattr(self._clock, "advance", None)
        if advance is not None:
            advance(seconds)
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(self.ended(), seconds)
            raise _Gone

    async def reset(self) -> None:
        """Break it at once, so that the client sees a reset."""
        with suppress(OSError):
            self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self._transport.abort()
        await self.ended()

    async def close(self) -> None:
        """Send what is to be sent and end it."""
        self._transport.close()
        await self.ended()

    async def ended(self) -> None:
        """Wait until it has ended, from either side."""
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def send_twice(self, answer: Answer, send: Send) -> None:
        """Send an answer that ends before the client can see where, and its copy with it."""
        phrase = responses.get(answer.status, "")
        head = [f"HTTP/1.1 {answer.status} {phrase}", *(f"{name}: {value}" for name, value in answer.headers.items())]
        # Both leave together: otherwise it were chance whether the copy is there before the next request is sent.
        self._cork(1)
        self._transport.write("\r\n".join([*head, "", ""]).encode("latin-1", "replace") + answer.body)
        await send(start(answer))
        await send({"type": "http.response.body", "body": answer.body})
        await asyncio.sleep(0)  # uvloop writes at the end of a turn
        self._cork(0)

    @property
    def _transport(self) -> Any:
        if not self.is_ours:
            raise Broken("the connection breaks here, as a fault wants it")
        return self._protocol.transport

    def _cork(self, on: int) -> None:
        if _CORK is not None:
            with suppress(OSError, AttributeError):
                self._transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, _CORK, on)
