"""A dry run: what only reads is asked, what would change something is shown and not sent."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from dopyapi._core.steps import Request, Response, Transport

READS = ("GET", "HEAD")


class Withheld(Exception):
    """A request that a dry run does not send."""


class Withholding:
    """Carries what only reads, and keeps the rest.

    Args:
        inner: what carries requests.
        withheld: where the others go.
    """

    def __init__(self, inner: Transport, withheld: list[Request]) -> None:
        self._inner, self._withheld = inner, withheld

    @property
    def where(self) -> Any:
        """What the inner one says of itself."""
        return getattr(self._inner, "where", None)

    def send(self, request: Request) -> Response:
        """Send it if it only reads."""
        if request.method in READS:
            return self._inner.send(request)
        return self._kept(request)

    async def asend(self, request: Request) -> Response:
        """The same, awaited."""
        if request.method in READS:
            return await self._inner.asend(request)
        return self._kept(request)

    def _kept(self, request: Request) -> Response:
        """What becomes of a request that is not sent: it is the last of its operation."""
        self._withheld.append(request)
        raise Withheld

    def close(self) -> None:
        """Close what carries."""
        close = getattr(self._inner, "close", None)
        if close is not None:
            close()


def told(withheld: list[Request], *, partly: bool = False) -> str:
    """The requests, exactly, but for the token and passwords; and the difference in cost a month.

    Args:
        withheld: the requests.
        partly: whether more may follow, which depend on the answers to these.
    """
    if not withheld:
        return "nothing would be sent\n"
    from .prices import difference

    lines = []
    for request in withheld:
        parts = urlsplit(request.url)
        lines.append(f"{request.method} {parts.path}{'?' + parts.query if parts.query else ''}")
        if request.body:
            lines.append(_body(request.body))
    if partly:
        lines.append("what may follow depends on the answer, and cannot be shown")
    lines.append(f"monthly cost: {difference(withheld)}")
    return "\n".join([*lines, "nothing has been sent"]) + "\n"


def _body(body: bytes) -> str:
    from ..hiding import hidden

    try:
        data = json.loads(body)
    except ValueError:
        return f"<{len(body)} bytes>"
    return json.dumps(hidden(data), indent=2, ensure_ascii=False)
