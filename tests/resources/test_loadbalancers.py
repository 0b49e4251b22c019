"""Load balancers, their rules, checks and sessions."""

from __future__ import annotations

import pytest

import dopyapi as do
from dopyapi.loadbalancers import ForwardingRule, HealthCheck, LoadBalancer, StickySession

HTTP = {
    "entry_protocol": "http",
    "entry_port": 80,
    "target_protocol": "http",
    "target_port": 80,
    "certificate_id": "",
    "tls_passthrough": False,
}
TCP = ForwardingRule("tcp", 22, "tcp", 22)


@pytest.fixture
def balance(api, call):
    """Make a load balancer that is active."""

    async def made(name="lb", **options):
        found = await call(LoadBalancer.new, name=name, **{"region": "ams3", **options})
        return await call(found.wait_ready)

    return made


async def test_a_web_tier_is_balanced_from_its_first_droplet_to_its_end(api, call, make):
    one, two = await make("one"), await make("two")
    balancer = LoadBalancer()
    balancer.name, balancer.region = "front", "ams3"
    balancer.forwarding_rules = [ForwardingRule(), ForwardingRule("https", 443, "https", 443, tls_passthrough=True)]
    balancer.health_checks = HealthCheck(path="/health", unhealthy_threshold=2)
    balancer.sticky_sessions = StickySession("cookies", "tier", 300)
    balancer.alogrithm = "least_connections"
    with pytest.warns(do.DeprecatedFieldWarning, match="algorithm"):
        answer = await call(balancer.create, droplet_ids=[one])
    assert (answer["load_balancer"]["status"], balancer.status, balancer.ip) == ("new", "new", "")
    assert await call(balancer.wait_ready) is balancer
    assert balancer.status == "active"
    assert balancer.ip.count(".") == 3
    assert balancer.created_at is not None
    assert isinstance(balancer.region, do.Region)
    assert balancer.region.slug == "ams3"
    assert balancer.health_check == HealthCheck(path="/health", unhealthy_threshold=2)
    assert (balancer.sticky_sessions.type, balancer.sticky_sessions.cookie_name) == ("cookies", "tier")
    assert balancer.algorithm == balancer.alogrithm == "least_connections"

    await call(balancer.addDroplets, two)
    await call(balancer.addRules, TCP)
    assert balancer.droplet_ids == [one.id, two.id]
    assert [r.entry_port for r in balancer.forwarding_rules] == [80, 443, 22]
    balancer.redirect_http_to_https = True
    balancer.name = "renamed"
    await call(balancer.save)
    fresh = await call(LoadBalancer.fetch, name="renamed")
    assert fresh == balancer
    assert fresh.redirect_http_to_https is True
    assert fresh.sticky_sessions == StickySession("cookies", "tier", 300)
    assert fresh.droplet_ids == [one.id, two.id]

    await call(one.delete)
    assert await call(balancer.deleteRules, [TCP, balancer.forwarding_rules[1]]) == {"status": "deleted"}
    assert balancer.droplet_ids == [two.id]
    assert [r.entry_port for r in balancer.forwarding_rules] == [80]
    assert await call(balancer.deleteDroplets, two) == {"status": "deleted"}
    assert balancer.droplet_ids == []
    assert [b.id for b in await call(LoadBalancer.list, page=1, per_page=5)] == [balancer.id]
    assert await call(balancer.delete) == {"status": "deleted"}
    assert await call(balancer.delete) == {"status": "deleted"}
    assert await call(LoadBalancer.list) == []


async def test_without_rules_http_is_forwarded(api, call):
    balancer = LoadBalancer()
    answer = await call(balancer.create, name="plain", region=do.Region({"slug": "ams3"}))
    assert answer["load_balancer"]["forwarding_rules"] == [HTTP] == [ForwardingRule().getJSON()]
    assert balancer.forwarding_rules == [ForwardingRule()]
    assert (balancer.tag, balancer.droplet_ids) == ("", [])


async def test_every_setting_of_today_arrives(api, call, balance):
    settings = {
        "size_unit": 3,
        "network_stack": "DUALSTACK",
        "type": "REGIONAL",
        "tls_cipher_policy": "STRONG",
        "http_idle_timeout_seconds": 90,
        "enable_proxy_protocol": True,
        "enable_backend_keepalive": True,
        "disable_lets_encrypt_dns_records": True,
    }
    firewall = {"allow": ["ip:192.0.2.7"], "deny": ["cidr:198.51.100.0/24"]}
    balancer = await balance(firewall=firewall, **settings)
    assert {name: getattr(balancer, name) for name in settings} == settings
    assert balancer.size == "lb-medium"
    assert balancer.ipv6.startswith("2001:db8:")
    assert balancer.vpc_uuid
    assert balancer.project_id is not None
    assert (balancer.network, balancer.algorithm) == ("EXTERNAL", "round_robin")
    balancer.firewall.allow.append("ip:192.0.2.8")
    balancer.size_unit = 2
    await call(balancer.save)
    fresh = await call(LoadBalancer.fetch, balancer.id)
    assert fresh.firewall == {"allow": ["ip:192.0.2.7", "ip:192.0.2.8"], "deny": ["cidr:198.51.100.0/24"]}
    assert (fresh.size_unit, fresh.size) == (2, "lb-small")
    assert {n: getattr(fresh, n) for n in settings if n != "size_unit"} == {
        n: v for n, v in settings.items() if n != "size_unit"
    }


