"""The head of an answer, in one piece."""

from __future__ import annotations

from functools import lru_cache
from http.client import responses

from .answer import Answer

_LEFT_TO_UVICORN = frozenset({"connection", "transfer-encoding", "upgrade"})
_CONTROL = bytes({*range(0x20), 0x7F})


def head_of(answer: Answer) -> bytes | None:
    """The head of an answer whose end is told by its length; None for one that is unusual in any way."""
    status, headers, body, _ = answer
    if headers.get("content-length") != str(len(body)) and (status != 204 or body):
        return None
    if status not in responses or not _LEFT_TO_UVICORN.isdisjoint(headers):
        return None
    head = written(answer)
    ends_of_lines = 2 * len(headers) + 4
    return head if len(head) - len(head.translate(None, _CONTROL)) == ends_of_lines else None


def written(answer: Answer) -> bytes:
    """The head of an answer, whatever its headers say."""
    lines = "\r\n".join([_first_line(answer.status), *map(": ".join, answer.headers.items()), "", ""])
    return lines.encode("latin-1", "replace")


@lru_cache(64)
def _first_line(status: int) -> str:
    return f"HTTP/1.1 {status} {responses.get(status, '')}"
