"""What goes wrong: a line that says what to do, the exit status, and no secret anywhere."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
import warnings
from collections.abc import Callable
from typing import Any

import click
import pytest

import dopyapi as do
from dopyapi.cli import app, debugging, streams
from dopyapi.cli.accounts import choosing
from dopyapi.cli.failing import Failure, Interrupted, say, status, words
from dopyapi.cli.hiding import hidden, masked, never_show
from dopyapi.emulator import Fault
from dopyapi.emulator.tokens import Tokens
from dopyapi.errors import (
    AuthenticationNeeded,
    ClientForbiddenError,
    InvalidRequest,
    NetworkError,
    NeverReady,
    UncertainResult,
    UnknownValueWarning,
    WaitTimeout,
)
from dopyapi.testing import Emulated, Served

from . import process
from .conftest import Dopy

SECRET = "dop_v1_" + "5ec3e7" * 8


def failure_of(call: Callable[[], Any]) -> BaseException:
    with pytest.raises(Exception) as raised:
        call()
    return raised.value


FAULTS: list[tuple[Fault, int, str]] = [
    (Fault(status=400), 1, "GET /droplets: 400 "),
    (Fault(status=401), 4, "`dopy auth login` takes a new token"),
    (Fault(status=403), 4, "this needs the scope droplet:read; use a token that may do this"),
    (Fault(status=404), 3, "GET /droplets: 404 not_found: "),
    (Fault(status=409), 1, "409 conflict: "),
    (Fault(status=412), 1, "412 "),
    (Fault(status=422), 1, "422 unprocessable_entity: "),
    (Fault(status=429, retry_after=7), 5, "after 3 attempts; try again in 7 s"),
    (Fault(status=429), 5, "try again in a minute"),
    (Fault(status=500), 5, "after 3 attempts; try again later; https://status.digitalocean.com"),
    (Fault(status=501), 1, "501 "),
    (Fault(status=503), 5, "503 service_unavailable: "),
    (Fault(refuse=True), 5, "the connection was refused (--api-url or DIGITALOCEAN_API_URL says"),
    (Fault(drop="before"), 5, "the connection was reset before an answer came"),
    (Fault(half=True), 5, "the connection broke in the middle of the answer"),
    (Fault(silent=True), 5, "no answer within 60 s after 3 attempts; try again once it can be reached"),
    (Fault(html=True, status=200), 5, "the answer is an HTML page, not the API's"),
    (Fault(html=True, status=404), 5, "a proxy or a portal answers in its place, or the API's address is wrong"),
    (Fault(html=True), 5, "or the API's address is wrong (--api-url or DIGITALOCEAN_API_URL says"),
]


@pytest.mark.parametrize(("fault", "code", "said"), FAULTS)
def test_what_the_api_or_the_way_there_answers(
    digitalocean: Emulated,
    fault: Fault,
    code: int,
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(choosing, "_used", None)
    digitalocean.faults.add(fault)
    problem = failure_of(do.Droplet.list)
    say(problem)
    err = capsys.readouterr().err
    assert err.startswith("dopy: GET /droplets: ")
    assert said in err
    assert err.count("\n") == 1
    assert status(problem) == code


def test_what_fails_before_or_beside_the_api(digitalocean: Emulated) -> None:
    digitalocean.emulator.tokens = Tokens(digitalocean.token, {"reader": ["tag:read"]})
    with do.using(digitalocean.client_with("reader")):
        refused = failure_of(do.Droplet.list)
    assert isinstance(refused, ClientForbiddenError)
    assert words(refused).count("droplet:read") == 1
    wrong = failure_of(lambda: do.Droplet.new(name="web", region="NYC1", size="s-1vcpu-1gb", image="x"))
    assert isinstance(wrong, InvalidRequest)
    assert status(wrong) == 2
    for problem, code in (
        (AuthenticationNeeded("no token"), 4),
        (UncertainResult("look at the list", status=504), 1),
        (NetworkError("the certificate is not trusted", permanent=True, sent=False), 5),
        (WaitTimeout("not there after 600 s"), 1),
        (NeverReady("it has failed"), 1),
        (FileNotFoundError(2, "No such file or directory", "x.json"), 1),
        (KeyError("name"), 1),
        (RuntimeError("what?"), 1),
        (click.UsageError("no such option"), 2),
        (Failure("no", 3), 3),
        (KeyboardInterrupt(), 130),
        (Interrupted("go on by ..."), 130),
        (click.Abort(), 130),
    ):
        assert status(problem) == code
        assert "\n" not in words(problem)
        assert words(problem)
    assert words(RuntimeError("what?")) == "RuntimeError: what?; --debug shows where"
    assert words(FileNotFoundError(2, "No such file or directory", "x.json")) == "x.json: No such file or directory"


def test_addresses_where_no_api_is(stranger: Dopy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "_used", None)
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # nobody listens
        url = f"http://127.0.0.1:{held.getsockname()[1]}"
        with do.using(do.Client(SECRET, url, retries=0)):
            refused = failure_of(do.Droplet.list)
    assert status(refused) == 5
    assert f"Connection refused (--api-url or DIGITALOCEAN_API_URL says {url}/v2)" in words(refused)
    wrong = stranger.inside("droplets", "list", env={"DO_TOKEN": SECRET, "DIGITALOCEAN_API_URL": "api.example.com"})
    assert wrong.status == 2
    assert "is not a URL like https://api.digitalocean.com/v2" in wrong.err


def test_debug_shows_the_exchange_without_secrets(dopy: Dopy, digitalocean: Emulated) -> None:
    """Passwords of databases, kubeconfigs, private keys, credentials of docker, user data: none is shown."""
    env = {"DIGITALOCEAN_TOKEN": SECRET}
    cluster = {
        "name": "db-1",
        "engine": "pg",
        "version": "16",
        "region": "nyc3",
        "size": "db-s-1vcpu-1gb",
        "num_nodes": 1,
    }
    made = dopy("api", "POST", "databases", "-d", json.dumps(cluster), "--debug", env=env)
    assert made.status == 0, made.err
    connection = made.json["database"]["connection"]
    assert connection["password"] in connection["uri"], "it is in the output, which was asked for"
    assert connection["password"] not in made.err
    assert connection["host"] in made.err
    key = "-----BEGIN PRIVATE KEY-----\\nMIISECRETKEY\\n-----END PRIVATE KEY-----"
    certificate = f'{{"name": "c", "type": "custom", "private_key": "{key}", "leaf_certificate": "no"}}'
    refused = dopy("api", "POST", "certificates", "-d", certificate, "--debug", env=env)
    assert refused.status == 1
    assert "Traceback" in refused.err
    assert "MIISECRETKEY" not in refused.err
    dopy("api", "POST", "registry", "-d", "name=mine", "-d", "subscription_tier_slug=basic", env=env)
    login = dopy("api", "GET", "registry/docker-credentials", "--debug", env=env)
    (auth,) = login.json["auths"].values()
    assert auth["auth"] not in login.err
    for run in (made, refused, login):
        assert "> " in run.err
        assert "< " in run.err
        assert SECRET not in run.err
        assert "5ec3e7" not in run.out


def test_what_is_hidden() -> None:
    assert hidden({"connection": {"uri": "postgresql://doadmin:pw1@host:25060/db?sslmode=require", "port": 1}}) == {
        "connection": {"uri": "postgresql://doadmin:...@host:25060/db?sslmode=require", "port": 1}
    }
    assert hidden({"user": {"name": "x", "password": "pw"}}) == {"user": {"name": "x", "password": "..."}}
    assert hidden({"message": "-----BEGIN RSA PRIVATE KEY-----\nabc"}) == {"message": "..."}
    assert hidden({"user_data": "#cloud-config"}) == {"user_data": "..."}
    assert masked(f"x {SECRET} y dor_v1_abc z") == "x ... y ... z"
    token = never_show("an-old-token-without-a-prefix")
    assert masked(f"not {str.__str__(token)}!") == "not ...!"
    assert "an-old" not in repr([token])


def test_a_kubeconfig_is_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    debugging._body("<", b"apiVersion: v1\nusers:\n- user: {token: abc, client-key-data: def}\n")
    assert capsys.readouterr().err == "< 65 bytes that are no JSON\n"


def test_warnings_are_one_clean_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warnings, "showwarning", app._warned)
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        warnings.showwarning = app._warned
        warnings.warn("region is 'mars1',\n which is new", UnknownValueWarning, stacklevel=1)
    assert capsys.readouterr().err == "dopy: warning: region is 'mars1', which is new\n"


def test_what_is_new_goes_out_with_a_warning(dopy: Dopy) -> None:
    new = ["--size", "s-1vcpu-1gb", "--image", "ubuntu-24-04-x64", "--region", "mars1"]
    warned = dopy("droplet", "create", "web", *new, "--dry-run")
    assert warned.err.startswith("dopy: warning: ")
    assert "mars1" in warned.err
    assert ".py" not in warned.err


@pytest.mark.parametrize(
    "locale",
    [
        {"LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "ascii"},
    ],
    ids=["C", "ASCII"],
)
def test_other_locales(dopy: Dopy, digitalocean: Emulated, locale: dict[str, str]) -> None:
    digitalocean.emulator.seed(
        {"projects": [{"name": "Größe 🚀", "purpose": "Web Application", "environment": "Production"}]}
    )
    listed = dopy("projects", "list", "-o", "json", env=locale)
    assert listed.status == 0, listed.err
    assert "Größe 🚀" in [each["name"] for each in listed.json]
    missing = dopy("projects", "get", "Österreich", env=locale)
    assert missing.status == 3
    assert "Traceback" not in missing.err


def test_what_cannot_be_encoded_is_escaped_as_in_json() -> None:
    streams.ready()
    for text in ("Größe", "🚀", "\udcff"):
        escaped = text.encode("ascii", streams.ESCAPING).decode()
        assert json.loads(f'"{escaped}"') == text


def test_a_reader_that_goes_away_is_no_failure(dopy: Dopy, digitalocean: Emulated) -> None:
    digitalocean.emulator.seed({"tags": [f"t{n}" for n in range(300)]})
    for arguments in ("api tags --all", "--help", "tags --help"):
        shell = f"{' '.join(process.COMMAND)} {arguments} | head -1; exit ${{PIPESTATUS[0]}}"
        done = subprocess.run(
            ["bash", "-c", shell], env=dopy.environment, capture_output=True, text=True, timeout=60, check=False
        )
        assert (done.returncode, done.stderr) == (0, ""), arguments
        assert len(done.stdout.splitlines()) == 1


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full here")  # noqa: PTH110
def test_output_that_cannot_be_written(dopy: Dopy) -> None:
    for arguments in (["--help"], ["tags", "list", "-o", "json"]):
        with open("/dev/full", "w") as full:  # noqa: PTH123
            done = subprocess.run(
                [*process.COMMAND, *arguments], env=dopy.environment, stdout=full, stderr=subprocess.PIPE, text=True,
                timeout=60, check=False,
            )  # fmt: skip
        assert done.returncode == 1
        (said,) = done.stderr.splitlines()
        assert said.endswith("No space left on device")


def test_ctrl_c_ends_a_request_at_once(dopy: Dopy, digitalocean: Emulated, digitalocean_server: Served) -> None:
    digitalocean.faults.add(Fault(operation="tags_get", silent=True))
    began = time.monotonic()
    running = subprocess.Popen(
        [*process.COMMAND, "tags", "delete", "a", "b", "--yes", "--debug"],
        env=dopy.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert running.stderr is not None
    line = running.stderr.readline()
    assert line.startswith("> GET"), line
    time.sleep(0.3)
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=30)
    assert running.returncode == 130
    assert "Traceback" not in err
    assert err.endswith("dopy: interrupted\n")
    assert time.monotonic() - began < 20
