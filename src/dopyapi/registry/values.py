"""What a registry is paid by."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from .._core.values import Document

TierSlug = Literal["starter", "basic", "professional"]


class Tier(Document):
    """A plan of the container registry; the options say of each whether the account can change to it."""

    name: str
    """What it is called."""
    slug: str
    """Its short name: `starter`, `basic` or `professional`."""
    included_repositories: int
    """How many; 0 means as many as you like."""
    included_storage_bytes: int
    """Bytes of storage in the price."""
    allow_storage_overage: bool
    """Whether more can be stored, for more."""
    included_bandwidth_bytes: int
    """Bytes that may be pulled in a month."""
    monthly_price_in_cents: int
    """US cents a month."""
    storage_overage_price_in_cents: int
    """US cents for each further GiB a month."""
    eligible: bool
    """Whether the account can have it now."""
    eligibility_reasons: list[str]
    """Why it cannot: `OverRepositoryLimit`, `OverStorageLimit`."""


class Subscription(Document):
    """The plan that the account's registries are on."""

    tier: Tier
    """The plan."""
    created_at: datetime
    """When it began, ISO 8601."""
    updated_at: datetime
    """When it changed, ISO 8601."""


class Options(Document):
    """What a registry can be created with."""

    available_regions: list[str]
    """Slugs of the regions a registry can be in."""
    subscription_tiers: list[Tier]
    """The plans there are."""
