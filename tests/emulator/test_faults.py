"""Faults: which requests they meet, what they do to the work and to the answer, and that a plan plays again."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from dopyapi.emulator import Answer, Delivery, Emulator, Fault, FaultError, Faults, RealClock, VirtualClock

BEARER = {"authorization": "Bearer hush-hush"}
DROPLET = {"name": "web", "region": "nyc3", "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64"}


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(clock=VirtualClock(), speed=0) as made:
        yield made


def ask(emulator: Emulator, method: str, path: str, body: Any = None, headers: Any = BEARER) -> Answer:
    path, _, query = path.partition("?")
    return emulator.handle(method, path, query, headers, b"" if body is None else json.dumps(body).encode())


def droplets(emulator: Emulator) -> int:
    """How many there are, whatever faults are planned."""
    faults, emulator.faults = emulator.faults, Faults()
    total: int = json.loads(ask(emulator, "GET", "/v2/droplets").body)["meta"]["total"]
    emulator.faults = faults
    return total


# What is done


@pytest.mark.parametrize(
    ("fault", "status", "made"),
    [
        (Fault(status=503), 503, 0),
        (Fault(status=504, commit=True), 504, 1),
        (Fault(html=True), 502, 0),
        (Fault(html=True, status=504, commit=True), 504, 1),
        (Fault(drop="before"), 0, 0),
        (Fault(drop="after"), 0, 1),
        (Fault(refuse=True), 0, 0),
        (Fault(silent=True), 0, 0),
        (Fault(silent=True, commit=True), 0, 1),
        (Fault(half=True), 202, 1),
        (Fault(slow=3), 202, 1),
        (Fault(delay=3), 202, 1),
        (Fault(content_type="text/html"), 202, 1),
        (Fault(clock_skew=3600), 202, 1),
        (Fault(headers={"ratelimit-remaining": "3"}), 202, 1),
        (Fault(duplicate="answer"), 202, 1),
        (Fault(duplicate="request"), 202, 2),
        (Fault(duplicate="request", status=504, commit=True), 504, 2),
        (Fault(duplicate="request", drop="after"), 0, 2),
    ],
    ids=str,
)
def test_the_work_is_done_or_not_as_the_fault_says(emulator: Emulator, fault: Fault, status: int, made: int) -> None:
    emulator.faults.add(fault)
    assert ask(emulator, "POST", "/v2/droplets", DROPLET).status == status
    assert droplets(emulator) == made
    emulator.faults.clear()
    assert ask(emulator, "POST", "/v2/droplets", DROPLET).status == 202
    assert droplets(emulator) == made + 1


def test_what_is_refused_stays_undone_under_a_fault_that_commits(emulator: Emulator) -> None:
    emulator.faults.add(Fault(status=504, commit=True))
    assert ask(emulator, "POST", "/v2/droplets", {**DROPLET, "size": "none"}).status == 504
    assert droplets(emulator) == 0


@pytest.mark.parametrize(
    ("fault", "delivery"),
    [
        (Fault(status=503), None),
        (Fault(content_type="text/html"), None),
        (Fault(delay=2), Delivery(delay=2)),
        (Fault(status=504, delay=30), Delivery(delay=30)),
        (Fault(slow=2), Delivery(slow=2)),
        (Fault(drop="before"), Delivery(lost="reset")),
        (Fault(drop="after", delay=1), Delivery(delay=1, lost="reset")),
        (Fault(refuse=True), Delivery(lost="refused")),
        (Fault(silent=True), Delivery(lost="silent")),
        (Fault(half=True), Delivery(lost="half")),
        (Fault(duplicate="answer"), Delivery(twice=True)),
        (Fault(duplicate="request"), None),
    ],
    ids=str,
)
def test_how_the_answer_travels_is_said_with_it(emulator: Emulator, fault: Fault, delivery: Delivery | None) -> None:
    emulator.faults.add(fault)
    answer = ask(emulator, "GET", "/v2/account")
    assert answer.delivery == delivery
    assert (answer.status == 0) == (delivery is not None and delivery.lost in ("reset", "refused", "silent"))


def test_of_an_answer_without_a_body_no_half_comes(emulator: Emulator) -> None:
    made = json.loads(ask(emulator, "POST", "/v2/droplets", DROPLET).body)["droplet"]
    emulator.faults.add(Fault(half=True))
    answer = ask(emulator, "DELETE", f"/v2/droplets/{made['id']}")
    assert (answer.status, answer.delivery) == (0, Delivery(lost="reset"))
    assert droplets(emulator) == 0


# What is said


def test_an_answer_of_its_own_is_an_error_of_the_api(emulator: Emulator) -> None:
    emulator.faults.add(Fault(status=429, nth=1), Fault(status=429, retry_after=7))
    bare, told = ask(emulator, "GET", "/v2/account"), ask(emulator, "GET", "/v2/account")
    error = json.loads(bare.body)
    assert (bare.status, error["id"], bare.headers["x-emulated"]) == (429, "too_many_requests", "fault")
    assert error["request_id"] == bare.headers["x-request-id"]
    assert bare.headers["content-length"] == str(len(bare.body))
    assert "retry-after" not in bare.headers
    assert told.headers["retry-after"] == "7"


def test_an_answer_of_its_own_may_be_empty_a_page_or_anything(emulator: Emulator) -> None:
    emulator.faults.add(
        Fault(status=500, body="", times=1),
        Fault(html=True, times=1),
        Fault(status=200, body={"droplets": None}, times=1),
        Fault(status=503, body="Service overloaded", headers={"X-Cache": "miss"}, times=1),
        Fault(status=204, times=1),
    )
    empty, page, odd, text, none = (ask(emulator, "GET", "/v2/droplets") for _ in range(5))
    assert (empty.status, empty.body, empty.headers["content-length"]) == (500, b"", "0")
    assert "content-type" not in empty.headers
    assert (page.status, page.headers["content-type"]) == (502, "text/html")
    assert b"<h1>502 Bad Gateway</h1>" in page.body
    assert (odd.status, json.loads(odd.body)) == (200, {"droplets": None})
    assert (text.body, text.headers["x-cache"]) == (b"Service overloaded", "miss")
    assert (none.status, none.body, "content-length" in none.headers) == (204, b"", False)
    assert ask(emulator, "GET", "/v2/droplets").status == 200


def test_a_wrong_content_type_is_on_the_right_answer(emulator: Emulator) -> None:
    emulator.faults.add(Fault(content_type="text/html"))
    answer = ask(emulator, "GET", "/v2/account")
    assert answer.headers["content-type"] == "text/html"
    assert json.loads(answer.body)["account"]["status"] == "active"


def test_headers_may_be_put_in_place_of_the_right_ones(emulator: Emulator) -> None:
    emulator.faults.add(Fault(headers={"RateLimit-Remaining": "0"}))
    assert ask(emulator, "GET", "/v2/account").headers["ratelimit-remaining"] == "0"


@pytest.mark.parametrize("skew", [-86_400, 7])
def test_every_answer_has_the_date_and_a_skewed_clock_another(emulator: Emulator, skew: int) -> None:
    emulator.faults.add(Fault(clock_skew=skew, nth=2))
    for seconds in (0, skew, 0):
        told = parsedate_to_datetime(ask(emulator, "GET", "/v2/account").headers["date"])
        assert told == emulator.clock.now() + timedelta(seconds=seconds)
    emulator.clock.advance(61)  # type: ignore[attr-defined]
    assert parsedate_to_datetime(ask(emulator, "GET", "/v2/nothing").headers["date"]) == emulator.clock.now()


def test_head_has_no_body_under_faults_too(emulator: Emulator) -> None:
    emulator.faults.add(Fault(status=503))
    answer = ask(emulator, "HEAD", "/v2/regions")
    assert (answer.status, answer.body) == (503, b"")


def test_on_a_real_clock_nothing_waits_in_handle() -> None:
    with Emulator(clock=RealClock(), faults=[Fault(delay=10_000)]) as emulator:
        assert ask(emulator, "GET", "/v2/account").delivery == Delivery(delay=10_000)


# Which requests


def plays(emulator: Emulator, *faults: Fault, requests: Any = ("GET /v2/account",) * 12) -> list[int]:
    """The numbers of the requests on which something was played."""
    emulator.faults.clear()
    emulator.faults.add(*faults)
    found = []
    for number, request in enumerate(requests, 1):
        method, path = request.split()
        if ask(emulator, method, path).status == 599:
            found.append(number)
    return found


def test_counts(emulator: Emulator) -> None:
    assert plays(emulator, Fault(status=599, nth=2)) == [2]
    assert plays(emulator, Fault(status=599, nth=[1, 5, 6])) == [1, 5, 6]
    assert plays(emulator, Fault(status=599, every=5)) == [5, 10]
    assert plays(emulator, Fault(status=599, times=3)) == [1, 2, 3]
    assert plays(emulator, Fault(status=599, every=2, times=2)) == [2, 4]
    assert plays(emulator, Fault(status=599, nth=13)) == []


REQUESTS = (
    "GET /v2/droplets",
    "GET /v2/droplets/",
    "GET /v2/droplets?page=2",
    "GET /v2/droplets/5",
    "GET /v2/droplets/5/actions",
    "DELETE /v2/droplets/5",
    "HEAD /v2/droplets",
    "GET /v2/volumes",
    "GET /v2/nowhere",
)


@pytest.mark.parametrize(
    ("reach", "met"),
    [
        ({}, range(1, 10)),
        ({"operation": "droplets_list"}, [1, 2, 3, 7]),
        ({"operation": "droplets_*"}, [1, 2, 3, 4, 6, 7]),
        ({"operation": "*_list"}, [1, 2, 3, 5, 7, 8]),
        ({"method": "DELETE"}, [6]),
        ({"method": "HEAD"}, [7]),
        ({"path": "/v2/droplets"}, [1, 2, 3, 7]),
        ({"path": "/v2/droplets/*"}, [4, 5, 6]),
        ({"path": "/v2/droplets/*", "method": "GET"}, [4, 5]),
        ({"path": "*/nowhere"}, [9]),
        ({"query": {"page": "2"}}, [3]),
        ({"operation": "droplets_list", "nth": 3}, [3]),
    ],
    ids=str,
)
def test_reach(emulator: Emulator, reach: dict[str, Any], met: Any) -> None:
    assert plays(emulator, Fault(status=599, **reach), requests=REQUESTS) == list(met)


def test_the_first_that_is_due_is_played_and_each_counts_for_itself(emulator: Emulator) -> None:
    emulator.faults.add(Fault(status=500, nth=[2, 3]), Fault(status=501, every=3), Fault(status=502, nth=4))
    assert [ask(emulator, "GET", "/v2/account").status for _ in range(6)] == [200, 500, 500, 502, 200, 501]


def test_who_asks_plays_no_part(emulator: Emulator) -> None:
    emulator.faults.add(Fault(status=599))
    for headers in ({}, BEARER, {**BEARER, "user-agent": "pydo"}):
        assert ask(emulator, "GET", "/v2/account", headers=headers).status == 599


def test_what_was_played_is_remembered_without_secrets(emulator: Emulator) -> None:
    fault = Fault(status=599, every=2)
    emulator.faults.add(fault)
    for _ in range(4):
        ask(emulator, "POST", "/v2/droplets?password=hush-hush", DROPLET)
    ask(emulator, "GET", "/v2/nowhere")
    ask(emulator, "GET", "/v2/nowhere")
    assert emulator.faults.played == (
        (fault, 2, "droplets_create", "POST", "/v2/droplets"),
        (fault, 4, "droplets_create", "POST", "/v2/droplets"),
        (fault, 6, None, "GET", "/v2/nowhere"),
    )
    assert "hush-hush" not in repr(emulator.faults.played)


# Again


PLAN = (
    Fault(operation="droplets_create", probability=0.3, status=504, commit=True),
    Fault(probability=0.2, drop="after"),
    Fault(method="GET", probability=0.5, delay=1),
)


def wandering(faults: Faults, *, order: int = 1) -> Faults:
    """Play a plan on a few hundred requests."""
    chosen = random.Random(order)
    with Emulator(clock=VirtualClock(), speed=0, faults=faults) as emulator:
        for _ in range(300):
            request = chosen.choice(("POST /v2/droplets", "GET /v2/droplets", "GET /v2/account", "GET /v2/volumes"))
            method, path = request.split()
            ask(emulator, method, path, DROPLET if method == "POST" else None)
    return faults


def test_a_plan_plays_again_by_its_seed() -> None:
    first, second = wandering(Faults(PLAN, seed=7)), wandering(Faults(PLAN, seed=7))
    assert len(first.played) > 50
    assert {played.fault for played in first.played} == set(PLAN)
    assert second.played == first.played
    assert wandering(Faults(PLAN, seed=8)).played != first.played
    before = first.played
    first.rewind()
    assert first.played == ()
    assert wandering(first).played == before
    assert wandering(Faults.from_data(first.to_data())).played == before


def test_another_fault_does_not_change_what_chance_decides() -> None:
    alone = wandering(Faults([PLAN[0]], seed=3))
    beside = wandering(Faults([PLAN[0], Fault(method="GET", probability=0.5, status=500)], seed=3))
    assert [p.call for p in beside.played if p.fault == PLAN[0]] == [p.call for p in alone.played]


def test_a_share_of_the_requests_is_met(emulator: Emulator) -> None:
    met = plays(emulator, Fault(status=599, probability=0.1), requests=["GET /v2/account"] * 1000)
    assert 60 < len(met) < 150  # by this seed always the same
    assert plays(emulator, Fault(status=599, probability=1)) == list(range(1, 13))


def test_one_in_ten_creates_commits_without_an_answer(emulator: Emulator) -> None:
    emulator.faults.add(
        Fault(operation="droplets_create", every=20, status=504, commit=True),
        Fault(operation="droplets_create", nth=list(range(10, 200, 20)), drop="after"),
    )
    statuses = [ask(emulator, "POST", "/v2/droplets", DROPLET).status for _ in range(200)]
    assert (statuses.count(202), statuses.count(504), statuses.count(0)) == (180, 10, 10)
    assert droplets(emulator) == 200


# As data


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"opertion": "droplets_create", "status": 500}, "no 'opertion'; did you mean 'operation'?"),
        ({"operation": "droplet_create", "status": 500}, "no operation 'droplet_create'; did you mean 'droplets_"),
        ({"operation": "nothing_*", "status": 500}, "no operation 'nothing_*'"),
        ({"method": "FETCH", "status": 500}, "method must be one of GET, HEAD, POST"),
        ({"path": "droplets", "status": 500}, "from its beginning, as in '/v2/droplets', not 'droplets'"),
        ({"query": {"page": 2}, "status": 500}, "query must be an object of texts"),
        ({"nth": 0, "status": 500}, "nth must be a whole number from 1 on, or a list of them, not 0"),
        ({"nth": [], "status": 500}, "nth must be"),
        ({"nth": 2, "every": 3, "status": 500}, "nth and every cannot both"),
        ({"every": "two", "status": 500}, "every must be a whole number from 1 on, not 'two'"),
        ({"times": True, "status": 500}, "times must be"),
        ({"probability": 10, "status": 500}, "probability must be a number above 0 and up to 1, not 10"),
        ({"status": 999}, "status must be an HTTP status from 200 to 599"),
        ({"status": "500"}, "status must be"),
        ({}, "this fault does nothing; give one of status,"),
        ({"nth": 2}, "this fault does nothing"),
        ({"commit": True}, "commit=True alone does nothing"),
        ({"delay": -1}, "delay must be a number of seconds, not -1"),
        ({"delay": float("nan")}, "delay must be"),
        ({"drop": "during"}, "drop must be 'before' or 'after'"),
        ({"drop": "after", "status": 500}, "status is about an answer, and with drop none comes"),
        ({"silent": True, "half": True}, "half is about an answer, and with silent none comes"),
        ({"refuse": True, "silent": True}, "refuse and silent cannot both be played"),
        ({"drop": "before", "commit": True}, "contradict"),
        ({"refuse": True, "commit": True}, "contradict"),
        ({"drop": "after", "commit": False}, "commit=False needs a status"),
        ({"half": True, "commit": False}, "commit=False needs a status"),
        ({"retry_after": 5}, "retry_after needs a status"),
        ({"body": "x", "delay": 1}, "body needs a status"),
        ({"html": True, "body": "x"}, "html and body"),
        ({"html": "yes"}, "html must be true or false"),
        ({"headers": {"x": "a\nb"}, "status": 500}, "headers must be"),
        ({"content_type": ""}, "content_type must be"),
        ({"duplicate": "both"}, "duplicate must be 'request' or 'answer'"),
        ({"duplicate": "request", "status": 500}, "does the work twice, and this fault does not do it at all"),
        ({"duplicate": "answer", "half": True}, "without half and slow"),
        ({"duplicate": "answer", "silent": True}, "no answer comes, let alone two"),
        ("status", "a fault is an object"),
    ],
    ids=str,
)
def test_a_fault_that_cannot_be_played_says_why(fields: Any, said: str) -> None:
    with pytest.raises(FaultError) as caught:
        Fault.from_dict(fields)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"fautls": []}, "a plan has no 'fautls'; did you mean 'faults'?"),
        ({"seed": "7"}, "seed must be a whole number, not '7'"),
        ({"faults": {}}, "faults must be a list"),
        ([{"status": 500}, {"stauts": 500}], "fault 2: a fault has no 'stauts'; did you mean 'status'?"),
        (5, "a plan is a list of faults"),
    ],
    ids=str,
)
def test_a_plan_that_cannot_be_played_says_which_fault(data: Any, said: str) -> None:
    with pytest.raises(FaultError) as caught:
        Faults.from_data(data)
    assert said in str(caught.value)


def test_a_plan_is_a_list_of_faults(emulator: Emulator) -> None:
    emulator.faults.add(*PLAN)
    assert (len(emulator.faults), list(emulator.faults), emulator.faults[0]) == (3, list(PLAN), PLAN[0])
    assert repr(PLAN[1]) == "Fault(probability=0.2, drop='after')"
    with pytest.raises(FaultError, match=r"such as Fault\(status=503\)"):
        emulator.faults.add({"status": 503})  # type: ignore[arg-type]
    emulator.faults.clear()
    assert (len(emulator.faults), emulator.faults.played) == (0, ())
    assert [Fault.from_dict(fault.to_dict()) for fault in PLAN] == list(PLAN)


def test_a_plan_comes_from_a_file(tmp_path) -> None:
    written = {"seed": 7, "faults": [{"status": 504, "commit": True, "every": 10, "times": None}]}
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(written))
    plan = Faults.from_file(file)
    assert (plan.seed, list(plan)) == (7, [Fault(status=504, commit=True, every=10)])
    file.write_text("{")
    with pytest.raises(FaultError, match=r"plan\.json: .*"):
        Faults.from_file(file)
    with pytest.raises(FaultError, match="No such file"):
        Faults.from_file(tmp_path / "none.json")


def test_a_plan_comes_from_yaml(tmp_path) -> None:
    pytest.importorskip("yaml")
    file = tmp_path / "plan.yaml"
    file.write_text("seed: 7\nfaults:\n- operation: droplets_create\n  drop: after\n  nth: [1, 3]\n")
    assert list(Faults.from_file(file)) == [Fault(operation="droplets_create", drop="after", nth=[1, 3])]
    file.write_text("- {status: 500, nth: two}")
    with pytest.raises(FaultError, match=r"plan\.yaml: fault 1: nth must be"):
        Faults.from_file(file)
    file.write_text("a: [")
    with pytest.raises(FaultError, match="not valid YAML"):
        Faults.from_file(file)
