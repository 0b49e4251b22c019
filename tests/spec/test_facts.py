"""The table of facts is what the tool makes of the official document, and holds nothing of its examples' values."""

from __future__ import annotations

import re

import pytest
from tools import facts

from dopyapi import _facts

from . import document


@document.needed
@pytest.mark.parametrize("name", ["operations.json", "schemas.json"])
def test_the_table_on_disk_is_what_the_tool_makes_of_the_document(name: str) -> None:
    made = facts.tables(document.content())[name]
    assert (facts.TARGET / name).read_text() == made, (
        "run: python tools/facts.py ../shared/openapi/digitalocean-v2.json"
    )


def test_a_map_by_numbers_is_shown_by_what_all_its_entries_have() -> None:
    example = {"policies": {"7": {"on": True, "plan": "daily"}, "8": {"on": False}}}
    assert facts.names_in(example) == {"policies", "policies.*", "policies.*.on"}


def test_a_list_is_shown_by_what_all_its_items_have() -> None:
    assert facts.names_in({"a": [{"b": 1, "c": {"d": 2}}, {"c": {"d": 3}}]}) == {"a", "a[].c", "a[].c.d"}


def test_no_path_that_is_shown_names_an_example_s_id() -> None:
    paths = {p for o in _facts.operations() for s in o.ok.values() for shown in s.shown for p in shown}
    assert "policies.*.backup_enabled" in paths
    assert not [p for p in paths if re.search(r"(^|\.)\d+(\.|$)", p)]
