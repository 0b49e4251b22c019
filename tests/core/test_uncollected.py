from __future__ import annotations

import gc

import pytest

from dopyapi._core.uncollected import PYTHONS_OWN, Uncollected


@pytest.fixture(autouse=True)
def searched():
    assert gc.isenabled()
    yield
    gc.unfreeze()
    gc.enable()


def test_nothing_is_searched_within_it_and_what_it_made_is_old_after_it():
    counted = gc.get_stats()
    with Uncollected():
        assert not gc.isenabled()
        made = [[] for _ in range(100_000)]
    assert gc.isenabled()
    assert [each["collections"] for each in gc.get_stats()] == [each["collections"] for each in counted]
    old = {id(each) for each in gc.get_objects(generation=2)}
    assert all(id(each) in old for each in made)
    assert gc.get_freeze_count() < PYTHONS_OWN


def test_garbage_is_found_afterwards():
    with Uncollected():
        ring: list[object] = []
        ring.append(ring)
        del ring
    assert gc.collect() >= 1


def test_who_searches_for_nothing_still_does_not():
    gc.disable()
    with Uncollected():
        pass
    assert not gc.isenabled()


def test_what_the_program_keeps_from_being_searched_stays_so():
    gc.freeze()
    kept = gc.get_freeze_count()
    with Uncollected():
        pass
    assert gc.isenabled()
    assert gc.get_freeze_count() >= kept > PYTHONS_OWN


def test_a_failure_within_it_changes_nothing():
    with pytest.raises(ImportError), Uncollected():
        raise ImportError
    assert gc.isenabled()
