"""What holds for every request: who asks, how often, in what form."""

from __future__ import annotations

import base64
import json
import logging
import threading

import pytest

from dopyapi.emulator import Emulator, Limits, VirtualClock
from dopyapi.emulator.context import HANDLERS

from .conftest import Account

BEARER = {"authorization": "Bearer any"}


@pytest.mark.parametrize(
    "headers", [{}, {"authorization": ""}, {"authorization": "Bearer "}, {"authorization": "Token abc"}]
)
def test_without_a_token_nobody_is_let_in(headers):
    with Emulator() as emulator:
        answer = emulator.handle("GET", "/v2/account", "", headers, b"")
        assert answer.status == 401
        assert json.loads(answer.body) == {"id": "unauthorized", "message": "Unable to authenticate you."}
        assert answer.headers["x-request-id"]


def test_a_given_token_is_demanded():
    with Emulator(token="right") as emulator:
        assert emulator.handle("GET", "/v2/account", "", BEARER, b"").status == 401
        assert emulator.handle("GET", "/v2/account", "", {"authorization": "Bearer right"}, b"").status == 200
        basic = base64.b64encode(b"right:").decode()
        assert emulator.handle("GET", "/v2/account", "", {"authorization": f"Basic {basic}"}, b"").status == 200
        assert "right" not in repr(emulator)


def test_every_answer_has_an_id_and_tells_of_the_budget(account: Account):
    first, second = account("GET", "/v2/account"), account("GET", "/v2/nothing")
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    assert first.headers["content-type"] == "application/json"
    assert first.headers["ratelimit-limit"] == "5000"
    assert int(first.headers["ratelimit-remaining"]) == int(second.headers["ratelimit-remaining"]) + 1
    assert int(first.headers["ratelimit-reset"]) == account.clock.now().timestamp() + 3600
    assert second["request_id"] == second.headers["x-request-id"]


def test_the_budget_comes_back_an_hour_after_it_was_spent():
    account = Account(limits=Limits())
    assert account("GET", "/v2/account").headers["ratelimit-remaining"] == "4999"
    account.pass_time(1800)
    assert account("GET", "/v2/account").headers["ratelimit-remaining"] == "4998"
    account.pass_time(1801)
    assert account("GET", "/v2/account").headers["ratelimit-remaining"] == "4998"


def test_a_burst_is_refused_with_the_time_to_wait():
    account = Account(limits=Limits(per_minute=3))
    for _ in range(3):
        assert account("GET", "/v2/account").status == 200
        account.pass_time(10)
    reply = account("GET", "/v2/account")
    assert (reply.status, reply["id"]) == (429, "too_many_requests")
    assert reply.headers["ratelimit-remaining"] == "0"
    account.pass_time(int(reply.headers["retry-after"]))
    assert account("GET", "/v2/account").status == 200


def test_a_spent_hour_is_refused_without_a_time_to_wait():
    account = Account(limits=Limits(per_hour=2))
    replies = [account("GET", "/v2/account") for _ in range(3)]
    assert [r.status for r in replies] == [200, 200, 429]
    assert "retry-after" not in replies[2].headers
    assert replies[2].headers["ratelimit-reset"] == str(int(account.clock.now().timestamp()) + 3600)


def test_ssh_keys_may_be_listed_ten_times_a_minute():
    account = Account(limits=Limits())
    assert [account("GET", "/v2/account/keys").status for _ in range(11)] == [200] * 10 + [429]
    assert account("GET", "/v2/account").status == 200


def test_each_token_has_a_budget_of_its_own():
    with Emulator(limits=Limits(per_hour=1)) as emulator:
        ask = lambda token: emulator.handle("GET", "/v2/account", "", {"authorization": f"Bearer {token}"}, b"").status  # noqa: E731
        assert [ask("a"), ask("a"), ask("b")] == [200, 429, 200]


def test_head_is_get_without_a_body(account: Account):
    head, get = account("HEAD", "/v2/regions"), account("GET", "/v2/regions")
    assert (head.status, head.body) == (200, None)
    assert head.headers["content-length"] == get.headers["content-length"]


def test_no_content_has_neither_body_nor_type(account: Account):
    droplet = account.droplet()
    reply = account("DELETE", f"/v2/droplets/{droplet['id']}", {"ignored": True})
    assert reply.status == 204
    assert reply.body is None
    assert "content-type" not in reply.headers


