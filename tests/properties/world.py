"""What any sequence of operations may meet: an account in which all that is named exists, and both sides agree."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from typing import Any

import dopyapi as do

from ..conftest import judge

REFUSALS = (403, 404, 409, 412, 422)
EVER = 7 * 24 * 3600
"""Seconds after which every action is over."""


class World:
    """An emulated account, asked in one of the two call forms."""

    def __init__(self, form: str) -> None:
        self._stack = ExitStack()
        self.api = self._stack.enter_context(do.testing.emulator(strict=True))
        judge(self.api.emulator)
        self._runner = self._stack.enter_context(asyncio.Runner()) if form == "aio" else None

    def close(self) -> None:
        self._stack.close()

    def call(self, operation: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Perform an operation."""
        if self._runner is None:
            return operation(*args, **kwargs)
        return self._runner.run(operation.aio(*args, **kwargs))

    def items(self, listing: Any) -> list[Any]:
        """Walk a whole listing."""
        if self._runner is None:
            return list(listing)

        async def walked() -> list[Any]:
            return [item async for item in listing]

        return self._runner.run(walked())

    def tried(self, operation: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Perform an operation that the API may refuse, in one of the documented ways; None where it has."""
        try:
            return self.call(operation, *args, **kwargs)
        except do.APIError as refused:
            assert refused.status in REFUSALS, f"{operation} is refused in a way that is not documented: {refused}"
            return None

    def exists(self, thing: Any) -> bool:
        try:
            self.call(type(thing).fetch, thing.getID())
        except do.ResourceNotFoundError:
            return False
        return True

    def agrees(self, thing: Any, *, loaded: bool = False) -> None:
        """An object that was acted on shows what a fresh one does: at once, or once it is loaded."""
        if not loaded:
            self.call(thing.load)
        fresh = self.call(type(thing).fetch, thing.getID())
        assert thing.json() == fresh.json(), f"{thing!r} is not what the API has"


def consistent(world: World) -> None:
    """Nothing names what does not exist, and whatever is named by one side is by the other."""
    droplets = {d.id: d for d in world.items(do.Droplet.list.all())}
    volumes = {v.id: v for v in world.items(do.Volume.list.all())}
    firewalls = {f.id: f for f in world.items(do.Firewall.list.all())}
    tags = {t.name: t for t in world.items(do.Tag.list.all())}
    images = {i.id: i for i in world.items(do.Image.list_user.all())}
    snapshots = {str(s.id): s for s in world.items(do.Snapshot.list.all())}
    addresses = {a.ip: a for a in world.items(do.FloatingIP.list.all())}
    _attached(droplets, volumes)
    _taken(droplets, images, snapshots)
    _protected(world, droplets, firewalls, tags)
    _counted(tags, {"droplets": droplets, "volumes": volumes, "images": images, "volume_snapshots": snapshots})
    _grouped(world, droplets, volumes, addresses)


def _attached(droplets: Any, volumes: Any) -> None:
    ours = {(id, d.id) for d in droplets.values() for id in d.volume_ids}
    theirs = {(v.id, id) for v in volumes.values() for id in v.droplet_ids}
    assert ours == theirs, "Droplets and volumes disagree about who has whom"
    assert {number for _, number in theirs} <= droplets.keys()
    assert {key for key, _ in ours} <= volumes.keys()
    assert len({key for key, _ in theirs}) == len(theirs), "a volume is attached twice"
    for key, number in theirs:
        assert volumes[key].region.slug == droplets[number].region.slug


def _taken(droplets: Any, images: Any, snapshots: Any) -> None:
    for droplet in droplets.values():
        assert {*droplet.snapshot_ids, *droplet.backup_ids} <= images.keys(), "a Droplet names an image that is gone"
        taken = {
            int(k) for k, s in snapshots.items() if (s.resource_type, s.resource_id) == ("droplet", str(droplet.id))
        }
        assert taken == {*droplet.snapshot_ids}, "snapshots and Droplet disagree"
    for key, snapshot in snapshots.items():
        assert snapshot.resource_type == "volume" or int(key) in images


def _protected(world: World, droplets: Any, firewalls: Any, tags: Any) -> None:
    for firewall in firewalls.values():
        named = {*firewall.droplet_ids, *(change.droplet_id for change in firewall.pending_changes)}
        for rule in (*firewall.inbound_rules, *firewall.outbound_rules):
            where = rule.sources if rule in firewall.inbound_rules else rule.destinations
            named |= {*where.droplet_ids}
            assert {*where.tags} <= tags.keys(), "a rule names a tag that is gone"
        assert named <= droplets.keys(), "a firewall names a Droplet that is gone"
        assert {*firewall.tags} <= tags.keys(), "a firewall follows a tag that is gone"
        assert firewall.status == "waiting" or not firewall.pending_changes
    for droplet in droplets.values():
        shown = {f.id for f in world.call(droplet.list_firewalls)}
        expected = {
            key
            for key, firewall in firewalls.items()
            if droplet.id in firewall.droplet_ids or {*firewall.tags} & {*droplet.tags}
        }
        assert shown == expected, f"{droplet!r} and the firewalls disagree"


def _counted(tags: Any, kinds: dict[str, Any]) -> None:
    carried = {name for things in kinds.values() for thing in things.values() for name in thing.tags or ()}
    assert carried <= tags.keys(), "something carries a tag that is gone"
    for name, tag in tags.items():
        total = 0
        for kind, things in kinds.items():
            wearing = [t for t in things.values() if name in (t.tags or ())]
            if kind == "volume_snapshots":
                wearing = [t for t in wearing if t.resource_type == "volume"]
            assert tag.resources[kind]["count"] == len(wearing), f"the tag {name} miscounts {kind}"
            total += len(wearing)
        assert tag.resources.count == total


def _grouped(world: World, droplets: Any, volumes: Any, addresses: Any) -> None:
    for address in addresses.values():
        assert address.droplet is None or address.droplet.id in droplets, "an address is assigned to what is gone"
    urns = {f"do:droplet:{n}" for n in droplets}
    members: list[str] = []
    for vpc in world.items(do.VPC.list.all()):
        inside = [m.urn for m in world.items(vpc.list_members.all())]
        assert {*inside} == {f"do:droplet:{d.id}" for d in droplets.values() if d.vpc_uuid == vpc.id}
        members += inside
    assert sorted(members) == sorted(urns), "a Droplet is in no VPC, or in two"
    urns |= {f"do:volume:{key}" for key in volumes} | {f"do:floatingip:{ip}" for ip in addresses}
    held: list[str] = []
    for project in world.items(do.Project.list.all()):
        held += [r.urn for r in world.items(project.list_resources.all())]
    assert sorted(held) == sorted(urns), "projects hold what is gone, or not what is there"
