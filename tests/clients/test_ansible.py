"""Ansible's modules for DigitalOcean: they make what a playbook says, and find nothing to do the second time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import dopyapi as do
from dopyapi.testing import Server

pytestmark = pytest.mark.clients

PLAYBOOK = Path(__file__).with_name("playbook.yaml")
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ6gK9Ljyf7mJt1WNp0pXJ9zPhzUq0oWwOLp0N6U9m2T me"
_PROGRAM = Path(sys.executable).with_name("ansible-playbook")


def play(server: Server, home: Path) -> dict[str, Any]:
    """Run the playbook; what each task reported, by name."""
    environment = {
        **os.environ,
        **server.environment,
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
    }
    done = subprocess.run(
        [_PROGRAM, "-i", "localhost,", "-e", json.dumps({"public_key": KEY}), PLAYBOOK],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    report = json.loads(done.stdout[done.stdout.index("{") :])
    tasks = {task["task"]["name"]: task["hosts"]["localhost"] for task in report["plays"][0]["tasks"]}
    failed = {name: task.get("msg") for name, task in tasks.items() if task.get("failed")}
    assert done.returncode == 0, f"{failed}\n{done.stderr}"
    return tasks


def test_a_playbook_changes_everything_once(server: Server, ours: do.Client, tmp_path: Path) -> None:
    if not _PROGRAM.exists():
        pytest.skip("ansible is not installed: make clients installs it")
    first = play(server, tmp_path)
    assert {name for name, task in first.items() if not task["changed"]} == set()
    (droplet,) = do.Droplet.list()
    assert (droplet.name, droplet.status, sorted(droplet.tags)) == ("site-1", "active", ["nightly", "site"])
    assert [volume.name for volume in do.Volume.list() if volume.droplet_ids == [droplet.id]] == ["site-data"]
    assert [vpc.name for vpc in do.VPC.list() if vpc.id == droplet.vpc_uuid] == ["site"]
    assert ("A", "@", "192.0.2.1") in {(one.type, one.name, one.data) for one in do.DomainRecord.list("example.net")}
    assert [(one.name, one.droplet_ids) for one in do.Firewall.list()] == [("site", [droplet.id])]
    assert [(one.name, one.engine, one.status) for one in do.DatabaseCluster.list()] == [("site-db", "pg", "online")]
    assert [(one.name, one.droplet_ids) for one in do.LoadBalancer.list()] == [("site-front", [droplet.id])]
    before = _account(server)
    second = play(server, tmp_path)
    assert {name for name, task in second.items() if task["changed"]} == set()
    assert _account(server) == before


def _account(server: Server) -> dict[str, list[str]]:
    """What there is, by kind."""
    kinds = ("droplets", "volumes", "vpcs", "ssh_keys", "domains", "firewalls", "databases", "load_balancers", "tags")
    return {kind: sorted(str(item.get("id") or item["name"]) for item in server.state(kind)) for kind in kinds}
