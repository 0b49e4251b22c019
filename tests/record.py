"""Names are not behaviour: which names of the API reference has a test used, and which test was it?

Noted is what a test does itself, and not what the package does on its way:

- an operation, once the API has performed or refused it; one that nobody has written yet (501) stays unused;
- an attribute, once it has been read;
- a plain method, property or function, once it has returned.

What asks the API counts only while the test has an emulator (``recording``), since an answer that the test made up
proves nothing; what never asks it (``Auth``, ``DOJSONEncoder``) counts in every test. A name is noted for its class and
for every base that has the name too, and under its aliases: ``waitReady`` and ``wait_ready`` are one object.
"""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from dopyapi._core.asking import Asking
from dopyapi._core.errors import ClientError
from dopyapi._core.fields import Field
from dopyapi._core.operations import Declaration, ListOperation, Operation, Unbound
from dopyapi._core.steps import inside
from dopyapi._core.values import Value

Used = tuple[str, str]

used: dict[Used, str] = {}
"""The first test that used a name, by class and name; a function of a module stands under ``""``, an exception's
being raised as the name ``raised``."""
_on = False
_quiet: ContextVar[bool] = ContextVar("dopyapi_tests_quiet", default=False)
"""True while a plain method runs: what it reads, the test has not read."""


@contextmanager
def recording() -> Iterator[None]:
    """Note what is used within."""
    global _on
    before, _on = _on, True
    try:
        yield
    finally:
        _on = before


@contextmanager
def into(other: dict[Used, str]) -> Iterator[None]:
    """Note elsewhere within; for tests of this file."""
    global used
    before, used = used, other
    try:
        yield
    finally:
        used = before


def note(owner: Any, name: str, *, offline: bool = False) -> None:
    """One use."""
    if (_on or offline) and not inside.get() and not _quiet.get():
        cls = owner if isinstance(owner, type) else type(owner)
        test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0]
        for base, names in _names(cls, name):
            for each in names:
                used.setdefault((base, each), test)


