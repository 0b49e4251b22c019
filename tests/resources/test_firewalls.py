"""Firewalls and their rules."""

from __future__ import annotations

import pickle

import msgspec
import pytest

import dopyapi as do
from dopyapi._core.codec import encode
from dopyapi.firewalls import Firewall, InboundRule, Location, OutboundRule, Rule, RuleError

EVERYWHERE = ["0.0.0.0/0", "::/0"]
OUT = [{"protocol": p, "ports": "0", "destinations": {"addresses": EVERYWHERE}} for p in ("icmp", "tcp", "udp")]
SSH = InboundRule("tcp", "22", Location("192.0.2.7"))


@pytest.fixture
def firewall(api, call):
    """Make a firewall that is applied."""

    async def made(name="web", *rules, **options):
        found = await call(Firewall.new, name, [*rules], **options)
        return await call(found.wait_ready)

    return made


def answer_of(firewall, name):
    """What the API said, before anything was made of it."""
    return msgspec.json.decode(firewall._raw)[name]


async def test_a_web_tier_is_protected_from_its_first_droplet_to_its_end(api, call, make):
    web, extra = await make("web-1"), await make("extra")
    tag = await call(do.Tag.new, name="web")
    firewall = Firewall()
    firewall.name = "tier"
    firewall.inbound_rules = [SSH, InboundRule("tcp", "80", Location(EVERYWHERE))]
    answer = await call(firewall.create, droplet_ids=[web])
    assert answer["firewall"]["status"] == "waiting"
    assert firewall.pending_changes == [{"droplet_id": web.id, "removing": False, "status": "waiting"}]
    assert await call(firewall.wait_ready) is firewall
    assert (firewall.status, firewall.pending_changes, firewall.droplet_ids) == ("succeeded", [], [web.id])

    await call(firewall.addTags, tag)
    await call(firewall.addDroplets, extra)
    second = await make("web-2", tags=["web"])
    for droplet in (web, extra, second):
        (shown,) = await call(droplet.list_firewalls)
        assert isinstance(shown, Firewall)
        assert shown == firewall
    assert firewall.droplet_ids == [web.id, extra.id]

    rule = InboundRule("tcp", "443", Location(EVERYWHERE))
    await call(firewall.addRules, [rule, OutboundRule("tcp", "53", Location("198.51.100.1"))])
    await call(firewall.removeRules, firewall.inbound_rules[1])
    assert firewall.inbound_rules == [SSH, rule]
    assert [r.ports for r in firewall.outbound_rules] == ["53"]

    await call(extra.delete)
    await call(firewall.load)
    assert firewall.droplet_ids == [web.id]
    await call(firewall.removeDroplets, web)
    await call(firewall.removeTags, "web")
    assert (firewall.droplet_ids, firewall.tags) == ([], [])
    await call(firewall.wait_ready)
    assert await call(web.list_firewalls) == await call(second.list_firewalls) == []
    assert await call(firewall.delete) == {"status": "deleted"}
    assert await call(firewall.delete) == {"status": "deleted"}
    assert await call(Firewall.list) == []


async def test_without_rules_everything_may_go_out(api, call):
    firewall = Firewall()
    answer = await call(firewall.create, "plain")
    assert answer["firewall"]["outbound_rules"] == OUT
    assert answer["firewall"]["inbound_rules"] == firewall.inbound_rules == []
    assert [(r.protocol, r.ports, r.destinations.addresses) for r in firewall.outbound_rules] == [
        ("icmp", "0", EVERYWHERE),
        ("tcp", "0", EVERYWHERE),
        ("udp", "0", EVERYWHERE),
    ]
    given = await call(Firewall.new, "given", [SSH])
    assert given.outbound_rules == []
    assert (await call(Firewall.new, "empty", [], [])).json()["outbound_rules"] == OUT


