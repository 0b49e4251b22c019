from __future__ import annotations

import pytest

from .conftest import Account

PENDING = "Droplet already has a pending event."


def made(account: Account, name: str = "data", **fields):
    body = {"name": name, "region": "nyc3", "size_gigabytes": 10, **fields}
    reply = account("POST", "/v2/volumes", body)
    assert reply.status == 201, reply
    return reply["volume"]


def fresh(account: Account, volume):
    return account.get(f"/v2/volumes/{volume['id']}")["volume"]


def droplet_now(account: Account, droplet):
    return account.get(f"/v2/droplets/{droplet['id']}")["droplet"]


def act(account: Account, volume, type: str, **fields):
    return account("POST", f"/v2/volumes/{volume['id']}/actions", {"type": type, **fields})


def attached(account: Account, volume, droplet):
    reply = act(account, volume, "attach", droplet_id=droplet["id"])
    assert reply.status == 202, reply
    account.pass_time(6)
    assert fresh(account, volume)["droplet_ids"] == [droplet["id"]]


def refused(account: Account, **fields) -> str:
    reply = account("POST", "/v2/volumes", {"name": "data", "region": "nyc3", "size_gigabytes": 10, **fields})
    assert (reply.status, reply["id"]) == (422, "unprocessable_entity"), reply
    assert account.get("/v2/volumes")["meta"]["total"] == 0
    return reply.message


def test_a_volume_comes_and_goes(account: Account):
    volume = made(account, description="mine", filesystem_type="ext4", filesystem_label="data", tags=["db"])
    assert volume == fresh(account, volume)
    assert volume["region"]["name"] == "New York 3"
    del volume["id"], volume["region"]
    assert volume == {
        "droplet_ids": [],
        "name": "data",
        "description": "mine",
        "size_gigabytes": 10,
        "filesystem_type": "ext4",
        "filesystem_label": "data",
        "created_at": "2026-11-23T09:30:00Z",
        "tags": ["db"],
    }
    plain = made(account, "plain")
    assert (plain["description"], plain["filesystem_type"], plain["filesystem_label"], plain["tags"]) == (
        "",
        "",
        "",
        [],
    )
    assert account("DELETE", f"/v2/volumes/{plain['id']}").status == 204
    again = account("DELETE", f"/v2/volumes/{plain['id']}")
    assert (again.status, again.message) == (404, "The resource you requested could not be found.")
    assert account("GET", f"/v2/volumes/{plain['id']}").status == 404
    assert account.get("/v2/tags/db")["tag"]["resources"]["volumes"]["count"] == 1


def test_a_name_is_unique_in_its_region_and_finds_the_volume(account: Account):
    here, there = made(account), made(account, region="ams3")
    reply = account("POST", "/v2/volumes", {"name": "data", "region": "nyc3", "size_gigabytes": 1})
    assert (reply.status, reply["id"]) == (409, "conflict")
    assert reply.message.startswith("failed to create volume")
    other = made(account, "other")

    def listed(query: str):
        return [v["id"] for v in account.get(f"/v2/volumes?{query}")["volumes"]]

    assert listed("") == [here["id"], there["id"], other["id"]]
    assert listed("name=data") == [here["id"], there["id"]]
    assert listed("region=nyc3") == [here["id"], other["id"]]
    assert listed("name=data&region=ams3") == [there["id"]]
    assert listed("name=nobody") == []
    page = account.get("/v2/volumes?per_page=2&page=2")
    assert ([v["id"] for v in page["volumes"]], page["meta"]["total"]) == ([other["id"]], 3)

    assert account("DELETE", "/v2/volumes?name=data").status == 422
    assert account("DELETE", "/v2/volumes?region=nyc3").status == 422
    assert account("DELETE", "/v2/volumes?name=data&region=sfo3").status == 404
    assert account("DELETE", "/v2/volumes?name=data&region=ams3").status == 204
    assert listed("name=data") == [here["id"]]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "Data"}, "names must be lowercase and alphanumeric"),
        ({"name": "1data"}, "begin with a letter"),
        ({"name": "my_data"}, "invalid volume name"),
        ({"name": "a" * 65}, "64 characters"),
        ({"name": ""}, "name"),
        ({"size_gigabytes": 0}, "from 1 to 16384"),
        ({"size_gigabytes": 16385}, "from 1 to 16384"),
        ({"size_gigabytes": "big"}, "'big'"),
        ({"size_gigabytes": None}, "size_gigabytes is required"),
        ({"region": "mars1"}, "mars1"),
        ({"region": None}, "region is required"),
        ({"region": "ams1"}, "not available"),
        ({"filesystem_type": "ntfs"}, "ext4, xfs"),
        ({"filesystem_label": "x"}, "needs a filesystem_type"),
        ({"filesystem_type": "xfs", "filesystem_label": "x" * 13}, "12 characters"),
        ({"filesystem_type": "ext4", "filesystem_label": "x" * 17}, "16 characters"),
        ({"tags": ["a b"]}, "not a valid tag"),
    ],
)
def test_what_cannot_be_a_volume_is_refused(account: Account, fields, said):
    assert said in refused(account, **fields)


