"""Callbacks of a client: before a request is sent, and when it is known what came of it."""

from __future__ import annotations

import pickle

import pytest

import dopyapi as do
from dopyapi._core.retry import RetryPolicy

DROPLET = {"droplet": {"id": 5, "name": "web"}}


def client_of(script, **options) -> do.Client:
    policy = RetryPolicy(2, jitter=lambda: 1.0)
    options.setdefault("check", False)
    return do.Client("secret-token", "https://api.example", transport=script, clock=script, retries=policy, **options)


async def test_they_are_told_of_every_attempt(script, call):
    asked, answered = [], []
    client = client_of(script, on_request=asked.append, on_response=[answered.append])
    script.answer(503).fail(do.NetworkError("broke")).answer(200, DROPLET, {"x-request-id": "r"})
    await call(do.Droplet.fetch.on(client), 5)
    assert [(a.method, a.path, a.url, a.body, a.attempt) for a in asked] == [
        ("GET", "/droplets/5", "https://api.example/v2/droplets/5", None, n) for n in (1, 2, 3)
    ]
    assert {a.operation_id for a in asked} == {"droplets_get"}
    assert [a.status for a in answered] == [503, None, 200]
    assert answered[1].error.message == "broke"
    assert answered[0].error is answered[2].error is None
    assert answered[1].body == b""
    assert answered[2].request_id == "r"
    assert b"web" in answered[2].body
    assert all(a.seconds >= 0 for a in answered)
    assert [a.request for a in answered] == asked


async def test_they_see_what_goes_out_without_the_token(script, call):
    asked = []
    client = client_of(script, on_request=asked.append)
    script.answer(202, {"droplet": {"id": 6}})
    await call(do.Droplet.new.on(client), name="web")
    (info,) = asked
    assert info.body == b'{"name":"web"}'
    assert info.headers["content-type"] == "application/json"
    assert "authorization" not in info.headers
    assert script.requests[0].headers["authorization"] == "Bearer secret-token"


async def test_they_may_add_headers(script, call):
    def add(info: do.RequestInfo) -> None:
        info.headers["X-Trace"] = f"t-{info.attempt}"

    client = client_of(script, on_request=add)
    script.answer(503).answer(200, DROPLET)
    await call(do.Droplet.fetch.on(client), 5)
    assert [r.headers["x-trace"] for r in script.requests] == ["t-1", "t-2"]
    assert "x-trace" not in client._headers


async def test_the_token_still_goes_to_the_configured_host_only(script, call):
    client = client_of(script, on_request=lambda info: None)
    script.answer(302, headers={"location": "https://files.example/x"}).answer(200, {"here": True})
    with do.using(client):
        await call(do.Resource(do.Droplet).get, "droplets")
    assert ["authorization" in r.headers for r in script.requests] == [True, False]


async def test_they_may_come_and_go(script, call):
    client, told = client_of(script), []
    client.on_response.append(told.append)
    script.answer(200, DROPLET).answer(200, DROPLET)
    await call(do.Droplet.fetch.on(client), 5)
    client.on_response.clear()
    await call(do.Droplet.fetch.on(client), 5)
    assert len(told) == 1


async def test_what_they_raise_the_call_raises(script, call):
    def refuse(info: do.RequestInfo) -> None:
        raise do.NetworkError("not today") if info.method == "DELETE" else LookupError("no")

    client = client_of(script, on_request=refuse)
    with pytest.raises(LookupError, match="no"):
        await call(do.Droplet.fetch.on(client), 5)
    with pytest.raises(do.NetworkError, match="not today"):  # which is no failure of the request, to be repeated
        await call(do.Droplet({"id": 5}).delete.on(client))
    assert script.requests == []
    assert script.slept == []

    def fail(info: do.ResponseInfo) -> None:
        raise LookupError(f"saw {info.status}")

    script.answer(200, DROPLET)
    with pytest.raises(LookupError, match="saw 200"):
        await call(do.Droplet.fetch.on(client_of(script, on_response=fail)), 5)


async def test_awaited_calls_await_them_and_blocking_ones_refuse(script, call):
    told = []

    async def tell(info) -> None:
        told.append(info)

    client = client_of(script, on_request=tell, on_response=tell)
    script.answer(200, DROPLET)
    if call.name == "sync":
        with pytest.raises(TypeError, match="async"):
            await call(do.Droplet.fetch.on(client), 5)
        assert not script.requests
    else:
        await call(do.Droplet.fetch.on(client), 5)
        assert [type(t) for t in told] == [do.RequestInfo, do.ResponseInfo]


async def test_they_may_ask_the_api_themselves(script, call):
    names = []

    def look(info: do.ResponseInfo) -> None:
        if info.request.method == "POST":
            names.append(do.Droplet.fetch(5).name)

    client = client_of(script, on_response=look)
    script.answer(202, {"droplet": {"id": 6}}).answer(200, DROPLET)
    await call(do.Droplet.new.on(client), name="web")
    assert names == ["web"]


async def test_branches_that_run_at_the_same_time_tell_them_too(api, call):
    seen = []
    client = api.client_with(on_response=seen.append)
    with do.using(client):
        droplets = [
            await call(do.Droplet.new, name=f"web-{n}", region="nyc3", size="s-1vcpu-1gb", image="ubuntu-24-04-x64")
            for n in range(2)
        ]
        firewall = await call(
            do.Firewall.new,
            name="web-in",
            inbound_rules=[do.InboundRule("tcp", 22, do.Location(addresses=["0.0.0.0/0"]))],
            droplet_ids=[d.id for d in droplets],
        )
        seen.clear()
        assert len(await call(firewall.list_droplets)) == 2
    assert {a.request.path for a in seen} >= {f"/droplets/{d.id}" for d in droplets}


def test_they_show_and_pickle_no_secret(script):
    seen = []
    client = client_of(script, on_request=seen.append, on_response=seen.append)
    script.answer(200, {"password": "hunter2"})
    with do.using(client):
        do.Resource(do.Droplet).post("droplets?token=t0p", {"password": "hunter2"})
    assert len(seen) == 2
    for info in seen:
        for secret in ("secret-token", "hunter2", "t0p"):
            assert secret not in repr(info) + str(info)
        with pytest.raises(TypeError, match="secrets"):
            pickle.dumps(info)
    assert repr(seen[0]) == "<RequestInfo POST https://api.example/v2/droplets?token=REDACTED attempt 1>"
    assert repr(seen[1]).startswith("<ResponseInfo 200 to <RequestInfo POST")


def test_the_default_account_may_have_them(script, monkeypatch):
    from dopyapi._core import accounts

    monkeypatch.setattr(do.Resource, "auth", None)
    monkeypatch.setattr(accounts, "_default", None)
    told = []
    do.authenticate("t", "https://api.example", on_response=told.append, transport=script)
    script.answer(200, DROPLET)
    with do.using(None):  # type: ignore[arg-type] - the script's own account is not meant
        do.Droplet.fetch(5)
    assert [a.status for a in told] == [200]
