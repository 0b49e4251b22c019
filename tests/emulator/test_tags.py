from __future__ import annotations

import pytest

from .conftest import Account


def _of(*droplets: dict) -> dict:
    return {"resources": [{"resource_id": str(d["id"]), "resource_type": "droplet"} for d in droplets]}


def test_creating_a_tag_twice_is_once_and_its_first_spelling_stays(account: Account):
    first = account("POST", "/v2/tags", {"name": "Web"})
    assert (first.status, first["tag"]["name"], first["tag"]["resources"]["count"]) == (201, "Web", 0)
    assert account("POST", "/v2/tags", {"name": "web"})["tag"] == first["tag"]
    assert account.get("/v2/tags/WEB")["tag"] == first["tag"]
    assert account.get("/v2/tags")["meta"]["total"] == 1
    assert account("GET", "/v2/tags/missing").message == "The resource you requested could not be found."


@pytest.mark.parametrize("name", ["with space", "ü", "a" * 256, "semi;colon"])
def test_what_cannot_be_a_tag_is_refused_in_the_form_of_tags(account: Account, name):
    reply = account("POST", "/v2/tags", {"name": name})
    assert (reply.status, reply["error"], reply["root_causes"]) == (400, "bad_request", [])
    assert "letters, digits" in reply["messages"][0]


def test_tagging_counts_and_remembers_the_last(account: Account):
    one, two = account.droplet(), account.droplet()
    assert account("POST", "/v2/tags/db:main/resources", _of(one)).status == 204
    assert account("POST", "/v2/tags/db:main/resources", _of(two, two)).status == 204
    resources = account.get("/v2/tags/db:main")["tag"]["resources"]
    uri = f"http://emulator.test/v2/droplets/{two['id']}"
    assert (resources["count"], resources["last_tagged_uri"]) == (2, uri)
    assert resources["droplets"] == {"count": 2, "last_tagged_uri": uri}
    assert [resources[kind]["count"] for kind in ("images", "volumes", "volume_snapshots", "databases")] == [0] * 4
    assert account.get(f"/v2/droplets/{one['id']}")["droplet"]["tags"] == ["db:main"]
    assert account("DELETE", "/v2/tags/DB:MAIN/resources", _of(two)).status == 204
    resources = account.get("/v2/tags/db:main")["tag"]["resources"]
    assert (resources["count"], resources["last_tagged_uri"]) == (1, f"http://emulator.test/v2/droplets/{one['id']}")
    assert account.get(f"/v2/droplets/{two['id']}")["droplet"]["tags"] == []


def test_a_deleted_tag_is_gone_everywhere_and_the_resources_stay(account: Account):
    droplet = account.droplet(tags=["a", "b"])
    assert account("DELETE", "/v2/tags/a").status == 204
    assert account("DELETE", "/v2/tags/a").status == 404
    assert account.get(f"/v2/droplets/{droplet['id']}")["droplet"]["tags"] == ["b"]
    assert account.get("/v2/droplets?tag_name=a")["droplets"] == []
    account("POST", "/v2/tags", {"name": "a"})
    assert account.get("/v2/tags/a")["tag"]["resources"]["count"] == 0


def test_tags_given_at_creation_keep_their_first_spelling(account: Account):
    account("POST", "/v2/tags", {"name": "Web"})
    assert account.droplet(tags=["web", "WEB", "new"])["tags"] == ["Web", "new"]
    assert sorted(t["name"] for t in account.get("/v2/tags")["tags"]) == ["Web", "new"]


def test_what_is_not_there_cannot_be_tagged(account: Account):
    droplet = account.droplet()
    assert account("POST", "/v2/tags/t/resources", _of(droplet, {"id": 1})).status == 404
    assert account.get(f"/v2/droplets/{droplet['id']}")["droplet"]["tags"] == []
    assert account("GET", "/v2/tags/t").status == 404
    wrong = {"resources": [{"resource_id": "1", "resource_type": "cat"}]}
    assert account("POST", "/v2/tags/t/resources", wrong).status == 422
    assert account("POST", "/v2/tags/t/resources", {}).status == 422
    assert account("POST", "/v2/tags/no%20spaces/resources", _of(droplet)).status == 422
    assert account("DELETE", "/v2/tags/missing/resources", _of(droplet)).status == 404
    for kind in ("image", "volume", "volume_snapshot", "database"):
        wrong = {"resources": [{"resource_id": "1", "resource_type": kind}]}
        assert account("POST", "/v2/tags/t/resources", wrong).status == 404
