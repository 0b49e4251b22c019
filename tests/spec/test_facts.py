"""The table of facts is what the tool makes of the official document, and holds nothing of its examples' values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from tools import facts

import dopyapi as do
from dopyapi import _facts
from dopyapi._facts import errata, slugs
from dopyapi.emulator.catalogue import databases, images, sizes

from . import document, schemas
from .declarations import all_declared


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


def test_one_operation_is_found_without_the_others() -> None:
    for operation in _facts.operations():
        assert _facts.operation(operation.id) == operation
        assert _facts.operation_at(operation.method, re.sub(r"{(\w+)}", r"{other_\1}", operation.path)) == operation
    assert _facts.operation_at("GET", "/v2/droplet") is None
    with pytest.raises(KeyError, match="droplets_creat"):
        _facts.operation("droplets_creat")


def test_every_endpoint_finds_the_operation_that_it_claims() -> None:
    for declared in all_declared():
        if declared.claims is not None:
            assert _facts.operation_at(declared.endpoint.method, f"/v2{declared.path}") == declared.claims, declared


# Errata: each is of something that is there, so that these tables shrink when the document mends.


def described(schema: schemas.Schema, seen: frozenset[str] = frozenset()) -> Iterator[tuple[str, Any]]:
    """Every keyword of a schema and of what it holds, with the name of the field that it is of."""
    pending = [("", schema, seen)]
    while pending:
        name, node, above = pending.pop()
        if node.get("$ref") in above:
            continue
        above = above | {node.get("$ref", "")}
        node = _facts.resolved(node)
        yield name, node
        pending += [(n, below, above) for n, below in node.get("properties", {}).items()]
        parts = [*schemas.parts(node), *([node["items"]] if node.get("items") else [])]
        pending += [(name, below, above) for below in parts]


@pytest.fixture(scope="module")
def requested() -> list[tuple[str, Any]]:
    """All that a request may hold."""
    inputs = [s for o in _facts.operations() for s in (o.body or {}, *o.query.values())]
    return [found for schema in inputs for found in described(schema)]


def test_errata_are_of_operations_and_of_fields_that_there_are() -> None:
    for table in (errata.DOCUMENT_ERRORS, errata.NOT_REQUIRED, errata.ALSO_TEXT):
        for operation, fields in table.items():
            known = {name for name, _ in described(_facts.operation(operation).body or {})}
            assert fields - known <= {"volume_name", "method"}, f"{operation} has no {fields - known}"
    for operation in errata.PAGED | errata.ASKING:
        assert _facts.operation(operation)
    for name in errata.OPEN_CHOICES:
        assert _facts.schema(name)["enum"]


def test_errata_of_patterns_are_of_patterns_that_there_are(requested: list[tuple[str, Any]]) -> None:
    patterns = {node["pattern"] for _, node in requested if "pattern" in node}
    assert errata.OPEN_PATTERNS.keys() <= patterns
    assert errata.PATTERN_WORDS.keys() <= patterns | set(errata.OPEN_PATTERNS.values())


def test_every_deprecated_field_has_a_replacement(requested: list[tuple[str, Any]]) -> None:
    # The sizes of App Platform's legacy plans are choices of a field that is not deprecated itself.
    deprecated = {name for name, node in requested if node.get("deprecated")} - {"instance_size_slug"}
    assert deprecated == errata.REPLACEMENTS.keys()


def test_every_slug_that_the_project_names_is_known() -> None:
    named = {n: v for m in (do.sizes, do.images) for n, v in vars(m).items() if n[0] != "_" and isinstance(v, str)}
    constants = {v for n, v in named.items() if n.islower() and " " not in v}
    catalogue = set(sizes.SIZES) | {i.slug for i in images.IMAGES}
    nodes = {size for engine in databases.ENGINES.values() for layout in engine.layouts.values() for size in layout}
    assert constants | catalogue | nodes == slugs.SIZES | slugs.IMAGES
