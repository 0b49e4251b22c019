"""Firewalls: rules as they are read back, changes that take their time, Droplets that come and go."""

from __future__ import annotations

import pytest

from .conftest import Account

ANY = {"addresses": ["0.0.0.0/0", "::/0"]}
SSH = {"protocol": "tcp", "ports": "22", "sources": ANY}
OUT = {"protocol": "tcp", "ports": "0", "destinations": ANY}


def create(account: Account, name: str = "fw", *, settled: bool = True, **fields):
    body = {"name": name, "inbound_rules": [SSH], "outbound_rules": [OUT], **fields}
    reply = account("POST", "/v2/firewalls", body)
    assert reply.status == 202, reply
    if settled:
        account.pass_time(6)
        return get(account, reply["firewall"])
    return reply["firewall"]


def get(account: Account, firewall):
    return account.get(f"/v2/firewalls/{firewall['id']}")["firewall"]


def on(account: Account, droplet) -> list[str]:
    return [f["name"] for f in account.get(f"/v2/droplets/{droplet['id']}/firewalls")["firewalls"]]


def change(account: Account, firewall, method: str, what: str, **body):
    reply = account(method, f"/v2/firewalls/{firewall['id']}/{what}", body)
    assert (reply.status, reply.body) == (204, None), reply
    return get(account, firewall)


def refused(account: Account, **fields) -> str:
    reply = account("POST", "/v2/firewalls", {"name": "fw", "inbound_rules": [SSH], **fields})
    assert reply.status == 422, reply
    assert account.get("/v2/firewalls")["meta"]["total"] == 0
    return reply.message


def test_a_new_firewall_waits_until_its_droplets_follow(account: Account):
    droplet = account.droplet()
    firewall = create(account, droplet_ids=[droplet["id"]], settled=False)
    assert firewall["status"] == "waiting"
    assert firewall["pending_changes"] == [{"droplet_id": droplet["id"], "removing": False, "status": "waiting"}]
    assert firewall["created_at"] == "2026-11-23T09:30:31Z"
    account.pass_time(4)
    assert get(account, firewall)["status"] == "waiting"
    account.pass_time(2)
    assert get(account, firewall)["status"] == "succeeded"
    assert get(account, firewall)["pending_changes"] == []
    assert account.get("/v2/firewalls")["firewalls"] == [get(account, firewall)]


@pytest.mark.parametrize(
    ("protocol", "ports", "shown"),
    [
        ("tcp", "all", "0"),
        ("udp", "0", "0"),
        ("tcp", "8000-9000", "8000-9000"),
        ("tcp", 22, "22"),
        ("icmp", None, "0"),
        ("icmp", "", "0"),
        ("icmp", "all", "0"),
        ("icmp", "0", "0"),
        ("icmp", "1-65535", "1-65535"),
    ],
)
def test_ports_are_read_back_as_the_api_writes_them(account: Account, protocol, ports, shown):
    rule = {"protocol": protocol, "ports": ports, "sources": ANY}
    if ports is None:
        del rule["ports"]
    assert create(account, inbound_rules=[rule])["inbound_rules"] == [{**rule, "ports": shown}]


@pytest.mark.parametrize("ports", [None, "", "http", "0-22", "90-80", "65536", "1-65536", "22,23", "-1", "2 2"])
def test_ports_that_are_none_are_refused(account: Account, ports):
    said = refused(account, inbound_rules=[{"protocol": "tcp", "ports": ports, "sources": ANY}])
    assert "you must specify a valid range for ports" in said


@pytest.mark.parametrize(
    "sources", [{"addresses": [""]}, {"addresses": []}, {}, {"addresses": ["10.0.0.300"]}, {"addresses": ["::/129"]}]
)
def test_addresses_that_are_none_are_refused(account: Account, sources):
    assert "invalid address" in refused(account, inbound_rules=[{**SSH, "sources": sources}])


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({**SSH, "protocol": "gre"}, "protocol must be one of tcp, udp, icmp"),
        ({"protocol": "tcp", "ports": "22"}, "sources is required"),
        ({**SSH, "sources": {"droplet_ids": [1]}}, "the Droplet 1 does not exist"),
        ({**SSH, "sources": {"load_balancer_uids": ["x"]}}, "the load balancer x does not exist"),
        ({**SSH, "sources": {"tags": ["nowhere"]}}, "the tag nowhere does not exist"),
        ({**SSH, "sources": {"addresses": [{"ip": "1.2.3.4"}]}}, "must be a list of identifiers"),
        ("tcp", "must be an object"),
    ],
)
def test_rules_that_cannot_be_are_refused(account: Account, rule, said):
    assert said in refused(account, inbound_rules=[rule])


