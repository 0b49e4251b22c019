"""Fleets of Droplets as accounts of today have them: made here, the same each time.

There are two. In ``repeating``, images, sizes and regions are the same few objects over and over, as in a real account;
in ``distinct``, no nested object is like another one.
"""

from __future__ import annotations

import json
from typing import Any

FLEETS = ("repeating", "distinct")

REGIONS = ["ams3", "atl1", "blr1", "fra1", "lon1", "nyc1", "nyc2", "nyc3", "sfo2", "sfo3", "sgp1", "syd1", "tor1"]


def sizes() -> list[str]:
    """As many slugs as a large region offers."""
    shared = [(1, 1), (1, 2), (2, 2), (2, 4), (4, 8), (8, 16), (8, 32)]
    found = [f"s-{n}vcpu-{g}gb{maker}" for n, g in shared for maker in ("", "-amd", "-intel")]
    for kind, per in (("g", 4), ("gd", 4), ("c", 2), ("c2", 2), ("m", 8), ("m3", 8), ("so", 8), ("so1_5", 8)):
        makers = ("", "-intel") if kind in ("g", "gd") else ("",)
        found += [f"{kind}-{n}vcpu-{n * per}gb{maker}" for n in (2, 4, 8, 16, 32) for maker in makers]
    return found


SIZES = sizes()


def droplet(n: int) -> dict[str, Any]:
    """The Droplet of this number."""
    region, processors = REGIONS[n % len(REGIONS)], 2 ** (n % 4)
    slug, memory, disk = f"s-{processors}vcpu-{2 * processors}gb", 2048 * processors, 60 * processors
    return {
        "id": 400_000_000 + 17 * n,
        "name": f"worker-{n:03d}.{region}.bench.example",
        "memory": memory,
        "vcpus": processors,
        "disk": disk,
        "disk_info": [{"type": "local", "size": {"amount": disk, "unit": "gib"}}],
        "locked": n % 50 == 0,
        "status": "off" if n % 20 == 0 else "active",
        "kernel": None,
        "created_at": f"2025-{n % 12 + 1:02d}-{n % 28 + 1:02d}T{n % 24:02d}:{n % 60:02d}:07Z",
        "features": ["droplet_agent", "private_networking", "ipv6"],
        "backup_ids": [],
        "next_backup_window": None,
        "snapshot_ids": [180_000_000 + 3 * n],
        "image": {
            "id": 190_000_000 + n % 7,
            "name": "24.04 (LTS) x64",
            "distribution": "Ubuntu",
            "slug": "ubuntu-24-04-x64",
            "public": True,
            "regions": REGIONS,
            "created_at": "2025-05-06T16:01:45Z",
            "min_disk_size": 7,
            "type": "base",
            "size_gigabytes": 0.62,
            "description": "Ubuntu 24.04 for the bench",
            "tags": [],
            "status": "available",
        },
        "volume_ids": [],
        "size": {
            "slug": slug,
            "memory": memory,
            "vcpus": processors,
            "disk": disk,
            "transfer": float(processors + 1),
            "price_monthly": 12.0 * processors,
            "price_hourly": 0.01786 * processors,
            "regions": REGIONS,
            "available": True,
            "description": "Basic",
            "disk_info": [{"type": "local", "size": {"amount": disk, "unit": "gib"}}],
        },
        "size_slug": slug,
        "networks": {
            "v4": [
                {"ip_address": f"10.1.{n // 200}.{n % 200}", "netmask": "255.255.240.0", "gateway": "10.1.0.1",
                 "type": "private"},
                {"ip_address": f"192.0.2.{n % 250}", "netmask": "255.255.255.0", "gateway": "192.0.2.254",
                 "type": "public"},
            ],
            "v6": [{"ip_address": f"2001:db8::{n:x}", "netmask": 64, "gateway": "2001:db8::1", "type": "public"}],
        },
        "region": {
            "name": region.upper(),
            "slug": region,
            "features": ["backups", "ipv6", "metadata", "install_agent", "storage", "image_transfer"],
            "available": True,
            "sizes": SIZES,
        },
        "tags": ["bench", f"shard-{n % 8}"],
        "vpc_uuid": f"5a4981aa-9653-4bd1-bef5-{n:012x}",
    }  # fmt: skip


def of_fleet(fleet: str, n: int) -> dict[str, Any]:
    """The Droplet of this number in one of the fleets."""
    made = droplet(n)
    if fleet == "distinct":
        made["image"] |= {"id": 190_000_000 + n, "name": f"web at {n}", "description": f"snapshot {n}"}
        made["size"] |= {"description": f"Plan {n}", "price_monthly": 12.0 + n / 100}
        made["region"] |= {"name": f"Region {n}"}
    return made


def page(number: int = 1, per_page: int = 200, total: int | None = None) -> bytes:
    """One page of a listing, as the API would send it."""
    total = per_page if total is None else total
    first = (number - 1) * per_page
    items = [droplet(n) for n in range(first, min(first + per_page, total))]
    more = first + per_page < total
    links = {"pages": {"next": f"https://api.example/v2/droplets?page={number + 1}"}} if more else {}
    listing = {"droplets": items, "links": links, "meta": {"total": total}}
    return json.dumps(listing, separators=(",", ":")).encode()


class Answering:
    """A transport that gives one body for ever."""

    def __init__(self, body: bytes) -> None:
        self.body, self.requests = body, 0

    def send(self, request: Any) -> Any:
        from dopyapi._core.steps import Response

        self.requests += 1
        return Response(200, {"content-type": "application/json"}, self.body)

    async def asend(self, request: Any) -> Any:
        return self.send(request)
