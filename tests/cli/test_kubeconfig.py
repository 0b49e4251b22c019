"""Clusters in kubeconfig files, read by kubectl where that is installed."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Timer
from typing import Any

import pytest
import yaml

from dopyapi import ClientError
from dopyapi.cli.kubeconfigs.contexts import Owner, free, marked, matching, may_take, usual, without
from dopyapi.doks import DOKS, kubeconfig

from .conftest import Dopy

pytestmark = pytest.mark.digitalocean(speed=0)

POOL = {"name": "web", "size": "s-1vcpu-2gb", "count": 1}
MINE = """\
apiVersion: v1
kind: Config
preferences: {}
current-context: home
contexts:
- name: home
  context: {cluster: home, user: me, namespace: dev}
clusters:
- name: home
  cluster: {server: 'https://192.168.1.5:6443', insecure-skip-tls-verify: true}
users:
- name: me
  user: {token: "0123"}
"""


def cluster(name: str = "prod") -> DOKS:
    made: DOKS = DOKS.new(name=name, region="ams3", version="latest", node_pools=[POOL], wait=True)
    return made


def read(path: Path) -> dict[str, Any]:
    """A file, which has to be a kubeconfig: names that lead to what there is, each once."""
    config: dict[str, Any] = yaml.safe_load(path.read_bytes())
    assert (config["apiVersion"], config["kind"]) == ("v1", "Config")
    names = {section: [each["name"] for each in config[section]] for section in ("clusters", "users", "contexts")}
    assert all(len(set(each)) == len(each) for each in names.values())
    for each in config["contexts"]:
        assert each["context"]["cluster"] in names["clusters"]
        assert each["context"]["user"] in names["users"]
    assert config["current-context"] in ["", *names["contexts"]]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    return config


def kubectl(path: Path, *arguments: str) -> str:
    environment = {"PATH": os.environ["PATH"], "HOME": str(path.parent), "KUBECONFIG": str(path)}
    done = subprocess.run(
        ["kubectl", *arguments], env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout.strip()


def test_clusters_are_saved_beside_what_is_there_and_removed_again(dopy: Dopy) -> None:
    first, _second = cluster("prod"), cluster("staging")
    path = dopy.home / ".kube" / "config"
    path.parent.mkdir()
    path.write_text(MINE)
    saved = dopy("kubeconfig", "save", "prod", "staging")
    assert saved.status == 0, saved.err
    assert "do-ams3-prod@my-team, current from now on" in saved.lines[0]
    assert "current" not in saved.lines[1]
    config = read(path)
    mine = yaml.safe_load(MINE)
    assert config["current-context"] == "do-ams3-prod@my-team"
    for section in ("clusters", "users", "contexts"):
        assert config[section][0] == mine[section][0]
    assert [each["cluster"]["server"] for each in config["clusters"]][1] == first.endpoint
    token = config["users"][1]["user"]["token"]
    assert token not in saved.out + saved.err
    if shutil.which("kubectl"):
        assert kubectl(path, "config", "view", "--minify", "-o", "jsonpath={.clusters[0].cluster.server}") == (
            first.endpoint
        )
        kubectl(path, "config", "set-context", "do-ams3-prod@my-team", "--namespace", "shop")
    else:
        config["contexts"][1]["context"]["namespace"] = "shop"
        path.write_text(yaml.safe_dump(config))

    renewed = dopy.inside("kubeconfig", "save", "prod", "--no-set-current", "--expiry-seconds", "600")
    assert renewed.status == 0, renewed.err
    again = read(path)
    contexts = {each["name"]: each["context"] for each in again["contexts"]}
    assert contexts["do-ams3-prod@my-team"]["namespace"] == "shop", "what the user has set of it stays"
    assert token not in path.read_text()
    assert len(contexts) == 3

    first.delete()
    assert dopy.inside("kubeconfig", "remove", "prod", "staging").status == 0
    left = read(path)
    assert left["contexts"] == mine["contexts"]
    assert left["clusters"] == mine["clusters"]
    assert left["users"] == mine["users"]
    missing = dopy.inside("kubeconfig", "remove", "prod")
    assert missing.status == 3
    assert "nothing was removed" in missing.err


def test_kubectl_can_ask_for_each_token(dopy: Dopy) -> None:
    made = cluster()
    file = dopy.home / "renewed"
    saved = dopy.inside(
        "kubeconfig", "save", "prod", "--renew", "--file", str(file), "--alias", "p", "--expiry-seconds", "600"
    )
    assert saved.status == 0, saved.err
    assert "token:" not in file.read_text()
    asks = read(file)["users"][0]["user"]["exec"]
    done = subprocess.run(
        [asks["command"], *asks["args"]], env=dopy.environment, capture_output=True, text=True, check=True, timeout=60
    )
    given = json.loads(done.stdout)
    assert (given["apiVersion"], given["kind"]) == (asks["apiVersion"], "ExecCredential")
    assert set(given["status"]) == {"token", "expirationTimestamp"}

    shown = dopy.inside("kubeconfig", "show", made.id)
    alone = yaml.safe_load(shown.out)
    assert alone["current-context"] == "do-ams3-prod@my-team"
    assert alone["users"][0]["user"]["token"]
    assert [each.name for each in dopy.home.iterdir()] == ["renewed"], "showing writes nothing"


def test_what_cannot_be_saved_is_said_and_the_file_left_as_it_is(dopy: Dopy) -> None:
    file = dopy.home / "config"
    file.write_text("contexts: 5")
    refused = dopy.inside("kubeconfig", "save", "prod", env={"KUBECONFIG": str(file)})
    assert refused.status == 1
    assert f"{file} is no kubeconfig file, and was left as it is" in refused.err
    assert file.read_text() == "contexts: 5"
    assert dopy.inside("kubeconfig", "save", "nothing").status == 3
    assert dopy.inside("kubeconfig", "remove", "nothing", "--file", str(dopy.home / "none" / "config")).status == 3
    assert not (dopy.home / "none").exists()
    assert dopy.inside("kubeconfig", "save", "a", "b", "--alias", "c").status == 2


def test_none_is_lost_of_those_that_are_saved_at_the_same_time(dopy: Dopy) -> None:
    path, names = dopy.home / "config", [f"prod-{n}" for n in range(4)]
    for name in names:
        cluster(name)
    path.write_text(MINE)
    path.chmod(0o600)
    with ThreadPoolExecutor(4) as pool:
        ended = list(pool.map(lambda name: dopy("kubeconfig", "save", name, "--file", str(path)), names))
        assert [each.status for each in ended] == [0] * 4, ended
        contexts = {each["name"] for each in read(path)["contexts"]}
        assert contexts == {"home", *(f"do-ams3-{name}@my-team" for name in names)}
        ended = list(pool.map(lambda name: dopy("kubeconfig", "remove", name, "--file", str(path)), names))
    assert [each.status for each in ended] == [0] * 4, ended
    assert [each["name"] for each in read(path)["contexts"]] == ["home"]
    assert not list(dopy.home.glob("*.lock"))


def test_a_file_that_another_program_changes_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, digitalocean: Any
) -> None:
    path, made = tmp_path / "config", cluster()
    path.write_text(MINE)
    mark = tmp_path / "config.lock"
    mark.touch()  # kubectl's, or of one that was killed
    monkeypatch.setattr(kubeconfig, "PATIENCE", 0.05)
    with pytest.raises(
        ClientError, match=r"being changed by another program, as .*config\.lock says.*remove that file"
    ):
        made.save_kubeconfig(path)
    assert (path.read_text(), mark.exists()) == (MINE, True)
    monkeypatch.setattr(kubeconfig, "PATIENCE", 10.0)
    Timer(0.2, mark.unlink).start()
    made.save_kubeconfig(path)
    assert len(read(path)["contexts"]) == 2


# Names.

US, THEM = Owner("My Team", "aaaaaaaa-1"), Owner("My Team", "bbbbbbbb-2")


def config(name: str, server: str, owner: Owner | None = None) -> dict[str, Any]:
    made: dict[str, Any] = {
        "clusters": [{"name": name, "cluster": {"server": server}}],
        "users": [{"name": f"{name}-admin", "user": {}}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": f"{name}-admin"}}],
    }
    return marked(made, {}, name, {"team": owner.uuid, "cluster": "prod", "id": "c-1"}) if owner else made


def test_no_cluster_takes_the_place_of_another_teams() -> None:
    name = usual("ams3", "prod", US)
    assert name == "do-ams3-prod@my-team"
    assert usual("ams3", "prod", Owner("動物園", "cccccccc-3")) == "do-ams3-prod@cccccccc"
    assert free({}, name, US, "https://1") == name
    ours = config(name, "https://1", US)
    assert free(ours, name, US, "https://1") == name
    assert free(ours, name, US, "https://2") == name, "made anew"
    assert free(ours, name, THEM, "https://2") == f"{name}-bbbbbbbb"
    assert may_take(config("prod", "https://1"), "prod", THEM, "https://1"), "the same cluster, whoever wrote it"
    assert not may_take(config("prod", "https://9"), "prod", US, "https://1")
    orphan = config("other", "https://9") | {"users": [{"name": "prod-admin", "user": {"token": "mine"}}]}
    assert not may_take(orphan, "prod", US, "https://1"), "another's user is called so"


def test_what_a_word_means_in_a_file() -> None:
    file = config("do-ams3-prod@my-team", "https://c-1.k8s.ondigitalocean.com", US)
    for word in ("do-ams3-prod@my-team", "do-ams3-prod", "prod", "c-1"):
        assert matching(file, word) == ["do-ams3-prod@my-team"], word
    assert matching(file, "rod") == []
    assert matching(config("do-nyc1-a-b", "https://x"), "a-b") == ["do-nyc1-a-b"], "as doctl writes them"


def test_what_others_use_too_stays() -> None:
    file = config("a", "https://1")
    file["contexts"].append({"name": "b", "context": {"cluster": "a", "user": "a-admin"}})
    file["current-context"] = "a"
    left = without(file, ["a"])
    assert [each["name"] for each in left["contexts"]] == ["b"]
    assert left["clusters"] == file["clusters"]
    assert left["users"] == file["users"]
    assert left["current-context"] == ""
    assert without(left, ["b"]) == {"clusters": [], "users": [], "contexts": [], "current-context": ""}
