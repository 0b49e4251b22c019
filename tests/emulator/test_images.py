from __future__ import annotations

import pytest

from .conftest import Account

CUSTOM = {"name": "mine", "url": "https://example.test/disk.img", "region": "nyc3", "distribution": "Ubuntu"}


def snapshot(account: Account, name: str = "s") -> dict:
    droplet = account.droplet()
    (id,) = account.done(droplet, "snapshot", name=name)["snapshot_ids"]
    return account.get(f"/v2/images/{id}")["image"]


def test_public_images_come_by_id_and_by_slug(account: Account):
    by_slug = account.get("/v2/images/ubuntu-22-04-x64")["image"]
    assert account.get(f"/v2/images/{by_slug['id']}")["image"] == by_slug
    assert (by_slug["public"], by_slug["type"], by_slug["min_disk_size"]) == (True, "snapshot", 7)
    for missing in ("windows", "1"):
        assert account("GET", f"/v2/images/{missing}").status == 404


def test_lists_are_filtered(account: Account):
    everything = account.get("/v2/images?per_page=200")["images"]
    distributions = account.get("/v2/images?type=distribution&per_page=200")["images"]
    applications = account.get("/v2/images?type=application&per_page=200")["images"]
    assert len(everything) == len(distributions) + len(applications)
    assert "docker-20-04" in [i["slug"] for i in applications]
    assert "debian-13-x64" in [i["slug"] for i in distributions]
    assert account.get("/v2/images?private=true")["images"] == []
    own = snapshot(account)
    assert account.get("/v2/images?private=true")["images"] == [own]
    assert account.get("/v2/images?type=distribution")["meta"]["total"] == len(distributions)
    assert account("POST", "/v2/tags/base/resources", {"resources": [_as_tagged(own)]}).status == 204
    assert [i["id"] for i in account.get("/v2/images?tag_name=base")["images"]] == [own["id"]]
    assert account.get(f"/v2/images/{own['id']}")["image"]["tags"] == ["base"]
    total = account.get("/v2/images")["meta"]["total"]
    seam = account.get(f"/v2/images?per_page=3&page={-(-total // 3)}")["images"]
    assert seam[-1]["id"] == own["id"]
    assert total == len(everything) + 1


def _as_tagged(image: dict) -> dict:
    return {"resource_id": str(image["id"]), "resource_type": "image"}


def test_ids_and_slugs_are_unique_and_every_page_is_stable(account: Account):
    pages = [account.get(f"/v2/images?per_page=25&page={n}")["images"] for n in (1, 2, 3)]
    ids = [i["id"] for page in pages for i in page]
    assert len(set(ids)) == len(ids) == account.get("/v2/images")["meta"]["total"]


def test_a_custom_image_is_imported_step_by_step(account: Account):
    reply = account("POST", "/v2/images", {**CUSTOM, "tags": ["base"], "description": "d"})
    image = reply["image"]
    assert (reply.status, image["status"], image["type"], image["tags"]) == (202, "NEW", "custom", ["base"])
    path = f"/v2/images/{image['id']}"
    account.pass_time(11)
    assert account.get(path)["image"]["status"] == "pending"
    body = {"name": "a", "size": "s-1vcpu-1gb", "region": "nyc3", "image": image["id"]}
    assert "not available yet" in account("POST", "/v2/droplets", body).message
    account.pass_time(120)
    assert account.get(path)["image"]["status"] == "available"
    assert account("POST", "/v2/droplets", {**body, "region": "ams3"}).message.startswith("Image is not available")
    assert account("POST", "/v2/droplets", body).status == 202


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"url": "file:///x"}, {"url": None}, {"region": "xyz"}, {"region": None}]
)
def test_a_custom_image_needs_name_url_and_region(account: Account, wrong):
    assert account("POST", "/v2/images", {**CUSTOM, **wrong}).status == 422


def test_what_the_document_does_not_list_becomes_an_unknown_distribution(account: Account):
    reply = account("POST", "/v2/images", {**CUSTOM, "distribution": "Unknown OS", "region": "atl1"})
    assert (reply.status, reply["image"]["distribution"]) == (202, "Unknown")


def test_images_are_renamed_and_two_may_share_a_name(account: Account):
    one, two = snapshot(account, "same"), snapshot(account, "same")
    changed = account("PUT", f"/v2/images/{one['id']}", {"name": "new", "description": "why", "distribution": "Debian"})
    assert changed["image"] == {**one, "name": "new", "description": "why", "distribution": "Debian"}
    assert account.get(f"/v2/snapshots/{one['id']}")["snapshot"]["name"] == "new"
    assert account.get(f"/v2/images/{two['id']}")["image"]["name"] == "same"
    assert account("PUT", f"/v2/images/{one['id']}", {"name": ""}).status == 422
    assert account("PUT", "/v2/images/195932981", {"name": "mine now"}).status == 404


