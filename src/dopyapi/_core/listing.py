"""A whole listing: every item once, or an exception; never a part that looks like the whole.

The first page says how many items there are; the others are fetched several at a time, and their items given in order.
The API takes no snapshot: while we walk, items come and go and move between pages. So a walk ends only with a pass over
all pages that agrees with itself: each page says the same total, and that many different items were on them. A pass
that does not is made again, and gives what was not given before.

What cannot be seen: as many items gone as come, between the fetching of two pages, so that the total stays as it was.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Hashable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from .errors import ClientError, DOError
from .page import LARGEST, Page
from .steps import AT_ONCE, Steps, adrive, drive, together

T = TypeVar("T")

MOST_PASSES = 5
"""Passes over a listing that keeps changing before it is given up."""
PAGE_LIMIT = re.compile(r"more than (\d+) items per page")

Fetch = Callable[[int, int], Steps[Page[T]]]
"""The steps that fetch a page, by its number and size."""


class Listing(Generic[T]):
    """Everything a listing has, fetched as it is walked: ``for`` and ``async for`` both work.

    Nothing is sent before the first item is asked for. Each walk begins anew.

    Args:
        fetch: how a page is fetched.
        in_flight: how many pages are fetched at a time.
    """

    def __init__(self, fetch: Fetch[T], in_flight: int = AT_ONCE) -> None:
        self._fetch, self._in_flight = fetch, in_flight

    def __iter__(self) -> Iterator[T]:
        walk = _Walk(self._fetch, self._in_flight)
        while not walk.finished:
            yield from drive(walk.more())

    async def __aiter__(self) -> AsyncIterator[T]:
        walk = _Walk(self._fetch, self._in_flight)
        while not walk.finished:
            for item in await adrive(walk.more()):
                yield item

    def steps(self) -> Steps[list[T]]:
        """All items, inside an operation."""
        walk = _Walk(self._fetch, self._in_flight)
        found: list[T] = []
        while not walk.finished:
            found += yield from walk.more()
        return found

    def __repr__(self) -> str:
        return "<Listing: walk it with for, async for or list()>"


class _Walk(Generic[T]):
    """One walk over a listing."""

    def __init__(self, fetch: Fetch[T], in_flight: int) -> None:
        self._fetch, self._in_flight = fetch, in_flight
        self._size = LARGEST
        self._given: set[Hashable] = set()
        self._passes = 0
        self.finished = False
        self._begin()

    def _begin(self) -> None:
        """Begin a pass over all pages."""
        self._next = 1
        self._last: int | None = None
        self._totals: set[int | None] = set()
        self._unnamed = 0
        self._found: set[Hashable] = set()

    def more(self) -> Steps[list[T]]:
        """Fetch some pages; their items that were not given before."""
        if self._next == 1:
            pages = [(yield from self._first())]
        else:
            assert self._last is not None
            numbers = range(self._next, min(self._next + self._in_flight, self._last + 1))
            pages = yield from together([self._fetch(n, self._size) for n in numbers], self._in_flight)
        fresh: list[T] = []
        for page in pages:
            self._next += 1
            self._totals.add(page.total)
            fresh += self._fresh(page)
        last = pages[-1]
        if last.total is None:
            # No total to go by: follow the links, one page at a time.
            self._last = self._next if last.has_next and last else 0
        else:
            self._last = -(-last.total // self._size)
        if self._next > self._last:
            self._end_pass(last.total)
        return fresh

    def _first(self) -> Steps[Page[T]]:
        """The first page, at the size that the API allows."""
        try:
            page = yield from self._fetch(1, self._size)
        except ClientError as refusal:
            limit = PAGE_LIMIT.search(refusal.message)
            if limit is None or not 0 < int(limit[1]) < self._size:
                raise
            self._size = int(limit[1])
            page = yield from self._fetch(1, self._size)
        if page.total is not None and 0 < len(page) < min(self._size, page.total):
            self._size = len(page)  # it gives less than was asked for, and does not say so
        return page

    def _fresh(self, page: Page[T]) -> list[T]:
        fresh = []
        for item in page:
            identity = identity_of(item)
            if identity is None:
                self._unnamed += 1
                if not self._passes:
                    fresh.append(item)
                continue
            self._found.add(identity)
            if identity not in self._given:
                self._given.add(identity)
                fresh.append(item)
        return fresh

    def _end_pass(self, total: int | None) -> None:
        self._passes += 1
        agrees = total is None or (len(self._totals) == 1 and len(self._found) + self._unnamed == total)
        if agrees:
            self.finished = True
        elif self._passes == MOST_PASSES:
            raise DOError(
                f"the listing changed during each of {MOST_PASSES} passes over it: the last found "
                f"{len(self._found) + self._unnamed} items where {total} were announced"
            )
        else:
            self._begin()


def identity_of(item: Any) -> Hashable | None:
    """What tells an item from the others, where there is anything."""
    if isinstance(item, Mapping):
        key = item.get("id", item.get("uuid"))
        return key if isinstance(key, Hashable) else None
    identity: Hashable | None = getattr(item, "_identity", None)
    return identity
