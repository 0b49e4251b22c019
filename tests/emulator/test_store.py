from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dopyapi.emulator import Emulator, VirtualClock, events, hooks, tagging
from dopyapi.emulator.clock import RealClock
from dopyapi.emulator.context import Context
from dopyapi.emulator.store import Store

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
BEARER = {"authorization": "Bearer any"}
BODY = json.dumps({"name": "a", "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64"}).encode()


@pytest.fixture
def context():
    made = Context(Store(), NOON, 1)
    yield made
    made.store.close()


def test_what_was_written_is_read_after_reopening_and_what_was_due_happens(tmp_path):
    file, clock = str(tmp_path / "account.db"), VirtualClock(NOON)
    with Emulator(file, clock=clock, speed=1) as emulator:
        made = json.loads(emulator.handle("POST", "/v2/droplets", "", BEARER, BODY).body)["droplet"]
        assert made["status"] == "new"
    clock.advance(60)
    with Emulator(file, clock=clock, speed=1) as emulator:
        answer = emulator.handle("GET", f"/v2/droplets/{made['id']}", "", BEARER, b"")
        droplet = json.loads(answer.body)["droplet"]
        assert droplet["status"] == "active"
        again = json.loads(emulator.handle("POST", "/v2/droplets", "", BEARER, BODY).body)["droplet"]
        assert again["id"] == made["id"] + 1


def test_a_file_belongs_to_one_emulator(tmp_path):
    file = str(tmp_path / "account.db")
    with Emulator(file), pytest.raises(ValueError, match="in use by another emulator"):
        Emulator(file)
    Emulator(file).close()


def test_a_file_of_another_version_is_left_alone(tmp_path):
    import sqlite3

    file = tmp_path / "account.db"
    connection = sqlite3.connect(file)
    connection.execute("pragma user_version = 99")
    connection.close()
    with pytest.raises(ValueError, match="format 99"):
        Store(str(file))


def test_a_rollback_takes_back_documents_counts_and_numbers(context: Context):
    store = context.store
    store.add("thing", 1, {}, facet="red")
    assert (store.next_number("thing"), store.count("thing"), store.count("thing", "red")) == (1, 1, 1)
    store.commit()
    store.add("thing", 2, {}, facet="red")
    assert (store.next_number("thing"), store.count("thing"), store.count("thing", "red")) == (2, 2, 2)
    store.rollback()
    assert (store.next_number("thing"), store.count("thing"), store.count("thing", "red")) == (2, 1, 1)
    assert not store.exists("thing", 2)


def test_what_was_asked_for_before_is_seen_as_it_is_now(context: Context):
    store = context.store

    def seen(key: int) -> tuple[bytes | None, object, bool]:
        document = store.get("thing", key)
        return store.raw("thing", key), document and document.body, store.exists("thing", key)

    assert seen(1) == (None, None, False)
    thing = store.add("thing", 1, {"a": 1})
    assert seen(1) == (b'{"a":1}', {"a": 1}, True)
    store.commit()
    thing.body["a"] = 2
    assert seen(1) == (b'{"a":1}', {"a": 1}, True), "what is not saved"
    store.save(thing)
    assert seen(1) == (b'{"a":2}', {"a": 2}, True)
    store.rollback()
    assert seen(1) == (b'{"a":1}', {"a": 1}, True)
    thing = store.get("thing", 1)
    thing.key = "2"
    store.save(thing)
    assert (seen(1), seen(2)) == ((None, None, False), (b'{"a":1}', {"a": 1}, True))
    store.commit()
    other = Store()
    store.replace(other.db)
    other.close()
    assert seen(2) == (None, None, False)
    store.remove(store.add("thing", 2, {}))
    assert seen(2) == (None, None, False)


