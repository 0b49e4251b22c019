"""Database clusters: what the emulator does by itself, what it refuses, what goes with what."""

from __future__ import annotations

import base64
from typing import Any
from unittest.mock import ANY

import pytest

from dopyapi.emulator import Emulator

ONLINE, BACKED_UP = 181, 121
CLUSTERS = "/v2/databases"
ENGINES: dict[str, dict[str, Any]] = {
    "pg": {},
    "mysql": {},
    "redis": {},
    "valkey": {},
    "mongodb": {},
    "advanced_pg": {"size": "gd-2vcpu-8gb"},
    "advanced_mysql": {"size": "gd-2vcpu-8gb"},
    "opensearch": {},
    "kafka": {"size": "gd-2vcpu-8gb", "num_nodes": 3},
}


@pytest.fixture
def create(account):
    """Create a cluster, and let it become online."""

    def created(engine: str = "pg", *, settled: bool = True, **fields: Any) -> dict[str, Any]:
        spec = {"name": "backend", "engine": engine, "num_nodes": 1, "size": "db-s-1vcpu-2gb", "region": "nyc3"}
        reply = account("POST", CLUSTERS, spec | ENGINES[engine] | fields)
        assert reply.status == 201, reply
        if settled:
            account.pass_time(ONLINE + 60)
        return shown(account, reply["database"])

    return created


def shown(account, cluster: dict[str, Any]) -> dict[str, Any]:
    return account.get(f"{CLUSTERS}/{cluster['id']}")["database"]


def at(cluster: dict[str, Any], rest: str) -> str:
    return f"{CLUSTERS}/{cluster['id']}/{rest}"


def refused(reply: Any, status: int, text: str) -> None:
    assert (reply.status, text in reply.message) == (status, True), reply


@pytest.mark.parametrize("engine", ENGINES)
def test_a_cluster_of_each_engine_is_created_and_becomes_online(account, create, engine):
    cluster = create(engine, settled=False)
    assert cluster["status"] == "creating"
    account.pass_time(ONLINE - 2)
    assert shown(account, cluster)["status"] == "creating"
    account.pass_time(3)
    cluster = shown(account, cluster)
    assert cluster["status"] == "online"
    assert [c["id"] for c in account.get(CLUSTERS)["databases"]] == [cluster["id"]]
    connection, (user,) = cluster["connection"], cluster["users"]
    assert (connection["user"], connection["password"]) == (user["name"], user["password"])
    assert user["role"] == "primary"
    assert user["name"] == ("default" if engine in ("redis", "valkey") else "doadmin")
    assert connection["host"] in connection["uri"]
    assert connection["host"].startswith("backend-do-user-")
    assert cluster["private_connection"]["host"] == f"private-{connection['host']}"
    assert account.get(at(cluster, "config"))["config"] is not None
    assert account("DELETE", f"{CLUSTERS}/{cluster['id']}").status == 204
    refused(account("DELETE", f"{CLUSTERS}/{cluster['id']}"), 404, "cluster not found")
    refused(account("GET", f"{CLUSTERS}/{cluster['id']}"), 404, "cluster not found")


@pytest.mark.parametrize(
    ("engine", "scheme", "port"),
    [
        ("pg", "postgres://doadmin:", 25060),
        ("mysql", "mysql://doadmin:", 25060),
        ("valkey", "rediss://default:", 25061),
        ("mongodb", "mongodb+srv://doadmin:", 27017),
        ("opensearch", "https://doadmin:", 25060),
        ("kafka", "backend-do-user-", 25073),
    ],
)
def test_each_engine_has_its_own_addresses(create, engine, scheme, port):
    connection = create(engine)["connection"]
    assert connection["uri"].startswith(scheme)
    assert connection["port"] == port


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"name": "with_underscore"}, "invalid cluster name"),
        ({"name": "ends-with-"}, "invalid cluster name"),
        ({"name": "1st-cluster"}, "invalid cluster name"),
        ({"engine": "oracle"}, "engine"),
        ({"version": "9"}, "invalid version '9': pg has 13"),
        ({"size": "s-1vcpu-1gb"}, "invalid size"),
        ({"size": "db-s-1vcpu-1gb", "num_nodes": 2}, "invalid size"),
        ({"num_nodes": 4}, "invalid num_nodes"),
        ({"region": "mars1"}, "invalid region"),
        ({"storage_size_mib": 1024}, "storage_size_mib"),
        ({"private_network_uuid": "5a4981aa-9653-4bd1-bef5-d6bff52042e4"}, "does not exist"),
        ({"tags": ["not valid"]}, "valid tag"),
        ({"rules": [{"type": "ip_addr", "value": "2001:db8::1"}]}, "IPv6"),
        ({"do_settings": {"service_cnames": ["nodots"]}}, "nodots"),
        ({"backup_restore": {"database_name": "none"}}, "there is no cluster 'none'"),
        ({"region": None}, "region"),
    ],
)
def test_what_no_cluster_can_be_is_refused(account, fields, text):
    spec = {"name": "backend", "engine": "pg", "num_nodes": 1, "size": "db-s-1vcpu-2gb", "region": "nyc3"}
    refused(account("POST", CLUSTERS, {**spec, **fields}), 422, text)
    assert account.get(CLUSTERS)["databases"] == []


