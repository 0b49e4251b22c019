"""Exceptions: the names the API reference fixes, and useful subclasses.

DOPyError
|- AuthenticationNeeded            no token was found
|- WaitTimeout, ActionFailed, NeverReady        a wait that cannot end well
|- APIError                        an exchange with the API failed
   |- DOError                      on DigitalOcean's side, or on the way there
   |  |- NetworkError, RequestTimeout
   |  |- UncertainResult           it may have happened, and whether it did cannot be told
   |- ClientError                  the request was wrong
   |  |- InvalidRequest             ... and was not sent
   |  |- UnauthorizedError, ConflictError, PreconditionFailedError, UnprocessableError, RateLimitError
   |- ClientForbiddenError         the token may not do this
   |- ResourceNotFoundError        there is no such resource
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from .scopes import Scopes

LONGEST_EXCERPT = 200


class DOPyError(Exception):
    """Base of everything dopyapi raises on purpose.

    Attributes:
        created: resources that the same call had created before, and that are there now.
    """

    created: Sequence[Any] = ()


class AuthenticationNeeded(DOPyError):
    """No token was given and none was found in the environment."""


class APIError(DOPyError):
    """An exchange with the API failed, or was refused before it was sent.

    Attributes:
        status: HTTP status, or ``None`` when there was no answer.
        id: the API's short name of the error, such as ``not_found``.
        message: the API's own words, or ours.
        request_id: what DigitalOcean's support asks for.
        method, path: the request, or ``None`` when nothing was sent.
        attempts: how often it was sent.
        headers: headers of the answer, lower-case names.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        id: str | None = None,
        request_id: str | None = None,
        method: str | None = None,
        path: str | None = None,
        attempts: int = 0,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.id = id
        self.request_id = request_id
        self.method = method
        self.path = path
        self.attempts = attempts
        self.headers: Mapping[str, str] = headers or {}

    def __str__(self) -> str:
        what = f"{self.method} {self.path}: " if self.method else ""
        status = f"{self.status} " if self.status else ""
        name = f"{self.id}: " if self.id else ""
        tail = f" (request id {self.request_id})" if self.request_id else ""
        tail += f" after {self.attempts} attempts" if self.attempts > 1 else ""
        return f"{what}{status}{name}{self.message}{tail}"

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuilt, (type(self), self.message, {k: v for k, v in vars(self).items() if k != "message"})


def _rebuilt(kind: type[APIError], message: str, state: dict[str, Any]) -> APIError:
    error = kind.__new__(kind)
    Exception.__init__(error, message)
    error.message = message
    vars(error).update(state)
    return error


class DOError(APIError):
    """Something failed on DigitalOcean's side (5xx), or on the way there."""


class NetworkError(DOError):
    """The API was not reached, or the connection broke before its answer was complete.

    Args:
        message: what happened.
        details: as of `APIError`.

    Attributes:
        sent: whether the request may have reached the API. ``False`` means it certainly did not.
        permanent: whether trying again can change nothing, as with a certificate that is not trusted.
    """

    def __init__(self, message: str, *, sent: bool = True, permanent: bool = False, **details: Any) -> None:
        super().__init__(message, **details)
        self.sent, self.permanent = sent, permanent


class RequestTimeout(NetworkError, TimeoutError):
    """The API did not answer in time."""


class UncertainResult(DOError):
    """The answer to a change was lost, and whether the change was made cannot be told; the message says where to look.

    Its cause is the error that lost the answer.

    Args:
        message: what happened.
        details: as of `APIError`.

    Attributes:
        candidates: identifier and name of each thing that could be what was asked for.
    """

    def __init__(self, message: str, *, candidates: list[dict[str, Any]] | None = None, **details: Any) -> None:
        super().__init__(message, **details)
        self.candidates = candidates or []


class ClientError(APIError):
    """The request was wrong (4xx), or cannot be made at all."""


class InvalidRequest(ClientError, TypeError):
    """The API would not take the request, so it was not sent: an unknown argument, a value that does not fit.

    Args:
        message: what is wrong.
        details: as of `APIError`.

    Attributes:
        field: the argument that is wrong, dotted where it lies deeper, such as ``forwarding_rules[0].entry_port``;
            ``None`` where it is the call as a whole.
    """

    def __init__(self, message: str, *, field: str | None = None, **details: Any) -> None:
        super().__init__(message, **details)
        self.field = field