def test_the_account_s_limit_is_kept(account: Account):
    account.emulator.set_account(volume_limit=1)
    made(account)
    reply = account("POST", "/v2/volumes", {"name": "more", "region": "nyc3", "size_gigabytes": 1})
    assert (reply.status, reply["id"]) == (403, "forbidden")
    assert "capacity limit exceeded" in reply.message


# Actions.


def test_attaching_and_detaching_take_their_time(account: Account):
    volume, droplet = made(account), account.droplet()
    reply = act(account, volume, "attach", droplet_id=droplet["id"], region="nyc3", tags=["fast"])
    action = reply["action"]
    assert reply.status == 202
    assert (action["type"], action["status"], action["resource_id"]) == ("attach_volume", "in-progress", None)
    assert (action["resource_type"], action["region_slug"], action["completed_at"]) == ("volume", "nyc3", None)
    assert fresh(account, volume)["droplet_ids"] == []
    assert droplet_now(account, droplet)["locked"] is True
    account.pass_time(6)
    now = fresh(account, volume)
    assert (now["droplet_ids"], now["tags"]) == ([droplet["id"]], ["fast"])
    assert (droplet_now(account, droplet)["volume_ids"], droplet_now(account, droplet)["locked"]) == (
        [volume["id"]],
        False,
    )
    path = f"/v2/volumes/{volume['id']}/actions"
    done = account.get(f"{path}/{action['id']}")["action"]
    assert (done["status"], done["completed_at"]) == ("completed", "2026-11-23T09:30:36Z")
    assert account.get(f"/v2/actions/{action['id']}")["action"] == done

    assert act(account, volume, "detach", droplet_id=droplet["id"]).status == 202
    assert fresh(account, volume)["droplet_ids"] == [droplet["id"]]
    account.pass_time(6)
    assert (fresh(account, volume)["droplet_ids"], droplet_now(account, droplet)["volume_ids"]) == ([], [])
    listed = account.get(path)
    assert [a["type"] for a in listed["actions"]] == ["detach_volume", "attach_volume"]
    assert listed["meta"]["total"] == 2
    other = made(account, "other")
    assert account("GET", f"/v2/volumes/{other['id']}/actions/{action['id']}").status == 404


def test_a_busy_droplet_takes_no_volume_and_a_volume_makes_it_busy(account: Account):
    one, two, droplet = made(account, "one"), made(account, "two"), account.droplet(settled=False)
    reply = act(account, one, "attach", droplet_id=droplet["id"])
    assert (reply.status, reply.message) == (422, PENDING)
    account.pass_time(31)
    assert act(account, one, "attach", droplet_id=droplet["id"]).status == 202
    assert act(account, two, "attach", droplet_id=droplet["id"]).message == PENDING
    assert account.act(droplet, "reboot").message == PENDING
    account.pass_time(6)
    assert account.act(droplet, "reboot").status == 201
    assert act(account, one, "detach", droplet_id=droplet["id"]).message == PENDING
    account.pass_time(16)
    assert act(account, one, "detach", droplet_id=droplet["id"]).status == 202
    assert account.act(droplet, "reboot").message == PENDING
    again = act(account, one, "resize", size_gigabytes=20)
    assert (again.status, again.message) == (422, "Volume already has a pending event.")
    assert account("DELETE", f"/v2/volumes/{one['id']}").status == 409
    account.pass_time(6)
    assert account.act(droplet, "reboot").status == 201


