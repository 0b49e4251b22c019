"""Kubernetes clusters: how they come, change, are upgraded, and go."""

from __future__ import annotations

import base64
import ssl
from typing import Any
from uuid import UUID

import pytest
import yaml

from dopyapi.emulator.context import Context

from .conftest import Account

CLUSTERS = "/v2/kubernetes/clusters"
POOL = {"name": "web", "size": "s-1vcpu-2gb", "count": 2}
GONE = "The resource you requested could not be found."


def order(account: Account, **fields: Any) -> Any:
    body = {"name": "prod", "region": "nyc3", "version": "latest", "node_pools": [POOL], **fields}
    return account("POST", CLUSTERS, body)


def make(account: Account, **fields: Any) -> dict[str, Any]:
    """A cluster that runs."""
    reply = order(account, **fields)
    assert reply.status == 201, reply
    account.pass_time(181)
    return shown(account, reply["kubernetes_cluster"])


def shown(account: Account, cluster: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = account.get(f"{CLUSTERS}/{cluster['id']}")["kubernetes_cluster"]
    return found


def droplets(account: Account) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = account.get("/v2/droplets?per_page=200")["droplets"]
    return found


def states(cluster: dict[str, Any]) -> list[str]:
    return [node["status"]["state"] for pool in cluster["node_pools"] for node in pool["nodes"]]


def update(account: Account, cluster: dict[str, Any], **fields: Any) -> Any:
    return account("PUT", f"{CLUSTERS}/{cluster['id']}", {"name": cluster["name"], **fields})


def refused(account: Account, **fields: Any) -> str:
    reply = order(account, **fields)
    assert (reply.status, reply["id"]) == (422, "unprocessable_entity"), reply
    assert account.get(CLUSTERS)["meta"]["total"] == 0
    assert droplets(account) == []
    return reply.message


def test_a_new_cluster_runs_when_its_control_plane_does(account: Account):
    cluster = order(account, tags=["production"], ha=False)["kubernetes_cluster"]
    UUID(cluster["id"])
    assert cluster["status"] == {"state": "provisioning", "message": "provisioning"}
    assert (cluster["endpoint"], cluster["ipv4"]) == ("", "")
    assert cluster["tags"] == ["production", "k8s", f"k8s:{cluster['id']}"]
    assert (cluster["cluster_subnet"], cluster["service_subnet"]) == ("10.244.0.0/16", "10.245.0.0/16")
    assert cluster["maintenance_policy"]["duration"] == "4h0m0s"
    account.pass_time(179)
    assert set(states(shown(account, cluster))) == {"provisioning"}, "there is no control plane to join yet"
    account.pass_time(2)
    now = shown(account, cluster)
    assert now["status"]["state"] == "running"
    assert now["endpoint"] == f"https://{cluster['id']}.k8s.ondigitalocean.com"
    assert now["ipv4"]
    assert states(now) == ["running", "running"]
    assert now["created_at"] == "2026-11-23T09:30:00Z"
    assert now["updated_at"] == "2026-11-23T09:33:00Z"
    assert account.get(CLUSTERS)["kubernetes_clusters"] == [now]


def test_nodes_are_droplets_of_the_cluster(account: Account):
    cluster = make(account, tags=["production"], node_pools=[{**POOL, "tags": ["front"]}])
    (pool,) = cluster["node_pools"]
    tags = ["production", "front", "k8s", f"k8s:{cluster['id']}", "k8s:worker"]
    assert pool["tags"] == tags
    assert (pool["labels"], pool["taints"]) == (None, [])
    assert (pool["auto_scale"], pool["min_nodes"], pool["max_nodes"]) == (False, 0, 0)
    workers = {str(droplet["id"]): droplet for droplet in droplets(account)}
    assert workers.keys() == {node["droplet_id"] for node in pool["nodes"]}
    for node in pool["nodes"]:
        droplet = workers[node["droplet_id"]]
        assert droplet["name"] == node["name"]
        assert node["name"].startswith("web-")
        assert (droplet["size_slug"], droplet["region"]["slug"]) == ("s-1vcpu-2gb", "nyc3")
        assert droplet["vpc_uuid"] == cluster["vpc_uuid"]
        assert droplet["tags"] == tags
    assert {d["id"] for d in account.get(f"/v2/droplets?tag_name=k8s:{cluster['id']}")["droplets"]} == set(
        map(int, workers)
    )


def test_a_cluster_joins_its_region_s_default_vpc(account: Account):
    droplet = account.droplet()
    assert make(account)["vpc_uuid"] == droplet["vpc_uuid"]
    assert make(account, vpc_uuid=droplet["vpc_uuid"])["vpc_uuid"] == droplet["vpc_uuid"]
    reply = order(account, vpc_uuid=droplet["vpc_uuid"], region="ams3")
    assert (reply.status, "is in nyc3, not in ams3" in reply.message) == (422, True)


def test_isolated_workers_have_no_public_addresses(account: Account):
    make(account, isolated_workers=True)
    assert {n["type"] for d in droplets(account) for n in d["networks"]["v4"]} == {"private"}


@pytest.mark.parametrize(
    ("asked", "means"),
    [
        ("latest", "1.36.1-do.0"),
        ("1.35", "1.35.4-do.0"),
        ("1.35.2", "1.35.2-do.1"),
        ("1.35.2-do.1", "1.35.2-do.1"),
        ("1.17.13", "1.17.13-do.0"),
        ("1.18.10", "1.18.10-do.0"),
        ("1.19.3", "1.19.3-do.0"),
    ],
)
def test_a_version_may_be_a_slug_a_minor_version_or_the_latest(account: Account, asked: str, means: str):
    assert order(account, version=asked)["kubernetes_cluster"]["version"] == means


@pytest.mark.parametrize("version", ["1.2", "1", "1.35.99", "1.35.4-do.9", "", "newest"])
def test_other_versions_are_refused(account: Account, version: str):
    assert refused(account, version=version) == "validation error: invalid version slug"


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"node_pools": []}, "at least one node pool"),
        ({"node_pools": [{**POOL, "count": 0}]}, "at least one node across"),
        ({"node_pools": [{**POOL, "size": "s-1vcpu-1gb"}]}, "invalid size slug 's-1vcpu-1gb'"),
        ({"node_pools": [{**POOL, "size": "huge"}]}, "invalid size slug 'huge'"),
        ({"node_pools": [{**POOL, "size": "gpu-h100x1-80gb"}]}, "is not available in nyc3"),
        ({"node_pools": [{**POOL, "name": ""}]}, "name is required"),
        ({"node_pools": [{"name": "a", "size": "s-1vcpu-2gb"}]}, "count is required"),
        ({"node_pools": [{**POOL, "count": -1}]}, "count must be a number"),
        ({"node_pools": [{**POOL, "auto_scale": True}]}, "max_nodes must be at least 1"),
        ({"node_pools": [{**POOL, "auto_scale": True, "min_nodes": 5, "max_nodes": 4}]}, "no less than min_nodes"),
        ({"node_pools": [{**POOL, "auto_scale": True, "min_nodes": 3, "max_nodes": 4}]}, "from 3 to 4, not 2"),
        ({"node_pools": [{**POOL, "taints": [{"key": "a", "effect": "Never"}]}]}, "a taint needs"),
        ({"node_pools": [{**POOL, "labels": {"a": 1}}]}, "labels must be"),
        ({"name": "Prod_1"}, "name must be"),
        ({"region": "mars1"}, "invalid region slug 'mars1'"),
        ({"region": "sfo1"}, "invalid region slug 'sfo1'"),
        ({"vpc_uuid": "00000000-0000-4000-8000-000000000000"}, "does not exist"),
        ({"worker_subnet_uuid": "00000000-0000-4000-8000-000000000000"}, "needs vpc_uuid"),
        ({"cluster_subnet": "ten"}, "a range such as"),
        ({"cluster_subnet": "8.8.0.0/16"}, "private range"),
        ({"cluster_subnet": "10.0.0.0/8"}, "overlaps the VPC"),
        ({"service_subnet": "10.244.8.0/24"}, "overlaps cluster_subnet"),
        ({"maintenance_policy": {"start_time": "25:00", "day": "any"}}, "start_time must be like 15:00"),
        ({"maintenance_policy": {"start_time": "15:00", "day": "someday"}}, "day must be one of any"),
        ({"sso": {"enabled": True}}, "issuer_url"),
        ({"sso": {"required": True}}, "only when sso.enabled"),
        ({"control_plane_firewall": {"enabled": True, "allowed_addresses": ["home"]}}, "'home' is neither"),
        ({"cluster_autoscaler_configuration": {"expanders": ["cheapest"]}}, "not 'cheapest'"),
        ({"cluster_autoscaler_configuration": {"scale_down_utilization_threshold": 2}}, "at most 1"),
        ({"cluster_autoscaler_configuration": {"scale_down_unneeded_time": "soon"}}, "a duration such as"),
    ],
)
def test_what_is_refused(account: Account, fields: dict[str, Any], says: str):
    message = refused(account, **fields)
    assert message.startswith("validation error: ")
    assert says in message


