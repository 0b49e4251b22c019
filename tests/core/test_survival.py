"""Every kind of operation meets every fault: the right value or the right exception, no hang, no part, no double."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

import dopyapi as do
from dopyapi.testing import Fault

SPEC: dict[str, Any] = {"region": "ams3", "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64"}

# What can be wrong with an answer; each of these is played once, and then for ever.
FAULTS: dict[str, dict[str, Any]] = {
    "refused": {"refuse": True},
    "reset before the work": {"drop": "before"},
    "reset after the work": {"drop": "after"},
    "silent": {"silent": True},
    "silent after the work": {"silent": True, "commit": True},
    "slower than anybody waits": {"delay": 100.0},
    "half a body": {"half": True},
    "an HTML page with 502": {"html": True},
    "an HTML page with 502, after the work": {"html": True, "commit": True},
    "an HTML page with 200": {"html": True, "status": 200},
    "an empty 500": {"status": 500, "body": ""},
    "an empty 500, after the work": {"status": 500, "body": "", "commit": True},
    "503": {"status": 503},
    "504, after the work": {"status": 504, "commit": True},
    "429 with a time": {"status": 429, "retry_after": 3},
    "429 without one": {"status": 429},
}
# What does no harm.
ODDITIES: dict[str, dict[str, Any]] = {
    "slow": {"slow": 5.0},
    "late": {"delay": 5.0},
    "a wrong content type": {"content_type": "text/plain"},
    "an answer that comes twice": {"duplicate": "answer"},
    "a clock an hour ahead": {"clock_skew": 3600.0},
    "a clock an hour behind": {"clock_skew": -3600.0},
}


@dataclass
class Kind:
    """A kind of operation: what it is done to, how it is done, and how often it was."""

    fits: dict[str, Any]
    """Which requests the fault meets."""
    before: Callable[[Any], Awaitable[Any]]
    act: Callable[[Any, Any], Awaitable[Any]]
    times: Callable[[Any, Any], Awaitable[int]]
    """How often it was done."""
    reads: bool = False


async def a_droplet(call: Any) -> do.Droplet:
    droplet = await call(do.Droplet.new, name="web", **SPEC)
    await call(droplet.wait_ready)
    return droplet


async def several(call: Any) -> None:
    for number in range(210):
        await call(do.Tag.new, name=f"web-{number}")


async def a_project(call: Any) -> do.Project:
    return await call(do.Project.new, name="shop", purpose="Web Application", environment="Development", description="")


async def nothing(call: Any) -> None: ...


async def fetched(call: Any, droplet: do.Droplet) -> int:
    return int((await call(do.Droplet.fetch, droplet.id)).name == "web")


async def all_of(call: Any, _: Any) -> int:
    return int(len({t.name for t in await call.items(do.Tag.list.all())}) == 210)


async def named(call: Any, _: Any) -> int:
    return sum(d.name == "new" for d in await call.items(do.Droplet.list.all()))


async def rebooted(call: Any, droplet: do.Droplet) -> int:
    return sum(a.type == "reboot" for a in await call.items(droplet.list_actions.all()))


async def saved(call: Any, project: do.Project) -> Any:
    project.description = "changed"
    return await call(project.save)


async def described(call: Any, project: do.Project) -> int:
    return int((await call(do.Project.fetch, project.id)).description == "changed")


async def gone(call: Any, droplet: do.Droplet) -> int:
    return int(droplet.id not in {d.id for d in await call.items(do.Droplet.list.all())})


async def tagged(call: Any, droplet: do.Droplet) -> int:
    return (await call(do.Droplet.fetch, droplet.id)).tags.count("blue")


async def tag(call: Any, droplet: do.Droplet) -> Any:
    return await call(do.Tag({"name": "blue"}).tag, droplet)


async def a_droplet_and_a_tag(call: Any) -> do.Droplet:
    await call(do.Tag.new, name="blue")
    return await a_droplet(call)


async def read(call: Any, droplet: do.Droplet) -> Any:
    return await call(do.Droplet.fetch, droplet.id)


async def walk(call: Any, _: Any) -> Any:
    found = await call.items(do.Tag.list.all())
    assert len({t.name for t in found}) == len(found) == 210
    return found


KINDS: dict[str, Kind] = {
    "read": Kind({"operation": "droplets_get"}, a_droplet, read, fetched, reads=True),
    "list": Kind({"operation": "tags_list", "query": {"page": "2"}}, several, walk, all_of, reads=True),
    "create": Kind(
        {"operation": "droplets_create"}, nothing, lambda call, _: call(do.Droplet.new, name="new", **SPEC), named
    ),
    "act": Kind({"operation": "dropletActions_post"}, a_droplet, lambda call, d: call(d.reboot), rebooted),
    "save": Kind({"operation": "projects_update"}, a_project, saved, described),
    "patch": Kind(
        {"operation": "projects_patch"}, a_project, lambda call, p: call(p.patch, description="changed"), described
    ),
    "delete": Kind({"operation": "droplets_destroy"}, a_droplet, lambda call, d: call(d.delete), gone),
    "add": Kind({"operation": "tags_assign_resources"}, a_droplet_and_a_tag, tag, tagged),
}
CERTAIN = (do.NetworkError, do.RateLimitError, do.DOError)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("kind", KINDS)
async def test_what_fails_once_is_done_once(api, call, kind, fault):
    it = KINDS[kind]
    thing = await it.before(call)
    done = await it.times(call, thing)
    client = api.client_with(timeout=(1.0, 20.0))
    api.faults.add(Fault(**it.fits, **FAULTS[fault], times=1))
    with do.using(client):
        try:
            await it.act(call, thing)
        except do.UncertainResult as error:
            # A change that cannot be looked for says so. All others here can be, or can be done twice.
            assert kind == "patch"
            assert "look at" in str(error)
            assert (await it.times(call, thing)) in (0, 1)
            return
    assert len(api.faults.played) == 1
    assert await it.times(call, thing) == (done if it.reads else done + 1)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("kind", KINDS)
async def test_what_fails_for_ever_ends_with_an_exception(api, call, kind, fault):
    it = KINDS[kind]
    thing = await it.before(call)
    done = await it.times(call, thing)
    began = api.clock.now()
    api.faults.add(Fault(**it.fits, **FAULTS[fault]))
    adopted = False
    with do.using(api.client_with(timeout=(1.0, 20.0))):
        try:
            await it.act(call, thing)
            adopted = True
        except CERTAIN as error:
            assert error.method
            assert error.attempts >= 1
            if isinstance(error, do.UncertainResult):
                assert "look" in str(error)
                assert isinstance(error.__cause__, do.APIError)
    assert (api.clock.now() - began).total_seconds() < 600
    api.faults.clear()
    times = await it.times(call, thing)
    if it.reads:
        assert not adopted
        assert times == done
    else:
        assert times in (done, done + 1), "never twice"
        assert not adopted or times == done + 1
        # What was not done for certain raised; what was done and could be seen was adopted.
        committed = Fault(**it.fits, **FAULTS[fault]).commits
        assert (times == done + 1) == committed


@pytest.mark.parametrize("oddity", ODDITIES)
@pytest.mark.parametrize("kind", KINDS)
async def test_what_does_no_harm_changes_nothing(api, call, kind, oddity):
    it = KINDS[kind]
    thing = await it.before(call)
    done = await it.times(call, thing)
    api.faults.add(Fault(**it.fits, **ODDITIES[oddity]))
    await it.act(call, thing)
    assert api.faults.played
    api.faults.clear()
    assert await it.times(call, thing) == (done if it.reads else done + 1)


@pytest.mark.parametrize("body", [b'{"droplet": {"id": 5, "na', b"not JSON", b"\xff\xfe", b"[]", b"null"])
async def test_an_answer_that_is_no_json_is_a_failure_of_the_api(script, call, body):
    for operation, arguments in ((do.Droplet.fetch, (5,)), (do.Droplet.list, ()), (do.Droplet({"id": 5}).reboot, ())):
        script.answer(200, body)
        with pytest.raises(do.DOError, match="cannot be read") as caught:
            await call(operation, *arguments)
        assert caught.value.status == 200


# Threads, forks, loops and interrupts, on real connections.


def test_threads_share_a_client():
    with do.testing.server() as server, do.Client(server.token, server.url) as client:
        create = do.Droplet.new.on(client)
        with ThreadPoolExecutor(16) as pool:
            made = list(pool.map(lambda n: create(name=f"web-{n}", **SPEC), range(64)))
            read = list(pool.map(lambda d: do.Droplet.fetch.on(client)(d.id).name, made))
        assert read == [f"web-{n}" for n in range(64)]
        assert len(list(do.Droplet.list.on(client).all())) == 64


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded")
def test_a_forked_child_opens_connections_of_its_own():
    with do.testing.server() as server, do.Client(server.token, server.url) as client, do.using(client):
        droplet = do.Droplet.new(name="parent", **SPEC)
        stop = threading.Event()

        def ask() -> None:
            while not stop.is_set():
                assert do.Droplet.fetch.on(client)(droplet.id).name == "parent"

        asking = threading.Thread(target=ask)
        asking.start()
        children = []
        for number in range(4):
            child = os.fork()
            if child == 0:
                status = 1
                try:
                    signal.alarm(30)
                    do.Droplet.new.on(client)(name=f"child-{number}", **SPEC)
                    status = 0
                finally:
                    os._exit(status)
            children.append(child)
        statuses = [os.waitpid(child, 0)[1] for child in children]
        stop.set()
        asking.join(30)
        assert statuses == [0] * 4
        assert sorted(d.name for d in do.Droplet.list.all()) == [f"child-{n}" for n in range(4)] + ["parent"]


def test_loops_come_and_go_with_one_client():
    with do.testing.server() as server, do.Client(server.token, server.url) as client:

        async def some(first: int) -> list[str]:
            with do.using(client):
                tasks = (do.Droplet.new.aio(name=f"web-{first + n}", **SPEC) for n in range(4))
                return [d.name for d in await asyncio.gather(*tasks)]

        for first in range(0, 20, 4):
            assert asyncio.run(some(first)) == [f"web-{first + n}" for n in range(4)]
        assert len(list(do.Droplet.list.on(client).all())) == 20
