"""``dopy audit`` finds all the waste of a seeded fleet, and nothing else."""

from __future__ import annotations

import json
import shlex
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

import dopyapi as do
from dopyapi.testing import Emulated

from .conftest import Dopy

SEED = Path(__file__).with_name("waste.yaml")
WASTE = {
    ("certificate-expiring", "waste-certificate"),
    ("dns-address-gone", "waste-droplet.example.com"),
    ("dns-address-gone", "waste-ghost.example.com"),
    ("dns-address-gone", "waste-ghost6.example.com"),
    ("dns-address-gone", "waste-reserved.example.com"),
    ("dns-alias-gone", "waste-cdn.example.com"),
    ("dns-alias-gone", "waste-name.example.com"),
    ("droplet-off", "waste-off"),
    ("droplet-without-firewall", "waste-bare"),
    ("load-balancer-without-droplets", "waste-balancer"),
    ("old-snapshot", "waste-old"),
    ("old-snapshot", "waste-old-data"),
    ("ssh-open", "waste-range"),
    ("ssh-open", "waste-six"),
    ("ssh-open", "waste-union"),
    ("unassigned-reserved-ip", "198.51.100.11"),
    ("unattached-volume", "waste-volume"),
}


def _certificate(name: str, days: int, now: Any) -> None:
    authority = trustme.CA()
    leaf = authority.issue_cert("www.example.com", not_after=now + timedelta(days=days))
    do.Certificate.new(
        name=name,
        type="custom",
        private_key=leaf.private_key_pem.bytes().decode(),
        leaf_certificate=leaf.cert_chain_pems[0].bytes().decode(),
        certificate_chain="",
    )


@pytest.fixture
def fleet(digitalocean: Emulated, digitalocean_clock: Any) -> None:
    """The seed, grown old, and what a seed cannot say."""
    digitalocean.emulator.seed(SEED)
    digitalocean_clock.advance(100 * 86400)
    domain = "example.com"
    golden = next(each for each in do.Snapshot.list.all() if each.name == "golden image")
    do.Droplet.new(name="grown", region="ams3", size=do.sizes.tiny, image=int(golden.id), tags=["web"], wait=True)
    guarded = next(iter(do.Droplet.list.all(name="guarded")))
    guarded.snapshot("young").wait()
    lost = do.Droplet.new(name="lost", region="ams3", size=do.sizes.tiny, image="ubuntu-24-04-x64", wait=True)
    freed = do.ReservedIP.new(droplet_id=lost, wait=True)
    do.DomainRecord.new(domain, type="A", name="waste-droplet", data=lost.getPublicIP())
    do.DomainRecord.new(domain, type="A", name="waste-reserved", data=freed.ip)
    do.DomainRecord.new(domain, type="A", name="guarded", data=guarded.getPublicIP())
    do.DomainRecord.new(domain, type="AAAA", name="guarded", data=guarded.get_public_ipv6())
    freed.unassign().wait()
    freed.delete()
    lost.delete()
    now = digitalocean.clock.now()
    _certificate("waste-certificate", 20, now)
    _certificate("long", 300, now)
    do.Certificate.new(name="renewed", type="lets_encrypt", dns_names=["www.example.com"])


@pytest.mark.usefixtures("fleet")
def test_it_finds_all_the_waste_and_nothing_else(dopy: Dopy) -> None:
    told = dopy("audit", "-o", "json")
    assert told.status == 0, told.err
    found = {(each["kind"], each["name"]): each for each in told.json}
    assert found.keys() == WASTE
    assert len(told.json) == len(WASTE)

    # What it costs: of /v2/sizes, a list price, or unknown; what is no waste of money costs nothing.
    def cost(*key: str) -> Any:
        return found[key]["monthly_cost"], found[key]["cost_source"]  # type: ignore[index]

    assert cost("droplet-off", "waste-off") == (24.0, "/v2/sizes")
    assert cost("unattached-volume", "waste-volume") == (5.0, "list price")
    assert cost("unassigned-reserved-ip", "198.51.100.11") == (5.0, "list price")
    assert cost("load-balancer-without-droplets", "waste-balancer") == (24.0, "list price")
    assert cost("old-snapshot", "waste-old-data") == (6.0, "list price")
    assert cost("ssh-open", "waste-range") == (0.0, None)
    assert found["dns-address-gone", "waste-reserved.example.com"]["level"] == "critical"
    assert found["dns-address-gone", "waste-droplet.example.com"]["level"] == "warning"
    assert {each["level"] for key, each in found.items() if key[0] == "ssh-open"} == {"critical"}

    # In CI: the status says whether there is something of a level and above.
    assert dopy("audit", "--level", "critical").status == 1
    calm = dopy("audit", "--level", "warning", "--only", "old-snapshot", "-o", "csv")
    assert (calm.status, [line.split(",")[4] for line in calm.lines[1:]]) == (0, ["waste-old-data", "waste-old"])

    # On a terminal, and through a pipe: the lines of each, and the money.
    piped, narrow = dopy("audit"), dopy.on_terminal("audit", columns=80)
    assert piped.lines[-1] == "17 findings (4 critical, 11 warning, 2 info); $64.24 a month could be saved"
    assert narrow.rows[-1] == piped.lines[-1]
    assert "\x1b" not in piped.out
    assert "warning   droplet-off: waste-off" in narrow.text
    commands = [row for row in piped.lines if row.lstrip().startswith("dopy ")]
    assert all(len(row) <= 80 for row in narrow.rows if row.strip() and "dopy " not in row and "--" not in row)
    assert f"          {found['ssh-open', 'waste-range']['fix'][0]}" in commands


@pytest.mark.usefixtures("fleet")
def test_what_it_says_mends_it(dopy: Dopy) -> None:
    """The commands that a finding of each kind names are typed as they stand, and then it is found no more."""
    kinds = "unattached-volume,dns-address-gone,ssh-open"
    found = dopy("audit", "--only", kinds, "-o", "json").json
    first = {each["kind"]: each for each in found}
    assert len(first) == len(kinds.split(","))
    for line in (line for each in first.values() for line in each["fix"]):
        program, *words = shlex.split(line)
        assert program == "dopy"
        ended = dopy(*words, *(["--yes"] if "delete" in words else []))
        assert ended.status == 0, (line, ended.err)
    left = dopy("audit", "--only", kinds, "-o", "json").json
    assert [each["id"] for each in left] == [each["id"] for each in found if each not in first.values()]


@pytest.mark.digitalocean(tokens={"narrow": ["droplet:read", "firewall:read", "tag:read"]})
def test_what_may_not_be_read_is_said_and_not_passed_over(dopy: Dopy) -> None:
    env = {"DIGITALOCEAN_TOKEN": "narrow"}
    told = dopy("audit", "--only", "ssh-open,certificate-expiring", "-o", "json", env=env)
    assert (told.status, json.loads(told.out)) == (4, [])
    assert told.err == (
        "dopy: not looked for certificate-expiring: the token may not read certificates; "
        "--skip certificate-expiring says that it need not\n"
    )
    assert dopy("audit", "--only", "ssh-open", env=env).status == 0
    wrong = dopy("audit", "--skip", "ssh-opn")
    assert (wrong.status, wrong.err.splitlines()[0]) == (
        2,
        "dopy: Invalid value for '--skip': there is no kind 'ssh-opn': did you mean ssh-open?",
    )