def test_nodes_count_for_the_droplet_limit(account: Account):
    account.emulator.set_account(droplet_limit=3)
    pools = [{**POOL, "count": 1}, {**POOL, "auto_scale": True, "min_nodes": 3, "max_nodes": 5, "count": 3}]
    assert "4 additional nodes but not enough available droplet limit" in refused(account, node_pools=pools)
    cluster = make(account, node_pools=[{**POOL, "count": 3}])
    one_more = {"name": "more", "size": "s-1vcpu-2gb", "count": 1}
    assert account("POST", f"{CLUSTERS}/{cluster['id']}/node_pools", one_more).status == 422
    assert account("POST", "/v2/droplets", {"name": "a", "size": "s-1vcpu-1gb", "image": "debian-12-x64"}).status == 422


def test_a_cluster_is_changed_where_the_request_says_so(account: Account):
    cluster = make(account, version="1.35", tags=["old"], maintenance_policy={"start_time": "03:00", "day": "monday"})
    reply = update(
        account,
        {**cluster, "name": "stage"},
        tags=["new", "k8s"],
        surge_upgrade=True,
        ha=True,
        routing_agent={"enabled": True},
        maintenance_policy={"start_time": "05:30"},
        cluster_autoscaler_configuration={"expanders": ["priority"]},
        control_plane_firewall={"enabled": True, "allowed_addresses": ["198.51.100.7", "203.0.113.0/24"]},
    )
    assert reply.status == 202
    now = shown(account, cluster)
    assert reply["kubernetes_cluster"] == now
    assert (now["name"], now["surge_upgrade"], now["ha"], now["ipv4"]) == ("stage", True, True, "")
    assert now["tags"] == ["new", "k8s", f"k8s:{cluster['id']}"]
    assert now["node_pools"][0]["tags"] == ["new", "k8s", f"k8s:{cluster['id']}", "k8s:worker"]
    assert {tuple(sorted(d["tags"])) for d in droplets(account)} == {tuple(sorted(now["node_pools"][0]["tags"]))}
    assert now["maintenance_policy"] == {"start_time": "05:30", "day": "monday", "duration": "4h0m0s"}
    assert now["routing_agent"] == {"enabled": True}
    assert now["cluster_autoscaler_configuration"]["expanders"] == ["priority"]
    assert now["control_plane_firewall"]["allowed_addresses"] == ["198.51.100.7", "203.0.113.0/24"]
    assert account("GET", "/v2/tags/old")["tag"]["resources"]["count"] == 0

    again = update(account, now)["kubernetes_cluster"]
    assert again == now, "what a request leaves out stays"
    assert "cannot be disabled" in update(account, now, ha=False).message


