"""A database cluster itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from .._core.declare import collection, member, new_by, procedure, unsupported
from .._core.errors import NeverReady
from .._core.fields import Dynamic, Key, Static, attr
from .._core.page import Page
from .._core.resource import Array, Resource
from .._core.steps import Steps
from .._core.values import Document
from .._core.waiting import TIMEOUT, OnProgress, waiting
from ..regions import Region
from ..sizes import Size
from ..tags import Tag
from .contents import ClusterContents
from .engines import Engine
from .kafka import ClusterSchemas, ClusterTopics
from .logs import ClusterLogs
from .moving import ClusterMoving
from .pools import ClusterPools
from .replicas import ClusterReplicas
from .settings import ClusterSettings
from .sources import ClusterSources
from .users import ClusterUsers
from .values import DatabaseConnection, DatabaseFirewall, DatabaseUser, Discreet

BECOMING = frozenset({"creating", "resizing", "migrating", "forking"})


class DatabaseCluster(
    ClusterUsers,
    ClusterContents,
    ClusterPools,
    ClusterReplicas,
    ClusterSources,
    ClusterSettings,
    ClusterMoving,
    ClusterTopics,
    ClusterSchemas,
    ClusterLogs,
):
    """A managed cluster of one of the engines PostgreSQL, MySQL, Redis, Valkey, MongoDB, Kafka and OpenSearch.

    Set attributes and call `create()`, or call `DatabaseCluster.new(...)`; set `id` or `name` of one that exists, and
    the other attributes are fetched when they are read.

    In DigitalOcean's API reference: Databases.
    """

    _url, _single, _plural = "databases", "database", "databases"
    _urn_kind = "dbaas"
    _secret = (
        "connection",
        "private_connection",
        "standby_connection",
        "standby_private_connection",
        "ui_connection",
        "schema_registry_connection",
        "users",
    )
    _places = {"database_cluster_uuid": "id"}

    id: Key[str]
    """Unique identifier."""
    name: Dynamic[str] = attr(fetch="list")
    """Unique name; it can also find the cluster."""
    engine: Dynamic[str]
    """`pg`, `mysql`, `redis`, `valkey`, `mongodb`, `kafka` or `opensearch`."""
    version: Dynamic[str]
    """Major version of the engine."""
    semantic_version: Static[str]
    """Full version of the engine."""
    connection: Static[DatabaseConnection]
    """How to connect to it publicly."""
    private_connection: Static[DatabaseConnection]
    """How to connect to it in its VPC."""
    standby_connection: Static[DatabaseConnection]
    """How to connect to its standby nodes publicly, where it has any."""
    standby_private_connection: Static[DatabaseConnection]
    """How to connect to its standby nodes in its VPC, where it has any."""
    ui_connection: Static[DatabaseConnection]
    """Of OpenSearch clusters: how to connect to the dashboard."""
    schema_registry_connection: Static[DatabaseConnection]
    """Of Kafka clusters: how to connect to the schema registry."""
    users: Static[Array[DatabaseUser]]
    """Its users."""
    db_names: Static[Array[str]]
    """Names of the databases in it."""
    num_nodes: Dynamic[int]
    """How many nodes it has."""
    size: Dynamic[str]
    """Slug of the size of its nodes."""
    storage_size_mib: Dynamic[int]
    """Storage in MiB."""
    region: Dynamic[str]
    """Slug of the region that it is in."""
    status: Static[str]
    """`creating`, `online`, `resizing`, `migrating` or `forking`."""
    maintenance_window: Static[Document]
    """When updates are installed: `day`, `hour`, whether any are `pending`, and their `description`."""
    created_at: Static[datetime]
    """When it was created."""
    tags: Dynamic[Array[str]]
    """Names of its tags."""
    private_network_uuid: Dynamic[str]
    """Identifier of the VPC that it is in."""
    project_id: Dynamic[str]
    """Identifier of the project that it is in."""
    rules: Dynamic[Array[DatabaseFirewall]]
    """Its trusted sources."""
    do_settings: Dynamic[Document]
    """Settings of DigitalOcean's own: further names for it, in `service_cnames`."""
    version_end_of_life: Static[datetime]
    """Until when its version is supported."""
    version_end_of_availability: Static[datetime]
    """Until when new clusters can have its version."""
    metrics_endpoints: Static[Array[Document]]
    """Where its metrics are, each with `host` and `port`."""

    # For create() only; the API does not show it again.
    backup_restore: Dynamic[Document]
    """What to fork: `database_name` of a cluster and, unless the latest, `backup_created_at`."""

    load = member.load("/databases/{database_cluster_uuid}")
    delete = member.delete_by("/databases/{database_cluster_uuid}")
    save = unsupported(
        "save",
        "the API cannot update a cluster at once; use resize(), migrate(), upgrade(), set_maintenance_window(), "
        "update_config(), update_firewall(), and Tag.tag() for its tags",
    )

    @member.create("/databases", answer=Discreet)
    def create(
        self,
        *,
        name: str | None = None,
        engine: Engine | None = None,
        version: str | None = None,
        num_nodes: int | None = None,
        size: Size | str | None = None,
        region: Region | str | None = None,
        tags: Sequence[Tag | str] | None = None,
        private_network_uuid: Resource | str | None = None,
        project_id: Resource | str | None = None,
        rules: Sequence[DatabaseFirewall] | None = None,
        storage_size_mib: int | None = None,
        do_settings: Mapping[str, Any] | None = None,
        backup_restore: Mapping[str, Any] | None = None,
        wait: bool = False,
        wait_timeout: float = TIMEOUT,
        on_progress: OnProgress | None = None,
        extra_body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Create the cluster from these and from the attributes already set on it.

        Args:
            name: unique name.
            engine: such as `pg`.
            version: major version; the engine's default unless given.
            num_nodes: how many nodes.
            size: of its nodes, such as `db-s-1vcpu-1gb`; `get_options` has all.
            region: where.
            tags: tags or their names, created where they do not exist.
            private_network_uuid: VPC to join, or its identifier; the region's default unless given.
            project_id: project to join, or its identifier; the default one unless given.
            rules: trusted sources; everything may connect where there are none.
            storage_size_mib: storage in MiB; what comes with the size unless given.
            do_settings: further names for it, in `service_cnames`.
            backup_restore: what to fork: `database_name`, `backup_created_at`; see `replicate`.
            wait: return only when it is ready, as `wait_ready` does.
            wait_timeout: seconds to wait at most.
            on_progress: called with a `Progress` at every poll of the wait.
            extra_body: further members of the request.

        Returns:
            The API's answer; the cluster is not yet there unless `wait` was given.

        Raises:
            UnprocessableError: a name, size or version that the API does not accept.
            NeverReady, WaitTimeout: the wait; their `created` has what was created.
        """
        ...

    new = new_by(create)

    @collection.list("/databases", paged=False)
    def list(cls, *, page: int = 1, per_page: int = 20, tag_name: str | None = None) -> Page[DatabaseCluster]:
        """List clusters; all of them unless a page is asked for.

        Args:
            page: which page.
            per_page: how many on a page.
            tag_name: only those with this tag.
        """
        ...

    @procedure
    def wait_ready(
        self, *, timeout: float = TIMEOUT, every: float | None = None, on_progress: OnProgress | None = None
    ) -> Steps[DatabaseCluster]:
        """Wait until the cluster is online.

        Args:
            timeout: seconds to wait at most.
            every: seconds between polls; growing unless given.
            on_progress: called with a `Progress` at every poll.

        Returns:
            The cluster itself, up to date.

        Raises:
            NeverReady: it is gone, or in a state that does not lead there.
            WaitTimeout: it was not online after the timeout.
        """
        yield from waiting([self], "online", timeout, every, on_progress)
        return self

    _untils = ("online",)

    def _settled(self, until: str) -> bool:
        status = self.status
        if status != "online" and status not in BECOMING:
            raise NeverReady(f"{self!r} is {status}, so it does not become {until}", self)
        return status == "online"

    # Names fixed by the API reference.
    waitReady = wait_ready
