"""`create(wait=True)` and `new(wait=True)`: what comes back is ready, and what was created is never lost."""

from __future__ import annotations

import inspect
from typing import Any

import msgspec
import pytest

import dopyapi as do
from dopyapi._core.changing import CreateEndpoint
from dopyapi._core.endpoint import WAITS
from dopyapi._core.operations import Declaration
from tests.spec.declarations import resources

from .conftest import SPEC

NODES = [{"name": "web", "size": "s-1vcpu-2gb", "count": 1}]
# Every class whose objects become ready, what is needed to create one, and how one that is ready is known.
READY: dict[str, tuple[dict[str, Any], Any]] = {
    "Droplet": ({"name": "web", **SPEC}, lambda d: d.status == "active"),
    "LoadBalancer": ({"name": "lb", "region": "ams3"}, lambda b: b.status == "active" and b.ip),
    "DatabaseCluster": (
        {"name": "my-db", "engine": "pg", "num_nodes": 1, "size": "db-s-1vcpu-1gb", "region": "ams3"},
        lambda c: c.status == "online",
    ),
    "DOKS": (
        {"name": "k", "region": "ams3", "version": "1.35", "node_pools": NODES},
        lambda c: c.status.state == "running",
    ),
    "Certificate": ({"name": "c", "dns_names": ["example.com"]}, lambda c: c.state == "verified"),
    "Firewall": ({"name": "wall"}, lambda f: f.status == "succeeded"),
    "VPCPeering": ({"name": "p"}, lambda p: p.status == "ACTIVE"),
    "Image": (
        {"name": "i", "url": "http://files.example/i.qcow2", "region": "ams3", "distribution": "Debian"},
        lambda i: i.status == "available",
    ),
    "ReservedIP": ({}, lambda a: a.droplet is not None and not a.locked),
    "FloatingIP": ({}, lambda a: a.droplet is not None and not a.locked),
}
CLASSES = {cls.__name__: cls for cls in resources()}


@pytest.fixture
def options(api, call):
    """What one of these classes is created with, and what it needs to be there."""

    async def made(name: str) -> dict[str, Any]:
        given = dict(READY[name][0])
        if name == "Certificate":
            await call(do.Domain.new, "example.com")
        elif name == "Firewall":
            given["droplet_ids"] = [await call(do.Droplet.new, name="web", wait=True, **SPEC)]
        elif name == "VPCPeering":
            given["vpc_ids"] = [await call(do.VPC.new, name=f"v{n}", region="ams3") for n in range(2)]
        elif name.endswith("IP"):
            given["droplet_id"] = await call(do.Droplet.new, name="web", wait=True, **SPEC)
        return given

    return made


@pytest.fixture
def sent(api):
    """The bodies of all creations."""
    found: list[dict[str, Any]] = []
    handle = api.emulator.handle

    def noted(method, path, query, headers, body, *rest):
        if method == "POST":
            found.append(msgspec.json.decode(body))
        return handle(method, path, query, headers, body, *rest)

    api.emulator.handle = noted
    return found


@pytest.mark.parametrize("name", READY)
async def test_what_is_created_is_ready(api, call, options, sent, name):
    given, ready = await options(name), READY[name][1]
    made, progress = CLASSES[name](), []
    answer = await call(made.create, **given, wait=True, on_progress=progress.append)
    assert ready(made)
    # What create() gives is what the API said then.
    document = answer[made._single]
    assert document[made._id_attr] == made.get_id()
    assert document.get("status") != made.json().get("status") or name.endswith(("IP", "Certificate"))
    assert (progress[0].done, progress[-1].done) == (0, 1)
    assert not set(WAITS) & {key for body in sent for key in body}


@pytest.mark.parametrize("name", READY)
async def test_the_new_one_is_ready(api, call, options, name):
    given, ready = await options(name), READY[name][1]
    assert ready(await call(CLASSES[name].new, **given, wait=True))


@pytest.mark.parametrize("name", READY)
async def test_without_it_nothing_waits(api, call, options, name):
    given, ready = await options(name), READY[name][1]
    before = api.client.clock.now()
    made = await call(CLASSES[name].new, **given, wait=False, wait_timeout=1)
    assert api.client.clock.now() == before
    assert not ready(made)


@pytest.mark.parametrize("name", READY)
async def test_a_wait_that_ends_badly_has_what_was_created(api, call, options, name):
    given, ready = await options(name), READY[name][1]
    with pytest.raises(do.WaitTimeout, match=r"after 0\.5 s") as caught:
        await call(CLASSES[name].new, **given, wait=True, wait_timeout=0.5)
    (made,) = caught.value.created
    assert [made] == caught.value.pending
    assert caught.value.__notes__ == [f"created before this: {made!r}"]
    assert ready(await call(made.wait_ready))


def creations():
    return [
        pytest.param(cls, id=cls.__name__)
        for cls in resources()
        if hasattr(cls, "new") and isinstance(inspect.getattr_static(cls, "create"), Declaration)
    ]