def test_what_one_document_shows_of_another_is_as_that_is_now():
    with Emulator(speed=0) as emulator:
        spec = {"name": "a", "region": "ams3", "size": "s-1vcpu-1gb", "image": "debian-12-x64"}
        path = f"/v2/droplets/{_asked(emulator, 'POST', '/v2/droplets', spec)['droplet']['id']}"
        _asked(emulator, "POST", f"{path}/actions", {"type": "snapshot", "name": "before"})
        image = _asked(emulator, "GET", f"{path}/snapshots")["snapshots"][0]["id"]
        _asked(emulator, "POST", f"{path}/actions", {"type": "rebuild", "image": image})
        assert _asked(emulator, "GET", path)["droplet"]["image"]["name"] == "before"
        _asked(emulator, "PUT", f"/v2/images/{image}", {"name": "after"})
        assert _asked(emulator, "GET", path)["droplet"]["image"]["name"] == "after"


def _asked(emulator: Emulator, method: str, path: str, body: object = None):
    answer = emulator.handle(method, path, "", BEARER, b"" if body is None else json.dumps(body).encode())
    return json.loads(answer.body)


def test_counts_follow_the_facet(context: Context):
    store = context.store
    thing = store.add("thing", 1, {}, facet="red")
    assert (store.count("thing", "red"), store.count("thing", "blue"), store.count("thing")) == (1, 0, 1)
    thing.facet = "blue"
    store.save(thing)
    store.save(thing)
    assert (store.count("thing", "red"), store.count("thing", "blue"), store.count("thing")) == (0, 1, 1)
    store.remove(thing)
    assert (store.count("thing", "blue"), store.count("thing")) == (0, 0)
    with pytest.raises(LookupError):
        store.save(thing)


def test_documents_are_chosen_by_every_column_at_once(context: Context):
    store = context.store
    for n in range(12):
        thing = store.add("thing", n, {"n": n}, facet="fb"[n % 2], parent=f"p{n % 3}", name=f"n{n % 4}")
        if n % 2:
            tagging.attach(context, thing, ["odd"])
    pick = lambda **where: [d.body["n"] for d in store.select("thing", **where)]  # noqa: E731
    assert pick(facet="b", parent="p0") == [3, 9]
    assert pick(tag="ODD", name="n1") == [1, 5, 9]
    assert pick(tag="odd", newest=True) == [11, 9, 7, 5, 3, 1]
    chosen = store.select("thing", tag="odd")
    assert (chosen.count(), [json.loads(b)["n"] for b in chosen.page(2, 3)]) == (6, [7, 9])
    assert store.select("thing", "other", facet="f").count() == 6
    assert store.select("thing", parent="none").first() is None


@pytest.mark.parametrize(
    ("where", "index"),
    [
        ({}, "document_kind (kind=?)"),
        ({"facet": "x"}, "document_facet (kind=? AND facet=?)"),
        ({"parent": "p"}, "document_parent (kind=? AND parent=?)"),
        ({"parent": "p", "newest": True}, "document_parent (kind=? AND parent=?)"),
        ({"parent": "p", "facet": "x"}, "document_parent (kind=? AND parent=?)"),
        ({"name": "n"}, "document_name (kind=? AND name=?)"),
        ({"name": "n", "facet": "x"}, "document_name (kind=? AND name=?)"),
        ({"tag": "t"}, "tagging_tag (tag=? AND kind=?)"),
    ],
)
def test_pages_are_found_in_an_index(context: Context, where, index):
    context.store.add("thing", 1, {}, facet="x")
    context.store.add("thing", 2, {}, facet="y")
    chosen = context.store.select("thing", **where)
    seen: list[str] = []
    context.store.db.set_trace_callback(seen.append)
    chosen.page(1, 0)
    context.store.db.set_trace_callback(None)
    plan = context.store.db.execute(f"explain query plan {seen[-1]}").fetchall()
    steps = [row[3] for row in plan]
    assert all("SCAN" not in step or step == "SCAN page" for step in steps), steps
    assert any(step.endswith(index) for step in steps), steps


