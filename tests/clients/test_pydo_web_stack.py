"""pydo builds a web stack; what it makes our SDK sees, and the other way round."""

from __future__ import annotations

import time

import pytest

import dopyapi as do

pydo = pytest.importorskip("pydo", reason="pydo is not installed: make clients installs it")

TLS = True
"""pydo sends its token over TLS only."""

pytestmark = [
    pytest.mark.clients,
    pytest.mark.filterwarnings("default"),  # what others warn of is not ours to fix
]

REGION = "fra1"
ZONE = "example.com"
DROPLET = {"region": REGION, "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64"}
CLUSTER = {"engine": "pg", "version": "16", "region": REGION, "size": "db-s-1vcpu-2gb", "num_nodes": 1}
JSON = {"Content-Type": "application/json"}  # what the API demands of the deletion of a project, and pydo does not send
EVERYWHERE = {"addresses": ["0.0.0.0/0", "::/0"]}


@pytest.fixture
def client(server):
    return pydo.Client(server.token, endpoint=server.url, connection_verify=str(server.ca))


def until(look, ready):
    """Look again until it is ready."""
    deadline = time.monotonic() + 60
    while not ready(found := look()):
        assert time.monotonic() < deadline, f"still {found}"
        time.sleep(0.05)
    return found


def done(client, answer):
    action = until(
        lambda: client.actions.get(action_id=answer["action"]["id"])["action"], lambda a: a["status"] != "in-progress"
    )
    assert action["status"] == "completed"


def refused(operation, status, **arguments):
    from azure.core.exceptions import HttpResponseError

    with pytest.raises(HttpResponseError) as caught:
        operation(**arguments)
    assert caught.value.status_code == status
    return caught.value.message