async def test_the_whole_of_a_firewall_can_be_said_at_once(api, call, make):
    droplet = await make()
    await call(do.Tag.new, name="web")
    rules = [SSH], [OutboundRule("udp", "all", Location(EVERYWHERE))]
    firewall = await call(Firewall.new, "all", *rules, droplet_ids=[droplet], tags=[do.Tag({"name": "web"})])
    assert (firewall.inbound_rules, firewall.outbound_rules) == rules
    assert (firewall.droplet_ids, firewall.tags) == ([droplet.id], ["web"])
    (listed,) = await call(Firewall.list, page=1, per_page=5)
    assert listed.json() == firewall.json()
    assert (listed, listed.name) == (firewall, "all")
    assert [rule.getJSON() for rule in listed.inbound_rules] == answer_of(listed, "inbound_rules") == [SSH.getJSON()]
    assert [rule.getJSON() for rule in listed.outbound_rules] == answer_of(listed, "outbound_rules")
    assert listed.created_at is not None
    by_name = Firewall()
    by_name.name = "all"
    assert await call(by_name.load) == firewall.id
    with pytest.raises(do.ConflictError, match="duplicate name"):
        await call(Firewall.new, "all", [SSH])


async def test_a_change_takes_one_or_many_objects_or_ids(api, call, make, firewall):
    one, two, three = await make("one"), await make("two"), await make("three")
    for name in ("a", "b", "c"):
        await call(do.Tag.new, name=name)
    found = await firewall("web", SSH)
    named = do.Droplet()
    named.name = "three"
    assert await call(found.addDroplets, one.id) == {"status": "success"}
    assert await call(found.addDroplets, [two, named]) == {"status": "success"}
    assert found.droplet_ids == [one.id, two.id, three.id]
    assert found.status == "waiting"
    assert await call(found.removeDroplets, [one, two.id]) == {"status": "deleted"}
    assert found.droplet_ids == [three.id]
    assert {c.droplet_id for c in found.pending_changes if c.removing} == {one.id, two.id}
    assert await call(found.addTags, "a") == {"status": "success"}
    assert await call(found.addTags, [do.Tag({"name": "b"}), "c"]) == {"status": "success"}
    assert found.tags == ["a", "b", "c"]
    assert await call(found.removeTags, (do.Tag({"name": "a"}), "b")) == {"status": "deleted"}
    assert found.tags == ["c"]
    rules = [InboundRule("udp", "53", Location(tags="c")), OutboundRule("icmp", "all", Location(EVERYWHERE))]
    assert await call(found.addRules, rules[0]) == {"status": "success"}
    assert await call(found.addRules, rules) == {"status": "success"}
    assert (found.inbound_rules, found.outbound_rules) == ([SSH, rules[0]], [rules[1]])
    assert await call(found.removeRules, tags=rules) == {"status": "deleted"}
    assert (found.inbound_rules, found.outbound_rules) == ([SSH], [])
    fresh = await call(Firewall.fetch, found.id)
    assert fresh.json() == found.json()


async def test_changes_of_a_firewall_known_by_its_id_leave_it_loaded(api, call, firewall):
    made = await firewall("web", SSH)
    found = Firewall()
    found.id = made.id
    await call(found.add_rules, InboundRule("tcp", "80", Location(EVERYWHERE)))
    assert [r.ports for r in found.inbound_rules] == ["22", "80"]


async def test_rules_can_be_changed_in_place_and_unknown_members_survive(api, call, firewall):
    found = await firewall("web", SSH)
    found.inbound_rules.append(InboundRule("tcp", "8000-9000", Location("2001:db8::/32")))
    found.inbound_rules[0].sources.addresses.append("192.0.2.8")
    found.name = "renamed"
    answer = await call(found.save)
    assert answer["firewall"]["inbound_rules"] == [
        {"protocol": "tcp", "ports": "22", "sources": {"addresses": ["192.0.2.7", "192.0.2.8"]}},
        {"protocol": "tcp", "ports": "8000-9000", "sources": {"addresses": ["2001:db8::/32"]}},
    ]
    fresh = await call(Firewall.fetch, name="renamed")
    assert fresh.inbound_rules == found.inbound_rules


