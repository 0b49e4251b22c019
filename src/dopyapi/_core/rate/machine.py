"""A count in a file, for all processes of a machine: SQLite, one transaction for each step of a turn."""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from array import array
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock

import msgspec

from .line import Line
from .news import News
from .store import Now, StoreError, Turn, asked_again, entered, left

PATIENCE = 5.0
"""Seconds to wait for other processes' transactions, which take less than a millisecond each."""
_inherited: list[sqlite3.Connection] = []
"""Connections of a parent process, which a child may neither use nor close."""


class MachineStore:
    """The count of one account.

    Args:
        path: the file; one of the user's own state folder when omitted.
        account: whose count it is; says nothing about the token.
    """

    blocks = True

    def __init__(self, path: str | None, account: str) -> None:
        self._account = account
        self._path = path
        self.place = path or "the user's state folder"
        self._files: dict[int, _File] = {}  # no lock guards it, which a fork might copy while it is held

    def enter(self, turn: Turn, now: Now) -> None:
        turn.id = int.from_bytes(os.urandom(7), "big")
        self._change(turn, lambda lines: entered(lines, turn, now()))

    def again(self, turn: Turn, now: Now) -> None:
        self._change(turn, lambda lines: asked_again(lines, turn, now()))

    def leave(self, turn: Turn, now: Now, counts: bool, news: News | None) -> None:
        self._change(turn, lambda lines: left(lines, turn, now(), counts, news))

    def close(self) -> None:
        file = self._files.pop(os.getpid(), None)
        if file is not None:
            file.close()

    def __del__(self) -> None:
        self.close()
        _inherited.extend(file.connection for file in self._files.values())

    def _change(self, turn: Turn, change: Callable[[list[Line]], None]) -> None:
        try:
            file = self._files.get(os.getpid())
            if file is None:
                file = _File(Path(self._path) if self._path else _own_folder() / f"{self._account}.db")
                kept = self._files.setdefault(os.getpid(), file)
                if kept is not file:
                    file.close()
                    file = kept
            lines = file.change(self._account, [demand.line for demand in turn.demands], change)
            turn.room = lines[-1].room(turn.demands[-1], turn.at - turn.wait)
        except (OSError, sqlite3.Error, msgspec.DecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise StoreError(reason or type(error).__name__) from None


class _File:
    """A connection to the file, for all threads of a process."""

    def __init__(self, path: Path) -> None:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self._lock = Lock()
        self.connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
        try:
            self._prepare()
        except BaseException:
            self.connection.close()
            raise

    def _prepare(self) -> None:
        tries = int(PATIENCE / 0.02)
        while True:
            try:
                # Two processes that begin at once meet here, and SQLite does not wait for this by itself.
                self.connection.execute("PRAGMA journal_mode = WAL")
                self.connection.execute("PRAGMA synchronous = OFF")  # what a crash of the machine loses, nobody misses
                self.connection.execute(
                    "CREATE TABLE IF NOT EXISTS lines_1 (account TEXT, name TEXT, state BLOB NOT NULL, "
                    "PRIMARY KEY (account, name)) WITHOUT ROWID"
                )
                return
            except sqlite3.OperationalError as error:
                tries -= 1
                if "locked" not in str(error) or not tries:
                    raise
                time.sleep(0.02)

    def change(self, account: str, names: Sequence[str], change: Callable[[list[Line]], None]) -> list[Line]:
        """Read lines, change them, and write them, alone."""
        with self._lock:
            execute = self.connection.execute
            execute("BEGIN IMMEDIATE")
            try:
                lines = [
                    _read(execute("SELECT state FROM lines_1 WHERE account = ? AND name = ?", (account, n)).fetchone())
                    for n in names
                ]
                change(lines)
                for name, line in zip(names, lines, strict=True):
                    execute("INSERT OR REPLACE INTO lines_1 VALUES (?, ?, ?)", (account, name, _written(line)))
                execute("COMMIT")
                return lines
            except BaseException:
                if self.connection.in_transaction:
                    execute("ROLLBACK")
                raise

    def close(self) -> None:
        with self._lock:
            self.connection.close()


class _State(msgspec.Struct, array_like=True):
    done: bytes
    open: list[tuple[float, int]]
    pause: float
    settled: int
    told: int | None
    remaining: int | None


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_State).decode


def _written(line: Line) -> bytes:
    done = array("d", line.done).tobytes()
    return _encode(_State(done, line.open, line.pause, line.settled, line.told, line.remaining))


def _read(row: tuple[bytes] | None) -> Line:
    line = Line()
    if row is not None:
        state = _decode(row[0])
        done = array("d")
        done.frombytes(state.done)
        line.done, line.open, line.pause = deque(done), state.open, state.pause
        line.settled, line.told, line.remaining = state.settled, state.told, state.remaining
    return line


def _own_folder() -> Path:
    """A folder that only this user can look into."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    folder = base / "dopyapi" / "rate"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if sys.platform != "win32":
        found = folder.stat()
        if found.st_uid != os.geteuid() or found.st_mode & 0o077:
            raise PermissionError(0, f"{folder} is open to other users: chmod 700 it")
    return folder
