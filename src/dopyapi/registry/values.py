"""What a registry is paid by."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from .._core.values import Document

TierSlug = Literal["starter", "basic", "professional"]


class Tier(Document):
    """A plan of the container registry; the options say of each whether the account can change to it."""

    name: str
    slug: str
    included_repositories: int
    """How many; 0 means as many as you like."""
    included_storage_bytes: int
    allow_storage_overage: bool
    included_bandwidth_bytes: int
    monthly_price_in_cents: int
    storage_overage_price_in_cents: int
    eligible: bool
    eligibility_reasons: list[str]


class Subscription(Document):
    """The plan that the account's registries are on."""

    tier: Tier
    created_at: datetime
    updated_at: datetime


class Options(Document):
    """What a registry can be created with."""

    available_regions: list[str]
    subscription_tiers: list[Tier]
