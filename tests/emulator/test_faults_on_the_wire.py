"""Faults over a real socket, as clients that nobody here wrote meet them: broken connections, silence, slowness."""

from __future__ import annotations

import http.client
import json
import logging
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dopyapi.emulator import Emulator, Fault, Lag
from dopyapi.emulator.asgi import App

uvicorn = pytest.importorskip("uvicorn")
urllib3 = pytest.importorskip("urllib3")

from dopyapi.emulator.wire import protocol  # noqa: E402

BEARER = {"authorization": "Bearer any"}
DROPLET = {"name": "web", "region": "nyc3", "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64"}
Listening = Callable[..., "Site"]


class Site:
    """An emulator that listens, on a thread of this process."""

    def __init__(self, emulator: Emulator, **options: Any) -> None:
        self.emulator = emulator
        options = {"http": protocol(emulator), "date_header": False, **options}
        config = uvicorn.Config(App(emulator), lifespan="off", ws="none", log_config=None, **options)
        self._server = uvicorn.Server(config)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]})
        self._thread.start()

    def end(self) -> None:
        if not self._thread.is_alive():
            return
        self._server.should_exit = True
        self._thread.join(20)
        self._socket.close()
        self.emulator.close()
        assert not self._thread.is_alive()

    def ask(self, method: str, path: str, body: Any = None, timeout: float = 10) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), BEARER)
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    @property
    def droplets(self) -> int:
        """How many there are."""
        self.emulator.faults.clear()
        total: int = json.loads(self.ask("GET", "/v2/droplets")[2])["meta"]["total"]
        return total


@pytest.fixture(params=["uvloop", "asyncio"])
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    if request.param == "uvloop":
        pytest.importorskip("uvloop")
    made = Site(Emulator(speed=0), loop=request.param)
    yield made
    made.end()


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """The server takes no fault for an error of its own."""
    yield
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


@pytest.mark.parametrize(
    ("fault", "made"),
    [
        (Fault(drop="before"), 0),
        (Fault(drop="after"), 1),
        (Fault(refuse=True), 0),
        (Fault(drop="after", duplicate="request"), 2),
        (Fault(drop="before", delay=0.05), 0),
    ],
    ids=str,
)
def test_a_dropped_connection_is_reset(site: Site, fault: Fault, made: int) -> None:
    site.emulator.faults.add(fault)
    with pytest.raises(ConnectionResetError):
        site.ask("POST", "/v2/droplets", DROPLET)
    assert site.droplets == made


def test_an_idle_connection_is_reset_too(site: Site) -> None:
    site.emulator.faults.add(Fault(drop="after", nth=2))
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=10)
    connection.request("GET", "/v2/account", headers=BEARER)
    assert connection.getresponse().read()
    connection.request("GET", "/v2/account", headers=BEARER)
    with pytest.raises(ConnectionResetError):
        connection.getresponse()
    connection.close()


@pytest.mark.parametrize(("commit", "made"), [(False, 0), (True, 1)])
def test_silence_lasts_until_the_client_gives_up(site: Site, commit: bool, made: int) -> None:
    site.emulator.faults.add(Fault(silent=True, commit=commit))
    with pytest.raises(TimeoutError):
        site.ask("POST", "/v2/droplets", DROPLET, timeout=0.3)
    assert site.droplets == made


@pytest.mark.parametrize("slow", [0, 0.05])
def test_half_a_body_is_less_than_was_said(site: Site, slow: float) -> None:
    site.emulator.faults.add(Fault(half=True, slow=slow))
    with pytest.raises(http.client.IncompleteRead) as caught:
        site.ask("POST", "/v2/droplets", DROPLET)
    whole = len(caught.value.partial) + (caught.value.expected or 0)
    assert 0 < len(caught.value.partial) == whole // 2
    assert site.droplets == 1


def test_a_gateway_s_answers(site: Site) -> None:
    site.emulator.faults.add(
        Fault(html=True, times=1), Fault(status=500, body="", times=1), Fault(status=429, retry_after=7, times=1)
    )
    status, headers, body = site.ask("POST", "/v2/droplets", DROPLET)
    assert (status, headers["content-type"], b"502 Bad Gateway" in body) == (502, "text/html", True)
    status, headers, body = site.ask("POST", "/v2/droplets", DROPLET)
    assert (status, body, "content-type" in headers) == (500, b"", False)
    status, headers, _ = site.ask("POST", "/v2/droplets", DROPLET)
    assert (status, headers["retry-after"]) == (429, "7")
    assert site.droplets == 0


