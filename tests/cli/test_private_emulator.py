"""The emulator of one's own: many commands at once, time between them, and state that is never lost."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import dopyapi as do
from dopyapi.cli.accounts import choosing, private
from dopyapi.cli.failing import Failure
from dopyapi.emulator import Emulator

from . import process
from .conftest import Dopy

NEW = ["--size", "s-1vcpu-1gb", "--image", "ubuntu-24-04-x64", "--region", "ams3"]


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of this process's private emulator."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data/dopy/emulator.db"


def many(dopy: Dopy, count: int, arguments: Callable[[int], list[str]]) -> list[tuple[int, str, str]]:
    """Run commands at the same time."""
    started = [
        subprocess.Popen(
            [*process.COMMAND, *arguments(n)], env=dopy.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True,
        )
        for n in range(count)
    ]  # fmt: skip
    said = [each.communicate(timeout=process.PATIENCE) for each in started]
    return [(each.returncode, *texts) for each, texts in zip(started, said, strict=True)]


def test_many_commands_at_once_and_time_goes_on_between_them(stranger: Dopy) -> None:
    done = many(stranger, 3, lambda n: ["--emulator", "droplet", "create", f"web-{n}", *NEW])
    assert [status for status, _, _ in done] == [0] * 3, done
    time.sleep(1.5)
    listed = stranger("droplets", "list", "--emulator", "-o", "json").json
    assert sorted(each["name"] for each in listed) == [f"web-{n}" for n in range(3)]
    assert {each["status"] for each in listed} == {"active"}
    kept = stranger.on_terminal("emulator", "reset", answers=[("Go on?", "n\n")])
    assert kept.status == 1
    assert "3 droplets" in kept.text
    assert stranger("emulator", "reset", "--yes").status == 0
    assert stranger("--emulator", "droplets", "list", "-o", "json").json == []


def test_a_wait_neither_asks_all_the_time_nor_tries_a_port(own: Path) -> None:
    asked: list[str] = []
    with do.using(choosing.emulated().client()) as client:
        client.on_request.append(lambda request: asked.append(request.path))
        began = time.monotonic()
        web = do.Droplet.new(name="web", region="ams3", size="s-1vcpu-1gb", image="ubuntu-24-04-x64")
        web.wait_ready(until="ssh")
        assert web.status == "active"
        assert time.monotonic() - began > 1, "it takes its time"
        assert len(asked) < 15
        client.close()


def test_the_file_is_given_back_when_nothing_is_asked_for(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = private.Kept(own), private.Kept(own)
    assert first.opened() is None
    began = time.monotonic()
    assert second.opened() is None
    assert private.IDLE / 2 < time.monotonic() - began < 5
    second.close()
    with Emulator(str(own)):
        monkeypatch.setattr(private, "PATIENCE", 0.3)
        monkeypatch.setattr(private, "SAID_AFTER", 0.1)
        with pytest.raises(Failure, match="another command has had the private emulator") as refused:
            private.Kept(own).opened()
        assert refused.value.status == 5


def test_an_account_of_another_version_is_said_and_kept(stranger: Dopy) -> None:
    place = stranger.home / ".local/share/dopy/emulator.db"
    place.parent.mkdir(parents=True)
    Emulator(str(place)).close()
    with sqlite3.connect(place) as db:
        db.execute("pragma user_version = 1")
    db.close()
    before = place.read_bytes()
    refused = stranger("--emulator", "droplets", "list")
    assert refused.status == 1
    assert "was written by another version of the emulator (format 1, not" in refused.err
    assert "`dopy emulator reset`" in refused.err
    assert place.read_bytes() == before
    assert stranger("emulator", "reset", "-y").status == 0
    assert place.with_name("emulator-1.db").read_bytes() == before
    place.write_bytes(b"no database at all" * 100)
    assert "cannot be used" in stranger("--emulator", "droplets", "list").err


def test_it_can_be_served_while_commands_use_it(stranger: Dopy) -> None:
    assert stranger("--emulator", "tags", "create", "web").status == 0
    server = subprocess.Popen(
        [*process.COMMAND, "emulator", "--private", "--port", "0", "--quiet"],
        env=stranger.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert server.stdout is not None
        url = server.stdout.readline().split()[-1]
        assert stranger("--emulator", "tags", "create", "db").status == 0
        elsewhere: dict[str, Any] = {"DIGITALOCEAN_API_URL": url, "DIGITALOCEAN_TOKEN": "any"}
        assert stranger("tags", "list", "-o", "name", env=elsewhere).lines == ["web", "db"]
        assert f"served already, at {url}" in stranger("emulator", "--private").err
        assert "end that first" in stranger("emulator", "reset", "-y").err
    finally:
        server.send_signal(signal.SIGINT)
        _, said = server.communicate(timeout=process.PATIENCE)
    assert (server.returncode, said) == (0, "")
    assert stranger("--emulator", "tags", "list", "-o", "name").lines == ["web", "db"]
