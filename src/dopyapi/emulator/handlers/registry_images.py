"""What is in a container registry: repositories, tags, images."""

from __future__ import annotations

import base64
import binascii
from typing import Any
from urllib.parse import parse_qsl, urlencode

from .. import hooks, registries
from ..context import Context, Reply, handles
from ..errors import bad_request, not_found
from ..paging import links, listed, objects, window
from ..store import Document


@handles("registry_list_repositories")
def list_repositories(context: Context) -> Reply:
    """The repositories of a registry with their latest tags."""
    registry = registries.named(context, context.path["registry_name"])
    found = registries.repositories(context, registry)
    return listed(context, "repositories", objects([_by_tags(context, home) for home in found]))


def _by_tags(context: Context, home: Document) -> dict[str, Any]:
    tags = registries.tags(context, home)
    latest = {"latest_tag": registries.shown_tag(context, tags[0])} if tags else {}
    return {**home.body, **latest, "tag_count": len(tags)}


def _by_images(context: Context, home: Document) -> dict[str, Any]:
    tags, manifests = registries.tags(context, home), registries.manifests(context, home)
    latest = registries.shown_manifest(context, manifests[0])
    return {**home.body, "latest_manifest": latest, "tag_count": len(tags), "manifest_count": len(manifests)}


@handles("registry_list_repositoriesV2", "registries_list_repositoriesV2")
def list_repositories_v2(context: Context) -> Reply:
    """The repositories of a registry with their latest images; a token goes on where a page has ended."""
    found = registries.repositories(context, registries.named(context, context.path["registry_name"]))
    page, size = window(context)
    start = (page - 1) * size
    token = context.query.get("page_token")
    if token:
        after = _position(token)
        start = next((at for at, home in enumerate(found) if home.n > after), len(found))
        page = start // size + 1
    shown = found[start : start + size]
    return 200, {
        "repositories": [_by_images(context, home) for home in shown],
        "links": _links(context, len(found), page, size, shown[-1].n if shown else None),
        "meta": {"total": len(found)},
    }


def _links(context: Context, total: int, page: int, size: int, last: int | None) -> dict[str, Any]:
    """The usual links; the one to the next page has the token of the place where this page ends."""
    found = links(context, total, page, size)
    for name, url in found.get("pages", {}).items():
        path, _, query = url.partition("?")
        pairs = {n: v for n, v in parse_qsl(query) if n != "page_token"}
        if name == "next" and last is not None:
            pairs["page_token"] = base64.urlsafe_b64encode(f"after {last}".encode()).decode()
        found["pages"][name] = f"{path}?{urlencode(pairs)}"
    return found


def _position(token: str) -> int:
    try:
        word, _, number = base64.b64decode(token, b"-_", validate=True).decode().partition(" ")
        if word == "after":
            return int(number)
    except (binascii.Error, ValueError):
        pass
    raise bad_request("invalid page_token")


@handles("registries_delete_repository")
def delete_repository(context: Context) -> Reply:
    """Delete a repository with its tags and images."""
    hooks.destroyed(context, _writable(context))
    return 204, None


def _writable(context: Context) -> Document:
    home = registries.repository(context)
    registries.refuse_if_read_only(context, registries.named(context, context.path["registry_name"]))
    return home


@handles("registry_list_repositoryTags", "registries_list_repositoryTags")
def list_tags(context: Context) -> Reply:
    """The tags of a repository, the one that was pushed last in front."""
    tags = registries.tags(context, registries.repository(context))
    return listed(context, "tags", objects([registries.shown_tag(context, tag) for tag in tags]))


@handles("registry_delete_repositoryTag", "registries_delete_repositoryTag")
def delete_tag(context: Context) -> Reply:
    """Delete a tag; its image stays, and may be without any then."""
    home = _writable(context)
    tag = context.store.get("registry_tag", f"{home.key}:{context.path['repository_tag']}")
    if tag is None:
        raise not_found()
    hooks.destroyed(context, tag)
    return 204, None


@handles("registry_list_repositoryManifests", "registries_list_repositoryManifests")
def list_manifests(context: Context) -> Reply:
    """The images of a repository, the one that was pushed last in front."""
    found = registries.manifests(context, registries.repository(context))
    return listed(context, "manifests", objects([registries.shown_manifest(context, manifest) for manifest in found]))


@handles("registry_delete_repositoryManifest", "registries_delete_repositoryManifest")
def delete_manifest(context: Context) -> Reply:
    """Delete an image with its tags."""
    home = _writable(context)
    manifest = context.store.get("registry_manifest", f"{home.key}@{context.path['manifest_digest']}")
    if manifest is None:
        raise not_found()
    registries.delete_manifest(context, manifest)
    return 204, None
