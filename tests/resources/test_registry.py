"""The container registry."""

from __future__ import annotations

import copy
import json
import pickle
import stat
from datetime import UTC, datetime
from typing import Any

import pytest

import dopyapi as do
from dopyapi.registry import (
    DockerCredentials,
    GarbageCollection,
    Registry,
    Repository,
    RepositoryManifest,
    RepositoryTag,
)

HOST = "registry.digitalocean.com"
OTHER = {"auths": {"ghcr.io": {"auth": "b3RoZXI="}}, "credHelpers": {"gcr.io": "gcloud"}, "psFormat": "é {{.ID}}"}


@pytest.fixture
def shop(api, call):
    """Make a registry, on a plan that holds several."""

    async def made(name: str = "shop") -> Registry:
        return await call(Registry.new, name=name, subscription_tier_slug="professional", region="fra1")

    return made


def secret_of(credentials: DockerCredentials) -> str:
    secret = credentials.cred["auths"][HOST]["auth"]
    assert len(secret) > 20
    return str.__str__(secret)


# The story


async def test_a_registry_is_filled_used_cleaned_up_and_deleted(api, call, tmp_path):
    assert await call(Registry.validate, "shop") is True
    registry = Registry()
    registry.name, registry.subscription_tier_slug = "shop", "basic"
    answer = await call(registry.create, region="ams3")
    assert answer["registry"]["name"] == registry.name == "shop"
    assert await call(Registry.validate, "shop") is False

    credentials = await call(registry.getDockerCredentials, read_write=True)
    credentials.apply(str(tmp_path / "config.json"))
    assert HOST in json.loads((tmp_path / "config.json").read_text())["auths"]
    for tag in ("v1", "v2", "v3"):
        api.emulator.push("shop", "team/web", tag, size=1_000_000)
        api.clock.advance(60)

    await call(registry.load)
    assert registry.storage_usage_bytes == 3_000_000
    (repository,) = await call(Repository.list, registry)
    assert (repository.name, repository.tag_count, repository.latest_tag.tag) == ("team/web", 3, "v3")
    newest, *older = await call(repository.listTags)
    assert newest == repository.latest_tag
    for tag in older:
        await call(tag.deleteByDigest)
    assert [tag.tag for tag in await call(repository.listTags)] == ["v3"]

    run = await call(registry.start_garbage_collection)
    await call(run.wait)
    assert (run.status, run.freed_bytes, run.blobs_deleted) == ("succeeded", 2_000_000, 4)
    api.clock.advance(60)
    await call(registry.load)
    assert registry.storage_usage_bytes == 1_000_000

    assert await call(registry.delete) == {"status": "deleted"}
    assert await call(registry.delete) == {"status": "deleted"}
    assert await call(Registry.list) == []


# The registry itself


async def test_without_a_name_it_is_the_only_one_that_the_account_has(shop, api, call):
    await shop()
    registry = Registry()
    assert await call(registry.load) == "shop"
    assert (registry.name, registry.region) == ("shop", "fra1")
    assert registry.subscription.tier.slug == "professional"
    assert isinstance(registry.created_at, datetime)
    assert registry.storage_usage_bytes == 0
    assert registry.storage_usage_bytes_updated_at == registry.created_at
    assert (await call(Registry().getDockerCredentials)).cred["auths"].keys() == {HOST}
    assert [r.name for r in await call(Repository.list, Registry())] == []
    run = await call(Registry().start_garbage_collection)
    assert run.registry_name == "shop"
    assert await call(Registry().delete) == {"status": "deleted"}
    assert await call(Registry.list) == []
    with pytest.raises(do.ResourceNotFoundError):
        await call(Registry().load)


def test_an_attribute_that_is_read_fetches_the_only_one(api):
    do_not_exist = Registry()
    Registry.new(name="shop")
    assert do_not_exist.created_at == Registry({"name": "shop"}).created_at
    assert Registry().json()["name"] == "shop"


async def test_of_several_each_is_known_by_its_name(shop, call):
    one, two = await shop("one"), await shop("two")
    for nameless in (Registry().load, Registry().delete, Registry().getDockerCredentials):
        with pytest.raises(do.errors.PreconditionFailedError, match="/v2/registries"):
            await call(nameless)
    found = await call(Registry.fetch, "two")
    assert (found, found.region, found.subscription) == (two, "fra1", None)
    listed = await call(Registry.list)
    assert listed == [one, two]
    assert {r.subscription.tier.slug for r in listed} == {"professional"}
    assert await call(Registry.list, page=2, per_page=1) == [two]
    assert secret_of(await call(two.getDockerCredentials)) != secret_of(await call(one.getDockerCredentials))
    await call(two.delete)
    assert await call(Registry().load) == "one"


