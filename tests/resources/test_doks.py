"""Kubernetes clusters."""

from __future__ import annotations

import copy
import pickle
from datetime import datetime
from typing import Any

import pytest

import dopyapi as do
from dopyapi import doks
from dopyapi.doks import DOKS, Node, NodePool

POOL = {"name": "web", "size": "s-1vcpu-2gb", "count": 2}
TAINT = {"key": "jobs", "value": "batch", "effect": "NoSchedule"}


@pytest.fixture
def make(api, call):
    """Make a cluster that runs."""

    async def made(name: str = "prod", **options: Any) -> DOKS:
        spec = {"region": "ams3", "version": "1.35", "node_pools": [NodePool(**POOL)]}
        cluster = await call(DOKS.new, name=name, **{**spec, **options})
        return await call(cluster.waitReady)

    return made


def pool_of(cluster: DOKS) -> NodePool:
    return cluster.node_pools[0]


async def test_a_clusters_story(api, call):
    cluster = DOKS()
    cluster.name, cluster.region, cluster.version = "prod", "ams3", "1.34"
    cluster.node_pools = [NodePool("web", "s-1vcpu-2gb", 2, labels={"tier": "front"})]
    cluster.tags = ["production"]
    answer = await call(cluster.create)
    assert answer["kubernetes_cluster"]["status"]["state"] == "provisioning"
    assert answer["kubernetes_cluster"]["id"] == cluster.id
    await call(cluster.waitReady)
    assert cluster.status.state == "running"

    jobs = await call(cluster.addNodePool, "s-2vcpu-4gb", "jobs", 1, taints=[TAINT], labels={"tier": "back"})
    await call(cluster.updateNodePool, jobs["id"], "jobs", 3)
    api.clock.advance(120)
    nodes = await call(cluster.listNodes, jobs["id"])
    assert [node.status.state for node in nodes] == ["running"] * 3
    workers = await call(do.Droplet.list, tag_name=f"k8s:{cluster.id}", per_page=50)
    assert len(workers) == 5

    (minor,) = await call(cluster.upgrades)
    await call(cluster.upgrade, minor)
    await call(cluster.waitReady)
    assert cluster.version == minor.slug
    upgraded = await call(cluster.getNodePool, jobs["id"])
    assert (upgraded.taints, upgraded.labels, upgraded.count) == ([TAINT], {"tier": "back"}, 3)

    assert await call(cluster.deleteNodePool, jobs["id"]) == {"status": "deleted"}
    assert await call(cluster.delete) == {"status": "deleted"}
    assert await call(DOKS.list, page=1, per_page=10) == []
    assert await call(do.Droplet.list, page=1, per_page=50) == []


async def test_every_attribute_of_a_cluster(api, call, make):
    cluster = await make(tags=["production"], ha=False)
    assert cluster.getID() == cluster.id
    assert (cluster.name, cluster.region, cluster.version) == ("prod", "ams3", "1.35.4-do.0")
    assert cluster.endpoint == f"https://{cluster.id}.k8s.ondigitalocean.com"
    assert cluster.ipv4.count(".") == 3
    assert (cluster.auto_upgrade, cluster.surge_upgrade, cluster.ha, cluster.isolated_workers) == (False,) * 4
    assert (cluster.cluster_subnet, cluster.service_subnet) == ("10.244.0.0/16", "10.245.0.0/16")
    (droplet, *_) = await call(do.Droplet.list, per_page=50)
    assert cluster.vpc_uuid == droplet.vpc_uuid
    assert cluster.worker_subnet_uuid
    assert cluster.tags == ["production", "k8s", f"k8s:{cluster.id}"]
    assert cluster.maintenance_policy.day == "any"
    assert cluster.maintenance_policy["duration"] == "4h0m0s"
    assert isinstance(cluster.created_at, datetime)
    assert cluster.updated_at > cluster.created_at
    assert cluster.status.state == "running"
    assert (cluster.registry_enabled, cluster.registries) == (False, [])
    assert cluster.control_plane_firewall.enabled is False
    assert cluster.cluster_autoscaler_configuration.expanders == []
    assert cluster.sso.required is False
    for name in doks.cluster.SWITCHED:
        assert getattr(cluster, name).enabled is False

    (pool,) = cluster.node_pools
    assert isinstance(pool, NodePool)
    assert (pool.name, pool.size, pool.count) == ("web", "s-1vcpu-2gb", 2)
    assert (pool.labels, pool.taints) == ({}, [])
    assert (pool.auto_scale, pool.min_nodes, pool.max_nodes) == (False, 0, 0)
    assert pool.tags == ["production", "k8s", f"k8s:{cluster.id}", "k8s:worker"]
    assert pool.id
    node = pool.nodes[0]
    assert isinstance(node, Node)
    assert node.id
    assert node.name.startswith("web-")
    assert node.status.state == node.status["state"] == "running"
    assert isinstance(node.created_at, datetime)
    assert node.updated_at > node.created_at
    assert pool.getJSON() == cluster.json()["node_pools"][0]
    worker = await call(do.Droplet.fetch, int(node.droplet_id))
    assert worker.name == node.name


