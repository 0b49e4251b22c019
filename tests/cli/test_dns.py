"""Names pointed at addresses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import dopyapi as do
from dopyapi.testing import Emulated

from .conftest import Dopy


def says(type: str = "A", name: str = "www") -> list[str]:
    records = do.DomainRecord.list.all("example.com", type=type)  # type: ignore[arg-type]
    return sorted(each.data for each in records if each.name == name)


def results(out: str) -> list[tuple[str, str]]:
    """Data and result of each line."""
    rows = [line.split() for line in out.splitlines()[1:]]
    return [(row[2], row[4]) if len(row) == 6 else (row[3], row[2]) for row in rows]


def test_a_name_is_pointed_at_addresses(dopy: Dopy) -> None:
    nowhere = dopy.inside("dns", "upsert", "example.com", "www", "A", "192.0.2.1")
    assert nowhere.status == 3
    assert "dopy domains create example.com" in nowhere.err
    do.Domain.new(name="example.com")

    point = ("dns", "upsert", "example.com", "www")
    assert results(dopy.inside(*point, "a", "192.0.2.1").out) == [("192.0.2.1", "created")]
    assert results(dopy.inside(*point, "A", "192.0.2.1").out) == [("192.0.2.1", "unchanged")]
    assert results(dopy.inside(*point, "A", "192.0.2.2", "--ttl", "60").out) == [("192.0.2.2", "updated")]
    several = dopy(*point, "A", "192.0.2.2", "192.0.2.3", "192.0.2.4")
    assert [result for _, result in results(several.out)] == ["unchanged", "created", "created"]
    assert says() == ["192.0.2.2", "192.0.2.3", "192.0.2.4"]

    one = dopy.inside(*point, "A", "192.0.2.9")
    assert one.status == 1
    assert "www.example.com A has 3 records" in one.err
    assert "192.0.2.3" in one.err
    rehearsed = dopy.inside(*point, "A", "192.0.2.2", "192.0.2.9", "--dry-run")
    assert [line.split()[0] for line in rehearsed.lines if line.startswith(("P", "D"))] == ["PATCH", "DELETE"]
    assert '"data": "192.0.2.9"' in rehearsed.out
    assert rehearsed.lines[-1] == "nothing has been sent"
    assert says() == ["192.0.2.2", "192.0.2.3", "192.0.2.4"]
    fewer = dopy.inside(*point, "A", "192.0.2.2", "192.0.2.9")
    assert [result for _, result in results(fewer.out)] == ["unchanged", "updated", "deleted"]
    assert says() == ["192.0.2.2", "192.0.2.9"]
    assert dopy.inside(*point, "XX", "1").status == 2
    assert dopy.inside(*point, "A").status == 2


def test_a_droplets_address_is_what_a_record_says(dopy: Dopy, fleet: Callable[..., list[Any]]) -> None:
    (web,) = fleet("web-1", ipv6=True)
    fleet("web-2")
    do.Domain.new(name="example.com")
    found = dopy.inside("dns", "upsert", "example.com", "@", "AAAA", "--droplet", "web-1", "-o", "json")
    (record,) = found.json
    assert (record["name"], record["result"]) == ("@", "created")
    assert record["data"].lower() == web.networks.v6[0].ip_address.lower()
    private = dopy.inside("dns", "upsert", "example.com", "vm.example.com", "A", "--droplet", "web-1", "--private")
    assert private.status == 0, private.err
    assert says(name="vm") == [n.ip_address for n in web.networks.v4 if n.type == "private"]
    none = dopy.inside("dns", "upsert", "example.com", "@", "AAAA", "--droplet", "web-2")
    assert none.status == 1
    assert "web-2 has no public IPv6 address" in none.err
    assert dopy.inside("dns", "upsert", "example.com", "@", "TXT", "--droplet", "web-1").status == 2


def test_records_are_listed_and_deleted_by_name_and_type(dopy: Dopy, digitalocean: Emulated) -> None:
    do.Domain.new(name="example.com")
    for name, data in (("www", "192.0.2.1"), ("www", "192.0.2.2"), ("api", "192.0.2.3")):
        do.DomainRecord.new("example.com", "A", name=name, data=data)
    do.DomainRecord.new("example.com", "TXT", name="www", data="stays")
    listed = dopy.inside("dns", "list", "example.com", "--name", "www", "--type", "A", "--columns", "data")
    assert listed.lines == ["DATA", "192.0.2.1", "192.0.2.2"]
    asked = dopy.inside("dns", "delete", "example.com", "www", "A")
    assert asked.status == 2
    assert "--yes" in asked.err
    other = dopy.inside("dns", "delete", "example.com", "www", "A", "192.0.2.1", "192.0.2.7", "--yes")
    assert other.status == 3
    assert "that says 192.0.2.7; none was deleted" in other.err
    dry = dopy.inside("dns", "delete", "example.com", "www", "A", "--dry-run")
    assert dry.out.count("DELETE /v2/domains/example.com/records/") == 2
    assert says() == ["192.0.2.1", "192.0.2.2"]
    screen = dopy.on_terminal("dns", "delete", "example.com", "www", "A", "192.0.2.1", answers=[("Go on?", "y\n")])
    assert screen.status == 0, screen.text
    assert says() == ["192.0.2.2"]
    assert dopy.inside("dns", "delete", "example.com", "www.example.com.", "a", "--yes").status == 0
    assert says() == []
    assert says(name="api") == ["192.0.2.3"]
    assert says("TXT") == ["stays"]
