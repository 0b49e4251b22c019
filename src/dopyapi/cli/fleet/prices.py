"""What a thing costs a month, and who says so.

The API gives prices of Droplets only, in ``/v2/sizes``. For four simple products there is a list price here, as
DigitalOcean publishes it; figures made of one are marked ``list price``, since it may have changed. Everything else is
unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

HOURS = 672
"""Hours for which a month is billed at most; a monthly price is the price of so many."""
SIZES, LIST, BILLED = "/v2/sizes", "list price", "invoice"
"""Who says a price: the API's listing of sizes, the table below, or what this month's invoice charges an hour."""

LIST_PRICES_AS_OF = "2025"
LIST_PRICES: dict[str, tuple[str, str]] = {
    "volume": ("0.10", "https://docs.digitalocean.com/products/volumes/details/pricing/"),
    "snapshot": ("0.06", "https://docs.digitalocean.com/products/images/snapshots/details/pricing/"),
    "reserved_ip": ("5", "https://docs.digitalocean.com/products/networking/reserved-ips/details/pricing/"),
    "load_balancer:REGIONAL": (
        "12",
        "https://docs.digitalocean.com/products/networking/load-balancers/details/pricing/",
    ),
    "load_balancer:REGIONAL_NETWORK": (
        "15",
        "https://docs.digitalocean.com/products/networking/load-balancers/details/pricing/",
    ),
    "load_balancer:GLOBAL": ("15", "https://docs.digitalocean.com/products/networking/load-balancers/details/pricing/"),
}
"""US dollars a month, and the page that says so: a GiB of a volume, a GB of a snapshot, a reserved IPv4 address that is
assigned to nothing, a node of a load balancer."""
LEGACY_UNITS = {"lb-small": 1, "lb-medium": 3, "lb-large": 6}
"""Nodes of a load balancer that says its size in the old way."""


@dataclass(frozen=True)
class Price:
    """What something costs.

    Attributes:
        monthly: US dollars a month at most.
        source: who says so: `SIZES`, `LIST` or `BILLED`.
        hourly: US dollars an hour; a 672nd of a month's unless it is published.
    """

    monthly: Decimal
    source: str
    hourly: Decimal

    def of(self, hours: Decimal) -> Decimal:
        """What some hours of a month cost."""
        return self.monthly if hours >= HOURS else min(self.monthly, self.hourly * hours)


def price(monthly: Decimal, source: str, hourly: Decimal | None = None) -> Price:
    """A price, by the month."""
    return Price(monthly, source, monthly / HOURS if hourly is None else hourly)


def cents(amount: Decimal) -> Decimal:
    """Dollars rounded to cents, halves up."""
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def dollars(amount: Decimal | None) -> str:
    """An amount as people write it; ``unknown`` where there is none."""
    if amount is None:
        return "unknown"
    rounded = cents(amount)
    return f"{'-' if rounded < 0 else ''}${abs(rounded):,.2f}"


def by_size(sizes: Sequence[dict[str, Any]]) -> dict[str, Price]:
    """The prices of sizes, by their slugs."""
    return {
        size["slug"]: price(Decimal(str(size["price_monthly"])), SIZES, Decimal(str(size["price_hourly"])))
        for size in sizes
        if size.get("price_monthly") is not None and size.get("price_hourly") is not None
    }


def of_droplet(droplet: dict[str, Any], sizes: dict[str, Price]) -> Price | None:
    """The price of a Droplet, without its backups."""
    return sizes.get(str(droplet.get("size_slug")))


def of_volume(volume: dict[str, Any]) -> Price | None:
    """The price of a volume."""
    return _by_amount("volume", volume.get("size_gigabytes"))


def of_snapshot(snapshot: dict[str, Any]) -> Price | None:
    """The price of a snapshot."""
    return _by_amount("snapshot", snapshot.get("size_gigabytes"))


def of_reserved_ip(address: dict[str, Any]) -> Price | None:
    """The price of a reserved IPv4 address; nothing while a Droplet has it."""
    return _by_amount("reserved_ip", 0 if address.get("droplet") else 1)


def of_load_balancer(balancer: dict[str, Any]) -> Price | None:
    """The price of a load balancer."""
    nodes = balancer.get("size_unit") or LEGACY_UNITS.get(str(balancer.get("size")), 1)
    return _by_amount(f"load_balancer:{balancer.get('type') or 'REGIONAL'}", nodes)


def _by_amount(product: str, amount: Any) -> Price | None:
    if product not in LIST_PRICES or amount is None:
        return None
    return price(Decimal(LIST_PRICES[product][0]) * Decimal(str(amount)), LIST)
