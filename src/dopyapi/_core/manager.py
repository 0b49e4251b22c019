"""``Resource(Droplet)``: the raw side of a resource, in plain dicts."""

from __future__ import annotations

from functools import cache
from typing import Any

from .declare import collection
from .page import Page
from .resource import Resource

COPIED = (
    "_url _single _plural _id_attr _delete_attr _update_attr _action_attr _resource_type _urn_kind "
    "_fetch_attrs _static_attrs _dynamic_attrs _action_attrs"
).split()


class Manager(Resource):
    """Gives what the API gives, as dicts, for one class of resources."""

    @collection.list("/{_url}")
    def list(cls, *args: Any, **kwargs: Any) -> Page[dict[str, Any]]:
        """List one page, as dicts.

        Args:
            url: what to list, instead of the resource's own place.
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...


@cache
def manager_of(resource: type[Resource]) -> type[Manager]:
    """The manager class of a resource class."""
    copied = {name: getattr(resource, name) for name in COPIED}
    lists = ("_fetch_attrs", "_static_attrs", "_dynamic_attrs", "_action_attrs")
    plain = {n: v for n, v in copied.items() if n not in lists}
    made: Any = type(f"Resource({resource.__name__})", (Manager,), {**plain, "_managed": resource})
    made._fields = resource._fields
    made._fetch_fields = resource._fetch_fields
    for name in lists:
        setattr(made, name, copied[name])
    manager: type[Manager] = made
    return manager