def test_high_availability_is_usual_from_a_version_on(account: Account):
    assert make(account, version="1.36")["ha"] is True
    assert make(account, version="1.36")["ipv4"] == ""
    assert make(account, version="1.35")["ha"] is False
    assert make(account, version="1.36", ha=False)["ipv4"]


def test_gpu_nodes_bring_the_plugin_of_their_maker(account: Account):
    cluster = make(account, region="tor1", node_pools=[{"name": "gpu", "size": "gpu-h100x1-80gb", "count": 1}])
    assert cluster["nvidia_gpu_device_plugin"] == {"enabled": True}
    assert cluster["amd_gpu_device_plugin"] == {"enabled": False}


def test_a_deleted_cluster_takes_its_nodes_along(account: Account):
    other = account.droplet("other")
    cluster = make(account)
    assert account("DELETE", f"{CLUSTERS}/{cluster['id']}").status == 204
    reply = account("DELETE", f"{CLUSTERS}/{cluster['id']}")
    assert (reply.status, reply.message) == (404, GONE)
    account.pass_time(600)
    assert [d["id"] for d in droplets(account)] == [other["id"]]
    assert account.get(CLUSTERS)["kubernetes_clusters"] == []
    assert account.get("/v2/tags/k8s:worker")["tag"]["resources"]["count"] == 0


