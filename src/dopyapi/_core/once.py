"""Creations that happen exactly once, though the API knows no idempotency keys.

A POST whose answer is lost may have been carried out. It is not sent again blindly: we look whether what it would
have made is there, several times over half a minute, for listings lag. If it is, that is the answer; if it is not, the
POST goes out again; if that cannot be told, ``UncertainResult`` says what to look at.

Calls that ask for the same thing at the same time share a ``_Group``: each adopts one of what they made together,
and none adopts what another call was told is its own.
"""

from __future__ import annotations

import os
from _thread import allocate_lock
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from .codec import encode
from .errors import APIError, NetworkError, UncertainResult
from .evidence import KNOWN, REPEATABLE, Evidence, judged, name_of, names_of, place_of
from .page import LARGEST
from .steps import Response, Steps, sleep

if TYPE_CHECKING:
    from .client import Client
    from .exchange import Exchange

LOOKS = (0.0, 1.0, 2.0, 4.0, 8.0, 10.0)
"""Seconds before each look at what is there, until it counts as not done."""
MOST_RESENT = 2
"""How often a POST goes out again after its answer was lost."""
OTHERS = 0.2
"""Seconds between looks at whether calls that ask for the same have ended."""
UNCERTAIN = frozenset({500, 502, 503, 504})
MOST_CLAIMED = 20_000


class _Item:
    """Something that is there. It may hold passwords, so that no traceback shows what is in it."""

    __slots__ = ("name", "shown", "value", "verdict")

    def __init__(self, value: dict[str, Any], evidence: Evidence, verdict: str = "sure") -> None:
        self.value, self.verdict = value, verdict
        self.name = name_of(evidence, value).lower()
        self.shown: dict[str, Any] = {
            sign: value[sign] for sign in ("id", "uuid", "ip", "name", "type") if sign in value
        }


class _Group:
    """Calls of one account that ask for the same thing."""

    __slots__ = ("doubtful", "flying")

    def __init__(self) -> None:
        # Sets and dicts are changed by single operations, which threads need no lock for.
        self.flying: set[object] = set()
        """Calls that have no answer yet."""
        self.doubtful: set[object] = set()
        """Calls whose answer was lost."""


_groups: dict[Any, _Group] = {}
_claimed: dict[Any, object] = {}
"""What a call was told is its own: (account, path, identifier)."""
_lock = allocate_lock()
"""Held while a call enters or leaves its group."""


def _new_lock() -> None:
    global _lock
    _lock = allocate_lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_new_lock)  # another thread may have held it


def once(exchange: Exchange, body: Any) -> Steps[Response]:
    """Send what changes something, so that it happens once.

    Raises:
        UncertainResult: it may have happened, and whether it did cannot be told.
    """
    place = place_of(exchange.path) if exchange.method == "POST" else ""
    if place in REPEATABLE:
        exchange.repeatable = True
        return (yield from exchange.steps())
    evidence = KNOWN.get(place)
    if evidence is not None and isinstance(body, Mapping) and names_of(evidence, body) is not None:
        creation = _Creation(exchange, body, evidence, place)
        del body  # a password in it is not for tracebacks
        return (yield from creation.steps())
    del body
    try:
        return (yield from exchange.steps())
    except APIError as error:
        if not _uncertain(error):
            raise
        raise _unknown(error, f"look at what is there before you send it again: {exchange.path}") from error


def marked(path: str, body: Any, marker: str) -> Any:
    """A creation's body with the tag by which its client knows what it made, where tags are labels."""
    evidence = KNOWN.get(place_of(path))
    if evidence is None or not evidence.tagged or not isinstance(body, Mapping):
        return body
    return {**body, "tags": [*(body.get("tags") or ()), marker]}


