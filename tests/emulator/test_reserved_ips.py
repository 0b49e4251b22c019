from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest

from .conftest import Account

PENDING = "Droplet already has a pending event."
BOTH = pytest.mark.parametrize(
    ("single", "plural", "called"),
    [("floating_ip", "floating_ips", "floating IP"), ("reserved_ip", "reserved_ips", "reserved IP")],
)


def reserved(account: Account, **fields):
    reply = account("POST", "/v2/reserved_ips", fields or {"region": "nyc3"})
    assert reply.status == 202, reply
    return reply["reserved_ip"]


def reserved_v6(account: Account, region: str = "nyc3"):
    reply = account("POST", "/v2/reserved_ipv6", {"region_slug": region})
    assert reply.status == 201, reply
    return reply["reserved_ipv6"]


def act(account: Account, address, type: str, *, at: str = "reserved_ips", **fields):
    return account("POST", f"/v2/{at}/{address['ip']}/actions", {"type": type, **fields})


def fresh(account: Account, address):
    return account.get(f"/v2/reserved_ips/{address['ip']}")["reserved_ip"]


def assigned(account: Account, address, droplet):
    assert act(account, address, "assign", droplet_id=droplet["id"]).status == 201
    account.pass_time(6)
    assert fresh(account, address)["droplet"]["id"] == droplet["id"]


@BOTH
def test_an_address_is_reserved_for_a_region(account: Account, single, plural, called):
    reply = account("POST", f"/v2/{plural}", {"region": "ams3"})
    address = reply[single]
    assert (reply.status, reply["links"]) == (202, {})
    assert IPv4Address(address["ip"])
    assert (address["droplet"], address["locked"], address["region"]["slug"]) == (None, False, "ams3")
    assert len(address["project_id"]) == 36
    assert account.get(f"/v2/{plural}/{address['ip']}")[single] == address
    listed = account.get(f"/v2/{plural}")
    assert (listed[plural], listed["meta"]) == ([address], {"total": 1})
    assert account("DELETE", f"/v2/{plural}/{address['ip']}").status == 204
    again = account("DELETE", f"/v2/{plural}/{address['ip']}")
    assert (again.status, again.message) == (404, "The resource you requested could not be found.")
    assert account.get(f"/v2/{plural}")["meta"]["total"] == 0


@BOTH
def test_an_address_is_reserved_for_a_droplet(account: Account, single, plural, called):
    droplet = account.droplet()
    reply = account("POST", f"/v2/{plural}", {"droplet_id": droplet["id"]})
    address, (link,) = reply[single], reply["links"]["actions"]
    assert (address["droplet"], address["locked"], address["region"]["slug"]) == (None, True, "nyc3")
    assert reply["links"]["droplets"][0]["href"] == f"http://emulator.test/v2/droplets/{droplet['id']}"
    action = account.get(f"/v2/{plural}/{address['ip']}/actions/{link['id']}")["action"]
    assert (action["type"], action["status"], link["rel"]) == ("assign_ip", "in-progress", "assign_ip")
    assert (action["resource_type"], action["resource_id"]) == (single, int(IPv4Address(address["ip"])))
    assert (action["region_slug"], action["project_id"]) == ("nyc3", address["project_id"])
    busy = account("DELETE", f"/v2/{plural}/{address['ip']}")
    assert (busy.status, busy.message) == (422, f"The {called} already has a pending event.")
    account.pass_time(6)
    now = account.get(f"/v2/{plural}/{address['ip']}")[single]
    assert now["locked"] is False
    assert now["droplet"] == account.get(f"/v2/droplets/{droplet['id']}")["droplet"]
    assert account.get(f"/v2/{plural}/{address['ip']}/actions")["actions"][0]["status"] == "completed"


def test_floating_and_reserved_ips_are_the_same(account: Account):
    address, droplet = reserved(account), account.droplet()
    assert account.get("/v2/floating_ips")["floating_ips"] == [fresh(account, address)]
    reply = act(account, address, "assign", at="floating_ips", droplet_id=droplet["id"])
    assert (reply.status, reply["action"]["resource_type"]) == (201, "floating_ip")
    busy = act(account, address, "unassign")
    assert (busy.status, busy.message) == (422, "The reserved IP already has a pending event.")
    account.pass_time(6)
    assert fresh(account, address)["droplet"]["id"] == droplet["id"]
    reply = act(account, address, "unassign")
    assert (reply["action"]["type"], reply["action"]["resource_type"]) == ("unassign_ip", "reserved_ip")
    account.pass_time(6)
    actions = account.get(f"/v2/floating_ips/{address['ip']}/actions")
    assert [a["type"] for a in actions["actions"]] == ["unassign_ip", "assign_ip"]
    assert account("DELETE", f"/v2/floating_ips/{address['ip']}").status == 204
    assert account("GET", f"/v2/reserved_ips/{address['ip']}").status == 404


