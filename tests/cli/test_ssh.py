"""The way to a Droplet: ssh, sftp and scp by its name, and Host blocks for other programs."""

from __future__ import annotations

import shlex
import shutil
import socket
import stat
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import dopyapi as do
from dopyapi._core.steps import drive
from dopyapi.cli.failing import Failure
from dopyapi.cli.reaching.clients import Remote, remote
from dopyapi.cli.reaching.hosts import Entry, blocks
from dopyapi.cli.reaching.marked import with_section
from dopyapi.cli.reaching.waiting import answering
from dopyapi.testing import Emulated

from .conftest import Dopy

SPEC = {"region": "ams3", "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64"}
SSH = shutil.which("ssh")
with_ssh = pytest.mark.skipif(SSH is None, reason="OpenSSH's client is not installed")


def understood(*arguments: str) -> dict[str, str]:
    """What the real ssh makes of these arguments."""
    told = subprocess.run(["ssh", "-G", *arguments], capture_output=True, text=True, check=True, timeout=30).stdout
    return dict(line.split(" ", 1) for line in reversed(told.splitlines()) if " " in line)  # the first one counts


@with_ssh
def test_the_real_ssh_is_run_with_the_droplets_address(dopy: Dopy, fleet: Callable[..., list[Any]]) -> None:
    """A proxy command stands in for the network: ssh gives it where it would go, and its end is ssh's."""
    (web,) = fleet("web-1", ipv6=True)
    proxy = "ProxyCommand=sh -c 'echo %h %p %r > went'"
    ended = dopy("ssh", "deploy@web-1", "-p", "2222", "-o", proxy, "-o", "BatchMode=yes", "--", "uptime")
    assert ended.status == 255  # ssh's own, as nobody answers it
    public = next(n.ip_address for n in web.networks.v4 if n.type == "public")
    assert (dopy.home / "went").read_text().split() == [public, "2222", "deploy"]

    (dopy.home / "my key").write_text("a key\n")  # ssh passes over one that is not there
    shown = dopy.inside("ssh", str(web.id), "--private", "-i", "~/my key", "--print", "--", "ls", "-l", "a b")
    words = shlex.split(shown.out)
    private = next(n.ip_address for n in web.networks.v4 if n.type == "private")
    assert words[words.index("--") :] == ["--", private, "ls", "-l", "a b"]
    told = understood(*words[1 : words.index("--") + 2])
    assert (told["hostname"], told["user"], told["hostkeyalias"]) == (private, "root", f"droplet-{web.id}")
    assert told["identityfile"] == str(dopy.home / "my key")

    v6 = web.networks.v6[0].ip_address
    assert dopy.inside("ssh", "web-1", "--ipv6", "--dry-run").lines == [
        f"ssh -o HostKeyAlias=droplet-{web.id} -l root -- {v6}"
    ]
    copied = dopy.inside("scp", "-r", "site", "deploy@web-1:/srv", "--ipv6", "--print", env={"DOPY_SSH_USER": "root"})
    assert copied.lines == [f"scp -r -o HostKeyAlias=droplet-{web.id} -- site 'deploy@[{v6}]:/srv'"]
    assert dopy.inside("sftp", "web-1:/etc", "--print").lines == [
        f"sftp -o HostKeyAlias=droplet-{web.id} -- root@{public}:/etc"
    ]


def test_a_droplet_that_cannot_be_gone_to_is_said(dopy: Dopy, fleet: Callable[..., list[Any]]) -> None:
    web, twin, _ = fleet("web-1", "twin", "twin")
    refused = dopy.inside("ssh", "web-1", "--ipv6")
    assert refused.status == 1
    assert "web-1 has no public IPv6 address" in refused.err
    assert "--private" in refused.err
    twice = dopy.inside("ssh", "twin")
    assert twice.status == 1
    assert str(twin.id) in twice.err
    assert dopy.inside("ssh", "web-9").status == 3
    assert dopy.inside("ssh", "web-1", "--ipv6", "--private").status == 2
    web.power_off().wait()
    off = dopy.inside("ssh", "web-1")
    assert off.status == 1
    assert f"web-1 is off: `dopy droplet power-on {web.id}` first" in off.err


def test_what_is_only_emulated_is_not_connected_to(stranger: Dopy) -> None:
    """Its addresses are made up, and could be somebody's."""
    made = stranger.inside(
        *("--emulator", "droplet", "create", "web-1", "--wait"),
        *("--size", "s-1vcpu-1gb", "--image", "ubuntu-24-04-x64", "--region", "ams3"),
    )
    assert made.status == 0, made.err
    refused = stranger.inside("--emulator", "ssh", "web-1")
    assert refused.status == 1
    assert "web-1 is emulated" in refused.err


