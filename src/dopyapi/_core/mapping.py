"""Listings that come as an object, whose members are the items: ``{"policies": {"5": {...}}}``."""

from __future__ import annotations

from typing import Any, ParamSpec, TypeVar

import msgspec

from .client import Client
from .endpoint import Endpoint, Given
from .envelope import Meta
from .errors import ClientError
from .listing import Listing
from .operations import Declaration, Operation, tell_if_cut_short
from .page import Page
from .steps import Response, Steps

P = ParamSpec("P")
T = TypeVar("T")


class Portion(dict[str, T]):
    """One page of such a listing: a plain dict that also knows how many items there are on all pages."""

    total: int | None = None
    has_next = False


class _Envelope(msgspec.Struct):
    meta: Meta | None = None


_ENVELOPE = msgspec.json.Decoder(_Envelope)


class MappingEndpoint(Endpoint):
    """``GET`` of a page of a listing that comes as an object."""

    def result(self, owner: Any, given: Given, response: Response, client: Client) -> Portion[Any]:
        portion: Portion[Any] = Portion(super().result(owner, given, response, client))
        meta = _ENVELOPE.decode(response.body).meta
        if meta is not None and meta.total is not None:
            portion.total = meta.total
            portion.has_next = int(given.get("page") or 1) * int(given.get("per_page") or 20) < meta.total
        return portion


class MappingOperation(Operation[P, dict[str, T]]):
    """An operation that gives one page of such a listing, and can give all of it."""

    def all(self, /, *args: P.args, **kwargs: P.kwargs) -> Listing[tuple[str, T]]:
        """Everything the listing has, each item with its name: walk it, or make it a ``dict``."""
        if "page" in kwargs or "per_page" in kwargs:
            raise ClientError("all() fetches every page: leave out page and per_page")
        call: Any = self.steps

        def fetch(number: int, size: int) -> Steps[Page[tuple[str, T]]]:
            portion: Portion[T] = yield from call(*args, **kwargs, page=number, per_page=size)
            return Page(
                portion.items(), total=portion.total, page=number, per_page=size, has_next=portion.has_next
            )  # fmt: skip

        return Listing(fetch)

    def __call__(self, /, *args: P.args, **kwargs: P.kwargs) -> dict[str, T]:
        """One page."""
        return self._told(super().__call__(*args, **kwargs), kwargs)

    async def aio(self, /, *args: P.args, **kwargs: P.kwargs) -> dict[str, T]:
        """One page, awaited."""
        return self._told(await super().aio(*args, **kwargs), kwargs)

    def _told(self, portion: Any, given: dict[str, Any]) -> dict[str, T]:
        tell_if_cut_short(self, len(portion), portion.total, portion.has_next, given)
        whole: dict[str, T] = portion
        return whole


class CollectionMapping(Declaration[P, dict[str, T]]):
    """Such a listing of a class."""

    operation = MappingOperation

    def __get__(self, obj: object | None, owner: type[Any]) -> MappingOperation[P, T]:
        return MappingOperation(self, owner)
