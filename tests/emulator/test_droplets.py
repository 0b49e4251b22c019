from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest

from .conftest import Account

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGqQjK4o0Jk8cF8pG5zZ0m5i0m1H0M1uX2v5q1a2b3c4 me"
NOT_THERE = "The resource you were accessing could not be found."


def refused(account: Account, **fields) -> str:
    body = {"name": "web", "region": "nyc3", "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64", **fields}
    reply = account("POST", "/v2/droplets", body)
    assert (reply.status, reply["id"]) == (422, "unprocessable_entity")
    assert account.get("/v2/droplets")["meta"]["total"] == 0
    return reply.message


def test_a_new_droplet_becomes_active_and_gets_its_addresses(account: Account):
    reply = account(
        "POST", "/v2/droplets", {"name": "web.1", "region": "nyc3", "size": "s-1vcpu-1gb", "image": "debian-12-x64"}
    )
    droplet, link = reply["droplet"], reply["links"]["actions"][0]
    assert (droplet["status"], droplet["locked"], droplet["networks"]) == ("new", True, {"v4": [], "v6": []})
    assert link["rel"] == "create"
    assert link["href"] == f"http://emulator.test/v2/actions/{link['id']}"
    account.pass_time(29)
    assert account.get(f"/v2/actions/{link['id']}")["action"]["status"] == "in-progress"
    assert account.get(f"/v2/droplets/{droplet['id']}")["droplet"]["status"] == "new"
    account.pass_time(2)
    action = account.get(f"/v2/actions/{link['id']}")["action"]
    assert (action["status"], action["type"], action["resource_id"]) == ("completed", "create", droplet["id"])
    assert (action["started_at"], action["completed_at"]) == ("2026-11-23T09:30:00Z", "2026-11-23T09:30:30Z")
    now = account.get(f"/v2/droplets/{droplet['id']}")["droplet"]
    assert (now["status"], now["locked"]) == ("active", False)
    by_type = {n["type"]: n for n in now["networks"]["v4"]}
    assert ip_address(by_type["public"]["ip_address"]) in ip_network("203.0.113.0/24")
    assert ip_address(by_type["private"]["ip_address"]) in ip_network("10.0.0.0/8")
    assert now["networks"]["v6"] == []
    assert (now["region"]["slug"], now["size_slug"], now["image"]["slug"]) == ("nyc3", "s-1vcpu-1gb", "debian-12-x64")
    assert (now["memory"], now["vcpus"], now["disk"]) == (1024, 1, 25)


def test_options_become_features(account: Account):
    plain = account.droplet()
    assert plain["features"] == ["droplet_agent", "private_networking"]
    rich = account.droplet(ipv6=True, monitoring=True, backups=True, with_droplet_agent=False)
    assert rich["features"] == ["backups", "ipv6", "monitoring", "private_networking"]
    assert ip_address(rich["networks"]["v6"][0]["ip_address"]) in ip_network("2001:db8::/32")
    hidden = account.droplet(public_networking=False)
    assert [n["type"] for n in hidden["networks"]["v4"]] == ["private"]


def test_up_to_ten_are_made_at_once(account: Account):
    body = {"names": [f"n{i}" for i in range(10)], "size": "s-1vcpu-1gb", "image": 195932981}
    reply = account("POST", "/v2/droplets", body)
    assert [d["name"] for d in reply["droplets"]] == body["names"]
    assert len({d["id"] for d in reply["droplets"]}) == len(reply["links"]["actions"]) == 10
    assert account("POST", "/v2/droplets", {**body, "names": ["n"] * 11}).status == 422
    assert account("POST", "/v2/droplets", {**body, "names": []}).status == 422
    assert account.get("/v2/droplets")["meta"]["total"] == 10


