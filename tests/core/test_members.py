"""Lists that operations of their own add to and take from, and values that go out as they came."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import Any

import pytest

import dopyapi as do
from dopyapi._core.declare import collection, member, procedure
from dopyapi._core.fields import Dynamic, Key, Static, attr
from dopyapi._core.lazy import BlockingLoadWarning, _warned
from dopyapi._core.members import amended, many
from dopyapi._core.page import Page
from dopyapi._core.resource import ActiveRecord, Array
from dopyapi._core.steps import Steps
from dopyapi._core.values import Value


@dataclass
class Peg(Value):
    """A value with defaults, and one that can hold a resource."""

    color: str = "red"
    size: int = 3
    marks: list[Any] = field(default_factory=list)
    board: Any = None


class Board(ActiveRecord):
    """Has members that come and go."""

    _url, _single, _plural = "boards", "board", "boards"

    id: Key[int]
    name: Key[str] = attr(fetch="list")
    users: Dynamic[Array[str]]
    pegs: Dynamic[Array[Peg]]
    state: Static[str]

    load = member.load("/boards/{id}")
    save = member.save("/boards/{id}")

    @member.create("/boards")
    def create(self, *, users: Array[str] | None = None, pegs: Array[Peg] | None = None) -> dict[str, Any]: ...

    @collection.list("/boards")
    def list(cls, *, page: int = 1, per_page: int = 20) -> Page[Board]: ...

    @member.post("/boards/{id}/users")
    def _add(self, users: Array[str]) -> dict[str, Any]: ...

    @member.delete("/boards/{id}/users", body=True)
    def _remove(self, users: Array[str]) -> dict[str, Any]: ...

    @procedure
    def add_users(self, users: Any) -> Steps[dict[str, Any]]:
        return (yield from amended(self, self._add, {"users": many(users)}))

    @procedure
    def remove_users(self, users: Any) -> Steps[dict[str, Any]]:
        return (yield from amended(self, self._remove, {"users": many(users)}, leaving=True))

    @procedure
    def list_states(self) -> Steps[Array[str]]:
        yield from self._loaded()
        return [self.state]

    @property
    def states(self) -> Any:
        return self._read_by(self.list_states.steps(), "states", "use list_states", "list_states.aio() instead")

    def _to_create(self, body: dict[str, Any]) -> dict[str, Any]:
        return body if body.get("users") else body | {"users": ["nobody"]}


def board(**members: Any) -> dict[str, Any]:
    return {"board": {"id": 1, "users": ["a"], "pegs": [], "state": "new", **members}}


def test_one_or_many_is_a_list():
    given = Board({"id": 1})
    assert many(None) == []
    assert many("web") == ["web"]
    assert many(5) == [5]
    assert many(given) == [given]
    assert many(Peg()) == [Peg()]
    assert many({"id": 1}) == [{"id": 1}]
    assert many(("a", "b")) == many(x for x in "ab") == ["a", "b"]


async def test_what_was_added_and_taken_shows(script, call):
    script.answer(200, board()).answer(204).answer(200, board(users=["a", "b"], state="busy"))
    script.answer(204).answer(200, board(users=["b"]))
    owner = Board({"id": 1})
    await call(owner.load)
    assert await call(owner.add_users, "b") == {"status": "success"}
    assert (owner.users, owner.state) == (["a", "b"], "busy")
    assert await call(owner.remove_users, ["a"]) == {"status": "deleted"}
    assert owner.users == ["b"]
    assert [b for b in script.bodies if b] == [{"users": ["b"]}, {"users": ["a"]}]


async def test_what_was_not_saved_stays_and_sees_the_same(script, call):
    script.answer(200, board()).answer(204).answer(200, board(users=["a", "b"]))
    script.answer(204).answer(200, board(users=["b"])).answer(200, board(users=["mine", "b"]))
    owner = Board({"id": 1})
    await call(owner.load)
    owner.users.append("mine")
    await call(owner.add_users, ["b"])
    assert owner.users == ["a", "mine", "b"]
    await call(owner.remove_users, "a")
    await call(owner.save)
    assert script.bodies[-1]["users"] == ["mine", "b"]


async def test_a_change_whose_outcome_cannot_be_fetched_stands_and_is_asked_for_later(script, call):
    script.answer(200, board()).answer(204).answer(403, {"id": "forbidden", "message": "no"})
    script.answer(200, board(users=["a", "b"]))
    owner = Board({"id": 1})
    await call(owner.load)
    assert await call(owner.add_users, "b") == {"status": "success"}
    assert owner.id == 1
    await call(owner.load)
    assert owner.users == ["a", "b"]


async def test_a_class_can_fill_in_what_create_sends(script, call):
    script.answer(201, board()).answer(201, board())
    await call(Board().create)
    await call(Board().create, users=["a"])
    assert [b["users"] for b in script.bodies] == [["nobody"], ["a"]]


def test_a_value_goes_out_as_it_came():
    for came in ({}, {"color": "blue"}, {"marks": []}, {"size": 3, "new": [1]}):
        assert Peg._from_json(came).get_json() == came
    peg = Peg._from_json({"color": "blue"})
    assert (peg.size, peg.marks) == (3, [])
    peg.size = 4
    peg.marks.append(1)
    assert peg.get_json() == {"color": "blue", "size": 4, "marks": [1]}
    assert Peg().get_json() == {"color": "red", "size": 3, "marks": []}


async def test_reading_a_value_is_no_change(script, call):
    script.answer(200, board(pegs=[{"color": "blue"}])).answer(200, board(pegs=[{"color": "red"}]))
    owner = Board({"id": 1})
    await call(owner.load)
    assert owner.pegs == [Peg("blue")]
    assert not owner._unsaved()


async def test_resources_in_values_are_looked_up(script, call):
    listing = {"boards": [{"id": 7, "name": "other"}], "meta": {"total": 1}}
    script.answer(200, listing).answer(201, board()).answer(200, listing).answer(200, board())
    given, kept = Board(), Board()
    given.name = kept.name = "other"
    await call(Board().create, pegs=[Peg(board=given, marks=[given])])
    assert script.bodies[1]["pegs"] == [{"color": "red", "size": 3, "marks": [7], "board": 7}]
    owner = Board._from_raw(b'{"id": 1, "pegs": []}', None)
    owner.pegs.append(Peg(board=kept))
    await call(owner.save)
    assert script.bodies[-1]["pegs"] == [{"color": "red", "size": 3, "marks": [], "board": 7}]


def test_a_property_that_reads_fetches(script):
    script.answer(200, board())
    assert Board({"id": 1}).states == ["new"]


async def test_in_a_loop_such_a_property_warns_where_it_is_read(script):
    _warned.clear()
    script.answer(200, board())
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        assert Board({"id": 1}).states == ["new"]
    assert [(w.category, w.filename) for w in seen] == [(BlockingLoadWarning, __file__)]
    assert "board.list_states.aio() instead" in str(seen[0].message)


async def test_in_a_loop_reading_an_attribute_warns_where_it_is_read(script):
    _warned.clear()
    script.answer(200, board())
    with pytest.warns(BlockingLoadWarning, match=r"await board\.load\.aio") as seen:
        assert Board({"id": 1}).state == "new"
    assert len(seen) == 1


async def test_where_loading_by_reading_is_forbidden_such_a_property_says_what_to_write(script):
    strict = do.Client("t", "https://api.example/v2", transport=script, lazy=False)
    with do.using(strict), pytest.raises(RuntimeError, match=r"await board\.list_states\.aio"):
        _ = Board({"id": 1}).states
    assert not script.requests
