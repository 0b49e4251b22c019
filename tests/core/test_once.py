"""Creations whose answers are lost: each happens once, or the caller is told that this cannot be known."""

from __future__ import annotations

import asyncio
import pickle
import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import msgspec
import pytest

import dopyapi as do
from dopyapi._core.steps import Request, Response, adrive, drive
from dopyapi.testing import EmulatorTransport

SPEC: dict[str, Any] = {"region": "ams3", "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64"}
LATER = (msgspec.json.encode({"id": "gateway_timeout", "message": "too slow"}), "application/json")

Fault = Callable[[Request], "str | None"]


class Lossy(EmulatorTransport):
    """An emulator whose answers are lost where the test says so.

    A fault is ``after`` (done, then 504), ``drop`` (done, then the connection breaks), ``before`` (504, and not done)
    or ``silent`` (not done, and no answer).
    """

    def __init__(self, emulator: Any, fault: Fault) -> None:
        super().__init__(emulator)
        self.fault, self.asked = fault, Counter[str]()
        self.hidden: Callable[[Request, Response], Response] = lambda request, response: response

    def send(self, request: Request) -> Response:
        self.asked[request.method] += 1
        fault = self.fault(request)
        if fault in ("before", "silent"):
            return self._lost(fault)
        response = super().send(request)
        return self.hidden(request, response) if fault is None else self._lost(fault)

    async def asend(self, request: Request) -> Response:
        await asyncio.sleep(0)
        response = self.send(request)
        await asyncio.sleep(0)
        return response

    def _lost(self, fault: str) -> Response:
        if fault in ("drop", "silent"):
            raise do.NetworkError("the connection broke")
        return Response(504, {"content-type": LATER[1]}, LATER[0])


def posts(*faults: str | None) -> Fault:
    """Faults of the first, second ... creation."""
    left = list(faults)
    return lambda request: left.pop(0) if left and request.method == "POST" else None


def client_of(api: Any, fault: Fault, **options: Any) -> tuple[do.Client, Lossy]:
    lossy = Lossy(api.emulator, fault)
    client = api.client_with(**options)
    client._transport = lossy
    return client, lossy


def somebody_else(api: Any, **spec: Any) -> None:
    """Another program creates a Droplet."""
    headers = {"authorization": "Bearer other", "content-type": "application/json"}
    assert api.emulator.handle("POST", "/v2/droplets", "", headers, msgspec.json.encode(spec)).status == 202


def everything(api: Any, kind: Any = do.Droplet) -> list[Any]:
    with do.using(api.client):
        return list(kind.list.all())


@pytest.mark.parametrize("fault", ["after", "drop", "before", "silent"])
async def test_a_lost_answer_is_found_or_the_creation_made_again(api, call, fault):
    client, lossy = client_of(api, posts(fault))
    with do.using(client):
        droplet = await call(do.Droplet.new, name="web", tags=["Blue"], **SPEC)
        await call(droplet.wait_ready)
    assert [d.id for d in everything(api)] == [droplet.id]
    assert droplet.status == "active"
    assert droplet._created_by is not None, "it remembers the action that creates it, found or told"
    assert lossy.asked["POST"] == (1 if fault in ("after", "drop") else 2)


async def test_one_that_was_there_before_is_not_taken_for_it(api, call):
    old = await call(do.Droplet.new, name="web", **SPEC)
    api.clock.advance(60)
    client, _ = client_of(api, posts("before"))
    with do.using(client):
        new = await call(do.Droplet.new, name="web", **SPEC)
    assert {d.id for d in everything(api)} == {old.id, new.id}
    assert old.id != new.id


async def test_another_ones_of_that_name_cannot_be_told_from_ours(api, call):
    def fault(request: Request) -> str | None:
        if request.method != "POST":
            return None
        somebody_else(api, name="web", **SPEC)  # at the same moment
        return "after"

    client, lossy = client_of(api, fault)
    with do.using(client), pytest.raises(do.UncertainResult, match="more than one could be it") as caught:
        await call(do.Droplet.new, name="web", **SPEC)
    assert {c["id"] for c in caught.value.candidates} == {d.id for d in everything(api)}
    assert lossy.asked["POST"] == 1
    error = pickle.loads(pickle.dumps(caught.value))
    assert (error.candidates, str(error)) == (caught.value.candidates, str(caught.value))


async def test_the_marker_tells_ours_from_everybody_elses(api, call):
    def fault(request: Request) -> str | None:
        if request.method != "POST":
            return None
        somebody_else(api, name="web", **SPEC)
        return "after"

    client, _ = client_of(api, fault, marker=True)
    with do.using(client):
        mine = await call(do.Droplet.new, name="web", tags=["blue"], **SPEC)
        assert mine.tags == ["blue", client.marker]
        assert [d.id for d in await call.items(do.Droplet.list.all(tag_name=client.marker))] == [mine.id]
    assert len(everything(api)) == 2


