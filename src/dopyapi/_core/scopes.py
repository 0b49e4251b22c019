"""Scopes: what a token must be allowed to do, as the table of facts says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice, product
from types import NoneType
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import msgspec

from .._facts import Operation as Fact
from .._facts.routes import routes
from .._facts.scopes import required
from .endpoint import Endpoint
from .errors import ClientError, ClientForbiddenError
from .operations import Declaration, OfOwner, Operation, Unbound
from .schema import in_body

if TYPE_CHECKING:
    from .errors import APIError
    from .exchange import Exchange

PLACE = re.compile(r"{[^}]*}")
AMOUNTS_TO = {"new": "create", "fetch": "load"}
"""What those operations send that give an object of the class."""
MOST_COMBINATIONS = 10_000
"""Of alternatives that are tried to find the smallest set; beyond, each need takes what adds least."""


class Scopes(frozenset[str]):
    """A set of scopes that suffices, such as ``{"droplet:create"}``.

    Where the API is content with any of several sets, it is the first of them.

    Args:
        alternatives: the sets of scopes of which each suffices; none where no scope is needed.
    """

    alternatives: tuple[frozenset[str], ...]
    """All sets of which each suffices; one for most operations."""

    def __new__(cls, *alternatives: Iterable[str]) -> Scopes:
        sets = tuple(dict.fromkeys(frozenset(a) for a in alternatives)) or (frozenset[str](),)
        made = super().__new__(cls, sets[0])
        made.alternatives = sets
        return made

    def satisfied_by(self, granted: Iterable[str]) -> bool:
        """Whether a token that has these scopes has enough.

        Args:
            granted: the scopes that it has.
        """
        have = frozenset(granted)
        return any(a <= have for a in self.alternatives)

    def __str__(self) -> str:
        return " or ".join(" and ".join(sorted(a)) for a in self.alternatives) or "no scope"

    def __repr__(self) -> str:
        return f"Scopes({', '.join(repr(sorted(a)) for a in self.alternatives if a)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Scopes, self.alternatives


def least(needs: Iterable[Iterable[Iterable[str]]]) -> Scopes:
    """The smallest set of scopes that satisfies every need.

    Args:
        needs: each a list of alternatives.
    """
    distinct = list[tuple[frozenset[str], ...]](dict.fromkeys(tuple(frozenset(a) for a in n) for n in needs))
    sure = frozenset[str]().union(*(need[0] for need in distinct if len(need) == 1))
    open_ = [need for need in distinct if len(need) > 1 and not any(a <= sure for a in need)]
    ways = list(islice(product(*open_), MOST_COMBINATIONS + 1))
    if len(ways) <= MOST_COMBINATIONS:
        smallest = min((sure.union(*way) for way in ways), key=len)
        return Scopes(smallest)
    found = sure
    for need in open_:
        found |= min((a - found for a in need), key=len)
    return Scopes(found)


def required_scopes(operation: Any) -> Scopes:
    """The scopes that a token needs for an operation, as the official document says.

    What an operation asks for besides is not counted: a resource that is known only by its name is looked up, and
    ``save()`` loads first what it does not know. ``recording()`` counts everything.

    Args:
        operation: ``Droplet.create``, ``droplet.reboot``, ``Droplet.list`` and so on.

    Returns:
        A frozenset of scopes; its ``alternatives`` are all the sets of which each suffices.

    Raises:
        ClientError: what it sends depends on what it finds, or is not in the official document.

    Example:
        ```python
        import dopyapi as do

        print(do.required_scopes(do.Droplet.create))
        ```

        ```text
        droplet:create
        ```
    """
    if not isinstance(operation, Operation):
        raise TypeError(f"required_scopes() takes an operation such as Droplet.create, not {operation!r}")
    cls = class_of(operation._owner)
    name = f"{cls.__name__}.{operation.__name__}" if cls else operation.__name__
    endpoint = endpoint_of(cls, operation._declaration)
    if operation._declaration.kind:
        raise ClientError(f"{name}() sends nothing: {operation.__doc__}")
    if endpoint is None:
        raise ClientError(
            f"what {name}() sends depends on what it finds: run it within do.recording(), whose scopes are those that "
            "it needed"
        )
    found = fact(endpoint, cls)
    if found is None:
        raise ClientError(f"the official document does not have {endpoint.method} {endpoint.path}, which {name}() is")
    return Scopes(*required(found, endpoint.constants))


def needed_by(exchange: Exchange) -> Scopes:
    """What one request needs: its operation, and what is said in it."""
    operation = exchange.operation
    if operation is None:
        return Scopes()
    try:
        body = msgspec.json.decode(exchange.request.body or b"null")
    except (msgspec.DecodeError, UnicodeDecodeError):
        body = None
    query = parse_qs(urlsplit(exchange.request.url).query, keep_blank_values=True)
    return Scopes(*required(operation, body if isinstance(body, dict) else None, query))


def class_of(owner: Any) -> Any:
    """The class whose operation it is; ``None`` of one that belongs to no class."""
    cls = owner.cls if isinstance(owner, Unbound) else owner if isinstance(owner, type) else type(owner)
    managed = getattr(cls, "_managed", None)
    return managed or (cls if cls is not NoneType else None)


def endpoint_of(cls: Any, declaration: Declaration[Any, Any]) -> Endpoint | None:
    """What an operation sends; of a procedure, what it prepares: ``add_rules()`` sends ``_add_rules``."""
    if declaration.endpoint is not None:
        return declaration.endpoint
    other = AMOUNTS_TO.get(declaration.name) if isinstance(declaration, OfOwner) else f"_{declaration.name}"
    sent = in_body(cls, other) if other and cls is not None else None
    return endpoint_of(cls, sent) if isinstance(sent, Declaration) else None


def fact(endpoint: Endpoint, cls: Any) -> Fact | None:
    """What the table of facts knows of a declaration."""
    path = endpoint.path.replace("{_url}", getattr(cls, "_url", None) or "{_url}").partition("?")[0]
    route, _, _ = routes().find(endpoint.method, "/v2" + PLACE.sub("1", path))
    return route.operation if route else None


def name_scopes(error: APIError, exchange: Exchange) -> None:
    """Let a 403 say what its operation needs."""
    operation = exchange.operation
    if isinstance(error, ClientForbiddenError) and operation is not None and operation.scopes:
        error.required_scopes = needed_by(exchange)