def test_all_of_a_region_share_its_default_vpc(account: Account):
    one, two, other = account.droplet(), account.droplet(), account.droplet(region="ams3")
    assert one["vpc_uuid"] == two["vpc_uuid"] != other["vpc_uuid"]
    assert len({n["ip_address"] for d in (one, two, other) for n in d["networks"]["v4"]}) == 6


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"size": "s-9"}, "You specified an invalid size for Droplet creation."),
        ({"size": "db-s-1vcpu-1gb"}, "You specified an invalid size for Droplet creation."),
        ({"image": "windows"}, "You specified an invalid image for Droplet creation."),
        ({"image": 1}, "You specified an invalid image for Droplet creation."),
        ({"region": "nyc9"}, "You specified an invalid region for Droplet creation."),
        ({"region": "sfo1"}, "sfo1 is not available"),
        ({"size": "gpu-h100x1-80gb"}, "Size is not available in this region"),
        ({"name": "a b"}, "Only valid hostname characters are allowed. (a-z, A-Z, 0-9, . and -)"),
        ({"name": "under_score"}, "Only valid hostname characters are allowed. (a-z, A-Z, 0-9, . and -)"),
        ({"name": ""}, "Name can't be blank"),
        ({"name": None}, "Name can't be blank"),
        ({"ssh_keys": [1, "aa:bb"]}, "1, aa:bb are invalid key identifiers for Droplet creation."),
        ({"vpc_uuid": "nope"}, "VPC nope does not exist"),
        ({"volumes": ["nope"]}, "the volume nope does not exist"),
        ({"volumes": [{"id": "nope"}]}, "the volume nope does not exist"),
        ({"tags": ["no spaces"]}, "'no spaces' is not a valid tag"),
        ({"image": "docker-20-04", "size": "s-1vcpu-512mb-10gb"}, "needs a disk of at least 25 GB"),
        ({"backups": True, "backup_policy": {"plan": "hourly"}}, "must be daily or weekly, not 'hourly'"),
        ({"backups": True, "backup_policy": {"plan": "daily", "hour": 3}}, "must be one of 0, 4, 8, 12, 16, 20"),
        ({"backup_policy": {"plan": "daily"}}, "needs backups to be enabled"),
        ({"size": None}, "size is required"),
    ],
)
def test_what_cannot_be_made_is_refused_in_words(account: Account, fields, said):
    assert said in refused(account, **fields)


def test_the_limit_of_the_account_holds(account: Account):
    account.emulator.set_account(droplet_limit=2)
    assert account.get("/v2/account")["account"]["droplet_limit"] == 2
    account.droplet()
    body = {"size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64", "names": ["a", "b"]}
    assert account("POST", "/v2/droplets", body).message == ("creating these droplets will exceed your droplet limit")
    account.droplet()
    with pytest.raises(ValueError, match="dropletlimit"):
        account.emulator.set_account(dropletlimit=3)


def test_a_region_may_be_left_out(account: Account):
    assert account.droplet(region=None)["region"]["slug"] == "nyc3"
    assert account.droplet(region=None, size="gpu-h100x1-80gb", image="ubuntu-24-04-x64", settled=False)


def test_keys_are_named_by_number_or_fingerprint(account: Account):
    key = account("POST", "/v2/account/keys", {"name": "k", "public_key": KEY})["ssh_key"]
    account.droplet(ssh_keys=[key["id"]])
    account.droplet(ssh_keys=[str(key["id"]), key["fingerprint"]])
    assert account("POST", "/v2/droplets", {"name": "a"}).status == 422


def test_lists_are_filtered_and_paged(account: Account):
    ids = [
        account.droplet(name, tags=["Odd"] if at % 2 else [], settled=False)["id"] for at, name in enumerate("abcab")
    ]
    listed = account.get("/v2/droplets")
    assert [d["id"] for d in listed["droplets"]] == ids
    assert (listed["links"], listed["meta"]) == ({}, {"total": 5})
    assert [d["id"] for d in account.get("/v2/droplets?name=a")["droplets"]] == [ids[0], ids[3]]
    tagged = account.get("/v2/droplets?tag_name=odd")
    assert ([d["id"] for d in tagged["droplets"]], tagged["meta"]["total"]) == ([ids[1], ids[3]], 2)
    assert account.get("/v2/droplets?tag_name=nothing")["droplets"] == []
    both = account.get("/v2/droplets?name=b&tag_name=odd")
    assert ([d["id"] for d in both["droplets"]], both["meta"]["total"]) == ([ids[1]], 1)
    page = account.get("/v2/droplets?per_page=2&page=2")
    assert [d["id"] for d in page["droplets"]] == ids[2:4]
    base = "http://emulator.test/v2/droplets?page"
    assert page["links"]["pages"] == {
        "first": f"{base}=1&per_page=2",
        "prev": f"{base}=1&per_page=2",
        "next": f"{base}=3&per_page=2",
        "last": f"{base}=3&per_page=2",
    }
    last = account.get("/v2/droplets?per_page=2&page=3")
    assert set(last["links"]["pages"]) == {"first", "prev"}
    beyond = account.get("/v2/droplets?per_page=2&page=9")
    assert (beyond["droplets"], beyond["meta"]["total"], set(beyond["links"]["pages"])) == ([], 5, {"first", "prev"})


def test_gpus_are_listed_apart(account: Account):
    plain = account.droplet(settled=False)
    gpu = account.droplet(region="tor1", size="gpu-h100x1-80gb", settled=False)
    assert gpu["gpu_info"]["model"] == "nvidia_h100"
    assert [d["id"] for d in account.get("/v2/droplets")["droplets"]] == [plain["id"]]
    assert [d["id"] for d in account.get("/v2/droplets?type=gpus")["droplets"]] == [gpu["id"]]