def test_a_cluster_that_never_was(account: Account):
    place = f"{CLUSTERS}/00000000-0000-4000-8000-000000000000"
    for method, path in (
        ("GET", ""),
        ("DELETE", ""),
        ("GET", "/kubeconfig"),
        ("GET", "/credentials"),
        ("GET", "/user"),
        ("GET", "/upgrades"),
        ("GET", "/node_pools"),
        ("GET", "/clusterlint"),
        ("GET", "/status_messages"),
        ("GET", "/destroy_with_associated_resources"),
        ("DELETE", "/destroy_with_associated_resources/dangerous"),
    ):
        reply = account(method, place + path)
        assert (reply.status, reply.message) == (404, GONE), path


# Upgrades.


def upgrade(account: Account, cluster: dict[str, Any], version: str) -> Any:
    return account("POST", f"{CLUSTERS}/{cluster['id']}/upgrade", {"version": version})


def offered(account: Account, cluster: dict[str, Any]) -> Any:
    return account.get(f"{CLUSTERS}/{cluster['id']}/upgrades")["available_upgrade_versions"]


@pytest.mark.parametrize("surge", [False, True])
def test_an_upgrade_replaces_every_node(account: Account, surge: bool):
    cluster = make(account, version="1.34.3-do.0", surge_upgrade=surge)
    before = {node["id"] for node in cluster["node_pools"][0]["nodes"]}
    assert [each["slug"] for each in offered(account, cluster)] == ["1.34.6-do.0", "1.35.4-do.0"]
    assert upgrade(account, cluster, "1.35.4-do.0").status == 202
    assert shown(account, cluster)["status"]["state"] == "upgrading"
    assert upgrade(account, cluster, "1.35.4-do.0").status == 409
    account.pass_time(95)
    assert len(droplets(account)) == (4 if surge else 2), "a surge makes new nodes before it takes away old ones"
    account.pass_time(75)
    now = shown(account, cluster)
    assert (now["version"], now["status"]["state"]) == ("1.35.4-do.0", "running")
    assert states(now) == ["running", "running"]
    assert not before & {node["id"] for node in now["node_pools"][0]["nodes"]}
    assert {str(d["id"]) for d in droplets(account)} == {n["droplet_id"] for n in now["node_pools"][0]["nodes"]}


def test_a_pool_can_grow_while_a_surge_replaces_its_nodes(account: Account):
    cluster = make(account, version="1.34.3-do.0", surge_upgrade=True)
    upgrade(account, cluster, "1.35.4-do.0")
    account.pass_time(95)
    pool = cluster["node_pools"][0]
    assert (
        account("PUT", f"{CLUSTERS}/{cluster['id']}/node_pools/{pool['id']}", {"name": "web", "count": 3}).status == 202
    )
    account.pass_time(200)
    now = shown(account, cluster)
    assert states(now) == ["running"] * 3
    assert len(droplets(account)) == 3


