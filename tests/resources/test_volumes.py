"""Volumes."""

from __future__ import annotations

from datetime import datetime

import pytest

import dopyapi as do
from dopyapi.volumes import Volume


@pytest.fixture
def volume(api, call):
    """Make a volume."""

    async def made(name: str = "data", **options) -> Volume:
        return await call(Volume.new, name=name, **{"region": "ams3", "size_gigabytes": 10, **options})

    return made


async def done(call, action: do.Action) -> do.Action:
    """Wait for an action, which has just begun."""
    assert (action.status, action.resource_type, action.resource_id) == ("in-progress", "volume", None)
    return await call(action.wait)


async def attached(call, volume: Volume, droplet: do.Droplet) -> None:
    await done(call, await call(volume.attach, droplet))


async def test_a_story(api, call, make):
    """A database's disk: made, attached, filled, grown, saved, brought back on another Droplet, and cleaned up."""
    old = await make("db-1")
    disk = await call(
        Volume.new,
        name="pgdata",
        region=old.region,
        size_gigabytes=100,
        description="PostgreSQL",
        filesystem_type="ext4",
        filesystem_label="pgdata",
        tags=["db"],
    )
    await call(old.reboot)  # attaching waits for it
    await done(call, await call(disk.attach, old))
    await done(call, await call(disk.resize, 200))
    await call(disk.load)
    assert (disk.droplet_ids, disk.size_gigabytes) == ([old.id], 200)
    with pytest.raises(do.ConflictError, match="detach it first"):
        await call(disk.delete)

    saved = await call(disk.snapshot, "nightly", ["db"])
    await call(old.delete)
    await call(disk.load)
    assert disk.droplet_ids == []
    assert await call(disk.delete) == {"status": "deleted"}

    copy = await call(Volume.new, name="pgdata", snapshot_id=saved)
    new = await make("db-2", volumes=[copy.id])
    await call(copy.load)
    assert (copy.droplet_ids, copy.size_gigabytes, copy.filesystem_label) == ([new.id], 200, "pgdata")
    assert copy.region.slug == "ams3"
    await call(new.delete)
    for rest in (copy, saved):
        await call(rest.delete)
    assert await call(Volume.list) == await call(do.Snapshot.list) == await call(do.Droplet.list) == []


async def test_every_attribute(api, call):
    new = Volume()
    new.name, new.region, new.size_gigabytes = "data", do.Region({"slug": "ams3"}), 10
    new.description, new.filesystem_type, new.filesystem_label = "mine", "ext4", "data"
    new.tags = ["db"]
    answer = await call(new.create)
    assert answer["volume"] == new.json()
    assert new.getID() == new.id == answer["volume"]["id"]
    known = await call(Volume.fetch, new.id)
    assert (known.name, known.description, known.size_gigabytes) == ("data", "mine", 10)
    assert (known.filesystem_type, known.filesystem_label, known.tags) == ("ext4", "data", ["db"])
    assert (known.region.slug, known.region.name, known.droplet_ids) == ("ams3", "Amsterdam 3", [])
    assert isinstance(known.region, do.Region)
    assert isinstance(known.created_at, datetime)
    assert known == new
    with pytest.raises(do.ClientError, match="resize"):
        await call(known.save)


async def test_found_by_name_and_region(api, call, volume):
    here, there = await volume(), await volume(region="nyc3")
    other = await volume("other")
    for region in ("nyc3", there.region):
        found = await call(Volume.get_by_name, "data", region)
        assert (found, found.size_gigabytes) == (there, 10)
    with pytest.raises(do.ResourceNotFoundError, match="'other' in nyc3"):
        await call(Volume.get_by_name, "other", do.Region({"slug": "nyc3"}))

    assert await call(Volume.list, page=1, per_page=2) == [here, there]
    assert await call(Volume.list, page=2, per_page=2) == [other]
    assert await call(Volume.list, region=here.region) == [here, other]
    assert await call(Volume.list, region="ams3", name="data") == [here]
    assert await call(Volume.listByName, "data", page=1, per_page=10) == [here, there]
    assert await call(Volume.list_by_name, "data", region="nyc3") == [there]
    assert await call.items(Volume.list.all()) == [here, there, other]

    by_name = Volume()
    by_name.name = "other"
    assert await call(by_name.load) == other.id
    by_name.name = "data"
    with pytest.raises(do.ClientError, match=f"{here.id}, {there.id}"):
        await call(Volume.fetch, name="data")

    assert await call(Volume.delete_by_name, "data", there.region) == {"status": "deleted"}
    assert await call(Volume.delete_by_name, "data", "nyc3") == {"status": "deleted"}
    assert await call(Volume.list) == [here, other]
    assert await call(other.delete) == await call(other.delete) == {"status": "deleted"}
    assert await call(Volume.list) == [here]