def test_a_volume_that_is_being_attached_is_not_deleted(account: Account):
    volume, droplet = made(account), account.droplet()
    act(account, volume, "attach", droplet_id=droplet["id"])
    reply = account("DELETE", f"/v2/volumes/{volume['id']}")
    assert (reply.status, reply.message) == (422, "Volume already has a pending event.")


def test_what_cannot_be_attached_is_refused(account: Account):
    volume, droplet, other = made(account), account.droplet(), account.droplet("other")
    far = account.droplet("far", region="ams3")
    assert "nyc3, the Droplet in ams3" in act(account, volume, "attach", droplet_id=far["id"]).message
    assert "does not exist" in act(account, volume, "attach", droplet_id=1).message
    assert "the volume is in nyc3" in act(account, volume, "attach", droplet_id=droplet["id"], region="ams3").message
    assert act(account, volume, "attach").status == 422
    assert "type must be" in act(account, volume, "explode", droplet_id=droplet["id"]).message
    missing = act(account, volume, "detach", droplet_id=droplet["id"])
    assert (missing.status, missing.message) == (422, "Attachment not found")
    attached(account, volume, droplet)
    for target in (droplet, other):
        reply = act(account, volume, "attach", droplet_id=target["id"])
        assert reply.status == 422
        assert "This volume is already attached" in reply.message
    assert act(account, volume, "detach", droplet_id=other["id"]).message == "Attachment not found"
    assert account("DELETE", f"/v2/volumes/{volume['id']}").status == 409
    reply = account("DELETE", "/v2/volumes?name=data&region=nyc3")
    assert (reply.status, reply["id"]) == (409, "conflict")
    assert reply.message.startswith("A volume that's attached to a Droplet cannot be deleted.")


def test_a_droplet_takes_fifteen(account: Account):
    volumes = [made(account, f"v{n}")["id"] for n in range(16)]
    droplet = account.droplet(volumes=volumes[:15])
    assert droplet["volume_ids"] == volumes[:15]
    reply = act(account, {"id": volumes[15]}, "attach", droplet_id=droplet["id"])
    assert reply.status == 422
    assert "15 volumes" in reply.message


def test_by_name_a_volume_is_attached_and_detached(account: Account):
    made(account, region="ams3")
    volume, droplet = made(account), account.droplet()
    body = {"volume_name": "data", "region": "nyc3", "droplet_id": droplet["id"]}
    assert account("POST", "/v2/volumes/actions", {**body, "type": "attach", "volume_name": None}).status == 422
    assert account("POST", "/v2/volumes/actions", {**body, "type": "attach", "region": "sfo3"}).status == 404
    assert account("POST", "/v2/volumes/actions", {**body, "type": "resize"}).status == 422
    reply = account("POST", "/v2/volumes/actions", {**body, "type": "attach"})
    assert (reply.status, reply["action"]["type"]) == (202, "attach_volume")
    account.pass_time(6)
    assert fresh(account, volume)["droplet_ids"] == [droplet["id"]]
    assert account("POST", "/v2/volumes/actions", {**body, "type": "detach"}).status == 202
    account.pass_time(6)
    assert fresh(account, volume)["droplet_ids"] == []


