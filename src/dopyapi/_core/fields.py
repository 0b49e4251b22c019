"""The four kinds of attribute a resource declares.

    id: Key[int]           says which resource; set it and the rest is fetched on first read
    memory: Static[int]    set by DigitalOcean
    name: Dynamic[str]     yours: sent by create() and save()
    region: Ref[Region]    another resource; set it as an object or its identifier, read it as an object

The annotation is the declaration: a checker reads ``droplet.memory`` as ``int`` without a plug-in.
"""

from __future__ import annotations

import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, Literal, Never, Self, TypeVar, get_args, overload

from msgspec import Struct

from .codec import TEXT, Shape, shape

if TYPE_CHECKING:
    from .resource import Resource

T = TypeVar("T")
M = TypeVar("M", bound="Resource")

Fetch = Literal["path", "query", "list"]


class Options(Struct, frozen=True):
    """What an attribute has beside its annotation."""

    wire: str | None = None
    fetch: Fetch | None = None
    dynamic: bool = False


def attr(*, wire: str | None = None, fetch: Fetch | None = None, dynamic: bool = False) -> Any:
    """Options of an attribute.

    Args:
        wire: its name in JSON, where that differs.
        fetch: how it can find the resource: ``path`` takes the place of the identifier in the path, ``query``
            filters the listing on the server, ``list`` is looked for in the listing.
        dynamic: of a ``Key``: ``create()`` and ``save()`` send it.
    """
    return Options(wire, fetch, dynamic)


class Field(Generic[T]):
    """An attribute of a resource; reading it on an object fetches the object when needed.

    In a class stands this descriptor, or for the first scalars the cell that has their values (``cells.py``).
    """

    static = dynamic = False
    looked_up = False
    """Whether what is set may only say which resource is meant."""

    def __init__(self, owner: type[Any], name: str, options: Options) -> None:
        self.owner, self.name = owner, name
        self.wire = options.wire or name
        self.fetch = options.fetch or ("path" if isinstance(self, Key) else None)
        self.slot = name
        """Name of the first attribute with this wire name: aliases share what they hold."""
        if options.dynamic:
            self.static, self.dynamic = False, True
        self._shape: Shape | None = None
        self.final: frozenset[type[Any]] = frozenset()
        """Types of what a record holds of it that are values already; known once an object has been taken apart."""
        self._holds: Any = None
        self.native = _native(owner, name)
        """The one scalar type that its annotation names beside ``None``, as far as can be told without resolving it."""

    @property
    def holds(self) -> Any:
        """The ``int`` of ``Static[int]``, resolved on first use so that modules may refer to each other."""
        if self._holds is None:
            # A method called list hides the builtin in a class body: annotations are read against the module.
            scope = vars(sys.modules[self.owner.__module__])
            annotation = self.owner.__annotations__[self.name]
            if self.native is not None and str(annotation).endswith(f"[{self.native.__name__}]"):
                self._holds = self.native
                return self._holds
            hint = _resolved(annotation, scope) if isinstance(annotation, str) else annotation
            (self._holds,) = get_args(hint)
        return self._holds

    @property
    def shape(self) -> Shape:
        """How its value is made from JSON."""
        if self._shape is None:
            # Some listings give the number of what elsewhere is the text of a number.
            self._shape = TEXT if isinstance(self, Key) and self.holds in (str, str | None) else shape(self.holds)
        return self._shape

    @overload
    def __get__(self, obj: None, owner: type[Any]) -> Self: ...
    @overload
    def __get__(self, obj: Resource, owner: type[Any]) -> T: ...
    def __get__(self, obj: Resource | None, owner: type[Any]) -> Self | T:
        if obj is None:
            return self
        # The usual cases, in few steps.
        known: Any
        if obj._values is not None:
            known = obj._values.get(self.slot)
            if known is not None and (known.__class__ is self._holds or not self.looked_up):
                return known  # type: ignore[no-any-return]
        elif obj._record is not None:
            known = getattr(obj._record, self.slot, None)
            if type(known) in self.final:
                return known  # type: ignore[no-any-return]
        value: T = obj._read(self)
        return value

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.owner.__name__}.{self.name}>"


