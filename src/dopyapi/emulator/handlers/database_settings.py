"""How a database cluster is set: trusted sources, the engine's settings, storage, metrics, online migration."""

from __future__ import annotations

from typing import Any

from ..._facts import schema
from .. import databases, events
from ..checks import check_value
from ..context import Context, Reply, handles
from ..databases import sources, users
from ..databases.connections import password
from ..errors import not_found, unprocessable
from ..paging import objects, whole
from ..store import Document

CACHES = ("redis", "valkey")
_SQL_MODE = "ANSI,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,NO_ZERO_DATE,NO_ZERO_IN_DATE,STRICT_ALL_TABLES"
_SQL_MODES = frozenset(
    "ALLOW_INVALID_DATES ANSI ANSI_QUOTES ERROR_FOR_DIVISION_BY_ZERO HIGH_NOT_PRECEDENCE IGNORE_SPACE "
    "NO_AUTO_VALUE_ON_ZERO NO_BACKSLASH_ESCAPES NO_DIR_IN_CREATE NO_ENGINE_SUBSTITUTION NO_UNSIGNED_SUBTRACTION "
    "NO_ZERO_DATE NO_ZERO_IN_DATE ONLY_FULL_GROUP_BY PAD_CHAR_TO_FULL_LENGTH PIPES_AS_CONCAT REAL_AS_FLOAT "
    "STRICT_ALL_TABLES STRICT_TRANS_TABLES TIME_TRUNCATE_FRACTIONAL TRADITIONAL".split()
)
_POLICIES = ("noeviction", "allkeys_lru", "allkeys_random", "volatile_lru", "volatile_random", "volatile_ttl")
_CONFIGS = {
    "pg": "postgres_advanced_config",
    "advanced_pg": "postgres_advanced_config",
    "mysql": "mysql_advanced_config",
    "advanced_mysql": "mysql_advanced_config",
    "redis": "redis_advanced_config",
    "valkey": "valkey_advanced_config",
    "mongodb": "mongo_advanced_config",
    "kafka": "kafka_advanced_config",
    "opensearch": "opensearch_advanced_config",
}
_GROWING = ("pg", "mysql", "mongodb", "kafka", "opensearch", "advanced_pg", "advanced_mysql")
_THRESHOLDS, _INCREMENTS = (15, 95), (10, 500)
_SYNCING_SECONDS = 60


def _of(context: Context, *engines: str) -> Document:
    found = databases.find(context)
    databases.supported(found, *engines)
    return found


# Trusted sources.


@handles("databases_list_firewall_rules")
def list_rules(context: Context) -> Reply:
    """What may connect to a cluster or a replica."""
    return whole("rules", objects(databases.find(context, replicas=True).hidden["rules"]))


@handles("databases_update_firewall_rules")
def put_rules(context: Context) -> Reply:
    """Let exactly these connect."""
    found = databases.find(context, replicas=True)
    sources.replace(context, found, sources.checked(context, context.body.get("rules")))
    context.store.save(found)
    return 204, None


# The engine's settings; SQL mode and eviction policy are two of them with operations of their own.


def _config(cluster: Document) -> dict[str, Any]:
    engine = cluster.hidden["engine"]
    properties = schema(_CONFIGS[engine])["properties"]
    found = {name: node["default"] for name, node in properties.items() if "default" in node}
    if engine in users.MYSQL:
        found |= {"sql_mode": _SQL_MODE, "sql_require_primary_key": True}
    if engine in CACHES:
        found[f"{engine}_maxmemory_policy"] = _policy(engine, "noeviction")
    return found | dict(cluster.hidden["config"])


def _policy(engine: str, policy: str) -> str:
    # Redis writes its policies with a dash, everything else with an underscore.
    return policy.replace("_", "-") if engine == "redis" else policy


@handles("databases_get_config")
def get_config(context: Context) -> Reply:
    """The settings of a cluster's engine."""
    return 200, {"config": _config(databases.find(context))}


@handles("databases_patch_config")
def patch_config(context: Context) -> Reply:
    """Change settings of a cluster's engine."""
    found, config = databases.find(context), context.body.get("config") or {}
    wrong = check_value({"$ref": _CONFIGS[found.hidden["engine"]]}, config, "config")
    if wrong:
        raise unprocessable(wrong)
    if "sql_mode" in config:
        config = {**config, "sql_mode": _checked_mode(config["sql_mode"])}
    found.hidden["config"] = {**found.hidden["config"], **config}
    context.store.save(found)
    return 200, None


@handles("databases_get_sql_mode")
def get_sql_mode(context: Context) -> Reply:
    """The SQL modes of a MySQL cluster."""
    return 200, {"sql_mode": _config(_of(context, *users.MYSQL))["sql_mode"]}


@handles("databases_update_sql_mode")
def put_sql_mode(context: Context) -> Reply:
    """Set the SQL modes of a MySQL cluster."""
    found = _of(context, *users.MYSQL)
    found.hidden["config"]["sql_mode"] = _checked_mode(context.body["sql_mode"])
    context.store.save(found)
    return 204, None


def _checked_mode(given: Any) -> str:
    modes = [mode for mode in str(given).split(",") if mode]
    unknown = [mode for mode in modes if mode.upper() not in _SQL_MODES]
    if unknown:
        raise unprocessable(f"invalid sql_mode: MySQL 8 has no mode {unknown[0]!r}")
    return ",".join(modes)


