"""`dopy emulator`: the server, its options, and the commands beside it."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import yaml

from dopyapi.testing import Emulated

from . import process
from .conftest import Dopy

SEED = """
droplets:
  - {name: web-1, region: ams3, size: s-1vcpu-1gb, image: ubuntu-24-04-x64}
"""


def served(dopy: Dopy, *arguments: str) -> tuple[subprocess.Popen[str], str, str]:
    """A server, what it said first, and where it listens."""
    server = subprocess.Popen(
        [*process.COMMAND, "emulator", "--port", "0", *arguments],
        env=dopy.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=dopy.home,
    )  # fmt: skip
    assert server.stdout is not None
    line = server.stdout.readline()
    return server, line, line.split()[-1]


def test_it_serves_with_the_options_of_the_module_until_ctrl_c(stranger: Dopy) -> None:
    (stranger.home / "fleet.yaml").write_text(SEED)
    server, line, url = served(stranger, "--seed", "fleet.yaml", "--token", "t1", "--quiet")
    try:
        assert line.startswith("dopyapi emulator listening on http://127.0.0.1:")
        env = {"DIGITALOCEAN_API_URL": url, "DO_TOKEN": "t1"}
        assert stranger("droplets", "list", "-o", "name", env=env).lines == ["web-1"]
        refused = stranger("droplets", "list", env=env | {"DO_TOKEN": "another"})
        assert refused.status == 4
        assert f"that was the token in $DO_TOKEN (DIGITALOCEAN_API_URL says {url}/v2)" in refused.err
    finally:
        server.send_signal(signal.SIGINT)
        _, said = server.communicate(timeout=process.PATIENCE)
    assert (server.returncode, said) == (0, "")


def test_what_it_is_given_is_checked(stranger: Dopy) -> None:
    shown = stranger("emulator", "--help")
    assert shown.status == 0
    assert "usage: dopy emulator" in shown.out
    assert "--private" in shown.out
    wrong = stranger("emulator", "--spede", "3")
    assert wrong.status == 2
    assert "dopy emulator: error: unrecognized arguments: --spede 3" in wrong.err
    assert "there is no command 'serve'" in stranger.inside("emulator", "serve").err
    assert "--data: not with --private" in stranger.inside("emulator", "--private", "--data", "x").err
    assert "takes only --yes" in stranger.inside("emulator", "reset", "everything").err


def test_an_account_is_imported_with_the_token_of_its_context(dopy: Dopy, digitalocean: Emulated) -> None:
    digitalocean.emulator.seed(yaml.safe_load(SEED))
    login = dopy("auth", "login", "--context", "work", given="a-token-of-work")
    assert login.status == 0, login.err
    env = dict.fromkeys(("DIGITALOCEAN_API_URL", "DIGITALOCEAN_TOKEN"), "")
    made = dopy("emulator", "import", "--account", "--to", "seed.yaml", "--context", "work", env=env)
    assert made.status == 0, made.err
    seed = yaml.safe_load(Path(dopy.home, "seed.yaml").read_text())
    assert [each["name"] for each in seed["droplets"]] == ["web-1"]
    recorded = dopy("emulator", "record", "--account", "--to", "account.jsonl", "--context", "work", env=env)
    assert recorded.status == 0, recorded.err
    assert "a-token-of-work" not in Path(dopy.home, "account.jsonl").read_text()
    assert "dopy emulator replay" in dopy("emulator", "replay", "--help").out