async def test_both_spellings_are_the_same_attribute_and_the_right_one_goes_out(script, call):
    answer = {"load_balancer": {"id": "b", "algorithm": "round_robin", "health_check": {"port": 81}}}
    script.answer(202, answer).answer(202, answer)
    balancer = LoadBalancer()
    balancer.alogrithm = "least_connections"
    balancer.health_checks = HealthCheck("tcp", 81)
    assert (balancer.algorithm, balancer.health_check) == ("least_connections", HealthCheck("tcp", 81))
    await call(balancer.create, name="lb")
    await call(LoadBalancer.new, alogrithm="round_robin", health_checks=HealthCheck(port=82))
    assert script.bodies[0]["algorithm"] == "least_connections"
    assert script.bodies[1]["algorithm"] == "round_robin"
    assert [b["health_check"]["port"] for b in script.bodies] == [81, 82]
    assert not {"alogrithm", "health_checks"} & {name for body in script.bodies for name in body}
    assert (balancer.alogrithm, balancer.health_checks.port) == ("round_robin", 81)


async def test_it_follows_a_tag(api, call, make, balance):
    first = await make("first", tags=["web"])
    balancer = await balance(tag=do.Tag({"name": "web"}))
    assert (balancer.tag, balancer.droplet_ids) == ("web", [first.id])
    second, plain = await make("second", tags=["web"]), await make("plain")
    await call(balancer.load)
    assert balancer.droplet_ids == [first.id, second.id]
    with pytest.raises(do.ClientError, match="serves the Droplets that carry the tag 'web'"):
        await call(balancer.addDroplets, plain)
    known_by_id = LoadBalancer()
    known_by_id.id = balancer.id
    with pytest.raises(do.ClientError, match="tag the Droplet"):
        await call(known_by_id.add_droplets, [plain.id])
    balancer.name = "saved"
    await call(balancer.save)
    assert (balancer.name, balancer.tag, balancer.droplet_ids) == ("saved", "web", [first.id, second.id])


async def test_a_tag_and_droplets_take_turns(api, call, make, balance):
    await make("first", tags=["web"])
    plain = await make("plain")
    balancer = await balance(tag="web")
    balancer.droplet_ids = [plain.id]
    with pytest.raises(do.ClientError, match="set tag = ''"):
        await call(balancer.save)
    balancer.tag = ""
    await call(balancer.save)
    assert (balancer.tag, balancer.droplet_ids) == ("", [plain.id])
    balancer.tag = "web"
    await call(balancer.save)
    assert balancer.tag == "web"
    assert plain.id not in balancer.droplet_ids
    with pytest.raises(do.UnprocessableError, match="either a tag or a list of droplets"):
        await balance("both", tag="web", droplet_ids=[plain])


async def test_a_change_takes_one_or_many_objects_or_ids(api, call, make, balance):
    one, two = await make("one"), await make("two")
    balancer = await balance()
    named = do.Droplet()
    named.name = "two"
    assert await call(balancer.addDroplets, one.id) == {"status": "success"}
    assert await call(balancer.addDroplets, [one, named]) == {"status": "success"}
    assert balancer.droplet_ids == [one.id, two.id]
    assert await call(balancer.deleteDroplets, [one, two.id]) == {"status": "deleted"}
    assert balancer.droplet_ids == []
    assert await call(balancer.addRules, [TCP, ForwardingRule("tcp", 25, "tcp", 25)]) == {"status": "success"}
    assert [r.entry_port for r in balancer.forwarding_rules] == [80, 22, 25]
    assert await call(balancer.deleteRules, TCP) == {"status": "deleted"}
    fresh = await call(LoadBalancer.fetch, balancer.id)
    assert fresh.json() == balancer.json()
    with pytest.raises(do.UnprocessableError, match="port 25"):
        await call(balancer.addRules, ForwardingRule("http", 25))


async def test_rules_can_be_changed_in_place(api, call, balance):
    balancer = await balance()
    balancer.forwarding_rules[0].target_port = 8080
    balancer.forwarding_rules.append(TCP)
    balancer.health_check.port = 8080
    await call(balancer.save)
    fresh = await call(LoadBalancer.fetch, balancer.id)
    assert fresh.forwarding_rules == [ForwardingRule(target_port=8080), TCP]
    assert fresh.health_checks.port == 8080


