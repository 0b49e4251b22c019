"""What is written to the logger ``dopyapi``: never a token, never a body.

DEBUG    every attempt
INFO     a request that will be sent again; an error that the API answered
WARNING  a wait because of too many requests; an exchange that failed on the API's side or on the way

Each record has its facts as attributes, too: ``method``, ``path``, ``status``, ``ms``, ``request_id``, ``attempt``,
``delay``, ``error``; what is not known is ``None``.
"""

from __future__ import annotations

import logging
import sys
import warnings
from typing import Any

from .errors import APIError, DOError, NetworkError
from .exchange import Exchange
from .secrets import redacted
from .sight import ours
from .steps import Response

LEVELS = ("debug", "info", "warning", "error")


def printing(level: str) -> None:
    """Print what is at least of this level to stderr."""
    if level.lower() not in LEVELS:
        warnings.warn(f"DOPYAPI_LOG={level!r} is none of {', '.join(LEVELS)}: nothing is printed", stacklevel=2)
        return
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.addFilter(_not_printed_already)
    log = ours()
    log.addHandler(handler)
    log.setLevel(level.upper())


def _not_printed_already(record: logging.LogRecord) -> bool:
    """Whether the program does not print it to stderr by itself."""
    return not any(
        isinstance(h, logging.StreamHandler) and h.stream is sys.stderr and h.level <= record.levelno
        for h in logging.getLogger().handlers
    )


def attempted(log: logging.Logger, exchange: Exchange, outcome: Response | NetworkError, seconds: float) -> None:
    """One attempt."""
    fields = _fields(exchange, outcome, ms=round(seconds * 1000, 1))
    request_id = f", request id {fields['request_id']}" if fields["request_id"] else ""
    log.debug(
        "%s %s: %s in %.1f ms (attempt %d%s)",
        fields["method"],
        fields["path"],
        fields["status"] or fields["error"],
        fields["ms"],
        exchange.attempt,
        request_id,
        extra=fields,
    )


def retrying(log: logging.Logger, exchange: Exchange, outcome: Response | NetworkError, delay: float) -> None:
    """A request that will be sent again."""
    fields = _fields(exchange, outcome, delay=delay)
    log.log(
        logging.WARNING if fields["status"] == 429 else logging.INFO,
        "%s %s: %s, sent again in %.3g s (after attempt %d)",
        fields["method"],
        fields["path"],
        fields["status"] or fields["error"],
        delay,
        exchange.attempt,
        extra=fields,
    )


def failed(log: logging.Logger, exchange: Exchange, error: APIError) -> None:
    """An exchange that ended in an error. The API's own words are left out: they may repeat what was sent."""
    said = str(error.message) if isinstance(error, NetworkError) else " ".join(filter(None, [_status(error), error.id]))
    fields = {**_fields(exchange, error), "error": said}
    log.log(
        logging.WARNING if isinstance(error, DOError) else logging.INFO,
        "%s %s: %s (attempt %d%s)",
        fields["method"],
        fields["path"],
        said,
        exchange.attempt,
        f", request id {error.request_id}" if error.request_id else "",
        extra=fields,
    )


def _status(error: APIError) -> str:
    return "" if error.status is None else str(error.status)


def _fields(exchange: Exchange, outcome: Response | APIError, **more: Any) -> dict[str, Any]:
    request = exchange.request
    return {
        "method": request.method,
        "path": redacted(request.url.removeprefix(exchange.client.base_url)),
        "status": outcome.status,
        "ms": None,
        "request_id": outcome.headers.get("x-request-id"),
        "attempt": exchange.attempt,
        "delay": None,
        "error": outcome.message if isinstance(outcome, NetworkError) else None,
        **more,
    }
