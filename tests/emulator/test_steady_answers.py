"""An answer that hangs on nothing but what is stored is given again, until anything is written or happens."""

from __future__ import annotations

import json
import os

import pytest

from dopyapi.emulator import Emulator, Fault, Lag, Limits, VirtualClock
from dopyapi.emulator.answering import new_request_id
from dopyapi.emulator.context import HANDLERS, STEADY
from dopyapi.emulator.handlers import load

from .conftest import Account

load()
BEARER = {"authorization": "Bearer any"}


@pytest.fixture
def worked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which operations a handler has worked for, among those whose answers are given again."""
    found: list[str] = []
    for name in STEADY:

        def noted(context, name=name, handler=HANDLERS[name]):
            found.append(name)
            return handler(context)

        monkeypatch.setitem(HANDLERS, name, noted)
    return found


def test_it_is_worked_out_once(account: Account, worked):
    path = f"/v2/droplets/{account.droplet()['id']}"
    first = account("GET", path)
    worked.clear()
    again = account("GET", path)
    assert worked == []
    assert again.body == first.body
    assert again.headers["x-request-id"] != first.headers["x-request-id"]
    assert int(again.headers["ratelimit-remaining"]) == int(first.headers["ratelimit-remaining"]) - 1


@pytest.mark.parametrize("kind", ["droplets", "actions", "volumes"])
def test_what_is_written_is_seen(kind, account: Account, worked):
    droplet = account.droplet()
    volume = account("POST", "/v2/volumes", {"name": "data", "size_gigabytes": 10, "region": "nyc3"})["volume"]
    action = account.act(droplet, "power_off")["action"]
    path = f"/v2/{kind}/{ {'droplets': droplet, 'actions': action, 'volumes': volume}[kind]['id'] }"
    before = account.get(path)
    assert account.get(path) == before
    account.pass_time(300)
    account("POST", f"/v2/volumes/{volume['id']}/actions", {"type": "attach", "droplet_id": droplet["id"]})
    account.pass_time(300)
    assert account.get(path) != before


def test_what_happens_by_itself_is_seen_at_its_time(account: Account):
    path = f"/v2/droplets/{account.droplet(settled=False)['id']}"
    seen = []
    for _ in range(40):
        seen.append(account.get(path)["droplet"]["status"])
        account.pass_time(1)
    assert sorted(set(seen)) == ["active", "new"]
    assert seen == sorted(seen, reverse=True)


def test_what_is_gone_is_not_shown(account: Account):
    path = f"/v2/droplets/{account.droplet()['id']}"
    account.get(path)
    kept = account.emulator.snapshot()
    assert account("DELETE", path).status == 204
    account.pass_time(60)
    assert account("GET", path).status == 404
    account.emulator.restore(kept)
    assert account("GET", path).status == 200
    account.emulator.reset()
    assert account("GET", path).status == 404


def test_who_may_not_see_it_does_not():
    with Emulator(clock=VirtualClock(), speed=0, tokens={"all": None, "few": ["account:read"]}) as emulator:
        spec = {"name": "web", "region": "nyc3", "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64"}

        def ask(token, method, path, body=b"", **headers):
            return emulator.handle(method, path, "", {"authorization": f"Bearer {token}", **headers}, body)

        number = json.loads(ask("all", "POST", "/v2/droplets", json.dumps(spec).encode()).body)["droplet"]["id"]
        path = f"/v2/droplets/{number}"
        answers = [ask(token, "GET", path).status for token in ("all", "few", "", "all", "other")]
        assert answers == [200, 403, 401, 200, 401]


def test_each_asks_for_what_he_asks_for(account: Account):
    path = f"/v2/droplets/{account.droplet()['id']}"
    plain = account.get(path)
    head = account("HEAD", path)
    assert (head.status, head.body) == (200, None)
    assert int(head.headers["content-length"]) > 100
    assert account("POST", path).status == 405
    assert account.get(f"{path}?any=1") == plain
    assert account.get(path.replace("/droplets/", "/%64roplets/")) == plain


def test_faults_limits_and_lag_come_first(account: Account):
    path = f"/v2/droplets/{account.droplet()['id']}"
    account.get(path)
    account.emulator.faults.add(Fault(status=503, times=1))
    assert [account("GET", path).status for _ in range(2)] == [503, 200]
    account.emulator.lag = Lag(gets=60)
    new = f"/v2/droplets/{account.droplet('new', settled=False)['id']}"
    assert account("GET", new).status == 404
    account.pass_time(61)
    assert account("GET", new).status == 200
    account.emulator.lag = Lag()
    account.emulator.limits = Limits(per_minute=2)
    assert [account("GET", path).status for _ in range(3)] == [200, 200, 429]


def test_not_all_are_remembered_for_ever(account: Account):
    path = f"/v2/droplets/{account.droplet()['id']}"
    for n in range(2500):
        account.emulator.handle("GET", path, f"n={n}", BEARER, b"")
    assert len(account.emulator.store.steady) <= 1000


def test_numbers_of_requests_are_never_the_same():
    made = {new_request_id() for _ in range(5000)}
    assert len(made) == 5000
    assert all(len(each) == 36 and each[14] == "4" and each[19] == "a" for each in made)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_process_has_numbers_of_its_own():
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.write(write, new_request_id().encode())
        os._exit(0)
    os.waitpid(child, 0)
    theirs, ours = os.read(read, 36).decode(), new_request_id()
    os.close(read)
    os.close(write)
    assert theirs[:23] != ours[:23]
