"""The whole life of a few Droplets, told with the public API.

    python examples/droplet_story.py --emulator      on an emulator of its own: no account, no bill
    DO_TOKEN=... python examples/droplet_story.py    on your account: this creates five Droplets, and costs money

Anything that goes other than told ends the story with the reason and a non-zero status.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import dopyapi as do

TAG = "dopyapi-story"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINSam3CepCDe5KYJ5vN6E4pEdvV/gWvcR9JxKmqDgUqF story"
NAMES = [f"story-{number}" for number in range(1, 6)]


class Surprise(Exception):
    """The story went another way."""


def expect(fact: object, what: str) -> None:
    """Say what is told, and stop if it is not so."""
    if not fact:
        raise Surprise(f"not so: {what}")
    print(f"  {what}")


def story() -> None:
    """Tell it."""
    print("\nWho am I?")
    account = do.Account()
    expect(account.status == "active", f"{account.email} may have {account.droplet_limit} Droplets")

    print("\nWhat is there?")
    regions = [r for r in do.Region.list.all() if r.available]
    sizes = list(do.Size.list.all())
    region = next(r for r in regions if do.sizes.tiny in r.sizes)
    size = next(s for s in sizes if s.slug == do.sizes.tiny)
    expect(regions, f"{len(regions)} regions; {region.name} has {len(region.sizes)} sizes")
    expect(size.available, f"{size.slug}: {size.memory} MB for {size.price_monthly:.2f} USD a month")

    print("\nA key, and five Droplets that let it in")
    key = next((k for k in do.SSHKey.list.all() if k.name == "story"), None)
    key = key or do.SSHKey.new(name="story", public_key=KEY)
    expect(key.fingerprint, f"key {key.name} has the fingerprint {key.fingerprint}")
    droplets = do.Droplet.create_many(NAMES, region=region, size=size, image="ubuntu-24-04-x64", ssh_keys=[key])
    expect(len({d.id for d in droplets}) == 5, "five Droplets are being created")
    do.wait_all(droplets, until="ip", on_progress=do.ProgressDisplay("  starting"))
    expect(all(d.status == "active" for d in droplets), "all are active and have addresses")

    print("\nOne tag for all, and a power cycle by it")
    tag = do.Tag.new(name=TAG)
    tag.tag(droplets)
    tag.load()
    expect(tag.resources.droplets.count == 5, f"five Droplets carry the tag {tag.name}")
    cycled = do.Droplet.action_by_tag_name(TAG, "power_cycle").wait()
    expect(cycled.status == "completed", "all five were turned off and on again")

    print("\nOne of them grows, and is saved")
    first = droplets[0]
    first.power_off().wait()
    first.resize("s-2vcpu-2gb").wait()
    first.power_on().wait()
    first.load()
    expect(first.memory == 2048 and first.status == "active", f"{first.name} has {first.memory} MB of memory now")
    first.snapshot("story-snapshot").wait()
    snapshots = list(first.list_snapshots.all())
    expect([s.name for s in snapshots] == ["story-snapshot"], f"its snapshot takes {snapshots[0].size_gigabytes} GB")

    print("\nWhere are they?")
    found = sorted(do.Droplet.list.all(tag_name=TAG), key=lambda d: d.name)
    expect([d.name for d in found] == NAMES, "the listing by tag has all five")
    print(f"\n  {'name':<10} {'id':<12} {'status':<8} {'size':<14} {'public':<16} private")
    for d in found:
        print(f"  {d.name:<10} {d.id:<12} {d.status:<8} {d.size_slug:<14} {d.getPublicIP():<16} {d.getPrivateIP()}")

    print("\nAnd all of it goes again")
    do.Droplet.delete_by_tag_name(TAG)
    for each in (*snapshots, tag, key):
        each.delete()
    expect(not list(do.Droplet.list.all(tag_name=TAG)), "nothing is left")


@contextmanager
def account(emulated: bool) -> Iterator[None]:
    """Authenticate, to an emulator in a process of its own or to DigitalOcean."""
    if emulated:
        with do.testing.server() as server:
            print(f"an emulator listens at {server.url}")
            do.authenticate(server.token, server.url)
            yield
    else:
        do.authenticate()
        yield


def main() -> int:
    """Run the story."""
    parser = argparse.ArgumentParser(description="The whole life of a few Droplets.")
    parser.add_argument("--emulator", action="store_true", help="on an emulator of its own")
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # told as it happens, through a pipe too
    try:
        with account(parser.parse_args().emulator):
            story()
    except KeyboardInterrupt:
        print("\ninterrupted", file=sys.stderr)
        return 130
    except (Surprise, do.DOPyError, StopIteration) as reason:
        print(f"\nthe story ends early: {type(reason).__name__}: {reason}", file=sys.stderr)
        return 1
    print("\nThe end.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
