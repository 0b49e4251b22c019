"""Tags: names that group resources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ._core.declare import collection, member, new_by, procedure, unsupported
from ._core.errors import ClientError
from ._core.fields import Key, Static, attr
from ._core.page import Page
from ._core.resource import ActiveRecord, Resource
from ._core.steps import Steps
from ._core.values import Document

Taggable = Resource | Mapping[str, Any]
"""A resource, or what the API calls one: ``{"resource_id": "1", "resource_type": "droplet"}``."""

RESOURCE_TYPES = frozenset({"droplet", "image", "volume", "volume_snapshot", "database"})
"""What the API calls the kinds of resources that can be tagged."""


class Tag(ActiveRecord):
    """A name that resources carry, to be found and acted on together.

    In DigitalOcean's API reference: Tags.
    """

    _url, _single, _plural, _id_attr = "tags", "tag", "tags", "name"

    name: Key[str] = attr(dynamic=True)
    """The tag itself: letters, digits, `:`, `-` and `_`."""
    resources: Static[Document]
    """By kind how many carry it, in `count`, and which did so last, in `last_tagged_uri`."""

    load = member.load("/tags/{name}")
    delete = member.delete_by("/tags/{name}")
    save = unsupported("save", "a tag cannot be renamed; create the new one and tag the resources with it")

    @member.create("/tags")
    def create(self, *, name: str | None = None, extra_body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Create the tag; one that exists already stays as it is.

        Args:
            name: the tag.
            extra_body: further members of the request.

        Returns:
            The API's answer.
        """
        ...

    new = new_by(create)

    @collection.list("/tags")
    def list(cls, *, page: int = 1, per_page: int = 20) -> Page[Tag]:
        """List the tags of the account.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...

    @procedure
    def tag(self, resources: Taggable | Iterable[Taggable]) -> Steps[dict[str, Any]]:
        """Put this tag on resources; it is created if need be.

        Args:
            resources: one or many Droplets, images, volumes, snapshots of volumes or databases.

        Returns:
            ``{"status": "success"}``.
        """
        named = yield from _named(resources)
        return (yield from self._tag.steps(named))

    @procedure
    def untag(self, resources: Taggable | Iterable[Taggable]) -> Steps[dict[str, Any]]:
        """Take this tag off resources.

        Args:
            resources: one or many Droplets, images, volumes, snapshots of volumes or databases.

        Returns:
            ``{"status": "deleted"}``.
        """
        named = yield from _named(resources)
        return (yield from self._untag.steps(named))

    @member.post("/tags/{name}/resources")
    def _tag(self, resources: Any) -> dict[str, Any]: ...

    @member.delete("/tags/{name}/resources", body=True)
    def _untag(self, resources: Any) -> dict[str, Any]: ...

    # Names fixed by the API reference.
    unTag = untag


def _named(resources: Taggable | Iterable[Taggable]) -> Steps[list[dict[str, str]]]:
    """The resources as the API calls them."""
    many: list[Any] = [resources] if isinstance(resources, Resource | Mapping) else list(resources)
    named: list[dict[str, str]] = []
    for resource in many:
        if isinstance(resource, Mapping):
            named.append({"resource_id": str(resource["resource_id"]), "resource_type": str(resource["resource_type"])})
            continue
        if not isinstance(resource, Resource):
            raise ClientError(f"{resource!r} is no resource; give objects, or dicts of resource_id and resource_type")
        yield from resource._identified()
        kind = resource._tag_type()
        if kind not in RESOURCE_TYPES:
            raise ClientError(
                f"a {type(resource).__name__} cannot be tagged this way; give its tags when you create it"
            )
        named.append({"resource_id": str(resource._identifier()), "resource_type": kind})
    return named
