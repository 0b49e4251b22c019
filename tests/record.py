"""Names are not behaviour: which names of the API reference has a test used against the emulator?

While a test has the emulator, every operation that is called, every attribute that is read or set and every plain
method that is called is noted under its class. ``tests/contract/test_every_name_is_used.py`` reads the notes.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dopyapi._core.fields import Field
from dopyapi._core.operations import Declaration, Operation

used: set[tuple[str, str]] = set()
"""Pairs of class and name."""
_on = False


@contextmanager
def recording() -> Iterator[None]:
    """Note what is used within."""
    global _on
    before, _on = _on, True
    try:
        yield
    finally:
        _on = before


def note(owner: Any, name: str) -> None:
    """One use."""
    if _on:
        cls = owner if isinstance(owner, type) else type(owner)
        used.update((base.__name__, name) for base in cls.__mro__)


def install() -> None:
    """Listen in on operations and attributes."""
    steps, read = Operation.steps, Field.__get__

    def noted_steps(self: Operation[Any, Any], *args: Any, **kwargs: Any) -> Any:
        owner = self._owner if isinstance(self._owner, object) and self._owner is not None else None
        note(args[0] if args and not isinstance(owner, type) and _unbound(self) else owner, self._declaration.name)
        return steps(self, *args, **kwargs)

    def noted_read(self: Field[Any], obj: Any, owner: Any = None) -> Any:
        if obj is not None:
            note(obj, self.name)
        return read(self, obj, owner)

    Operation.steps = noted_steps  # type: ignore[method-assign]
    Field.__get__ = noted_read  # type: ignore[method-assign,assignment]


def _unbound(operation: Operation[Any, Any]) -> bool:
    from dopyapi._core.operations import UNBOUND

    return operation._owner is UNBOUND


def listen(cls: type[Any], name: str) -> None:
    """Listen in on a plain method or property of a class."""
    plain = cls.__dict__.get(name)
    if plain is None or isinstance(plain, Declaration | Field):
        return
    if isinstance(plain, property):

        def get(self: Any, read: Any = plain.fget) -> Any:
            note(self, name)
            return read(self)

        setattr(cls, name, property(get, plain.fset))
    elif callable(plain) and not isinstance(plain, type):

        @functools.wraps(plain)
        def method(self: Any, *args: Any, **kwargs: Any) -> Any:
            note(self, name)
            return plain(self, *args, **kwargs)

        setattr(cls, name, method)
