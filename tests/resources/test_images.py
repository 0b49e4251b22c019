"""Images."""

from __future__ import annotations

import pytest

import dopyapi as do
from dopyapi import images

RECIPIENT = "7b1f8e6e-5d5e-4a8a-9d44-2e1f0c7f6a11"
CUSTOM = {
    "name": "mine",
    "url": "http://files.example/disk.qcow2",
    "region": "ams3",
    "distribution": do.Distribution.debian,
}


async def test_listings_by_kind(api, call, make):
    droplet = await make()
    await call((await call(droplet.snapshot, "saved")).wait)
    everything = await call.items(do.Image.list.all())
    distributions = await call.items(do.Image.list_distribution.all())
    applications = await call.items(do.Image.listApplication.all())
    mine = await call(do.Image.listUser, page=1, per_page=10)
    assert {i.public for i in distributions + applications} == {True}
    assert {"Ubuntu", "Debian", "Fedora"} <= {i.distribution for i in distributions}
    assert [i.name for i in mine] == ["saved"]
    assert {i.id for i in everything} >= {i.id for i in [*distributions, *applications, *mine]}
    assert await call(do.Image.list, private=True) == mine
    page = await call(do.Image.list_distribution, page=2, per_page=3)
    assert [i.id for i in page] == [i.id for i in distributions[3:6]]
    assert page.total == len(distributions)
    assert len(await call(do.Image.list_application, per_page=1)) == 1


async def test_every_image_that_the_reference_names_is_known(api, call):
    for slug in {v for n, v in vars(images).items() if isinstance(v, str) and not n.startswith("_")}:
        assert (await call(do.Image.fetch, slug)).slug == slug


async def test_an_image_by_its_number_or_its_slug(api, call):
    image = do.Image()
    image.slug = images.ubuntu_24_04_64
    number = await call(image.load)
    again = await call(do.Image.fetch, number)
    assert again == image
    assert (again.slug, again.distribution, again.public, again.type) == (image.slug, "Ubuntu", True, image.type)
    assert again.min_disk_size >= 1
    assert again.size_gigabytes > 0
    assert "ams3" in again.regions
    assert again.status == "available"
    assert again.description
    assert again.error_message in (None, "")
    assert again.created_at.tzinfo is not None
    assert again.tags == []


async def test_a_custom_image_is_fetched_changed_tagged_and_deleted(api, call):
    image = await call(do.Image.new, **CUSTOM, description="first", tags=["golden"])
    assert image.status in ("NEW", "pending")
    assert (image.name, image.distribution, image.type) == ("mine", "Debian", "custom")
    api.clock.advance(3600)
    await call(image.load)
    assert image.status == "available"
    assert image.size_gigabytes > 0

    image.name, image.description = "ours", "second"
    answer = await call(image.save)
    assert answer["image"]["name"] == "ours"
    assert (await call(do.Image.fetch, image.id)).description == "second"
    assert [i.id for i in await call(do.Image.list_by_tag, "golden", page=1, per_page=5)] == [image.id]

    assert await call(image.delete) == {"status": "deleted"}
    assert await call(do.Image.list_user) == []


async def test_an_image_goes_to_another_region(api, call):
    image = await call(do.Image.new, **CUSTOM)
    api.clock.advance(3600)
    action = await call(image.transfer, do.Region({"slug": "nyc3"}))
    assert (action.type, action.status) == ("transfer", "in-progress")
    await call(action.wait)
    await call(image.load)
    assert image.regions == ["ams3", "nyc3"]
    (listed,) = await call(image.list_actions)
    assert listed == action
    assert (await call(image.getAction, action.id)).status == "completed"


async def test_a_backup_becomes_a_snapshot(api, call, make):
    droplet = await make(backups=True)
    api.clock.advance(8 * 24 * 3600)
    await call(droplet.load)
    assert droplet.backup_ids
    backup = await call(do.Image.fetch, droplet.backup_ids[0])
    assert backup.type == "backup"
    await call((await call(backup.convert)).wait)
    await call(backup.load)
    assert backup.type == "snapshot"


async def test_a_snapshot_is_offered_to_another_account(api, call, make):
    await call((await call((await make()).snapshot, "gift")).wait)
    (image,) = await call(do.Image.list_user)
    transfer = await call(image.transfer_to_account, recipient_email="other@example.com")
    assert isinstance(transfer, int)
    assert await call(image.cancel_transfer, transfer) == {"status": "success"}
    second = await call(image.transfer_to_account, recipient_uuid=RECIPIENT)
    assert second != transfer
    assert await call(image.decline_transfer, second) == {"status": "success"}
    third = await call(image.transfer_to_account, recipient_uuid=RECIPIENT)
    assert await call(image.accept_transfer, third, RECIPIENT) == {"status": "success"}


async def test_an_image_that_is_none_is_not_found(api, call):
    with pytest.raises(do.ResourceNotFoundError):
        await call(do.Image.fetch, "no-such-image")
