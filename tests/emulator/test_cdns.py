"""CDN endpoints."""

from __future__ import annotations

import pytest

from dopyapi.emulator import Limits

from .conftest import Account
from .test_certificates import custom

SPACE = "files.nyc3.digitaloceanspaces.com"
CDN = "/v2/cdn/endpoints"


def add(account: Account, origin: str = SPACE, **fields):
    return account("POST", CDN, {"origin": origin, **fields})


def certificate(account: Account, name: str = "own") -> str:
    return account("POST", "/v2/certificates", custom(name=name))["certificate"]["id"]


def test_an_endpoint_follows_from_its_space(account: Account):
    reply = add(account)
    assert reply.status == 201
    endpoint = reply["endpoint"]
    assert endpoint == {
        "id": endpoint["id"],
        "origin": SPACE,
        "endpoint": "files.nyc3.cdn.digitaloceanspaces.com",
        "created_at": "2026-11-23T09:30:00Z",
        "ttl": 3600,
    }
    assert account.get(f"{CDN}/{endpoint['id']}")["endpoint"] == endpoint
    listed = account.get(CDN)
    assert (listed["endpoints"], listed["meta"]) == ([endpoint], {"total": 1})


@pytest.mark.parametrize(
    "origin",
    [
        "",
        None,
        "files",
        "example.com",
        "a.nyc3.digitaloceanspaces.com",
        "files.moon1.digitaloceanspaces.com",
        "files.nyc3.cdn.digitaloceanspaces.com",
        "https://files.nyc3.digitaloceanspaces.com",
        "a.b.nyc3.digitaloceanspaces.com",
    ],
)
def test_only_a_space_is_an_origin(account: Account, origin):
    assert add(account, origin).status == 422
    assert account.get(CDN)["meta"]["total"] == 0


def test_a_space_has_one_endpoint(account: Account):
    first = add(account)["endpoint"]
    assert add(account, SPACE.upper()).status == 409
    assert add(account, "other.nyc3.digitaloceanspaces.com").status == 201
    account("DELETE", f"{CDN}/{first['id']}")
    assert add(account).status == 201


@pytest.mark.parametrize("ttl", [60, 600, 3600, 86400, 604800])
def test_the_ttl_is_one_of_five(account: Account, ttl):
    endpoint = add(account, ttl=ttl)["endpoint"]
    assert endpoint["ttl"] == ttl
    path = f"{CDN}/{endpoint['id']}"
    assert account("PUT", path, {"ttl": ttl + 1}).status == 422
    assert account("PUT", path, {"ttl": 600})["endpoint"] == {**endpoint, "ttl": 600}
    assert add(account, "other.nyc3.digitaloceanspaces.com", ttl=1800).status == 422


def test_a_custom_subdomain_comes_with_a_certificate_and_goes(account: Account):
    key = certificate(account)
    assert add(account, custom_domain="files.example.com").status == 422
    assert add(account, certificate_id=key).status == 422
    assert add(account, certificate_id="00000000-0000-4000-8000-000000000000", custom_domain="a.example").status == 422
    assert add(account, certificate_id=key, custom_domain="no domain").status == 422
    endpoint = add(account, certificate_id=key, custom_domain="files.example.com")["endpoint"]
    assert (endpoint["certificate_id"], endpoint["custom_domain"]) == (key, "files.example.com")
    path = f"{CDN}/{endpoint['id']}"
    assert account("PUT", path, {"ttl": 60})["endpoint"] == {**endpoint, "ttl": 60}
    other = certificate(account, "second")
    assert account("PUT", path, {"certificate_id": other})["endpoint"]["certificate_id"] == other
    assert account("PUT", path, {"custom_domain": ""}).status == 422
    plain = account("PUT", path, {"custom_domain": "", "certificate_id": ""})["endpoint"]
    assert not {"custom_domain", "certificate_id"} & plain.keys()
    assert account("DELETE", f"/v2/certificates/{other}").status == 204


def test_a_custom_subdomain_leads_to_one_endpoint(account: Account):
    key = certificate(account)
    add(account, certificate_id=key, custom_domain="files.example.com")
    other = "other.nyc3.digitaloceanspaces.com"
    assert add(account, other, certificate_id=key, custom_domain="FILES.example.com").status == 409
    assert account.get(CDN)["meta"]["total"] == 1


def test_a_renewed_certificate_is_followed(account: Account):
    account("POST", "/v2/domains", {"name": "example.com"})
    body = {"name": "managed", "type": "lets_encrypt", "dns_names": ["files.example.com"]}
    key = account("POST", "/v2/certificates", body)["certificate"]["id"]
    endpoint = add(account, certificate_id=key, custom_domain="files.example.com")["endpoint"]
    account.pass_time(61 * 24 * 3600)
    (renewed,) = account.get("/v2/certificates")["certificates"]
    assert renewed["id"] != key
    assert account.get(f"{CDN}/{endpoint['id']}")["endpoint"]["certificate_id"] == renewed["id"]
    assert account("DELETE", f"/v2/certificates/{renewed['id']}").status == 403


def test_a_deleted_endpoint_is_gone(account: Account):
    path = f"{CDN}/{add(account)['endpoint']['id']}"
    assert account("DELETE", path).status == 204
    for method, body in (("DELETE", None), ("GET", None), ("PUT", {"ttl": 60})):
        assert account(method, path, body).status == 404
    assert account("DELETE", f"{path}/cache", {"files": ["*"]}).status == 404


def test_purging_needs_paths(account: Account):
    path = f"{CDN}/{add(account)['endpoint']['id']}/cache"
    assert account("DELETE", path, {"files": ["a.png", "css/*"]}).status == 204
    for files in ([], None, [""], [5], "a.png"):
        assert account("DELETE", path, {"files": files}).status == 422
    # Nothing is limited unless limits are on.
    assert account("DELETE", path, {"files": [str(n) for n in range(500)]}).status == 204


def test_endpoints_are_asked_for_five_times_in_ten_seconds():
    account = Account(limits=Limits())
    assert [account("GET", CDN).status for _ in range(6)] == [200] * 5 + [429]
    account.pass_time(11)
    assert account("GET", CDN).status == 200


def test_fifty_files_are_purged_in_twenty_seconds():
    account = Account(limits=Limits(cdn_per_ten_seconds=100))
    path = f"{CDN}/{add(account)['endpoint']['id']}/cache"
    assert account("DELETE", path, {"files": [str(n) for n in range(51)]}).status == 429
    assert account("DELETE", path, {"files": [str(n) for n in range(49)]}).status == 204
    account.pass_time(10)
    assert account("DELETE", path, {"files": ["*"]}).status == 204
    reply = account("DELETE", path, {"files": ["more"]})
    assert (reply.status, reply["id"]) == (429, "too_many_requests")
    account.pass_time(int(reply.headers["retry-after"]))
    assert account("DELETE", path, {"files": ["more"]}).status == 204


def test_the_same_is_not_purged_twice_at_a_time():
    account = Account(limits=Limits(cdn_per_ten_seconds=100))
    path = f"{CDN}/{add(account)['endpoint']['id']}/cache"
    assert account("DELETE", path, {"files": ["a", "b"]}).status == 204
    assert account("DELETE", path, {"files": ["b"]}).status == 204
    reply = account("DELETE", path, {"files": ["b", "a"]})
    assert reply.status == 429
    account.pass_time(int(reply.headers["retry-after"]))
    assert account("DELETE", path, {"files": ["b", "a"]}).status == 204
