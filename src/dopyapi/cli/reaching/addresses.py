"""Which of its addresses a Droplet is reached at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

PLACES = {"public": ("v4", "public"), "private": ("v4", "private"), "ipv6": ("v6", "public")}
"""By kind, where an address of that kind stands in a Droplet's networks."""
WORDS = {"public": "public IPv4 address", "private": "private address", "ipv6": "public IPv6 address"}
ASKED_BY = {"public": "with neither --private nor --ipv6", "private": "--private", "ipv6": "--ipv6"}


def address(droplet: Mapping[str, Any], kind: str) -> str | None:
    """The address of a kind that a Droplet has.

    Args:
        droplet: as JSON.
        kind: `public`, `private` or `ipv6`.
    """
    version, reach = PLACES[kind]
    networks = (droplet.get("networks") or {}).get(version) or []
    return next((str(each["ip_address"]) for each in networks if each.get("type") == reach), None)


def others(droplet: Mapping[str, Any], kind: str) -> list[str]:
    """What a Droplet has instead of an address of this kind, and how that is asked for."""
    found = {other: address(droplet, other) for other in PLACES if other != kind}
    return [f"{WORDS[other]} {value}: {ASKED_BY[other]}" for other, value in found.items() if value is not None]


def options(variables: str = "") -> list[click.Parameter]:
    """The options that choose an address.

    Args:
        variables: what the names of variables begin with that stand for the options; there are none unless given.
    """
    helps = {
        "private": "Its address within the VPC, as from another Droplet there.",
        "ipv6": "Its public IPv6 address.",
    }
    return [
        click.Option([f"--{name}"], is_flag=True, help=told, envvar=f"{variables}{name.upper()}" if variables else None)
        for name, told in helps.items()
    ]


def chosen(private: bool, ipv6: bool) -> str:
    """The kind of address that the options choose.

    Raises:
        click.UsageError: both are given.
    """
    if private and ipv6:
        raise click.UsageError("--private and --ipv6 exclude each other: a Droplet's IPv6 address is a public one")
    return "private" if private else "ipv6" if ipv6 else "public"
