"""A whole emulated account as bytes: taken, held against what it should be, and put back.

    dopyapi emulator snapshot
    {"format":1,"store":1,"moment":"2026-11-23T09:30:00+00:00","bytes":229376,"crc32":305419896}
    the account's SQLite database

An empty account is put in place of another in the same way: SQLite copies pages, so that it costs the same however
much there was, and either all of it has happened or nothing.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from functools import cache

import msgspec

from .schema import VERSION
from .store import Store

_MAGIC = b"dopyapi emulator snapshot\n"
_FORMAT = 1
_LONGEST_HEADER = 1000
_JOURNAL_MODE = slice(18, 20)  # of a database's header: what reads and writes it must know about
_NO_WAL = b"\x01\x01"  # which memory cannot have
_SHAPE = "select type, name, tbl_name, sql from sqlite_master order by type, name"


class SnapshotError(ValueError):
    """Bytes that are no snapshot, or none that this emulator can take."""


class _Header(msgspec.Struct, frozen=True):
    format: int
    store: int
    moment: datetime
    bytes: int
    crc32: int


# Made here, once: two threads that let msgspec look at the same Struct for the first time end the process.
_header_from = msgspec.json.Decoder(_Header).decode


def taken(store: Store, moment: datetime) -> bytes:
    """An account as it is at a moment; nothing may be under way."""
    data = bytearray(store.db.serialize())
    data[_JOURNAL_MODE] = _NO_WAL
    header = _Header(_FORMAT, VERSION, moment, len(data), zlib.crc32(data))
    return b"".join((_MAGIC, msgspec.json.encode(header), b"\n", data))


@contextmanager
def opened(data: bytes) -> Iterator[tuple[sqlite3.Connection, datetime]]:
    """What a snapshot holds, and its moment; nothing is opened that is not whole.

    Raises:
        SnapshotError: it is no snapshot, of another version, or damaged.
    """
    header, start = _header(data)
    if header.format != _FORMAT or header.store != VERSION:
        raise SnapshotError(
            f"the snapshot was taken by another version of the emulator (format {header.format}.{header.store},"
            f" not {_FORMAT}.{VERSION}); take it anew with this one"
        )
    found = len(data) - start
    if found != header.bytes:
        raise SnapshotError(f"the snapshot is not whole: {found} bytes of an account that has {header.bytes}")
    content = memoryview(data)[start:]
    if zlib.crc32(content) != header.crc32:
        raise SnapshotError("the snapshot is damaged: its checksum is not that of its content")
    with closing(_memory(content)) as db:
        _check(db)
        yield db, header.moment


@contextmanager
def empty() -> Iterator[sqlite3.Connection]:
    """An account in which nothing has ever been."""
    with closing(_memory(_nothing())) as db:
        yield db


def _header(data: bytes) -> tuple[_Header, int]:
    if not data.startswith(_MAGIC):
        what = f"{len(data)} bytes that begin with {data[:16]!r}" if data else "nothing at all"
        raise SnapshotError(f"this is no snapshot of an emulator, but {what}; GET /_emulator/snapshot makes one")
    start = len(_MAGIC)
    end = data.find(b"\n", start, start + _LONGEST_HEADER)
    try:
        return _header_from(data[start : max(end, start)]), end + 1
    except msgspec.DecodeError as error:
        raise SnapshotError(f"the snapshot is damaged: {error}") from None


def _memory(content: bytes | memoryview) -> sqlite3.Connection:
    db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    try:
        db.deserialize(content)
    except BaseException:
        db.close()
        raise
    return db


def _check(db: sqlite3.Connection) -> None:
    """Refuse what is no account, however it got its checksum."""
    try:
        shape = set(db.execute(_SHAPE).fetchall())
        sound = db.execute("pragma quick_check(1)").fetchone()[0] == "ok"
        version = db.execute("pragma user_version").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise SnapshotError(f"the snapshot is damaged: {error}") from None
    if (
        not sound
        or version != VERSION
        or not shape >= _shape()
        or {row[0] for row in shape - _shape()} - {"table", "index"}
    ):
        raise SnapshotError("the snapshot does not hold the account of an emulator")
    if _page_size_of(db) != _page_size():
        # SQLite copies pages as they are, and into a file only such as it has.
        raise SnapshotError(f"the snapshot has pages of another size: {_page_size_of(db)} bytes, not {_page_size()}")


def _page_size_of(db: sqlite3.Connection) -> int:
    """How many bytes a page of a database has."""
    size: int = db.execute("pragma page_size").fetchone()[0]
    return size


@cache
def _page_size() -> int:
    with empty() as db:
        return _page_size_of(db)


@cache
def _nothing() -> bytes:
    store = Store()
    data = store.db.serialize()
    store.close()
    return data


@cache
def _shape() -> frozenset[tuple[str, ...]]:
    with empty() as db:
        return frozenset(db.execute(_SHAPE).fetchall())
