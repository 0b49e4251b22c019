"""A fixture: recorded exchanges, one a line (JSON Lines), behind a line that says what it is.

Each line is whole when it is written, so that whatever ends a recording costs at most the exchange under way.
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import parse_qsl

import msgspec

VERSION = 1
NEUTRAL = "https://api.digitalocean.com"
"""Whose address links have in a fixture, whatever was recorded."""
_WITHHELD = b"withheld from the recording"


class FixtureError(ValueError):
    """A file that is no fixture, or cannot become one."""


class Body(msgspec.Struct, omit_defaults=True, frozen=True):
    """What was sent or answered, in the plainest form it has; one of these is set.

    Attributes:
        json: JSON, as it means.
        form: a form, as it was sent.
        text: any other text.
        base64: bytes that are no text.
        withheld: why it is not there.
    """

    json: Any = msgspec.UNSET
    form: str | None = None
    text: str | None = None
    base64: str | None = None
    withheld: str | None = None

    @classmethod
    def of(cls, data: bytes, content_type: str, *, files: bool = False) -> Body | None:
        """A body as it came; None for none.

        Parameters:
            files: whether to keep bytes that are no text, in which no secret could be seen.
        """
        if not data:
            return None
        kind = content_type.partition(";")[0].strip().lower()
        if "json" in kind or not kind:
            try:
                return cls(json=msgspec.json.decode(data))
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                pass
        try:
            text = data.decode()
            if "\0" in text:
                raise ValueError(text)
        except ValueError:
            if files:
                return cls(base64=base64.b64encode(data).decode())
            return cls(withheld=f"{len(data)} bytes that are no text")
        if kind == "application/x-www-form-urlencoded" and parse_qsl(text):
            return cls(form=text)
        return cls(text=text)

    def data(self) -> bytes:
        """The bytes to answer with."""
        if self.json is not msgspec.UNSET:
            return msgspec.json.encode(self.json)
        if self.base64 is not None:
            return base64.b64decode(self.base64)
        if self.withheld is not None:
            return _WITHHELD
        return (self.form or self.text or "").encode()


class Exchange(msgspec.Struct, omit_defaults=True, frozen=True, kw_only=True):
    """One request and its answer.

    Attributes:
        path: percent-encoded, as it was sent.
        query: without the question mark.
        sent: body of the request.
        headers: of the answer, as far as they say something about it.
        answer: body of the answer.
    """

    method: str
    path: str
    query: str = ""
    sent: Body | None = None
    status: int
    headers: dict[str, str] = {}
    answer: Body | None = None

    @property
    def target(self) -> str:
        """Path and query."""
        return f"{self.path}?{self.query}" if self.query else self.path


class _Head(msgspec.Struct, forbid_unknown_fields=True):
    dopyapi_fixture: int
    upstream: str = NEUTRAL


# Made here, once: two threads that let msgspec look at the same Struct for the first time end the process.
exchange_from = msgspec.json.Decoder(Exchange).decode
_head_from = msgspec.json.Decoder(_Head).decode


class Fixture(list[Exchange]):
    """The exchanges of a recording, in the order in which they ended.

    Attributes:
        source: where it comes from, for people.
        torn: whether the last line was not whole, and was left out.
    """

    def __init__(self, exchanges: Iterable[Exchange] = (), source: str = "", torn: bool = False) -> None:
        super().__init__(exchanges)
        self.source, self.torn = source, torn

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Fixture:
        """The fixture in a file.

        Raises:
            FixtureError: it is none, with the line that is wrong.
            OSError: it cannot be read.
        """
        place = Path(path)
        lines = place.read_bytes().split(b"\n")
        whole = not lines[-1]
        numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
        if not numbered:
            raise FixtureError(f"{place} is empty: record something into it first")
        _check_head(place, numbered[0][1])
        found, torn = [], False
        for number, line in numbered[1:]:
            try:
                found.append(exchange_from(line))
                for body in (found[-1].sent, found[-1].answer):
                    if body is not None:
                        body.data()
            except (msgspec.DecodeError, UnicodeDecodeError, binascii.Error) as error:
                if number == len(lines) and not whole:
                    torn = True  # the recording was ended in the middle of it
                    continue
                raise FixtureError(f"{place}, line {number}: no recorded exchange: {error}") from None
        return cls(found, str(place), torn)


def _check_head(place: Path, line: bytes) -> None:
    try:
        head = _head_from(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise FixtureError(f"{place} is no fixture: its first line is not that of one ({error})") from None
    if head.dopyapi_fixture != VERSION:
        raise FixtureError(f"{place} is a fixture of version {head.dopyapi_fixture}; this reads version {VERSION}")


class Writer:
    """A fixture that is being written.

    Parameters:
        path: a new file, or one to go on with.
        append: whether it may be there already.

    Raises:
        FixtureError: it is there, or is no fixture.
        OSError: it cannot be written.
    """

    def __init__(self, path: str | os.PathLike[str], *, append: bool = False) -> None:
        self.path = Path(path)
        self.count = 0
        self._lock = Lock()
        self.before: list[str] = []
        """The lines that it goes on from."""
        if self.path.exists() and self.path.stat().st_size:
            if not append:
                raise FixtureError(f"{self.path} is there already: name another file, or go on with it by --append")
            self._file = self._again()
            return
        # What an account has is nobody else's business until its owner says so.
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._file = os.fdopen(descriptor, "ab", buffering=0)
        self._file.write(msgspec.json.encode(_Head(VERSION)) + b"\n")

    def _again(self) -> Any:
        known = Fixture.read(self.path)
        data = self.path.read_bytes()
        if known.torn:
            data = data[: data.rindex(b"\n") + 1]
            os.truncate(self.path, len(data))
        self.before = data.decode().splitlines()
        file = self.path.open("ab", buffering=0)
        if not data.endswith(b"\n"):
            file.write(b"\n")
        return file

    def write(self, line: bytes) -> None:
        """Add an exchange; it is in the file when this returns, or not at all.

        Raises:
            OSError: there is no room for it, say.
        """
        with self._lock:
            if self._file.closed:
                raise OSError(f"{self.path} is closed")
            end = os.fstat(self._file.fileno()).st_size
            data = line + b"\n"
            if self._file.write(data) != len(data):
                os.ftruncate(self._file.fileno(), end)
                raise OSError(f"{self.path} has no room for more")
            self.count += 1

    def close(self) -> None:
        """End it."""
        with self._lock:
            self._file.close()

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def query_pairs(query: str) -> Iterator[tuple[str, str]]:
    """The parameters of a query in an order that does not depend on how they were sent."""
    yield from sorted(parse_qsl(query, keep_blank_values=True))
