"""What belongs to a Droplet or a cluster and can be destroyed with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from .context import Context

SECTIONS = ("reserved_ips", "floating_ips", "snapshots", "volumes", "volume_snapshots")


class Associated(NamedTuple):
    """One resource that belongs to another, as hooks for ``associated`` answer it.

    Parameters:
        section: one of ``SECTIONS``.
        cost: dollars a month, such as ``"5.00"``.
        destroy: destroys it; what it refuses is noted as a failure.
    """

    section: str
    id: str
    name: str
    cost: str
    destroy: Callable[[Context], None]

    def shown(self) -> dict[str, str]:
        """How lists show it."""
        return {"id": self.id, "name": self.name, "cost": self.cost}