def test_an_upgrade_that_is_not_offered_is_refused(account: Account):
    cluster = make(account, version="1.34.6-do.0")
    for version in ("1.36.1-do.0", "1.34.3-do.0", "1.34.6-do.0", "1.99"):
        assert upgrade(account, cluster, version).status == 422
    assert shown(account, cluster)["status"]["state"] == "running"
    assert offered(account, make(account)) is None


def test_a_cluster_upgrades_itself_to_new_patches_while_it_is_maintained(account: Account):
    policy = {"start_time": "04:00", "day": "wednesday"}
    cluster = make(account, version="1.34.3-do.0", auto_upgrade=True, maintenance_policy=policy)
    account.pass_time(38 * 3600)  # from Monday 9:33 to Tuesday night
    assert shown(account, cluster)["version"] == "1.34.3-do.0"
    account.pass_time(12 * 3600)
    now = shown(account, cluster)
    assert (now["version"], now["status"]["state"]) == ("1.34.6-do.0", "running")
    assert now["updated_at"].startswith("2026-11-25T04:0")
    account.pass_time(30 * 24 * 3600)
    assert shown(account, cluster)["version"] == "1.34.6-do.0", "a new minor version is not a patch"


def test_the_time_of_maintenance_can_change(account: Account):
    cluster = make(account, version="1.34.3-do.0", maintenance_policy={"start_time": "04:00", "day": "tuesday"})
    account.pass_time(8 * 24 * 3600)
    assert shown(account, cluster)["version"] == "1.34.3-do.0", "it was not asked to"
    update(account, cluster, auto_upgrade=True)
    update(account, cluster, maintenance_policy={"start_time": "04:00", "day": "friday"})
    account.pass_time(2 * 24 * 3600 + 3600)
    assert shown(account, cluster)["version"] == "1.34.3-do.0"
    account.pass_time(24 * 3600)
    assert shown(account, cluster)["version"] == "1.34.6-do.0"


# Access.


def kubeconfig(account: Account, cluster: dict[str, Any], query: str = "") -> Any:
    answer = account.emulator.handle(
        "GET", f"{CLUSTERS}/{cluster['id']}/kubeconfig", query, {"authorization": "Bearer test"}, b""
    )
    assert answer.status == 200, answer
    assert answer.headers["content-type"] == "application/yaml"
    return yaml.safe_load(answer.body)


def test_a_kubeconfig_names_the_cluster(account: Account):
    cluster = make(account)
    config = kubeconfig(account, cluster)
    assert config["current-context"] == "do-nyc3-prod"
    assert config["contexts"] == [
        {"name": "do-nyc3-prod", "context": {"cluster": "do-nyc3-prod", "user": "do-nyc3-prod-admin"}}
    ]
    assert config["clusters"][0]["name"] == "do-nyc3-prod"
    assert config["clusters"][0]["cluster"]["server"] == cluster["endpoint"]
    authority = base64.b64decode(config["clusters"][0]["cluster"]["certificate-authority-data"]).decode()
    ssl.create_default_context(cadata=authority)
    assert config["users"][0]["name"] == "do-nyc3-prod-admin"
    assert len(config["users"][0]["user"]["token"]) == 64


def test_single_sign_on_is_done_by_doctl(account: Account):
    sso = {"enabled": True, "issuer_url": "https://id.example", "client_id": "kube"}
    cluster = make(account, sso=sso)
    user = kubeconfig(account, cluster)["users"][0]["user"]
    assert (user["exec"]["command"], cluster["id"] in user["exec"]["args"]) == ("doctl", True)
    assert "token" in kubeconfig(account, cluster, "type=token")["users"][0]["user"]
    update(account, cluster, sso={"required": True})
    place = f"{CLUSTERS}/{cluster['id']}/kubeconfig"
    assert "requires single sign-on" in account("GET", f"{place}?type=token").message
    plain = make(account, name="plain")
    assert "not enabled" in account("GET", f"{CLUSTERS}/{plain['id']}/kubeconfig?type=sso").message