def test_what_clients_leave_empty_is_as_if_not_sent(account, create):
    cluster = create(rules=None, private_network_uuid="", tags=None, version="", storage_size_mib=0)
    assert (cluster["rules"], cluster["tags"], cluster["version"]) == ([], [], "17")
    droplet = account.droplet()
    assert cluster["private_network_uuid"] == droplet["vpc_uuid"]


def test_a_name_is_taken_until_its_cluster_is_gone(account, create):
    cluster = create()
    spec = {"name": "backend", "engine": "pg", "num_nodes": 1, "size": "db-s-1vcpu-2gb", "region": "nyc3"}
    refused(account("POST", CLUSTERS, spec), 422, "cluster name is not available")
    account("DELETE", f"{CLUSTERS}/{cluster['id']}")
    assert account("POST", CLUSTERS, spec).status == 201


def test_the_options_fit_what_can_be_created(account):
    options = account.get(f"{CLUSTERS}/options")
    for engine, found in options["options"].items():
        assert found["default_version"] in found["versions"]
        versions = options["version_availability"][engine]
        assert [v["version"] for v in versions if v["default"]] == [found["default_version"]]
        layout = found["layouts"][0]
        spec = {"engine": engine, "num_nodes": layout["num_nodes"], "size": layout["sizes"][0]}
        name = engine.replace("_", "-")
        reply = account("POST", CLUSTERS, {"name": f"a-{name}", "region": found["regions"][0], **spec})
        assert reply.status == 201, reply


def test_resizing_takes_its_time_and_goes_up_only(account, create):
    cluster = create()
    target = {"size": "db-s-2vcpu-4gb", "num_nodes": 3}
    assert account("PUT", at(cluster, "resize"), target).status == 202
    before = shown(account, cluster)
    assert (before["status"], before["size"], before["standby_connection"]) == ("resizing", "db-s-1vcpu-2gb", None)
    refused(account("PUT", at(cluster, "resize"), target), 422, "status is resizing")
    refused(account("PUT", at(cluster, "migrate"), {"region": "fra1"}), 422, "status is resizing")
    account.pass_time(241)
    after = shown(account, cluster)
    assert (after["status"], after["size"], after["num_nodes"]) == ("online", "db-s-2vcpu-4gb", 3)
    assert after["storage_size_mib"] == 61_440
    assert after["standby_connection"]["host"].startswith("replica-")
    assert len(after["metrics_endpoints"]) == 2
    smaller = {"size": "db-s-1vcpu-2gb", "num_nodes": 3}
    refused(account("PUT", at(cluster, "resize"), smaller), 422, "cannot become smaller")
    refused(account("PUT", at(cluster, "resize"), {"size": "db-s-2vcpu-4gb"}), 422, "num_nodes")


def test_migrating_ends_in_the_other_regions_network(account, create):
    cluster = create()
    assert account("PUT", at(cluster, "migrate"), {"region": "fra1"}).status == 202
    assert shown(account, cluster)["status"] == "migrating"
    account.pass_time(301)
    after = shown(account, cluster)
    assert (after["status"], after["region"]) == ("online", "fra1")
    assert after["private_network_uuid"] != cluster["private_network_uuid"]
    refused(account("PUT", at(cluster, "migrate"), {"region": "fra1"}), 422, "already")
    refused(account("PUT", at(cluster, "migrate"), {"region": "ams2"}), 422, "invalid region")


