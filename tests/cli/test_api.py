"""`dopy api`: any request."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import pytest

import dopyapi as do
from dopyapi._facts import operations
from dopyapi.cli.failing import Failure
from dopyapi.cli.raw.bodies import body_of
from dopyapi.cli.raw.places import operation_of, url_of
from dopyapi.cli.raw.walking import everything, listed
from dopyapi.testing import Emulated

from .conftest import Dopy


def test_requests_of_every_kind(dopy: Dopy, digitalocean: Emulated) -> None:
    made = dopy("api", "POST", "/v2/tags", "-d", "name=web")
    assert made.json["tag"]["name"] == "web", made.err
    assert dopy.inside("api", "tags", "-o", "name").lines == ["web"]
    records = "domains/example.com/records"
    dopy.inside("api", "POST", "domains", "-d", '{"name": "example.com"}')
    record = ["-d", "type=A", "-d", "name=www", "-d", "data=192.0.2.1", "-d", "ttl=60"]
    number = dopy.inside("api", "post", records, *record, "--query", "domain_record.id").out.strip()
    changed = dopy.inside("api", "PATCH", f"{records}/{number}", "-d", "ttl=120")
    assert changed.json["domain_record"]["ttl"] == 120
    shown = dopy.inside("api", "GET", records, "-d", "type=A", "--columns", "name,ttl", "-o", "table")
    assert shown.out.splitlines()[1].split() == ["www", "120"]
    held = dopy.inside("api", "DELETE", "tags/web", "--dry-run")
    assert held.out.splitlines()[0] == "DELETE /v2/tags/web"
    assert dopy.inside("api", "DELETE", "tags/web").status == 2
    assert [each["name"] for each in digitalocean.state["tags"]] == ["web"]
    gone = dopy.inside("api", "DELETE", "tags/web", "--yes")
    assert (gone.status, gone.out) == (0, "")
    assert digitalocean.state["tags"] == []
    nothing = dopy.inside("api", "GET", "tags/web")
    assert nothing.status == 3
    assert nothing.err.startswith("dopy: GET /tags/web: 404 not_found: ")
    wrong = dopy.inside("api", "FETCH", "tags")
    assert (wrong.status, wrong.out) == (2, "")
    not_emulated = dopy.inside("api", "GET", "/v1/models")
    assert not_emulated.status == 1
    assert "inference_list_models is not emulated yet" in not_emulated.err


def test_a_listing_is_walked_whole(dopy: Dopy, digitalocean: Emulated) -> None:
    digitalocean.emulator.seed({"tags": [f"t{n}" for n in range(450)]})
    found = dopy.inside("api", "GET", "tags", "--all").json
    assert sorted(each["name"] for each in found["tags"]) == sorted(f"t{n}" for n in range(450))
    assert found["meta"] == {"total": 450}
    client = digitalocean.client
    assert everything(client, "/tags?foo=1", {})["meta"]["total"] == 450
    for path, why in (("/account", "no listing"), ("/tags?page=2", "one or the other")):
        with pytest.raises(Failure, match=why):
            everything(client, path, {})


def test_what_is_a_listing() -> None:
    assert listed({"droplets": [], "links": {}, "meta": {}}) == "droplets"
    assert listed({"ssh_keys": None, "meta": {}}) == "ssh_keys"
    assert listed({"droplet": {"id": 1}}) is None
    assert listed({"a": [], "b": []}) is None
    assert listed([1]) is None


@pytest.mark.parametrize(
    ("typed", "body"),
    [
        ([], None),
        (['{"a": [1]}'], {"a": [1]}),
        (["[1, 2]"], [1, 2]),
        (["name=web", "size=5", "on=true", "off=null", "text=a,b=c"],
         {"name": "web", "size": 5, "on": True, "off": None, "text": "a,b=c"}),
        (['id="5"', "ids=[1, 2]"], {"id": "5", "ids": [1, 2]}),
        (["tags[]=a", "tags[]=b", "rule.port=22"], {"tags": ["a", "b"], "rule": {"port": 22}}),
        (['{"a": 1}', "b=2"], {"a": 1, "b": 2}),
    ],
)  # fmt: skip
def test_bodies(typed: list[str], body: Any) -> None:
    assert body_of(typed) == body


def test_bodies_of_files(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"a": 1}')
    (tmp_path / "a.yaml").write_text("a: 1\n")
    (tmp_path / "raw").write_bytes(b"\xff\x00")
    (tmp_path / "text").write_text("#!/bin/sh\n")
    assert body_of([f"@{tmp_path}/a.json"]) == body_of([f"@{tmp_path}/a.yaml"]) == {"a": 1}
    assert body_of([f"@{tmp_path}/raw"]) == b"\xff\x00"
    assert body_of([f"user_data=@{tmp_path}/text"]) == {"user_data": "#!/bin/sh\n"}
    for typed in (["x"], ["{no"], ["[1]", "a=1"], ["a=1", "a.b=2"], ["a=1", "a[]=2"], ["@/nowhere"], [".=1"]):
        with pytest.raises(click.BadParameter):
            body_of(typed)


def test_every_operation_of_the_document_is_reached() -> None:
    client = do.Client("token-of-a-test")
    unreached = []
    for operation in operations():
        path = operation.path.replace("{", "").replace("}", "")
        if operation.host == "{agent_url}" or "<" in operation.path:
            unreached.append(operation.id)  # a URL and a key of their own
            continue
        by, url = url_of(client, operation.method, path)
        sent = by._request(operation.method, url, None, None, None, None).url
        assert sent == f"https://{operation.host or 'api.digitalocean.com'}{path}"
        assert operation_of(operation.method, path).path == operation.path
    assert unreached == ["agentInference_create_chat_completion", "inference_upload_batch_file"]


def test_the_token_goes_nowhere_else() -> None:
    client = do.Client("token-of-a-test")
    for url in ("https://example.com/v2/droplets", "https://api.digitalocean.com.example.com/v2/x", "//example.com/x"):
        with pytest.raises(Failure, match="the only place this token is sent to"):
            url_of(client, "GET", url)
    with pytest.raises(Failure, match=r"put an identifier in the place of \{id\}"):
        url_of(client, "GET", "/v2/droplets/{id}/actions")
    assert url_of(client, "GET", "https://api.digitalocean.com/v2/droplets?page=2")[1] == "/droplets?page=2"
    elsewhere = do.Client("token-of-a-test", "http://127.0.0.1:1/prefix")
    assert elsewhere._request("GET", url_of(elsewhere, "GET", "tags/a b")[1], None, None, None, None).url == (
        "http://127.0.0.1:1/prefix/v2/tags/a%20b"
    )


def test_json_that_is_shown_is_the_answer(dopy: Dopy) -> None:
    shown = dopy.inside("api", "GET", "account")
    assert json.loads(shown.out)["account"]["email"] == "developer@example.com"
    assert dopy.inside("api", "HEAD", "account").json["status"] == 200
