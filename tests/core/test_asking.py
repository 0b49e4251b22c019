"""An object that may have to ask for an attribute is of a class beneath its own, and nobody need know."""

from __future__ import annotations

import copy
import dis
import functools
import pickle
import threading
import weakref
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dopyapi as do
from dopyapi._core import cells
from dopyapi._core.asking import Asking, asking
from dopyapi._core.fields import Dynamic, Key, Static
from dopyapi._core.resource import ActiveRecord


class Kite(ActiveRecord):
    """Something that flies."""

    _url, _single, _plural = "kites", "kite", "kites"

    id: Key[int]
    name: Dynamic[str]
    length: Static[float | None]


class Named(ActiveRecord):
    """Something without scalars."""

    _url, _single, _plural = "nameds", "named", "nameds"


KITE = {"id": 5, "name": "Red", "length": 1.5}


def listed(members: dict[str, Any] = KITE, kind: Any = Kite) -> Any:
    scalars = kind._laid_out().page(msgspec.json.encode({"kites": [members]}), "kites")
    (kite,) = kind._from_page([msgspec.json.encode(members)], scalars, None)
    return kite


def single(members: dict[str, Any] = KITE, kind: Any = Kite) -> Any:
    return kind._from_raw(msgspec.json.encode(members), None)


def asks(kite: Any) -> bool:
    return issubclass(type(kite), Asking)


def is_filled(kite: Any) -> bool:
    for cell in kite._cells.values():
        try:
            cell.__get__(kite)
        except AttributeError:
            return False
    return True


def test_a_listed_object_is_of_its_own_class_and_reads_are_as_fast_as_python_has_them():
    kites = [listed() for _ in range(100)]
    assert {type(kite) for kite in kites} == {Kite}

    def read() -> None:
        for kite in kites:
            kite.name  # noqa: B018

    for _ in range(20):
        read()
    found = {each.opname for each in dis.get_instructions(read, adaptive=True)}
    assert "LOAD_ATTR_SLOT" in found, found


@pytest.mark.parametrize("make", [Kite, lambda: Kite({"id": 5}), single], ids=["new", "with data", "fetched"])
def test_one_with_an_empty_cell_asks_and_looks_like_any_other(make):
    kite = make()
    assert asks(kite)
    assert isinstance(kite, Kite)
    assert kite.__class__ is Kite
    of_it = type(kite)
    assert (of_it.__name__, of_it.__qualname__, of_it.__module__, of_it.__doc__, repr(of_it)) == (
        *("Kite", "Kite", __name__, "Something that flies."),
        repr(Kite),
    )
    assert (of_it.__dictoffset__, of_it.__basicsize__) == (Kite.__dictoffset__, Kite.__basicsize__)
    match kite:
        case Kite():
            pass
        case _:
            pytest.fail("is no Kite")


def test_what_was_fetched_asks_until_it_is_read():
    kite = single()
    assert kite.name == "Red"
    assert type(kite) is Kite
    kite.name = "Blue"
    assert asks(kite)
    assert (kite.name, kite.length, kite.id) == ("Blue", 1.5, 5)


def test_a_class_without_scalars_needs_no_other():
    assert asking(Named) is Named
    assert type(Named()) is Named


def test_there_is_one_such_class_of_each():
    assert type(Kite()) is type(Kite({"id": 1})) is type(single()) is asking(Kite)
    assert type(type(Kite())()) is type(Kite())
    assert type(Kite())._laid_out() is Kite._laid_out()


ACTS: dict[str, Any] = {
    "read": lambda kite: kite.name,
    "read another": lambda kite: kite.length,
    "set": lambda kite: setattr(kite, "name", "Blue"),
    "set the key": lambda kite: setattr(kite, "id", 5),
    "set another key": lambda kite: setattr(kite, "id", 6),
    "take over": lambda kite: kite._adopt(msgspec.json.encode(KITE), None, keep=True),
    "take over less": lambda kite: kite._adopt(b'{"id":5,"name":"Green"}', None),
    "give up": lambda kite: kite._forget_changes(["name"]),
    "forget": lambda kite: kite._forget(),
    "as JSON": lambda kite: kite._raw and kite.json(),
}


@given(st.sampled_from([listed, single]), st.lists(st.sampled_from(sorted(ACTS)), max_size=12))
def test_whatever_happens_one_of_its_own_class_has_all_cells_filled(make, acts):
    kite = make()
    for act in acts:
        if kite._raw is None and act.startswith("read"):
            continue  # there is nobody to ask
        ACTS[act](kite)
        assert isinstance(kite, Kite)
        if not asks(kite):
            assert is_filled(kite), act