def test_upgrading_goes_to_later_versions_only(account, create):
    cluster = create(version="15")
    refused(account("PUT", at(cluster, "upgrade"), {"version": "14"}), 422, "can become 16, 17")
    refused(account("PUT", at(cluster, "upgrade"), {}), 422, "invalid version")
    assert account("PUT", at(cluster, "upgrade"), {"version": "16"}).status == 204
    account.pass_time(241)
    after = shown(account, cluster)
    assert (after["version"], after["version_end_of_life"]) == ("16", "2028-11-09T00:00:00Z")


def test_maintenance_is_on_a_day_at_an_hour(account, create):
    cluster = create()
    assert account("PUT", at(cluster, "maintenance"), {"day": "Tuesday", "hour": "9:05"}).status == 204
    window = shown(account, cluster)["maintenance_window"]
    assert (window["day"], window["hour"], window["pending"]) == ("tuesday", "09:05:00", False)
    refused(account("PUT", at(cluster, "maintenance"), {"day": "someday", "hour": "09:00"}), 422, "invalid day")
    refused(account("PUT", at(cluster, "maintenance"), {"day": "friday", "hour": "25:00"}), 422, "invalid hour")
    assert account("PUT", at(cluster, "install_update")).status == 204
    assert account.get(at(cluster, "events"))["events"][-1]["event_type"] == "cluster_maintenance_perform"


def test_backups_are_made_daily_and_kept_for_a_week(account, create):
    cluster = create(settled=False)
    account.pass_time(ONLINE)
    refused(account("GET", at(cluster, "backups")), 412, "no backups yet")
    account.pass_time(BACKED_UP)
    found = account.get(at(cluster, "backups"))
    assert len(found["backups"]) == 1
    assert "backup_progress" not in found
    assert found["scheduled_backup_time"] == {"backup_hour": 9, "backup_minute": 30, "backup_interval_hours": 24}
    account.pass_time(24 * 3600 - 2 * BACKED_UP)
    running = account.get(at(cluster, "backups"))
    assert (len(running["backups"]), running["backup_progress"]) == (1, "50")
    account.pass_time(20 * 24 * 3600)
    assert len(account.get(at(cluster, "backups"))["backups"]) == 7


def test_a_fork_has_what_the_backup_had(account, create):
    source = create()
    account("POST", at(source, "dbs"), {"name": "early"})
    account("POST", at(source, "users"), {"name": "app"})
    restore = {"backup_restore": {"database_name": "backend"}, "name": "fork"}
    spec = {"engine": "pg", "num_nodes": 1, "size": "db-s-1vcpu-2gb", "region": "nyc3"}
    refused(account("POST", CLUSTERS, {**spec, **restore}), 412, "no backups yet")
    account.pass_time(BACKED_UP)
    (backup,) = account.get(at(source, "backups"))["backups"]
    account("POST", at(source, "dbs"), {"name": "late"})
    reply = account("POST", CLUSTERS, {**spec, **restore})
    fork = reply["database"]
    assert (reply.status, fork["status"]) == (201, "forking")
    assert fork["db_names"] == ["defaultdb", "early"]
    assert [u["name"] for u in fork["users"]] == ["doadmin", "app"]
    assert fork["users"][0]["password"] != source["users"][0]["password"]
    account.pass_time(241)
    assert shown(account, fork)["status"] == "online"
    long_ago = {"database_name": "backend", "backup_created_at": "2019-01-31T19:25:22Z"}
    refused(account("POST", CLUSTERS, {**spec, "name": "x-y", "backup_restore": long_ago}), 422, backup["created_at"])
    other = {**spec, "name": "x-y", "engine": "mysql", "backup_restore": {"database_name": "backend"}}
    refused(account("POST", CLUSTERS, other), 422, "is a pg cluster")


def test_the_default_user_and_database_stay(account, create):
    cluster = create()
    refused(account("DELETE", at(cluster, "users/doadmin")), 422, "cannot be deleted")
    refused(account("DELETE", at(cluster, "dbs/defaultdb")), 422, "cannot be deleted")
    refused(account("POST", at(cluster, "users"), {"name": "doadmin"}), 422, "not available")
    refused(account("POST", at(cluster, "dbs"), {"name": "defaultdb"}), 422, "not available")
    refused(account("POST", at(cluster, "users"), {"name": "has space"}), 422, "invalid user name")
    refused(account("POST", at(cluster, "dbs"), {"name": "has space"}), 422, "invalid database name")
    for rest in ("users/nobody", "dbs/nothing", "pools/none", "replicas/none"):
        refused(account("GET", at(cluster, rest)), 404, "not found")
        assert account("DELETE", at(cluster, rest)).status == 404