def test_a_renamed_image_is_renamed_where_droplets_show_it(account: Account):
    image = snapshot(account)
    droplet = account.droplet(image=image["id"])
    account("PUT", f"/v2/images/{image['id']}", {"name": "new"})
    assert account.get(f"/v2/droplets/{droplet['id']}")["droplet"]["image"]["name"] == "new"
    account("DELETE", f"/v2/images/{image['id']}")
    left = account.get(f"/v2/droplets/{droplet['id']}")["droplet"]["image"]
    assert (left["name"], left["status"]) == ("new", "deleted")


@pytest.mark.parametrize("as_kind", ["images", "snapshots"])
def test_deleting_an_image_deletes_the_snapshot_that_it_is(account: Account, as_kind):
    image = snapshot(account)
    droplet = account.get("/v2/droplets")["droplets"][0]
    assert droplet["snapshot_ids"] == [image["id"]]
    assert account("DELETE", f"/v2/{as_kind}/{image['id']}").status == 204
    assert account("GET", f"/v2/images/{image['id']}").status == 404
    assert account("GET", f"/v2/snapshots/{image['id']}").status == 404
    assert account.get(f"/v2/droplets/{droplet['id']}")["droplet"]["snapshot_ids"] == []
    again = account("DELETE", f"/v2/images/{image['id']}")
    assert "Image Can not delete an already deleted image." in again.message
    assert account("DELETE", f"/v2/snapshots/{image['id']}").status == 404
    assert account("DELETE", "/v2/images/195932981").status == 404


def test_a_transfer_adds_a_region(account: Account):
    image = snapshot(account)
    path = f"/v2/images/{image['id']}"
    reply = account("POST", f"{path}/actions", {"type": "transfer", "region": "ams3"})
    action = reply["action"]
    assert (reply.status, action["resource_type"], action["region_slug"]) == (201, "image", "ams3")
    assert "pending event" in account("POST", f"{path}/actions", {"type": "transfer", "region": "lon1"}).message
    assert account.get(path)["image"]["regions"] == ["nyc3"]
    account.pass_time(91)
    assert account.get(path)["image"]["regions"] == ["nyc3", "ams3"]
    assert account.get(f"{path}/actions/{action['id']}")["action"]["status"] == "completed"
    assert [a["id"] for a in account.get(f"{path}/actions")["actions"]] == [action["id"]]
    for wrong in ({"region": "ams3"}, {"region": "sfo1"}, {"region": None}, {"type": "convert"}, {"type": "x"}):
        assert account("POST", f"{path}/actions", {"type": "transfer", **wrong}).status == 422
    assert account.droplet(image=image["id"], region="ams3")["region"]["slug"] == "ams3"


def test_a_backup_is_kept_by_converting_it(account: Account):
    droplet = account.droplet(backups=True)
    account.pass_time(8 * 86400)
    (id,) = account.get(f"/v2/droplets/{droplet['id']}")["droplet"]["backup_ids"]
    assert account("GET", f"/v2/snapshots/{id}").status == 404
    account("POST", f"/v2/images/{id}/actions", {"type": "convert"})
    account.pass_time(5)
    after = account.get(f"/v2/droplets/{droplet['id']}")["droplet"]
    assert (after["backup_ids"], after["snapshot_ids"]) == ([], [id])
    assert account.get(f"/v2/snapshots/{id}")["snapshot"]["id"] == str(id)
    assert account.get("/v2/snapshots")["meta"]["total"] == 1


def test_transfers_to_another_account(account: Account):
    image = snapshot(account)
    path = f"/v2/images/{image['id']}/account_transfer"
    assert account("POST", path, {}).status == 400
    reply = account("POST", path, {"recipient_email": "someone@example.test"})
    transfer = {"transfer_id": reply["transfer_id"]}
    assert reply.status == 201
    assert account("POST", path, {"recipient_uuid": "u"}).status == 400
    assert account("POST", f"{path}/cancel", {"transfer_id": 1}).status == 400
    assert account("POST", f"{path}/cancel", transfer).status == 204
    assert account("POST", f"{path}/decline", transfer).status == 400
    transfer = {"transfer_id": account("POST", path, {"recipient_uuid": "u"})["transfer_id"]}
    assert account("POST", f"{path}/decline", transfer).status == 204
    transfer = {"transfer_id": account("POST", path, {"recipient_uuid": "u"})["transfer_id"]}
    assert account("POST", f"{path}/accept", {**transfer, "recipient_uuid": "u"}).status == 201
    assert account("GET", f"/v2/images/{image['id']}").status == 404
    assert account("POST", "/v2/images/1/account_transfer", {"recipient_uuid": "u"}).status == 404


def test_snapshots_are_listed_by_what_they_are_of(account: Account):
    image = snapshot(account)
    for query in ("", "?resource_type=droplet"):
        assert [s["id"] for s in account.get(f"/v2/snapshots{query}")["snapshots"]] == [str(image["id"])]
    assert account.get("/v2/snapshots?resource_type=volume") == {"snapshots": [], "links": {}, "meta": {"total": 0}}
    assert account("GET", "/v2/snapshots/nope").status == 404
