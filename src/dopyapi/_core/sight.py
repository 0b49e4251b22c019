"""Who looks at what is sent: logging, hooks, spans, recordings. Nothing of it is loaded, and next to nothing done,
where nobody looks.
"""

from __future__ import annotations

import os
import sys
from contextvars import ContextVar
from time import perf_counter
from typing import TYPE_CHECKING

from .errors import NetworkError
from .steps import Response, Steps, ask, notify

if TYPE_CHECKING:
    import logging

    from .errors import APIError
    from .exchange import Exchange
    from .recording import Recorded, Recording

LOG_VARIABLE = "DOPYAPI_LOG"
"""Environment variable: the least level that is printed to stderr, such as ``debug``."""
NAME = "dopyapi"
DEBUG = 10

runs: ContextVar[tuple[Recording, ...]] = ContextVar("dopyapi_recordings", default=())
"""The recordings that are on, the outermost first."""

_logger: logging.Logger | None = None
_environment_was_read = False


def logger() -> logging.Logger | None:
    """Our logger; ``None`` while the program has not loaded logging, and so cannot have asked to see anything."""
    global _logger, _environment_was_read
    if _logger is None:
        if not _environment_was_read:
            _environment_was_read = True
            level = os.environ.get(LOG_VARIABLE, "").strip()
            if level:
                from .logs import printing

                printing(level)
        if "logging" in sys.modules:
            _logger = ours()
    return _logger


def ours() -> logging.Logger:
    """The logger; as that of a library it prints nothing by itself."""
    import logging

    log = logging.getLogger(NAME)
    if not any(isinstance(handler, logging.NullHandler) for handler in log.handlers):
        log.addHandler(logging.NullHandler())
    return log


class Sight:
    """What the onlookers of one exchange keep from attempt to attempt."""

    __slots__ = ("entry", "sent")

    def __init__(self) -> None:
        self.sent = 0
        """How often it was sent, redirected requests included."""
        self.entry: Recorded | None = None

    def attempted(self, exchange: Exchange) -> Steps[Response | NetworkError]:
        """One attempt, and what came of it; told to all who look."""
        client, request = exchange.client, exchange.request
        self.sent = max(self.sent + 1, exchange.attempt)
        if self.entry is None and (recordings := runs.get()):
            from .recording import Recorded

            self.entry = Recorded.of(exchange)
            for recording in recordings:
                recording.requests.append(self.entry)
        info = None
        if client.on_request or client.on_response:
            from .hooks import RequestInfo

            info = RequestInfo(exchange)
            for hook in tuple(client.on_request):
                yield from notify(hook, info)
            request = info.applied()
        tracing, span = client._tracing, None
        if tracing is not None:
            span, request = tracing.begun(exchange, request, self.sent - 1)
        began = perf_counter()
        outcome: Response | NetworkError
        try:
            outcome = yield from ask(request)
        except NetworkError as failure:
            outcome = failure
        except BaseException as ended:  # cancelled, interrupted
            if tracing is not None:
                tracing.ended(span, ended)
            raise
        seconds = perf_counter() - began
        if tracing is not None:
            tracing.ended(span, outcome)
        if self.entry is not None:
            self.entry.answered(exchange, outcome)
        log = logger()
        if log is not None and log.isEnabledFor(DEBUG):
            from .logs import attempted

            attempted(log, exchange, outcome, seconds)
        if info is not None and client.on_response:
            from .hooks import ResponseInfo

            answer = ResponseInfo(info, outcome, seconds)
            for told in tuple(client.on_response):
                yield from notify(told, answer)
        return outcome


def sight_of(exchange: Exchange) -> Sight | None:
    """What goes with an exchange at which anybody looks."""
    if exchange.sight is None:
        client = exchange.client
        log = _logger or logger()
        if (
            (log is not None and log.isEnabledFor(DEBUG))
            or client.on_request
            or client.on_response
            or client._tracing is not None
            or runs.get()
        ):
            exchange.sight = Sight()
    return exchange.sight


def retrying(exchange: Exchange, outcome: Response | NetworkError, delay: float) -> None:
    """Say that a request will be sent again."""
    log = logger()
    if log is not None:
        from .logs import retrying

        retrying(log, exchange, outcome, delay)


def failed(exchange: Exchange, error: APIError) -> APIError:
    """Say that an exchange has ended in an error."""
    log = logger()
    if log is not None:
        from .logs import failed

        failed(log, exchange, error)
    return error
