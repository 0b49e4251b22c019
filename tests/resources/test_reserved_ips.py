"""Reserved IPs under both of their names, and IPv6 ones."""

from __future__ import annotations

from datetime import datetime
from ipaddress import IPv4Address, ip_address

import pytest

import dopyapi as do
from dopyapi.floating_ips import FloatingIP
from dopyapi.reserved_ips import ReservedIP, ReservedIPv6

BOTH = pytest.mark.parametrize("kind", [FloatingIP, ReservedIP])


async def done(call, operation, *args) -> do.Action:
    """Do it, wait for it, and return the completed action."""
    action = await call(operation, *args)
    assert action.status == "in-progress"
    return await call(action.wait)


async def test_a_story(api, call, make):
    """Failover: an address that clients know moves from the Droplet that died to the one that took over."""
    primary, standby = await make("primary"), await make("standby")
    address = await call(FloatingIP.new, region=primary.region)
    await done(call, address.assign, primary)
    await call(address.load)
    assert address.droplet == primary

    await call((await call(primary.power_off)).wait)
    await done(call, address.assign, standby.id)
    await call(address.load)
    assert address.droplet.name == "standby"

    await call(standby.delete)
    await call(address.load)
    assert address.droplet is None
    assert (await call(FloatingIP.list))[0].region.slug == "ams3", "it stays reserved"
    await call(address.delete)
    await call(primary.delete)
    assert await call(FloatingIP.list) == await call(ReservedIP.list) == []


@BOTH
async def test_reserved_for_a_region(api, call, make, kind):
    address = kind()
    address.region = do.Region({"slug": "ams3"})
    answer = await call(address.create)
    assert answer[kind._single] == address.json()
    assert address.getID() == address.ip == answer[kind._single]["ip"]
    known = await call(kind.fetch, address.ip)
    assert IPv4Address(known.ip)
    assert isinstance(known.region, do.Region)
    assert (known.region.name, known.droplet, known.locked) == ("Amsterdam 3", None, False)
    assert len(known.project_id) == 36
    assert known == address
    project = await call(do.Project.new, name="other", purpose=do.Purpose.api)
    other = await call(kind.new, region="nyc3", project_id=project.id)
    assert other.project_id == project.id
    assert await call(kind.list, page=1, per_page=1) == [address]
    assert await call(kind.list, page=2, per_page=1) == [other]
    assert await call.items(kind.list.all()) == [address, other]
    assert await call(address.delete) == await call(address.delete) == {"status": "deleted"}
    assert await call(kind.list) == [other]
    with pytest.raises(do.ResourceNotFoundError):
        await call(address.load)
    with pytest.raises(do.ClientError, match="assign"):
        await call(other.save)
    with pytest.raises(do.InvalidRequest, match="needs droplet_id or region"):
        await call(kind().create)


@BOTH
async def test_reserved_for_a_droplet(api, call, make, kind):
    droplet, other = await make(), await make("other")
    address = await call(kind.new, droplet_id=droplet)
    assert (address.droplet, address.locked) == (None, True)
    with pytest.raises(do.UnprocessableError, match="pending event"):
        await call(address.delete)
    (action,) = await call(address.list_actions)
    await call(action.wait)
    await call(address.load)
    assert isinstance(address.droplet, do.Droplet)
    assert (address.droplet, address.droplet.name, address.locked) == (droplet, "web", False)

    second = kind()
    second.droplet_id = other.id
    await call(second.create)
    await call((await call(second.listActions))[0].wait)
    await call(second.load)
    assert second.droplet == other
    with pytest.raises(do.UnprocessableError, match="one reserved address"):
        await call(kind.new, droplet_id=droplet.id)


@BOTH
async def test_assigned_and_unassigned(api, call, make, kind):
    assert kind._action_attrs == ["assign", "unassign"]
    droplet, address = await make(), await call(kind.new, region="ams3")
    with pytest.raises(do.UnprocessableError, match="not assigned"):
        await call(address.unassign)
    assign = await done(call, address.assign, droplet)
    assert (assign.type, assign.resource_type, assign.region_slug) == ("assign_ip", kind._single, "ams3")
    await call(address.load)
    assert address.droplet == droplet
    unassign = await done(call, address.unassign)
    await call(address.load)
    assert address.droplet is None
    assert await call(address.listActions, page=1, per_page=10) == [unassign, assign]
    assert await call(address.list_actions, page=2, per_page=1) == [assign]
    assert await call.items(address.list_actions.all()) == [unassign, assign]
    assert await call(address.getAction, assign.id) == assign
    assert (await call(do.Action.fetch, assign.id)).json() == assign.json()

    by_name = do.Droplet()
    by_name.name = "web"
    await done(call, address.assign, by_name)
    await call(address.load)
    assert address.droplet == droplet
    assert (await call(droplet.list_associated_resources)).reserved_ips[0]["name"] == address.ip


async def test_both_names_stand_for_one_address(api, call, make):
    floating = await call(FloatingIP.new, region="ams3")
    reserved = await call(ReservedIP.fetch, floating.ip)
    await done(call, reserved.assign, await make())
    await call(floating.load)
    assert floating.droplet.name == "web"
    await call(floating.delete)
    assert await call(ReservedIP.list) == []


async def test_an_ipv6_address(api, call, make):
    droplet = await make()
    address = await call(ReservedIPv6.new, region_slug=droplet.region)
    other = ReservedIPv6()
    other.region_slug = "nyc3"
    answer = await call(other.create)
    assert answer["reserved_ipv6"] == other.json()
    assert ip_address(address.ip).version == 6
    assert (address.region_slug, address.droplet) == ("ams3", None)
    assert isinstance(address.reserved_at, datetime)
    assert await call(ReservedIPv6.list, page=1, per_page=1) == [address]
    assert await call.items(ReservedIPv6.list.all()) == [address, other]

    action = await done(call, address.assign, droplet)
    assert (action.type, action.resource_type) == ("assign_ip", "reserved_ipv6")
    known = await call(ReservedIPv6.fetch, address.ip)
    assert known.droplet == droplet
    with pytest.raises(do.UnprocessableError, match="unassign it first"):
        await call(known.delete)
    await done(call, address.unassign)
    await call(known.load)
    assert known.droplet is None
    for attempt, arguments in ((known.list_actions, ()), (known.listActions, ()), (known.getAction, (action.id,))):
        with pytest.raises(do.ClientError, match=r"Action\."):
            await call(attempt, *arguments)
    with pytest.raises(do.ClientError, match="assign"):
        await call(known.save)
    assert await call(known.delete) == {"status": "deleted"}
    assert await call(ReservedIPv6.list) == [other]


@BOTH
async def test_an_address_moves_between_projects(api, call, kind):
    address = await call(kind.new, region="ams3")
    project = await call(do.Project.new, name="other", purpose=do.Purpose.api)
    await call(project.assign, address)
    await call(address.load)
    assert address.project_id == project.id
    assert [r.urn for r in await call(project.list_resources)] == [f"do:floatingip:{address.ip}"]
