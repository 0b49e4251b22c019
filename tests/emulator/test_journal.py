"""The log of requests: what it says, what it forgets, and what it never holds."""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dopyapi.emulator import Answer, Emulator, Fault, Journal, Limits
from dopyapi.emulator.journal import MASK, masked

from .conftest import Account

MOMENT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SECRET = "dop_v1_" + "0123456789abcdef" * 4


def test_what_it_says_of_a_request(account: Account) -> None:
    reply = account("GET", "/v2/droplets?page=2&tag_name=web")
    (seen,) = account.emulator.log
    assert (seen.number, seen.method, seen.path, seen.query) == (1, "GET", "/v2/droplets", "page=2&tag_name=web")
    assert (seen.operation, seen.status, seen.emulated) == ("droplets_list", 200, "behaviour")
    assert seen.request_id == reply.headers["x-request-id"]
    assert seen.moment == account.clock.now()
    assert 0 < seen.milliseconds < 1000
    assert (seen.fault, seen.lost) == (None, None)


@pytest.mark.parametrize(
    ("method", "path", "operation", "status"),
    [
        ("HEAD", "/v2/droplets/", "droplets_list", 200),
        ("GET", "/v2/droplets/5", "droplets_get", 404),
        ("POST", "/v2/droplets", "droplets_create", 422),
        ("GET", "/v2/nothing", None, 404),
        ("PUT", "/v2/droplets", None, 405),
        ("GET", "/v1", None, 404),
    ],
)
def test_every_request_is_in_it(account: Account, method: str, path: str, operation: str | None, status: int) -> None:
    account.emulator.handle(method, path, "", {"authorization": "Bearer any"}, b"{}")
    seen = account.emulator.log[-1]
    assert (seen.method, seen.path, seen.operation, seen.status) == (method, path, operation, status)


def test_those_that_are_turned_away_are_in_it_too() -> None:
    with Emulator(token="right", limits=Limits(per_minute=1, minute=60.0)) as emulator:
        for header in ("Bearer wrong", "Bearer right", "Bearer right"):
            emulator.handle("GET", "/v2/tags", "", {"authorization": header}, b"")
        assert [seen.status for seen in emulator.log] == [401, 200, 429]


def test_which_fault_was_played(account: Account) -> None:
    played = Fault(operation="tags_*", nth=2, status=503)
    account.emulator.faults.add(played, Fault(path="/v2/volumes", drop="after"), Fault(path="/v2/images", half=True))
    for path in ("tags", "tags", "volumes", "images"):
        account.emulator.handle("GET", f"/v2/{path}", "", {"authorization": "Bearer any"}, b"")
    first, second, third, fourth = account.emulator.log
    assert (first.fault, first.status, first.emulated) == (None, 200, "behaviour")
    assert (second.fault, second.status, second.emulated) == (played, 503, "fault")
    assert (third.status, third.lost, third.operation) == (0, "reset", "volumes_list")
    assert (fourth.status, fourth.lost) == (200, "half")
    assert second.to_dict()["fault"] == {"operation": "tags_*", "nth": 2, "status": 503}


def test_control_is_not_in_it(account: Account) -> None:
    for method, path in (("GET", ""), ("GET", "/state"), ("POST", "/reset"), ("GET", "/nothing")):
        account.emulator.handle(method, f"/_emulator{path}", "", {}, b"")
    assert len(account.emulator.log) == 0
    assert account.emulator.log.last == 0


# Secrets.


def test_no_secret_is_in_it(account: Account) -> None:
    password = "correct horse battery staple"
    for path, query in (
        ("/v2/account", f"token={SECRET}"),
        ("/v2/account", f"q={SECRET}&page=1"),
        (f"/v2/tags/{SECRET}", ""),
        ("/v2/account", "Signature=c2VjcmV0&x-amz-credential=abc%2Fdef"),
        ("/v2/account", "db_password=hunter2&apikey=hunter2&access-key=hunter2&pass%77ord=hunter2"),
        ("/v2/account", "next=aB3dEfGh1JkLmN0pQrStUvWxYz2468AcEgIkMoQsUw"),
        ("/v2/account", "jwt=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJodW50ZXIyIn0.c2VjcmV0c2VjcmV0"),
    ):
        body = b'{"name": "a", "password": "%s"}' % password.encode()
        account.emulator.handle("POST", path, query, {"authorization": f"Bearer {SECRET}"}, body)
    log = account.emulator.log
    held = repr(list(log)) + repr(log) + repr([seen.to_dict() for seen in log]) + repr(vars(log))
    for secret in (SECRET, SECRET[10:], "hunter2", "c2VjcmV0", "abc%2Fdef", password, "aB3dEfGh1", "eyJ"):
        assert secret not in held, secret
    assert "page=1" in held
    assert pickle.loads(pickle.dumps(list(log))) == list(log)


