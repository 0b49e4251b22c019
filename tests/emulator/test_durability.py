"""What was answered is kept, whatever becomes of the process: it is killed again and again while it is busy."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

import dopyapi as do
from dopyapi.emulator import Emulator

WORKERS = 6


class Ledger:
    """What was acknowledged, and what nobody knows because the answer never came."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.there: dict[int, str] = {}
        self.gone: set[int] = set()
        self.asked: set[str] = set()
        """Names of Droplets whose creation was sent and not answered."""
        self.going: set[int] = set()
        self.renamed: dict[int, set[str]] = {}
        self.answers = 0


class Client:
    """One kept connection; it ends when the server does."""

    def __init__(self, url: str) -> None:
        host, port = url.removeprefix("http://").split(":")
        self.connection = http.client.HTTPConnection(host, int(port), timeout=10)

    def __call__(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        sent = None if body is None else json.dumps(body)
        headers = {"authorization": "Bearer t", "content-type": "application/json"}
        self.connection.request(method, path, sent, headers)
        answer = self.connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else None


def work(url: str, ledger: Ledger, seed: int) -> None:
    """Create, rename and destroy until the server is gone."""
    chance, client = random.Random(seed), Client(url)
    try:
        while True:
            with ledger.lock:
                mine = [number for number in ledger.there if number % WORKERS == seed % WORKERS]
            dice = chance.random()
            if dice < 0.6 or not mine:
                create(client, ledger, f"d{seed}-{chance.getrandbits(48):x}")
            elif dice < 0.8:
                destroy(client, ledger, chance.choice(mine))
            else:
                tag(client, ledger, chance.choice(mine), f"t{seed}-{chance.getrandbits(32):x}")
    except (OSError, http.client.HTTPException):
        pass
    finally:
        client.connection.close()


def create(client: Client, ledger: Ledger, name: str) -> None:
    with ledger.lock:
        ledger.asked.add(name)
    status, body = client("POST", "/v2/droplets", {"name": name, "size": "s-1vcpu-1gb", "image": "debian-12-x64"})
    assert status == 202, body
    with ledger.lock:
        ledger.asked.discard(name)
        ledger.there[body["droplet"]["id"]] = name
        ledger.answers += 1


def destroy(client: Client, ledger: Ledger, number: int) -> None:
    with ledger.lock:
        ledger.going.add(number)
        ledger.there.pop(number)
    status, _ = client("DELETE", f"/v2/droplets/{number}")
    assert status == 204
    with ledger.lock:
        ledger.going.discard(number)
        ledger.gone.add(number)
        ledger.answers += 1


def tag(client: Client, ledger: Ledger, number: int, name: str) -> None:
    client("POST", "/v2/tags", {"name": name})
    resources = [{"resource_id": str(number), "resource_type": "droplet"}]
    status, _ = client("POST", f"/v2/tags/{name}/resources", {"resources": resources})
    with ledger.lock:
        if status == 204 and number in ledger.there:
            ledger.renamed.setdefault(number, set()).add(name)
        ledger.answers += 1


def check(path: Path, ledger: Ledger) -> None:
    """Everything that was acknowledged is there, and nothing else but what nobody knows of."""
    with sqlite3.connect(path) as db:
        assert db.execute("pragma integrity_check").fetchone() == ("ok",)
    db.close()
    with Emulator(str(path), speed=0) as emulator:
        found = {droplet["id"]: droplet for droplet in emulator.state["droplets"]}
        assert emulator.state.counts()["droplets"] == len(found)
        for number, name in ledger.there.items():
            assert found[number]["name"] == name
            assert ledger.renamed.get(number, set()) <= set(found[number]["tags"])
        assert not found.keys() & ledger.gone
        unknown = {number: found[number]["name"] for number in found.keys() - ledger.there.keys() - ledger.going}
        assert set(unknown.values()) <= ledger.asked
        tags = {tag["name"]: tag["resources"]["count"] for tag in emulator.state["tags"]}
        for name, count in tags.items():
            assert count == sum(name in droplet["tags"] for droplet in found.values())
        # What nobody knew is known now.
        ledger.there |= unknown
        ledger.gone |= ledger.going - found.keys()
        ledger.there |= {number: found[number]["name"] for number in ledger.going & found.keys()}
        ledger.going.clear()
        ledger.asked.clear()


def test_every_acknowledged_change_outlives_kill_9(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    path, ledger, chance = tmp_path / "account.db", Ledger(), random.Random(5)
    kills = request.config.getoption("--kills")
    for round in range(kills):
        with do.testing.server("--data", str(path), "--speed", "0") as server:
            before = ledger.answers
            workers = [
                threading.Thread(target=work, args=(server.url, ledger, round * WORKERS + n)) for n in range(WORKERS)
            ]
            for worker in workers:
                worker.start()
            until = time.monotonic() + 10
            while ledger.answers < before + WORKERS and time.monotonic() < until:
                time.sleep(0.002)
            time.sleep(chance.uniform(0, 0.1))
            os.kill(server.pid, signal.SIGKILL)
            for worker in workers:
                worker.join(20)
                assert not worker.is_alive()
        check(path, ledger)
    assert len(ledger.there.keys() | ledger.gone) >= kills * WORKERS / 2
    assert not ledger.there.keys() & ledger.gone  # no number was given twice


def test_an_end_that_is_asked_for_keeps_everything_and_is_no_failure(tmp_path: Path) -> None:
    path, ledger = tmp_path / "account.db", Ledger()
    command = [sys.executable, "-m", "dopyapi.emulator", "--port", "0", "--quiet", "--data", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        worker = threading.Thread(target=work, args=(url, ledger, 1))
        worker.start()
        while ledger.answers < 20:
            time.sleep(0.002)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        worker.join(20)
    check(path, ledger)


def test_a_file_has_one_emulator_at_a_time(tmp_path: Path) -> None:
    path = str(tmp_path / "account.db")
    with Emulator(path), pytest.raises(ValueError, match="is in use by another emulator"):
        Emulator(path)
    with do.testing.server("--data", path), pytest.raises(ValueError, match="is in use by another emulator"):
        Emulator(path)
    Emulator(path).close()


@pytest.mark.parametrize("content", [b"not a database, and rather long for that matter" * 30, b"\x00" * 5000])
def test_a_file_that_is_something_else_is_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"choose another file|another version"):
        Emulator(str(path))
    assert path.read_bytes() == content
    command = [sys.executable, "-m", "dopyapi.emulator", "--port", "0", "--data", str(path)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert (ran.returncode, "Traceback" in ran.stderr) == (1, False)
    assert str(path) in ran.stderr


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as db:
        db.execute("create table photo (n integer)")
    db.close()
    before = path.read_bytes()
    with pytest.raises(ValueError, match="is not an emulator's account"):
        Emulator(str(path))
    assert path.read_bytes() == before


def test_a_full_disk_is_said_and_loses_nothing(tmp_path: Path) -> None:
    with Emulator(str(tmp_path / "account.db"), speed=0) as emulator, do.testing.Emulated(emulator).client as client:
        do.Tag.new.on(client)(name="before")
        pages = emulator.store.db.execute("pragma page_count").fetchone()[0]
        emulator.store.db.execute(f"pragma max_page_count = {pages + 4}")
        names: list[str] = []
        with pytest.raises(do.DOError) as refused:
            fill(client, names)
        assert refused.value.status == 507
        assert "full" in refused.value.message
        assert {tag["name"] for tag in emulator.state["tags"]} == {"before", *names}
        emulator.store.db.execute("pragma max_page_count = 1000000")
        do.Tag.new.on(client)(name="after")
        assert "after" in [tag["name"] for tag in emulator.state["tags"]]


def fill(client: do.Client, names: list[str]) -> None:
    """Create tags until that fails."""
    for number in range(5000):
        do.Tag.new.on(client)(name=f"t{number}")
        names.append(f"t{number}")
