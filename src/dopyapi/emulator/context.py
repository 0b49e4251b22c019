"""What a handler is given, and how it is registered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from .clock import stamp
from .durations import Durations
from .lag import NO_LAG, Lag
from .store import Store

if TYPE_CHECKING:
    from .._facts import Operation
    from .limits import Limits

_NO_FIELDS: dict[str, Any] = {}
_AS_IN_PRODUCTION = Durations()
_encode = msgspec.json.Encoder().encode


class Ready(msgspec.Struct, frozen=True):
    """An answer's body that is already bytes."""

    data: bytes
    content_type: str = "application/json"
    headers: dict[str, str] | None = None


Reply = tuple[int, Any]
"""A status, and a JSON-able object, ``Ready`` bytes, or None for no body."""

Handler = Callable[["Context"], Reply]
HANDLERS: dict[str, Handler] = {}
STEADY: set[str] = set()
"""Operations whose answer is the same until something is written, whatever the time: who waits for a change asks for
little else."""


def handles(*operation_ids: str, steady: bool = False) -> Callable[[Handler], Handler]:
    """Register the behaviour of one operation, or of several that behave alike.

    Parameters:
        operation_ids: the official document's.
        steady: whether what it answers hangs on nothing but the path, the query, and what is in the store.
    """

    def register(handler: Handler) -> Handler:
        if steady:
            STEADY.update(operation_ids)
        for operation_id in operation_ids:
            if operation_id in HANDLERS:
                raise ValueError(f"{operation_id} is handled twice")
            HANDLERS[operation_id] = handler
        return handler

    return register


Settler = Callable[["Context"], None]
_SETTLERS: list[Settler] = []


def settles(settler: Settler) -> Settler:
    """Call the function at the end of every request and event, before what they did is kept."""
    _SETTLERS.append(settler)
    return settler


class Context(msgspec.Struct, eq=False):
    """One request (or one due event): where it acts, when, and what it asks for.

    Attributes:
        store: the account's documents.
        now: the moment of the request, or the moment an event was due.
        operation: the operation, None in an event.
        path: path parameters, unquoted; integers where the API has integers.
        pairs: all query parameters in order.
        query: query parameters, the last of each name.
        headers: lower-case names.
        base_url: scheme and host as the client sees them.
        raw_path: the path as it was sent, without a trailing slash.
        strict: whether what the official document forbids is refused.
        limits: the rate limits to enforce, None for none.
        durations: how long changes take that do not take what they take in production.
        lag: how late what was created is known.
        fails: whether what it starts is to fail.
        sent: the JSON value that was sent, whatever it is.
    """

    store: Store
    now: datetime
    speed: float
    operation: Operation | None = None
    path: Mapping[str, str | int] = {}
    pairs: Sequence[tuple[str, str]] = ()
    query: dict[str, str] = {}
    headers: Mapping[str, str] = {}
    base_url: str = "http://localhost"
    raw_path: str = "/"
    strict: bool = False
    limits: Limits | None = None
    durations: Durations = _AS_IN_PRODUCTION
    lag: Lag = NO_LAG
    fails: bool = False
    sent: Any = None

    @property
    def body(self) -> dict[str, Any]:
        """The JSON object that was sent; empty when nothing was."""
        return self.sent if isinstance(self.sent, dict) else _NO_FIELDS

    @property
    def stamp(self) -> str:
        """The moment as the API writes it."""
        return stamp(self.now)

    def url(self, path: str) -> str:
        """An absolute link on the emulator's own host."""
        return self.base_url + path

    def flag(self, name: str) -> bool:
        """Whether a query parameter is switched on."""
        return self.query.get(name, "").lower() in {"true", "1"}

    def after(self, seconds: float, event: str, subject: str, *, takes: str | None = None, **data: Any) -> None:
        """Let an event happen once production would have taken ``seconds``; the emulator's speed scales them.

        ``takes`` is the name under which another duration can be set, when that is not the event's own.
        """
        set_otherwise = self.durations.of(takes or event) if self.durations else None
        passing = seconds * self.speed if set_otherwise is None else set_otherwise
        if self.fails:
            data["fails"] = True
        self.at(self.now + timedelta(seconds=passing), event, subject, **data)

    def at(self, moment: datetime, event: str, subject: str, **data: Any) -> None:
        """Let an event happen at a moment of the calendar, whatever the speed.

        ``subject`` is what it happens to, such as ``droplet/123``; the event is cancelled with it.
        """
        due = moment.timestamp()
        self.store.write(
            "insert into event (due, name, subject, data) values (?, ?, ?, ?)", (due, event, subject, _encode(data))
        )
        if self.store.next_due_known and (self.store.next_due is None or due < self.store.next_due):
            self.store.next_due = due

    def settle(self) -> None:
        """End a request or an event: what it did is about to be kept."""
        for settler in _SETTLERS:
            settler(self)

    def as_of(self, moment: datetime) -> Context:
        """The same account at another moment, for what happens by itself."""
        return Context(
            self.store,
            moment,
            self.speed,
            base_url=self.base_url,
            strict=self.strict,
            durations=self.durations,
            lag=self.lag,
        )


def one(name: str, raw: bytes) -> Ready:
    """``{name: resource}``, spliced from ready bytes."""
    return Ready(b'{"%b":%b}' % (name.encode(), raw))


def moment(timestamp: float) -> datetime:
    """A timestamp as an aware moment."""
    return datetime.fromtimestamp(timestamp, UTC)
