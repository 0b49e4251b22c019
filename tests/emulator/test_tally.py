"""Whatever becomes of documents, the tally says how many each list has, and where each stands."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dopyapi.emulator import tally
from dopyapi.emulator.store import Store

KINDS, FACETS, PARENTS, TAGS = (
    ("droplet", "image"),
    (None, "gpu", "plain"),
    (None, "vpc/1", "vpc/2"),
    ("Web", "web", "db"),
)
CHOICES: list[dict[str, Any]] = [
    {},
    *({"facet": facet} for facet in FACETS[1:]),
    *({"parent": parent} for parent in PARENTS[1:]),
    {"tag": "WEB"},
    {"tag": "db"},
    {"facet": "gpu", "parent": "vpc/1"},
    {"facet": "gpu", "tag": "web"},
]
STEP = st.tuples(
    st.sampled_from(["add", "add", "add", "remove", "change", "tag", "untag", "assign", "rollback"]),
    st.integers(0, 10_000),
    st.sampled_from(FACETS),
    st.sampled_from(PARENTS),
    st.sampled_from(TAGS),
)


def play(store: Store, steps: list[tuple[Any, ...]]) -> None:
    """Change documents as the products do, some of it given up."""
    keys: list[tuple[str, str]] = []
    for number, (what, dice, facet, parent, tag) in enumerate(steps):
        if what == "add":
            kind = KINDS[dice % 2]
            store.add(kind, number, {}, facet=facet, parent=parent)
            keys.append((kind, str(number)))
        elif what == "rollback":
            store.commit()
            store.add("droplet", f"never-{number}", {}, facet="gpu")
            store.write("delete from tagging")
            store.rollback()
        elif keys:
            found = store.get(*keys[dice % len(keys)])
            assert found is not None
            if what == "remove":
                store.write("delete from tagging where doc = ?", (found.n,))
                store.write("delete from assignment where doc = ?", (found.n,))
                store.remove(found)
                keys.remove((found.kind, found.key))
            elif what == "change":
                found.facet, found.parent = facet, parent
                store.save(found)
            elif what == "tag":
                store.write("replace into tagging (tag, kind, doc) values (?, ?, ?)", (tag, found.kind, found.n))
            elif what == "untag":
                store.write("delete from tagging where tag = ? and doc = ?", (tag, found.n))
            else:
                store.write("replace into assignment values (?, ?, 0)", (found.n, dice % 3))
    store.commit()


@pytest.fixture(autouse=True)
def small_ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ranges of four, so that a handful of documents has several."""
    from dopyapi.emulator import schema

    for name in ("_BITS", "TALLY"):
        assert getattr(tally, name)
    monkeypatch.setattr(schema, "SCHEMA", schema.SCHEMA.replace(f">> {tally._BITS}", ">> 2"))
    monkeypatch.setattr(tally, "_BITS", 2)


@settings(max_examples=60, deadline=None)
@given(st.lists(STEP, max_size=60), st.integers(1, 7))
def test_every_page_of_every_list_is_what_counting_through_gives(steps: list[tuple[Any, ...]], limit: int) -> None:
    store = Store()
    play(store, steps)
    for kinds in (("droplet",), ("image",), KINDS):
        for choice in CHOICES:
            for newest in (False, True):
                chosen = store.select(*kinds, **choice, newest=newest)
                every = chosen.keys()
                assert chosen.count() == len(every)
                for offset in range(0, len(every) + 2):
                    found = [document.key for document in chosen.documents(limit, offset)]
                    assert found == every[offset : offset + limit]
    counted = store.db.execute("select project, count(*) from assignment group by project").fetchall()
    assert dict(store.tally.under("a:")) == {f"a:{project}": count for project, count in counted}
    store.close()


def test_nothing_is_left_of_what_is_gone() -> None:
    store = Store()
    made = [store.add("droplet", number, {}, facet="gpu", parent="vpc/1") for number in range(20)]
    for document in made:
        store.remove(document)
    store.commit()
    assert store.tally.count(["k:droplet", "f:droplet:gpu", "p:droplet:vpc/1"]) == 0
    assert store.db.execute("select coalesce(sum(abs(count)), 0) from tally").fetchone() == (0,)
    store.close()
