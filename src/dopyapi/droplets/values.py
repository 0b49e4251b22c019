"""What a Droplet holds: addresses, kernels, backup policies."""

from __future__ import annotations

from .._core.values import Document


class Network(Document):
    """An address of a Droplet."""

    ip_address: str
    type: str
    netmask: str | int
    gateway: str


class Networks(Document):
    """A Droplet's addresses, by version of the protocol."""

    v4: list[Network]
    v6: list[Network]


class Kernel(Document):
    """A kernel that an old Droplet can boot."""

    id: int
    name: str
    version: str


class BackupPolicy(Document):
    """When a Droplet's backups are made and how long they are kept."""

    droplet_id: int
    backup_enabled: bool
    backup_policy: Document
    next_backup_window: Document | None
