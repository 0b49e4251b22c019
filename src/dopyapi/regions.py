"""Regions: the datacenters."""

from __future__ import annotations

from ._core.declare import collection, member, unsupported
from ._core.fields import Key, Static
from ._core.page import Page
from ._core.resource import ActiveRecord, Array

_READ_ONLY = "regions are DigitalOcean's own; list() them"


class Region(ActiveRecord):
    """A datacenter region, where Droplets can be created and images transferred.

    In DigitalOcean's API reference: Regions.
    """

    _url, _single, _plural, _id_attr = "regions", "region", "regions", "slug"

    slug: Key[str]
    """Short name, such as `nyc3`."""
    name: Static[str]
    """Display name, such as `New York 3`."""
    sizes: Static[Array[str]]
    """Slugs of the sizes offered there."""
    available: Static[bool]
    """Whether Droplets can be created there now."""
    features: Static[Array[str]]
    """What the region offers, such as `ipv6`."""

    load = member.load_from_list("/regions")
    create = unsupported("create", _READ_ONLY)
    save = unsupported("save", _READ_ONLY)
    delete = unsupported("delete", _READ_ONLY)

    @collection.list("/regions")
    def list(cls, *, page: int = 1, per_page: int = 20) -> Page[Region]:
        """List the regions, available or not.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...
