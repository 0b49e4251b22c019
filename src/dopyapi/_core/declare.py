"""Declaring operations. The verb and the whole path stand on the declaration line: paste a path from DigitalOcean's
documentation into grep and land on the method.

    @collection.list("/droplets")             Droplet.list()             one page, and .all()
    @collection.mapping("/.../policies")      Droplet.list_backup_policies(), and .all(), by name
    @collection.get("/projects/default")      Project.get_default()
    @member.list("/droplets/{id}/kernels")    droplet.list_kernels()
    @member.put("/tags/{name}/resources")     further verbs: get, post, put, patch, delete
    @member.create("/droplets")               droplet.create()
    @member.update("/vpcs/{vpc_id}")          vpc.patch(name="web"), which the object takes over
    load = member.load("/droplets/{id}")      droplet.load(), and what a lazy attribute does
    save = member.save("/images/{id}")        image.save()
    delete = member.delete_by("/images/{id}") image.delete()
    @action                                   POST .../actions with the method's name as type
    @procedure                                several steps, written as a generator
    save = unsupported("...")                 a call that the API does not have
    new = new_by(create)                      Droplet.new(...) is a Droplet, created
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Concatenate, Literal, ParamSpec, TypeVar, overload

from .changing import CreateEndpoint, SaveEndpoint, UpdateEndpoint
from .endpoint import ActionEndpoint, ActionsEndpoint, Endpoint
from .errors import ClientError
from .loading import LoadEndpoint
from .mapping import CollectionMapping, MappingEndpoint
from .operations import (
    CollectionListing,
    CollectionOperation,
    Declaration,
    Declared,
    MemberListing,
    MemberOperation,
    OfOwner,
    Operation,
)
from .page import Page
from .steps import Steps

if TYPE_CHECKING:
    from inspect import Signature

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")
M = TypeVar("M", bound=MemberOperation[Any, Any])


class collection:  # noqa: N801 - read as a word of the declaration
    """Operations of a class."""

    @staticmethod
    def list(path: str, *, key: str | None = None, paged: bool = True) -> Callable[
        [Declared[P, Page[T]]], CollectionListing[P, T]
    ]:  # fmt: skip
        endpoint = Endpoint("GET", path, key, paged=paged, takes_url=True)
        return lambda function: CollectionListing(function, endpoint)

    @staticmethod
    def mapping(path: str, *, key: str) -> Callable[[Declared[P, dict[str, T]]], CollectionMapping[P, T]]:
        """A listing that the API gives as an object, whose members are the items."""
        return lambda function: CollectionMapping(function, MappingEndpoint("GET", path, key))

    @staticmethod
    def get(path: str, *, key: str | None = None) -> Callable[[Declared[P, R]], CollectionOperation[P, R]]:
        return lambda function: CollectionOperation(function, Endpoint("GET", path, key))

    @staticmethod
    def post(path: str, *, key: str | None = None) -> Callable[[Declared[P, R]], CollectionOperation[P, R]]:
        return lambda function: CollectionOperation(function, Endpoint("POST", path, key))

    @staticmethod
    def put(path: str, *, key: str | None = None) -> Callable[[Declared[P, R]], CollectionOperation[P, R]]:
        return lambda function: CollectionOperation(function, Endpoint("PUT", path, key))

    @staticmethod
    def patch(path: str, *, key: str | None = None) -> Callable[[Declared[P, R]], CollectionOperation[P, R]]:
        return lambda function: CollectionOperation(function, Endpoint("PATCH", path, key))

    @staticmethod
    def delete(path: str, *, key: str | None = None) -> Callable[[Declared[P, R]], CollectionOperation[P, R]]:
        return lambda function: CollectionOperation(function, Endpoint("DELETE", path, key))

    @staticmethod
    def procedure(function: Declared[P, Steps[R]]) -> CollectionOperation[P, R]:
        """Several steps, written as a generator that takes the class."""
        return CollectionOperation(function)


class member:  # noqa: N801 - read as a word of the declaration
    """Operations of an object."""

    @staticmethod
    def list(path: str, *, key: str | None = None, paged: bool = True) -> Callable[
        [Declared[P, Page[T]]], MemberListing[P, T]
    ]:  # fmt: skip
        return lambda function: MemberListing(function, Endpoint("GET", path, key, paged=paged))

    @staticmethod
    def get(path: str, *, key: str | None = None, accept: str | None = None) -> Callable[
        [Declared[P, R]], MemberOperation[P, R]
    ]:  # fmt: skip
        return lambda function: MemberOperation(function, Endpoint("GET", path, key, accept=accept))

    @staticmethod
    def post(path: str, *, key: str | None = None) -> Callable[[Declared[P, R]], MemberOperation[P, R]]:
        return lambda function: MemberOperation(function, Endpoint("POST", path, key))

    @staticmethod
    def put(path: str, *, key: str | None = None) -> Callable[[Declared[P, R]], MemberOperation[P, R]]:
        return lambda function: MemberOperation(function, Endpoint("PUT", path, key))

    @staticmethod
    def patch(path: str, *, key: str | None = None) -> Callable[[Declared[P, R]], MemberOperation[P, R]]:
        return lambda function: MemberOperation(function, Endpoint("PATCH", path, key))

    @staticmethod
    def delete(
        path: str, *, body: bool = False, headers: dict[str, str] | None = None, absent_is_done: bool = True
    ) -> Callable[[Declared[P, R]], MemberOperation[P, R]]:
        endpoint = Endpoint("DELETE", path, headers=headers, sends_body=body, absent_is_done=absent_is_done)
        return lambda function: MemberOperation(function, endpoint)

    @staticmethod
    def create(
        path: str, *, key: str | None = None, only: tuple[str, ...] = (), answer: type[dict[str, Any]] = dict
    ) -> Callable[[Declared[P, dict[str, Any]]], MemberOperation[P, dict[str, Any]]]:
        """Create what the arguments and the attributes already set say.

        Args:
            path, key: as for every operation.
            only: the attributes that are sent, where save() takes more.
            answer: a dict whose repr is discreet.
        """
        endpoint = CreateEndpoint("POST", path, key, only=only, answer=answer)
        return lambda function: MemberOperation(function, endpoint)

    @staticmethod
    def update(path: str, *, key: str | None = None) -> Callable[
        [Declared[P, dict[str, Any]]], MemberOperation[P, dict[str, Any]]
    ]:  # fmt: skip
        """Change only what the arguments say; the object then is what the answer says."""
        return lambda function: MemberOperation(function, UpdateEndpoint("PATCH", path, key))

    @staticmethod
    def actions(path: str) -> Callable[[Declared[P, Page[T]]], MemberListing[P, T]]:
        return lambda function: MemberListing(function, ActionsEndpoint("GET", path))

    @staticmethod
    def action_of(path: str) -> Callable[[Declared[P, R]], MemberOperation[P, R]]:
        return lambda function: MemberOperation(function, ActionsEndpoint("GET", path, "action"))

    @staticmethod
    def load(path: str, *, key: str | None = None) -> MemberOperation[[], Any]:
        """Fetch the object by its path, or find it in the class's listing where it is known by something else."""
        return MemberOperation(_load, LoadEndpoint(path, key))

    @staticmethod
    def load_from_list(path: str) -> MemberOperation[[], Any]:
        """Find the object in a listing: it has no path of its own."""
        return MemberOperation(_load, LoadEndpoint(path, listed=True))

    @staticmethod
    def save(
        path: str, *, key: str | None = None, only: tuple[str, ...] = (), method: Literal["PUT", "PATCH"] = "PUT"
    ) -> MemberOperation[..., dict[str, Any]]:
        """Send every value of the object that can be changed; ``only`` names them where create() takes more."""
        return MemberOperation(_save, SaveEndpoint(method, path, key, only=only, takes_url=True))

    @staticmethod
    def delete_by(path: str) -> MemberOperation[..., dict[str, Any]]:
        """Delete the object."""
        return MemberOperation(_delete, Endpoint("DELETE", path, takes_url=True))


