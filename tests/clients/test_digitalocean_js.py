"""digitalocean-js, an older client in TypeScript: what it was told it made is what the account has."""

from __future__ import annotations

import pytest

import dopyapi as do
from dopyapi.testing import Server

from . import node

pytestmark = pytest.mark.clients


def test_droplets_live_a_life(server: Server, ours: do.Client) -> None:
    node.package("digitalocean-js")
    seen = node.run("digitalocean_js.mjs", server)
    droplets = {droplet.id: droplet for droplet in do.Droplet.list()}
    assert len(seen["all"]) == 3
    assert set(droplets) == {seen["one"], seen["last"]}
    one = droplets[seen["one"]]
    assert (one.name, one.size_slug, one.status, one.disk) == ("app-one", "s-1vcpu-2gb", "active", 25)
    assert one.volume_ids == [seen["volume"]]
    assert seen["snapshots"] == ["before"]
    (firewall,) = do.Firewall.list()
    assert (firewall.id, firewall.droplet_ids) == (seen["firewall"], [one.id])
    records = {(each.type, each.data) for each in do.DomainRecord.list("example.org")}
    assert {("A", "192.0.2.7"), ("TXT", "hello")} <= records
    assert seen["refused"] == 404
