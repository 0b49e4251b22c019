"""The inventory as CSV: a line for each Droplet, with its addresses, its size and what it costs.

    python examples/inventory_csv.py --emulator
    python examples/inventory_csv.py --tag production -o inventory.csv

It asks once for each 200 Droplets, and for the volumes and firewalls likewise.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from contextlib import nullcontext
from pathlib import Path

import dopyapi as do
from accounts import FLEET, account, parser, run

COLUMNS = (
    "id name status region size vcpus memory_mb disk_gb image public_ip private_ip ipv6 vpc tags volumes_gb firewalls"
    " created usd_a_month"
).split()


def main() -> None:
    """Write it."""
    arguments = parser(__doc__ or "")
    arguments.add_argument("--tag", help="only Droplets that carry it")
    arguments.add_argument("-o", "--output", type=Path, metavar="FILE", help="(default: standard output)")
    given = arguments.parse_args()
    with (
        account(given.emulator, seed=FLEET),
        given.output.open("w", encoding="utf-8") if given.output else nullcontext(sys.stdout) as file,
    ):
        volumes: dict[int, int] = defaultdict(int)
        for volume in do.Volume.list.all():
            for number in volume.droplet_ids:
                volumes[number] += volume.size_gigabytes
        firewalls = list(do.Firewall.list.all())
        networks = {vpc.id: vpc.name for vpc in do.VPC.list.all()}
        table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        table.writeheader()
        listing = do.Droplet.list.all(**({"tag_name": given.tag} if given.tag else {}))
        for d in sorted(listing, key=lambda d: (d.region.slug, d.name)):
            v4 = {n.type: n.ip_address for n in d.networks.v4}
            guarded = [f.name for f in firewalls if d.id in f.droplet_ids or set(f.tags or ()) & set(d.tags)]
            values = (
                *(d.id, d.name, d.status, d.region.slug, d.size_slug, d.vcpus, d.memory, d.disk),
                d.image.slug or d.image.name,
                *(v4.get("public", ""), v4.get("private", "")),
                next((n.ip_address for n in d.networks.v6 if n.type == "public"), ""),
                networks.get(d.vpc_uuid, d.vpc_uuid),
                *(" ".join(d.tags), volumes[d.id], " ".join(guarded)),
                d.created_at.isoformat(timespec="seconds"),
                f"{d.size.price_monthly:.2f}",
            )
            table.writerow(dict(zip(COLUMNS, values, strict=True)))


if __name__ == "__main__":
    run(main)
