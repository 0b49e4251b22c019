"""What people do first: list, create, act on, delete."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dopyapi.testing import Emulated

from .conftest import Dopy

NEW = ["--size", "s-1vcpu-1gb", "--image", "ubuntu-24-04-x64", "--region", "ams3"]


def test_a_fleet_is_created_listed_rebooted_and_deleted(dopy: Dopy, digitalocean: Emulated) -> None:
    made = dopy("droplet", "create", "web-{1..3}", *NEW, "--wait")
    assert made.status == 0, made.err
    assert [line.split()[1:3] for line in made.lines[1:]] == [[f"web-{n}", "active"] for n in (1, 2, 3)]
    assert dopy("droplets", "list", "-o", "name").lines == ["web-1", "web-2", "web-3"]
    assert dopy("droplet", "reboot", "web-1", "web-2", "--wait").lines[1].split()[:3] == [
        "web-1",
        "reboot",
        "completed",
    ]
    assert dopy("droplets", "delete", "web-1", "web-3", "--yes").status == 0
    assert [each["name"] for each in digitalocean.state["droplets"]] == ["web-2"]


def test_an_ambiguous_name_lists_the_candidates(dopy: Dopy, fleet: Callable[..., list[Any]]) -> None:
    first, second = fleet("twin", "twin")
    refused = dopy("droplet", "reboot", "twin")
    assert refused.status == 1
    assert "2 Droplets are called 'twin': say which by its id" in refused.err
    assert str(first.id) in refused.err
    assert str(second.id) in refused.err