class _Creation:
    """One call that makes something."""

    def __init__(self, exchange: Exchange, body: Mapping[str, Any], evidence: Evidence, place: str) -> None:
        self.exchange, self.evidence = exchange, evidence
        self.body: dict[str, Any] = encode(body)
        self.client: Client = exchange.client
        self.marker = self.client.marker if evidence.tagged else None
        self.where = (self.client.account, place, exchange.path)
        self.key = (*self.where, msgspec.json.encode(self.body, order="sorted"))
        self.names = Counter(name.lower() for name in names_of(evidence, self.body) or ())
        self.began = self.client.clock.now()
        self.skew = 0.0
        self.tried = False
        """Whether an answer was lost."""

    def _enter(self) -> _Group:
        with _lock:
            group = _groups.setdefault(self.key, _Group())
            group.flying.add(self)
        return group

    def _leave(self) -> None:
        with _lock:
            self.group.flying.discard(self)
            self.group.doubtful.discard(self)
            if not self.group.flying and not self.group.doubtful:
                _groups.pop(self.key, None)

    def steps(self) -> Steps[Response]:
        """Send, and look where the answer was lost."""
        self.group = group = self._enter()
        try:
            for _ in range(min(self.client.retry.retries, MOST_RESENT) + 1):
                try:
                    response = yield from self.exchange.steps()
                except APIError as error:
                    lost = error
                else:
                    return (yield from self._own(response))
                certain = not _uncertain(lost)
                if certain and not self.tried:
                    raise lost
                self.tried = True
                group.doubtful.add(self)
                group.flying.discard(self)
                # An error that is certain is about what an earlier attempt has made, or about something else.
                found = yield from self._searched(lost, LOOKS[:1] if certain else LOOKS)
                if found is not None:
                    return found
                if certain:
                    raise lost
                group.flying.add(self)
                group.doubtful.discard(self)
            raise _unknown(lost, f"it was not seen within {sum(LOOKS):g} s; look at {self._place()}") from lost
        finally:
            self._leave()

    def _own(self, response: Response) -> Steps[Response]:
        """Claim what an answer says was made; where an earlier attempt was lost, see that it made nothing."""
        items = self._answered(response)
        for item in items:
            self._claim(item)
        self.group.flying.discard(self)  # others may be waiting to hear what is not theirs
        if self.tried and items and self.evidence.made is not None:
            seen = yield from self._look()
            yield from self._others_ended(seen)
            further = [item for item in seen if item.verdict == "sure" and self._unclaimed(item)]
            if len(further) > len(self.group.doubtful) * self.names.total():
                raise UncertainResult(
                    f"it was sent twice, because the first answer was lost, and seems to have been done twice: "
                    f"look at {self._place()}",
                    method=self.exchange.method,
                    path=self.exchange.path,
                    candidates=[item.shown for item in (*items, *further)],
                )
        return response

    def _searched(self, lost: APIError, pauses: Sequence[float]) -> Steps[Response | None]:
        """Look until what was asked for is there; ``None`` when it never was."""
        seen: list[_Item] = []
        for pause in pauses:
            if pause:
                yield from sleep(pause, self.client.clock)
            try:
                seen = yield from self._look()
            except APIError as error:
                raise _unknown(lost, f"looking at {self._place()} failed as well: {error}") from error
            found = yield from self._adopted(seen, lost)
            if found is not None:
                return found
        left = [item for item in seen if self._unclaimed(item)]
        if left:
            raise _unknown(lost, f"some of it, or something like it, is there: look at {self._place()}", left) from lost
        return None

    def _adopted(self, seen: list[_Item], lost: APIError) -> Steps[Response | None]:
        """Take what this call made, once the calls that were on their way with it have ended."""
        yield from self._others_ended(seen)
        while True:
            calls = max(len(self.group.doubtful), 1)
            sure = [item for item in seen if item.verdict == "sure" and self._unclaimed(item)]
            count = Counter(item.name for item in sure)
            if any(number > calls * self.names[name] for name, number in count.items()):
                raise _unknown(lost, f"more than one could be it: look at {self._place()}", sure) from lost
            if not all(count[name] >= number for name, number in self.names.items()):
                return None
            taken: list[_Item] = []
            for name in self.names.elements():
                item = next((i for i in sure if i.name == name and self._claim(i)), None)
                if item is None:
                    break
                taken.append(item)
            if len(taken) == self.names.total():
                return (yield from self._answer(taken, lost))
            for item in taken:  # another call was quicker
                _claimed.pop(self._claim_of(item), None)

    def _others_ended(self, seen: list[_Item]) -> Steps[None]:
        """Wait for the calls that could have made what is there, until each knows what it made or that it does not."""
        others = self.group.flying - {self}
        while any(self._unclaimed(item) for item in seen) and others & self.group.flying:
            yield from sleep(OTHERS, self.client.clock)

    def _look(self) -> Steps[list[_Item]]:
        """What is there under a right name, and whether it can be what was asked for."""
        evidence = self.evidence
        query: dict[str, Any] = dict(evidence.query(self.body)) if evidence.query else {}
        found: list[_Item] = []
        page = 1
        while True:
            if evidence.paged:
                query |= {"page": page, "per_page": LARGEST}
            response = yield from self.client.exchange("GET", self.exchange.path, query=query)
            envelope = msgspec.json.decode(response.body)
            self._learn_skew(response)
            window = sorted((self.began, self.began + self.skew))
            items = envelope.get(evidence.items)
            for item in [items] if isinstance(items, dict) else items or ():
                if name_of(evidence, item).lower() in self.names:
                    verdict = judged(evidence, self.body, item, (window[0], window[1]), self.marker)
                    if verdict != "no":
                        found.append(_Item(item, evidence, verdict))
            total = (envelope.get("meta") or {}).get("total") or 0
            if evidence.first_page or not evidence.paged or page * LARGEST >= total:
                return found
            page += 1

    def _learn_skew(self, response: Response) -> None:
        """How far the API's clock is ahead of ours, by the date of an answer."""
        date = response.headers.get("date")
        if date:
            from email.utils import parsedate_to_datetime

            try:
                ahead = parsedate_to_datetime(date).timestamp() - self.client.clock.now()
            except ValueError:
                return
            self.skew = ahead if abs(ahead) > 1.5 else 0.0  # the date has no fractions

    def _answer(self, items: list[_Item], lost: APIError) -> Steps[Response]:
        """The answer that was lost, made from what is there."""
        evidence = self.evidence
        if evidence.shown_once:
            raise _unknown(lost, f"it was done, but {evidence.shown_once}", items) from lost
        envelope: dict[str, Any] = {evidence.answer: items[0].value}
        if "names" in self.body:
            envelope = {evidence.items: [item.value for item in items]}
        if evidence.begun:
            links: list[Any] = []
            for item in items:
                actions = yield from self.client.exchange("GET", f"{self.exchange.path}/{item.value['id']}/actions")
                for action in msgspec.json.decode(actions.body).get("actions") or ():
                    if action["type"] == "create":
                        links.append({"id": action["id"], "rel": "create", "href": f"/v2/actions/{action['id']}"})
            envelope["links"] = {"actions": links}
        return Response(200, {"content-type": "application/json"}, msgspec.json.encode(envelope))

    def _answered(self, response: Response) -> list[_Item]:
        """What an answer says was made."""
        try:
            envelope = msgspec.json.decode(response.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return []
        if not isinstance(envelope, dict):
            return []
        one, many = envelope.get(self.evidence.answer), envelope.get(self.evidence.items)
        items = [one] if isinstance(one, dict) else [each for each in many or () if isinstance(each, dict)]
        return [_Item(item, self.evidence) for item in items]

    def _claim_of(self, item: _Item) -> Any:
        identity = next((item.value[sign] for sign in ("id", "uuid", "ip") if item.value.get(sign) is not None), None)
        return (*self.where, item.name if identity is None else identity)

    def _unclaimed(self, item: _Item) -> bool:
        return self._claim_of(item) not in _claimed

    def _claim(self, item: _Item) -> bool:
        """Take an item for this call; false when another call has it."""
        if self.evidence.made is None:
            return True  # there is only one of that name, and whoever asked for it may have it
        claim, mine = self._claim_of(item), object()
        taken = _claimed.setdefault(claim, mine) is mine
        while len(_claimed) > MOST_CLAIMED:
            _claimed.pop(next(iter(_claimed)), None)
        return taken

    def _place(self) -> str:
        return f"GET {self.exchange.path}"


def _uncertain(error: APIError) -> bool:
    """Whether a request that failed like this may have been carried out."""
    return error.sent if isinstance(error, NetworkError) else error.status in UNCERTAIN


def _unknown(error: APIError, advice: str, candidates: Sequence[_Item] = ()) -> UncertainResult:
    return UncertainResult(
        f"{error.message}; it may have been done: {advice}",
        status=error.status,
        id=error.id,
        request_id=error.request_id,
        method=error.method,
        path=error.path,
        attempts=error.attempts,
        headers=error.headers,
        candidates=[item.shown for item in candidates],
    )
