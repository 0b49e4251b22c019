"""A change that takes several requests, gone through without sending one: each is answered as if it had been done.

A dry run ends an operation at the first request that it withholds. What an upsert does next follows from the answers.
"""

from __future__ import annotations

import json
from typing import Any

from dopyapi._core.steps import Request, Response, Transport

from ..safety.dry_run import READS


class Rehearsing:
    """Carries what only reads; keeps the rest, and answers it.

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
        self._withheld.append(request)
        return _answer(request)

    async def asend(self, request: Request) -> Response:
        """The same, awaited."""
        if request.method in READS:
            return await self._inner.asend(request)
        self._withheld.append(request)
        return _answer(request)

    def close(self) -> None:
        """Close what carries."""
        close = getattr(self._inner, "close", None)
        if close is not None:
            close()


def _answer(request: Request) -> Response:
    """What the API says when a record is created, changed, deleted."""
    if request.method == "DELETE":
        return Response(204, {}, b"")
    record = json.loads(request.body or b"{}")
    record["id"] = 0 if request.method == "POST" else int(request.url.rpartition("/")[2])
    body = json.dumps({"domain_record": record}).encode()
    status = 201 if request.method == "POST" else 200
    return Response(status, {"content-type": "application/json"}, body)
