"""Certificates on the clock: issued, renewed, in use, gone."""

from __future__ import annotations

import hashlib
import ssl
from datetime import UTC, datetime
from typing import Any

import pytest
import trustme

from .conftest import Account

DAY = 24 * 3600
CA = trustme.CA()
LEAF = CA.issue_cert("www.example.com", "example.com", not_after=datetime(2027, 5, 6, 7, 8, 9, tzinfo=UTC))


def custom(leaf: trustme.LeafCert = LEAF, **more: Any) -> dict[str, Any]:
    return {
        "name": "own",
        "type": "custom",
        "private_key": leaf.private_key_pem.bytes().decode(),
        "leaf_certificate": leaf.cert_chain_pems[0].bytes().decode(),
        "certificate_chain": CA.cert_pem.bytes().decode(),
        **more,
    }


@pytest.fixture
def zone(account: Account) -> Account:
    assert account("POST", "/v2/domains", {"name": "example.com"}).status == 201
    return account


def order(account: Account, name: str = "managed", names: Any = ("example.com", "*.example.com")):
    return account("POST", "/v2/certificates", {"name": name, "type": "lets_encrypt", "dns_names": list(names)})


def test_an_uploaded_certificate_is_read(account: Account):
    reply = account("POST", "/v2/certificates", custom())
    assert reply.status == 201
    certificate = reply["certificate"]
    der = ssl.PEM_cert_to_DER_cert(custom()["leaf_certificate"])
    assert certificate["sha1_fingerprint"] == hashlib.sha1(der).hexdigest()
    assert certificate["dns_names"] == ["www.example.com", "example.com"]
    assert (certificate["state"], certificate["type"]) == ("verified", "custom")
    assert certificate["not_after"] == "2027-05-06T07:08:09Z"
    assert certificate["created_at"] == "2026-11-23T09:30:00Z"
    assert account.get(f"/v2/certificates/{certificate['id']}")["certificate"] == certificate
    assert "PRIVATE" not in str(account.get("/v2/certificates"))


def test_the_private_key_is_kept_nowhere(account: Account):
    account("POST", "/v2/certificates", custom())
    stored = account.emulator.store.db.execute("select body, hidden from document").fetchall()
    stored += account.emulator.store.db.execute("select data from event").fetchall()
    assert b"PRIVATE" not in b"".join(part for row in stored for part in row if part)


def test_a_chain_is_not_demanded_and_a_type_follows_from_what_is_sent(account: Account):
    body = custom(certificate_chain="")
    del body["type"]
    assert account("POST", "/v2/certificates", body)["certificate"]["type"] == "custom"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"leaf_certificate": ""}, "leaf_certificate is required"),
        ({"private_key": None}, "private_key is required"),
        ({"leaf_certificate": "hello"}, "leaf_certificate cannot be read: it is no PEM"),
        ({"leaf_certificate": custom()["private_key"]}, "no certificate"),
        ({"certificate_chain": "hello"}, "certificate_chain cannot be read"),
        ({"private_key": custom()["leaf_certificate"]}, "private_key cannot be used: it is no private key"),
        ({"private_key": custom(CA.issue_cert("a.example"))["private_key"]}, "does not belong to leaf_certificate"),
        ({"name": ""}, "Name can't be blank"),
    ],
)
def test_what_cannot_be_served_is_refused(account: Account, changed, said):
    reply = account("POST", "/v2/certificates", custom(**changed))
    assert reply.status == 422
    assert said in reply.message
    assert "BEGIN" not in reply.message
    assert account.get("/v2/certificates")["meta"]["total"] == 0


def test_a_name_is_unique_and_finds_its_certificate(zone: Account):
    zone("POST", "/v2/certificates", custom())
    order(zone)
    assert zone("POST", "/v2/certificates", custom(LEAF)).status == 422
    assert order(zone, "own").status == 422
    assert [c["name"] for c in zone.get("/v2/certificates")["certificates"]] == ["own", "managed"]
    assert [c["name"] for c in zone.get("/v2/certificates?name=managed")["certificates"]] == ["managed"]
    assert zone.get("/v2/certificates?name=none")["certificates"] == []


