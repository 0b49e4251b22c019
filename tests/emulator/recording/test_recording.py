"""What is recorded of a real server has no secret in it, and answers as that server did."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

import dopyapi as do
import dopyapi.testing
from dopyapi.emulator.recording import Fixture, FixtureError
from dopyapi.testing.emulated import Emulated

from .conftest import recorder, text_of

USER_DATA = "#cloud-config\nwrite_files: [{path: /root/key, content: hunter2-and-more}]"
TOKEN = "dop_v1_" + "0123456789abcdef" * 4


def ask(url: str, method: str = "GET", body: object = None, token: str = TOKEN) -> tuple[int, dict]:
    """Status and answer of one request by a client that is not ours."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"authorization": f"Bearer {token}"} | ({"content-type": "application/json"} if data else {})
    try:
        with urlopen(Request(url, data, headers, method=method), timeout=20) as answer:
            text = answer.read()
            return answer.status, json.loads(text) if text else {}
    except HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def secrets_in(value: object) -> set[str]:
    """The passwords, and what has them inside, of an answer."""
    if isinstance(value, dict):
        named = {v for k, v in value.items() if k in ("password", "uri", "auth") and isinstance(v, str) and v}
        return named.union(*map(secrets_in, value.values()))
    return set().union(*map(secrets_in, value)) if isinstance(value, list) else set()


def test_what_is_recorded_is_played_back_to_another_client(account: Emulated, tmp_path: Path) -> None:
    path = tmp_path / "account.jsonl"
    with account.serve() as real, recorder(real.url, path) as url:
        before = ask(f"{url}/v2/droplets?per_page=2&page=1")
        assert before[1]["links"]["pages"]["next"].startswith(f"{url}/"), "a client that follows links stays with us"
        made = ask(f"{url}/v2/tags", "POST", {"name": "new"})
        twice = ask(f"{url}/v2/tags", "POST", {"name": "new"})
        missing = ask(f"{url}/v2/droplets/1")
    assert (made[0], missing[0]) == (201, 404)
    with dopyapi.testing.replay(path) as replayed, replayed.serve() as server:
        again = ask(f"{server.url}/v2/droplets?page=1&per_page=2", token="another")
        assert json.dumps(again[1]).replace(server.url, "") == json.dumps(before[1]).replace(url, "")
        assert ask(f"{server.url}/v2/tags", "POST", {"name": "new"}) == made
        assert ask(f"{server.url}/v2/tags/", "POST", {"name": "new"}) == twice, "the same again has its own answer"
        assert ask(f"{server.url}/v2/droplets/1") == missing
        status, why = ask(f"{server.url}/v2/droplets/2")
        assert status == 501
        assert "/v2/droplets/1" in why["message"], "the nearest is named"
        assert not replayed.recording.unplayed
        assert replayed.recording.missed == ["GET /v2/droplets/2"]


def test_our_own_client_is_recorded_and_played_back(account: Emulated, tmp_path: Path) -> None:
    path = tmp_path / "account.jsonl"
    with (
        account.serve() as real,
        recorder(real.url, path) as url,
        do.Client(TOKEN, url) as client,
        do.using(client),
    ):
        names = [droplet.name for droplet in do.Droplet.list()]
        do.Tag.new(name="recorded")
    with dopyapi.testing.replay(path):
        assert [droplet.name for droplet in do.Droplet.list()] == names
        assert do.Tag.new(name="recorded").name == "recorded"
        with pytest.raises(do.DOPyError, match="was not recorded"):
            do.Tag.new(name="never")


def test_requests_out_of_order_are_refused_where_order_is_asked_for(account: Emulated, tmp_path: Path) -> None:
    path = tmp_path / "account.jsonl"
    with account.serve() as real, recorder(real.url, path) as url:
        ask(f"{url}/v2/account")
        ask(f"{url}/v2/droplets")
    with dopyapi.testing.replay(path, strict_order=True) as replayed, replayed.serve() as server:
        assert ask(f"{server.url}/v2/droplets")[0] == 501
        assert ask(f"{server.url}/v2/account")[0] == 200
        assert ask(f"{server.url}/v2/droplets")[0] == 200
        assert ask(f"{server.url}/v2/droplets")[0] == 501, "each once"


