"""Accounts: logging in, choosing, where tokens are, and that nobody sees them."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from textwrap import dedent

import pytest

from dopyapi.cli.accounts import choosing, contexts, doctl, names, tokens
from dopyapi.cli.accounts.account import DOCTL, ENVIRONMENT, OWN
from dopyapi.cli.failing import Failure
from dopyapi.cli.session import Session
from dopyapi.emulator.tokens import Tokens
from dopyapi.errors import AuthenticationNeeded
from dopyapi.testing import Emulated, Fault, Served

from .conftest import Dopy

FULL, READER, UNNAMED = (f"dop_v1_{name * 16}" for name in ("abc0", "def1", "9e92"))

RING = """
import json, os
from keyring.backend import KeyringBackend

class Ring(KeyringBackend):
    priority = 5
    place = os.environ["RING"]

    def _all(self):
        return json.load(open(self.place)) if os.path.exists(self.place) else {}

    def _keep(self, found):
        json.dump(found, open(self.place, "w"))

    def get_password(self, service, name):
        return self._all().get(f"{service}/{name}")

    def set_password(self, service, name, password):
        self._keep(self._all() | {f"{service}/{name}": password})

    def delete_password(self, service, name):
        found = self._all()
        del found[f"{service}/{name}"]
        self._keep(found)

class Broken(Ring):
    def set_password(self, service, name, password):
        raise RuntimeError("the collection is locked")