def test_a_new_password_is_in_every_connection(account, create):
    cluster = create()
    account.pass_time(BACKED_UP)
    account("POST", at(cluster, "replicas"), {"name": "reader", "size": "db-s-1vcpu-2gb"})
    account(
        "POST",
        at(cluster, "pools"),
        {"name": "web", "mode": "session", "size": 5, "db": "defaultdb", "user": "doadmin"},
    )
    account.pass_time(10)
    reply = account("POST", at(cluster, "users/doadmin/reset_auth"), {})
    password = reply["user"]["password"]
    assert (reply.status, password != cluster["connection"]["password"]) == (200, True)
    after = shown(account, cluster)
    replica = account.get(at(cluster, "replicas/reader"))["replica"]
    pool = account.get(at(cluster, "pools/web"))["pool"]
    for connection in (after["connection"], after["private_connection"], replica["connection"], pool["connection"]):
        assert connection["password"] == password
        assert password in connection["uri"]
    wrong = {"mysql_settings": {"auth_plugin": "caching_sha2_password"}}
    refused(account("POST", at(cluster, "users/doadmin/reset_auth"), wrong), 422, "not supported for this cluster type")


def test_users_have_the_settings_of_their_engine(account, create):
    kafka = create("kafka", name="stream")
    acl = [{"topic": "events.*", "permission": "consume"}]
    user = account("POST", at(kafka, "users"), {"name": "app", "settings": {"acl": acl}})["user"]
    assert user["settings"]["acl"][0]["id"]
    changed = account("PUT", at(kafka, "users/app"), {"settings": {"acl": []}})
    assert (changed.status, changed["user"]["settings"]["acl"]) == (201, [])
    acl = {"topic": "x", "permission": "consume", "unknown": "u"}
    changed = account("PUT", at(kafka, "users/app"), {"settings": {"acl": [acl], "unknown": "u"}})
    assert changed["user"]["settings"] == {"acl": [{"id": ANY, "topic": "x", "permission": "consume"}]}
    wrong = {"settings": {"acl": [{"topic": "x", "permission": "all"}]}}
    refused(account("PUT", at(kafka, "users/app"), wrong), 422, "permission")
    refused(account("PUT", at(kafka, "users/app"), {"settings": {"pg_allow_replication": True}}), 422, "acl")
    mysql = create("mysql")
    assert account("POST", at(mysql, "users"), {"name": "app"})["user"]["mysql_settings"] == {
        "auth_plugin": "caching_sha2_password"
    }
    refused(account("PUT", at(mysql, "users/app"), {"settings": {}}), 422, "not supported for this cluster type")


def test_pools_share_the_connections_that_the_memory_allows(account, create):
    cluster = create(size="db-s-1vcpu-1gb")
    pool = {"name": "web", "mode": "transaction", "size": 20, "db": "defaultdb", "user": "doadmin"}
    assert account("POST", at(cluster, "pools"), pool).status == 201
    refused(account("POST", at(cluster, "pools"), pool), 422, "not available")
    refused(account("POST", at(cluster, "pools"), {**pool, "name": "two", "size": 3}), 422, "2 of the 22")
    refused(account("POST", at(cluster, "pools"), {**pool, "name": "x"}), 422, "3 to 60")
    refused(account("POST", at(cluster, "pools"), {**pool, "name": "two", "size": 1, "db": "no"}), 422, "database 'no'")
    refused(account("POST", at(cluster, "pools"), {**pool, "name": "two", "size": 1, "user": "no"}), 422, "user 'no'")
    refused(account("POST", at(cluster, "pools"), {**pool, "name": "two", "size": 1, "mode": "no"}), 422, "mode")
    assert account("PUT", at(cluster, "pools/web"), {"mode": "session", "size": 22, "db": "defaultdb"}).status == 204
    found = account.get(at(cluster, "pools/web"))["pool"]
    assert (found["mode"], found["size"], found["user"]) == ("session", 22, "")
    account("POST", at(cluster, "dbs"), {"name": "orders"})
    account("PUT", at(cluster, "pools/web"), {"mode": "session", "size": 22, "db": "orders"})
    refused(account("DELETE", at(cluster, "dbs/orders")), 422, "connection pool web")
    assert account("DELETE", at(cluster, "pools/web")).status == 204
    assert account("DELETE", at(cluster, "dbs/orders")).status == 204


