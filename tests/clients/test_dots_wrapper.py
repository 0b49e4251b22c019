"""dots-wrapper, a client in TypeScript: what it was told it made is what the account has."""

from __future__ import annotations

import pytest

import dopyapi as do
from dopyapi.testing import Server

from . import node

pytestmark = pytest.mark.clients


def test_a_stack_is_made_changed_and_half_taken_away(server: Server, ours: do.Client) -> None:
    node.package("dots-wrapper")
    seen = node.run("dots_wrapper.mjs", server)
    first, second = sorted(do.Droplet.list(), key=lambda droplet: droplet.name)
    assert [(each.id, each.name, each.vpc_uuid) for each in (first, second)] == [
        (seen["first"], "web-1", seen["vpc"]),
        (seen["second"], "web-2", seen["vpc"]),
    ]
    assert sorted(first.tags) == ["blue", "web"]
    assert second.tags == ["web"]
    assert first.volume_ids == [seen["volume"]]
    (firewall,) = do.Firewall.list()
    assert (firewall.id, firewall.tags, firewall.droplet_ids) == (seen["firewall"], ["web"], [first.id])
    assert [rule["ports"] for rule in firewall.json()["inbound_rules"]] == ["443"]
    records = [each for each in do.DomainRecord.list("example.com") if each.type == "A"]
    assert [(each.id, each.name, each.data, each.ttl) for each in records] == [(seen["record"], "www", "192.0.2.2", 60)]
    (address,) = do.ReservedIP.list()
    assert (address.ip, address.droplet and address.droplet.id) == (seen["address"], first.id)
    assert sorted(name for page in seen["pages"] for name in page) == ["web-1", "web-2"]
    assert seen["problems"][0] == [404, "not_found"]
    assert seen["problems"][1][0] == 422
