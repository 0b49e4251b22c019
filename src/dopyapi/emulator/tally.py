"""How many documents each list has, by ranges of their numbers, so that no count or page costs more in a larger fleet.

SQLite keeps the tally itself, by triggers, in the transaction of the change. A list is a kind (``k:droplet``), a kind
and its facet (``f:image:snapshot``) or parent (``p:droplet:vpc/1b2c...``), the documents of a kind with a tag
(``t:web:droplet``) or those in a project (``a:`` and its number).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

_BITS = 10
"""A range has this many bits' worth of numbers: the least that is counted through to find a document."""


def _change(list: str, n: str, by: int) -> str:
    if by < 0:
        return f"update tally set count = count - 1 where list = {list} and range = {n} >> {_BITS};"
    added = f"insert into tally values ({list}, {n} >> {_BITS}, 1)"
    return f"{added} on conflict (list, range) do update set count = count + 1;"


def _followed(name: str, table: str, n: str, row: str, when: str = "true") -> str:
    """Triggers that count the rows of a table in a list, which an expression over ``row.`` names."""
    new, old = row.replace("row.", "new."), row.replace("row.", "old.")
    coming, going = when.replace("row.", "new."), when.replace("row.", "old.")
    return f"""
create trigger if not exists {name}_comes after insert on {table} when {coming} begin {_change(new, f"new.{n}", 1)} end;
create trigger if not exists {name}_goes after delete on {table} when {going} begin {_change(old, f"old.{n}", -1)} end;
"""


def _moved(name: str, column: str, row: str, when: str) -> str:
    """Triggers that follow a document from list to list when a column changes."""
    new, old = row.replace("row.", "new."), row.replace("row.", "old.")
    coming, going = when.replace("row.", "new."), when.replace("row.", "old.")
    differs = f"old.{column} is not new.{column}"
    return f"""
create trigger if not exists {name}_leaves after update of {column} on document when {differs} and {going}
begin {_change(old, "old.n", -1)} end;
create trigger if not exists {name}_enters after update of {column} on document when {differs} and {coming}
begin {_change(new, "new.n", 1)} end;
"""


_KIND = "'k:' || row.kind"
_FACET, _HAS_FACET = "'f:' || row.kind || ':' || row.facet", "row.facet is not null and row.kind <> 'action'"
_PARENT, _HAS_PARENT = "'p:' || row.kind || ':' || row.parent", "row.parent is not null and row.kind <> 'action'"
# The few actions of a thing, and those that are under way, are found without.

TALLY = f"""
create table if not exists tally (
    list text not null, range integer not null, count integer not null, primary key (list, range)) without rowid;
{_followed("kind", "document", "n", _KIND)}
{_followed("facet", "document", "n", _FACET, _HAS_FACET)}
{_followed("parent", "document", "n", _PARENT, _HAS_PARENT)}
{_moved("facet", "facet", _FACET, _HAS_FACET)}
{_moved("parent", "parent", _PARENT, _HAS_PARENT)}
{_followed("tag", "tagging", "doc", "'t:' || lower(row.tag) || ':' || row.kind")}
{_followed("project", "assignment", "doc", "'a:' || row.project")}
"""


def of(kind: str, *, facet: str | None = None, parent: str | None = None, tag: str | None = None) -> str | None:
    """The list of the documents that are chosen so; None when they are not counted as one."""
    chosen = [(letter, value) for letter, value in (("f", facet), ("p", parent), ("t", tag)) if value is not None]
    if not chosen:
        return f"k:{kind}"
    letter, value = chosen[0]
    if len(chosen) > 1 or (kind == "action" and letter != "t"):
        return None
    return f"t:{value.lower()}:{kind}" if letter == "t" else f"{letter}:{kind}:{value}"


class Tally:
    """The counts of an account's lists.

    Parameters:
        db: where they are.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def count(self, lists: Sequence[str]) -> int:
        """How many documents there are in some lists."""
        where = _in(lists)
        found: int = self._db.execute(f"select coalesce(sum(count), 0) from tally where {where}", lists).fetchone()[0]
        return found

    def under(self, prefix: str) -> Iterable[tuple[str, int]]:
        """The lists whose names begin so, and how many documents each has."""
        bounds = (prefix, f"{prefix[:-1]}{chr(ord(prefix[-1]) + 1)}")
        statement = (
            "select list, sum(count) from tally where list >= ? and list < ? group by list having sum(count) > 0"
        )
        return self._db.execute(statement, bounds).fetchall()

    def seek(self, lists: Sequence[str], position: int) -> tuple[int, int]:
        """Where to find the document at a position of some lists that are in order of their numbers.

        Returns:
            A number from which on, and how many of those from there on come before it.
        """
        if position < 1 << _BITS:
            return 0, position
        statement = f"select range, sum(count) from tally where {_in(lists)} group by range order by range"
        before = last = 0
        for range, count in self._db.execute(statement, lists):
            if before + count > position:
                return range << _BITS, position - before
            before += count
            last = range
        return (last + 1) << _BITS, position - before


def _in(lists: Sequence[str]) -> str:
    return "list = ?" if len(lists) == 1 else f"list in ({','.join('?' * len(lists))})"
