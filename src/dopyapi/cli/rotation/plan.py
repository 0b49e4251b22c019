"""What is kept of something's snapshots, and what goes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .names import is_in_rotation


@dataclass
class Plan:
    """The rotation of one Droplet or volume.

    Attributes:
        target: the Droplet or volume.
        prefix: what the names of its snapshots in rotation begin with.
        keep: how many of them stay, the new one among them.
        name: of the new snapshot; empty where none is taken.
        present: identifiers of the snapshots that it had before.
        doomed: those of its snapshots that go when the new one is there.
    """

    target: Any
    prefix: str
    keep: int
    name: str = ""
    present: set[str] = field(default_factory=set)
    doomed: list[Any] = field(default_factory=list)

    def look(self, snapshots: Iterable[Any]) -> None:
        """Settle what goes, by the snapshots that it has now."""
        there = list(snapshots)
        self.present = {str(each.id) for each in there}
        self.doomed = self.rotating(there)[self.keep - bool(self.name) :]

    def arrived(self, snapshots: Iterable[Any]) -> bool:
        """Whether the new one is there, by the snapshots that it has afterwards."""
        return any(each.name == self.name and str(each.id) not in self.present for each in snapshots)

    def left_over(self, snapshots: Iterable[Any]) -> list[Any]:
        """Those that go, by the snapshots that it has afterwards: never one that was not said before."""
        said = {str(each.id) for each in self.doomed}
        return [each for each in self.rotating(snapshots)[self.keep :] if str(each.id) in said]

    def rotating(self, snapshots: Iterable[Any]) -> list[Any]:
        """Those in rotation, newest first."""
        ours = [each for each in snapshots if is_in_rotation(each.name, self.prefix)]
        return sorted(ours, key=lambda each: (each.created_at, each.name, str(each.id)), reverse=True)