def test_a_volume_only_grows(account: Account):
    volume = made(account)
    for size in (10, 9):
        assert "only grow" in act(account, volume, "resize", size_gigabytes=size).message
    assert act(account, volume, "resize", size_gigabytes=16385).status == 422
    reply = act(account, volume, "resize", size_gigabytes=20, region="nyc3")
    assert (reply.status, reply["action"]["type"]) == (202, "resize_volume")
    assert fresh(account, volume)["size_gigabytes"] == 10
    account.pass_time(9)
    assert fresh(account, volume)["size_gigabytes"] == 20
    attached(account, volume, account.droplet())
    assert act(account, volume, "resize", size_gigabytes=30).status == 202
    account.pass_time(9)
    assert fresh(account, volume)["size_gigabytes"] == 30


# Snapshots.


def test_a_snapshot_outlives_its_volume_and_becomes_another(account: Account):
    volume = made(account, filesystem_type="xfs", filesystem_label="data")
    path = f"/v2/volumes/{volume['id']}/snapshots"
    reply = account("POST", path, {"name": "before", "tags": ["nightly"]})
    taken = reply["snapshot"]
    assert reply.status == 201
    assert (taken["resource_id"], taken["resource_type"], taken["regions"]) == (volume["id"], "volume", ["nyc3"])
    assert (taken["min_disk_size"], taken["tags"], len(taken["id"])) == (10, ["nightly"], 36)
    assert account("POST", path, {"name": " "}).status == 422
    assert account.get(path)["snapshots"] == [taken]
    assert account.get("/v2/snapshots?resource_type=volume")["snapshots"] == [taken]
    assert account.get("/v2/snapshots?resource_type=droplet")["snapshots"] == []
    assert account.get(f"/v2/snapshots/{taken['id']}")["snapshot"] == taken
    assert account.get(f"/v2/volumes/snapshots/{taken['id']}")["snapshot"] == taken
    assert account.get("/v2/tags/nightly")["tag"]["resources"]["volume_snapshots"]["count"] == 1

    assert account("DELETE", f"/v2/volumes/{volume['id']}").status == 204
    reply = account("POST", "/v2/volumes", {"name": "copy", "snapshot_id": taken["id"]})
    copy = reply["volume"]
    assert (copy["size_gigabytes"], copy["region"]["slug"]) == (10, "nyc3")
    assert (copy["filesystem_type"], copy["filesystem_label"]) == ("xfs", "data")
    sized = made(account, "sized", snapshot_id=taken["id"], size_gigabytes=500)
    assert sized["size_gigabytes"] == 10, "a size does not apply to a volume from a snapshot"
    body = {"name": "far", "region": "ams3", "size_gigabytes": 10, "snapshot_id": taken["id"]}
    assert account("POST", "/v2/volumes", body).status == 422
    assert account("POST", "/v2/volumes", {**body, "snapshot_id": "none"}).status == 404

    assert account("DELETE", f"/v2/volumes/snapshots/{taken['id']}").status == 204
    for gone in (f"/v2/volumes/snapshots/{taken['id']}", f"/v2/snapshots/{taken['id']}"):
        assert account("GET", gone).status == 404
        assert account("DELETE", gone).status == 404
    assert account.get("/v2/snapshots")["meta"]["total"] == 0


# Together with Droplets.


def test_a_new_droplet_has_its_volumes(account: Account):
    one, two, three = made(account, "one"), made(account, "two"), made(account, "three")
    made(account, "two", region="ams3")
    droplet = account.droplet(volumes=[one["id"], {"name": "two"}, {"id": three["id"]}, one["id"]])
    assert droplet["volume_ids"] == [v["id"] for v in (one, two, three)]
    assert [fresh(account, v)["droplet_ids"] for v in (one, two, three)] == [[droplet["id"]]] * 3
    (action,) = account.get(f"/v2/volumes/{two['id']}/actions")["actions"]
    assert (action["type"], action["status"]) == ("attach_volume", "completed")