def test_a_slow_body_comes_in_pieces_and_whole(site: Site) -> None:
    site.emulator.faults.add(Fault(slow=0.2))
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=10)
    connection.request("GET", "/v2/sizes", headers=BEARER)
    answer = connection.getresponse()
    pieces = []
    while piece := answer.read1(1 << 20):
        pieces.append(piece)
    connection.close()
    assert len(pieces) >= 10
    assert json.loads(b"".join(pieces))["sizes"]
    assert time.monotonic() - began >= 0.18


def test_a_delayed_answer_comes_later(site: Site) -> None:
    site.emulator.faults.add(Fault(delay=0.2))
    began = time.monotonic()
    assert site.ask("GET", "/v2/account")[0] == 200
    assert time.monotonic() - began >= 0.2
    with pytest.raises(TimeoutError):
        site.ask("GET", "/v2/account", timeout=0.05)


def test_other_requests_go_on_meanwhile(site: Site) -> None:
    site.emulator.faults.add(Fault(path="/v2/account", silent=True))
    silent = http.client.HTTPConnection("127.0.0.1", site.port, timeout=10)
    silent.request("GET", "/v2/account", headers=BEARER)
    for _ in range(5):
        assert site.ask("GET", "/v2/regions")[0] == 200
    silent.close()


def test_an_answer_that_is_sent_twice_arrives_twice_at_once(site: Site) -> None:
    site.emulator.faults.add(Fault(duplicate="answer"))
    with socket.create_connection(("127.0.0.1", site.port), 10) as plain:
        plain.sendall(b"GET /v2/account HTTP/1.1\r\nhost: x\r\nauthorization: Bearer any\r\n\r\n")
        received = b""
        while received.count(b'"account"') < 2:
            piece = plain.recv(1 << 16)
            assert piece, received
            received += piece
    first, second = received.split(b"HTTP/1.1 200 OK\r\n")[1:]
    assert first.partition(b"\r\n\r\n")[2] == second.partition(b"\r\n\r\n")[2]


def test_a_pool_of_connections_does_not_take_the_copy_for_its_next_answer(site: Site) -> None:
    site.emulator.faults.add(Fault(duplicate="answer", operation="droplets_list"))
    with urllib3.HTTPConnectionPool("127.0.0.1", site.port, retries=False) as pool:
        for _ in range(20):
            assert "droplets" in pool.request("GET", "/v2/droplets", headers=BEARER).json()
            assert "account" in pool.request("GET", "/v2/account", headers=BEARER).json()


def test_the_date_is_said_once_and_can_be_wrong(site: Site) -> None:
    site.emulator.faults.add(Fault(clock_skew=86_400, nth=2))
    with urllib3.HTTPConnectionPool("127.0.0.1", site.port, retries=False) as pool:
        right, wrong = (pool.request("GET", "/v2/account", headers=BEARER).headers for _ in range(2))
    assert len(right.getlist("date")) == len(wrong.getlist("date")) == 1
    assert right["date"][:16] != wrong["date"][:16]


@pytest.mark.parametrize("fault", [Fault(silent=True), Fault(delay=3600), Fault(slow=36_000)], ids=str)
def test_the_server_ends_at_once_whoever_waits(site: Site, fault: Fault) -> None:
    site.emulator.faults.add(fault)
    waiting = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
    waiting.request("GET", "/v2/account", headers=BEARER)
    while not site.emulator.faults.played:
        time.sleep(0.01)
    site.end()
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        waiting.getresponse().read()
    waiting.close()


def test_under_another_server_the_connection_ends_all_the_same(caplog: pytest.LogCaptureFixture) -> None:
    site = Site(Emulator(speed=0), http="h11", loop="asyncio")
    try:
        site.emulator.faults.add(Fault(half=True, nth=1), Fault(drop="after", nth=2))
        with pytest.raises(http.client.IncompleteRead):
            site.ask("POST", "/v2/droplets", DROPLET)
        assert site.ask("POST", "/v2/droplets", DROPLET)[0] == 500
        assert site.droplets == 2
    finally:
        site.end()
    assert "the connection breaks here, as a fault wants it" in caplog.text
    caplog.clear()