@pytest.mark.parametrize(
    "query",
    [
        "page=2&per_page=200",
        "tag_name=k8s:11111111-2222-4333-8444-555555555555",
        "name=www.a-rather-long-host-name-of-a-machine.example.com",
        "type=A&name=",
        "flag",
        "a=b=c&&=d",
        "droplet_id=508114203",
        "resource=do%3Adroplet%3A508114203",
        "",
    ],
)
def test_what_is_no_secret_stays(query: str) -> None:
    assert masked(query) == query


@given(st.text(alphabet="abc&=%_ ", max_size=40))
def test_masking_keeps_the_names(query: str) -> None:
    names = [part.partition("=")[0] for part in query.split("&")]
    assert [part.partition("=")[0] for part in masked(query + "&token=x").split("&")] == [*names, "token"]
    assert masked("token=x").endswith(MASK)


def test_a_path_without_end_is_cut(account: Account) -> None:
    account.emulator.handle("GET", "/v2/" + "x" * 50_000, "y=" + "z" * 50_000, {"authorization": "Bearer any"}, b"")
    seen = account.emulator.log[-1]
    assert len(seen.path) + len(seen.query) <= 2000


# What is forgotten.


def filled(journal: Journal, count: int) -> None:
    for number in range(1, count + 1):
        journal.note(MOMENT, "GET", f"/v2/tags/{number}", "", Answer(200, {}, b""), None, 0.001)


def paths(seen: Any) -> list[int]:
    return [int(exchange.path.rpartition("/")[2]) for exchange in seen]


def test_the_oldest_are_forgotten() -> None:
    journal = Journal(3)
    filled(journal, 7)
    assert paths(journal) == [5, 6, 7]
    assert (len(journal), journal.first, journal.last) == (3, 5, 7)
    assert paths(journal.read(after=5)) == [6, 7]
    assert paths(journal.read(after=2)) == [5, 6, 7]
    assert paths(journal.read(after=5, limit=1)) == [6]
    assert paths(journal.latest(2)) == [6, 7]
    assert journal.read(after=7) == journal.read(after=100) == []
    assert paths([journal[0], journal[-1]]) == [5, 7]


def test_none_are_remembered() -> None:
    with Emulator(log=0) as emulator:
        emulator.handle("GET", "/v2/tags", "", {"authorization": "Bearer any"}, b"")
        assert (list(emulator.log), emulator.log.last) == ([], 1)
    with pytest.raises(ValueError, match="not -1"):
        Emulator(log=-1)


@pytest.mark.parametrize("most", [1, 2, 5, 100])
@given(steps=st.lists(st.one_of(st.integers(0, 9), st.just("clear")), max_size=15), after=st.integers(0, 60))
def test_it_is_a_queue_with_numbers(most: int, steps: list[Any], after: int) -> None:
    journal, model, number = Journal(most), deque[int](maxlen=most), 0
    for step in steps:
        if step == "clear":
            journal.clear()
            model.clear()
            continue
        for _ in range(step):
            number += 1
            journal.note(MOMENT, "GET", f"/v2/tags/{number}", "", Answer(200, {}, b""), None, 0.0)
            model.append(number)
    assert paths(journal) == [exchange.number for exchange in journal] == list(model)
    assert (len(journal), journal.last) == (len(model), number)
    assert paths(journal.read(after)) == [n for n in model if n > after]
    assert paths(journal.read(after, 3)) == [n for n in model if n > after][:3]
    assert paths(journal.latest(3)) == list(model)[-3:]


def test_many_at_once_lose_no_number(account: Account) -> None:
    def ask(_: int) -> Iterator[int]:
        for _ in range(50):
            account.emulator.handle("GET", "/v2/tags", "", {"authorization": "Bearer any"}, b"")
        return iter(())

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(8)))
    log = account.emulator.log
    assert [seen.number for seen in log] == list(range(1, 401))
    assert len({seen.request_id for seen in log}) == 400


def test_what_it_costs_does_not_grow_with_what_it_holds() -> None:
    import timeit

    small, large = Journal(10), Journal(100_000)
    filled(small, 20)
    filled(large, 150_000)
    answer = Answer(200, {"x-request-id": "a", "x-emulated": "behaviour"}, b"")

    def noting(journal: Journal) -> float:
        def note() -> None:
            journal.note(MOMENT, "GET", "/v2/tags", "", answer, None, 0.1)

        return min(timeit.repeat(note, number=2000, repeat=7))

    def reading(journal: Journal) -> float:
        return min(timeit.repeat(lambda: journal.latest(10), number=50, repeat=7))

    assert noting(large) < noting(small) * 5
    assert reading(large) < reading(small) * 5
