"""What was created and is not known everywhere yet: listings and look-ups that lag."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dopyapi.emulator import Emulator, Lag

from .conftest import Account
from .test_keys import KEY


@pytest.fixture
def account() -> Iterator[Account]:
    made = Account(speed=0, lag=Lag(lists=5))
    yield made
    made.emulator.close()


def names(account: Account, query: str = "") -> list[str]:
    """The Droplets that are listed; their number has to agree."""
    page = account.get(f"/v2/droplets{query}")
    found = [droplet["name"] for droplet in page["droplets"]]
    if "page=" not in query:
        assert page["meta"]["total"] == len(found)
    return found


def test_a_new_droplet_is_listed_a_while_later(account: Account) -> None:
    first = account.droplet("first", settled=False)
    assert names(account) == []
    assert account.get(f"/v2/droplets/{first['id']}")["droplet"]["name"] == "first"
    account.pass_time(3)
    account.droplet("second", settled=False)
    account.pass_time(1.9)
    assert names(account) == []
    account.pass_time(0.1)
    assert names(account) == ["first"]
    account.pass_time(3)
    assert names(account) == ["first", "second"]


def test_every_filter_lags(account: Account) -> None:
    account.droplet("old", tags=["web"], settled=False)
    account.pass_time(5)
    account.droplet("web", tags=["web"], settled=False)
    assert names(account, "?name=web") == []
    assert names(account, "?tag_name=web") == ["old"]
    account.pass_time(5)
    assert names(account, "?name=web") == ["web"]
    assert names(account, "?tag_name=web") == ["old", "web"]


def test_pages_and_totals_agree(account: Account) -> None:
    for number in range(6):
        account.droplet(f"old-{number}", settled=False)
    account.pass_time(5)
    for number in range(3):
        account.droplet(f"new-{number}", settled=False)
    pages = [account.get(f"/v2/droplets?per_page=4&page={page}") for page in (1, 2, 3)]
    assert [[d["name"] for d in page["droplets"]] for page in pages] == [
        [f"old-{n}" for n in range(4)],
        ["old-4", "old-5"],
        [],
    ]
    assert {page["meta"]["total"] for page in pages} == {6}
    account.pass_time(5)
    assert names(account, "?per_page=4&page=3") == ["new-2"]


@pytest.mark.parametrize(
    ("path", "name", "body"),
    [
        ("/v2/account/keys", "ssh_keys", {"name": "k", "public_key": KEY}),
        ("/v2/volumes", "volumes", {"name": "v", "region": "nyc3", "size_gigabytes": 1}),
        ("/v2/domains", "domains", {"name": "example.com"}),
        ("/v2/reserved_ips", "reserved_ips", {"region": "nyc3"}),
        ("/v2/vpcs", "vpcs", {"name": "mine", "region": "nyc3", "ip_range": "10.99.0.0/20"}),
        ("/v2/databases", "databases", {"name": "data", "engine": "pg", "num_nodes": 1, "region": "nyc3",
                                        "size": "db-s-1vcpu-1gb", "version": "16"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_other_kinds_lag_too(account: Account, path: str, name: str, body: dict[str, object]) -> None:
    account.get(path)  # what an account has by itself is made when somebody looks
    account.pass_time(5)
    before = account.get(path).get(name) or []
    assert account("POST", path, body).status in (201, 202)
    assert len(account.get(path).get(name) or []) == len(before)
    account.pass_time(5)
    assert len(account.get(path)[name]) == len(before) + 1


def test_records_of_a_domain_lag(account: Account) -> None:
    account("POST", "/v2/domains", {"name": "example.com"})
    account.pass_time(5)
    own = account.get("/v2/domains/example.com/records")["meta"]["total"]
    body = {"type": "A", "name": "www", "data": "192.0.2.1", "flags": None, "tag": None}
    assert account("POST", "/v2/domains/example.com/records", body).status == 201
    assert account.get("/v2/domains/example.com/records")["meta"]["total"] == own
    account.pass_time(5)
    assert account.get("/v2/domains/example.com/records")["meta"]["total"] == own + 1


def test_a_lagging_listing_has_not_what_was_destroyed_meanwhile(account: Account) -> None:
    first = account.droplet("first", settled=False)
    account("DELETE", f"/v2/droplets/{first['id']}")
    account.pass_time(4)
    account.droplet("second", settled=False)  # its number in the store may be that of the first
    account.pass_time(1)
    assert names(account) == []
    account.pass_time(4)
    assert names(account) == ["second"]


def test_changes_are_judged_by_what_is_there_not_by_what_is_listed(account: Account) -> None:
    assert account("POST", "/v2/domains", {"name": "example.com"}).status == 201
    assert account("POST", "/v2/domains", {"name": "example.com"}).status == 422


def test_a_new_droplet_is_found_by_its_id_a_while_later() -> None:
    account = Account(speed=0, lag=Lag(gets=5))
    droplet = account.droplet(settled=False)
    paths = [f"/v2/droplets/{droplet['id']}", f"/v2/droplets/{droplet['id']}/actions"]
    for path in paths:
        reply = account("GET", path)
        assert (reply.status, reply["id"]) == (404, "not_found")
    assert names(account) == ["web"]
    account.pass_time(5)
    for path in paths:
        assert account("GET", path).status == 200
    account.emulator.close()


def test_lag_is_switched_on_and_off_at_any_time() -> None:
    account = Account(speed=0)
    account.droplet("before", settled=False)
    account.emulator.lag = Lag(lists=60, gets=60)
    made = account.droplet("during", settled=False)
    assert names(account) == ["before"]
    assert account("GET", f"/v2/droplets/{made['id']}").status == 404
    account.emulator.lag = Lag()
    assert names(account) == ["before", "during"]
    account.emulator.close()


@pytest.mark.parametrize("lag", [Lag(lists=-1), Lag(gets=float("nan")), Lag(float("inf"))])
def test_a_lag_is_a_number_of_seconds(lag: Lag) -> None:
    with pytest.raises(ValueError, match="number of seconds from 0 on"):
        Emulator(lag=lag)


def test_what_is_refused_is_not_remembered(account: Account) -> None:
    assert account("POST", "/v2/droplets", {"name": "web"}).status == 422
    account.droplet("web", settled=False)
    assert names(account) == []
    account.pass_time(5)
    assert names(account) == ["web"]


def test_a_certificate_is_in_use_for_as_long_as_its_load_balancer_is_still_found() -> None:
    account = Account(speed=0, lag=Lag(ends=5))
    account("POST", "/v2/domains", {"name": "example.com"})
    ordered = {"name": "c", "type": "lets_encrypt", "dns_names": ["www.example.com"]}
    certificate = account("POST", "/v2/certificates", ordered)["certificate"]["id"]
    rule = {"entry_protocol": "https", "entry_port": 443, "target_protocol": "http", "target_port": 80}
    body = {"name": "lb", "region": "nyc3", "forwarding_rules": [{**rule, "certificate_id": certificate}]}
    balancer = account("POST", "/v2/load_balancers", body)["load_balancer"]["id"]
    assert account("DELETE", f"/v2/load_balancers/{balancer}").status == 204
    refused = account("DELETE", f"/v2/certificates/{certificate}")
    assert (refused.status, refused.message) == (403, "The certificate is being used by one or more load balancers")
    account.pass_time(5)
    assert account("DELETE", f"/v2/certificates/{certificate}").status == 204
    account.emulator.close()
