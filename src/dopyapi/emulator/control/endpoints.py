"""What can be asked of an emulator's control, and what each of it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl

import msgspec

from ..context import Ready, Reply
from ..errors import Refused, bad_request, conflict, not_found, unprocessable
from ..faults import Fault, FaultError, nearest
from ..lag import Lag
from ..plan import Faults
from ..seeding import SeedError
from ..snapshot import SnapshotError

if TYPE_CHECKING:
    from ..answering import Asked
    from ..server import Emulator

MOST_BYTES = 512 * 1024 * 1024
_MOST_ROWS = 1000
_decode = msgspec.json.Decoder().decode

Run = Callable[["Emulator", "Asked", str], Reply]


class Endpoint(NamedTuple):
    """One thing that can be asked.

    Attributes:
        says: what it does, for people.
        run: does it; the third parameter is what stands for ``*`` in the path.
    """

    says: str
    run: Run


ENDPOINTS: dict[str, dict[str, Endpoint]] = {}
"""By path, as it follows ``/_emulator/``, and method."""


def _offers(method: str, path: str, says: str) -> Callable[[Run], Run]:
    def register(run: Run) -> Run:
        ENDPOINTS.setdefault(path, {})[method] = Endpoint(says, run)
        return run

    return register


# What was sent.


def _sent(asked: Asked) -> Any:
    if not asked.body:
        raise bad_request("a JSON body is required")
    try:
        return _decode(asked.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise bad_request(f"the body is not valid JSON: {error}") from None


def _object(asked: Asked, known: Mapping[str, str]) -> dict[str, Any]:
    """The JSON object that was sent, of which nothing is unknown: ``known`` says what each field is."""
    fields = _sent(asked)
    says = ", ".join(f"{name} ({what})" for name, what in known.items())
    if not isinstance(fields, dict):
        raise unprocessable(f"the body must be an object with {says}, not {_brief(fields)}")
    for name in fields:
        if name not in known:
            raise unprocessable(f"unknown field {name!r}{nearest(name, known) or f'; there is {says}'}")
    return fields


def _seconds(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        raise unprocessable(f"{name} must be a number of seconds from 0 on, not {_brief(value)}")
    return float(value)


def _numbers(asked: Asked, **defaults: int) -> dict[str, int]:
    """Whole numbers of the query, of which nothing is unknown."""
    for name, text in parse_qsl(asked.query, keep_blank_values=True):
        if name not in defaults:
            known = ", ".join(defaults)
            raise unprocessable(f"unknown query parameter {name!r}{nearest(name, defaults) or f'; there is {known}'}")
        if not text.isascii() or not text.isdigit() or len(text) > 15:
            raise unprocessable(f"{name} must be a whole number from 0 on, not {_brief(text)}")
        defaults[name] = int(text)
    return defaults


def _brief(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


# The emulator itself.


@_offers("GET", "", "this list, and how the emulator is set")
def _describe(emulator: Emulator, asked: Asked, rest: str) -> Reply:
    from importlib.metadata import version

    return 200, {
        "emulator": "dopyapi",
        "version": version("dopyapi"),
        "speed": emulator.speed,
        "strict": emulator.strict,
        "limits": emulator.limits._asdict() if emulator.limits is not None else None,
        "lag": emulator.lag._asdict(),
        "durations": dict(emulator.durations),
        "token_demanded": emulator.tokens.demanded,
        "clock": _clock_now(emulator),
        "endpoints": [
            {"method": method, "path": f"/_emulator/{path.replace('*', '{collection}')}", "does": endpoint.says}
            for path, by_method in ENDPOINTS.items()
            for method, endpoint in by_method.items()
        ],
    }


@_offers("POST", "reset", "empty the account; faults, lag and durations are again those that it was started with")
def _reset(emulator: Emulator, asked: Asked, rest: str) -> Reply:
    emulator.reset()
    return 204, None


@_offers("GET", "snapshot", "the whole account as bytes")
def _snapshot(emulator: Emulator, asked: Asked, rest: str) -> Reply:
    named = {"content-disposition": 'attachment; filename="account.snapshot"'}
    return 200, Ready(emulator.snapshot(), "application/octet-stream", named)


@_offers("POST", "restore", "put such bytes in the place of the account")
def _restore(emulator: Emulator, asked: Asked, rest: str) -> Reply:
    try:
        emulator.restore(asked.body)
    except SnapshotError as error:
        raise unprocessable(str(error)) from None
    return 204, None


@_offers("POST", "seed", "add what a seed describes, YAML or JSON; all of it or nothing")
def _seed(emulator: Emulator, asked: Asked, rest: str) -> Reply:
    if not asked.body.strip():
        raise bad_request("a seed is required: YAML or JSON, such as {'droplets': [...]}")
    try:
        return 201, {"made": emulator.seed(asked.body)}
    except SeedError as error:
        raise unprocessable(str(error)) from None


# Time.


def _clock_now(emulator: Emulator) -> dict[str, Any]:
    now = emulator.clock.now()
    return {"now": now.isoformat().replace("+00:00", "Z"), "virtual": hasattr(emulator.clock, "advance")}


@_offers("GET", "clock", "what time it is, and what happens next")
def _clock(emulator: Emulator, asked: Asked, rest: str) -> Reply:
    coming = emulator.state.pending(1)
    return 200, {**_clock_now(emulator), "next": coming[0] if coming else None}


@_offers("POST", "clock", 'let time pass on a virtual clock: {"advance": 30} seconds')
def _advance(emulator: Emulator, asked: Asked, rest: str) -> Reply:
    fields = _object(asked, {"advance": "seconds"})
    seconds = _seconds(fields.get("advance"), "advance")
    if not hasattr(emulator.clock, "advance"):
        raise conflict("this emulator lives by the machine's clock; start it with --clock virtual to let time pass")
    try:
        emulator.settle(seconds)
    except OverflowError:
        raise unprocessable(f"advance by {seconds:g} seconds leads beyond the year {datetime.max.year}") from None
    return _clock(emulator, asked, rest)


# Faults, lag, durations.


@_offers("GET", "faults", "the plan of faults, and what was played of it")
def _faults(emulator: Emulator, asked: Asked, rest: str) -> Reply:
    played = [played._asdict() | {"fault": played.fault.to_dict()} for played in emulator.faults.played[-_MOST_ROWS:]]
    return 200, {**emulator.faults.to_data(), "played": played}


@_offers("POST", "faults", "add a fault, a list of faults, or a plan: faults and the seed that they are drawn by")
def _add_faults(emulator: Emulator, asked: Asked, rest: str) -> Reply:
    sent = _sent(asked)
    try:
        if isinstance(sent, dict) and "faults" not in sent:
            emulator.faults.add(Fault.from_dict(sent))
        else:
            plan = Faults.from_data(sent)
            if isinstance(sent, dict) and "seed" in sent:
                emulator.faults.seed = plan.seed
            emulator.faults.add(*plan)
    except FaultError as error:
        raise unprocessable(str(error)) from None
    return 201, emulator.faults.to_data()


@_offers("DELETE", "faults", "play none any more")
def _clear_faults(emulator: Emulator, asked: Asked, rest: str) -> Reply:
    emulator.faults.clear()
    return 204, None


@_offers("POST", "faults/rewind", "begin the plan again")
def _rewind_faults(emulator: Emulator, asked: Asked, rest: str) -> Reply:
    emulator.faults.rewind()
    return 204, None


@_offers("GET", "lag", "how late what was created is known")
def _lag(emulator: Emulator, asked: Asked, rest: str) -> Reply:
    return 200, emulator.lag._asdict()


@_offers("POST", "lag", 'change it: {"lists": 5} seconds; also gets, addresses, ends')
def _set_lag(emulator: Emulator, asked: Asked, rest: str) -> Reply:
    fields = _object(asked, dict.fromkeys(Lag._fields, "seconds"))
    emulator.lag = emulator.lag._replace(**{name: _seconds(value, name) for name, value in fields.items()})
    return _lag(emulator, asked, rest)


@_offers("GET", "durations", "how long changes take, where that is set")
def _durations(emulator: Emulator, asked: Asked, rest: str) -> Reply:
    return 200, dict(emulator.durations)


@_offers("POST", "durations", 'set some: {"droplet.create": 90} seconds; null takes one back')
def _set_durations(emulator: Emulator, asked: Asked, rest: str) -> Reply:
    sent = _sent(asked)
    if not isinstance(sent, dict):
        raise unprocessable(f"durations are an object such as {{'droplet.create': 90}}, not {_brief(sent)}")
    wanted = {name: _seconds(value, name) for name, value in sent.items() if value is not None}
    try:
        emulator.durations = {n: v for n, v in {**emulator.durations, **sent}.items() if v is not None} | wanted
    except ValueError as error:
        raise unprocessable(str(error)) from None
    return _durations(emulator, asked, rest)


# What was asked, and what there is.


@_offers("GET", "requests", "the latest requests; those ?after= a number, ?limit= how many")
def _requests(emulator: Emulator, asked: Asked, rest: str) -> Reply:
    wanted = _numbers(asked, after=-1, limit=100)
    limit, log = min(wanted["limit"], _MOST_ROWS), emulator.log
    found = log.latest(limit) if wanted["after"] < 0 else log.read(wanted["after"], limit)
    return 200, {"requests": [exchange.to_dict() for exchange in found], "first": log.first, "last": log.last}


@_offers("DELETE", "requests", "forget them")
def _forget_requests(emulator: Emulator, asked: Asked, rest: str) -> Reply:
    emulator.log.clear()
    return 204, None


@_offers("GET", "state", "what exists: counts, the first ?rows= of each collection, what is still to happen")
def _state(emulator: Emulator, asked: Asked, rest: str) -> Reply:
    return 200, emulator.state.summary(min(_numbers(asked, rows=25)["rows"], _MOST_ROWS))


@_offers("GET", "state/*", "a collection as clients see it, ?page= by page of ?per_page=; ?backwards=1: the last first")
def _collection(emulator: Emulator, asked: Asked, rest: str) -> Reply:
    wanted = _numbers(asked, page=1, per_page=20, backwards=0)
    page, per_page = max(1, wanted["page"]), min(max(1, wanted["per_page"]), _MOST_ROWS)
    try:
        total, items = emulator.state.page(rest, page, per_page, backwards=bool(wanted["backwards"]))
    except LookupError as error:
        raise not_found(str(error.args[0])) from None
    return 200, {rest: items, "total": total, "page": page, "per_page": per_page}


# What the API has no way to.


@_offers("POST", "tokens", 'a new token: {"scopes": ["droplet:read"]}, "read", or null for full access')
def _issue(emulator: Emulator, asked: Asked, rest: str) -> Reply:
    scopes = _object(asked, {"scopes": "a list of scopes, 'read', or null"}).get("scopes")
    several = isinstance(scopes, list) and all(isinstance(scope, str) for scope in scopes)
    if scopes is not None and scopes != "read" and not several:
        raise unprocessable(f"scopes must be a list such as ['droplet:read'], 'read', or null, not {_brief(scopes)}")
    try:
        return 201, {"token": emulator.issue_token(scopes), "scopes": scopes}
    except ValueError as error:
        raise unprocessable(str(error)) from None


@_offers("POST", "account", 'change the account: {"droplet_limit": 3}')
def _set_account(emulator: Emulator, asked: Asked, rest: str) -> Reply:
    fields = _sent(asked)
    if not isinstance(fields, dict):
        raise unprocessable(f"the body must be an object such as {{'droplet_limit': 3}}, not {_brief(fields)}")
    try:
        emulator.set_account(**fields)
    except ValueError as error:
        raise unprocessable(str(error)) from None
    return 204, None


_PUSHED = {
    "registry": "its name",
    "repository": "its name",
    "tag": "latest when omitted",
    "size": "bytes",
    "digest": "sha256:...",
}


@_offers("POST", "push", "push an image to a container registry, as docker push does")
def _push(emulator: Emulator, asked: Asked, rest: str) -> Reply:
    fields = {name: value for name, value in _object(asked, _PUSHED).items() if value is not None}
    for name in ("registry", "repository"):
        if name not in fields:
            raise unprocessable(f"{name} is required")
    for name, value in fields.items():
        if not isinstance(value, int if name == "size" else str) or isinstance(value, bool):
            raise unprocessable(f"{name} must be {'a number' if name == 'size' else 'a text'}, not {_brief(value)}")
    try:
        return 201, {"tag": emulator.push(**fields)}
    except Refused as refused:
        raise Refused(refused.status, refused.message) from None