@pytest.fixture
def greeting() -> Iterator[int]:
    """The port of a server that greets like an SSH server, from the second connection on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(30)

        def serve() -> None:
            for number in range(2):
                try:
                    peer, _ = server.accept()
                except OSError:
                    return
                with peer:
                    if number:
                        peer.sendall(b"SSH-2.0-Stand_in\r\n")

        thread = threading.Thread(target=serve)
        thread.start()
        yield int(server.getsockname()[1])
        # Whatever it still waits for comes now.
        with socket.create_connection(server.getsockname(), 5), socket.create_connection(server.getsockname(), 5):
            thread.join(10)


@pytest.mark.parametrize("kind", ["public", "private", "ipv6"])
def test_a_wait_ends_when_a_server_greets_at_the_address_asked_for(
    kind: str, digitalocean: Emulated, greeting: int
) -> None:
    asked: list[tuple[str, int]] = []

    def reach(address: str, port: int) -> tuple[str, int]:
        asked.append((address, port))
        return "127.0.0.1", greeting

    with do.using(digitalocean.client_with(reach=reach)):
        web = do.Droplet.new(name="web-1", ipv6=True, **SPEC)
        found = drive(answering(web, kind, 2222, 300.0, None))
    networks = web.networks.v6 if kind == "ipv6" else web.networks.v4
    assert found in [n.ip_address for n in networks if n.type == ("private" if kind == "private" else "public")]
    assert asked == [(found, 2222)] * 2  # closed without a word, then greeted


def test_a_wait_that_is_in_vain_says_why(digitalocean: Emulated) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        closed = int(taken.getsockname()[1])
    with do.using(digitalocean.client_with(reach=lambda address, port: ("127.0.0.1", closed))):
        web = do.Droplet.new(name="web-1", **SPEC)
        with pytest.raises(do.WaitTimeout, match=r"port 22 of [0-9.]+ refuses the connection"):
            drive(answering(web, "public", 22, 120.0, None))
        with pytest.raises(do.WaitTimeout, match="it has no public IPv6 address"):
            drive(answering(web, "ipv6", 22, 120.0, None))


def test_files_on_droplets_are_told_from_files_here() -> None:
    assert remote("web-1:/etc/hosts") == Remote(None, "web-1", "/etc/hosts")
    assert remote("me@web-1:") == Remote("me", "web-1", "")
    assert [remote(each) for each in ("./a:b", "/srv/a:b", "site", "me@there/x:y")] == [None] * 4


# Host blocks.


@with_ssh
def test_host_blocks_are_kept_in_the_users_file_and_read_by_ssh(
    dopy: Dopy, fleet: Callable[..., list[Any]], digitalocean: Emulated
) -> None:
    (web,) = fleet("web-1", tags=["web"])
    fleet("db-1", "twin", "twin")
    public = next(n.ip_address for n in web.networks.v4 if n.type == "public")
    file = dopy.home / ".ssh" / "config"
    file.parent.mkdir()
    mine = b"Host mine\n  User \xff\n\nHost *\n  ServerAliveInterval 7\n"
    file.write_bytes(mine)

    written = dopy("ssh-config", "--write", "--user", "deploy", "--identity", "~/.ssh/my key", "--prefix", "do-")
    assert written.status == 0, written.err
    assert "4 hosts" in written.out
    assert "2 Droplets are called twin" in written.err
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    first = file.read_bytes()
    assert first.startswith(mine)
    told = understood("-F", str(file), "do-web-1")
    assert (told["hostname"], told["user"], told["serveraliveinterval"]) == (public, "deploy", "7")
    assert told["identityfile"] == "~/.ssh/my key"
    for twin in digitalocean.state["droplets"]:
        if twin["name"] == "twin":
            reached = understood("-F", str(file), f"do-twin-{twin['id']}")["hostname"]
            assert reached in [each["ip_address"] for each in twin["networks"]["v4"] if each["type"] == "public"]
    assert understood("-F", str(file), "do-twin")["hostname"] == "do-twin", "which of the two nobody can tell"

    file.write_bytes(first + b"Compression yes\n")
    again = dopy.inside("ssh-config", "--write", "--tag", "web")
    assert "1 host\n" in again.out
    now = file.read_bytes()
    assert now.startswith(mine)
    assert now.endswith(b"Compression yes\n")
    assert now.count(b"HostName") == 1
    assert understood("-F", str(file), "elsewhere")["compression"] == "yes", "what stands below us is for all hosts"
    unchanged = file.stat()
    assert "as before" in dopy.inside("ssh-config", "--write", str(file), "--filter", "name=web-1").out
    assert file.stat().st_mtime_ns == unchanged.st_mtime_ns

    assert dopy.inside("ssh-config", "--filter", "name=web-1").lines[:2] == ["Host web-1", f"    HostName {public}"]


def test_a_file_whose_markers_are_broken_is_left_alone() -> None:
    whole = with_section("", "default", "Host a\n", "config")
    begin, *_, end = whole.splitlines(keepends=True)
    assert with_section(whole, "default", "Host a\n", "config") == whole
    other = with_section(whole, "work", "Host b\n", "config")
    assert other.startswith(whole)
    assert with_section(other, "default", "", "config").count("Host ") == 1
    assert with_section("Host x", "default", "", "config").startswith("Host x\n\n# BEGIN"), "a line is ended first"
    for broken in (begin, end, end + begin, whole + whole):
        with pytest.raises(Failure, match="nothing was written"):
            with_section(broken, "default", "Host a\n", "config")
    with pytest.raises(Failure, match="--section"):
        with_section("", "a\nHost *", "", "config")


def test_names_that_would_say_something_else_stay_out(tmp_path: Path) -> None:
    """Whoever may name a Droplet may not write into ssh's configuration."""
    networks = {"v4": [{"ip_address": "192.0.2.1", "type": "public"}], "v6": []}
    names = ["ok", "*", "a b", "a\n    ProxyCommand x", "!a", "-x", "#x"]
    droplets = [{"id": n, "name": name, "networks": networks} for n, name in enumerate(names)]
    text, notes = blocks(droplets, Entry())
    assert text.count("Host ") == 1
    assert "ProxyCommand" not in text
    assert len(notes) == 6
    with pytest.raises(ValueError, match="cannot be written"):
        blocks(droplets, Entry(user="root\nProxyCommand x"))
