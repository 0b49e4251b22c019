"""What the callbacks of a client are given: a request before it is sent, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NoReturn

from .errors import NetworkError
from .secrets import redacted
from .steps import Request, Response

if TYPE_CHECKING:
    from .exchange import Exchange

AUTHORIZATION = "authorization"


class RequestInfo:
    """A request that is about to be sent, or was.

    Args:
        exchange: the request with all its attempts.

    Attributes:
        method: HTTP method.
        url: where it goes, the query included.
        path: below the base URL, without the query.
        headers: what goes with it, lower-case names, without the token; a callback may add to them.
        body: what is sent, as bytes.
        attempt: 1 when it is sent for the first time.
    """

    __slots__ = ("_exchange", "_request", "attempt", "body", "headers", "method", "path", "url")

    def __init__(self, exchange: Exchange) -> None:
        self._exchange, self._request = exchange, exchange.request
        self.method = self._request.method
        self.url = self._request.url
        self.path = self.url.removeprefix(exchange.client.base_url).partition("?")[0]
        self.headers = {n: v for n, v in self._request.headers.items() if n != AUTHORIZATION}
        self.body = self._request.body
        self.attempt = exchange.attempt

    @property
    def operation_id(self) -> str | None:
        """What the official document calls the operation, ``droplets_get`` say; ``None`` where it knows none."""
        operation = self._exchange.operation
        return operation.id if operation else None

    def applied(self) -> Request:
        """The request with the headers as they are now."""
        request = self._request
        headers = {name.lower(): value for name, value in self.headers.items()}
        if AUTHORIZATION in request.headers:
            headers.setdefault(AUTHORIZATION, request.headers[AUTHORIZATION])
        return Request(request.transport, request.method, request.url, headers, request.body)

    def __repr__(self) -> str:
        return f"<RequestInfo {self.method} {redacted(self.url)} attempt {self.attempt}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a RequestInfo holds what was sent, secrets included, and is not pickled")


class ResponseInfo:
    """What came of sending a request once.

    Args:
        outcome: the answer, or why there is none.

    Attributes:
        request: what was sent.
        status: HTTP status; ``None`` where there was no answer.
        headers: of the answer, lower-case names.
        body: of the answer.
        seconds: from sending to the end of the answer.
        error: why there was no answer; ``None`` where there was one.
    """

    __slots__ = ("body", "error", "headers", "request", "seconds", "status")

    def __init__(self, request: RequestInfo, outcome: Response | NetworkError, seconds: float) -> None:
        self.request, self.seconds = request, seconds
        self.error: NetworkError | None = None
        self.status: int | None = outcome.status
        self.headers: Mapping[str, str] = outcome.headers
        self.body = b""
        if isinstance(outcome, NetworkError):
            self.error = outcome
        else:
            self.body = outcome.body

    @property
    def request_id(self) -> str | None:
        """What DigitalOcean's support asks for."""
        return self.headers.get("x-request-id")

    def __repr__(self) -> str:
        return f"<ResponseInfo {self.status or self.error!r} to {self.request!r} in {self.seconds:.3f} s>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a ResponseInfo holds what was sent and answered, secrets included, and is not pickled")
