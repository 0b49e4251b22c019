"""What lies in a cluster: databases, and the backups of everything."""

from __future__ import annotations

from typing import Any

from .._core.declare import member
from .._core.page import Page
from .._core.resource import ActiveRecord
from .._core.values import Document
from .engines import CACHES, never
from .values import DatabaseBackup


class ClusterContents(ActiveRecord):
    """Operations on databases and backups; Redis and Valkey clusters have neither."""

    __slots__ = ()

    @never(*CACHES)
    @member.list("/databases/{database_cluster_uuid}/dbs", key="dbs", paged=False)
    def list_dbs(self, *, page: int = 1, per_page: int = 20) -> Page[Document]:
        """List the databases in it, each a dict with its `name`; all of them unless a page is asked for.

        Args:
            page: which page.
            per_page: how many on a page.

        Raises:
            ClientError: it is a Redis or Valkey cluster.
        """
        ...

    @never(*CACHES)
    @member.post("/databases/{database_cluster_uuid}/dbs")
    def add_db(self, name: str) -> dict[str, Any]:
        """Create a database in it.

        Args:
            name: what to call it.

        Returns:
            The API's answer.

        Raises:
            ClientError: it is a Redis or Valkey cluster.
            UnprocessableError: the name is taken or not allowed.
        """
        ...

    @never(*CACHES)
    @member.get("/databases/{database_cluster_uuid}/dbs/{name}")
    def get_db(self, name: str) -> dict[str, Any]:
        """One database in it.

        Args:
            name: its name.

        Returns:
            The API's answer.

        Raises:
            ClientError: it is a Redis or Valkey cluster.
            ResourceNotFoundError: there is none of this name.
        """
        ...

    @never(*CACHES)
    @member.delete("/databases/{database_cluster_uuid}/dbs/{name}")
    def delete_db(self, name: str) -> dict[str, Any]:
        """Delete a database with all that is in it.

        Args:
            name: its name.

        Returns:
            ``{"status": "deleted"}``.

        Raises:
            ClientError: it is a Redis or Valkey cluster.
        """
        ...

    @never(*CACHES)
    @member.list("/databases/{database_cluster_uuid}/backups", key="backups", paged=False)
    def list_backups(self, *, page: int = 1, per_page: int = 20) -> Page[DatabaseBackup]:
        """List its backups; all of them unless a page is asked for.

        Args:
            page: which page.
            per_page: how many on a page.

        Raises:
            ClientError: it is a Redis or Valkey cluster.
            PreconditionFailedError: it has none yet.
        """
        ...

    @never(*CACHES)
    @member.get("/databases/{database_cluster_uuid}/backups", key="scheduled_backup_time")
    def get_backup_schedule(self) -> Document:
        """When its backups are made: `backup_hour` and `backup_minute` in UTC, every `backup_interval_hours`.

        Raises:
            ClientError: it is a Redis or Valkey cluster.
            PreconditionFailedError: it has none yet.
        """
        ...

    # Names fixed by the API reference.
    addDB = add_db
    deleteDB = delete_db
    getDB = get_db
    listBackups = list_backups
    listDBS = list_dbs
