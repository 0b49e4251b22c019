"""What a request costs is counted in steps of SQLite's machine: it grows with the page, and not with the fleet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from dopyapi.emulator import Emulator

SMALL, LARGE = 400, 6_000
ONE_RANGE = 12 * 1024
"""The steps that counting through one range of the tally can cost: that much a page may differ by where it is."""


class Fleet:
    """An account with so many Droplets, tagged ``web``, and ten more with another tag."""

    def __init__(self, count: int) -> None:
        self.emulator = Emulator(speed=0)
        plain = {"size": "s-1vcpu-1gb", "image": "debian-12-x64", "region": "ams3"}
        many = {"name": f"web-{{1..{count}}}", "tags": ["web"], **plain}
        few = {"name": "db-{1..10}", "tags": ["db"], **plain, "region": "fra1"}
        self.emulator.seed({"droplets": [many, few]})
        self.count = count
        self.middle = self.get(f"droplets?per_page=1&page={count // 2}")["droplets"][0]["id"]
        self.project = self.get("projects")["projects"][0]["id"]
        self.vpc = next(vpc["id"] for vpc in self.get("vpcs?per_page=200")["vpcs"] if vpc["region"] == "ams3")

    def ask(self, method: str, path: str, body: Any = None) -> tuple[Any, int]:
        """The answer, and how many steps it took."""
        place, _, query = path.partition("?")
        steps = 0

        def step() -> int:
            nonlocal steps
            steps += 10
            return 0

        headers = {"authorization": "Bearer t", "content-type": "application/json"}
        sent = b"" if body is None else json.dumps(body).encode()
        self.emulator.store.db.set_progress_handler(step, 10)
        answer = self.emulator.handle(method, f"/v2/{place}", query, headers, sent)
        self.emulator.store.db.set_progress_handler(None, 0)
        assert answer.status < 300, (method, path, answer.body)
        return json.loads(answer.body) if answer.body else None, steps

    def get(self, path: str) -> Any:
        return self.ask("GET", path)[0]


@pytest.fixture(scope="module")
def fleets() -> Iterator[tuple[Fleet, Fleet]]:
    small, large = Fleet(SMALL), Fleet(LARGE)
    yield small, large
    small.emulator.close()
    large.emulator.close()


READS = {
    "a page": "droplets?per_page=100",
    "a page in the middle": "droplets?per_page=100&page={half}",
    "the last page": "droplets?per_page=100&page={last}",
    "a tag that many have": "droplets?per_page=100&tag_name=web",
    "deep in a tag that many have": "droplets?per_page=100&tag_name=web&page={half}",
    "a tag that few have": "droplets?per_page=100&tag_name=db",
    "a name": "droplets?name=web-77",
    "a Droplet": "droplets/{middle}",
    "its actions": "droplets/{middle}/actions",
    "its neighbours": "droplets/{middle}/neighbors",
    "all actions": "actions?per_page=100",
    "old actions": "actions?per_page=100&page={half}",
    "tags with their counts": "tags",
    "a project's resources": "projects/{project}/resources?per_page=100&page={half}",
    "a VPC's members": "vpcs/{vpc}/members?per_page=100&page={half}",
    "snapshots": "snapshots",
    "images": "images?per_page=100",
}


@pytest.mark.parametrize("path", READS.values(), ids=READS)
def test_a_page_costs_the_same_in_a_larger_fleet(fleets: tuple[Fleet, Fleet], path: str) -> None:
    steps = []
    for fleet in fleets:
        pages = -(-fleet.count // 100)
        asked = path.format(
            half=pages // 2, last=pages, middle=fleet.middle, project=fleet.project, vpc=fleet.vpc
        )  # fmt: skip
        fleet.get(asked)
        steps.append(fleet.ask("GET", asked)[1])
    small, large = steps
    assert large <= small * 1.2 + ONE_RANGE


WRITES: dict[str, tuple[str, str, Any]] = {
    "create": ("POST", "droplets", {"name": "x", "size": "s-1vcpu-1gb", "image": "debian-12-x64", "tags": ["web"]}),
    "act": ("POST", "droplets/{middle}/actions", {"type": "reboot"}),
    "tag": ("POST", "tags/db/resources", {"resources": [{"resource_id": "{middle}", "resource_type": "droplet"}]}),
    "destroy": ("DELETE", "droplets/{middle}", None),
}


@pytest.mark.parametrize("name", WRITES)
def test_a_change_costs_the_same_in_a_larger_fleet(fleets: tuple[Fleet, Fleet], name: str) -> None:
    method, path, body = WRITES[name]
    steps = []
    for fleet in fleets:
        sent = json.loads(json.dumps(body).replace("{middle}", str(fleet.middle)))
        steps.append(fleet.ask(method, path.format(middle=fleet.middle), sent)[1])
    small, large = steps
    assert large <= small * 1.2 + 100
