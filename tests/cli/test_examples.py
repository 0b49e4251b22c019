"""Every example that the help of a command shows is run, in an order in which each finds what it needs."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from dopyapi.cli.derived.examples import EXAMPLES, NAMED, with_example
from dopyapi.cli.naming import classes, derived
from dopyapi.testing import Emulated

from .conftest import Dopy

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGdR0V0yEhkJpyAW0mCPp5S1VnZ5jYtNPkNPKNN1AZ0Q me@laptop\n"
FIRST = ["vpcs", "create", "office", "--region", "nyc3"]
"""What no example creates."""
ORDER = [
    "SSHKey create", "Tag create", "Droplet create", "Domain create", "Volume create",
    "Image create", "Project create", "Registry create", "ReservedIP create", "DatabaseCluster create",
    "DatabaseCluster add-user", "DatabaseCluster add-db", "DatabaseCluster add-pool", "DOKS create",
    "DomainRecord create", "Firewall create", "LoadBalancer create", "Certificate create", "CDN create",
    "VPC create", "VPCPeering create", "Droplet snapshot", "Droplet reboot", "Droplet shutdown",
]  # fmt: skip
"""What has to be done before other things, in this order."""


def _ordered() -> list[tuple[str, str]]:
    first = [tuple(each.split()) for each in ORDER]
    rest = [each for each in EXAMPLES if each not in first and each != ("Droplet", "rename")]
    return [(cls, name) for cls, name in [*first, *rest, ("Droplet", "rename")]]


@pytest.mark.digitalocean(speed=0.0)
def test_every_example_does_what_it_shows(dopy: Dopy, digitalocean: Emulated) -> None:
    (dopy.home / ".ssh").mkdir()
    Path(dopy.home / ".ssh/id_ed25519.pub").write_text(KEY)
    groups = {group.place.partition(":")[2]: group.name for group in derived()}
    assert dopy.inside(*FIRST).status == 0
    address = ""
    for cls, name in _ordered():
        words = shlex.split(EXAMPLES[cls, name].replace("203.0.113.7", address or "203.0.113.7"))
        if (cls, name) != ("Droplet", "create"):
            words = [
                word for word in words if word != "--wait"
            ]  # here all is done at once, and each wait takes its time
        done = dopy.inside(groups[cls], name, *words)
        assert done.status == 0, (cls, name, done.err)
        assert done.out, (cls, name)
        if (cls, name) == ("ReservedIP", "create"):
            address = done.lines[1].split()[0]
    assert digitalocean.state.counts()["droplets"] >= 3


def test_every_class_that_has_a_name_in_examples_exists_and_each_command_shows_its_own() -> None:
    by_name = {cls.__name__: cls for cls in classes()}
    assert set(NAMED) <= set(by_name)
    for cls, name in EXAMPLES:
        assert "Example:\n  dopy " in with_example("", by_name[cls], name)
