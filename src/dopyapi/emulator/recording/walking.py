"""All that an account has, asked for by GET only, one page after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, Protocol
from urllib.parse import quote, urlsplit

import msgspec

from .fixture import Exchange, exchange_from
from .proxy import exchange_of
from .scrubbing import Scrubber
from .upstream import Reached, Upstream, UpstreamError

_PAGE = 200
_MOST_PAGES = 10_000


class Listing(NamedTuple):
    """One listing of an account.

    Attributes:
        path: with its query.
        items: under what its answer has them; None of what there is one of.
        parts: listings of each item; ``{}`` is its key.
        key: the field that has the key.
    """

    path: str
    items: str | None
    parts: tuple[Listing, ...] = ()
    key: str = "id"


LISTINGS = (
    Listing("/v2/account", None),
    Listing("/v2/tags", "tags"),
    Listing("/v2/account/keys", "ssh_keys"),
    Listing("/v2/vpcs", "vpcs"),
    Listing("/v2/vpc_peerings", "vpc_peerings"),
    Listing("/v2/images?private=true", "images"),
    Listing("/v2/snapshots", "snapshots"),
    Listing("/v2/domains", "domains", (Listing("/v2/domains/{}/records", "domain_records"),), "name"),
    Listing("/v2/droplets", "droplets"),
    Listing("/v2/volumes", "volumes"),
    Listing("/v2/reserved_ips", "reserved_ips"),
    Listing("/v2/certificates", "certificates"),
    Listing("/v2/load_balancers", "load_balancers"),
    Listing("/v2/firewalls", "firewalls"),
    Listing(
        "/v2/databases",
        "databases",
        (Listing("/v2/databases/{}/users", "users"), Listing("/v2/databases/{}/dbs", "dbs")),
    ),
    Listing("/v2/kubernetes/clusters", "kubernetes_clusters"),
    Listing("/v2/registries", "registries"),
    Listing("/v2/cdn/endpoints", "endpoints"),
    Listing("/v2/projects", "projects", (Listing("/v2/projects/{}/resources", "resources"),)),
)
"""What is asked for: whatever a seed can have."""


class Notes(Protocol):
    """What takes the exchanges of a walk."""

    def know(self, authorization: str) -> None:
        """Never keep this token."""

    def note(self, method: str, target: str, content_type: str, sent: bytes, answer: Reached) -> None:
        """Keep one exchange."""


class Collected:
    """The exchanges of a walk in memory, without their secrets."""

    def __init__(self, scrubber: Scrubber) -> None:
        self._scrubber = scrubber
        self.exchanges: list[Exchange] = []

    def know(self, authorization: str) -> None:
        """Never keep this token."""
        self._scrubber.know(authorization)

    def note(self, method: str, target: str, content_type: str, sent: bytes, answer: Reached) -> None:
        """Keep one exchange."""
        line = self._scrubber.line(exchange_of(method, target, content_type, sent, answer))
        self.exchanges.append(exchange_from(line))


def walk(upstream: Upstream, token: str, notes: Notes, say: Callable[[str], None]) -> None:
    """Ask for every listing, and have each exchange noted.

    What a token may not read, or an account does not have, is said and left out.

    Raises:
        UpstreamError: the API cannot be asked, or does not know the token.
    """
    notes.know(f"Bearer {token}")
    for listing in LISTINGS:
        _Walk(upstream, token, notes, say).listing(listing, listing.path)


class _Walk:
    def __init__(self, upstream: Upstream, token: str, notes: Notes, say: Callable[[str], None]) -> None:
        self._upstream, self._notes, self._say = upstream, notes, say
        self._headers = [("authorization", f"Bearer {token}"), ("accept", "application/json")]

    def listing(self, listing: Listing, path: str) -> None:
        for item in self._items(path, listing.items):
            for part in listing.parts:
                key = item.get(listing.key)
                # A database engine without logical databases, say, answers 412: that is said, and no error.
                self.listing(part, part.path.format(quote(str(key), safe="")))

    def _items(self, path: str, name: str | None) -> Iterator[dict[str, Any]]:
        paged = "" if name is None else f"{'&' if '?' in path else '?'}per_page={_PAGE}"
        target: str | None = path + paged
        for _ in range(_MOST_PAGES):
            if target is None:
                return
            answer = self._upstream.send("GET", target, self._headers, b"")
            if answer.status == 401:
                raise UpstreamError(f"{self._upstream.url} does not know the token", 401)
            if answer.status != 200:
                self._say(f"left out: GET {target} was answered {answer.status}")
                return
            self._notes.note("GET", target, "", b"", answer)
            found = _decoded(answer.body)
            listed = found.get(name) if name is not None else None
            yield from (item for item in listed or () if isinstance(item, dict))
            target = _next_of(found, target)


def _decoded(body: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}


def _next_of(found: dict[str, Any], target: str) -> str | None:
    """Path and query of the next page; only those, so that the token goes to nobody else."""
    links = found.get("links")
    pages = links.get("pages") if isinstance(links, dict) else None
    link = pages.get("next") if isinstance(pages, dict) else None
    if not isinstance(link, str):
        return None
    parts = urlsplit(link)
    following = f"{parts.path}?{parts.query}"
    return None if following == target else following
