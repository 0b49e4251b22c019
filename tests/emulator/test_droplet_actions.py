from __future__ import annotations

import pytest

from .conftest import Account

PENDING = "Droplet already has a pending event."


def test_an_action_runs_for_a_while_and_locks_the_droplet(account: Account):
    droplet = account.droplet()
    reply = account.act(droplet, "reboot")
    action = reply["action"]
    assert (reply.status, action["status"], action["completed_at"]) == (201, "in-progress", None)
    assert (action["resource_type"], action["resource_id"], action["region_slug"]) == ("droplet", droplet["id"], "nyc3")
    assert account.get(f"/v2/droplets/{droplet['id']}")["droplet"]["locked"] is True
    second = account.act(droplet, "power_off")
    assert (second.status, second.message) == (422, PENDING)
    account.pass_time(16)
    path = f"/v2/droplets/{droplet['id']}/actions"
    assert account.get(f"{path}/{action['id']}")["action"]["status"] == "completed"
    assert account.get(f"/v2/droplets/{droplet['id']}")["droplet"]["locked"] is False
    assert [a["type"] for a in account.get(path)["actions"]] == ["reboot", "create"]


def test_a_droplet_that_is_still_made_has_a_pending_event(account: Account):
    assert account.act(account.droplet(settled=False), "reboot").message == PENDING


def test_actions_of_the_account_are_listed_newest_first(account: Account):
    one, two = account.droplet(), account.droplet()
    account.done(one, "reboot")
    listed = account.get("/v2/actions")
    assert [(a["type"], a["resource_id"]) for a in listed["actions"]] == [
        ("reboot", one["id"]),
        ("create", two["id"]),
        ("create", one["id"]),
    ]
    newest = listed["actions"][0]["id"]
    assert account("GET", f"/v2/droplets/{two['id']}/actions/{newest}").status == 404
    assert account("GET", "/v2/actions/1").status == 404


def test_power(account: Account):
    droplet = account.droplet()
    assert account.done(droplet, "power_on")["status"] == "active", "as what it is already"
    assert account.done(droplet, "shutdown")["status"] == "off"
    assert "Droplet is already powered off" in account.act(droplet, "power_off").message
    assert account.act(droplet, "reboot").status == 422
    assert account.done(droplet, "power_on")["status"] == "active"
    assert account.done(droplet, "power_off")["status"] == "off"
    assert account.done(droplet, "power_cycle")["status"] == "active"
    assert account.done(droplet, "password_reset")["status"] == "active"
    assert account.done(droplet, "reboot")["status"] == "active"


def test_resizing_needs_the_power_off_and_never_shrinks_a_disk(account: Account):
    droplet = account.droplet()
    assert "Please power it off" in account.act(droplet, "resize", size="s-2vcpu-4gb").message
    account.done(droplet, "power_off")
    for size, said in (("s-9", "invalid size"), ("gpu-h100x1-80gb", "not available"), ("s-1vcpu-1gb", "already")):
        assert said in account.act(droplet, "resize", size=size).message
    ram = account.done(droplet, "resize", size="s-2vcpu-4gb")
    assert (ram["size_slug"], ram["size"]["slug"], ram["memory"], ram["vcpus"]) == (
        "s-2vcpu-4gb",
        "s-2vcpu-4gb",
        4096,
        2,
    )
    assert (ram["disk"], ram["size"]["disk"]) == (25, 80)
    assert account.done(droplet, "resize", size="s-1vcpu-1gb")["memory"] == 1024
    grown = account.done(droplet, "resize", size="s-2vcpu-4gb", disk=True)
    assert (grown["disk"], grown["disk_info"][0]["size"]["amount"], grown["status"]) == (80, 80, "off")
    smaller = account.act(droplet, "resize", size="s-1vcpu-1gb")
    assert (smaller.status, smaller.message) == (422, "Size can not decrease size of Droplet's disk image")


def test_rebuild_and_rename(account: Account):
    droplet = account.droplet()
    assert account.done(droplet, "rebuild", image="debian-12-x64")["image"]["slug"] == "debian-12-x64"
    assert "invalid image" in account.act(droplet, "rebuild", image="nope").message
    assert account.done(droplet, "rename", name="new.name")["name"] == "new.name"
    assert account.get("/v2/droplets?name=new.name")["meta"]["total"] == 1
    assert account.get("/v2/droplets?name=web")["meta"]["total"] == 0
    assert "hostname" in account.act(droplet, "rename", name="a b").message


