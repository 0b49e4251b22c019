"""The class of objects that may have to ask for an attribute.

Python 3.11 reads a slot at once where a class has no ``__getattr__``, and takes four times as long where it has one,
needed or not. So classes of resources have none. An object with an empty cell is of a class beneath its own that has
one, and is otherwise the same to whoever looks. When its cells are filled it becomes of its own class, and when one is
emptied the other way round, as a module of ``importlib.util.LazyLoader`` becomes a plain one.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from .fields import Field


class Asking:
    """What such a class has beside that of its objects."""

    __slots__ = ()

    _kind: ClassVar[Any]
    _cells: ClassVar[dict[str, Any]]
    _fields: ClassVar[dict[str, Field[Any]]]

    if not TYPE_CHECKING:
        # Each isinstance() that fails asks for it, so no Python function.
        __class__ = property(attrgetter("_kind"))

    def __init_subclass__(cls) -> None:
        """Declare nothing: what follows from a class body has followed for its own class."""

    def __getattr__(self, name: str) -> Any:
        if name in self._cells:  # an empty one
            read: Any = object.__getattribute__(self, "_read")
            return read(self._fields[name])
        return getattr(self._kind, "__getattr__", object.__getattribute__)(self, name)

    def __reduce_ex__(self, protocol: Any) -> Any:
        how, arguments, *state = self._kind.__reduce_ex__(self, protocol)
        return (how, tuple(self._kind if one is type(self) else one for one in arguments), *state)


def asking(kind: Any) -> Any:
    """The class of the objects of a class that have an empty cell; itself where objects have none."""
    if kind._asking is None:
        made, metaclass = kind, type(kind)
        if kind._cells:
            same = {name: getattr(kind, name) for name in ("__module__", "__qualname__", "__doc__")}
            made = metaclass(kind.__name__, (Asking, kind), {**same, "__slots__": ()})
        kind._asking = made
    return kind._asking


become = vars(object)["__class__"].__set__
"""Changes the class of an object: ``become(obj, kind)``."""
