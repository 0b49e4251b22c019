"""Method and path of one API operation, how a call becomes a request for it, and the answer a value.

The signature is the declaration: a parameter named in the path goes there, the others go to the query (GET, DELETE)
or to the body. What the caller does not give is not sent; what is given is, ``None``, ``0`` and ``[]`` included.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, KeysView, Mapping, ValuesView
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints
from urllib.parse import parse_qs, quote, urlsplit

import msgspec

from .codec import decode, shape
from .envelope import envelope_of, listed_under, next_link, unwrapped
from .errors import ClientError, ResourceNotFoundError, unreadable
from .page import Page
from .secrets import Arguments
from .steps import Response, Steps

if TYPE_CHECKING:
    from .client import Client
    from .parameters import Parameters

PLACE = re.compile(r"{(\w+)}")
QUERIED = ("GET", "HEAD", "DELETE")
WAITS = ("wait", "wait_timeout", "on_progress")
"""Arguments of a creation that are none of the API's."""
Given = Mapping[str, Any]


class Endpoint:
    """One operation of the API, as a class body declares it.

    Args:
        method, path: as in DigitalOcean's documentation, below ``/v2``; ``{id}`` is a parameter or an attribute.
        key: the envelope's key, where it is not the resource's own.
        constants: what always goes out, such as an action's type.
        headers: further headers that always go out.
        accept: media type to ask for, where that is not JSON.
        paged: whether the API knows ``page`` and ``per_page``; where not, they slice what came.
        takes_url: a ``url`` argument replaces the path, and ``data`` is the body.
        sends_body: arguments go to the body, also of a DELETE.
        absent_is_done: of a DELETE: what is not there counts as deleted.
    """

    def __init__(
        self,
        method: str,
        path: str,
        key: str | None = None,
        *,
        constants: Given | None = None,
        headers: Mapping[str, str] | None = None,
        accept: str | None = None,
        paged: bool = True,
        takes_url: bool = False,
        sends_body: bool = False,
        absent_is_done: bool = True,
    ) -> None:
        self.method, self.path, self.key = method, path, key
        self.constants = dict(constants or {})
        self.headers, self.accept = headers, accept
        self.paged = paged
        self.takes_url = takes_url
        self.sends_body = sends_body or method not in QUERIED
        self.absent_is_done = absent_is_done
        self.guard: Callable[[Any], Steps[None]] | None = None
        """What is seen to before anything is sent; it may refuse the call."""
        self._pieces: list[str] = PLACE.split(path)  # what is in every call, and places, in turn
        self.places = tuple(self._pieces[1::2])

    def declare(self, function: Callable[..., Any], parameters: Parameters) -> None:
        """Learn the signature that stands under this endpoint."""
        self.function = function
        self.defaults = {
            name: value
            for name, value in parameters.defaults.items()
            if value is not None and name not in ("page", "per_page")
        }
        self.takes_token = "page_token" in parameters.names
        self._returns: Any = None

    @property
    def returns(self) -> Any:
        """The return annotation, resolved on first use."""
        if self._returns is None:
            try:
                self._returns = get_type_hints(self.function)["return"]
            except NameError:  # the core names a product's class
                from .schema import NAMED

                self._returns = get_type_hints(self.function, localns=NAMED)["return"]
        return self._returns

    def steps(self, owner: Any, given: Given, client: Callable[[], Client]) -> Steps[Any]:
        """One call."""
        if self.guard is not None:
            yield from self.guard(owner)
        given = yield from resolved(Arguments(self.constants | self.defaults | dict(given)))
        if not (self.takes_url and given.get("url")):
            for place in self.places:
                if place not in given and place != "_url":
                    yield from owner._known(place)
        via = client()
        try:
            response = yield from self.exchange(owner, given, via)
        except ResourceNotFoundError:
            if self.method != "DELETE" or not self.absent_is_done:
                raise
            return {"status": "deleted"}
        try:
            return self.result(owner, given, response, via)
        except (msgspec.DecodeError, UnicodeDecodeError) as problem:
            raise unreadable(response, self.method, self.path, problem) from None

    def exchange(self, owner: Any, given: Given, client: Client) -> Steps[Response]:
        """Send the request of one call."""
        rest = Arguments(given)
        url = rest.pop("url", None) if self.takes_url else None
        data = rest.pop("data", None) if self.takes_url else None
        if url:
            path = below(url)
            for place in self.places:
                rest.pop(place, None)
        else:
            path = self.filled(owner, rest)
        if not self.paged:
            rest.pop("page", None)
            rest.pop("per_page", None)
        if not self.sends_body:
            body, query, extra = as_body(data), rest, None
        else:
            extra = rest.pop("extra_body", None)
            extra = None if extra is None else Arguments(extra)
            body, query = self.body(owner, rest), Arguments()
            body = body and Arguments(body)  # tracebacks show no password in it
        if client.check and (query or self.sends_body) and not url:
            from .checking import check

            check(self, owner, query, body, given, extra or {})
        if extra is not None:
            body = {**(body or {}), **extra}
        del extra
        sent = client.exchange(self.method, path, query=query, body=body, accept=self.accept, headers=self.headers)
        del body, data
        return (yield from sent)

    def body(self, owner: Any, rest: dict[str, Any]) -> Any:
        """What goes out."""
        return rest or None

    def said(self, owner: Any, given: Given) -> Collection[str] | None:
        """Names of what is the caller's in a body, where not all of it is."""
        return None

    def filled(self, owner: Any, rest: dict[str, Any]) -> str:
        """The path of one call; what it takes from ``rest`` is gone from there."""
        pieces = self._pieces.copy()
        for at in range(1, len(pieces), 2):
            place = pieces[at]
            if place == "_url":
                if not owner._url:
                    raise ClientError(f"{owner.__name__} has no place of its own: give a url, or a class of resources")
                pieces[at] = str(owner._url)
                continue
            value = rest.pop(place) if place in rest else owner._place(place)
            if type(value) is int:
                pieces[at] = str(value)
            else:
                pieces[at] = quoted(value, owner._attribute_of(place) if place.startswith("_") else place, owner)
        return "".join(pieces)

    def result(self, owner: Any, given: Given, response: Response, client: Client) -> Any:
        """The answer as the return annotation says."""
        returns = self.returns
        if get_origin(returns) is Page:
            (item,) = get_args(returns)
            return self.page(owner, owner if item is Any and owner._url else item, given, response, client)
        if returns is bytes:
            return response.body
        if returns is str and self.key is None:
            return response.body.decode()
        if not response.body:
            return {"status": "deleted" if self.method == "DELETE" else "success"}
        if isinstance(returns, type) and hasattr(returns, "_from_raw"):
            kind: Any = returns
            made = kind._from_raw(unwrapped(response.body, self.key or kind._single), client)
            made._placed(self.surroundings(owner, given, kind))
            return made
        data = msgspec.json.decode(response.body)
        if self.key is not None and isinstance(data, dict):
            data = data.get(self.key)
        return decode(returns, data, client)

    def page(self, owner: Any, item: Any, given: Given, response: Response, client: Client) -> Page[Any]:
        """A page of items, each with a copy of its own bytes."""
        key = self.key or getattr(item, "_plural", None) or owner._plural
        if given.get("url"):
            key = listed_under(response.body, key, given["url"])
        envelope = envelope_of(key).decode(response.body or b"{}")
        raws = envelope.items or []
        if hasattr(item, "_from_raw"):
            scalars = item._laid_out().page(response.body, key) if raws else None
            items = item._from_page([*map(bytes, raws)], scalars, client)
            if surroundings := self.surroundings(owner, given, item):
                for each in items:
                    each._placed(surroundings)
        else:
            convert = shape(item).convert
            plain = [msgspec.json.decode(raw) for raw in raws]
            items = plain if convert is None else [convert(p, client) for p in plain]
        if not self.paged:
            return sliced(items, given)
        page, size = int(given.get("page") or 1), int(given.get("per_page") or 20)
        total = envelope.meta.total if envelope.meta else envelope.total_items
        if "per_page" not in given and "page" not in given and total is not None and len(items) == total:
            size = max(size, total)  # listings without paging give all at once
        if total is not None and not self.takes_token:
            return Page(items, total=total, page=page, per_page=size, has_next=page * size < total)
        # A token does not say which page it is for: the links know whether that was the last.
        following = next_link(envelope.links)
        more = following is not None if total is None or given.get("page_token") else page * size < total
        token = parse_qs(urlsplit(following or "").query).get("page_token", [None])[0]
        return Page(items, total=total, page=page, per_page=size, has_next=more, next_token=token)

    def surroundings(self, owner: Any, given: Given, kind: Any) -> dict[str, Any]:
        """What an object of this kind takes over from the path it came by: the domain of a record, say."""
        if not kind._surrounded_by:
            return {}
        return {
            place: given[place] if place in given else owner._place(place) for place in self.places if place != "_url"
        }