def test_an_encrypted_connection_breaks_too(tmp_path) -> None:
    trustme = pytest.importorskip("trustme")
    ca = trustme.CA()
    certificate, file = ca.issue_cert("127.0.0.1"), str(tmp_path / "all.pem")
    certificate.private_key_and_cert_chain_pem.write_to_path(file)
    context = ssl.create_default_context()
    ca.configure_trust(context)
    plan = [Fault(drop="after", nth=1), Fault(half=True, nth=2), Fault(silent=True, nth=3)]
    site = Site(Emulator(speed=0, faults=plan), ssl_certfile=file)
    try:
        for error in (ConnectionResetError, http.client.IncompleteRead, TimeoutError):
            connection = http.client.HTTPSConnection("127.0.0.1", site.port, timeout=1, context=context)
            connection.request("POST", "/v2/droplets", json.dumps(DROPLET), BEARER)
            with pytest.raises(error):
                connection.getresponse().read()
            connection.close()
    finally:
        site.end()


# As a program


def serve(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "dopyapi.emulator", "--port", "0", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_the_program_plays_a_file(tmp_path) -> None:
    file = tmp_path / "plan.json"
    plan = [{"operation": "droplets_create", "nth": 2, "status": 504, "commit": True}, {"nth": 5, "silent": True}]
    file.write_text(json.dumps({"seed": 7, "faults": plan}))
    process = serve("--speed", "0", "--faults", str(file))
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline().rpartition(":")[2])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        statuses = []
        for _ in range(3):
            connection.request("POST", "/v2/droplets", json.dumps(DROPLET), BEARER)
            answer = connection.getresponse()
            statuses.append(answer.status)
            answer.read()
        connection.request("GET", "/v2/droplets", headers=BEARER)
        assert json.loads(connection.getresponse().read())["meta"]["total"] == 3
        assert statuses == [202, 504, 202]
        connection.request("GET", "/v2/droplets", headers=BEARER)
        process.terminate()  # while somebody still waits in silence
        assert process.wait(20) == 0
        connection.close()
    finally:
        process.kill()
        out, err = process.communicate()
    assert out + err == ""


def test_the_program_says_what_is_wrong_with_a_file(tmp_path) -> None:
    file = tmp_path / "plan.json"
    file.write_text('[{"staus": 503}]')
    process = serve("--faults", str(file))
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (1, "")
    assert err == f"cannot start: {file}: fault 1: a fault has no 'staus'; did you mean 'status'?\n"


def test_the_program_takes_a_token_with_scopes_and_lags() -> None:
    process = serve("--token", "hush-hush", "--scopes", "droplet:read,droplet:create,image:read", "--list-lag", "3600")
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline().rpartition(":")[2])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        token = {"authorization": "Bearer hush-hush"}
        seen = []
        for method, path in (("POST", "/v2/droplets"), ("GET", "/v2/droplets"), ("GET", "/v2/volumes")):
            connection.request(method, path, json.dumps(DROPLET), token)
            answer = connection.getresponse()
            seen.append((answer.status, json.loads(answer.read())))
        connection.close()
    finally:
        process.terminate()
        _, err = process.communicate(timeout=20)
    assert [status for status, _ in seen] == [202, 200, 403]
    assert seen[1][1]["meta"]["total"] == 0
    assert "block_storage:read" in seen[2][1]["message"]
    assert "hush-hush" not in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--scopes", "read"], "give --token too"),
        (
            ["--token", "t", "--scopes", "droplets:read"],
            "there is no scope 'droplets:read'; did you mean 'droplet:read'?",
        ),
        (["--list-lag", "-1"], "lag"),
    ],
    ids=str,
)
def test_the_program_says_what_is_wrong_with_its_options(arguments: list[str], said: str) -> None:
    process = serve(*arguments)
    out, err = process.communicate(timeout=20)
    assert process.returncode != 0
    assert said in err
    assert out == ""


def test_lag_is_a_number_of_seconds() -> None:
    with pytest.raises(ValueError, match="lag"):
        Emulator(lag=Lag(lists=-1))