async def test_a_name_is_unique_and_of_a_form(shop, call):
    await shop()
    with pytest.raises(do.errors.ConflictError, match="name already exists"):
        await shop()
    for name, valid in {"shop": False, "Shop": False, "": False, "a" * 64: False, "shop-2": True}.items():
        assert await call(Registry().validate, name) is valid
        assert await call(Registry.validate, name=name) is valid
    assert len(await call(Registry.list)) == 1


async def test_validate_hides_no_other_error(script, call):
    script.answer(403, {"id": "forbidden", "message": "no"})
    with pytest.raises(do.ClientForbiddenError):
        await call(Registry.validate, "shop")


async def test_a_region_can_be_an_object(api, call):
    region = do.Region()
    region.slug = "syd1"
    registry = await call(Registry.new, name="shop", region=region)
    assert registry.region == "syd1"


async def test_plans_are_read_and_changed(api, call):
    await call(Registry.new, name="shop")
    assert (await call(Registry.get_subscription)).tier.slug == "starter"
    options = await call(Registry.get_options)
    assert "syd1" in options.available_regions
    by_slug = {t.slug: t for t in options.subscription_tiers}
    assert (by_slug["basic"].included_repositories, by_slug["basic"].eligible) == (5, True)
    changed = await call(Registry.update_subscription, "basic")
    assert changed.tier.name == "Basic"
    assert isinstance(changed.updated_at, datetime)
    assert (await call(Registry.get_subscription)) == changed
    for name in ("web", "worker"):
        api.emulator.push("shop", name)
    with pytest.raises(do.errors.PreconditionFailedError, match="OverRepositoryLimit"):
        await call(Registry.update_subscription, "starter")
    refused = {t.slug: t.eligibility_reasons for t in (await call(Registry.get_options)).subscription_tiers}
    assert refused == {"starter": ["OverRepositoryLimit"], "basic": [], "professional": []}


async def test_what_the_api_cannot_do_says_what_can_be_done(api, call):
    for operation, hint in (
        (Registry().save, "update_subscription"),
        (Repository("shop").create, "pushed"),
        (Repository("shop").save, "another name"),
        (RepositoryTag("shop", "web").create, "docker push"),
        (RepositoryTag("shop", "web").save, "docker push"),
        (RepositoryManifest("shop", "web").create, "docker push"),
        (GarbageCollection("shop").create, "start_garbage_collection"),
        (GarbageCollection("shop").delete, "cancel"),
    ):
        with pytest.raises(do.ClientError, match=hint):
            await call(operation)


# Repositories, tags, images


async def test_a_repository_knows_its_latest_tag(shop, api, call):
    await shop()
    pushed = api.emulator.push("shop", "team/web", "v1")
    (listed,) = await call(Repository.list, "shop", page=1, per_page=10)
    built = Repository("shop", {"name": "team/web"})
    await call(built.load)
    assert listed == built
    for repository in (listed, built):
        assert (repository.registry_name, repository.name, repository.tag_count) == ("shop", "team/web", 1)
        latest = repository.latest_tag
        assert isinstance(latest, RepositoryTag)
        assert latest.json() == pushed
        assert repository.latest_manifest is None
    assert await call(listed.latest_tag.delete) == {"status": "deleted"}
    await call(built.load)
    assert (built.latest_tag, built.tag_count) == (None, 0)


async def test_repositories_are_listed_with_their_images_too(shop, api, call):
    registry = await shop()
    for name in ("a", "b", "c"):
        api.emulator.push("shop", name)
    first = await call(Repository.list_v2, registry, per_page=2)
    assert [(r.name, r.manifest_count, r.tag_count) for r in first] == [("a", 1, 1), ("b", 1, 1)]
    assert isinstance(first[0].latest_manifest, RepositoryManifest)
    assert first[0].latest_manifest.tags == ["latest"]
    assert first.has_next
    assert await call(first[0].delete) == {"status": "deleted"}
    rest = await call(Repository.list_v2, registry, per_page=2, page_token=first.next_token)
    assert [r.name for r in rest] == ["c"]
    assert (rest.has_next, rest.next_token) == (False, None)
    assert [r.name for r in await call.items(Repository.list_v2.all("shop"))] == ["b", "c"]
    assert [r.name for r in await call.items(Repository.list.all("shop"))] == ["b", "c"]


