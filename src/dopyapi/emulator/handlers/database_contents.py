"""What is in a cluster: users, databases, connection pools."""

from __future__ import annotations

import re
from typing import Any

from .. import databases
from ..catalogue.databases import node_size
from ..context import Context, Reply, handles
from ..databases import connections, users
from ..errors import not_found, unprocessable
from ..paging import objects, whole
from ..store import Document

_WITH_DATABASES = ("pg", "mysql", "mongodb", "advanced_pg", "advanced_mysql")
_DB_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_\-]{0,62}")
_POOL_NAME = re.compile(r"[A-Za-z0-9_.\-]{3,60}")
_MODES = ("session", "transaction", "statement")
_CONNECTIONS_PER_GIB, _RESERVED = 25, 3


def _managed(context: Context, *engines: str) -> Document:
    found = databases.find(context)
    databases.supported(found, *engines)
    return found


# Users.


@handles("databases_list_users")
def list_users(context: Context) -> Reply:
    """All users of a cluster."""
    return whole("users", objects(_managed(context, *users.MANAGED).body["users"]))


@handles("databases_get_user")
def get_user(context: Context) -> Reply:
    """One user."""
    return 200, {"user": users.of(_managed(context, *users.MANAGED), context.path["username"])}


@handles("databases_add_user")
def add_user(context: Context) -> Reply:
    """Add a user."""
    cluster = _managed(context, *users.MANAGED)
    user = users.added(cluster, context.body)
    context.store.save(cluster)
    return 201, {"user": user}


@handles("databases_update_user")
def update_user(context: Context) -> Reply:
    """Change what a user may do."""
    cluster = _managed(context, *users.MANAGED)
    user = users.of(cluster, context.path["username"])
    users.set_settings(cluster.hidden["engine"], user, context.body["settings"])
    context.store.save(cluster)
    return 201, {"user": user}


@handles("databases_delete_user")
def delete_user(context: Context) -> Reply:
    """Delete a user that nothing needs."""
    cluster = _managed(context, *users.MANAGED)
    user = users.of(cluster, context.path["username"])
    if user["role"] == "primary":
        raise unprocessable(f"the default user {user['name']} cannot be deleted")
    _refuse_if_pooled(cluster, "user", user["name"])
    cluster.body["users"].remove(user)
    context.store.save(cluster)
    return 204, None


@handles("databases_reset_auth")
def reset_auth(context: Context) -> Reply:
    """Give a user a new password, and a MySQL user another way to prove who it is."""
    cluster = _managed(context, *users.MANAGED)
    user = users.of(cluster, context.path["username"])
    settings = context.body.get("mysql_settings")
    if settings:
        databases.supported(cluster, *users.MYSQL)
        users.set_plugin(user, settings)
    user["password"] = connections.password()
    connections.refresh(cluster)
    context.store.save(cluster)
    if user["role"] == "primary":
        for replica in context.store.select("database", parent=cluster.subject, facet="replica"):
            replica.hidden["password"] = user["password"]
            connections.refresh(replica)
            context.store.save(replica)
    return 200, {"user": user}


# Databases.


@handles("databases_list")
def list_databases(context: Context) -> Reply:
    """All databases of a cluster."""
    names = _managed(context, *_WITH_DATABASES).body["db_names"]
    return whole("dbs", objects([{"name": name} for name in names]))


@handles("databases_add")
def add_database(context: Context) -> Reply:
    """Create a database."""
    cluster, name = _managed(context, *_WITH_DATABASES), context.body["name"]
    if not isinstance(name, str) or not _DB_NAME.fullmatch(name):
        raise unprocessable(f"invalid database name {name!r}: use 1 to 63 letters, digits, dashes and underscores")
    if name in cluster.body["db_names"]:
        raise unprocessable("database name is not available")
    cluster.body["db_names"].append(name)
    context.store.save(cluster)
    return 201, {"db": {"name": name}}


def _database(context: Context) -> tuple[Document, str]:
    cluster, name = _managed(context, *_WITH_DATABASES), str(context.path["database_name"])
    if name not in cluster.body["db_names"]:
        raise not_found("database not found")
    return cluster, name


