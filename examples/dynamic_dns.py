"""Dynamic DNS: a name that follows the address of the machine this runs on.

    python examples/dynamic_dns.py example.com home --address 203.0.113.7 --emulator
    python examples/dynamic_dns.py example.com home --ask https://address.example/ --every 300

Where nothing has changed, nothing is sent but one question. ``--ask`` is any page that answers with nothing but the
caller's address; on a Droplet, http://169.254.169.254/metadata/v1/interfaces/public/0/ipv4/address is one.
"""

from __future__ import annotations

import argparse
import ipaddress
import time
import urllib.request

import dopyapi as do
from accounts import FLEET, account, parser, run


def address(given: argparse.Namespace) -> str:
    """The address of now, checked.

    Args:
        given: the command line.
    """
    if given.address:
        return given.address
    with urllib.request.urlopen(given.ask, timeout=10) as answer:  # noqa: S310 - the caller says which
        return str(ipaddress.ip_address(answer.read(100).decode("ascii", "replace").strip()))


def update(given: argparse.Namespace, known: str) -> str:
    """See to it that the name has the address, and return that.

    Args:
        given: the command line.
        known: what it had when it was last looked at.
    """
    now = address(given)
    if now == known:
        return known
    kind = "AAAA" if ":" in now else "A"
    with do.recording() as run_:
        record = do.DomainRecord.upsert(given.domain, kind, given.name, now, ttl=given.ttl)
    changed = any(request.method != "GET" for request in run_.requests)
    print(f"{record.name}.{given.domain} {kind} {record.data}: {'changed' if changed else 'as it was'}", flush=True)
    return now


def main() -> int:
    """Look once, or again and again."""
    arguments = parser(__doc__ or "")
    arguments.add_argument("domain", help="the zone")
    arguments.add_argument("name", help="within it; @ for the zone itself")
    source = arguments.add_mutually_exclusive_group(required=True)
    source.add_argument("--address", type=lambda text: str(ipaddress.ip_address(text)), help="IPv4 or IPv6")
    source.add_argument("--ask", metavar="URL", help="a page that answers with the caller's address")
    arguments.add_argument("--ttl", type=int, default=60, metavar="SECONDS", help="(default: %(default)s)")
    arguments.add_argument("--every", type=float, metavar="SECONDS", help="go on, and look again so often")
    given = arguments.parse_args()
    with account(given.emulator, seed=FLEET):
        known = update(given, "")
        while given.every:
            time.sleep(given.every)
            try:
                known = update(given, known)
            except (OSError, ValueError, do.DOError) as error:
                print(f"{type(error).__name__}: {error}; trying again later", flush=True)
    return 0


if __name__ == "__main__":
    run(main)
