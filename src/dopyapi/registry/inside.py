"""What everything in a registry has in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from .._core.codec import encode
from .._core.fields import Field, Static
from .._core.record import UNSET
from .._core.resource import ActiveRecord

if TYPE_CHECKING:
    from .registry import Registry


class Inside(ActiveRecord):
    """What lives in a registry: it is known by where it is and by its own name.

    Its JSON says where it is too; what was made by hand knows it from the arguments it was made with.

    Args:
        registry_name: the registry, or its name.
        data: what is known of it already, as the API names it.
    """

    _outer: ClassVar[tuple[str, ...]] = ("registry_name",)
    """Attributes that say where it is."""
    _where: Mapping[str, Any] = {}
    """Their values, where the JSON has none."""

    registry_name: Static[str]
    """Name of the registry that it is in."""

    def __init__(self, registry_name: Registry | str, data: Mapping[str, Any] | None = None) -> None:
        self._put({"registry_name": registry_name}, data)

    def _put(self, where: Mapping[str, Any], data: Mapping[str, Any] | None) -> None:
        """Say where it is, and what is known of it."""
        ActiveRecord.__init__(self, {n: v for n, v in data.items() if n not in where} if data else None)
        self._where = {name: encode(value) for name, value in where.items()}

    def _member(self, field: Field[Any]) -> Any:
        member = super()._member(field)
        return self._where.get(field.slot, UNSET) if member is UNSET else member

    def _identify(self, field: Field[Any], value: Any) -> None:
        self._where = {name: self._peek_key(self._fields[name]) for name in self._outer}
        super()._identify(field, value)

    @property
    def _identity(self) -> Any:
        key = self._get_id()
        return None if key is None else (*(self._peek_key(self._fields[name]) for name in self._outer), key)