async def test_every_attribute_of_a_tag(shop, api, call):
    await shop()
    pushed = api.emulator.push("shop", "team/web", "v1", size=5000)
    api.clock.advance(60)
    repository = Repository("shop", {"name": "team/web"})
    (listed,) = await call(RepositoryTag.list, "shop", repository)
    assert await call(repository.list_tags, page=1, per_page=5) == [listed]
    assert (listed.registry_name, listed.repository, listed.tag) == ("shop", "team/web", "v1")
    assert listed.manifest_digest == pushed["manifest_digest"]
    assert (listed.compressed_size_bytes, listed.size_bytes) == (5000, 10_000)
    assert listed.updated_at == datetime.fromisoformat(pushed["updated_at"])
    assert listed.updated_at.tzinfo is UTC
    built = RepositoryTag(Registry({"name": "shop"}), repository, {"tag": "v1"})
    assert await call(built.load) == "v1"
    assert built == listed
    assert built.size_bytes == 10_000


async def test_a_tag_is_deleted_by_its_name_and_by_its_digest(shop, api, call):
    await shop()
    for tag in ("v1", "v2", "v3"):
        api.emulator.push("shop", "team/web", tag)
    repository = Repository("shop", {"name": "team/web"})
    assert await call(RepositoryTag("shop", "team/web", {"tag": "v1"}).delete) == {"status": "deleted"}
    assert [t.tag for t in await call(repository.list_tags)] == ["v3", "v2"]
    assert len(await call(repository.list_manifests)) == 3  # the image is still there
    assert await call(RepositoryTag("shop", "team/web", {"tag": "v2"}).deleteByDigest) == {"status": "deleted"}
    assert len(await call(repository.list_manifests)) == 2
    (left,) = await call(repository.list_tags)
    assert await call(repository.delete_tag, left) == {"status": "deleted"}
    assert await call(repository.list_tags) == []
    assert await call(RepositoryTag("shop", "team/web", {"tag": "v1"}).delete) == {"status": "deleted"}
    with pytest.raises(do.ResourceNotFoundError, match="v2"):
        await call(RepositoryTag("shop", "team/web", {"tag": "v2"}).deleteByDigest)


async def test_images_are_listed_and_deleted_with_a_tag_or_without(shop, api, call):
    await shop()
    old = api.emulator.push("shop", "web", size=1000)["manifest_digest"]
    new = api.emulator.push("shop", "web", size=2000)["manifest_digest"]
    api.clock.advance(60)
    repository = Repository("shop", {"name": "web"})
    tagged, untagged = await call(RepositoryManifest.list, "shop", "web")
    assert (tagged.digest, tagged.tags, untagged.digest, untagged.tags) == (new, ["latest"], old, [])
    assert (tagged.registry_name, tagged.repository) == ("shop", "web")
    assert (tagged.compressed_size_bytes, tagged.size_bytes) == (2000, 4000)
    assert sum(blob.compressed_size_bytes for blob in tagged.blobs) == 2000
    assert isinstance(tagged.updated_at, datetime)
    built = RepositoryManifest("shop", repository, {"digest": old})
    await call(built.load)
    assert built == untagged
    assert await call(untagged.delete) == {"status": "deleted"}
    assert await call(repository.list_manifests) == [tagged]
    assert await call(repository.delete_manifest, tagged) == {"status": "deleted"}
    assert await call(Repository.list_v2, "shop") == []


async def test_the_same_name_elsewhere_is_something_else(shop, api, call):
    for name in ("one", "two"):
        await shop(name)
        for repository in ("web", "worker"):
            api.emulator.push(name, repository)
    tags = [
        tag
        for name in ("one", "two")
        for repository in await call(Repository.list, name)
        for tag in await call(repository.list_tags)
    ]
    assert len(set(tags)) == 4
    assert {(t.registry_name, t.repository) for t in tags} == {
        (r, n) for r in ("one", "two") for n in ("web", "worker")
    }
    for twin in (copy.copy(tags[0]), pickle.loads(pickle.dumps(tags[0]))):
        assert (twin, twin.registry_name, twin.repository) == (tags[0], "one", "web")
    built = Repository("two", {"name": "web"})
    twin = pickle.loads(pickle.dumps(built))
    assert (twin, twin.registry_name) == (built, "two")
    assert built != Repository("one", {"name": "web"})