async def test_a_cluster_is_found_by_its_name(api, call, make):
    made = await make("stage")
    cluster = DOKS()
    cluster.name = "stage"
    await call(cluster.load)
    assert cluster == made
    by_name = DOKS()
    by_name.name = "stage"
    assert [p.name for p in await call(by_name.listNodePools)] == ["web"]
    with pytest.raises(do.ResourceNotFoundError):
        await call(DOKS.fetch, name="none")
    assert [c.id for c in await call.items(DOKS.all())] == [made.id]


async def test_save_changes_what_was_set_and_keeps_the_rest(api, call, make):
    cluster = await make(tags=["production"], maintenance_policy={"start_time": "04:00", "day": "monday"})
    before = cluster.json()
    cluster.name, cluster.surge_upgrade = "renamed", True
    cluster.maintenance_policy.day = "friday"
    cluster.routing_agent = {"enabled": True}
    answer = await call(cluster.save)
    assert answer["kubernetes_cluster"]["name"] == "renamed"
    now = await call(DOKS.fetch, cluster.id)
    assert (now.name, now.surge_upgrade, now.routing_agent.enabled) == ("renamed", True, True)
    assert (now.maintenance_policy.day, now.maintenance_policy.start_time) == ("friday", "04:00")
    same = ("tags", "node_pools", "version", "sso", "cluster_autoscaler_configuration", "control_plane_firewall")
    assert {name: now.json()[name] for name in same} == {name: before[name] for name in same}


async def test_objects_stand_for_their_slugs(api, call):
    region, size = do.Region({"slug": "ams3"}), do.Size({"slug": "s-1vcpu-2gb"})
    cluster = await call(
        DOKS.new, name="prod", region=region, version="latest", node_pools=[{**POOL, "size": size, "count": 1}]
    )
    assert cluster.region == "ams3"
    added = await call(cluster.addNodePool, size, "more", 1)
    assert added["size"] == "s-1vcpu-2gb"


async def test_what_the_api_does_not_accept(api, call):
    for wrong, says in (
        ({"version": "9.9"}, "invalid version slug"),
        ({"node_pools": []}, "at least one node pool"),
        ({"region": "ams1"}, "invalid region"),
    ):
        spec: dict[str, Any] = {"name": "prod", "region": "ams3", "version": "latest", "node_pools": [POOL], **wrong}
        with pytest.raises(do.UnprocessableError, match=says):
            await call(DOKS.new, **spec)
    assert await call(DOKS.list) == []


# Node pools.


async def test_a_pool_is_added_as_documented(api, call, make):
    cluster = await make()
    added = await call(
        cluster.addNodePool, "s-2vcpu-4gb", "jobs", 2, ["batch"], {"a": "b"}, True, 1, 4, [TAINT]
    )  # fmt: skip
    assert isinstance(added, dict)
    assert "node_pool" not in added
    assert (added["name"], added["count"], added["tags"][0]) == ("jobs", 2, "batch")
    pool = await call(cluster.getNodePool, added["id"])
    assert isinstance(pool, NodePool)
    assert (pool.labels, pool.taints) == ({"a": "b"}, [TAINT])
    assert (pool.auto_scale, pool.min_nodes, pool.max_nodes) == (True, 1, 4)
    assert [p.id for p in await call(cluster.listNodePools)] == [pool_of(cluster).id, added["id"]]
    assert [p.id for p in await call(cluster.listNodePools, page=2, per_page=1)] == [added["id"]]
    plain = await call(cluster.addNodePool, "s-1vcpu-2gb", "plain", 1, [], {}, False, 0, 0, [])
    assert (plain["labels"], plain["taints"], plain["auto_scale"]) == (None, [], False)


