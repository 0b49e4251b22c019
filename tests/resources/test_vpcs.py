"""VPCs and their peerings."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv4Network

import pytest

import dopyapi as do
from dopyapi.vpcs import VPC, VPCPeering

from .conftest import SPEC


async def test_a_vpcs_life(api, call):
    vpc = VPC()
    vpc.name, vpc.region, vpc.ip_range, vpc.description = "env.prod", "ams3", "10.10.10.0/24", "production"
    answer = await call(vpc.create)
    assert answer["vpc"]["id"] == vpc.id == vpc.getID()
    assert vpc.urn == f"do:vpc:{vpc.id}"
    assert (vpc.name, vpc.region, vpc.ip_range, vpc.description) == ("env.prod", "ams3", "10.10.10.0/24", "production")
    assert vpc.default is False
    assert isinstance(vpc.created_at, datetime)
    assert vpc.created_at.tzinfo == UTC

    fresh, by_name = VPC({"id": vpc.id}), VPC()
    by_name.name = "env.prod"
    assert await call(fresh.load) == await call(by_name.load) == vpc.id
    assert fresh == by_name == vpc
    assert fresh.json() == vpc.json()
    (listed,) = await call(VPC.list, page=1, per_page=1)
    assert isinstance(listed, VPC)
    assert listed.json() == vpc.json()

    vpc.name, vpc.description = "env.test", ""
    answer = await call(vpc.save)
    assert answer["vpc"]["name"] == "env.test"
    await call(fresh.load)
    assert (fresh.name, fresh.description, fresh.default) == ("env.test", "", False)

    other = await call(VPC.new, name="other", region="ams3")
    other.default = True
    await call(other.save)
    await call(vpc.load)
    assert (other.default, vpc.default) == (True, False)
    assert await call(vpc.delete) == {"status": "deleted"}
    assert await call(vpc.delete) == {"status": "deleted"}
    listed = await call.items(VPC.list.all())
    assert other in listed
    assert vpc not in listed
    assert {v.name for v in listed if v.region != "ams3"} == {
        f"default-{v.region}" for v in listed if v.region != "ams3"
    }
    with pytest.raises(do.ResourceNotFoundError):
        await call(vpc.load)


async def test_a_patch_sends_only_what_it_says_and_the_object_takes_it_over(api, call):
    first = await call(VPC.new, name="first", region="nyc3")
    vpc = await call(VPC.new, name="second", region="nyc3", description="kept")
    answer = await call(vpc.patch, default=True)
    assert answer["vpc"]["default"] is vpc.default is True
    assert (vpc.name, vpc.description) == ("second", "kept")
    assert (await call(VPC.fetch, first.id)).default is False
    await call(VPC({"id": vpc.id}).patch, name="third", description="")
    fresh = await call(VPC.fetch, vpc.id)
    assert (fresh.name, fresh.description, fresh.default) == ("third", "", True)


async def test_a_default_that_was_set_too_early_is_still_there_for_save(api, call):
    await call(VPC.new, name="first", region="nyc3")
    vpc = VPC({"name": "second", "region": "nyc3"})
    vpc.default = True
    answer = await call(vpc.create)
    assert answer["vpc"]["default"] is False, "a creation cannot say it"
    await call(vpc.save)
    assert (await call(VPC.fetch, vpc.id)).default is True


async def test_a_region_may_be_an_object_and_a_range_is_found(api, call):
    (region,) = [r for r in await call(do.Region.list, per_page=100) if r.slug == "fra1"]
    one = await call(VPC.new, name="one", region=region)
    two = VPC()
    two.name, two.region = "two", region
    await call(two.create)
    assert one.region == two.region == "fra1"
    networks = [IPv4Network(v.ip_range) for v in (one, two)]
    assert [n.prefixlen for n in networks] == [20, 20]
    assert not networks[0].overlaps(networks[1])


async def test_members_are_what_is_in_it(api, call, make):
    vpc = await call(VPC.new, name="net", region="ams3", ip_range="192.168.5.0/24")
    other = await call(VPC.new, name="other", region="ams3")
    by_name = VPC()
    by_name.name = "other"
    one, two = await make("one", vpc_uuid=vpc), await make("two", vpc_uuid=vpc.id)
    elsewhere = await make("elsewhere", vpc_uuid=by_name)
    assert one.vpc_uuid == two.vpc_uuid == vpc.id
    assert elsewhere.vpc_uuid == other.id
    private = await call(one.get_private_ip)
    assert IPv4Address(private) in IPv4Network("192.168.5.0/24")

    members = await call(vpc.listMembers)
    assert all(isinstance(m, dict) for m in members)
    assert members[0] == {
        "urn": f"do:droplet:{one.id}",
        "name": "one",
        "created_at": one.created_at.isoformat().replace("+00:00", "Z"),
    }
    assert (members.total, members[1].name) == (2, "two")
    page = await call(vpc.listMembers, page=2, per_page=1)
    assert [m["name"] for m in page] == ["two"]
    assert [m.name for m in await call.items(vpc.list_members.all(resource_type="droplet"))] == ["one", "two"]
    assert await call(vpc.list_members, resource_type="dbaas") == []
    assert [m["name"] for m in await call(VPC({"id": other.id}).listMembers)] == ["elsewhere"]

    await call(one.delete)
    assert [m.name for m in await call(vpc.list_members)] == ["two"]


async def test_what_the_api_does_not_accept(api, call, make):
    vpc = await call(VPC.new, name="net", region="ams3", ip_range="10.10.0.0/16")
    other = await call(VPC.new, name="other", region="ams3")
    await call(vpc.patch, default=True)
    await make(vpc_uuid=other)
    with pytest.raises(do.UnprocessableError, match="overlaps with another VPC network"):
        await call(VPC.new, name="more", region="nyc3", ip_range="10.10.3.0/24")
    with pytest.raises(do.UnprocessableError, match="same name"):
        await call(VPC.new, name="net", region="nyc3")
    with pytest.raises(do.UnprocessableError, match="RFC 1918"):
        await call(VPC.new, name="public", region="nyc3", ip_range="8.8.0.0/16")
    with pytest.raises(do.ClientForbiddenError, match="default"):
        await call(vpc.delete)
    with pytest.raises(do.ClientForbiddenError, match="members"):
        await call(other.delete)
    vpc.default = False
    with pytest.raises(do.UnprocessableError, match="stays the default"):
        await call(vpc.save)
    assert not {v.name for v in await call.items(VPC.list.all())} & {"more", "public"}


async def test_a_peerings_life(api, call):
    one = await call(VPC.new, name="one", region="nyc3")
    two = await call(VPC.new, name="two", region="ams3")
    peering = VPCPeering()
    peering.name, peering.vpc_ids = "one-two", [one, two.id]
    answer = await call(peering.create)
    assert answer["vpc_peering"]["status"] == peering.status == "PROVISIONING"
    assert (peering.name, peering.vpc_ids) == ("one-two", [one.id, two.id])
    assert isinstance(peering.created_at, datetime)
    assert await call(peering.wait_ready) is peering
    assert peering.status == "ACTIVE"
    assert await call(VPCPeering.list, page=1, per_page=5) == [peering]
    assert await call(VPCPeering.list, region="ams3") == [peering]
    assert await call(VPCPeering.list, region="fra1") == []
    assert await call(VPCPeering.fetch, name="one-two") == peering
    (of_vpc,) = await call(two.list_peerings, page=1, per_page=5)
    assert isinstance(of_vpc, VPCPeering)
    assert of_vpc.json() == peering.json()

    peering.name = "renamed"
    await call(peering.save)
    assert (await call(VPCPeering.fetch, peering.id)).name == "renamed"
    with pytest.raises(do.ConflictError, match="peered already"):
        await call(VPCPeering.new, name="again", vpc_ids=[one, two])

    assert await call(peering.delete) == {"status": "deleted"}
    await call(peering.load)
    assert peering.status == "DELETING"
    with pytest.raises(do.NeverReady, match="being deleted"):
        await call(peering.wait_ready)
    api.clock.advance(60)
    assert await call(peering.delete) == {"status": "deleted"}
    assert await call(VPCPeering.list) == []


async def test_a_vpc_peers_itself_with_another(api, call):
    one = await call(VPC.new, name="one", region="nyc3")
    two = await call(VPC.new, name="two", region="ams3")
    three = await call(VPC.new, name="three", region="ams3")
    by_name = VPC()
    by_name.name = "two"
    peering = await call(one.create_peering, "first", by_name)
    await call(peering.wait_ready)
    assert peering.vpc_ids == [one.id, two.id]
    second = await call(one.create_peering, name="second", vpc_id=three.id)
    renamed = await call(one.rename_peering, second, "third")
    assert isinstance(renamed, VPCPeering)
    assert (renamed, renamed.name) == (second, "third")
    assert [p.name for p in await call.items(one.list_peerings.all())] == ["first", "third"]
    assert await call(two.list_peerings) == [peering]
    with pytest.raises(do.ClientForbiddenError, match="peerings"):
        await call(three.delete)


def test_copies_and_pickles_are_equal():
    vpc = VPC({"id": "v1", "name": "net"})
    for twin in (copy.copy(vpc), pickle.loads(pickle.dumps(vpc))):
        assert (twin, twin.id) == (vpc, "v1")


async def test_a_private_network_for_a_web_stack(api, call):
    """The story: a network of its own becomes the default, is filled, peered, emptied and taken down."""
    default = (await call(do.Droplet.new, name="old", **SPEC)).vpc_uuid
    vpc = await call(VPC.new, name="web-stack", region=SPEC["region"], ip_range="10.20.0.0/24")
    assert vpc.default is False
    await call(vpc.patch, default=True)
    assert (await call(VPC.fetch, default)).default is False

    droplets = await call(do.Droplet.create_many, ["web-1", "web-2", "web-3"], **SPEC)
    await call(do.wait_all, droplets, until="ip")
    addresses = {n.ip_address for d in droplets for n in d.networks.v4 if n.type == "private"}
    assert len(addresses) == 3
    assert all(IPv4Address(a) in IPv4Network(vpc.ip_range) for a in addresses)
    assert {m.urn for m in await call(vpc.listMembers)} == {f"do:droplet:{d.id}" for d in droplets}

    backend = await call(VPC.new, name="backend", region="fra1")
    peering = await call(vpc.create_peering, "web-backend", backend)
    await call(peering.wait_ready)

    for droplet in droplets:
        await call(droplet.delete)
    await call(VPC({"id": default}).patch, default=True)
    with pytest.raises(do.ClientForbiddenError, match="peerings"):
        await call(vpc.delete)
    await call(peering.delete)
    api.clock.advance(60)
    await call(vpc.delete)
    left = await call.items(VPC.list.all())
    assert [v.name for v in left if not v.default] == ["backend"]
    assert [v.id for v in left if v.region == SPEC["region"]] == [default]
