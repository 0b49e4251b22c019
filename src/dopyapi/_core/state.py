"""What an object knows: the JSON it came in, what was read from it, and what the user set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import TYPE_CHECKING, Any, ClassVar, Self

import msgspec

from .asking import asking
from .cells import Cells, set_all
from .codec import encode
from .errors import ClientError
from .fields import Field, Ref
from .record import UNSET, plain, value_of
from .schema import Array

if TYPE_CHECKING:
    from .client import Client


OPENING_BRACE = ord("{")


class State(Cells):
    """Knows, and never asks.

    A value comes from one of two places: ``_values``, where the user's values are and those that can be changed in
    place, or the JSON in ``_raw``, taken apart into cells and a record. ``_changed`` names values that the user set.
    """

    _client: Client | None
    _raw: bytes | None
    _record: Any
    _values: dict[str, Any] | None
    _changed: set[str] | None
    _complete: bool
    """Whether the JSON is all that the API has, so that nothing is left to fetch."""
    _created_by: int | None
    """Number of the action that creates it, where we know."""

    __slots__ = ("__weakref__", "_changed", "_client", "_complete", "_created_by", "_raw", "_record", "_values")

    def _reset(self) -> None:
        for put, blank in _BLANK:
            put(self, blank)

    @classmethod
    def _from_raw(cls, raw: bytes, client: Client | None) -> Self:
        """An object as the API gave it, with nothing left to fetch."""
        obj = cls._nested(raw, client)
        obj._complete = True
        return obj

    @classmethod
    def _from_page(cls, raws: Sequence[bytes], scalars: Sequence[Any] | None, client: Client | None) -> Array[Self]:
        """Objects as the API gave them, and their scalars where these have been read already."""
        kind = cls._kind if scalars else asking(cls)
        made = [object.__new__(kind) for _ in raws]
        set_all(_PUT["_raw"], made, raws)
        set_all(_PUT["_client"], made, repeat(client))
        set_all(_PUT["_complete"], made, repeat(True))
        for name in ("_record", "_values", "_changed", "_created_by"):
            set_all(_PUT[name], made, repeat(None))
        if scalars:
            cls._fill_all(made, scalars)
        return made

    @classmethod
    def _nested(cls, raw: bytes, client: Client | None) -> Self:
        """An object inside another one, of which more may be known elsewhere."""
        obj = cls._blank()
        obj._reset()
        _PUT["_raw"](obj, raw)
        _PUT["_client"](obj, client)
        return obj

    @classmethod
    def _from_json(cls, value: Any, client: Client | None = None) -> Self:
        """An object inside another one: its JSON, or only its identifier."""
        obj = cls._blank()
        obj._reset()
        _PUT["_client"](obj, client)
        if isinstance(value, dict):
            _PUT["_raw"](obj, msgspec.json.encode(value))
        else:
            for field in cls._fetch_fields:
                if field.fetch == "path" and _fits(field, value):
                    break
            else:
                field = cls._fields[cls._id_attr]
            _PUT["_values"](obj, {field.slot: value})
        return obj

    def _member(self, field: Field[Any]) -> Any:
        """What the JSON has for a field, or UNSET."""
        raw, slot = self._raw, field.slot
        if raw is None:
            return UNSET
        if slot in self._cells:
            return self._scalar(raw, slot)
        record = self._record
        if record is None:
            record = self._record = self._laid_out().record(raw)
        return getattr(record, slot)

    def _scalar(self, raw: bytes, slot: str) -> Any:
        """What the JSON has for a field with a cell: what is in there, if anything is."""
        try:
            return self._cells[slot].__get__(self)
        except AttributeError:
            layout = self._laid_out()
        if type(self._record) is not layout.loose:
            scalars = layout.scalars(raw)
            if scalars is not None:
                self._fill(scalars, self._values or ())
                return getattr(scalars, slot)
            self._record = layout.loose_record(raw)
        return getattr(self._record, slot)

    def _peek(self, field: Field[Any]) -> Any:
        """The value as far as it is known; never fetches."""
        slot = field.slot
        if self._values is not None and slot in self._values:
            value = self._values[slot]
            if isinstance(field, Ref) and value is not None and not isinstance(value, State):
                value = self._values[slot] = field.shape.convert(value, self._client)  # type: ignore[misc]
            return value
        member = self._member(field)
        if member is UNSET:
            return UNSET
        shape = field.shape
        if shape.scalar and type(member) is not msgspec.Raw:
            if shape.convert is None or type(member) in field.final:
                return member
            value = shape.convert(member, self._client)
            setattr(self._record, slot, value)  # converted once
            return value
        if isinstance(field, Ref) and type(member) is msgspec.Raw and memoryview(member)[0] == OPENING_BRACE:
            value = field.holds._nested(bytes(member), self._client)  # the bytes it has are the bytes it keeps
        else:
            value = value_of(member)
            if value is not None and shape.convert is not None:
                value = shape.convert(value, self._client)
        if shape.mutable and value is not None:
            # The same object each time, so that what is changed in it reaches save().
            if self._values is None:
                self._values = {}
            self._values[slot] = value
        return value

    def _write(self, field: Field[Any], value: Any) -> None:
        self._empty(field.slot)
        if self._values is None:
            self._values = {}
        if self._changed is None:
            self._changed = set()
        self._values[field.slot] = value
        self._changed.add(field.slot)

    def _identify(self, field: Field[Any], value: Any) -> None:
        """A key was set: of another resource, all that is known is about the wrong one."""
        if self._raw is not None and self._peek(field) != value:
            kept = {s: v for s, v in (self._values or {}).items() if s in (self._changed or ())}
            self._raw = self._record = None
            self._values, self._complete, self._created_by = kept, False, None
            self._empty()
        self._empty(field.slot)
        if self._values is None:
            self._values = {}
        self._values[field.slot] = value

    def _peek_key(self, field: Field[Any]) -> Any:
        """The value that says which resource: the API's, unless only the user has given one."""
        member = self._member(field)
        if member is not UNSET and member is not None:
            value, convert = value_of(member), field.shape.convert
            return value if convert is None else convert(value, self._client)
        return (self._values or {}).get(field.slot)

    def _identifier(self) -> Any:
        """What stands for this object in a request."""
        value = self._get_id()
        for field in () if value is not None else self._fetch_fields:
            if field.fetch == "path" and (value := self._peek_key(field)) is not None:
                break
        if value is None:
            ways = " or ".join(f.name for f in self._fetch_fields)
            raise ClientError(f"nothing says which {type(self).__name__} is meant: set {ways}, or create it first")
        return value

    def _get_id(self) -> Any:
        field = self._fields.get(self._id_attr)
        return None if field is None else self._peek_key(field)

    @property
    def _identity(self) -> Any:
        """What tells it from others of its kind: its identifier, and where it belongs."""
        key = self._get_id()
        if key is None or not self._surrounded_by:
            return key
        return (*(str(encode(getattr(self, name, None))) for name in self._surrounded_by.values()), key)

    @classmethod
    def _identities(cls, items: Sequence[Self]) -> Sequence[Any] | None:
        """What tells those that have just come from each other, by a glance; ``None``: it takes more."""
        cell = cls._cells.get(cls._id_attr)
        if cell is None or cls._surrounded_by or cls._identity is not State._identity:
            return None
        try:
            return [*map(cell.__get__, items)]
        except AttributeError:
            return None

    def _placed(self, surroundings: dict[str, Any]) -> None:
        """Take over what the path says: the domain of a record, say."""
        for place, name in self._surrounded_by.items():
            if place in surroundings:
                setattr(self, name, surroundings[place])

    # Taking over what the API says, and saying what it should take over

    def _adopt(self, raw: bytes, client: Client | None, *, keep: bool = False) -> None:
        kept = self._unsaved() if keep else {}
        if self._raw is not None:
            self._empty()
        for put, value in zip(_TAKEN_OVER, (raw, None, client, True, kept or None, set(kept) or None), strict=True):
            put(self, value)

    def _unsaved(self) -> dict[str, Any]:
        """Values that the user set, or changed in place, since they came."""
        found: dict[str, Any] = {}
        keys = {f.slot for f in self._fetch_fields if not f.dynamic}
        for slot, value in (self._values or {}).items():
            if slot in keys:
                continue
            field = self._fields.get(slot)
            if slot in (self._changed or ()) or (field is not None and field.dynamic and self._mutated(field, value)):
                found[slot] = value
        return found

    def _mutated(self, field: Field[Any], value: Any) -> bool:
        member = self._member(field)
        if member is UNSET or isinstance(value, State):
            return False
        return bool(encode(value) != encode(value_of(member)))

    def _known_beyond_keys(self) -> bool:
        """Whether the JSON says more than which resource this is."""
        keys = {f.wire for f in self._fetch_fields}
        return self._raw is not None and bool(plain(self._raw).keys() - keys)

    def _saved(self) -> None:
        """What was set is now the API's state too; the next read of anything else asks for it."""
        self._changed = None

    def _forget_changes(self, names: Iterable[str]) -> None:
        """Give up what the user has set of these: it has been decided otherwise."""
        for name in names:
            field = self._fields.get(name)
            if field is not None and self._values is not None:
                self._values.pop(field.slot, None)
            if field is not None and self._changed is not None:
                self._changed.discard(field.slot)

    def _settable(self, *, unknown: bool = False, only: tuple[str, ...] = ()) -> dict[str, Any]:
        """What create() and save() send: every known value that is the user's to set.

        Args:
            unknown: also what the API sent and this class does not know, so that a PUT does not erase it.
            only: names of the attributes to take, where that is not all.
        """
        result: dict[str, Any] = {}
        if unknown and self._raw is not None:
            wires = {f.wire for f in self._fields.values()}
            result = {n: v for n, v in plain(self._raw).items() if n not in wires}
        for field in self._fields.values():
            if not field.dynamic or field.slot != field.name or (only and field.name not in only):
                continue
            value = self._peek(field)
            if value is UNSET or (value is None and field.slot not in (self._changed or ())):
                continue
            result[field.wire] = encode(value)
        return result

    def _born(self, answer: dict[str, Any]) -> None:
        """Remember the action that creates this object, or that is done to it as part of that."""
        links = answer.get("links")
        actions = (links.get("actions") or []) if isinstance(links, dict) else []
        first = next((link for link in actions if link.get("rel") == "create"), actions[0] if actions else {})
        self._created_by = first.get("id")

    def _forget(self) -> None:
        """Know nothing any more but which it is, and what the user has set and not saved."""
        kept = self._unsaved()
        keys = {f.slot: v for f in self._fetch_fields if f.fetch == "path" and (v := self._peek_key(f)) is not None}
        self._raw = self._record = None
        self._empty()
        self._values, self._changed, self._complete = keys | kept, set(kept), False

    def _to_create(self, body: dict[str, Any]) -> dict[str, Any]:
        """What ``create()`` sends where this was asked for: a class fills in what its reference promises."""
        return body

    # Copies know the same; pickles do not know the client

    _secret: ClassVar[tuple[str, ...]] = ()
    """Attributes that hold passwords: a pickle is without them, and what comes out of it fetches them again."""

    def __getstate__(self) -> dict[str, Any]:
        state = self._state()
        if self._secret and self._raw is not None:
            hidden = {self._fields[name].wire for name in self._secret}
            state["_raw"] = msgspec.json.encode({n: v for n, v in plain(self._raw).items() if n not in hidden})
            state["_values"] = {s: v for s, v in (self._values or {}).items() if s not in self._secret} or None
            state["_complete"] = False
        return state

    def _state(self) -> dict[str, Any]:
        names = ("_raw", "_values", "_changed", "_complete", "_created_by")
        return {n: getattr(self, n) for n in names} | {"__dict__": dict(getattr(self, "__dict__", {}))}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._reset()
        self._empty()
        vars(self).update(state.pop("__dict__", {}))
        for name, value in state.items():
            setattr(self, name, value)

    def __copy__(self) -> Self:
        twin = self._blank()
        twin.__setstate__(self._state())
        twin._values = dict(self._values) if self._values is not None else None
        twin._changed = set(self._changed) if self._changed is not None else None
        twin._client = self._client
        return twin

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        import copy

        twin = self.__copy__()
        memo[id(self)] = twin
        twin._values = copy.deepcopy(self._values, memo)
        vars(twin).update(copy.deepcopy(getattr(self, "__dict__", {}), memo))
        return twin


_PUT = {name: vars(State)[name].__set__ for name in State.__slots__ if name != "__weakref__"}
"""How slots are set past ``__setattr__``, which asks whether a name is an attribute's."""
_TAKEN_OVER = [_PUT[name] for name in ("_raw", "_record", "_client", "_complete", "_values", "_changed")]
_BLANK = [(put, False if name == "_complete" else None) for name, put in _PUT.items()]


def _fits(field: Field[Any], value: Any) -> bool:
    holds = field.holds
    return isinstance(value, holds) if isinstance(holds, type) else True
