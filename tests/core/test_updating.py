"""Changing some attributes of an object, by the object and by its class; and what objects are called elsewhere."""

from __future__ import annotations

from typing import Any

import pytest

import dopyapi as do
from dopyapi._core.declare import collection, member
from dopyapi._core.fields import Dynamic, Key, Static
from dopyapi._core.resource import ActiveRecord


class Box(ActiveRecord):
    """Something that is changed by PATCH."""

    _url, _single, _plural = "boxes", "storage_box", "boxes"

    id: Key[str]
    name: Dynamic[str]
    colour: Dynamic[str]
    size: Static[int]

    load = member.load("/boxes/{id}")
    save = member.save("/boxes/{id}", only=("name",), method="PATCH")

    @member.create("/boxes", only=("name",))
    def create(self, *, name: str | None = None) -> dict[str, Any]: ...

    @member.update("/boxes/{id}")
    def patch(self, *, name: str | None = None, colour: str | None = None) -> dict[str, Any]: ...

    @collection.put("/boxes/default")
    def update_default(cls, *, name: str) -> Box: ...

    @collection.patch("/boxes/default")
    def patch_default(cls, *, colour: str) -> Box: ...


class Crate(Box):
    """One with a name of its own in URNs."""

    _urn_kind = "crate"


async def test_an_object_takes_over_what_a_patch_has_made_of_it(script, call):
    answer = {"storage_box": {"id": "b1", "name": "after", "colour": "red", "size": 2}}
    script.answer(200, answer)
    box = Box({"id": "b1", "name": "before", "colour": "red", "size": 1})
    assert await call(box.patch, name="after") == answer
    assert (box.name, box.size) == ("after", 2)
    assert (script.asked, script.bodies) == (["PATCH /boxes/b1"], [{"name": "after"}])


async def test_a_patch_leaves_what_else_was_set_and_sends_none_of_it(script, call):
    script.answer(200, {"storage_box": {"id": "b1", "name": "patched", "colour": "red", "size": 1}})
    script.answer(200, {"storage_box": {"id": "b1", "name": "patched", "colour": "blue", "size": 1}})
    box = Box({"id": "b1", "name": "before", "colour": "red", "size": 1})
    box.name, box.colour = "mine", "blue"
    await call(box.patch, name="patched")
    assert (box.name, box.colour) == ("patched", "blue")
    await call(box.patch, colour=None)
    assert script.bodies == [{"name": "patched"}, {"colour": None}]


async def test_save_is_a_patch_where_there_is_no_put(script, call):
    script.answer(200, {"storage_box": {"id": "b1", "name": "new", "colour": "red", "size": 1}})
    box = Box._from_raw(b'{"id":"b1","name":"old","colour":"red","size":1}', None)
    box.name = "new"
    await call(box.save)
    assert (script.asked, script.bodies) == (["PATCH /boxes/b1"], [{"name": "new"}])


async def test_what_a_creation_does_not_take_stays_set_for_save(script, call):
    script.answer(201, {"storage_box": {"id": "b1", "name": "given", "colour": "grey", "size": 1}})
    script.answer(200, {"storage_box": {"id": "b1", "name": "given", "colour": "red", "size": 1}})
    box = Box()
    box.name, box.colour = "set", "red"
    await call(box.create, name="given")
    assert (box.id, box.name, box.colour) == ("b1", "given", "red")
    await call(box.patch, colour=box.colour)
    assert script.bodies == [{"name": "given"}, {"colour": "red"}]


async def test_a_class_updates_what_has_no_identifier(script, call):
    one = {"storage_box": {"id": "b1", "name": "n", "colour": "red", "size": 1}}
    script.answer(200, one).answer(200, one)
    assert (await call(Box.update_default, name="n")).id == "b1"
    assert (await call(Box.patch_default, colour="red")).colour == "red"
    assert script.asked == ["PUT /boxes/default", "PATCH /boxes/default"]
    assert script.bodies == [{"name": "n"}, {"colour": "red"}]


def test_urns():
    assert Box({"id": "b1"})._urn() == "do:storagebox:b1"
    assert Crate({"id": "c1"})._urn() == "do:crate:c1"
    assert type("Small", (Crate,), {})({"id": "c2"})._urn() == "do:crate:c2"
    assert do.Droplet({"id": 5})._urn() == "do:droplet:5"
    with pytest.raises(do.ClientError, match="nothing says which Box"):
        Box()._urn()
