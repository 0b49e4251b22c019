"""The examples, each as its user runs it; what they say, and what they leave."""

from __future__ import annotations

import csv
import hashlib
import hmac
import http.server
import io
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

import dopyapi as do
from dopyapi.testing import Server

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
FLEET = EXAMPLES / "fleet.yaml"
SCRIPTS = sorted(p.stem for p in EXAMPLES.glob("*.py") if p.stem not in ("accounts", "droplet_story"))


@pytest.fixture(scope="module")
def served() -> Iterator[Server]:
    with do.testing.server("--speed", "0") as server:
        yield server


@pytest.fixture
def server(served: Server) -> Iterator[Server]:
    """What the scripts take for the account of their environment; it is that of the test, too."""
    served.reset()
    with do.using(do.Client(served.token, served.url)):
        yield served


def started(name: str, *arguments: str, at: Server | None = None, **more: object) -> subprocess.Popen[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("DO_", "DIGITALOCEAN_"))}
    environment |= at.environment if at else {}
    environment |= more.pop("env", {})  # type: ignore[arg-type]
    command = [sys.executable, str(EXAMPLES / f"{name}.py"), *arguments]
    return subprocess.Popen(
        command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more  # type: ignore[call-overload]
    )  # fmt: skip


def ran(name: str, *arguments: str, at: Server | None = None, status: int = 0, given: str = "") -> str:
    """What a script prints that ends with this status."""
    process = started(name, *arguments, at=at, stdin=subprocess.PIPE)
    out, errors = process.communicate(given, timeout=120)
    assert process.returncode == status, out + errors
    assert "Traceback" not in errors
    return out


def named(resources: object) -> list[str]:
    return sorted(r.name for r in resources.list.all())  # type: ignore[attr-defined]


def test_there_are_ten() -> None:
    assert len(SCRIPTS) == 10


@pytest.mark.parametrize("name", SCRIPTS)
def test_it_needs_an_account_and_says_so(name: str) -> None:
    assert "--emulator" in ran(name, "--help")


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("web_stack up shop --region ams3", "2 Droplets behind it"),
        ("blue_green front web-green --image ubuntu-24-04-x64 --retire", "deleted web-3"),
        ("nightly_snapshots production", "taking db-1-nightly-"),
        ("dynamic_dns example.com home --address 203.0.113.7", "home.example.com A 203.0.113.7: changed"),
        ("preview_environment up feature/Login --region ams3", "preview-feature-login at "),
        ("inventory_csv", "web-1,active,ams3"),
        ("cost_report", "total, USD"),
        ("clean_up --delete", "deleting volume       forgotten"),
        ("async_fleet --region ams3 --count 25", "the listing has 25, and 25 addresses"),
    ],
    ids=lambda text: text.partition(" ")[0] if " " in text else "",
)
def test_it_runs_without_an_account(command: str, said: str) -> None:
    assert said in ran(*command.split(), "--emulator")


@pytest.mark.parametrize("name", ["clean_up", "inventory_csv", "cost_report"])
def test_without_a_token_it_says_which_variables_there_are(name: str) -> None:
    process = started(name)
    out, errors = process.communicate(timeout=60)
    assert (process.returncode, out) == (1, "")
    assert "AuthenticationNeeded: no token" in errors
    assert "Traceback" not in errors


