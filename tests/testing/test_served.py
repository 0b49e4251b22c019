"""An emulator of this process on a socket, in plain text and encrypted, for clients that are not ours."""

from __future__ import annotations

import json
import ssl
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path
from typing import Any

import pytest

import dopyapi as do
from dopyapi.testing import Fault, Served

from ..conftest import Form

SIZE = {"size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64"}


def ask(served: Served, path: str) -> Any:
    """As a client that is not ours."""
    trust = None if served.ca is None else ssl.create_default_context(cafile=str(served.ca))
    request = urllib.request.Request(served.url + path, headers={"authorization": f"Bearer {served.token}"})
    with urllib.request.urlopen(request, context=trust, timeout=10) as answer:
        return json.load(answer)


async def closed(client: do.Client, call: Form) -> None:
    if call.name == "sync":
        client.close()
    else:
        await client.aclose()


def test_both_sides_see_one_account() -> None:
    before = set(threading.enumerate())  # the fixtures of other tests have a server for the whole run
    with do.testing.emulator() as e:
        do.Droplet.new(name="web", **SIZE, wait=True)
        with e.serve() as served:
            assert [droplet["name"] for droplet in ask(served, "/v2/droplets")["droplets"]] == ["web"]
        do.Droplet.new(name="db", **SIZE)
        with e.serve() as served:
            assert len(ask(served, "/v2/droplets")["droplets"]) == 2
    assert not [each for each in set(threading.enumerate()) - before if each.name == "dopyapi emulator"]


def test_two_share_nothing() -> None:
    with do.testing.emulator() as one, one.serve() as first:
        do.Tag.new(name="first")
        with do.testing.emulator() as other, other.serve() as second:
            assert ask(second, "/v2/tags")["tags"] == []
            assert len(ask(first, "/v2/tags")["tags"]) == 1


async def test_tls(call: Form) -> None:
    with do.testing.emulator() as e, e.serve(tls=True) as served:
        assert served.url.startswith("https://")
        with do.Client(served.token, served.url, ca=str(served.ca)) as client:
            await call(do.Tag.new.on(client), name="seen")
            assert [tag.name for tag in await call(do.Tag.list.on(client))] == ["seen"]
            await closed(client, call)
        assert ask(served, "/v2/tags")["tags"][0]["name"] == "seen"
        untrusted = do.Client(served.token, served.url, retries=0)
        with pytest.raises(do.NetworkError):
            await call(do.Tag.list.on(untrusted))
        await closed(untrusted, call)


def test_faults_break_what_is_encrypted_too() -> None:
    with do.testing.emulator() as e, e.serve(tls=True) as served:
        e.faults.add(Fault(operation="tags_create", drop="after", times=1))
        with do.Client(served.token, served.url, ca=str(served.ca)) as client:
            do.Tag.new.on(client)(name="once")
            assert [tag.name for tag in do.Tag.list.on(client)()] == ["once"]
        assert [played.operation for played in e.faults.played] == ["tags_create"]


def test_the_token_that_it_demands_is_said() -> None:
    with do.testing.emulator(token="only this") as e, e.serve() as served:
        assert served.token == "only this"
        assert ask(served, "/v2/account")["account"]["status"] == "active"
        assert do.Droplet.list() == []


def test_a_process_of_its_own_speaks_tls_too() -> None:
    with do.testing.server("--token", "mine", tls=True) as server:
        assert server.token == "mine"
        assert server.ca is not None
        with do.Client(server.token, server.url, ca=str(server.ca)) as client:
            assert do.Droplet.list.on(client)() == []


PROGRAM = """
import json, socket, ssl, sys, urllib.request
port, ca = int(sys.argv[1]), sys.argv[2]
real = socket.getaddrinfo
def here(host, wanted, *rest, **more):
    assert host == "api.digitalocean.com" and wanted == 443, host
    return real("127.0.0.1", port, *rest, **more)
socket.getaddrinfo = here
request = urllib.request.Request("https://api.digitalocean.com/v2/account", headers={"authorization": "Bearer any"})
with urllib.request.urlopen(request, context=ssl.create_default_context(cafile=ca), timeout=10) as answer:
    print(json.load(answer)["account"]["status"])
"""


def test_a_program_whose_url_cannot_be_changed() -> None:
    with do.testing.server("--hosts", "api.digitalocean.com") as server:
        port = server.url.rpartition(":")[2]
        ran = subprocess.run(
            [sys.executable, "-c", PROGRAM, port, str(server.ca)], capture_output=True, text=True, timeout=30
        )
        assert ran.stdout.strip() == "active", ran.stderr


def test_what_to_set_is_said(tmp_path: Path) -> None:
    served = Served("https://127.0.0.1:1", "t", tmp_path / "ca.pem")
    assert served.environment["SSL_CERT_FILE"] == str(tmp_path / "ca.pem")
    assert served.environment["DIGITALOCEAN_END_POINT"] == "https://127.0.0.1:1/v2/"


def test_the_end_does_not_wait_for_a_client_that_keeps_its_connection(capfd: pytest.CaptureFixture[str]) -> None:
    with do.testing.emulator() as e, e.serve(tls=True) as served:
        client = do.Client(served.token, served.url, ca=str(served.ca))
        with do.using(client):
            do.Region.list()
    client.close()
    assert capfd.readouterr().err == "", "it ended in its own time, and not because that was up"
