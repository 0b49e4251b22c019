"""octoDNS with its provider for DigitalOcean: a zone is what its file says, and a second run changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

import dopyapi as do
from dopyapi.testing import Server

pytestmark = pytest.mark.clients

ZONE = """
'':
  - {ttl: 300, type: A, value: 192.0.2.1}
  - {ttl: 300, type: CAA, value: {flags: 0, tag: iodef, value: "mailto:ops@example.com"}}
  - {ttl: 300, type: MX, values: [{exchange: mail.example.com., preference: 10}]}
  - {ttl: 300, type: TXT, values: ["a second one", "v=spf1 mx -all"]}
_sip._tcp: {ttl: 600, type: SRV, value: {port: 5060, priority: 10, target: sip.example.com., weight: 20}}
six: {ttl: 600, type: AAAA, value: "2001:db8::1"}
www: {ttl: 600, type: CNAME, value: example.com.}
"""


def sync(server: Server, folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Make the zone so; how much there was to change."""
    provider = pytest.importorskip("octodns_digitalocean", reason="make clients installs octodns-digitalocean")
    from octodns.provider.yaml import YamlProvider
    from octodns.zone import Zone

    monkeypatch.setattr(provider.DigitalOceanClient, "BASE", f"{server.url}/v2")
    target = provider.DigitalOceanProvider("digitalocean", server.token)
    zone = Zone("example.com.", [])
    YamlProvider("config", str(folder), escaped_semicolons=False).populate(zone)
    plan = target.plan(zone)
    return 0 if plan is None else target.apply(plan)


def test_a_zone_is_as_its_file_says_and_stays_so(
    server: Server, ours: do.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "example.com.yaml").write_text(ZONE)
    assert sync(server, tmp_path, monkeypatch) == 7
    found = {(one.type, one.name, one.data) for one in do.DomainRecord.list("example.com")}
    assert {
        ("A", "@", "192.0.2.1"),
        ("TXT", "@", "a second one"),
        ("AAAA", "six", "2001:db8::1"),
    } <= found
    (server_record,) = (one for one in do.DomainRecord.list("example.com") if one.type == "SRV")
    assert (server_record.name, server_record.priority, server_record.weight, server_record.port) == (
        "_sip._tcp",
        10,
        20,
        5060,
    )
    assert sync(server, tmp_path, monkeypatch) == 0, "the second run has nothing to change"
    (tmp_path / "example.com.yaml").write_text(ZONE.replace("192.0.2.1", "192.0.2.9").replace("six:", "sixth:"))
    assert sync(server, tmp_path, monkeypatch) == 3
    after = {(one.type, one.name, one.data) for one in do.DomainRecord.list("example.com")}
    assert ("A", "@", "192.0.2.9") in after
    assert ("A", "@", "192.0.2.1") not in after
    assert not any(name == "six" for _, name, _ in after)
    assert sync(server, tmp_path, monkeypatch) == 0