def test_a_web_stack_grows_and_goes(server: Server) -> None:
    stack = ("shop", "--region", "ams3", "--domain", "example.com", "--ssh-from", "198.51.100.0/24")
    first = ran("web_stack", "up", *stack, at=server)
    assert "2 Droplets behind it" in first
    (balancer,) = do.LoadBalancer.list()
    (firewall,) = do.Firewall.list()
    assert [(r.name, r.data) for r in do.DomainRecord.list.all("example.com", type="A")] == [("www", balancer.ip)]
    assert [(r.ports, r.sources.load_balancer_uids or r.sources.addresses) for r in firewall.inbound_rules] == [
        ("80", [balancer.id]),
        ("22", ["198.51.100.0/24"]),
    ]
    assert {d.vpc_uuid for d in do.Droplet.list()} == {balancer.vpc_uuid}

    assert "3 Droplets behind it" in ran("web_stack", "up", *stack, "--count", "3", at=server)
    assert named(do.Droplet) == ["shop-web-1", "shop-web-2", "shop-web-3"]
    assert (len(do.LoadBalancer.list()), len(do.Firewall.list()), len(do.Domain.list())) == (1, 1, 1)
    changes = [r for r in server.requests() if r["method"] != "GET"]
    again = ran("web_stack", "up", *stack, "--count", "3", at=server)
    assert "3 Droplets behind it" in again
    assert [(r["method"], r["path"]) for r in server.requests() if r["method"] != "GET"][len(changes) :] == [
        ("POST", "/v2/tags")
    ], "what is there is not made again"

    assert ran("web_stack", "down", *stack, "--dry-run", at=server).count("would delete") == 8
    assert len(do.Droplet.list()) == 3
    assert ran("web_stack", "down", *stack, at=server).count("deleting") == 8
    assert (named(do.Droplet), named(do.LoadBalancer), named(do.Firewall), named(do.Tag)) == ([], [], [], [])
    assert [v.name for v in do.VPC.list.all() if not v.default] == []
    assert list(do.DomainRecord.list.all("example.com", type="A")) == []


def test_blue_green_switches_and_back(server: Server) -> None:
    server.seed(FLEET)
    old = sorted(d.id for d in do.Droplet.list.all(tag_name="web"))
    assert "would switch" in ran("blue_green", "front", "green", "--dry-run", at=server)
    assert "nothing carries the tag" in _refused("blue_green", "front", "green", at=server)
    ran("blue_green", "front", "green", "--image", "debian-12-x64", at=server)
    (balancer,) = do.LoadBalancer.list()
    new = sorted(d.id for d in do.Droplet.list.all(tag_name="green"))
    assert (balancer.tag, sorted(balancer.droplet_ids)) == ("green", new)
    assert len(new) == 3
    assert not set(new) & set(old)
    assert {tuple(sorted(d.tags)) for d in do.Droplet.list.all(tag_name="green")} == {("green", "production")}
    ran("blue_green", "front", "web", "--retire", at=server)
    balancer.load()
    assert (balancer.tag, sorted(balancer.droplet_ids)) == ("web", old)
    assert list(do.Droplet.list.all(tag_name="green")) == []


def _refused(name: str, *arguments: str, at: Server) -> str:
    process = started(name, *arguments, at=at)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    return errors


def test_snapshots_rotate(server: Server) -> None:
    server.seed({"tags": ["keep-me"], "droplets": [{"name": "db", "region": "ams3", "size": "s-1vcpu-1gb",
        "image": "debian-12-x64", "tags": ["keep-me"], "snapshots": ["by hand", "db-nightly-2020-01-01T000000"]}],
        "volumes": [{"name": "data", "region": "ams3", "size_gigabytes": 5, "tags": ["keep-me"]}]})  # fmt: skip
    planned = ran("nightly_snapshots", "keep-me", "--keep", "2", "--dry-run", at=server)
    assert "would take db-nightly-" in planned
    assert len(do.Snapshot.list()) == 2
    for _ in range(2):
        ran("nightly_snapshots", "keep-me", "--keep", "2", at=server)
        time.sleep(1)  # a second is in their names
    names = named(do.Snapshot)
    assert "by hand" in names
    assert "db-nightly-2020-01-01T000000" not in names
    assert sum(n.startswith("db-nightly-") for n in names) == 2
    assert sum(n.startswith("data-nightly-") for n in names) == 2
    ran("nightly_snapshots", "keep-me", "--keep", "1", at=server)
    assert len(do.Snapshot.list()) == 3
    ran("nightly_snapshots", "nobody-has-this", at=server, status=1)


def test_a_snapshot_that_fails_deletes_nothing(server: Server) -> None:
    snapshots = ["db-nightly-2020-01-01T000000", "db-nightly-2020-01-02T000000"]
    database = {"name": "db", "region": "ams3", "size": "s-1vcpu-1gb", "image": "debian-12-x64", "tags": ["keep-me"]}
    server.seed({"droplets": [{**database, "snapshots": snapshots}]})
    server.faults.add(do.testing.Fault(operation="dropletActions_post", fails=True))
    said = ran("nightly_snapshots", "keep-me", "--keep", "1", at=server, status=1)
    assert "has errored" in said
    assert len(do.Snapshot.list()) == 2


