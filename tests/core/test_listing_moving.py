"""Listings whose items come, go and move while they are walked: nothing is lost, nothing doubled, or it is an error."""

from __future__ import annotations

import itertools
import random

import pytest

import dopyapi as do
from dopyapi._core.listing import LARGEST, MOST_PASSES, SMALLEST, Listing, overlapping
from dopyapi._core.steps import Response

from .fleet import Fleet, account, ids


@pytest.mark.parametrize("most", [SMALLEST, 25, 100, LARGEST])
def test_windows_overlap_and_reach_the_end_in_hardly_more_pages(most):
    end, pages = most, 1
    while end < 10_000:
        window = overlapping(end, most)
        assert (window.page - 1) * window.size < end < window.end
        assert window.size <= most
        end, pages = window.end, pages + 1
    if most == LARGEST:
        assert pages == 55


async def test_an_item_that_is_deleted_meanwhile_hides_no_other(call):
    fleet = Fleet(600)
    fleet.before[2] = lambda: fleet.ids.remove(5)  # everything moves one place to the front
    with account(fleet):
        found = await ids(call)
    assert len(found) == len(set(found))
    assert set(found) >= set(fleet.ids)


async def test_an_item_that_is_created_in_front_doubles_no_other(call):
    fleet = Fleet(600)
    fleet.before[2] = lambda: fleet.ids.insert(0, 9_999)
    with account(fleet):
        found = await ids(call)
    assert len(found) == len(set(found)) == 601
    assert set(found) == set(fleet.ids)


async def test_a_listing_that_never_rests_is_an_error(call):
    fleet = Fleet(600)
    fresh = itertools.count(10_000)
    fleet.before = {n: lambda: fleet.ids.insert(0, next(fresh)) for n in range(1, 500)}
    with account(fleet), pytest.raises(do.DOError, match=f"{MOST_PASSES} passes"):
        await ids(call)


@pytest.mark.parametrize("many", [1, 2, 50])
async def test_as_many_gone_as_come_hide_no_other(call, many):
    """The total stays as it was, and what stood first on the second page now stands last on the first."""
    fleet = Fleet(600)

    def swap():
        del fleet.ids[5 : 5 + many]
        fleet.ids.extend(range(9_000, 9_000 + many))

    fleet.before[2] = swap
    with account(fleet):
        found = await ids(call)
    assert len(found) == len(set(found))
    assert set(found) >= set(fleet.ids)


async def test_a_count_that_agrees_by_chance_is_not_believed(call):
    """One is lost between the first two pages, and one comes twice between the next: as many as were announced."""
    fleet = Fleet(600)

    def shift_back():
        del fleet.ids[5:7]
        fleet.ids.extend([9_000, 9_001])

    def shift_on():
        fleet.ids.insert(0, 9_002)
        fleet.ids.pop()

    fleet.before = {2: shift_back, 3: shift_on}
    with account(fleet):
        found = [d.id for d in await call.items(Listing(one_page, in_flight=1))]
    assert len(found) == len(set(found))
    assert set(found) >= set(fleet.ids)


def one_page(number, size):
    return do.Droplet.list.steps(page=number, per_page=size)


@pytest.mark.parametrize("seed", range(40))
async def test_what_is_there_all_the_time_is_given_once_or_there_is_an_error(call, seed):
    """Whatever comes and goes between any two requests, anywhere in the listing."""
    chance = random.Random(seed)
    fleet = Fleet(chance.choice([201, 399, 450, 600, 600, 1_000, 2_500]))
    there_all_the_time = set(fleet.ids)
    fresh = itertools.count(10_000)
    balanced = chance.random() < 0.5

    def change():
        if fleet.quiet:
            return
        gone = chance.randrange(6) if balanced else chance.randrange(2)
        for _ in range(min(gone, len(fleet.ids))):
            lost = fleet.ids.pop(chance.randrange(len(fleet.ids)))
            there_all_the_time.discard(lost)
        for _ in range(gone if balanced else chance.randrange(2)):
            fleet.ids.insert(chance.choice([0, len(fleet.ids), chance.randrange(len(fleet.ids) + 1)]), next(fresh))

    fleet.quiet = False
    often = chance.choice([1, 1, 2, 3])
    fleet.before = {n: change for n in range(2, 2_000) if n % often == 0}
    until = chance.choice([8, 20, 60, 10_000])
    fleet.before[until] = lambda: setattr(fleet, "quiet", True)
    with account(fleet):
        try:
            found = await ids(call)
        except do.DOError as error:
            assert str(MOST_PASSES) in str(error)
            return
    assert len(found) == len(set(found))
    assert not there_all_the_time - set(found)


async def test_an_order_that_does_not_hold_is_no_reason_to_give_up(call):
    """Two whole passes that find the same items have missed none."""
    fleet = Fleet(450)
    fleet.before = dict.fromkeys((2, 4, 5, 7), fleet.ids.reverse)
    expected = set(fleet.ids)
    with account(fleet):
        found = await ids(call)
    assert len(found) == len(set(found))
    assert set(found) == expected


async def test_items_that_cannot_be_told_apart_come_by_pages_that_do_not_overlap(script, call):
    first, second = ([{"version": str(n)} for n in numbers] for numbers in (range(200), range(200, 230)))
    script.answer(200, {"kernels": first, "meta": {"total": 230}})
    script.answer(200, {"kernels": second, "meta": {"total": 230}})
    droplet = do.Droplet({"id": 5})
    assert await call.items(droplet.list_kernels.all()) == first + second
    assert script.asked[1] == "GET /droplets/5/kernels?page=2&per_page=200"


async def test_an_item_without_identifier_behind_the_first_page_comes_once_too(script, call):
    named = [{"id": n} for n in range(250)]
    nameless = {"version": "x"}
    for part in (named[:200], [*named[199:], nameless], named[:200], [*named[200:], nameless]):
        script.answer(200, {"kernels": part, "meta": {"total": 251}})
    found = await call.items(do.Droplet({"id": 5}).list_kernels.all())
    assert found.count(nameless) == 1
    assert sorted(k["id"] for k in found if "id" in k) == list(range(250))


async def test_a_page_that_fails_in_the_middle_is_never_passed_over(call):
    fleet = Fleet(2_500)
    fleet.instead[5] = Response(404, {}, b"{}")
    with account(fleet), pytest.raises(do.ResourceNotFoundError):
        await ids(call)