async def test_a_repository_that_is_given_another_name_stays_in_its_registry(shop, api, call):
    await shop()
    for name in ("web", "worker"):
        api.emulator.push("shop", name, name)
    repository, _ = await call(Repository.list, "shop")
    repository.name = "worker"
    assert repository.registry_name == "shop"
    await call(repository.load)
    assert repository.latest_tag.tag == "worker"


async def test_where_something_is_has_to_be_known(script, call):
    with pytest.raises(do.ClientError, match="registry_name"):
        await call(Repository(None, {"name": "web"}).list_tags)
    with pytest.raises(do.ClientError, match="repository_name"):
        await call(RepositoryTag("shop", "", {"tag": "v1"}).delete)
    with pytest.raises(do.ClientError, match="Registry is meant"):
        Repository(Registry())
    assert not script.requests


async def test_names_go_into_the_path_encoded(script, call):
    script.answer(204).answer(204)
    await call(RepositoryTag("shop", "team/web", {"tag": "v1"}).delete)
    tag = RepositoryTag("shop", "team/web", {"tag": "v1", "manifest_digest": "sha256:ab"})
    await call(tag.delete_by_digest)
    assert script.asked == [
        "DELETE /registries/shop/repositories/team%2Fweb/tags/v1",
        "DELETE /registries/shop/repositories/team%2Fweb/digests/sha256%3Aab",
    ]


# Garbage


async def test_a_garbage_collection_is_followed(shop, api, call):
    registry = await shop()
    api.emulator.push("shop", "web", size=1000)
    api.emulator.push("shop", "web", size=2000)
    with pytest.raises(do.ResourceNotFoundError):
        await call(registry.get_garbage_collection)
    run = await call(registry.start_garbage_collection, "untagged manifests and unreferenced blobs")
    assert (run.status, run.registry_name, run.freed_bytes) == ("requested", "shop", 0)
    assert await call(registry.get_garbage_collection) == run
    with pytest.raises(do.errors.ConflictError):
        await call(registry.start_garbage_collection)
    with pytest.raises(do.errors.ConflictError, match="read-only"):
        await call(Repository("shop", {"name": "web"}).delete)
    seen: list[str] = []
    assert await call(run.wait, every=10, on_progress=lambda p: seen.append(p.resources[0].status)) is run
    assert list(dict.fromkeys(seen)) == [
        "requested",
        "waiting for write JWTs to expire",
        "scanning manifests",
        "deleting unreferenced blobs",
        "succeeded",
    ]
    assert (run.blobs_deleted, run.freed_bytes) == (2, 1000)
    assert run.updated_at > run.created_at
    assert await call(registry.list_garbage_collections) == [run]
    assert await call(GarbageCollection.list, registry) == [run]
    found = GarbageCollection("shop", {"uuid": run.uuid})
    await call(found.load)
    assert found.json() == run.json()
    assert await call(run.wait) is run  # what has ended is not waited for


async def test_a_garbage_collection_is_cancelled(shop, api, call):
    registry = await shop()
    run = await call(registry.start_garbage_collection, "unreferenced blobs only")
    assert await call(run.cancel) is run
    assert run.status == "cancelling"
    with pytest.raises(do.NeverReady, match="cancelling"):
        await call(run.wait)
    api.clock.advance(60)
    with pytest.raises(do.NeverReady, match="cancelled"):
        await call(GarbageCollection(registry, {"uuid": run.uuid}).wait)
    with pytest.raises(do.errors.UnprocessableError, match="has ended"):
        await call(run.cancel)


async def test_many_garbage_collections_are_waited_for_together(shop, api, call):
    runs = [await call((await shop(name)).start_garbage_collection) for name in ("one", "two")]
    assert await call(do.wait_all, runs) == runs
    assert [run.status for run in runs] == ["succeeded", "succeeded"]


async def test_a_wait_for_a_garbage_collection_ends(shop, api, call):
    registry = await shop()
    api.emulator.push("shop", "web")
    run = await call(registry.start_garbage_collection)
    with pytest.raises(do.WaitTimeout):
        await call(run.wait, timeout=60)


# What Docker signs in with


async def test_credentials_are_asked_for_as_they_are_needed(script, call):
    for _ in range(3):
        script.answer(200, {"auths": {HOST: {"auth": "c2VjcmV0"}}})
    await call(Registry({"name": "shop"}).getDockerCredentials, True, 3600)
    await call(Registry().get_docker_credentials)
    await call(Registry().get_docker_credentials, read_write=True, expiry_seconds=60)
    assert script.asked == [
        "GET /registries/shop/docker-credentials?read_write=true&expiry_seconds=3600",
        "GET /registry/docker-credentials?read_write=false",
        "GET /registry/docker-credentials?read_write=true&expiry_seconds=60",
    ]


