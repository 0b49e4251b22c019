"""VPCs and their peerings."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address, IPv4Network

import pytest

from dopyapi.emulator import hooks
from dopyapi.emulator.context import Context

PRIVATE = [IPv4Network(r) for r in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")]
NOWHERE = "5a4981aa-9653-4bd1-bef5-d6bff52042e4"


def new(account, name="net", region="nyc3", **fields):
    reply = account("POST", "/v2/vpcs", {"name": name, "region": region, **fields})
    assert reply.status == 201, reply
    return reply["vpc"]


def refused(account, status, method, path, body=None):
    reply = account(method, path, body)
    assert reply.status == status, reply
    return reply.message


def default_of(account, region="nyc3"):
    """A VPC that was made the default of its region."""
    made = new(account, f"usual-{region}", region)
    reply = account("PATCH", f"/v2/vpcs/{made['id']}", {"default": True})
    assert reply.status == 200, reply
    return reply["vpc"]


def everything(account):
    return account.get("/v2/vpcs?per_page=200")["vpcs"]


def vpc(account, made):
    return account.get(f"/v2/vpcs/{made['id']}")["vpc"]


def inside(account):
    """A context of the account, for what no operation does yet."""
    return Context(account.emulator.store, account.clock.now(), 1)


# The default of a region.


def test_a_new_account_has_a_default_in_each_open_region(account):
    listed = everything(account)
    open_regions = {r["slug"] for r in account.get("/v2/regions?per_page=200")["regions"] if r["available"]}
    assert {(v["name"], v["region"], v["default"]) for v in listed} == {(f"default-{r}", r, True) for r in open_regions}
    assert len(listed) == len(open_regions) > 10
    assert all(v["urn"] == f"do:vpc:{v['id']}" for v in listed)
    networks = [IPv4Network(v["ip_range"]) for v in listed]
    assert {n.prefixlen for n in networks} == {20}
    assert not [(a, b) for i, a in enumerate(networks) for b in networks[i + 1 :] if a.overlaps(b)]
    assert everything(account) == listed, "they are the same ones ever after"
    assert account.get(f"/v2/vpcs/{listed[-1]['id']}")["vpc"] == listed[-1]


def test_resources_join_the_default_of_their_region(account):
    droplet, other, elsewhere = account.droplet("a"), account.droplet("b"), account.droplet("c", region="ams3")
    named = {v["name"]: v["id"] for v in everything(account)}
    assert droplet["vpc_uuid"] == other["vpc_uuid"] == named["default-nyc3"]
    assert elsewhere["vpc_uuid"] == named["default-ams3"]


def test_a_default_that_nobody_saw_yet_takes_no_range_that_somebody_wants(account):
    for second in range(256):
        new(account, f"n{second}", ip_range=f"10.{second}.0.0/16")
    assert all(v["ip_range"].startswith("172.") for v in everything(account) if v["default"])


def test_a_vpc_that_somebody_makes_is_not_the_default_and_can_be_deleted(account):
    first, second = new(account, "one"), new(account, "two")
    assert [first["default"], second["default"]] == [False, False]
    assert account.droplet()["vpc_uuid"] not in (first["id"], second["id"])
    assert [v["name"] for v in everything(account) if not v["default"]] == ["one", "two"]
    assert account("DELETE", f"/v2/vpcs/{first['id']}").status == 204


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_another_vpc_can_be_made_the_default_and_the_former_no_longer_is(account, method):
    first, second, elsewhere = new(account, "one"), new(account, "two"), new(account, "three", "ams3")
    reply = account(method, f"/v2/vpcs/{second['id']}", {"name": "two", "default": True})
    assert reply.status == 200
    assert reply["vpc"]["default"] is True
    assert [vpc(account, v)["default"] for v in (first, second, elsewhere)] == [False, True, False]
    assert [v["name"] for v in everything(account) if v["region"] == "nyc3" and v["default"]] == ["two"]
    assert "default-nyc3" in {v["name"] for v in everything(account)}
    assert account.droplet()["vpc_uuid"] == second["id"]


def test_a_default_cannot_be_unset_only_moved(account):
    first, second = default_of(account), new(account, "two")
    message = refused(account, 422, "PATCH", f"/v2/vpcs/{first['id']}", {"default": False})
    assert "stays the default" in message
    assert account("PATCH", f"/v2/vpcs/{second['id']}", {"default": False}).status == 200
    assert vpc(account, first)["default"] is True


def test_a_default_gets_another_name_where_its_own_is_taken(account):
    new(account, "default-nyc3", "ams3")
    account.droplet()
    assert [v["name"] for v in everything(account) if v["region"] == "nyc3"] == ["default-nyc3-2"]


# Creating.


def test_a_vpc_is_as_it_was_asked_for(account):
    made = new(account, "env.prod-1", "fra1", ip_range="10.10.10.0/24", description="production")
    assert made == {
        "id": made["id"],
        "urn": f"do:vpc:{made['id']}",
        "name": "env.prod-1",
        "region": "fra1",
        "ip_range": "10.10.10.0/24",
        "description": "production",
        "default": False,
        "created_at": "2026-11-23T09:30:00Z",
    }
    assert vpc(account, made) == made


@pytest.mark.parametrize("name", ["under_score", "a space", "ümlaut", "line\n"])
def test_a_name_has_letters_digits_dashes_and_periods(account, name):
    assert "alphanumeric" in refused(account, 422, "POST", "/v2/vpcs", {"name": name, "region": "nyc3"})


def test_a_name_is_used_once(account):
    one, two = new(account, "one"), new(account, "two")
    body = {"name": "one", "region": "ams3"}
    assert "same name already exists" in refused(account, 422, "POST", "/v2/vpcs", body)
    assert "same name" in refused(account, 422, "PATCH", f"/v2/vpcs/{two['id']}", {"name": "one"})
    assert account("PUT", f"/v2/vpcs/{one['id']}", {"name": "one"}).status == 200, "its own name is no conflict"


def test_a_region_has_to_be_open(account):
    for region in ("mars1", "sfo1"):
        assert region in refused(account, 422, "POST", "/v2/vpcs", {"name": "n", "region": region})
    assert "region" in refused(account, 422, "POST", "/v2/vpcs", {"name": "n"})


@pytest.mark.parametrize("ip_range", ["10.0.0.0/16", "10.0.0.0/28", "172.31.0.0/16", "192.168.255.240/28"])
def test_ranges_that_are_allowed(account, ip_range):
    assert new(account, ip_range=ip_range)["ip_range"] == ip_range


@pytest.mark.parametrize(
    ("ip_range", "says"),
    [
        ("10.0.0.0/15", "from /16 to /28"),
        ("10.0.0.0/29", "from /16 to /28"),
        ("10.0.0.0", "from /16 to /28"),
        ("8.8.8.0/24", "RFC 1918"),
        ("172.32.0.0/16", "RFC 1918"),
        ("10.0.0.5/24", "CIDR"),
        ("ten", "CIDR"),
    ],
)
def test_ranges_that_are_not(account, ip_range, says):
    assert says in refused(account, 422, "POST", "/v2/vpcs", {"name": "n", "region": "nyc3", "ip_range": ip_range})
    assert all(v["default"] for v in everything(account))


def test_no_two_vpcs_overlap_wherever_they_are(account):
    new(account, "wide", ip_range="10.10.0.0/16")
    body = {"name": "n", "region": "ams3", "ip_range": "10.10.200.0/24"}
    message = refused(account, 422, "POST", "/v2/vpcs", body)
    assert message == "This range/size overlaps with another VPC network in your account: wide 10.10.0.0/16."


def test_ranges_that_are_not_given_are_free_ones_also_for_many_at_once(account):
    new(account, "chosen", ip_range="10.100.0.0/18")

    def make(number):
        return account("POST", "/v2/vpcs", {"name": f"n{number}", "region": "nyc3"})

    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(make, range(40)))
    assert {reply.status for reply in replies} == {201}
    networks = [IPv4Network(v["ip_range"]) for v in account.get("/v2/vpcs?per_page=200")["vpcs"]]
    assert all(n.prefixlen == 20 for n in networks[1:])
    assert all(any(n.subnet_of(p) for p in PRIVATE) for n in networks)
    assert not [(a, b) for i, a in enumerate(networks) for b in networks[i + 1 :] if a.overlaps(b)]


def test_ranges_go_on_in_the_other_private_blocks_when_the_first_is_used_up(account):
    for second in range(100, 256):
        new(account, f"n{second}", ip_range=f"10.{second}.0.0/16")
    assert new(account, "next")["ip_range"] == "172.16.0.0/20"


# Changing and deleting.


def test_a_patch_changes_what_it_says_and_a_put_all(account):
    made = new(account, description="before")
    path = f"/v2/vpcs/{made['id']}"
    assert account("PATCH", path, {"name": "other"})["vpc"] == {**made, "name": "other"}
    assert account("PUT", path, {"name": "third"})["vpc"] == {**made, "name": "third", "description": ""}
    assert "name" in refused(account, 422, "PUT", path, {"description": "x"})
    assert "256" in refused(account, 422, "PATCH", path, {"description": "x" * 256})
    assert vpc(account, made)["description"] == ""


def test_a_default_or_a_vpc_with_members_stays(account):
    first, second = default_of(account), new(account, "two")
    droplet = account.droplet(vpc_uuid=second["id"])
    assert refused(account, 403, "DELETE", f"/v2/vpcs/{first['id']}") == "Can not delete default VPCs"
    assert refused(account, 403, "DELETE", f"/v2/vpcs/{second['id']}") == "Can not delete VPC with members"
    assert account("DELETE", f"/v2/droplets/{droplet['id']}").status == 204
    assert account("DELETE", f"/v2/vpcs/{second['id']}").status == 204
    refused(account, 404, "DELETE", f"/v2/vpcs/{second['id']}")
    refused(account, 404, "GET", f"/v2/vpcs/{second['id']}")
    assert new(account, "two", ip_range=second["ip_range"]), "name and range are free again"


def test_what_does_not_exist(account):
    for method, path, body in (
        ("GET", f"/v2/vpcs/{NOWHERE}", None),
        ("PUT", f"/v2/vpcs/{NOWHERE}", {"name": "n"}),
        ("PATCH", f"/v2/vpcs/{NOWHERE}", {"name": "n"}),
        ("GET", f"/v2/vpcs/{NOWHERE}/members", None),
        ("GET", f"/v2/vpcs/{NOWHERE}/peerings", None),
        ("POST", f"/v2/vpcs/{NOWHERE}/peerings", {"name": "n", "vpc_id": NOWHERE}),
        ("GET", f"/v2/vpc_peerings/{NOWHERE}", None),
        ("PATCH", f"/v2/vpc_peerings/{NOWHERE}", {"name": "n"}),
        ("DELETE", f"/v2/vpc_peerings/{NOWHERE}", None),
    ):
        refused(account, 404, method, path, body)


# Members.


def test_droplets_are_members_until_they_are_destroyed(account):
    made = default_of(account)
    droplets = [account.droplet(f"d{n}", settled=False) for n in range(3)]
    page = account.get(f"/v2/vpcs/{made['id']}/members?per_page=2")
    assert page["meta"] == {"total": 3}
    assert page["links"]["pages"]["next"].endswith("page=2&per_page=2")
    assert page["members"][0] == {
        "urn": f"do:droplet:{droplets[0]['id']}",
        "name": "d0",
        "created_at": droplets[0]["created_at"],
    }
    account("DELETE", f"/v2/droplets/{droplets[0]['id']}")
    left = account.get(f"/v2/vpcs/{made['id']}/members")["members"]
    assert [m["name"] for m in left] == ["d1", "d2"]


def test_whatever_says_that_it_is_in_a_vpc_is_a_member(account, monkeypatch):
    made, other = default_of(account), new(account, "two")
    account.droplet("web")
    context = inside(account)
    for kind, key, name, where in (
        ("load_balancer", "lb-1", "lb", {"vpc_uuid": made["id"]}),
        ("database", "db-1", "db", {"private_network_uuid": made["id"]}),
        ("database", "db-2", "elsewhere", {"private_network_uuid": other["id"]}),
        ("volume", "v-1", "disk", {}),
    ):
        body = {"id": key, "name": name, "created_at": context.stamp, **where}
        hooks.created(context, context.store.add(kind, key, body, name=name))
    context.store.commit()

    def members(query=""):
        return [m["name"] for m in account.get(f"/v2/vpcs/{made['id']}/members{query}")["members"]]

    assert members() == ["web", "lb", "db"]
    assert members("?resource_type=droplet") == ["web"]
    assert members("?resource_type=loadbalancer") == members("?resource_type=load_balancer") == ["lb"]
    assert members("?resource_type=dbaas") == members("?resource_type=database") == ["db"]
    assert members("?resource_type=kubernetes") == []
    assert members("?per_page=2&page=2") == ["db"], "pages go across the kinds"
    assert refused(account, 403, "DELETE", f"/v2/vpcs/{other['id']}") == "Can not delete VPC with members"
    hooks.destroyed(context, context.store.get("database", "db-2"))
    context.store.commit()
    gateway = {"urn": "do:kubernetes:x", "name": "gateway", "created_at": context.stamp}
    monkeypatch.setitem(hooks._HOOKS, ("members", "vpc"), [lambda _, vpc: [gateway] if vpc.name == "two" else []])
    assert account.get(f"/v2/vpcs/{other['id']}/members")["members"] == [gateway]
    assert refused(account, 403, "DELETE", f"/v2/vpcs/{other['id']}") == "Can not delete VPC with members"


def test_private_addresses_are_the_vpcs_own(account):
    made = new(account, ip_range="192.168.7.0/28")
    network = IPv4Network("192.168.7.0/28")
    droplets = [account.droplet(f"d{n}", vpc_uuid=made["id"]) for n in range(13)]
    private = [n for d in droplets for n in d["networks"]["v4"] if n["type"] == "private"]
    assert {n["netmask"] for n in private} == {"255.255.255.240"}
    assert {n["gateway"] for n in private} == {"192.168.7.1"}
    addresses = {n["ip_address"] for n in private}
    assert len(addresses) == 13
    assert all(IPv4Address(a) in network and a not in ("192.168.7.0", "192.168.7.1", "192.168.7.15") for a in addresses)
    more = {"name": "d", "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64", "vpc_uuid": made["id"]}
    assert "no free addresses" in refused(account, 422, "POST", "/v2/droplets", more)
    account("DELETE", f"/v2/droplets/{droplets[4]['id']}")
    again = account.droplet("again", vpc_uuid=made["id"])
    freed = next(n["ip_address"] for n in droplets[4]["networks"]["v4"] if n["type"] == "private")
    assert freed in [n["ip_address"] for n in again["networks"]["v4"]]


def test_a_droplet_joins_only_a_vpc_of_its_region(account):
    made = new(account, region="ams3")
    body = {"name": "d", "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64", "region": "nyc3", "vpc_uuid": made["id"]}
    assert "ams3" in refused(account, 422, "POST", "/v2/droplets", body)
    assert NOWHERE in refused(account, 422, "POST", "/v2/droplets", {**body, "vpc_uuid": NOWHERE})


# Peerings.


def peered(account, name="p", *, settled=True):
    one, two = new(account, f"{name}-one"), new(account, f"{name}-two", "ams3")
    reply = account("POST", "/v2/vpc_peerings", {"name": name, "vpc_ids": [one["id"], two["id"]]})
    assert reply.status == 202, reply
    if settled:
        account.pass_time(20)
    return one, two, reply["vpc_peering"]


def test_a_peering_comes_up_is_renamed_and_goes(account):
    one, two, made = peered(account, settled=False)
    path = f"/v2/vpc_peerings/{made['id']}"
    assert (made["status"], made["vpc_ids"], made["name"]) == ("PROVISIONING", [one["id"], two["id"]], "p")
    assert made["created_at"] == "2026-11-23T09:30:00Z"
    assert "PROVISIONING" in refused(account, 403, "DELETE", path)
    account.pass_time(19)
    assert account.get(path)["vpc_peering"]["status"] == "PROVISIONING"
    account.pass_time(1)
    assert account.get(path)["vpc_peering"] == {**made, "status": "ACTIVE"}
    assert account("PATCH", path, {"name": "q"})["vpc_peering"]["name"] == "q"
    reply = account("DELETE", path)
    assert (reply.status, reply["vpc_peering"]["status"]) == (202, "DELETING")
    assert account.get(path)["vpc_peering"]["status"] == "DELETING"
    assert "DELETING" in refused(account, 403, "DELETE", path)
    account.pass_time(10)
    refused(account, 404, "GET", path)
    assert account.get("/v2/vpc_peerings")["vpc_peerings"] == []
    assert account.get(f"/v2/vpcs/{one['id']}/peerings")["peerings"] == []


def test_a_vpc_lists_creates_and_renames_its_own_peerings(account):
    one, two = new(account, "one"), new(account, "two")
    three = new(account, "three", "ams3")
    reply = account("POST", f"/v2/vpcs/{one['id']}/peerings", {"name": "a", "vpc_id": two["id"]})
    assert reply.status == 202
    assert reply["peering"]["vpc_ids"] == [one["id"], two["id"]]
    account("POST", f"/v2/vpcs/{two['id']}/peerings", {"name": "b", "vpc_id": three["id"]})
    names = [[p["name"] for p in account.get(f"/v2/vpcs/{v['id']}/peerings")["peerings"]] for v in (one, two, three)]
    assert names == [["a"], ["a", "b"], ["b"]]
    path = f"/peerings/{reply['peering']['id']}"
    assert account("PATCH", f"/v2/vpcs/{two['id']}{path}", {"name": "c"})["peering"]["name"] == "c"
    refused(account, 404, "PATCH", f"/v2/vpcs/{three['id']}{path}", {"name": "d"})
    regions = {r: [p["name"] for p in account.get(f"/v2/vpc_peerings?region={r}")["vpc_peerings"]]
               for r in ("nyc3", "ams3", "fra1")}  # fmt: skip
    assert regions == {"nyc3": ["c", "b"], "ams3": ["b"], "fra1": []}


def test_what_cannot_be_peered(account):
    one, two, made = peered(account)
    path, ids = "/v2/vpc_peerings", [one["id"], two["id"]]
    assert "already" in refused(account, 409, "POST", path, {"name": "q", "vpc_ids": ids[::-1]})
    three = new(account, "three")
    assert "already exists" in refused(account, 409, "POST", path, {"name": "p", "vpc_ids": [ids[0], three["id"]]})
    assert "two VPCs" in refused(account, 422, "POST", path, {"name": "q", "vpc_ids": ids[:1]})
    assert "itself" in refused(account, 422, "POST", path, {"name": "q", "vpc_ids": [ids[0], ids[0]]})
    assert NOWHERE in refused(account, 404, "POST", path, {"name": "q", "vpc_ids": [ids[0], NOWHERE]})
    assert "dashes" in refused(account, 422, "POST", path, {"name": "q.r", "vpc_ids": [ids[0], three["id"]]})
    assert account("PATCH", f"{path}/{made['id']}", {"name": "p"}).status == 200, "its own name is no conflict"


def test_a_peered_vpc_stays(account):
    new(account, "default")
    one, _, made = peered(account)
    assert refused(account, 403, "DELETE", f"/v2/vpcs/{one['id']}") == "Can not delete VPC with peerings"
    account("DELETE", f"/v2/vpc_peerings/{made['id']}")
    account.pass_time(10)
    assert account("DELETE", f"/v2/vpcs/{one['id']}").status == 204
