"""How a cluster is reached: hosts, ports and addresses, as each engine writes them."""

from __future__ import annotations

import os
from base64 import b32encode
from typing import Any

from ..store import Document

# Reserved for tests: an address that leaks out of one reaches nobody.
_DOMAIN = "db.ondigitalocean.test"
_CACHES = ("redis", "valkey")
_PORTS = {"mongodb": 27017, "kafka": 25073, "redis": 25061, "valkey": 25061}
_USUAL_PORT, _POOL_PORT, _DASHBOARD_PORT, _REGISTRY_PORT, _METRICS_PORT = 25060, 25061, 443, 20835, 9273
_DATABASES = {"redis": "", "valkey": "", "kafka": "", "opensearch": "", "mongodb": "admin"}


def password() -> str:
    """A password nobody has guessed yet."""
    return "AVNS_" + b32encode(os.urandom(12)).decode().rstrip("=")[:19]


def primary_user(engine: str) -> str:
    """Name of the user that every cluster of an engine begins with."""
    return "default" if engine in _CACHES else "doadmin"


def default_databases(engine: str) -> list[str]:
    """Names of the databases that every cluster of an engine begins with."""
    return [] if engine in ("kafka", "opensearch", *_CACHES) else ["defaultdb"]


def refresh(document: Document) -> None:
    """Write a cluster's or replica's connections anew, after its name, users or nodes have changed."""
    body, number = document.body, document.hidden["number"]
    engine, host = document.hidden["engine"], f"{document.hidden['host']}-do-user-{number}-0.{_DOMAIN}"
    user = next((u for u in body["users"] if u["role"] == "primary"), None) if "users" in body else None
    secret = user["password"] if user else document.hidden["password"]
    name = primary_user(engine)
    body["connection"] = _connection(engine, host, name, secret)
    body["private_connection"] = _connection(engine, f"private-{host}", name, secret)
    if document.facet == "replica":
        return
    several = body["num_nodes"] > 1 and engine not in ("kafka", "opensearch")
    body["standby_connection"] = _connection(engine, f"replica-{host}", name, secret) if several else None
    body["standby_private_connection"] = (
        _connection(engine, f"private-replica-{host}", name, secret) if several else None
    )
    body["metrics_endpoints"] = [{"host": host, "port": _METRICS_PORT}]
    if several:
        body["metrics_endpoints"].append({"host": f"replica-{host}", "port": _METRICS_PORT})
    for member, kind, port in (
        ("ui_connection", "opensearch", _DASHBOARD_PORT),
        ("schema_registry_connection", "kafka", _REGISTRY_PORT),
    ):
        if engine == kind:
            body[member] = {
                "uri": f"https://{name}:{secret}@{host}:{port}",
                "host": host,
                "port": port,
                "user": name,
                "password": secret,
                "ssl": True,
            }


def of_pool(cluster: Document, pool: dict[str, Any]) -> dict[str, Any]:
    """A pool as the API shows it."""
    user = next((u for u in cluster.body["users"] if u["name"] == pool["user"]), None)
    secret = user["password"] if user else ""
    shown = dict(pool)
    for member in ("connection", "private_connection", "standby_connection", "standby_private_connection"):
        base = cluster.body[member]
        if base is not None:
            host = base["host"]
            shown[member] = _plain("postgres", host, _POOL_PORT, pool["user"], secret, pool["name"], "?sslmode=require")
    return shown


def _connection(engine: str, host: str, user: str, secret: str) -> dict[str, Any]:
    port, database = _PORTS.get(engine, _USUAL_PORT), _DATABASES.get(engine, "defaultdb")
    match engine:
        case "mysql" | "advanced_mysql":
            return _plain("mysql", host, port, user, secret, database, "?ssl-mode=REQUIRED")
        case "redis" | "valkey":
            uri = f"rediss://{user}:{secret}@{host}:{port}"
        case "mongodb":
            uri = f"mongodb+srv://{user}:{secret}@{host}/{database}?tls=true&authSource=admin"
        case "kafka":
            uri = f"{host}:{port}"
        case "opensearch":
            uri = f"https://{user}:{secret}@{host}:{port}"
        case _:
            return _plain("postgres", host, port, user, secret, database, "?sslmode=require")
    return _members(uri, database, host, port, user, secret)


def _plain(scheme: str, host: str, port: int, user: str, secret: str, database: str, query: str) -> dict[str, Any]:
    who = f"{user}:{secret}@" if user else ""
    return _members(f"{scheme}://{who}{host}:{port}/{database}{query}", database, host, port, user, secret)


def _members(uri: str, database: str, host: str, port: int, user: str, secret: str) -> dict[str, Any]:
    return {
        "uri": uri,
        "database": database,
        "host": host,
        "port": port,
        "user": user,
        "password": secret,
        "ssl": True,
    }
