"""Regions and sizes: what everyone can choose from."""

from __future__ import annotations

from ..catalogue import REGIONS, SIZES, region_bytes, size_bytes
from ..context import Context, Reply, handles
from ..paging import Ranged, listed


@handles("regions_list")
def regions(context: Context) -> Reply:
    """Regions, in a stable order."""
    return listed(context, "regions", Ranged([region_bytes(slug) for slug in REGIONS]))


@handles("sizes_list")
def sizes(context: Context) -> Reply:
    """Sizes, cheapest first."""
    return listed(context, "sizes", Ranged([size_bytes(slug) for slug in SIZES]))
