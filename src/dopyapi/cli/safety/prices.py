"""What a change costs or saves a month, as far as ``/v2/sizes`` gives prices."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

UNKNOWN = "unknown"
_DROPLET = re.compile(r"/droplets/(\d+)(/actions)?$")


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
    total = sum(change or 0 for change in changes)
    return f"{'+' if total > 0 else '-' if total < 0 else ''}${abs(total):,.2f}" if total else "none"


def _change(request: Any) -> float | None:
    """Of one request; nothing where that is unknown."""
    path = urlsplit(request.url).path.partition("/v2")[2]
    body = json.loads(request.body) if request.body else {}
    if path == "/droplets" and request.method == "POST":
        price = of_size(body.get("size"))
        count = len(body["names"]) if "names" in body else 1
        if price is None:
            return None
        return price * count * (1.2 if body.get("backups") else 1)
    found = _DROPLET.search(path)
    if found and request.method == "DELETE":
        price = of_size(_size_of(int(found[1])))
        return None if price is None else -price
    if found and found[2]:
        return _of_action(int(found[1]), body)
    return 0.0 if _free(path) else None


def _of_action(droplet: int, body: dict[str, Any]) -> float | None:
    if body.get("type") == "resize":
        before, after = of_size(_size_of(droplet)), of_size(body.get("size"))
        return None if before is None or after is None else after - before
    return None if body.get("type") in ("snapshot", "enable_backups", "disable_backups") else 0.0


def _free(path: str) -> bool:
    """Whether this kind of thing costs nothing."""
    free = ("domains", "tags", "firewalls", "account", "projects", "vpcs", "certificates", "images", "actions")
    return path.strip("/").split("/")[0] in free and not path.endswith("/actions")


def _size_of(droplet: int) -> str | None:
    import dopyapi

    return str(dopyapi.Droplet.fetch(droplet).size_slug)


def of_size(slug: Any) -> float | None:
    """What a size costs a month, in dollars; nothing where no size is called so."""
    return _prices().get(str(slug))


def _prices() -> dict[str, float]:
    import dopyapi

    if not _known:
        _known.update((size.slug, float(size.price_monthly)) for size in dopyapi.Size.list.all())
    return _known


_known: dict[str, float] = {}
"""Prices by slug, asked for once a run."""
