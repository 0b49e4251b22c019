"""A tenth of a thousand creations is done and its answer lost: how many Droplets there are then, by each client."""

from __future__ import annotations

import sys

import pytest

import dopyapi as do
from dopyapi.testing import Fault, Faults

pydo = pytest.importorskip("pydo", reason="pydo is not installed: make clients installs it")

pytestmark = [pytest.mark.clients, pytest.mark.filterwarnings("default")]

REQUEST = {"region": "fra1", "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64"}
WANTED = 1000


def lost() -> Faults:
    create = {"operation": "droplets_create", "probability": 0.05}
    return Faults([Fault(**create, status=504, commit=True), Fault(**create, drop="after")], seed=4)


def by_pydo(server) -> int:
    from azure.core.exceptions import AzureError
    from azure.core.pipeline.policies import HeadersPolicy

    headers = HeadersPolicy({"Authorization": f"Bearer {server.token}"})
    client = pydo.Client(
        server.token, endpoint=server.url, authentication_policy=headers, retry_backoff_factor=0.0
    )  # as it is, but for the seconds between its attempts
    told = 0
    for number in range(WANTED):
        try:
            client.droplets.create(body={**REQUEST, "name": f"web-{number}"})
        except AzureError:
            told += 1
    return told


def by_us(server) -> int:
    told = 0
    with do.Client(server.token, server.url) as client, do.using(client):
        for number in range(WANTED):
            try:
                do.Droplet.new(name=f"web-{number}", **REQUEST)
            except do.UncertainResult:
                told += 1
    return told


def test_a_thousand_creations_with_a_tenth_of_the_answers_lost(capsys):
    rows = []
    for name, run in (("pydo", by_pydo), ("dopyapi", by_us)):
        with do.testing.server(faults=lost()) as server:
            told = run(server)
            with do.Client(server.token, server.url) as client:
                rows.append((name, sum(1 for _ in do.Droplet.list.on(client).all()), told))
    lines = [f"\n{WANTED} creations, a tenth done with the answer lost"]
    lines += [f"  {name:<8} {there:>5} Droplets, {told} calls ended with an exception" for name, there, told in rows]
    with capsys.disabled():
        sys.stdout.write("\n".join(lines) + "\n")
    (_, theirs, _), (_, ours, told) = rows
    assert (ours, told) == (WANTED, 0)
    assert theirs != WANTED, "pydo has learned it: say so in the README"
