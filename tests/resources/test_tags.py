"""Tags."""

from __future__ import annotations

import pytest

import dopyapi as do


async def test_a_tags_life(api, call):
    tag = do.Tag()
    tag.name = "Web:Tier-1"
    answer = await call(tag.create)
    assert answer["tag"]["name"] == "Web:Tier-1"
    assert tag.resources.count == 0
    again = await call(do.Tag.new, name="Web:Tier-1")
    assert again == tag
    assert [t.name for t in await call(do.Tag.list, page=1, per_page=10)] == ["Web:Tier-1"]
    assert await call(tag.delete) == {"status": "deleted"}
    assert await call(do.Tag.list) == []
    with pytest.raises(do.ResourceNotFoundError):
        await call(tag.load)


async def test_tagging_counts_and_untagging_uncounts(api, call, make):
    one, two = await make("one"), await make("two")
    tag = await call(do.Tag.new, name="web")
    assert await call(tag.tag, [one, two]) == {"status": "success"}
    await call(tag.load)
    assert tag.resources["droplets"]["count"] == tag.resources.count == 2
    assert tag.resources.droplets.last_tagged_uri.endswith(f"/droplets/{two.id}")
    assert {d.id for d in await call(do.Droplet.listByTagName, "web", page=1, per_page=5)} == {one.id, two.id}
    assert await call(tag.unTag, one) == {"status": "deleted"}
    await call(one.load)
    await call(two.load)
    assert (one.tags, two.tags) == ([], ["web"])
    assert await call(tag.untag, {"resource_id": two.id, "resource_type": "droplet"}) == {"status": "deleted"}
    assert (await call(do.Tag.fetch, "web")).resources.count == 0


async def test_a_tag_of_a_new_droplet_is_created_with_it(api, call, make):
    droplet = await make(tags=["fresh"])
    assert (await call(do.Tag.fetch, "fresh")).resources.droplets.count == 1
    await call(droplet.delete)
    assert (await call(do.Tag.fetch, "fresh")).resources.droplets.count == 0


async def test_a_deleted_tag_leaves_its_resources(api, call, make):
    droplet = await make(tags=["gone", "stays"])
    await call(do.Tag({"name": "gone"}).delete)
    await call(droplet.load)
    assert droplet.tags == ["stays"]


async def test_what_cannot_be_tagged_is_refused_before_anything_is_sent(api, call):
    tag = await call(do.Tag.new, name="web")
    with pytest.raises(do.ClientError, match="SSHKey cannot be tagged"):
        await call(tag.tag, do.SSHKey({"id": 1}))
    with pytest.raises(do.ClientError, match="is no resource"):
        await call(tag.tag, ["droplet-1"])
    with pytest.raises(do.ClientError, match="cannot be renamed"):
        await call(tag.save)


async def test_a_name_that_is_no_tag_is_refused_by_the_api(api, call):
    with pytest.raises(do.ClientError):
        await call(do.Tag.new, name="no spaces allowed")
