"""What a change costs or saves a month, as far as ``/v2/sizes`` gives prices; what it does not give is unknown.

That is Droplets, and the nodes of Kubernetes clusters, which are Droplets. Backups, volumes, snapshots, load balancers,
reserved addresses, databases and registries have prices that no listing of the API holds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

UNKNOWN = "unknown"
FREE = ("account", "actions", "certificates", "domains", "firewalls", "projects", "tags", "vpc_peerings", "vpcs")
"""Kinds of things that the account is not billed for by what there is of them."""
FREE_ACTIONS = frozenset(
    "reboot power_cycle power_on power_off shutdown rename rebuild restore password_reset change_kernel enable_ipv6"
    " enable_private_networking attach detach assign unassign convert change_backup_policy".split()
)
"""Actions after which the same is billed: what is off is billed as well."""
_DROPLET = re.compile(r"/droplets/(\d+)(/actions)?$")
_CLUSTER = re.compile(r"/kubernetes/clusters(?:/([^/]+)(?:/node_pools(?:/([^/]+))?)?)?$")


def difference(requests: list[Any]) -> str:
    """What these requests would change of the monthly bill.

    Args:
        requests: those of a dry run.

    Returns:
        ``+$12.00``, ``-$6.00``, ``none``, or ``unknown`` where no listing gives the price of something.
    """
    changes = [_change(request) for request in requests]
    if any(change is None for change in changes):
        return UNKNOWN
    total = round(sum(change or 0 for change in changes), 2)
    return f"{'+' if total > 0 else '-'}${abs(total):,.2f}" if total else "none"


def _change(request: Any) -> float | None:
    """Of one request; nothing where that is unknown."""
    parts = urlsplit(request.url)
    path = parts.path.partition("/v2")[2]
    body = _json(request.body)
    if path == "/droplets":
        return _of_droplets(request.method, body, parse_qs(parts.query))
    if path == "/droplets/actions":
        return 0.0 if body.get("type") in FREE_ACTIONS else None
    found = _DROPLET.search(path)
    if found and request.method == "DELETE":
        return _of_deleted(int(found[1]))
    if found and found[2]:
        return _of_action(int(found[1]), body)
    if cluster := _CLUSTER.search(path):
        return _of_cluster(request.method, cluster[1], cluster[2], "/node_pools" in path, body)
    if path.endswith("/actions"):
        return 0.0 if body.get("type") in FREE_ACTIONS else None
    return 0.0 if path.strip("/").split("/")[0] in FREE else None


def _json(body: bytes | None) -> Mapping[str, Any]:
    try:
        found = json.loads(body) if body else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _of_droplets(method: str, body: Mapping[str, Any], query: Mapping[str, list[str]]) -> float | None:
    if method == "DELETE":
        import dopyapi

        tag = (query.get("tag_name") or [""])[0]
        prices = [_priced(droplet) for droplet in dopyapi.Droplet.list_by_tag_name.all(tag)]
        return None if any(price is None for price in prices) else -sum(price or 0 for price in prices)
    price = of_size(body.get("size"))
    if price is None or body.get("backups"):  # what backups cost is in no listing
        return None
    return price * (len(body["names"]) if "names" in body else 1)


def _of_deleted(number: int) -> float | None:
    import dopyapi

    price = _priced(dopyapi.Droplet.fetch(number))
    return None if price is None else -price


def _priced(droplet: Any) -> float | None:
    """What a Droplet costs a month; nothing where it has backups, whose price is in no listing."""
    return None if "backups" in (droplet.json().get("features") or []) else of_size(droplet.size_slug)


def _of_action(number: int, body: Mapping[str, Any]) -> float | None:
    if body.get("type") != "resize":
        return 0.0 if body.get("type") in FREE_ACTIONS else None
    import dopyapi

    droplet = dopyapi.Droplet.fetch(number)
    before, after = _priced(droplet), of_size(body.get("size"))
    return None if before is None or after is None else after - before


def _of_cluster(method: str, cluster: str, pool: str | None, of_pools: bool, body: Mapping[str, Any]) -> float | None:
    """What nodes cost; a highly available control plane, which new ones have unless they must not, costs too, and no
    listing says what.
    """
    if method == "POST" and not of_pools:
        return None if body.get("ha", True) else _nodes(body.get("node_pools") or [])
    if method == "POST":
        return _nodes([body])
    import dopyapi

    known = dopyapi.DOKS.fetch(cluster).json()
    pools = known.get("node_pools") or []
    if not of_pools:
        if method == "PUT":
            return 0.0 if body.get("ha", known.get("ha")) == known.get("ha") else None
        nodes = None if known.get("ha") else _nodes(pools)
        return None if nodes is None else -nodes
    now = next((each for each in pools if each.get("id") == pool), None)
    price = of_size(now.get("size")) if now else None
    if now is None or price is None:
        return None
    count: int = body.get("count", now["count"]) if method == "PUT" else 0
    return price * (count - int(now["count"]))


def _nodes(pools: list[Any]) -> float | None:
    prices = [(of_size(pool.get("size")), pool.get("count") or 0) for pool in pools]
    if any(price is None for price, _ in prices):
        return None
    return sum((price or 0) * count for price, count in prices)


def of_size(slug: Any) -> float | None:
    """What a size costs a month, in dollars; nothing where no size is called so."""
    return _prices().get(str(slug))


def _prices() -> dict[str, float]:
    import dopyapi

    from ..session import session

    client = session().client
    if _known.get("of") is not client:
        prices = {size.slug: float(size.price_monthly) for size in dopyapi.Size.list.all() if size.price_monthly}
        _known.update({"of": client, "prices": prices})
    found: dict[str, float] = _known["prices"]
    return found


_known: dict[str, Any] = {}
"""Prices by slug, asked for once a run, and of whom."""