def test_credentials_last_as_long_as_asked(account: Account):
    cluster = make(account)
    place = f"{CLUSTERS}/{cluster['id']}/credentials"
    week, hour = account.get(place), account.get(f"{place}?expiry_seconds=3600")
    assert week["expires_at"] == "2026-11-30T09:33:01Z"
    assert account.get(f"{place}?expiry_seconds=0")["expires_at"] == week["expires_at"]
    assert hour["expires_at"] == "2026-11-23T10:33:01Z"
    assert week["server"] == cluster["endpoint"]
    assert week["token"] != hour["token"]
    assert (week["client_certificate_data"], week["client_key_data"]) == (None, None)
    assert account("GET", f"{place}?expiry_seconds=-1").status == 422
    user = account.get(f"{CLUSTERS}/{cluster['id']}/user")["kubernetes_cluster_user"]
    assert user["username"] == account.get("/v2/account")["account"]["email"]


# Diagnostics and messages.


def test_clusterlint_looks_for_a_while(account: Account):
    cluster = make(account)
    place = f"{CLUSTERS}/{cluster['id']}/clusterlint"
    assert account("GET", place).status == 404
    first = account("POST", place)
    assert first.status == 202
    assert account.get(place) == {
        "run_id": first["run_id"],
        "requested_at": "2026-11-23T09:33:01Z",
        "completed_at": None,
        "diagnostics": [],
    }
    account.pass_time(21)
    second = account("POST", place, {"exclude_checks": ["default-namespace"]})
    assert account.get(place)["run_id"] == second["run_id"]
    assert account.get(f"{place}?run_id={first['run_id']}")["completed_at"] == "2026-11-23T09:33:21Z"
    assert account("GET", f"{place}?run_id=00000000-0000-4000-8000-000000000000").status == 404


def test_a_cluster_that_does_not_run_yet_cannot_be_upgraded_or_looked_at(account: Account):
    cluster = order(account, version="1.34")["kubernetes_cluster"]
    assert upgrade(account, cluster, "1.35.4-do.0").status == 409
    assert account("POST", f"{CLUSTERS}/{cluster['id']}/clusterlint").status == 409
    installed = account("POST", "/v2/1-clicks/kubernetes", {"addon_slugs": ["argocd"], "cluster_uuid": cluster["id"]})
    assert installed.status == 409


# What a cluster has made.


def context(account: Account) -> Context:
    return Context(account.emulator.store, account.clock.now(), 1)


def belongings(account: Account, cluster: dict[str, Any]) -> dict[str, str]:
    """What runs in a cluster has made: the products that do are others' business, so it is put into the store."""
    from dopyapi.emulator import tagging

    here, tag = context(account), f"k8s:{cluster['id']}"
    found = {}
    for kind in ("load_balancer", "volume", "volume_snapshot"):
        for name in ("one", "two"):
            key = here.store.new_uuid()
            body: dict[str, Any] = {"id": key, "name": f"{kind}-{name}", "droplet_ids": []}
            body |= {"vpc_uuid": cluster["vpc_uuid"], "network": "EXTERNAL"}
            if kind == "load_balancer":
                body["tag"] = tag
            document = here.store.add(kind, key, body, name=body["name"])
            if kind != "load_balancer":
                tagging.attach(here, document, [tag])
            found[body["name"]] = key
    here.store.add("load_balancer", "other", {"id": "other", "name": "other", "droplet_ids": []})
    here.store.commit()
    return found