def test_networks_are_added(account: Account):
    droplet = account.droplet()
    with_v6 = account.done(droplet, "enable_ipv6")
    assert len(with_v6["networks"]["v6"]) == 1
    assert "ipv6" in with_v6["features"]
    assert "already" in account.act(droplet, "enable_ipv6").message
    assert "private_networking" in account.done(droplet, "enable_private_networking")["features"]


def test_only_a_kernel_of_its_list_can_be_chosen(account: Account):
    droplet = account.droplet(image="ubuntu-14-04-x64")
    kernel = account.get(f"/v2/droplets/{droplet['id']}/kernels")["kernels"][0]
    assert account.done(droplet, "change_kernel", kernel=kernel["id"])["kernel"] == kernel
    assert account.act(droplet, "change_kernel", kernel=1).status == 422


def test_a_droplet_that_boots_its_own_kernel_keeps_it(account: Account):
    assert account.done(account.droplet(), "change_kernel", kernel=7515)["kernel"] is None


def test_a_snapshot_is_an_image_and_a_snapshot(account: Account):
    droplet = account.droplet()
    after = account.done(droplet, "snapshot", name="before upgrade")
    (id,) = after["snapshot_ids"]
    image = account.get(f"/v2/images/{id}")["image"]
    assert (image["name"], image["type"], image["distribution"]) == ("before upgrade", "snapshot", "Ubuntu")
    assert (image["min_disk_size"], image["regions"], image["public"]) == (25, ["nyc3"], False)
    snapshot = account.get(f"/v2/snapshots/{id}")["snapshot"]
    assert (snapshot["id"], snapshot["resource_id"], snapshot["resource_type"]) == (
        str(id),
        str(droplet["id"]),
        "droplet",
    )
    assert account.get(f"/v2/droplets/{droplet['id']}/snapshots")["snapshots"][0]["id"] == id
    copy = account.droplet(image=id)
    assert copy["image"]["name"] == "before upgrade"
    account("DELETE", f"/v2/droplets/{droplet['id']}")
    assert account.get(f"/v2/images/{id}")["image"]["status"] == "available"


def test_restoring_takes_a_backup_of_the_droplet_itself(account: Account):
    droplet = account.droplet(backups=True)
    assert account.act(droplet, "restore", image=195932981).status == 422
    account.pass_time(8 * 86400)
    (backup,) = account.get(f"/v2/droplets/{droplet['id']}")["droplet"]["backup_ids"]
    assert account.done(droplet, "restore", image=backup)["image"]["type"] == "backup"
    assert account.act(account.droplet(), "restore", image=backup).status == 422


@pytest.mark.parametrize("type", ["dance", "", None, 7])
def test_an_unknown_type_is_refused(account: Account, type):
    assert account("POST", f"/v2/droplets/{account.droplet()['id']}/actions", {"type": type}).status == 422


def test_all_droplets_of_a_tag_are_acted_on(account: Account):
    on, off, other = account.droplet(tags=["web"]), account.droplet(tags=["web"]), account.droplet()
    account.done(off, "power_off")
    reply = account("POST", "/v2/droplets/actions?tag_name=web", {"type": "power_off"})
    assert reply.status == 201
    assert [a["resource_id"] for a in reply["actions"]] == [on["id"]]
    account.pass_time(20)
    states = {d["id"]: d["status"] for d in account.get("/v2/droplets")["droplets"]}
    assert states == {on["id"]: "off", off["id"]: "off", other["id"]: "active"}
    reply = account("POST", "/v2/droplets/actions?tag_name=web", {"type": "snapshot", "name": "all"})
    assert len(reply["actions"]) == 2
    for wrong in ("reboot", "rename", "resize"):
        assert account("POST", "/v2/droplets/actions?tag_name=web", {"type": wrong}).status == 422
    assert account("POST", "/v2/droplets/actions", {"type": "power_on"}).status == 422
    assert account("POST", "/v2/droplets/actions?tag_name=none", {"type": "power_on"}).status == 404


def test_at_once_means_at_once():
    account = Account(speed=0)
    droplet = account.droplet(settled=False)
    assert droplet["status"] == "new"
    assert account.get(f"/v2/droplets/{droplet['id']}")["droplet"]["status"] == "active"
    assert account.act(droplet, "power_off")["action"]["status"] == "in-progress"
    assert account.get(f"/v2/droplets/{droplet['id']}")["droplet"]["status"] == "off"


def test_half_speed_is_half_as_long():
    account = Account(speed=0.5)
    droplet = account.droplet(settled=False)
    account.pass_time(14)
    assert account.get(f"/v2/droplets/{droplet['id']}")["droplet"]["status"] == "new"
    account.pass_time(2)
    assert account.get(f"/v2/droplets/{droplet['id']}")["droplet"]["status"] == "active"
