"""Repositories: the images of one name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._core.declare import collection, member, unsupported
from .._core.fields import Key, Static
from .._core.page import Page
from .inside import Inside
from .manifest import RepositoryManifest
from .tag import RepositoryTag

if TYPE_CHECKING:
    from .registry import Registry


class Repository(Inside):
    """The images of one name in a registry; the name may have parts, as in `shop/web`.

    In DigitalOcean's API reference: Container Registries, Container Registry.

    Args:
        registry_name: the registry, or its name.
        data: what is known of it already, as the API names it.
    """

    _url, _single, _plural, _id_attr = "repositories", "repository", "repositories", "name"
    _places = {"repository_name": "name"}

    name: Key[str]
    """The name of the repository."""
    latest_tag: Static[RepositoryTag | None]
    """The tag that was pushed last; `None` where there is none, and in what `list_v2()` gives."""
    tag_count: Static[int]
    """How many tags it has."""
    latest_manifest: Static[RepositoryManifest | None]
    """The image that was pushed last; only in what `list_v2()` gives."""
    manifest_count: Static[int | None]
    """How many images it has, without a tag or with one; only in what `list_v2()` gives."""

    load = member.load_from_list("/registry/{registry_name}/repositories")
    delete = member.delete_by("/registries/{registry_name}/repositories/{repository_name}")
    create = unsupported("create", "a repository comes with the first image that is pushed to it")
    save = unsupported("save", "a repository has nothing to change; push images under another name")

    @collection.list("/registry/{registry_name}/repositories")
    def list(cls, registry_name: Registry | str, *, page: int = 1, per_page: int = 20) -> Page[Repository]:
        """List the repositories of a registry, each with its latest tag.

        Args:
            registry_name: the registry, or its name.
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...

    @collection.list("/registries/{registry_name}/repositoriesV2")
    def list_v2(
        cls, registry_name: Registry | str, *, page: int = 1, per_page: int = 20, page_token: str | None = None
    ) -> Page[Repository]:
        """List the repositories of a registry, each with its latest image, tagged or not.

        Args:
            registry_name: the registry, or its name.
            page: which page.
            per_page: how many on a page, 200 at most.
            page_token: `next_token` of the page before, which is faster than its number in a large registry.
        """
        ...

    @member.list("/registries/{registry_name}/repositories/{repository_name}/tags")
    def list_tags(self, *, page: int = 1, per_page: int = 20) -> Page[RepositoryTag]:
        """List its tags.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...

    @member.list("/registries/{registry_name}/repositories/{repository_name}/digests")
    def list_manifests(self, *, page: int = 1, per_page: int = 20) -> Page[RepositoryManifest]:
        """List its images, those without a tag too.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...

    @member.delete("/registries/{registry_name}/repositories/{repository_name}/tags/{repository_tag}")
    def delete_tag(self, repository_tag: RepositoryTag | str) -> dict[str, Any]:
        """Delete one of its tags; the image stays, without it.

        Args:
            repository_tag: the tag, or its name.

        Returns:
            ``{"status": "deleted"}``.
        """
        ...

    @member.delete("/registries/{registry_name}/repositories/{repository_name}/digests/{manifest_digest}")
    def delete_manifest(self, manifest_digest: RepositoryManifest | str) -> dict[str, Any]:
        """Delete one of its images with all of the image's tags; garbage collection frees what it took.

        Args:
            manifest_digest: the image, or its digest.

        Returns:
            ``{"status": "deleted"}``.
        """
        ...

    # Names fixed by the API reference.
    listTags = list_tags
