"""A proxy that records: each request goes on to the API as it is, and what was said is written without its secrets."""

from __future__ import annotations

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor

import msgspec

from ..wire import Message, Receive, Send
from .fixture import NEUTRAL, Body, Exchange, Writer
from .scrubbing import Scrubber, placeholders_in
from .upstream import Reached, Upstream, UpstreamError

_MOST_BYTES = 256 * 1024 * 1024
_THREADS = 32
KEPT = frozenset(
    "allow cache-control content-disposition content-type etag last-modified link location retry-after"
    " x-request-id".split()
)
"""The headers of answers that a fixture has: what says something about the answer, and never a cookie."""


class Recorder:
    """What writes exchanges into a fixture.

    Parameters:
        writer: the fixture; it is closed with this.
        scrubber: takes out the secrets.
        files: whether to keep answers that are no text, such as PDF.
    """

    def __init__(self, writer: Writer, scrubber: Scrubber, *, files: bool = False) -> None:
        self._writer, self._scrubber, self._files = writer, scrubber, files
        self.lost = 0
        """How many exchanges could not be written."""
        for line in writer.before:
            scrubber.placeholders.skip(iter(placeholders_in(line)))

    @property
    def count(self) -> int:
        """How many exchanges were written."""
        return self._writer.count

    def know(self, authorization: str) -> None:
        """Never write this token."""
        self._scrubber.know(authorization)

    def note(self, method: str, target: str, content_type: str, sent: bytes, answer: Reached) -> None:
        """Write one exchange; when that fails, it is said, and the client has its answer all the same."""
        exchange = exchange_of(method, target, content_type, sent, answer, files=self._files)
        try:
            self._writer.write(self._scrubber.line(exchange))
        except (OSError, ValueError) as error:
            self.lost += 1
            print(f"not recorded: {method} {_shown(exchange)}: {error}", file=sys.stderr)  # noqa: T201

    def close(self) -> None:
        """End the fixture."""
        self._writer.close()


def exchange_of(
    method: str, target: str, content_type: str, sent: bytes, answer: Reached, *, files: bool = False
) -> Exchange:
    """An exchange as it came, with all its secrets."""
    path, _, query = target.partition("?")
    packed = answer.header("content-encoding")
    if packed and answer.body:
        said: Body | None = Body(withheld=f"packed as {packed}, which cannot be looked through")
    else:
        said = Body.of(answer.body, answer.header("content-type"), files=files)
    return Exchange(
        method=method,
        path=path,
        query=query,
        sent=Body.of(sent, content_type, files=files),
        status=answer.status,
        headers={name.lower(): value for name, value in answer.headers if name.lower() in KEPT},
        answer=said,
    )


def _shown(exchange: Exchange) -> str:
    from ..journal import masked

    return masked(exchange.path)


class Proxy:
    """An ASGI application that passes everything on to the API, and records it.

    Parameters:
        upstream: the API.
        recorder: what writes the exchanges.
    """

    def __init__(self, upstream: Upstream, recorder: Recorder) -> None:
        self._upstream, self._recorder = upstream, recorder
        self._threads = ThreadPoolExecutor(_THREADS, "dopyapi record")

    def close(self) -> None:
        """Let what is under way end."""
        self._threads.shutdown()
        self._upstream.close()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass on one request."""
        if scope["type"] != "http":
            raise ValueError(f"the recording proxy serves HTTP, not {scope['type']}")
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
        target = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
        if scope["query_string"]:
            target = f"{target}?{scope['query_string'].decode('latin-1')}"
        body = await _body(receive)
        if body is None:
            answer = _failure(413, "too_large", f"a recorded body has at most {_MOST_BYTES} bytes")
        else:
            host = next((value for name, value in headers if name == "host"), "localhost")
            run = asyncio.get_running_loop().run_in_executor
            answer = await run(
                self._threads, self._exchange, scope["method"], target, headers, body, f"{scope['scheme']}://{host}"
            )
        bare = answer.status in (204, 304) or answer.status < 200
        said = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
        if not bare and scope["method"] != "HEAD":
            said.append((b"content-length", str(len(answer.body)).encode()))
        await send({"type": "http.response.start", "status": answer.status, "headers": said})
        await send({"type": "http.response.body", "body": b"" if bare else answer.body})

    def _exchange(self, method: str, target: str, headers: list[tuple[str, str]], body: bytes, address: str) -> Reached:
        sent = dict(headers)
        if "authorization" in sent:
            self._recorder.know(sent["authorization"])
        try:
            answer = self._upstream.send(method, target, headers, body)
        except UpstreamError as error:
            return _failure(error.status, "bad_gateway" if error.status == 502 else "gateway_timeout", str(error))
        self._recorder.note(method, target, sent.get("content-type", ""), body, self._led_to(answer, NEUTRAL))
        return self._led_to(answer, address)

    def _led_to(self, answer: Reached, address: str) -> Reached:
        """An answer whose links lead there, so that a client that follows them stays with us."""
        body = answer.body
        if "json" in answer.header("content-type") and not answer.header("content-encoding"):
            body = self._upstream.links.led_to(address, body)
        headers = [
            (name, self._upstream.links.header_led_to(address, value) if name.lower() == "location" else value)
            for name, value in answer.headers
        ]
        return answer._replace(headers=headers, body=body)


def _failure(status: int, id: str, message: str) -> Reached:
    body = msgspec.json.encode({"id": id, "message": message})
    return Reached(status, [("content-type", "application/json")], body)


async def _body(receive: Receive) -> bytes | None:
    chunks, total = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        total += len(message.get("body", b""))
        if total <= _MOST_BYTES:
            chunks.append(message.get("body", b""))
        if not message.get("more_body"):
            break
    return b"".join(chunks) if total <= _MOST_BYTES else None