def test_volumes_that_cannot_be_attached_keep_a_droplet_from_being(account: Account):
    here, there, taken = made(account), made(account, region="ams3"), made(account, "taken")
    droplet = account.droplet(volumes=[taken["id"]])
    busy = made(account, "busy")
    act(account, busy, "attach", droplet_id=droplet["id"])
    body = {"name": "b", "region": "nyc3", "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64"}
    for volumes, said in (
        ([there["id"]], "not in nyc3"),
        (["nothing"], "does not exist"),
        ([taken["id"]], "already attached"),
        ([busy["id"]], "pending event"),
    ):
        reply = account("POST", "/v2/droplets", {**body, "volumes": volumes})
        assert reply.status == 422
        assert said in reply.message
    several = {**body, "names": ["c", "d"], "volumes": [here["id"]]}
    assert account("POST", "/v2/droplets", several).status == 422
    assert account.get("/v2/droplets")["meta"]["total"] == 1
    assert fresh(account, here)["droplet_ids"] == []


def test_a_destroyed_droplet_lets_its_volumes_go(account: Account):
    kept, pending, leaving = made(account, "kept"), made(account, "pending"), made(account, "leaving")
    droplet = account.droplet(volumes=[kept["id"]])
    action = act(account, pending, "attach", droplet_id=droplet["id"])["action"]
    assert account("DELETE", f"/v2/droplets/{droplet['id']}").status == 204
    assert fresh(account, kept)["droplet_ids"] == []
    account.pass_time(6)
    assert account.get(f"/v2/actions/{action['id']}")["action"]["status"] == "errored"
    assert fresh(account, pending)["droplet_ids"] == []

    other = account.droplet(volumes=[leaving["id"]])
    action = act(account, leaving, "detach", droplet_id=other["id"])["action"]
    assert account("DELETE", f"/v2/droplets/{other['id']}").status == 204
    account.pass_time(6)
    assert account.get(f"/v2/actions/{action['id']}")["action"]["status"] == "completed"
    assert fresh(account, leaving)["droplet_ids"] == []


def test_a_droplet_is_destroyed_with_its_volumes_and_their_snapshots(account: Account):
    volume, other = made(account, size_gigabytes=50), made(account, "other")
    droplet = account.droplet(volumes=[volume["id"]])
    taken = account("POST", f"/v2/volumes/{volume['id']}/snapshots", {"name": "s"})["snapshot"]
    path = f"/v2/droplets/{droplet['id']}/destroy_with_associated_resources"
    found = account.get(path)
    assert found["volumes"] == [{"id": volume["id"], "name": "data", "cost": "5.00"}]
    assert found["volume_snapshots"] == [{"id": taken["id"], "name": "s", "cost": "3.00"}]
    assert account("DELETE", f"{path}/selective", {"volumes": [other["id"]]}).status == 404
    assert account("DELETE", f"{path}/dangerous", **{"x-dangerous": "true"}).status == 202
    account.pass_time(21)
    assert account.get(f"{path}/status")["failures"] == 0
    assert [v["id"] for v in account.get("/v2/volumes")["volumes"]] == [other["id"]]
    assert account.get("/v2/snapshots")["meta"]["total"] == 0
    assert account("GET", f"/v2/droplets/{droplet['id']}").status == 404


def test_a_volume_is_tagged_and_untagged(account: Account):
    volume = made(account)
    body = {"resources": [{"resource_id": volume["id"], "resource_type": "volume"}]}
    assert account("POST", "/v2/tags/db/resources", body).status == 204
    assert fresh(account, volume)["tags"] == ["db"]
    assert account("DELETE", "/v2/tags/db/resources", body).status == 204
    assert fresh(account, volume)["tags"] == []


def test_strict_takes_what_the_document_says_in_prose():
    account = Account(strict=True)
    volume = made(account)
    taken = account("POST", f"/v2/volumes/{volume['id']}/snapshots", {"name": "s"})["snapshot"]
    assert account("POST", "/v2/volumes", {"name": "copy", "snapshot_id": taken["id"]}).status == 201
    droplet = account.droplet()
    body = {"type": "attach", "volume_name": "copy", "region": "nyc3", "droplet_id": droplet["id"]}
    assert account("POST", "/v2/volumes/actions", body).status == 202
    assert account("POST", "/v2/volumes/actions", {**body, "volume_nam": "x"}).status == 422
    assert account("POST", "/v2/volumes", {"name": "x", "region": "nyc3", "size_gigabytes": "1"}).status == 422
