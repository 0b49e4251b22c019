"""What an object knows, as the JSON it came in.

An object keeps a copy of its bytes. They are taken apart on the first read, into a msgspec struct made for the class:
scalars as they are, everything nested still as bytes, to be converted when it is read itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import msgspec

from .fields import Field

Scalar = str | int | float | bool | None


class Layout:
    """How the records of one class are taken apart."""

    def __init__(self, name: str, fields: Iterable[Field[Any]]) -> None:
        self.slots = {f.wire: f.slot for f in reversed(list(fields))}
        scalars = {f.slot for f in fields if f.shape.scalar}
        for field in fields:
            field.final = field.shape.final
        self._strict = self._decoder(name, scalars)
        self._loose = self._decoder(name, set())

    def _decoder(self, name: str, scalars: set[str]) -> msgspec.json.Decoder[Any]:
        members = [
            (slot, (Scalar if slot in scalars else msgspec.Raw) | msgspec.UnsetType, msgspec.UNSET)
            for slot in self.slots.values()
        ]
        rename = {slot: wire for wire, slot in self.slots.items()}
        struct = msgspec.defstruct(name, members, rename=rename, gc=False)
        return msgspec.json.Decoder(struct)

    def decode(self, raw: bytes) -> Any:
        """The record of an object's bytes, whatever shapes its members have."""
        try:
            return self._strict.decode(raw)
        except msgspec.ValidationError:
            return self._loose.decode(raw)


@cache
def key_decoder(wire: str) -> msgspec.json.Decoder[Any]:
    """Reads nothing but an object's identifier, as ``key``."""
    struct = msgspec.defstruct("Identified", [("key", str | int | None, None)], rename={"key": wire}, gc=False)
    return msgspec.json.Decoder(struct)


def plain(raw: bytes) -> dict[str, Any]:
    """The object as a dict."""
    decoded: dict[str, Any] = msgspec.json.decode(raw)
    return decoded


def value_of(member: Any) -> Any:
    """A member of a record as plain JSON."""
    return msgspec.json.decode(member) if type(member) is msgspec.Raw else member


UNSET = msgspec.UNSET
