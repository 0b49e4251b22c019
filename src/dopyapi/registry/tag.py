"""Tags: the names of images in a repository."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .._core.declare import collection, member, unsupported
from .._core.fields import Key, Static
from .._core.page import Page
from .inside import Inside

if TYPE_CHECKING:
    from .registry import Registry
    from .repository import Repository

PUSHED = "an image gets its tag by being pushed: docker push registry.digitalocean.com/<registry>/<repository>:<tag>"


class RepositoryTag(Inside):
    """A name of an image in a repository.

    In DigitalOcean's API reference: Container Registries.

    Args:
        registry_name: the registry, or its name.
        repository_name: the repository, or its name.
        data: what is known of it already, as the API names it.
    """

    _url, _single, _plural, _id_attr = "tags", "tag", "tags", "tag"
    _places = {"repository_name": "repository", "repository_tag": "tag"}
    _outer = ("registry_name", "repository")

    repository: Static[str]
    """Name of its repository."""
    tag: Key[str]
    """The tag itself, such as `latest`."""
    manifest_digest: Static[str]
    """Digest of the image that it names."""
    compressed_size_bytes: Static[int]
    """Bytes of the image as it is stored."""
    size_bytes: Static[int]
    """Bytes of the image unpacked; reckoned some time after a push."""
    updated_at: Static[datetime]
    """When it was pushed last."""

    load = member.load_from_list("/registries/{registry_name}/repositories/{repository_name}/tags")
    delete = member.delete_by("/registries/{registry_name}/repositories/{repository_name}/tags/{repository_tag}")
    create = unsupported("create", PUSHED)
    save = unsupported("save", PUSHED)

    def __init__(
        self,
        registry_name: Registry | str,
        repository_name: Repository | str,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        self._put({"registry_name": registry_name, "repository": repository_name}, data)

    @collection.list("/registries/{registry_name}/repositories/{repository_name}/tags")
    def list(
        cls, registry_name: Registry | str, repository_name: Repository | str, *, page: int = 1, per_page: int = 20
    ) -> Page[RepositoryTag]:
        """List the tags of a repository.

        Args:
            registry_name: the registry, or its name.
            repository_name: the repository, or its name.
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...

    @member.delete("/registries/{registry_name}/repositories/{repository_name}/digests/{manifest_digest}")
    def delete_by_digest(self) -> dict[str, Any]:
        """Delete the image that the tag names, with all of its tags.

        Returns:
            ``{"status": "deleted"}``.
        """
        ...

    # Names fixed by the API reference.
    deleteByDigest = delete_by_digest