class ActionEndpoint(Endpoint):
    """``POST`` of an action: its type and its arguments go out."""

    def __init__(self, type: str, path: str = "/{_url}/{_action_attr}/actions") -> None:
        super().__init__("POST", path, "action", constants={"type": type})


class ActionsEndpoint(Endpoint):
    """What has to do with the actions on a resource, where it has any."""

    def steps(self, owner: Any, given: Given, client: Callable[[], Client]) -> Steps[Any]:
        if not owner._action_attrs:
            raise ClientError(f"{type(owner).__name__} has no actions; Action.list() has those of the whole account")
        return (yield from super().steps(owner, given, client))


def quoted(value: Any, place: str, owner: Any) -> str:
    """A value as one segment of a path: it cannot leave its place."""
    identifier = value._identifier() if hasattr(value, "_identifier") else value
    text = "" if identifier is None else str(identifier)
    if text in ("", ".", ".."):
        name = owner.__name__ if isinstance(owner, type) else type(owner).__name__
        raise ClientError(f"{place}={identifier!r} does not say which {name} is meant")
    return quote(text, safe="")


def below(url: str) -> str:
    """A path as people write it, ``droplets/5`` or ``/v2/droplets/5``, below the base URL; a full URL stays one."""
    if "://" in url:
        return url
    path = "/" + url.lstrip("/")
    return path.removeprefix("/v2") if path.startswith("/v2/") else path


def as_body(data: Any) -> Any:
    """A body that may have been encoded already."""
    return data.encode() if isinstance(data, str) else data


def sliced(items: list[Any], given: Given) -> Page[Any]:
    """The page that was asked for of a listing that the API gives at once; all of it unless one was."""
    total = len(items)
    if "page" not in given and "per_page" not in given:
        return Page(items, total=total, per_page=max(total, 1))
    page, size = int(given.get("page") or 1), int(given.get("per_page") or 20)
    return Page(
        items[(page - 1) * size : page * size], total=total, page=page, per_page=size, has_next=page * size < total
    )


def resolved(given: Given) -> Steps[Arguments]:
    """The arguments, those resources among them loaded whose identifier is not known yet."""
    # What can be walked only once is walked here.
    listed = Arguments((n, list(v) if isinstance(v, Iterator | KeysView | ValuesView) else v) for n, v in given.items())
    for value in listed.values():
        for item in value if isinstance(value, list | tuple) else (value,):
            if hasattr(item, "_identified"):
                yield from item._identified()
    return listed