@pytest.mark.parametrize("make", [listed, single])
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_names_the_class_as_it_was_written(make, protocol):
    kite = make()
    stored = pickle.dumps(kite, protocol)
    for found in (pickle.loads(stored), copy.copy(kite), copy.deepcopy(kite)):
        assert found.__class__ is Kite
        assert (found.id, found.name, found.length) == (5, "Red", 1.5)
        assert type(found) is Kite


class Dragon(Kite):
    """A kite of somebody who goes further."""

    below: list[str] = []

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        Dragon.below.append(cls.__name__)

    def __getattr__(self, name: str) -> str:
        if name == "roar":
            return f"{self.name} roars"
        raise AttributeError(f"a dragon has no {name}")


class Wyvern(Dragon):
    """One below."""


@pytest.mark.parametrize("kind", [Dragon, Wyvern])
@pytest.mark.parametrize("make", [listed, single])
def test_a_class_of_yours_may_have_a_getattr_of_its_own(make, kind):
    dragon = make(kind=kind)
    for _ in range(2):
        assert dragon.roar == "Red roars"
        with pytest.raises(AttributeError, match="a dragon has no wings"):
            _ = dragon.wings
        dragon.name = "Red"  # its cell is empty now
    dragon.mood = "calm"
    assert vars(dragon) == {"mood": "calm"}
    assert dragon.length == 1.5
    assert copy.copy(dragon).mood == pickle.loads(pickle.dumps(dragon)).mood == "calm"


def test_a_class_of_yours_is_told_of_none_but_those_below_it():
    for kind in (Dragon, Wyvern):
        assert asks(single(kind=kind))
    assert Dragon.below == ["Wyvern"]


def test_objects_are_equal_whatever_they_have_to_ask_for():
    kites = [listed(), single(), listed(kind=Dragon), single(kind=Dragon)]
    assert all(one == other for one in kites for other in kites)
    assert len(set(kites)) == 1
    assert listed(kind=Wyvern) == single()


def test_dispatch_by_class_and_weak_references_hold():
    @functools.singledispatch
    def say(thing: object) -> str:
        return "something"

    @say.register
    def _(kite: Kite) -> str:
        return "a kite"

    kite = single()
    reference = weakref.ref(kite)
    assert say(kite) == say(listed()) == "a kite"
    assert kite.name == "Red"
    assert reference() is kite


def test_first_reads_by_many_threads_give_all_of_them_the_same():
    for _ in range(50):
        kite, found, start = single(), [], threading.Barrier(4)

        def read(kite: Any = kite, found: Any = found, start: Any = start) -> None:
            start.wait()
            found.append((kite.id, kite.name, kite.length))

        threads = [threading.Thread(target=read) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [(5, "Red", 1.5)] * 4
        assert type(kite) is Kite


@pytest.mark.parametrize("before", ["the fill ends", "it is looked at"])
def test_who_empties_a_cell_while_another_thread_fills_them_is_seen(before, monkeypatch):
    """As if the other thread came in between, at either moment."""
    kite = single()
    become, turns = cells.become, []

    def between(one: Any, kind: Any) -> None:
        if kind is Kite and not turns:
            turns.append(before)
            if before == "the fill ends":
                vars(cells.Cells)["_cell1"].__delete__(one)
                become(one, kind)
            else:
                become(one, kind)
                one.name = "Blue"
            return
        become(one, kind)

    monkeypatch.setattr(cells, "become", between)
    assert kite.length == 1.5
    assert turns
    assert asks(kite)
    assert kite.name == ("Blue" if before == "it is looked at" else "Red")


def test_setting_what_has_no_cell_changes_no_class():
    droplet = do.Droplet._from_page(*_droplets({"id": 5, "name": "web", "tags": ["a"]}), None)[0]
    droplet.tags = ["b"]
    assert type(droplet) is do.Droplet
    droplet.name = "db"
    assert asks(droplet)


def _droplets(members: dict[str, Any]) -> tuple[Any, Any]:
    scalars = do.Droplet._laid_out().page(msgspec.json.encode({"droplets": [members]}), "droplets")
    return [msgspec.json.encode(members)], scalars


def test_an_attribute_that_does_not_exist_is_missing_in_either_state():
    for kite in (listed(), single(), do.Droplet()):
        with pytest.raises(AttributeError, match=r"object has no attribute 'nmae'"):
            _ = kite.nmae
