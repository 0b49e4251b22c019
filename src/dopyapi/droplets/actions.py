"""What can be done to a Droplet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._core.declare import action
from .._core.resource import ActiveRecord

if TYPE_CHECKING:
    from ..actions import Action
    from ..images import Image
    from ..sizes import Size
    from ..snapshots import Snapshot


class DropletActions(ActiveRecord):
    """Actions of a Droplet: each gives an `Action`, which is in progress."""

    __slots__ = ()

    @action
    def enable_backups(self, backup_policy: Mapping[str, Any] | None = None) -> Action:
        """Make backups from now on.

        Args:
            backup_policy: when: `plan`, `weekday`, `hour`.
        """
        ...

    @action
    def change_backup_policy(self, backup_policy: Mapping[str, Any]) -> Action:
        """Make backups at other times.

        Args:
            backup_policy: when: `plan`, `weekday`, `hour`.
        """
        ...

    @action
    def disable_backups(self) -> Action:
        """Make no more backups."""
        ...

    @action
    def reboot(self) -> Action:
        """Restart gracefully."""
        ...

    @action
    def power_cycle(self) -> Action:
        """Turn it off and on again."""
        ...

    @action
    def shutdown(self) -> Action:
        """Ask it to shut down."""
        ...

    @action
    def power_off(self) -> Action:
        """Turn it off at once."""
        ...

    @action
    def power_on(self) -> Action:
        """Turn it on."""
        ...

    @action
    def restore(self, image: Image | int) -> Action:
        """Put it back to the state of one of its backups.

        Args:
            image: the backup, or its number.
        """
        ...

    @action
    def password_reset(self) -> Action:
        """Set a new root password, which its owner gets by mail."""
        ...

    @action
    def resize(self, size: Size | str, disk: bool = False) -> Action:
        """Move it to another size; it has to be off.

        Args:
            size: object or slug of the new size.
            disk: grow the disk too, which cannot be undone.
        """
        ...

    @action
    def rebuild(self, image: Image | Snapshot | str | int) -> Action:
        """Make its disk anew from an image; what is on it is lost.

        Args:
            image: object, slug or number.
        """
        ...

    @action
    def rename(self, name: str) -> Action:
        """Give it another name.

        Args:
            name: hostname-like name.
        """
        ...

    @action
    def change_kernel(self, kernel: int) -> Action:
        """Boot another kernel.

        Args:
            kernel: its number, see `list_kernels`.
        """
        ...

    @action
    def enable_ipv6(self) -> Action:
        """Give it an IPv6 address, which cannot be undone."""
        ...

    @action
    def enable_private_networking(self) -> Action:
        """Give it a private address; every Droplet of today has one."""
        ...

    @action
    def snapshot(self, name: str) -> Action:
        """Take a snapshot.

        Args:
            name: the snapshot's name.
        """
        ...
