"""A change that takes several requests, gone through without sending one: each is answered as if it had been done.

A dry run ends an operation at the first request that it withholds. What an upsert does next follows from the answers.
"""

from __future__ import annotations

import json

from dopyapi._core.steps import Request, Response

from ..safety.dry_run import Withholding


class Rehearsing(Withholding):
    """Carries what only reads; keeps the rest, and answers it.

    Args:
        inner: what carries requests.
        withheld: where the others go.
    """

    def _kept(self, request: Request) -> Response:
        self._withheld.append(request)
        return _answer(request)


def _answer(request: Request) -> Response:
    """What the API says when a record is created, changed, deleted."""
    if request.method == "DELETE":
        return Response(204, {}, b"")
    record = json.loads(request.body or b"{}")
    record["id"] = 0 if request.method == "POST" else int(request.url.rpartition("/")[2])
    body = json.dumps({"domain_record": record}).encode()
    status = 201 if request.method == "POST" else 200
    return Response(status, {"content-type": "application/json"}, body)
