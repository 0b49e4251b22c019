"""How an object that knows which resource it is learns the rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from .endpoint import Endpoint, Given
from .envelope import envelope_of, member, unwrapped
from .errors import ClientError, ResourceNotFoundError, unreadable
from .fields import Field
from .page import LARGEST
from .steps import Response, Steps

if TYPE_CHECKING:
    from .client import Client


class LoadEndpoint(Endpoint):
    """Fetch one object by path, or find it in the listing.

    Args:
        path: the object's own path; with ``listed`` the path of the listing, which is all there is.
    """

    def __init__(self, path: str, key: str | None = None, *, listed: bool = False) -> None:
        super().__init__("GET", path, key)
        self.listed = listed
        self._own_places: dict[type[Any], str | None] = {}

    def own_place(self, owner: Any) -> str | None:
        """The place of the object's own identifier in the path; a singleton has none."""
        kind = type(owner)
        if kind not in self._own_places:
            names = ("_id_attr", owner._id_attr) if owner._id_attr in owner._fields else ()
            own = (p for p in self.places if p in names or owner._attribute_of(p) in names)
            self._own_places[kind] = next(own, None)
        return self._own_places[kind]

    def possible(self, owner: Any) -> bool:
        """Whether enough is known to fetch the object."""
        if self.listed or self.own_place(owner) is not None:
            return any(owner._peek_key(f) is not None for f in owner._fetch_fields)
        return all(owner._place(place) is not None for place in self.places)

    def steps(self, owner: Any, given: Given, client: Callable[[], Client]) -> Steps[Any]:
        yield from owner._refresh(keep=False)
        return owner._get_id()

    def fetch(self, owner: Any, client: Client) -> Steps[bytes]:
        """The object's JSON."""
        own = self.own_place(owner)
        if own is None and not self.listed:
            response = yield from client.exchange("GET", self.filled(owner, {}))
            return self._single(owner, response)
        for field in owner._fetch_fields:
            value = owner._peek_key(field)
            if value is None:
                continue
            if field.fetch == "path" and not self.listed:
                response = yield from client.exchange("GET", self.filled(owner, {own or field.name: value}))
                return self._single(owner, response)
            return (yield from self._found(owner, field, value, client))
        ways = " or ".join(f.name for f in owner._fetch_fields)
        raise ClientError(f"nothing says which {type(owner).__name__} is meant: set {ways}")

    def _single(self, owner: Any, response: Response) -> bytes:
        key = self.key or owner._single
        raw = member(response.body, key)
        if raw is not None:
            return raw
        try:
            bare = unwrapped(response.body, key) if response.body else b"{}"
            absent = not response.body or key in msgspec.json.decode(bare)
        except (msgspec.DecodeError, UnicodeDecodeError) as problem:
            raise unreadable(response, "GET", self.path, problem) from None
        if absent:
            raise ResourceNotFoundError(f"the answer holds no {type(owner).__name__}")
        return bare

    def _found(self, owner: Any, field: Field[Any], value: Any, client: Client) -> Steps[bytes]:
        """The one item of the whole listing that fits."""
        listing = owner._listing_endpoint()
        path = self.filled(owner, {}) if self.listed else listing.filled(owner, {})
        query: dict[str, Any] = {field.wire: value} if field.fetch == "query" else {}
        decoder = envelope_of(listing.key or owner._plural)
        found: dict[Any, bytes] = {}
        page = seen = 0
        while True:
            page += 1
            paging = {"page": page, "per_page": LARGEST} if listing.paged else {}
            response = yield from client.exchange("GET", path, query={**query, **paging})
            envelope = decoder.decode(response.body)
            items = envelope.items or []
            seen += len(items)
            for raw in items:
                item = msgspec.json.decode(raw)
                if item.get(field.wire) == value:
                    found[item.get(owner._id_wire())] = bytes(raw)
            total = envelope.meta.total if envelope.meta else None
            if not items or total is None or page * LARGEST >= total or not listing.paged:
                break
        what = f"{type(owner).__name__} with {field.name}={value!r}"
        if not found:
            raise ResourceNotFoundError(f"there is no {what} among {seen}", id="not_found", method="GET", path=path)
        if len(found) > 1:
            ids = ", ".join(str(id) for id in found)
            raise ClientError(f"there are {len(found)} of {what}: say which by its {owner._id_attr}, one of {ids}")
        return next(iter(found.values()))
