"""The base of all resources, and the exceptions that its calls raise."""

from __future__ import annotations

from ._core.errors import ClientError, ClientForbiddenError, DOError, ResourceNotFoundError
from ._core.resource import Resource

__all__ = ["ClientError", "ClientForbiddenError", "DOError", "Resource", "ResourceNotFoundError"]
