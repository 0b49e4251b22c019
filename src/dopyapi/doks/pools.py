"""The node pools of a cluster, and their nodes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal

from .._core.declare import member, procedure
from .._core.errors import ClientError
from .._core.page import Page
from .._core.resource import ActiveRecord, Array
from .._core.steps import Steps
from ..sizes import Size
from .values import Node, NodePool

Clearable = Literal["tags", "labels", "taints"]


class DOKSPools(ActiveRecord):
    """What can be done to the node pools of a cluster."""

    __slots__ = ()

    @member.list("/kubernetes/clusters/{cluster_id}/node_pools", key="node_pools", paged=False)
    def list_node_pools(self, *, page: int = 1, per_page: int = 20) -> Page[NodePool]:
        """List the node pools, all of them unless a page is asked for.

        Args:
            page: which page.
            per_page: how many on a page.
        """
        ...

    @procedure
    def get_node_pool(self, id: NodePool | str) -> Steps[NodePool]:
        """One node pool, as it is now.

        Args:
            id: its identifier, or the pool.

        Raises:
            ResourceNotFoundError: the cluster has no such pool.
        """
        return (yield from self._get_node_pool.steps(_key(id)))

    @procedure
    def list_nodes(self, id: NodePool | str) -> Steps[Array[Node]]:
        """List the nodes of a pool.

        Args:
            id: the pool's identifier, or the pool.

        Raises:
            ResourceNotFoundError: the cluster has no such pool.
        """
        pool = yield from self._get_node_pool.steps(_key(id))
        return pool.nodes

    @procedure
    def add_node_pool(
        self,
        size: Size | str,
        name: str,
        count: int,
        tags: Sequence[str] | None = None,
        labels: Mapping[str, str] | None = None,
        auto_scale: bool = False,
        min_nodes: int = 0,
        max_nodes: int = 0,
        taints: Sequence[Mapping[str, str]] | None = None,
        *,
        extra_body: Mapping[str, Any] | None = None,
    ) -> Steps[dict[str, Any]]:
        """Add a node pool; what is empty, zero or false counts as not given.

        Args:
            size: object or slug of the size of its Droplets.
            name: its name.
            count: how many nodes it gets.
            tags: names of tags for its Droplets.
            labels: Kubernetes labels for its nodes.
            auto_scale: let the number of nodes follow the load.
            min_nodes, max_nodes: between these.
            taints: Kubernetes taints for its nodes, each with `key`, `value` and `effect`.
            extra_body: further members of the request.

        Returns:
            The new pool as a dict, with its `id`; its nodes are still starting.
        """
        options: dict[str, Any] = {"tags": tags, "labels": labels, "auto_scale": auto_scale, "min_nodes": min_nodes}
        options |= {"max_nodes": max_nodes, "taints": taints}
        given = {option: value for option, value in options.items() if value}
        steps = self._add_node_pool.steps(size=size, name=name, count=count, extra_body=extra_body, **given)
        return (yield from steps)

    @procedure
    def update_node_pool(
        self,
        id: NodePool | str,
        name: str,
        count: int,
        tags: Sequence[str] | None = None,
        labels: Mapping[str, str] | None = None,
        auto_scale: bool | Literal[0] = 0,
        min_nodes: int = 0,
        max_nodes: int = 0,
        taints: Sequence[Mapping[str, str]] | None = None,
        *,
        clear: Collection[Clearable] = (),
        extra_body: Mapping[str, Any] | None = None,
    ) -> Steps[dict[str, Any]]:
        """Change a node pool; what is empty or zero counts as not given, and stays as it is.

        Args:
            id: the pool's identifier, or the pool.
            name: its name.
            count: how many nodes it shall have.
            tags: names of tags for its Droplets.
            labels: Kubernetes labels for its nodes.
            auto_scale: whether the number of nodes follows the load; `False` ends that, leaving it out does not.
            min_nodes, max_nodes: between these it does.
            taints: Kubernetes taints for its nodes, each with `key`, `value` and `effect`.
            clear: which of `tags`, `labels` and `taints` it shall have none of.
            extra_body: further members of the request.

        Returns:
            ``{"status": "success"}``; nodes come and go from now on.

        Raises:
            ResourceNotFoundError: the cluster has no such pool.
        """
        unknown = [each for each in clear if each not in ("tags", "labels", "taints")]
        if isinstance(clear, str) or unknown:
            raise ClientError(f"clear={clear!r} must be a list of tags, labels or taints")
        key = _key(id)
        pool = yield from self._get_node_pool.steps(key)
        scales = auto_scale if isinstance(auto_scale, bool) else pool.auto_scale
        wanted: dict[str, Any] = {
            "name": name,
            "count": count,
            "tags": tags or [tag for tag in pool.tags if not _automatic(tag)],
            "labels": labels or pool.labels,
            "taints": taints or pool.taints,
            "auto_scale": scales,
            "min_nodes": (min_nodes or pool.min_nodes) if scales else 0,
            "max_nodes": (max_nodes or pool.max_nodes) if scales else 0,
        }
        wanted |= {each: {} if each == "labels" else [] for each in clear}
        yield from self._update_node_pool.steps(key, extra_body=extra_body, **wanted)
        return {"status": "success"}

    @procedure
    def delete_node_pool(self, id: NodePool | str) -> Steps[dict[str, Any]]:
        """Delete a node pool with its nodes.

        Args:
            id: its identifier, or the pool.

        Returns:
            ``{"status": "deleted"}``.
        """
        return (yield from self._delete_node_pool.steps(_key(id)))

    @procedure
    def delete_node(
        self, id: NodePool | str, node_id: Node | str, replace: int = 0, skip_drain: int = 0
    ) -> Steps[dict[str, Any]]:
        """Delete a node.

        Args:
            id: the pool's identifier, or the pool.
            node_id: the node's identifier, or the node.
            replace: 1 puts a new node in its place; 0 makes the pool smaller.
            skip_drain: 1 does not move elsewhere first what runs on it.

        Returns:
            ``{"status": "deleted"}``; the node goes once it is drained.
        """
        options = {option: 1 for option, on in (("replace", replace), ("skip_drain", skip_drain)) if on}
        return (yield from self._delete_node.steps(_key(id), _key(node_id), **options))

    @procedure
    def recycle_node_pool(self, id: NodePool | str, nodes: Sequence[Node | str]) -> Steps[dict[str, Any]]:
        """Replace nodes by new ones; DigitalOcean prefers `delete_node(..., replace=1)`.

        Args:
            id: the pool's identifier, or the pool.
            nodes: identifiers of the nodes, or the nodes.

        Returns:
            ``{"status": "success"}``.
        """
        return (yield from self._recycle_node_pool.steps(_key(id), [_key(node) for node in nodes]))

    @member.get("/kubernetes/clusters/{cluster_id}/node_pools/{node_pool_id}", key="node_pool")
    def _get_node_pool(self, node_pool_id: str) -> NodePool: ...

    @member.post("/kubernetes/clusters/{cluster_id}/node_pools", key="node_pool")
    def _add_node_pool(
        self,
        *,
        size: Size | str,
        name: str,
        count: int,
        tags: Sequence[str] | None = None,
        labels: Mapping[str, str] | None = None,
        auto_scale: bool | None = None,
        min_nodes: int | None = None,
        max_nodes: int | None = None,
        taints: Sequence[Mapping[str, str]] | None = None,
        extra_body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]: ...

    @member.put("/kubernetes/clusters/{cluster_id}/node_pools/{node_pool_id}", key="node_pool")
    def _update_node_pool(
        self,
        node_pool_id: str,
        *,
        name: str,
        count: int,
        tags: Sequence[str],
        labels: Mapping[str, str],
        taints: Sequence[Mapping[str, str]],
        auto_scale: bool,
        min_nodes: int,
        max_nodes: int,
        extra_body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]: ...

    @member.delete("/kubernetes/clusters/{cluster_id}/node_pools/{node_pool_id}")
    def _delete_node_pool(self, node_pool_id: str) -> dict[str, Any]: ...

    @member.delete("/kubernetes/clusters/{cluster_id}/node_pools/{node_pool_id}/nodes/{node_id}")
    def _delete_node(
        self, node_pool_id: str, node_id: str, *, replace: int | None = None, skip_drain: int | None = None
    ) -> dict[str, Any]: ...

    @member.post("/kubernetes/clusters/{cluster_id}/node_pools/{node_pool_id}/recycle")
    def _recycle_node_pool(self, node_pool_id: str, nodes: Sequence[str]) -> dict[str, Any]: ...

    # Names fixed by the API reference.
    addNodePool = add_node_pool
    deleteNode = delete_node
    deleteNodePool = delete_node_pool
    getNodePool = get_node_pool
    listNodePools = list_node_pools
    listNodes = list_nodes
    updateNodePool = update_node_pool


def _key(of: NodePool | Node | str) -> str:
    """The identifier of a pool or a node."""
    if isinstance(of, str):
        return of
    if of.id is None:
        raise ClientError(f"nothing says which {type(of).__name__} is meant: {of.name!r} has no id yet")
    return of.id


def _automatic(tag: str) -> bool:
    """Whether every pool of the cluster has this tag, asked for or not."""
    return tag in ("k8s", "k8s-worker") or tag.startswith("k8s:")
