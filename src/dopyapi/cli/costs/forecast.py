"""What each resource will have cost by the end of the month, if what runs keeps running.

A price is, in this order: for Droplets that of ``/v2/sizes``; what this month's invoice charges an hour, where it has
charged a day or more, so that its rounding to cents is small; a list price. Where there is none, the end is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from ..fleet import Fleet
from ..fleet.prices import (
    BILLED,
    HOURS,
    Price,
    by_size,
    of_droplet,
    of_load_balancer,
    of_reserved_ip,
    of_snapshot,
    of_volume,
    price,
)
from .bill import Bill, Line

BY_SIZE = ("Droplets", "Kubernetes Clusters")
"""Products whose lines are the price of a Droplet's size."""
SURE_AFTER = 24
"""Hours after which what an invoice has charged says what an hour costs, within a hundredth or so."""
UNKNOWN = "unknown"
LAG = timedelta(hours=25)
"""How far a line of something that still runs may be behind: invoices are reckoned anew every day."""


@dataclass(frozen=True)
class Cost:
    """What one resource costs.

    Attributes:
        product: what is billed.
        id: its identifier, if it is known.
        name: the resource in words.
        project: name of its project.
        amount: US dollars until now.
        expected: the same at the end of the month; nothing where that is unknown.
        source: who says the price of what is still to come; empty where nothing is to come.
    """

    product: str
    id: str
    name: str
    project: str
    amount: Decimal
    expected: Decimal | None
    source: str = ""


def costs(bill: Bill) -> list[Cost]:
    """What each resource costs.

    Args:
        bill: of the month.
    """
    grouped: dict[tuple[str, str], list[Line]] = {}
    for line in bill.lines:
        grouped.setdefault((line.product, line.id or line.description), []).append(line)
    if not bill.running or bill.until is None:
        return [_ended(lines) for lines in grouped.values()]
    end = month_end(bill.month)
    there = _Running(bill.fleet)
    found = [_of(lines, there, bill.until, end) for lines in grouped.values()]
    return [*found, *there.unbilled(bill.lines, bill.until, end)]


def month_end(month: str) -> datetime:
    """The first moment after a month that is written as `2026-11`."""
    start = datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC)
    return (start + timedelta(days=31)).replace(day=1)


def _ended(lines: list[Line]) -> Cost:
    amount = sum((line.amount for line in lines), Decimal(0))
    last = lines[-1]
    return Cost(last.product, last.id, last.description, last.project, amount, amount)


def _of(lines: list[Line], there: _Running, until: datetime, end: datetime) -> Cost:
    """One that stands on the invoice."""
    done = _ended(lines)
    last = max(lines, key=lambda line: line.ended or until)
    thing = there.find(last)
    if thing is None and (there.lists(last) or (last.ended is not None and last.ended < until - LAG)):
        return done  # it is gone
    found = _price(last, thing, there)
    if found is None:
        return replace(done, expected=None, source=UNKNOWN)
    # Each size that it had is billed, and capped, by itself.
    used = sum((line.hours or Decimal(0) for line in lines if line.description == last.description), Decimal(0))
    coming = hours_between(last.ended or until, end)
    return replace(done, expected=done.amount + found.of(used + coming) - found.of(used), source=found.source)


def _price(line: Line, thing: Thing | None, there: _Running) -> Price | None:
    if thing is not None and thing.listing == "droplets":
        return of_droplet(thing.item, there.sizes) if line.product in BY_SIZE else billed(line)
    charged, listed = billed(line), thing.listed_price() if thing is not None else None
    if charged is None or listed is None:
        return charged or listed
    # An invoice rounds to cents: a list price that fits what it charges is confirmed by it, and more exact.
    rounding = Decimal("0.01") / (line.hours or 1) * HOURS
    return replace(listed, source=BILLED) if abs(listed.monthly - charged.monthly) <= rounding else charged


def billed(line: Line) -> Price | None:
    """What an invoice charges an hour, where it has charged enough of them."""
    if line.hours is None or line.hours < SURE_AFTER:
        return None
    return price(line.amount / line.hours * HOURS, BILLED) if line.hours <= HOURS else price(line.amount, BILLED)


