"""Container registries: what is in them, what they are allowed to hold, and pushing to them.

A registry has repositories; a repository has images, known by the digests of their manifests, and tags that name some
of them. Images are made of blobs, which belong to the registry: what no image needs any more stays until garbage is
collected. Nothing can push through the API, so ``push`` is how images come here.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

from . import hooks
from .context import Context
from .errors import conflict, forbidden, not_found, unprocessable
from .events import on_event
from .store import Document

HOST = "registry.digitalocean.com"
GIB = 1024**3

TIERS: dict[str, dict[str, Any]] = {
    slug: {
        "name": slug.capitalize(),
        "slug": slug,
        "included_repositories": repositories,
        "included_storage_bytes": storage,
        "allow_storage_overage": overage,
        "included_bandwidth_bytes": storage,
        "monthly_price_in_cents": price,
        "storage_overage_price_in_cents": 2 if overage else 0,
    }
    for slug, repositories, storage, overage, price in (
        ("starter", 1, 500 * 1024**2, False, 0),
        ("basic", 5, 5 * GIB, True, 500),
        ("professional", 0, 100 * GIB, True, 2000),
    )
}
"""The plans; 0 repositories means as many as one likes."""
MOST_REGISTRIES = {"starter": 1, "basic": 1, "professional": 10}

_REPOSITORY = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+|/)[a-z0-9]+)*")
_TAG = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9_.\-]{0,127}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_USUAL_SIZE = 27_262_976
_CONFIG_SIZE = 1471
_MEASURED_AFTER = 30
"""Seconds until sizes are reckoned after a push."""


# Finding.


def named(context: Context, name: object) -> Document:
    """The registry with this name, or a 404."""
    found = context.store.get("registry", str(name))
    if found is None:
        raise not_found()
    return found


def repository(context: Context) -> Document:
    """The repository that a request names, or a 404."""
    registry = named(context, context.path["registry_name"])
    found = context.store.get("registry_repository", f"{registry.key}/{context.path['repository_name']}")
    if found is None:
        raise not_found()
    return found


def repositories(context: Context, registry: Document) -> list[Document]:
    """What repositories a registry has."""
    return context.store.select("registry_repository", parent=registry.subject).documents()


def tags(context: Context, repository: Document) -> list[Document]:
    """The tags of a repository, the one that was pushed last in front."""
    found = context.store.select("registry_tag", parent=repository.key).documents()
    return sorted(found, key=lambda tag: -tag.hidden["pushed"])


def manifests(context: Context, repository: Document) -> list[Document]:
    """The images of a repository, the one that was pushed last in front."""
    found = context.store.select("registry_manifest", parent=repository.key).documents()
    return sorted(found, key=lambda manifest: -manifest.hidden["pushed"])


def tier(context: Context) -> str | None:
    """The plan that the account is on, when it has a registry."""
    found = context.store.get("registry_subscription", "own")
    return found.body["tier"] if found else None


def stored_bytes(context: Context, registry: Document) -> int:
    """What the blobs of a registry take, whether images need them or not."""
    blobs = context.store.select("registry_blob", parent=registry.subject)
    return sum(blob.body["compressed_size_bytes"] for blob in blobs)


def too_much(context: Context, slug: str) -> list[str]:
    """What of the account does not fit into a plan."""
    plan, found = TIERS[slug], []
    registries = context.store.select("registry").documents()
    most = plan["included_repositories"]
    if most and sum(len(repositories(context, registry)) for registry in registries) > most:
        found.append("OverRepositoryLimit")
    used = sum(stored_bytes(context, registry) for registry in registries)
    if used > plan["included_storage_bytes"] and not plan["allow_storage_overage"]:
        found.append("OverStorageLimit")
    return found


# Showing.


def shown_tag(context: Context, tag: Document) -> dict[str, Any]:
    """A tag as clients see it: its sizes are those of the image that it names."""
    manifest = context.store.get("registry_manifest", f"{tag.parent}@{tag.body['manifest_digest']}")
    assert manifest is not None, f"{tag} names no image"
    sizes = {name: manifest.body[name] for name in ("compressed_size_bytes", "size_bytes")}
    return {**tag.body, **sizes}


def shown_manifest(context: Context, manifest: Document) -> dict[str, Any]:
    """An image as clients see it, with its tags."""
    found = context.store.select("registry_tag", parent=manifest.parent)
    digest = manifest.body["digest"]
    return {**manifest.body, "tags": [t.body["tag"] for t in found if t.body["manifest_digest"] == digest]}


# Changing.


def refuse_if_read_only(context: Context, registry: Document) -> None:
    """409 while garbage is collected."""
    if context.store.select("garbage_collection", parent=registry.subject, facet="active").first() is not None:
        raise conflict("registry is in read-only mode while garbage collection is running")


def push(
    context: Context, registry_name: str, repository_name: str, tag_name: str, size: int | None, digest: str | None
) -> dict[str, Any]:
    """What ``docker push`` does: the image comes, with its repository if need be, and the tag names it from now on."""
    registry = named(context, registry_name)
    _check_push(repository_name, tag_name, size, digest)
    refuse_if_read_only(context, registry)
    number = context.store.next_number("registry push")
    if digest is None:
        content = f"{registry_name}/{repository_name}:{tag_name} {number}"
        digest = f"sha256:{hashlib.sha256(content.encode()).hexdigest()}"
    home = _home(context, registry, repository_name)
    manifest = context.store.get("registry_manifest", f"{home.key}@{digest}")
    if manifest is None:
        manifest = _received(context, registry, home, digest, _USUAL_SIZE if size is None else size)
    manifest.body["updated_at"] = context.stamp
    manifest.hidden["pushed"] = number
    context.store.save(manifest)
    _refuse_if_full(context, registry)
    tag = context.store.get("registry_tag", f"{home.key}:{tag_name}")
    if tag is None:
        where = {"registry_name": registry_name, "repository": repository_name, "tag": tag_name}
        tag = context.store.add("registry_tag", f"{home.key}:{tag_name}", where, parent=home.key)
    tag.body |= {"manifest_digest": digest, "updated_at": context.stamp}
    tag.hidden["pushed"] = number
    context.store.save(tag)
    registry.hidden["pushed_at"] = context.now.timestamp()
    context.store.save(registry)
    measure(context, registry)
    return shown_tag(context, tag)


def _check_push(repository: str, tag: str, size: int | None, digest: str | None) -> None:
    if len(repository) > 255 or not _REPOSITORY.fullmatch(repository):
        raise unprocessable(f"{repository!r} cannot be a repository: use lower-case letters, digits, ., _, - and /")
    if not _TAG.fullmatch(tag):
        raise unprocessable(f"{tag!r} cannot be a tag: use up to 128 letters, digits, _, . and -")
    if digest is not None and not _DIGEST.fullmatch(digest):
        raise unprocessable(f"{digest!r} is no digest: it is sha256: and 64 hexadecimal digits")
    if size is not None and size < 1:
        raise unprocessable(f"an image has at least one byte, not {size}")


def _home(context: Context, registry: Document, name: str) -> Document:
    found = context.store.get("registry_repository", f"{registry.key}/{name}")
    if found is not None:
        return found
    slug = tier(context) or "starter"
    most = TIERS[slug]["included_repositories"]
    present = context.store.count("registry_repository")
    if most and present >= most:
        raise forbidden(f"denied: registry contains {present} repositories, limit is {most}")
    body = {"registry_name": registry.key, "name": name}
    return context.store.add("registry_repository", f"{registry.key}/{name}", body, name=name, parent=registry.subject)


def _received(context: Context, registry: Document, home: Document, digest: str, size: int) -> Document:
    """A new image with its blobs: a configuration and one layer; those that are there already are not sent again."""
    config = min(_CONFIG_SIZE, size // 4)
    blobs = [
        _blob(context, registry, f"{digest} configuration", config),
        _blob(context, registry, f"{digest} layer", size - config),
    ]
    body = {
        "digest": digest,
        "registry_name": registry.key,
        "repository": home.body["name"],
        "compressed_size_bytes": sum(blob.body["compressed_size_bytes"] for blob in blobs),
        "size_bytes": 0,
        "updated_at": context.stamp,
        "blobs": [blob.body for blob in blobs],
    }
    manifest = context.store.add("registry_manifest", f"{home.key}@{digest}", body, parent=home.key)
    for blob in blobs:
        context.store.link("registry blob", manifest.subject, blob.subject)
    context.after(_MEASURED_AFTER, "registry.unpacked", manifest.subject, key=manifest.key)
    return manifest


def _blob(context: Context, registry: Document, content: str, size: int) -> Document:
    digest = f"sha256:{hashlib.sha256(content.encode()).hexdigest()}"
    key = f"{registry.key}@{digest}"
    body = {"digest": digest, "compressed_size_bytes": size}
    return context.store.get("registry_blob", key) or context.store.add(
        "registry_blob", key, body, parent=registry.subject
    )


def _refuse_if_full(context: Context, registry: Document) -> None:
    slug = tier(context) or "starter"
    if "OverStorageLimit" in too_much(context, slug):
        raise forbidden(f"denied: the {slug} plan includes {TIERS[slug]['included_storage_bytes']} bytes of storage")


@on_event("registry.unpacked")
def _unpacked(context: Context, data: dict[str, Any]) -> None:
    manifest = context.store.get("registry_manifest", data["key"])
    if manifest is not None:
        manifest.body["size_bytes"] = manifest.body["compressed_size_bytes"] * 2
        context.store.save(manifest)


def measure(context: Context, registry: Document) -> None:
    """Have the storage of a registry reckoned, some time later."""
    context.after(_MEASURED_AFTER, "registry.measured", registry.subject, key=registry.key)


@on_event("registry.measured")
def _measured(context: Context, data: dict[str, Any]) -> None:
    registry = context.store.get("registry", data["key"])
    if registry is not None:
        registry.body["storage_usage_bytes"] = stored_bytes(context, registry)
        registry.body["storage_usage_bytes_updated_at"] = context.stamp
        context.store.save(registry)


def delete_manifest(context: Context, manifest: Document) -> None:
    """Delete an image with its tags; a repository goes with its last image, the blobs stay."""
    for tag in context.store.select("registry_tag", parent=manifest.parent).documents():
        if tag.body["manifest_digest"] == manifest.body["digest"]:
            hooks.destroyed(context, tag)
    hooks.destroyed(context, manifest)
    home = context.store.get("registry_repository", str(manifest.parent))
    if home is not None and not manifests(context, home):
        hooks.destroyed(context, home)


@hooks.on("destroyed", "registry_repository")
def _emptied(context: Context, home: Document) -> None:
    for kind in ("registry_tag", "registry_manifest"):
        for document in context.store.select(kind, parent=home.key).documents():
            hooks.destroyed(context, document)


@hooks.on("destroyed", "registry")
def _torn_down(context: Context, registry: Document) -> None:
    for kind in ("registry_repository", "registry_blob", "garbage_collection"):
        for document in context.store.select(kind, parent=registry.subject).documents():
            hooks.destroyed(context, document)
    subscription = context.store.get("registry_subscription", "own")
    if subscription is not None and context.store.count("registry") == 1:
        context.store.remove(subscription)  # it ends with the last registry
