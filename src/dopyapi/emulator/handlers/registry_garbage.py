"""Garbage collection of container registries: it waits until nobody can be pushing, looks, and deletes."""

from __future__ import annotations

from typing import Any

from .. import registries
from ..context import Context, Reply, handles
from ..errors import conflict, not_found, unprocessable
from ..events import on_event
from ..paging import listed
from ..store import Document

_WRITE_TOKEN_LIVES = 900
"""Seconds for which a client that has pushed may go on."""
_UNTAGGED = frozenset({"untagged manifests only", "untagged manifests and unreferenced blobs"})
_UNREFERENCED = frozenset({"unreferenced blobs only", "untagged manifests and unreferenced blobs"})
_AFTERWARDS = {
    # status: (seconds it lasts, what comes then)
    "requested": (2, "waiting for write JWTs to expire"),
    "waiting for write JWTs to expire": (5, "scanning manifests"),
    "scanning manifests": (30, "deleting unreferenced blobs"),
    "deleting unreferenced blobs": (30, "succeeded"),
    "cancelling": (5, "cancelled"),
}


def _registry(context: Context) -> Document:
    return registries.named(context, context.path["registry_name"])


def _active(context: Context, registry: Document) -> Document | None:
    return context.store.select("garbage_collection", parent=registry.subject, facet="active").first()


@handles("registry_run_garbageCollection", "registries_run_garbageCollection")
def run(context: Context) -> Reply:
    """Start a run; the registry can only be read until it has ended."""
    registry = _registry(context)
    kind = context.body.get("type") or "unreferenced blobs only"
    if kind not in _UNTAGGED | _UNREFERENCED:
        raise unprocessable(f"type must be one of {', '.join(sorted(_UNTAGGED | _UNREFERENCED))}, not {kind!r}")
    if _active(context, registry) is not None:
        raise conflict("a garbage collection is already running for this registry")
    uuid = context.store.new_uuid()
    body = {
        "uuid": uuid,
        "registry_name": registry.key,
        "status": "requested",
        "created_at": context.stamp,
        "updated_at": context.stamp,
        "blobs_deleted": 0,
        "freed_bytes": 0,
    }
    run = context.store.add(
        "garbage_collection", uuid, body, parent=registry.subject, facet="active", hidden={"type": kind}
    )
    _go_on(context, registry, run)
    return 201, {"garbage_collection": body}


@handles("registry_get_garbageCollection", "registries_get_garbageCollection")
def get(context: Context) -> Reply:
    """The run that is active."""
    found = _active(context, _registry(context))
    if found is None:
        raise not_found()
    return 200, {"garbage_collection": found.body}


@handles("registry_list_garbageCollections", "registries_list_garbageCollections")
def list_runs(context: Context) -> Reply:
    """All runs, newest first."""
    runs = context.store.select("garbage_collection", parent=_registry(context).subject, newest=True)
    return listed(context, "garbage_collections", runs)


@handles("registry_update_garbageCollection", "registries_update_garbageCollection")
def update(context: Context) -> Reply:
    """Cancel a run, unless it has ended."""
    registry = _registry(context)
    run = context.store.get("garbage_collection", context.path["garbage_collection_uuid"])
    if run is None or run.parent != registry.subject:
        raise not_found()
    if run.facet != "active":
        raise unprocessable(f"the garbage collection has ended: it is {run.body['status']}")
    if context.body.get("cancel") and run.body["status"] != "cancelling":
        _becomes(context, registry, run, "cancelling")
    return 200, {"garbage_collection": run.body}


def _becomes(context: Context, registry: Document, run: Document, status: str) -> None:
    run.body |= {"status": status, "updated_at": context.stamp}
    if status not in _AFTERWARDS:
        run.facet = "ended"
    context.store.save(run)
    _go_on(context, registry, run)


def _go_on(context: Context, registry: Document, run: Document) -> None:
    status = run.body["status"]
    if status not in _AFTERWARDS:
        return
    usual, then = _AFTERWARDS[status]
    seconds: float = usual
    if status.startswith("waiting"):
        seconds = max(usual, _until_nobody_pushes(context, registry))
    context.after(seconds, "registry.garbage", run.subject, uuid=run.key, then=then, since=status)


def _until_nobody_pushes(context: Context, registry: Document) -> float:
    """Seconds, production's, until the last client that has pushed may not any more."""
    pushed = registry.hidden.get("pushed_at")
    if pushed is None or not context.speed:
        return 0
    return float(_WRITE_TOKEN_LIVES - (context.now.timestamp() - pushed) / context.speed)


@on_event("registry.garbage")
def _next(context: Context, data: dict[str, Any]) -> None:
    run = context.store.get("garbage_collection", data["uuid"])
    if run is None or run.body["status"] != data["since"]:
        return  # it was cancelled meanwhile
    registry = registries.named(context, run.body["registry_name"])
    if data["then"] == "succeeded":
        _collect(context, registry, run)
    _becomes(context, registry, run, data["then"])


def _collect(context: Context, registry: Document, run: Document) -> None:
    kind = run.hidden["type"]
    if kind in _UNTAGGED:
        for home in registries.repositories(context, registry):
            tagged = {tag.body["manifest_digest"] for tag in registries.tags(context, home)}
            for manifest in registries.manifests(context, home):
                if manifest.body["digest"] not in tagged:
                    registries.delete_manifest(context, manifest)
    if kind in _UNREFERENCED:
        for blob in context.store.select("registry_blob", parent=registry.subject).documents():
            if not context.store.owners("registry blob", blob.subject):
                run.body["blobs_deleted"] += 1
                run.body["freed_bytes"] += blob.body["compressed_size_bytes"]
                context.store.remove(blob)
    registries.measure(context, registry)
