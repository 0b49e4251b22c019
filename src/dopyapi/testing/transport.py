"""How a client of this process reaches an emulator of this process."""

from __future__ import annotations

from urllib.parse import urlsplit

from .._core.errors import NetworkError, RequestTimeout
from .._core.steps import Request, Response
from ..emulator.answer import Answer, Answering

TIMEOUT = 60.0
PIECES = 10
"""In how many pieces the emulator sends a slow body."""


class EmulatorTransport:
    """Carries requests to an emulator in this process: no socket, no event loop, the same for both call forms.

    A connection that breaks, or on which nothing comes, is what it is on a socket: a ``NetworkError``, a
    ``RequestTimeout``. What an emulator's faults take of time passes on its clock.

    Args:
        emulator: who answers.
        timeout: seconds after which a client gives up waiting for data.
    """

    def __init__(self, emulator: Answering, timeout: float = TIMEOUT) -> None:
        self.emulator = emulator
        self.timeout = timeout

    @property
    def where(self) -> str:
        """What tells the accounts of two emulators apart, whose addresses are the same."""
        return self.emulator.identity

    def send(self, request: Request) -> Response:
        """Handle the request; at once, unless a fault delays the answer.

        Args:
            request: what is sent.
        """
        answer = self._handled(request)
        if answer.delivery is not None:
            seconds, failure = _travel(answer, self.timeout)
            if seconds and not self._advanced(seconds):
                import time

                time.sleep(seconds)
            if failure is not None:
                raise failure
        return Response(answer.status, answer.headers, answer.body)

    async def asend(self, request: Request) -> Response:
        """Handle the request; at once, unless a fault delays the answer.

        Args:
            request: what is sent.
        """
        answer = self._handled(request)
        if answer.delivery is not None:
            seconds, failure = _travel(answer, self.timeout)
            if seconds and not self._advanced(seconds):
                import asyncio

                await asyncio.sleep(seconds)
            if failure is not None:
                raise failure
        return Response(answer.status, answer.headers, answer.body)

    def _handled(self, request: Request) -> Answer:
        parts = urlsplit(request.url)
        headers = {name.lower(): str(value) for name, value in request.headers.items()}
        origin = f"{parts.scheme}://{parts.netloc}"
        return self.emulator.handle(request.method, parts.path, parts.query, headers, request.body or b"", origin)

    def _advanced(self, seconds: float) -> bool:
        """Let time pass on a virtual clock; on another it has to pass in reality."""
        advance = getattr(self.emulator.clock, "advance", None)
        if advance is None:
            return False
        advance(seconds)
        return True


def _travel(answer: Answer, timeout: float) -> tuple[float, NetworkError | None]:
    """How long an answer takes to arrive, or until it is clear that it does not; and what its client meets then."""
    assert answer.delivery is not None
    delay, slow, lost, _ = answer.delivery
    if lost == "silent" or delay > timeout:
        return timeout, RequestTimeout(f"no answer within {timeout:g} s")
    if slow / PIECES > timeout:
        return delay + timeout, RequestTimeout(f"no further data within {timeout:g} s")
    if lost == "refused":
        return delay, NetworkError("the connection was refused", sent=False)
    if lost == "reset":
        return delay, NetworkError("the connection was reset before an answer came")
    if lost == "half":
        return delay + slow / 2, NetworkError("the connection broke in the middle of the answer")
    return delay + slow, None
