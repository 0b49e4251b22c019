"""Who takes part, and how a program of each is started: in its own environment, with nothing of this one's."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from threading import Timer
from typing import Any

from . import environments
from .environments import ROOT

PROGRAMS = Path(__file__).parent / "programs"
LONGEST = 300.0
"""Seconds after which a program is given up."""
KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "SYSTEMROOT")


@dataclass(frozen=True)
class Contender:
    """A client.

    Attributes:
        name: as the table has it.
        environment: where it is installed.
        program: what performs the tasks.
        ready, first: programs that make a client, and that get a first answer.
        slim: where it is installed without extras.
    """

    name: str
    environment: str
    program: str
    ready: str
    first: str
    slim: str = ""


FLOOR = Contender(
    "floor",
    "floor",
    "floor.py",
    "import socket, ssl, msgspec",
    """import socket, ssl, msgspec
tls = ssl.create_default_context(cafile={ca!r})
sock = tls.wrap_socket(socket.create_connection(("127.0.0.1", {port})), server_hostname="127.0.0.1")
sock.sendall(b"GET /v2/droplets/400000017 HTTP/1.1\\r\\nhost: x\\r\\nauthorization: Bearer {token}\\r\\n\\r\\n")
data = b""
while b'"vpc_uuid"' not in data or not data.endswith(b"}}"): data += sock.recv(65536)
assert msgspec.json.decode(data.partition(b"\\r\\n\\r\\n")[2])["droplet"]["id"]""",
)
OURS = Contender(
    "dopyapi",
    "ours",
    "ours.py",
    "import dopyapi as do; do.authenticate({token!r}, {url!r}); do.Droplet",
    """import dopyapi as do
do.authenticate({token!r}, {url!r}, ca={ca!r})
assert do.Droplet.fetch(400000017).id""",
    environments.SLIM,
)
PYDO = Contender(
    "pydo",
    "pydo",
    "pydo_client.py",
    "import pydo; pydo.Client({token!r}, endpoint={url!r}).droplets",
    """import pydo
client = pydo.Client({token!r}, endpoint={url!r}, connection_verify={ca!r})
assert client.droplets.get(droplet_id=400000017)["droplet"]["id"]""",
)
DIGITALOCEAN = Contender(
    "python-digitalocean",
    "python-digitalocean",
    "digitalocean_client.py",
    "import digitalocean; digitalocean.Manager(token={token!r})",
    """import os
os.environ["DIGITALOCEAN_END_POINT"] = {url!r} + "/v2/"
import digitalocean
assert digitalocean.Manager(token={token!r}).get_droplet(400000017).id""",
)
LIBCLOUD = Contender(
    "apache-libcloud",
    "apache-libcloud",
    "libcloud_client.py",
    """from libcloud.compute.providers import get_driver
from libcloud.compute.types import Provider
get_driver(Provider.DIGITAL_OCEAN)({token!r}, api_version="v2")""",
    """import libcloud.security
libcloud.security.CA_CERTS_PATH = {ca!r}
from libcloud.compute.providers import get_driver
from libcloud.compute.types import Provider
driver = get_driver(Provider.DIGITAL_OCEAN)({token!r}, api_version="v2")
driver.connection.host, driver.connection.port = "127.0.0.1", {port}
driver.connection.connect(host="127.0.0.1", port={port})
assert driver.ex_get_node_details("400000017").id""",
)
PEERS = (PYDO, DIGITALOCEAN, LIBCLOUD)
EVERYBODY = (FLOOR, OURS, *PEERS)


def installed(contender: Contender) -> bool:
    """Whether it can take part."""
    return environments.python(contender.environment).exists()


def environment(ca: Path | None = None) -> dict[str, str]:
    """What a program finds around itself: nothing of Python's, no proxies, and the CA of the site."""
    found = {name: os.environ[name] for name in KEPT if name in os.environ} | {"PYTHONHASHSEED": "0"}
    if ca is not None:
        found |= {"SSL_CERT_FILE": str(ca), "REQUESTS_CA_BUNDLE": str(ca)}
    return found


