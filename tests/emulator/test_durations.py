"""How long changes take, and what never comes to be: set by whoever tests his own code."""

from __future__ import annotations

from typing import Any

import pytest

from dopyapi.emulator import Emulator, Fault, FaultError, Lag
from dopyapi.emulator.durations import Durations

from .conftest import Account

BALANCER = {
    "name": "front",
    "region": "nyc3",
    "forwarding_rules": [
        {"entry_protocol": "http", "entry_port": 80, "target_protocol": "http", "target_port": 80},
    ],
}


@pytest.fixture
def made() -> Any:
    open_ones = []

    def make(**options: Any) -> Account:
        account = Account(**options)
        open_ones.append(account)
        return account

    yield make
    for account in open_ones:
        account.emulator.close()


def status(account: Account, droplet: dict[str, Any]) -> str:
    return str(account.get(f"/v2/droplets/{droplet['id']}")["droplet"]["status"])


def test_a_creation_takes_what_is_said_whatever_the_speed(made: Any) -> None:
    account = made(speed=0.02, durations={"droplet.create": 90})
    droplet = account.droplet(settled=False)
    account.pass_time(89.9)
    assert status(account, droplet) == "new"
    account.pass_time(0.1)
    assert status(account, droplet) == "active"


def test_a_kind_is_set_as_a_whole_and_one_of_its_changes_counts_more(made: Any) -> None:
    account = made(speed=0, durations={"droplet": 7, "droplet.create": 0})
    droplet = account.droplet(settled=False)
    assert status(account, droplet) == "active"
    action = account.act(droplet, "reboot")["action"]
    account.pass_time(6.9)
    assert account.get(f"/v2/actions/{action['id']}")["action"]["status"] == "in-progress"
    account.pass_time(0.1)
    assert account.get(f"/v2/actions/{action['id']}")["action"]["status"] == "completed"


def test_they_can_be_changed_while_it_lives(made: Any) -> None:
    account = made(speed=1)
    account.emulator.durations = {"load_balancer": 3}
    made_ = account("POST", "/v2/load_balancers", BALANCER)["load_balancer"]
    account.pass_time(3)
    assert account.get(f"/v2/load_balancers/{made_['id']}")["load_balancer"]["status"] == "active"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"droplet.creat": 3}, "did you mean 'droplet.create'?"),
        ({"zebra": 3}, "there are .*volume"),
        ({"droplet": -1}, "seconds from 0 on, not -1"),
        ({"droplet": True}, "seconds from 0 on, not True"),
        ({"action.due": 1}, "nothing that takes time is called 'action.due'"),
    ],
)
def test_a_wrong_duration_is_refused_and_the_former_ones_stay(given: dict[str, Any], said: str) -> None:
    with Emulator(durations={"database": 5}) as emulator:
        with pytest.raises(ValueError, match=said):
            emulator.durations = given  # type: ignore[assignment]
        assert emulator.durations == {"database": 5}


def test_they_are_read_from_the_command_line() -> None:
    assert Durations.parse(["droplet.create=90", "database = 0.5"]) == {"droplet.create": 90, "database": 0.5}
    with pytest.raises(ValueError, match=r"droplet\.create=90, not as 'droplet'"):
        Durations.parse(["droplet"])


def test_addresses_come_later(made: Any) -> None:
    account = made(speed=1, lag=Lag(addresses=20))
    droplet = account.droplet(ipv6=True)
    assert droplet["status"] == "active"
    assert droplet["networks"] == {"v4": [], "v6": []}
    account.pass_time(20)
    found = account.get(f"/v2/droplets/{droplet['id']}")["droplet"]["networks"]
    assert [address["type"] for address in found["v4"]] == ["private", "public"]
    assert len(found["v6"]) == 1


def test_an_ipv6_that_was_enabled_meanwhile_is_kept(made: Any) -> None:
    account = made(speed=1, lag=Lag(addresses=200))
    droplet = account.droplet()
    v6 = account.done(droplet, "enable_ipv6")["networks"]["v6"]
    account.pass_time(100)
    found = account.get(f"/v2/droplets/{droplet['id']}")["droplet"]["networks"]
    assert found["v6"] == v6
    assert len(found["v4"]) == 2


def test_the_address_of_a_load_balancer_comes_later(made: Any) -> None:
    account = made(speed=1, lag=Lag(addresses=20))
    key = account("POST", "/v2/load_balancers", BALANCER)["load_balancer"]["id"]
    account.pass_time(60)
    found = account.get(f"/v2/load_balancers/{key}")["load_balancer"]
    assert (found["status"], found["ip"]) == ("active", "")
    account.pass_time(20)
    assert account.get(f"/v2/load_balancers/{key}")["load_balancer"]["ip"]


def test_what_was_deleted_is_found_a_while_longer(made: Any) -> None:
    account = made(lag=Lag(ends=10))
    droplet = account.droplet()
    path = f"/v2/droplets/{droplet['id']}"
    assert account("DELETE", path).status == 204
    assert account.get(path)["droplet"]["name"] == "web"
    assert account.get("/v2/droplets")["droplets"] == []
    assert account("DELETE", path).status == 404
    account.pass_time(9.9)
    assert account("HEAD", path).status == 200
    account.pass_time(0.1)
    assert account("GET", path).status == 404


