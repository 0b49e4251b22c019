"""What is destroyed is asked for first, with what it drags along; a dry run sends nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

import dopyapi as do
from dopyapi.cli.safety.asking import destroys
from dopyapi.cli.safety.consequences import ALL, lines_for
from dopyapi.testing import Emulated

from .conftest import Dopy

NEW = ["--size", "s-1vcpu-1gb", "--image", "ubuntu-24-04-x64", "--region", "ams3"]
pytestmark = pytest.mark.digitalocean(speed=0.0)


def changed(digitalocean: Emulated, before: int) -> list[tuple[str, str]]:
    """The requests after so many that would change something."""
    sent = list(digitalocean.emulator.log)[before:]
    return [(each.method, each.path) for each in sent if each.method not in ("GET", "HEAD")]


def latest(digitalocean: Emulated) -> int:
    return len(digitalocean.emulator.log)


def test_a_deletion_asks_and_names_what_it_drags_along(
    dopy: Dopy, digitalocean: Emulated, fleet: Callable[..., list[Any]]
) -> None:
    (web,) = fleet("web-1")
    volume = do.Volume.new(name="data-1", region="ams3", size_gigabytes=10)
    volume.attach(web).wait()
    kept = dopy.on_terminal("droplet", "delete", "web-1", answers=[("Go on?", "n\r")], columns=120)
    assert kept.status == 1
    assert "This would delete:" in kept.text
    assert f"droplet {web.id}  web-1" in kept.text
    assert "1 volume is detached, and still costs: data-1" in kept.text
    assert "nothing has been done" in kept.text
    assert digitalocean.state.counts()["droplets"] == 1
    gone = dopy.on_terminal("droplet", "delete", "web-1", answers=[("Go on?", "y\r")])
    assert gone.status == 0
    assert digitalocean.state.counts()["droplets"] == 0


def test_where_nobody_can_be_asked_it_is_refused_unless_the_script_says_yes(
    dopy: Dopy, digitalocean: Emulated, fleet: Callable[..., list[Any]]
) -> None:
    fleet("web-1", "web-2")
    before = latest(digitalocean)
    refused = dopy.inside("droplets", "delete", "web-1")
    assert refused.status == 2
    assert refused.err == "dopy: delete cannot be undone, and there is nobody to ask: add --yes, or try --dry-run\n"
    assert dopy.inside("droplets", "rebuild", "web-1", "--image", "debian-12-x64").status == 2
    assert not changed(digitalocean, before)
    assert dopy.inside("droplets", "delete", "web-1", "--yes").status == 0
    assert [each["name"] for each in digitalocean.state["droplets"]] == ["web-2"]


def test_every_operation_that_destroys_is_known_by_its_name() -> None:
    from dopyapi.cli.derived.calls import changes
    from dopyapi.cli.derived.group import declarations_of, names_of
    from dopyapi.cli.naming import classes

    asked = {op for cls in classes() for op in names_of(cls).values() if destroys(op)}
    assert {"delete", "delete_with_everything", "rebuild", "restore", "recycle_node_pool", "upsert_set"} <= asked
    for cls in classes():
        for operation in names_of(cls).values():
            declaration = declarations_of(cls)[operation]
            if declaration.endpoint is not None and declaration.endpoint.method == "DELETE":
                reversible = operation.startswith(("remove", "untag", "cancel", "stop"))
                assert destroys(operation) or reversible, (cls.__name__, operation)
            if destroys(operation):
                assert changes(declaration)


def test_what_goes_with_each_kind_is_said(fleet: Callable[..., list[Any]]) -> None:
    web, other = fleet("web-1", "web-2", tags=["web"])
    domain = do.Domain.new(name="example.com")
    address = web.json()["networks"]["v4"][0]["ip_address"]
    public = next(n["ip_address"] for n in web.json()["networks"]["v4"] if n["type"] == "public")
    assert address
    do.DomainRecord.new("example.com", type="A", name="www", data=public)
    firewall = do.Firewall.new(name="fw", tags=["web"], droplet_ids=[other.id], inbound_rules=[])
    balancer = do.LoadBalancer.new(
        name="lb", region="ams3", droplet_ids=[web.id],
        forwarding_rules=[do.ForwardingRule("http", 80, "http", 80)],
    )  # fmt: skip
    reserved = do.ReservedIP.new(droplet_id=web.id)
    volume = do.Volume.new(name="data-1", region="ams3", size_gigabytes=10)
    volume.attach(web).wait()
    volume.snapshot(name="of-data")
    web.snapshot(name="golden").wait()
    balancer.wait_ready()
    reserved.wait_ready()
    project = do.Project.get_default()
    cluster = do.DOKS.new(
        name="k", region="ams3", version="latest", node_pools=[do.NodePool(size="s-2vcpu-2gb", count=2, name="a")]
    )
    database = do.DatabaseCluster.new(
        name="orders", engine="pg", version="16", size="db-s-1vcpu-1gb", num_nodes=1, region="ams3"
    )
    database.wait_ready()
    database.add_user(name="alice")
    registry = do.Registry.new(name="reg", subscription_tier_slug="basic", region="ams3")
    key = do.SSHKey.new(
        name="k", public_key="ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGdR0V0yEhkJpyAW0mCPp5S1VnZ5jYtNPkNPKNN1AZ0Q"
    )
    vpc = next(each for each in do.VPC.list.all() if each.name == "default-ams3")
    image = next(each for each in do.Image.list_user.all() if each.name == "golden")

    def told(thing: Any, operation: str = "delete") -> str:
        lines = lines_for(operation, thing)
        assert not [line for line in lines if "could not be asked" in line], lines
        return "\n".join(lines)

    of_web = told(do.Droplet.fetch(web.id))
    assert "1 volume is detached, and still costs: data-1" in of_web
    assert f"reserved IP {reserved.ip} stays, unassigned, and costs while it is" in of_web
    assert "2 snapshots are kept, and still cost: golden, of-data" in of_web
    assert "1 firewall no longer counts it in: " in of_web
    assert "load balancer lb no longer serves it; NONE is left behind it" in of_web
    assert f"DNS still points at {public}: www.example.com" in of_web
    assert "volumes go too, for good: data-1" in told(web, "delete_with_everything")
    assert "what is on its disk is lost" in told(web, "rebuild")
    assert told(domain) == "its 5 records go with it: A www"
    assert told(do.Firewall.fetch(firewall.id)).splitlines() == [
        "it protects no longer: web-2", "nor Droplets that have a tag: web",
    ]  # fmt: skip
    assert "is lost for ever" in told(do.LoadBalancer.fetch(balancer.id))
    assert told(do.ReservedIP.fetch(reserved.ip)).splitlines()[:2] == [
        "the address is lost for ever: nobody can give it back",
        "Droplet web-1 is no longer reached at it",
    ]
    of_volume = told(do.Volume.fetch(volume.id))
    assert "it is attached to web-1: detach it first" in of_volume
    assert "1 snapshot is kept, and still costs: of-data" in of_volume
    assert "DigitalOcean refuses while it has resources" in told(project)
    assert told(do.DOKS.fetch(cluster.id)).startswith("1 node pool with 2 nodes, and what runs there, goes with it")
    of_database = told(do.DatabaseCluster.fetch(database.id))
    assert "its data and all of its backups are lost for good" in of_database
    assert "2 users go with it: doadmin, alice" in of_database
    assert "clusters can no longer pull from it" in told(registry)
    assert "Droplets that have it still let it in" in told(key)
    assert "it is the default of its region" in told(vpc)
    assert "what was made from it runs on" in told(image)
    of_tag = told(do.Tag.fetch("web"))
    assert "2 droplets stay, without it" in of_tag
    assert "firewalls no longer protect what has it: fw" in of_tag
    assert lines_for("delete_by_tag_name", "web", {"tag_name": "web"}) == ["2 Droplets: web-1, web-2"]
    assert lines_for(
        "upsert_set", "example.com A www", {"domain": "example.com", "type": "A", "name": "www", "data": ["1.2.3.4"]}
    ) == [f"1 record goes: {public}"]
    # Every class that can be deleted, and can leave something behind, says what.
    assert {"Droplet", "Domain", "DOKS", "DatabaseCluster", "VPC", "Project", "Registry", "Volume", "Tag"} <= set(ALL)


def test_what_cannot_be_asked_does_not_stand_in_the_way(
    digitalocean: Emulated, fleet: Callable[..., list[Any]]
) -> None:
    (web,) = fleet("web-1")
    droplet = do.Droplet.fetch(web.id)
    digitalocean.faults.add(do.testing.Fault(path="/v2/droplets/*", status=403, times=20))
    assert any("could not be asked" in line for line in lines_for("delete", droplet))


DRY = [
    ("droplet create a b --user-data hush " + " ".join(NEW), "POST /v2/droplets", "+$12.00"),
    ("droplet create a --backups " + " ".join(NEW), "POST /v2/droplets", "unknown"),
    ("droplet delete web-1 web-2 --yes", "DELETE /v2/droplets/", "-$12.00"),
    ("droplet delete web-1", "DELETE /v2/droplets/", "-$6.00"),
    ("droplet delete-by-tag-name web", "DELETE /v2/droplets?tag_name=web", "-$12.00"),
    ("droplet resize web-1 --size s-2vcpu-2gb", "/actions", "+$12.00"),
    ("droplet reboot web-1 web-2", '"type": "reboot"', "none"),
    ("droplet snapshot web-1 --name s", '"type": "snapshot"', "unknown"),
    ("volume create v --size-gigabytes 10 --region ams3", "POST /v2/volumes", "unknown"),
    ("tags create t", "POST /v2/tags", "none"),
    ("tags tag web --resource droplet:web-1", "POST /v2/tags/web/resources", "none"),
    ("domains create example.com", "POST /v2/domains", "none"),
    ("projects update first-project --description x", "PUT /v2/projects/", "none"),
    ("reserved-ips create --region ams3", "POST /v2/reserved_ips", "unknown"),
    ("doks create k --region ams3 --version latest --no-ha --node-pool size=s-2vcpu-2gb,count=2,name=a",
     "POST /v2/kubernetes/clusters", "+$36.00"),
    ("databases create orders --engine pg --version 16 --size db-s-1vcpu-1gb --num-nodes 1 --region ams3",
     "POST /v2/databases", "unknown"),
    ("certificates create c --type custom --private-key hush --leaf-certificate pem --certificate-chain pem",
     '"private_key": "..."', "none"),
]  # fmt: skip


def test_a_dry_run_shows_the_requests_and_the_cost_and_sends_nothing(
    dopy: Dopy, digitalocean: Emulated, fleet: Callable[..., list[Any]]
) -> None:
    fleet("web-1", "web-2", tags=["web"])
    before = latest(digitalocean)
    for command, request, cost in DRY:
        done = dopy.inside(*command.split(), "--dry-run")
        assert done.status == 0, (command, done.err)
        assert request in done.out, command
        assert f"monthly cost: {cost}\n" in done.out, (command, done.out)
        assert done.out.endswith("nothing has been sent\n")
        assert "hush" not in done.out
    assert changed(digitalocean, before) == []
    body = dopy.inside("droplet", "create", "a", *NEW, "--dry-run").out.partition("\n")[2].partition("monthly")[0]
    assert json.loads(body) == {
        "name": "a", "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64", "region": "ams3",
    }  # fmt: skip
    # A procedure may send more, once it knows the answer: that is said.
    assert (
        "what may follow depends on the answer"
        in dopy.inside("tags", "tag", "web", "--resource", "droplet:web-1", "--dry-run").out
    )


def test_every_command_that_changes_something_has_a_dry_run() -> None:
    import click

    from dopyapi.cli.derived.calls import changes
    from dopyapi.cli.derived.group import ResourceGroup, declarations_of, names_of
    from dopyapi.cli.naming import classes

    for cls in classes():
        group = ResourceGroup("x", cls)
        for name, operation in names_of(cls).items():
            command = group.get_command(click.Context(group), name)
            assert command is not None
            flags = {flag for param in command.params for flag in param.opts}
            assert ("--dry-run" in flags) == changes(declarations_of(cls)[operation]) or name == "get", (cls, name)
            assert ("--yes" in flags) == (destroys(operation) and name != "get"), (cls, name)