async def test_defaults_of_a_new_pool_are_not_sent(script, call):
    script.answer(201, {"node_pool": {"id": "p"}})
    assert await call(DOKS({"id": "c"}).addNodePool, "s", "n", 1) == {"id": "p"}
    assert script.bodies == [{"size": "s", "name": "n", "count": 1}]


async def test_scaling_a_pool_clears_nothing(api, call, make):
    cluster = await make()
    options = {"tags": ["batch"], "labels": {"a": "b"}, "taints": [TAINT]}
    scaling = {"auto_scale": True, "min_nodes": 1, "max_nodes": 6}
    added = await call(cluster.add_node_pool, "s-1vcpu-2gb", "jobs", 2, **options, **scaling)
    for defaults in ({}, {"tags": [], "labels": {}, "min_nodes": 0, "max_nodes": 0, "taints": []}):
        assert await call(cluster.updateNodePool, added["id"], "jobs", 5, **defaults) == {"status": "success"}
        now = await call(cluster.getNodePool, added["id"])
        assert (now.count, now.labels, now.taints) == (5, {"a": "b"}, [TAINT])
        assert now.tags == added["tags"]
        assert (now.auto_scale, now.min_nodes, now.max_nodes) == (True, 1, 6)


async def test_an_update_sends_everything(script, call):
    pool = {"id": "p", "name": "n", "size": "s", "count": 1, "labels": {"a": "b"}, "taints": [TAINT], "nodes": []}
    tags = {"tags": ["mine", "k8s", "k8s:c", "k8s:worker"], "auto_scale": True, "min_nodes": 1, "max_nodes": 3}
    script.answer(200, {"node_pool": {**pool, **tags}}).answer(202, {"node_pool": pool})
    await call(DOKS({"id": "c"}).updateNodePool, "p", "n", 2, max_nodes=5, extra_body={"later": 1})
    assert script.bodies[1] == {
        "name": "n",
        "count": 2,
        "tags": ["mine"],
        "labels": {"a": "b"},
        "taints": [TAINT],
        "auto_scale": True,
        "min_nodes": 1,
        "max_nodes": 5,
        "later": 1,
    }


async def test_what_an_update_gives_is_changed(api, call, make):
    cluster = await make()
    added = await call(cluster.addNodePool, "s-1vcpu-2gb", "jobs", 2, ["old"], {"a": "b"}, True, 1, 4, [TAINT])
    other = {**TAINT, "effect": "NoExecute"}
    await call(cluster.updateNodePool, added["id"], "work", 3, ["new"], {"c": "d"}, True, 2, 8, [other])
    now = await call(cluster.getNodePool, added["id"])
    assert (now.name, now.count, now.tags[0], now.labels) == ("work", 3, "new", {"c": "d"})
    assert (now.min_nodes, now.max_nodes, now.taints) == (2, 8, [other])
    await call(cluster.updateNodePool, now, "work", 3, auto_scale=False, clear=["taints", "labels", "tags"])
    bare = await call(cluster.getNodePool, now)
    assert (bare.auto_scale, bare.min_nodes, bare.max_nodes) == (False, 0, 0)
    assert (bare.labels, bare.taints) == ({}, [])
    assert "new" not in bare.tags
    with pytest.raises(do.ClientError, match="clear='taints'"):
        await call(cluster.updateNodePool, now, "work", 3, clear="taints")
    with pytest.raises(do.ClientError, match="must be a list of tags"):
        await call(cluster.updateNodePool, now, "work", 3, clear=["nodes"])


async def test_nodes_are_deleted_and_replaced(api, call, make):
    cluster = await make()
    pool = pool_of(cluster)
    one, two = pool.nodes
    assert await call(cluster.deleteNode, pool.id, one.id, replace=1) == {"status": "deleted"}
    api.clock.advance(120)
    now = await call(cluster.listNodes, pool)
    assert now[0].id == two.id
    assert len(now) == 2
    assert await call(cluster.deleteNode, pool, two, skip_drain=1) == {"status": "deleted"}
    api.clock.advance(6)
    assert [node.id for node in await call(cluster.listNodes, pool.id)] == [now[1].id]
    assert (await call(cluster.getNodePool, pool.id)).count == 1
    assert len(await call(do.Droplet.list, per_page=50)) == 1
    assert await call(cluster.recycle_node_pool, pool, [now[1]]) == {"status": "success"}
    api.clock.advance(120)
    (last,) = await call(cluster.listNodes, pool)
    assert last.id != now[1].id


