"""What documents cost as they are: a product registers its kind, the meter does the rest.

    @charged("volume")
    def _volume(context: Context, volume: Document) -> list[Charge]:
        return [Charge(monthly("Volumes", "volume", size * Decimal("0.10")), "data (10 GiB)")]

A document of a registered kind is looked at whenever it was added, saved or removed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any, NamedTuple

from ..catalogue import SIZES
from ..context import Context
from ..store import Document, watch

HOURS = 672
"""A month is billed as at most 28 days."""
SNAPSHOT = Decimal("0.06")
"""Dollars a month for a GiB of a snapshot or of a custom image."""
_CENT = Decimal("0.01")
_BACKUPS = {"weekly": Decimal("0.20"), "daily": Decimal("0.30")}
"""What backups cost, as a share of the Droplet's price."""
_VOLUME = Decimal("0.10")
_RESERVED_IP = Decimal("5")
_BALANCERS = {"REGIONAL": Decimal("12"), "REGIONAL_NETWORK": Decimal("15"), "GLOBAL": Decimal("15")}
_CONTROL_PLANE = Decimal("40")
_DATABASES = {
    "db-s-1vcpu-1gb": Decimal("15.15"),
    "db-s-1vcpu-2gb": Decimal("30.45"),
    "db-s-2vcpu-4gb": Decimal("60.90"),
    "db-s-4vcpu-8gb": Decimal("122.10"),
    "db-s-6vcpu-16gb": Decimal("244.10"),
}
"""Dollars a month for a node; sizes that are not here cost by their memory."""
_DATABASE_GIB = Decimal("15")


def cents(amount: Decimal) -> Decimal:
    """Dollars rounded to cents, halves up."""
    return amount.quantize(_CENT, ROUND_HALF_UP)


class Rate(NamedTuple):
    """What running something costs.

    Parameters:
        product: as invoices name it.
        sku: what exactly, as a code.
        monthly: dollars a month, the most that a month costs.
        hourly: dollars an hour where that is published; a 672nd of a month otherwise.
    """

    product: str
    sku: str
    monthly: Decimal
    hourly: Decimal | None = None

    def cost(self, hours: int) -> Decimal:
        """Dollars for some hours of a month."""
        return _cost(self.monthly, self.hourly, hours)


@cache
def _cost(monthly: Decimal, hourly: Decimal | None, hours: int) -> Decimal:
    if hours >= HOURS:
        return cents(monthly)
    return cents(min(monthly, monthly * hours / HOURS if hourly is None else hourly * hours))


class Charge(NamedTuple):
    """One thing that a document costs: at what rate, described how, as part of which group, where."""

    rate: Rate
    description: str
    group: str = ""
    region: str | None = None
    """Slug of the region; the document's own when None."""


Charges = Callable[[Context, Document], list[Charge]]
_CHARGES: dict[str, Charges] = {}


def charged(kind: str) -> Callable[[Charges], Charges]:
    """Register what documents of a kind cost."""

    def register(charges: Charges) -> Charges:
        _CHARGES[kind] = charges
        watch(kind)
        return charges

    return register


def charges_for(context: Context, document: Document) -> list[Charge]:
    """What a document costs as it is."""
    charges = _CHARGES.get(document.kind)
    return charges(context, document) if charges else []


# Droplets.


@cache
def _of_size(product: str, slug: str) -> Rate:
    shown = SIZES[slug].shown()
    return Rate(product, f"droplet:{slug}", Decimal(str(shown["price_monthly"])), Decimal(str(shown["price_hourly"])))


@cache
def _of_backups(slug: str, plan: str) -> Rate:
    droplet, share = _of_size("Droplets", slug), _BACKUPS[plan]
    hourly = None if droplet.hourly is None else droplet.hourly * share
    return Rate("Droplet Backups", f"backups:{plan}:{slug}", droplet.monthly * share, hourly)