def test_replicas_come_late_and_go_with_their_cluster(account, create):
    cluster = create()
    wanted = {"name": "reader", "size": "db-s-1vcpu-2gb", "region": "fra1", "tags": ["readers"]}
    refused(account("POST", at(cluster, "replicas"), wanted), 412, "no backup yet")
    account.pass_time(BACKED_UP)
    refused(account("POST", at(cluster, "replicas"), {**wanted, "size": "db-s-1vcpu-1gb"}), 422, "at least as large")
    reply = account("POST", at(cluster, "replicas"), wanted)
    assert (reply.status, reply["replica"]["status"]) == (201, "forking")
    refused(account("GET", at(cluster, "replicas/reader")), 404, "not found")
    account.pass_time(6)
    assert account.get(at(cluster, "replicas/reader"))["replica"]["status"] == "forking"
    refused(account("POST", at(cluster, "replicas"), wanted), 422, "not available")
    refused(account("PUT", at(cluster, "replicas/reader/promote")), 422, "not online")
    account.pass_time(240)
    assert account.get(at(cluster, "replicas"))["replicas"][0]["status"] == "online"
    assert account.get("/v2/tags/readers")["tag"]["resources"]["databases"]["count"] == 1
    replica = f"{CLUSTERS}/{reply['replica']['id']}"
    assert account("PUT", f"{replica}/firewall", {"rules": [{"type": "tag", "value": "web"}]}).status == 204
    assert account.get(f"{replica}/firewall")["rules"][0]["cluster_uuid"] == reply["replica"]["id"]
    assert [c["name"] for c in account.get(CLUSTERS)["databases"]] == ["backend"]
    account("DELETE", f"{CLUSTERS}/{cluster['id']}")
    assert account.get("/v2/tags/readers")["tag"]["resources"]["databases"]["count"] == 0
    assert account("GET", f"{replica}/firewall").status == 404


def test_a_promoted_replica_is_a_cluster(account, create):
    cluster = create()
    account("POST", at(cluster, "dbs"), {"name": "orders"})
    account.pass_time(BACKED_UP)
    reply = account("POST", at(cluster, "replicas"), {"name": "reader", "size": "db-s-2vcpu-4gb"})
    account.pass_time(241)
    assert account("PUT", at(cluster, "replicas/reader/promote")).status == 204
    promoted = shown(account, reply["replica"])
    assert (promoted["engine"], promoted["db_names"], promoted["size"]) == (
        "pg",
        ["defaultdb", "orders"],
        "db-s-2vcpu-4gb",
    )
    assert account.get(at(cluster, "replicas"))["replicas"] == []
    account("DELETE", f"{CLUSTERS}/{cluster['id']}")
    account.pass_time(BACKED_UP)
    assert shown(account, promoted)["status"] == "online"
    assert len(account.get(at(promoted, "backups"))["backups"]) == 1


def test_trusted_sources_are_replaced_as_a_whole(account, create):
    cluster, droplet = create(), account.droplet()
    rules = [{"type": "droplet", "value": str(droplet["id"])}, {"type": "ip_addr", "value": "203.0.113.0/24"}]
    assert account("PUT", at(cluster, "firewall"), {"rules": rules}).status == 204
    first = account.get(at(cluster, "firewall"))["rules"]
    assert [(r["type"], r["value"]) for r in first] == [(r["type"], r["value"]) for r in rules]
    assert {r["cluster_uuid"] for r in first} == {cluster["id"]}
    account.pass_time(60)
    account("PUT", at(cluster, "firewall"), {"rules": [rules[0], {"type": "tag", "value": "web"}]})
    second = account.get(at(cluster, "firewall"))["rules"]
    assert second[0] == first[0]
    assert second[1]["created_at"] > first[0]["created_at"]
    account("DELETE", f"/v2/droplets/{droplet['id']}")
    assert [r["type"] for r in account.get(at(cluster, "firewall"))["rules"]] == ["tag"]
    assert [r["type"] for r in shown(account, cluster)["rules"]] == ["tag"]
    for wrong, text in (
        ({"type": "droplet", "value": "1"}, "no Droplet 1"),
        ({"type": "ip_addr", "value": "300.1.1.1"}, "not an IP address"),
        ({"type": "planet", "value": "mars"}, "type must be one of"),
        ({"type": "tag", "value": ""}, "needs a value"),
    ):
        refused(account("PUT", at(cluster, "firewall"), {"rules": [wrong]}), 422, text)
    many = [{"type": "ip_addr", "value": f"203.0.113.{n}"} for n in range(101)]
    refused(account("PUT", at(cluster, "firewall"), {"rules": many}), 422, "at most 100")
    assert account("PUT", at(cluster, "firewall"), {"rules": None}).status == 204
    assert account.get(at(cluster, "firewall"))["rules"] == []


