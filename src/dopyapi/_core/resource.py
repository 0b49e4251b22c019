"""The base of everything the API manages."""

from __future__ import annotations

import inspect
import sys
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

import msgspec

from .accounts import client_for, peek
from .codec import encode, to_json
from .declare import collection, member
from .endpoint import Endpoint
from .errors import ClientError
from .fields import Field, Ref, declared, untyped
from .loading import LoadEndpoint
from .operations import OfOwner, actions_of
from .page import Page
from .record import UNSET, Layout, plain, value_of
from .steps import Steps, drive, inside
from .verbs import Verbs

if TYPE_CHECKING:
    from ..actions import Action
    from ..auth import Auth
    from .client import Client

NAMED: dict[str, type[Any]] = {}
"""Resource classes by name, for what this module must not import."""

Array = list
"""``list``, under a name that a resource's own ``list()`` does not hide."""


class BlockingLoadWarning(UserWarning):
    """An attribute was fetched in the middle of an event loop, which stood still meanwhile."""


class Resource(Verbs):
    """Base of all resources, and by itself a manager of one class of them.

    Args:
        resource: the class to manage: ``Resource(Droplet).list()`` gives plain dicts.
    """

    auth: ClassVar[Auth | None] = None
    """Token and base URL as ``authenticate()`` set them."""

    _url: ClassVar[str] = ""
    _single: ClassVar[str] = ""
    _plural: ClassVar[str] = ""
    _fetch_attrs: ClassVar[Array[str]] = []
    _static_attrs: ClassVar[Array[str]] = []
    _dynamic_attrs: ClassVar[Array[str]] = []
    _action_attrs: ClassVar[Array[str]] = []
    _id_attr: ClassVar[str] = "id"
    _delete_attr: ClassVar[str] = "id"
    _update_attr: ClassVar[str] = "id"
    _action_attr: ClassVar[str] = "id"
    _resource_type: ClassVar[str] = ""

    _fields: ClassVar[dict[str, Field[Any]]] = {}
    _fetch_fields: ClassVar[Array[Field[Any]]] = []
    _layout: ClassVar[Layout | None] = None

    _managed: ClassVar[type[Resource] | None] = None
    """Of a manager: the class that it manages."""

    _client: Client | None
    _raw: bytes | None
    _record: Any
    _values: dict[str, Any] | None
    _changed: set[str] | None
    _complete: bool
    _created_by: int | None

    __slots__ = ("__weakref__", "_changed", "_client", "_complete", "_created_by", "_raw", "_record", "_values")

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        own = declared(cls)
        own = untyped(cls, own) | own
        for name, field in own.items():
            setattr(cls, name, field)
        cls._fields = {**cls._fields, **own}
        slots: dict[str, str] = {}
        for field in cls._fields.values():
            field.slot = slots.setdefault(field.wire, field.name)
        for attribute in ("_delete_attr", "_update_attr", "_action_attr"):
            if attribute not in cls.__dict__ and "_id_attr" in cls.__dict__:
                setattr(cls, attribute, cls._id_attr)
        fields = cls._fields.values()
        cls._fetch_fields = sorted(
            (f for f in fields if f.fetch), key=lambda f: (f.name != cls._id_attr, f.fetch != "path")
        )
        cls._fetch_attrs = [f.name for f in fields if f.fetch]
        cls._static_attrs = [f.name for f in fields if f.static]
        cls._dynamic_attrs = [f.name for f in fields if f.dynamic]
        cls._action_attrs = actions_of(cls)
        cls._resource_type = cls.__dict__.get("_resource_type", cls._single)
        cls._layout = None
        NAMED.setdefault(cls.__name__, cls)

    def __new__(cls, resource: Any = None, *args: Any, **kwargs: Any) -> Self:
        if cls is not Resource:
            return object.__new__(cls)
        if not (isinstance(resource, type) and issubclass(resource, Resource)):
            raise TypeError(f"Resource(...) takes a class of resources such as Droplet, not {resource!r}")
        from .manager import manager_of

        kind: Any = manager_of
        made: Self = object.__new__(kind(resource))
        made._reset()
        return made  # a Manager, which is a Resource and is not initialised again

    def __init__(self, resource: Any) -> None:
        if type(self)._managed is None:
            self._reset()
        if isinstance(resource, Mapping):
            self._raw = to_json(resource)

    @property
    def resource(self) -> type[Resource]:
        """The class of the managed resource."""
        return type(self)._managed or type(self)

    def _reset(self) -> None:
        self._client = self._raw = self._record = self._values = self._changed = self._created_by = None
        self._complete = False

    @classmethod
    def _from_raw(cls, raw: bytes, client: Client | None) -> Self:
        """An object as the API gave it, with nothing left to fetch."""
        obj = object.__new__(cls)
        obj._client, obj._raw, obj._complete = client, raw, True
        obj._record = obj._values = obj._changed = obj._created_by = None
        return obj

    @classmethod
    def _from_json(cls, value: Any, client: Client | None = None) -> Self:
        """An object inside another one: its JSON, or only its identifier."""
        obj = object.__new__(cls)
        obj._reset()
        obj._client = client
        if isinstance(value, dict):
            obj._raw = msgspec.json.encode(value)
        else:
            field = next((f for f in cls._fetch_fields if f.fetch == "path" and _fits(f, value)), None)
            obj._values = {(field or cls._fields[cls._id_attr]).slot: value}
        return obj

    # Reading and writing attributes

    def _member(self, field: Field[Any]) -> Any:
        """What the JSON has for a field, or UNSET."""
        record = self._record
        if record is None:
            if self._raw is None:
                return UNSET
            layout = type(self)._layout
            if layout is None:
                layout = type(self)._layout = Layout(type(self).__name__, type(self)._fields.values())
            record = self._record = layout.decode(self._raw)
        return getattr(record, field.slot)

    def _peek(self, field: Field[Any]) -> Any:
        """The value as far as it is known; never fetches."""
        slot = field.slot
        if self._values is not None and slot in self._values:
            value = self._values[slot]
            if isinstance(field, Ref) and value is not None and not isinstance(value, Resource):
                value = self._values[slot] = field.shape.convert(value, self._client)  # type: ignore[misc]
            return value
        member = self._member(field)
        if member is UNSET:
            return UNSET
        shape = field.shape
        if shape.scalar and type(member) is not msgspec.Raw:
            return member if shape.convert is None or member is None else shape.convert(member, self._client)
        value = value_of(member)
        if value is not None and shape.convert is not None:
            value = shape.convert(value, self._client)
        if shape.mutable and value is not None:
            # The same object each time, so that what is changed in it reaches save().
            if self._values is None:
                self._values = {}
            self._values[slot] = value
        return value

    def _read(self, field: Field[Any]) -> Any:
        value = self._peek(field)
        if value is not UNSET:
            return value
        if self._complete or not self._loadable():
            return None
        self._load_now(field.name)
        value = self._peek(field)
        return None if value is UNSET else value

    def _write(self, field: Field[Any], value: Any) -> None:
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
        return self._get_id()

    @classmethod
    def _id_wire(cls) -> str:
        field = cls._fields.get(cls._id_attr)
        return field.wire if field else cls._id_attr

    def _tag_type(self) -> str:
        """What the tags API calls this kind of resource."""
        return self._resource_type

    # Loading

    @classmethod
    def _loader(cls) -> LoadEndpoint | None:
        declaration = inspect.getattr_static(cls, "load", None)
        endpoint = getattr(declaration, "endpoint", None)
        return endpoint if isinstance(endpoint, LoadEndpoint) else None

    @classmethod
    def _listing_endpoint(cls) -> Endpoint:
        declaration = inspect.getattr_static(cls, "list", None)
        endpoint = getattr(declaration, "endpoint", None)
        if not isinstance(endpoint, Endpoint):
            raise ClientError(f"{cls.__name__} cannot be searched: say which by its {cls._id_attr}")
        return endpoint

    def _loadable(self) -> bool:
        loader = self._loader()
        if loader is None:
            return False
        return loader.singleton or any(self._peek_key(f) is not None for f in self._fetch_fields)

    def _load_now(self, name: str) -> None:
        """Fetch because an attribute was read."""
        if inside.get():
            raise RuntimeError(
                f"{type(self).__name__}.{name} is not loaded: inside an operation, yield from self._loaded() first"
            )
        client = client_for(self)
        if _loop_is_running():
            call = f"await {type(self).__name__.lower()}.load.aio()"
            if not client.lazy:
                raise RuntimeError(f"{type(self).__name__}.{name} is not loaded: {call} first")
            if not _notebook():
                _warn_once(f"reading {type(self).__name__}.{name} fetches it and holds up the event loop: {call} first")
        drive(self._refresh(keep=True))

    def _refresh(self, *, keep: bool) -> Steps[None]:
        """Fetch the attributes; ``keep`` what the user has set or changed meanwhile."""
        loader = self._loader()
        client = client_for(self)
        if loader is None:
            raise ClientError(f"{type(self).__name__} cannot be loaded by itself")
        raw = yield from loader.fetch(self, client)
        self._adopt(raw, client, keep=keep)

    def _loaded(self) -> Steps[None]:
        """Load unless loaded: what a procedure does before it reads attributes."""
        if not self._complete and self._loadable():
            yield from self._refresh(keep=True)

    def _known(self, place: str) -> Steps[None]:
        """See to it that an attribute that a path needs is known."""
        field = self._fields.get(self._attribute_of(place))
        if field is not None and self._peek_key(field) is None:
            yield from self._loaded()

    def _identified(self) -> Steps[None]:
        """See to it that something stands for this object in a request."""
        if any(self._peek_key(f) is not None for f in self._fetch_fields if f.fetch == "path"):
            return
        if self._loadable():
            yield from self._refresh(keep=True)

    def _resolved_refs(self) -> Steps[None]:
        for value in list((self._values or {}).values()):
            for item in value if isinstance(value, list) else (value,):
                if isinstance(item, Resource):
                    yield from item._identified()

    def _attribute_of(self, place: str) -> str:
        return str(getattr(self, place)) if place.startswith("_") else place

    def _place(self, place: str) -> Any:
        """The value of an attribute that a path names."""
        name = self._attribute_of(place)
        field = self._fields.get(name)
        return getattr(self, name, None) if field is None else self._peek_key(field)

    # Taking over what the API says, and saying what it should take over

    def _adopt(self, raw: bytes, client: Client | None, *, keep: bool = False) -> None:
        kept = self._unsaved() if keep else {}
        self._raw, self._record, self._client, self._complete = raw, None, client, True
        self._values = kept or None
        self._changed = set(kept) or None

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
        if member is UNSET or isinstance(value, Resource):
            return False
        return bool(encode(value) != value_of(member))

    def _saved(self) -> None:
        """What was set is now the API's state too; the next read of anything else asks for it."""
        self._changed = None

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
        """Remember the action that creates this object."""
        links = answer.get("links")
        for link in (links.get("actions") or []) if isinstance(links, dict) else []:
            if link.get("rel") == "create":
                self._created_by = link.get("id")
                return

    # The reference's methods

    def get_id(self) -> Any:
        """The value of the attribute that identifies it, or ``None`` where it is not known."""
        return self._get_id()

    def json(self) -> dict[str, Any]:
        """All attributes as a plain dict, as the API names them; those it sent and this class does not know too."""
        if self._raw is None and self._loadable():
            self._load_now("json()")
        result = {} if self._raw is None else plain(self._raw)
        for slot, value in (self._values or {}).items():
            field = self._fields.get(slot)
            if field is not None and not (isinstance(value, Resource) and slot not in (self._changed or ())):
                result[field.wire] = encode(value)
        return result

    load = member.load("/{_url}/{_id_attr}")
    save = member.save("/{_url}/{_update_attr}")
    delete = member.delete_by("/{_url}/{_delete_attr}")

    @member.create("/{_url}")
    def create(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Create it from these arguments and from the attributes already set on it.

        Returns:
            The API's answer.
        """
        ...

    @collection.list("/{_url}", takes_url=True)
    def list(cls, *args: Any, **kwargs: Any) -> Page[Any]:
        """List one page.

        Args:
            url: what to list, instead of the resource's own place.
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...

    @member.actions("/{_url}/{_action_attr}/actions")
    def list_actions(self, *, page: int = 1, per_page: int = 20) -> Page[Action]:
        """List the actions on it, newest first.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...

    @member.action_of("/{_url}/{_action_attr}/actions/{action_id}")
    def get_action(self, action_id: int) -> Action:
        """One action on it.

        Args:
            action_id: the action's number.
        """
        ...

    @staticmethod
    def _fetch(cls: Any, key: Any = None, /, **by: Any) -> Steps[Any]:
        """The one with this identifier, or with this value of an attribute that can find it; fetched."""
        if (key is None) == (not by) or len(by) > 1:
            raise ClientError(f"{cls.__name__}.fetch() takes an identifier, or one of {', '.join(cls._fetch_attrs)}=")
        if key is not None:
            found = cls._from_json(key, None)
        else:
            ((name, value),) = by.items()
            if name not in cls._fetch_attrs:
                raise ClientError(f"{cls.__name__} is not found by {name!r}, but by {', '.join(cls._fetch_attrs)}")
            found = cls()
            found._values = {cls._fields[name].slot: value}
        yield from found._refresh(keep=False)
        return found

    fetch = OfOwner[...](_fetch)

    # Object manners: class, account and key decide, and nothing is fetched

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Resource):
            return NotImplemented
        if self is other:
            return True
        key = self._identity
        kin = isinstance(self, type(other)) or isinstance(other, type(self))
        return kin and key is not None and key == other._identity and self._account == other._account

    def __hash__(self) -> int:
        key = self._identity
        if key is None:
            raise TypeError(f"a {type(self).__name__} that does not know which it is has no hash")
        return hash((self._single, key))

    @property
    def _account(self) -> str | None:
        client = self._client or peek()
        return client.account if client else None

    def __repr__(self) -> str:
        known = {f.name: self._peek_key(f) for f in self._fetch_fields}
        if "name" in self._fields and "name" not in known:
            known["name"] = self._peek_key(self._fields["name"])
        shown = " ".join(f"{n}={v!r}" for n, v in known.items() if v is not None)
        return f"<{type(self).__name__}{' ' + shown if shown else ''}>"

    def __getstate__(self) -> dict[str, Any]:
        names = ("_raw", "_values", "_changed", "_complete", "_created_by")
        return {n: getattr(self, n) for n in names} | {"__dict__": dict(getattr(self, "__dict__", {}))}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._reset()
        vars(self).update(state.pop("__dict__", {}))
        for name, value in state.items():
            setattr(self, name, value)

    def __copy__(self) -> Self:
        twin = object.__new__(type(self))
        twin.__setstate__(self.__getstate__())
        twin._values = dict(self._values) if self._values is not None else None
        twin._changed = set(self._changed) if self._changed is not None else None
        twin._client = self._client
        return twin

    # Names fixed by the API reference.
    getID = get_id
    listActions = list_actions
    getAction = get_action


class ActiveRecord(Resource):
    """Base of the classes of one product.

    Args:
        data: what is known of it already, as the API names it.
    """

    __slots__ = ()

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)


def kind_named(name: str) -> type[Any]:
    """A resource class that this module must not import, such as ``Action``."""
    if name not in NAMED:
        raise ClientError(f"import dopyapi's module of {name} first")
    return NAMED[name]


def _fits(field: Field[Any], value: Any) -> bool:
    return isinstance(value, field.holds) if isinstance(field.holds, type) else True


def _loop_is_running() -> bool:
    events = sys.modules.get("asyncio.events")
    return events is not None and events._get_running_loop() is not None


def _notebook() -> bool:
    """In a notebook a loop always runs, and people read attributes."""
    return "ipykernel" in sys.modules


_warned: set[str] = set()


def _warn_once(message: str) -> None:
    if message not in _warned:
        _warned.add(message)
        warnings.warn(message, BlockingLoadWarning, stacklevel=5)
