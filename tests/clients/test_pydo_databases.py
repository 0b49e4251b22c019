"""pydo's databases, and what our own SDK sees of them."""

from __future__ import annotations

import time

import pytest

import dopyapi as do
from dopyapi.databases import DatabaseCluster

pydo = pytest.importorskip("pydo", reason="pydo is not installed: make clients installs it")

TLS = True
"""pydo sends its token over TLS only."""

pytestmark = [
    pytest.mark.clients,
    pytest.mark.filterwarnings("default"),  # what others warn of is not ours to fix
]


@pytest.fixture
def client(server):
    return pydo.Client(server.token, endpoint=server.url, connection_verify=str(server.ca))


def online(client, id):
    deadline = time.monotonic() + 60
    while (cluster := client.databases.get_cluster(id)["database"])["status"] != "online":
        assert time.monotonic() < deadline, f"still {cluster['status']}"
        time.sleep(0.1)
    return cluster


def test_a_cluster_that_pydo_makes(client, server):
    request = {"name": "backend", "engine": "pg", "num_nodes": 1, "size": "db-s-1vcpu-1gb", "region": "nyc3"}
    made = client.databases.create_cluster({**request, "version": "16", "tags": ["prod"]})["database"]
    id = online(client, made["id"])["id"]
    client.databases.add(id, {"name": "orders"})
    user = client.databases.add_user(id, {"name": "app"})["user"]
    pool = {"name": "web", "mode": "transaction", "size": 5, "db": "orders", "user": "app"}
    assert client.databases.add_connection_pool(id, pool)["pool"]["connection"]["password"] == user["password"]
    client.databases.update_firewall_rules(id, {"rules": [{"type": "ip_addr", "value": "203.0.113.7"}]})
    client.databases.update_maintenance_window(id, {"day": "tuesday", "hour": "14:00"})
    client.databases.patch_config(id, {"config": {"autovacuum_naptime": 60}})
    client.databases.update_cluster_size(id, {"size": "db-s-1vcpu-2gb", "num_nodes": 2})
    assert online(client, id)["num_nodes"] == 2
    with do.using(do.Client(server.token, server.url, ca=server.ca)):
        found = DatabaseCluster.fetch(name="backend")
        assert found.id == id
        assert (found.size, found.tags, found.db_names) == ("db-s-1vcpu-2gb", ["prod"], ["defaultdb", "orders"])
        assert [p.name for p in found.listPools()] == ["web"]
        assert [r.value for r in found.listFirewall()] == ["203.0.113.7"]
        assert found.get_config().autovacuum_naptime == 60
    assert client.databases.get_replica(id, "none")["message"] == "not found"
    client.databases.destroy_cluster(id)
    assert client.databases.list_clusters()["databases"] == []