@dataclass
class Site:
    """The server that all ask, running."""

    port: int
    ca: Path
    delay: float

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def load(self) -> dict[str, float]:
        """Processor seconds that it has used, and requests that it has answered."""
        import http.client
        import ssl

        tls = ssl.create_default_context(cafile=self.ca)
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=tls, timeout=30)
        connection.request("GET", "/load")
        found: dict[str, float] = json.loads(connection.getresponse().read())
        connection.close()
        return found


@contextmanager
def site(delay: float = 0.0) -> Iterator[Site]:
    """Start the server, in the environment of ours, with a certificate of its own."""
    import trustme

    with TemporaryDirectory(prefix="dopyapi-bench-") as folder:
        authority = trustme.CA()
        ca, both = Path(folder, "ca.pem"), Path(folder, "server.pem")
        authority.cert_pem.write_to_path(str(ca))
        authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(both))
        command = [str(environments.python("ours")), "-m", "benchmarks.site", folder, "--delay", str(delay)]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, env=environment(), text=True
        )
        try:
            assert process.stdout
            yield Site(int(process.stdout.readline()), ca, delay)
        finally:
            process.communicate(timeout=20)  # closes its input, which ends it


_processes = count(1)


def _own(token: str) -> str:
    """A token of one process, whose requests are counted apart from those of all others."""
    return f"{token}-{next(_processes)}"


def run(contender: Contender, task: str, at: Site, **arguments: Any) -> dict[str, float]:
    """What a program of a contender has measured."""
    given = {"url": at.url, "ca": str(at.ca), **arguments}
    if "token" in given:
        given["token"] = _own(given["token"])
    before = at.load()
    command = [str(environments.python(contender.environment)), str(PROGRAMS / contender.program), task]
    done = subprocess.run(
        [*command, json.dumps(given)], check=True, stdout=subprocess.PIPE, timeout=LONGEST, env=environment(at.ca)
    )
    found: dict[str, float] = json.loads(done.stdout)
    after = at.load()
    found["requests"] = after["requests"] - before["requests"]
    found["server"] = after["cpu"] - before["cpu"]
    return found


def whole(contender: Contender, program: str, at: Site | None = None, **given: Any) -> float:
    """Seconds of a whole process: interpreter, imports, work, end."""
    known = {"url": "https://127.0.0.1:1", "port": 1, "ca": "", "token": _own("repeating-10")}
    if at is not None:
        known |= {"url": at.url, "port": at.port, "ca": str(at.ca)}
    text = program.format(**{**known, **given})
    command = [str(environments.python(contender.slim or contender.environment)), "-c", text]
    around = environment(at.ca if at is not None else None)
    return timed(command, around)[0]


def timed(command: Sequence[str], around: Mapping[str, str], folder: Path | None = None) -> tuple[float, bytes]:
    """Seconds that a process takes, and what it writes.

    Raises:
        CalledProcessError: it fails.
    """
    with TemporaryFile() as out, TemporaryFile() as problems:
        started = time.perf_counter()
        process = subprocess.Popen(command, env=dict(around), cwd=folder, stdout=out, stderr=problems)
        # A wait with a timeout looks every now and then, up to 50 ms apart: as much as what is measured.
        watchdog = Timer(LONGEST, process.kill)
        watchdog.start()
        try:
            status = process.wait()
            seconds = time.perf_counter() - started
        finally:
            watchdog.cancel()
        written, said = (file.seek(0) or file.read() for file in (out, problems))
    if status:
        raise subprocess.CalledProcessError(status, command, written, said)
    return seconds, written


def in_turn(runs: Mapping[str, Any], rounds: int, *, rest: float = 0.0, unmeasured: int = 1) -> dict[str, list[Any]]:
    """What each gave in several rounds; a busy moment of the machine meets all of them alike.

    Args:
        runs: a function for each.
        rounds: that count.
        rest: seconds between two.
        unmeasured: rounds before, in which caches fill.
    """
    found: dict[str, list[Any]] = {name: [] for name in runs}
    for number in range(-unmeasured, rounds):
        for name, function in runs.items():
            result = function()
            if number >= 0:
                found[name].append(result)
            if rest:
                time.sleep(rest)
    return found


def of(values: Sequence[Mapping[str, float]], key: str) -> list[float]:
    """One measured quantity of several runs."""
    return [value[key] for value in values]
