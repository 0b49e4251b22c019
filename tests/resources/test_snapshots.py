"""Snapshots."""

from __future__ import annotations

import pytest

import dopyapi as do


async def snapped(call, droplet, name):
    await call((await call(droplet.snapshot, name)).wait)
    return await call(do.Snapshot.fetch, name=name)


async def test_a_snapshots_life(api, call, make):
    droplet = await make()
    snapshot = await snapped(call, droplet, "before")
    assert (snapshot.name, snapshot.resource_type, snapshot.resource_id) == ("before", "droplet", str(droplet.id))
    assert isinstance(snapshot.id, str)
    assert snapshot.regions == ["ams3"]
    assert snapshot.min_disk_size == 25
    assert snapshot.size_gigabytes > 0
    assert snapshot.created_at >= droplet.created_at
    assert snapshot.tags == []

    assert await call(do.Snapshot.list, page=1, per_page=5) == [snapshot]
    assert await call(do.Snapshot.listDropletSnapshots, page=1, per_page=5) == [snapshot]
    assert await call(do.Snapshot.listVolumeSnapshots, page=1, per_page=5) == []
    assert await call(do.Snapshot.list, resource_type="volume") == []
    (of_droplet,) = await call(droplet.list_snapshots)
    assert of_droplet == snapshot
    assert of_droplet.id == snapshot.id

    await call(droplet.delete)
    assert (await call(do.Snapshot.fetch, snapshot.id)).name == "before", "a snapshot outlives its Droplet"
    assert await call(snapshot.delete) == {"status": "deleted"}
    assert await call(do.Image.list_user) == []


async def test_a_droplet_is_made_from_a_snapshot(api, call, make):
    snapshot = await snapped(call, await make(), "golden")
    copy = await make("copy", image=snapshot)
    assert str(copy.image.id) == snapshot.id
    with pytest.raises(do.ClientError, match=r"Droplet\.snapshot\(\)"):
        await call(do.Snapshot().create)
    with pytest.raises(do.ClientError, match="Image"):
        await call(snapshot.save)


async def test_a_snapshot_is_tagged_as_the_image_it_is(api, call, make):
    snapshot = await snapped(call, await make(), "golden")
    tag = await call(do.Tag.new, name="keep")
    await call(tag.tag, snapshot)
    await call(snapshot.load)
    assert snapshot.tags == ["keep"]
    assert [str(i.id) for i in await call(do.Image.listByTag, "keep")] == [snapshot.id]
