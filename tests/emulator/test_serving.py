"""The emulator over a real socket, as a process of its own."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest

pytest.importorskip("uvicorn")

Start = Callable[..., "Server"]
BEARER = {"Authorization": "Bearer any"}


class Server:
    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dopyapi.emulator", "--port", "0", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.line = self.process.stdout.readline()
        assert self.line, self.process.communicate(timeout=10)
        self.url = self.line.split()[-1]
        self.port = int(urlsplit(self.url).port or 0)

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            sent = None if body is None else json.dumps(body)
            connection.request(method, path, sent, {**BEARER, **headers})
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def end(self, how: int = signal.SIGTERM) -> tuple[int, str, str]:
        if self.process.poll() is None:
            self.process.send_signal(how)
        out, err = self.process.communicate(timeout=10)
        return self.process.returncode, out, err


@pytest.fixture
def start() -> Iterator[Start]:
    servers: list[Server] = []

    def begin(*arguments: str) -> Server:
        servers.append(Server(*arguments))
        return servers[-1]

    yield begin
    for server in servers:
        server.end(signal.SIGKILL)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_says_one_line_serves_and_ends_well(start: Start, how: int):
    server = start()
    assert server.line == f"dopyapi emulator listening on http://127.0.0.1:{server.port}\n"
    status, headers, body = server.ask("GET", "/v2/account")
    assert (status, json.loads(body)["account"]["status"]) == (200, "active")
    assert headers["x-emulated"] == "behaviour"
    assert server.end(how) == (0, "", "")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_who_never_sends_the_rest_does_not_hold_up_its_end(start: Start, how: int):
    server = start()
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(b"POST /v2/tags HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
        assert server.ask("GET", "/v2/account")[0] == 200
        assert server.end(how) == (0, "", "")


def test_what_http_demands(start: Start):
    server = start("--speed", "0", "--token", "secret")
    assert server.ask("GET", "/v2/account")[0] == 401
    token = {"Authorization": "Bearer secret"}
    _, get, body = server.ask("GET", "/v2/regions/", **token)
    status, head, nothing = server.ask("HEAD", "/v2/regions/", **token)
    assert (status, nothing) == (200, b"")
    assert head["content-length"] == get["content-length"] == str(len(body))
    fields = {"name": "a", "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64"}
    status, _, body = server.ask("POST", "/v2/droplets", fields, **token)
    assert status == 202
    made = json.loads(body)
    assert made["links"]["actions"][0]["href"].startswith(f"{server.url}/v2/actions/")
    status, headers, body = server.ask("DELETE", f"/v2/droplets/{made['droplet']['id']}", {}, **token)
    assert (status, body) == (204, b"")
    assert "content-type" not in headers
    _, _, body = server.ask("GET", "/v2/sizes?per_page=1", Host="proxy.test:99", **token)
    assert json.loads(body)["links"]["pages"]["next"] == "http://proxy.test:99/v2/sizes?page=2&per_page=1"
    status, _, body = server.end()
    assert "secret" not in body


def test_a_body_may_come_in_chunks_and_many_requests_on_one_connection(start: Start):
    server = start()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        for number in range(3):
            chunks = [b'{"na', b'me": "chunk-%d"' % number, b"}"]
            connection.request("POST", "/v2/tags", iter(chunks), BEARER, encode_chunked=True)
            answer = connection.getresponse()
            assert answer.status == 201
            assert json.loads(answer.read())["tag"]["name"] == f"chunk-{number}"
    finally:
        connection.close()


def test_a_taken_port_and_a_taken_file_are_said_plainly(start: Start, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ended = subprocess.run(
            [sys.executable, "-m", "dopyapi.emulator", "--port", port], capture_output=True, text=True, timeout=20
        )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert f"cannot listen on 127.0.0.1 port {port}" in ended.stderr
    file = str(tmp_path / "account.db")
    start("--data", file)
    ended = subprocess.run(
        [sys.executable, "-m", "dopyapi.emulator", "--port", "0", "--data", file],
        capture_output=True,
        text=True,
        timeout=20,
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "in use by another emulator" in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--port", "70000"), "a port is a number from 0 to 65535, not '70000'"),
        (("--port", "-1"), "a port is a number from 0 to 65535, not '-1'"),
        (("--data", "{folder}"), "{folder} cannot hold an account: unable to open database file"),
        (("--data", "{folder}/missing/account.db"), "account.db cannot hold an account: unable to open database file"),
        (("--speed", "nan"), "speed must be a number from 0 on, not nan"),
    ],
)
def test_what_cannot_be_is_said_in_a_line(arguments: tuple[str, ...], says: str, tmp_path):
    given = [argument.format(folder=tmp_path) for argument in ("--port", "0", *arguments)]
    ended = subprocess.run(
        [sys.executable, "-m", "dopyapi.emulator", *given], capture_output=True, text=True, timeout=20
    )
    assert ended.returncode in (1, 2)
    assert "Traceback" not in ended.stderr
    assert says.format(folder=tmp_path) in ended.stderr.splitlines()[-1]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_can_be_ended_while_it_starts(how: int, tmp_path):
    (tmp_path / "held.py").write_text("import time\nprint('starts', flush=True)\ntime.sleep(20)\n")
    # Uvicorn is looked for once the signals are listened to: this one takes its time.
    (tmp_path / "uvicorn.py").write_text("import held\n")
    path = os.pathsep.join([str(tmp_path), *sys.path])
    starting = subprocess.Popen(
        [sys.executable, "-m", "dopyapi.emulator", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    try:
        assert starting.stdout.readline() == "starts\n"
        starting.send_signal(how)
        assert starting.communicate(timeout=10) == ("", "")
        assert starting.returncode == 0
    finally:
        starting.kill()


def test_listening_beyond_this_machine_is_warned_of(start: Start):
    server = start("--host", "0.0.0.0")
    assert "warning: listening on 0.0.0.0" in server.end()[2]


def test_what_was_acknowledged_survives_a_kill(start: Start, tmp_path):
    file = str(tmp_path / "account.db")
    server = start("--data", file, "--speed", "0")
    acknowledged: list[int] = []
    fields = {"names": ["a", "b"], "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64", "tags": ["fleet"]}
    enough = threading.Event()

    def write() -> None:
        while True:
            try:
                _, _, body = server.ask("POST", "/v2/droplets", fields)
                acknowledged.extend(d["id"] for d in json.loads(body)["droplets"])
            except (OSError, http.client.HTTPException):
                return
            if len(acknowledged) >= 40:
                enough.set()

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    assert enough.wait(30)
    server.end(signal.SIGKILL)
    for writer in writers:
        writer.join(30)
    again = start("--data", file)
    for id in acknowledged:
        status, _, body = again.ask("GET", f"/v2/droplets/{id}")
        assert status == 200
        assert json.loads(body)["droplet"]["tags"] == ["fleet"]
    total = json.loads(again.ask("GET", "/v2/droplets")[2])["meta"]["total"]
    tag = json.loads(again.ask("GET", "/v2/tags/fleet")[2])["tag"]["resources"]["count"]
    assert total == tag
    assert total % 2 == 0  # both of a request, or none
    assert len(set(acknowledged)) == len(acknowledged) <= total
    _, _, body = again.ask("POST", "/v2/droplets", fields)
    assert min(d["id"] for d in json.loads(body)["droplets"]) > max(acknowledged)


@pytest.mark.parametrize(("limit", "allowed"), [("3/60s", 3), ("", 250)])
def test_limits_are_enforced_where_they_are_asked_for(start: Start, limit: str, allowed: int):
    server = start("--limits", *([limit] if limit else []))
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    statuses = []
    for _ in range(allowed + 1):
        connection.request("GET", "/v2/account", headers=BEARER)
        answer = connection.getresponse()
        answer.read()
        statuses.append(answer.status)
    connection.close()
    assert statuses == [200] * allowed + [429]
    assert answer.getheader("retry-after")
    assert answer.getheader("ratelimit-limit") == "5000"


@pytest.mark.parametrize("limit", ["many", "0/2s", "5/0s", "5", "5/infs", "5/nans"])
def test_a_limit_that_is_none_is_refused(limit: str):
    command = [sys.executable, "-m", "dopyapi.emulator", "--limits", limit]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert f"argument --limits: '{limit}' is not a limit such as 200/2s" in done.stderr
