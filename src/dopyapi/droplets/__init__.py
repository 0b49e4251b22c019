"""Droplets: virtual machines."""

from __future__ import annotations

from .droplet import Droplet
from .values import BackupPolicy, Kernel, Network, Networks

__all__ = ["BackupPolicy", "Droplet", "Kernel", "Network", "Networks"]
