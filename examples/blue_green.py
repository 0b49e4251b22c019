"""Blue-green: put a new set of Droplets behind a load balancer in one step, and retire the old one.

    python examples/blue_green.py front web-green --image ubuntu-24-04-x64 --emulator
    python examples/blue_green.py front web-green --image 212004871 --retire

The load balancer sends traffic to whatever carries its tag. This starts as many Droplets with another tag as there are
now, waits until they run (``--until ssh``: can be reached), and gives the load balancer that tag. Going back is the
same command with the old tag: its Droplets are still there, unless they were retired.
"""

from __future__ import annotations

import argparse

import dopyapi as do
from accounts import FLEET, account, parser, run


def started(given: argparse.Namespace, old: list[do.Droplet]) -> list[do.Droplet]:
    """The new set: what carries the tag already, or else a copy of the old set from another image.

    Args:
        given: the command line.
        old: the set that serves now.
    """
    present = list(do.Droplet.list.all(tag_name=given.tag))
    if present:
        print(f"{given.tag}: {len(present)} Droplets are there already")
        return present
    if not given.image:
        raise do.ClientError(f"nothing carries the tag {given.tag}: say with --image what to make it of")
    model = old[0]
    tags = [given.tag, *(t for t in model.tags if t != given.former)]
    image = int(given.image) if given.image.isdigit() else given.image
    print(f"{given.tag}: starting {len(old)} Droplets from {image}")
    return do.Droplet.create_many(
        [f"{given.tag}-{number}" for number in range(1, len(old) + 1)],
        region=model.region,
        size=model.size_slug,
        image=image,
        vpc_uuid=model.vpc_uuid,
        tags=tags,
        monitoring="monitoring" in model.features,
    )


def main() -> int:
    """Switch."""
    arguments = parser(__doc__ or "")
    arguments.add_argument("balancer", help="name of the load balancer")
    arguments.add_argument("tag", help="of the set that shall serve")
    arguments.add_argument("--image", help="slug or number: what to make the new set of, where it is not there yet")
    arguments.add_argument("--until", choices=("active", "ip", "ssh"), default="active", help="when a Droplet is ready")
    arguments.add_argument("--retire", action="store_true", help="delete the old set after the switch")
    arguments.add_argument("--dry-run", action="store_true", help="only say what would happen")
    given = arguments.parse_args()
    with account(given.emulator, seed=FLEET):
        balancer = do.LoadBalancer.fetch(name=given.balancer)
        given.former = balancer.tag
        if not given.former:
            raise do.ClientError(f"{given.balancer} has no tag, but a list of Droplets: give it one first")
        old = list(do.Droplet.list.all(tag_name=given.former))
        print(f"{balancer.name} serves {given.former}: {len(old)} Droplets")
        if given.former == given.tag:
            print("nothing to do")
            return 0
        if given.dry_run:
            print(f"would switch to {given.tag}" + (f" and delete {len(old)} Droplets" if given.retire else ""))
            return 0
        new = do.wait_all(started(given, old), until=given.until, on_progress=do.ProgressDisplay("starting"))
        balancer.tag = given.tag
        balancer.save()
        balancer.load()
        if sorted(balancer.droplet_ids) != sorted(d.id for d in new):
            print(f"it serves {balancer.droplet_ids}, and not the new set: nothing was retired")
            return 1
        print(f"{balancer.name} serves {balancer.tag}: {len(new)} Droplets")
        if given.retire:
            for droplet in old:
                droplet.delete()
                print(f"deleted {droplet.name}")
    return 0


if __name__ == "__main__":
    run(main)