UNSUPPORTED = "operation is not supported for this cluster type"


@pytest.mark.parametrize(
    ("engine", "method", "rest", "body"),
    [
        ("valkey", "GET", "users", None),
        ("valkey", "POST", "users", {"name": "x"}),
        ("valkey", "GET", "dbs", None),
        ("valkey", "GET", "backups", None),
        ("valkey", "GET", "replicas", None),
        ("valkey", "POST", "replicas", {"name": "rep", "size": "db-s-1vcpu-2gb"}),
        ("mysql", "GET", "pools", None),
        ("mysql", "POST", "pools", {"name": "web", "mode": "session", "size": 1, "db": "defaultdb"}),
        ("mysql", "GET", "eviction_policy", None),
        ("pg", "GET", "sql_mode", None),
        ("pg", "PUT", "eviction_policy", {"eviction_policy": "noeviction"}),
        ("pg", "GET", "topics", None),
        ("pg", "GET", "schema-registry", None),
        ("pg", "GET", "indexes", None),
        ("valkey", "GET", "autoscale", None),
        ("mongodb", "GET", "online-migration", None),
    ],
)
def test_what_an_engine_cannot_do_is_refused(account, create, engine, method, rest, body):
    refused(account(method, at(create(engine), rest), body), 422, UNSUPPORTED)


def test_sql_mode_and_eviction_policy_are_settings_of_the_engine(account, create):
    mysql, redis = create("mysql"), create("redis", name="cache")
    assert account("PUT", at(mysql, "sql_mode"), {"sql_mode": "ANSI"}).status == 204
    assert account.get(at(mysql, "config"))["config"]["sql_mode"] == "ANSI"
    assert account("PATCH", at(mysql, "config"), {"config": {"sql_mode": "TRADITIONAL"}}).status == 200
    assert account.get(at(mysql, "sql_mode"))["sql_mode"] == "TRADITIONAL"
    refused(account("PUT", at(mysql, "sql_mode"), {"sql_mode": "RELAXED"}), 422, "RELAXED")
    assert account("PUT", at(redis, "eviction_policy"), {"eviction_policy": "volatile_ttl"}).status == 204
    assert account.get(at(redis, "config"))["config"]["redis_maxmemory_policy"] == "volatile-ttl"
    assert account("PATCH", at(redis, "config"), {"config": {"redis_maxmemory_policy": "allkeys-lru"}}).status == 200
    assert account.get(at(redis, "eviction_policy"))["eviction_policy"] == "allkeys_lru"


def test_settings_are_held_against_the_document(account, create):
    cluster = create()
    for config, text in (
        ({"autovacuum_naptime": 100_000}, "autovacuum_naptime"),
        ({"autovacuum_nap": 1}, "did you mean 'autovacuum_naptime'"),
        ({"timezone": 5}, "timezone"),
        ({"default_toast_compression": "zip"}, "one of lz4, pglz"),
    ):
        refused(account("PATCH", at(cluster, "config"), {"config": config}), 422, text)
    assert account("PATCH", at(cluster, "config"), {"config": {"timezone": "Europe/Berlin"}}).status == 200
    assert account("PATCH", at(cluster, "config"), {"config": {"autovacuum_naptime": 60}}).status == 200
    assert account.get(at(cluster, "config"))["config"] == {"timezone": "Europe/Berlin", "autovacuum_naptime": 60}


def test_storage_that_grows_by_itself(account, create):
    cluster = create()
    assert account.get(at(cluster, "autoscale"))["autoscale"]["storage"]["enabled"] is False
    wanted = {"storage": {"enabled": True, "threshold_percent": 90, "increment_gib": 50}}
    assert account("PUT", at(cluster, "autoscale"), wanted).status == 204
    assert account.get(at(cluster, "autoscale"))["autoscale"] == wanted
    for storage in ({"enabled": True, "threshold_percent": 99}, {"enabled": True, "increment_gib": 1}, {}):
        refused(account("PUT", at(cluster, "autoscale"), {"storage": storage}), 422, "storage.")


