"""Thirty-two connections that write at the same time lose nothing, and make nothing twice."""

from __future__ import annotations

import http.client
import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import pairwise
from threading import Barrier
from typing import Any

import pytest

import dopyapi as do

CONNECTIONS, EACH = 32, 12
PLAIN = {"size": "s-1vcpu-1gb", "image": "debian-12-x64", "region": "ams3"}


class Client:
    """One kept connection."""

    def __init__(self, url: str) -> None:
        self.connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=60)

    def close(self) -> None:
        self.connection.close()

    def __call__(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        headers = {"authorization": "Bearer t", "content-type": "application/json"}
        self.connection.request(method, f"/v2/{path}", None if body is None else json.dumps(body), headers)
        answer = self.connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else None


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with do.testing.server("--speed", "0") as server:
        yield server.url


def together(url: str, work: Any) -> list[Any]:
    """What each of the connections' work returned; all begin at the same moment."""
    start = Barrier(CONNECTIONS)

    def run(number: int) -> Any:
        client = Client(url)
        try:
            start.wait(30)
            return work(client, number)
        finally:
            client.close()

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        return list(pool.map(run, range(CONNECTIONS)))


def every(url: str, name: str, query: str = "") -> list[Any]:
    client, found, page = Client(url), [], 1
    while True:
        status, answer = client("GET", f"{name}?per_page=200&page={page}{query}")
        assert status == 200
        found += answer[name]
        if len(found) >= answer["meta"]["total"]:
            client.close()
            return found
        page += 1


def test_all_that_was_acknowledged_is_there_once(url: str) -> None:
    def create(client: Client, number: int) -> list[int]:
        made = []
        for turn in range(EACH):
            name = f"d-{number}-{turn}"
            status, answer = client("POST", "droplets", {"name": name, "tags": ["busy", f"c{number}"], **PLAIN})
            assert status == 202, answer
            made.append(answer["droplet"]["id"])
            if turn % 3 == 2:
                assert client("DELETE", f"droplets/{made.pop(0)}")[0] == 204
        return made

    kept = [number for made in together(url, create) for number in made]
    listed = every(url, "droplets")
    assert sorted(kept) == sorted(droplet["id"] for droplet in listed)
    assert max(Counter(droplet["name"] for droplet in listed).values()) == 1
    addresses = Counter(network["ip_address"] for droplet in listed for network in droplet["networks"]["v4"])
    assert max(addresses.values()) == 1
    assert len(every(url, "droplets", "&tag_name=busy")) == len(kept)
    tags = {tag["name"]: tag["resources"]["droplets"]["count"] for tag in every(url, "tags")}
    assert tags["busy"] == len(kept)
    assert all(tags[f"c{number}"] == EACH - EACH // 3 for number in range(CONNECTIONS))


def test_of_those_who_want_the_same_name_one_has_it(url: str) -> None:
    wanted = {
        "volumes": {"name": "the-one", "size_gigabytes": 10, "region": "ams3"},
        "domains": {"name": "the-one.example"},
        "vpcs": {"name": "the-one", "region": "ams3"},
        "projects": {"name": "the-one", "purpose": "Web Application"},
    }
    results = together(url, lambda client, number: {path: client("POST", path, wanted[path])[0] for path in wanted})
    for path in wanted:
        statuses = Counter(result[path] for result in results)
        assert statuses[201] == 1, f"{path}: {statuses}"
        assert set(statuses) <= {201, 409, 422}


def test_a_volume_is_attached_to_one_droplet_only(url: str) -> None:
    client = Client(url)
    volume = client("POST", "volumes", {"name": "shared", "size_gigabytes": 10, "region": "ams3"})[1]["volume"]["id"]
    droplets = [client("POST", "droplets", {"name": f"v-{n}", **PLAIN})[1]["droplet"]["id"] for n in range(CONNECTIONS)]

    def attach(other: Client, number: int) -> int:
        body = {"type": "attach", "droplet_id": droplets[number], "region": "ams3"}
        return other("POST", f"volumes/{volume}/actions", body)[0]

    statuses = Counter(together(url, attach))
    assert statuses[202] == 1, statuses
    holder = client("GET", f"volumes/{volume}")[1]["volume"]["droplet_ids"]
    assert len(holder) == 1
    carrying = [number for number in droplets if client("GET", f"droplets/{number}")[1]["droplet"]["volume_ids"]]
    assert carrying == holder
    client.close()


def test_ranges_and_records_never_meet(url: str) -> None:
    from ipaddress import IPv4Network

    with closing(Client(url)) as client:
        client("POST", "domains", {"name": "many.example"})

    def work(client: Client, number: int) -> tuple[str, list[int]]:
        vpc = client("POST", "vpcs", {"name": f"v-{number}", "region": "fra1"})[1]["vpc"]["ip_range"]
        body = {"type": "A", "name": f"r{number}", "data": "192.0.2.1"}
        records = [client("POST", "domains/many.example/records", body)[1]["domain_record"]["id"] for _ in range(3)]
        return vpc, records

    results = together(url, work)
    ranges = sorted(IPv4Network(found) for found, _ in results)
    assert all(not one.overlaps(other) for one, other in pairwise(ranges))
    numbers = [number for _, records in results for number in records]
    assert len(set(numbers)) == len(numbers)
