"""Listings and look-ups that do not know yet what was created, for testing one's own code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from .errors import not_found

if TYPE_CHECKING:
    from .._facts import Operation
    from .context import Reply
    from .document import Document


class Lag(NamedTuple):
    """How many seconds pass before what was created is known, on the emulator's clock and whatever its speed.

    Attributes:
        lists: until it is in listings.
        gets: until it is found by its id, or under it; 404 before.
        addresses: until Droplets and load balancers that are active have their addresses.
        ends: until what was deleted by its own path is no longer found there; not 404 before.
    """

    lists: float = 0.0
    gets: float = 0.0
    addresses: float = 0.0
    ends: float = 0.0


NO_LAG = Lag()

_KINDS: dict[str, tuple[str, ...]] = {
    "actions": ("action",),
    "certificates": ("certificate",),
    "clusters": ("kubernetes_cluster",),
    "databases": ("database",),
    "domains": ("domain",),
    "droplets": ("droplet",),
    "endpoints": ("cdn",),
    "firewalls": ("firewall",),
    "floating_ips": ("reserved_ip",),
    "images": ("image",),
    "keys": ("ssh_key",),
    "load_balancers": ("load_balancer",),
    "projects": ("project",),
    "records": ("domain_record",),
    "registries": ("registry",),
    "reserved_ips": ("reserved_ip",),
    "reserved_ipv6": ("reserved_ipv6",),
    "snapshots": ("image", "volume_snapshot"),
    "tags": ("tag",),
    "volumes": ("volume",),
    "vpc_peerings": ("vpc_peering",),
    "vpcs": ("vpc",),
}
"""The kinds of document that a path names by what follows such a segment."""


class Fresh:
    """The documents of the last seconds: when they were added, and their numbers in the store."""

    def __init__(self) -> None:
        self._added: dict[tuple[str, str], tuple[float, int]] = {}
        self._ended: dict[str, tuple[float, Reply]] = {}
        self._now = 0.0
        self._lag = NO_LAG

    def at(self, now: float, lag: Lag) -> None:
        """Go on to the moment of a request."""
        self._now, self._lag = now, lag
        if self._ended:
            self._ended = {path: gone for path, gone in self._ended.items() if gone[0] > now - lag.ends}
        oldest = now - max(lag.lists, lag.gets)
        for name in [name for name, (added, _) in self._added.items() if added <= oldest]:
            del self._added[name]

    def added(self, document: Document) -> None:
        """A document was added."""
        self._added[document.kind, document.key] = (self._now, document.n)

    def removed(self, document: Document) -> None:
        """A document is gone; its number may come again."""
        self._added.pop((document.kind, document.key), None)

    def ended(self, path: str, reply: Reply) -> None:
        """What was to be seen at a path is gone."""
        self._ended[path] = (self._now, reply)

    def last_seen(self, path: str) -> Reply | None:
        """What is still seen at a path, though it is gone."""
        found = self._ended.get(path)
        return found[1] if found is not None else None

    def unlisted(self) -> list[int]:
        """The numbers of the documents that listings do not have yet."""
        since = self._now - self._lag.lists
        return [n for added, n in self._added.values() if added > since]

    def is_unknown(self, kind: str, key: str) -> bool:
        """Whether a document is not found by its key yet."""
        found = self._added.get((kind, key))
        return found is not None and found[0] > self._now - self._lag.gets


def refuse_if_unknown(fresh: Fresh, operation: Operation, values: Mapping[str, str | int]) -> None:
    """404 where a path names something that is not found yet."""
    literal = ""
    for segment in operation.path.split("/"):
        if not segment.startswith("{"):
            literal = segment
            continue
        key = str(values[segment[1:-1]])
        if any(fresh.is_unknown(kind, key) for kind in _KINDS.get(literal, ())):
            raise not_found("The resource you were accessing could not be found.")