def test_further_names_and_the_authority(account, create):
    cluster = create(do_settings={"service_cnames": ["db.example.com"]})
    assert account.get(at(cluster, "do_settings"))["do_settings"] == {"service_cnames": ["db.example.com"]}
    assert account("PUT", at(cluster, "do_settings"), {"do_settings": {}}).status == 204
    assert shown(account, cluster)["do_settings"] == {"service_cnames": []}
    names = {"service_cnames": [f"db{n}.example.com" for n in range(17)]}
    refused(account("PUT", at(cluster, "do_settings"), {"do_settings": names}), 422, "at most 16")
    certificate = base64.b64decode(account.get(at(cluster, "ca"))["ca"]["certificate"])
    assert certificate.startswith(b"-----BEGIN CERTIFICATE-----")


def test_metrics_credentials(account):
    assert account.get(f"{CLUSTERS}/metrics/credentials")["credentials"]["basic_auth_password"]
    wanted = {"credentials": {"basic_auth_username": "me", "basic_auth_password": "x"}}
    assert account("PUT", f"{CLUSTERS}/metrics/credentials", wanted).status == 204
    assert account.get(f"{CLUSTERS}/metrics/credentials") == wanted
    refused(account("PUT", f"{CLUSTERS}/metrics/credentials", {"credentials": {}}), 422, "username is required")


def test_an_online_migration_runs_until_it_is_stopped(account, create):
    cluster, other = create(), create("mysql", name="other")
    assert account("GET", at(cluster, "online-migration")).status == 404
    source = {"host": "db.example.com", "port": 5432, "dbname": "x", "username": "u", "password": "p"}
    inside = {**source, "host": other["connection"]["host"]}
    refused(account("PUT", at(cluster, "online-migration"), {"source": inside}), 422, "cannot be the source")
    refused(account("PUT", at(cluster, "online-migration"), {"source": {}}), 422, "host and a port")
    migration = account("PUT", at(cluster, "online-migration"), {"source": source}).body
    assert migration["status"] == "running"
    refused(account("PUT", at(cluster, "online-migration"), {"source": source}), 422, "running already")
    account.pass_time(61)
    assert account.get(at(cluster, "online-migration"))["status"] == "syncing"
    assert account("DELETE", at(cluster, "online-migration/other")).status == 404
    assert account("DELETE", at(cluster, f"online-migration/{migration['id']}")).status == 204
    assert account.get(at(cluster, "online-migration"))["status"] == "canceled"


def test_topics_grow_and_are_checked(account, create):
    cluster = create("kafka")
    topic = account("POST", at(cluster, "topics"), {"name": "events"})
    assert (topic.status, len(topic["topic"]["partitions"]), topic["topic"]["replication_factor"]) == (201, 3, 2)
    for body, text in (
        ({"name": "events"}, "not available"),
        ({"name": "a b"}, "invalid topic name"),
        ({"name": "more", "replication_factor": 4}, "replication_factor"),
        ({"name": "more", "partition_count": 2}, "partition_count"),
        ({"name": "more", "config": {"cleanup_policy": "keep"}}, "cleanup_policy"),
    ):
        refused(account("POST", at(cluster, "topics"), body), 422, text)
    account.pass_time(11)
    assert account.get(at(cluster, "topics"))["topics"] == [
        {"name": "events", "state": "active", "replication_factor": 2, "partition_count": 3}
    ]
    changed = account("PUT", at(cluster, "topics/events"), {"partition_count": 5, "config": {"retention_ms": 5}})
    assert (changed.status, len(changed["topic"]["partitions"])) == (200, 5)
    refused(account("PUT", at(cluster, "topics/events"), {"partition_count": 4}), 422, "from 5")
    found = account.get(at(cluster, "topics/events"))["topic"]
    assert (found["config"]["retention_ms"], found["config"]["segment_bytes"]) == (5, 209_715_200)
    assert account("DELETE", at(cluster, "topics/events")).status == 204
    refused(account("GET", at(cluster, "topics/events")), 404, "topic not found")


