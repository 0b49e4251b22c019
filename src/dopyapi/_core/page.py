"""One page of a listing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")

LARGEST = 200
"""The most items the API puts on a page."""


class Page(list[T]):
    """One page of a listing: a plain list that also knows what it is part of.

    Args:
        items: what is on it.

    Attributes:
        total: how many items there are on all pages, or ``None`` where the API does not say.
        page, per_page: which page this is, and how many items a page has.
        has_next: whether there are further pages.
        next_token: what the next page can be asked for by, where the listing takes a ``page_token``.
    """

    def __init__(
        self,
        items: Iterable[T] = (),
        *,
        total: int | None = None,
        page: int = 1,
        per_page: int = 20,
        has_next: bool = False,
        next_token: str | None = None,
    ) -> None:
        super().__init__(items)
        self.next_token = next_token
        self.total, self.page, self.per_page, self.has_next = total, page, per_page, has_next

    @property
    def pages(self) -> int:
        """How many pages there are, at least this one."""
        if self.total is None:
            return self.page + self.has_next
        return max(1, -(-self.total // self.per_page))


class CutShortWarning(UserWarning):
    """A listing was asked for without saying which page, and has more than the one that came."""
