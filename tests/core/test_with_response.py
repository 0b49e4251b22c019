"""``.with_response``: the value of any operation, and the last answer of the API as it came."""

from __future__ import annotations

import asyncio

import pytest

import dopyapi as do
from dopyapi._core.accounts import client_for
from dopyapi._core.declare import free_procedure
from dopyapi._core.steps import Request, Response, Steps, adrive, ask, drive, sleep, through, together

from ..conftest import do_json

DROPLET = {"id": 5, "name": "web", "status": "active"}
ACTION = {"id": 1, "status": "completed", "type": "reboot"}
LISTING = {"droplets": [DROPLET], "links": {}, "meta": {"total": 1}}


@pytest.mark.parametrize(
    ("operation", "arguments", "answer", "value"),
    [
        pytest.param(lambda: do.Droplet({"id": 5}).reboot, (), {"action": ACTION}, "Action", id="action"),
        pytest.param(lambda: do.Droplet.reboot, (do.Droplet({"id": 5}),), {"action": ACTION}, "Action", id="unbound"),
        pytest.param(lambda: do.Droplet.list, (), LISTING, "Page", id="listing of a class"),
        pytest.param(lambda: do.Droplet({"id": 5}).list_actions, (), {"actions": [ACTION]}, "Page", id="of an object"),
        pytest.param(lambda: do.Droplet.fetch, (5,), {"droplet": DROPLET}, "Droplet", id="fetch"),
        pytest.param(lambda: do.Droplet({"id": 5}).load, (), {"droplet": DROPLET}, "int", id="load"),
        pytest.param(lambda: do.Tag.new, {"name": "a"}, {"tag": {"name": "a"}}, "Tag", id="new"),
        pytest.param(lambda: do.Project.get_default, (), {"project": {"id": "p"}}, "Project", id="of a class"),
        pytest.param(lambda: do.Tag({"name": "a"}).tag, ([do.Droplet({"id": 5})],), {}, "dict", id="procedure"),
        pytest.param(lambda: do.Resource(do.Droplet).get, ("droplets/5",), {"droplet": {}}, "dict", id="raw verb"),
        pytest.param(lambda: do.Resource(do.Droplet).put, ("x", {}), {"y": 1}, "dict", id="raw put"),
        pytest.param(lambda: do.Resource(do.Droplet).list, (), LISTING, "Page", id="manager"),
    ],
)
async def test_every_kind_of_operation_gives_both(script, call, operation, arguments, answer, value):
    script.answer(200, answer, {"ratelimit-remaining": "7"})
    named = arguments if isinstance(arguments, dict) else {}
    made, response = await call(operation().with_response, *(() if named else arguments), **named)
    assert type(made).__name__ == value
    assert isinstance(response, do.Response)
    assert (response.status, response.headers["ratelimit-remaining"]) == (200, "7")
    assert response.body == do_json(answer)


async def test_it_goes_with_on_in_either_order(script, call):
    other = do.Client("other", "https://other.example", transport=script)
    for operation in (do.Droplet.fetch.on(other).with_response, do.Droplet.fetch.with_response.on(other)):
        script.answer(200, {"droplet": DROPLET})
        droplet, response = await call(operation, 5)
        assert (droplet.name, response.status) == ("web", 200)
        assert script.requests[-1].headers["authorization"] == "Bearer other"


async def test_the_last_answer_counts_also_where_it_was_an_error(script, call):
    script.answer(503).answer(200, {"droplet": DROPLET}, {"x-n": "2"})
    assert (await call(do.Droplet.fetch.with_response, 5))[1].headers["x-n"] == "2"
    script.answer(404, {"id": "not_found", "message": "gone"})
    answer, response = await call(do.Droplet({"id": 5}).delete.with_response)
    assert (answer, response.status) == ({"status": "deleted"}, 404)


async def test_what_asked_nothing_has_no_answer(script, call):
    script.answer(200, {"action": ACTION})
    action = await call(do.Action.fetch, 1)
    assert (await call(action.wait.with_response)) == (action, None)


@pytest.fixture
def firewall(script):
    """One with two Droplets, and an API that tells it and them."""

    def answer(request: Request) -> Response:
        kind, id = request.url.split("/")[-2:]
        body = {"firewall": {"id": id, "droplet_ids": [5, 6]}} if kind == "firewalls" else {"droplet": {"id": int(id)}}
        return Response(200, {"content-type": "application/json", "x-of": id}, do_json(body))

    script._answers = [answer] * 3
    return do.Firewall({"id": "f"})


async def test_answers_in_branches_at_the_same_time_are_seen(script, call, firewall):
    found, response = await call(firewall.list_droplets.with_response)
    assert {d.id for d in found} == {5, 6}
    assert response.headers["x-of"] in ("5", "6")


async def test_on_reaches_branches_at_the_same_time(script, call):
    """A branch has the client of the operation that it is a branch of."""

    def both() -> Steps[list[str]]:
        def branch() -> Steps[str]:
            yield from sleep(0, script)
            return client_for(do.Droplet).base_url

        return (yield from together([branch(), branch(), branch()]))

    other = do.Client("other", "https://other.example", transport=script)
    operation = free_procedure(both)
    assert await call(operation.on(other)) == ["https://other.example/v2"] * 3
    assert await call(operation) == ["https://api.example/v2"] * 3


@pytest.mark.parametrize("perform", [drive, lambda steps: asyncio.run(adrive(steps))])
def test_steps_pass_through_failures_and_results(script, perform):
    seen = []

    def steps() -> Steps[str]:
        try:
            yield from ask(Request(script, "GET", "https://api.example/v2/x", {}))
        except do.NetworkError as failure:
            response = yield from ask(Request(script, "GET", f"https://api.example/v2/{failure.message}", {}))
            return str(response.status)
        return "no failure"

    script.fail(do.NetworkError("again")).answer(201)
    assert perform(through(steps(), on_reply=seen.append)) == "201"
    assert script.asked == ["GET /x", "GET /again"]
    assert [r.status for r in seen if isinstance(r, Response)] == [201]


def test_steps_that_are_closed_close_what_passes_through(script):
    ended = []

    def steps() -> Steps[None]:
        try:
            yield from sleep(1, script)
        finally:
            ended.append(True)

    passing = through(steps())
    next(passing)
    passing.close()
    assert ended == [True]