async def test_what_the_api_has_grown_goes_out_again(script, call):
    rule = {"protocol": "gre", "ports": "7", "sources": {"addresses": [], "asn": [64496]}, "note": "new"}
    came = {"id": "f", "name": "web", "inbound_rules": [rule], "outbound_rules": [], "level": 5, "status": "succeeded"}
    script.answer(200, {"firewall": came}).answer(200, {"firewall": came})
    firewall = Firewall({"id": "f"})
    await call(firewall.load)
    firewall.inbound_rules.append(SSH)
    await call(firewall.save)
    assert script.asked == ["GET /firewalls/f", "PUT /firewalls/f"]
    assert script.bodies[-1] == {
        "name": "web",
        "level": 5,
        "inbound_rules": [rule, {"protocol": "tcp", "ports": "22", "sources": {"addresses": ["192.0.2.7"]}}],
        "outbound_rules": [],
    }


async def test_unsaved_changes_outlive_other_changes(api, call, make, firewall):
    droplet = await make()
    found = await firewall("web", SSH)
    found.inbound_rules.append(InboundRule("tcp", "81", Location(EVERYWHERE)))
    await call(found.addRules, InboundRule("tcp", "82", Location(EVERYWHERE)))
    await call(found.addDroplets, droplet)
    assert [r.ports for r in found.inbound_rules] == ["22", "81", "82"]
    await call(found.save)
    assert [r.ports for r in (await call(Firewall.fetch, found.id)).inbound_rules] == ["22", "81", "82"]
    assert found.droplet_ids == [droplet.id]


async def test_its_droplets_are_objects(api, call, make, firewall):
    one, two = await make("one"), await make("two")
    found = await firewall("web", SSH, droplet_ids=[one, two])
    assert await call(found.list_droplets) == [one, two]
    await call(one.delete)
    assert await call(found.list_droplets) == [two]
    assert [d.name for d in await call(found.list_droplets)] == ["two"]


def test_its_droplets_can_be_read_as_an_attribute(api):
    droplet = do.Droplet.new(name="web", region="ams3", size="s-1vcpu-1gb", image="ubuntu-24-04-x64")
    firewall = Firewall.new("web", [SSH], droplet_ids=[droplet])
    assert firewall.droplets == [droplet]
    assert firewall.droplets[0].name == "web"
    late = Firewall()
    late.id = firewall.id
    assert late.droplets == [droplet]


async def test_in_a_loop_its_droplets_are_awaited(script):
    firewall = Firewall._from_raw(b'{"id": "f", "droplet_ids": [5]}', None)
    with do.using(do.Client("t", "https://api.example/v2", transport=script, lazy=False)):
        with pytest.raises(RuntimeError, match=r"await firewall\.list_droplets\.aio\(\) instead"):
            _ = firewall.droplets
        script.answer(200, {"droplet": {"id": 5, "name": "web"}})
        assert [d.name for d in await firewall.list_droplets.aio()] == ["web"]


async def test_sources_of_every_kind_are_named_by_objects_or_ids(api, call, make, firewall):
    from dopyapi.loadbalancers import LoadBalancer

    droplet, other = await make("one"), await make("two")
    balancer = await call(LoadBalancer.new, name="lb", region="ams3", droplet_ids=[droplet])
    await call(do.Tag.new, name="web")
    by_name = do.Droplet()
    by_name.name = "two"
    source = Location("192.0.2.0/24", [droplet, by_name], balancer, [do.Tag({"name": "web"})])
    found = await firewall("web", InboundRule("tcp", "5432", source))
    (rule,) = found.inbound_rules
    assert rule.sources.addresses == ["192.0.2.0/24"]
    assert rule.sources.droplet_ids == [droplet.id, other.id]
    assert rule.sources.load_balancer_uids == [balancer.id]
    assert rule.sources.tags == ["web"]
    assert rule.sources.kubernetes_ids == []
    assert found.json()["inbound_rules"][0]["sources"]["load_balancer_uids"] == [balancer.id]
    assert rule == InboundRule("tcp", 5432, source)
    await call(balancer.delete)
    await call(found.load)
    assert found.inbound_rules[0].sources.load_balancer_uids == []