async def test_what_the_api_has_grown_goes_out_again(script, call):
    came = {
        "id": "b",
        "name": "lb",
        "tag": "",
        "droplet_ids": [5],
        "region": {"slug": "ams3", "name": "Amsterdam 3"},
        "sticky_sessions": {"type": "none"},
        "health_check": {"protocol": "tcp", "port": 80, "grace": 9},
        "forwarding_rules": [HTTP | {"weight": 5}],
        "size": "lb-small",
        "size_unit": 1,
        "shield": {"on": True},
    }
    script.answer(200, {"load_balancer": came}).answer(200, {"load_balancer": came})
    balancer = LoadBalancer({"id": "b"})
    await call(balancer.load)
    assert balancer.health_check.path == "/"
    assert balancer.sticky_sessions.cookie_name == "do-lb"
    await call(balancer.save)
    left_out = ("id", "tag", "size")
    assert script.bodies[-1] == {n: v for n, v in came.items() if n not in left_out} | {"region": "ams3"}
    balancer.size = "lb-large"
    assert balancer._settable()["size"] == "lb-large"
    assert "size_unit" not in balancer._settable()


async def test_a_global_one_forwards_to_others(api, call, balance):
    near = await balance("near")
    far = await balance("far", region="nyc3")
    settings = {"target_protocol": "http", "target_port": 80, "cdn": {"is_enabled": True}, "failover_threshold": 50}
    world = await balance(
        "world",
        type="GLOBAL",
        region=None,
        glb_settings={**settings, "region_priorities": {"ams3": 1, "nyc3": 2}},
        domains=[{"name": "example.com", "is_managed": False}],
        target_load_balancer_ids=[near, far.id],
    )
    assert (world.type, world.region, world.forwarding_rules) == ("GLOBAL", None, [])
    assert world.target_load_balancer_ids == [near.id, far.id]
    assert world.glb_settings.region_priorities == {"ams3": 1, "nyc3": 2}
    assert world.glb_settings.cdn.is_enabled is True
    assert world.domains[0].name == "example.com"
    world.glb_settings.target_port = 8080
    await call(world.save)
    assert (await call(LoadBalancer.fetch, world.id)).glb_settings.target_port == 8080
    assert await call(world.delete_cache) == {"status": "deleted"}
    with pytest.raises(do.UnprocessableError, match="only a global load balancer has a cache"):
        await call(near.delete_cache)
    await call(far.delete)
    await call(world.load)
    assert world.target_load_balancer_ids == [near.id]


@pytest.mark.usefixtures("unchecked")
async def test_what_the_api_refuses_says_why(api, call, balance):
    for options, said in (
        ({"forwarding_rules": [ForwardingRule("https", 443)]}, "certificate_id, or tls_passthrough"),
        ({"sticky_sessions": StickySession("cookies", "", 0)}, "cookie_name and cookie_ttl_seconds"),
        ({"region": "mars1"}, "region must be one of"),
        ({"droplet_ids": [12345]}, "Droplet 12345 does not exist"),
        ({"size_unit": 101}, "size_unit"),
    ):
        with pytest.raises(do.UnprocessableError, match=said):
            await balance(**options)
    assert await call(LoadBalancer.list) == []


async def test_many_are_waited_for_together(api, call):
    balancers = [await call(LoadBalancer.new, name=f"lb-{n}", region="ams3") for n in range(3)]
    await call(do.wait_all, balancers)
    assert {b.status for b in balancers} == {"active"}


async def test_one_that_is_errored_does_not_become_ready(script, call):
    script.answer(200, {"load_balancer": {"id": "b", "status": "errored"}})
    with pytest.raises(do.NeverReady, match="errored"):
        await call(LoadBalancer({"id": "b"}).wait_ready)


def test_values_are_what_the_reference_says():
    assert ForwardingRule().getJSON() == HTTP
    rule = ForwardingRule("https", 443, "http", 8080, "c1", True)
    assert (rule.entry_protocol, rule.entry_port, rule.target_protocol) == ("https", 443, "http")
    assert (rule.target_port, rule.certificate_id, rule.tls_passthrough) == (8080, "c1", True)
    check = HealthCheck("tcp", 81, "/up", 11, 6, 4, 2)
    assert check.getJSON() == {
        "protocol": "tcp",
        "port": 81,
        "path": "/up",
        "check_interval_seconds": 11,
        "response_timeout_seconds": 6,
        "healthy_threshold": 4,
        "unhealthy_threshold": 2,
    }
    usual = HealthCheck()
    assert (usual.protocol, usual.port, usual.path) == ("http", 80, "/")
    assert (usual.check_interval_seconds, usual.response_timeout_seconds) == (10, 5)
    assert (usual.healthy_threshold, usual.unhealthy_threshold) == (5, 3)
    session = StickySession()
    assert (session.type, session.cookie_name, session.cookie_ttl_seconds) == ("none", "do-lb", 60)
    assert session.getJSON() == {"type": "none"}
    assert StickySession("cookies").getJSON() == {"type": "cookies", "cookie_name": "do-lb", "cookie_ttl_seconds": 60}
