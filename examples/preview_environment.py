"""A preview environment for each branch: a Droplet that checks it out, and a name for it.

    python examples/preview_environment.py up feature/login --region ams3 --emulator /tmp/previews.db
    python examples/preview_environment.py list --emulator /tmp/previews.db
    python examples/preview_environment.py down feature/login --emulator /tmp/previews.db
    git branch -r --format '%(refname:lstrip=3)' | python examples/preview_environment.py prune --dry-run

``prune`` takes the branches that there are from its standard input, and deletes the environments of all others.
``--user-data`` is a cloud-init file in which ``{branch}`` stands for the branch.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

import dopyapi as do
from accounts import account, parser, run

TAG = "preview"


def slug(branch: str) -> str:
    """A branch's name as a host's: ``feature/Login`` becomes ``feature-login``.

    Args:
        branch: as git calls it.
    """
    found = re.sub(r"[^a-z0-9]+", "-", branch.lower()).strip("-")[:50].strip("-")
    if not found:
        raise do.ClientError(f"the branch {branch!r} has no letter or digit that a host name could have")
    return found


def environments() -> dict[str, do.Droplet]:
    """The environments that there are, by the slug of the branch."""
    return {d.name.removeprefix(f"{TAG}-"): d for d in do.Droplet.list.all(tag_name=TAG)}


def up(branch: str, given: argparse.Namespace) -> do.Droplet:
    """See to it that a branch has an environment, and return its Droplet.

    Args:
        branch: as git calls it.
        given: the command line.
    """
    name = slug(branch)
    droplet = environments().get(name)
    if droplet is None:
        text = given.user_data.read_text().replace("{branch}", branch) if given.user_data else None
        droplet = do.Droplet.new(
            name=f"{TAG}-{name}",
            region=given.region,
            size=given.size,
            image=given.image,
            tags=[TAG],
            ssh_keys=given.ssh_key,
            user_data=text,
        )
    droplet.wait_ready(until="ip")
    if given.domain:
        do.DomainRecord.upsert(given.domain, "A", name, droplet.getPublicIP(), ttl=60)
    return droplet


def down(name: str, droplet: do.Droplet, domain: str | None) -> None:
    """Delete an environment: its name first, so that nobody is sent to an address that is somebody else's.

    Args:
        name: slug of the branch.
        droplet: its Droplet.
        domain: the zone that its name is in, if any.
    """
    if domain:
        for record in do.DomainRecord.list.all(domain, type="A", name=f"{name}.{domain}"):
            record.delete()
    droplet.delete()


def options(arguments: argparse.ArgumentParser) -> None:
    """Add what an environment is made of; the webhook takes the same.

    Args:
        arguments: where to.
    """
    arguments.add_argument("--region", help="where; DigitalOcean chooses unless given")
    arguments.add_argument("--size", default="s-1vcpu-1gb", help="(default: %(default)s)")
    arguments.add_argument("--image", default="ubuntu-24-04-x64", help="(default: %(default)s)")
    arguments.add_argument("--user-data", type=Path, metavar="FILE", help="cloud-init configuration")
    arguments.add_argument("--ssh-key", action="append", default=[], help="fingerprint of a key let in; repeatable")
    arguments.add_argument("--domain", help="a zone for the names")


def main() -> int:
    """Do what is asked."""
    arguments = parser(__doc__ or "")
    arguments.add_argument("what", choices=("up", "down", "list", "prune"))
    arguments.add_argument("branch", nargs="?")
    options(arguments)
    arguments.add_argument("--dry-run", action="store_true", help="of down and prune: only say what would be deleted")
    given = arguments.parse_args()
    if (given.branch is None) == (given.what in ("up", "down")):
        arguments.error(f"{given.what} takes {'a branch' if given.branch is None else 'no branch'}")
    with account(given.emulator):
        if given.what == "up":
            droplet = up(given.branch, given)
            print(f"{given.branch}: {droplet.name} at {droplet.getPublicIP()}")
            return 0
        found = environments()
        if given.what == "list":
            for name, droplet in sorted(found.items()):
                print(f"{name:<30} {droplet.status:<8} {droplet.created_at:%Y-%m-%d %H:%M}")
            return 0
        if given.what == "down":
            going = {slug(given.branch)} & set(found)
        else:
            branches = {slug(line) for line in sys.stdin.read().split()}
            if not branches:
                print("no branches on standard input, which would delete everything: stopped", file=sys.stderr)
                return 1
            going = set(found) - branches
        for name in sorted(going):
            print(f"{'would delete' if given.dry_run else 'deleting'} {found[name].name}")
            if not given.dry_run:
                down(name, found[name], given.domain)
    return 0


if __name__ == "__main__":
    run(main)
