"""Waiting: what it takes, what it tells, and when it gives up."""

from __future__ import annotations

import io

import pytest

import dopyapi as do

from .conftest import SPEC


@pytest.fixture
def asked(api):
    """How many requests the emulator was sent, by method and path."""
    seen: list[str] = []
    handle = api.emulator.handle

    def counted(method, path, *rest):
        seen.append(f"{method} {path}")
        return handle(method, path, *rest)

    api.emulator.handle = counted
    return seen


async def test_many_are_polled_by_one_listing(api, call, asked):
    droplets = await call(do.Droplet.create_many, [f"n{n}" for n in range(150)], **SPEC)
    asked.clear()
    ticks = []
    await call(do.wait_all, droplets, until="ip", on_progress=ticks.append)
    assert {d.status for d in droplets} == {"active"}
    assert set(asked) == {"GET /v2/droplets"}
    assert len(asked) == len(ticks) - 1
    assert ticks[0].done == 0
    assert (ticks[-1].done, ticks[-1].pending) == (150, ())
    assert all(t.resources == droplets for t in ticks)
    assert ticks[-1].elapsed > 0


async def test_few_among_many_are_asked_for_one_by_one(api, call, asked):
    await call(do.Droplet.create_many, [f"old{n}" for n in range(700)], **SPEC)
    droplets = await call(do.Droplet.create_many, ["new1", "new2"], **SPEC)
    asked.clear()
    await call(do.wait_all, droplets)
    ticks = sum(1 for a in asked if a == "GET /v2/droplets")
    assert len(asked) <= 3 * ticks


async def test_actions_and_droplets_mix(api, call, make):
    droplet = await make("one")
    action = await call(droplet.reboot)
    other = await call(do.Droplet.new, name="two", **SPEC)
    assert await call(do.wait_all, [action, other]) == [action, other]
    assert (action.status, other.status) == ("completed", "active")
    assert await call(do.wait_all, []) == []


async def test_an_async_callback_is_awaited(api):
    ticks = []

    async def tell(progress):
        ticks.append(progress.done)

    droplet = await do.Droplet.new.aio(name="web", **SPEC)
    await droplet.wait_ready.aio(on_progress=tell)
    assert ticks[0] == 0
    assert ticks[-1] == 1


async def test_a_callback_may_read_anything(api, call, make):
    droplet = await make("old")
    read = []

    def look(progress):
        known = do.Droplet()
        known.id = droplet.id
        read.append(known.memory) if call.name == "sync" else read.append(1024)

    await call((await call(do.Droplet.new, name="new", **SPEC)).wait_ready, on_progress=look)
    assert set(read) == {1024}


async def test_time_runs_out(api, call):
    droplet = await call(do.Droplet.new, name="slow", **SPEC)
    with pytest.raises(do.WaitTimeout, match="1 of 1 not active after 1 s") as caught:
        await call(droplet.wait_ready, timeout=1)
    assert caught.value.pending == [droplet]
    assert isinstance(caught.value, TimeoutError)
    await call(droplet.wait_ready)


async def test_what_cannot_become_ready_is_named(api, call, make):
    droplet = await make()
    await call((await call(droplet.power_off)).wait)
    with pytest.raises(do.NeverReady, match="is off") as caught:
        await call(droplet.wait_ready)
    assert caught.value.resource is droplet


async def test_a_droplet_that_is_gone_ends_the_wait(api, call, make):
    droplet = await make()
    await call(do.Droplet({"id": droplet.id}).delete)
    with pytest.raises(do.NeverReady, match="is gone"):
        await call(droplet.wait_ready)


async def test_an_errored_action_raises_with_the_action(script, call):
    running = {"id": 1, "status": "in-progress", "type": "resize", "resource_type": "droplet", "resource_id": 5}
    script.answer(200, {"action": {**running, "status": "errored"}})
    action = do.Action(running)
    with pytest.raises(do.ActionFailed, match="resize") as caught:
        await call(action.wait)
    assert caught.value.resource is action


async def test_a_creation_that_fails_says_so(script, call):
    droplet = {"id": 5, "name": "web", "status": "new"}
    create = {"id": 9, "status": "errored", "type": "create", "resource_type": "droplet", "resource_id": 5}
    script.answer(202, {"droplet": droplet, "links": {"actions": [{"id": 9, "rel": "create"}]}})
    script.answer(404, {"id": "not_found", "message": "none"}).answer(200, {"action": create})
    made = await call(do.Droplet.new, name="web")
    with pytest.raises(do.ActionFailed, match="create"):
        await call(made.wait_ready)
    assert script.asked[1:] == ["GET /droplets/5", "GET /actions/9"]


async def test_a_droplet_may_be_late_to_appear(script, call):
    droplet = {"id": 5, "name": "web", "status": "new"}
    create = {"id": 9, "status": "in-progress", "type": "create"}
    script.answer(202, {"droplet": droplet, "links": {"actions": [{"id": 9, "rel": "create"}]}})
    script.answer(404).answer(200, {"action": create}).answer(200, {"droplet": {**droplet, "status": "active"}})
    made = await call(do.Droplet.new, name="web")
    await call(made.wait_ready)
    assert made.status == "active"


async def test_polls_grow_apart(script, call):
    script.answer(202, {"droplet": {"id": 5, "status": "new"}})
    made = await call(do.Droplet.new, name="web")
    for _ in range(9):
        script.answer(200, {"droplet": {"id": 5, "status": "new"}})
    script.answer(200, {"droplet": {"id": 5, "status": "active"}})
    await call(made.wait_ready)
    assert script.slept == sorted(script.slept[:-2]) + script.slept[-2:]
    assert 0.4 < script.slept[0] < 0.6
    assert 9 <= script.slept[-1] <= 11


async def test_addresses_may_be_late(script, call):
    young = {"id": 5, "status": "active", "networks": {"v4": [], "v6": []}, "features": []}
    there = {**young, "networks": {"v4": [{"ip_address": "203.0.113.9", "type": "public"}], "v6": []}}
    script.answer(200, {"droplet": young}).answer(200, {"droplet": young}).answer(200, {"droplet": there})
    droplet = await call(do.Droplet.fetch, 5)
    assert await call(droplet.getPublicIP) == "203.0.113.9"


class Terminal(io.StringIO):
    def isatty(self):
        return True


async def test_a_display_for_terminals_and_for_logs(api, call):
    for out in (Terminal(), io.StringIO()):
        droplets = await call(do.Droplet.create_many, ["a", "b"], **SPEC)
        await call(do.wait_all, droplets, on_progress=do.ProgressDisplay("starting", out))
        text = out.getvalue()
        assert "starting" in text
        assert "2/2" in text
        assert text.endswith("\n")
        assert ("\r" in text) == out.isatty()
        assert text.count("0/2") == 1 or out.isatty()