def test_what_a_firewall_needs(account: Account):
    assert "at least one" in refused(account, inbound_rules=[])
    assert "at least one" in refused(account, inbound_rules=None, outbound_rules=None)
    assert "name" in refused(account, name="-dash")
    assert "name" in refused(account, name=None)
    assert "Droplet 7" in refused(account, droplet_ids=[7])
    assert "tag web" in refused(account, tags=["web"])


def test_a_name_is_taken_once(account: Account):
    create(account, "one")
    two = create(account, "two")
    reply = account("POST", "/v2/firewalls", {"name": "one", "inbound_rules": [SSH]})
    assert (reply.status, reply["id"], reply.message) == (409, "conflict", "duplicate name")
    reply = account("PUT", f"/v2/firewalls/{two['id']}", {"name": "one", "inbound_rules": [SSH]})
    assert reply.status == 409
    assert get(account, two)["name"] == "two"
    assert account("PUT", f"/v2/firewalls/{two['id']}", {"name": "two", "inbound_rules": [SSH]}).status == 200


def test_an_update_resets_what_it_leaves_out(account: Account):
    droplet = account.droplet(tags=["web"])
    firewall = create(account, droplet_ids=[droplet["id"]], tags=["web"])
    path = f"/v2/firewalls/{firewall['id']}"
    reply = account("PUT", path, {"name": "new", "outbound_rules": [OUT]})
    assert reply.status == 200
    shown = reply["firewall"]
    assert (shown["name"], shown["inbound_rules"], shown["outbound_rules"]) == ("new", [], [OUT])
    assert (shown["droplet_ids"], shown["tags"]) == ([], [])
    assert shown["status"] == "waiting"
    assert shown["pending_changes"] == [{"droplet_id": droplet["id"], "removing": True, "status": "waiting"}]
    assert on(account, droplet) == []
    assert account("PUT", path, {"name": "new"}).status == 422


def test_only_droplets_that_a_change_concerns_are_pending(account: Account):
    one, two = account.droplet("one"), account.droplet("two")
    firewall = create(account, droplet_ids=[one["id"]])
    shown = change(account, firewall, "POST", "droplets", droplet_ids=[two["id"]])
    assert shown["droplet_ids"] == [one["id"], two["id"]]
    assert [c["droplet_id"] for c in shown["pending_changes"]] == [two["id"]]
    shown = change(account, firewall, "POST", "rules", inbound_rules=[{**SSH, "ports": "80"}])
    assert [c["droplet_id"] for c in shown["pending_changes"]] == [one["id"], two["id"]]
    shown = change(account, firewall, "DELETE", "droplets", droplet_ids=[one["id"]])
    assert {c["droplet_id"]: c["removing"] for c in shown["pending_changes"]} == {one["id"]: True, two["id"]: False}
    account.pass_time(6)
    assert get(account, firewall)["status"] == "succeeded"
    assert on(account, one) == []
    assert on(account, two) == ["fw"]


def test_rules_are_added_once_and_removed_however_they_are_written(account: Account):
    firewall = create(account)
    rule = {"protocol": "udp", "ports": "all", "sources": {"addresses": ["1.1.1.1", "2.2.2.2"]}}
    for _ in range(2):
        shown = change(account, firewall, "POST", "rules", inbound_rules=[rule])
    assert shown["inbound_rules"] == [SSH, {**rule, "ports": "0"}]
    turned = {"protocol": "udp", "ports": "0", "sources": {"addresses": ["2.2.2.2", "1.1.1.1"], "tags": []}}
    shown = change(account, firewall, "DELETE", "rules", inbound_rules=[turned], outbound_rules=[OUT])
    assert (shown["inbound_rules"], shown["outbound_rules"]) == ([SSH], [])
    assert change(account, firewall, "DELETE", "rules", inbound_rules=[turned])["inbound_rules"] == [SSH]
    for method in ("POST", "DELETE"):
        assert account(method, f"/v2/firewalls/{firewall['id']}/rules", {}).status == 422


