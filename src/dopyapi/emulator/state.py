"""What exists in an emulated account, for tests and for people. Looking changes nothing.

Unlike a request, it sees what listings do not have yet, and makes neither the default VPCs nor the default project
come about, which exist once a client has seen them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec

from .clock import stamp
from .context import Context, moment
from .faults import nearest
from .paging import Listing

if TYPE_CHECKING:
    from .server import Emulator

_decode = msgspec.json.Decoder().decode
_MOST_PENDING = 100
_OWN = frozenset(
    "account billing_entry books cdn_purges database_event database_metrics deleted_image destruction"
    " garbage_collection invoice_item registry_blob registry_manifest registry_subscription registry_tag space".split()
)
"""Kinds of document that are no resources."""


def _of(kind: str, *, facet: str | None = None, newest: bool = False) -> Callable[[Context], Listing]:
    return lambda context: context.store.select(kind, facet=facet, newest=newest)


def _tags(context: Context) -> Listing:
    from .handlers.tags import Shown

    return Shown(context)


def _domains(context: Context) -> Listing:
    from .handlers.domains import Domains

    return Domains(context)


def _load_balancers(context: Context) -> Listing:
    from .handlers.loadbalancers import Shown

    return Shown(context)


def _snapshots(context: Context) -> Listing:
    from .handlers.snapshots import Shown

    return Shown(context, ("image", "volume_snapshot"))


def _addresses(kind: str) -> Callable[[Context], Listing]:
    def of(context: Context) -> Listing:
        from .reserved_ips import Shown

        return Shown(context, kind)

    return of


COLLECTIONS: dict[str, tuple[tuple[tuple[str, str | None], ...], Callable[[Context], Listing]]] = {
    "droplets": ((("droplet", None),), _of("droplet")),
    "volumes": ((("volume", None),), _of("volume")),
    "images": ((("image", None),), _of("image")),
    "snapshots": ((("volume_snapshot", None), ("image", "snapshot")), _snapshots),
    "ssh_keys": ((("ssh_key", None),), _of("ssh_key")),
    "tags": ((("tag", None),), _tags),
    "projects": ((("project", None),), _of("project")),
    "vpcs": ((("vpc", None),), _of("vpc")),
    "vpc_peerings": ((("vpc_peering", None),), _of("vpc_peering")),
    "domains": ((("domain", None),), _domains),
    "domain_records": ((("domain_record", None),), _of("domain_record")),
    "reserved_ips": ((("reserved_ip", None),), _addresses("reserved_ip")),
    "reserved_ipv6s": ((("reserved_ipv6", None),), _addresses("reserved_ipv6")),
    "firewalls": ((("firewall", None),), _of("firewall")),
    "load_balancers": ((("load_balancer", None),), _load_balancers),
    "certificates": ((("certificate", None),), _of("certificate")),
    "endpoints": ((("cdn", None),), _of("cdn")),
    "databases": ((("database", "cluster"),), _of("database", facet="cluster")),
    "kubernetes_clusters": ((("kubernetes_cluster", None),), _of("kubernetes_cluster")),
    "registries": ((("registry", None),), _of("registry")),
    "repositories": ((("registry_repository", None),), _of("registry_repository")),
    "invoices": ((("invoice", None),), _of("invoice", newest=True)),
    "actions": ((("action", None),), _of("action", newest=True)),
}
"""What collections are called, which kinds and facets of documents they hold, and how they are shown; the newest
actions first."""


class State:
    """What exists: ``state["droplets"]``, each as clients see it.

    Parameters:
        emulator: whose account it is.
    """

    def __init__(self, emulator: Emulator) -> None:
        self._of = emulator

    def __repr__(self) -> str:
        found = ", ".join(f"{name} {count}" for name, count in self.counts().items() if count)
        return f"<{type(self).__name__}: {found or 'nothing'}>"

    def __contains__(self, collection: object) -> bool:
        return collection in COLLECTIONS or collection in self.counts()

    def __getitem__(self, collection: str) -> list[dict[str, Any]]:
        """All of a collection, as clients see it.

        Raises:
            LookupError: there is no such collection.
        """
        return self.page(collection, 1, None)[1]

    def page(
        self, collection: str, page: int = 1, per_page: int | None = 20, *, backwards: bool = False
    ) -> tuple[int, list[dict[str, Any]]]:
        """How many a collection has, and a page of it.

        Parameters:
            collection: as the API calls it, such as ``load_balancers``.
            page: counted from 1.
            per_page: how many are on a page; all when None.
            backwards: the last first, which in most collections is the newest.

        Raises:
            LookupError: there is no such collection.
        """
        with self._context() as context:
            return _page(context, self._listing(context, collection), page, per_page, backwards)

    def counts(self) -> dict[str, int]:
        """How many there are, by collection."""
        with self._context() as context:
            return self._counts(context)

    def pending(self, limit: int = _MOST_PENDING) -> list[dict[str, Any]]:
        """What is still to happen by itself, the next first: actions under way, and all else that takes time.

        Parameters:
            limit: how many at most.

        Returns:
            For each what happens, to what (``droplet/123``), when, and of an action its number and type.
        """
        with self._context() as context:
            return _pending(context, limit)

    def summary(self, rows: int = 25) -> dict[str, Any]:
        """Everything in brief: counts, the first rows of each collection that has any, what is pending.

        Parameters:
            rows: how many of each collection.
        """
        with self._context() as context:
            counts, collections = self._counts(context), {}
            for name, count in counts.items():
                if count:
                    _, items = _page(context, self._listing(context, name), 1, rows)
                    collections[name] = {"total": count, "rows": [_row(item) for item in items]}
            return {
                "now": stamp(context.now),
                "counts": counts,
                "collections": collections,
                "pending": _pending(context, _MOST_PENDING),
            }

    @contextmanager
    def _context(self) -> Iterator[Context]:
        with self._of.work() as context:
            fresh, context.store.fresh = context.store.fresh, None  # what lags behind is there all the same
            try:
                yield context
            finally:
                context.store.fresh = fresh

    def _listing(self, context: Context, collection: str) -> Listing:
        known = COLLECTIONS.get(collection)
        if known is not None:
            return known[1](context)
        counts = self._counts(context)
        if collection not in counts:
            raise LookupError(f"there is no collection {collection!r}{nearest(collection, counts)}")
        return context.store.select(collection)

    def _counts(self, context: Context) -> dict[str, int]:
        store = context.store
        found = {name: sum(store.count(*held) for held in kinds) for name, (kinds, _) in COLLECTIONS.items()}
        known = _OWN.union(kind for kinds, _ in COLLECTIONS.values() for kind, _ in kinds)
        return found | {kind: store.count(kind) for kind in store.kinds() if kind not in known}


def _page(
    context: Context, listing: Listing, page: int, per_page: int | None, backwards: bool = False
) -> tuple[int, list[dict[str, Any]]]:
    total = listing.count()
    limit = total if per_page is None else per_page
    offset = (page - 1) * limit
    if offset >= total:
        return total, []
    if not backwards:
        return total, [_decode(item) for item in listing.page(limit, offset)]
    first = max(0, total - offset - limit)
    return total, [_decode(item) for item in reversed(listing.page(total - offset - first, first))]


def _row(item: dict[str, Any]) -> dict[str, Any]:
    """What tells one from another, whatever it is."""
    region = item.get("region") or item.get("region_slug")
    if isinstance(region, dict):
        region = region.get("slug")
    status = item.get("status")
    if isinstance(status, dict):
        status = status.get("state")
    return {
        "id": next((item[name] for name in ("id", "uuid", "ip", "fingerprint", "name") if item.get(name)), None),
        "name": item.get("name") or item.get("ip") or item.get("origin") or item.get("type"),
        "status": status or item.get("state"),
        "region": region or next(iter(item.get("regions") or ()), None),
        "created_at": item.get("created_at") or item.get("started_at") or item.get("reserved_at"),
    }


def _pending(context: Context, limit: int) -> list[dict[str, Any]]:
    rows = context.store.db.execute(
        "select due, name, subject, data from event order by due, n limit ?", (limit,)
    ).fetchall()
    found = []
    for due, name, subject, data in rows:
        item: dict[str, Any] = {"event": name, "subject": subject, "due": stamp(moment(due))}
        item["in_seconds"] = round(due - context.now.timestamp(), 3)
        if name == "action.due":
            action = context.store.get("action", _decode(data)["action"])
            if action is not None:
                item["action"] = {"id": action.body["id"], "type": action.body["type"]}
        found.append(item)
    return found
