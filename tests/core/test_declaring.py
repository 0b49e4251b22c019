"""What a declaration can have beside its path: a guard, a discreet answer."""

from __future__ import annotations

from typing import Any

import pytest

import dopyapi as do
from dopyapi._core.declare import collection, member
from dopyapi._core.fields import Dynamic, Key
from dopyapi._core.resource import ActiveRecord
from dopyapi._core.steps import Steps


class Hushed(dict[str, Any]):
    def __repr__(self) -> str:
        return "..."


class Engine(ActiveRecord):
    _url, _single, _plural = "engines", "engine", "engines"

    id: Key[int]
    fuel: Dynamic[str]

    load = member.load("/engines/{id}")

    @member.create("/engines", answer=Hushed)
    def create(self, *, fuel: str | None = None, extra_body: Any = None) -> dict[str, Any]: ...

    @member.put("/engines/{id}/spark")
    def spark(self) -> dict[str, Any]: ...

    @collection.put("/engines/limits")
    def set_limits(cls, most: int) -> dict[str, Any]: ...


def _only_petrol(engine: Any) -> Steps[None]:
    yield from engine._loaded()
    if engine.fuel != "petrol":
        raise do.ClientError(f"{engine.fuel} needs no spark")


vars(Engine)["spark"].endpoint.guard = _only_petrol


async def test_a_guard_comes_before_anything_is_sent(script, call):
    script.answer(200, {"engine": {"id": 1, "fuel": "diesel"}})
    script.answer(200, {"engine": {"id": 2, "fuel": "petrol"}}).answer(204)
    with pytest.raises(do.ClientError, match="diesel needs no spark"):
        await call(Engine({"id": 1}).spark)
    assert await call(Engine({"id": 2}).spark) == {"status": "success"}
    assert script.asked == ["GET /engines/1", "GET /engines/2", "PUT /engines/2/spark"]


async def test_what_create_answers_can_be_discreet(script, call):
    script.answer(201, {"engine": {"id": 1, "fuel": "petrol"}})
    answer = await call(Engine().create, fuel="petrol")
    assert answer == {"engine": {"id": 1, "fuel": "petrol"}}
    assert repr(answer) == "..."


async def test_a_class_can_put(script, call):
    script.answer(204)
    assert await call(Engine.set_limits, 5) == {"status": "success"}
    assert (script.asked, script.bodies) == (["PUT /engines/limits"], [{"most": 5}])


async def test_an_empty_body_is_not_none(script, call):
    script.answer(201, {"engine": {"id": 1, "fuel": "petrol"}}).answer(204)
    engine = Engine()
    await call(engine.create, extra_body={})
    await call(engine.spark)
    assert script.bodies == [{}, None]