async def test_a_pool_that_is_not_there(api, call, make):
    cluster = await make()
    nowhere = "00000000-0000-4000-8000-000000000000"
    for operation, more in (
        (cluster.getNodePool, ()),
        (cluster.listNodes, ()),
        (cluster.updateNodePool, ("n", 1)),
    ):
        with pytest.raises(do.ResourceNotFoundError):
            await call(operation, nowhere, *more)
    with pytest.raises(do.ClientError, match="'draft' has no id yet"):
        await call(cluster.getNodePool, NodePool("draft", "s-1vcpu-2gb", 1))


def test_a_pool_as_json():
    assert NodePool("n", "s", 0).getJSON() == {"name": "n", "size": "s", "count": 0}
    full = NodePool("n", "s", 1, {"a": "b"}, ["t"], True, 1, 2, [Node("i", "m")], "p", [TAINT])
    assert full.getJSON() == {
        "name": "n",
        "size": "s",
        "count": 1,
        "labels": {"a": "b"},
        "tags": ["t"],
        "auto_scale": True,
        "min_nodes": 1,
        "max_nodes": 2,
        "nodes": [{"id": "i", "name": "m"}],
        "id": "p",
        "taints": [TAINT],
    }
    came = {"id": "p", "name": "n", "labels": None, "taints": [], "min_nodes": 0, "auto_scale": False, "future": 1}
    pool = NodePool._from_json(came)
    assert (pool.labels, pool.size) == ({}, None)
    assert pool.getJSON() == came
    pool.labels["a"] = "b"
    assert pool.getJSON() == {**came, "labels": {"a": "b"}}
    for twin in (copy.copy(pool), copy.deepcopy(pool), pickle.loads(pickle.dumps(pool))):
        assert twin == pool
        assert twin.getJSON() == pool.getJSON()
    assert NodePool("a", "s", 1).labels is not NodePool("b", "s", 1).labels


# Upgrades, diagnostics, and what else there is to know.


async def test_only_versions_that_are_offered_can_be_upgraded_to(api, call, make):
    cluster = await make(version="1.34.3-do.0")
    offered = await call(cluster.upgrades)
    assert [v["slug"] for v in offered] == ["1.34.6-do.0", "1.35.4-do.0"]
    assert offered[0].kubernetes_version == "1.34.6"
    with pytest.raises(do.ResourceNotFoundError, match=r"'1.36.1-do.0': choose one of 1.34.6-do.0, 1.35.4-do.0"):
        await call(cluster.upgrade, "1.36.1-do.0")
    assert await call(cluster.upgrade, "1.34.6-do.0") == {"status": "success"}
    await call(cluster.load)
    assert cluster.status.state == "upgrading"
    await call(cluster.wait_ready, every=5)
    assert cluster.version == "1.34.6-do.0"

    newest = await make("newest", version="latest")
    assert await call(newest.upgrades) == []
    with pytest.raises(do.ResourceNotFoundError, match="none is offered"):
        await call(newest.upgrade, "1.35.4-do.0")


@pytest.mark.parametrize("version", [doks.DOKS_V_17, doks.DOKS_V_18, doks.DOKS_V_19])
async def test_the_documented_versions_exist(api, call, version):
    cluster = await call(DOKS.new, name="old", region="ams3", version=version, node_pools=[POOL])
    assert cluster.version == f"{version}-do.0"


async def test_options_are_there_before_any_cluster(api, call):
    for operation in (DOKS.options, DOKS().options):
        options = await call(operation)
        assert options.versions[0].slug == options["versions"][0]["slug"]
        assert {"slug": "ams3", "name": "Amsterdam 3"} in options.regions
        assert "s-1vcpu-2gb" in [size.slug for size in options.sizes]