async def test_half_a_name_reaches_nothing(api, call, volume):
    here = await volume()
    for name, region in (("", "ams3"), ("data", ""), ("data", None)):
        for operation in (Volume.get_by_name, Volume.delete_by_name):
            with pytest.raises(do.ClientError, match="both are needed"):
                await call(operation, name, region)
    assert await call(Volume.list) == [here]


async def test_what_the_api_refuses(api, call, volume):
    await volume()
    with pytest.raises(do.ConflictError, match="data in ams3"):
        await volume()
    with pytest.raises(do.UnprocessableError, match="lowercase"):
        await volume("Data")
    with pytest.raises(do.UnprocessableError, match="mars1"):
        await volume("b", region="mars1")
    with pytest.raises(do.ResourceNotFoundError):
        await volume("b", snapshot_id="none")
    assert len(await call(Volume.list)) == 1


async def test_attached_and_detached(api, call, make, volume):
    droplet, disk = await make(), await volume()
    action = await call(disk.attach, droplet, tags=["fast"])
    assert action.type == "attach_volume"
    await done(call, action)
    for each in (disk, droplet):
        await call(each.load)
    assert (disk.droplet_ids, disk.tags, droplet.volume_ids) == ([droplet.id], ["fast"], [disk.id])
    with pytest.raises(do.UnprocessableError, match="already attached"):
        await call(disk.attach, droplet)

    action = await call(disk.detach)
    assert action.type == "detach_volume"
    await done(call, action)
    for each in (disk, droplet):
        await call(each.load)
    assert (disk.droplet_ids, droplet.volume_ids) == ([], [])
    with pytest.raises(do.ClientError, match="attached to no Droplet"):
        await call(disk.detach)
    with pytest.raises(do.UnprocessableError, match="Attachment not found"):
        await call(disk.detach, droplet.id)

    await attached(call, disk, droplet)
    await done(call, await call(disk.detach, droplet))
    assert [a.type for a in await call(disk.listActions)] == [
        "detach_volume",
        "attach_volume",
        "detach_volume",
        "attach_volume",
    ]
    assert await call(disk.getAction, action.id) == action
    assert Volume._action_attrs == ["resize", "attach", "detach"]


async def test_attaching_waits_out_what_else_is_being_done(api, call, make, volume):
    droplet = await call(do.Droplet.new, name="web", region="ams3", size="s-1vcpu-1gb", image="ubuntu-24-04-x64")
    one, two = await volume("one"), await volume("two")
    first = await call(one.attach, droplet)  # while it is being created
    second = await call(two.attach, droplet)  # while the other is being attached
    assert (await call(droplet.get_action, await _number(call, droplet))).status == "completed"
    await call(first.load)
    assert first.status == "completed"
    await done(call, second)
    await call(do.Droplet({"id": droplet.id}).reboot)
    await done(call, await call(one.detach))
    await call(droplet.load)
    assert droplet.volume_ids == [two.id]


async def _number(call, droplet) -> int:
    return (await call(droplet.list_actions))[0].id


async def test_the_waiting_has_an_end(api, call, make, volume):
    droplet, disk = await make(), await volume()
    await call(droplet.snapshot, "long")
    began = api.clock.now()
    with pytest.raises(do.WaitTimeout, match="pending event") as waited:
        await call(disk.attach, droplet, timeout=0.4, every=0.1)
    assert waited.value.pending == [disk]
    assert 0.4 <= (api.clock.now() - began).total_seconds() < 0.6
    await call(disk.load)
    assert disk.droplet_ids == []


async def test_what_is_no_matter_of_waiting_is_raised_at_once(api, call, make, volume):
    droplet, disk = await make(), await volume(region="nyc3")
    began = api.clock.now()
    with pytest.raises(do.UnprocessableError, match="Droplet of its region"):
        await call(disk.attach, droplet)
    with pytest.raises(do.UnprocessableError, match="does not exist"):
        await call(disk.attach, 12345)
    assert api.clock.now() == began