def test_an_address_moves_from_droplet_to_droplet(account: Account):
    address, one, two = reserved(account), account.droplet("one"), account.droplet("two")
    assigned(account, address, one)
    assert act(account, address, "assign", droplet_id=two["id"]).status == 201
    during = fresh(account, address)
    assert (during["droplet"]["id"], during["locked"]) == (one["id"], True)
    account.pass_time(6)
    assert (fresh(account, address)["droplet"]["id"], fresh(account, address)["locked"]) == (two["id"], False)
    assigned(account, reserved(account), one)


def test_what_cannot_be_assigned_is_refused(account: Account):
    address, other, droplet = reserved(account), reserved(account), account.droplet()
    far = account.droplet("far", region="ams3")
    starting = account.droplet("starting", settled=False)
    assert "kept for nyc3" in act(account, address, "assign", droplet_id=far["id"]).message
    assert "does not exist" in act(account, address, "assign", droplet_id=1).message
    assert "droplet_id is required" in act(account, address, "assign").message
    assert act(account, address, "assign", droplet_id=starting["id"]).message == PENDING
    assert act(account, address, "resize").status == 422
    unassigned = act(account, address, "unassign")
    assert (unassigned.status, unassigned.message) == (422, "The reserved IP is not assigned to a Droplet.")
    assigned(account, address, droplet)
    assert "already assigned" in act(account, address, "assign", droplet_id=droplet["id"]).message
    assert "one reserved address at a time" in act(account, other, "assign", droplet_id=droplet["id"]).message
    assert account("POST", "/v2/reserved_ips", {"droplet_id": droplet["id"]}).status == 422
    assert account("GET", "/v2/reserved_ips/192.0.2.77").status == 404
    assert account.get("/v2/reserved_ips")["meta"]["total"] == 2


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "droplet_id or region"),
        ({"region": "mars1"}, "mars1"),
        ({"region": "ams1"}, "not available"),
        ({"droplet_id": 1}, "does not exist"),
    ],
)
def test_what_cannot_be_reserved_is_refused(account: Account, fields, said):
    reply = account("POST", "/v2/reserved_ips", fields)
    assert reply.status == 422
    assert said in reply.message
    assert account.get("/v2/reserved_ips")["meta"]["total"] == 0


def test_a_droplet_of_another_region_is_refused(account: Account):
    droplet = account.droplet()
    assert account("POST", "/v2/reserved_ips", {"droplet_id": droplet["id"], "region": "ams3"}).status == 422
    assert account("POST", "/v2/reserved_ips", {"droplet_id": droplet["id"], "region": "nyc3"}).status == 202


def test_the_account_s_limit_is_kept(account: Account):
    account.emulator.set_account(reserved_ip_limit=1)
    reserved(account)
    reply = account("POST", "/v2/floating_ips", {"region": "nyc3"})
    assert reply.status == 422
    assert "limit of 1" in reply.message
    reserved_v6(account)


def test_while_it_is_assigned_the_droplet_is_busy(account: Account):
    address, droplet = reserved(account), account.droplet()
    act(account, address, "assign", droplet_id=droplet["id"])
    assert account.get(f"/v2/droplets/{droplet['id']}")["droplet"]["locked"] is True
    assert account.act(droplet, "reboot").message == PENDING
    account.pass_time(6)
    assert account.get(f"/v2/droplets/{droplet['id']}")["droplet"]["locked"] is False
    assert account.act(droplet, "reboot").status == 201