def test_no_secret_reaches_the_disk(account: Emulated, tmp_path: Path) -> None:
    path = tmp_path / "account.jsonl"
    secrets = {TOKEN, "hunter2-and-more", "ops@example.com"}
    with account.serve() as real, recorder(real.url, path) as url:
        droplet = {"name": "x", "region": "ams3", "size": "s-1vcpu-1gb", "image": "debian-12-x64"}
        assert ask(f"{url}/v2/droplets", "POST", droplet | {"user_data": USER_DATA})[0] == 202
        databases = ask(f"{url}/v2/databases")[1]["databases"]
        secrets |= secrets_in(databases)
        user = ask(f"{url}/v2/databases/{databases[0]['id']}/users", "POST", {"name": "app"})[1]
        secrets |= secrets_in(user)
        cluster = ask(f"{url}/v2/kubernetes/clusters")[1]["kubernetes_clusters"][0]["id"]
        secrets.add(ask(f"{url}/v2/kubernetes/clusters/{cluster}/credentials")[1]["token"])
        ask(f"{url}/v2/account")
        ask(f"{url}/v2/registries", "POST", {"name": "ours", "subscription_tier_slug": "basic", "region": "fra1"})
        credentials = ask(f"{url}/v2/registries/ours/docker-credentials")[1]
        secrets |= secrets_in(credentials)
        with urlopen(
            Request(f"{url}/v2/kubernetes/clusters/{cluster}/kubeconfig", headers={"authorization": f"Bearer {TOKEN}"}),
            timeout=20,
        ) as answer:
            kubeconfig = answer.read().decode()
    secrets |= {line.split(":", 1)[1].strip() for line in kubeconfig.splitlines() if "token:" in line}
    assert len(secrets) > 8, "the test would show nothing"
    text = text_of(path)
    assert {secret for secret in secrets if secret in text} == set()
    assert "scrubbedPassword" in text
    assert "scrubbedData" in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_scrubbed_answer_still_fits_itself(account: Emulated, tmp_path: Path) -> None:
    path = tmp_path / "account.jsonl"
    with account.serve() as real, recorder(real.url, path) as url:
        ask(f"{url}/v2/databases")
    (exchange,) = Fixture.read(path)
    database = exchange.answer.json["databases"][0]
    password = database["users"][0]["password"]
    assert password.startswith("scrubbed")
    assert f":{password}@" in database["connection"]["uri"], "the same secret has the same placeholder everywhere"
    assert database["connection"]["password"] == password


def test_a_recording_is_gone_on_with_only_when_told(account: Emulated, tmp_path: Path) -> None:
    path = tmp_path / "account.jsonl"
    with account.serve() as real:
        with recorder(real.url, path) as url:
            ask(f"{url}/v2/account")
        with pytest.raises(FixtureError, match="there already"), recorder(real.url, path):
            pass
        with path.open("ab") as file:
            file.write(b'{"method": "GET", "pa')  # as when the power went
        with recorder(real.url, path, append=True) as url:
            ask(f"{url}/v2/tags")
    assert [exchange.path for exchange in Fixture.read(path)] == ["/v2/account", "/v2/tags"]


def test_an_api_that_is_not_there_is_a_gateway_error(tmp_path: Path) -> None:
    path = tmp_path / "account.jsonl"
    with recorder("http://127.0.0.1:9", path) as url:
        status, why = ask(f"{url}/v2/account")
    assert status == 502
    assert why["id"] == "bad_gateway"
    assert "127.0.0.1:9" in why["message"]
    assert Fixture.read(path) == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is empty"),
        ("hello\n", "no fixture"),
        ('{"dopyapi_fixture": 99}\n', "version 99"),
        ('{"dopyapi_fixture": 1}\nnothing\n', "line 2"),
    ],
)
def test_a_file_that_is_no_fixture_says_so(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "wrong.jsonl"
    path.write_text(text)
    with pytest.raises(FixtureError, match=why), dopyapi.testing.replay(path):
        pass


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://api.example.com", "https"),
        ("https://me:secret@api.example.com", "password"),
        ("ftp://x", "scheme"),
        ("https://api.example.com/v3", "scheme and a host"),
    ],
)
def test_a_token_travels_to_no_place_that_is_not_safe(url: str, why: str) -> None:
    from dopyapi.emulator.recording.upstream import Upstream

    with pytest.raises(ValueError, match=why):
        Upstream(url)