def test_a_web_stack_of_pydo_is_seen_by_our_sdk(client, ours):
    vpc = client.vpcs.create(body={"name": "net", "region": REGION, "ip_range": "10.50.0.0/24"})["vpc"]
    client.tags.create(body={"name": "web"})
    names = ["web-1", "web-2", "web-3"]
    answer = client.droplets.create(body={**DROPLET, "names": names, "tags": ["web"], "vpc_uuid": vpc["id"]})
    numbers = [d["id"] for d in answer["droplets"]]
    rules = {
        "inbound_rules": [{"protocol": "tcp", "ports": "80", "sources": EVERYWHERE}],
        "outbound_rules": [{"protocol": "tcp", "ports": "all", "destinations": EVERYWHERE}],
    }
    firewall = client.firewalls.create(body={"name": "web", "tags": ["web"], **rules})["firewall"]
    forward = {"entry_protocol": "http", "entry_port": 80, "target_protocol": "http", "target_port": 8080}
    balancer = client.load_balancers.create(
        body={"name": "lb", "region": REGION, "vpc_uuid": vpc["id"], "tag": "web", "forwarding_rules": [forward]}
    )["load_balancer"]
    cluster = client.databases.create_cluster(
        body={**CLUSTER, "name": "shop-db", "private_network_uuid": vpc["id"], "tags": ["data"]}
    )["database"]
    for link in answer["links"]["actions"]:
        done(client, {"action": link})
    balancer = until(
        lambda: client.load_balancers.get(lb_id=balancer["id"])["load_balancer"], lambda b: b["status"] == "active"
    )
    until(lambda: client.firewalls.get(firewall_id=firewall["id"])["firewall"], lambda f: f["status"] == "succeeded")
    client.domains.create(body={"name": ZONE})
    for name in ("@", "www"):
        client.domains.create_record(domain_name=ZONE, body={"type": "A", "name": name, "data": balancer["ip"]})
    volume = client.volumes.create(body={"name": "data", "region": REGION, "size_gigabytes": 10})["volume"]
    done(client, client.volume_actions.post_by_id(volume["id"], body={"type": "attach", "droplet_id": numbers[0]}))
    until(
        lambda: client.databases.get_cluster(database_cluster_uuid=cluster["id"])["database"],
        lambda c: c["status"] == "online",
    )
    rule = {"type": "tag", "value": "web"}
    client.databases.update_firewall_rules(database_cluster_uuid=cluster["id"], body={"rules": [rule]})
    pool = {"name": "app", "mode": "transaction", "size": 5, "db": "defaultdb", "user": "doadmin"}
    client.databases.add_connection_pool(database_cluster_uuid=cluster["id"], body=pool)
    project = client.projects.create(
        body={"name": "shop", "purpose": "Web Application", "environment": "Production", "description": ""}
    )["project"]
    urns = [f"do:droplet:{n}" for n in numbers]
    urns += [f"do:loadbalancer:{balancer['id']}", f"do:volume:{volume['id']}"]
    urns += [f"do:dbaas:{cluster['id']}", f"do:domain:{ZONE}"]
    moved = client.projects.assign_resources(project_id=project["id"], body={"resources": urns})["resources"]
    assert {r["status"] for r in moved} == {"assigned"}

    # What our SDK sees of it, each found by its name.
    network = do.VPC.fetch(name="net")
    droplets = list(do.Droplet.list.all(tag_name="web"))
    assert [(d.id, d.name, d.status, d.vpc_uuid) for d in droplets] == [
        (n, name, "active", network.id) for n, name in zip(numbers, names, strict=True)
    ]
    found = do.LoadBalancer.fetch(name="lb")
    assert (found.id, found.ip, sorted(found.droplet_ids)) == (balancer["id"], balancer["ip"], numbers)
    assert found.forwarding_rules[0].target_port == 8080
    assert [f.name for d in droplets for f in d.list_firewalls()] == ["web"] * 3
    assert do.Firewall.fetch(name="web").inbound_rules == [do.InboundRule("tcp", "80", do.Location(**EVERYWHERE))]
    assert (do.Tag.fetch("web").resources.count, do.Tag.fetch("data").resources.databases.count) == (3, 1)
    assert do.Domain.fetch(ZONE).zone_file.count(f" IN A {balancer['ip']}\n") == 2
    assert (do.Volume.fetch(name="data").droplet_ids, droplets[0].volume_ids) == ([numbers[0]], [volume["id"]])
    database = do.DatabaseCluster.fetch(name="shop-db")
    assert (database.id, database.status, database.project_id) == (cluster["id"], "online", project["id"])
    assert [(r.type, r.value) for r in database.listFirewall()] == [("tag", "web")]
    assert [p.name for p in database.listPools()] == ["app"]
    assert {r.urn for r in do.Project.fetch(name="shop").list_resources.all()} == set(urns)
    assert len(list(network.listMembers.all())) == 5

    # The end, by pydo; what is still needed refuses to go.
    assert "members" in refused(client.vpcs.delete, 403, vpc_id=vpc["id"])
    answer = client.projects.delete(project_id=project["id"], headers=JSON)  # a documented refusal is no error to pydo
    assert (answer["id"], "resources" in answer["message"]) == ("precondition_failed", True)
    assert "attached" in refused(client.volumes.delete, 409, volume_id=volume["id"])
    client.domains.delete(domain_name=ZONE)
    client.load_balancers.delete(lb_id=balancer["id"])
    client.firewalls.delete(firewall_id=firewall["id"])
    done(client, client.volume_actions.post_by_id(volume["id"], body={"type": "detach", "droplet_id": numbers[0]}))
    client.volumes.delete(volume_id=volume["id"])
    client.databases.destroy_cluster(database_cluster_uuid=cluster["id"])
    client.droplets.destroy_by_tag(tag_name="web")
    for name in ("web", "data"):
        client.tags.delete(tag_id=name)
    client.vpcs.delete(vpc_id=vpc["id"])
    client.projects.delete(project_id=project["id"], headers=JSON)
    listings = (do.Droplet, do.Volume, do.Firewall, do.LoadBalancer, do.Domain, do.DatabaseCluster, do.Tag, do.Snapshot)
    assert {kind.__name__: list(kind.list.all()) for kind in listings} == {kind.__name__: [] for kind in listings}
    assert all(v.default for v in do.VPC.list.all())
    assert [p.is_default for p in do.Project.list.all()] == [True]


