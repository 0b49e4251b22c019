"""Database clusters."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import dopyapi as do
from dopyapi.databases import (
    DatabaseBackup,
    DatabaseCluster,
    DatabaseConnection,
    DatabaseConnectionPool,
    DatabaseFirewall,
    DatabaseUser,
    MetricsCredentials,
)
from dopyapi.databases.moving import migration_source

FIRST_BACKUP = 121
"""Seconds after which a cluster that is online has its first backup."""


@pytest.fixture
def cluster(api, call):
    """Make a cluster that is online."""

    async def made(engine: str = "pg", name: str = "", **options: Any) -> DatabaseCluster:
        spec: dict[str, Any] = {"size": "db-s-1vcpu-2gb", "num_nodes": 1, "region": "ams3", **options}
        if engine == "kafka":
            spec |= {"size": "gd-2vcpu-8gb", "num_nodes": 3}
        found = await call(DatabaseCluster.new, name=name or f"my-{engine}", engine=engine, **spec)
        return await call(found.waitReady)

    return made


async def test_a_clusters_story(api, call, make):
    database = DatabaseCluster()
    database.name, database.engine, database.version = "shop", "pg", "16"
    database.num_nodes, database.size, database.region = 1, "db-s-1vcpu-1gb", "nyc3"
    answer = await call(database.create, tags=["prod"])
    assert answer["database"]["id"] == database.id
    assert database.status == "creating"
    assert await call(database.waitReady) is database
    assert database.status == "online"

    await call(database.addDB, "orders")
    await call(database.addUser, "app")
    await call(database.addPool, name="web", mode="transaction", size=10, db="orders", user="app")
    droplet = await make("web")
    await call(database.updateFirewall, DatabaseFirewall("droplet", droplet))
    await call(database.setMaintenanceWindow, "friday", "23:55")
    await call(database.load)
    assert (database.db_names, [u.name for u in database.users]) == (["defaultdb", "orders"], ["doadmin", "app"])
    assert (database.maintenance_window.day, database.maintenance_window["hour"]) == ("friday", "23:55:00")
    assert [(r.type, r.value) for r in database.rules] == [("droplet", str(droplet.id))]

    assert await call(database.resize, "db-s-2vcpu-4gb", 2) == {"status": "success"}
    await call(database.load)
    assert database.status == "resizing"
    await call(database.wait_ready)
    assert (database.size, database.num_nodes) == ("db-s-2vcpu-4gb", 2)
    assert database.standby_connection.host != database.connection.host

    fork = (await call(database.replicate, "shop-test", "db-s-2vcpu-4gb", tags=["test"]))["database"]
    copied = await call(DatabaseCluster.fetch, fork["id"])
    await call(copied.wait_ready)
    assert (copied.db_names, copied.tags, copied.region) == (["defaultdb", "orders"], ["test"], "nyc3")

    await call(droplet.delete)
    await call(database.load)
    assert database.rules == []
    for each in (database, copied):
        assert await call(each.delete) == {"status": "deleted"}
    assert await call(DatabaseCluster.list) == []


async def test_every_attribute_of_a_cluster(api, call, cluster):
    made = await cluster(tags=["prod"])
    found = await call(DatabaseCluster.fetch, name="my-pg")
    assert found == made
    assert found.id == made.id
    assert (found.name, found.engine, found.version) == ("my-pg", "pg", "17")
    assert found.semantic_version.startswith("17.")
    assert (found.num_nodes, found.size, found.region, found.status) == (1, "db-s-1vcpu-2gb", "ams3", "online")
    assert found.tags == ["prod"]
    assert found.created_at.tzinfo is not None
    assert found.db_names == ["defaultdb"]
    assert found.storage_size_mib == 30 * 1024
    assert len(found.private_network_uuid) == 36
    assert found.standby_connection is None
    assert found.metrics_endpoints[0].host == found.connection.host
    assert found.do_settings.service_cnames == []
    assert found.version_end_of_life > found.version_end_of_availability
    window = found.maintenance_window
    assert (window.pending, window.description) == (False, [])
    assert window.day.endswith("day")
    assert window.hour.count(":") == 2


async def test_connections_and_users_are_objects_that_keep_their_secrets(api, call, cluster):
    made = await cluster()
    connection = made.connection
    assert isinstance(connection, DatabaseConnection)
    assert (connection.database, connection.port, connection.user, connection.ssl) == (
        "defaultdb",
        25060,
        "doadmin",
        True,
    )
    assert connection.uri == (
        f"postgres://doadmin:{connection.password}@{connection.host}:25060/defaultdb?sslmode=require"
    )
    assert made.private_connection.host == f"private-{connection.host}"
    assert dict(connection)["password"] == connection["password"] == connection.password
    assert DatabaseConnection(connection.getJSON()) == connection
    (user,) = made.users
    assert isinstance(user, DatabaseUser)
    assert (user.name, user.role, user.password) == ("doadmin", "primary", connection.password)
    assert user.user["password"] == user.password
    answer = await call(made.addUser, "app")
    pool = (await call(made.addPool, name="web", mode="session", size=5, db="defaultdb", user="app"))["pool"]
    secrets = {connection.password, answer["user"]["password"], pool["connection"]["password"]}
    credentials = await call(DatabaseCluster.get_metrics_credentials)
    created = await call(DatabaseCluster().create, name="two", engine="pg", num_nodes=1, size="db-s-1vcpu-1gb",
                         region="ams3")  # fmt: skip
    secrets |= {credentials.basic_auth_password, created["database"]["connection"]["password"]}
    shown = repr(
        [made, connection, user, user.user, answer, pool, await call(made.getPool, "web"), credentials, created]
    )
    shown += str(answer) + str(connection) + str(created)
    assert not [secret for secret in secrets if secret in shown]
    assert len(secrets) == 4
    assert copy.copy(made).connection.password == copy.deepcopy(made).connection.password == connection.password
    data = pickle.dumps(made)
    assert not [secret for secret in secrets if secret.encode() in data]
    again = pickle.loads(data)
    await call(again.load)
    assert (again, again.connection.password) == (made, connection.password)


async def test_a_project_holds_it(api, call, cluster):
    made = await cluster()
    assert made.project_id == (await call(do.Project.getDefault)).id
    project = await call(do.Project.new, name="shop", purpose=do.Purpose.web)
    (moved,) = await call(project.assign, made)
    assert (moved.urn, moved.status) == (f"do:dbaas:{made.id}", "assigned")
    await call(made.load)
    assert made.project_id == project.id
    assert [r.urn for r in await call(project.list_resources)] == [f"do:dbaas:{made.id}"]


async def test_databases_inside(api, call, cluster):
    made = await cluster()
    assert await call(made.addDB, "orders") == {"db": {"name": "orders"}}
    assert await call(made.getDB, "orders") == {"db": {"name": "orders"}}
    assert [d["name"] for d in await call(made.listDBS)] == ["defaultdb", "orders"]
    assert [d.name for d in await call(made.listDBS, page=2, per_page=1)] == ["orders"]
    assert await call(made.deleteDB, "orders") == {"status": "deleted"}
    assert await call(made.deleteDB, "orders") == {"status": "deleted"}
    with pytest.raises(do.ResourceNotFoundError):
        await call(made.getDB, "orders")


async def test_users_of_postgresql(api, call, cluster):
    made = await cluster()
    answer = await call(made.addUser, "app", settings={"pg_allow_replication": True})
    assert (answer["user"]["name"], answer["user"]["role"]) == ("app", "normal")
    assert "mysql_settings" not in answer["user"]
    user = await call(made.getUser, "app")
    assert (user.name, user.role, user.password) == ("app", "normal", answer["user"]["password"])
    assert user.settings.pg_allow_replication is True
    changed = await call(made.update_user, user, {"pg_allow_replication": False})
    assert changed.settings.pg_allow_replication is False
    renewed = await call(made.reset_password, user)
    assert renewed.password != user.password
    assert [u.name for u in await call(made.listUsers)] == ["doadmin", "app"]
    assert await call(made.deleteUser, user) == {"status": "deleted"}
    assert [u.name for u in await call(made.listUsers)] == ["doadmin"]


async def test_users_of_mysql_prove_who_they_are_by_a_plugin(api, call, cluster):
    made = await cluster("mysql")
    await call(made.addUser, "new")
    await call(made.addUser, "old", "mysql_native_password")
    assert (await call(made.getUser, "new")).mysql_settings["auth_plugin"] == "caching_sha2_password"
    before = await call(made.getUser, "old")
    assert before.mysql_settings.auth_plugin == "mysql_native_password"
    answer = await call(made.resetAuth, "old", "caching_sha2_password")
    assert answer["user"]["mysql_settings"] == {"auth_plugin": "caching_sha2_password"}
    assert (await call(made.getUser, "old")).password == answer["user"]["password"] != before.password
    renewed = await call(made.reset_password, before)
    assert renewed.mysql_settings.auth_plugin == "caching_sha2_password"
    assert renewed.password != answer["user"]["password"]
    with pytest.raises(do.ClientError, match="'md5' is not one of caching_sha2_password and mysql_native_password"):
        await call(made.addUser, "third", "md5")
    with pytest.raises(do.ClientError, match="'md5'"):
        await call(made.resetAuth, "old", "md5")
    with pytest.raises(do.UnprocessableError):
        await call(made.update_user, "old", {"pg_allow_replication": True})


async def test_pools_share_what_the_memory_allows(api, call, cluster):
    made = await cluster()  # 2 GB: 47 connections
    pool = DatabaseConnectionPool("web", "transaction", 40, "defaultdb", "doadmin")
    answer = await call(made.addPool, pool)
    assert answer["pool"]["name"] == "web"
    found = await call(made.getPool, "web")
    assert (found.name, found.mode, found.size, found.db, found.user) == (
        "web",
        "transaction",
        40,
        "defaultdb",
        "doadmin",
    )
    assert isinstance(found.connection, DatabaseConnection)
    assert (found.connection.database, found.connection.port) == ("web", 25061)
    assert found.private_connection.host.startswith("private-")
    with pytest.raises(do.UnprocessableError, match="7 of the 47 connections"):
        await call(made.addPool, pool, name="more", size=8)
    await call(made.addPool, name="more", mode="session", size=7, db="defaultdb")
    assert await call(made.update_pool, "web", mode="statement", size=20) == {"status": "success"}
    found.size = 30
    found = await call(made.getPool, "web")
    assert (found.mode, found.size, found.user) == ("statement", 20, "doadmin")
    found.size = 30
    await call(made.update_pool, found)
    assert [(p.name, p.size) for p in await call(made.listPools)] == [("web", 30), ("more", 7)]
    assert await call(made.deletePool, found) == {"status": "deleted"}
    assert [p.name for p in await call(made.listPools)] == ["more"]
    with pytest.raises(do.ClientError, match="needs mode, size, db too"):
        await call(made.addPool, name="none")


async def test_trusted_sources_are_added_to_those_there_are(api, call, cluster, make):
    made, droplet = await cluster(), await make("web")
    rule = DatabaseFirewall("ip_addr", "203.0.113.7", description="office")
    assert await call(made.updateFirewall, rule) == {"status": "success"}
    before = (await call(made.listFirewall))[0]
    assert (before.type, before.value, before.description) == ("ip_addr", "203.0.113.7", "office")
    assert before.cluster_uuid == made.id
    await call(made.updateFirewall, [DatabaseFirewall("droplet", droplet), {"type": "tag", "value": "web"}, rule])
    rules = await call(made.listFirewall)
    assert [(r.type, r.value) for r in rules] == [
        ("ip_addr", "203.0.113.7"),
        ("droplet", str(droplet.id)),
        ("tag", "web"),
    ]
    assert rules[0].uuid == before.uuid
    assert rules[0].created_at == before.created_at
    await call(made.remove_firewall, rules[:2])
    assert [r.value for r in await call(made.listFirewall)] == ["web"]
    await call(made.replace_firewall, rule)
    assert await call(made.listFirewall) == [rule]
    assert DatabaseFirewall("droplet", droplet).getJSON() == {"type": "droplet", "value": str(droplet.id)}
    for wrong in ("203.0.113.7", [DatabaseFirewall("ip_addr", "")]):
        with pytest.raises(do.ClientError):
            await call(made.updateFirewall, wrong)
    assert await call(made.listFirewall) == [rule]


async def test_backups_and_what_is_made_of_them(api, call, cluster):
    made = await cluster()
    await call(made.addDB, "early")
    with pytest.raises(do.PreconditionFailedError):
        await call(made.listBackups)
    with pytest.raises(do.PreconditionFailedError):
        await call(made.createReplica, "reader")
    api.clock.advance(FIRST_BACKUP)
    assert (await call(made.get_backup_schedule)).backup_interval_hours == 24
    (backup,) = await call(made.listBackups)
    assert isinstance(backup, DatabaseBackup)
    assert 0 < backup.size_gigabytes < 1
    assert datetime.now(UTC) - backup.created_at < timedelta(days=2)
    await call(made.addDB, "late")
    api.clock.advance(24 * 3600)
    assert len(await call(made.listBackups)) == 2
    latest = (await call(made.replicate, "latest", "db-s-1vcpu-2gb"))["database"]
    first = (await call(made.replicate, "first", "db-s-2vcpu-4gb", "fra1", backup=backup))["database"]
    assert (latest["db_names"], latest["region"], latest["status"]) == (
        ["defaultdb", "early", "late"],
        "ams3",
        "forking",
    )
    assert (first["db_names"], first["region"]) == (["defaultdb", "early"], "fra1")


async def test_replicas(api, call, cluster):
    made = await cluster(version="16")
    api.clock.advance(FIRST_BACKUP)
    answer = await call(made.createReplica, "reader", "fra1", "db-s-2vcpu-4gb", ["readers"])
    assert answer["replica"]["status"] == "forking"
    with pytest.raises(do.ResourceNotFoundError):
        await call(made.getReplica, "reader")
    api.clock.advance(300)
    replica = await call(made.getReplica, "reader")
    assert (replica["status"], replica.region, replica["tags"]) == ("online", "fra1", ["readers"])
    assert replica["connection"]["password"] == made.connection.password
    assert made.connection.password not in repr(replica)
    assert [r["name"] for r in await call(made.listReplicas)] == ["reader"]
    assert [c.name for c in await call(DatabaseCluster.list)] == ["my-pg"]
    assert await call(made.promote_replica, "reader") == {"status": "success"}
    assert await call(made.listReplicas) == []
    promoted = await call(DatabaseCluster.fetch, name="reader")
    assert (promoted.version, promoted.num_nodes, promoted.connection.user) == ("16", 1, "doadmin")
    await call(made.createReplica, "second")
    api.clock.advance(10)
    assert (await call(made.getReplica, "second"))["size"] == made.size
    assert await call(made.deleteReplica, "second") == {"status": "deleted"}
    assert await call(made.listReplicas) == []
    with pytest.raises(do.ClientError, match="needs a name"):
        await call(made.createReplica)


async def test_migrating_and_upgrading(api, call, cluster):
    made = await cluster(version="15")
    network = made.private_network_uuid
    assert await call(made.migrate, "fra1") == {"status": "success"}
    await call(made.load)
    assert (made.status, made.region) == ("migrating", "ams3")
    await call(made.waitReady)
    assert made.region == "fra1"
    assert made.private_network_uuid != network
    assert await call(made.upgrade, "17") == {"status": "success"}
    api.clock.advance(300)
    await call(made.load)
    assert made.version == "17"
    assert await call(made.install_update) == {"status": "success"}
    kinds = [event.event_type for event in await call(made.list_events)]
    assert kinds == ["cluster_create", "cluster_update", "cluster_update", "cluster_maintenance_perform"]


async def test_sql_modes(api, call, cluster):
    made = await cluster("mysql")
    assert "STRICT_ALL_TABLES" in await call(made.getSqlMode)
    assert await call(made.setSqlMode, "ANSI, TRADITIONAL") == {"status": "success"}
    assert await call(made.getSqlMode) == "ANSI,TRADITIONAL"
    await call(made.setSqlMode, ["ANSI"])
    assert (await call(made.get_config)).sql_mode == "ANSI"
    await call(made.setSqlMode)
    assert await call(made.getSqlMode) == (
        "ANSI,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,NO_ZERO_DATE,NO_ZERO_IN_DATE,STRICT_ALL_TABLES"
    )


@pytest.mark.parametrize("engine", ["redis", "valkey"])
async def test_eviction_policies(api, call, cluster, engine):
    made = await cluster(engine)
    assert await call(made.getEvPolicy) == "noeviction"
    assert await call(made.setEvPolicy, "allkeys_lru") == {"status": "success"}
    assert await call(made.getEvPolicy) == "allkeys_lru"
    with pytest.raises(do.UnprocessableError), pytest.warns(do.UnknownValueWarning, match="forget_all"):
        await call(made.setEvPolicy, "forget_all")
    assert made.connection.uri.startswith("rediss://default:")


async def test_settings_of_the_engine_and_of_digitalocean(api, call, cluster):
    made = await cluster()
    assert await call(made.update_config, {"autovacuum_naptime": 30}) == {"status": "success"}
    assert (await call(made.get_config)).autovacuum_naptime == 30
    with pytest.raises(do.InvalidRequest, match="did you mean 'autovacuum_naptime'"):
        await call(made.update_config, {"autovacuum_naptim": 30})
    await call(made.update_do_settings, {"service_cnames": ["db.example.com"]})
    assert (await call(made.get_do_settings)).service_cnames == ["db.example.com"]
    await call(made.set_autoscale, threshold_percent=75)
    assert (await call(made.get_autoscale)).storage == {"enabled": True, "threshold_percent": 75, "increment_gib": 10}
    await call(made.set_autoscale, False)
    assert (await call(made.get_autoscale)).storage.enabled is False
    assert (await call(made.get_ca)).startswith(b"-----BEGIN CERTIFICATE-----")


async def test_what_clusters_can_be_made_of(api, call):
    found = await call(DatabaseCluster.get_options)
    assert "db-s-1vcpu-1gb" in found.options.pg.layouts[0]["sizes"]
    assert found.options.pg.default_version in found["options"]["pg"]["versions"]
    assert {v["version"] for v in found.version_availability.valkey} == {"8"}


async def test_metrics_credentials_are_the_accounts(api, call):
    assert (await call(DatabaseCluster.get_metrics_credentials)).basic_auth_password
    wanted = MetricsCredentials("prometheus", "secret")
    assert await call(DatabaseCluster.set_metrics_credentials, wanted) == {"status": "success"}
    assert await call(DatabaseCluster.get_metrics_credentials) == wanted


async def test_online_migration(api, call, cluster):
    made = await cluster()
    elsewhere = DatabaseConnection({"host": "db.example.com", "port": 5432, "user": "me", "database": "old"})
    started = await call(made.start_online_migration, migration_source(elsewhere), ignore_dbs=["test"])
    assert started.status == "running"
    api.clock.advance(61)
    assert (await call(made.get_online_migration)).status == "syncing"
    assert await call(made.stop_online_migration, started.id) == {"status": "deleted"}
    assert (await call(made.get_online_migration)).status == "canceled"


async def test_topics(api, call, cluster):
    made = await cluster("kafka")
    topic = await call(made.create_topic, "events", partition_count=3, config={"retention_ms": 1000})
    assert (topic.name, topic.state, len(topic.partitions), topic.config.retention_ms) == (
        "events",
        "configuring",
        3,
        1000,
    )
    api.clock.advance(11)
    assert [(t.name, t.state) for t in await call(made.list_topics)] == [("events", "active")]
    changed = await call(made.update_topic, "events", partition_count=6)
    assert len(changed.partitions) == 6
    assert (await call(made.get_topic, "events")).config.retention_ms == 1000
    with pytest.raises(do.UnprocessableError):
        await call(made.update_topic, "events", partition_count=3)
    assert await call(made.delete_topic, "events") == {"status": "deleted"}
    assert await call(made.list_topics) == []


async def test_schemas(api, call, cluster):
    made = await cluster("kafka")
    first = await call(made.create_schema, "customer", "AVRO", '{"type": "string"}')
    second = await call(made.create_schema, "customer", "AVRO", '{"type": "int"}')
    assert second.schema_id > first.schema_id
    assert [(s.subject_name, s.schema_id) for s in await call(made.list_schemas)] == [("customer", second.schema_id)]
    assert (await call(made.get_schema, "customer")).version == "2"
    assert (await call(made.get_schema_version, "customer", 1)).schema_id == first.schema_id
    assert await call(made.get_schema_compatibility) == "BACKWARD"
    assert await call(made.set_schema_compatibility, "FULL") == "FULL"
    assert await call(made.get_subject_compatibility, "customer") == "FULL"
    assert await call(made.set_subject_compatibility, "customer", "NONE") == "NONE"
    assert await call(made.get_schema_compatibility) == "FULL"
    assert await call(made.delete_schema, "customer") == {"status": "deleted"}
    assert await call(made.list_schemas) == []


async def test_log_sinks(api, call, cluster):
    made = await cluster()
    where = {"url": "https://user:hidden@search.example.com:9200", "index_prefix": "logs"}
    sink = await call(made.create_logsink, "logs", "opensearch", where)
    assert (sink.sink_name, sink.config.index_prefix, sink.config.index_days_max) == ("logs", "logs", 7)
    assert "hidden" not in repr(sink)
    await call(made.update_logsink, sink.sink_id, {**where, "index_prefix": "other"})
    assert (await call(made.get_logsink, sink.sink_id)).config.index_prefix == "other"
    assert [s.sink_id for s in await call(made.list_logsinks)] == [sink.sink_id]
    assert await call(made.delete_logsink, sink.sink_id) == {"status": "deleted"}
    assert await call(made.list_logsinks) == []


async def test_indexes_come_with_contents(api, call, cluster):
    made = await cluster("opensearch")
    assert made.ui_connection.port == 443
    assert await call(made.list_indexes) == []
    assert await call(made.delete_index, "gone") == {"status": "deleted"}


async def test_tags_find_clusters(api, call, cluster):
    one, two = await cluster(name="one", tags=["prod"]), await cluster(name="two")
    tag = do.Tag({"name": "fast"})
    assert await call(tag.tag, [one, two]) == {"status": "success"}
    assert [c.name for c in await call(DatabaseCluster.list, tag_name="fast")] == ["one", "two"]
    assert [c.name for c in await call(DatabaseCluster.list, page=2, per_page=1)] == ["two"]
    assert [c.name for c in await call(DatabaseCluster.list, tag_name="prod")] == ["one"]
    await call(tag.load)
    assert tag.resources.databases.count == 2


NOT_FOR_CACHES: list[tuple[str, tuple[Any, ...]]] = [
    ("addDB", ("x",)),
    ("getDB", ("x",)),
    ("listDBS", ()),
    ("deleteDB", ("x",)),
    ("addUser", ("x",)),
    ("getUser", ("x",)),
    ("listUsers", ()),
    ("deleteUser", ("x",)),
    ("listBackups", ()),
    ("createReplica", ("x",)),
    ("getReplica", ("x",)),
    ("listReplicas", ()),
    ("deleteReplica", ("x",)),
    ("replicate", ("x", "db-s-1vcpu-1gb")),
]
ONLY_FOR: list[tuple[str, str, tuple[Any, ...]]] = [
    ("mysql", "addPool", ()),
    ("mysql", "listPools", ()),
    ("redis", "getPool", ("x",)),
    ("mysql", "deletePool", ("x",)),
    ("pg", "getSqlMode", ()),
    ("pg", "setSqlMode", ()),
    ("pg", "resetAuth", ("x", "caching_sha2_password")),
    ("pg", "getEvPolicy", ()),
    ("mysql", "setEvPolicy", ("noeviction",)),
    ("redis", "listFirewall", ()),
    ("pg", "list_topics", ()),
    ("kafka", "start_online_migration", ({},)),
    ("pg", "list_indexes", ()),
]


@pytest.mark.parametrize(
    ("engine", "operation", "arguments"),
    [(engine, *each) for engine in ("redis", "valkey") for each in NOT_FOR_CACHES] + ONLY_FOR,
)
async def test_what_does_not_fit_the_engine_is_refused_before_it_is_sent(script, call, engine, operation, arguments):
    known = DatabaseCluster({"id": "u", "name": "n", "engine": engine})
    with pytest.raises(do.ClientError, match=f"engine '{engine}'"):
        await call(getattr(known, operation), *arguments)
    assert script.asked == []
    unknown = DatabaseCluster({"id": "u"})
    script.answer(200, {"database": {"id": "u", "name": "n", "engine": engine}})
    with pytest.raises(do.ClientError, match=f"engine '{engine}'"):
        await call(getattr(unknown, operation), *arguments)
    assert script.asked == ["GET /databases/u"]


async def test_a_refusal_names_what_works_instead(script, call):
    with pytest.raises(do.ClientError, match=r"^list_firewall\(\) is not for Redis clusters.*; its attribute rules"):
        await call(DatabaseCluster({"id": "u", "engine": "redis"}).listFirewall)
    with pytest.raises(do.ClientError, match=r"^reset_auth\(\) is for MySQL clusters.*; reset_password\(\)"):
        await call(DatabaseCluster({"id": "u", "engine": "pg"}).resetAuth, "x", "caching_sha2_password")


async def test_a_cluster_that_nothing_names_asks_nothing(script, call):
    with pytest.raises(do.ClientError, match="which DatabaseCluster"):
        await call(DatabaseCluster().listUsers)
    with pytest.raises(do.ClientError, match="resize\\(\\)"):
        await call(DatabaseCluster({"id": "u"}).save)
    assert script.asked == []


async def test_waiting_ends_when_it_can_never_be(api, call, cluster):
    made = await cluster()
    await call(DatabaseCluster({"id": made.id}).delete)
    with pytest.raises((do.NeverReady, do.ResourceNotFoundError)):
        await call(DatabaseCluster({"id": made.id}).wait_ready)
    young = await call(
        DatabaseCluster.new, name="young", engine="pg", num_nodes=1, size="db-s-1vcpu-1gb", region="ams3"
    )
    with pytest.raises(do.WaitTimeout):
        await call(young.wait_ready, timeout=10)
    one, two = (
        young,
        await call(
            DatabaseCluster.new, name="other", engine="valkey", num_nodes=1, size="db-s-1vcpu-1gb", region="ams3"
        ),
    )
    await call(do.wait_all, [one, two], until="online")
    assert (one.status, two.status) == ("online", "online")


async def test_rules_go_out_with_a_new_cluster(api, call, make):
    droplet = await make("web")
    made = DatabaseCluster()
    made.rules = [DatabaseFirewall("droplet", droplet)]
    await call(made.create, name="guarded", engine="pg", num_nodes=1, size="db-s-1vcpu-1gb", region="ams3")
    assert [(r.type, r.value) for r in made.rules] == [("droplet", str(droplet.id))]


async def test_objects_stand_for_their_identifiers(api, call):
    size, region, tag = do.Size({"slug": "db-s-1vcpu-1gb"}), do.Region({"slug": "ams3"}), do.Tag({"name": "prod"})
    made = await call(DatabaseCluster.new, name="shop", engine="pg", num_nodes=1, size=size, region=region, tags=[tag])
    assert (made.size, made.region, made.tags) == ("db-s-1vcpu-1gb", "ams3", ["prod"])
    await call(made.wait_ready)
    api.clock.advance(FIRST_BACKUP)
    replica = (await call(made.createReplica, "reader", do.Region({"slug": "fra1"}), size, [tag]))["replica"]
    assert (replica["region"], replica["size"], replica["tags"]) == ("fra1", "db-s-1vcpu-1gb", ["prod"])
    fork = (await call(made.replicate, "fork", size, do.Region({"slug": "fra1"}), [tag]))["database"]
    assert (fork["region"], fork["size"], fork["tags"]) == ("fra1", "db-s-1vcpu-1gb", ["prod"])
    await call(made.delete)
    with pytest.raises(do.NeverReady, match="gone"):
        await call(made.wait_ready)


async def test_a_listing_without_pages_is_not_asked_for_pages(script, call):
    script.answer(200, {"databases": [{"id": "u", "name": "shop", "engine": "pg"}]})
    assert (await call(DatabaseCluster.fetch, name="shop")).id == "u"
    assert script.asked == ["GET /databases"]


async def test_unknown_members_of_values_go_along(script, call):
    user = DatabaseUser({"name": "app", "shoe_size": 43})
    assert user.getJSON() == {"name": "app", "shoe_size": 43}
    with pytest.raises(TypeError, match="takes the dict"):
        DatabaseConnection("postgres://secret@example.com")
