"""Everything that dopyapi raises on purpose, of which ``DOPyError`` is the base, and what it warns of."""

from __future__ import annotations

from ._core.errors import (
    ActionFailed,
    APIError,
    AuthenticationNeeded,
    ClientError,
    ClientForbiddenError,
    ConflictError,
    DeprecatedFieldWarning,
    DOError,
    DOPyError,
    InvalidRequest,
    NetworkError,
    NeverReady,
    PreconditionFailedError,
    RateLimitError,
    RequestTimeout,
    ResourceNotFoundError,
    UnauthorizedError,
    UncertainResult,
    UnknownValueWarning,
    UnprocessableError,
    WaitTimeout,
)
from ._core.lazy import BlockingLoadWarning
from ._core.page import CutShortWarning

__all__ = [
    "APIError",
    "ActionFailed",
    "AuthenticationNeeded",
    "BlockingLoadWarning",
    "ClientError",
    "ClientForbiddenError",
    "ConflictError",
    "CutShortWarning",
    "DOError",
    "DOPyError",
    "DeprecatedFieldWarning",
    "InvalidRequest",
    "NetworkError",
    "NeverReady",
    "PreconditionFailedError",
    "RateLimitError",
    "RequestTimeout",
    "ResourceNotFoundError",
    "UnauthorizedError",
    "UncertainResult",
    "UnknownValueWarning",
    "UnprocessableError",
    "WaitTimeout",
]
