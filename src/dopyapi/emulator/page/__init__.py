"""The page at ``/`` for people who would rather look: static files, which read ``/_emulator/`` as any program may.

They hold nothing of the account and are given without a token; what they show comes from the control, which asks for
it. The page is neither logged nor counted, and no fault is played on it.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from ..answer import Answer, http_date

if TYPE_CHECKING:
    from ..answering import Asked

_SCRIPT = "text/javascript; charset=utf-8"
_TYPES = {
    "index.html": "text/html; charset=utf-8",
    "page.css": "text/css; charset=utf-8",
    "icon.svg": "image/svg+xml",
    "page.js": _SCRIPT,
    "control.js": _SCRIPT,
    "details.js": _SCRIPT,
    "elements.js": _SCRIPT,
    "kinds.js": _SCRIPT,
    "log.js": _SCRIPT,
    "table.js": _SCRIPT,
    "views.js": _SCRIPT,
    "words.js": _SCRIPT,
}
FILES = {"/" if name == "index.html" else f"/_emulator/page/{name}": name for name in _TYPES}
"""By path: the files that make the page."""

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",  # no text can become HTML, whatever the scripts did
        "trusted-types 'none'",
    )
)
_HEADERS = {
    "cache-control": "no-cache",
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


class _File(NamedTuple):
    content: bytes
    etag: str


@cache
def _file(name: str) -> _File:
    from hashlib import sha256

    # By whoever loaded this module, from a zip too.
    content: bytes = __loader__.get_data(f"{__file__.removesuffix('__init__.py')}{name}")  # type: ignore[name-defined]
    return _File(content, f'"{sha256(content).hexdigest()[:24]}"')


def answer(asked: Asked, now: datetime) -> Answer | None:
    """The file of a path of ``FILES``; None when a page is not what is asked for."""
    if asked.method not in ("GET", "HEAD") or (asked.path == "/" and not _takes_html(asked.headers.get("accept", ""))):
        return None
    name = FILES[asked.path]
    file = _file(name)
    told = {"date": http_date(now), "etag": file.etag, **_HEADERS}
    if name == "index.html":
        told["vary"] = "accept"
    if _has(file.etag, asked.headers.get("if-none-match", "")):
        return Answer(304, told, b"")
    told |= {"content-type": _TYPES[name], "content-length": str(len(file.content))}
    return Answer(200, told, b"" if asked.method == "HEAD" else file.content)


def _has(etag: str, known: str) -> bool:
    return known.strip() == "*" or etag in [tag.strip().removeprefix("W/") for tag in known.split(",")]


def _takes_html(accept: str) -> bool:
    """Whether a page suits who asks: a browser, or a program that takes anything; not one that asks for JSON."""
    if not accept.strip():
        return True
    likes: dict[str, float] = {}
    for part in accept.lower().split(","):
        kind, *parameters = (piece.strip() for piece in part.split(";"))
        likes[kind] = max(likes.get(kind, 0.0), _quality(parameters))
    html = next((likes[kind] for kind in ("text/html", "text/*", "*/*") if kind in likes), 0.0)
    json = max((liking for kind, liking in likes.items() if kind.endswith(("/json", "+json"))), default=0.0)
    return html > 0 and (json == 0 or (json <= html and "text/html" in likes))


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
