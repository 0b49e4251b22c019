"""Where the emulated account lives: documents by kind, in SQLite.

A document has a body (JSON, what clients see), a hidden part (JSON, what only the emulator knows) and a few columns to
find it by. Large parts that many documents share - the region, the size, the image of a Droplet - are not stored with
each of them: ``refs`` names them, and they are spliced in as ready bytes when the document is shown.
"""

from __future__ import annotations

import sqlite3
import uuid
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec

from . import schema, tally
from .document import COLUMNS, Document, joined
from .lag import Fresh
from .selection import Selection
from .tally import Tally

__all__ = ["Document", "Selection", "Store", "expands"]

_encode = msgspec.json.Encoder().encode
_ROW = f"select {COLUMNS} from document where kind = ? and key = ?"
_BODY, _REFS = (COLUMNS.split(", ").index(name) for name in ("body", "refs"))
_MOST_ROWS = 1000

Expander = Callable[["Store", str], bytes]
_EXPANDERS: dict[str, Expander] = {}
_SHARED_KINDS: set[str] = set()
_WATCHED_KINDS: set[str] = set()


def expands(name: str, *, of_kind: str | None = None) -> Callable[[Expander], Expander]:
    """Register how a reference called ``name`` is written out: JSON members such as ``"region":{...}``.

    ``of_kind`` names the kind of document it is made from, so that a change there is seen everywhere at once.
    """

    def register(expander: Expander) -> Expander:
        _EXPANDERS[name] = expander
        if of_kind:
            _SHARED_KINDS.add(of_kind)
        return expander

    return register


def watch(kind: str) -> None:
    """Let every store remember which documents of a kind a transaction has touched."""
    _WATCHED_KINDS.add(kind)