@handles("databases_get")
def get_database(context: Context) -> Reply:
    """One database."""
    return 200, {"db": {"name": _database(context)[1]}}


@handles("databases_delete")
def delete_database(context: Context) -> Reply:
    """Delete a database that nothing needs."""
    cluster, name = _database(context)
    if name in connections.default_databases(cluster.hidden["engine"]):
        raise unprocessable(f"the default database {name} cannot be deleted")
    _refuse_if_pooled(cluster, "db", name)
    cluster.body["db_names"].remove(name)
    context.store.save(cluster)
    return 204, None


# Connection pools.


def _refuse_if_pooled(cluster: Document, what: str, name: str) -> None:
    for pool in cluster.hidden["pools"]:
        if pool[what] == name:
            raise unprocessable(f"{name} is used by the connection pool {pool['name']}: delete that first")


@handles("databases_list_connectionPools")
def list_pools(context: Context) -> Reply:
    """All connection pools of a cluster."""
    cluster = _managed(context, *users.POSTGRESQL)
    return whole("pools", objects([connections.of_pool(cluster, pool) for pool in cluster.hidden["pools"]]))


def _pool(context: Context) -> tuple[Document, dict[str, Any]]:
    cluster, name = _managed(context, *users.POSTGRESQL), context.path["pool_name"]
    found = next((pool for pool in cluster.hidden["pools"] if pool["name"] == name), None)
    if found is None:
        raise not_found("pool not found")
    return cluster, found


@handles("databases_get_connectionPool")
def get_pool(context: Context) -> Reply:
    """One connection pool."""
    cluster, pool = _pool(context)
    return 200, {"pool": connections.of_pool(cluster, pool)}


@handles("databases_add_connectionPool")
def add_pool(context: Context) -> Reply:
    """Add a connection pool."""
    cluster, name = _managed(context, *users.POSTGRESQL), context.body["name"]
    if not isinstance(name, str) or not _POOL_NAME.fullmatch(name):
        raise unprocessable(f"invalid pool name {name!r}: use 3 to 60 letters, digits, dots, dashes and underscores")
    if any(pool["name"] == name for pool in cluster.hidden["pools"]):
        raise unprocessable("pool name is not available")
    pool = _wanted(cluster, name, context.body)
    cluster.hidden["pools"].append(pool)
    context.store.save(cluster)
    return 201, {"pool": connections.of_pool(cluster, pool)}


@handles("databases_update_connectionPool")
def update_pool(context: Context) -> Reply:
    """Change a connection pool."""
    cluster, pool = _pool(context)
    pool |= _wanted(cluster, pool["name"], context.body)
    context.store.save(cluster)
    return 204, None


@handles("databases_delete_connectionPool")
def delete_pool(context: Context) -> Reply:
    """Delete a connection pool."""
    cluster, pool = _pool(context)
    cluster.hidden["pools"].remove(pool)
    context.store.save(cluster)
    return 204, None


def _wanted(cluster: Document, name: str, body: dict[str, Any]) -> dict[str, Any]:
    mode, db, user = str(body["mode"]).lower(), body["db"], body.get("user") or ""
    if mode not in _MODES:
        raise unprocessable(f"invalid pool mode {mode!r}: it must be one of {', '.join(_MODES)}")
    if db not in cluster.body["db_names"]:
        raise unprocessable(f"invalid pool db: there is no database {db!r} in the cluster")
    if user and all(known["name"] != user for known in cluster.body["users"]):
        raise unprocessable(f"invalid pool user: there is no user {user!r} in the cluster")
    size = int(body["size"])
    budget = _CONNECTIONS_PER_GIB * node_size(cluster.body["size"]).memory_gib - _RESERVED
    taken = sum(pool["size"] for pool in cluster.hidden["pools"] if pool["name"] != name)
    if not 1 <= size <= budget - taken:
        raise unprocessable(
            f"invalid pool size {size}: {budget - taken} of the {budget} connections that {cluster.body['size']} allows"
            " are left"
        )
    return {"name": name, "mode": mode, "size": size, "db": db, "user": user}
