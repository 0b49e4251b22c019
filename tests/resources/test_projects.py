"""Projects."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import dopyapi as do
from dopyapi.projects import Project, Purpose
from dopyapi.vpcs import VPC

from .conftest import SPEC


async def test_there_is_a_default_project(api, call):
    default = await call(Project.getDefault)
    assert isinstance(default, Project)
    assert default.is_default is True
    assert (default.purpose, default.environment) == (Purpose.trying, "Development")
    assert await call(Project.list) == [default]


async def test_a_projects_life(api, call):
    project = Project()
    project.name, project.purpose = "shop", Purpose.web
    answer = await call(project.create, description="sells tea", environment="Production")
    assert answer["project"]["id"] == project.id == project.getID()
    assert (project.name, project.description) == ("shop", "sells tea")
    assert (project.purpose, project.environment) == ("Web Application", "Production")
    assert project.is_default is False
    account = do.Account()
    await call(account.load)
    assert project.owner_uuid == account.team["uuid"]
    assert isinstance(project.owner_id, int)
    assert isinstance(project.created_at, datetime)
    assert project.created_at == project.updated_at
    assert project.updated_at.tzinfo == UTC

    fresh, by_name = Project({"id": project.id}), Project()
    by_name.name = "shop"
    assert await call(fresh.load) == await call(by_name.load) == project.id
    assert fresh == by_name == project
    assert fresh.json() == project.json()
    page = await call(Project.list, page=2, per_page=1)
    assert (page, page.total) == ([project], 2)

    api.clock.advance(60)
    project.name, project.environment = "tea shop", "Staging"
    answer = await call(project.save)
    assert answer["project"]["name"] == "tea shop"
    await call(fresh.load)
    assert (fresh.name, fresh.environment, fresh.description) == ("tea shop", "Staging", "sells tea")
    assert fresh.updated_at > fresh.created_at

    assert await call(project.delete) == {"status": "deleted"}
    assert await call(project.delete) == {"status": "deleted"}
    assert [p.is_default for p in await call(Project.list)] == [True]
    with pytest.raises(do.ResourceNotFoundError):
        await call(project.load)


@pytest.mark.parametrize(
    ("name", "purpose"),
    [
        ("ai", "Machine learning / AI / Data processing"),
        ("api", "Service or API"),
        ("blog", "Website or blog"),
        ("education", "Class project / Educational purposes"),
        ("iot", "IoT"),
        ("mobile", "Mobile Application"),
        ("tools", "Operational / Developer tooling"),
        ("trying", "Just trying out DigitalOcean"),
        ("web", "Web Application"),
    ],
)
async def test_every_purpose_is_one_that_the_api_knows(api, call, name, purpose):
    project = await call(Project.new, name="p", purpose=getattr(Purpose, name))
    assert project.purpose == purpose
    assert (await call(Project.fetch, project.id)).purpose == purpose, "none is kept as an other one"


async def test_a_purpose_of_ones_own_is_kept_as_an_other_one(api, call):
    project = await call(Project.new, name="p", purpose="Selling tea", environment="Staging")
    assert project.purpose == "Other: Selling tea"
    project.description = "more"
    await call(project.save)
    assert (await call(Project.fetch, name="p")).purpose == "Other: Selling tea", "saving does not prefix it again"


async def test_another_project_is_made_the_default(api, call, make):
    first = await call(Project.get_default)
    shop = await call(Project.new, name="shop", purpose=Purpose.web, environment="Production")
    shop.is_default = True
    await call(shop.save)
    assert await call(Project.getDefault) == shop
    assert (await call(Project.fetch, first.id)).is_default is False
    droplet = await make()
    assert [r.urn for r in await call(shop.list_resources)] == [f"do:droplet:{droplet.id}"]
    assert await call(first.list_resources) == []
    answer = await call(first.patch, is_default=True)
    assert answer["project"]["is_default"] is first.is_default is True
    await call(shop.load)
    assert shop.is_default is False
    with pytest.raises(do.ClientError, match="always have a default project"):
        await call(first.patch, is_default=False)


async def test_a_patch_changes_only_what_it_says(api, call):
    project = await call(Project.new, name="p", purpose=Purpose.iot, description="d", environment="Staging")
    await call(project.patch, name="q", environment="Production")
    assert (project.name, project.environment, project.description) == ("q", "Production", "d")
    await call(Project({"id": project.id}).patch, description="", purpose=Purpose.api)
    fresh = await call(Project.fetch, project.id)
    assert (fresh.name, fresh.environment, fresh.description) == ("q", "Production", "")
    assert fresh.purpose == Purpose.api


async def test_the_default_project_is_changed_without_knowing_which_it_is(api, call):
    default = await call(Project.get_default)
    patched = await call(Project.patch_default, name="mine")
    assert (patched, patched.name, patched.description) == (default, "mine", default.description)
    put = await call(
        Project.update_default, name="ours", description="of us all", purpose=Purpose.tools, environment="Staging"
    )
    assert (put.name, put.description, put.purpose, put.environment) == (
        "ours",
        "of us all",
        Purpose.tools,
        "Staging",
    )
    await call(default.load)
    assert default.json() == put.json()
    assert default.is_default is True


async def test_resources_move_between_projects(api, call, make):
    one, two, three = await make("one"), await make("two"), await make("three")
    shop = await call(Project.new, name="shop", purpose=Purpose.web)
    assert {r.urn for r in await call(Project.list_default_resources)} == {
        f"do:droplet:{d.id}" for d in (one, two, three)
    }
    (moved,) = await call(shop.assign, one)
    assert isinstance(moved, dict)
    assert (moved["urn"], moved.status) == (f"do:droplet:{one.id}", "assigned")
    assert moved.links.self.endswith(f"/v2/droplets/{one.id}")

    by_name = do.Droplet()
    by_name.name = "two"
    (member,) = [m for m in await call(VPC({"id": three.vpc_uuid}).list_members) if m.name == "three"]
    moved = await call(shop.assign, [one, by_name, f"do:droplet:{three.id}", member, "do:droplet:1"])
    assert [r.status for r in moved] == ["already_assigned", "assigned", "assigned", "already_assigned", "not_found"]
    page = await call(shop.list_resources, page=2, per_page=2)
    assert (len(page), page.total) == (1, 3)
    resources = await call.items(shop.list_resources.all())
    assert [r.urn for r in resources] == [f"do:droplet:{d.id}" for d in (one, two, three)]
    assert {r.status for r in resources} == {"ok"}
    assert await call(Project.list_default_resources) == []

    with pytest.raises(do.PreconditionFailedError, match="with resources"):
        await call(shop.delete)
    back = await call(Project.assign_default, [two, three])
    assert [r.status for r in back] == ["assigned", "assigned"]
    assert len(await call(Project.list_default_resources)) == 2
    await call(one.delete)
    assert await call(shop.list_resources) == []
    assert await call(shop.delete) == {"status": "deleted"}


async def test_what_is_in_no_project_is_refused_before_anything_is_sent(script, call):
    project = Project({"id": "p1"})
    for wrong, says in (
        (VPC({"id": "v1"}), "do not hold"),
        (do.SSHKey({"id": 1}), "do not hold"),
        ("do:firewall:1", "do not hold"),
        (["droplet-1"], "no resource"),
        ([5], "no resource"),
        (do.Droplet(), "nothing says which Droplet"),
    ):
        with pytest.raises(do.ClientError, match=says):
            await call(project.assign, wrong)
        with pytest.raises(do.ClientError, match=says):
            await call(Project.assign_default, wrong)
    assert script.requests == []


async def test_what_the_api_does_not_accept(api, call):
    await call(Project.new, name="taken", purpose=Purpose.web)
    with pytest.raises(do.ConflictError, match="already in use"):
        await call(Project.new, name="taken", purpose=Purpose.web)
    with pytest.raises(do.InvalidRequest, match="needs purpose"):
        await call(Project.new, name="other")
    with pytest.raises(do.ClientError):
        await call(Project.new, name="x" * 176, purpose=Purpose.web)
    with pytest.raises(do.ClientError, match="always have a default project"):
        await call((await call(Project.get_default)).delete)
    assert len(await call(Project.list)) == 2


@pytest.mark.lenient  # the document knows no pages there, while the API has them
async def test_the_default_projects_resources_come_in_pages_too(api, call):
    await call(do.Droplet.create_many, [f"n{n}" for n in range(25)], **SPEC)
    page = await call(Project.list_default_resources, page=3, per_page=10)
    assert (len(page), page.total, page.pages) == (5, 25, 3)
    assert len({r.urn for r in await call.items(Project.list_default_resources.all())}) == 25


@pytest.mark.lenient  # the document knows no empty environment, while the API has it
async def test_an_environment_is_kept_as_the_api_writes_it(api, call):
    bare = await call(Project.new, name="bare", purpose=Purpose.web)
    assert bare.environment == ""
    await call(bare.save)
    assert (await call(Project.fetch, name="bare")).environment == ""
    await call(bare.patch, environment="production")
    assert bare.environment == "Production"


async def test_a_team_sorts_its_things(api, call):
    """The story: everything in one heap, then two projects, then one of them is given up."""
    names = [f"web-{n}" for n in range(3)] + [f"test-{n}" for n in range(2)]
    droplets = await call(do.Droplet.create_many, names, **SPEC)
    heap = await call(Project.getDefault)
    assert (await call(heap.list_resources)).total == 5
    live = await call(Project.new, name="live", purpose=Purpose.web, environment="Production")
    test = await call(Project.new, name="test", purpose="Trying things out", environment="Development")
    await call(live.assign, [d for d in droplets if d.name.startswith("web")])
    await call(test.assign, [d for d in droplets if d.name.startswith("test")])
    assert [(await call(p.list_resources)).total for p in (heap, live, test)] == [0, 3, 2]

    live.is_default = True
    await call(live.save)
    more = await call(do.Droplet.new, name="web-3", **SPEC)
    assert f"do:droplet:{more.id}" in [r.urn for r in await call(live.list_resources)]

    for droplet in droplets[3:]:
        await call(droplet.delete)
    await call(test.delete)
    await call(heap.delete)
    assert await call(Project.list) == [live]
    assert (await call(Project.list_default_resources)).total == 4