def hours_between(first: datetime, last: datetime) -> Decimal:
    """The hours between two moments, begun ones in full."""
    return Decimal(max(0, -(-int((last - first).total_seconds()) // 3600)))


@dataclass(frozen=True)
class Thing:
    """Something that runs: its listing, and its JSON."""

    listing: str
    item: dict[str, Any]

    def listed_price(self) -> Price | None:
        """Its list price."""
        return LISTED[self.listing](self.item) if self.listing in LISTED else None


LISTED: dict[str, Callable[[dict[str, Any]], Price | None]] = {
    "load_balancers": of_load_balancer,
    "reserved_ips": of_reserved_ip,
    "snapshots": of_snapshot,
    "volumes": of_volume,
}
"""What has a list price."""
PRODUCTS = {
    "Droplets": "droplets",
    "Droplet Backups": "droplets",
    "Droplet Snapshots": "snapshots",
    "Volumes": "volumes",
    "Volume Snapshots": "snapshots",
    "Load Balancers": "load_balancers",
    "Database Clusters": "databases",
    "Kubernetes Clusters": "clusters",
    "Reserved IPs": "reserved_ips",
}
"""In which listing the resources of a product are while they run."""
URNS = {"databases": "dbaas", "droplets": "droplet", "load_balancers": "loadbalancer", "volumes": "volume"}
"""How projects call the kinds of resources that they hold."""


class _Running:
    """What runs."""

    def __init__(self, fleet: Fleet) -> None:
        self.fleet = fleet
        self.sizes = by_size(fleet["sizes"])
        self.things = {
            str(item.get("id") or item.get("ip")): Thing(listing, item)
            for listing in (*PRODUCTS.values(),)
            for item in fleet[listing]
        }
        self.projects = {str(each["urn"]): str(each["project"]["name"]) for each in fleet["project_resources"]}

    def find(self, line: Line) -> Thing | None:
        """What a line is about: by its identifier, or by the address that its description has."""
        if line.id:
            return self.things.get(line.id)
        if line.product == "Reserved IPs":
            found = (self.things.get(word) for word in line.description.split())
            # One that a Droplet has is free: what was charged while none had it is over.
            return next((thing for thing in found if thing and not thing.item.get("droplet")), None)
        return None

    def lists(self, line: Line) -> bool:
        """Whether what a line is about would be there if it still ran."""
        listing = PRODUCTS.get(line.product)
        told = bool(line.id) or line.product == "Reserved IPs"
        return told and listing is not None and listing not in self.fleet.refused

    def unbilled(self, lines: Iterable[Line], until: datetime, end: datetime) -> Iterator[Cost]:
        """What runs and stands on no line yet: invoices are made anew once a day."""
        billed_ids = {line.id for line in lines}
        billed_words = {word for line in lines if line.product == "Reserved IPs" for word in line.description.split()}
        nodes = {f"k8s:{cluster['id']}" for cluster in self.fleet["clusters"]}
        start = (end - timedelta(days=1)).replace(day=1)
        for key, thing in self.things.items():
            listing, item = thing.listing, thing.item
            if key in billed_ids or key in billed_words or listing == "clusters" or item.get("droplet"):
                continue  # the plain control plane of a cluster is free, as is an address that a Droplet has
            since = datetime.fromisoformat(item["created_at"]) if item.get("created_at") else until
            product = next(name for name, of in PRODUCTS.items() if of == listing)
            if listing == "snapshots" and item.get("resource_type") == "volume":
                product = "Volume Snapshots"
            if nodes & set(item.get("tags") or ()) and listing == "droplets":
                product = "Kubernetes Clusters"
            cost = of_droplet(item, self.sizes) if listing == "droplets" else thing.listed_price()
            yield Cost(
                product,
                key,
                f"{item.get('name') or key}" + (f" ({item['size_slug']})" if listing == "droplets" else ""),
                self.projects.get(f"do:{URNS.get(listing)}:{key}", ""),
                Decimal(0),
                None if cost is None else cost.of(hours_between(max(since, start), end)),
                UNKNOWN if cost is None else cost.source,
            )
