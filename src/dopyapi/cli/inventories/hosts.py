"""What a host is called, and what Ansible knows of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..reaching.addresses import WORDS, address

Droplet = Mapping[str, Any]
LEFT_OUT = ("disk_info", "next_backup_window", "kernel", "backup_ids", "snapshot_ids", "locked", "size")
"""Members that no play is written by; a size stands there by its slug."""


@dataclass(frozen=True)
class Login:
    """How Ansible logs in.

    Attributes:
        kind: which address: `public`, `private` or `ipv6`.
        user: who logs in; as Ansible is told elsewhere unless given.
        identity: file of the private key.
        port: where the servers listen.
    """

    kind: str = "public"
    user: str | None = None
    identity: str | None = None
    port: int | None = None


def named(droplets: Sequence[Droplet], login: Login) -> tuple[dict[str, Droplet], list[str]]:
    """The Droplets that can be hosts, by what they are called: of several of one name, by name and number.

    A Droplet without the address is left out: Ansible would look for its name elsewhere.

    Returns:
        The hosts, and what is to be said of the others, a line each.
    """
    counts = Counter(str(each["name"]) for each in droplets)
    hosts, notes = {}, []
    for droplet in sorted(droplets, key=lambda each: (str(each["name"]), each["id"])):
        name = str(droplet["name"])
        shown = f"{name}-{droplet['id']}" if counts[name] > 1 else name
        if address(droplet, login.kind) is None:
            notes.append(f"{shown} has no {WORDS[login.kind]}, and was left out")
        else:
            hosts[shown] = droplet
    return hosts, notes


def variables(droplet: Droplet, login: Login) -> dict[str, Any]:
    """What Ansible knows of a host: how to log in, and the Droplet's members as ``do_...``."""
    found: dict[str, Any] = {"ansible_host": address(droplet, login.kind)}
    further = {
        "ansible_user": login.user,
        "ansible_port": login.port,
        "ansible_ssh_private_key_file": login.identity,
    }
    found |= {name: value for name, value in further.items() if value is not None}
    found |= {f"do_{kind}_address": address(droplet, kind) for kind in WORDS}
    for name, value in droplet.items():
        if name not in LEFT_OUT:
            found[f"do_{name}"] = _short(name, value)
    return found


def _short(name: str, value: Any) -> Any:
    if name == "region" and isinstance(value, dict):
        return value.get("slug")
    if isinstance(value, dict) and name == "image":
        return {key: each for key, each in value.items() if key != "regions"}
    return value