def test_what_comes_again_under_the_name_of_what_is_gone_is_seen(made: Any) -> None:
    account = made(lag=Lag(ends=10))
    account("POST", "/v2/tags", {"name": "blue"})
    account.droplet(tags=["blue"])
    assert account.get("/v2/tags/blue")["tag"]["resources"]["count"] == 1
    account("DELETE", "/v2/tags/blue")
    assert account.get("/v2/tags/blue")["tag"]["resources"]["count"] == 1
    account("POST", "/v2/tags", {"name": "blue"})
    assert account.get("/v2/tags/blue")["tag"]["resources"]["count"] == 0


def test_what_could_not_be_deleted_is_not_gone(made: Any) -> None:
    account = made(lag=Lag(ends=10))
    vpc = next(vpc for vpc in account.get("/v2/vpcs")["vpcs"] if vpc["default"])
    assert account("DELETE", f"/v2/vpcs/{vpc['id']}").status == 403
    account.pass_time(20)
    assert account.get(f"/v2/vpcs/{vpc['id']}")["vpc"] == vpc


def test_a_droplet_that_cannot_be_made_stays_new(made: Any) -> None:
    account = made(faults=[Fault(operation="droplets_create", fails=True, times=1)])
    reply = account("POST", "/v2/droplets", {"name": "web", "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64"})
    assert reply.status == 202
    account.pass_time(31)
    assert account.get(f"/v2/actions/{reply['links']['actions'][0]['id']}")["action"]["status"] == "errored"
    found = account.get(f"/v2/droplets/{reply['droplet']['id']}")["droplet"]
    assert (found["status"], found["locked"], found["networks"]) == ("new", False, {"v4": [], "v6": []})
    assert account("DELETE", f"/v2/droplets/{found['id']}").status == 204
    assert account.droplet()["status"] == "active"


def test_an_action_that_fails_changes_nothing(made: Any) -> None:
    account = made()
    droplet = account.droplet()
    account.emulator.faults.add(Fault(operation="dropletActions_post", fails=True))
    action = account.act(droplet, "power_off")["action"]
    account.pass_time(60)
    assert account.get(f"/v2/actions/{action['id']}")["action"]["status"] == "errored"
    assert account.get(f"/v2/droplets/{droplet['id']}")["droplet"] == droplet


@pytest.mark.parametrize(
    ("path", "body", "key", "ends"),
    [
        ("/v2/load_balancers", BALANCER, "load_balancer", lambda found: found["status"] == "errored"),
        (
            "/v2/databases",
            {"name": "backend", "engine": "pg", "size": "db-s-1vcpu-1gb", "region": "nyc3", "num_nodes": 1},
            "database",
            lambda found: found["status"] == "creating",
        ),
        (
            "/v2/kubernetes/clusters",
            {
                "name": "k",
                "region": "nyc1",
                "version": "latest",
                "node_pools": [{"name": "p", "size": "s-1vcpu-2gb", "count": 1}],
            },
            "kubernetes_cluster",
            lambda found: found["status"]["state"] == "error",
        ),
        (
            "/v2/images",
            {"name": "own", "url": "http://images.example/own.img", "region": "nyc3", "distribution": "Ubuntu"},
            "image",
            lambda found: (found["status"], bool(found["error_message"])) == ("deleted", True),
        ),
    ],
)
def test_what_cannot_be_made_says_so_where_it_has_a_state_for_that(
    made: Any, path: str, body: dict[str, Any], key: str, ends: Any
) -> None:
    account = made(faults=[Fault(path=path, method="POST", fails=True)])
    reply = account("POST", path, body)
    assert reply.status in (201, 202)
    account.pass_time(3600)
    assert ends(account.get(f"{path}/{reply[key]['id']}")[key])


def test_a_certificate_and_a_firewall_that_fail(made: Any) -> None:
    account = made()
    droplet = account.droplet()
    account("POST", "/v2/domains", {"name": "example.com"})
    account.emulator.faults.add(Fault(method="POST", fails=True))
    ordered = {"name": "tls", "type": "lets_encrypt", "dns_names": ["www.example.com"]}
    certificate = account("POST", "/v2/certificates", ordered)["certificate"]
    rule = {"protocol": "tcp", "ports": "22", "sources": {"addresses": ["0.0.0.0/0"]}}
    body = {"name": "inside", "inbound_rules": [rule], "droplet_ids": [droplet["id"]]}
    firewall = account("POST", "/v2/firewalls", body)["firewall"]
    account.pass_time(600)
    assert account.get(f"/v2/certificates/{certificate['id']}")["certificate"]["state"] == "error"
    found = account.get(f"/v2/firewalls/{firewall['id']}")["firewall"]
    assert found["status"] == "failed"
    assert [change["status"] for change in found["pending_changes"]] == ["failed"]


@pytest.mark.parametrize("fault", [{"fails": True, "drop": "before"}, {"fails": True, "status": 503}])
def test_what_begins_nothing_cannot_fail_later(fault: dict[str, Any]) -> None:
    with pytest.raises(FaultError, match="it begins nothing"):
        Fault.from_dict(fault)


def test_the_server_has_the_switches(made: Any) -> None:
    from dopyapi.emulator.arguments import parser
    from dopyapi.emulator.serving import _emulator

    given = ["--duration", "database=5", "--address-lag", "2", "--end-lag", "3"]
    with _emulator(parser().parse_args(given), None) as emulator:
        assert emulator.durations == {"database": 5}
        assert emulator.lag == Lag(addresses=2, ends=3)
