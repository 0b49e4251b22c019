"""Lists, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol
from urllib.parse import urlencode

import msgspec

from .context import Context, Ready, Reply
from .errors import unprocessable
from .selection import Selection

DEFAULT, MOST = 20, 200
_LAST_PAGE = 2**31
_encode = msgspec.json.Encoder().encode


class Listing(Protocol):
    """Whatever can be counted and cut into pages of JSON bytes."""

    def count(self) -> int:
        """How many there are."""
        ...

    def page(self, limit: int, offset: int = 0) -> list[bytes]:
        """Some of them."""
        ...


class Ranged:
    """A listing of things that are already in memory."""

    def __init__(self, items: Sequence[bytes]) -> None:
        self._items = items

    def count(self) -> int:
        """How many there are."""
        return len(self._items)

    def page(self, limit: int, offset: int = 0) -> list[bytes]:
        """Some of them."""
        return list(self._items[offset : offset + limit])


class Chained:
    """One listing after the other."""

    def __init__(self, *listings: Listing) -> None:
        self._listings = listings

    def count(self) -> int:
        """How many there are in all."""
        return sum(listing.count() for listing in self._listings)

    def page(self, limit: int, offset: int = 0) -> list[bytes]:
        """Some of them, across the seams."""
        found: list[bytes] = []
        for listing in self._listings:
            if len(found) == limit:
                break
            if offset < (here := listing.count()):
                found += listing.page(limit - len(found), offset)
                offset = 0
            else:
                offset -= here
        return found


def objects(items: Sequence[Any]) -> Ranged:
    """A listing of JSON-able objects."""
    return Ranged([_encode(item) for item in items])


def window(context: Context) -> tuple[int, int]:
    """The page and its length that were asked for; out of bounds means the nearest bound, strictly a refusal."""
    return _number(context, "page", 1, _LAST_PAGE), _number(context, "per_page", DEFAULT, MOST)


def _number(context: Context, name: str, default: int, most: int) -> int:
    text = context.query.get(name)
    if not text:
        return default
    digits = text[1:] if text[0] == "-" else text
    if not digits.isascii() or not digits.isdigit():
        if context.strict:
            raise unprocessable(f"{name} must be a number from 1 to {most}, not {text!r}")
        return default
    value = int(text) if len(text) < 12 else most if text[0] != "-" else 1
    if context.strict and not 1 <= value <= most:
        raise unprocessable(f"{name} must be a number from 1 to {most}, not {value}")
    return min(max(value, 1), most)


def links(context: Context, total: int, page: int, per_page: int) -> dict[str, Any]:
    """Links to the other pages: none on the only page; each keeps the rest of the query."""
    last = max(1, -(-total // per_page))
    found: dict[str, int] = {}
    if page > 1:
        found |= {"first": 1, "prev": min(page - 1, last)}
    if page < last:
        found |= {"next": page + 1, "last": last}
    if not found:
        return {}
    rest = urlencode([pair for pair in context.pairs if pair[0] != "page"])
    path = context.url(context.raw_path)
    return {"pages": {name: f"{path}?page={number}{rest and '&'}{rest}" for name, number in found.items()}}


def listed(context: Context, name: str, listing: Listing, **more: Any) -> Reply:
    """200 with one page: ``{name: [...], "links": ..., "meta": {"total": ...}}``."""
    page, per_page = window(context)
    offset = (page - 1) * per_page
    if context.store.fresh is not None:
        with context.store.listing():
            total, items = _cut(listing, per_page, offset)
    else:
        total, items = _cut(listing, per_page, offset)
    tail = {"links": links(context, total, page, per_page), "meta": {"total": total}, **more}
    return 200, Ready(b'{"%s":[%s],%s' % (name.encode(), b",".join(items), _encode(tail)[1:]))


def _cut(listing: Listing, limit: int, offset: int) -> tuple[int, list[bytes]]:
    total = listing.count()
    return total, listing.page(limit, offset) if offset < total else []


def whole(name: str, listing: Listing) -> Reply:
    """200 with everything, for the lists that have no pages."""
    if isinstance(listing, Selection):
        with listing.store.listing():
            return 200, Ready(b'{"%s":[%s]}' % (name.encode(), b",".join(listing.page(listing.count()))))
    return 200, Ready(b'{"%s":[%s]}' % (name.encode(), b",".join(listing.page(listing.count()))))
