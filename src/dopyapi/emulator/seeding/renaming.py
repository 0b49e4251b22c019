"""Giving what was just made the identifier that a seed says, wherever its own one has got to."""

from __future__ import annotations

from typing import NamedTuple

from ..store import Store


class Mark(NamedTuple):
    """A moment in the life of a store: what comes after it has greater numbers."""

    document: int
    event: int
    usage: int


NOTHING = Mark(0, 0, 0)
"""Before all."""


def mark(store: Store) -> Mark:
    """Now."""
    row = [store.db.execute(f"select coalesce(max(n), 0) from {name}").fetchone()[0] for name in Mark._fields]
    return Mark(*row)


def rename_since(store: Store, since: Mark, kind: str, old: str, new: str) -> None:
    """Replace a UUID that was made since then by another one: in its document, and in all that came with it.

    A fresh UUID stands nowhere but there, so that its text can be replaced.
    """
    change = (old, new)
    store.write(
        "update document set key = replace(key, ?, ?), parent = replace(parent, ?, ?),"
        " body = cast(replace(cast(body as text), ?, ?) as blob),"
        " hidden = cast(replace(cast(hidden as text), ?, ?) as blob) where n > ?",
        (*change, *change, *change, *change, since.document),
    )
    store.write(
        "update event set subject = replace(subject, ?, ?), data = cast(replace(cast(data as text), ?, ?) as blob)"
        " where n > ?",
        (*change, *change, since.event),
    )
    _rename_relations(store, f"{kind}/{old}", f"{kind}/{new}")


def rename(store: Store, kind: str, old: str, new: str) -> None:
    """Replace an identifier that is the key of one document, and of what belongs to that."""
    before, after = f"{kind}/{old}", f"{kind}/{new}"
    store.write("update document set key = ? where kind = ? and key = ?", (new, kind, old))
    store.write("update document set parent = ? where parent = ?", (after, before))
    store.write("update event set subject = ? where subject = ?", (after, before))
    _rename_relations(store, before, after)


def _rename_relations(store: Store, before: str, after: str) -> None:
    store.write("update link set owner = ? where owner = ?", (after, before))
    store.write("update link set member = ? where member = ?", (after, before))
    store.write("update usage set subject = ? where subject = ?", (after, before))
