"""Host blocks of ssh's configuration."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .addresses import WORDS, address
from .clients import ROOT, alias_of

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
"""What stands in a Host line without being read as a pattern, a comment or a second name."""


@dataclass(frozen=True)
class Entry:
    """What the blocks have in common.

    Attributes:
        kind: which address: `public`, `private` or `ipv6`.
        user: who logs in.
        identity: file of the private key.
        port: where the servers listen.
        prefix: what the names begin with.
    """

    kind: str = "public"
    user: str = ROOT
    identity: str | None = None
    port: int | None = None
    prefix: str = ""


def blocks(droplets: Sequence[Mapping[str, Any]], entry: Entry) -> tuple[str, list[str]]:
    """A block for each Droplet, by its name; of several of one name by name and number.

    Args:
        droplets: as JSON.
        entry: what the blocks have in common.

    Returns:
        The blocks, and what is to be said of Droplets that have none, a line each.
    """
    counts = Counter(str(each["name"]) for each in droplets)
    written, left_out = [], []
    for droplet in sorted(droplets, key=lambda each: (str(each["name"]), each["id"])):
        name, found = str(droplet["name"]), address(droplet, entry.kind)
        if _NAME.fullmatch(f"{entry.prefix}{name}") is None:
            left_out.append(f"{name!r} ({droplet['id']}) cannot be the name of a Host, and was left out")
        elif found is None:
            left_out.append(f"{name} has no {WORDS[entry.kind]}, and was left out")
        else:
            shown = f"{name}-{droplet['id']}" if counts[name] > 1 else name
            written.append(_block(f"{entry.prefix}{shown}", found, int(droplet["id"]), entry))
    twins = [f"{count} Droplets are called {name}: they are {name}-<id>" for name, count in counts.items() if count > 1]
    return "\n".join(written), [*twins, *left_out]


def _block(name: str, found: str, identifier: int, entry: Entry) -> str:
    lines = [f"Host {name}", f"HostName {found}", f"User {_word(entry.user)}", f"HostKeyAlias {alias_of(identifier)}"]
    if entry.port is not None:
        lines.append(f"Port {entry.port}")
    if entry.identity is not None:
        lines += [f"IdentityFile {_word(entry.identity)}", "IdentitiesOnly yes"]
    return "\n    ".join(lines) + "\n"


def _word(value: str) -> str:
    """A value as one word of the file.

    Raises:
        ValueError: none can be made of it.
    """
    if any(ord(character) < 32 or character in '"\\' for character in value):
        raise ValueError(f"{value!r} cannot be written into ssh's configuration")
    return f'"{value}"' if " " in value or "#" in value else value
