"""Everything that dopyapi raises on purpose; ``DOPyError`` is the base of all."""

from __future__ import annotations

from ._core.errors import (
    ActionFailed,
    APIError,
    AuthenticationNeeded,
    ClientError,
    ClientForbiddenError,
    ConflictError,
    DOError,
    DOPyError,
    NetworkError,
    NeverReady,
    PreconditionFailedError,
    RateLimitError,
    RequestTimeout,
    ResourceNotFoundError,
    UnauthorizedError,
    UnprocessableError,
    WaitTimeout,
)

__all__ = [
    "APIError",
    "ActionFailed",
    "AuthenticationNeeded",
    "ClientError",
    "ClientForbiddenError",
    "ConflictError",
    "DOError",
    "DOPyError",
    "NetworkError",
    "NeverReady",
    "PreconditionFailedError",
    "RateLimitError",
    "RequestTimeout",
    "ResourceNotFoundError",
    "UnauthorizedError",
    "UnprocessableError",
    "WaitTimeout",
]