async def test_something_like_it_is_not_it(api, call):
    def fault(request: Request) -> str | None:
        if request.method != "POST":
            return None
        somebody_else(api, name="web", **{**SPEC, "size": "s-2vcpu-2gb"})
        return "before"

    client, lossy = client_of(api, fault)
    with do.using(client), pytest.raises(do.UncertainResult, match="something like it"):
        await call(do.Droplet.new, name="web", **SPEC)
    assert (lossy.asked["POST"], len(everything(api))) == (1, 1)


async def test_listings_that_lag_are_given_time(api, call):
    client, lossy = client_of(api, posts("drop"))
    began = api.clock.now()

    def lag(request: Request, response: Response) -> Response:
        if request.method == "GET" and "/droplets?" in request.url and api.clock.now() < began + timedelta(seconds=12):
            return Response(200, response.headers, b'{"droplets": [], "links": {}, "meta": {"total": 0}}')
        return response

    lossy.hidden = lag
    with do.using(client):
        droplet = await call(do.Droplet.new, name="web", **SPEC)
    assert [d.id for d in everything(api)] == [droplet.id]


@pytest.mark.parametrize("hours", [-1, 1])
async def test_clocks_that_do_not_agree_make_nothing_twice(api, call, hours):
    """The API's clock goes wrong, or ours: what was made in between is not certain to be ours."""
    client, lossy = client_of(api, posts("after"))
    date = format_datetime(api.clock.now() + timedelta(hours=hours), usegmt=True)
    lossy.hidden = lambda request, response: Response(200, {**response.headers, "date": date}, response.body)
    with do.using(client):
        try:
            droplet = await call(do.Droplet.new, name="web", **SPEC)
        except do.UncertainResult as error:
            assert error.candidates[0]["name"] == "web"
        else:
            assert [droplet.id] == [d.id for d in everything(api)]
    assert len(everything(api)) == 1


async def test_many_by_one_request(api, call):
    names = [f"node-{n}" for n in range(10)]
    client, lossy = client_of(api, posts("after"))
    with do.using(client):
        droplets = await call(do.Droplet.create_many, names, **SPEC)
        await call(do.wait_all, droplets)
    assert [d.name for d in droplets] == names
    assert {d.id for d in everything(api)} == {d.id for d in droplets}
    assert lossy.asked["POST"] == 1


async def test_who_wants_no_retries_gets_no_second_creation(api, call):
    client, lossy = client_of(api, posts("before"), retries=0)
    with do.using(client), pytest.raises(do.UncertainResult, match="was not seen within"):
        await call(do.Droplet.new, name="web", **SPEC)
    assert (lossy.asked["POST"], everything(api)) == (1, [])


async def test_looking_can_fail_too(api, call):
    def fault(request: Request) -> str | None:
        return "after" if request.method == "POST" or "/droplets?name=" in request.url else None

    client, _ = client_of(api, fault)
    with do.using(client), pytest.raises(do.UncertainResult, match="looking at GET /droplets failed as well"):
        await call(do.Droplet.new, name="web", **SPEC)
    assert len(everything(api)) == 1


KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SaG6UOoqKLsabgH5C9okWi0dh2l9GKJl"
KINDS: dict[str, Callable[[], Any]] = {
    "SSHKey": lambda: do.SSHKey.new.steps(name="me", public_key=f"{KEY} me@home"),
    "Tag": lambda: do.Tag.new.steps(name="web"),
    "Domain": lambda: do.Domain.new.steps(name="example.com", ip_address="192.0.2.1"),
    "Volume": lambda: do.Volume.new.steps(name="data", size_gigabytes=10, region="ams3", tags=["blue"]),
    "VPC": lambda: do.VPC.new.steps(name="net", region="ams3", ip_range="10.10.10.0/24"),
    "Firewall": lambda: do.Firewall.new.steps(name="guard", tags=[]),
    "LoadBalancer": lambda: do.LoadBalancer.new.steps(name="front", region="ams3"),
    "Project": lambda: do.Project.new.steps(name="shop", purpose="Web Application"),
    "DatabaseCluster": lambda: do.DatabaseCluster.new.steps(
        name="shop-db", engine="pg", version="16", size="db-s-1vcpu-1gb", region="ams3", num_nodes=1
    ),
    "Image": lambda: do.Image.new.steps(
        name="own", url="http://192.0.2.9/image.gz", region="ams3", distribution="Ubuntu"
    ),
}


class Performed:
    """Steps, in both forms."""

    def __init__(self, steps: Any) -> None:
        self.steps = steps

    def __call__(self) -> Any:
        return drive(self.steps)

    async def aio(self) -> Any:
        return await adrive(self.steps)


@pytest.mark.parametrize("fault", ["drop", "before"])
@pytest.mark.parametrize("name", list(KINDS))
async def test_every_kind_is_made_once(api, call, name, fault):
    client, _ = client_of(api, posts(fault))
    kind = getattr(do, name)
    before = {item.getID() for item in everything(api, kind)}
    with do.using(client):
        made = await call(Performed(KINDS[name]()))
    after = {item.getID() for item in everything(api, kind)}
    assert after - before == {made.getID()}
    assert before <= after


