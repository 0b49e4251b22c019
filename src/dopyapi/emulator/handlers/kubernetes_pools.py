"""Node pools of Kubernetes clusters, and their nodes."""

from __future__ import annotations

from ..context import Context, Reply, handles
from ..errors import not_found
from ..kubernetes import nodes, pools
from ..kubernetes.settings import invalid
from .kubernetes import own


@handles("kubernetes_list_nodePools")
def list_pools(context: Context) -> Reply:
    """The pools of a cluster, all at once."""
    return 200, {"node_pools": own(context).body["node_pools"]}


@handles("kubernetes_add_nodePool")
def add(context: Context) -> Reply:
    """Add a pool."""
    cluster = own(context)
    spec = pools.checked(context.body, cluster.body["region"])
    nodes.refuse_beyond_limit(context, pools.needed([spec]))
    cluster.body["updated_at"] = context.stamp
    return 201, {"node_pool": pools.add(context, cluster, spec)}


@handles("kubernetes_get_nodePool")
def get(context: Context) -> Reply:
    """One pool."""
    return 200, {"node_pool": pools.find(own(context), context.path["node_pool_id"])}


@handles("kubernetes_update_nodePool")
def update(context: Context) -> Reply:
    """Change a pool."""
    cluster = own(context)
    pool = pools.find(cluster, context.path["node_pool_id"])
    pools.update(context, cluster, pool, pools.checked(context.body, cluster.body["region"], pool))
    return 202, {"node_pool": pool}


@handles("kubernetes_delete_nodePool")
def delete(context: Context) -> Reply:
    """Delete a pool with its nodes."""
    cluster = own(context)
    pools.remove(context, cluster, pools.find(cluster, context.path["node_pool_id"]))
    return 204, None


@handles("kubernetes_delete_node")
def delete_node(context: Context) -> Reply:
    """Delete a node; another one takes its place if asked."""
    cluster = own(context)
    pool = pools.find(cluster, context.path["node_pool_id"])
    node = next((each for each in nodes.staying(cluster, pool) if each["id"] == context.path["node_id"]), None)
    if node is None:
        raise not_found()
    if not context.flag("replace"):
        others = [each for each in cluster.body["node_pools"] if each is not pool]
        pools.refuse_empty([*others, pool | {"count": pool["count"] - 1}])
        if pool["auto_scale"] and pool["count"] - 1 < pool["min_nodes"]:
            raise invalid(f"the node pool must have {pool['min_nodes']} nodes at least: replace the node")
        pool["count"] -= 1
    nodes.drain(context, cluster, pool, [node], skip_drain=context.flag("skip_drain"))
    context.store.save(cluster)
    return 202, None


@handles("kubernetes_recycle_node_pool")
def recycle(context: Context) -> Reply:
    """Replace nodes of a pool: those that are named, or all."""
    cluster = own(context)
    pool = pools.find(cluster, context.path["node_pool_id"])
    present = {node["id"]: node for node in nodes.staying(cluster, pool)}
    asked = context.body.get("nodes") or list(present)
    for key in asked:
        if key not in present:
            raise not_found()
    nodes.drain(context, cluster, pool, [present[key] for key in dict.fromkeys(asked)])
    context.store.save(cluster)
    return 202, None