@pytest.mark.parametrize("cls", creations())
def test_the_signature_says_who_can_wait(cls):
    for operation in (cls.create, cls.new):
        parameters = inspect.signature(operation).parameters
        if cls.__name__ in READY:
            assert [parameters[name].default for name in WAITS] == [False, 600.0, None]
        else:
            assert not set(WAITS) & parameters.keys()
    assert bool(cls._untils) == (cls.__name__ in READY)


def test_nothing_of_it_is_sent_by_any_creation():
    found = [
        declaration.endpoint
        for cls in resources()
        for declaration in (inspect.getattr_static(cls, name) for name in dir(cls))
        if isinstance(declaration, Declaration) and isinstance(declaration.endpoint, CreateEndpoint)
    ]
    assert len(found) > 15
    assert not [e.path for e in found if set(WAITS) & e.defaults.keys()]


async def test_what_is_ready_at_once_takes_no_wait(script, call):
    for refused, arguments in ((do.Tag.new, {"name": "web"}), (do.Volume.new, {"name": "v", "size_gigabytes": 1})):
        with pytest.raises(TypeError, match="wait"):
            await call(refused, **arguments, wait=True)
    assert script.asked == []


async def test_a_creation_by_another_name_refuses_it_too(script, call):
    class Thing(do.Resource):
        """One whose creation takes anything."""

        _url, _single, _plural = "things", "thing", "things"

    with pytest.raises(do.ClientError, match="a Thing is ready when it is created"):
        await call(Thing().create, name="x", wait=True)
    with pytest.raises(do.ClientError, match=r"wait='boot' is nothing to wait for with a Droplet; .* active, ip, ssh"):
        await call(do.Droplet.new, name="web", wait="boot")
    with pytest.raises(do.ClientError, match="create_many"):
        await call(do.Droplet().create, names=["a", "b"], wait=True)
    assert script.asked == []


async def test_a_droplet_until_its_address_is_known(api, call):
    droplet = await call(do.Droplet.new, name="web", wait="ip", **SPEC)
    assert droplet.networks.v4[1].type == "public"


async def test_many_are_ready_too(api, call):
    progress = []
    droplets = await call(
        do.Droplet.create_many, [f"n{n}" for n in range(25)], wait="ip", on_progress=progress.append, **SPEC
    )
    assert {d.status for d in droplets} == {"active"}
    assert progress[-1].done == 25
    with pytest.raises(do.WaitTimeout) as caught:
        await call(do.Droplet.create_many, ["x", "y"], wait=True, wait_timeout=1, **SPEC)
    assert [d.name for d in caught.value.created] == ["x", "y"]


async def test_many_of_which_a_part_is_refused(api, call):
    """What the first request has created is in the exception of the second."""
    api.emulator.set_account(droplet_limit=10)
    with pytest.raises(do.UnprocessableError, match="limit") as caught:
        await call(do.Droplet.create_many, [f"n{n}" for n in range(11)], **SPEC)
    created = caught.value.created
    assert [d.name for d in created] == [f"n{n}" for n in range(10)]
    assert [d.id for d in await call.items(do.Droplet.all())] == [d.id for d in created]


async def test_a_creation_that_fails_has_the_action_and_what_it_was_to_create(api, call):
    def destroy(progress):
        path = f"/v2/droplets/{progress.resources[0].id}"
        api.emulator.handle("DELETE", path, "", {"authorization": "Bearer x"}, b"")

    with pytest.raises(do.ActionFailed, match="create") as caught:
        await call(do.Droplet.new, name="web", wait=True, on_progress=destroy, **SPEC)
    assert caught.value.resource.type == "create"
    assert [d.name for d in caught.value.created] == ["web"]


async def test_an_image_that_cannot_be_made(script, call):
    image = {"id": 5, "name": "i", "status": "NEW"}
    script.answer(202, {"image": image})
    script.answer(200, {"image": {**image, "status": "deleted", "error_message": "no image there"}})
    with pytest.raises(do.NeverReady, match=r"is deleted \(no image there\)") as caught:
        await call(do.Image.new, name="i", wait=True)
    assert caught.value.created == [caught.value.resource]


async def test_an_address_that_cannot_be_assigned(script, call):
    link = {"id": 9, "rel": "assign_ip"}
    script.answer(202, {"reserved_ip": {"ip": "203.0.113.9", "locked": True}, "links": {"actions": [link]}})
    script.answer(200, {"action": {"id": 9, "type": "assign_ip", "status": "errored"}})
    with pytest.raises(do.ActionFailed, match="assign_ip") as caught:
        await call(do.ReservedIP.new, droplet_id=5, wait=True)
    assert [a.ip for a in caught.value.created] == ["203.0.113.9"]


async def test_an_address_for_a_region_is_ready_at_once(api, call):
    address = await call(do.ReservedIP.new, region="ams3", wait=True)
    assert address.droplet is None


def test_errors_that_created_nothing_say_so():
    assert list(do.ClientError("x").created) == []