def _load(self: Any) -> Any:
    """Fetch every attribute, whatever was read or set before, and return the identifier.

    Raises:
        ResourceNotFoundError: there is none.
        ClientError: nothing says which is meant, or a name says several.
    """


def _save(self: Any, url: str | None = None) -> dict[str, Any]:  # type: ignore[empty-body]
    """Send all values that can be changed, those that were only read included, so that nothing is reset.

    Args:
        url: where to send them, instead of the resource's own place.

    Returns:
        The API's answer.
    """


def _delete(self: Any, url: str | None = None, data: Any = None) -> dict[str, Any]:  # type: ignore[empty-body]
    """Delete it; what is already gone counts as deleted.

    Args:
        url: where to send the request, instead of the resource's own place.
        data: a body to send with it.

    Returns:
        ``{"status": "deleted"}``.
    """


_load.__name__, _save.__name__, _delete.__name__ = "load", "save", "delete"


def action(function: Declared[P, R]) -> MemberOperation[P, R]:
    """``POST .../actions`` with the method's own name as its type."""
    return MemberOperation(function, ActionEndpoint(function.__name__))


def procedure(function: Declared[P, Steps[R]]) -> MemberOperation[P, R]:
    """An operation of several steps, written as a generator: never a bare ``yield``, always ``yield from``."""
    return MemberOperation(function)


