"""One page of a listing, and a whole listing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Generic, TypeVar

from .errors import DOError
from .steps import Steps, adrive, drive

T = TypeVar("T")

LARGEST = 200
"""The most items the API puts on a page."""


class Page(list[T]):
    """One page of a listing: a plain list that also knows what it is part of.

    Attributes:
        total: how many items there are on all pages, or ``None`` where the API does not say.
        page, per_page: which page this is, and how many items a page has.
        has_next: whether there are further pages.
    """

    def __init__(
        self,
        items: Iterable[T] = (),
        *,
        total: int | None = None,
        page: int = 1,
        per_page: int = 20,
        has_next: bool = False,
    ) -> None:
        super().__init__(items)
        self.total, self.page, self.per_page, self.has_next = total, page, per_page, has_next

    @property
    def pages(self) -> int:
        """How many pages there are, at least this one."""
        if self.total is None:
            return self.page + self.has_next
        return max(1, -(-self.total // self.per_page))


class Listing(Generic[T]):
    """Everything a listing has, fetched as it is walked: ``for`` and ``async for`` both work.

    Nothing is sent before the first item is asked for. Each walk begins anew.
    """

    def __init__(self, fetch: Callable[[int], Steps[Page[T]]], identity: Callable[[T], object]) -> None:
        self._fetch, self._identity = fetch, identity

    def __iter__(self) -> Iterator[T]:
        walk = _Walk(self._fetch, self._identity)
        while not walk.finished:
            yield from drive(walk.more())

    async def __aiter__(self) -> AsyncIterator[T]:
        walk = _Walk(self._fetch, self._identity)
        while not walk.finished:
            for item in await adrive(walk.more()):
                yield item

    def steps(self) -> Steps[list[T]]:
        """All items, inside an operation."""
        walk = _Walk(self._fetch, self._identity)
        found: list[T] = []
        while not walk.finished:
            found += yield from walk.more()
        return found

    def __repr__(self) -> str:
        return "<Listing: walk it with for, async for or list()>"


class _Walk(Generic[T]):
    """One walk through all pages. Items that shift to a later page while we walk are not given twice."""

    def __init__(self, fetch: Callable[[int], Steps[Page[T]]], identity: Callable[[T], object]) -> None:
        self._fetch, self._identity = fetch, identity
        self._seen: set[object] = set()
        self._number = 0
        self.finished = False

    def more(self) -> Steps[list[T]]:
        """The items of the next page that were not on an earlier one."""
        self._number += 1
        page = yield from self._fetch(self._number)
        fresh = []
        for item in page:
            identity = self._identity(item)
            if identity is None or identity not in self._seen:
                self._seen.add(identity)
                fresh.append(item)
        self.finished = not page.has_next
        if page.has_next and not page:
            raise DOError(f"page {self._number} of the listing is empty, yet says that there are more")
        return fresh
