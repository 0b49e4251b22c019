"""A seed of what was recorded: whatever the listings of an account showed, an emulator then has."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple
from urllib.parse import unquote

from ..seeding.collections import COLLECTIONS, PARTS
from ..seeding.reading import Problem, SeedError
from .describing import Item, database_parts, describe
from .fixture import Exchange

_LISTED = {
    "/v2/account/keys": ("ssh_keys", "ssh_keys"),
    "/v2/cdn/endpoints": ("cdn_endpoints", "endpoints"),
    "/v2/kubernetes/clusters": ("kubernetes_clusters", "kubernetes_clusters"),
    "/v2/floating_ips": ("reserved_ips", "floating_ips"),
    "/v2/snapshots": ("snapshots", "snapshots"),
} | {
    f"/v2/{name}": (name, name)
    for name in (
        "tags vpcs vpc_peerings images domains droplets volumes reserved_ips certificates load_balancers firewalls"
        " databases registries projects"
    ).split()
}
"""The paths of listings: which collection they show, and under what name."""
_PARTS = re.compile(r"/v2/(domains|databases|projects)/([^/]+)/(records|users|dbs|resources)/?$")
_PART_NAMES = {"records": "domain_records"}
_KEYS = ("id", "uuid", "ip", "name")
_ACCOUNT = ("email", "name", "droplet_limit", "floating_ip_limit", "reserved_ip_limit", "volume_limit")


class Imported(NamedTuple):
    """A seed, and what is to be said of it.

    Attributes:
        data: the seed.
        notes: what could not be taken over, and why.
        refused: what an emulator would not take.
    """

    data: dict[str, Any]
    notes: list[str]
    refused: list[Problem]


def imported(exchanges: Iterable[Exchange]) -> Imported:
    """A seed of recorded listings; of a thing that was shown several times, the last showing counts."""
    found, parts, account = _collected(exchanges)
    import_ = _Import(found, parts)
    data = ({"account": account} if account else {}) | import_.data()
    return Imported(data, import_.notes, _refused(data))


def written(made: Imported) -> str:
    """A seed as YAML, with a line for what it leaves out."""
    import yaml

    head = "".join(f"# {note}\n" for note in made.notes)
    return head + str(yaml.safe_dump(made.data, sort_keys=False, allow_unicode=True, width=120))


_Found = dict[str, dict[str, Item]]
_Parts = dict[tuple[str, str], dict[str, Item]]


def _collected(exchanges: Iterable[Exchange]) -> tuple[_Found, _Parts, Item]:
    found: _Found = {}
    parts: _Parts = {}
    account: Item = {}
    for exchange in exchanges:
        body = exchange.answer.json if exchange.answer is not None else None
        if exchange.method != "GET" or exchange.status != 200 or not isinstance(body, dict):
            continue
        path = exchange.path.rstrip("/")
        if path == "/v2/account":
            shown = body.get("account") or {}
            account = {field: shown[field] for field in _ACCOUNT if shown.get(field)}
        elif path in _LISTED:
            collection, name = _LISTED[path]
            known = found.setdefault(collection, {})
            known.update((_key(item), item) for item in _items(body, name))
        elif match := _PARTS.match(path):
            known = parts.setdefault((unquote(match[2]), match[3]), {})
            items = _items(body, _PART_NAMES.get(match[3], match[3]))
            known.update((str(item.get("urn") or _key(item)), item) for item in items)
    return found, parts, account


def _items(body: dict[str, Any], name: str) -> Iterator[Item]:
    return (item for item in body.get(name) or () if isinstance(item, dict))


def _key(item: Item) -> str:
    return str(next((item[field] for field in _KEYS if item.get(field) is not None), ""))


class _Import:
    def __init__(self, found: _Found, parts: _Parts) -> None:
        self._found, self._parts = found, parts
        self.notes: list[str] = []
        self._nodes = {
            str(node.get("droplet_id"))
            for cluster in self._shown("kubernetes_clusters")
            for pool in cluster.get("node_pools") or ()
            for node in pool.get("nodes") or ()
        }
        """Droplets that come with their cluster."""

    def _shown(self, name: str) -> list[Item]:
        return list(self._found.get(name, {}).values())

    def data(self) -> dict[str, Any]:
        """The collections of the seed."""
        made: dict[str, Any] = {}
        for name in COLLECTIONS:
            if name in PARTS:
                continue
            items = [one for item in self._shown(name) if (one := self._described(name, item)) is not None]
            if items:
                made[name] = items
        self._mend_references(made)
        return made

    def _described(self, name: str, item: Item) -> Item | None:
        if (name == "droplets" and _key(item) in self._nodes) or (name == "images" and not self._is_custom(item)):
            return None
        if name == "tags" and str(item.get("name", "")).startswith("k8s"):
            return None
        made = describe(name, copy.deepcopy(item))
        if made is None:
            self._note(name, item, "its keys are not shown by the API")
            return None
        if name == "images":
            made["url"] = "https://images.example.com/imported.qcow2"
            self._note(name, item, "where it was imported from is not shown: the seed has another URL", left=False)
        elif name == "domains":
            made["records"] = self._part(item.get("name"), "records")
        elif name == "databases":
            self._add_database_parts(made, item)
        elif name == "projects":
            made["resources"] = self._resources(item)
        elif name in ("droplets", "volumes"):
            made["snapshots"] = self._snapshots(name, item)
        return {field: value for field, value in made.items() if value != []}

    def _is_custom(self, image: Item) -> bool:
        """Snapshots and backups are images, too; they come with their Droplets."""
        return image.get("type") == "custom"

    def _part(self, key: Any, part: str) -> list[Item]:
        items = (self._parts.get((str(key), part)) or {}).values()
        described = (describe(part, item) for item in items)
        return [item for item in described if item is not None]

    def _add_database_parts(self, made: Item, item: Item) -> None:
        for part in ("users", "dbs"):
            found = database_parts((self._parts.get((_key(item), part)) or {}).values())
            if found:
                made[part] = found

    def _resources(self, project: Item) -> list[str]:
        return [urn for urn in self._parts.get((_key(project), "resources")) or {} if self._has(urn)]

    def _has(self, urn: str) -> bool:
        """Whether the seed has what a project has: its kind is one that it can."""
        kind, _, key = urn.removeprefix("do:").partition(":")
        collection = {
            "droplet": "droplets", "volume": "volumes", "domain": "domains", "dbaas": "databases",
            "loadbalancer": "load_balancers", "kubernetes": "kubernetes_clusters",
            "reservedip": "reserved_ips", "floatingip": "reserved_ips",
        }.get(kind)  # fmt: skip
        return collection is not None and key in self._found.get(collection, {}) and key not in self._nodes

    def _snapshots(self, name: str, item: Item) -> list[Item]:
        kind = name.removesuffix("s")
        shown = [
            {"id": one["id"], "name": one["name"]}
            | ({"tags": one["tags"]} if one.get("tags") and kind == "volume" else {})
            for one in self._shown("snapshots")
            if one.get("resource_type") == kind and str(one.get("resource_id")) == _key(item)
        ]
        known = {str(one["id"]) for one in shown}
        wanted = {str(key) for key in item.get("snapshot_ids") or ()} - known if kind == "droplet" else set()
        images = (image for image in self._shown("images") if str(image.get("id")) in wanted)
        return shown + [{"id": image["id"], "name": image["name"]} for image in images]

    def _mend_references(self, made: dict[str, Any]) -> None:
        """What refers to something that the seed does not have does without it."""
        certificates = {one.get("id") for one in made.get("certificates", ())}
        for balancer in made.get("load_balancers", ()):
            rules = balancer.get("forwarding_rules", [])
            kept = [rule for rule in rules if rule.get("certificate_id") in (None, *certificates)]
            if len(kept) != len(rules):
                self._note("load_balancers", balancer, "rules whose certificate is not shown are left out", left=False)
                balancer["forwarding_rules"] = kept or [
                    {"entry_protocol": "http", "entry_port": 80, "target_protocol": "http", "target_port": 80}
                ]
        for endpoint in made.get("cdn_endpoints", ()):
            if endpoint.get("certificate_id") not in (None, *certificates):
                del endpoint["certificate_id"]
                endpoint.pop("custom_domain", None)
                self._note("cdn_endpoints", endpoint, "has no custom domain: its certificate is not shown", left=False)
        droplets = {_key(one) for one in made.get("droplets", ())}
        for name, field in (("load_balancers", "droplet_ids"), ("firewalls", "droplet_ids")):
            for item in made.get(name, ()):
                if field in item:
                    item[field] = [key for key in item[field] if str(key) in droplets]
        for name, field in (("volumes", "droplet"), ("reserved_ips", "droplet_id")):
            for item in made.get(name, ()):
                if field in item and str(item[field]) not in droplets:
                    del item[field]
                    if name == "reserved_ips":
                        item["region"] = self._region_of(item)
        self._mend_images(made)

    def _region_of(self, item: Item) -> Any:
        shown = self._found.get("reserved_ips", {}).get(_key(item), {})
        return (shown.get("region") or {}).get("slug")

    def _mend_images(self, made: dict[str, Any]) -> None:
        """A Droplet whose image is somebody's snapshot, or is no longer offered, has another."""
        from ..catalogue import IMAGES

        slugs = {image.slug for image in IMAGES}
        own = {one.get("id") for one in made.get("images", ())}
        fallback = next(slug for slug in sorted(slugs, reverse=True) if slug and slug.startswith("ubuntu"))
        for droplet in made.get("droplets", ()):
            image = droplet.get("image")
            if image not in slugs and image not in own:
                droplet["image"] = fallback
                self._note("droplets", droplet, f"was made of image {image}, and is of {fallback} here", left=False)

    def _note(self, name: str, item: Item, why: str, *, left: bool = True) -> None:
        what = f"{name.removesuffix('s')} {item.get('name') or _key(item)}"
        self.notes.append(f"{what} is left out: {why}" if left else f"{what}: {why}")


def _refused(data: dict[str, Any]) -> list[Problem]:
    from ..server import Emulator

    with Emulator(speed=0) as emulator:
        try:
            emulator.seed(data)
        except SeedError as error:
            return error.problems
    return []
