"""Lists that cannot lie."""

from __future__ import annotations

import itertools
import re
import warnings
from typing import Any

import msgspec
import pytest

import dopyapi as do
from dopyapi._core import listing, operations, steps
from dopyapi._core.declare import collection
from dopyapi._core.fields import Key
from dopyapi._core.listing import identities_of
from dopyapi._core.page import CutShortWarning, Page
from dopyapi._core.resource import ActiveRecord
from dopyapi._core.steps import Response

from .fleet import Fleet, account, ids


async def test_everything_in_order_by_pages_of_up_to_200(call):
    fleet = Fleet(4_321)
    with account(fleet):
        assert await ids(call) == fleet.ids
    assert fleet.asked[0] == (1, 200)
    assert len(fleet.asked) == 24  # 22 pages, and two for what neighbours share
    assert all(180 <= size <= 200 for _, size in fleet.asked)


async def test_the_scenario_that_cut_a_peer_short(call):
    """450 Droplets, and a 429 on page 2."""
    fleet = Fleet(450)
    fleet.instead[2] = Response(429, {"retry-after": "1"}, b"{}")
    with account(fleet):
        assert await ids(call) == fleet.ids


async def test_a_page_that_fails_after_its_retries_raises(call):
    fleet = Fleet(450)
    for n in range(2, 30):
        fleet.instead[n] = Response(503, {}, b"{}")
    with account(fleet), pytest.raises(do.DOError):
        await ids(call)


async def test_nothing_is_nothing(call):
    fleet = Fleet(0)
    with account(fleet):
        assert await ids(call) == []
    assert len(fleet.asked) == 1


async def test_nothing_is_sent_before_the_first_item_is_wanted():
    fleet = Fleet(1_000)
    with account(fleet):
        listing = do.Droplet.list.all()
        assert fleet.asked == []
        first = list(itertools.islice(listing, 3))
    assert [d.id for d in first] == [1, 2, 3]
    assert fleet.asked == [(1, 200)]


async def test_an_api_that_gives_smaller_pages_than_asked_for_is_believed(call):
    fleet = Fleet(130, largest=25)
    with account(fleet):
        assert await ids(call) == fleet.ids


async def test_an_api_that_refuses_large_pages_is_asked_for_smaller_ones(call):
    fleet = Fleet(60, largest=25)
    refusal = {"id": "bad_request", "message": "cannot retrieve more than 25 items per page"}
    fleet.instead[1] = Response(400, {}, msgspec.json.encode(refusal))
    with account(fleet):
        assert await ids(call) == fleet.ids
    assert fleet.asked[1] == (1, 25)


async def test_without_a_total_the_links_are_followed(script, call):
    more = {"pages": {"next": "https://api.example/v2/droplets?page=2"}}
    script.answer(200, {"droplets": [{"id": 1}], "links": more}).answer(200, {"droplets": [{"id": 2}], "links": {}})
    assert [d.id for d in await call.items(do.Droplet.list.all())] == [1, 2]


async def test_items_without_a_name_are_counted(script, call):
    kernels = [{"version": "1"}, {"version": "1"}]
    script.answer(200, {"kernels": kernels, "meta": {"total": 2}})
    droplet = do.Droplet({"id": 5})
    assert await call.items(droplet.list_kernels.all()) == kernels


async def test_inside_an_operation(script, call):
    from dopyapi._core.declare import free_procedure

    @free_procedure
    def count():
        return len((yield from do.Droplet.list.all().steps()))

    script.answer(200, {"droplets": [{"id": 1}], "meta": {"total": 1}})
    assert await call(count) == 1


async def test_a_page_that_is_cut_short_is_said_once(call, monkeypatch):
    monkeypatch.setattr(operations, "_cut_short", set())
    with do.testing.emulator(speed=0):
        await call(
            do.Droplet.create_many,
            [f"n{n}" for n in range(25)],
            region="ams3",
            size=do.sizes.tiny,
            image="debian-12-x64",
        )
        with pytest.warns(CutShortWarning, match=re.escape("Droplet.list() gave 20 of 25: Droplet.list.all()")):
            page = await call(do.Droplet.list)
        assert (len(page), page.total, page.pages, page.has_next) == (20, 25, 2, True)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            await call(do.Droplet.list)
            await call(do.Droplet.list, per_page=5)
            monkeypatch.setattr(operations, "_cut_short", set())
            await call(do.Droplet.list, page=1)
            await call(do.Droplet.list, per_page=200)


class Shelf(ActiveRecord):
    """What is listed by pages and, faster, by tokens."""

    _url, _single, _plural, _id_attr = "shelves", "shelf", "shelves", "name"

    @collection.list("/shelves")
    def list(cls, *, page: int = 1, per_page: int = 20, page_token: str | None = None) -> Page[dict[str, Any]]: ...


