"""Nested objects of the API: no identity, no requests of their own."""

from __future__ import annotations

import sys
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Self

from .codec import Converter, encode, shape
from .steps import Steps

if TYPE_CHECKING:
    import dataclasses

    from .client import Client


class Document(dict[str, Any]):
    """A dict that also reads as attributes: ``networks["v4"]`` and ``networks.v4`` are the same list.

    Subclasses may annotate what they hold, for editors and checkers, and so that nested values read the same way.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        converters = _converters(type(self))
        for name, value in self.items():
            if name in converters:
                convert = converters[name]
                if convert is not None and value is not None:
                    super().__setitem__(name, convert(value, None))
            elif type(value) in (dict, list):
                super().__setitem__(name, readable(value))

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(
                f"{type(self).__name__} has no {name!r}; it has {', '.join(self) or 'nothing'}"
            ) from None

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self]


def readable(value: Any) -> Any:
    """Dicts in this value that read as attributes too, at any depth."""
    if type(value) is dict:
        return Document(value)
    if type(value) is list:
        return [readable(item) for item in value]
    return value


@cache
def _annotations(cls: type[Any]) -> dict[str, Any]:
    """What a class and its bases annotate, resolved on first use, when all modules have been read."""
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        if base.__module__ in ("builtins", "typing", __name__):
            continue
        scope = vars(sys.modules[base.__module__])
        for name, written in base.__annotations__.items():
            if not name.startswith("_"):
                found[name] = eval(written, scope) if isinstance(written, str) else written  # noqa: S307
    return found


@cache
def _converters(cls: Any) -> dict[str, Converter | None]:
    """What makes a value of the JSON of each member that is annotated, where anything has to."""
    return {name: shape(kind).convert for name, kind in _annotations(cls).items()}


def _members(value: Any) -> tuple[dataclasses.Field[Any], ...]:
    from dataclasses import fields  # whoever declares a value has loaded it; who has none need not

    return fields(value)


@cache
def _names(cls: Any) -> dict[str, str]:
    """Arguments of a value's constructor, by their names in JSON."""
    return {cls._wire.get(f.name, f.name): f.name for f in _members(cls) if f.init}


class Value:
    """Base of value objects: stdlib dataclasses whose constructor is the reference's.

    Members that the API sends and the class does not know are kept, and go out again with the rest: a ``PUT`` must
    not erase what we do not know.
    """

    _wire: ClassVar[dict[str, str]] = {}
    """Names that differ in JSON."""
    _unknown: dict[str, Any]
    _absent: dict[str, Any]
    """Members that were not in the JSON, with the JSON of what stands in for each: unchanged, they do not go out."""

    @classmethod
    def _from_json(cls, data: Any, client: Client | None = None) -> Self:
        if not isinstance(data, dict):
            unchanged: Any = data
            return unchanged  # type: ignore[no-any-return]  # a shape we do not know passes through
        kind: Any = cls
        converters, names = _converters(kind), _names(kind)
        known = {}
        for wire, member in data.items():
            if wire in names:
                convert = converters[names[wire]]
                known[names[wire]] = member if convert is None or member is None else convert(member, client)
        value = cls(**known)
        unknown = {n: v for n, v in data.items() if n not in names}
        if unknown:
            object.__setattr__(value, "_unknown", unknown)
        absent = [name for wire, name in names.items() if wire not in data]
        if absent:
            object.__setattr__(value, "_absent", {name: encode(getattr(value, name)) for name in absent})
        return value

    def get_json(self) -> dict[str, Any]:
        """The value as the API writes it; members that are ``None``, or never came, are left out."""
        result = dict(getattr(self, "_unknown", {}))
        absent = getattr(self, "_absent", {})
        for member in _members(self):
            value = encode(getattr(self, member.name))
            if value is not None and not (member.name in absent and absent[member.name] == value):
                result[self._wire.get(member.name, member.name)] = value
        return result

    def _identified(self) -> Steps[None]:
        """See to it that something stands for every resource in it, however deep."""
        for member in _members(self):
            value = getattr(self, member.name)
            for item in value if isinstance(value, list | tuple) else (value,):
                if hasattr(item, "_identified"):
                    yield from item._identified()

    # Names fixed by the API reference.
    getJSON = get_json
