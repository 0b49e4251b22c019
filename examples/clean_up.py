"""Clean-up of waste: what costs money and nobody uses. Nothing is deleted unless ``--delete`` says so.

    python examples/clean_up.py --emulator
    python examples/clean_up.py --snapshots-older-than 90 --keep golden --delete

Waste is: volumes that are attached to nothing, reserved IPs that are assigned to nothing, snapshots of what is gone or
that are too old, Droplets that are off (they cost as much as if they ran), tags of nothing.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatch
from typing import Any

import dopyapi as do
from accounts import FLEET, account, parser, run


def waste(given: Namespace) -> Iterator[tuple[str, str, str, Any]]:
    """Find it: kind, name, why, and the resource itself.

    Args:
        given: the command line.
    """
    droplets = {str(d.id): d for d in do.Droplet.list.all()}
    volumes = {v.id: v for v in do.Volume.list.all()}
    for volume in volumes.values():
        if not volume.droplet_ids:
            yield "volume", volume.name, f"{volume.size_gigabytes} GiB, attached to nothing", volume
    for address in do.ReservedIP.list.all():
        if address.droplet is None and not address.locked:
            yield "reserved IP", address.ip, "assigned to nothing", address
    # An emulator's clock may be ahead of ours, and a laptop's is often wrong.
    _, response = do.Account.load.with_response(do.Account())
    now = datetime.strptime(response.headers["date"], "%a, %d %b %Y %H:%M:%S %Z").replace(tzinfo=UTC)
    for snapshot in do.Snapshot.list.all():
        days = (now - snapshot.created_at) / timedelta(days=1)
        size = f"{snapshot.size_gigabytes:g} GiB"
        if snapshot.resource_id not in (droplets if snapshot.resource_type == "droplet" else volumes):
            yield "snapshot", snapshot.name, f"{size}, of a {snapshot.resource_type} that is gone", snapshot
        elif days > given.snapshots_older_than:
            yield "snapshot", snapshot.name, f"{size}, {days:.0f} days old", snapshot
    for droplet in droplets.values():
        if droplet.status == "off":
            yield "droplet", droplet.name, f"off, at {droplet.size.price_monthly:.2f} USD a month", droplet
    for tag in do.Tag.list.all():
        if not tag.resources.count:
            yield "tag", tag.name, "on nothing", tag


def main() -> None:
    """Say what there is, and delete it if told to."""
    arguments = parser(__doc__ or "")
    arguments.add_argument(
        "--snapshots-older-than", type=float, default=30, metavar="DAYS", help="(default: %(default)s)"
    )
    arguments.add_argument("--keep", action="append", default=[], metavar="PATTERN", help="names that stay; repeatable")
    arguments.add_argument("--only", action="append", metavar="KIND", help="only of this kind; repeatable")
    arguments.add_argument("--delete", action="store_true", help="delete what was found")
    given = arguments.parse_args()
    found = 0
    with account(given.emulator, seed=FLEET, days=45):
        for kind, name, why, resource in waste(given):
            if any(fnmatch(name, pattern) for pattern in given.keep) or (given.only and kind not in given.only):
                continue
            found += 1
            print(f"{'deleting' if given.delete else 'waste:'} {kind:<12} {name:<24} {why}")
            if given.delete:
                resource.delete()
    print(f"{found} things" + ("" if given.delete or not found else "; --delete deletes them"))


if __name__ == "__main__":
    run(main)
