"""The emulator itself: a request in, an answer out."""

from __future__ import annotations

import base64
import binascii
import logging
import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from threading import RLock
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from .._facts.routes import Route, routes
from .answer import Answer, http_date
from .checks import check_body, check_query
from .clock import Clock, RealClock
from .context import HANDLERS, Context, Ready
from .errors import Refused, bad_request
from .events import apply_due
from .faults import Fault
from .handlers import load
from .lag import NO_LAG, Fresh, Lag, refuse_if_unknown
from .limits import Budget, Limits
from .plan import Faults
from .playing import play
from .store import Store
from .tokens import Scopes, Tokens, refuse_if_missing

_LOG = logging.getLogger("dopyapi.emulator")
_JSON = "application/json"
_MOST_BYTES = 16 * 1024 * 1024
_MOST_TOKENS = 10_000
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


class Emulator:
    """A DigitalOcean account that lives in a file, or in memory.

    Parameters:
        path: the SQLite file; ``:memory:`` for one that ends with the emulator.
        clock: the time it lives by; the machine's own when omitted.
        speed: how long changes take, as a share of what they take in production; 0 means at once.
        token: the token to demand; any will do when omitted.
        tokens: tokens to demand, each with its scopes: ``{"t1": ["droplet:read"], "t2": None}``; None for full
            access, ``"read"`` for read-only.
        limits: rate limits to enforce; when omitted requests are counted, but none is refused.
        strict: refuse whatever the official document forbids, as a lint.
        faults: what goes wrong; more can be added while it lives.
        lag: how late listings and look-ups know of what was created; can be changed while it lives.

    Attributes:
        faults: the plan of faults; ``emulator.faults.add(Fault(status=503, nth=2))``.
    """

    def __init__(
        self,
        path: str = ":memory:",
        *,
        clock: Clock | None = None,
        speed: float = 0.02,
        token: str | None = None,
        tokens: Mapping[str, Scopes] | None = None,
        limits: Limits | None = None,
        strict: bool = False,
        faults: Faults | Iterable[Fault] = (),
        lag: Lag = NO_LAG,
    ) -> None:
        if speed < 0:
            raise ValueError(f"speed must be 0 or more, not {speed}")
        load()
        self.clock: Clock = clock or RealClock()
        self.speed = speed
        self.limits = limits
        self.strict = strict
        self.faults = faults if isinstance(faults, Faults) else Faults(faults)
        self._tokens = Tokens(token, tokens)
        self._routes = routes()
        self._store = Store(path)
        self.lag = lag
        self._lock = RLock()
        self._budgets: dict[str, Budget] = {}
        self.identity = os.urandom(8).hex()
        """What tells it from every other emulator."""
        self._second, self._date = -1.0, ""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} speed={self.speed}>"

    def __enter__(self) -> Emulator:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the emulator and give its file back."""
        with self._lock:
            self._store.close()

    @property
    def lag(self) -> Lag:
        """How late listings and look-ups know of what was created."""
        return self._lag

    @lag.setter
    def lag(self, lag: Lag) -> None:
        if any(not 0 <= seconds < float("inf") for seconds in lag):
            raise ValueError(f"a lag is a number of seconds from 0 on: {lag}")
        self._lag = lag
        if any(lag):
            self._store.fresh = self._store.fresh or Fresh()
        else:
            self._store.fresh = None

    def issue_token(self, scopes: Scopes = None) -> str:
        """A new token, which may only do what its scopes allow.

        Parameters:
            scopes: such as ``["droplet:read", "droplet:create"]``; ``"read"`` for all that only reads; None for full
                access.

        Raises:
            ValueError: there is no such scope.
        """
        return self._tokens.issue(scopes)

    def settle(self, seconds: float) -> None:
        """Advance a virtual clock and let what is due happen, without waiting for the next request."""
        advance = getattr(self.clock, "advance", None)
        if advance is None:
            raise TypeError("only a virtual clock can be advanced: Emulator(clock=VirtualClock())")
        advance(seconds)
        with self._lock:
            apply_due(Context(self._store, self.clock.now(), self.speed))

    def set_account(self, **fields: Any) -> None:
        """Change what ``GET /v2/account`` says, such as ``droplet_limit=3``; creations keep to the limits."""
        from .handlers.account import change

        with self._lock:
            context = Context(self._store, self.clock.now(), self.speed)
            apply_due(context)  # with the account as it was then
            change(context, fields)
            self._store.commit()

    def push(
        self, registry: str, repository: str, tag: str = "latest", *, size: int | None = None, digest: str | None = None
    ) -> dict[str, Any]:
        """Push an image to a container registry, as ``docker push`` does; the API itself has no way to.

        Parameters:
            registry, repository, tag: where; the repository is made if need be.
            size: bytes of the image as it is stored; a usual size when omitted.
            digest: which image it is, ``sha256:...``; a new one when omitted.

        Returns:
            The tag as clients see it.

        Raises:
            Refused: there is no such registry, it can only be read now, or its plan is used up.
        """
        from .registries import push

        with self._lock:
            context = Context(self._store, self.clock.now(), self.speed)
            apply_due(context)
            try:
                pushed = push(context, registry, repository, tag, size, digest)
            except BaseException:
                self._store.rollback()
                raise
            self._store.commit()
            return pushed

    def handle(
        self,
        method: str,
        path: str,
        query: str,
        headers: Mapping[str, str],
        body: bytes,
        base_url: str = "http://localhost",
    ) -> Answer:
        """Answer one request; it never raises, and may be called from any thread.

        Parameters:
            path: as it was sent, percent-encoded.
            query: as it was sent, without the question mark.
            headers: with lower-case names.
            base_url: scheme and host for the links in answers.
        """
        if self.faults.entries:
            fault = self.faults.take(method.upper(), path, query)
            if fault is not None:
                perform = partial(self._perform, method, path, query, headers, body, base_url)
                return play(fault, perform, self.clock.now, method.upper(), _request_id())
        return self._perform(method, path, query, headers, body, base_url)

    def _perform(
        self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes, base_url: str
    ) -> Answer:
        request_id = _request_id()
        told = {"date": "", "content-type": _JSON, "x-request-id": request_id, "x-emulated": "behaviour"}
        with self._lock:
            now = self.clock.now()
            seconds = now.timestamp()
            if seconds // 1 != self._second:
                self._second, self._date = seconds // 1, http_date(now)
            told["date"] = self._date
            try:
                status, ready = self._answer(now, seconds, method.upper(), path, query, headers, body, base_url, told)
                self._store.commit()
            except Refused as refused:
                self._store.rollback()
                status, ready = refused.status, Ready(_encode(_error(refused, request_id)))
                told |= refused.headers
            except Exception:
                self._store.rollback()
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
            self._store,
            now,
            self.speed,
            operation=operation,
            path=values,
            pairs=_pairs(query) if query else None,
            headers=headers,
            base_url=base_url,
            raw_path=path.rstrip("/"),
            strict=self.strict,
            limits=self.limits,
            body=_read(operation.body_type, body) if body else None,
        )
        if scopes is not None:
            refuse_if_missing(operation, scopes, context.body, context.query)
        if self._store.fresh is not None:
            self._store.fresh.at(seconds, self._lag)
        apply_due(context)
        if query or operation.query_required:
            check_query(context, operation)
        if operation.body is not None and operation.body_type == _JSON:
            check_body(context, operation, context.raw_body)
        if self._store.fresh is not None and method in ("GET", "HEAD"):
            refuse_if_unknown(self._store.fresh, operation, values)
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
            return token, self._tokens.scopes_of(token)
        except LookupError:
            raise Refused(401, "Unable to authenticate you.") from None

    def _spend(self, token: str, now: float, route: Route | None) -> dict[str, str]:
        budget = self._budgets.get(token)
        if budget is None:
            if len(self._budgets) >= _MOST_TOKENS:
                self._budgets.clear()
            budget = self._budgets[token] = Budget()
        return budget.spend(now, self.limits, route.operation.id if route else "")


def _request_id() -> str:
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
