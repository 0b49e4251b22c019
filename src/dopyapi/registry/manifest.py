"""Manifests: the images of a repository, tagged or not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .._core.declare import collection, member, unsupported
from .._core.fields import Key, Static
from .._core.page import Page
from .._core.resource import Array
from .._core.values import Document
from .inside import Inside
from .tag import PUSHED

if TYPE_CHECKING:
    from .registry import Registry
    from .repository import Repository


class Blob(Document):
    """A piece that images are made of; several may share it."""

    digest: str
    compressed_size_bytes: int


class RepositoryManifest(Inside):
    """An image of a repository, known by its digest.

    In DigitalOcean's API reference: Container Registries.

    Args:
        registry_name: the registry, or its name.
        repository_name: the repository, or its name.
        data: what is known of it already, as the API names it.
    """

    _url, _single, _plural, _id_attr = "digests", "manifest", "manifests", "digest"
    _places = {"repository_name": "repository", "manifest_digest": "digest"}
    _outer = ("registry_name", "repository")

    repository: Static[str]
    """Name of its repository."""
    digest: Key[str]
    """What identifies it, such as `sha256:cb8a...`."""
    compressed_size_bytes: Static[int]
    """Bytes as it is stored."""
    size_bytes: Static[int]
    """Bytes unpacked; reckoned some time after a push."""
    updated_at: Static[datetime]
    """When it was pushed last."""
    tags: Static[Array[str]]
    """Its tags; none where they have moved on to another image, or were deleted."""
    blobs: Static[Array[Blob]]
    """What it is made of."""

    load = member.load_from_list("/registries/{registry_name}/repositories/{repository_name}/digests")
    delete = member.delete_by("/registries/{registry_name}/repositories/{repository_name}/digests/{manifest_digest}")
    create = unsupported("create", PUSHED)
    save = unsupported("save", PUSHED)

    def __init__(
        self,
        registry_name: Registry | str,
        repository_name: Repository | str,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        self._put({"registry_name": registry_name, "repository": repository_name}, data)

    @collection.list("/registries/{registry_name}/repositories/{repository_name}/digests")
    def list(
        cls, registry_name: Registry | str, repository_name: Repository | str, *, page: int = 1, per_page: int = 20
    ) -> Page[RepositoryManifest]:
        """List the images of a repository, those without a tag too.

        Args:
            registry_name: the registry, or its name.
            repository_name: the repository, or its name.
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...