def test_dynamic_dns_follows_an_address(server: Server) -> None:
    do.Domain.new("example.com")
    answers = iter(["192.0.2.1", "192.0.2.1", "no address", "192.0.2.2"])

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = next(answers, "192.0.2.2").encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as page:
        threading.Thread(target=page.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{page.server_port}/"
        process = started("dynamic_dns", "example.com", "home", "--ask", url, "--every", "0.1", at=server)
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(3)]
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130
        process.communicate()
        page.shutdown()
    assert lines[0] == "home.example.com A 192.0.2.1: changed\n"
    assert "trying again later" in lines[1]
    assert lines[2] == "home.example.com A 192.0.2.2: changed\n"
    assert [r.data for r in do.DomainRecord.list.all("example.com", type="A")] == ["192.0.2.2"]
    assert ran("dynamic_dns", "example.com", "home", "--address", "192.0.2.2", at=server).endswith("as it was\n")
    sixth = ran("dynamic_dns", "example.com", "@", "--address", "2001:db8:0::7", at=server)
    assert "AAAA 2001:db8::7: changed" in sixth


def test_preview_environments(server: Server, tmp_path: Path) -> None:
    do.Domain.new("example.com")
    cloud = tmp_path / "cloud-init.yaml"
    cloud.write_text("#cloud-config\nruncmd: [git clone -b {branch} ...]\n")
    options = ("--region", "ams3", "--domain", "example.com", "--user-data", str(cloud))
    ran("preview_environment", "up", "feature/Login", *options, at=server)
    ran("preview_environment", "up", "feature/Login", *options, at=server)
    ran("preview_environment", "up", "fix_2", *options, at=server)
    assert named(do.Droplet) == ["preview-feature-login", "preview-fix-2"]
    records = {r.name: r.data for r in do.DomainRecord.list.all("example.com", type="A")}
    assert records == {d.name.removeprefix("preview-"): d.getPublicIP() for d in do.Droplet.list()}
    assert len(ran("preview_environment", "list", at=server).splitlines()) == 2
    ran("preview_environment", "prune", at=server, given="", status=1)
    planned = ran("preview_environment", "prune", "--dry-run", at=server, given="main\nfix_2\n")
    assert planned == "would delete preview-feature-login\n"
    assert len(do.Droplet.list()) == 2
    ran("preview_environment", "prune", "--domain", "example.com", at=server, given="main\nfix_2\n")
    assert named(do.Droplet) == ["preview-fix-2"]
    assert [r.name for r in do.DomainRecord.list.all("example.com", type="A")] == ["fix-2"]
    ran("preview_environment", "down", "fix_2", "--domain", "example.com", at=server)
    assert named(do.Droplet) == []


def test_the_inventory_has_a_line_for_each_droplet(server: Server, tmp_path: Path) -> None:
    server.seed(FLEET)
    file = tmp_path / "inventory.csv"
    assert ran("inventory_csv", "-o", str(file), at=server) == ""
    lines = list(csv.DictReader(io.StringIO(file.read_text())))
    assert {int(line["id"]) for line in lines} == {d.id for d in do.Droplet.list.all()}
    database = next(line for line in lines if line["name"] == "db-1")
    assert (database["volumes_gb"], database["vpc"], database["usd_a_month"]) == ("100", "backend", "24.00")
    web = next(line for line in lines if line["name"] == "web-1")
    assert (web["firewalls"], web["tags"]) == ("web", "production web")
    assert web["public_ip"] == do.Droplet.fetch(name="web-1").getPublicIP()
    some = list(csv.DictReader(io.StringIO(ran("inventory_csv", "--tag", "staging", at=server))))
    assert [line["name"] for line in some] == ["try-out"]


