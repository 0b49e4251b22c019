"""What a class of resources declares, and the lists of the API reference that follow from it."""

from __future__ import annotations

from importlib import import_module
from itertools import chain
from typing import Any, ClassVar

from .fields import Field, declared, untyped
from .operations import actions_of
from .record import Layout


class _Named(dict[str, "type[Any]"]):
    """Classes by name; one whose module nobody has loaded yet comes from the package, which loads it."""

    def __missing__(self, name: str) -> type[Any]:
        package = import_module(__package__.partition(".")[0])
        try:
            found: type[Any] = getattr(package, name)
        except AttributeError:
            raise KeyError(name) from None
        return found


NAMED = _Named()
"""Resource classes by name, for what must not import their modules."""

Array = list
"""``list``, under a name that a resource's own ``list()`` does not hide."""


class Declared:
    """A class whose body says which attributes and operations it has."""

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
    _urn_kind: ClassVar[str] = ""
    """What its URNs call it, where that is not ``_single`` without its underscores."""

    _fields: ClassVar[dict[str, Field[Any]]] = {}
    _fetch_fields: ClassVar[Array[Field[Any]]] = []
    _layout: ClassVar[Layout | None] = None

    _places: ClassVar[dict[str, str]] = {}
    """Attributes by the names that paths have for them: ``{"domain_name": "domain"}``."""

    _surrounded_by: ClassVar[dict[str, str]] = {}
    """Those of ``_places`` that are not in the JSON: an object has them from the path that it came by."""

    __slots__ = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        own = declared(cls)
        own = untyped(cls, own) | own
        for name, field in own.items():
            setattr(cls, name, field)
        inherited = [base.__dict__.get("_fields", {}) for base in reversed(cls.__mro__[1:])]
        cls._fields = dict(chain.from_iterable(fields.items() for fields in (*inherited, own)))
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
        cls._surrounded_by = {p: n for p, n in cls._places.items() if n not in cls._fields}
        NAMED.setdefault(cls.__name__, cls)

    @classmethod
    def _id_wire(cls) -> str:
        """The identifier's name in JSON."""
        field = cls._fields.get(cls._id_attr)
        return field.wire if field else cls._id_attr


def in_body(cls: type[Any], name: str) -> Any:
    """What stands in a class body under a name, as it stands there."""
    for base in cls.__mro__:
        if name in base.__dict__:
            return base.__dict__[name]
    return None


def kind_named(name: str) -> type[Any]:
    """A resource class whose module this one must not import, such as ``Action``."""
    return NAMED[name]