def test_schemas_have_versions(account, create):
    cluster = create("kafka")
    schema = {"subject_name": "customer", "schema_type": "JSON", "schema": "{}"}
    first = account("POST", at(cluster, "schema-registry"), schema)
    again = account("POST", at(cluster, "schema-registry"), schema)
    second = account("POST", at(cluster, "schema-registry"), {**schema, "schema": '{"type": "object"}'})
    assert (first.status, again.body) == (201, first.body)
    assert second["schema_id"] != first["schema_id"]
    assert account.get(at(cluster, "schema-registry/customer"))["version"] == "2"
    assert account.get(at(cluster, "schema-registry/customer/versions/1"))["schema"] == "{}"
    assert account.get(at(cluster, "schema-registry/customer/versions/latest"))["version"] == "2"
    assert account("GET", at(cluster, "schema-registry/customer/versions/3")).status == 404
    refused(account("POST", at(cluster, "schema-registry"), {**schema, "schema_type": "XML"}), 422, "schema_type")
    level = {"compatibility_level": "FULL"}
    assert account("PUT", at(cluster, "schema-registry/config"), level).body == level
    assert account.get(at(cluster, "schema-registry/config/customer"))["compatibility_level"] == "FULL"
    account("PUT", at(cluster, "schema-registry/config/customer"), {"compatibility_level": "NONE"})
    assert account.get(at(cluster, "schema-registry/config")) == level
    refused(account("PUT", at(cluster, "schema-registry/config"), {"compatibility_level": "SOME"}), 422, "one of NONE")
    assert account("DELETE", at(cluster, "schema-registry/customer")).status == 204
    assert account.get(at(cluster, "schema-registry"))["subjects"] == []


@pytest.mark.parametrize(
    ("type", "config"),
    [
        ("rsyslog", {"server": "192.0.2.1", "port": 514, "tls": False, "format": "rfc5424"}),
        ("elasticsearch", {"url": "https://192.0.2.1:9200", "index_prefix": "logs"}),
        ("opensearch", {"url": "https://192.0.2.1:9200", "index_prefix": "logs"}),
        ("datadog", {"site": "logs.example.com", "datadog_api_key": "key"}),
    ],
)
def test_logs_go_to_sinks_of_four_kinds(account, create, type, config):
    cluster = create()
    wanted = {"sink_name": "logs", "sink_type": type, "config": config}
    made = account("POST", at(cluster, "logsink"), wanted)
    assert made.status == 201
    sink = at(cluster, f"logsink/{made['sink']['sink_id']}")
    refused(account("POST", at(cluster, "logsink"), wanted), 422, "not available")
    missing = next(iter(config))
    broken = {name: value for name, value in config.items() if name != missing}
    refused(account("PUT", sink, {"config": broken}), 422, f"config.{missing} is required")
    assert account("PUT", sink, {"config": config}).status == 200
    assert account("DELETE", sink).status == 200
    assert account.get(at(cluster, "logsink"))["sinks"] == []
    assert account("DELETE", sink).status == 404


def test_a_deleted_cluster_leaves_nothing_behind(account, create):
    cluster = create("kafka", tags=["prod"], rules=[{"type": "droplet", "value": str(account.droplet()["id"])}])
    account("POST", at(cluster, "topics"), {"name": "events"})
    account("POST", at(cluster, "schema-registry"), {"subject_name": "s", "schema_type": "AVRO", "schema": "{}"})
    sink = {"site": "logs.example.com", "datadog_api_key": "key"}
    account("POST", at(cluster, "logsink"), {"sink_name": "logs", "sink_type": "datadog", "config": sink})
    account("DELETE", f"{CLUSTERS}/{cluster['id']}")
    store = account.emulator.store
    for table, column in (("document", "parent"), ("event", "subject"), ("link", "owner"), ("link", "member")):
        found = store.db.execute(f"select * from {table} where {column} = ?", (f"database/{cluster['id']}",)).fetchall()
        assert found == []
    assert not [kind for (kind,) in store.db.execute("select kind from document") if kind.startswith("database")]
    assert account.get("/v2/tags/prod")["tag"]["resources"]["databases"]["count"] == 0


def test_at_speed_zero_everything_is_there_at_once():
    from .conftest import Account

    account = Account(speed=0)
    assert isinstance(account.emulator, Emulator)
    spec = {"name": "backend", "engine": "pg", "num_nodes": 1, "size": "db-s-1vcpu-2gb", "region": "nyc3"}
    cluster = account("POST", CLUSTERS, spec)["database"]
    assert shown(account, cluster)["status"] == "online"
    assert account("POST", at(cluster, "replicas"), {"name": "reader", "size": "db-s-1vcpu-2gb"}).status == 201
    assert account.get(at(cluster, "replicas/reader"))["replica"]["status"] == "online"
    account.emulator.close()
