"""Which groups a Droplet is in: by its tags, region, VPC, project, status, size and image."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Droplet = Mapping[str, Any]


def safe(name: str) -> str:
    """A name as Ansible lets groups be called: letters, digits and underscores."""
    return re.sub(r"[^A-Za-z0-9_]", "_", name)


def _of(value: Any) -> list[str]:
    return [] if value in (None, "") else [str(value)]


def _image(droplet: Droplet) -> list[str]:
    image = droplet.get("image") or {}
    return _of(image.get("slug") or image.get("name") or image.get("id"))


KINDS: dict[str, Callable[[Droplet], list[str]]] = {
    "tag": lambda droplet: [str(each) for each in droplet.get("tags") or []],
    "region": lambda droplet: _of((droplet.get("region") or {}).get("slug")),
    "vpc": lambda droplet: _of(droplet.get("vpc_name") or droplet.get("vpc_uuid")),
    "project": lambda droplet: _of(droplet.get("project_name")),
    "status": lambda droplet: _of(droplet.get("status")),
    "size": lambda droplet: _of(droplet.get("size_slug")),
    "image": _image,
}
"""By kind of group, what of a Droplet names those that it is in."""


def grouped(hosts: Mapping[str, Droplet], kinds: list[str]) -> tuple[dict[str, list[str]], list[str]]:
    """The groups, each with its hosts.

    Args:
        hosts: Droplets as JSON, by what they are called.
        kinds: which kinds of groups there shall be.

    Returns:
        Names of hosts by group, such as ``tag_web``; and what is to be said of groups that fall into one, a line each.
    """
    groups: dict[str, list[str]] = {}
    named: dict[str, set[str]] = {}
    for host, droplet in hosts.items():
        for kind in kinds:
            for value in KINDS[kind](droplet):
                name = safe(f"{kind}_{value}")
                named.setdefault(name, set()).add(value)
                members = groups.setdefault(name, [])
                if host not in members:
                    members.append(host)
    mixed = [
        f"{' and '.join(map(repr, sorted(values)))} are one group, {name}: Ansible knows letters, digits and _ only"
        for name, values in sorted(named.items())
        if len(values) > 1
    ]
    return dict(sorted(groups.items())), mixed