async def test_credentials_go_into_a_new_configuration(shop, call, tmp_path, monkeypatch):
    registry = await shop()
    credentials = await call(registry.getDockerCredentials)
    monkeypatch.setenv("HOME", str(tmp_path))
    credentials.apply()
    file = tmp_path / ".docker" / "config.json"
    assert json.loads(file.read_text()) == credentials.getJSON() == {"auths": {HOST: {"auth": secret_of(credentials)}}}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    monkeypatch.setenv("PLACE", str(tmp_path / "elsewhere"))
    credentials.apply("$PLACE/config.json")
    credentials.apply(file_name="~/third.json")
    credentials.apply(tmp_path / "fourth.json")
    for name in ("elsewhere/config.json", "third.json", "fourth.json"):
        assert json.loads((tmp_path / name).read_text()) == credentials.get_json()


def test_without_a_home_in_the_environment_the_user_s_own_is_meant(tmp_path, monkeypatch):
    from dopyapi.registry.credentials import expanded

    monkeypatch.delenv("HOME", raising=False)
    assert expanded("$HOME/.docker/config.json") == expanded("~/.docker/config.json")
    assert "$" not in expanded("$HOME/.docker/config.json")


@pytest.mark.parametrize(
    "before",
    [OTHER, {k: v for k, v in OTHER.items() if k != "auths"}, {**OTHER, "auths": None}, {}, b"", b" \n"],
    ids=["others", "no auths", "auths null", "nothing", "empty", "blank"],
)
def test_everything_else_in_the_configuration_stays(tmp_path, before):
    file = tmp_path / "config.json"
    file.write_bytes(before if isinstance(before, bytes) else json.dumps(before).encode())
    file.chmod(0o644)
    DockerCredentials({"auths": {HOST: {"auth": "one"}}}).apply(file)
    DockerCredentials({"auths": {HOST: {"auth": "two"}}}).apply(file)
    known: dict[str, Any] = {} if isinstance(before, bytes) else before
    expected = {**known, "auths": {**(known.get("auths") or {}), HOST: {"auth": "two"}}}
    assert json.loads(file.read_text()) == expected
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["config.json"]


@pytest.mark.parametrize(
    "broken",
    [b'{"auths": {"ghcr.io": {"auth": "hidden"}}', b"[]", b'{"auths": "hidden"}', b'{"auths": []}', b"\xff\xfehidden"],
    ids=["cut short", "a list", "auths a text", "auths a list", "no text"],
)
def test_what_is_no_configuration_is_left_as_it_is(tmp_path, broken):
    file = tmp_path / "config.json"
    file.write_bytes(broken)
    with pytest.raises(do.ClientError, match="left as it is") as refused:
        DockerCredentials({"auths": {HOST: {"auth": "one"}}}).apply(file)
    assert str(file) in str(refused.value)
    assert "hidden" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert file.read_bytes() == broken


def test_a_failure_while_writing_leaves_the_configuration(tmp_path, monkeypatch):
    file = tmp_path / "config.json"
    file.write_text(json.dumps(OTHER))
    before = file.read_bytes()

    def fails(*arguments: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("os.fsync", fails)
    with pytest.raises(OSError, match="disk full"):
        DockerCredentials({"auths": {HOST: {"auth": "one"}}}).apply(file)
    assert file.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["config.json"]


def test_credentials_that_hold_none_are_not_applied(tmp_path):
    for empty in ({}, {"auths": {}}, {"auths": None}):
        with pytest.raises(do.ClientError, match="no credentials"):
            DockerCredentials(empty).apply(tmp_path / "config.json")
    with pytest.raises(do.ClientError, match="object"):
        DockerCredentials("auth")  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


def test_credentials_show_nowhere():
    cred = {"auths": {HOST: {"auth": "hidden", "more": ["hidden"]}}}
    credentials = DockerCredentials(cred)
    assert HOST in repr(credentials)
    for shown in (repr(credentials), str(credentials), f"{credentials.cred}", repr(vars(credentials))):
        assert "hidden" not in shown
    assert credentials.cred["auths"][HOST]["auth"] == "hidden"
    assert credentials.cred is not cred
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(credentials)
    for twin in (copy.copy(credentials), copy.deepcopy(credentials)):
        assert twin == credentials
        assert twin.getJSON() == cred
    assert json.loads(json.dumps(credentials, cls=do.DOJSONEncoder)) == cred
    assert credentials != DockerCredentials({"auths": {}})
