"""The regions: where things can run."""

from __future__ import annotations

_FEATURES = ("backups", "ipv6", "metadata", "install_agent", "storage", "image_transfer")

REGIONS: dict[str, tuple[str, bool]] = {
    # slug: (name, whether new resources can be placed there)
    "nyc1": ("New York 1", True),
    "sgp1": ("Singapore 1", True),
    "lon1": ("London 1", True),
    "nyc3": ("New York 3", True),
    "ams3": ("Amsterdam 3", True),
    "fra1": ("Frankfurt 1", True),
    "tor1": ("Toronto 1", True),
    "blr1": ("Bangalore 1", True),
    "sfo3": ("San Francisco 3", True),
    "syd1": ("Sydney 1", True),
    "atl1": ("Atlanta 1", True),
    "ric1": ("Richmond 1", True),
    "nyc2": ("New York 2", True),
    "sfo2": ("San Francisco 2", True),
    "ams2": ("Amsterdam 2", False),
    "sfo1": ("San Francisco 1", False),
    "ams1": ("Amsterdam 1", False),
}

OPEN = tuple(slug for slug, (_, available) in REGIONS.items() if available)
"""Regions that take new resources."""

LISTED_FOR_IMAGES = tuple(slug for slug in OPEN if slug not in ("atl1", "ric1"))
"""Regions that images name: the official document knows no others there."""


def features(slug: str) -> list[str]:
    """What a region offers."""
    return list(_FEATURES) if REGIONS[slug][1] else list(_FEATURES[:3])
