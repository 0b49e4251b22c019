"""The connection pools of a PostgreSQL cluster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core.declare import member, procedure
from .._core.errors import ClientError
from .._core.page import Page
from .._core.resource import ActiveRecord
from .._core.steps import Steps
from .engines import POSTGRESQL, check_only, only
from .values import DatabaseConnectionPool, DatabaseUser, Discreet, PoolMode


class ClusterPools(ActiveRecord):
    """Operations on connection pools, which only PostgreSQL clusters have."""

    __slots__ = ()

    @only(*POSTGRESQL)
    @member.list("/databases/{database_cluster_uuid}/pools", key="pools", paged=False)
    def list_pools(self, *, page: int = 1, per_page: int = 20) -> Page[DatabaseConnectionPool]:
        """List the connection pools; all of them unless a page is asked for.

        Args:
            page: which page.
            per_page: how many on a page.

        Raises:
            ClientError: it is no PostgreSQL cluster.
        """
        ...

    @only(*POSTGRESQL)
    @member.get("/databases/{database_cluster_uuid}/pools/{name}", key="pool")
    def get_pool(self, name: DatabaseConnectionPool | str) -> DatabaseConnectionPool:
        """One connection pool.

        Args:
            name: its name.

        Raises:
            ClientError: it is no PostgreSQL cluster.
            ResourceNotFoundError: there is none of this name.
        """
        ...

    @procedure
    def add_pool(
        self,
        pool: DatabaseConnectionPool | None = None,
        *,
        name: str | None = None,
        mode: PoolMode | None = None,
        size: int | None = None,
        db: str | None = None,
        user: DatabaseUser | str | None = None,
        extra_body: Mapping[str, Any] | None = None,
    ) -> Steps[dict[str, Any]]:
        """Add a connection pool: one that is given, or one with these attributes; they win over those of the given.

        Args:
            pool: the pool to add.
            name: unique name of 3 to 60 characters.
            mode: `session`, `transaction` or `statement`.
            size: connections to the server that it may use.
            db: name of the database.
            user: name of the user; each client's own where it is left out.
            extra_body: further members of the request.

        Returns:
            The API's answer.

        Raises:
            ClientError: it is no PostgreSQL cluster, or a part is missing.
            UnprocessableError: the cluster's memory does not allow so many connections.
        """
        yield from check_only(self, "add_pool", *POSTGRESQL)
        given = {"name": name, "mode": mode, "size": size, "db": db, "user": _name(user)}
        wanted = (pool._settings() if pool is not None else {}) | {n: v for n, v in given.items() if v is not None}
        missing = [part for part in ("name", "mode", "size", "db") if part not in wanted]
        if missing:
            raise ClientError(f"add_pool() needs {', '.join(missing)} too, or a DatabaseConnectionPool that has it")
        if extra_body:
            wanted["extra_body"] = extra_body
        return (yield from self._add_pool.steps(**wanted))

    @member.post("/databases/{database_cluster_uuid}/pools")
    def _add_pool(
        self, name: str, mode: str, size: int, db: str, user: str | None = None, extra_body: Any = None
    ) -> Discreet: ...

    @procedure
    def update_pool(
        self,
        pool: DatabaseConnectionPool | str,
        *,
        mode: PoolMode | None = None,
        size: int | None = None,
        db: str | None = None,
        user: DatabaseUser | str | None = None,
    ) -> Steps[dict[str, Any]]:
        """Change a connection pool; what is not given stays as it is.

        Args:
            pool: the pool as it shall be, or its name.
            mode: `session`, `transaction` or `statement`.
            size: connections to the server that it may use.
            db: name of the database.
            user: name of the user.

        Returns:
            ``{"status": "success"}``.

        Raises:
            ClientError: it is no PostgreSQL cluster.
            ResourceNotFoundError: there is none of this name.
        """
        if isinstance(pool, str):
            # All of it goes out, or the API would reset what is left out.
            pool = yield from self.get_pool.steps(pool)
        else:
            yield from check_only(self, "update_pool", *POSTGRESQL)
        given = {"mode": mode, "size": size, "db": db, "user": _name(user)}
        wanted = pool._settings() | {n: v for n, v in given.items() if v is not None}
        return (yield from self._update_pool.steps(**wanted))

    @member.put("/databases/{database_cluster_uuid}/pools/{name}")
    def _update_pool(self, name: str, mode: str, size: int, db: str, user: str | None = None) -> dict[str, Any]: ...

    @only(*POSTGRESQL)
    @member.delete("/databases/{database_cluster_uuid}/pools/{name}")
    def delete_pool(self, name: DatabaseConnectionPool | str) -> dict[str, Any]:
        """Delete a connection pool.

        Args:
            name: its name.

        Returns:
            ``{"status": "deleted"}``.

        Raises:
            ClientError: it is no PostgreSQL cluster.
        """
        ...

    # Names fixed by the API reference.
    addPool = add_pool
    deletePool = delete_pool
    getPool = get_pool
    listPools = list_pools


def _name(user: DatabaseUser | str | None) -> str | None:
    return user.name if isinstance(user, DatabaseUser) else user
