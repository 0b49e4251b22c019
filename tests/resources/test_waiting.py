"""Waiting: what it takes, what it tells, and when it gives up."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import msgspec
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


@pytest.fixture
def late(api):
    """Make the next listings of Droplets show no addresses yet."""
    left = [0]
    handle = api.emulator.handle

    def lagging(method, path, *rest):
        answer = handle(method, path, *rest)
        if (method, path) == ("GET", "/v2/droplets") and left[0] > 0:
            body = msgspec.json.decode(answer.body)
            # Until they are created they have none anyway.
            if any(d.pop("networks")["v4"] for d in body["droplets"]):
                left[0] -= 1
                body["droplets"] = [{**d, "networks": {"v4": [], "v6": []}} for d in body["droplets"]]
                return answer._replace(body=msgspec.json.encode(body))
        return answer

    api.emulator.handle = lagging
    return lambda times: left.__setitem__(0, times)


def ticks_of(asked):
    """A callback that notes what was asked since it was called before; and where it does."""
    ticks = []

    def note(progress):
        ticks.append(list(asked))
        asked.clear()

    return note, ticks


async def test_200_are_polled_by_at_most_two_requests_at_a_time(api, call, asked):
    droplets = await call(do.Droplet.create_many, [f"n{n}" for n in range(200)], **SPEC)
    states = []
    note, ticks = ticks_of(asked)

    def tell(progress):
        states.append(progress)
        note(progress)

    asked.clear()
    await call(do.wait_all, droplets, until="ip", on_progress=tell)
    assert {d.status for d in droplets} == {"active"}
    assert all(d.networks.v4 for d in droplets)
    assert len(ticks) > 3
    assert all(len(tick) <= 2 for tick in ticks)
    assert ticks[1] == ["GET /v2/actions"]  # only these say that a creation has failed
    assert ticks[-1] == ["GET /v2/actions", "GET /v2/droplets"]
    assert (states[0].done, states[0].until) == (0, "ip")
    assert (states[-1].done, states[-1].pending) == (200, ())
    assert all(s.resources == droplets for s in states)
    assert states[-1].elapsed > 0


async def test_addresses_that_are_late_cost_one_request_at_a_time(api, call, asked, late):
    droplets = await call(do.Droplet.create_many, [f"n{n}" for n in range(200)], **SPEC)
    late(5)
    asked.clear()
    note, ticks = ticks_of(asked)
    await call(do.wait_all, droplets, until="ip", on_progress=note)
    assert all(any(n.type == "public" for n in d.networks.v4) for d in droplets)
    assert all(len(tick) <= 2 for tick in ticks)
    assert ticks[-5:] == [["GET /v2/droplets"]] * 5


async def test_in_a_large_account_the_pages_where_they_are_are_found_once(api, call, asked):
    await call(do.Droplet.create_many, [f"old{n}" for n in range(700)], **SPEC)
    droplets = await call(do.Droplet.create_many, [f"new{n}" for n in range(150)], **SPEC)
    asked.clear()
    note, ticks = ticks_of(asked)
    wait = {"until": "ip", "on_progress": note}
    await call(do.wait_all, [do.Droplet({"id": d.id}) for d in droplets], **wait)
    listings = [tick.count("GET /v2/droplets") for tick in ticks[1:]]
    assert listings[0] <= 3  # the first page, and the two at the end
    assert set(listings[1:]) == {2}
    assert all(set(tick) <= {"GET /v2/droplets"} for tick in ticks)


async def test_few_among_many_are_asked_for_one_by_one(api, call, asked):
    await call(do.Droplet.create_many, [f"old{n}" for n in range(700)], **SPEC)
    droplets = await call(do.Droplet.create_many, ["new1", "new2"], **SPEC)
    asked.clear()
    note, ticks = ticks_of(asked)
    await call(do.wait_all, [do.Droplet({"id": d.id}) for d in droplets], on_progress=note)
    assert len(ticks[1]) == 3
    assert all(len(tick) == 2 and "GET /v2/droplets" not in tick for tick in ticks[2:])


async def test_two_objects_of_one_droplet_are_both_brought_up_to_date(api, call):
    made = await call(do.Droplet.new, name="web", **SPEC)
    other = do.Droplet({"id": made.id})
    await call(do.wait_all, [made, other, await call(do.Droplet.new, name="db", **SPEC)])
    assert (made.status, other.status) == ("active", "active")


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


CREATED = {"droplet": {"id": 5, "name": "web", "status": "new"}, "links": {"actions": [{"id": 9, "rel": "create"}]}}
CREATE = {"id": 9, "type": "create", "resource_type": "droplet", "resource_id": 5}


async def test_a_creation_that_fails_says_so(script, call):
    """Terraform waited for its end: the Droplet stays new, or is not found, and only the action says why."""
    script.answer(202, CREATED)
    script.answer(200, {"action": {**CREATE, "status": "in-progress"}})
    script.answer(200, {"action": {**CREATE, "status": "errored"}})
    made = await call(do.Droplet.new, name="web")
    with pytest.raises(do.ActionFailed, match=r"create \(9\) on droplet 5 has errored") as caught:
        await call(made.wait_ready)
    assert caught.value.resource.id == 9
    assert script.asked[1:] == ["GET /actions/9"] * 2


async def test_a_droplet_may_be_late_to_appear(script, call):
    ended = datetime.fromtimestamp(script.now(), UTC).isoformat()
    script.answer(202, CREATED)
    script.answer(200, {"action": {**CREATE, "status": "completed", "completed_at": ended}}).answer(404)
    script.answer(200, {"droplet": {**CREATED["droplet"], "status": "active"}})
    made = await call(do.Droplet.new, name="web")
    await call(made.wait_ready)
    assert made.status == "active"
    assert script.asked[1:] == ["GET /actions/9", "GET /droplets/5", "GET /droplets/5"]


async def test_a_droplet_that_vanishes_after_its_creation_ends_the_wait(script, call):
    script.answer(202, CREATED)
    script.answer(200, {"action": {**CREATE, "status": "completed", "completed_at": "1970-01-01T00:00:00Z"}})
    script.answer(404)
    made = await call(do.Droplet.new, name="web")
    with pytest.raises(do.NeverReady, match="is gone") as caught:
        await call(made.wait_ready)
    assert caught.value.resource is made


@pytest.mark.parametrize("status", [403, 404])
async def test_where_actions_cannot_be_seen_the_droplets_have_to_do(script, call, status):
    """A token may be without the scope for actions."""
    script.answer(202, CREATED).answer(status)
    script.answer(200, CREATED).answer(200, {"droplet": {**CREATED["droplet"], "status": "active"}})
    made = await call(do.Droplet.new, name="web")
    await call(made.wait_ready)
    assert script.asked[1:] == ["GET /actions/9", "GET /droplets/5", "GET /droplets/5"]


async def test_one_of_many_whose_creation_fails_ends_the_wait(api, call):
    droplets = await call(do.Droplet.create_many, [f"n{n}" for n in range(5)], **SPEC)
    await call(do.Droplet({"id": droplets[3].id}).delete)
    with pytest.raises(do.ActionFailed, match=f"create .* on droplet {droplets[3].id} has errored"):
        await call(do.wait_all, droplets)


async def test_one_of_many_that_vanishes_ends_the_wait(api, call):
    droplets = await call(do.Droplet.create_many, [f"n{n}" for n in range(5)], wait=True, **SPEC)
    await call(do.Droplet({"id": droplets[3].id}).delete)
    with pytest.raises(do.NeverReady, match="is gone") as caught:
        await call(do.wait_all, droplets)
    assert caught.value.resource is droplets[3]


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


async def test_what_was_known_before_decides_nothing(api, call, make):
    """It was off when it was last read, and somebody has switched it on since."""
    droplet = await make()
    await call((await call(droplet.power_off)).wait)
    await call(droplet.load)
    assert droplet.status == "off"
    await call((await call(do.Droplet({"id": droplet.id}).power_on)).wait)
    await call(droplet.wait_ready)
    assert droplet.status == "active"


async def test_kinds_mix_whatever_each_calls_being_ready(api, call, make):
    droplet = await make()
    action = await call(droplet.power_cycle)
    networks = [await call(do.VPC.new, name=f"v{n}", region="ams3") for n in range(2)]
    peering = await call(do.VPCPeering.new, name="both", vpc_ids=networks)
    await call(do.wait_all, [droplet, peering, action])
    assert (peering.status, action.status) == ("ACTIVE", "completed")


async def test_several_actions_as_one_are_each_asked_for(api, call):
    await call(do.Droplet.create_many, ["a", "b"], tags=["web"], wait=True, **SPEC)
    group = await call(do.Droplet.action_by_tag_name, "web", "power_cycle")
    single = await call((await call(do.Droplet.fetch, name="a")).list_actions)
    assert await call(do.wait_all, [group, single[-1]]) == [group, single[-1]]
    assert [a.status for a in group] == ["completed"] * 2


async def test_what_cannot_be_waited_for_is_refused_before_anything_is_sent(script, call):
    droplet = do.Droplet({"id": 5})
    for operation, arguments, message in (
        (droplet.wait_ready, {"until": "booted"}, "until='booted' is nothing to wait for; there is active, ip, ssh"),
        (do.wait_all, {"resources": [droplet, do.Tag({"name": "web"})]}, "nothing to wait for with a Tag"),
        (do.wait_all, {"resources": [do.Action({"id": 1})], "until": "ssh"}, "there is completed"),
    ):
        with pytest.raises(do.ClientError, match=message):
            await call(operation, **arguments)
    assert script.asked == []


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


async def test_a_display_asks_for_nothing(script, call):
    """Only what is known of them is shown."""
    droplets = [do.Droplet({"id": n}) for n in (5, 6)]
    documents = [{"id": n, "status": "active"} for n in (5, 6)]
    script.answer(200, {"droplets": documents, "meta": {"total": 2}})
    out = io.StringIO()
    await call(do.wait_all, droplets, on_progress=do.ProgressDisplay("starting", out))
    assert out.getvalue().splitlines()[0].startswith("starting: 0/2 active (2 unknown)")
    assert out.getvalue().splitlines()[-1].startswith("starting: 2/2 active (2 active)")
    assert len(script.asked) == 1
