"""A whole listing: every item once, or an exception; never a part that looks like the whole.

The first page says how many items there are; the others are fetched several at a time unless they come at once, and
their items given in order.
The API takes no snapshot: while we walk, items come and go and move between pages. Two things guard against that:

- Pages overlap: each begins with the last item of the one before it or earlier. Where two neighbours share an item,
  nothing that was there all the time can have slipped between them, whatever came and went meanwhile, and however many
  requests were under way. It costs a page in ten.
- A pass over all pages has to agree with itself: each says the same total, and that many different items were on them.

A pass that does not hold is made again, and gives what was not given before; after ``MOST_PASSES`` there is an error.
So what is there from the first request to the last is given, once. What comes or goes in between may be or not.

Pages cannot overlap where items have no identifier, where the API says no total, or where it gives fewer than
``SMALLEST`` a page. There the totals alone guard, and as many items gone as come, between two pages, are not seen.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Hashable, Iterator, Mapping, Sequence
from time import perf_counter
from typing import Any, Generic, TypeVar

from msgspec import Struct

from .errors import ClientError, DOError
from .page import LARGEST, Page
from .steps import AT_ONCE, Steps, adrive, drive, together

T = TypeVar("T")

MOST_PASSES = 5
"""Passes over a listing that keeps changing before it is given up."""
SMALLEST = 20
"""Pages of fewer items do not overlap: too much of each would be spent on it."""
PAGE_LIMIT = re.compile(r"more than (\d+) items per page")

QUICK = 0.01
"""Seconds within which a page comes so soon that there is no wait to hide behind others: then one is fetched after the
other, since threads would only be in each other's way."""

Fetch = Callable[[int, int], Steps[Page[T]]]
"""The steps that fetch a page, by its number and size."""


class Listing(Generic[T]):
    """Everything a listing has, fetched as it is walked: ``for`` and ``async for`` both work.

    Nothing is sent before the first item is asked for. Each walk begins anew.

    Args:
        fetch: how a page is fetched.
        in_flight: how many pages are fetched at a time, once one has taken its time.
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


class Window(Struct, frozen=True):
    """A part of a listing that can be asked for as a page."""

    page: int
    size: int

    @property
    def end(self) -> int:
        """How many items there are up to its end."""
        return self.page * self.size


def overlapping(end: int, most: int) -> Window:
    """The window that has the last item before this end in it, and reaches farthest behind it.

    A window begins at a multiple of its size, so that the best size is rarely the largest.
    """
    best = Window(1, 0)
    for size in range(most, 1, -1):
        if best.end >= end - 1 + size:
            break  # no smaller one can reach farther
        best = max(best, Window((end - 1) // size + 1, size), key=lambda window: window.end)
    return best


class _Walk(Generic[T]):
    """One walk over a listing."""

    def __init__(self, fetch: Fetch[T], in_flight: int) -> None:
        self._fetch, self._in_flight = fetch, in_flight
        self._slow = False
        self._most = LARGEST
        self._overlap = True
        self._given: set[Hashable] = set()
        self._nameless_given = False
        self._passes = 0
        self._before: set[Hashable] | None = None
        self.finished = False
        self._begin()

    def _begin(self) -> None:
        """Begin a pass over all pages."""
        self._at: Window | None = None
        self._total: int | None = None
        self._totals: set[int | None] = set()
        self._nameless = 0
        self._found: set[Hashable] = set()
        self._neighbours: set[Hashable] | None = None
        self._torn = False

    def more(self) -> Steps[list[T]]:
        """Fetch some pages; their items that were not given before."""
        began = perf_counter()
        if self._at is None:
            pages = [(yield from self._first())]
            self._at = Window(1, self._most)
        else:
            windows = self._coming(self._at)
            pages = yield from together([self._fetch(w.page, w.size) for w in windows], self._in_flight)
            self._at = windows[-1]
        self._slow = self._slow or perf_counter() - began > QUICK
        fresh: list[T] = []
        for page in pages:
            self._totals.add(page.total)
            fresh += self._fresh(page)
        last = pages[-1]
        self._total = last.total
        # No total to go by: follow the links, one page at a time.
        if not (last and last.has_next) if last.total is None else self._at.end >= last.total:
            self._end_pass()
        return fresh

    def _first(self) -> Steps[Page[T]]:
        """The first page, at the size that the API allows."""
        try:
            page = yield from self._fetch(1, self._most)
        except ClientError as refusal:
            limit = PAGE_LIMIT.search(refusal.message)
            if limit is None or not 0 < int(limit[1]) < self._most:
                raise
            self._most = int(limit[1])
            page = yield from self._fetch(1, self._most)
        if page.total is not None and 0 < len(page) < min(self._most, page.total):
            self._most = len(page)  # it gives less than was asked for, and does not say so
        if page.total is None or self._most < SMALLEST or None in identities_of(page):
            self._overlap = False
        return page

    def _coming(self, at: Window) -> list[Window]:
        """What to ask for next."""
        windows: list[Window] = []
        most = self._in_flight if self._slow else 1
        while len(windows) < most and (not windows or (self._total is not None and at.end < self._total)):
            at = overlapping(at.end, self._most) if self._overlap else Window(at.page + 1, at.size)
            windows.append(at)
            if self._total is None:
                break
        return windows

    def _fresh(self, page: Page[T]) -> list[T]:
        fresh: list[T] = []
        here: set[Hashable] = set()
        for item, identity in zip(page, identities_of(page), strict=True):
            if identity is None:
                self._nameless += 1
                if not self._overlap and not self._nameless_given:
                    fresh.append(item)
                continue
            here.add(identity)
            if identity not in self._given:
                self._given.add(identity)
                fresh.append(item)
        self._found |= here
        if self._overlap and self._neighbours is not None and self._neighbours.isdisjoint(here):
            self._torn = True
        self._neighbours = here
        return fresh

    def _end_pass(self) -> None:
        self._passes += 1
        total, count = self._total, len(self._found) + self._nameless
        if self._overlap and self._nameless:
            self._overlap = False  # what cannot be told apart must not come twice
            self._torn = True
        elif self._nameless:
            self._nameless_given = True
        agrees = total is None or (len(self._totals) == 1 and count == total)
        # Two whole passes that found the same: it is the order that does not hold, and nothing was missed.
        if agrees and (not self._torn or self._found == self._before):
            self.finished = True
        elif self._passes == MOST_PASSES:
            why = f"found {count} items where {total} were announced"
            if agrees:
                why = "had neighbouring pages without a common item"
            raise DOError(f"the listing changed during each of {MOST_PASSES} passes over it: the last {why}")
        else:
            self._before = self._found if agrees else None
            self._begin()


def identities_of(items: Sequence[Any]) -> Sequence[Hashable | None]:
    """What tells each of them from the others."""
    at_a_glance = getattr(type(items[0]), "_identities", None) if items else None
    found = at_a_glance(items) if at_a_glance is not None else None
    return found if found is not None else [identity_of(item) for item in items]


def identity_of(item: Any) -> Hashable | None:
    """What tells an item from the others, where there is anything."""
    if isinstance(item, tuple):
        item = {"id": item[0]}  # a member of an object, by its name
    if isinstance(item, Mapping):
        key = item.get("id", item.get("uuid"))
        return key if isinstance(key, Hashable) else None
    identity: Hashable | None = getattr(item, "_identity", None)
    return identity
