"""From a request to its answer: who asks, what for, whether it can be, and what becomes of it."""

from __future__ import annotations

import base64
import binascii
import logging
import os
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import msgspec

from .._facts.routes import Route, routes
from .answer import Answer, http_date
from .checks import check_body, check_query
from .context import HANDLERS, Context, Ready
from .errors import Refused, bad_request
from .events import apply_due
from .lag import refuse_if_unknown
from .limits import Budget
from .tokens import refuse_if_missing

if TYPE_CHECKING:
    from .server import Emulator

_LOG = logging.getLogger("dopyapi.emulator")
_JSON = "application/json"
_MOST_BYTES = 16 * 1024 * 1024
_MOST_TOKENS = 10_000
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


class Answering:
    """What an emulator does with a request, one at a time."""

    def __init__(self, emulator: Emulator) -> None:
        self._of = emulator
        self._routes = routes()
        self._budgets: dict[str, Budget] = {}
        self._second, self._date = -1.0, ""

    def forget(self) -> None:
        """Forget who has spent what."""
        self._budgets.clear()

    def perform(
        self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes, base_url: str
    ) -> Answer:
        request_id = new_request_id()
        told = {"date": "", "content-type": _JSON, "x-request-id": request_id, "x-emulated": "behaviour"}
        with self._of.lock:
            now = self._of.clock.now()
            seconds = now.timestamp()
            if seconds // 1 != self._second:
                self._second, self._date = seconds // 1, http_date(now)
            told["date"] = self._date
            try:
                status, ready = self._answer(now, seconds, method.upper(), path, query, headers, body, base_url, told)
                self._of.store.commit()
            except Refused as refused:
                self._of.store.rollback()
                status, ready = refused.status, Ready(_encode(_error(refused, request_id)))
                told |= refused.headers
            except Exception:
                self._of.store.rollback()
                _LOG.exception("%s %s failed (request %s)", method, path, request_id)
                status = 500
                ready = Ready(
                    _encode(
                        {"id": "server_error", "message": "The emulator failed; see its log.", "request_id": request_id}
                    )
                )
        if ready is None:
            del told["content-type"]
            if status != 204:
                told["content-length"] = "0"
            return Answer(status, told, b"")
        if ready.content_type != _JSON:
            told["content-type"] = ready.content_type
        if ready.headers:
            told |= ready.headers
        told["content-length"] = str(len(ready.data))
        return Answer(status, told, b"" if method == "HEAD" else ready.data)

    def _answer(
        self,
        now: datetime,
        seconds: float,
        method: str,
        path: str,
        query: str,
        headers: Mapping[str, str],
        body: bytes,
        base_url: str,
        told: dict[str, str],
    ) -> tuple[int, Ready | None]:
        try:
            token, scopes = self._authenticated(headers)
        except Refused:
            told |= self._spend("", seconds, None)
            raise
        route, raw, allowed = self._routes.find("GET" if method == "HEAD" else method, path)
        told |= self._spend(token, seconds, route)
        if route is None:
            if allowed:
                listed = ", ".join(sorted(allowed))
                raise Refused(405, f"{method} is not allowed here; this path has {listed}.", headers={"allow": listed})
            raise Refused(404, f"404 page not found: there is no operation {method} {path}")
        operation = route.operation
        handler = HANDLERS.get(operation.id)
        if handler is None:
            raise Refused(501, f"{operation.id} is not emulated yet.", headers={"x-emulated": "no"})
        if scopes is not None:
            refuse_if_missing(operation, scopes)
        values = route.values(raw)
        if values is None:
            raise Refused(404, "The resource you were accessing could not be found.")
        context = Context(
            self._of.store,
            now,
            self._of.speed,
            operation=operation,
            path=values,
            pairs=_pairs(query) if query else None,
            headers=headers,
            base_url=base_url,
            raw_path=path.rstrip("/"),
            strict=self._of.strict,
            limits=self._of.limits,
            body=_read(operation.body_type, body) if body else None,
        )
        if scopes is not None:
            refuse_if_missing(operation, scopes, context.body, context.query)
        if self._of.store.fresh is not None:
            self._of.store.fresh.at(seconds, self._of.lag)
        apply_due(context)
        if query or operation.query_required:
            check_query(context, operation)
        if operation.body is not None and operation.body_type == _JSON:
            check_body(context, operation, context.raw_body)
        if self._of.store.fresh is not None and method in ("GET", "HEAD"):
            refuse_if_unknown(self._of.store.fresh, operation, values)
        status, reply = handler(context)
        context.settle()
        if reply is None or isinstance(reply, Ready):
            return status, reply
        return status, Ready(_encode(reply))

    def _authenticated(self, headers: Mapping[str, str]) -> tuple[str, frozenset[str] | None]:
        """Who asks, and the scopes it is held to."""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        token = token.strip()
        if scheme.lower() == "basic":
            try:
                token = base64.b64decode(token).decode().partition(":")[0]
            except (binascii.Error, UnicodeDecodeError):
                token = ""
        elif scheme.lower() != "bearer":
            token = ""
        try:
            return token, self._of.tokens.scopes_of(token)
        except LookupError:
            raise Refused(401, "Unable to authenticate you.") from None

    def _spend(self, token: str, now: float, route: Route | None) -> dict[str, str]:
        budget = self._budgets.get(token)
        if budget is None:
            if len(self._budgets) >= _MOST_TOKENS:
                self._budgets.clear()
            budget = self._budgets[token] = Budget()
        return budget.spend(now, self._of.limits, route.operation.id if route else "")


def new_request_id() -> str:
    digits = os.urandom(16).hex()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def _error(refused: Refused, request_id: str) -> dict[str, Any]:
    if refused.body is not None:
        return refused.body
    found = {"id": refused.id, "message": refused.message}
    if refused.status not in (401, 429):  # these two are said at the door, before a request has a number
        found["request_id"] = request_id
    return found


def _pairs(query: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query, keep_blank_values=True, max_num_fields=200)
    except ValueError:
        raise bad_request("the query has too many parameters") from None


def _read(body_type: str | None, body: bytes) -> Any:
    if len(body) > _MOST_BYTES:
        raise Refused(413, f"the body has {len(body)} bytes; at most {_MOST_BYTES} are read")
    if body_type not in (None, _JSON):
        return body
    try:
        return _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        if body_type is None:
            return None  # an operation without a body does not look at what came
        raise bad_request(f"the body is not valid JSON: {error}") from None
