"""What stands in the place of secrets: the same for the same secret, and wherever else that secret occurs."""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
from collections.abc import Iterator
from threading import RLock
from typing import NoReturn
from urllib.parse import quote, quote_plus

PATTERN = re.compile(r"scrubbed[A-Z][a-z]+\d{4,}(?:@example\.com)?|00000000-0000-4000-8000-\d{12}")
"""How a placeholder is recognised."""

_SHORTEST = 8
"""A shorter secret is replaced where its name says that it is one, and not wherever its letters occur."""
_PREFIX = re.compile(r"do[a-z]_v1_")
_PEM = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----.*?-----END \1-----", re.DOTALL)
_BASE64 = re.compile(r"[A-Za-z0-9+/_=-]")
_DEPTH = 3


class Placeholders:
    """The secrets that one recording has met, and what stands for each. They are in memory only."""

    def __init__(self) -> None:
        self._of: dict[str, str] = {}
        self._count: dict[str, int] = {}
        self._forms: dict[str, str] = {}
        self._windows: dict[str, str] = {}
        self._lock = RLock()  # exchanges end on several threads

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self._of)} secrets>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("what a recording knows of secrets stays in its process")

    def skip(self, taken: Iterator[str]) -> None:
        """Never give out these again: they stand in the file that the recording goes on with."""
        with self._lock:
            for text in taken:
                name = re.match(r"scrubbed([A-Z][a-z]+)(\d+)", text)
                kind, number = (name[1], int(name[2])) if name else ("Uuid", int(text[-12:]))
                self._count[kind] = max(self._count.get(kind, 0), number)

    def of(self, kind: str, value: str, *, everywhere: bool = True) -> str:
        """What stands for a secret.

        Parameters:
            kind: what it is, as a word with a capital: ``Password``.
            everywhere: whether it is to be replaced wherever it occurs from now on, however it is written there.
        """
        if not value or PATTERN.search(value):
            return value
        with self._lock:
            known = self._of.get(value)
            if known is None:
                known = self._of[value] = self._made(kind, value)
                if everywhere:
                    self._learn(value, known)
            return known

    def _made(self, kind: str, value: str) -> str:
        pem = _PEM.search(value)
        if pem is not None:
            return f"-----BEGIN {pem[1]}-----\n{self._name('Key')}\n-----END {pem[1]}-----\n"
        if kind == "Uuid":
            self._count[kind] = number = self._count.get(kind, 0) + 1
            return f"00000000-0000-4000-8000-{number:012d}"
        if kind == "Email":
            return f"{self._name(kind)}@example.com"
        prefix = _PREFIX.match(value)
        return f"{prefix[0] if prefix else ''}{self._name(kind)}"

    def _name(self, kind: str) -> str:
        """A name that is base64 too, since that is what is expected where keys stand."""
        self._count[kind] = number = self._count.get(kind, 0) + 1
        start = f"scrubbed{kind}"
        width = max(4, len(str(number)))
        return f"{start}{number:0{width + -(len(start) + width) % 4}d}"

    def _learn(self, value: str, placeholder: str) -> None:
        for part in _parts(value):
            name = PATTERN.search(placeholder)
            shown = placeholder if part == value or name is None else name[0]
            for form in _forms(part):
                self._forms.setdefault(form, shown)
            for window in _windows(part.encode()):
                self._windows.setdefault(window, shown)

    def betrayed_by(self, text: str) -> bool:
        """Whether a text still has a secret that was met before, however it is written there."""
        with self._lock:
            joined = text.replace("\\r", "").replace("\\n", "")
            return any(form in text or form in joined for known in (self._forms, self._windows) for form in known)

    def substituted(self, text: str, depth: int = 0) -> str:
        """A text with every secret replaced that was met before, however it is written there."""
        with self._lock:
            for form in sorted((form for form in self._forms if form in text), key=len, reverse=True):
                text = text.replace(form, self._forms[form])
            for window in [window for window in self._windows if window in text]:
                while (at := text.find(window)) >= 0:
                    text = self._without(text, at, at + len(window), self._windows[window], depth)
        return text

    def _without(self, text: str, start: int, end: int, placeholder: str, depth: int) -> str:
        """A text without the base64 that has a secret in it, which is taken apart and made again where it can be."""
        while start and _BASE64.match(text[start - 1]):
            start -= 1
        while end < len(text) and _BASE64.match(text[end]):
            end += 1
        run, new = text[start:end], placeholder
        inner = decoded(run)
        if inner is not None and depth < _DEPTH:
            new = base64.b64encode(self.substituted(inner, depth + 1).encode()).decode()
        name = PATTERN.search(placeholder)
        return text[:start] + (new if new != run else name[0] if name else "scrubbed") + text[end:]


def decoded(text: str) -> str | None:
    """The text that a text is in base64, if it is."""
    bare = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True).decode()
    except (binascii.Error, ValueError):
        return None


def _parts(value: str) -> Iterator[str]:
    """What of a secret is as secret: what it has inside, and the lines of a key."""
    yield value
    pem = _PEM.search(value)
    if pem is not None:
        yield value.strip()
        yield from (line for line in value.split("\n") if len(line) >= 16 and not line.startswith("-----"))
        return
    inner = decoded(value) if len(value) >= 24 else None
    if inner is not None and inner.isprintable() | inner.startswith("-----"):
        yield from _parts(inner)


def _forms(value: str) -> Iterator[str]:
    if len(value) < _SHORTEST:
        return
    escaped = json.dumps(value)[1:-1]
    percent = quote(value, safe="")
    found = {
        value,
        escaped,
        escaped.replace("/", "\\/"),
        json.dumps(escaped)[1:-1],
        json.dumps(value, ensure_ascii=False)[1:-1],
        percent,
        quote(value),
        quote_plus(value),
        re.sub("%..", lambda found: found[0].lower(), percent),
        html.escape(value),
        value.encode().hex(),
    }
    yield from found


def _windows(data: bytes) -> Iterator[str]:
    """What base64 of anything that has these bytes inside has inside, whatever stands before and behind them."""
    if len(data) < _SHORTEST:
        return
    for before, dropped in ((0, 0), (1, 2), (2, 3)):
        whole = (before + len(data)) * 8 // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield encode(b"\0" * before + data).decode()[dropped:whole]
