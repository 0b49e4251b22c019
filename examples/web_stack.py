"""A web stack: Droplets behind a load balancer in a network of their own, with a firewall and a name.

    python examples/web_stack.py up shop --region ams3 --emulator /tmp/shop.db
    python examples/web_stack.py up shop --region ams3 --count 3 --emulator /tmp/shop.db     one Droplet more
    python examples/web_stack.py down shop --region ams3 --dry-run --emulator /tmp/shop.db   what would go

Running it again changes only what is not yet so. All parts are found by the stack's name, and ``down`` deletes them.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import dopyapi as do
from accounts import account, parser, run

ANYWHERE = do.Location(["0.0.0.0/0", "::/0"])


def one(resources: Any, name: str) -> Any:
    """The one of this name, or nothing.

    Args:
        resources: a class of resources.
        name: its name.
    """
    return next((r for r in resources.list.all() if r.name == name), None)


def up(given: argparse.Namespace) -> None:
    """See to it that all of it is there."""
    name, tag = given.name, f"{given.name}-web"
    vpc = one(do.VPC, name) or do.VPC.new(name=name, region=given.region)
    print(f"network   {vpc.name:<16} {vpc.ip_range}")

    do.Tag.new(name=tag)
    droplets = list(do.Droplet.list.all(tag_name=tag))
    wanted = [f"{tag}-{number}" for number in range(1, given.count + 1)]
    missing = sorted(set(wanted) - {d.name for d in droplets})
    if missing:
        droplets += do.Droplet.create_many(
            missing,
            region=given.region,
            size=given.size,
            image=given.image,
            vpc_uuid=vpc,
            tags=[tag],
            ssh_keys=given.ssh_key,
            user_data=given.user_data.read_text() if given.user_data else None,
            monitoring=True,
        )

    rule = do.ForwardingRule(entry_protocol="http", entry_port=80, target_protocol="http", target_port=given.port)
    check = do.HealthCheck(protocol="http", port=given.port, path=given.health)
    balancer = one(do.LoadBalancer, name) or do.LoadBalancer.new(
        name=name, region=given.region, vpc_uuid=vpc, tag=tag, forwarding_rules=[rule], health_check=check
    )

    # Web traffic comes through the load balancer only, and SSH from where you say.
    inbound = [do.InboundRule("tcp", str(given.port), do.Location(load_balancer_uids=[balancer]))]
    if given.ssh_from:
        inbound.append(do.InboundRule("tcp", "22", do.Location(given.ssh_from)))
    outbound = [do.OutboundRule(protocol, "all", ANYWHERE) for protocol in ("tcp", "udp")]
    if one(do.Firewall, name) is None:
        do.Firewall.new(name, inbound, outbound, tags=[tag])

    do.wait_all([*droplets, balancer], on_progress=do.ProgressDisplay("starting"))
    for droplet in sorted(droplets, key=lambda d: d.name):
        print(f"droplet   {droplet.name:<16} {droplet.getPrivateIP()}")
    balancer.load()
    print(f"balancer  {balancer.name:<16} {balancer.ip}, {len(balancer.droplet_ids)} Droplets behind it")
    if given.domain:
        domain = one(do.Domain, given.domain) or do.Domain.new(given.domain)
        record = do.DomainRecord.upsert(domain, "A", given.host, balancer.ip, ttl=300)
        print(f"name      {record.name}.{domain.name:<16} {record.data}")


def down(given: argparse.Namespace) -> None:
    """Delete it, the outermost first."""
    name, tag = given.name, f"{given.name}-web"
    parts: list[tuple[str, Any]] = []
    balancer = one(do.LoadBalancer, name)
    if given.domain and balancer:
        records = do.DomainRecord.list.all(given.domain, type="A")
        parts += [("name", r) for r in records if r.data == balancer.ip and r.name == given.host]
    parts += [("balancer", balancer), ("firewall", one(do.Firewall, name))]
    parts += [("droplet", droplet) for droplet in do.Droplet.list.all(tag_name=tag)]
    parts += [("tag", next((t for t in do.Tag.list.all() if t.name == tag), None)), ("network", one(do.VPC, name))]
    for kind, part in parts:
        if part is not None:
            print(f"{'would delete' if given.dry_run else 'deleting'} {kind:<9} {part.name}")
            if not given.dry_run:
                if kind == "network":
                    emptied(part)
                part.delete()


def emptied(vpc: do.VPC, seconds: float = 60) -> None:
    """Wait until what was deleted has left a network, which takes a moment.

    Args:
        vpc: the network.
        seconds: how long at most; the API then says what is still in it.
    """
    end = time.monotonic() + seconds
    while list(vpc.listMembers.all()) and time.monotonic() < end:
        time.sleep(2)


def main() -> None:
    """Build it or take it down."""
    arguments = parser(__doc__ or "")
    arguments.add_argument("what", choices=("up", "down"))
    arguments.add_argument("name", help="of the stack: letters, digits and dashes")
    arguments.add_argument("--region", required=True)
    arguments.add_argument("--count", type=int, default=2, help="Droplets (default: %(default)s)")
    arguments.add_argument("--size", default="s-1vcpu-1gb", help="of each (default: %(default)s)")
    arguments.add_argument("--image", default="ubuntu-24-04-x64", help="of each (default: %(default)s)")
    arguments.add_argument("--user-data", type=Path, metavar="FILE", help="cloud-init configuration of each")
    arguments.add_argument("--ssh-key", action="append", default=[], help="fingerprint of a key let in; repeatable")
    arguments.add_argument(
        "--ssh-from", action="append", default=[], metavar="CIDR", help="who may use SSH; repeatable"
    )
    arguments.add_argument("--port", type=int, default=80, help="where the Droplets listen (default: %(default)s)")
    arguments.add_argument("--health", default="/", help="path of the health check (default: %(default)s)")
    arguments.add_argument("--domain", help="a zone to put the load balancer's name into")
    arguments.add_argument("--host", default="www", help="that name (default: %(default)s)")
    arguments.add_argument("--dry-run", action="store_true", help="of down: only say what would be deleted")
    given = arguments.parse_args()
    with account(given.emulator):
        (up if given.what == "up" else down)(given)


if __name__ == "__main__":
    run(main)