class Static(Field[T]):
    """Set by DigitalOcean."""

    static = True

    def __set__(self, obj: Resource, value: Never) -> None:
        raise AttributeError(f"{type(obj).__name__}.{self.name} is set by DigitalOcean and cannot be changed directly")


class Dynamic(Field[T]):
    """Yours: ``create()`` and ``save()`` send it."""

    dynamic = True

    def __set__(self, obj: Resource, value: T) -> None:
        obj._write(self, value)


class Key(Field[T]):
    """Says which resource."""

    static = True

    def __set__(self, obj: Resource, value: T) -> None:
        obj._identify(self, value)


class Ref(Field[M]):
    """Another resource."""

    static = dynamic = looked_up = True

    def __set__(self, obj: Resource, value: M | str | int) -> None:
        obj._write(self, value)


def _resolved(annotation: str, scope: dict[str, Any]) -> Any:
    try:
        return eval(annotation, scope)  # noqa: S307
    except NameError:  # a class of a module that this one does not load, but for checkers
        from .schema import NAMED

        return eval(annotation, scope, NAMED)  # noqa: S307


SCALARS = {kind.__name__: kind for kind in (int, str, float, bool, datetime)}


def _native(owner: type[Any], name: str) -> type[Any] | None:
    annotation = owner.__annotations__.get(name)
    if isinstance(annotation, str):
        held = annotation.partition("[")[2].rpartition("]")[0]
    else:
        (kind,) = get_args(annotation) or (None,)
        held = kind.__name__ if isinstance(kind, type) else str(kind)
    named = {option.strip().removeprefix("datetime.") for option in held.split("|")} - {"None"}
    return SCALARS.get(named.pop()) if len(named) == 1 else None


KINDS: dict[str, type[Field[Any]]] = {kind.__name__: kind for kind in (Static, Dynamic, Key, Ref)}


def declared(cls: type[Any]) -> dict[str, Field[Any]]:
    """The fields that a class body declares, in its order."""
    found: dict[str, Field[Any]] = {}
    for name, annotation in cls.__annotations__.items():
        written = annotation if isinstance(annotation, str) else getattr(annotation, "__origin__", annotation)
        kind = KINDS.get(written.partition("[")[0].rpartition(".")[2] if isinstance(written, str) else
                         getattr(written, "__name__", ""))  # fmt: skip
        if kind is not None:
            options = cls.__dict__.get(name)
            found[name] = kind(cls, name, options if isinstance(options, Options) else Options())
    return found


class _Untyped(Field[Any]):
    """A field that a class only names, in one of the reference's lists."""

    @property
    def holds(self) -> Any:
        return Any

    def __set__(self, obj: Resource, value: Any) -> None:
        if self.dynamic:
            obj._write(self, value)
        elif self.fetch:
            obj._identify(self, value)
        else:
            raise AttributeError(
                f"{type(obj).__name__}.{self.name} is set by DigitalOcean and cannot be changed directly"
            )


def untyped(cls: type[Any], typed: dict[str, Field[Any]]) -> dict[str, Field[Any]]:
    """The further fields of a class that is written in the reference's style, as lists of names."""
    fetched, static, dynamic = (cls.__dict__.get(f"_{kind}_attrs", ()) for kind in ("fetch", "static", "dynamic"))
    found: dict[str, Field[Any]] = {}
    for name in dict.fromkeys((*fetched, *static, *dynamic)):
        if name not in typed and name not in cls._fields:
            way: Fetch | None = None if name not in fetched else "path" if name == cls._id_attr else "list"
            field = found[name] = _Untyped(cls, name, Options(fetch=way, dynamic=name in dynamic))
            field.static = name not in dynamic
    return found