def test_a_destroyed_droplet_is_gone_and_never_comes_back(account: Account):
    droplet = account.droplet(tags=["web"])
    assert account("DELETE", f"/v2/droplets/{droplet['id']}").status == 204
    again = account("DELETE", f"/v2/droplets/{droplet['id']}")
    assert (again.status, again.message) == (404, NOT_THERE)
    assert account("GET", f"/v2/droplets/{droplet['id']}").message == NOT_THERE
    assert account.get("/v2/tags/web")["tag"]["resources"]["count"] == 0
    assert account.droplet()["id"] > droplet["id"]
    newest = account.get("/v2/actions")["actions"]
    assert "destroy" in [a["type"] for a in newest]


def test_one_destroyed_before_it_was_ready_leaves_an_errored_action(account: Account):
    droplet = account.droplet(settled=False)
    action = account.get(f"/v2/droplets/{droplet['id']}/actions")["actions"][0]
    account("DELETE", f"/v2/droplets/{droplet['id']}")
    account.pass_time(60)
    assert account.get(f"/v2/actions/{action['id']}")["action"]["status"] == "errored"


def test_a_tag_destroys_all_its_droplets(account: Account):
    kept, gone = account.droplet(), [account.droplet(tags=["old"])["id"] for _ in range(2)]
    assert account("DELETE", "/v2/droplets?tag_name=missing").status == 404
    assert account("DELETE", "/v2/droplets").status == 422
    assert account("DELETE", "/v2/droplets?tag_name=old").status == 204
    assert [d["id"] for d in account.get("/v2/droplets")["droplets"]] == [kept["id"]]
    assert all(account("GET", f"/v2/droplets/{id}").status == 404 for id in gone)


def test_addresses_of_a_full_vpc_are_used_again(account: Account):
    from datetime import datetime

    from dopyapi.emulator import networks
    from dopyapi.emulator.context import Context

    context = Context(account.emulator.store, datetime.now().astimezone(), 1)
    vpc = networks.add_vpc(context, "nyc3", "small", "10.1.0.0/28")
    context.store.commit()
    made = [account.droplet(vpc_uuid=vpc.key) for _ in range(13)]
    body = {"name": "a", "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64", "vpc_uuid": vpc.key}
    assert "no free addresses left" in account("POST", "/v2/droplets", body).message
    account("DELETE", f"/v2/droplets/{made[4]['id']}")
    private = [n for n in account.droplet(vpc_uuid=vpc.key)["networks"]["v4"] if n["type"] == "private"]
    assert private == [n for n in made[4]["networks"]["v4"] if n["type"] == "private"]


def test_neighbours_share_a_machine(account: Account):
    bodies = [f"n{i}" for i in range(10)]
    ids = []
    for _ in range(7):
        reply = account("POST", "/v2/droplets", {"names": bodies, "size": "s-1vcpu-1gb", "image": "debian-12-x64"})
        ids += [d["id"] for d in reply["droplets"]]
    report = account.get("/v2/reports/droplet_neighbors_ids")["neighbor_ids"]
    assert [ids[0], ids[64]] in report
    assert [d["id"] for d in account.get(f"/v2/droplets/{ids[0]}/neighbors")["droplets"]] == [ids[64]]
    assert account.get(f"/v2/droplets/{ids[20]}/neighbors") == {"droplets": []}


def test_what_belongs_to_a_droplet(account: Account):
    modern, old = account.droplet(), account.droplet(image="ubuntu-14-04-x64")
    assert account.get(f"/v2/droplets/{modern['id']}/kernels")["kernels"] == []
    assert account.get(f"/v2/droplets/{old['id']}/kernels")["meta"]["total"] > 0
    assert account.get(f"/v2/droplets/{modern['id']}/firewalls")["firewalls"] == []
    for path in ("kernels", "firewalls", "neighbors", "snapshots", "backups", "actions", "backups/policy"):
        assert account("GET", f"/v2/droplets/1/{path}").message == NOT_THERE


def test_other_products_hear_of_a_new_droplet_and_what_was_asked(account: Account, monkeypatch):
    from dopyapi.emulator import hooks

    heard = []
    monkeypatch.setitem(
        hooks._HOOKS, ("created", "droplet"), [lambda context, droplet, request: heard.append((droplet.key, request))]
    )
    droplet = account.droplet(tags=["x"], settled=False)
    ((key, request),) = heard
    assert (key, request["tags"]) == (str(droplet["id"]), ["x"])
