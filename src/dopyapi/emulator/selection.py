"""Choosing documents by what they are indexed by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from . import tally
from .document import COLUMNS, Document

if TYPE_CHECKING:
    from .store import Store


class Selection:
    """Documents chosen by indexed columns, in order of creation or newest first.

    Parameters:
        facet: the second filter of the kind, such as ``snapshot`` among images.
        parent: what they belong to, such as ``droplet/123`` or a domain's name.
        name: their name.
        tag: a tag they carry, in any case.
        newest: newest first.
    """

    def __init__(
        self,
        store: Store,
        kinds: Sequence[str],
        *,
        facet: str | None = None,
        parent: str | None = None,
        name: str | None = None,
        tag: str | None = None,
        newest: bool = False,
    ) -> None:
        self.store, self._kinds, self._facet = store, kinds, facet
        self._plain = parent is None and name is None and tag is None
        if len(kinds) == 1 and facet is not None and store.count(kinds[0], facet) == store.count(kinds[0]):
            facet = None  # the filter would choose everything: the index on the kind alone pages faster
        # A tag, a parent or a name has few documents, a kind or a facet many: their index is used only without those.
        few = "+" if tag is not None else ""
        where = [f"{few}d.kind = ?" if len(kinds) == 1 else f"{few}d.kind in ({','.join('?' * len(kinds))})"]
        values: list[Any] = list(kinds)
        for column, value in (("parent", parent), ("name", name), ("facet", facet)):
            if value is not None:
                where.append(f"{'+' if few or (column == 'facet' and not self._plain) else ''}d.{column} = ?")
                values.append(value)
        source, order = "document d", "d.n"
        if tag is not None:
            if len(kinds) == 1 and len(where) == 1:
                # Answered from the index of tags alone.
                source, order, where, values = "tagging t", "t.doc", ["t.tag = ?", "t.kind = ?"], [tag, *kinds]
            else:
                where.append("d.n in (select doc from tagging where tag = ?)")
                values.append(tag)
        self._from = f"{source} where {' and '.join(where)}"
        self._values = values
        self._n = order
        self._newest = newest
        named = [tally.of(kind, facet=facet, parent=parent, tag=tag) if name is None else None for kind in kinds]
        self._lists = [one for one in named if one is not None] if None not in named else []

    def count(self) -> int:
        """How many there are."""
        if self._plain and not self.store.unlisted:
            return sum(self.store.count(kind, self._facet) for kind in self._kinds)
        if self._lists and not self.store.unlisted:
            return self.store.tally.count(self._lists)
        counted = f"select count(*) from {self._from}{self._known}"
        found: int = self.store.db.execute(counted, self._values).fetchone()[0]
        return found

    @property
    def _known(self) -> str:
        unlisted = self.store.unlisted
        return f" and {self._n} not in ({','.join(map(str, unlisted))})" if unlisted else ""

    def _rows(self, columns: str, limit: int, offset: int) -> list[Any]:
        # The page is found in an index, from near it on; only its own documents are read.
        known, backwards = self._known, self._newest
        if self._lists and not known and limit > 0 and offset > 0:
            position = offset
            if backwards:
                total = self.count()
                limit = max(0, min(limit, total - offset))
                position, backwards = total - offset - limit, False
            first, offset = self.store.tally.seek(self._lists, position)
            known = f" and {self._n} >= {first}"
        order = f"{self._n}{' desc' if backwards else ''}"
        found = f"select {self._n} as n from {self._from}{known} order by {order} limit ? offset ?"
        return self.store.db.execute(
            f"select {columns} from ({found}) page join document using (n) order by n{' desc' if self._newest else ''}",
            [*self._values, limit, max(0, offset)],
        ).fetchall()

    def page(self, limit: int, offset: int = 0) -> list[bytes]:
        """Some of them as clients see them."""
        shown = self.store.shown
        return [shown(body, refs) for body, refs in self._rows("body, refs", limit, offset)]

    def documents(self, limit: int = -1, offset: int = 0) -> list[Document]:
        """Some or all of them, to be read or changed."""
        return [Document(row) for row in self._rows(COLUMNS, limit, offset)]

    def keys(self) -> list[str]:
        """The identifiers of all."""
        return [row[0] for row in self._rows("key", -1, 0)]

    def first(self) -> Document | None:
        """The first of them, if there is any."""
        return next(iter(self.documents(1)), None)

    def __iter__(self) -> Iterator[Document]:
        return iter(self.documents())