@pytest.mark.parametrize("fault", ["drop", "before"])
async def test_records_actions_and_snapshots_happen_once(api, call, fault):
    domain = await call(do.Domain.new, name="example.com")
    volume = await call(do.Volume.new, name="data", size_gigabytes=10, region="ams3")
    droplet = await call(do.Droplet.new, name="web", **SPEC)
    await call(droplet.wait_ready)
    records = len(await call.items(do.DomainRecord.list.all(domain)))
    actions = len(await call.items(droplet.list_actions.all()))
    client, _ = client_of(
        api, posts(fault, None, fault, None, fault, None) if fault == "before" else posts(*[fault] * 3)
    )
    with do.using(client):
        record = await call(do.DomainRecord.new, domain, type="A", name="www", data="192.0.2.7")
        action = await call(do.Droplet({"id": droplet.id}).reboot)
        snapshot = await call(do.Volume({"id": volume.id}).snapshot, "daily")
        await call(action.wait)
    assert record.data == "192.0.2.7"
    assert len(await call.items(do.DomainRecord.list.all(domain))) == records + 1
    assert [a.type for a in await call.items(droplet.list_actions.all())].count("reboot") == 1
    assert len(await call.items(droplet.list_actions.all())) == actions + 1
    assert [s.id for s in await call.items(volume.list_snapshots.all())] == [snapshot.id]


async def test_what_adds_to_a_set_is_simply_sent_again(api, call):
    tag = await call(do.Tag.new, name="web")
    droplet = await call(do.Droplet.new, name="web", **SPEC)
    client, lossy = client_of(api, posts("before", None))
    with do.using(client):
        await call(do.Tag({"name": tag.name}).tag, [droplet])
    assert lossy.asked == {"POST": 2}
    assert [d.id for d in await call.items(do.Droplet.list.all(tag_name="web"))] == [droplet.id]


async def test_a_password_that_was_in_the_lost_answer_is_gone(api, call):
    database = await call(
        do.DatabaseCluster.new,
        name="shop-db",
        engine="pg",
        version="16",
        size="db-s-1vcpu-1gb",
        region="ams3",
        num_nodes=1,
    )
    await call(database.wait_ready)
    client, _ = client_of(api, posts("after"))
    with do.using(client), pytest.raises(do.UncertainResult, match=r"it was done, but its password.*reset_auth"):
        await call(do.DatabaseCluster({"id": database.id}).add_user, "app")
    assert [u.name for u in await call(database.list_users)].count("app") == 1


async def test_an_error_after_a_lost_answer_is_about_what_was_made(api, call):
    """The first attempt was done, and seen too late: what refuses the second one is the first one's work."""
    client, lossy = client_of(api, posts("drop"))

    def lag(request: Request, response: Response) -> Response:
        if request.method == "GET" and lossy.asked["POST"] < 2:
            return Response(200, response.headers, b'{"vpcs": [], "links": {}, "meta": {"total": 0}}')
        return response

    lossy.hidden = lag
    with do.using(client):
        vpc = await call(do.VPC.new, name="net", region="ams3")
    assert lossy.asked["POST"] == 2
    assert [v.id for v in everything(api, do.VPC) if v.name == "net"] == [vpc.id]


# Many at once.


def tenth(seed: int) -> Fault:
    """One creation in ten is done and its answer lost."""
    chance = random.Random(seed)
    return lambda request: (
        chance.choice(["after", "drop"]) if request.method == "POST" and chance.random() < 0.1 else None
    )


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_thousand_creations_make_a_thousand(api, call, seed):
    client, lossy = client_of(api, tenth(seed))
    with do.using(client):
        made = [await call(do.Droplet.new, name=f"web-{n % 500}", **SPEC) for n in range(1000)]
    assert len({d.id for d in made}) == 1000
    assert {d.id for d in everything(api)} == {d.id for d in made}
    assert lossy.asked["POST"] == 1000


@pytest.mark.parametrize(("lost", "marker"), [("after", False), ("mixed", False), ("mixed", True)])
async def test_a_hundred_at_once_of_one_name(api, call, lost, marker):
    chance = random.Random(7)

    def fault(request: Request) -> str | None:
        if request.method != "POST" or chance.random() > 0.1:
            return None
        return chance.choice(["after", "drop", "before", "silent"]) if lost == "mixed" else lost

    client, _ = client_of(api, fault, marker=marker, retries=4)
    create = do.Droplet.new.on(client)
    if call.name == "sync":
        with ThreadPoolExecutor(20) as pool:
            calls = [pool.submit(create, name="worker", **SPEC) for _ in range(100)]
            made = [c.result() for c in calls if not c.exception()]
            told = [c.exception() for c in calls if c.exception()]
    else:
        calls = [create.aio(name="worker", **SPEC) for _ in range(100)]
        results = await asyncio.gather(*calls, return_exceptions=True)
        made = [r for r in results if isinstance(r, do.Droplet)]
        told = [r for r in results if not isinstance(r, do.Droplet)]
    # One whose every attempt is lost, none of them done, is told so.
    assert all(isinstance(error, do.UncertainResult) for error in told)
    assert len(told) <= (0 if lost == "after" else 5)
    assert len({d.id for d in made}) == len(made) == 100 - len(told)
    assert {d.id for d in everything(api)} == {d.id for d in made}