def test_the_cost_report_adds_up() -> None:
    with do.testing.server("--seed", str(FLEET), "--clock", "virtual") as server:
        server.advance(45 * 86400)
        report = ran("cost_report", at=server)
        with do.using(do.Client(server.token, server.url)):
            usage = do.Balance().month_to_date_usage
            invoice = do.Invoice.list()[0]
        assert re.search(rf"total, USD +{re.escape(usage)}\n", report)
        shown = re.search(r"by product\n((?:  .+\n)+)", report)
        assert shown is not None
        sums = [float(re.findall(r"\d+\.\d\d", line)[-1]) for line in shown[1].splitlines()]
        assert sum(sums) == pytest.approx(float(usage))
        assert sums == sorted(sums, reverse=True)
        month = ran("cost_report", "--month", invoice.invoice_period, at=server)
        assert re.search(rf"total, USD +{re.escape(invoice.amount)}\n", month)
        ran("cost_report", "--month", "1999-01", at=server, status=1)


def test_the_clean_up_finds_waste_and_nothing_else() -> None:
    with do.testing.server("--seed", str(FLEET), "--clock", "virtual") as server:
        server.advance(45 * 86400)
        with do.using(do.Client(server.token, server.url)):
            do.ReservedIP.new(region="ams3")
            do.Tag.new(name="unused")
            before = {name: named(kind) for name, kind in KINDS.items()}
            said = ran("clean_up", at=server)
            assert {name: named(kind) for name, kind in KINDS.items()} == before
            assert {line.split("  ")[0].removeprefix("waste: ") for line in said.splitlines()[:-1]} == {
                "volume", "reserved IP", "snapshot", "droplet", "tag",
            }  # fmt: skip
            assert ran("clean_up", "--keep", "try-*", "--keep", "data*", "--delete", at=server).count("deleting") == 4
            assert named(do.Volume) == ["data"]
            assert named(do.Snapshot) == ["data monday"]
            assert set(before["tags"]) - set(named(do.Tag)) == {"unused"}
            assert named(do.Droplet) == before["droplets"]
            assert [a.ip for a in do.ReservedIP.list.all()] == ["192.0.2.10"]
            ran("clean_up", "--only", "droplet", "--delete", at=server)
            assert set(before["droplets"]) - set(named(do.Droplet)) == {"try-out"}


KINDS = {"droplets": do.Droplet, "volumes": do.Volume, "snapshots": do.Snapshot, "tags": do.Tag}


def test_the_webhook_believes_what_is_signed(server: Server) -> None:
    secret = "it's a secret"
    options = ("--port", "0", "--region", "ams3")
    process = started("webhook", *options, at=server, env={"WEBHOOK_SECRET": secret})
    try:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]

        def send(body: bytes, *, key: str = secret, event: str = "pull_request") -> int:
            signed = "sha256=" + hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
            headers = {"x-hub-signature-256": signed, "x-github-event": event}
            try:
                with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=10) as answer:
                    return int(answer.status)
            except urllib.error.HTTPError as error:
                return error.code

        def event(action: str) -> bytes:
            return json.dumps({"action": action, "pull_request": {"head": {"ref": "feature/login"}}}).encode()

        assert send(event("opened"), key="another") == 401
        assert send(b"{}") == 400
        assert send(b"") == 411
        assert send(event("opened"), event="push") == 200
        assert send(event("labeled")) == 200
        assert named(do.Droplet) == []
        assert send(event("opened")) == 202
        assert send(event("synchronize")) == 202
        up = until(process, "feature/login: preview-")
        assert named(do.Droplet) == ["preview-feature-login"]
        assert do.Droplet.list()[0].getPublicIP() in up
        assert send(event("closed")) == 202
        until(process, "feature/login: deleted")
        assert named(do.Droplet) == []
    finally:
        process.send_signal(signal.SIGINT)
        out, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert secret not in out + errors


def until(process: subprocess.Popen[str], beginning: str) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(beginning):
            return line
    raise AssertionError(f"it ended without {beginning}")


def test_a_fleet_of_200(server: Server) -> None:
    said = ran("async_fleet", "--region", "ams3", "--keep", at=server)
    assert "the listing has 200, and 200 addresses" in said
    assert "20 were turned off and on again" in said
    assert len(list(do.Droplet.list.all(tag_name="fleet"))) == 200
    creations = [r for r in server.requests() if (r["method"], r["path"]) == ("POST", "/v2/droplets")]
    assert len(creations) == 20