class _Unsupported(Declaration[..., Any]):
    """Refuses the call, on the class and on objects."""

    def __get__(self, obj: object | None, owner: type[Any]) -> Operation[..., Any]:
        return Operation(self, obj if obj is not None else owner)

    def steps(self, owner: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Steps[Any]:
        cls = owner if isinstance(owner, type) else type(owner)
        raise ClientError(f"{cls.__name__} has no {self.kind}(): {self.__doc__}")
        yield


def unsupported(operation: str, alternative: str) -> Any:
    """A call of the base class that the API does not have for this one; it sends nothing and names the alternative."""

    def refused(self: Any, *args: Any, **kwargs: Any) -> Any: ...

    refused.__name__, refused.__doc__ = operation, alternative
    return _Unsupported(refused, kind=operation)


@overload
def new_by(create: MemberOperation[P, dict[str, Any]]) -> OfOwner[P]: ...
@overload
def new_by(create: MemberOperation[P, dict[str, Any]], *, of: str) -> OfOwner[Concatenate[Any, P]]: ...
def new_by(create: MemberOperation[Any, dict[str, Any]], *, of: str | None = None) -> OfOwner[Any]:
    """``Droplet.new(...)``: what ``create`` does, giving the object instead of the API's answer.

    Args:
        create: what is done.
        of: of a class whose objects live in others: the argument that says in which, and comes first.
    """

    def new(cls: Any, *args: Any, **kwargs: Any) -> Steps[Any]:
        if of is None:
            created = cls()
        elif args or of in kwargs:
            parent, args = (args[0], args[1:]) if args else (kwargs.pop(of), args)
            created = cls(parent)
        else:
            raise TypeError(f"{cls.__name__}.new() takes the {of} first")
        steps = created.create.steps(*args, **kwargs)
        del args, kwargs  # a private key among them is not for tracebacks
        yield from steps
        return created

    new.__doc__ = (create.__doc__ or "").replace("The API's answer", "The new object")
    return _New(new, create, of)


class _New(OfOwner[Any]):
    """Its signature is that of ``create``, behind the place it is made in."""

    def __init__(self, function: Callable[..., Any], create: MemberOperation[Any, Any], of: str | None) -> None:
        super().__init__(function)
        self._create, self._of = create, of

    @cached_property
    def signature(self) -> Signature:
        from inspect import Parameter

        parameters = list(self._create.signature.parameters.values())
        if self._of is not None:
            parameters.insert(0, Parameter(self._of, Parameter.POSITIONAL_OR_KEYWORD))
        return self._create.signature.replace(parameters=parameters)


def free_procedure(function: Callable[P, Steps[R]]) -> Operation[P, R]:
    """A procedure that belongs to no class."""

    def bound(owner: None, *args: P.args, **kwargs: P.kwargs) -> Steps[R]:
        return function(*args, **kwargs)

    bound.__name__, bound.__doc__ = function.__name__, function.__doc__
    return Operation(_Free(bound, function), None)


class _Free(Declaration[P, R]):
    """Its signature is that of the function, which has no owner to leave out."""

    def __init__(self, bound: Callable[..., Any], function: Callable[..., Any]) -> None:
        super().__init__(bound)
        self._free = function

    @cached_property
    def signature(self) -> Signature:
        from inspect import signature

        return signature(self._free)
