from __future__ import annotations

import base64
import hashlib

import pytest

from .conftest import Account

BLOB = b"\0\0\0\x0bssh-ed25519\0\0\0\x20" + bytes(range(32))
KEY = "ssh-ed25519 " + base64.b64encode(BLOB).decode()
DIGEST = hashlib.md5(BLOB).hexdigest()
FINGERPRINT = ":".join(DIGEST[at : at + 2] for at in range(0, 32, 2))


def test_a_key_is_known_by_number_and_fingerprint(account: Account):
    reply = account("POST", "/v2/account/keys", {"name": "laptop", "public_key": f"{KEY} me@laptop\n"})
    key = reply["ssh_key"]
    assert (reply.status, key["fingerprint"], key["public_key"]) == (201, FINGERPRINT, f"{KEY} me@laptop")
    for identifier in (key["id"], FINGERPRINT, FINGERPRINT.replace(":", "%3A")):
        assert account.get(f"/v2/account/keys/{identifier}") == {"ssh_key": key}
    assert account.get("/v2/account/keys") == {"ssh_keys": [key], "links": {}, "meta": {"total": 1}}


def test_a_public_key_is_there_once(account: Account):
    account("POST", "/v2/account/keys", {"name": "a", "public_key": KEY})
    again = account("POST", "/v2/account/keys", {"name": "b", "public_key": f"{KEY} another-comment"})
    assert (again.status, again.message) == (422, "SSH Key is already in use on your account")


@pytest.mark.parametrize(
    "wrong",
    ["", "nonsense", "ssh-ed25519", "ssh-ed25519 !!!", "ssh-rsa " + KEY.split()[1], "ssh-ed25519 AAAA", None, 7],
)
def test_what_is_no_key_is_refused(account: Account, wrong):
    assert account("POST", "/v2/account/keys", {"name": "a", "public_key": wrong}).status == 422
    assert account.get("/v2/account/keys")["meta"]["total"] == 0


def test_a_key_needs_a_name(account: Account):
    assert account("POST", "/v2/account/keys", {"name": " ", "public_key": KEY}).status == 422
    assert account("POST", "/v2/account/keys", {"public_key": KEY}).status == 422


def test_a_key_is_renamed_and_deleted(account: Account):
    key = account("POST", "/v2/account/keys", {"name": "a", "public_key": KEY})["ssh_key"]
    droplet = account.droplet(ssh_keys=[FINGERPRINT])
    assert account("PUT", f"/v2/account/keys/{FINGERPRINT}", {"name": "b"})["ssh_key"] == {**key, "name": "b"}
    assert account("PUT", f"/v2/account/keys/{key['id']}", {"name": ""}).status == 422
    assert account("DELETE", f"/v2/account/keys/{FINGERPRINT}").status == 204
    for method in ("GET", "PUT", "DELETE"):
        assert account(method, f"/v2/account/keys/{key['id']}", {"name": "x"}).status == 404
    assert account.get(f"/v2/droplets/{droplet['id']}")["droplet"]["status"] == "active"
    assert account("POST", "/v2/account/keys", {"name": "a", "public_key": KEY})["ssh_key"]["id"] != key["id"]