class UnknownValueWarning(UserWarning):
    """A request has a value or a field that dopyapi does not know; it is sent, since the API grows."""


class DeprecatedFieldWarning(FutureWarning):
    """A request has a field that DigitalOcean has deprecated."""


class UnauthorizedError(ClientError):
    """The API does not accept the token (401)."""


class ConflictError(ClientError):
    """The resource's state, or another resource of that name, stands in the way (409)."""


class PreconditionFailedError(ClientError):
    """Something else has to be done first (412)."""


class UnprocessableError(ClientError):
    """The API understood the request and will not do it (422)."""


class RateLimitError(ClientError):
    """Too many requests (429)."""


class ClientForbiddenError(APIError):
    """The token may not do this (403).

    Attributes:
        required_scopes: what the operation needs, as the official document says; ``None`` where it does not.
    """

    required_scopes: Scopes | None = None

    def __str__(self) -> str:
        needed = self.required_scopes
        if not needed or any(scope in self.message for scope in needed):
            return super().__str__()
        return f"{super().__str__()}: this needs the scope{'s' if len(needed) > 1 else ''} {needed}"


class ResourceNotFoundError(APIError):
    """There is no such resource (404)."""


class WaitTimeout(DOPyError, TimeoutError):
    """What was waited for did not happen in time.

    Args:
        message: what did not happen.

    Attributes:
        pending: the resources that were still not there.
    """

    def __init__(self, message: str, pending: list[Any] | None = None) -> None:
        super().__init__(message)
        self.pending = pending or []


class NeverReady(DOPyError):
    """What was waited for cannot happen any more.

    Args:
        message: what happened.

    Attributes:
        resource: the resource as it was last seen.
    """

    def __init__(self, message: str, resource: Any = None) -> None:
        super().__init__(message)
        self.resource = resource


class ActionFailed(NeverReady):
    """An action ended as ``errored``; ``resource`` is the action."""


BY_STATUS: dict[int, type[APIError]] = {
    401: UnauthorizedError,
    403: ClientForbiddenError,
    404: ResourceNotFoundError,
    409: ConflictError,
    412: PreconditionFailedError,
    422: UnprocessableError,
    429: RateLimitError,
}


def class_for(status: int) -> type[APIError]:
    """The exception class of an HTTP status."""
    return BY_STATUS.get(status) or (DOError if status >= 500 else ClientError)


def unreadable(response: Any, method: str, path: str, problem: object = "") -> DOError:
    """The error of an answer that says it went well and is not what it should be."""
    kind = response.headers.get("content-type", "").partition(";")[0] or "of unknown type"
    why = f" ({problem})" if problem else ""
    return DOError(
        f"the answer cannot be read: it is {kind}, and no JSON{why}",
        status=response.status,
        request_id=response.headers.get("x-request-id"),
        method=method,
        path=path,
        headers=response.headers,
    )


def describe(body: bytes, content_type: str) -> tuple[str | None, str, str | None]:
    """``id``, message and request id of an error body, whatever it is made of."""
    try:
        payload = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        payload = None
    if isinstance(payload, dict):
        # Most services say {id, message}; tags {error, messages}; inference hosts {error: {message, type}}.
        inner = payload["error"] if isinstance(payload.get("error"), dict) else payload
        messages = inner.get("messages")
        message = inner.get("message") or (", ".join(map(str, messages)) if isinstance(messages, list) else None)
        name = inner.get("id") or inner.get("type") or (inner.get("error") if inner is payload else None)
        if message or name:
            return (str(name) if name else None), str(message or name), payload.get("request_id")
    text = " ".join(body.decode("utf-8", "replace").split())
    if not text:
        return None, "the answer has no body", None
    kind = content_type.partition(";")[0] or "unknown type"
    cut = text if len(text) <= LONGEST_EXCERPT else text[:LONGEST_EXCERPT] + "..."
    return None, f"the answer is {kind}, not an API error: {cut}", None
