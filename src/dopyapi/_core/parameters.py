"""The parameters of a declaration, read from its function. ``inspect`` knows more, and takes longer to load than a page
of Droplets takes to come: it is asked only by who wants to see a signature, and for the words of a refusal.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

VARIADIC, KEYWORDS = 0x04, 0x08
"""What a code object's flags say of ``*args`` and ``**kwargs``."""


class Parameters:
    """What a function takes beside its first parameter, which is the object or the class.

    Attributes:
        names: in their order, without ``*args`` and ``**kwargs``.
        defaults: of those that have one.
        simple: whether ``bound`` knows what to make of a call.
    """

    __slots__ = ("_first", "_required", "defaults", "names", "simple")

    def __init__(self, function: Callable[..., Any]) -> None:
        code, plain = function.__code__, function.__defaults__ or ()
        count = code.co_argcount
        every = code.co_varnames[: count + code.co_kwonlyargcount]
        self.names = every[1:] if count else every
        self._first = tuple(every[1:count])
        """Those that a call may give by their place."""
        self.defaults: dict[str, Any] = dict(zip(every[count - len(plain) : count], plain, strict=True))
        self.defaults |= {name: value for name, value in (function.__kwdefaults__ or {}).items() if name in every}
        self._required = frozenset(self.names) - self.defaults.keys()
        self.simple = bool(count) and not code.co_posonlyargcount and not code.co_flags & (VARIADIC | KEYWORDS)

    def bound(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any] | None:
        """The arguments of a call by name, in the order of the parameters; ``None`` where it is not that simple."""
        if len(args) > len(self._first) or not self.simple:
            return None
        given = dict(zip(self._first, args, strict=False))
        if kwargs:
            if not given.keys().isdisjoint(kwargs) or not kwargs.keys() <= set(self.names):
                return None
            given = {n: given[n] if n in given else kwargs[n] for n in self.names if n in given or n in kwargs}
        return given if given.keys() >= self._required else None