def test_tags_are_followed(account: Account):
    first = account.droplet("first", tags=["Web"])
    firewall = create(account)
    shown = change(account, firewall, "POST", "tags", tags=["web"])
    assert shown["tags"] == ["Web"]
    assert [c["droplet_id"] for c in shown["pending_changes"]] == [first["id"]]
    account.pass_time(6)
    second = account.droplet("second", tags=["web"], settled=False)
    shown = get(account, firewall)
    assert (shown["status"], [c["droplet_id"] for c in shown["pending_changes"]]) == ("waiting", [second["id"]])
    assert on(account, first) == on(account, second) == ["fw"]
    account.pass_time(31)
    body = {"resources": [{"resource_id": str(first["id"]), "resource_type": "droplet"}]}
    assert account("DELETE", "/v2/tags/web/resources", body).status == 204
    assert get(account, firewall)["pending_changes"] == [
        {"droplet_id": first["id"], "removing": True, "status": "waiting"}
    ]
    assert on(account, first) == []
    account.pass_time(6)
    assert get(account, firewall)["status"] == "succeeded"
    shown = change(account, firewall, "DELETE", "tags", tags=["WEB"])
    assert shown["tags"] == []
    assert on(account, second) == []


def test_a_deleted_tag_leaves_its_firewalls(account: Account):
    droplet = account.droplet(tags=["web"])
    firewall = create(account, tags=["web"], inbound_rules=[SSH, {**SSH, "sources": {**ANY, "tags": ["web"]}}])
    assert account("DELETE", "/v2/tags/web").status == 204
    shown = get(account, firewall)
    assert (shown["tags"], shown["inbound_rules"]) == ([], [SSH, SSH])
    assert on(account, droplet) == []


def test_a_destroyed_droplet_leaves_its_firewalls(account: Account):
    droplet, other = account.droplet(tags=["web"]), account.droplet("other")
    named = {"protocol": "tcp", "ports": "5432", "sources": {"droplet_ids": [droplet["id"]]}}
    mixed = {**named, "sources": {**ANY, "droplet_ids": [droplet["id"], other["id"]]}}
    own = create(account, "own", droplet_ids=[droplet["id"], other["id"]], inbound_rules=[named, mixed], settled=False)
    tagged = create(account, "tagged", tags=["web"], settled=False)
    assert account("DELETE", f"/v2/droplets/{droplet['id']}").status == 204
    shown = get(account, own)
    assert shown["droplet_ids"] == [other["id"]]
    assert [c["droplet_id"] for c in shown["pending_changes"]] == [other["id"]]
    assert shown["inbound_rules"] == [{**mixed, "sources": {**ANY, "droplet_ids": [other["id"]]}}]
    assert get(account, tagged)["pending_changes"] == []


def test_a_droplet_shows_its_firewalls_in_order_and_in_pages(account: Account):
    droplet = account.droplet(tags=["web"])
    for n in range(3):
        create(account, f"fw-{n}", **({"tags": ["web"]} if n % 2 else {"droplet_ids": [droplet["id"]]}))
    assert on(account, droplet) == ["fw-0", "fw-1", "fw-2"]
    page = account.get(f"/v2/droplets/{droplet['id']}/firewalls?per_page=2&page=2")
    assert ([f["name"] for f in page["firewalls"]], page["meta"]["total"]) == (["fw-2"], 3)


def test_a_deleted_firewall_is_gone_everywhere(account: Account):
    droplet = account.droplet()
    firewall = create(account, droplet_ids=[droplet["id"]], settled=False)
    path = f"/v2/firewalls/{firewall['id']}"
    assert account("DELETE", path).status == 204
    account.pass_time(6)
    assert on(account, droplet) == []
    for method in ("GET", "DELETE"):
        assert account(method, path).status == 404
    for what, body in (("droplets", {"droplet_ids": [1]}), ("tags", {"tags": ["a"]}), ("rules", {})):
        for method in ("POST", "DELETE"):
            assert account(method, f"{path}/{what}", body).status in (404, 422)
    create(account)


def test_a_firewall_without_droplets_is_applied_too(account: Account):
    firewall = create(account, settled=False)
    assert (firewall["status"], firewall["pending_changes"]) == ("waiting", [])
    account.pass_time(6)
    assert get(account, firewall)["status"] == "succeeded"
