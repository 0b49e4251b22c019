"""Where objects keep the scalars of their JSON, so that reading one is what reading any attribute costs in Python.

The first scalar attributes of a class have a cell each: a slot of its objects, under the attribute's name. An empty one
is an ``AttributeError``, upon which Python asks ``__getattr__``, which only objects with an empty cell have
(``asking``), and which knows where values come from. A listing fills the cells of its objects page by page.

A cell that is filled holds what the JSON says, and nothing that the user has set stands in its way.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from types import MemberDescriptorType
from typing import TYPE_CHECKING, Any, ClassVar, Self

from msgspec import UNSET
from msgspec.structs import astuple

from .asking import asking, become
from .fields import Field
from .record import Layout
from .schema import Declared, in_body

MOST = 12
"""Attributes of a class that have a cell; an object pays eight bytes for each, used or not."""


class Cells(Declared):
    """Has the cells, and sees to it that what is set goes where the attribute's kind wants it."""

    __slots__ = tuple(f"_cell{n}" for n in range(MOST))

    _cells: ClassVar[dict[str, MemberDescriptorType]] = {}
    """The cells, by the names of the attributes that have one."""

    _kind: ClassVar[type[Any]]
    """The class as it was written."""
    _asking: ClassVar[type[Any] | None] = None
    """That of its objects that have an empty cell, once there is one."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        free = iter(CELLS)
        cls._cells = {}
        cls._kind, cls._asking = cls, None
        for name, field in cls._fields.items():
            if not _is_ours(cls, name):
                continue  # something else stands under this name
            cell = next(free, None) if field.slot == name and field.native is not None else None
            setattr(cls, name, field if cell is None else cell)
            if cell is not None:
                cls._cells[name] = cell

    @classmethod
    def _blank(cls) -> Self:
        """An object with nothing in its cells."""
        blank: Self = object.__new__(cls._asking or asking(cls))
        return blank

    @classmethod
    def _laid_out(cls) -> Layout:
        """How the JSON of one object is taken apart."""
        kind = cls._kind
        if kind._layout is None:
            kind._layout = Layout(cls.__name__, cls._fields.values(), cls._cells)
        layout: Layout = kind._layout
        return layout

    def _fill(self, scalars: Any, but: Iterable[str]) -> None:
        """Fill the cells, but those of which the user has set the value."""
        filled = 0
        for slot, cell in self._cells.items():
            value = getattr(scalars, slot)
            if value is not UNSET and slot not in but:
                cell.__set__(self, value)
                filled += 1
        if filled == len(self._cells):
            become(self, self._kind)
            if not self._is_filled():  # another thread has emptied one meanwhile
                become(self, asking(self._kind))

    def _is_filled(self) -> bool:
        try:
            for cell in self._cells.values():
                cell.__get__(self)
        except AttributeError:
            return False
        return True

    def _empty(self, slot: str | None = None) -> None:
        """Empty the cells, or one."""
        cells = self._cells.values() if slot is None else [self._cells[slot]] if slot in self._cells else ()
        if not cells:
            return
        beneath = asking(self._kind)
        become(self, beneath)
        for cell in cells:
            try:
                cell.__delete__(self)
            except AttributeError:  # it was empty; contextlib's suppress takes three times as long to say so
                continue
        become(self, beneath)  # again: another thread may have found all of them filled meanwhile

    @classmethod
    def _fill_all(cls, items: Sequence[Cells], scalars: Sequence[Any]) -> None:
        """Fill the cells of new objects, one column after the other; equal values are held once."""
        columns: Any = zip(*map(astuple, scalars), strict=True)
        for (name, cell), column in zip(cls._cells.items(), columns, strict=True):
            field = cls._fields[name]
            if field.native in (str, int) and not field.fetch:
                seen: dict[Any, Any] = {}
                column = map(seen.setdefault, column, column)
            set_all(cell.__set__, items, column)

    if not TYPE_CHECKING:  # to a checker, it would make every name one that can be set

        def __setattr__(self, name: str, value: Any) -> None:
            if name in self._cells:
                self._fields[name].__set__(self, value)
            else:
                object.__setattr__(self, name, value)


CELLS = tuple(vars(Cells)[name] for name in Cells.__slots__)


def set_all(put: Callable[[Any, Any], None], items: Iterable[Any], values: Iterable[Any]) -> None:
    """Set the same slot of many objects, without a line of Python for each."""
    deque(map(put, items, values), maxlen=0)


def _is_ours(cls: type[Any], name: str) -> bool:
    """Whether a field, or a cell for it, is what a class has under its name."""
    found = in_body(cls, name)
    return isinstance(found, Field) or (type(found) is MemberDescriptorType and found in CELLS)
