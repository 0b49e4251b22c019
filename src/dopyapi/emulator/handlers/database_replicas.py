"""Read-only replicas of database clusters."""

from __future__ import annotations

from .. import databases, hooks
from ..context import Context, Reply, handles, one
from ..databases import replicas
from ..errors import unprocessable
from ..paging import Ranged, whole
from ..store import Document


def _replicated(context: Context) -> Document:
    found = databases.find(context)
    databases.supported(found, *replicas.ENGINES)
    return found


def _replica(context: Context) -> Document:
    return replicas.named(context, _replicated(context), context.path["replica_name"])


@handles("databases_list_replicas")
def list_replicas(context: Context) -> Reply:
    """The replicas of a cluster."""
    found = replicas.of(context, _replicated(context))
    return whole("replicas", Ranged([context.store.render(replica) for replica in found]))


@handles("databases_create_replica")
def create(context: Context) -> Reply:
    """Create a replica."""
    cluster = _replicated(context)
    if not context.body.get("name") or not context.body.get("size"):
        raise unprocessable("name and size are required")
    databases.online(cluster)
    return 201, one("replica", context.store.render(replicas.create(context, cluster, context.body)))


@handles("databases_get_replica")
def get(context: Context) -> Reply:
    """One replica."""
    return 200, one("replica", context.store.render(_replica(context)))


@handles("databases_destroy_replica")
def destroy(context: Context) -> Reply:
    """Destroy a replica."""
    hooks.destroyed(context, _replica(context))
    return 204, None


@handles("databases_promote_replica")
def promote(context: Context) -> Reply:
    """Make a replica a cluster of its own."""
    replicas.promote(context, _replicated(context), _replica(context))
    return 204, None