async def test_a_page_knows_the_token_of_the_next_where_the_listing_has_tokens(script, call):
    link = "https://api.example/v2/shelves?page=2&page_token=a%2Bb%3D&per_page=1"
    script.answer(200, {"shelves": [{"name": "a"}], "links": {"pages": {"next": link}}, "meta": {"total": 2}})
    script.answer(200, {"shelves": [{"name": "b"}], "links": {"pages": {"prev": link}}, "meta": {"total": 2}})
    first = await call(Shelf.list, per_page=1)
    assert (first.has_next, first.next_token) == (True, "a+b=")
    second = await call(Shelf.list, per_page=1, page_token=first.next_token)
    assert script.asked[1] == "GET /shelves?per_page=1&page_token=a%2Bb%3D"
    assert (second, second.has_next, second.next_token) == ([{"name": "b"}], False, None)


async def test_by_numbers_the_same_listing_is_walked_to_its_end(script, call):
    for numbers in (range(200), range(199, 201)):
        script.answer(200, {"shelves": [{"id": f"n{n}"} for n in numbers], "meta": {"total": 201}})
    assert len(await call.items(Shelf.list.all())) == 201
    assert script.asked == ["GET /shelves?page=1&per_page=200", "GET /shelves?page=2&per_page=199"]


async def test_a_listing_that_counts_in_its_own_way_is_whole_too(script, call):
    """Some answers have ``total_items`` where others have ``meta``."""

    class Point(ActiveRecord):
        """One of them."""

        _url, _single, _plural = "points", "point", "points"

        id: Key[int]

        @collection.list("/points")
        def list(cls, *, page: int = 1, per_page: int = 20) -> Page[Point]: ...

    for numbers in (range(200), range(199, 250)):
        script.answer(200, {"points": [{"id": n} for n in numbers], "total_items": 250, "total_pages": 2})
    assert [p.id for p in await call.items(Point.list.all())] == list(range(250))
    script.answer(200, {"points": [{"id": 1}], "total_items": 250, "total_pages": 250})
    page = await call(Point.list, per_page=1)
    assert (page.total, page.has_next, page.pages) == (250, True, 250)


@pytest.mark.parametrize(
    ("kind", "members"),
    [
        (do.Droplet, [{"id": 5, "name": "a"}, {"name": "b", "id": 6}]),
        (do.Tag, [{"name": "web"}, {"name": 'a "quoted" one'}]),
        (do.Volume, [{"size": {"id": "not this one"}, "id": "506f78a4-e098-11e5-ad9f-000f53306ae1"}]),
        (do.ReservedIP, [{"ip": "192.0.2.1"}]),
    ],
)
def test_what_is_seen_at_a_glance_is_what_reading_says(kind, members):
    body = msgspec.json.encode({kind._plural: members})
    seen = kind._from_page([*map(msgspec.json.encode, members)], kind._laid_out().page(body, kind._plural), None)
    read = [kind._from_raw(msgspec.json.encode(each), None)._identity for each in members]
    assert kind._identities(seen) == read
    assert all(each._record is None for each in seen), "nothing was taken apart for it"


def test_what_a_glance_does_not_tell_is_read():
    (odd,) = [do.Droplet._from_raw(b'{"id":{"number":5}}', None)]
    assert do.Droplet._identities([odd]) is None
    body = b'{"droplets":[{"id":5},{"name":"no identifier"}]}'
    scalars = do.Droplet._laid_out().page(body, "droplets")
    found = do.Droplet._from_page([b'{"id":5}', b'{"name":"no identifier"}'], scalars, None)
    assert identities_of(found) == [5, None]
    assert do.DomainRecord._identities([]) is None, "it is known by its domain, too"


@pytest.mark.parametrize(
    ("slow_from", "asked"),
    [
        (1, [8, 1]),
        (3, [1, 1, 7]),
        (99, [1] * 9),
    ],
    ids=["slow at once", "slow from the third on", "always quick"],
)
async def test_pages_are_fetched_together_once_one_takes_its_time(monkeypatch, call, slow_from, asked):
    """Nobody waits for what is there at once; then threads would only be in each other's way."""
    clock, seen, fetched = [0.0], [], []

    def fetch(number, size):
        fetched.append(number)
        clock[0] += 0.05 if len(fetched) >= slow_from else 0.001
        items = [{"id": n} for n in range((number - 1) * size, min(number * size, 1_880))]
        return Page(items, total=1_880, page=number, per_page=size, has_next=number * size < 1_880)
        yield

    def together(branches, limit):
        seen.append(len(branches))
        return (yield from steps.together(branches, limit))

    monkeypatch.setattr(listing, "perf_counter", lambda: clock[0])
    monkeypatch.setattr(listing, "together", together)
    found = await call.items(listing.Listing(fetch))
    assert [item["id"] for item in found] == list(range(1_880))
    assert seen == asked