@pytest.mark.parametrize("newest", [False, True])
@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 8])
def test_pages_put_together_are_the_whole(context: Context, size, newest):
    for n in range(7):
        context.store.add("thing", n, {"n": n})
    chosen = context.store.select("thing", newest=newest)
    paged = [json.loads(item)["n"] for offset in range(0, 9, size) for item in chosen.page(size, offset)]
    assert paged == (list(range(7))[::-1] if newest else list(range(7)))
    assert chosen.page(3, 100) == []


def test_relations_are_kept_and_end_with_either_side(context: Context):
    store = context.store
    one, two = store.add("thing", 1, {}), store.add("thing", 2, {})
    for member in (one, two, one):
        store.link("guards", "firewall/1", member.subject)
    assert store.members("guards", "firewall/1") == ["thing/1", "thing/2"]
    assert store.owners("guards", "thing/1") == ["firewall/1"]
    hooks.destroyed(context, one)
    assert store.members("guards", "firewall/1") == ["thing/2"]
    assert store.unlink("guards", "firewall/1", "thing/2")
    assert not store.unlink("guards", "firewall/1", "thing/2")


def test_events_happen_in_order_at_their_own_moment_and_bring_others(context: Context, monkeypatch):
    seen = []

    def note(context: Context, data) -> None:
        seen.append((data["name"], (context.now - NOON).total_seconds()))
        if data["name"] == "a":
            context.after(5, "note", "thing/1", name="c")

    monkeypatch.setitem(events._EVENTS, "note", note)
    context.after(20, "note", "thing/1", name="b")
    context.after(10, "note", "thing/1", name="a")
    context.after(90, "note", "thing/1", name="never")
    context.store.commit()
    events.apply_due(context)
    assert seen == []
    events.apply_due(context.as_of(NOON + timedelta(seconds=60)))
    assert seen == [("a", 10), ("c", 15), ("b", 20)]
    events.cancel(context.store, "thing/1")
    events.apply_due(context.as_of(NOON + timedelta(days=1)))
    assert len(seen) == 3


def test_an_event_that_fails_is_logged_dropped_and_undone(context: Context, monkeypatch, caplog):
    def fail(context: Context, data) -> None:
        context.store.add("thing", data["n"], {})
        if data["n"] == 1:
            raise ZeroDivisionError

    monkeypatch.setitem(events._EVENTS, "fail", fail)
    for n in (1, 2):
        context.after(n, "fail", "x", n=n)
    context.store.commit()
    with caplog.at_level(logging.ERROR):
        events.apply_due(context.as_of(NOON + timedelta(seconds=5)))
    assert "'fail' failed" in caplog.text
    assert (context.store.exists("thing", 1), context.store.exists("thing", 2)) == (False, True)
    assert context.store.db.execute("select count(*) from event").fetchone() == (0,)


def test_tags_can_be_replaced(context: Context):
    thing = context.store.add("droplet", 1, {"tags": []})
    tagging.attach(context, thing, ["a", "b"])
    tagging.replace(context, thing, ["B", "c"])
    assert thing.body["tags"] == ["b", "c"]
    assert tagging.tagged(context.store, "a", "droplet") == []


def test_clocks():
    clock = VirtualClock(NOON)
    assert clock.advance(1.5) == clock.now() == NOON + timedelta(seconds=1.5)
    with pytest.raises(ValueError, match="forward"):
        clock.advance(-1)
    with pytest.raises(ValueError, match="aware"):
        VirtualClock(datetime(2026, 1, 1))
    assert RealClock().now().tzinfo is UTC
    with Emulator() as emulator, pytest.raises(TypeError, match="virtual"):
        emulator.settle(1)
    with pytest.raises(ValueError, match="speed"):
        Emulator(speed=-1)


def test_nothing_is_written_but_in_a_transaction():
    """What is written by itself stays when the rest of its request does not."""
    import dopyapi.emulator

    home = Path(dopyapi.emulator.__file__).parent
    writes = re.compile(r"db\.execute\(\s*f?\"(insert|replace|update|delete)\b")
    for file in home.rglob("*.py"):
        found = writes.findall(file.read_text())
        assert len(found) == (file.name == "store.py"), f"{file.name}: Store.write() opens the transaction"
