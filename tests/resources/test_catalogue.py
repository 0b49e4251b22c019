"""Account, regions and sizes: what can only be read."""

from __future__ import annotations

import pytest

import dopyapi as do
from dopyapi import sizes


async def test_the_account(api, call):
    account = do.Account()
    await call(account.load)
    assert "@" in account.email
    assert account.uuid
    assert account.droplet_limit == 100_000
    assert account.floating_ip_limit == account.reserved_ip_limit > 0
    assert account.email_verified is True
    assert (account.status, account.status_message) == ("active", "")
    assert account.team["name"] == account.team.name
    assert account.json()["email"] == account.email


async def test_regions_are_listed_in_pages(api, call):
    first = await call(do.Region.list, per_page=5)
    second = await call(do.Region.list, page=2, per_page=5)
    assert len(first) == len(second) == 5
    assert not {r.slug for r in first} & {r.slug for r in second}
    assert first.total == second.total > 10
    assert (first.pages, first.has_next) == (-(-first.total // 5), True)
    everything = await call.items(do.Region.list.all())
    assert len(everything) == first.total
    ams3 = next(r for r in everything if r.slug == "ams3")
    assert ams3.name == "Amsterdam 3"
    assert ams3.available is True
    assert "ipv6" in ams3.features
    assert sizes.tiny in ams3.sizes


async def test_a_region_loads_by_its_slug(api, call):
    region = do.Region()
    region.slug = "fra1"
    assert await call(region.load) == "fra1"
    assert region.name == "Frankfurt 1"
    assert (await call(do.Region.fetch, "fra1")) == region
    with pytest.raises(do.ResourceNotFoundError, match="xyz9"):
        await call(do.Region.fetch, "xyz9")


async def test_sizes_say_what_they_have_and_cost(api, call):
    size = await call(do.Size.fetch, sizes.tiny)
    assert (size.slug, size.memory, size.vcpus, size.disk) == ("s-1vcpu-1gb", 1024, 1, 25)
    assert (size.price_monthly, size.transfer) == (6.0, 1.0)
    assert 0 < size.price_hourly < 0.01
    assert size.available is True
    assert "ams3" in size.regions
    page = await call(do.Size.list, per_page=2)
    assert len(page) == 2
    assert page.total > 20


async def test_every_size_that_the_reference_names_is_in_the_catalogue(api, call):
    known = {s.slug for s in await call.items(do.Size.list.all())}
    named = {v for n, v in vars(sizes).items() if isinstance(v, str) and not n.startswith(("_", "db_"))}
    assert named - known == set()


@pytest.mark.parametrize("cls", [do.Region, do.Size])
async def test_regions_and_sizes_belong_to_digitalocean(api, call, cls):
    thing = cls({"slug": "x"})
    for attempt in (thing.create, thing.save, thing.delete):
        with pytest.raises(do.ClientError, match=r"list\(\)"):
            await call(attempt)
