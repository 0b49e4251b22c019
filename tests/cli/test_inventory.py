"""Ansible's dynamic inventory, read by Ansible where that is installed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import dopyapi as do
from dopyapi.cli.inventories.groups import grouped, safe
from dopyapi.cli.inventories.hosts import Login, named

from .conftest import Dopy

pytestmark = pytest.mark.digitalocean(speed=0)

ANSIBLE = shutil.which("ansible-inventory", path=str(Path(sys.executable).parent)) or shutil.which("ansible-inventory")


def public(droplet: Any) -> str:
    return str(next(n.ip_address for n in droplet.networks.v4 if n.type == "public"))


def test_hosts_are_listed_in_groups_with_their_variables(dopy: Dopy, fleet: Callable[..., list[Any]]) -> None:
    (web,) = fleet("web-1", tags=["env:prod", "web"])
    twins = fleet("twin", "twin", region="nyc3", tags=["web"])
    do.VPC.new(name="unused", region="fra1")
    listed = dopy("inventory", "--list", "--user", "deploy")
    assert listed.status == 0, listed.err
    found = listed.json
    hosts = found["_meta"]["hostvars"]
    assert set(hosts) == {"web-1", *(f"twin-{each.id}" for each in twins)}
    assert found["tag_env_prod"] == {"hosts": ["web-1"]}
    assert len(found["tag_web"]["hosts"]) == 3
    assert found["region_ams3"] == found["vpc_default_ams3"] == {"hosts": ["web-1"]}
    for group in ("status_active", "size_s_1vcpu_1gb", "image_ubuntu_24_04_x64"):
        assert len(found[group]["hosts"]) == 3
    variables = hosts["web-1"]
    assert (variables["ansible_host"], variables["ansible_user"]) == (public(web), "deploy")
    assert (variables["do_id"], variables["do_region"], variables["do_tags"]) == (web.id, "ams3", ["env:prod", "web"])
    assert not [name for name in found if name.startswith("project_")]

    one = dopy.inside(
        *("inventory", "--host", "web-1"),
        env={"DOPY_INVENTORY_PRIVATE": "1", "DOPY_INVENTORY_TAG": "web", "DOPY_INVENTORY_PORT": "2222"},
    )
    private = next(n.ip_address for n in web.networks.v4 if n.type == "private")
    assert (one.json["ansible_host"], one.json["ansible_port"]) == (private, 2222)
    assert dopy.inside("inventory", "--host", "web-9").status == 3


@pytest.mark.skipif(ANSIBLE is None, reason="Ansible is not installed: pip install ansible-core")
def test_ansible_reads_it(dopy: Dopy, fleet: Callable[..., list[Any]]) -> None:
    """The script is that of the help, but for how the command is found here."""
    web, *_ = fleet("web-1", "web-2", tags=["web"])
    fleet("db-1")
    source = dopy.home / "droplets"
    command = f'#!/bin/sh\nexec {sys.executable} -m dopyapi.cli inventory --group-by project,tag,region "$@"\n'
    source.write_text(command)
    source.chmod(0o755)
    graph = _ansible(dopy, "-i", str(source), "--graph")
    lines = [line.strip(" |-@:") for line in graph.splitlines()]
    assert lines[:2] == ["all", "ungrouped"]
    assert lines[lines.index("tag_web") + 1 :][:2] == ["web-1", "web-2"]
    assert lines[lines.index("region_ams3") + 1 :][:3] == ["db-1", "web-1", "web-2"]
    assert lines[lines.index("project_first_project") + 1 :][:3] == ["db-1", "web-1", "web-2"]
    listed = json.loads(_ansible(dopy, "-i", str(source), "--list"))
    assert listed["_meta"]["hostvars"]["web-1"]["ansible_host"] == public(web)


def _ansible(dopy: Dopy, *arguments: str) -> str:
    environment = dopy.environment | {"ANSIBLE_LOCALHOST_WARNING": "0", "ANSIBLE_INVENTORY_UNPARSED_FAILED": "1"}
    done = subprocess.run(
        [str(ANSIBLE), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=dopy.home,
    )
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    return done.stdout


def droplet(identifier: int, name: str, address: str | None = "192.0.2.1", **members: Any) -> dict[str, Any]:
    v4 = [{"ip_address": address, "type": "public"}] if address else []
    return {"id": identifier, "name": name, "networks": {"v4": v4, "v6": []}, **members}


def test_groups_are_called_as_ansible_can_read() -> None:
    assert safe("tag_env:prod-1.eu") == "tag_env_prod_1_eu"
    hosts = {
        "a": droplet(1, "a", tags=["x-1", "x_1"]),
        "b": droplet(2, "b", tags=[], image={"slug": None, "name": "My"}),
    }
    groups, notes = grouped(hosts, ["tag", "image", "vpc"])
    assert groups == {"tag_x_1": ["a"], "image_My": ["b"]}
    assert notes == ["'x-1' and 'x_1' are one group, tag_x_1: Ansible knows letters, digits and _ only"]


def test_a_droplet_without_an_address_is_no_host() -> None:
    """Ansible would look for its name elsewhere."""
    hosts, notes = named([droplet(1, "web-1"), droplet(2, "web-2", None)], Login())
    assert list(hosts) == ["web-1"]
    assert notes == ["web-2 has no public IPv4 address, and was left out"]
