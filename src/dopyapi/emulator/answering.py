"""From a request to its answer: who asks, what for, whether it can be, and what becomes of it."""

from __future__ import annotations

import base64
import binascii
import logging
import os
import re
import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl

import msgspec

from .._facts import Operation
from .._facts.routes import Route, routes
from .answer import Answer, http_date
from .checks import check_body, check_query
from .context import HANDLERS, STEADY, Context, Handler, Ready, Reply
from .errors import ID_OF, Refused, bad_request, refused_form
from .events import apply_due
from .lag import Fresh, refuse_if_unknown
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
# What need not be escaped means the same where it is.
_NEEDLESS = re.compile("%(?:2[de]|3[0-9]|[46][1-9a-f]|[57][0-9a]|5f|7e)", re.IGNORECASE)


class Asked(msgspec.Struct, frozen=True):
    """A request, as it came.

    Attributes:
        method: in capitals.
        path: percent-encoded.
        query: without the question mark.
        headers: with lower-case names.
        base_url: scheme and host for the links in answers.
        fails: whether what it begins is to fail.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    base_url: str
    fails: bool = False


class Target(NamedTuple):
    """What a method and a path stand for.

    Attributes:
        path: without needless escapes.
        route: None where there is no such operation.
        values: path parameters; None when one that must be a number is not.
        allowed: the methods that the path has, where it has not this one.
    """

    path: str
    route: Route | None
    values: dict[str, str | int] | None
    allowed: set[str]


@lru_cache(1024)
def target(method: str, path: str) -> Target:
    """What they stand for; most come again, be it that somebody waits for a change."""
    if "%" in path:
        path = _NEEDLESS.sub(lambda found: chr(int(found[0][1:], 16)), path)
    route, raw, allowed = routes().find("GET" if method == "HEAD" else method, path)
    return Target(path, route, None if route is None else route.values(raw), allowed)


class Answering:
    """What an emulator does with a request, one at a time."""

    def __init__(self, emulator: Emulator) -> None:
        self._of = emulator
        routes()  # made now rather than in the first request
        self._budgets: dict[str, Budget] = {}
        self._second, self._date = -1.0, ""

    def forget(self) -> None:
        """Forget who has spent what."""
        self._budgets.clear()

    def perform(self, asked: Asked, now: datetime) -> Answer:
        """Do what is asked for, all of it or nothing, and answer; the emulator's lock is held."""
        request_id, seconds = new_request_id(), now.timestamp()
        if seconds // 1 != self._second:
            self._second, self._date = seconds // 1, http_date(now)
        told = {"date": self._date, "content-type": _JSON, "x-request-id": request_id, "x-emulated": "behaviour"}
        try:
            status, ready = self._answer(asked, now, seconds, told)
            self._of.store.commit()
        except Refused as refused:
            self._of.store.rollback()
            status, ready = refused.status, Ready(_encode(_error(refused, request_id)))
            told |= refused.headers
        except sqlite3.OperationalError as error:
            self._of.store.rollback()
            _LOG.error("%s %s could not be kept: %s (request %s)", asked.method, asked.path, error, request_id)
            message = f"The emulator could not keep it, and nothing was done: {error}."
            status = 507
            ready = Ready(_encode({"id": ID_OF[507], "message": message, "request_id": request_id}))
        except Exception:
            self._of.store.rollback()
            _LOG.exception("%s %s failed (request %s)", asked.method, asked.path, request_id)
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
        return Answer(status, told, b"" if asked.method == "HEAD" else ready.data)

    def _answer(self, asked: Asked, now: datetime, seconds: float, told: dict[str, str]) -> tuple[int, Ready | None]:
        emulator, method = self._of, asked.method
        try:
            token, scopes = self.authenticated(asked.headers)
        except Refused:
            told |= self._spend("", seconds, None)
            raise
        path, route, values, allowed = target(method, asked.path)
        told |= self._spend(token, seconds, route)
        if route is None:
            if allowed:
                listed = ", ".join(sorted(allowed))
                raise Refused(405, f"{method} is not allowed here; this path has {listed}.", headers={"allow": listed})
            raise Refused(404, f"404 page not found: there is no operation {method} {path}")
        operation = route.operation
        if emulator.strict and path.endswith("/"):
            raise Refused(404, f"404 page not found: there is no path {path}; did you mean {path.rstrip('/')!r}?")
        handler = HANDLERS.get(operation.id) or self._generic(operation.id, told)
        if scopes is not None:
            refuse_if_missing(operation, scopes)
        if values is None:
            raise Refused(404, "The resource you were accessing could not be found.")
        fresh, asked_again = emulator.store.fresh, None
        if operation.id in STEADY and scopes is None and fresh is None and not asked.fails and not asked.body:
            asked_again = path, asked.query, asked.base_url
            known = emulator.store.steady.get(asked_again)
            if known is not None and not emulator.store.may_be_due(seconds):
                return known
        pairs = _pairs(asked.query) if asked.query else ()
        context = Context(
            emulator.store,
            now,
            emulator.speed,
            operation=operation,
            path=values,
            pairs=pairs,
            query=dict(pairs),
            headers=asked.headers,
            base_url=asked.base_url,
            raw_path=path.rstrip("/"),
            strict=emulator.strict,
            limits=emulator.limits,
            durations=emulator.durations,
            lag=emulator.lag,
            fails=asked.fails,
            sent=_read(operation, asked.body) if asked.body else None,
        )
        if scopes is not None:
            refuse_if_missing(operation, scopes, context.body, context.query)
        if fresh is not None:
            fresh.at(seconds, emulator.lag)
        apply_due(context)
        if asked.query or operation.query_required:
            check_query(context, operation)
        if operation.body is not None and operation.body_type == _JSON:
            check_body(context, operation, context.sent)
        status, reply = handler(context) if fresh is None else self._late(fresh, handler, context)
        context.settle()
        ready = reply if reply is None or isinstance(reply, Ready) else Ready(_encode(reply))
        if asked_again is not None:
            emulator.store.remember(asked_again, (status, ready))
        return status, ready

    def _generic(self, operation_id: str, told: dict[str, str]) -> Handler:
        """What answers an operation that has no behaviour of its own."""
        from . import generic

        handler = generic.handler(operation_id)
        if handler is None:
            raise Refused(501, f"{operation_id} is not emulated yet.", headers={"x-emulated": "no"})
        if self._of.strict:
            raise Refused(
                501,
                f"{operation_id} is only emulated by a general rule, which a strict emulator does not answer by.",
                headers={"x-emulated": "no"},
            )
        told["x-emulated"] = "generic"
        return handler

    def _late(self, fresh: Fresh, handler: Handler, context: Context) -> Reply:
        """The reply of a handler where knowledge of what is new and what is gone comes late."""
        operation, path = context.operation, context.raw_path
        assert operation is not None
        if operation.method == "GET":
            refuse_if_unknown(fresh, operation, context.path)
            try:
                return handler(context)
            except Refused as refused:
                last = fresh.last_seen(path) if refused.status == 404 else None
                if last is None:
                    raise
                return last
        seen: Reply | None = None
        if operation.method == "DELETE" and context.lag.ends:
            route = target("GET", path).route
            read = HANDLERS.get(route.operation.id) if route is not None else None
            with suppress(Refused):
                seen = read(context) if read is not None else None
        reply = handler(context)
        if seen is not None:
            fresh.ended(path, _kept(seen))
        return reply

    def authenticated(self, headers: Mapping[str, str]) -> tuple[str, frozenset[str] | None]:
        """Who asks, and the scopes it is held to."""
        token = _token(headers.get("authorization", ""))
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


