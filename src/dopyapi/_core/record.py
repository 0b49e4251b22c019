"""What an object knows, as the JSON it came in.

An object keeps a copy of its bytes. What is in them is taken apart by msgspec structs made for the class: scalars when
the first of them is read or when a page of objects comes, all others on their first read, what is nested still as bytes
until it is read itself.

Each decoder has a struct of its own: msgspec looks at a struct when its first decoder is made, and two threads that do
so at once, with the same one, end the process.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Annotated, Any

import msgspec

from .fields import Field

Scalar = str | int | float | bool | None
ZONED = Annotated[datetime, msgspec.Meta(tz=True)]
"""A time without a zone has to be given one."""


class Layout:
    """How the JSON of one class is taken apart: scalars that have a cell by themselves, the others as a record.

    Args:
        name: of the class.
        fields: its attributes.
        celled: names of those that have a cell.
    """

    def __init__(self, name: str, fields: Iterable[Field[Any]], celled: Collection[str]) -> None:
        self._name, self._fields = name, list(fields)
        self._wires = {f.slot: f.wire for f in reversed(self._fields)}
        self._cells: dict[str, Any] = {}
        for field in self._fields:
            if field.name in celled:
                kind: Any = ZONED if field.native is datetime else field.native
                self._cells[field.name] = kind | None
                field.final = field.shape.final
        self._scalars = msgspec.json.Decoder(self._struct(self._cells))
        self._pages: dict[str, msgspec.json.Decoder[Any]] = {}

    def _struct(self, kinds: Mapping[str, Any], default: Any = msgspec.UNSET) -> type[Any]:
        members = [(slot, kind | msgspec.UnsetType, default) for slot, kind in kinds.items()]
        rename = {slot: self._wires[slot] for slot in kinds}
        return msgspec.defstruct(self._name, members, rename=rename, gc=False)

    @cached_property
    def _strict(self) -> msgspec.json.Decoder[Any]:
        # Not before something of it is read: to know the shapes is to load the classes of what an object refers to.
        for field in self._fields:
            field.final = field.shape.final
        scalar = {f.slot for f in self._fields if f.shape.scalar}
        others = {s: Scalar if s in scalar else msgspec.Raw for s in self._wires if s not in self._cells}
        return msgspec.json.Decoder(self._struct(others))

    @cached_property
    def _loose(self) -> tuple[type[Any], msgspec.json.Decoder[Any]]:
        kind = self._struct(dict.fromkeys(self._wires, msgspec.Raw))
        return kind, msgspec.json.Decoder(kind)

    @property
    def loose(self) -> type[Any]:
        """Records of objects that are not as expected: they have everything, and everything as bytes."""
        return self._loose[0]

    def scalars(self, raw: bytes) -> Any:
        """What goes into the cells of an object; ``None`` where something is not of its kind."""
        try:
            return self._scalars.decode(raw)
        except msgspec.ValidationError:
            return None

    def page(self, body: bytes, key: str) -> Sequence[Any] | None:
        """The same of each object on a page; ``None`` where one of them has it otherwise."""
        if not self._cells:
            return None
        decoder = self._pages.get(key)
        if decoder is None:
            # Nothing is left to fetch of what is on a page: what is not there is null.
            item = self._struct(self._cells, None)
            members = [("items", list[item])]  # type: ignore[valid-type]
            decoder = msgspec.json.Decoder(msgspec.defstruct("Scalars", members, rename={"items": key}))
            self._pages[key] = decoder
        try:
            found: Sequence[Any] = decoder.decode(body).items
        except msgspec.ValidationError:
            return None
        return found

    def record(self, raw: bytes) -> Any:
        """What has no cell, whatever shapes it has."""
        try:
            return self._strict.decode(raw)
        except msgspec.ValidationError:
            return self.loose_record(raw)

    def loose_record(self, raw: bytes) -> Any:
        """All of it, as bytes."""
        return self._loose[1].decode(raw)


def plain(raw: bytes) -> dict[str, Any]:
    """The object as a dict."""
    decoded: dict[str, Any] = msgspec.json.decode(raw)
    return decoded


def value_of(member: Any) -> Any:
    """A member of a record as plain JSON."""
    return msgspec.json.decode(member) if type(member) is msgspec.Raw else member


UNSET = msgspec.UNSET
