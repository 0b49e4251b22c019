"""Tab: the scripts are sourced by real shells and asked as those ask; what fits is found by asking the API."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import dopyapi as do
from dopyapi.testing import Emulated

from .conftest import Dopy

pytestmark = pytest.mark.digitalocean(speed=0.0)

BASH = r"""
eval "$(dopy completion bash)"
for line in "$@"; do
    COMP_LINE="$line"; COMP_POINT=${#line}
    compopt() { :; }  # a builtin that works only while readline completes
    _dopy_completion dopy
    printf '%s => ' "$line"; printf '%s|' "${COMPREPLY[@]}"; printf '\n'
done
"""
FISH = r"""
dopy completion fish | source
for line in $argv
    set -l found (complete -C "$line" | string split -f 1 \t)
    echo "$line => "(string join '|' -- $found)"|"
end
"""


@pytest.fixture
def shell(dopy: Dopy) -> Callable[..., dict[str, list[str]]]:
    """Ask a shell what Tab would show for each of these lines."""
    programs = dopy.home / "bin"
    programs.mkdir()
    (programs / "dopy").write_text(f'#!/bin/sh\nexec {sys.executable} -m dopyapi.cli "$@"\n')
    (programs / "dopy").chmod(0o755)
    environment = dopy.environment | {"PATH": f"{programs}:{os.environ['PATH']}", "TERM": "dumb"}

    def ask(name: str, script: str, *lines: str) -> dict[str, list[str]]:
        program = shutil.which(name)
        if program is None:
            pytest.skip(f"{name} is not installed here")
        options = ["--norc", "--noprofile"] if name == "bash" else ["--no-config"]
        given = ["-c", script, "dopy-test"] if name == "bash" else ["-c", script]
        done = subprocess.run(
            [program, *options, *given, *lines],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.stderr == ""
        shown = dict(line.split(" => ", 1) for line in done.stdout.splitlines())
        return {line: [each for each in found.split("|") if each] for line, found in shown.items()}

    return ask


LINES = [
    "dopy dr",
    "dopy droplet reb",
    "dopy droplets reboot web-",
    "dopy droplet create x --image debian-1",
    "dopy tags tag blue --resource droplet:web-1",
    "dopy projects get 'my",
]


def _wanted(found: dict[str, list[str]]) -> None:
    assert found["dopy dr"] == ["droplets"]  # and not `droplet` beside it
    assert found["dopy droplet reb"] == ["reboot", "rebuild"]
    assert found["dopy droplets reboot web-"] == ["web-1", "web-2"]
    assert "debian-12-x64" in found["dopy droplet create x --image debian-1"]


@pytest.fixture
def some(fleet: Callable[..., list[Any]]) -> None:
    fleet("web-1", "web-2", "other")
    do.Project.new(name="my project", purpose="Trying")


def test_bash(shell: Callable[..., dict[str, list[str]]], some: None) -> None:
    found = shell("bash", BASH, *LINES)
    _wanted(found)
    # bash has taken `droplet:` for a word of its own, and wants what comes behind it; blanks are quoted.
    assert found["dopy tags tag blue --resource droplet:web-1"] == ["web-1"]
    assert found["dopy projects get 'my"] == ["'my project'"]


def test_fish(shell: Callable[..., dict[str, list[str]]], some: None) -> None:
    found = shell("fish", FISH, *LINES[:-1])
    _wanted({line: sorted(each) for line, each in found.items()})
    assert found["dopy tags tag blue --resource droplet:web-1"] == ["droplet:web-1"]


def test_zsh(dopy: Dopy, shell: Callable[..., dict[str, list[str]]], some: None) -> None:
    """zsh completes only at its own prompt: Tab is pressed there, on a terminal."""
    program = shutil.which("zsh")
    if program is None:
        pytest.skip("zsh is not installed here")
    from .process import typed

    rc = "autoload -Uz compinit && compinit -u -D\nPS1='$ '\neval \"$(dopy completion zsh)\"\nsetopt no_beep no_list_beep\n"
    (dopy.home / ".zshrc").write_text(rc)
    environment = dopy.environment | {"PATH": f"{dopy.home / 'bin'}:{os.environ['PATH']}", "TERM": "xterm"}
    seen = typed(
        [program, "-i"], environment, [("$ ", "dopy dro\t"), ("droplets", "reb\t"), ("build", "\x15dopy droplets reboot oth\t"), ("other", "\x15exit\r")],
        cwd=dopy.home,
    )  # fmt: skip
    assert "dopy droplets" in seen
    assert "reboot" in seen
    assert "rebuild" in seen
    assert "dopy droplets reboot other" in seen


def asked(dopy: Dopy, line: str, shell: str = "fish", **environment: str) -> list[str]:
    done = dopy("", env={"_DOPY_COMPLETE": f"{shell}_complete", "COMP_LINE": line, **environment})
    assert (done.status, done.err) == (0, ""), done
    return [each.split("\t")[1] for each in done.lines]


def inside(dopy: Dopy, line: str, **environment: str) -> list[str]:
    done = dopy.inside("", env={"_DOPY_COMPLETE": "fish_complete", "COMP_LINE": line, **environment})
    assert (done.status, done.err) == (0, ""), done
    return [each.split("\t")[1] for each in done.lines]


def test_values_that_exist_are_shown_wherever_one_is_named(dopy: Dopy, fleet: Callable[..., list[Any]]) -> None:
    fleet("web-1", "web-2")
    do.SSHKey.new(
        name="laptop", public_key="ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGdR0V0yEhkJpyAW0mCPp5S1VnZ5jYtNPkNPKNN1AZ0Q"
    )
    do.Domain.new(name="example.com", ip_address="192.0.2.1")
    database = do.DatabaseCluster.new(
        name="orders", engine="pg", version="16", size="db-s-1vcpu-1gb", num_nodes=1, region="ams3"
    )
    database.wait_ready()
    database.add_user(name="alice")
    assert inside(dopy, "dopy droplet create x --size s-1vcpu-1gb-a") == ["s-1vcpu-1gb-amd"]
    assert "ams3" in inside(dopy, "dopy droplet create x --region a")
    assert inside(dopy, "dopy droplet create x --region=am")[0].startswith("--region=am")
    assert inside(dopy, "dopy droplet create x --ssh-key ") == ["laptop"]
    assert "default-ams3" in inside(dopy, "dopy droplet create x --vpc-uuid default-a")
    assert inside(dopy, "dopy firewalls add-droplets fw --droplet web-1,w") == ["web-1,web-1", "web-1,web-2"]
    assert "A" in inside(dopy, "dopy domain-records list example.com --type ")
    assert "www" not in inside(dopy, "dopy domain-records get example.com ")
    assert "@" in inside(dopy, "dopy domain-records get example.com ")
    assert inside(dopy, "dopy databases delete-user orders --name a") == ["alice"]
    assert inside(dopy, "dopy projects assign first-project --resource drop") == ["droplet:"]
    assert inside(dopy, "dopy droplets list --sort st") == ["status"]
    assert inside(dopy, "dopy droplets list -o j") == ["json"]
    assert inside(dopy, "dopy droplets list --fil") == ["--filter"]
    assert inside(dopy, "dopy k8") == ["k8s"]  # another name, once nothing else fits


def test_nothing_is_written_where_nothing_can_be_asked(dopy: Dopy, stranger: Dopy) -> None:
    assert asked(stranger, "dopy droplets get ") == []
    unreachable = {"DIGITALOCEAN_API_URL": "http://127.0.0.1:9", "DIGITALOCEAN_TOKEN": "x"}
    started = time.monotonic()
    assert asked(stranger, "dopy droplets get ", **unreachable) == []
    assert time.monotonic() - started < 5
    # The private emulator is asked where the line says so.
    home = Path(stranger.home)
    assert "default-ams3" in asked(stranger, "dopy --emulator vpcs get default-a", XDG_DATA_HOME=str(home))
    assert "default-ams3" in asked(stranger, "dopy vpcs get --emulator default-a", XDG_DATA_HOME=str(home))


def test_what_is_typed_on_the_first_screen_is_answered_without_loading_resources(
    dopy: Dopy, digitalocean: Emulated
) -> None:
    before = len(digitalocean.emulator.log)
    assert asked(dopy, "dopy vpc") == ["vpc-peerings", "vpcs"]
    assert asked(dopy, "dopy vpcs cr") == ["create", "create-peering"]
    assert len(digitalocean.emulator.log) == before
