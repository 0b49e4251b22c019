"""Load balancers: defaults, what is refused, their Droplets, and what depends on what."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest

from dopyapi.emulator import hooks
from dopyapi.emulator.context import Context

from .conftest import Account

HTTP = {"entry_protocol": "http", "entry_port": 80, "target_protocol": "http", "target_port": 80}
SHOWN = {**HTTP, "certificate_id": "", "tls_passthrough": False}
HTTPS = {"entry_protocol": "https", "entry_port": 443, "target_protocol": "http", "target_port": 80}


def create(account: Account, name: str = "lb", *, settled: bool = True, **fields):
    body = {"name": name, "region": "nyc3", "forwarding_rules": [HTTP], **fields}
    reply = account("POST", "/v2/load_balancers", body)
    assert reply.status == 202, reply
    if settled:
        account.pass_time(61)
        return get(account, reply["load_balancer"])
    return reply["load_balancer"]


def get(account: Account, balancer):
    return account.get(f"/v2/load_balancers/{balancer['id']}")["load_balancer"]


def change(account: Account, balancer, method: str, what: str, **body):
    reply = account(method, f"/v2/load_balancers/{balancer['id']}/{what}", body)
    assert (reply.status, reply.body) == (204, None), reply
    return get(account, balancer)


def refused(account: Account, of_all: int = 0, **fields) -> str:
    body = {"name": "lb", "region": "nyc3", "forwarding_rules": [HTTP], **fields}
    reply = account("POST", "/v2/load_balancers", {n: v for n, v in body.items() if v != "absent"})
    assert reply.status == 422, reply
    assert account.get("/v2/load_balancers")["meta"]["total"] == of_all
    return reply.message


def certificate(account: Account, key: str = "c1"):
    """A certificate as the product of that name keeps them."""
    store = account.emulator.store
    found = store.add("certificate", key, {"id": key, "name": key})
    store.commit()
    return found


def users(account: Account, key: str = "c1") -> list[str]:
    found = account.emulator.store.get("certificate", key)
    assert found is not None
    return [user.key for user in hooks.collect("certificate users", context(account), found)]


def context(account: Account) -> Context:
    return Context(account.emulator.store, account.clock.now(), 1)


def test_a_new_load_balancer_gets_its_address_when_it_is_active(account: Account):
    balancer = create(account, settled=False)
    assert (balancer["status"], balancer["ip"]) == ("new", "")
    account.pass_time(59)
    assert get(account, balancer)["status"] == "new"
    account.pass_time(2)
    active = get(account, balancer)
    assert active["status"] == "active"
    assert ip_address(active["ip"]).version == 4
    assert account.get("/v2/load_balancers")["load_balancers"] == [active]


def test_the_defaults(account: Account):
    balancer = create(account)
    expected = {
        "algorithm": "round_robin",
        "size_unit": 1,
        "size": "lb-small",
        "type": "REGIONAL",
        "network": "EXTERNAL",
        "network_stack": "IPV4",
        "tls_cipher_policy": "DEFAULT",
        "http_idle_timeout_seconds": 60,
        "redirect_http_to_https": False,
        "enable_proxy_protocol": False,
        "enable_backend_keepalive": False,
        "disable_lets_encrypt_dns_records": False,
        "sticky_sessions": {"type": "none"},
        "firewall": {"allow": [], "deny": []},
        "tag": "",
        "droplet_ids": [],
        "forwarding_rules": [SHOWN],
        "health_check": {
            "protocol": "http",
            "port": 80,
            "path": "/",
            "check_interval_seconds": 10,
            "response_timeout_seconds": 5,
            "healthy_threshold": 5,
            "unhealthy_threshold": 3,
        },
    }
    assert {name: balancer[name] for name in expected} == expected
    assert balancer["region"]["slug"] == "nyc3"
    assert balancer["vpc_uuid"] == account.droplet()["vpc_uuid"]
    assert not {"glb_settings", "domains", "target_load_balancer_ids", "ipv6"} & balancer.keys()


def test_it_joins_the_default_project_or_the_one_that_is_named(account: Account):
    default = account.get("/v2/projects/default")["project"]
    own = account("POST", "/v2/projects", {"name": "own", "purpose": "Web Application"})["project"]
    first, second = create(account), create(account, project_id=own["id"])
    assert (first["project_id"], second["project_id"]) == (default["id"], own["id"])
    assert "project" in refused(account, of_all=2, project_id="11111111-1111-4111-8111-111111111111")
    moved = account("POST", f"/v2/projects/{own['id']}/resources", {"resources": [f"do:loadbalancer:{first['id']}"]})
    assert moved.status == 200
    assert get(account, first)["project_id"] == own["id"]
    body = {"name": "lb", "region": "nyc3", "forwarding_rules": [HTTP]}
    path = f"/v2/load_balancers/{first['id']}"
    assert account("PUT", path, {**body, "project_id": own["id"]}).status == 200
    back = account("PUT", path, {**body, "project_id": default["id"]})
    assert (back.status, get(account, first)["project_id"]) == (200, default["id"])
    assert account("PUT", path, {**body, "project_id": "11111111-1111-4111-8111-111111111111"}).status == 422


def test_what_clients_in_the_field_send_is_taken(account: Account):
    balancer = create(account, health_check={}, sticky_sessions={}, droplet_ids=None, tag=None, firewall=None)
    assert balancer["health_check"]["path"] == "/"
    assert create(account, "tcp", health_check={"protocol": "tcp"})["health_check"]["path"] == ""


@pytest.mark.parametrize(("sent", "units", "size"), [(None, 1, "lb-small"), (2, 2, "lb-small"), (3, 3, "lb-medium"),
                                                      (100, 100, "lb-large")])  # fmt: skip
def test_sizes_are_counted_in_nodes(account: Account, sent, units, size):
    balancer = create(account, size_unit=sent)
    assert (balancer["size_unit"], balancer["size"]) == (units, size)
    assert create(account, "old", size=size)["size"] == size


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "absent"}, "name is required"),
        ({"region": "absent"}, "region must be one of"),
        ({"region": "nowhere1"}, "region must be one of"),
        ({"forwarding_rules": "absent"}, "forwarding_rules is required"),
        ({"forwarding_rules": []}, "at least one rule"),
        ({"forwarding_rules": [{**HTTP, "entry_protocol": "smtp"}]}, "entry_protocol must be one of"),
        ({"forwarding_rules": [{**HTTP, "target_protocol": "http3"}]}, "target_protocol must be one of"),
        ({"forwarding_rules": [{**HTTP, "entry_port": 0}]}, "entry_port must be a number from 1 to 65535"),
        ({"forwarding_rules": [{**HTTP, "target_port": None}]}, "target_port is required"),
        ({"forwarding_rules": [HTTP, {**HTTP, "target_port": 81}]}, "two forwarding rules listen on port 80"),
        ({"forwarding_rules": [{**HTTP, "target_protocol": "udp"}]}, "nothing else to udp"),
        ({"forwarding_rules": [HTTPS]}, "needs a certificate_id, or tls_passthrough"),
        ({"forwarding_rules": [{**HTTPS, "tls_passthrough": True}]}, "target_protocol that is encrypted"),
        ({"forwarding_rules": [{**HTTPS, "tls_passthrough": True, "certificate_id": "c"}]}, "has no certificate"),
        ({"algorithm": "random"}, "algorithm must be one of"),
        ({"type": "LOCAL"}, "type must be one of"),
        ({"size_unit": 0}, "size_unit"),
        ({"size": "lb-huge"}, "size must be one of"),
        ({"http_idle_timeout_seconds": 29}, "http_idle_timeout_seconds"),
        ({"health_check": {"protocol": "udp"}}, "protocol must be http, https or tcp"),
        ({"health_check": {"port": 70000}}, "port must be a number"),
        ({"health_check": {"unhealthy_threshold": 1}}, "from 2 to 10"),
        ({"sticky_sessions": {"type": "cookies"}}, "need cookie_name and cookie_ttl_seconds"),
        ({"sticky_sessions": {"type": "magic"}}, "cookies or none"),
        ({"firewall": {"allow": ["1.2.3.4"]}}, "such as ip:1.2.3.4"),
        ({"firewall": {"deny": ["cidr:1.2.3.4/40"]}}, "cidr:1.2.0.0/16"),
        ({"droplet_ids": [7]}, "the Droplet 7 does not exist"),
        ({"tag": "no spaces"}, "not a valid tag"),
        ({"vpc_uuid": "11111111-1111-4111-8111-111111111111"}, "VPC"),
        ({"type": "GLOBAL", "target_load_balancer_ids": ["x"]}, "the load balancer x does not exist"),
        ({"type": "GLOBAL", "domains": [{"is_managed": True}]}, "needs a name"),
    ],
)
def test_what_cannot_be_is_refused(account: Account, fields, said):
    assert said in refused(account, **fields)


def test_droplets_are_named_or_follow_a_tag_and_never_both(account: Account):
    one, two = account.droplet("one"), account.droplet("two", tags=["web"])
    assert "need to provide either a tag or a list of droplets" in refused(account, tag="web", droplet_ids=[one["id"]])
    named = create(account, "named", droplet_ids=[one["id"]])
    assert named["droplet_ids"] == [one["id"]]
    assert change(account, named, "POST", "droplets", droplet_ids=[one["id"], two["id"]])["droplet_ids"] == [
        one["id"],
        two["id"],
    ]
    assert change(account, named, "DELETE", "droplets", droplet_ids=[one["id"], 7])["droplet_ids"] == [two["id"]]
    tagged = create(account, "tagged", tag="web")
    assert tagged["droplet_ids"] == [two["id"]]
    for method in ("POST", "DELETE"):
        reply = account(method, f"/v2/load_balancers/{tagged['id']}/droplets", {"droplet_ids": [one["id"]]})
        assert reply.status == 422
        assert "need to provide either a tag or a list of droplets" in reply.message


def test_a_tag_is_followed_within_the_region(account: Account):
    balancer = create(account, tag="Web")
    assert balancer["droplet_ids"] == []
    here = account.droplet("here", tags=["web"])
    account.droplet("there", tags=["web"], region="ams3")
    assert get(account, balancer)["droplet_ids"] == [here["id"]]
    assert account.get("/v2/load_balancers")["load_balancers"][0]["droplet_ids"] == [here["id"]]
    body = {"resources": [{"resource_id": str(here["id"]), "resource_type": "droplet"}]}
    assert account("DELETE", "/v2/tags/web/resources", body).status == 204
    assert get(account, balancer)["droplet_ids"] == []
    assert account("DELETE", "/v2/tags/web").status == 204
    assert get(account, balancer)["tag"] == ""


def test_droplets_of_other_regions_are_refused(account: Account):
    there = account.droplet("there", region="ams3")
    assert "is in ams3, and the load balancer in nyc3" in refused(account, droplet_ids=[there["id"]])


def test_a_destroyed_droplet_leaves_its_load_balancers(account: Account):
    one, two = account.droplet("one"), account.droplet("two")
    balancer = create(account, droplet_ids=[one["id"], two["id"]])
    assert account("DELETE", f"/v2/droplets/{one['id']}").status == 204
    assert get(account, balancer)["droplet_ids"] == [two["id"]]


def test_an_update_resets_what_it_leaves_out_and_cannot_move_it(account: Account):
    droplet = account.droplet()
    balancer = create(
        account,
        droplet_ids=[droplet["id"]],
        algorithm="least_connections",
        size_unit=4,
        redirect_http_to_https=True,
        http_idle_timeout_seconds=90,
        network_stack="DUALSTACK",
        sticky_sessions={"type": "cookies", "cookie_name": "c", "cookie_ttl_seconds": 30},
        firewall={"allow": ["ip:1.2.3.4"]},
        health_check={"port": 8080},
    )
    path = f"/v2/load_balancers/{balancer['id']}"
    body = {"name": "new", "region": "nyc3", "forwarding_rules": [{**HTTP, "target_port": 81}]}
    reply = account("PUT", path, body)
    assert reply.status == 200
    shown = reply["load_balancer"]
    kept = ("id", "ip", "ipv6", "status", "created_at", "vpc_uuid", "network_stack", "project_id")
    assert {name: shown[name] for name in kept} == {name: balancer[name] for name in kept}
    assert shown["name"] == "new"
    assert shown["forwarding_rules"] == [{**SHOWN, "target_port": 81}]
    assert (shown["droplet_ids"], shown["algorithm"], shown["size_unit"]) == ([], "round_robin", 1)
    assert (shown["redirect_http_to_https"], shown["http_idle_timeout_seconds"]) == (False, 60)
    assert (shown["sticky_sessions"], shown["firewall"]["allow"]) == ({"type": "none"}, [])
    assert shown["health_check"]["port"] == 80
    for fixed in ({"region": "ams3"}, {"network": "INTERNAL"}, {"network_stack": "IPV4"}, {"type": "GLOBAL"},
                  {"vpc_uuid": "11111111-1111-4111-8111-111111111111"}):  # fmt: skip
        refusal = account("PUT", path, {**body, **fixed})
        assert refusal.status == 422
        assert "cannot be changed" in refusal.message
    assert get(account, balancer) == shown


def test_forwarding_rules_come_and_go(account: Account):
    balancer = create(account)
    ssh = {"entry_protocol": "tcp", "entry_port": 22, "target_protocol": "tcp", "target_port": 22}
    for _ in range(2):
        shown = change(account, balancer, "POST", "forwarding_rules", forwarding_rules=[ssh])
    assert [r["entry_port"] for r in shown["forwarding_rules"]] == [80, 22]
    path = f"/v2/load_balancers/{balancer['id']}/forwarding_rules"
    taken = account("POST", path, {"forwarding_rules": [{**ssh, "target_port": 23}]})
    assert (taken.status, "port 22" in taken.message) == (422, True)
    shown = change(account, balancer, "DELETE", "forwarding_rules", forwarding_rules=[HTTP])
    assert [r["entry_port"] for r in shown["forwarding_rules"]] == [22]
    last = account("DELETE", path, {"forwarding_rules": [ssh]})
    assert (last.status, "at least one" in last.message) == (422, True)


def test_udp_shares_a_port_with_tcp(account: Account):
    udp = {"entry_protocol": "udp", "entry_port": 53, "target_protocol": "udp", "target_port": 53}
    tcp = {"entry_protocol": "tcp", "entry_port": 53, "target_protocol": "tcp", "target_port": 53}
    assert len(create(account, forwarding_rules=[udp, tcp])["forwarding_rules"]) == 2


def test_an_internal_one_has_an_address_of_its_vpc(account: Account):
    droplet = account.droplet()
    balancer = create(account, network="INTERNAL", vpc_uuid=droplet["vpc_uuid"], region="nyc3")
    private = next(n for n in droplet["networks"]["v4"] if n["type"] == "private")
    vpc = ip_network(f"{private['ip_address']}/{private['netmask']}", strict=False)
    assert ip_address(balancer["ip"]) in vpc
    assert account("DELETE", f"/v2/load_balancers/{balancer['id']}").status == 204


def test_a_global_one_is_nowhere_and_forwards_to_others(account: Account):
    target = create(account, "target")
    balancer = create(
        account,
        "world",
        type="GLOBAL",
        region=None,
        forwarding_rules=None,
        glb_settings={"target_protocol": "http", "target_port": 80, "cdn": {"is_enabled": True}},
        domains=[{"name": "example.com", "is_managed": True}],
        target_load_balancer_ids=[target["id"]],
    )
    assert (balancer["region"], balancer["vpc_uuid"], balancer["forwarding_rules"]) == (None, "", [])
    assert balancer["glb_settings"]["target_port"] == 80
    assert balancer["domains"] == [{"name": "example.com", "is_managed": True, "certificate_id": ""}]
    assert account("DELETE", f"/v2/load_balancers/{balancer['id']}/cache").status == 204
    refusal = account("DELETE", f"/v2/load_balancers/{target['id']}/cache")
    assert (refusal.status, "only a global" in refusal.message) == (422, True)
    assert account("DELETE", f"/v2/load_balancers/{target['id']}").status == 204
    assert get(account, balancer)["target_load_balancer_ids"] == []


def test_a_certificate_is_used_as_long_as_a_rule_names_it(account: Account):
    certificate(account)
    balancer = create(account, forwarding_rules=[HTTP, {**HTTPS, "certificate_id": "c1"}])
    assert users(account) == [balancer["id"]]
    change(account, balancer, "DELETE", "forwarding_rules", forwarding_rules=[{**HTTPS, "certificate_id": "c1"}])
    assert users(account) == []
    domain = {"name": "example.com", "certificate_id": "c1"}
    world = create(account, "world", type="GLOBAL", domains=[domain])
    assert users(account) == [world["id"]]
    assert account("DELETE", f"/v2/load_balancers/{world['id']}").status == 204
    assert users(account) == []


def test_a_renewed_certificate_takes_the_place_of_the_former(account: Account):
    found = certificate(account)
    balancer = create(account, forwarding_rules=[HTTP, {**HTTPS, "certificate_id": "c1"}])
    found.key = found.body["id"] = "c2"
    account.emulator.store.save(found)
    hooks.run("renewed", context(account), found, "c1")
    account.emulator.store.commit()
    assert [r["certificate_id"] for r in get(account, balancer)["forwarding_rules"]] == ["", "c2"]
    assert users(account, "c2") == [balancer["id"]]


def test_a_certificate_has_to_exist(account: Account):
    certificate(account)
    assert "the certificate c2 does not exist" in refused(account, forwarding_rules=[{**HTTPS, "certificate_id": "c2"}])


def test_a_deleted_one_is_gone_everywhere(account: Account):
    balancer = create(account, settled=False)
    rule = {"protocol": "tcp", "ports": "80", "sources": {"load_balancer_uids": [balancer["id"]]}}
    body = {"name": "fw", "inbound_rules": [rule, {**rule, "sources": {"addresses": ["::/0"]}}]}
    firewall = account("POST", "/v2/firewalls", body)["firewall"]
    path = f"/v2/load_balancers/{balancer['id']}"
    assert account("DELETE", path).status == 204
    account.pass_time(61)
    for method in ("GET", "DELETE"):
        assert account(method, path).status == 404
    assert account("POST", f"{path}/droplets", {"droplet_ids": [1]}).status == 404
    shown = account.get(f"/v2/firewalls/{firewall['id']}")["firewall"]
    assert shown["inbound_rules"] == [{**rule, "sources": {"addresses": ["::/0"]}}]
