"""The rules of the audit, each where it finds something and where it does not."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any

import click
import pytest

from dopyapi._core.errors import ClientForbiddenError
from dopyapi.cli.app import root
from dopyapi.cli.audits.finding import Finding, Limits, at_least, gravest
from dopyapi.cli.audits.firewalls import covers, whole
from dopyapi.cli.audits.ranges import digitaloceans
from dopyapi.cli.audits.report import report, summary
from dopyapi.cli.audits.rules import KINDS, RULES, chosen, findings
from dopyapi.cli.fleet import Fleet

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ALL: dict[str, Any] = {"size_slug": "s-1vcpu-1gb", "status": "active", "tags": [], "image": {"id": 1}, "networks": {}}
PUBLIC = {"v4": [{"ip_address": "203.0.113.5", "netmask": "255.255.255.0", "type": "public"}], "v6": []}
PRIVATE = {"v4": [{"ip_address": "10.1.0.5", "netmask": "255.255.0.0", "type": "private"}], "v6": []}


def droplet(**given: Any) -> dict[str, Any]:
    return {"id": 1, "name": "web", **ALL, "networks": PUBLIC, **given}


def inbound(ports: str, *addresses: str, protocol: str = "tcp") -> dict[str, Any]:
    return {"protocol": protocol, "ports": ports, "sources": {"addresses": list(addresses), "tags": []}}


def firewall(*rules: dict[str, Any], **given: Any) -> dict[str, Any]:
    return {"id": "f", "name": "fire", "droplet_ids": [1], "tags": None, "inbound_rules": list(rules), **given}


def record(type: str, data: str, name: str = "www") -> dict[str, Any]:
    return {"id": 7, "type": type, "name": name, "data": data, "domain": "example.com"}


def parses(command: str) -> bool:
    """Whether the command line takes it, with all its words."""
    words, here = shlex.split(command), root()
    ctx = here.make_context("dopy", words, resilient_parsing=False)
    at: Any = here
    while isinstance(at, click.Group):
        name, at, rest = at.resolve_command(ctx, [*ctx._protected_args, *ctx.args])
        ctx = at.make_context(name, rest, parent=ctx)
    return True


def found(kind: str, limits: Limits | None = None, **listings: Any) -> list[Finding]:
    """What a rule finds; whatever it says mends it is a command that there is."""
    [rule] = chosen([kind], [])
    made = findings([rule], Fleet(listings, now=NOW), limits or Limits())
    assert all(each.kind == kind and each.what and each.why and each.fix for each in made)
    assert all(parses(command) for each in made for command in each.fix)
    return made


def ago(days: float) -> str:
    return (NOW - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_volumes_that_no_droplet_has() -> None:
    volume = {"id": "v", "name": "data", "size_gigabytes": 30, "region": {"slug": "ams3"}}
    [one] = found("unattached-volume", volumes=[volume | {"droplet_ids": []}])
    assert one.shown("dopy") == {
        "kind": "unattached-volume",
        "level": "warning",
        "resource": "volume",
        "id": "v",
        "name": "data",
        "what": "30 GiB in ams3, attached to no Droplet",
        "why": "a volume costs the same whether a Droplet uses it or not",
        "monthly_cost": 3.0,
        "cost_source": "list price",
        "fix": ["dopy volumes delete v"],
    }
    assert found("unattached-volume", volumes=[volume | {"droplet_ids": None}])
    assert not found("unattached-volume", volumes=[volume | {"droplet_ids": [1]}])


def test_snapshots_that_are_old_and_that_no_droplet_runs_from() -> None:
    def snapshot(days: float, id: str = "5") -> dict[str, Any]:
        return {"id": id, "name": "s", "created_at": ago(days), "size_gigabytes": 2.5, "resource_type": "droplet"}

    [one] = found("old-snapshot", snapshots=[snapshot(90)], droplets=[droplet()])
    assert (one.level, one.what, str(one.monthly)) == ("info", "2.5 GB, 90 days old", "0.150")
    assert not found("old-snapshot", snapshots=[snapshot(89.9)], droplets=[])
    assert found("old-snapshot", Limits(snapshot_age=30), snapshots=[snapshot(31)], droplets=[])
    in_use = droplet(image={"id": 5})
    assert not found("old-snapshot", snapshots=[snapshot(500)], droplets=[in_use])


def test_reserved_addresses_that_no_droplet_has() -> None:
    four = {"ip": "192.0.2.1", "region": {"slug": "ams3"}, "droplet": None, "locked": False}
    six = {"ip": "2001:db8::1", "region_slug": "ams3", "droplet": None}
    first, second = found("unassigned-reserved-ip", reserved_ips=[four], reserved_ipv6=[six])
    assert (first.name, first.shown("dopy")["monthly_cost"]) == ("192.0.2.1", 5.0)
    assert (second.name, second.shown("dopy")["cost_source"]) == ("2001:db8::1", "unknown")
    for fine in ({"droplet": {"id": 1}}, {"locked": True}):
        assert not found("unassigned-reserved-ip", reserved_ips=[four | fine], reserved_ipv6=[])


def test_droplets_that_are_off() -> None:
    sizes = [{"slug": "s-1vcpu-1gb", "price_monthly": 6.0, "price_hourly": 0.00893}]
    [one] = found("droplet-off", droplets=[droplet(status="off")], sizes=sizes)
    assert one.shown("dopy")["monthly_cost"] == 6.0
    [strange] = found("droplet-off", droplets=[droplet(status="off", size_slug="retired")], sizes=sizes)
    assert (strange.shown("dopy")["monthly_cost"], strange.shown("dopy")["cost_source"]) == (None, "unknown")
    assert not found("droplet-off", droplets=[droplet(), droplet(status="new")], sizes=sizes)


def test_droplets_without_a_firewall() -> None:
    def unprotected(one: dict[str, Any], *firewalls: dict[str, Any]) -> list[str]:
        clusters = [{"id": "c"}]
        made = found("droplet-without-firewall", droplets=[one], firewalls=list(firewalls), clusters=clusters)
        return [each.level for each in made]

    other = firewall(droplet_ids=[2], tags=["db"])
    assert unprotected(droplet()) == ["warning"]
    assert unprotected(droplet(), other) == ["warning"]
    assert unprotected(droplet(networks=PRIVATE), other) == ["info"]
    assert unprotected(droplet(), other, firewall()) == []
    assert unprotected(droplet(tags=["db"]), other) == []
    assert unprotected(droplet(tags=["k8s", "k8s:c"])) == []
    assert unprotected(droplet(tags=["k8s", "k8s:gone"])) == ["warning"]


@pytest.mark.parametrize(
    ("ports", "protocol", "covered"),
    [
        ("22", "tcp", True),
        ("1-65535", "tcp", True),
        ("22-22", "tcp", True),
        ("all", "tcp", True),
        ("0", "tcp", True),
        ("", "tcp", True),
        ("23-80", "tcp", False),
        ("220", "tcp", False),
        ("2-21", "tcp", False),
        ("22", "udp", False),
        ("0", "icmp", False),
    ],
)
def test_which_rules_are_about_port_22(ports: str, protocol: str, covered: bool) -> None:
    assert covers(inbound(ports, protocol=protocol), 22) is covered


@pytest.mark.parametrize(
    ("networks", "world"),
    [
        ("0.0.0.0/0", ["IPv4"]),
        ("::/0", ["IPv6"]),
        ("10.0.0.0/8 0.0.0.0/0 ::/0", ["IPv4", "IPv6"]),
        ("0.0.0.0/1 128.0.0.0/1", ["IPv4"]),
        ("0.0.0.0/1 128.0.0.0/2 192.0.0.0/2", ["IPv4"]),
        ("::/1 8000::/1", ["IPv6"]),
        ("0.0.0.0/1", []),
        ("0.0.0.0/1 128.0.0.0/2", []),
        ("2000::/3", []),
        ("", []),
    ],
)
def test_which_networks_are_the_whole_internet(networks: str, world: list[str]) -> None:
    assert whole(ip_network(each) for each in networks.split()) == world


def test_droplets_whose_port_22_is_open_to_the_world() -> None:
    def opened(one: dict[str, Any], *firewalls: dict[str, Any]) -> list[Finding]:
        return found("ssh-open", droplets=[one], firewalls=list(firewalls))

    [one] = opened(droplet(), firewall(inbound("22", "198.51.100.0/24"), inbound("20-30", "0.0.0.0/0"), name="a b"))
    assert (one.level, one.what) == (
        "critical",
        "port 22 is open to the whole internet (IPv4) by firewall a b, ports 20-30",
    )
    assert one.fix == (
        'firewalls remove-rules f --tags \'{"protocol":"tcp","ports":"20-30","sources":{"addresses":["0.0.0.0/0"]}}\'',
    )
    # What two of them let in together is what gets in; only the one that lets in all by itself is named, if one does.
    halves = firewall(inbound("22", "0.0.0.0/1"), id="h1"), firewall(inbound("all", "128.0.0.0/1"), id="h2")
    [both] = opened(droplet(), *halves)
    assert len(both.fix) == 2
    [all_of_it] = opened(droplet(), halves[0], firewall(inbound("22", "0.0.0.0/0"), id="open"))
    assert [command.split()[2] for command in all_of_it.fix] == ["open"]
    # By a tag; and where nobody can come in yet.
    assert opened(droplet(tags=["t"]), firewall(inbound("22", "::/0", "0.0.0.0/0"), droplet_ids=[], tags=["t"]))
    [later] = opened(droplet(), firewall(inbound("22", "::/0")))
    assert (later.level, later.why) == ("warning", "everybody may try to log in once it has a public IPv6 address")
    assert opened(droplet(networks=PRIVATE), firewall(inbound("22", "0.0.0.0/0")))[0].level == "warning"

    assert not opened(droplet())
    assert not opened(droplet(), firewall(inbound("22", "0.0.0.0/1", "198.51.100.7")))
    assert not opened(droplet(), firewall(inbound("80", "0.0.0.0/0")), firewall(inbound("22", "10.0.0.0/8")))
    assert not opened(droplet(), firewall(inbound("22", "0.0.0.0/0"), droplet_ids=[2], tags=["other"]))
    assert not opened(droplet(), firewall({"protocol": "tcp", "ports": "22", "sources": {"tags": ["office"]}}))
    assert not opened(droplet(), firewall(inbound("22", "what is this")))


def test_load_balancers_with_nothing_behind_them() -> None:
    def lonely(**given: Any) -> list[Finding]:
        balancer = {
            "id": "l",
            "name": "front",
            "type": "REGIONAL",
            "size_unit": 3,
            "droplet_ids": [],
            "tag": "",
            **given,
        }
        return found("load-balancer-without-droplets", load_balancers=[balancer], droplets=[droplet(tags=["web"])])

    assert lonely()[0].shown("dopy")["monthly_cost"] == 36.0
    assert lonely(size_unit=None, size="lb-large")[0].shown("dopy")["monthly_cost"] == 72.0
    assert lonely(type="OF_TOMORROW")[0].shown("dopy")["cost_source"] == "unknown"
    assert lonely(tag="nobody")[0].what == "no Droplet has its tag nobody"
    assert not lonely(droplet_ids=[1])
    assert not lonely(tag="web")
    assert not lonely(type="GLOBAL", target_load_balancer_ids=["other"])


def test_certificates_that_end_soon() -> None:
    def expiring(days: float, type: str = "custom", **limits: Any) -> list[str]:
        one = {"id": "c", "name": "cert", "type": type, "not_after": ago(-days), "dns_names": ["example.com"]}
        return [each.level for each in found("certificate-expiring", Limits(**limits), certificates=[one])]

    assert expiring(30) == expiring(7.5) == ["warning"]
    assert expiring(5) == expiring(-1) == ["critical"]
    assert expiring(31) == expiring(11, expiry=10) == []
    assert expiring(3, "lets_encrypt") == []
    assert expiring(-1, "lets_encrypt") == ["critical"]
    pending = {"id": "c", "name": "cert", "type": "lets_encrypt", "not_after": None, "state": "pending"}
    assert not found("certificate-expiring", certificates=[pending])


def addressed(data: str, type: str = "A", limits: Limits | None = None, **listings: Any) -> list[str]:
    """The levels of what is found of one record, in an account that has one of each kind of address."""
    given = {
        "droplets": [droplet()],
        "load_balancers": [{"ip": "203.0.113.80", "ipv6": "2604:a880::80"}],
        "reserved_ips": [{"ip": "203.0.113.90"}],
        "reserved_ipv6": [{"ip": "2604:a880::90"}],
        "clusters": [{"id": "c", "ipv4": "203.0.113.100"}],
        **listings,
    }
    return [each.level for each in found("dns-address-gone", limits, records=[record(type, data)], **given)]


def test_records_of_addresses_that_are_no_longer_ours() -> None:
    assert addressed("203.0.113.200") == ["warning"]  # the public network of our Droplet
    assert addressed("104.131.1.1") == addressed("2604:a880:2:d0::1", "AAAA") == ["warning"]  # DigitalOcean's
    once = [{"resource_type": "floating_ip", "resource_id": int(ip_address("198.18.5.5"))}]
    assert addressed("198.18.5.5", actions=once) == ["critical"]
    assert addressed("198.18.5.5", actions=[{"resource_type": "droplet", "resource_id": once[0]["resource_id"]}]) == []


@pytest.mark.parametrize(
    "fine",
    [
        *("203.0.113.5", "203.0.113.80", "203.0.113.90", "203.0.113.100"),  # ours
        *("8.8.8.8", "198.51.100.4", "1.1.1.1"),  # of other providers
        *("10.1.0.77", "192.168.1.1", "172.16.0.9", "127.0.0.1", "169.254.1.1", "0.0.0.0"),  # nobody's in public
        *("2604:a880::80", "2604:a880::90", "2604:a880:0:0::80", "fd00::1", "::1", "2001:4860:4860::8888", "nonsense"),
    ],
)
def test_records_that_are_fine(fine: str) -> None:
    assert addressed(fine, "AAAA" if ":" in fine else "A") == []


def test_records_of_addresses_that_are_ours_elsewhere() -> None:
    ours = Limits(ours=(ip_network("104.131.0.0/16"),))
    assert addressed("104.131.1.1", limits=ours) == []
    assert addressed("203.0.113.200", limits=ours) == ["warning"]
    assert addressed("104.131.1.1", "TXT") == []


def test_the_actions_are_asked_for_only_where_they_could_tell_more() -> None:
    rule = next(rule for rule in RULES if rule.kind == "dns-address-gone")
    suspicious = Fleet({"records": [record("A", "8.8.8.8")], "droplets": [droplet()]})
    assert rule.evidence(suspicious, Limits()) == ("actions",)
    assert rule.evidence(Fleet({"records": [record("A", "203.0.113.5")], "droplets": [droplet()]}), Limits()) == ()


def test_aliases_of_what_is_gone() -> None:
    cdns = [{"endpoint": "files.ams3.cdn.digitaloceanspaces.com"}]
    others = [
        record("A", "192.0.2.1", "*.wild"),
        record("NS", "ns1.example.net", "sub"),
        record("A", "192.0.2.1", "a.b"),
        record("NS", "ns1.digitalocean.com", "@"),
    ]

    def gone(target: str) -> bool:
        records = [record("CNAME", target), *others]
        return bool(found("dns-alias-gone", records=records, cdns=cdns, clusters=[{"id": "abc"}]))

    for target in (
        "old.ams3.cdn.digitaloceanspaces.com.",
        "xyz.k8s.ondigitalocean.com",
        "NO.example.com.",
        "x.a.b.example.com",
    ):
        assert gone(target), target
    fine = (
        *(
            "FILES.ams3.cdn.digitaloceanspaces.com.",
            "abc.k8s.ondigitalocean.com.",
            "@",
            "example.com.",
            "www.example.net.",
        ),
        *("any.wild.example.com.", "a.sub.example.com.", "sub.example.com", "a.b.example.com", "b.example.com"),
        *("notexample.com", "files.ams3.digitaloceanspaces.com", "app-x.ondigitalocean.app"),
    )
    for target in fine:
        assert not gone(target), target


def test_digitaloceans_networks() -> None:
    inside = ("104.131.0.0", "104.131.255.255", "209.97.191.255", "5.101.96.0", "2604:a880:ffff::1")
    outside = ("104.130.255.255", "104.132.0.0", "209.97.192.0", "1.2.3.4", "2604:a881::", "::1", "255.255.255.255")
    assert all(digitaloceans(ip_address(each)) for each in inside)
    assert not any(digitaloceans(ip_address(each)) for each in outside)


def test_a_rule_that_may_not_know_is_left_out() -> None:
    fleet = Fleet({"volumes": [{"id": "v", "name": "v", "size_gigabytes": 1, "droplet_ids": [], "region": "ams3"}]})
    assert len(findings(RULES, fleet, Limits())) == 1
    fleet.refused["volumes"] = ClientForbiddenError("no")
    assert findings(RULES, fleet, Limits()) == []


def test_kinds_are_chosen_and_findings_ordered() -> None:
    assert [rule.kind for rule in chosen([], ["ssh-open"])] == [kind for kind in KINDS if kind != "ssh-open"]
    assert [rule.kind for rule in chosen(["ssh-open", "droplet-off"], ["droplet-off"])] == ["ssh-open"]

    def of(level: str, name: str, **given: Any) -> Finding:
        return Finding(level, "droplet", name, name, "what", "why", ("droplets list",), **given)

    some = [of("info", "c"), of("warning", "b"), of("critical", "z"), of("warning", "a", wasteful=True)]
    assert [each.name for each in gravest(some)] == ["z", "a", "b", "c"]
    assert [len(at_least(some, level)) for level in ("info", "warning", "critical")] == [4, 3, 1]


def test_the_money_is_counted_once_and_what_is_unknown_is_said() -> None:
    def shown(id: str, cost: float | None, source: str | None) -> dict[str, Any]:
        return {"resource": "droplet", "id": id, "level": "warning", "monthly_cost": cost, "cost_source": source}

    def told(items: Iterable[dict[str, Any]]) -> str:
        return summary(list(items))

    assert told([]) == "nothing found"
    assert told([shown("1", 0.0, None)]) == "1 finding (1 warning)"
    assert told([shown("1", 5.0, "list price"), shown("1", 5.0, "list price"), shown("2", None, "unknown")]) == (
        "3 findings (3 warning); $5.00 a month could be saved, and 1 of unknown cost"
    )


def test_what_a_name_holds_does_not_reach_the_terminal() -> None:
    evil = {
        "kind": "k",
        "level": "info",
        "resource": "droplet",
        "id": "1",
        "name": "a\x1b[2Jb\nc",
        "what": "w",
        "why": "y",
    }
    written = report([evil | {"monthly_cost": 0.0, "cost_source": None, "fix": []}], terminal=False)
    assert "\x1b[2J" not in written
    assert "b\nc" not in written
