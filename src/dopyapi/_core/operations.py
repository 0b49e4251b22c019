"""Operations: what a declaration in a class body becomes when it is called.

droplet.reboot()                        call it
await droplet.reboot.aio()              await it
yield from droplet.reboot.steps()       inside another operation
Droplet.list.all(tag_name="web")        everything that a listing has
droplet.reboot.on(client)()             by another account
droplet.reboot.with_response()          with the answer as it came
Droplet.reboot(droplet)                 through the class
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, Self, TypeVar, overload

from .accounts import client_for, on
from .client import Client
from .endpoint import ActionEndpoint, Endpoint
from .errors import ClientError, InvalidRequest
from .listing import Listing
from .page import CutShortWarning, Page
from .parameters import Parameters
from .secrets import Arguments
from .steps import Response, Steps, adrive, drive, inside, through

if TYPE_CHECKING:
    from inspect import Signature

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")
O = TypeVar("O")  # noqa: E741

Declared = Callable[Concatenate[Any, P], R]


class Operation(Generic[P, R]):
    """An operation bound to its object or class, ready to be called either way."""

    def __init__(self, declaration: Declaration[Any, Any], owner: Any, client: Client | None = None) -> None:
        self._declaration, self._owner, self._client = declaration, owner, client
        self.__doc__ = declaration.__doc__
        self.__name__ = declaration.name
        self.__wrapped__ = declaration.function

    def __getattr__(self, name: str) -> Any:
        if name == "__signature__":  # made for who asks
            declaration = self._declaration
            return declaration.full_signature if type(self._owner) is Unbound else declaration.signature
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def steps(self, /, *args: P.args, **kwargs: P.kwargs) -> Steps[R]:
        """The operation's steps, to be run inside another operation."""
        steps: Steps[R] = self._declaration.steps(self._owner, args, kwargs)
        return steps if self._client is None else on(self._client, steps)

    def __call__(self, /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Perform the operation."""
        if inside.get():
            raise RuntimeError(f"inside an operation, write: yield from ....{self.__name__}.steps(...)")
        steps = self.steps(*args, **kwargs)
        del args, kwargs  # a password among them is not for tracebacks
        return drive(steps)

    async def aio(self, /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Perform the operation, awaited."""
        steps = self.steps(*args, **kwargs)
        del args, kwargs
        return await adrive(steps)

    def on(self, client: Client) -> Self:
        """The same operation by another client, whatever the current one is."""
        return type(self)(self._declaration, self._owner, client)

    @property
    def with_response(self) -> Operation[P, tuple[R, Response]]:
        """The same operation, giving its value and the last answer of the API as it came.

        Of an operation that had nothing to ask, ``None`` for the answer.
        """
        return Operation(_WithResponse(self._declaration), self._owner, self._client)

    def __repr__(self) -> str:
        owner = "" if type(self._owner) is Unbound else f" of {self._owner!r}"
        return f"<operation {self.__name__}{self.__getattr__('__signature__')}{owner}>"


class ListOperation(Operation[P, Page[T]]):
    """An operation that gives one page of a listing, and can give all of it."""

    def all(self, /, *args: P.args, **kwargs: P.kwargs) -> Listing[T]:
        """Everything the listing has, fetched as it is walked with ``for`` or ``async for``."""
        if "page" in kwargs or "per_page" in kwargs:
            raise ClientError("all() fetches every page: leave out page and per_page")

        def fetch(number: int, size: int) -> Steps[Page[T]]:
            call: Any = self.steps
            steps: Steps[Page[T]] = call(*args, **kwargs, page=number, per_page=size)
            return steps

        return Listing(fetch)

    def __call__(self, /, *args: P.args, **kwargs: P.kwargs) -> Page[T]:
        """One page."""
        return self._told(super().__call__(*args, **kwargs), kwargs)

    async def aio(self, /, *args: P.args, **kwargs: P.kwargs) -> Page[T]:
        """One page, awaited."""
        return self._told(await super().aio(*args, **kwargs), kwargs)

    def _told(self, page: Page[T], given: dict[str, Any]) -> Page[T]:
        tell_if_cut_short(self, len(page), page.total, page.has_next, given)
        return page


def tell_if_cut_short(
    listing: Operation[Any, Any], count: int, total: int | None, more: bool, given: dict[str, Any]
) -> None:
    """Say once that there is more, to who did not ask for a page."""
    if not more or "page" in given or "per_page" in given:
        return
    owner = listing._owner if isinstance(listing._owner, type) else type(listing._owner)
    name = f"{owner.__name__}.{listing.__name__}"
    if name not in _cut_short:
        _cut_short.add(name)
        of = f"{count} of {total}" if total is not None else f"the first {count}"
        message = f"{name}() gave {of}: {name}.all() gives all, and page= and per_page= say which"
        warnings.warn(message, CutShortWarning, stacklevel=4)


_cut_short: set[str] = set()
"""Listings that have been warned of."""


class Unbound:
    """Owner of an operation that was reached through the class and takes its object first."""

    __slots__ = ("cls",)

    def __init__(self, cls: type[Any]) -> None:
        self.cls = cls


class Declaration(Generic[P, R]):
    """What a decorator leaves in the class body."""

    operation: type[Operation[Any, Any]] = Operation

    def __init__(self, function: Callable[..., Any], endpoint: Endpoint | None = None, *, kind: str = "") -> None:
        self.function, self.endpoint, self.kind = function, endpoint, kind
        self.name = getattr(function, "__name__", kind)
        self.__doc__ = function.__doc__
        self.parameters = Parameters(function)
        if endpoint is not None:
            endpoint.declare(function, self.parameters)

    @cached_property
    def full_signature(self) -> Signature:
        """With the object or the class."""
        from inspect import signature

        return signature(self.function)

    @cached_property
    def signature(self) -> Signature:
        """What a call takes."""
        full = self.full_signature
        return full.replace(parameters=list(full.parameters.values())[1:])

    def steps(self, owner: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Steps[Any]:
        """The steps of one call."""
        if type(owner) is Unbound:
            if not args:
                raise TypeError(f"{self.name}() through the class takes its object first")
            owner, args = args[0], args[1:]
        try:
            if self.endpoint is not None:
                return self.endpoint.steps(owner, self.bound(args, kwargs), lambda: client_for(owner))
            try:
                steps: Steps[Any] = self.function(owner, *args, **kwargs)
            except TypeError:
                self.bound(args, kwargs)  # says it better, where it is about the arguments
                raise
            return steps
        except InvalidRequest as error:
            return _refused(error, owner)  # raised where nothing holds the arguments any more

    def bound(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Arguments:
        """The arguments that a call gives, by name.

        Raises:
            InvalidRequest: they are not what the operation takes.
        """
        given = self.parameters.bound(args, kwargs)
        if given is not None:
            return Arguments(given)
        try:
            given = self.signature.bind(*args, **kwargs).arguments
        except TypeError as error:
            from .wording import misused

            raise misused(self.name, self.signature, kwargs, error) from None
        more = given.pop("kwargs", {})
        if given.pop("args", None):
            raise InvalidRequest(f"{self.name}() takes its arguments by name")
        return Arguments(given, **more)


def _refused(error: InvalidRequest, owner: Any) -> Steps[Any]:
    """The steps of a call whose arguments are wrong."""
    name = "" if owner is None else f"{(owner if isinstance(owner, type) else type(owner)).__name__}."
    raise InvalidRequest(f"{name}{error.message}", field=error.field)
    yield


class _WithResponse(Declaration[Any, Any]):
    """A declaration whose steps also give the last answer they saw."""

    def __init__(self, declaration: Declaration[Any, Any]) -> None:
        self.__dict__.update(declaration.__dict__)
        self._declaration = declaration

    def steps(self, owner: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Steps[Any]:
        return _watched(self._declaration.steps(owner, args, kwargs))


def _watched(steps: Steps[R]) -> Steps[tuple[R, Response | None]]:
    last: Response | None = None

    def seen(reply: Any) -> None:
        nonlocal last
        if isinstance(reply, Response):
            last = reply

    return (yield from through(steps, on_reply=seen)), last


class MemberOperation(Declaration[P, R]):
    """An operation of one object."""

    @overload
    def __get__(self, obj: None, owner: type[Any]) -> Operation[Concatenate[Any, P], R]: ...
    @overload
    def __get__(self, obj: object, owner: type[Any]) -> Operation[P, R]: ...
    def __get__(self, obj: object | None, owner: type[Any]) -> Operation[Any, R]:
        return self.operation(self, Unbound(owner) if obj is None else obj)


class MemberListing(Declaration[P, Page[T]]):
    """A listing of one object."""

    operation = ListOperation

    @overload
    def __get__(self, obj: None, owner: type[Any]) -> ListOperation[Concatenate[Any, P], T]: ...
    @overload
    def __get__(self, obj: object, owner: type[Any]) -> ListOperation[P, T]: ...
    def __get__(self, obj: object | None, owner: type[Any]) -> ListOperation[Any, T]:
        return ListOperation(self, Unbound(owner) if obj is None else obj)


class CollectionOperation(Declaration[P, R]):
    """An operation of a class."""

    def __get__(self, obj: object | None, owner: type[Any]) -> Operation[P, R]:
        return self.operation(self, owner)


class CollectionListing(Declaration[P, Page[T]]):
    """A listing of a class; each takes a ``url`` to list instead, as `Resource.list` says."""

    operation = ListOperation

    def bound(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Arguments:
        if "url" not in kwargs or "url" in self.parameters.names:
            return super().bound(args, kwargs)
        rest = {name: value for name, value in kwargs.items() if name != "url"}
        return Arguments(super().bound(args, rest), url=kwargs["url"])

    def __get__(self, obj: object | None, owner: type[Any]) -> ListOperation[P, T]:
        return ListOperation(self, owner)


class AllOfOwner:
    """``Droplet.all(...)``, short for ``Droplet.list.all(...)``."""

    def __get__(self, obj: object | None, owner: type[O]) -> Callable[..., Listing[O]]:
        listing: Any = owner
        every: Callable[..., Listing[O]] = listing.list.all
        return every


class OfOwner(Declaration[P, Any]):
    """An operation of a class whose result is one of that class: ``Droplet.fetch(5)`` is a ``Droplet``."""

    def __get__(self, obj: object | None, owner: type[O]) -> Operation[P, O]:
        return Operation(self, owner)


def actions_of(cls: type[Any]) -> list[str]:
    """Names of the actions that a class and its bases declare."""
    found: dict[str, None] = {}
    for base in reversed(cls.__mro__):
        for declaration in vars(base).values():
            if isinstance(declaration, Declaration) and isinstance(declaration.endpoint, ActionEndpoint):
                found[declaration.name] = None
    return list(found)
