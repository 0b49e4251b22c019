"""Users of clusters."""

from __future__ import annotations

import os
import re
from typing import Any

from ..errors import not_found, unprocessable
from ..store import Document
from .connections import password, primary_user

MYSQL = ("mysql", "advanced_mysql")
POSTGRESQL = ("pg", "advanced_pg")
MANAGED = ("pg", "mysql", "mongodb", "kafka", "opensearch", "advanced_pg", "advanced_mysql")
"""Engines whose users can be managed."""
PLUGINS = ("mysql_native_password", "caching_sha2_password")
_NAME = re.compile(r"[A-Za-z0-9_.\-@]{1,63}")
_SETTINGS = {
    "pg": ("pg_allow_replication",),
    "advanced_pg": ("pg_allow_replication",),
    "kafka": ("acl",),
    "opensearch": ("opensearch_acl",),
    "mongodb": ("mongo_user_settings",),
}
_PERMISSIONS = {
    "acl": ("topic", ("admin", "consume", "produce", "produceconsume")),
    "opensearch_acl": ("index", ("deny", "admin", "read", "readwrite", "write")),
}


def primary(engine: str) -> dict[str, Any]:
    """The user that a cluster begins with."""
    return _user(engine, primary_user(engine), "primary")


def added(cluster: Document, body: dict[str, Any]) -> dict[str, Any]:
    """A new user of a cluster, which has to be saved afterwards."""
    name, engine = body["name"], cluster.hidden["engine"]
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise unprocessable(f"invalid user name {name!r}: use 1 to 63 letters, digits, dots, dashes and underscores")
    if any(user["name"] == name for user in cluster.body["users"]):
        raise unprocessable("user name is not available")
    user = _user(engine, name, "normal")
    if engine in MYSQL:
        set_plugin(user, body.get("mysql_settings"))
    if body.get("settings"):
        set_settings(engine, user, body["settings"])
    cluster.body["users"].append(user)
    return user


def of(cluster: Document, name: object) -> dict[str, Any]:
    """A user of a cluster, or a 404."""
    found: dict[str, Any] | None = next((user for user in cluster.body["users"] if user["name"] == name), None)
    if found is None:
        raise not_found("user not found")
    return found


def set_plugin(user: dict[str, Any], settings: Any) -> None:
    """Let a MySQL user prove who it is in a certain way."""
    plugin = (settings or {}).get("auth_plugin") or "caching_sha2_password"
    if plugin not in PLUGINS:
        raise unprocessable(f"mysql_settings.auth_plugin must be one of {', '.join(PLUGINS)}, not {plugin!r}")
    user["mysql_settings"] = {"auth_plugin": plugin}


def set_settings(engine: str, user: dict[str, Any], settings: Any) -> None:
    """Give a user the rights that its engine knows."""
    allowed = _SETTINGS.get(engine)
    if allowed is None:
        raise unprocessable("operation is not supported for this cluster type")
    of_others = [name for names in _SETTINGS.values() for name in names if name in settings and name not in allowed]
    if of_others:
        raise unprocessable(
            f"settings.{of_others[0]} is not supported for this cluster type; it has {', '.join(allowed)}"
        )
    made = {name: settings[name] for name in allowed if name in settings}
    for name, (subject, permissions) in _PERMISSIONS.items():
        if name in made:
            made[name] = [_rule(name, subject, permissions, rule) for rule in made[name] or []]
    if engine in POSTGRESQL:
        made["pg_allow_replication"] = bool(made.get("pg_allow_replication"))
    user["settings"] = made


def _rule(name: str, subject: str, permissions: tuple[str, ...], rule: Any) -> dict[str, Any]:
    if not isinstance(rule, dict) or not rule.get(subject) or rule.get("permission") not in permissions:
        raise unprocessable(f"settings.{name} needs a {subject}, and a permission of {', '.join(permissions)}")
    named = {"id": rule.get("id") or f"acl{os.urandom(5).hex()}"} if name == "acl" else {}
    return {**named, subject: rule[subject], "permission": rule["permission"]}


def _user(engine: str, name: str, role: str) -> dict[str, Any]:
    user: dict[str, Any] = {"name": name, "role": role, "password": password()}
    if engine in MYSQL:
        user["mysql_settings"] = {"auth_plugin": "caching_sha2_password"}
    if engine in POSTGRESQL:
        user["settings"] = {"pg_allow_replication": role == "primary"}
    return user
