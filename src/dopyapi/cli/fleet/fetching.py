"""The listings of an account, fetched together under its one rate budget."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from dopyapi._core.accounts import current
from dopyapi._core.errors import APIError, ClientForbiddenError, ResourceNotFoundError
from dopyapi._core.steps import Steps, drive, together

if TYPE_CHECKING:
    from dopyapi._core.hooks import ResponseInfo

Item = dict[str, Any]


@dataclass
class Fleet:
    """What there is: the API's own JSON, by the names of the listings.

    Attributes:
        found: the items of each listing that was fetched.
        refused: of each listing that this token may not read, why.
        now: the time by DigitalOcean's clock, which ages are counted by; this machine's may be wrong.
    """

    found: dict[str, list[Item]] = field(default_factory=dict)
    refused: dict[str, APIError] = field(default_factory=dict)
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __getitem__(self, name: str) -> list[Item]:
        """The items of a listing; none where it was not fetched."""
        return self.found.get(name, [])


def fetch(names: Iterable[str]) -> Fleet:
    """Fetch these listings of the current account, several at a time.

    Args:
        names: of `LISTINGS`.
    """
    wanted = sorted(set(names))
    fleet = Fleet()

    def look(answer: ResponseInfo) -> None:
        if answer.headers.get("date"):
            fleet.now = parsedate_to_datetime(answer.headers["date"])

    client = current()
    client.on_response.append(look)
    try:
        answers = drive(together([_one(name) for name in wanted]))
    finally:
        client.on_response.remove(look)
    for name, got in zip(wanted, answers, strict=True):
        if isinstance(got, APIError):
            fleet.refused[name] = got
        else:
            fleet.found[name] = got
    return fleet


def _one(name: str) -> Steps[Any]:
    try:
        return (yield from LISTINGS[name]())
    except ClientForbiddenError as problem:
        return problem
    except ResourceNotFoundError:
        return []  # a product that this account does not have


def _listing(cls: str) -> Callable[[], Steps[list[Item]]]:
    def steps() -> Steps[list[Item]]:
        import dopyapi

        found = yield from getattr(dopyapi, cls).list.all().steps()
        return [each.json() for each in found]

    return steps


def _records() -> Steps[list[Item]]:
    """The records of all domains, each with the name of its `domain`."""
    from dopyapi import Domain, DomainRecord

    names = [each.name for each in (yield from Domain.list.all().steps())]
    found = yield from together([DomainRecord.list.all(name).steps() for name in names])
    return [{**record.json(), "domain": name} for name, records in zip(names, found, strict=True) for record in records]


def _project_resources() -> Steps[list[Item]]:
    """What is in which project: `urn`, and the `project` itself."""
    from dopyapi import Project

    projects = yield from Project.list.all().steps()
    found = yield from together([each.list_resources.all().steps() for each in projects])
    return [
        {"urn": str(resource["urn"]), "project": {"id": project.id, "name": project.name}}
        for project, resources in zip(projects, found, strict=True)
        for resource in resources
    ]


MOST_ACTION_PAGES = 10
"""Pages of 200 actions that are read for what once was: the newest 2,000."""


def _actions() -> Steps[list[Item]]:
    """The newest actions."""
    from dopyapi import Action

    first = yield from Action.list.steps(per_page=200)
    pages = min(-(-(first.total or 0) // 200), MOST_ACTION_PAGES)
    rest = yield from together([Action.list.steps(page=n, per_page=200) for n in range(2, pages + 1)])
    return [each.json() for page in [first, *rest] for each in page]


LISTINGS: dict[str, Callable[[], Steps[Any]]] = {
    "actions": _actions,
    "cdns": _listing("CDN"),
    "certificates": _listing("Certificate"),
    "clusters": _listing("DOKS"),
    "databases": _listing("DatabaseCluster"),
    "droplets": _listing("Droplet"),
    "firewalls": _listing("Firewall"),
    "load_balancers": _listing("LoadBalancer"),
    "peerings": _listing("VPCPeering"),
    "project_resources": _project_resources,
    "projects": _listing("Project"),
    "records": _records,
    "reserved_ips": _listing("ReservedIP"),
    "reserved_ipv6": _listing("ReservedIPv6"),
    "sizes": _listing("Size"),
    "snapshots": _listing("Snapshot"),
    "volumes": _listing("Volume"),
    "vpcs": _listing("VPC"),
}
"""How each listing is fetched."""