@lru_cache(256)
def _token(authorization: str) -> str:
    """The token that an ``authorization`` header has; empty for none."""
    scheme, _, token = authorization.partition(" ")
    token = token.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(token).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return token if scheme.lower() == "bearer" else ""


class _RequestIds:
    """What answers are known by: a UUID's form, its beginning drawn anew in each process, its end counted on."""

    def __init__(self) -> None:
        self.draw()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self.draw)

    def draw(self) -> None:
        """Begin anew."""
        digits = os.urandom(16).hex()
        self._beginning = f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-"
        self._count = count(int(digits[20:30], 16) << 7)

    def new(self) -> str:
        """The next one."""
        return f"{self._beginning}{next(self._count):012x}"


new_request_id = _RequestIds().new


def _error(refused: Refused, request_id: str) -> dict[str, Any]:
    if refused.body is not None:
        return refused.body
    found = {"id": refused.id, "message": refused.message}
    if refused.status not in (401, 429):  # these two are said at the door, before a request has a number
        found["request_id"] = request_id
    return found


def _kept(reply: Reply) -> Reply:
    """A reply as it is now, whatever becomes of the documents that it shows."""
    status, shown = reply
    return status, shown if shown is None or isinstance(shown, Ready) else Ready(_encode(shown))


@lru_cache(1024)
def _pairs(query: str) -> tuple[tuple[str, str], ...]:
    try:
        return tuple(parse_qsl(query, keep_blank_values=True, max_num_fields=200))
    except ValueError:
        raise bad_request("the query has too many parameters") from None


def _read(operation: Operation, body: bytes) -> Any:
    body_type = operation.body_type
    if len(body) > _MOST_BYTES:
        raise Refused(413, f"the body has {len(body)} bytes; at most {_MOST_BYTES} are read")
    if body_type not in (None, _JSON):
        return body
    try:
        return _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        if body_type is None:
            return None  # an operation without a body does not look at what came
        raise refused_form(operation.id, f"the body is not valid JSON: {error}") from None
