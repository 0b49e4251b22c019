"""Node pools: their nodes come and go, and their Droplets with them."""

from __future__ import annotations

from typing import Any

import pytest

from dopyapi.emulator import hooks

from .conftest import Account
from .test_kubernetes import CLUSTERS, GONE, POOL, context, droplets, make, shown

WORKERS = {"name": "jobs", "size": "s-2vcpu-4gb", "count": 1}


def place(cluster: dict[str, Any], pool: dict[str, Any] | None = None) -> str:
    return f"{CLUSTERS}/{cluster['id']}/node_pools" + (f"/{pool['id']}" if pool else "")


def first(cluster: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = cluster["node_pools"][0]
    return found


def put(account: Account, cluster: dict[str, Any], pool: dict[str, Any], **fields: Any) -> Any:
    now = account.get(place(cluster, pool))["node_pool"]
    return account("PUT", place(cluster, pool), {"name": now["name"], "count": now["count"], **fields})


def read(account: Account, cluster: dict[str, Any], pool: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = account.get(place(cluster, pool))["node_pool"]
    return found


def states(pool: dict[str, Any]) -> list[str]:
    return [node["status"]["state"] for node in pool["nodes"]]


def consistent(account: Account, cluster: dict[str, Any]) -> None:
    """Every node has a Droplet, and every Droplet of the cluster is a node."""
    pools = shown(account, cluster)["node_pools"]
    assert {n["droplet_id"] for p in pools for n in p["nodes"]} == {str(d["id"]) for d in droplets(account)}


def test_a_new_pool_starts_its_nodes(account: Account):
    cluster = make(account)
    taint = {"key": "jobs", "value": "batch", "effect": "NoSchedule"}
    reply = account("POST", place(cluster), {**WORKERS, "tags": ["batch"], "labels": {"a": "b"}, "taints": [taint]})
    assert reply.status == 201
    pool = reply["node_pool"]
    assert states(pool) == ["provisioning"]
    assert (pool["labels"], pool["taints"]) == ({"a": "b"}, [taint])
    assert pool["tags"] == ["batch", "k8s", f"k8s:{cluster['id']}", "k8s:worker"]
    account.pass_time(59)
    assert states(read(account, cluster, pool)) == ["provisioning"]
    account.pass_time(2)
    assert states(read(account, cluster, pool)) == ["running"]
    assert [p["id"] for p in account.get(place(cluster))["node_pools"]] == [first(cluster)["id"], pool["id"]]
    assert {d["size_slug"] for d in account.get("/v2/droplets?tag_name=batch")["droplets"]} == {"s-2vcpu-4gb"}
    consistent(account, cluster)


def test_a_pool_grows_and_shrinks(account: Account):
    cluster = make(account)
    pool = first(cluster)
    assert put(account, cluster, pool, count=4).status == 202
    assert states(read(account, cluster, pool)) == ["running", "running", "provisioning", "provisioning"]
    account.pass_time(61)
    assert states(read(account, cluster, pool)) == ["running"] * 4
    small = put(account, cluster, pool, count=1)["node_pool"]
    assert (small["count"], states(small)) == (1, ["running", "draining", "draining", "draining"])
    assert len(droplets(account)) == 4, "what runs on them moves first"
    account.pass_time(31)
    small = read(account, cluster, pool)
    assert [n["id"] for n in small["nodes"]] == [pool["nodes"][0]["id"]]
    consistent(account, cluster)


def test_what_an_update_leaves_out_stays_and_what_it_empties_goes(account: Account):
    taint = {"key": "a", "value": "", "effect": "NoExecute"}
    cluster = make(account, node_pools=[{**POOL, "labels": {"a": "b"}, "taints": [taint], "tags": ["front"]}])
    pool = first(cluster)
    scaled = put(account, cluster, pool, name="front", count=3)["node_pool"]
    assert (scaled["name"], scaled["labels"], scaled["taints"]) == ("front", {"a": "b"}, [taint])
    assert "front" in scaled["tags"]
    account.pass_time(61)
    bare = put(account, cluster, pool, labels={}, taints=[], tags=[])["node_pool"]
    assert (bare["labels"], bare["taints"]) == ({}, [])
    assert bare["tags"] == ["k8s", f"k8s:{cluster['id']}", "k8s:worker"]
    assert account.get("/v2/droplets?tag_name=front")["droplets"] == []
    assert put(account, cluster, pool, labels=None, tags=None, taints=None)["node_pool"]["count"] == 3
    tagged = put(account, cluster, pool, tags=["back"])["node_pool"]
    assert tagged["tags"][0] == "back"
    assert len(account.get("/v2/droplets?tag_name=back")["droplets"]) == 3


def test_a_pool_that_scales_keeps_within_its_bounds(account: Account):
    cluster = make(account)
    pool = first(cluster)
    scaling = put(account, cluster, pool, auto_scale=True, min_nodes=3, max_nodes=5, count=3)["node_pool"]
    assert (scaling["auto_scale"], scaling["min_nodes"], scaling["max_nodes"], scaling["count"]) == (True, 3, 5, 3)
    account.pass_time(61)
    assert "from 3 to 5, not 6" in put(account, cluster, pool, count=6).message
    assert put(account, cluster, pool, count=5)["node_pool"]["count"] == 5
    assert "from 3 to 4, not 5" in put(account, cluster, pool, max_nodes=4).message
    assert put(account, cluster, pool, max_nodes=4, count=4)["node_pool"]["count"] == 4
    account.pass_time(120)
    still = put(account, cluster, pool, auto_scale=False, count=2)["node_pool"]
    assert (still["auto_scale"], still["min_nodes"], still["max_nodes"], still["count"]) == (False, 0, 0, 2)
    account.pass_time(31)
    consistent(account, cluster)


def test_a_pool_may_scale_down_to_nothing_beside_another(account: Account):
    cluster = make(account)
    empty = {**WORKERS, "count": 0, "auto_scale": True, "min_nodes": 0, "max_nodes": 3}
    assert account("POST", place(cluster), empty)["node_pool"]["nodes"] == []


@pytest.mark.parametrize(("query", "seconds"), [("", 30), ("?skip_drain=1", 5)])
def test_a_deleted_node_goes_once_it_is_drained(account: Account, query: str, seconds: int):
    cluster = make(account)
    pool = first(cluster)
    node = pool["nodes"][0]
    assert account("DELETE", f"{place(cluster, pool)}/nodes/{node['id']}{query}").status == 202
    now = read(account, cluster, pool)
    assert (now["count"], states(now)) == (1, ["deleting" if query else "draining", "running"])
    account.pass_time(seconds + 1)
    assert [n["id"] for n in read(account, cluster, pool)["nodes"]] == [pool["nodes"][1]["id"]]
    consistent(account, cluster)
    assert account("DELETE", f"{place(cluster, pool)}/nodes/{node['id']}").status == 404


def test_a_node_can_be_replaced(account: Account):
    cluster = make(account)
    pool = first(cluster)
    old = {node["id"] for node in pool["nodes"]}
    gone = pool["nodes"][0]["id"]
    assert account("DELETE", f"{place(cluster, pool)}/nodes/{gone}?replace=1").status == 202
    assert read(account, cluster, pool)["count"] == 2
    account.pass_time(31)
    now = read(account, cluster, pool)
    assert states(now) == ["running", "provisioning"]
    assert old - {node["id"] for node in now["nodes"]} == {gone}
    account.pass_time(61)
    assert states(read(account, cluster, pool)) == ["running", "running"]
    consistent(account, cluster)


def test_nodes_can_be_recycled(account: Account):
    cluster = make(account)
    pool = first(cluster)
    ids = [node["id"] for node in pool["nodes"]]
    assert account("POST", f"{place(cluster, pool)}/recycle", {"nodes": [ids[0]]}).status == 202
    account.pass_time(100)
    now = read(account, cluster, pool)
    assert ids[0] not in [n["id"] for n in now["nodes"]]
    assert (len(now["nodes"]), ids[1] in [n["id"] for n in now["nodes"]]) == (2, True)
    unknown = {"nodes": ["00000000-0000-4000-8000-000000000000"]}
    assert account("POST", f"{place(cluster, pool)}/recycle", unknown).status == 404


def test_a_deleted_pool_takes_its_nodes_along(account: Account):
    cluster = make(account)
    jobs = account("POST", place(cluster), WORKERS)["node_pool"]
    assert account("DELETE", place(cluster, jobs)).status == 204
    reply = account("GET", place(cluster, jobs))
    assert (reply.status, reply.message) == (404, GONE)
    account.pass_time(100)
    assert len(droplets(account)) == 2
    consistent(account, cluster)


def test_a_cluster_keeps_at_least_one_node(account: Account):
    cluster = make(account, node_pools=[{**POOL, "count": 1}])
    pool = first(cluster)
    node = pool["nodes"][0]["id"]
    assert "at least one node pool" in account("DELETE", place(cluster, pool)).message
    assert "at least one node across" in put(account, cluster, pool, count=0).message
    assert "at least one node across" in account("DELETE", f"{place(cluster, pool)}/nodes/{node}").message
    assert account("DELETE", f"{place(cluster, pool)}/nodes/{node}?replace=1").status == 202


def test_a_scaling_pool_keeps_its_least_number_of_nodes(account: Account):
    cluster = make(account, node_pools=[{**POOL, "auto_scale": True, "min_nodes": 2, "max_nodes": 3}])
    pool = first(cluster)
    reply = account("DELETE", f"{place(cluster, pool)}/nodes/{pool['nodes'][0]['id']}")
    assert (reply.status, "replace the node" in reply.message) == (422, True)


def test_a_node_whose_droplet_is_destroyed_is_replaced(account: Account):
    cluster = make(account)
    pool = first(cluster)
    lost = pool["nodes"][0]
    assert account("DELETE", f"/v2/droplets/{lost['droplet_id']}").status == 204
    now = read(account, cluster, pool)
    assert (now["count"], states(now)) == (2, ["running", "provisioning"])
    account.pass_time(61)
    assert states(read(account, cluster, pool)) == ["running", "running"]
    consistent(account, cluster)
    messages = account.get(f"{CLUSTERS}/{cluster['id']}/status_messages")["messages"]
    assert [lost["name"] in m["message"] for m in messages] == [True]
    later = account.get(f"{CLUSTERS}/{cluster['id']}/status_messages?since=2026-11-23T09:34:00Z")["messages"]
    assert later == []
    earlier = account.get(f"{CLUSTERS}/{cluster['id']}/status_messages?since=2026-11-23T09:33:00%2B00:00")["messages"]
    assert earlier == messages
    assert account("GET", f"{CLUSTERS}/{cluster['id']}/status_messages?since=yesterday").status == 422


def test_a_node_is_not_replaced_beyond_the_limit(account: Account):
    cluster = make(account)
    account.emulator.set_account(droplet_limit=1)
    pool = first(cluster)
    assert account("DELETE", f"/v2/droplets/{pool['nodes'][0]['droplet_id']}").status == 204
    assert states(read(account, cluster, pool)) == ["running"]
    messages = account.get(f"{CLUSTERS}/{cluster['id']}/status_messages")["messages"]
    assert "limit is reached" in messages[-1]["message"]


def test_all_workers_can_be_destroyed_by_their_tag(account: Account):
    cluster = make(account)
    assert account("DELETE", f"/v2/droplets?tag_name=k8s:{cluster['id']}").status == 204
    assert len(droplets(account)) == 2
    consistent(account, cluster)


def test_pools_that_never_were(account: Account):
    cluster = make(account)
    nowhere = {"id": "00000000-0000-4000-8000-000000000000"}
    for method, path, body in (
        ("GET", "", None),
        ("DELETE", "", None),
        ("PUT", "", {"name": "a", "count": 1}),
        ("POST", "/recycle", {"nodes": []}),
        ("DELETE", f"/nodes/{nowhere['id']}", None),
    ):
        assert account(method, place(cluster, nowhere) + path, body).status == 404


def test_pools_are_added_to_a_cluster_that_is_still_made(account: Account):
    order = {"name": "prod", "region": "nyc3", "version": "1.35", "node_pools": [POOL]}
    cluster = account("POST", CLUSTERS, order)["kubernetes_cluster"]
    account.pass_time(170)
    pool = account("POST", place(cluster), WORKERS)["node_pool"]
    account.pass_time(20)
    assert states(first(shown(account, cluster))) == ["running", "running"]
    assert states(read(account, cluster, pool)) == ["provisioning"]
    account.pass_time(50)
    assert states(read(account, cluster, pool)) == ["running"]


def test_a_deleted_tag_is_not_brought_back_by_new_nodes(account: Account):
    cluster = make(account, node_pools=[{**POOL, "tags": ["Front"]}])
    pool = first(cluster)
    here = context(account)
    tag = here.store.get("tag", "front")
    assert tag is not None
    hooks.destroyed(here, tag)
    here.store.commit()
    assert "Front" not in read(account, cluster, pool)["tags"]
    put(account, cluster, pool, count=3)
    assert account("GET", "/v2/tags/front").status == 404
