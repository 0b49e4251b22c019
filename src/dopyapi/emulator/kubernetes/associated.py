"""What a cluster has made, and what goes with it if asked: load balancers, volumes and snapshots of those.

What runs in a cluster tags what it makes with ``k8s:<id of the cluster>``; volumes on its nodes belong to it too.
"""

from __future__ import annotations

from typing import Any

from .. import hooks, tagging
from ..context import Context
from ..errors import not_found
from ..store import Document
from . import clusters

SECTIONS = {"load_balancers": "load_balancer", "volumes": "volume", "volume_snapshots": "volume_snapshot"}


def found(context: Context, cluster: Document) -> dict[str, list[Document]]:
    """What belongs to a cluster, by section."""
    store, tag = context.store, f"k8s:{cluster.key}"
    workers = {node["droplet_id"] for pool in cluster.body["node_pools"] for node in pool["nodes"]}
    balancers = [
        each
        for each in store.select("load_balancer")
        if each.body.get("tag") == tag or workers & {str(id) for id in each.body.get("droplet_ids") or ()}
    ]
    volumes = {volume.key: volume for volume in tagging.tagged(store, tag, "volume")}
    for subject in sorted(workers):
        droplet = store.get("droplet", subject)
        for key in droplet.body["volume_ids"] if droplet else ():
            volume = store.get("volume", key)
            if volume is not None:
                volumes[volume.key] = volume
    snapshots = {taken.key: taken for taken in tagging.tagged(store, tag, "volume_snapshot")}
    for volume in volumes.values():
        snapshots |= {taken.key: taken for taken in store.select("volume_snapshot", parent=volume.subject)}
    return {
        "load_balancers": balancers,
        "volumes": list(volumes.values()),
        "volume_snapshots": list(snapshots.values()),
    }


def shown(context: Context, cluster: Document) -> dict[str, list[dict[str, Any]]]:
    """How lists show it."""
    return {
        section: [{"id": each.key, "name": each.body["name"]} for each in documents]
        for section, documents in found(context, cluster).items()
    }


def destroy_with(context: Context, cluster: Document, chosen: dict[str, list[str]] | None) -> None:
    """Delete a cluster and what is chosen of what belongs to it; everything where nothing is chosen."""
    belonging = found(context, cluster)
    going: list[Document] = []
    for section, documents in belonging.items():
        if chosen is None:
            going += documents
            continue
        by_key = {document.key: document for document in documents}
        for key in chosen.get(section) or []:
            if str(key) not in by_key:
                raise not_found(f"The resource you requested could not be found: {key} is not among the {section}.")
            going.append(by_key[str(key)])
    # With its nodes gone, nothing holds on to the volumes any more; snapshots go before what they were taken of.
    clusters.destroy(context, cluster)
    for document in reversed(going):
        present = context.store.get(document.kind, document.key)
        if present is not None:
            hooks.destroyed(context, present)