async def test_a_droplet_and_a_volume_known_by_name_are_attached(api, call, make, volume):
    made, disk = await make("web"), await volume()
    droplet, named = do.Droplet(), Volume()
    droplet.name, named.name = "web", "data"
    await done(call, await call(named.attach, droplet))
    await call(disk.load)
    assert disk.droplet_ids == [made.id]


async def test_resized(api, call, volume):
    disk = await volume()
    action = await call(disk.resize, 20, region=disk.region)
    assert action.type == "resize_volume"
    await done(call, action)
    await call(disk.load)
    assert disk.size_gigabytes == 20
    with pytest.raises(do.UnprocessableError, match="only grow"):
        await call(disk.resize, 20)


async def test_acted_on_by_name(api, call, make, volume):
    await volume(region="nyc3")
    disk, droplet = await volume(), await make()
    await call(droplet.reboot)
    await done(call, await call(Volume.attach_by_name, "data", "ams3", droplet, tags=["fast"]))
    await call(disk.load)
    assert (disk.droplet_ids, disk.tags) == ([droplet.id], ["fast"])
    await done(call, await call(Volume.resize_by_name, "data", disk.region, 30))
    await done(call, await call(Volume.detach_by_name, "data", disk.region, droplet.id))
    await call(disk.load)
    assert (disk.droplet_ids, disk.size_gigabytes) == ([], 30)
    with pytest.raises(do.ResourceNotFoundError):
        await call(Volume.attach_by_name, "nobody", "ams3", droplet)
    with pytest.raises(do.ClientError, match="both are needed"):
        await call(Volume.attach_by_name, "", "ams3", droplet)


async def test_snapshots(api, call, volume):
    disk = await volume()
    one = await call(disk.snapshot, "one")
    two = await call(disk.snapshot, name="two", tags=["keep"])
    assert isinstance(one, do.Snapshot)
    assert (one.name, one.resource_type, one.resource_id, one.regions) == ("one", "volume", disk.id, ["ams3"])
    assert (one.min_disk_size, one.tags, two.tags, len(one.id)) == (10, [], ["keep"], 36)
    assert await call(disk.listSnapshots, page=1, per_page=10) == [one, two]
    assert await call(disk.list_snapshots, page=2, per_page=1) == [two]
    assert await call(do.Snapshot.list, resource_type="volume") == [one, two]
    assert await call(do.Snapshot.listVolumeSnapshots) == [one, two]
    assert await call(do.Snapshot.listDropletSnapshots) == []
    assert await call(Volume.get_snapshot, one) == await call(Volume.get_snapshot, one.id) == one

    copy = await call(Volume.new, name="copy", snapshot_id=one)
    assert (copy.region.slug, copy.size_gigabytes) == ("ams3", 10)
    other = Volume()
    other.name, other.snapshot_id = "other", one.id
    await call(other.create)
    assert other.size_gigabytes == 10

    assert await call(Volume.delete_snapshot, one.id) == {"status": "deleted"}
    assert await call(Volume.delete_snapshot, one) == {"status": "deleted"}
    assert await call(do.Snapshot.list) == [two]
    await call(disk.delete)
    assert (await call(do.Snapshot.fetch, two.id)).name == "two", "a snapshot outlives its volume"
    await call(two.delete)
    assert await call(do.Snapshot.list) == []


async def test_tagged(api, call, volume):
    disk = await volume()
    taken = await call(disk.snapshot, "one")
    tag = await call(do.Tag.new, name="db")
    await call(tag.tag, [disk, taken])
    await call(disk.load)
    await call(taken.load)
    assert disk.tags == taken.tags == ["db"]
    await call(tag.load)
    assert (tag.resources["volumes"]["count"], tag.resources["volume_snapshots"]["count"]) == (1, 1)
    await call(tag.unTag, disk)
    await call(disk.load)
    assert disk.tags == []


async def test_destroyed_with_its_droplet(api, call, make, volume):
    disk = await volume()
    droplet = await make(volumes=[disk.id])
    found = await call(droplet.list_associated_resources)
    assert found.volumes == [{"id": disk.id, "name": "data", "cost": "1.00"}]
    await call(droplet.delete_with, volumes=[disk.id])
    api.clock.advance(60)
    assert await call(Volume.list) == []
