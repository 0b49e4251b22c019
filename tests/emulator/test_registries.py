"""Container registries."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote

import pytest

from dopyapi.emulator.errors import Refused

from .conftest import Account, Reply

BASIC = {"subscription_tier_slug": "basic"}
DIGEST = "sha256:" + "ab" * 32
WAITING, SCANNING = "waiting for write JWTs to expire", "scanning manifests"
DELETING = "deleting unreferenced blobs"


def registry(account: Account, name: str = "shop", tier: str = "basic", **fields: Any) -> dict[str, Any]:
    reply = account("POST", "/v2/registries", {"name": name, "subscription_tier_slug": tier, **fields})
    assert reply.status == 201, reply
    return reply["registry"]


def refused(account: Account, *arguments: Any, **options: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        account.emulator.push(*arguments, **options)
    return caught.value


# The registry itself, by both kinds of path


def test_the_only_registry_by_the_older_paths(account: Account):
    assert account("GET", "/v2/registry").status == 404
    assert account("DELETE", "/v2/registry").status == 404
    reply = account("POST", "/v2/registry", {"name": "shop", "region": "fra1", **BASIC})
    made = reply["registry"]
    assert (reply.status, made["name"], made["region"], made["storage_usage_bytes"]) == (201, "shop", "fra1", 0)
    assert made["subscription"]["tier"]["slug"] == "basic"
    assert account.get("/v2/registry")["registry"] == made
    assert account.get("/v2/registries")["registries"] == [made]
    bare = {name: value for name, value in made.items() if name != "subscription"}
    assert account.get("/v2/registries/shop")["registry"] == bare
    assert account("DELETE", "/v2/registry").status == 204
    assert account("GET", "/v2/registry").status == 404
    assert account("GET", "/v2/registries/shop").status == 404


def test_the_older_paths_make_one_registry_and_no_name_twice(account: Account):
    account("POST", "/v2/registry", {"name": "shop", **BASIC})
    second = account("POST", "/v2/registry", {"name": "other", **BASIC})
    assert (second.status, second.message) == (422, "user already has a registry")
    for path in ("/v2/registry", "/v2/registries"):
        again = account("POST", path, {"name": "shop", **BASIC})
        assert (again.status, again["id"], again.message) == (409, "conflict", "name already exists")


@pytest.mark.parametrize("name", ["", "Shop", "my_shop", "a" * 64, "options", None])
def test_what_cannot_be_a_name(account: Account, name):
    for path in ("/v2/registry", "/v2/registries", "/v2/registry/validate-name", "/v2/registries/validate-name"):
        assert account("POST", path, {"name": name, **BASIC}).status == 422
    assert account.get("/v2/registries")["registries"] == []


def test_a_name_is_validated(account: Account):
    for path in ("/v2/registry/validate-name", "/v2/registries/validate-name"):
        assert account("POST", path, {"name": "shop"}).status == 204
    registry(account)
    for path in ("/v2/registry/validate-name", "/v2/registries/validate-name"):
        assert account("POST", path, {"name": "shop"}).status == 409
        assert account("POST", path, {"name": "shop-2"}).status == 204


def test_with_several_registries_the_older_paths_refuse(account: Account):
    registry(account, tier="professional")
    registry(account, "second", "professional", region="syd1")
    for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/docker-credentials")):
        reply = account(method, f"/v2/registry{path}")
        assert (reply.status, reply["id"]) == (412, "precondition_failed")
        assert reply.message == (
            "This API is not supported if you have created multiple registries. Please use '/v2/registries' instead."
        )
    assert account("POST", "/v2/registry", {"name": "third", **BASIC}).status == 412
    assert [r["name"] for r in account.get("/v2/registries")["registries"]] == ["shop", "second"]
    assert account("DELETE", "/v2/registries/second").status == 204
    assert account.get("/v2/registry")["registry"]["name"] == "shop"


def test_where_a_registry_can_be(account: Account):
    assert registry(account)["region"] == "nyc3"
    account("DELETE", "/v2/registry")
    assert account("POST", "/v2/registry", {"name": "shop", "region": "syd1", **BASIC}).status == 422
    assert registry(account, region="syd1")["region"] == "syd1"
    former = account.get("/v2/registry/options")["options"]["available_regions"]
    today = account.get("/v2/registries/options")["options"]["available_regions"]
    assert set(former) < set(today)
    assert "syd1" in today


# Signing in


def auth(reply: Reply) -> str:
    assert reply.status == 200, reply
    return base64.b64decode(reply["auths"]["registry.digitalocean.com"]["auth"]).decode()


def test_credentials_are_a_configuration_of_docker(account: Account):
    for path in ("/v2/registry", "/v2/registries/shop"):
        assert account("GET", f"{path}/docker-credentials").status == 404
    registry(account)
    seen = set()
    for path in ("/v2/registry", "/v2/registries/shop"):
        for query in ("", "?read_write=true&expiry_seconds=3600"):
            user, _, password = auth(account("GET", f"{path}/docker-credentials{query}")).partition(":")
            assert user == password
            seen.add(password)
        assert account("GET", f"{path}/docker-credentials?expiry_seconds=soon").status == 422
    assert len(seen) == 4


# Plans


def tiers(account: Account) -> dict[str, tuple[bool, list[str]]]:
    found = account.get("/v2/registries/options")["options"]["subscription_tiers"]
    return {t["slug"]: (t["eligible"], t["eligibility_reasons"]) for t in found}


def test_a_plan_comes_with_the_first_registry_and_goes_with_the_last(account: Account):
    for path in ("/v2/registry/subscription", "/v2/registries/subscription"):
        assert account("GET", path).status == 404
        assert account("POST", path, {"tier_slug": "basic"}).status == 404
    assert account("POST", "/v2/registries", {"name": "shop"}).status == 201
    made = account.get("/v2/registries/subscription")["subscription"]
    assert (made["tier"]["slug"], made["tier"]["monthly_price_in_cents"]) == ("starter", 0)
    account.pass_time(60)
    changed = account("POST", "/v2/registry/subscription", {"tier_slug": "basic"})
    assert (changed.status, changed["subscription"]["tier"]["name"]) == (200, "Basic")
    assert changed["subscription"]["created_at"] == made["created_at"] < changed["subscription"]["updated_at"]
    assert account.get("/v2/registry")["registry"]["subscription"] == changed["subscription"]
    assert account("POST", "/v2/registries/subscription", {"tier_slug": "gold"}).status == 422
    assert account("POST", "/v2/registries/subscription", {}).status == 422
    account("DELETE", "/v2/registries/shop")
    assert account("GET", "/v2/registries/subscription").status == 404


def test_a_plan_is_refused_that_does_not_hold_what_there_is(account: Account):
    registry(account)
    assert tiers(account) == {"starter": (True, []), "basic": (True, []), "professional": (True, [])}
    account.emulator.push("shop", "web", size=600 * 1024**2)
    assert tiers(account)["starter"] == (False, ["OverStorageLimit"])
    account.emulator.push("shop", "worker")
    assert tiers(account)["starter"] == (False, ["OverRepositoryLimit", "OverStorageLimit"])
    reply = account("POST", "/v2/registries/subscription", {"tier_slug": "starter"})
    assert (reply.status, reply.message) == (
        412,
        "registry is not eligible for tier because: [OverRepositoryLimit OverStorageLimit]",
    )
    assert account.get("/v2/registries/subscription")["subscription"]["tier"]["slug"] == "basic"


def test_several_registries_need_the_largest_plan(account: Account):
    registry(account)
    second = {"name": "second"}
    reply = account("POST", "/v2/registries", second)
    assert (reply.status, reply.message) == (412, "registry is not eligible for tier because: [OverRegistryLimit]")
    assert account("POST", "/v2/registries", {**second, "subscription_tier_slug": "professional"}).status == 201
    assert account.get("/v2/registries/subscription")["subscription"]["tier"]["slug"] == "professional"
    assert tiers(account)["basic"] == (False, [])
    reply = account("POST", "/v2/registry/subscription", {"tier_slug": "basic"})
    assert (reply.status, reply.message) == (412, "registry is not eligible for tier because: [OverRegistryLimit]")


# Images


def test_a_push_brings_repository_tag_and_image(account: Account):
    registry(account)
    pushed = account.emulator.push("shop", "team/web", "v1", size=1_000_000, digest=DIGEST)
    home = quote("team/web", safe="")
    (tag,) = account.get(f"/v2/registries/shop/repositories/{home}/tags")["tags"]
    assert tag == pushed
    assert (tag["registry_name"], tag["repository"], tag["tag"]) == ("shop", "team/web", "v1")
    assert (tag["manifest_digest"], tag["compressed_size_bytes"], tag["size_bytes"]) == (DIGEST, 1_000_000, 0)
    (by_tag,) = account.get("/v2/registry/shop/repositories")["repositories"]
    assert by_tag == {"registry_name": "shop", "name": "team/web", "latest_tag": tag, "tag_count": 1}
    (by_image,) = account.get("/v2/registries/shop/repositoriesV2")["repositories"]
    assert (by_image["tag_count"], by_image["manifest_count"]) == (1, 1)
    (manifest,) = account.get(f"/v2/registry/shop/repositories/{home}/digests")["manifests"]
    assert manifest == by_image["latest_manifest"]
    assert (manifest["digest"], manifest["tags"]) == (DIGEST, ["v1"])
    assert sum(blob["compressed_size_bytes"] for blob in manifest["blobs"]) == 1_000_000


def test_sizes_are_reckoned_some_time_after_a_push(account: Account):
    registry(account)
    before = account.get("/v2/registries/shop")["registry"]["storage_usage_bytes_updated_at"]
    account.emulator.push("shop", "web", size=1000)
    assert account.get("/v2/registries/shop")["registry"]["storage_usage_bytes"] == 0
    account.pass_time(31)
    after = account.get("/v2/registries/shop")["registry"]
    assert after["storage_usage_bytes"] == 1000
    assert after["storage_usage_bytes_updated_at"] > before
    assert account.get("/v2/registries/shop/repositories/web/tags")["tags"][0]["size_bytes"] == 2000
    assert account.get("/v2/registries/shop/repositories/web/digests")["manifests"][0]["size_bytes"] == 2000


def test_a_tag_moves_to_the_image_that_was_pushed_last(account: Account):
    registry(account)
    first = account.emulator.push("shop", "web")
    account.pass_time(60)
    second = account.emulator.push("shop", "web")
    assert first["manifest_digest"] != second["manifest_digest"]
    assert first["updated_at"] < second["updated_at"]
    assert account.get("/v2/registries/shop/repositories/web/tags")["tags"] == [second]
    manifests = account.get("/v2/registries/shop/repositories/web/digests")["manifests"]
    assert [(m["digest"], m["tags"]) for m in manifests] == [
        (second["manifest_digest"], ["latest"]),
        (first["manifest_digest"], []),
    ]
    again = account.emulator.push("shop", "web", "old", digest=first["manifest_digest"])
    assert again["compressed_size_bytes"] == first["compressed_size_bytes"]
    (home,) = account.get("/v2/registry/shop/repositories")["repositories"]
    assert (home["latest_tag"]["tag"], home["tag_count"]) == ("old", 2)


def test_what_cannot_be_pushed(account: Account):
    assert refused(account, "shop", "web").status == 404
    registry(account)
    assert refused(account, "shop", "Web").status == 422
    assert refused(account, "shop", "web/").status == 422
    assert refused(account, "shop", "web", "-x").status == 422
    assert refused(account, "shop", "web", digest="sha256:ab").status == 422
    assert refused(account, "shop", "web", size=0).status == 422
    assert account.get("/v2/registry/shop/repositories")["repositories"] == []


def test_a_full_plan_takes_no_more(account: Account):
    registry(account, tier="starter")
    account.emulator.push("shop", "web", size=400 * 1024**2)
    assert "limit is 1" in refused(account, "shop", "worker").message
    full = refused(account, "shop", "web", size=200 * 1024**2)
    assert (full.status, "starter" in full.message) == (403, True)
    account.emulator.push("shop", "web", size=100 * 1024**2)
    assert account.get("/v2/registries/shop/repositoriesV2")["repositories"][0]["manifest_count"] == 2
    account("POST", "/v2/registry/subscription", {"tier_slug": "basic"})
    account.emulator.push("shop", "worker", size=5 * 1024**3)
    assert account.get("/v2/registries/shop/repositoriesV2")["meta"]["total"] == 2


def test_a_deleted_tag_leaves_the_image_and_a_deleted_image_takes_its_tags(account: Account):
    registry(account)
    for tag in ("v1", "stable"):
        account.emulator.push("shop", "web", tag, digest=DIGEST)
    other = account.emulator.push("shop", "web", "v2")
    path = "/v2/registries/shop/repositories/web"
    assert account("DELETE", f"{path}/tags/v2").status == 204
    assert account("DELETE", f"{path}/tags/v2").status == 404
    untagged = [m["digest"] for m in account.get(f"{path}/digests")["manifests"] if not m["tags"]]
    assert untagged == [other["manifest_digest"]]
    assert account("DELETE", f"/v2/registry/shop/repositories/web/digests/{DIGEST}").status == 204
    assert account("DELETE", f"{path}/digests/{DIGEST}").status == 404
    assert account.get(f"{path}/tags")["tags"] == []
    (by_tag,) = account.get("/v2/registry/shop/repositories")["repositories"]
    assert by_tag == {"registry_name": "shop", "name": "web", "tag_count": 0}
    assert account("DELETE", f"{path}/digests/{other['manifest_digest']}").status == 204
    assert account.get("/v2/registries/shop/repositoriesV2")["repositories"] == []


def test_a_deleted_repository_and_a_deleted_registry_leave_nothing(account: Account):
    registry(account)
    for name in ("web", "worker"):
        account.emulator.push("shop", name)
    assert account("DELETE", "/v2/registries/shop/repositories/web").status == 204
    assert account("DELETE", "/v2/registries/shop/repositories/web").status == 404
    assert [r["name"] for r in account.get("/v2/registry/shop/repositories")["repositories"]] == ["worker"]
    account("POST", "/v2/registries/shop/garbage-collection")
    assert account("DELETE", "/v2/registries/shop").status == 204
    kinds = account.emulator.store.db.execute("select distinct kind from document").fetchall()
    assert [kind for (kind,) in kinds if kind != "account"] == []
    assert account.emulator.store.db.execute("select count(*) from event").fetchone() == (0,)
    assert account.emulator.store.db.execute("select count(*) from link").fetchone() == (0,)
    registry(account)
    assert account.get("/v2/registry/shop/repositories")["repositories"] == []


def test_what_is_not_there_is_404_everywhere(account: Account):
    for of in ("/v2/registry/none", "/v2/registries/none"):
        for path in ("repositoriesV2", "garbage-collection", "garbage-collections", "repositories/x/tags"):
            assert account("GET", f"{of}/{path}").status == 404
        assert account("DELETE", f"{of}/repositories/x/tags/y").status == 404
    registry(account)
    for path in ("repositories/x/tags", "repositories/x/digests", "garbage-collection"):
        assert account("GET", f"/v2/registries/shop/{path}").status == 404
    assert account("PUT", "/v2/registries/shop/garbage-collection/x", {"cancel": True}).status == 404
    assert account("GET", "/v2/registry/none/repositories").status == 404


# Pages


def test_repositories_are_paged_by_number_and_by_token(account: Account):
    registry(account, tier="professional")
    names = [f"r{n}" for n in range(5)]
    for name in names:
        account.emulator.push("shop", name)
    path = "/v2/registries/shop/repositoriesV2"
    first = account.get(f"{path}?per_page=2")
    assert first["meta"]["total"] == 5
    assert "page_token=" in first["links"]["pages"]["next"]
    assert "page_token" not in first["links"]["pages"]["last"]
    account("DELETE", "/v2/registries/shop/repositories/r0")
    by_number = account.get(f"{path}?per_page=2&page=2")
    assert [r["name"] for r in by_number["repositories"]] == ["r3", "r4"]  # numbers shift
    seen, url = [r["name"] for r in first["repositories"]], first["links"]["pages"]["next"]
    while url:
        page = account.get(url.removeprefix("http://emulator.test"))
        seen += [r["name"] for r in page["repositories"]]
        url = page["links"].get("pages", {}).get("next")
    assert seen == names
    assert account("GET", f"{path}?page_token=nonsense").status == 400
    assert account("GET", f"{path}?page_token=YWZ0ZXIgeA==").status == 400


# Garbage


def collection(account: Account, uuid: str) -> dict[str, Any]:
    runs = account.get("/v2/registries/shop/garbage-collections")["garbage_collections"]
    return next(run for run in runs if run["uuid"] == uuid)


def test_garbage_is_collected_step_by_step_while_the_registry_can_only_be_read(account: Account):
    registry(account)
    kept = account.emulator.push("shop", "web", "v1", size=1000)
    gone = account.emulator.push("shop", "web", "v2", size=5000)
    path = "/v2/registries/shop"
    account("DELETE", f"{path}/repositories/web/digests/{gone['manifest_digest']}")
    account.pass_time(60)
    assert account.get(path)["registry"]["storage_usage_bytes"] == 6000  # what is deleted is still stored
    assert account("GET", f"{path}/garbage-collection").status == 404

    reply = account("POST", f"{path}/garbage-collection")
    run = reply["garbage_collection"]
    assert (reply.status, run["status"], run["registry_name"]) == (201, "requested", "shop")
    assert account("POST", f"{path}/garbage-collection").status == 409
    assert refused(account, "shop", "web").status == 409
    for what in ("", "/tags/v1", f"/digests/{kept['manifest_digest']}"):
        assert account("DELETE", f"{path}/repositories/web{what}").status == 409
    assert account.get(f"{path}/repositories/web/tags")["meta"]["total"] == 1
    statuses = []
    # Who has pushed a minute ago may go on for fourteen more.
    for seconds in (3, 830, 20, 30, 30):
        account.pass_time(seconds)
        statuses.append(collection(account, run["uuid"])["status"])
    assert statuses == [WAITING, WAITING, SCANNING, DELETING, "succeeded"]
    ended = collection(account, run["uuid"])
    assert (ended["blobs_deleted"], ended["freed_bytes"]) == (2, 5000)
    assert ended["updated_at"] > ended["created_at"] == run["created_at"]
    assert account("GET", f"{path}/garbage-collection").status == 404
    account.pass_time(31)
    assert account.get(path)["registry"]["storage_usage_bytes"] == 1000
    account.emulator.push("shop", "web", "v3")
    assert account("DELETE", f"{path}/repositories/web/tags/v1").status == 204


def test_nobody_is_waited_for_where_nobody_has_pushed(account: Account):
    registry(account)
    run = account("POST", "/v2/registries/shop/garbage-collection")["garbage_collection"]
    account.pass_time(70)
    ended = collection(account, run["uuid"])
    assert (ended["status"], ended["blobs_deleted"], ended["freed_bytes"]) == ("succeeded", 0, 0)


@pytest.mark.parametrize(
    ("type", "images", "freed"),
    [
        (None, ["b", "a"], 0),
        ("unreferenced blobs only", ["b", "a"], 0),
        ("untagged manifests only", ["b"], 0),
        ("untagged manifests and unreferenced blobs", ["b"], 100),
    ],
)
def test_images_without_a_tag_are_garbage_where_that_is_asked_for(account: Account, type, images, freed):
    registry(account)
    digests = {f"sha256:{letter * 64}": letter for letter in "ab"}
    for digest, size in zip(digests, (100, 200), strict=True):
        account.emulator.push("shop", "web", size=size, digest=digest)
    body = None if type is None else {"type": type}
    run = account("POST", "/v2/registry/shop/garbage-collection", body)["garbage_collection"]
    account.pass_time(1000)
    assert collection(account, run["uuid"])["freed_bytes"] == freed
    left = account.get("/v2/registries/shop/repositories/web/digests")["manifests"]
    assert [digests[m["digest"]] for m in left] == images


def test_what_another_image_needs_is_no_garbage(account: Account):
    registry(account)
    for repository in ("web", "copy"):
        account.emulator.push("shop", repository, size=100, digest=DIGEST)
    account("DELETE", "/v2/registries/shop/repositories/web")
    runs = []
    for _ in range(2):
        runs.append(account("POST", "/v2/registries/shop/garbage-collection")["garbage_collection"]["uuid"])
        account.pass_time(1000)
        account("DELETE", "/v2/registries/shop/repositories/copy")
    assert [collection(account, uuid)["freed_bytes"] for uuid in runs] == [0, 100]
    listed = account.get("/v2/registry/shop/garbage-collections")["garbage_collections"]
    assert [run["uuid"] for run in listed] == runs[::-1]


def test_a_run_is_cancelled_and_then_nothing_is_deleted(account: Account):
    registry(account)
    account.emulator.push("shop", "web")
    account("DELETE", "/v2/registries/shop/repositories/web")
    run = account("POST", "/v2/registries/shop/garbage-collection")["garbage_collection"]
    path = f"/v2/registries/shop/garbage-collection/{run['uuid']}"
    assert account("PUT", path, {"cancel": False})["garbage_collection"]["status"] == "requested"
    assert account("PUT", path, {"cancel": True})["garbage_collection"]["status"] == "cancelling"
    assert account("PUT", path, {"cancel": True})["garbage_collection"]["status"] == "cancelling"
    assert refused(account, "shop", "web").status == 409
    account.pass_time(1000)
    ended = collection(account, run["uuid"])
    assert (ended["status"], ended["blobs_deleted"]) == ("cancelled", 0)
    assert account("PUT", path, {"cancel": True}).status == 422
    account.pass_time(31)
    assert account.get("/v2/registries/shop")["registry"]["storage_usage_bytes"] > 0
    account.emulator.push("shop", "web")


def test_a_type_that_there_is_not(account: Account):
    registry(account)
    for of in ("registry", "registries"):
        assert account("POST", f"/v2/{of}/shop/garbage-collection", {"type": "everything"}).status == 422