def test_a_destroyed_droplet_lets_its_addresses_go(account: Account):
    address, six, droplet = reserved(account), reserved_v6(account), account.droplet()
    assigned(account, address, droplet)
    act(account, six, "assign", at="reserved_ipv6", droplet_id=droplet["id"])
    account.pass_time(6)
    assert account("DELETE", f"/v2/droplets/{droplet['id']}").status == 204
    assert fresh(account, address)["droplet"] is None
    assert account.get(f"/v2/reserved_ipv6/{six['ip']}")["reserved_ipv6"]["droplet"] is None

    other = account.droplet()
    action = act(account, address, "assign", droplet_id=other["id"])["action"]
    assert account("DELETE", f"/v2/droplets/{other['id']}").status == 204
    account.pass_time(6)
    assert account.get(f"/v2/actions/{action['id']}")["action"]["status"] == "errored"
    assert (fresh(account, address)["droplet"], fresh(account, address)["locked"]) == (None, False)


def test_a_droplet_is_destroyed_with_its_address(account: Account):
    address, droplet = reserved(account), account.droplet()
    assigned(account, address, droplet)
    path = f"/v2/droplets/{droplet['id']}/destroy_with_associated_resources"
    found = account.get(path)
    number = str(int(IPv4Address(address["ip"])))
    assert found["reserved_ips"] == found["floating_ips"] == [{"id": number, "name": address["ip"], "cost": "5.00"}]
    assert account("DELETE", f"{path}/dangerous", **{"x-dangerous": "true"}).status == 202
    account.pass_time(21)
    assert account.get(f"{path}/status")["failures"] == 0
    assert account.get("/v2/reserved_ips")["meta"]["total"] == 0


def test_the_projects_say_which_project_it_is_in(account: Account):
    body = {"name": "other", "purpose": "Service or API", "environment": "Production"}
    chosen = account("POST", "/v2/projects", body)["project"]["id"]
    usual, other = reserved(account), reserved(account, region="nyc3", project_id=chosen)
    assert usual["project_id"] == reserved(account)["project_id"] != chosen
    assert fresh(account, other)["project_id"] == chosen
    urn = f"do:floatingip:{usual['ip']}"
    assert account("POST", f"/v2/projects/{chosen}/resources", {"resources": [urn]}).status == 200
    assert fresh(account, usual)["project_id"] == chosen


def test_an_ipv6_address_lives_alike(account: Account):
    address, droplet = reserved_v6(account), account.droplet()
    assert IPv6Address(address["ip"])
    assert (address["region_slug"], address["reserved_at"], address["droplet"]) == (
        "nyc3",
        "2026-11-23T09:30:00Z",
        None,
    )
    path = f"/v2/reserved_ipv6/{address['ip']}"
    assert account.get(path)["reserved_ipv6"] == address
    spelled = IPv6Address(address["ip"]).exploded.upper()
    assert account.get(f"/v2/reserved_ipv6/{spelled}")["reserved_ipv6"] == address
    assert account.get("/v2/reserved_ipv6")["reserved_ipv6s"] == [address]
    assert account("GET", "/v2/reserved_ipv6/nonsense").status == 404
    assert account("POST", "/v2/reserved_ipv6", {"region_slug": "mars1"}).status == 422
    assert account("POST", "/v2/reserved_ipv6", {}).status == 422

    reply = act(account, address, "assign", at="reserved_ipv6", droplet_id=droplet["id"])
    action = reply["action"]
    assert (reply.status, action["type"], action["resource_type"]) == (201, "assign_ip", "reserved_ipv6")
    assert isinstance(action["resource_id"], int)
    busy = account("DELETE", path)
    assert (busy.status, busy.message) == (422, "The reserved IPv6 already has a pending event.")
    account.pass_time(6)
    assert account.get(path)["reserved_ipv6"]["droplet"]["id"] == droplet["id"]
    assert "unassign it first" in account("DELETE", path).message
    assert act(account, address, "unassign", at="reserved_ipv6").status == 201
    account.pass_time(6)
    assert account.get(path)["reserved_ipv6"]["droplet"] is None
    assert account("DELETE", path).status == 204
    assert account("GET", path).status == 404


def test_actions_have_pages_even_strictly():
    account = Account(strict=True)
    address, one, two = reserved(account), account.droplet("one"), account.droplet("two")
    for droplet in (one, two, one):
        assigned(account, address, droplet)
    path = f"/v2/reserved_ips/{address['ip']}/actions"
    page = account.get(f"{path}?page=2&per_page=2")
    assert (len(page["actions"]), page["meta"]["total"]) == (1, 3)
    assert account("GET", f"{path}?pge=2").status == 422
