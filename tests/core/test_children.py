"""Objects that live inside others, and listings that the API does not page."""

from __future__ import annotations

import copy
import inspect
import pickle
from typing import Any

import pytest

import dopyapi as do
from dopyapi._core.declare import collection, member, new_by
from dopyapi._core.fields import Dynamic, Key, Static
from dopyapi._core.page import Page
from dopyapi._core.resource import ActiveRecord


class Zone(ActiveRecord):
    """A parent."""

    _url, _single, _plural, _id_attr = "zones", "zone", "zones", "name"
    _places = {"zone_name": "name"}

    name: Key[str]

    load = member.load("/zones/{zone_name}")

    @member.list("/zones/{zone_name}/records")
    def records(self, *, page: int = 1, per_page: int = 20) -> Page[Record]: ...

    @member.list("/zones/{zone_name}/users", key="users", paged=False)
    def users(self, *, page: int = 1, per_page: int = 20) -> Page[dict[str, Any]]: ...

    @member.get("/zones/{zone_name}/file", accept="text/plain")
    def file(self) -> bytes: ...


class Record(ActiveRecord):
    """A child."""

    _url, _single, _plural = "records", "record", "records"
    _places = {"zone_name": "zone", "record_id": "id"}

    id: Key[int]
    data: Dynamic[str]

    load = member.load("/zones/{zone_name}/records/{record_id}")
    save = member.save("/zones/{zone_name}/records/{record_id}")
    delete = member.delete_by("/zones/{zone_name}/records/{record_id}")

    def __init__(self, zone: Zone | str, data: dict[str, Any] | None = None) -> None:
        super().__init__(data)
        self.zone = zone

    @member.create("/zones/{zone_name}/records")
    def create(self, *, data: str | None = None) -> dict[str, Any]: ...

    new = new_by(create, of="zone")

    @member.delete("/zones/{zone_name}/records/{record_id}/cache", absent_is_done=False)
    def purge(self) -> dict[str, Any]: ...

    @collection.list("/zones/{zone_name}/records")
    def list(cls, zone_name: Zone | str, *, page: int = 1, per_page: int = 20) -> Page[Record]: ...


class Summary(ActiveRecord):
    """A child that is the only one of its parent."""

    _url, _single, _plural, _id_attr = "summary", "summary", "summaries", "zone_name"
    _places = {"zone": "zone_name"}

    total: Static[int]

    load = member.load("/zones/{zone}/summary")

    def __init__(self, zone_name: str, data: dict[str, Any] | None = None) -> None:
        super().__init__(data)
        self.zone_name = zone_name


class Plan(ActiveRecord):
    """What the API gives all at once, and knows by no path of its own."""

    _url, _single, _plural, _id_attr = "plans", "plan", "plans", "slug"

    slug: Key[str]
    price: Static[int]

    load = member.load_from_list("/plans")

    @collection.list("/plans", paged=False)
    def list(cls, *, page: int = 1, per_page: int = 20) -> Page[Plan]: ...


async def test_a_listing_without_pages_is_searched_without_asking_for_one(script, call):
    script.answer(200, {"plans": [{"slug": "a", "price": 1}, {"slug": "b", "price": 2}]})
    plan = await call(Plan.fetch, "b")
    assert plan.price == 2
    assert script.asked == ["GET /plans"]


async def test_a_child_knows_its_parent_however_it_came(script, call):
    one = {"id": 1, "data": "a"}
    script.answer(200, {"records": [one], "meta": {"total": 1}}).answer(200, {"records": [one], "meta": {"total": 1}})
    script.answer(200, {"record": one}).answer(201, {"record": one}).answer(
        200, {"record": {**one, "data": "b"}}
    ).answer(204)
    (listed,) = await call(Record.list, "example.com")
    (of_zone,) = await call(Zone({"name": "example.com"}).records)
    built = Record(Zone({"name": "example.com"}))
    built.id = 1
    await call(built.load)
    made = Record("example.com")
    await call(made.create, data="a")
    listed.data = "b"
    await call(listed.save)
    await call(of_zone.delete)
    assert script.asked == [
        "GET /zones/example.com/records",
        "GET /zones/example.com/records",
        "GET /zones/example.com/records/1",
        "POST /zones/example.com/records",
        "PUT /zones/example.com/records/1",
        "DELETE /zones/example.com/records/1",
    ]
    assert listed.zone == of_zone.zone == made.zone == "example.com"
    assert listed == of_zone == built == made
    for twin in (copy.copy(listed), pickle.loads(pickle.dumps(listed))):
        assert (twin, twin.zone, twin.data) == (listed, "example.com", "b")


async def test_the_same_number_in_another_parent_is_another_child(script):
    assert Record("a.example", {"id": 1}) != Record("b.example", {"id": 1})


def test_an_only_child_needs_no_key_of_its_own(script):
    script.answer(200, {"summary": {"total": 5}})
    assert Summary("example.com").total == 5
    assert script.asked == ["GET /zones/example.com/summary"]


async def test_page_and_per_page_slice_what_comes_at_once(script, call):
    users = [{"name": str(n)} for n in range(45)]
    for _ in range(3):
        script.answer(200, {"users": users})
    zone = Zone({"name": "z"})
    everything = await call(zone.users)
    page = await call(zone.users, page=3, per_page=20)
    assert everything == users
    assert (everything.total, everything.has_next) == (45, False)
    assert (page, page.total, page.pages) == (users[40:], 45, 3)
    assert await call.items(zone.users.all()) == users
    assert set(script.asked) == {"GET /zones/z/users"}


async def test_what_is_no_json_comes_as_bytes(script, call):
    script.answer(200, b"$ORIGIN example.com.\n", {"content-type": "text/plain"})
    assert await call(Zone({"name": "z"}).file) == b"$ORIGIN example.com.\n"
    assert script.requests[0].headers["accept"] == "text/plain"


async def test_a_child_without_a_parent_goes_nowhere(script, call):
    record = Record(None)
    record.id = 1
    with pytest.raises(do.ClientError, match="zone_name"):
        await call(record.delete)
    assert not script.requests


async def test_a_new_child_is_told_its_parent_first(script, call):
    script.answer(201, {"record": {"id": 1, "data": "a"}}).answer(201, {"record": {"id": 2, "data": "b"}})
    one = await call(Record.new, "example.com", data="a")
    two = await call(Record.new, data="b", zone=Zone({"name": "example.com"}))
    assert script.asked == ["POST /zones/example.com/records"] * 2
    assert script.bodies == [{"data": "a"}, {"data": "b"}]
    assert (one.id, one.zone, two.id) == (1, "example.com", 2)
    assert list(inspect.signature(Record.new).parameters) == ["zone", "data"]
    with pytest.raises(TypeError, match="zone first"):
        await call(Record.new)


async def test_what_is_not_there_counts_as_deleted_unless_told_otherwise(script, call):
    record = Record("example.com", {"id": 1})
    script.answer(404, {"id": "not_found", "message": "gone"}).answer(404, {"id": "not_found", "message": "gone"})
    assert await call(record.delete) == {"status": "deleted"}
    with pytest.raises(do.ResourceNotFoundError):
        await call(record.purge)
