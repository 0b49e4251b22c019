"""Docker's password for a registry: in its configuration, or with the helper that it names."""

from __future__ import annotations

import json
import os
import stat
from base64 import b64decode
from pathlib import Path

import pytest

import dopyapi as do
from dopyapi.cli import dockers

from .conftest import Dopy

HOST = "registry.digitalocean.com"
HELPER = """\
#!/bin/sh
# A credential helper of Docker's: what it is asked, and what it is given.
echo "$1" >> {log}
cat >> {log}
"""


def registry(name: str) -> do.Registry:
    made: do.Registry = do.Registry.new(name=name, subscription_tier_slug="professional")
    return made


def test_docker_is_logged_in_beside_what_its_file_has(dopy: Dopy) -> None:
    none = dopy.inside("registry", "login")
    assert none.status == 3
    assert "registries create NAME" in none.err
    registry("images-1")
    file = dopy.home / ".docker" / "config.json"
    file.parent.mkdir()
    file.write_text('{"auths": {"ghcr.io": {"auth": "bWU6aXQ="}}, "detachKeys": "ctrl-x"}')
    done = dopy("registry", "login", "--expiry-seconds", "3600")
    assert done.status == 0, done.err
    assert done.out == f"docker may pull and push at {HOST}, for 3600 s: kept in {file}\n"
    config = json.loads(file.read_text())
    assert config["auths"]["ghcr.io"] == {"auth": "bWU6aXQ="}
    assert config["detachKeys"] == "ctrl-x"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    password = config["auths"][HOST]["auth"]
    assert password not in done.out + done.err
    assert dockers.login_of(config["auths"][HOST]) == tuple(b64decode(password).decode().split(":"))

    shown = dopy.inside("registry", "login", "images-1", "--read-only", "--print", env={"DOCKER_CONFIG": "/nowhere"})
    assert set(shown.json["auths"]) == {HOST}
    assert shown.json["auths"][HOST]["auth"] != password
    assert json.loads(file.read_text()) == config

    assert dopy.inside("registry", "logout").status == 0
    assert json.loads(file.read_text()) == {"auths": {"ghcr.io": {"auth": "bWU6aXQ="}}, "detachKeys": "ctrl-x"}


def test_a_credential_helper_gets_the_password_instead_of_the_file(dopy: Dopy, tmp_path: Path) -> None:
    registry("images-1")
    registry("images-2")
    folder, log = tmp_path / "docker", tmp_path / "asked"
    (tmp_path / "bin").mkdir()
    folder.mkdir()
    helper = tmp_path / "bin" / "docker-credential-kept"
    helper.write_text(HELPER.format(log=log))
    helper.chmod(0o755)
    config = {"credsStore": "missing", "credHelpers": {HOST: "kept"}}
    (folder / "config.json").write_text(json.dumps(config))
    environment = {"DOCKER_CONFIG": str(folder), "PATH": f"{tmp_path / 'bin'}:{dopy.environment['PATH']}"}

    several = dopy.inside("registry", "login", env=environment)
    assert several.status == 1
    assert "images-2" in several.err
    done = dopy.inside("registry", "login", "images-2", env=environment)
    assert done.status == 0, done.err
    assert "kept by docker-credential-kept" in done.out
    asked, given = log.read_text().split("\n", 1)
    assert asked == "store"
    assert set(json.loads(given)) == {"ServerURL", "Username", "Secret"}
    assert json.loads(given)["ServerURL"] == HOST
    assert json.loads((folder / "config.json").read_text()) == config, "the file is as it was"

    helper.unlink()
    warned = dopy.inside("registry", "login", "images-2", env=environment)
    assert warned.status == 0
    assert "docker-credential-kept, which is not installed" in warned.err
    assert HOST in json.loads((folder / "config.json").read_text())["auths"]


def test_a_file_that_is_not_dockers_is_left_as_it_is(dopy: Dopy, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{broken")
    refused = dopy.inside("registry", "login", env={"DOCKER_CONFIG": str(tmp_path)})
    assert refused.status == 1
    assert "is not JSON" in refused.err
    assert (tmp_path / "config.json").read_text() == "{broken"


def test_who_keeps_a_password(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert dockers.helper_of({}, HOST) is None
    assert dockers.helper_of({"credsStore": "desktop"}, HOST) == "docker-credential-desktop"
    both = {"credsStore": "desktop", "credHelpers": {HOST: "pass", "ghcr.io": "gh"}}
    assert dockers.helper_of(both, HOST) == "docker-credential-pass"
    assert dockers.helper_of({"credHelpers": []}, HOST) is None
    failing = tmp_path / "docker-credential-failing"
    failing.write_text('#!/bin/sh\necho "the keychain is locked: $(cat)"\nexit 1\n')
    failing.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with pytest.raises(dockers.Failure, match="store failed: the keychain is locked") as caught:
        dockers.store("docker-credential-failing", HOST, {"auth": "bmFtZTpzZWNyZXQ="})
    assert "secret" not in str(caught.value)
