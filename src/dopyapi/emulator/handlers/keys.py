"""SSH keys, known by number or by fingerprint."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Any

from ..context import Context, Reply, handles, one
from ..errors import not_found, unprocessable
from ..paging import listed
from ..store import Document

_FIRST_ID = 41_920_331
_TYPES = (
    "ssh-rsa",
    "ssh-ed25519",
    "ssh-dss",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
)


def fingerprint(public_key: str) -> str:
    """The MD5 fingerprint of a public key in OpenSSH's form, or a 422 that says what is wrong with it."""
    kind, _, rest = public_key.strip().partition(" ")
    encoded = rest.strip().partition(" ")[0]
    if kind not in _TYPES:
        raise unprocessable(f"Key invalid, it must start with its type, one of {', '.join(_TYPES)}.")
    try:
        blob = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        blob = b""
    length = int.from_bytes(blob[:4], "big")
    if len(blob) < 4 + length + 4 or blob[4 : 4 + length] != kind.encode():
        raise unprocessable(f"Key invalid, what follows {kind} is not such a key in base64.")
    digest = hashlib.md5(blob, usedforsecurity=False).hexdigest()
    return ":".join(digest[at : at + 2] for at in range(0, 32, 2))


def find(context: Context, identifier: object) -> Document | None:
    """The key with this number or fingerprint."""
    text = str(identifier)
    if ":" in text:
        return context.store.select("ssh_key", name=text.lower()).first()
    return context.store.get("ssh_key", text)


def _named(context: Context) -> Document:
    found = find(context, context.path["ssh_key_identifier"])
    if found is None:
        raise not_found()
    return found


def _name(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise unprocessable("Name can't be blank")
    return value


@handles("sshKeys_list")
def list_keys(context: Context) -> Reply:
    """All keys."""
    return listed(context, "ssh_keys", context.store.select("ssh_key"))


@handles("sshKeys_create")
def create(context: Context) -> Reply:
    """Add a key; each public key only once."""
    name, public_key = _name(context.body.get("name")), str(context.body.get("public_key") or "").strip()
    print_ = fingerprint(public_key)
    if find(context, print_) is not None:
        raise unprocessable("SSH Key is already in use on your account")
    number = context.store.next_number("ssh_key", _FIRST_ID)
    body = {"id": number, "fingerprint": print_, "public_key": public_key, "name": name}
    return 201, {"ssh_key": context.store.add("ssh_key", number, body, name=print_).body}


@handles("sshKeys_get")
def get(context: Context) -> Reply:
    """One key."""
    return 200, one("ssh_key", context.store.render(_named(context)))


@handles("sshKeys_update")
def update(context: Context) -> Reply:
    """Rename a key."""
    found = _named(context)
    if context.body.get("name") is not None:
        found.body["name"] = _name(context.body["name"])
    return 200, {"ssh_key": context.store.save(found).body}


@handles("sshKeys_delete")
def delete(context: Context) -> Reply:
    """Delete a key; Droplets that were made with it keep it."""
    context.store.remove(_named(context))
    return 204, None
