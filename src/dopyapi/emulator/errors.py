"""How the emulator says no."""

from __future__ import annotations

from typing import Any

ID_OF = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    410: "gone",
    412: "precondition_failed",
    413: "request_entity_too_large",
    415: "unsupported_media_type",
    422: "unprocessable_entity",
    429: "too_many_requests",
    500: "server_error",
    501: "not_implemented",
    502: "bad_gateway",
    503: "service_unavailable",
    504: "gateway_timeout",
    507: "insufficient_storage",
}


class Refused(Exception):
    """A request that is answered with an error.

    Parameters:
        status: the HTTP status.
        message: what was wrong, in the words of the API where they are known.
        id: the short identifier; follows from the status when omitted.
        body: the whole error body, for the few services that have a form of their own.
        headers: further headers of the answer.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        id: str | None = None,
        body: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(status, message)
        self.status = status
        self.id = id or ID_OF.get(status, "error")
        self.message = message
        self.body = body
        self.headers = headers or {}


def bad_request(message: str) -> Refused:
    """400."""
    return Refused(400, message)


def refused_form(operation_id: str, message: str) -> Refused:
    """400, in the form that the operation has for it: tags have one of their own."""
    if operation_id != "tags_create":
        return bad_request(message)
    return Refused(400, message, body={"error": ID_OF[400], "messages": [message], "root_causes": []})


def forbidden(message: str) -> Refused:
    """403."""
    return Refused(403, message)


def not_found(message: str = "The resource you requested could not be found.") -> Refused:
    """404, in the words of most services."""
    return Refused(404, message)


def conflict(message: str) -> Refused:
    """409."""
    return Refused(409, message)


def precondition_failed(message: str) -> Refused:
    """412."""
    return Refused(412, message)


def unprocessable(message: str) -> Refused:
    """422: understood, and not possible."""
    return Refused(422, message)
