"""A seed that is made of a recording gives an emulator what the account had."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

import dopyapi.testing
from dopyapi.emulator.recording.fixture import Body, Exchange
from dopyapi.emulator.recording.importing import imported, written
from dopyapi.testing.emulated import Emulated

from .test_recording import ask

_VOLATILE = {"created_at", "updated_at", "users", "connection", "private_connection", "maintenance_window", "nodes"}
_OWN = {
    "volumes": ("id", "name", "size_gigabytes", "droplet_ids", "tags", "filesystem_type"),
    "droplets": ("id", "name", "size_slug", "status", "tags", "vpc_uuid", "networks", "volume_ids", "features"),
    "domains": ("name", "ttl"),
    "firewalls": ("id", "name", "inbound_rules", "outbound_rules", "droplet_ids", "tags"),
    "load_balancers": ("id", "name", "ip", "tag", "droplet_ids", "forwarding_rules", "size_unit", "vpc_uuid"),
    "reserved_ips": ("ip",),
    "ssh_keys": ("id", "name", "public_key", "fingerprint"),
    "vpcs": ("id", "name", "region", "ip_range", "default"),
    "databases": ("id", "name", "engine", "version", "size", "num_nodes", "db_names", "private_network_uuid"),
    "kubernetes_clusters": ("id", "name", "region", "version"),
    "projects": ("id", "name", "purpose", "environment", "is_default"),
    "tags": ("name", "resources"),
}
_PATHS = {"ssh_keys": "account/keys", "kubernetes_clusters": "kubernetes/clusters"}


def shown(emulated: Emulated, name: str) -> list[dict[str, Any]]:
    """What an account shows of a collection, of each item what does not differ by itself."""
    import json

    found = emulated.emulator.handle(
        "GET", f"/v2/{_PATHS.get(name, name)}", "per_page=200", {"authorization": f"Bearer {emulated.token}"}, b""
    )
    items = json.loads(found.body)[name]
    kept = [{field: item[field] for field in _OWN[name]} for item in items]
    return sorted((item for item in kept if not str(item.get("name", "")).startswith("k8s")), key=str)


def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """One of the commands, to its end."""
    return subprocess.run(
        [sys.executable, "-m", "dopyapi.emulator", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ | environment,
        check=False,
    )


def test_an_account_is_taken_over_into_an_emulator(account: Emulated, tmp_path: Path) -> None:
    seed = tmp_path / "seed.yaml"
    with account.serve() as real:
        done = run(
            "import",
            "--account",
            "--upstream",
            real.url,
            "--to",
            seed,
            "--keep-personal",
            DIGITALOCEAN_TOKEN=real.token,
        )
    assert done.returncode == 0, done.stderr
    assert account.token not in done.stdout + done.stderr + seed.read_text()
    with dopyapi.testing.emulator(speed=0) as second:
        second.emulator.seed(seed)
        workers = {droplet["id"] for droplet in shown(second, "droplets") if "workers" in droplet["name"]}
        for name in _OWN:
            one, two = shown(account, name), shown(second, name)
            if name in ("droplets", "tags"):  # the nodes of a cluster are made anew
                one = [item for item in one if "workers" not in item["name"]]
                two = [item for item in two if item.get("id") not in workers]
            assert two == one, name
        records = [
            sorted((r["type"], r["name"], r["data"], r["priority"]) for r in answer["domain_records"])
            for answer in (
                _asked(each, "/v2/domains/example.com/records") for each in (account, second)
            )
        ]  # fmt: skip
        assert records[0] == records[1]
        assert _asked(second, "/v2/snapshots")["meta"]["total"] == 2


def _asked(emulated: Emulated, path: str) -> dict[str, Any]:
    with emulated.serve() as server:
        return ask(f"{server.url}{path}", token=server.token)[1]


def test_what_a_seed_cannot_have_is_said(tmp_path: Path) -> None:
    exchanges = [
        _listing("/v2/certificates", {"certificates": [{"id": "c" * 8, "name": "own", "type": "custom"}]}),
        _listing(
            "/v2/droplets",
            {
                "droplets": [
                    {
                        "id": 7,
                        "name": "old",
                        "region": {"slug": "ams3"},
                        "size_slug": "s-1vcpu-1gb",
                        "image": {"id": 12, "slug": None},
                        "features": ["monitoring"],
                        "status": "archive",
                    }
                ]
            },
        ),
    ]
    made = imported(exchanges)
    assert made.refused == []
    assert [note.split(":")[0] for note in made.notes] == ["certificate own is left out", "droplet old"]
    assert yaml.safe_load(written(made)) == made.data
    with dopyapi.testing.emulator(speed=0) as emulated:
        assert emulated.emulator.seed(made.data) == {"droplets": 1}
        assert emulated.state["droplets"][0]["id"] == 7


def test_what_an_emulator_would_refuse_is_an_error_with_its_place() -> None:
    body = {"volumes": [{"name": "data", "size_gigabytes": -1, "region": {"slug": "ams3"}}]}
    made = imported([_listing("/v2/volumes", body)])
    assert len(made.refused) == 1
    assert str(made.refused[0]).startswith("volumes.0")


def _listing(path: str, body: dict[str, Any]) -> Exchange:
    return Exchange(method="GET", path=path, status=200, answer=Body(json=body))


def test_a_recorded_account_is_imported_and_replayed_by_commands(account: Emulated, tmp_path: Path) -> None:
    fixture, seed = tmp_path / "account.jsonl", tmp_path / "seed.yaml"
    with account.serve() as real:
        done = run("record", "--account", "--to", fixture, "--upstream", real.url, DIGITALOCEAN_ACCESS_TOKEN=real.token)
        assert done.returncode == 0, done.stderr
        assert done.stderr.strip().endswith("look through it before you give it to anybody")
        refused = run("record", "--account", "--to", tmp_path / "x", "--upstream", real.url, DIGITALOCEAN_TOKEN="wrong")
    assert refused.returncode == 0 or "does not know the token" in refused.stderr
    assert run("import", fixture, "--to", seed).returncode == 0
    again = run("import", fixture, "--to", seed)
    assert again.returncode == 1
    assert "--force" in again.stderr
    process = subprocess.Popen(
        [sys.executable, "-m", "dopyapi.emulator", "replay", str(fixture), "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        url = next(word for word in line.replace(",", " ").split() if word.startswith("http://"))
        assert len(ask(f"{url}/v2/droplets?per_page=200")[1]["droplets"]) == len(account.state["droplets"])
        assert ask(f"{url}/v2/nothing")[0] == 501
    finally:
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
    assert "1 of " in said
    assert "not recorded  GET /v2/nothing" in said


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("record",), "--to"),
        (("import",), "recordings, or --account"),
        (("replay", "/nowhere.jsonl"), "/nowhere.jsonl"),
        (("record", "--to", "/tmp/never", "--upstream", "http://api.example.com"), "https"),
    ],
)
def test_what_a_command_lacks_is_said(arguments: tuple[str, ...], why: str) -> None:
    done = run(*arguments)
    assert done.returncode in (1, 2)
    assert why in done.stderr
    assert "Traceback" not in done.stderr


def test_an_account_without_a_token_is_not_asked(tmp_path: Path) -> None:
    done = run("import", "--account", DIGITALOCEAN_TOKEN="", DIGITALOCEAN_ACCESS_TOKEN="")
    assert done.returncode == 1
    assert "put one that may read into DIGITALOCEAN_TOKEN" in done.stderr