async def test_clusterlint(api, call, make):
    cluster = await make()
    with pytest.raises(do.ResourceNotFoundError):
        await call(cluster.clusterlint)
    first = await call(cluster.clusterlintCheck)
    assert (await call(cluster.clusterlint)).completed_at is None
    api.clock.advance(30)
    second = await call(cluster.clusterlint_check, exclude_groups=["basic"], include_checks=["latest-tag"])
    api.clock.advance(30)
    report = await call(cluster.clusterlint)
    assert (report.run_id, report["diagnostics"]) == (second["run_id"], [])
    assert report.completed_at
    assert (await call(cluster.clusterlint, run_id=first["run_id"])).run_id == first["run_id"]


async def test_messages_tell_of_troubles(api, call, make):
    cluster = await make()
    assert await call(cluster.list_status_messages) == []
    lost = pool_of(cluster).nodes[0]
    await call(do.Droplet({"id": int(lost.droplet_id)}).delete)
    (message,) = await call(cluster.list_status_messages)
    assert lost.name in message.message
    moment = datetime.fromisoformat(message.timestamp)
    assert await call(cluster.list_status_messages, since=moment) == [message]
    api.clock.advance(10)
    assert await call(cluster.list_status_messages, since=api.clock.now()) == []


async def test_who_we_are(api, call, make):
    cluster = await make()
    user = await call(cluster.get_user)
    account = do.Account()
    await call(account.load)
    assert user == {"username": account.email, "groups": ["k8saas:authenticated"]}


async def test_registries(api, call, make):
    cluster = await make()
    store = api.emulator.store
    with pytest.raises(do.ResourceNotFoundError):
        await call(cluster.add_registry)
    store.add("registry", "images", {"name": "images"})
    store.commit()
    assert await call(cluster.add_registry) == {"status": "success"}
    await call(cluster.load)
    assert (cluster.registry_enabled, cluster.registries) == (True, ["images"])
    assert await call(cluster.remove_registry) == {"status": "deleted"}
    assert await call(cluster.add_registries, "images") == {"status": "success"}
    await call(cluster.load)
    assert cluster.registries == ["images"]
    assert await call(cluster.remove_registries, ["images"]) == {"status": "deleted"}
    await call(cluster.load)
    assert (cluster.registry_enabled, cluster.registries) == (False, [])


async def test_what_a_cluster_has_made_goes_with_it_if_asked(api, call, make):
    store = api.emulator.store
    for number, operation in enumerate(("delete_with", "delete_with_everything")):
        cluster = await make(f"c{number}")
        for key in ("keep", "drop"):
            body = {"id": f"{key}{number}", "name": key, "tag": f"k8s:{cluster.id}"}
            body |= {"vpc_uuid": cluster.vpc_uuid, "network": "EXTERNAL"}
            store.add("load_balancer", f"{key}{number}", body)
        store.commit()
        associated = await call(cluster.list_associated_resources)
        assert [b.name for b in associated.load_balancers] == ["keep", "drop"]
        assert (associated.volumes, associated.volume_snapshots) == ([], [])
        named = {"load_balancers": [f"drop{number}"]} if operation == "delete_with" else {}
        assert await call(getattr(cluster, operation), **named) == {"status": "deleted"}
    assert [b.key for b in store.select("load_balancer")] == ["keep0"]
    assert await call(DOKS.list) == []
    assert await call(do.Droplet.list) == []


# Waiting.


async def test_waiting_ends_when_it_cannot_end_well(script, call):
    for state in ("error", "deleting", "deleted"):
        script.answer(200, {"kubernetes_cluster": {"id": "c", "status": {"state": state, "message": "no quota"}}})
        with pytest.raises(do.NeverReady, match=rf"{state} \(no quota\)"):
            await call(DOKS({"id": "c"}).waitReady)
    for state in ("provisioning", "upgrading", "degraded", "running"):
        script.answer(200, {"kubernetes_cluster": {"id": "c", "status": {"state": state}}})
    cluster = DOKS({"id": "c"})
    assert await call(cluster.waitReady) is cluster


async def test_waiting_gives_up(api, call):
    cluster = await call(DOKS.new, name="slow", region="ams3", version="latest", node_pools=[POOL])
    with pytest.raises(do.WaitTimeout, match="not running after 30 s"):
        await call(cluster.wait_ready, timeout=30)
    await call(do.wait_all, [cluster])
    assert cluster.status.state == "running"
