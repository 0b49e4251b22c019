"""Scalars are kept where Python finds them by itself, and say the same however they got there."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import dopyapi as do
from dopyapi._core.codec import decode
from dopyapi._core.fields import Dynamic, Field, Key, Static, attr
from dopyapi._core.resource import ActiveRecord, Array


class Boat(ActiveRecord):
    """Something with a scalar of each kind."""

    _url, _single, _plural = "boats", "boat", "boats"

    id: Key[int]
    name: Dynamic[str]
    length: Static[float | None]
    afloat: Dynamic[bool]
    built_at: Static[datetime]
    crew: Static[Array[str]]
    also_known_as: Dynamic[str] = attr(wire="name")


KINDS: dict[str, Any] = {"id": int, "name": str, "length": float, "afloat": bool, "built_at": datetime}
MOMENTS = st.datetimes(min_value=datetime(1, 1, 3), max_value=datetime(9999, 12, 29))
ZONES = st.sampled_from(["", "Z", "+00:00", "-07:30"])
TEXTS = st.builds(lambda moment, zone: moment.isoformat() + zone, MOMENTS, ZONES)
SCALARS = st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False)
ANYTHING = SCALARS | st.text() | TEXTS | st.lists(st.integers(), max_size=2)
EXPECTED = {
    "id": st.integers(0, 2**60),
    "name": st.text(),
    "length": st.floats(allow_nan=False, allow_infinity=False) | st.integers(-1000, 1000),
    "afloat": st.booleans(),
    "built_at": TEXTS,
}
BOATS = st.fixed_dictionaries({}, optional={**EXPECTED, "crew": st.lists(st.text(), max_size=2)})
ODD_BOATS = st.fixed_dictionaries({}, optional=dict.fromkeys(KINDS, ANYTHING))


def on_a_page(*members: dict[str, Any]) -> list[Boat]:
    """As a listing makes them."""
    scalars = Boat._laid_out().page(msgspec.json.encode({"boats": members}), "boats")
    return Boat._from_page([msgspec.json.encode(each) for each in members], scalars, None)


def alone(member: dict[str, Any]) -> Boat:
    """As the answer about one makes it."""
    return Boat._from_raw(msgspec.json.encode(member), None)


def same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and one == other


@given(st.lists(BOATS | ODD_BOATS, min_size=1, max_size=3))
@example([{"id": True, "name": "a"}, {"id": 1, "name": "a"}])
@example([{"length": 1}, {"length": 1.0}, {"length": None}])
@example([{"built_at": "2026-11-29T08:00:00"}, {"built_at": "2026-11-29T08:00:00Z"}])
def test_a_page_and_a_single_answer_give_what_the_json_says(members):
    for member, listed in zip(members, on_a_page(*members), strict=True):
        single = alone(member)
        plain = msgspec.json.decode(msgspec.json.encode(member))
        for name, kind in KINDS.items():
            wanted = decode(kind, plain.get(name))
            for found in (listed, single, copy.copy(listed), pickle.loads(pickle.dumps(single))):
                assert same(getattr(found, name), wanted), name
                assert same(getattr(found, name), wanted), f"{name}, read again"
        assert listed.json() == single.json() == plain
        assert listed._settable() == single._settable()


def test_a_page_is_taken_apart_once_for_all_scalars():
    (boat,) = on_a_page({"id": 5, "name": "Ada", "built_at": "2026-11-29T08:00:00Z", "crew": ["Bo"]})
    assert (boat.id, boat.name, boat.built_at.year, boat.length) == (5, "Ada", 2026, None)
    assert boat._record is None, "nothing else was taken apart"
    assert boat.crew == ["Bo"]


def test_equal_values_of_a_page_are_held_once():
    one, other = on_a_page({"name": "Ada, the first"}, {"name": "Ada, the first"})
    assert one.name is other.name


class TestSetting:
    boat: Boat

    @pytest.fixture(autouse=True, params=[on_a_page, alone])
    def made(self, request):
        found = request.param({"id": 5, "name": "Ada", "afloat": True, "built_at": "2026-11-29T08:00:00Z"})
        self.boat = found[0] if isinstance(found, list) else found

    @pytest.mark.parametrize("before", [True, False], ids=["read before", "unread"])
    def test_what_is_set_is_read_and_sent_until_it_is_given_up(self, before):
        if before:
            assert self.boat.name == "Ada"
        self.boat.name = "Bea"
        assert self.boat.name == self.boat.also_known_as == "Bea"
        assert self.boat.afloat is True
        assert self.boat._settable() == {"name": "Bea", "afloat": True}
        assert self.boat.json()["name"] == "Bea"
        assert self.boat._member(Boat._fields["name"]) == "Ada", "what the API said is still known"
        self.boat._forget_changes(["name"])
        assert self.boat.name == self.boat.also_known_as == "Ada"

    def test_an_alias_sets_the_same(self):
        assert self.boat.name == "Ada"
        self.boat.also_known_as = "Cleo"
        assert self.boat.name == "Cleo"

    def test_a_new_answer_replaces_what_was_read(self):
        assert (self.boat.name, self.boat.afloat) == ("Ada", True)
        self.boat.afloat = False
        self.boat._adopt(b'{"id":5,"name":"Dora","afloat":true}', None, keep=True)
        assert (self.boat.name, self.boat.afloat, self.boat.built_at) == ("Dora", False, None)

    def test_another_key_means_another_boat(self):
        assert self.boat.name == "Ada"
        self.boat.id = 6
        assert self.boat.id == 6
        assert self.boat._peek(Boat._fields["name"]) is msgspec.UNSET, "that was the other's"

    def test_the_same_key_means_the_same(self):
        self.boat.id = 5
        assert (self.boat.id, self.boat.name) == (5, "Ada")

    def test_what_is_not_ours_to_set_stays(self):
        with pytest.raises(AttributeError, match=r"Boat\.built_at is set by DigitalOcean"):
            self.boat.built_at = datetime.now(UTC)
        assert self.boat.built_at == datetime(2026, 11, 29, 8, tzinfo=UTC)

    def test_copies_go_their_own_way(self):
        assert self.boat.name == "Ada"
        for twin in (copy.copy(self.boat), copy.deepcopy(self.boat), pickle.loads(pickle.dumps(self.boat))):
            twin.name = "Eve"
            assert (self.boat.name, twin.name, twin.built_at) == ("Ada", "Eve", self.boat.built_at)

    def test_a_name_that_is_none_stays_none(self):
        with pytest.raises(AttributeError, match="'Boat' object has no attribute 'nmae'"):
            self.boat.nmae  # noqa: B018
        self.boat.note = "mine"
        assert self.boat.note == "mine"


class TestClasses:
    def test_a_subclass_reads_what_its_bases_declare(self):
        class Sail(ActiveRecord):
            area: Static[int]
            colour: Dynamic[str]

        class Yacht(Sail, Boat):
            flag: Dynamic[str]

        made = Yacht._from_raw(b'{"area":1,"colour":"red","flag":"NL","id":2,"name":"Ada","afloat":false}', None)
        assert (made.area, made.colour, made.flag, made.id, made.name, made.afloat) == (1, "red", "NL", 2, "Ada", False)
        assert Sail._from_raw(b'{"area":3,"colour":"blue"}', None).colour == "blue"
        assert Boat._from_raw(b'{"id":4}', None).id == 4

    def test_what_a_class_puts_in_an_attributes_place_stays_there(self):
        class Raft(Boat):
            @property
            def name(self) -> str:
                return f"raft {self.id}"

            @property
            def length(self) -> float:
                raise AttributeError("nobody has measured it")

        class Small(Raft):
            oars: Static[int]

        for kind in (Raft, Small):
            made = kind._from_raw(b'{"id":2,"name":"Ada","length":3.5,"oars":1}', None)
            assert made.name == "raft 2"
            with pytest.raises(AttributeError, match="nobody has measured it"):
                made.length  # noqa: B018

    def test_of_more_scalars_than_there_are_cells_the_rest_are_read_too(self):
        names = [f"n{i}" for i in range(20)]
        body = {"__annotations__": dict.fromkeys(names, "Dynamic[int]"), "__module__": __name__}
        many = type("Many", (ActiveRecord,), body)
        fewer = type("Fewer", (many,), {"__annotations__": {"more": "Static[int]"}, "__module__": __name__})
        for kind in (many, fewer):
            made: Any = kind._from_raw(
                msgspec.json.encode({**dict(zip(names, range(20), strict=True)), "more": 7}), None
            )
            assert [getattr(made, name) for name in names] == list(range(20))
            made.n1, made.n19 = 100, 119
            assert (made.n1, made.n18, made.n19) == (100, 18, 119)

    def test_annotations_may_be_types(self):
        kind = type("Typed", (ActiveRecord,), {"__annotations__": {"n": Static[int], "at": Static[datetime | None]}})
        made: Any = kind._from_raw(b'{"n":1,"at":"2026-01-01T00:00:00+01:00"}', None)
        assert (made.n, made.at.utcoffset()) == (1, timedelta(hours=1))
        assert set(kind._cells) == {"n", "at"}

    def test_reading_a_listed_droplet_runs_no_code_of_ours(self, monkeypatch):
        raw = b'{"id":5,"name":"web","status":"active","memory":1024,"created_at":"2026-11-29T08:00:00Z"}'
        scalars = do.Droplet._laid_out().page(b'{"droplets":[' + raw + b"]}", "droplets")
        (droplet,) = do.Droplet._from_page([raw], scalars, None)
        for owner, name in ((Field, "__get__"), (do.Droplet, "_read"), (do.Droplet, "_peek")):
            monkeypatch.setattr(owner, name, None)
        assert (droplet.id, droplet.name, droplet.status, droplet.memory) == (5, "web", "active", 1024)
        assert droplet.created_at == datetime(2026, 11, 29, 8, tzinfo=UTC)