"""


@pytest.fixture
def account(digitalocean: Emulated) -> Emulated:
    """An account that takes only these tokens."""
    digitalocean.emulator.tokens = Tokens(digitalocean.token, {FULL: None, READER: "read", UNNAMED: ["droplet:read"]})
    return digitalocean


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder of this process, and an environment that says nothing."""
    for name in [name for name in os.environ if name.startswith(("DIGITALOCEAN_", "DO_", "XDG_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(tokens, "working", lambda: None)
    monkeypatch.setattr(choosing, "_used", None)
    return tmp_path


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_from_login_to_logout(stranger: Dopy, account: Emulated, digitalocean_server: Served) -> None:
    url = digitalocean_server.url
    asked = stranger.inside("droplets", "list")
    assert asked.status == 4
    assert asked.err.startswith("dopy: no account: `dopy auth login`")
    refused = stranger.inside("auth", "login", "--api-url", url, given="dop_v1_" + "0" * 64)
    assert refused.status == 4
    assert "does not accept this token" in refused.err
    assert not (stranger.home / ".config/dopy/tokens.json").exists()

    made = stranger("auth", "login", "--context", "work", "--api-url", url, "--debug", given=f"{FULL}\n")
    assert made.status == 0, made.err
    assert "as developer@example.com (team My Team): context 'work'" in made.out
    assert "> GET" in made.err
    assert stranger("auth", "login", "--api-url", url, given=UNNAMED).out.count("account:read") == 1
    config = stranger.home / ".config/dopy"
    assert (mode(config), mode(config / "tokens.json")) == (0o700, 0o600)
    assert "dop_v1_" not in (config / "config.json").read_text()
    listed = stranger.inside("auth", "list", "-o", "json").json
    assert [(each["name"], each["current"], each["from"], each["token"]) for each in listed] == [
        ("default", True, "dopy", "file"),
        ("work", False, "dopy", "file"),
    ]

    # What goes first, told from what each token may do.
    assert stranger("tags", "list").status == 4, "the current one may not"
    assert stranger("tags", "list", "--context", "work").status == 0
    unknown = stranger.inside("tags", "list", "--context", "wrok")
    assert unknown.status == 2
    assert unknown.err.splitlines() == ["dopy: there is no context 'wrok': there are", "  default", "  work"]
    assert stranger.inside("auth", "use", "work").status == 0
    assert stranger("tags", "list").status == 0

    from_environment = {"DO_TOKEN": UNNAMED, "DIGITALOCEAN_API_URL": url, "DIGITALOCEAN_CONTEXT": "work"}
    assert stranger("tags", "list", env=from_environment).status == 4
    status = stranger.inside("auth", "status", "-o", "json").json
    assert (status["context"], status["api_url"], status["account"]) == ("work", f"{url}/v2", "developer@example.com")
    out = stranger("auth", "logout")
    assert out.status == 0
    assert "No context is chosen now" in out.out
    assert json.loads((config / "tokens.json").read_text()) == {"default": UNNAMED}
    assert stranger.inside("tags", "list").err.splitlines() == [
        "dopy: no context is chosen: `dopy auth use NAME`, or --context NAME",
        "  default",
    ]
    for run in (made, refused, unknown, out):
        assert "dop_v1_" not in run.out + run.err


def test_the_prompt_shows_nothing(stranger: Dopy, account: Emulated, digitalocean_server: Served) -> None:
    screen = stranger.on_terminal(
        "auth", "login", "--api-url", digitalocean_server.url, answers=[("Token (not shown)", f"{FULL}\n")]
    )
    assert screen.status == 0, screen.text
    assert "Logged in" in screen.text
    assert FULL not in screen.raw


def test_a_token_is_no_argument(stranger: Dopy) -> None:
    for arguments in (
        ["auth", "login", FULL],
        ["auth", "login", "--token", FULL],
        ["auth", "use", FULL],
        ["droplets", "list", "--context", FULL],
    ):
        refused = stranger.inside(*arguments)
        assert refused.status == 2
        assert FULL not in refused.err
    assert "standard input" in stranger("auth", "login", FULL).err


def test_the_keyring_has_the_token_where_there_is_one(
    stranger: Dopy, account: Emulated, digitalocean_server: Served, tmp_path: Path
) -> None:
    (tmp_path / "somering.py").write_text(RING)
    env = {
        "RING": str(tmp_path / "ring.json"),
        "PYTHON_KEYRING_BACKEND": "somering.Ring",
        "PYTHONPATH": f"{stranger.environment['PYTHONPATH']}:{tmp_path}",
    }
    login = ["auth", "login", "--api-url", digitalocean_server.url, "--context", "work"]
    made = stranger(*login, given=FULL, env=env)
    assert "its token in the keyring" in made.out, made.err
    assert json.loads((tmp_path / "ring.json").read_text()) == {"dopy/work": FULL}
    assert not (tmp_path / ".config/dopy/tokens.json").exists()
    assert stranger("tags", "list", env=env).status == 0
    gone = stranger("tags", "list")
    assert gone.status == 4
    assert "the keyring does not give the token of 'work'" in gone.err
    assert stranger("auth", "logout", env=env).status == 0
    assert json.loads((tmp_path / "ring.json").read_text()) == {}
    broken = stranger(*login, given=FULL, env=env | {"PYTHON_KEYRING_BACKEND": "somering.Broken"})
    assert broken.status == 0
    assert "the keyring does not take the token: the collection is locked" in broken.err
    assert stranger("tags", "list").status == 0


def test_no_traceback_shows_the_token(stranger: Dopy, digitalocean: Emulated, digitalocean_server: Served) -> None:
    digitalocean.faults.add(Fault(operation="droplets_list", status=400, body={"id": "no", "message": f"not {FULL}"}))
    env = {"DO_TOKEN": FULL, "DIGITALOCEAN_API_URL": digitalocean_server.url}
    failed = stranger("droplets", "list", "--debug", env=env)
    assert "Traceback" in failed.err
    assert "dopy: GET /droplets: 400 no: not ..." in failed.err
    assert FULL not in failed.err


def test_a_file_that_others_can_read_is_closed_to_them(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tokens.keep("work", tokens.Secret(FULL))
    tokens.place().chmod(0o644)
    assert tokens.read("work", "file") == FULL
    assert mode(tokens.place()) == 0o600
    assert "could be read by other users" in capsys.readouterr().err
    tokens.place().write_text("{")
    with pytest.raises(Failure, match="is damaged"):
        tokens.read("work", "file")


def test_names_of_contexts(home: Path) -> None:
    for name in ("", "-x", "$x", "a b", "a\nb", "x" * 101):
        with pytest.raises(Failure):
            contexts.check_name(name)
    assert contexts.check_name("wörk@home/1") == "wörk@home/1"


def write_doctl(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "config.yaml").write_text(
        dedent(f"""\
            access-token: {FULL}
            auth-contexts:
                team: {READER}
                work: {UNNAMED}
            context: team
            output: text
        """)
    )


@pytest.mark.parametrize("place", [".config/doctl", "Library/Application Support/doctl"])
def test_the_contexts_of_doctl_are_there(home: Path, place: str) -> None:
    write_doctl(home / place)
    assert names() == ["default", "team", "work"]
    usual = choosing.usual()
    assert (usual.name, usual.source, usual.token()) == ("team", DOCTL, READER)
    assert FULL not in repr(usual)
    assert FULL not in repr(doctl.read())
    with contexts.changing() as config:  # one of dopy's own goes before doctl's of that name
        config.contexts["work"] = contexts.Context(tokens.keep("work", tokens.Secret(FULL)))
        config.current = "default"
    assert [(each.name, each.source) for each in choosing.known()] == [
        ("default", DOCTL),
        ("team", DOCTL),
        ("work", OWN),
    ]
    assert choosing.named("work").token() == FULL
    assert choosing.usual().name == "default"


def test_what_goes_first(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AuthenticationNeeded):
        choosing.usual()
    write_doctl(home / ".config/doctl")
    with contexts.changing() as config:
        for name in ("one", "two", "three"):
            config.contexts[name] = contexts.Context(tokens.keep(name, tokens.Secret(f"{FULL}{name}")))
    assert choosing.usual().name == "team"
    with contexts.changing() as config:
        config.current = "one"
    assert choosing.usual().name == "one"
    monkeypatch.setenv("DIGITALOCEAN_CONTEXT", "two")
    assert choosing.usual().name == "two"
    monkeypatch.setenv("DIGITALOCEAN_ACCESS_TOKEN", READER)
    assert (choosing.usual().name, choosing.usual().source) == ("$DIGITALOCEAN_ACCESS_TOKEN", ENVIRONMENT)
    assert choosing.chosen(Session(context="three")).token() == f"{FULL}three"
    with pytest.raises(Failure, match="one or the other"):
        choosing.chosen(Session(context="three", emulator=True))


def test_a_damaged_file_of_doctl_is_passed_over(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = home / ".config/doctl"
    folder.mkdir(parents=True)
    (folder / "config.yaml").write_text(f"access-token: [{FULL}\nx: }}{{")
    assert names() == [], "and nothing is said while something is completed"
    assert capsys.readouterr().err == ""
    doctl._said.clear()
    assert choosing.known() == []
    said = capsys.readouterr().err
    assert "line 2 is no YAML" in said
    assert FULL not in said


def test_the_places_follow_xdg(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert contexts.place() == home / ".config/dopy/config.json"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "elsewhere"))
    assert contexts.place() == home / "elsewhere/dopy/config.json"
    write_doctl(home / "elsewhere/doctl")
    assert "team" in names()
    monkeypatch.setenv("XDG_CONFIG_HOME", "relative")
    assert contexts.place() == home / ".config/dopy/config.json"