def test_what_a_cluster_has_made_is_listed_and_stays_unless_asked(account: Account):
    cluster = make(account)
    keys = belongings(account, cluster)
    place = f"{CLUSTERS}/{cluster['id']}/destroy_with_associated_resources"
    assert account.get(place) == {
        f"{kind}s": [{"id": keys[f"{kind}-{name}"], "name": f"{kind}-{name}"} for name in ("one", "two")]
        for kind in ("load_balancer", "volume", "volume_snapshot")
    }
    wrong = account("DELETE", f"{place}/selective", {"volumes": [keys["volume-one"], "other"]})
    assert (wrong.status, "other is not among the volumes" in wrong.message) == (404, True)
    assert shown(account, cluster)["status"]["state"] == "running"
    reply = account(
        "DELETE", f"{place}/selective", {"volumes": [keys["volume-one"]], "load_balancers": [keys["load_balancer-two"]]}
    )
    assert reply.status == 204
    store = context(account).store
    assert {v.body["name"] for v in store.select("volume")} == {"volume-two"}
    assert {v.body["name"] for v in store.select("load_balancer")} == {"load_balancer-one", "other"}
    assert store.count("volume_snapshot") == 2
    assert droplets(account) == []
    assert account("GET", place).status == 404


def test_everything_a_cluster_has_made_can_go_with_it(account: Account):
    cluster = make(account)
    belongings(account, cluster)
    place = f"{CLUSTERS}/{cluster['id']}/destroy_with_associated_resources"
    assert account("DELETE", f"{place}/dangerous").status == 204
    store = context(account).store
    assert (store.count("volume"), store.count("volume_snapshot")) == (0, 0)
    assert [v.key for v in store.select("load_balancer")] == ["other"]
    assert droplets(account) == []


# Registries.


def add_registry(account: Account, name: str) -> None:
    here = context(account)
    here.store.add("registry", name, {"name": name}, name=name)
    here.store.commit()


def test_clusters_pull_from_registries(account: Account):
    from dopyapi.emulator import hooks

    one, two = make(account), make(account, name="two")
    both = {"cluster_uuids": [one["id"], two["id"]]}
    assert account("POST", "/v2/kubernetes/registry", both).status == 404, "there is no registry"
    add_registry(account, "images")
    assert account("POST", "/v2/kubernetes/registry", both).status == 204
    assert [(c["registry_enabled"], c["registries"]) for c in (shown(account, one), shown(account, two))] == [
        (True, ["images"])
    ] * 2
    assert account("DELETE", "/v2/kubernetes/registry", {"cluster_uuids": [one["id"]]}).status == 204
    assert (shown(account, one)["registry_enabled"], shown(account, two)["registry_enabled"]) == (False, True)

    add_registry(account, "charts")
    assert account("POST", "/v2/kubernetes/registry", both).status == 412
    several = {**both, "registries": ["charts", "images"]}
    assert account("POST", "/v2/kubernetes/registries", several).status == 204
    assert shown(account, one)["registries"] == ["charts", "images"]
    assert account("DELETE", "/v2/kubernetes/registries", {**both, "registries": ["charts"]}).status == 204
    assert shown(account, one)["registries"] == ["images"]
    assert account("POST", "/v2/kubernetes/registries", {**both, "registries": ["none"]}).status == 404
    unknown = {"cluster_uuids": ["00000000-0000-4000-8000-000000000000"], "registries": ["images"]}
    assert account("POST", "/v2/kubernetes/registries", unknown).status == 404

    here = context(account)
    images = here.store.get("registry", "images")
    assert images is not None
    hooks.destroyed(here, images)
    here.store.commit()
    assert (shown(account, two)["registry_enabled"], shown(account, two)["registries"]) == (False, [])


# What there is to choose.


def test_options_can_be_chosen(account: Account):
    options = account.get("/v2/kubernetes/options")["options"]
    assert options["versions"][0]["slug"] == "1.36.1-do.0"
    assert not [v for v in options["versions"] if v["slug"].startswith("1.19")]
    for region in options["regions"]:
        for version in options["versions"][:1]:
            assert order(account, region=region["slug"], version=version["slug"]).status == 201
    slugs = [size["slug"] for size in options["sizes"]]
    assert "s-1vcpu-2gb" in slugs
    assert "s-1vcpu-1gb" not in slugs