def test_lets_encrypt_takes_a_moment(zone: Account):
    certificate = order(zone)["certificate"]
    assert certificate["state"] == "pending"
    assert certificate["not_after"] == "2027-02-21T09:30:00Z"
    zone.pass_time(44)
    assert zone.get(f"/v2/certificates/{certificate['id']}")["certificate"]["state"] == "pending"
    zone.pass_time(2)
    issued = zone.get(f"/v2/certificates/{certificate['id']}")["certificate"]
    assert issued == {**certificate, "state": "verified"}


def test_lets_encrypt_needs_the_account_s_own_dns(zone: Account):
    reply = order(zone, names=["example.com", "example.org"])
    assert (reply.status, "example.org" in reply.message) == (403, True)
    assert order(zone, names=["notexample.com"]).status == 403
    assert order(zone, names=["com"]).status == 403
    for names in ([], None, [5]):
        body = {"name": "a", "type": "lets_encrypt", "dns_names": names}
        assert zone("POST", "/v2/certificates", body).status == 422
    assert zone.get("/v2/certificates")["meta"]["total"] == 0
    assert order(zone, names=["deep.sub.example.com"]).status == 201


def test_a_domain_that_leaves_meanwhile_makes_it_an_error(zone: Account):
    certificate = order(zone)["certificate"]
    zone("DELETE", "/v2/domains/example.com")
    zone.pass_time(60)
    assert zone.get(f"/v2/certificates/{certificate['id']}")["certificate"]["state"] == "error"


def test_renewal_gives_another_id_under_the_same_name(zone: Account):
    first = order(zone)["certificate"]
    zone.pass_time(59 * DAY)
    assert zone.get("/v2/certificates")["certificates"][0]["id"] == first["id"]
    zone.pass_time(2 * DAY)
    (second,) = zone.get("/v2/certificates?name=managed")["certificates"]
    assert second["id"] != first["id"]
    assert second["sha1_fingerprint"] != first["sha1_fingerprint"]
    assert second["not_after"] > first["not_after"]
    assert second["state"] == "verified"
    assert zone("GET", f"/v2/certificates/{first['id']}").status == 404
    zone.pass_time(61 * DAY)
    assert zone.get("/v2/certificates")["certificates"][0]["id"] not in (first["id"], second["id"])
    assert zone.get("/v2/certificates")["meta"]["total"] == 1


def test_without_its_domain_a_certificate_runs_out(zone: Account):
    certificate = order(zone)["certificate"]
    zone.pass_time(60)
    zone("DELETE", "/v2/domains/example.com")
    zone.pass_time(100 * DAY)
    found = zone.get(f"/v2/certificates/{certificate['id']}")["certificate"]
    assert found["not_after"] == certificate["not_after"]


def test_a_deleted_certificate_is_gone_with_what_was_to_happen_to_it(zone: Account):
    certificate = order(zone)["certificate"]
    assert zone("DELETE", f"/v2/certificates/{certificate['id']}").status == 204
    assert zone("DELETE", f"/v2/certificates/{certificate['id']}").status == 404
    assert not zone.emulator.store.db.execute("select * from event").fetchall()
    assert order(zone).status == 201


def test_a_certificate_in_use_stays(zone: Account):
    certificate = zone("POST", "/v2/certificates", custom())["certificate"]
    sent = {"origin": "files.nyc3.digitaloceanspaces.com", "certificate_id": certificate["id"]}
    endpoint = zone("POST", "/v2/cdn/endpoints", {**sent, "custom_domain": "files.example.com"})["endpoint"]
    reply = zone("DELETE", f"/v2/certificates/{certificate['id']}")
    assert (reply.status, reply.message) == (403, "Make sure the certificate is not in use before deleting it")
    zone("DELETE", f"/v2/cdn/endpoints/{endpoint['id']}")
    assert zone("DELETE", f"/v2/certificates/{certificate['id']}").status == 204


def test_load_balancers_that_use_it_are_named_as_such(zone: Account):
    certificate = zone("POST", "/v2/certificates", custom())["certificate"]
    rule = {
        "entry_protocol": "https",
        "entry_port": 443,
        "target_protocol": "http",
        "target_port": 80,
        "certificate_id": certificate["id"],
    }
    body = {"name": "lb", "region": "nyc3", "forwarding_rules": [rule], "droplet_ids": [zone.droplet()["id"]]}
    assert zone("POST", "/v2/load_balancers", body).status == 202
    reply = zone("DELETE", f"/v2/certificates/{certificate['id']}")
    assert reply.status == 403
    assert "being used by one or more load balancers" in reply.message
