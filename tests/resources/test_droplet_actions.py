"""What can be done to a Droplet."""

from __future__ import annotations

import pytest

import dopyapi as do
from dopyapi import images


async def done(call, operation, *args, **kwargs):
    """Do it, wait for it, and return the completed action."""
    action = await call(operation, *args, **kwargs)
    assert action.status == "in-progress"
    assert action.completed_at is None
    assert await call(action.wait) is action
    assert action.status == "completed"
    assert action.completed_at >= action.started_at
    return action


async def test_power(api, call, make):
    droplet = await make()
    for name, status in (
        ("reboot", "active"),
        ("power_cycle", "active"),
        ("shutdown", "off"),
        ("power_on", "active"),
        ("power_off", "off"),
        ("power_on", "active"),
    ):
        action = await done(call, getattr(droplet, name))
        await call(droplet.load)
        assert (action.type, droplet.status) == (name, status)
        assert (action.resource_id, action.resource_type) == (droplet.id, "droplet")
        assert (action.region_slug, action.region.name) == ("ams3", "Amsterdam 3")


async def test_resize_rename_rebuild_and_the_others(api, call, make):
    droplet = await make()
    await done(call, droplet.power_off)
    await done(call, droplet.resize, "s-2vcpu-2gb")
    await call(droplet.load)
    assert (droplet.memory, droplet.disk) == (2048, 25)
    await done(call, droplet.resize, do.Size({"slug": "s-2vcpu-4gb"}), disk=True)
    await call(droplet.load)
    assert (droplet.memory, droplet.disk) == (4096, 80)
    with pytest.raises(do.UnprocessableError, match="disk"):
        await call(droplet.resize, "s-1vcpu-1gb", disk=True)
    await done(call, droplet.power_on)

    await done(call, droplet.rename, "db-1")
    await done(call, droplet.enable_ipv6)
    await done(call, droplet.password_reset)
    await done(call, droplet.rebuild, images.debian_12_64)
    await call(droplet.load)
    assert (droplet.name, droplet.image.slug) == ("db-1", "debian-12-x64")
    assert "ipv6" in droplet.features
    assert await call(droplet.getPublicIPv6)


@pytest.mark.lenient
async def test_an_action_that_only_the_reference_has_is_completed(api, call, make):
    droplet = await make()
    await done(call, droplet.enable_private_networking)
    await call(droplet.load)
    assert "private_networking" in droplet.features
    assert await call(droplet.getPrivateIP)


async def test_an_old_droplet_boots_another_kernel(api, call, make):
    droplet = await make(image=images.ubuntu_14_04_64)
    kernels = await call(droplet.listKernels, page=1, per_page=5)
    assert all(isinstance(k, dict) and k["version"] for k in kernels)
    await done(call, droplet.change_kernel, kernels[-1].id)
    await call(droplet.load)
    assert droplet.kernel == kernels[-1]


async def test_snapshots_and_backups(api, call, make):
    droplet = await make()
    await done(call, droplet.snapshot, "one")
    await call(droplet.load)
    (number,) = droplet.snapshot_ids
    await done(call, droplet.rebuild, do.Image({"id": number}))

    await done(call, droplet.enable_backups)
    await done(call, droplet.change_backup_policy, {"plan": "daily", "hour": 8})
    policy = await call(droplet.get_backup_policy)
    assert (policy.backup_policy.plan, policy.backup_policy.hour) == ("daily", 8)
    api.clock.advance(3 * 24 * 3600)
    await call(droplet.load)
    assert droplet.backup_ids
    with pytest.raises(do.ClientError):
        await call(droplet.restore, number)
    await done(call, droplet.restore, do.Image({"id": droplet.backup_ids[0]}))
    await done(call, droplet.disable_backups)
    await call(droplet.load)
    assert "backups" not in droplet.features
    assert droplet.next_backup_window is None


async def test_one_at_a_time(api, call, make):
    droplet = await make()
    action = await call(droplet.reboot)
    with pytest.raises(do.UnprocessableError, match="already has a pending event"):
        await call(droplet.reboot)
    await call(droplet.load)
    assert droplet.locked is True
    await call(action.wait)
    await done(call, droplet.reboot)


async def test_listing_and_fetching(api, call, make):
    droplet = await make()
    reboot = await done(call, droplet.reboot)
    cycle = await done(call, droplet.power_cycle)
    mine = await call(droplet.listActions, page=1, per_page=10)
    assert [a.type for a in mine] == ["power_cycle", "reboot", "create"]
    assert [a.id for a in await call(do.Action.list, page=1, per_page=2)] == [cycle.id, reboot.id]
    assert await call(droplet.getAction, reboot.id) == reboot
    fetched = do.Action()
    fetched.id = cycle.id
    assert await call(fetched.load) == cycle.id
    assert fetched.json() == cycle.json()
    assert len(await call.items(do.Action.list.all())) == 3


async def test_by_tag_name(api, call, make):
    droplets = [await make(f"n{n}", tags=["web"]) for n in range(3)]
    await make("other")
    group = await call(do.Droplet.actionByTagName, "web", "power_off")
    assert isinstance(group, do.Action)
    assert len(group) == 3
    assert {a.resource_id for a in group} == {d.id for d in droplets}
    assert (group.status, group.type) == ("in-progress", "power_off")
    await call(group.load)
    assert group.status == "in-progress"
    assert await call(group.wait) is group
    assert group.status == "completed"
    assert {a.status for a in group} == {"completed"}
    for droplet in droplets:
        await call(droplet.load)
        assert droplet.status == "off"
    snapshots = await call(do.Droplet.action_by_tag_name, "web", "snapshot", name="all")
    await call(snapshots.wait)
    assert len(await call(do.Snapshot.list)) == 3
    with pytest.raises(do.ClientError):
        await call(do.Droplet.action_by_tag_name, "web", "reboot")
    with pytest.raises(do.ClientError, match="no tag"):
        await call(do.Droplet.action_by_tag_name, "", "power_on")


async def test_a_group_is_errored_if_any_is():
    def group(*states):
        actions = [do.Action({"id": n, "status": s, "type": "reboot"}) for n, s in enumerate(states)]
        return do.ActionGroup._of(actions, None)

    assert group("completed", "completed").status == "completed"
    assert group("completed", "in-progress").status == "in-progress"
    assert group("in-progress", "errored", "completed").status == "errored"
    assert group().status == "completed"
    assert group("completed") == group("completed")
    assert group("completed") != group("completed", "completed")
    assert "reboot" in repr(group("completed"))


async def test_actions_cannot_be_made_or_changed(api, call, make):
    action = await done(call, (await make()).reboot)
    for attempt in (action.create, action.save, action.delete):
        with pytest.raises(do.ClientError, match=r"Droplet\.reboot"):
            await call(attempt)