@charged("droplet")
def _droplet(context: Context, droplet: Document) -> list[Charge]:
    slug, name = droplet.refs["size"], droplet.body["name"]
    cluster = _cluster_of(context, droplet)
    product, group = ("Kubernetes Clusters", cluster) if cluster else ("Droplets", "")
    found = [Charge(_of_size(product, slug), f"{name} ({slug})", group)]
    policy = droplet.hidden.get("backup")
    if policy:
        found.append(Charge(_of_backups(slug, policy["plan"]), f"{name} ({policy['plan']} backups)", group))
    return found


def _cluster_of(context: Context, droplet: Document) -> str | None:
    """The name of the cluster that a Droplet is a node of; its tags say which."""
    if "k8s" not in droplet.body["tags"]:
        return None
    keys = [tag.partition(":")[2] for tag in droplet.body["tags"] if tag.startswith("k8s:")]
    clusters = [context.store.get("kubernetes_cluster", key) for key in keys]
    return next((str(cluster.body["name"]) for cluster in clusters if cluster), None)


# By the GiB.


def _stored(product: str, sku: str, price: Decimal, document: Document) -> list[Charge]:
    size: Any = document.body.get("size_gigabytes")
    if not size:
        return []  # an import that has not ended
    rate = Rate(product, sku, Decimal(str(size)) * price)
    return [Charge(rate, f"{document.body['name']} ({size:g} GiB)")]


@charged("image")
def _image(context: Context, image: Document) -> list[Charge]:
    if image.facet == "snapshot":
        return _stored("Droplet Snapshots", "snapshot:droplet", SNAPSHOT, image)
    if image.facet == "custom":
        return _stored("Custom Images", "image:custom", SNAPSHOT, image)
    return []  # backups are paid for with their Droplet


@charged("volume")
def _volume(context: Context, volume: Document) -> list[Charge]:
    return _stored("Volumes", "volume", _VOLUME, volume)


@charged("volume_snapshot")
def _volume_snapshot(context: Context, snapshot: Document) -> list[Charge]:
    return _stored("Volume Snapshots", "snapshot:volume", SNAPSHOT, snapshot)


# By the piece.


@charged("reserved_ip")
def _reserved_ip(context: Context, address: Document) -> list[Charge]:
    if address.parent or address.body.get("droplet"):
        return []  # free while a Droplet has it
    return [Charge(Rate("Reserved IPs", "reserved_ip", _RESERVED_IP), f"Unused reserved IP - {address.key}")]


@charged("load_balancer")
def _load_balancer(context: Context, balancer: Document) -> list[Charge]:
    type = balancer.body.get("type") or "REGIONAL"
    units = int(balancer.body.get("size_unit") or 1)
    rate = Rate("Load Balancers", f"load_balancer:{type.lower()}", units * _BALANCERS.get(type, _BALANCERS["REGIONAL"]))
    return [Charge(rate, f"{balancer.body['name']} ({units} node{'s' if units > 1 else ''})")]


@charged("database")
def _database(context: Context, database: Document) -> list[Charge]:
    body = database.body
    size, nodes = str(body.get("size")), int(body.get("num_nodes") or 1)
    price = _DATABASES.get(size)
    if price is None:
        gib = re.search(r"(\d+)gb", size)
        price = _DATABASE_GIB * int(gib[1] if gib else 1)
    rate = Rate("Database Clusters", f"database:{size}", nodes * price)
    return [Charge(rate, f"{body['name']} ({nodes} x {size})", str(body["name"]))]


@charged("kubernetes_cluster")
def _kubernetes(context: Context, cluster: Document) -> list[Charge]:
    if not cluster.body.get("ha"):
        return []  # nodes are Droplets, and the plain control plane is free
    name = str(cluster.body["name"])
    rate = Rate("Kubernetes Clusters", "kubernetes:ha", _CONTROL_PLANE)
    return [Charge(rate, "High availability control plane", name)]