async def test_a_rule_that_cannot_be_is_refused_before_anything_is_sent(script, call):
    firewall = Firewall({"id": "f"})
    for rule, said in (
        (InboundRule("tcp", "22"), "an InboundRule needs sources"),
        (OutboundRule(), "an OutboundRule needs destinations"),
        (InboundRule("gre", "22", Location("192.0.2.7")), "'gre' of an InboundRule is none of tcp, udp, icmp"),
        (InboundRule("tcp", "0-22", Location("192.0.2.7")), "says no ports"),
        (InboundRule("tcp", "90-80", Location("192.0.2.7")), "'90-80'"),
        (InboundRule("udp", "70000", Location("192.0.2.7")), "up to 65535"),
        (InboundRule("udp", "http", Location("192.0.2.7")), "'http'"),
        (InboundRule("tcp", "22", "192.0.2.7"), "is no Location"),
        (Rule("tcp", "22"), "neither inbound nor outbound"),
        ("tcp:22", "is no rule"),
        ([], "no rules were given"),
    ):
        for operation in (firewall.add_rules, firewall.remove_rules):
            with pytest.raises(RuleError, match=said):
                await call(operation, rule)
    with pytest.raises(RuleError, match="needs sources"):
        await call(Firewall.new, "web", [InboundRule("tcp", "22")])
    assert not script.requests


def test_a_rule_error_is_a_client_error_like_any_other():
    error = pickle.loads(pickle.dumps(RuleError("no", "way")))
    assert isinstance(error, do.ClientError)
    assert (str(error), error.message, error.status) == ("no way", "no way", None)
    assert RuleError().message


def test_rules_are_what_the_reference_says():
    assert (Rule().protocol, Rule().ports) == ("tcp", "all")
    inbound, outbound = InboundRule(), OutboundRule()
    assert (inbound.protocol, inbound.ports, inbound.sources) == ("tcp", "all", None)
    assert (outbound.protocol, outbound.ports, outbound.destinations) == ("tcp", "all", None)
    empty = Location()
    assert (empty.addresses, empty.droplet_ids, empty.load_balancer_uids, empty.tags) == ([], [], [], [])
    assert Location() == Location([], [], [], [])
    location = Location(["192.0.2.7"], [5], ["lb"], ["web"])
    shown = {"addresses": ["192.0.2.7"], "droplet_ids": [5], "load_balancer_uids": ["lb"], "tags": ["web"]}
    assert location.getJSON() == shown
    assert InboundRule("udp", "53", location).getJSON() == {"protocol": "udp", "ports": "53", "sources": shown}
    assert OutboundRule("udp", 53, location).getJSON() == {"protocol": "udp", "ports": "53", "destinations": shown}
    first, second = Location(), Location()
    first.tags.append("web")
    assert second.tags == []
    assert first.getJSON() == {"tags": ["web"]}


def test_all_ports_are_the_same_however_they_are_written():
    assert InboundRule("tcp", "all", Location("::/0")) == InboundRule("tcp", "0", Location("::/0"))
    assert InboundRule("tcp", "all", Location("::/0")) != InboundRule("tcp", "80", Location("::/0"))
    assert InboundRule("tcp", "all", Location("::/0")) != OutboundRule("tcp", "all", Location("::/0"))
    assert InboundRule("icmp", "all", Location("::/0")).getJSON()["ports"] == "0"
    assert InboundRule("tcp", "all", Location("::/0")).getJSON()["ports"] == "all"
    assert InboundRule("icmp", "1-65535", Location("::/0")).getJSON()["ports"] == "1-65535"


def test_what_the_api_sent_is_the_same_json_again():
    for json in (
        {"protocol": "tcp", "ports": "0", "sources": {"addresses": [], "tags": ["a"]}},
        {"protocol": "icmp", "ports": "0", "sources": {"load_balancer_uids": ["x"], "later": 1}, "also": 2},
    ):
        assert encode(InboundRule._from_json(msgspec.json.decode(msgspec.json.encode(json)))) == json


async def test_a_firewall_that_failed_does_not_become_ready(script, call):
    script.answer(200, {"firewall": {"id": "f", "status": "failed", "pending_changes": []}})
    with pytest.raises(do.NeverReady, match="has failed"):
        await call(Firewall({"id": "f"}).wait_ready)
