"""The emulator as an ASGI application: a thin adapter, one call of ``handle`` per request."""

from __future__ import annotations

from .answer import Answering
from .control import most_bytes
from .wire import Message, Receive, Send, deliver, sent_at_once, start

_MOST_BYTES = 16 * 1024 * 1024


class App:
    """An ASGI 3 application around an emulator, or around a recording."""

    def __init__(self, emulator: Answering) -> None:
        self._emulator = emulator

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request, or the server's start and end."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        if scope["type"] != "http":
            raise ValueError(f"the emulator serves HTTP, not {scope['type']}")
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
        body = b""
        if "content-length" in headers or "transfer-encoding" in headers:
            whole = await _body(receive, most_bytes(path, _MOST_BYTES))
            if whole is None:
                return
            body = whole
        answer = self._emulator.handle(
            scope["method"],
            path,
            scope["query_string"].decode("latin-1"),
            headers,
            body,
            f"{scope['scheme']}://{headers.get('host', 'localhost')}",
        )
        if answer.delivery is not None:
            await deliver(answer, self._emulator.clock, scope, receive, send)
            return
        if sent_at_once(answer, scope):
            return
        await send(start(answer))
        await send({"type": "http.response.body", "body": answer.body})


async def _body(receive: Receive, most: int) -> bytes | None:
    """What was sent; None where its end never came, so that half a request is not carried out."""
    chunks, total = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunk = message.get("body", b"")
        total += len(chunk)
        if total <= most + 1:  # one byte too many is enough to be refused; the rest is not kept
            chunks.append(chunk)
        if not message.get("more_body"):
            break
    return b"".join(chunks) if total <= most + 1 else bytes(most + 1)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
