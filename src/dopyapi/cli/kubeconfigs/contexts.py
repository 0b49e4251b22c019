"""Names of contexts: of the cluster, and of the team, since clusters of two teams may be called alike.

Each context that is written says whose it is, in an extension, which kubectl keeps: so a cluster that was made anew
takes the place of the former one, and never that of another team's cluster.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

EXTENSION = "dopyapi"
Config = dict[str, Any]


class Owner(NamedTuple):
    """Whose a cluster is.

    Attributes:
        name: of the team, or the address of the account's owner.
        uuid: of the team, or of the account.
    """

    name: str
    uuid: str


def usual(region: str, cluster: str, owner: Owner) -> str:
    """The name of a cluster's context: ``do-ams3-prod@my-team``."""
    team = re.sub(r"[^a-z0-9]+", "-", owner.name.lower()).strip("-")
    return f"do-{region}-{cluster}@{team or owner.uuid[:8]}"


def free(config: Config, wanted: str, owner: Owner, server: str) -> str:
    """The name, with the team's identifier where another team's cluster has it already."""
    return wanted if may_take(config, wanted, owner, server) else f"{wanted}-{owner.uuid[:8]}"


def may_take(config: Config, name: str, owner: Owner, server: str) -> bool:
    """Whether a name can be taken: nothing has it, or the same cluster, or what this command wrote for this team."""
    present = _context(config, name)
    if present is None:
        # Entries that no context leads to, or another one, are somebody's all the same.
        users = {str(each["name"]) for each in _entries(config, "users")}
        return f"{name}-admin" not in users and server_of(config, {"cluster": name}) in ("", server)
    about = _about(present)
    return server_of(config, present) == server or (about.get("team") == owner.uuid and bool(owner.uuid))


def marked(new: Config, present: Config, name: str, about: dict[str, Any]) -> Config:
    """The kubeconfig of one cluster, whose context says whose it is, and keeps the namespace that it had.

    Args:
        new: as the API gave it; it is changed.
        present: what the file has.
        name: what the context is to be called.
        about: what the extension holds.
    """
    context = new["contexts"][0]["context"]
    before = _context(present, name)
    if before is not None and before.get("namespace") and "namespace" not in context:
        context["namespace"] = before["namespace"]
    context["extensions"] = [{"name": EXTENSION, "extension": about}]
    return new


def matching(config: Config, word: str) -> list[str]:
    """Names of the contexts that are meant: by their name, or by name or identifier of the cluster."""
    names = [str(each["name"]) for each in _entries(config, "contexts")]
    if word in names:
        return [word]
    found = []
    for name in names:
        context = _context(config, name) or {}
        about = _about(context)
        by_name = re.fullmatch(rf"do-[a-z0-9]+-{re.escape(word)}(@.*)?", name) is not None
        host = server_of(config, context).partition("://")[2]
        by_name = by_name or name.startswith(f"{word}@")
        if word in (about.get("cluster"), about.get("id")) or by_name or host.startswith(f"{word}."):
            found.append(name)
    return found


def without(config: Config, names: list[str]) -> Config:
    """The file without these contexts, and without clusters and users that only they had."""
    gone = [_context(config, name) or {} for name in names]
    contexts = [each for each in _entries(config, "contexts") if each["name"] not in names]
    left = [each.get("context") or {} for each in contexts]
    made = {**config, "contexts": contexts}
    for section, key in (("clusters", "cluster"), ("users", "user")):
        ours = {each.get(key) for each in gone} - {each.get(key) for each in left}
        made[section] = [each for each in _entries(config, section) if each["name"] not in ours]
    if made.get("current-context") in names:
        made["current-context"] = ""
    return made


def server_of(config: Config, context: Config) -> str:
    """Address of the API server that a context leads to."""
    found = next((each for each in _entries(config, "clusters") if each["name"] == context.get("cluster")), {})
    cluster = found.get("cluster")
    return str(cluster.get("server") or "") if isinstance(cluster, dict) else ""


def _context(config: Config, name: str) -> Config | None:
    found = next((each for each in _entries(config, "contexts") if each["name"] == name), None)
    if found is None:
        return None
    context = found.get("context")
    return context if isinstance(context, dict) else {}


def _about(context: Config) -> Config:
    entries = context.get("extensions")
    for each in entries if isinstance(entries, list) else []:
        if isinstance(each, dict) and each.get("name") == EXTENSION and isinstance(each.get("extension"), dict):
            found: Config = each["extension"]
            return found
    return {}


def _entries(config: Config, section: str) -> list[Config]:
    return config.get(section) or []
