"""Ways into a Kubernetes cluster, and kubeconfig files."""

from __future__ import annotations

import asyncio
import builtins
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml

import dopyapi as do
from dopyapi.doks import DOKS

POOL = {"name": "web", "size": "s-1vcpu-2gb", "count": 1}
OTHER = """\
apiVersion: v1
kind: Config
preferences:
  colors: true
current-context: home
contexts:
- name: home
  context: {cluster: home, user: me, namespace: dev}
clusters:
- name: home
  cluster: {server: 'https://192.168.1.5:6443', insecure-skip-tls-verify: true}
users:
- name: me
  user: {token: 2026-11-23, username: "0123"}
extensions:
- name: mine
  extension: {since: 2020-01-01, count: 5}
"""


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    """A home without a kubeconfig, and nothing in the environment that names one."""
    monkeypatch.delenv("KUBECONFIG", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def make(api, call):
    """Make a cluster."""

    async def made(name: str = "prod") -> DOKS:
        return await call(DOKS.new, name=name, region="ams3", version="latest", node_pools=[POOL])

    return made


def read(path: Path) -> dict[str, Any]:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in path.parent.iterdir() if p.is_file()] == [path.name], "nothing is left beside it"
    found: dict[str, Any] = yaml.load(path.read_bytes(), yaml.BaseLoader)
    return found


async def test_a_kubeconfig_is_bytes(api, call, make):
    cluster = await make()
    content = await call(cluster.kubeconfig, expiry_seconds=600)
    assert isinstance(content, bytes)
    assert yaml.safe_load(content)["current-context"] == "do-ams3-prod"
    assert await call(cluster.kubeconfig, type="token") != content
    with pytest.raises(do.UnprocessableError, match="single sign-on"):
        await call(cluster.kubeconfig, type="sso")


async def test_a_kubeconfig_is_asked_for_as_yaml(script, call):
    script.answer(200, b"kind: Config\n", {"content-type": "application/yaml"})
    assert await call(DOKS({"id": "c"}).kubeconfig) == b"kind: Config\n"
    assert script.requests[0].headers["accept"] == "application/yaml"
    assert script.asked == ["GET /kubernetes/clusters/c/kubeconfig?expiry_seconds=0"]


async def test_credentials_show_no_secret(api, call, make):
    cluster = await make()
    week, hour = await call(cluster.credentials), await call(cluster.credentials, expiry_seconds=3600)
    names = "server certificate_authority_data client_certificate_data client_key_data token expires_at".split()
    assert isinstance(week, dict)
    assert sorted(week) == sorted(names)
    assert hour.expires_at < week["expires_at"]
    for shown in (repr(week), str(week), f"{week}", repr([week]), repr(cluster)):
        assert week.token not in shown
        assert week.certificate_authority_data not in shown
    assert week.server in repr(week)


async def test_a_new_file_is_the_owner_s_only(call, make, home):
    cluster = await make()
    path = await call(cluster.save_kubeconfig)
    assert path == home / ".kube" / "config"
    config = read(path)
    assert config["current-context"] == "do-ams3-prod"
    assert [c["name"] for c in config["clusters"]] == ["do-ams3-prod"]
    assert len(config["users"][0]["user"]["token"]) == 64


async def test_other_contexts_stay_as_they_are(call, make, home):
    path = home / ".kube" / "config"
    path.parent.mkdir()
    path.write_text(OTHER)
    path.chmod(0o644)
    cluster = await make()
    await call(cluster.save_kubeconfig, set_current=False)
    before, config = yaml.load(OTHER, yaml.BaseLoader), read(path)
    assert config["current-context"] == "home"
    for section in ("contexts", "clusters", "users"):
        assert config[section][0] == before[section][0]
        assert len(config[section]) == 2
    assert config["extensions"] == before["extensions"]
    assert config["preferences"] == {"colors": "true"}
    typed = yaml.safe_load(path.read_bytes())
    assert typed["clusters"][0]["cluster"]["insecure-skip-tls-verify"] is True
    assert typed["users"][0]["user"] == {"token": "2026-11-23", "username": "0123"}

    token = config["users"][1]["user"]["token"]
    await call(cluster.save_kubeconfig, expiry_seconds=60)
    again = read(path)
    assert again["current-context"] == "do-ams3-prod"
    assert [u["name"] for u in again["users"]] == ["me", "do-ams3-prod-admin"]
    assert again["users"][1]["user"]["token"] != token


async def test_a_context_can_have_another_name(call, make, home):
    cluster = await make()
    path = home / "elsewhere" / "kube.yaml"
    assert await call(cluster.save_kubeconfig, str(path)) == path
    await call(cluster.save_kubeconfig, path, context="team-b")
    config = read(path)
    assert [c["name"] for c in config["contexts"]] == ["do-ams3-prod", "team-b"]
    assert config["contexts"][1]["context"] == {"cluster": "team-b", "user": "team-b-admin"}
    assert [u["name"] for u in config["users"]] == ["do-ams3-prod-admin", "team-b-admin"]


async def test_the_file_is_the_one_that_kubectl_uses(call, make, home, monkeypatch):
    cluster = await make()
    one, two = home / "one" / "config", home / "two" / "config"
    monkeypatch.setenv("KUBECONFIG", f"{one}:{two}")
    assert await call(cluster.save_kubeconfig) == two, "none exists, so it is the last"
    two.unlink()
    one.parent.mkdir()
    one.write_text("")
    assert await call(cluster.save_kubeconfig) == one, "the first that exists"
    assert read(one)["current-context"] == "do-ams3-prod"
    assert await call(cluster.save_kubeconfig, "~/mine") == home / "mine"


@pytest.mark.parametrize("content", ["- a list", "users: {a: b}", "users: [just a name]", "a: b: c", "\x00", "5"])
async def test_what_is_no_kubeconfig_is_left_as_it_is(call, make, home, content):
    path = home / "config"
    path.write_text(content)
    cluster = await make()
    with pytest.raises(do.ClientError, match="is no kubeconfig file") as caught:
        await call(cluster.save_kubeconfig, path)
    assert caught.value.__cause__ is None
    assert path.read_text() == content


async def test_an_answer_that_is_no_kubeconfig_changes_nothing(script, call, home):
    for content in (b"", b"kind: Config\n", b"- list"):
        script.answer(200, content)
        with pytest.raises(do.DOError, match="cannot be read"):
            await call(DOKS({"id": "c"}).save_kubeconfig)
    assert not (home / ".kube").exists()


async def test_without_yaml_the_advice_comes_before_any_request(script, call, home, monkeypatch):
    def no_yaml(name, *rest, real=builtins.__import__):
        if name == "yaml":
            raise ImportError("No module named 'yaml'")
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", no_yaml)
    with pytest.raises(ImportError, match=r"pip install 'dopyapi\[yaml\]'"):
        await call(DOKS({"id": "c"}).save_kubeconfig)
    assert not script.requests


async def test_clusters_saved_at_the_same_time_are_all_there(api, call, make, home):
    clusters = [await make(f"c{number}") for number in range(8)]
    if call.name == "aio":
        await asyncio.gather(*(cluster.save_kubeconfig.aio() for cluster in clusters))
    else:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda cluster: cluster.save_kubeconfig.on(api.client)(), clusters))
    assert {c["name"] for c in read(home / ".kube" / "config")["contexts"]} == {f"do-ams3-c{n}" for n in range(8)}
