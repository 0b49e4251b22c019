"""The emulator's remote control, and who may use it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dopyapi as do
from dopyapi.emulator import Emulator, Fault, Lag
from dopyapi.emulator.control.endpoints import ENDPOINTS
from dopyapi.testing import ControlError

from .conftest import Account, Reply

WEB = {"name": "web", "region": "nyc3", "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64"}


def control(
    emulator: Emulator, method: str, path: str, body: Any = None, base: str = "http://localhost:8080", **headers: str
) -> Reply:
    """As a program that brings no token."""
    path, _, query = path.partition("?")
    sent = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = emulator.handle(method, f"/_emulator{path}", query, names, sent, base)
    assert answer.status != 500, answer
    assert answer.headers["cache-control"] == "no-store"
    assert not any(name.startswith("access-control") for name in answer.headers)
    parsed = answer.body
    if parsed and answer.headers["content-type"] == "application/json":
        parsed = json.loads(parsed)
    return Reply(answer.status, parsed or None, answer.headers)


def ask(account: Account, method: str, path: str, body: Any = None, **headers: str) -> Reply:
    return control(account.emulator, method, path, body, **headers)


def test_it_describes_itself(account: Account) -> None:
    told = ask(account, "GET", "/")
    assert (told.status, told["emulator"], told["speed"], told["strict"]) == (200, "dopyapi", 1, False)
    assert {(e["method"], e["path"]) for e in told["endpoints"]} >= {
        ("POST", "/_emulator/reset"),
        ("GET", "/_emulator/state/{collection}"),
    }
    assert len(told["endpoints"]) == sum(map(len, ENDPOINTS.values()))
    assert all(endpoint["does"] for endpoint in told["endpoints"])
    assert ask(account, "GET", "").body == told.body
    head = ask(account, "HEAD", "/")
    assert (head.status, head.body) == (200, None)
    assert int(head.headers["content-length"]) > 100


def test_reset_snapshot_and_restore(account: Account) -> None:
    account.droplet("web")
    data = ask(account, "GET", "/snapshot")
    assert (data.status, data.headers["content-type"]) == (200, "application/octet-stream")
    assert ask(account, "POST", "/reset").status == 204
    assert account.get("/v2/droplets")["droplets"] == []
    assert ask(account, "POST", "/restore", data.body).status == 204
    assert account.get("/v2/droplets")["droplets"][0]["name"] == "web"
    refused = ask(account, "POST", "/restore", b"what else?")
    assert (refused.status, "GET /_emulator/snapshot makes one" in refused.message) == (422, True)
    assert account.get("/v2/droplets")["droplets"][0]["name"] == "web"


def test_time_passes_when_it_is_told_to(account: Account) -> None:
    account.droplet("web", settled=False)
    before = ask(account, "GET", "/clock")
    assert (before["now"], before["virtual"]) == ("2026-11-23T09:30:00Z", True)
    assert (before["next"]["event"], before["next"]["in_seconds"]) == ("action.due", 30)
    after = ask(account, "POST", "/clock", {"advance": 30.5})
    assert (after.status, after["now"]) == (200, "2026-11-23T09:30:30.500000Z")
    assert account.emulator.state["droplets"][0]["status"] == "active"
    with Emulator() as real:
        refused = control(real, "POST", "/clock", {"advance": 1})
        assert (refused.status, "--clock virtual" in refused.message) == (409, True)
        assert control(real, "GET", "/clock")["virtual"] is False


def test_faults_are_planned(account: Account) -> None:
    assert ask(account, "POST", "/faults", {"operation": "tags_list", "nth": 1, "status": 503}).status == 201
    assert ask(account, "POST", "/faults", [{"path": "/v2/images", "status": 500}]).status == 201
    plan = ask(account, "POST", "/faults", {"seed": 9, "faults": [{"probability": 0.5, "delay": 1}]})
    assert (plan["seed"], len(plan["faults"])) == (9, 3)
    assert next(iter(account.emulator.faults)) == Fault(operation="tags_list", nth=1, status=503)
    assert account("GET", "/v2/tags").status == 503
    told = ask(account, "GET", "/faults")
    assert [(p["operation"], p["call"], p["fault"]["status"]) for p in told["played"]] == [("tags_list", 1, 503)]
    assert ask(account, "POST", "/faults/rewind").status == 204
    assert account("GET", "/v2/tags").status == 503
    assert ask(account, "DELETE", "/faults").status == 204
    assert ask(account, "GET", "/faults")["faults"] == []


def test_control_meets_no_fault_no_limit_and_no_lag() -> None:
    from dopyapi.emulator import Limits

    account = Account(faults=[Fault(status=500)], limits=Limits(per_minute=1, minute=60.0), lag=Lag(lists=60, gets=60))
    for _ in range(5):
        assert ask(account, "GET", "/state").status == 200
    ask(account, "DELETE", "/faults")
    account.emulator.handle("POST", "/v2/droplets", "", {"authorization": "Bearer t"}, json.dumps(WEB).encode())
    assert ask(account, "GET", "/state")["counts"]["droplets"] == 1
    assert ask(account, "GET", "/state/droplets")["droplets"][0]["name"] == "web"
    account.pass_time(61)
    assert account.emulator.store.fresh is not None
    account.emulator.close()


def test_lag_and_durations_are_set(account: Account) -> None:
    assert ask(account, "POST", "/lag", {"lists": 5}).body == {"lists": 5.0, "gets": 0.0, "addresses": 0.0, "ends": 0.0}
    assert ask(account, "POST", "/lag", {"gets": 2})["lists"] == 5.0
    assert account.emulator.lag == Lag(lists=5, gets=2)
    assert ask(account, "POST", "/durations", {"droplet.create": 90, "database": 5}).status == 200
    assert ask(account, "POST", "/durations", {"database": None}).body == {"droplet.create": 90.0}
    assert ask(account, "GET", "/durations").body == {"droplet.create": 90.0}


def test_the_log_is_read_on(account: Account) -> None:
    for number in range(5):
        account("GET", f"/v2/droplets/{number}")
    latest = ask(account, "GET", "/requests?limit=2")
    assert [r["path"] for r in latest["requests"]] == ["/v2/droplets/3", "/v2/droplets/4"]
    assert (latest["first"], latest["last"]) == (1, 5)
    more = ask(account, "GET", "/requests?after=1&limit=2")
    assert [r["number"] for r in more["requests"]] == [2, 3]
    assert more["requests"][0]["operation"] == "droplets_get"
    assert ask(account, "GET", "/requests?after=5")["requests"] == []
    assert ask(account, "DELETE", "/requests").status == 204
    account("GET", "/v2/tags")
    assert [r["number"] for r in ask(account, "GET", "/requests?after=5")["requests"]] == [6]


def test_what_exists(account: Account) -> None:
    account.droplet("old", tags=["a"])
    new = account.droplet("new", settled=False)
    told = ask(account, "GET", "/state?rows=1")
    assert (told["counts"]["droplets"], told["counts"]["volumes"], told["counts"]["tags"]) == (2, 0, 1)
    assert told["collections"]["droplets"]["total"] == 2
    assert [row["name"] for row in told["collections"]["droplets"]["rows"]] == ["old"]
    assert "volumes" not in told["collections"]
    pending = told["pending"][0]
    assert (pending["subject"], pending["action"]["type"]) == (f"droplet/{new['id']}", "create")
    page = ask(account, "GET", "/state/droplets?page=2&per_page=1")
    assert ([d["name"] for d in page["droplets"]], page["total"]) == (["new"], 2)
    assert page["droplets"][0] == account.get(f"/v2/droplets/{new['id']}")["droplet"]


def test_what_the_api_has_no_way_to(account: Account) -> None:
    issued = ask(account, "POST", "/tokens", {"scopes": ["tag:read"]})
    assert issued.status == 201
    bearer = {"authorization": f"Bearer {issued['token']}"}
    assert account("GET", "/v2/tags", **bearer).status == 200
    assert account("GET", "/v2/droplets", **bearer).status == 403
    assert ask(account, "POST", "/account", {"droplet_limit": 1}).status == 204
    assert account.get("/v2/account")["account"]["droplet_limit"] == 1
    account("POST", "/v2/registries", {"name": "hub", "subscription_tier_slug": "basic", "region": "nyc3"})
    pushed = ask(account, "POST", "/push", {"registry": "hub", "repository": "app", "tag": "v1"})
    assert (pushed.status, pushed["tag"]["tag"]) == (201, "v1")
    assert account.get("/v2/registry/hub/repositories/app/tags")["tags"][0]["tag"] == "v1"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "said"),
    [
        ("GET", "/sate", None, 404, "did you mean 'state'?"),
        ("GET", "/zzzz", None, 404, "/_emulator/snapshot"),
        ("GET", "/reset/now", None, 404, "there is no"),
        ("GET", "x", None, 404, "there is no"),
        ("GET", "/reset", None, 405, "this path has POST"),
        ("OPTIONS", "/reset", None, 405, "this path has POST"),
        ("PUT", "/clock", {}, 405, "GET, POST"),
        ("POST", "/clock", None, 400, "a JSON body is required"),
        ("POST", "/clock", b"{", 400, "not valid JSON"),
        ("POST", "/clock", b"\xff\xfe", 400, "not valid JSON"),
        ("POST", "/clock", b"[" * 100_000, 400, "not valid JSON"),
        ("POST", "/clock", [], 422, "must be an object with advance (seconds)"),
        ("POST", "/clock", {}, 422, "advance must be a number of seconds"),
        ("POST", "/clock", {"advanse": 1}, 422, "did you mean 'advance'?"),
        ("POST", "/clock", {"advance": -1}, 422, "from 0 on, not -1"),
        ("POST", "/clock", {"advance": True}, 422, "not True"),
        ("POST", "/clock", {"advance": "1"}, 422, "not '1'"),
        ("POST", "/clock", {"advance": 1e300}, 422, "beyond the year 9999"),
        ("POST", "/clock", b'{"advance": 1e999}', 400, "not valid JSON"),
        ("POST", "/faults", {"statsu": 500}, 422, "did you mean 'status'?"),
        ("POST", "/faults", {"status": 5}, 422, "an HTTP status"),
        ("POST", "/faults", 7, 422, "a plan is a list of faults"),
        ("POST", "/faults", [{"status": 500}, {"status": 1}], 422, "fault 2"),
        ("POST", "/lag", {"list": 1}, 422, "did you mean 'lists'?"),
        ("POST", "/lag", {"lists": "soon"}, 422, "not 'soon'"),
        ("POST", "/durations", {"dorplet": 1}, 422, "droplet"),
        ("POST", "/durations", {"droplet": -1}, 422, "not -1"),
        ("POST", "/durations", [], 422, "droplet.create"),
        ("GET", "/requests?limt=3", None, 422, "did you mean 'limit'?"),
        ("GET", "/requests?limit=x", None, 422, "whole number"),
        ("GET", "/requests?limit=-1", None, 422, "whole number"),
        ("GET", "/state/dropletts", None, 404, "did you mean 'droplets'?"),
        ("GET", "/state/droplets?page=%C2%B2", None, 422, "whole number"),
        ("POST", "/tokens", {"scopes": ["droplet:raed"]}, 422, "did you mean 'droplet:read'?"),
        ("POST", "/tokens", {"scopes": "write"}, 422, "'read', or null"),
        ("POST", "/tokens", {"scopes": [[]]}, 422, "scope"),
        ("POST", "/account", {"droplet_limits": 3}, 422, "an account has no droplet_limits"),
        ("POST", "/account", {"droplet_limit": "many"}, 422, "droplet_limit"),
        ("POST", "/account", 3, 422, "droplet_limit"),
        ("POST", "/push", {"registry": "hub"}, 422, "repository is required"),
        ("POST", "/push", {"registry": "hub", "repository": "app"}, 404, ""),
        ("POST", "/push", {"registry": 1, "repository": "app"}, 422, "must be a text"),
        ("POST", "/restore", None, 422, "nothing at all"),
        ("POST", "/seed", None, 400, "a seed is required"),
    ],
)
def test_what_is_wrong_is_said(account: Account, method: str, path: str, body: Any, status: int, said: str) -> None:
    before = account.emulator.snapshot()
    refused = ask(account, method, path, body)
    assert refused.status == status, refused
    assert said in refused.message
    assert account.emulator.snapshot() == before
    assert len(account.emulator.faults) == 0
    if status == 405:
        assert "POST" in refused.headers["allow"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from([(m, p.replace("*", "droplets")) for p, ms in ENDPOINTS.items() for m in ms]),
    body=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["advance", "lists", "scopes", "faults", "status", "seed", "droplet_limit", "droplets"])
                | st.text(max_size=4),
                inner,
                max_size=3,
            )
        ),
        max_leaves=6,
    ),
)
def test_nothing_that_is_sent_makes_it_fail(account: Account, path: tuple[str, str], body: Any) -> None:
    assert ask(account, path[0], f"/{path[1]}", json.dumps(body).encode("utf-8", "surrogatepass")).status < 500
    account.emulator.faults.clear()
    account("GET", "/v2/droplets")


def test_more_than_is_read_is_refused(account: Account) -> None:
    assert ask(account, "POST", "/faults", bytes(17 * 1024 * 1024)).status == 413
    assert ask(account, "POST", "/restore", bytes(17 * 1024 * 1024)).status == 422


# Who may.


@pytest.fixture
def guarded() -> Iterator[Emulator]:
    with Emulator(tokens={"full": None, "some": ["droplet:read"]}) as emulator:
        yield emulator


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"authorization": "Bearer wrong"}, 401),
        ({"authorization": "Bearer some"}, 403),
        ({"authorization": "Bearer full"}, 200),
        ({"authorization": "Basic ZnVsbDo="}, 200),
    ],
)
def test_where_a_token_is_demanded_control_demands_it(guarded: Emulator, headers: dict[str, str], status: int) -> None:
    for path in ("/", "/state", "/requests", "/snapshot", "/faults"):
        assert control(guarded, "GET", path, **headers).status == status
    assert control(guarded, "POST", "/reset", **headers).status == {200: 204}.get(status, status)
    # With it, the name that is asked under does not matter: a page that made it its own has no token.
    assert control(guarded, "GET", "/state", base="http://emulator.example.com", **headers).status == status
    assert control(guarded, "GET", "/state", origin="http://evil.example.com", **headers).status == 403


LOCAL = "http://localhost:8080"


@pytest.mark.parametrize(
    ("base", "headers", "may"),
    [
        (LOCAL, {}, True),
        (LOCAL, {"origin": LOCAL, "sec_fetch_site": "same-origin"}, True),
        (LOCAL, {"sec_fetch_site": "none"}, True),
        (LOCAL, {"origin": "http://evil.example.com"}, False),
        (LOCAL, {"origin": "http://localhost:3000"}, False),
        (LOCAL, {"origin": "https://localhost:8080"}, False),
        (LOCAL, {"origin": "null"}, False),
        (LOCAL, {"origin": ""}, False),
        (LOCAL, {"origin": "http://[localhost:8080"}, False),
        (LOCAL, {"sec_fetch_site": "cross-site"}, False),
        (LOCAL, {"sec_fetch_site": "same-site"}, False),
        (LOCAL, {"sec_fetch_site": "same-origin", "origin": "http://evil.example.com"}, False),
        ("http://evil.example.com:8080", {}, False),
        ("http://evil.example.com:8080", {"origin": "http://evil.example.com:8080"}, False),
        ("http://localhost.evil.com", {}, False),
        ("http://127.0.0.1.evil.com:8080", {}, False),
        ("http://", {}, False),
        ("http://[", {}, False),
        ("http://127.0.0.1:8080", {}, True),
        ("http://[::1]:8080", {"origin": "http://[::1]:8080"}, True),
        ("http://192.168.1.7:8080", {}, True),
        ("http://emulator:8080", {}, True),
        ("http://do.localhost", {"origin": "http://do.localhost:80"}, True),
        ("http://LOCALHOST.:8080", {}, True),
        ("http://host.docker.internal:8080", {}, True),
        ("https://api.digitalocean.com", {}, True),
        ("https://other.digitalocean.com", {}, False),
    ],
)
def test_web_pages_of_others_are_refused(base: str, headers: dict[str, str], may: bool) -> None:
    with Emulator(hosts=["api.digitalocean.com"]) as emulator:
        for method, path in (("GET", "/state"), ("POST", "/reset"), ("GET", "/nothing")):
            answer = control(emulator, method, path, base=base, **headers)
            assert (answer.status != 403) is may, answer
            if not may:
                assert "web page" in answer.message


# On a socket.


def test_a_server_is_steered_from_python() -> None:
    with do.testing.server("--clock", "virtual", "--speed", "1", "--limits", "100/1s") as server:
        assert server.seed({"droplets": [{**WEB, "name": "seeded"}]}) == {"droplets": 1}
        with do.Client(server.token, server.url) as client:
            made = do.Droplet.new.on(client)(**WEB)
            data = server.snapshot()
            before = server.advance(0)
            assert (server.advance(31) - before).total_seconds() == 31
            assert [droplet["status"] for droplet in server.state("droplets")] == ["active", "active"]
            server.restore(data)
            assert [droplet["status"] for droplet in server.state("droplets")] == ["active", "new"]
            server.faults.add(Fault(operation="droplets_get", status=404))
            assert (len(server.faults), next(iter(server.faults)).status) == (1, 404)
            with pytest.raises(do.ResourceNotFoundError):
                do.Droplet.fetch.on(client)(made.id)
            assert server.faults.played[0]["operation"] == "droplets_get"
            server.faults.rewind()
            assert server.faults.played == []
            server.faults.clear()
            seen = server.requests()
            assert [r["operation"] for r in seen] == ["droplets_create", "droplets_get"]
            assert seen[-1]["fault"]["status"] == 404
            assert server.requests(after=seen[0]["number"]) == seen[1:]
            server.reset()
            assert (server.state("droplets"), server.requests()) == ([], [])
        for wrong in (
            lambda: server.restore(b"x"),
            lambda: server.seed("droplet: []"),
            lambda: server.state("nothing"),
            lambda: server.advance(-1),
        ):
            with pytest.raises(ControlError) as refused:
                wrong()
            assert server.token not in str(refused.value)


def test_a_server_with_a_token_and_tls_is_steered_too() -> None:
    with do.testing.server("--token", "t0p", tls=True) as server:
        assert server.token == "t0p"
        server.seed("tags: [a, b]")
        assert [tag["name"] for tag in server.state("tags")] == ["a", "b"]
        with pytest.raises(ControlError, match="--clock virtual"):
            server.advance(1)


def test_large_accounts_travel_both_ways() -> None:
    with do.testing.server("--speed", "0") as server:
        server.seed({"droplets": [{**WEB, "name": "web-{1..4000}", "user_data": "x" * 4000}]})
        data = server.snapshot()
        assert len(data) > 17 * 1024 * 1024  # more than the body of any request of the API
        server.reset()
        server.restore(data)
        assert len(server.state("droplets")) == 4000
        assert len(server.state("droplets")[0]["networks"]["v4"]) == 2
