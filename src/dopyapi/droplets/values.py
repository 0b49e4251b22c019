"""What a Droplet holds: addresses, kernels, backup policies."""

from __future__ import annotations

from .._core.values import Document


class Network(Document):
    """An address of a Droplet."""

    ip_address: str
    """The address."""
    type: str
    """`public` or `private`."""
    netmask: str | int
    """Its mask, `255.255.255.0` say; of an IPv6 address, the length of its prefix in bits."""
    gateway: str
    """Where its traffic leaves the network."""


class Networks(Document):
    """A Droplet's addresses, by version of the protocol."""

    v4: list[Network]
    """Its IPv4 addresses."""
    v6: list[Network]
    """Its IPv6 addresses."""


class Kernel(Document):
    """A kernel that an old Droplet can boot."""

    id: int
    """Unique number."""
    name: str
    """What it is called."""
    version: str
    """Its version."""


class BackupPolicy(Document):
    """When a Droplet's backups are made and how long they are kept."""

    droplet_id: int
    """Number of the Droplet."""
    backup_enabled: bool
    """Whether backups are made."""
    backup_policy: Document
    """`plan`, `weekday`, `hour` (UTC), `window_length_hours`, `retention_period_days`."""
    next_backup_window: Document | None
    """`start` and `end` of the next backup."""
