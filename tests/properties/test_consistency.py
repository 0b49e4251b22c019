"""Whatever is done, in whatever order: nothing dangles, and what the SDK shows is what there is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

import dopyapi as do

from .world import EVER, World, consistent

REGION = "ams3"
IMAGE = "ubuntu-24-04-x64"
SIZES = ["s-1vcpu-1gb", "s-1vcpu-2gb", "s-2vcpu-4gb"]
TAGS = ["web", "WEB", "db", "a:1"]
MOST = 5
"""Of a kind at a time; more would make runs longer, not other."""

which = st.integers(0, 20)
some_tags = st.sampled_from([[], ["web"], ["WEB"], ["db", "a:1"], ["web", "db"]])
few_tags = st.sampled_from([["web"], ["WEB", "a:1"], ["db"]])


class Account(RuleBasedStateMachine):
    """Someone who does anything to Droplets, volumes, tags, firewalls, addresses, VPCs and projects."""

    form = "sync"

    def __init__(self) -> None:
        super().__init__()
        self.world = World(self.form)
        self.call, self.tried, self.agrees = self.world.call, self.world.tried, self.world.agrees
        self.droplets: list[do.Droplet] = []
        self.volumes: list[do.Volume] = []
        self.firewalls: list[do.Firewall] = []
        self.addresses: list[do.FloatingIP] = []
        self.gone: list[Any] = []
        self.count = 0

    def teardown(self) -> None:
        try:
            self.everything_is_over()
        finally:
            self.world.close()

    def name(self) -> str:
        self.count += 1
        return f"thing-{self.count}"

    def lost(self, kind: list[Any]) -> None:
        """Move what is no more out of a list, after an operation that takes several things."""
        for thing in [t for t in kind if not self.world.exists(t)]:
            kind.remove(thing)
            self.gone.append(thing)

    def finished(self, action: do.Action | None, *things: Any) -> bool:
        """Wait for an action, where there is one, and see that its objects agree; says whether there was."""
        if action is None:
            return False
        self.call(action.wait)
        assert action.status == "completed"
        for thing in things:
            self.agrees(thing)
        return True

    # Time.

    @rule(seconds=st.sampled_from([1, 2, 5, 12, 31, 61, 3600]))
    def time_passes(self, seconds: int) -> None:
        self.world.api.clock.advance(seconds)

    @rule()
    def everything_is_over(self) -> None:
        self.world.api.clock.advance(EVER)
        for thing in (*self.droplets, *self.volumes, *self.firewalls, *self.addresses):
            self.agrees(thing)
        for droplet in self.droplets:
            assert (droplet.locked, droplet.status in ("active", "off")) == (False, True)
        for firewall in self.firewalls:
            assert (firewall.status, firewall.pending_changes) == ("succeeded", [])
        for address in self.addresses:
            assert address.locked is False
        assert {a.status for a in self.call(do.Action.list, per_page=200)} <= {"completed", "errored"}

    # Droplets.

    @precondition(lambda self: len(self.droplets) < MOST)
    @rule(tags=some_tags, volume=st.none() | which, many=st.booleans(), vpc=st.booleans())
    def create_droplets(self, tags: list[str], volume: int | None, many: bool, vpc: bool) -> None:
        options: dict[str, Any] = {"region": REGION, "size": SIZES[0], "image": IMAGE, "tags": tags}
        if vpc:
            found = self.tried(do.VPC.new, name=self.name(), region=REGION)
            options["vpc_uuid"] = found
        if many:
            made = self.call(do.Droplet.create_many, [self.name(), self.name()], **options)
        else:
            if volume is not None and self.volumes:
                options["volumes"] = [self.volumes[volume % len(self.volumes)].id]
            one = self.tried(do.Droplet.new, name=self.name(), **options)
            made = [] if one is None else [one]
        for droplet in made:
            assert len(droplet.tags) == len(tags)
            self.agrees(droplet, loaded=True)
        self.droplets += made

    @precondition(lambda self: self.droplets)
    @rule(
        n=which,
        type=st.sampled_from(["power_off", "power_on", "shutdown", "reboot", "power_cycle", "enable_ipv6",
                              "enable_backups", "disable_backups", "snapshot", "rename", "resize", "rebuild"]),
        size=st.sampled_from(SIZES),
        disk=st.booleans(),
        wait=st.booleans(),
    )  # fmt: skip
    def act(self, n: int, type: str, size: str, disk: bool, wait: bool) -> None:
        droplet = self.droplets[n % len(self.droplets)]
        name = self.name()
        given = {"snapshot": (name,), "rename": (name,), "resize": (size, disk), "rebuild": (IMAGE,)}.get(type, ())
        self.call(droplet.load)
        before = len(droplet.snapshot_ids)
        action = self.tried(getattr(droplet, type), *given)
        if not wait or not self.finished(action, droplet):
            return
        if type in ("power_off", "shutdown"):
            assert droplet.status == "off"
        elif type in ("power_on", "reboot", "power_cycle", "rebuild"):
            assert droplet.status == "active"
        elif type == "snapshot":
            assert len(droplet.snapshot_ids) == before + 1
        elif type == "rename":
            assert droplet.name == name
        elif type == "resize":
            assert droplet.size_slug == size

    @precondition(lambda self: self.droplets)
    @rule(n=which)
    def delete_droplet(self, n: int) -> None:
        droplet = self.droplets.pop(n % len(self.droplets))
        assert self.call(droplet.delete) == {"status": "deleted"}
        self.gone.append(droplet)

    @precondition(lambda self: self.droplets)
    @rule(n=which, all=st.booleans())
    def delete_droplet_and_more(self, n: int, all: bool) -> None:
        droplet = self.droplets[n % len(self.droplets)]
        found = self.call(droplet.list_associated_resources)
        if all:
            answer = self.tried(droplet.delete_with_everything)
        else:
            answer = self.tried(droplet.delete_with, volumes=[v["id"] for v in found.volumes])
        self.world.api.clock.advance(600)
        self.lost(self.droplets)
        self.lost(self.volumes)
        self.lost(self.addresses)
        assert answer is None or droplet in self.gone

    @rule(name=st.sampled_from(TAGS))
    def delete_droplets_by_tag(self, name: str) -> None:
        carrying = self.world.items(do.Droplet.list.all(tag_name=name))
        self.tried(do.Droplet.delete_by_tag_name, name)
        for droplet in carrying:
            self.droplets.remove(droplet)
            self.gone.append(droplet)

    # Volumes and snapshots.

    @precondition(lambda self: len(self.volumes) < MOST)
    @rule(tags=some_tags)
    def create_volume(self, tags: list[str]) -> None:
        made = self.call(do.Volume.new, name=self.name(), region=REGION, size_gigabytes=10, tags=tags)
        self.agrees(made, loaded=True)
        self.volumes.append(made)

    @precondition(lambda self: self.volumes and self.droplets)
    @rule(n=which, m=which, patient=st.booleans(), wait=st.booleans())
    def attach(self, n: int, m: int, patient: bool, wait: bool) -> None:
        volume, droplet = self.volumes[n % len(self.volumes)], self.droplets[m % len(self.droplets)]
        try:
            action = self.tried(volume.attach, droplet, timeout=3600 if patient else 0)
        except do.WaitTimeout:
            assert not patient
            return
        if wait and self.finished(action, volume, droplet):
            assert (volume.droplet_ids, volume.id in droplet.volume_ids) == ([droplet.id], True)

    @precondition(lambda self: self.volumes)
    @rule(n=which, patient=st.booleans(), wait=st.booleans())
    def detach(self, n: int, patient: bool, wait: bool) -> None:
        volume = self.volumes[n % len(self.volumes)]
        self.call(volume.load)
        if not volume.droplet_ids:
            with pytest.raises(do.ClientError, match="attached to no Droplet"):
                self.call(volume.detach)
            return
        try:
            action = self.tried(volume.detach, timeout=3600 if patient else 0)
        except do.WaitTimeout:
            assert not patient
            return
        if wait and self.finished(action, volume):
            assert volume.droplet_ids == []

    @precondition(lambda self: self.volumes)
    @rule(n=which, more=st.integers(0, 20), wait=st.booleans())
    def grow(self, n: int, more: int, wait: bool) -> None:
        volume = self.volumes[n % len(self.volumes)]
        self.call(volume.load)
        size = volume.size_gigabytes + more
        if wait and self.finished(self.tried(volume.resize, size), volume):
            assert volume.size_gigabytes == size

    @precondition(lambda self: self.volumes)
    @rule(n=which, tags=some_tags)
    def snapshot_volume(self, n: int, tags: list[str]) -> None:
        volume = self.volumes[n % len(self.volumes)]
        taken = self.call(volume.snapshot, self.name(), tags=tags)
        assert taken in self.call(volume.list_snapshots, per_page=200)
        self.agrees(taken, loaded=True)

    @precondition(lambda self: self.volumes)
    @rule(n=which)
    def delete_volume(self, n: int) -> None:
        volume = self.volumes[n % len(self.volumes)]
        self.tried(volume.delete)
        self.lost(self.volumes)

    @rule(n=which)
    def delete_snapshot(self, n: int) -> None:
        found = self.call(do.Snapshot.list, per_page=200)
        if found:
            taken = found[n % len(found)]
            assert self.call(taken.delete) == {"status": "deleted"}
            self.gone.append(taken)

    # Tags.

    @rule(name=st.sampled_from(TAGS), n=which, m=which, off=st.booleans())
    def tag(self, name: str, n: int, m: int, off: bool) -> None:
        tag = do.Tag({"name": name})
        things: list[Any] = [kind[i % len(kind)] for kind, i in ((self.droplets, n), (self.volumes, m)) if kind]
        if not things:
            self.call(do.Tag.new, name=name)
            return
        answer = self.tried(tag.untag if off else tag.tag, things)
        for thing in things:
            self.agrees(thing)
            if answer is not None:
                assert (name.lower() in [t.lower() for t in thing.tags]) != off

    @rule(name=st.sampled_from(TAGS))
    def delete_tag(self, name: str) -> None:
        self.call(do.Tag({"name": name}).delete)
        assert name.lower() not in [t.name.lower() for t in self.call(do.Tag.list)]

    # Firewalls.

    @precondition(lambda self: len(self.firewalls) < MOST)
    @rule(tags=some_tags, n=st.none() | which, m=st.none() | which)
    def create_firewall(self, tags: list[str], n: int | None, m: int | None) -> None:
        own = [] if n is None or not self.droplets else [self.droplets[n % len(self.droplets)]]
        named = [] if m is None or not self.droplets else [self.droplets[m % len(self.droplets)]]
        rules = [do.InboundRule("tcp", "22", do.Location("192.0.2.7"))]
        if named or tags:
            rules.append(do.InboundRule("tcp", "5432", do.Location(droplet_ids=named, tags=tags)))
        made = self.tried(do.Firewall.new, self.name(), rules, droplet_ids=own, tags=tags)
        if made is not None:
            self.agrees(made, loaded=True)
            self.firewalls.append(made)

    @precondition(lambda self: self.firewalls and self.droplets)
    @rule(n=which, chosen=st.lists(which, min_size=1, max_size=3), off=st.booleans())
    def firewall_droplets(self, n: int, chosen: list[int], off: bool) -> None:
        firewall = self.firewalls[n % len(self.firewalls)]
        droplets = [self.droplets[m % len(self.droplets)] for m in chosen]
        self.call(firewall.remove_droplets if off else firewall.add_droplets, droplets)
        for droplet in droplets:
            assert (droplet.id in firewall.droplet_ids) != off
        self.agrees(firewall, loaded=True)

    @precondition(lambda self: self.firewalls)
    @rule(n=which, tags=few_tags, off=st.booleans())
    def firewall_tags(self, n: int, tags: list[str], off: bool) -> None:
        firewall = self.firewalls[n % len(self.firewalls)]
        answer = self.tried(firewall.remove_tags if off else firewall.add_tags, tags)
        if answer is not None:
            spelled = [t.lower() for t in firewall.tags]
            assert all((tag.lower() in spelled) != off for tag in tags)
            self.agrees(firewall, loaded=True)

    @precondition(lambda self: self.firewalls)
    @rule(n=which, port=st.integers(80, 83), off=st.booleans(), save=st.booleans())
    def firewall_rules(self, n: int, port: int, off: bool, save: bool) -> None:
        firewall = self.firewalls[n % len(self.firewalls)]
        changed = do.InboundRule("udp", str(port), do.Location("192.0.2.0/24"))
        if save:
            self.call(firewall.load)
            firewall.name = self.name()
            if changed not in firewall.inbound_rules:
                firewall.inbound_rules.append(changed)
            self.call(firewall.save)
        else:
            self.call(firewall.remove_rules if off else firewall.add_rules, changed)
            assert (changed in firewall.inbound_rules) != off
        self.agrees(firewall, loaded=True)

    @precondition(lambda self: self.firewalls)
    @rule(n=which)
    def delete_firewall(self, n: int) -> None:
        firewall = self.firewalls.pop(n % len(self.firewalls))
        assert self.call(firewall.delete) == {"status": "deleted"}
        self.gone.append(firewall)

    # Addresses, VPCs, projects.

    @precondition(lambda self: len(self.addresses) < MOST)
    @rule(n=st.none() | which)
    def reserve(self, n: int | None) -> None:
        if n is None or not self.droplets:
            made = self.call(do.FloatingIP.new, region=REGION)
        else:
            made = self.tried(do.FloatingIP.new, droplet_id=self.droplets[n % len(self.droplets)])
        if made is not None:
            self.agrees(made, loaded=True)
            self.addresses.append(made)

    @precondition(lambda self: self.addresses)
    @rule(n=which, m=st.none() | which, wait=st.booleans())
    def assign(self, n: int, m: int | None, wait: bool) -> None:
        address = self.addresses[n % len(self.addresses)]
        if m is None or not self.droplets:
            if self.finished(self.tried(address.unassign) if wait else None, address):
                assert address.droplet is None
            return
        droplet = self.droplets[m % len(self.droplets)]
        action = self.tried(address.assign, droplet)
        if wait and self.finished(action, address):
            assert address.droplet == droplet

    @precondition(lambda self: self.addresses)
    @rule(n=which)
    def release(self, n: int) -> None:
        self.tried(self.addresses[n % len(self.addresses)].delete)
        self.lost(self.addresses)

    @rule(n=which)
    def delete_vpc(self, n: int) -> None:
        found = self.call(do.VPC.list)
        if found:
            self.tried(found[n % len(found)].delete)

    @rule(n=which, empty=st.booleans())
    def group(self, n: int, empty: bool) -> None:
        things = [*self.droplets, *self.volumes, *self.addresses]
        if empty or not things:
            found = [p for p in self.call(do.Project.list, per_page=200) if not p.is_default]
            if found:
                self.tried(found[n % len(found)].delete)
            return
        project = self.call(do.Project.new, name=self.name(), purpose=do.Purpose.web)
        chosen = things[n % len(things) :]
        assert {r.status for r in self.call(project.assign, chosen)} == {"assigned"}

    # Always.

    @precondition(lambda self: self.gone)
    @rule(n=which)
    def what_is_gone_stays_gone(self, n: int) -> None:
        thing = self.gone[n % len(self.gone)]
        with pytest.raises(do.ResourceNotFoundError):
            self.call(thing.load)
        assert self.call(thing.delete) == {"status": "deleted"}, "deleting twice is no error"

    @invariant()
    def nothing_dangles(self) -> None:
        consistent(self.world)

    @invariant()
    def nothing_comes_or_goes_by_itself(self) -> None:
        for mine, kind in (
            (self.droplets, do.Droplet),
            (self.volumes, do.Volume),
            (self.firewalls, do.Firewall),
            (self.addresses, do.FloatingIP),
        ):
            listed = {thing.getID() for thing in self.world.items(kind.list.all())}
            assert listed == {thing.getID() for thing in mine}


class AwaitedAccount(Account):
    """The same, awaited."""

    form = "aio"


@pytest.mark.parametrize(
    ("kind", "sequences"), [(Account, 1), (Account, 2), (Account, 3), (Account, 4), (AwaitedAccount, 5)]
)
def test_any_sequence_leaves_the_account_consistent(kind, sequences):
    """In parts, for workers to share; the same sequences in each run."""
    run_state_machine_as_test(
        seed(sequences)(kind),
        settings=settings(
            max_examples=12,
            stateful_step_count=30,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
