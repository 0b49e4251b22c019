"""Answers on a real connection: whole ones that leave in one piece, and those that do not simply arrive, because it
breaks, stays silent, or says things slowly or twice.

ASGI has no words for that, so that the connection itself is needed. ``protocol()`` is uvicorn's own but for five
things: it puts the connection into the ``state`` of each request, ends at once what a fault or a client holds up when
the server ends, says of a request whose body ends too early what is wrong with it, answers a request without a body
before uvicorn makes a task for it, and sends an answer that is whole and as usual as one piece. A connection is reset
by closing it with a linger time of 0, which makes a RST of what would be a FIN. Under another server the application
raises ``Broken`` instead, on which servers close the connection, or answer 500 if nothing was sent before.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any, cast

from .answer import PIECES, Answer, Answering
from .clock import Clock
from .heads import head_of, written
from .joining import Joining

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_CONNECTION = "dopyapi.connection"
_ANSWER = "dopyapi.answer"
"""Names in the ``state`` of a request: the connection, and an answer that is ready before the application is asked."""

_TAKES_MORE = frozenset(
    {"content-length", "transfer-encoding", "expect", "upgrade", "x-forwarded-for", "x-forwarded-proto"}
)
"""Headers of requests that have a body, or come from somebody else than it seems."""
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


def protocol(answering: Answering | None = None) -> type[asyncio.Protocol]:
    """The HTTP protocol for ``uvicorn.Config(http=...)`` with which connections can be broken.

    Parameters:
        answering: what the application around it answers by; None where it answers in its own time.
    """
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

    class Breakable(HttpToolsProtocol):
        held_up = False
        transport: Any

        def connection_made(self, transport: Any) -> None:
            self.app_state = {**self.app_state, _CONNECTION: self}
            super().connection_made(cast("asyncio.Transport", Joining(transport)))

        def on_headers_complete(self) -> None:
            if answering is None or not self.answered(answering):
                super().on_headers_complete()

        def answered(self, answering: Answering) -> bool:
            """Answer a request within this turn of the loop, and say whether it was one that can be.

            One can that is there as a whole, and whose predecessor has its answer. What uvicorn keeps of each request,
            and the task that it gets, take as long as most answers do.
            """
            try:
                before, parser, state = self.cycle, self.parser, self.scope["state"]
                target = _target(self.url)
                headers = as_text(self.headers)
                if (
                    before is None
                    or not before.response_complete
                    or self.pipeline
                    or self.flow.write_paused
                    or self.transport.is_filled
                    or not _TAKES_MORE.isdisjoint(headers)
                    or not parser.should_keep_alive()
                    or parser.get_http_version() != "1.1"
                    or target is None
                ):
                    return False
                method, ended = parser.get_method().decode(), self.on_response_complete
            except (AttributeError, KeyError):  # another uvicorn, which does it its own way
                return False
            answer = answering.handle(
                method, *target, headers, b"", f"{self.scheme}://{headers.get('host', 'localhost')}"
            )
            head = head_of(answer) if answer.delivery is None else None
            if head is None:
                state[_ANSWER] = answer
                return False
            self.transport.write(head + answer.body)
            ended()
            return True

        def eof_received(self) -> None:
            if self._waits_for_more():
                self.transport.write(_CUT_SHORT)
            self.transport.flush()  # the loop closes the connection next
            super().eof_received()

        def _waits_for_more(self) -> bool:
            cycle = getattr(self, "cycle", None)
            return cycle is not None and cycle.more_body and not cycle.response_started

        def sends(self, answer: Answer, scope: Message) -> bool:
            """Send a whole answer in one piece, and say whether it could be: uvicorn then knows it as sent.

            An answer takes uvicorn two messages, each with a look at every header: a fifth of the time of a request.
            """
            try:
                cycle = self.cycle
                if (
                    cycle.scope is not scope
                    or cycle.response_started
                    or cycle.disconnected
                    or not cycle.keep_alive
                    or self.flow.write_paused
                    or scope["method"] == "HEAD"
                ):
                    return False
                completed, ended = cycle.on_response, cycle.message_event
            except AttributeError:  # another uvicorn, which sends it by itself
                return False
            head = head_of(answer)
            if head is None:
                return False
            cycle.response_started = cycle.response_complete = True
            self.transport.write(head + answer.body)
            ended.set()
            completed()
            return True

        def shutdown(self) -> None:
            if self.held_up or self._waits_for_more():
                self.transport.abort()
            else:
                super().shutdown()
                if self.transport.get_extra_info("ssl_object") is not None:
                    # TLS says goodbye and waits for an answer, which an idle client gives when it calls next.
                    asyncio.get_running_loop().call_later(_GOODBYE, self.transport.abort)

    return Breakable


@lru_cache(1024)
def _target(url: bytes) -> tuple[str, str] | None:
    """The path and the query of a URL; None of one that has more, or is of another form."""
    if not url.startswith(b"/") or b"#" in url or not url.isascii():
        return None
    path, _, query = url.decode().partition("?")
    return path, query


def as_text(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """The headers of a request; of one that comes twice, the last."""
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in headers}


def ready_answer(scope: Message) -> Answer | None:
    """The answer to a request that has been answered before the application was asked, and is only to be sent."""
    found: Answer | None = scope.get("state", {}).get(_ANSWER)
    return found


def sent_at_once(answer: Answer, scope: Message) -> bool:
    """Send an answer in one piece, where the connection is ours and nothing speaks against it."""
    connection = scope.get("state", {}).get(_CONNECTION)
    return connection is not None and connection.sends(answer, scope)


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
        # Both leave together: otherwise it were chance whether the copy is there before the next request is sent.
        self._cork(1)
        self._transport.write(written(answer) + answer.body)
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
