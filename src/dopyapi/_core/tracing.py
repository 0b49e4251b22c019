"""Spans for OpenTelemetry, one for each time a request is sent, by its conventions for HTTP clients.

``url.full`` is without the values of parameters that sound like secrets. ``error.type`` is the status where one came,
and else the name of the exception, such as ``dopyapi.errors.RequestTimeout``. A span ends when the whole answer is
there, its body included.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .errors import DOPyError
from .secrets import redacted
from .steps import Request, Response

if TYPE_CHECKING:
    from .exchange import Exchange

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})
PORTS = {"http": 80, "https": 443}


class Tracing:
    """Where a client's spans go.

    Args:
        provider: an OpenTelemetry ``TracerProvider``; ``None`` for the one that the program has set.

    Raises:
        ImportError: the extra ``otel`` is not installed.
    """

    def __init__(self, provider: Any = None) -> None:
        try:
            self._trace: Any = import_module("opentelemetry.trace")
            self._propagate: Any = import_module("opentelemetry.propagate")
        except ImportError:
            raise ImportError("tracing needs opentelemetry-api: pip install 'dopyapi[otel]'") from None
        from .. import __version__

        self._tracer = self._trace.get_tracer("dopyapi", __version__, tracer_provider=provider)

    def begun(self, exchange: Exchange, request: Request, resent: int) -> tuple[Any, Request]:
        """A span, and the request with the headers that tell the API of it.

        Args:
            exchange: whose attempt it is.
            request: what is about to be sent.
            resent: how often it was sent before.
        """
        method = request.method if request.method in METHODS else "_OTHER"
        parts = urlsplit(request.url)
        attributes: dict[str, Any] = {
            "http.request.method": method,
            "server.address": parts.hostname or "",
            "server.port": parts.port or PORTS.get(parts.scheme, 0),
            "url.full": redacted(request.url),
        }
        if resent:
            attributes["http.request.resend_count"] = resent
        name = method if method != "_OTHER" else "HTTP"
        operation = exchange.operation
        if operation is not None:
            attributes["url.template"] = operation.path
            name += f" {operation.path}"
        span = self._tracer.start_span(name, kind=self._trace.SpanKind.CLIENT, attributes=attributes)
        carrier: dict[str, str] = {}
        self._propagate.inject(carrier, context=self._trace.set_span_in_context(span))
        if carrier:
            headers = {**request.headers, **carrier}
            request = Request(request.transport, request.method, request.url, headers, request.body)
        return span, request

    def ended(self, span: Any, outcome: Response | BaseException) -> None:
        """End the span of an attempt."""
        if span.is_recording():
            if isinstance(outcome, Response):
                span.set_attribute("http.response.status_code", outcome.status)
                request_id = outcome.headers.get("x-request-id")
                if request_id:
                    span.set_attribute("http.response.header.x-request-id", [request_id])
                if outcome.status >= 400:
                    span.set_attribute("error.type", str(outcome.status))
                    span.set_status(self._trace.StatusCode.ERROR)
            else:
                span.set_attribute("error.type", name_of(type(outcome)))
                span.set_status(self._trace.StatusCode.ERROR, str(outcome))
        span.end()


def name_of(kind: type[BaseException]) -> str:
    """The full name of an exception, as who catches it would write it."""
    if kind.__module__ == "builtins":
        return kind.__qualname__
    module = "dopyapi.errors" if issubclass(kind, DOPyError) else kind.__module__
    return f"{module}.{kind.__qualname__}"
