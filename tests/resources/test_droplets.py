"""Droplets: creating, finding and destroying them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import dopyapi as do

from .conftest import SPEC


async def test_a_new_droplet_starts_and_then_runs(api, call):
    droplet = do.Droplet()
    droplet.name, droplet.region, droplet.size, droplet.image = "web-1", "ams3", do.sizes.tiny, "ubuntu-24-04-x64"
    answer = await call(droplet.create)
    assert answer["droplet"]["status"] == droplet.status == "new"
    assert answer["links"]["actions"][0]["rel"] == "create"
    assert droplet.networks.v4 == []
    assert await call(droplet.waitReady) is droplet
    assert droplet.status == "active"
    assert droplet.getID() == droplet.id == answer["droplet"]["id"]
    assert (droplet.memory, droplet.vcpus, droplet.disk) == (1024, 1, 25)
    assert (droplet.size_slug, droplet.size.slug, droplet.size.price_monthly) == ("s-1vcpu-1gb", "s-1vcpu-1gb", 6.0)
    assert (droplet.region.slug, droplet.region.name) == ("ams3", "Amsterdam 3")
    assert (droplet.image.slug, droplet.image.distribution) == ("ubuntu-24-04-x64", "Ubuntu")
    assert droplet.locked is False
    assert isinstance(droplet.created_at, datetime)
    assert droplet.created_at.tzinfo == UTC
    assert droplet.backup_ids == droplet.snapshot_ids == droplet.volume_ids == droplet.tags == []
    assert "private_networking" in droplet.features
    assert droplet.kernel is None
    assert droplet.next_backup_window is None
    assert droplet.vpc_uuid
    assert isinstance(droplet.networks, dict)
    assert {n.type for n in droplet.networks.v4} == {"public", "private"}
    assert droplet.disk_info[0].size.amount == 25
    assert droplet.json()["networks"]["v4"][0]["netmask"]


async def test_addresses(api, call):
    droplet = await call(do.Droplet.new, name="v6", ipv6=True, **SPEC)
    public = await call(droplet.getPublicIP)
    assert droplet.status == "active", "asking for an address waits for it"
    private, v6 = await call(droplet.getPrivateIP), await call(droplet.getPublicIPv6)
    assert public != private
    assert private.startswith("10.")
    assert ":" in v6
    plain = await call(do.Droplet.new, name="v4", **SPEC)
    assert await call(plain.getPublicIPv6) is None
    hidden = await call(do.Droplet.new, name="hidden", public_networking=False, **SPEC)
    assert await call(hidden.get_public_ip) is None
    assert await call(hidden.get_private_ip)


async def test_many_are_created_with_few_requests(api, call):
    names = [f"node-{n:02}" for n in range(23)]
    droplets = await call(do.Droplet.create_many, names, tags=["nodes"], **SPEC)
    assert [d.name for d in droplets] == names
    assert len({d.id for d in droplets}) == 23
    assert await call(do.wait_all, droplets, until="ip") == droplets
    assert {d.status for d in droplets} == {"active"}
    addresses = [n.ip_address for d in droplets for n in d.networks.v4]
    assert len(set(addresses)) == 46
    with pytest.raises(do.ClientError, match="one name"):
        await call(do.Droplet.create_many, "node", **SPEC)


async def test_create_takes_names_as_documented(api, call):
    answer = await call(do.Droplet().create, names=["a", "b"], **SPEC)
    assert [d["name"] for d in answer["droplets"]] == ["a", "b"]
    assert [link["rel"] for link in answer["links"]["actions"]] == ["create", "create"]


async def test_found_by_id_name_and_tag(api, call, make):
    one, two = await make("one", tags=["x"]), await make("two")
    by_name = do.Droplet()
    by_name.name = "two"
    assert await call(by_name.load) == two.id
    assert await call(do.Droplet.fetch, one.id) == one
    assert await call(do.Droplet.fetch, name="one") == one
    assert await call(do.Droplet.list, name="two") == [two]
    assert await call(do.Droplet.list, type="gpus") == []
    assert await call(do.Droplet.list_by_tag_name, "x") == [one]
    with pytest.raises(do.ResourceNotFoundError):
        await call(do.Droplet.fetch, 1)
    with pytest.raises(do.ClientError, match="id, name"):
        await call(do.Droplet.fetch, colour="red")


async def test_two_of_a_name_are_not_confused(api, call, make):
    one, two = await make("same"), await make("same")
    with pytest.raises(do.ClientError, match="say which by its id") as caught:
        await call(do.Droplet.fetch, name="same")
    assert str(one.id) in str(caught.value)
    assert str(two.id) in str(caught.value)


async def test_pages_and_the_whole(api, call):
    droplets = await call(do.Droplet.create_many, [f"n{n}" for n in range(45)], **SPEC)
    page = await call(do.Droplet.list, page=3, per_page=20)
    assert (len(page), page.total, page.pages, page.has_next) == (5, 45, 3, False)
    everything = await call.items(do.Droplet.list.all())
    assert {d.id for d in everything} == {d.id for d in droplets}
    with pytest.raises(do.ClientError, match="leave out page"):
        do.Droplet.list.all(page=2)


async def test_destroyed_one_by_one_and_by_tag(api, call, make):
    one = await make("one")
    await make("two", tags=["gone"])
    await make("three", tags=["gone"])
    assert await call(one.delete) == {"status": "deleted"}
    assert await call(one.delete) == {"status": "deleted"}
    assert {d.name for d in await call(do.Droplet.list)} == {"two", "three"}
    assert await call(do.Droplet.deleteByTagName, "gone") == {"status": "deleted"}
    assert await call(do.Droplet.list) == []
    with pytest.raises(do.ResourceNotFoundError):
        await call(one.load)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"region": "mars1"}, "region"),
        ({"size": "s-99vcpu"}, "size"),
        ({"image": "windows-95"}, "image"),
        ({"name": "no_underscores"}, "name must match"),
        ({"ssh_keys": [1]}, "key"),
    ],
)
@pytest.mark.usefixtures("unchecked")
async def test_what_the_api_does_not_accept(api, call, wrong, says):
    with pytest.raises(do.UnprocessableError, match=f"(?i){says}"):
        await call(do.Droplet.new, **{"name": "web", **SPEC, **wrong})
    assert await call(do.Droplet.list) == []


async def test_neighbours_kernels_and_firewalls(api, call, make):
    one, two = await make("one"), await make("two")
    groups = await call(do.Droplet.listDropletNeighbors)
    neighbours = await call(one.listNeighbors)
    together = any({one.id, two.id} <= set(group) for group in groups)
    assert (two in neighbours) == together
    assert await call(one.listKernels, page=1, per_page=5) == []
    assert await call(one.list_firewalls) == []


async def test_backups_and_their_policy(api, call, make):
    droplet = await make(backups=True, backup_policy={"plan": "weekly", "weekday": "SUN", "hour": 4})
    policy = await call(droplet.get_backup_policy)
    assert (policy.droplet_id, policy.backup_enabled) == (droplet.id, True)
    assert (policy.backup_policy.plan, policy.backup_policy.hour) == ("weekly", 4)
    assert set(await call(do.Droplet.list_backup_policies)) == {str(droplet.id)}
    assert {p.name for p in await call(do.Droplet.list_supported_backup_policies)} == {"daily", "weekly"}
    assert droplet.next_backup_window.start
    api.clock.advance(8 * 24 * 3600)
    (backup,) = await call(droplet.listBackups, page=1, per_page=5)
    assert isinstance(backup, dict)
    assert backup["type"] == "backup"
    await call(droplet.load)
    assert droplet.backup_ids == [backup["id"]]


async def test_what_hangs_on_a_droplet_goes_with_it_if_asked(api, call, make):
    droplet = await make()
    for name in ("keep", "drop"):
        await call((await call(droplet.snapshot, name)).wait)
    associated = await call(droplet.list_associated_resources)
    assert {s.name for s in associated.snapshots} == {"keep", "drop"}
    drop = next(s.id for s in associated.snapshots if s.name == "drop")
    await call(droplet.delete_with, snapshots=[drop])
    api.clock.advance(3600)
    status = await call(droplet.get_delete_status)
    assert status.completed_at
    assert status.failures == 0
    assert [s.name for s in await call(do.Snapshot.list)] == ["keep"]

    other = await make("other")
    await call((await call(other.snapshot, "too")).wait)
    await call(other.delete_with_everything)
    api.clock.advance(3600)
    assert [s.name for s in await call(do.Snapshot.list)] == ["keep"]
    assert await call(do.Droplet.list) == []


async def test_save_names_the_alternative(api, call, make):
    droplet = await make()
    with pytest.raises(do.ClientError, match=r"rename\(\)"):
        await call(droplet.save)
