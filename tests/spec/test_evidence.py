"""What exactly-once creations look at, against the table of facts."""

from __future__ import annotations

from typing import Any

import pytest

from dopyapi._core.evidence import KNOWN, REPEATABLE, place_of
from dopyapi._facts import Operation, operations, resolved
from dopyapi.emulator.checks import takes

BY_PLACE: dict[tuple[str, str], Operation] = {}
for each in operations():
    parts = ["*" if part.startswith("{") else part for part in each.path.removeprefix("/v2/").split("/")]
    BY_PLACE[each.method, "/".join(parts)] = each


def properties(node: dict[str, Any]) -> set[str]:
    node = resolved(node)
    parts = [*node.get("allOf", ()), *node.get("oneOf", ()), *node.get("anyOf", ())]
    return set(node.get("properties", {})).union(*map(properties, parts))


def answered(operation: Operation) -> set[str]:
    return set().union(*(properties(success.schema) for success in operation.ok.values()))


@pytest.mark.parametrize("place", KNOWN)
def test_what_is_looked_at_is_there(place):
    evidence = KNOWN[place]
    create, listing = BY_PLACE["POST", place], BY_PLACE["GET", place]
    assert evidence.items in answered(listing)
    # The official document answers an image's actions without their envelope, which production has.
    assert evidence.answer in answered(create) or place == "images/*/actions"
    assert all(takes(create.id, field) for field in evidence.by)
    assert not evidence.tagged or takes(create.id, "tags")
    documented = "page" in listing.query
    assert documented == evidence.paged or place in UNDOCUMENTED


UNDOCUMENTED = {"images/*/actions", "reserved_ips/*/actions", "floating_ips/*/actions"}
"""Listings with pages whose parameters the official document forgets."""


@pytest.mark.parametrize("place", sorted(REPEATABLE))
def test_what_is_sent_again_is_there(place):
    assert ("POST", place) in BY_PLACE or ("POST", place.replace("*", "default")) in BY_PLACE


def test_places():
    assert place_of("/droplets/5/actions") == "droplets/*/actions"
    assert place_of("kubernetes/clusters/") == "kubernetes/clusters"
    assert place_of("/kubernetes/clusters/abc/node_pools") == "kubernetes/clusters/*/node_pools"
    assert place_of("/droplets/actions") == "droplets/actions"
