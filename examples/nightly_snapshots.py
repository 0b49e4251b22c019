"""Nightly snapshots of all that carries a tag, with rotation: the newest so many stay, older ones are deleted.

    python examples/nightly_snapshots.py production --keep 7 --emulator
    python examples/nightly_snapshots.py production --keep 7 --dry-run

For a crontab. Only snapshots that this script has made, which it knows by their names, are ever deleted, and none while
a new one has failed.
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import chain

import dopyapi as do
from accounts import FLEET, account, parser, run

MARK = "nightly"


def outdated(source: do.Droplet | do.Volume, keep: int) -> list[do.Snapshot]:
    """Those of our snapshots of it that are not among the newest.

    Args:
        source: what they are of.
        keep: how many stay.
    """
    ours = [s for s in source.list_snapshots.all() if s.name.startswith(f"{source.name}-{MARK}-")]
    return sorted(ours, key=lambda s: s.name, reverse=True)[keep:]


def main() -> int:
    """Take them, then delete what is too old."""
    arguments = parser(__doc__ or "")
    arguments.add_argument("tag", help="of Droplets and volumes")
    arguments.add_argument("--keep", type=int, default=7, help="how many of each stay (default: %(default)s)")
    arguments.add_argument("--dry-run", action="store_true", help="only say what would happen")
    given = arguments.parse_args()
    if given.keep < 1:
        arguments.error("--keep must be 1 at least")
    moment = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%S")
    with account(given.emulator, seed=FLEET):
        droplets = list(do.Droplet.list.all(tag_name=given.tag))
        volumes = [v for v in do.Volume.list.all() if given.tag in (v.tags or ())]
        if not droplets and not volumes:
            print(f"nothing carries the tag {given.tag}")
            return 1
        for each in chain(droplets, volumes):
            print(f"{'would take' if given.dry_run else 'taking'} {each.name}-{MARK}-{moment}")
        failed = set()
        if not given.dry_run:
            for volume in volumes:
                volume.snapshot(f"{volume.name}-{MARK}-{moment}", tags=volume.tags)
            actions = {droplet: droplet.snapshot(f"{droplet.name}-{MARK}-{moment}") for droplet in droplets}
            for droplet, action in actions.items():
                try:
                    action.wait()
                except do.ActionFailed as error:
                    failed.add(droplet)
                    print(f"{droplet.name}: {error}")
        for each in chain(droplets, volumes):
            for snapshot in [] if each in failed else outdated(each, given.keep):
                print(f"{'would delete' if given.dry_run else 'deleting'} {snapshot.name}")
                if not given.dry_run:
                    snapshot.delete()
    return 1 if failed else 0


if __name__ == "__main__":
    run(main)
