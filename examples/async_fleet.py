"""A fleet of 200 with asyncio: created, tagged, each one worked on at once with the others, and deleted again.

    python examples/async_fleet.py --region ams3 --emulator
    python examples/async_fleet.py --region ams3 --count 20 --keep

What goes at once is bounded by the token's rate limits, which dopyapi keeps to by itself, and not by the program.
"""

from __future__ import annotations

import argparse
import asyncio
import time

import dopyapi as do
from accounts import account, parser, run


async def work(given: argparse.Namespace) -> int:
    """Do it.

    Args:
        given: the command line.
    """
    began = time.perf_counter()

    def told(what: str) -> None:
        print(f"{time.perf_counter() - began:6.1f} s  {what}", flush=True)

    with do.recording() as recorded:
        fleet = await do.Droplet.create_many.aio(
            [f"{given.name}-{number:03}" for number in range(1, given.count + 1)],
            region=given.region,
            size=given.size,
            image=given.image,
            tags=[given.name],
        )
        told(f"{len(fleet)} Droplets are being created")
        await do.wait_all.aio(fleet, until="ip")
        told("all are active and have addresses")

        async def cycled(droplet: do.Droplet) -> str:
            action = await droplet.power_cycle.aio()
            await action.wait.aio()
            return action.status

        states = await asyncio.gather(*(cycled(droplet) for droplet in fleet[: given.cycle]))
        told(f"{states.count('completed')} were turned off and on again, all at once")
        listed = [droplet async for droplet in do.Droplet.list.all(tag_name=given.name)]
        told(f"the listing has {len(listed)}, and {len({d.networks.v4[0].ip_address for d in listed})} addresses")
        if not given.keep:
            await do.Droplet.delete_by_tag_name.aio(given.name)
            await do.Tag({"name": given.name}).delete.aio()
            told("all of it is deleted")
    told(f"{len(recorded.requests)} requests were sent")
    return 0 if len(listed) == given.count else 1


def main() -> int:
    """Run it."""
    arguments = parser(__doc__ or "")
    arguments.add_argument("--region", required=True)
    arguments.add_argument("--count", type=int, default=200, help="Droplets (default: %(default)s)")
    arguments.add_argument("--cycle", type=int, default=20, help="so many are power-cycled (default: %(default)s)")
    arguments.add_argument("--name", default="fleet", help="their tag, and what their names begin with")
    arguments.add_argument("--size", default="s-1vcpu-1gb", help="(default: %(default)s)")
    arguments.add_argument("--image", default="ubuntu-24-04-x64", help="(default: %(default)s)")
    arguments.add_argument("--keep", action="store_true", help="leave them there")
    given = arguments.parse_args()
    with account(given.emulator):
        return asyncio.run(work(given))


if __name__ == "__main__":
    run(main)
