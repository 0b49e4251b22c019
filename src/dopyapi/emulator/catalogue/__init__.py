"""What DigitalOcean offers to everyone: regions, sizes, public images. Tables in memory, shown as ready bytes."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from ..store import Store, expands
from .images import BY_KEY, IMAGES, PublicImage
from .regions import OPEN, REGIONS, features
from .sizes import SIZES, Size

__all__ = [
    "BY_KEY",
    "IMAGES",
    "OPEN",
    "REGIONS",
    "SIZES",
    "PublicImage",
    "Size",
    "image_bytes",
    "region",
    "region_bytes",
    "size_bytes",
]

_encode = msgspec.json.Encoder().encode


@cache
def region(slug: str) -> dict[str, Any]:
    """A region as the API shows it."""
    name, available = REGIONS[slug]
    return {
        "name": name,
        "slug": slug,
        "features": features(slug),
        "available": available,
        "sizes": [size.slug for size in SIZES.values() if slug in size.regions],
    }


@cache
def region_bytes(slug: str) -> bytes:
    """A region as JSON."""
    return _encode(region(slug))


@cache
def size_bytes(slug: str) -> bytes:
    """A size as JSON."""
    return _encode(SIZES[slug].shown())


@cache
def image_bytes(key: str) -> bytes:
    """A public image, by id or slug, as JSON."""
    return _encode(BY_KEY[key].shown())


@expands("region")
def _region(store: Store, slug: str) -> bytes:
    return b'"region":' + region_bytes(slug)


@expands("size")
def _size(store: Store, slug: str) -> bytes:
    return b'"size":%s,"size_slug":"%s"' % (size_bytes(slug), slug.encode())
