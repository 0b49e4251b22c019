"""The emulator as an ASGI application: a thin adapter, one call of ``handle`` per request."""

from __future__ import annotations

from .answer import Answer, Answering
from .control import most_bytes
from .wire import Message, Receive, Send, as_text, deliver, ready_answer, sent_at_once, start

_MOST_BYTES = 16 * 1024 * 1024


class App:
    """An ASGI 3 application around an emulator, or around a recording."""

    def __init__(self, answering: Answering) -> None:
        self.answering = answering
        """The emulator, or the recording."""

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request, or the server's start and end."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        if scope["type"] != "http":
            raise ValueError(f"the emulator serves HTTP, not {scope['type']}")
        answer = ready_answer(scope) or await self._answered(scope, receive)
        if answer is None:
            return
        if answer.delivery is not None:
            await deliver(answer, self.answering.clock, scope, receive, send)
            return
        if sent_at_once(answer, scope):
            return
        await send(start(answer))
        await send({"type": "http.response.body", "body": answer.body})

    async def _answered(self, scope: Message, receive: Receive) -> Answer | None:
        """The answer to a request; None where its end never came."""
        headers = as_text(scope["headers"])
        path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
        body: bytes | None = b""
        if "content-length" in headers or "transfer-encoding" in headers:
            body = await _body(receive, most_bytes(path, _MOST_BYTES))
        if body is None:
            return None
        return self.answering.handle(
            scope["method"],
            path,
            scope["query_string"].decode("latin-1"),
            headers,
            body,
            f"{scope['scheme']}://{headers.get('host', 'localhost')}",
        )


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
