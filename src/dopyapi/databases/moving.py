"""Online migration: taking over the contents of a database that runs elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .._core.declare import member
from .._core.resource import ActiveRecord
from .._core.values import Document
from .engines import CACHES, MYSQL, POSTGRESQL, only
from .values import DatabaseConnection, Discreet


class ClusterMoving(ActiveRecord):
    """Operations on online migrations, which PostgreSQL, MySQL, Redis and Valkey clusters can do."""

    __slots__ = ()

    @only(*POSTGRESQL, *MYSQL, *CACHES)
    @member.put("/databases/{database_cluster_uuid}/online-migration")
    def start_online_migration(
        self, source: dict[str, Any], disable_ssl: bool | None = None, ignore_dbs: Sequence[str] | None = None
    ) -> Document:
        """Begin to take over what is in another database.

        Args:
            source: where it is: `host`, `port`, `dbname`, `username`, `password`; `migration_source` makes one of a
                connection.
            disable_ssl: connect to it without SSL.
            ignore_dbs: names of databases to leave out.

        Returns:
            The migration: `id`, `status`, `created_at`.

        Raises:
            ClientError: it is a cluster of an engine that cannot, such as Kafka.
        """
        ...

    @only(*POSTGRESQL, *MYSQL, *CACHES)
    @member.get("/databases/{database_cluster_uuid}/online-migration")
    def get_online_migration(self) -> Document:
        """The latest migration: `id`, `status`, `created_at`.

        Raises:
            ClientError: it is a cluster of an engine that cannot, such as Kafka.
            ResourceNotFoundError: there was none.
        """
        ...

    @only(*POSTGRESQL, *MYSQL, *CACHES)
    @member.delete("/databases/{database_cluster_uuid}/online-migration/{migration_id}")
    def stop_online_migration(self, migration_id: str) -> dict[str, Any]:
        """End a migration.

        Args:
            migration_id: which.

        Returns:
            ``{"status": "deleted"}``.
        """
        ...


def migration_source(connection: DatabaseConnection) -> dict[str, Any]:
    """A connection in the words that an online migration has for it."""
    names = {"host": "host", "port": "port", "dbname": "database", "username": "user", "password": "password"}
    found = {theirs: getattr(connection, ours) for theirs, ours in names.items()}
    return Discreet({name: value for name, value in found.items() if value is not None})