@functools.cache
def _names(cls: type[Any], name: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The class and its bases that have the name, with all names for the same thing in each."""
    found = []
    for base in cls.__mro__:
        has = inspect.getattr_static(base, name, None)
        if name in getattr(base, "_cells", ()):
            found.append((base.__name__, (name,)))  # other classes have other attributes in the same cell
        elif has is not None:
            same = [n for b in base.__mro__ for n, value in vars(b).items() if value is has]
            found.append((base.__name__, tuple(dict.fromkeys([name, *same]))))
        elif name in getattr(base, "__dataclass_fields__", {}):
            found.append((base.__name__, (name,)))
    return tuple(found)


def _performed(operation: Operation[Any, Any], args: tuple[Any, ...]) -> None:
    owner, declaration = operation._owner, operation._declaration
    if isinstance(owner, Unbound):
        owner = args[0] if args else None
    if owner is not None:
        declaration = getattr(declaration, "_declaration", declaration)
        note(owner, _name_of(owner if isinstance(owner, type) else type(owner), declaration))


@functools.cache
def _name_of(cls: type[Any], declaration: Declaration[Any, Any]) -> str:
    """The name under which a class has an operation; its function may be called otherwise."""
    for base in cls.__mro__:
        for name, value in vars(base).items():
            if value is declaration:
                return name
    return declaration.name


def refused(error: BaseException) -> bool:
    """Whether the API understood a request and would not do it: that is behaviour too."""
    return isinstance(error, ClientError) and error.status in (409, 412, 422)


def install() -> None:
    """Listen in on operations and attributes."""
    if getattr(Operation, "_listened", False):
        return
    call, aio, everything, read = Operation.__call__, Operation.aio, ListOperation.all, Field.__get__
    read_value, read_empty = Value.__getattribute__, Asking.__getattr__

    def noted_call(self: Operation[Any, Any], *args: Any, **kwargs: Any) -> Any:
        try:
            result = call(self, *args, **kwargs)
        except ClientError as error:
            if refused(error):
                _performed(self, args)
            raise
        _performed(self, args)
        return result

    async def noted_aio(self: Operation[Any, Any], *args: Any, **kwargs: Any) -> Any:
        try:
            result = await aio(self, *args, **kwargs)
        except ClientError as error:
            if refused(error):
                _performed(self, args)
            raise
        _performed(self, args)
        return result

    def noted_all(self: ListOperation[Any, Any], *args: Any, **kwargs: Any) -> Any:
        listing = everything(self, *args, **kwargs)
        fetch = listing._fetch

        def noted_fetch(number: int, size: int) -> Any:
            page = yield from fetch(number, size)
            token = inside.set(False)
            _performed(self, args)
            inside.reset(token)
            return page

        listing._fetch = noted_fetch
        return listing

    def noted_read(self: Field[Any], obj: Any, owner: Any = None) -> Any:
        value = read(self, obj, owner)
        if obj is not None:
            note(obj, self.name)
        return value

    def noted_value(self: Any, name: str) -> Any:
        value = read_value(self, name)
        if not name.startswith("_") and name in getattr(type(self), "__dataclass_fields__", ()):
            note(self, name)
        return value

    def noted_empty(self: Any, name: str) -> Any:
        value = read_empty(self, name)
        if name in type(self)._cells:
            note(self, name)
        return value

    Operation.__call__ = noted_call  # type: ignore[method-assign]
    Operation.aio = noted_aio  # type: ignore[method-assign]
    ListOperation.all = noted_all  # type: ignore[method-assign]
    Field.__get__ = noted_read  # type: ignore[method-assign]
    Asking.__getattr__ = noted_empty  # type: ignore[method-assign]
    Value.__getattribute__ = noted_value  # type: ignore[method-assign]
    Operation._listened = True  # type: ignore[attr-defined]


def listen(cls: type[Any], name: str, *, offline: bool = False) -> None:
    """Listen in on a plain method or property of a class, and on its aliases.

    Args:
        cls: the class, or one that inherits it.
        name: one of its names.
        offline: it never asks the API, so it counts without an emulator too.
    """
    owner = next((b for b in cls.__mro__ if name in vars(b)), None)
    plain = vars(owner)[name] if owner is not None else None
    if name in getattr(cls, "_cells", ()):
        cls.__getattribute__ = _noted_cell  # type: ignore[method-assign]
        return
    if plain is None or isinstance(plain, Declaration | Field | type) or getattr(plain, "_listened", False):
        return
    wrapped: Any
    if isinstance(plain, property) and plain.fget is not None:
        if getattr(plain.fget, "_listened", False):
            return
        wrapped = property(_listened(plain.fget, name, offline), plain.fset, plain.fdel, plain.__doc__)
    elif isinstance(plain, classmethod):
        wrapped = classmethod(_listened(plain.__func__, name, offline))
    elif inspect.isfunction(plain):
        wrapped = _listened(plain, name, offline)
    else:
        return
    for alias in [n for n, value in vars(owner).items() if value is plain]:
        setattr(owner, alias, wrapped)
    _names.cache_clear()


def _noted_cell(self: Any, name: str) -> Any:
    value = object.__getattribute__(self, name)
    if name in type(self)._cells:
        note(self, name)
    return value


def _listened(plain: Callable[..., Any], name: str, offline: bool) -> Callable[..., Any]:
    @functools.wraps(plain)
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        token = _quiet.set(True)
        try:
            result = plain(self, *args, **kwargs)
        finally:
            _quiet.reset(token)
        note(self, name, offline=offline)
        return result

    method._listened = True  # type: ignore[attr-defined]
    return method


def listen_to_function(module: Any, name: str) -> None:
    """Listen in on a function of a module; it has to be done before anybody takes the function from there."""
    plain = getattr(module, name)
    if getattr(plain, "_listened", False) or not inspect.isfunction(plain):
        return

    @functools.wraps(plain)
    def function(*args: Any, **kwargs: Any) -> Any:
        result = plain(*args, **kwargs)
        if not inside.get() and not _quiet.get():
            test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0]
            used.setdefault(("", name), test)
        return result

    function._listened = True  # type: ignore[attr-defined]
    setattr(module, name, function)


def listen_to_exception(cls: type[BaseException]) -> None:
    """Listen in on an exception's being made: it is the name that a test catches it by, and its bases' names too."""
    if "__init__" in vars(cls) and getattr(vars(cls)["__init__"], "_listened", False):
        return
    init: Any = cls.__init__

    @functools.wraps(init)
    def made(self: Any, *args: Any, **kwargs: Any) -> None:
        init(self, *args, **kwargs)
        test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0]
        for base in type(self).__mro__:
            used.setdefault((base.__name__, "raised"), test)

    made._listened = True  # type: ignore[attr-defined]
    cls.__init__ = made  # type: ignore[method-assign]
