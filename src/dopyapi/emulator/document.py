"""One stored resource."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

COLUMNS = "n, kind, key, parent, name, facet, refs, body, hidden"
_decode = msgspec.json.Decoder().decode


class Document:
    """One stored resource; change ``body`` or ``hidden`` and hand it to ``Store.save``."""

    __slots__ = ("body", "facet", "hidden", "key", "kind", "n", "name", "parent", "refs", "stored_facet")

    def __init__(self, row: Sequence[Any]) -> None:
        self.n: int = row[0]
        self.kind: str = row[1]
        self.key: str = row[2]
        self.parent: str | None = row[3]
        self.name: str | None = row[4]
        self.facet: str | None = row[5]
        self.stored_facet = self.facet
        self.refs: dict[str, str] = dict(r.split("=", 1) for r in row[6].split(";")) if row[6] else {}
        self.body: dict[str, Any] = _decode(row[7])
        self.hidden: dict[str, Any] = _decode(row[8]) if row[8] else {}

    def __repr__(self) -> str:
        return f"<{self.kind} {self.key}>"

    @property
    def subject(self) -> str:
        """What actions, events and relations call it: ``droplet/123``."""
        return f"{self.kind}/{self.key}"


def joined(refs: dict[str, str]) -> str:
    """References as the store keeps them: ``region=nyc3;size=s-1vcpu-1gb``."""
    return ";".join(f"{name}={value}" for name, value in refs.items())
