"""Lists of a resource that operations of their own add to and take from: Droplets of a firewall, rules, tags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias, TypeVar

from .codec import encode
from .operations import Operation
from .state import State
from .steps import Steps
from .values import Value

T = TypeVar("T")

OneOrMany: TypeAlias = T | Iterable[T]
"""What may be given as one or as many."""


def many(one_or_many: Any) -> list[Any]:
    """A list of what may be given as one or as many: an id, a name, an object, or any collection of these."""
    if one_or_many is None:
        return []
    if isinstance(one_or_many, str | bytes | Mapping | State | Value) or not isinstance(one_or_many, Iterable):
        return [one_or_many]
    return list(one_or_many)


def amended(
    resource: Any,
    operation: Operation[..., dict[str, Any]],
    lists: Mapping[str, list[Any]],
    *,
    leaving: bool = False,
) -> Steps[dict[str, Any]]:
    """Call an operation that adds to lists of a resource, and let the resource's attributes say so.

    What the user changed in such a list and has not saved yet stays changed, and sees the same added or taken.

    Args:
        operation: takes the lists by their names.
        lists: by the names of the attributes, what to add or take.
        leaving: it takes away what is in them.
    """
    answer = yield from operation.steps(**lists)
    unsaved = resource._unsaved()
    for name, items in lists.items():
        slot = resource._fields[name].slot
        if slot in unsaved:
            mine = list(unsaved[slot] or ())
            if leaving:
                mine = [one for one in mine if not _among(one, items)]
            else:
                mine += [item for item in items if not _among(item, mine)]
            resource._values[slot] = mine
    yield from resource._updated()
    return answer


def _among(one: Any, others: list[Any]) -> bool:
    return any(one == other or encode(one) == encode(other) for other in others)
