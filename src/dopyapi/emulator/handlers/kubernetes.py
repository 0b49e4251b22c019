"""Kubernetes clusters: creating, reading, changing, deleting; what can be chosen for one."""

from __future__ import annotations

from ..catalogue import OPEN, REGIONS
from ..context import Context, Reply, handles, one
from ..kubernetes import associated, clusters, pools, versions
from ..paging import listed
from ..store import Document


def own(context: Context) -> Document:
    """The cluster that the path names, or a 404."""
    return clusters.find(context, context.path["cluster_id"])


@handles("kubernetes_list_clusters")
def list_clusters(context: Context) -> Reply:
    """Clusters in order of creation."""
    return listed(context, "kubernetes_clusters", context.store.select("kubernetes_cluster"))


@handles("kubernetes_create_cluster")
def create(context: Context) -> Reply:
    """Create a cluster."""
    cluster = clusters.create(context, context.body)
    return 201, one("kubernetes_cluster", context.store.render(cluster))


@handles("kubernetes_get_cluster")
def get(context: Context) -> Reply:
    """One cluster."""
    return 200, one("kubernetes_cluster", context.store.render(own(context)))


@handles("kubernetes_update_cluster")
def update(context: Context) -> Reply:
    """Change a cluster."""
    cluster = own(context)
    clusters.update(context, cluster, context.body)
    return 202, one("kubernetes_cluster", context.store.render(cluster))


@handles("kubernetes_delete_cluster")
def delete(context: Context) -> Reply:
    """Delete a cluster with its nodes; what it has made stays."""
    clusters.destroy(context, own(context))
    return 204, None


@handles("kubernetes_list_associatedResources")
def list_associated(context: Context) -> Reply:
    """What a cluster has made."""
    return 200, associated.shown(context, own(context))


@handles("kubernetes_destroy_associatedResourcesSelective")
def delete_with_some(context: Context) -> Reply:
    """Delete a cluster and what is named of what it has made."""
    associated.destroy_with(context, own(context), context.body)
    return 204, None


@handles("kubernetes_destroy_associatedResourcesDangerous")
def delete_with_all(context: Context) -> Reply:
    """Delete a cluster and all it has made."""
    associated.destroy_with(context, own(context), None)
    return 204, None


@handles("kubernetes_list_options")
def options(context: Context) -> Reply:
    """What can be chosen for a cluster."""
    found = {
        "regions": [{"name": REGIONS[slug][0], "slug": slug} for slug in OPEN],
        "versions": versions.listed(),
        "sizes": [{"name": size.slug, "slug": size.slug} for size in pools.sizes()],
    }
    return 200, {"options": found}
