"""Copies of a cluster: read-only replicas, and forks that go their own way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from .._core.codec import encode
from .._core.declare import member, procedure
from .._core.errors import ClientError
from .._core.page import Page
from .._core.resource import ActiveRecord, Resource
from .._core.steps import Steps
from ..regions import Region
from ..sizes import Size
from ..tags import Tag
from .engines import CACHES, WITHOUT_REPLICAS, check_never, never
from .values import DatabaseBackup, Discreet


class ClusterReplicas(ActiveRecord):
    """Operations on read-only replicas, and forking; Redis and Valkey clusters have neither."""

    __slots__ = ()

    @never(*WITHOUT_REPLICAS)
    @member.list("/databases/{database_cluster_uuid}/replicas", key="replicas", paged=False)
    def list_replicas(self, *, page: int = 1, per_page: int = 20) -> Page[Discreet]:
        """List its read-only replicas, each a dict; all of them unless a page is asked for.

        Args:
            page: which page.
            per_page: how many on a page.

        Raises:
            ClientError: it is a cluster of an engine without replicas, such as Redis.
        """
        ...

    @never(*WITHOUT_REPLICAS)
    @member.get("/databases/{database_cluster_uuid}/replicas/{name}", key="replica")
    def get_replica(self, name: str) -> Discreet:
        """One read-only replica, as a dict.

        Args:
            name: its name.

        Raises:
            ClientError: it is a cluster of an engine without replicas, such as Redis.
            ResourceNotFoundError: there is none of this name, or it was created a moment ago.
        """
        ...

    @procedure
    def create_replica(
        self,
        name: str | None = None,
        region: Region | str | None = None,
        size: Size | str | None = None,
        tags: Sequence[Tag | str] | None = None,
        private_network_uuid: Resource | str | None = None,
        *,
        storage_size_mib: int | None = None,
        do_settings: Mapping[str, Any] | None = None,
        extra_body: Mapping[str, Any] | None = None,
    ) -> Steps[dict[str, Any]]:
        """Create a read-only replica.

        Args:
            name: what to call it; it has to have a name.
            region: where; the cluster's own region unless given.
            size: of its node, at least that of the cluster's nodes, which is taken unless given.
            tags: tags or their names, created where they do not exist.
            private_network_uuid: VPC to join, or its identifier; the region's default unless given.
            storage_size_mib: additional storage, in MiB.
            do_settings: further names for it, in `service_cnames`.
            extra_body: further members of the request.

        Returns:
            The API's answer.

        Raises:
            ClientError: it is a cluster of an engine without replicas, such as Redis, or there is no name.
            PreconditionFailedError: the cluster has no backup yet to make it from.
        """
        if not name:
            raise ClientError("a replica needs a name: create_replica(name)")
        yield from check_never(self, "create_replica", *WITHOUT_REPLICAS)
        if size is None:
            yield from self._loaded()
            size = self.size  # type: ignore[attr-defined]  # of the whole class
        options = {
            "region": region,
            "tags": None if tags is None else [*tags],
            "private_network_uuid": private_network_uuid,
            "storage_size_mib": storage_size_mib,
            "do_settings": do_settings,
            "extra_body": extra_body,
        }
        given = {option: value for option, value in options.items() if value is not None}
        return (yield from self._create_replica.steps(name, size, **given))

    @member.post("/databases/{database_cluster_uuid}/replicas")
    def _create_replica(
        self,
        name: str,
        size: Any,
        region: Any = None,
        tags: Any = None,
        private_network_uuid: Any = None,
        storage_size_mib: Any = None,
        do_settings: Any = None,
        extra_body: Any = None,
    ) -> Discreet: ...

    @never(*WITHOUT_REPLICAS)
    @member.delete("/databases/{database_cluster_uuid}/replicas/{name}")
    def delete_replica(self, name: str) -> dict[str, Any]:
        """Delete a read-only replica.

        Args:
            name: its name.

        Returns:
            ``{"status": "deleted"}``.

        Raises:
            ClientError: it is a cluster of an engine without replicas, such as Redis.
        """
        ...

    @never(*WITHOUT_REPLICAS)
    @member.put("/databases/{database_cluster_uuid}/replicas/{name}/promote")
    def promote_replica(self, name: str) -> dict[str, Any]:
        """Make a read-only replica a cluster of its own.

        Args:
            name: its name.

        Returns:
            ``{"status": "success"}``.

        Raises:
            ClientError: it is a cluster of an engine without replicas, such as Redis.
        """
        ...

    @procedure
    def replicate(
        self,
        name: str,
        size: Size | str,
        region: Region | str | None = None,
        tags: Sequence[Tag | str] = (),
        private_network_uuid: Resource | str | None = None,
        *,
        num_nodes: int | None = None,
        backup: DatabaseBackup | datetime | str | None = None,
    ) -> Steps[dict[str, Any]]:
        """Fork the cluster: create another one from one of its backups, which then goes its own way.

        Args:
            name: what to call the new cluster.
            size: of its nodes.
            region: where; the cluster's own region unless given.
            tags: tags or their names, created where they do not exist.
            private_network_uuid: VPC to join, or its identifier; the region's default unless given.
            num_nodes: how many nodes; as many as the cluster has unless given.
            backup: which backup, or when it was made; the latest unless given.

        Returns:
            The API's answer.

        Raises:
            ClientError: it is a Redis or Valkey cluster.
            PreconditionFailedError: the cluster has no backup yet.
        """
        yield from check_never(self, "replicate", *CACHES)
        yield from self._loaded()
        source: Any = self
        restore = {"database_name": source.name}
        if backup is not None:
            restore["backup_created_at"] = encode(backup.created_at if isinstance(backup, DatabaseBackup) else backup)
        options = {
            "tags": [*tags] or None,
            "private_network_uuid": private_network_uuid,
            "version": source.version,
        }
        fork = type(source)()
        answer: dict[str, Any] = yield from fork.create.steps(
            name=name,
            engine=source.engine,
            num_nodes=num_nodes or source.num_nodes,
            size=size,
            region=region or source.region,
            backup_restore=restore,
            **{option: value for option, value in options.items() if value is not None},
        )
        return answer

    # Names fixed by the API reference.
    createReplica = create_replica
    deleteReplica = delete_replica
    getReplica = get_replica
    listReplicas = list_replicas