class Store:
    """The documents, sequences, tags and coming events of one emulated account.

    What was committed outlives the end of the process, however that comes: SQLite's log is written before a request is
    answered. It is not forced onto the disk each time, so that the end of the whole machine may cost the last moments.
    """

    def __init__(self, path: str = ":memory:") -> None:
        try:
            self.db = sqlite3.connect(
                path, check_same_thread=False, isolation_level=None, timeout=0.2, cached_statements=512
            )
        except sqlite3.OperationalError as error:
            raise ValueError(f"{path} cannot hold an account: {error}; choose another file") from error
        try:
            schema.refuse_what_is_not_ours(self.db, path)
            if path != ":memory:":
                # One process owns a file: counts and the next due event are remembered in memory.
                self.db.execute("pragma locking_mode = exclusive")
                self.db.execute("pragma journal_mode = wal")
                self.db.execute("pragma synchronous = normal")
            self.db.execute("pragma recursive_triggers = on")  # what is replaced is counted as gone
            self.db.executescript(f"begin immediate; {schema.SCHEMA} pragma user_version = {schema.VERSION}; commit;")
        except sqlite3.DatabaseError as error:
            self.db.close()
            if "locked" in str(error):
                raise schema.FileInUse(
                    f"{path} is in use by another emulator; end that one or choose another file"
                ) from error
            raise ValueError(f"{path} cannot hold an account: {error}; choose another file") from error
        except BaseException:
            self.db.close()
            raise
        weakref.finalize(self, self.db.close)  # for who forgets to
        self.tally = Tally(self.db)
        self._open = False
        self._counts: dict[tuple[str, str | None], int] = {}
        self._sequences: dict[str, int] = {}
        self._moved_sequences: set[str] = set()
        self._wanted: dict[str, int] = {}
        self._tails: dict[str, bytes] = {}
        self._rows: dict[tuple[str, str], Any] = {}
        self.steady: dict[tuple[str, str, str], tuple[int, Any]] = {}
        """Answers that are the same until something is written, by what was asked for."""
        self.next_due: float | None = None
        self.next_due_known = False
        self.touched: dict[tuple[str, str], tuple[Document, str]] = {}
        """Watched documents that this transaction has ``added``, ``saved`` or ``removed``."""
        self.fresh: Fresh | None = None
        """Documents that are not known everywhere yet, where knowledge lags."""
        self.unlisted: list[int] = []
        """Numbers of documents that no selection finds, while a listing is made that does not have them yet."""

    # Transactions: opened by the first write of a request, ended by the emulator.

    def begin(self) -> None:
        """Start a transaction, unless one is open."""
        if not self._open:
            self.db.execute("begin immediate")
            self._open = True

    def write(self, statement: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        """Change something, as part of the transaction that is open, or opens with it."""
        self.begin()
        self._forget_answers()
        return self.db.execute(statement, values)

    def _forget_answers(self) -> None:
        if self._rows or self.steady:
            self._rows.clear()
            self.steady.clear()

    def remember(self, asked: tuple[str, str, str], answer: tuple[int, Any]) -> None:
        """Keep an answer for whoever asks the same again before anything is written."""
        if len(self.steady) >= _MOST_ROWS:
            self.steady.clear()
        self.steady[asked] = answer

    def may_be_due(self, seconds: float) -> bool:
        """Whether something may be to happen by then."""
        return not self.next_due_known or (self.next_due is not None and self.next_due <= seconds)

    def commit(self) -> None:
        """Keep what was written."""
        if self._open:
            for name in self._moved_sequences:
                self.db.execute("replace into sequence values (?, ?)", (name, self._sequences[name]))
            self._moved_sequences.clear()
            self.db.execute("commit")
            self._open = False

    def rollback(self) -> None:
        """Forget what was written, and what was remembered of it."""
        if self._open:
            self._open = False
            self._counts.clear()
            self._sequences.clear()
            self._moved_sequences.clear()
            self._wanted.clear()
            self._tails.clear()
            self._forget_answers()
            self.touched.clear()
            self.next_due_known = False
            if self.db.in_transaction:  # a full disk has ended it already
                self.db.execute("rollback")

    def replace(self, db: sqlite3.Connection) -> None:
        """Put another account in the place of this one, all of it or nothing, and forget what was remembered.

        Parameters:
            db: a whole store's database.
        """
        self.rollback()
        db.backup(self.db)
        self._counts.clear()
        self._sequences.clear()
        self._tails.clear()
        self._forget_answers()
        self.touched.clear()
        self.next_due_known = False
        self.fresh = Fresh() if self.fresh is not None else None
        self.unlisted = []

    def close(self) -> None:
        """Give the file back."""
        self.rollback()
        self.db.close()

    # Identifiers.

    def next_number(self, name: str, first: int = 1) -> int:
        """The next number of a sequence; never the same one twice."""
        self.begin()
        last = self._sequences.get(name)
        if last is None:
            row = self.db.execute("select last from sequence where name = ?", (name,)).fetchone()
            last = first - 1 if row is None else row[0]
        number = self._wanted.pop(name, last + 1)
        self._sequences[name] = max(last, number)
        self._moved_sequences.add(name)  # written once, at the end of the transaction
        return int(number)

    def let_next_be(self, name: str, number: int) -> None:
        """Let the next number of a sequence be this one, which nobody has; the sequence goes on above all it gave."""
        self._wanted[name] = number

    def new_uuid(self) -> str:
        """A fresh identifier for the kinds that have no numbers."""
        return str(uuid.uuid4())

    # Documents.

    def add(
        self,
        kind: str,
        key: str | int,
        body: dict[str, Any],
        *,
        name: str | None = None,
        parent: str | None = None,
        facet: str | None = None,
        refs: dict[str, str] | None = None,
        hidden: dict[str, Any] | None = None,
    ) -> Document:
        """Store a new document and return it."""
        key, named = str(key), joined(refs or {})
        encoded, secret = _encode(body), _encode(hidden) if hidden else None
        n = self.write(
            "insert into document (kind, key, parent, name, facet, refs, body, hidden) values (?, ?, ?, ?, ?, ?, ?, ?)",
            (kind, key, parent, name, facet, named, encoded, secret),
        ).lastrowid
        self._grow(kind, facet, 1)
        self._touched(kind)
        added = Document((n, kind, key, parent, name, facet, named, encoded, secret))
        if self.fresh is not None:
            self.fresh.added(added)
        if kind in _WATCHED_KINDS:
            self.touched[kind, key] = added, "added"
        return added

    def save(self, document: Document) -> Document:
        """Store a changed document."""
        found = self.write(
            "update document set key = ?, parent = ?, name = ?, facet = ?, refs = ?, body = ?, hidden = ? where n = ?",
            (
                document.key,
                document.parent,
                document.name,
                document.facet,
                joined(document.refs),
                _encode(document.body),
                _encode(document.hidden) if document.hidden else None,
                document.n,
            ),
        )
        if not found.rowcount:
            raise LookupError(f"{document!r} is not stored")
        if document.stored_facet != document.facet:
            self._moved(document.kind, document.stored_facet, document.facet)
            document.stored_facet = document.facet
        self._touched(document.kind)
        if document.kind in _WATCHED_KINDS:
            before = self.touched.get((document.kind, document.key))
            self.touched[document.kind, document.key] = document, before[1] if before else "saved"
        return document

    def remove(self, document: Document) -> None:
        """Forget a document. Cascades are the business of ``hooks.destroyed``."""
        self.write("delete from document where n = ?", (document.n,))
        if self.fresh is not None:
            self.fresh.removed(document)
        self._grow(document.kind, document.stored_facet, -1)
        self._touched(document.kind)
        if document.kind in _WATCHED_KINDS:
            self.touched[document.kind, document.key] = document, "removed"

    def get(self, kind: str, key: str | int) -> Document | None:
        """The document, to be read or changed."""
        row = self._row(kind, str(key))
        return Document(row) if row else None

    def raw(self, kind: str, key: str | int) -> bytes | None:
        """The document as clients see it, as JSON bytes, without decoding it."""
        row = self._row(kind, str(key))
        return self.shown(row[_BODY], row[_REFS]) if row else None

    def exists(self, kind: str, key: str | int) -> bool:
        """Whether there is such a document."""
        return self._row(kind, str(key)) is not None

    def _row(self, kind: str, key: str) -> Any:
        """The row of a document, remembered until anything is written: who waits asks for the same again."""
        at = kind, key
        if at not in self._rows:
            if len(self._rows) >= _MOST_ROWS:
                self._rows.clear()
            self._rows[at] = self.db.execute(_ROW, at).fetchone()
        return self._rows[at]

    def render(self, document: Document) -> bytes:
        """A document in hand as clients see it."""
        return self.shown(_encode(document.body), joined(document.refs))

    def shown(self, body: bytes, refs: str) -> bytes:
        """A stored body with its references written out."""
        if not refs:
            return body
        tail = self._tails.get(refs)
        if tail is None:
            if len(self._tails) > 4096:
                self._tails.clear()
            parts = (r.split("=", 1) for r in refs.split(";"))
            tail = self._tails[refs] = b"," + b",".join(_EXPANDERS[name](self, value) for name, value in parts) + b"}"
        return body[:-1] + tail

    def select(self, *kinds: str, **where: Any) -> Selection:
        """Documents of some kinds; see ``Selection`` for what they can be chosen by."""
        return Selection(self, kinds, **where)

    @contextmanager
    def listing(self) -> Iterator[None]:
        """While clients are shown a listing: what it does not have yet is not found."""
        self.unlisted = self.fresh.unlisted() if self.fresh is not None else []
        try:
            yield
        finally:
            self.unlisted = []

    def watches(self, kind: str) -> bool:
        """Whether it remembers which documents of a kind were touched."""
        return kind in _WATCHED_KINDS

    # Relations between documents, by subject ("droplet/123") or any other text.

    def link(self, relation: str, owner: str, member: str) -> None:
        """Note that an owner has a member; twice is once."""
        self.write("insert or ignore into link values (?, ?, ?)", (relation, owner, member))

    def unlink(self, relation: str, owner: str, member: str) -> bool:
        """Forget that an owner has a member; says whether it had."""
        statement = "delete from link where relation = ? and owner = ? and member = ?"
        return self.write(statement, (relation, owner, member)).rowcount > 0

    def unlink_all(self, subject: str) -> None:
        """Forget every relation of a subject, as owner and as member."""
        self.write("delete from link where member = ?", (subject,))
        self.write("delete from link where owner = ?", (subject,))

    def members(self, relation: str, owner: str) -> list[str]:
        """Whom an owner has."""
        statement = "select member from link where relation = ? and owner = ? order by member"
        return [row[0] for row in self.db.execute(statement, (relation, owner))]

    def owners(self, relation: str, member: str) -> list[str]:
        """Who has a member."""
        statement = "select owner from link where member = ? and relation = ? order by owner"
        return [row[0] for row in self.db.execute(statement, (member, relation))]

    # What is remembered between requests.

    def count(self, kind: str, facet: str | None = None) -> int:
        """How many documents of a kind there are, at the cost of a look-up."""
        known = self._counts.get((kind, facet))
        if known is None:
            list = tally.of(kind, facet=facet)
            if list is None:
                statement = "select count(*) from document where kind = ? and facet = ?"
                known = self.db.execute(statement, (kind, facet)).fetchone()[0]
            else:
                known = self.tally.count([list])
            self._counts[kind, facet] = known
        return known

    def kinds(self) -> list[str]:
        """The kinds of which there are documents, each found by one look into an index."""
        rows = self.db.execute(
            "with recursive found (kind) as (select min(kind) from document union all"
            " select (select min(kind) from document where kind > found.kind) from found where found.kind not null)"
            " select kind from found where kind not null"
        )
        return [row[0] for row in rows]

    def _grow(self, kind: str, facet: str | None, change: int) -> None:
        for key in {(kind, None), (kind, facet)}:
            if key in self._counts:
                self._counts[key] += change

    def _moved(self, kind: str, source: str | None, target: str | None) -> None:
        for facet, change in ((source, -1), (target, 1)):
            if facet is not None and (kind, facet) in self._counts:
                self._counts[kind, facet] += change

    def _touched(self, kind: str) -> None:
        if kind in _SHARED_KINDS and self._tails:
            self._tails.clear()