def test_a_web_stack_of_our_sdk_is_seen_by_pydo(client, ours):
    vpc = do.VPC.new(name="net", region=REGION)
    tag = do.Tag.new(name="web")
    droplets = do.Droplet.create_many(["web-1", "web-2"], **DROPLET, tags=[tag], vpc_uuid=vpc)
    rule = do.InboundRule("tcp", "80", do.Location(EVERYWHERE["addresses"]))
    firewall = do.Firewall.new("web", [rule], tags=[tag], droplet_ids=[droplets[0]])
    balancer = do.LoadBalancer.new(name="lb", region=REGION, vpc_uuid=vpc, tag=tag)
    database = do.DatabaseCluster.new(**CLUSTER, name="shop-db", private_network_uuid=vpc.id)
    do.wait_all([*droplets, firewall, balancer])
    database.wait_ready()
    database.addPool(do.DatabaseConnectionPool("app", "session", 5, "defaultdb", "doadmin"))
    database.updateFirewall(do.DatabaseFirewall("tag", tag))
    domain = do.Domain.new(ZONE)
    record = do.DomainRecord.upsert(domain, "A", "www", balancer.ip)
    volume = do.Volume.new(name="data", region=REGION, size_gigabytes=10)
    volume.attach(droplets[1]).wait()
    address = do.FloatingIP.new(region=REGION)
    address.assign(droplets[0]).wait()
    project = do.Project.new(name="shop", purpose=do.Purpose.web)
    project.assign([*droplets, balancer, database, domain, volume, address])

    numbers = [d.id for d in droplets]
    assert [d["id"] for d in client.droplets.list(tag_name="web")["droplets"]] == numbers
    assert client.droplets.get(droplet_id=numbers[1])["droplet"]["volume_ids"] == [volume.id]
    assert client.volumes.get(volume_id=volume.id)["volume"]["droplet_ids"] == [numbers[1]]
    seen = client.load_balancers.get(lb_id=balancer.id)["load_balancer"]
    assert (sorted(seen["droplet_ids"]), seen["ip"], seen["vpc_uuid"]) == (numbers, balancer.ip, vpc.id)
    assert seen["forwarding_rules"][0]["entry_port"] == 80
    seen = client.firewalls.get(firewall_id=firewall.id)["firewall"]
    assert (seen["droplet_ids"], seen["tags"], seen["inbound_rules"]) == ([numbers[0]], ["web"], [rule.getJSON()])
    assert client.tags.get(tag_id="web")["tag"]["resources"]["droplets"]["count"] == 2
    (seen,) = client.domains.list_records(domain_name=ZONE, type="A")["domain_records"]
    assert (seen["id"], seen["name"], seen["data"]) == (record.id, "www", balancer.ip)
    assert client.reserved_ips.get(reserved_ip=address.ip)["reserved_ip"]["droplet"]["id"] == numbers[0]
    assert client.reserved_ips.get(reserved_ip=address.ip)["reserved_ip"]["project_id"] == project.id
    seen = client.databases.get_cluster(database_cluster_uuid=database.id)["database"]
    assert (seen["status"], seen["project_id"]) == ("online", project.id)
    assert [r["value"] for r in client.databases.list_firewall_rules(database_cluster_uuid=database.id)["rules"]] == [
        "web"
    ]
    (seen,) = client.databases.list_connection_pools(database_cluster_uuid=database.id)["pools"]
    assert (seen["name"], seen["connection"]["user"]) == ("app", "doadmin")
    members = client.vpcs.list_members(vpc_id=vpc.id)["members"]
    assert {m["name"] for m in members} == {"web-1", "web-2", "lb", "shop-db"}
    assert len(client.projects.list_resources(project_id=project.id)["resources"]) == 7

    # What pydo changes, our objects show once they are loaded.
    client.load_balancers.delete(lb_id=balancer.id)
    client.tags.unassign_resources(
        tag_id="web", body={"resources": [{"resource_id": str(numbers[0]), "resource_type": "droplet"}]}
    )
    client.firewalls.delete_droplets(firewall_id=firewall.id, body={"droplet_ids": [numbers[0]]})
    client.domains.patch_record(domain_name=ZONE, domain_record_id=record.id, body={"type": "A", "data": address.ip})
    with pytest.raises(do.ResourceNotFoundError):
        balancer.load()
    for changed in (droplets[0], firewall, record, tag):
        changed.load()
    assert (droplets[0].tags, firewall.droplet_ids, record.data) == ([], [], address.ip)
    assert tag.resources.count == 1
    assert droplets[0].list_firewalls() == []

    for droplet in droplets:
        droplet.delete()
    for gone in (volume, firewall, domain, address, database, tag, vpc, project):
        assert gone.delete() == {"status": "deleted"}
    assert client.droplets.list()["droplets"] == client.volumes.list()["volumes"] == []
    assert client.firewalls.list()["firewalls"] == client.load_balancers.list()["load_balancers"] == []
    assert client.domains.list()["domains"] == client.reserved_ips.list()["reserved_ips"] == []
    assert client.databases.list_clusters()["databases"] == client.tags.list()["tags"] == []
    assert all(v["default"] for v in client.vpcs.list()["vpcs"])
    assert [p["is_default"] for p in client.projects.list()["projects"]] == [True]