@handles("databases_get_evictionPolicy")
def get_policy(context: Context) -> Reply:
    """What a cache forgets when it is full."""
    found = _of(context, *CACHES)
    return 200, {"eviction_policy": _config(found)[f"{found.hidden['engine']}_maxmemory_policy"].replace("-", "_")}


@handles("databases_update_evictionPolicy")
def put_policy(context: Context) -> Reply:
    """Set what a cache forgets when it is full."""
    found, policy = _of(context, *CACHES), context.body["eviction_policy"]
    if policy not in _POLICIES:
        raise unprocessable(f"invalid eviction_policy {policy!r}: it must be one of {', '.join(_POLICIES)}")
    engine = found.hidden["engine"]
    found.hidden["config"][f"{engine}_maxmemory_policy"] = _policy(engine, policy)
    context.store.save(found)
    return 204, None


# Storage that grows by itself.


@handles("databases_get_autoscale")
def get_autoscale(context: Context) -> Reply:
    """Whether a cluster's storage grows by itself."""
    found = _of(context, *_GROWING)
    usual = {"enabled": False, "threshold_percent": 80, "increment_gib": 10}
    return 200, {"autoscale": {"storage": {**usual, **found.hidden.get("autoscale", {})}}}


@handles("databases_update_autoscale")
def put_autoscale(context: Context) -> Reply:
    """Let a cluster's storage grow by itself, or no longer; nothing fills it here, so that it stays as it is."""
    found, storage = _of(context, *_GROWING), context.body.get("storage")
    if not isinstance(storage, dict) or not isinstance(storage.get("enabled"), bool):
        raise unprocessable("storage.enabled is required")
    for name, (least, most) in (("threshold_percent", _THRESHOLDS), ("increment_gib", _INCREMENTS)):
        value = storage.get(name)
        if value is not None and (not isinstance(value, int) or not least <= value <= most):
            raise unprocessable(f"storage.{name} must be from {least} to {most}, not {value!r}")
    kept = {name: value for name, value in storage.items() if value is not None}
    found.hidden["autoscale"] = {**found.hidden.get("autoscale", {}), **kept}
    context.store.save(found)
    return 204, None


# Metrics, of all clusters at once.


def _credentials(context: Context) -> Document:
    found = context.store.get("database_metrics", "own")
    if found is None:
        usual = {"basic_auth_username": "doadmin", "basic_auth_password": password()}
        found = context.store.add("database_metrics", "own", usual)
    return found


@handles("databases_get_cluster_metrics_credentials")
def get_credentials(context: Context) -> Reply:
    """What the metrics endpoints ask for."""
    return 200, {"credentials": _credentials(context).body}


@handles("databases_update_cluster_metrics_credentials")
def put_credentials(context: Context) -> Reply:
    """Set what the metrics endpoints ask for."""
    given = context.body.get("credentials") or {}
    for name in ("basic_auth_username", "basic_auth_password"):
        if not isinstance(given.get(name), str) or not given[name]:
            raise unprocessable(f"credentials.{name} is required")
    found = _credentials(context)
    found.body = {name: given[name] for name in ("basic_auth_username", "basic_auth_password")}
    context.store.save(found)
    return 204, None


# Online migration: it begins, keeps in step with its source, and ends when it is told to; contents there are none.

_MOVING = (*users.POSTGRESQL, *users.MYSQL, *CACHES)
_RUNNING = ("running", "syncing")


@handles("databases_update_onlineMigration")
def start_migration(context: Context) -> Reply:
    """Begin to take over what is in another database."""
    found, source = _of(context, *_MOVING), context.body.get("source")
    databases.online(found)
    if not isinstance(source, dict) or not source.get("host") or not source.get("port"):
        raise unprocessable("source needs at least a host and a port")
    if any(cluster.body["connection"]["host"] == source["host"] for cluster in context.store.select("database")):
        raise unprocessable("a cluster of DigitalOcean cannot be the source of an online migration")
    if found.hidden.get("migration", {}).get("status") in _RUNNING:
        raise unprocessable("an online migration is running already: stop it first")
    migration = {"id": context.store.new_uuid(), "status": "running", "created_at": context.stamp}
    found.hidden["migration"] = migration
    context.store.save(found)
    context.after(_SYNCING_SECONDS, "database.syncing", found.subject, key=found.key, id=migration["id"])
    return 200, migration


@events.on_event("database.syncing")
def _syncing(context: Context, data: dict[str, Any]) -> None:
    found = context.store.get("database", data["key"])
    if (
        found is not None
        and found.hidden["migration"] | {"id": data["id"], "status": "running"} == found.hidden["migration"]
    ):
        found.hidden["migration"]["status"] = "syncing"
        context.store.save(found)


@handles("databases_get_migrationStatus")
def get_migration(context: Context) -> Reply:
    """The latest online migration."""
    return 200, _migration(_of(context, *_MOVING))


def _migration(cluster: Document) -> dict[str, Any]:
    found: dict[str, Any] | None = cluster.hidden.get("migration")
    if found is None:
        raise not_found("the cluster has no online migration")
    return found


@handles("databases_delete_onlineMigration")
def stop_migration(context: Context) -> Reply:
    """End an online migration."""
    found = _of(context, *_MOVING)
    migration = _migration(found)
    if migration["id"] != context.path["migration_id"]:
        raise not_found("the cluster has no such online migration")
    if migration["status"] in _RUNNING:
        migration["status"] = "canceled"
    context.store.save(found)
    return 204, None
