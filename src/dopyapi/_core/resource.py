"""The base of everything the API manages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

from .accounts import peek
from .codec import encode, to_json
from .declare import collection, member
from .errors import ClientError, InvalidRequest
from .lazy import BlockingLoadWarning, Lazy
from .operations import AllOfOwner, OfOwner
from .page import Page
from .record import plain
from .schema import Array
from .steps import Steps
from .verbs import Verbs

if TYPE_CHECKING:
    from ..actions import Action
    from ..auth import Auth

__all__ = ["ActiveRecord", "Array", "BlockingLoadWarning", "Resource"]


def fetch(cls: Any, key: Any = None, /, **by: Any) -> Steps[Any]:
    """The one with this identifier, or with this value of an attribute that can find it; fetched."""
    if (key is None) == (not by) or len(by) > 1:
        raise ClientError(f"{cls.__name__}.fetch() takes an identifier, or one of {', '.join(cls._fetch_attrs)}=")
    if key is not None:
        found = cls._from_json(key, None)
    else:
        ((name, value),) = by.items()
        if name not in cls._fetch_attrs:
            raise InvalidRequest(
                f"{cls.__name__} is not found by {name!r}, but by {', '.join(cls._fetch_attrs)}", field=name
            )
        found = cls()
        found._values = {cls._fields[name].slot: value}
    yield from found._refresh(keep=False)
    return found


class Resource(Verbs, Lazy):
    """Base of all resources, and by itself a manager of one class of them.

    Args:
        resource: the class to manage: ``Resource(Droplet).list()`` gives plain dicts.
    """

    auth: ClassVar[Auth | None] = None
    """Token and base URL as ``authenticate()`` set them."""

    _managed: ClassVar[type[Resource] | None] = None
    """Of a manager: the class that it manages."""

    _untils: ClassVar[tuple[str, ...]] = ()
    """What a wait for it can be until, the usual first; nothing where it is ready once it is created."""

    __slots__ = ()

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        if cls is not Resource:
            return cls._blank()
        resource = kwargs.get("resource", args[0] if args else None)
        if not (isinstance(resource, type) and issubclass(resource, Resource)):
            raise TypeError(f"Resource(...) takes a class of resources such as Droplet, not {resource!r}")
        from .manager import manager_of

        kind: Any = manager_of
        made: Self = object.__new__(kind(resource))
        made._reset()
        return made  # a Manager, which is a Resource and is not initialised again

    def __init__(self, resource: Any = None) -> None:
        if type(self)._managed is None:
            self._reset()
        if isinstance(resource, Mapping):
            self._raw = to_json(resource)

    @property
    def resource(self) -> type[Resource]:
        """The class of the managed resource."""
        return type(self)._managed or self._kind

    def _tag_type(self) -> str:
        """What the tags API calls this kind of resource."""
        return self._resource_type

    def _urn(self) -> str:
        """Its uniform resource name, such as ``do:droplet:5``; a procedure sees to ``_identified()`` first."""
        return f"do:{self._urn_kind or self._single.replace('_', '')}:{self._identifier()}"

    @property
    def _final(self) -> bool:
        """Whether it is what it was waited for, and stays so."""
        return False

    def _parts(self) -> Array[Any]:
        """What is waited for when this is: itself."""
        return [self]

    def _door(self, until: str, seconds: float) -> str | None:
        """The address at which a port has to answer before a wait ends; empty where none has to, ``None`` while the
        address is not known.

        Args:
            until: what is waited for.
            seconds: how long it has been seen to run.
        """
        return ""

    # The reference's methods

    def get_id(self) -> Any:
        """The value of the attribute that identifies it, fetched where something else says which it is.

        Returns:
            The identifier, or ``None`` of an object that does not exist yet.
        """
        if self._get_id() is None and self._id_attr in self._fields and self._loadable():
            self._load_now("get_id()")
        return self._get_id()

    def json(self) -> dict[str, Any]:
        """All attributes as a plain dict, as the API names them; those it sent and this class does not know too."""
        if not self._complete and not self._known_beyond_keys() and self._loadable():
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

        Args:
            args: none; attributes are given by name.
            kwargs: values of attributes, as the class's own `create` names them.

        Returns:
            The API's answer.
        """
        ...

    @collection.list("/{_url}")
    def list(cls, *args: Any, **kwargs: Any) -> Page[Any]:
        """List one page.

        Args:
            args: none; arguments are given by name.
            kwargs: `url`, what to list instead of the resource's own place; `page`, which page; `per_page`, how many on
                a page, 200 at most; and what the class's own `list` takes.
        """
        ...

    all = AllOfOwner()

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

    fetch = OfOwner[...](fetch)

    # Object manners: class, account and key decide, and nothing is fetched

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Resource):
            return NotImplemented
        if self is other:
            return True
        key = self._identity
        kin = isinstance(self, other._kind) or isinstance(other, self._kind)
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
        if data is not None and not isinstance(data, Mapping):
            name = type(self).__name__
            raise TypeError(f"{name}({data!r}): data is a dict of what is known already; {name}.fetch(...) finds one")
        super().__init__(data)