@pytest.mark.parametrize(
    "body",
    [b"{", b"\xff\xfe", b'{"name": "\xff"}', b"[" * 100_000, b'{"a":' * 5000, b"nul", b'{"name": "\\ud800"}'],
    ids=range(7),
)
def test_what_is_not_json_is_refused(account: Account, body):
    assert account("POST", "/v2/droplets", body).status == 400


def test_a_huge_body_is_refused(account: Account):
    assert account("POST", "/v2/droplets", b'"' + b"a" * (17 * 1024 * 1024) + b'"').status == 413


@pytest.mark.parametrize(
    "query", ["page=0", "page=-5", "per_page=0", "per_page=9999", "page=x", "page=%FF", "page=" + "9" * 400, "page="]
)
def test_a_page_out_of_bounds_is_answered_with_the_nearest(account: Account, query):
    reply = account("GET", f"/v2/sizes?{query}")
    assert reply.status == 200
    assert len(reply["sizes"]) <= 200


def test_strict_refuses_what_the_document_forbids():
    account = Account(strict=True)
    for query, said in (("per_page=201", "1 to 200"), ("pge=2", "did you mean 'page'")):
        reply = account("GET", f"/v2/droplets?{query}")
        assert reply.status == 422
        assert said in reply.message
    body = {"name": "a", "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64", "regoin": "nyc3"}
    reply = account("POST", "/v2/droplets", body)
    assert reply.status == 422
    assert "unknown field 'regoin'; did you mean 'region'?" in reply.message
    del body["regoin"]
    assert account("POST", "/v2/droplets", {**body, "ssh_keys": None}).status == 422
    assert account("POST", "/v2/droplets", body).status == 202
    reply = account("GET", "/v2/droplets/")
    assert (reply.status, "did you mean '/v2/droplets'?" in reply.message) == (404, True)


def test_lenient_takes_what_clients_in_the_field_send():
    account = Account()
    body = {"name": "a", "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64", "ssh_keys": None, "tags": None}
    assert account("POST", "/v2/droplets?whatever=1", {**body, "volumes": [], "regoin": "x"}).status == 202


@pytest.mark.parametrize(("field", "value"), [("tags", "web"), ("name", {}), ("size", []), ("ipv6", 3)])
def test_values_of_the_wrong_kind_are_refused_by_name(account: Account, field, value):
    body = {"name": "a", "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64", field: value}
    reply = account("POST", "/v2/droplets", body)
    assert reply.status == 422
    assert reply.message.startswith(f"{field} must be")


def test_a_failure_inside_is_a_500_that_changes_nothing(account: Account, monkeypatch, caplog):
    def failing(context):
        context.store.add("droplet", 1, {"id": 1}, facet="droplet")
        raise ZeroDivisionError

    monkeypatch.setitem(HANDLERS, "account_get", failing)
    with caplog.at_level(logging.ERROR, "dopyapi.emulator"):
        reply = account("GET", "/v2/account", authorization="Bearer hush-hush")
    assert (reply.status, reply["id"]) == (500, "server_error")
    assert reply["request_id"] in caplog.text
    assert "hush-hush" not in caplog.text
    assert account.get("/v2/droplets")["meta"]["total"] == 0


def test_threads_may_share_an_emulator():
    with Emulator(clock=VirtualClock(), speed=0) as emulator:
        body = json.dumps({"name": "a", "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64"}).encode()
        seen: list[int] = []

        def work() -> None:
            for _ in range(25):
                answer = emulator.handle("POST", "/v2/droplets", "", BEARER, body)
                seen.append(json.loads(answer.body)["droplet"]["id"])
                assert emulator.handle("GET", "/v2/droplets", "", BEARER, b"").status == 200

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(set(seen)) == 100
        listed = json.loads(emulator.handle("GET", "/v2/droplets", "per_page=1", BEARER, b"").body)
        assert listed["meta"]["total"] == 100
        addresses = {
            n["ip_address"]
            for d in json.loads(emulator.handle("GET", "/v2/droplets", "per_page=200", BEARER, b"").body)["droplets"]
            for n in d["networks"]["v4"]
        }
        assert len(addresses) == 200
