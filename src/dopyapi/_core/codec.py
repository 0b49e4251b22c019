"""JSON to Python and back, driven by annotations.

Both directions are lenient where the API may grow: an unknown shape passes through as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

import msgspec

if TYPE_CHECKING:
    from .client import Client

Converter = Callable[[Any, "Client | None"], Any]
SCALARS = (str, int, bool, bytes)
PLAIN = (str, int, float, bool)
"""What JSON's scalars are by themselves."""


def encode(value: Any) -> Any:
    """What goes into JSON: a resource becomes its identifier, a value object its members, a time ISO 8601."""
    if value is None or isinstance(value, str | int | float):
        if isinstance(value, Enum):
            return value.value
        return str(value) if type(value) is not str and isinstance(value, str) else value  # a Secret, say
    if isinstance(value, Mapping):
        return {str(name): encode(item) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [encode(item) for item in value]
    if isinstance(value, datetime):
        return timestamp(value)
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "_identifier"):
        return value._identifier()
    if hasattr(value, "getJSON"):
        return encode(value.getJSON())
    if isinstance(value, Enum):
        return encode(value.value)
    return value


def timestamp(moment: datetime) -> str:
    """ISO 8601 as the API writes it; a time without a zone is taken as UTC."""
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return aware.isoformat().replace("+00:00", "Z")


def to_json(value: Any) -> bytes:
    """The bytes of a body."""
    try:
        return msgspec.json.encode(encode(value))
    except (TypeError, ValueError) as error:
        raise TypeError(f"cannot be sent as JSON: {error}") from None


class Shape:
    """How values of one annotation are made from JSON."""

    __slots__ = ("convert", "final", "mutable", "scalar")

    def __init__(
        self,
        convert: Converter | None,
        *,
        scalar: bool = False,
        mutable: bool = False,
        final: tuple[type[Any], ...] = (),
    ) -> None:
        self.convert = convert
        self.scalar = scalar
        """JSON holds a string, number or boolean."""
        self.final = frozenset((*final, type(None)) if scalar else ())
        """Types of what is a value already, and is not converted again."""
        self.mutable = mutable
        """The value can be changed in place, so an object has to keep the one it gave."""


@cache
def shape(kind: Any) -> Shape:
    """The shape of an annotation that has been resolved to a type."""
    origin, args = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return shape(args[0])
    if origin in (Union, UnionType):
        return _union([a for a in args if a is not type(None)])
    if str(origin) == "typing.Literal" or kind in SCALARS:
        return Shape(None, scalar=True, final=PLAIN)
    if kind is float:
        return Shape(_float, scalar=True, final=(float,))
    if kind is datetime:
        return Shape(_datetime, scalar=True, final=(datetime,))
    if origin is list or kind is list:
        return Shape(_list_of(shape(args[0]).convert if args else None), mutable=True)
    if isinstance(origin or kind, type) and issubclass(origin or kind, dict):
        return Shape(_document(origin or kind, shape(args[1]).convert if len(args) == 2 else None), mutable=True)
    if hasattr(kind, "_from_json"):
        return Shape(kind._from_json, mutable=True)
    return Shape(None, mutable=True)


def _union(options: list[Any]) -> Shape:
    shapes = [shape(o) for o in options]
    if len(shapes) == 1:
        return shapes[0]
    if all(s.scalar for s in shapes):
        return Shape(None, scalar=True, final=PLAIN)
    structured = [s for s in shapes if not s.scalar]
    return Shape(structured[0].convert, mutable=True)


def _float(value: Any, client: Client | None) -> Any:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _datetime(value: Any, client: Client | None) -> Any:
    if not isinstance(value, str):
        return value
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _list_of(convert: Converter | None) -> Converter:
    def to_list(value: Any, client: Client | None) -> Any:
        if not isinstance(value, list) or convert is None:
            return value
        return [None if item is None else convert(item, client) for item in value]

    return to_list


def _document(kind: type[Any], convert: Converter | None) -> Converter:
    def to_dict(value: Any, client: Client | None) -> Any:
        if not isinstance(value, dict):
            return value
        if convert is not None:
            value = {name: None if item is None else convert(item, client) for name, item in value.items()}
        return value if kind is dict else kind(value)

    return to_dict


TEXT = Shape(lambda value, client: str(value) if isinstance(value, int) else value, scalar=True, final=(str,))


def decode(kind: Any, value: Any, client: Client | None = None) -> Any:
    """A JSON value as the annotation says."""
    if value is None:
        return None
    convert = shape(kind).convert
    return value if convert is None else convert(value, client)
