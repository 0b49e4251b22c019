"""Certificates: uploaded ones, and ones that Let's Encrypt issues and that are renewed by themselves.

Whoever uses certificates answers ``certificate users`` with the documents that use one, and follows a renewed one,
which has another id, through ``renewed``.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from .. import dns, events, hooks, x509
from ..clock import stamp
from ..context import Context, Reply, handles
from ..errors import forbidden, not_found, unprocessable
from ..paging import listed
from ..store import Document

_ISSUING_SECONDS = 45
_VALID = timedelta(days=90)
_RENEWED_BEFORE = timedelta(days=30)
_TYPES = ("lets_encrypt", "custom")


def _own(context: Context) -> Document:
    found = context.store.get("certificate", context.path["certificate_id"])
    if found is None:
        raise not_found()
    return found


@handles("certificates_list")
def list_certificates(context: Context) -> Reply:
    """All certificates, or the one of a name."""
    chosen = context.store.select("certificate", name=context.query.get("name") or None)
    return listed(context, "certificates", chosen)


@handles("certificates_get")
def get(context: Context) -> Reply:
    """One certificate."""
    return 200, {"certificate": _own(context).body}


@handles("certificates_create")
def create(context: Context) -> Reply:
    """Store an uploaded certificate, or begin to get one issued."""
    body = context.body
    name = body.get("name")
    if not isinstance(name, str) or not name.strip():
        raise unprocessable("Name can't be blank")
    type = body.get("type") or ("custom" if body.get("leaf_certificate") else "lets_encrypt")
    if type not in _TYPES:
        raise unprocessable(f"type must be lets_encrypt or custom, not {type!r}")
    if context.store.select("certificate", name=name).first() is not None:
        raise unprocessable(f"Name {name!r} is already in use by another certificate")
    made = _uploaded(body) if type == "custom" else _ordered(context, body)
    key = context.store.new_uuid()
    shown = {"id": key, "name": name, "created_at": context.stamp, "type": type, **made}
    certificate = context.store.add("certificate", key, shown, name=name)
    if type == "lets_encrypt":
        context.after(_ISSUING_SECONDS, "certificate.issued", certificate.subject, key=key)
    hooks.created(context, certificate, {})  # not the request: it has the private key
    return 201, {"certificate": certificate.body}


def _uploaded(body: dict[str, Any]) -> dict[str, Any]:
    for field in ("private_key", "leaf_certificate"):
        if not isinstance(body.get(field), str) or not body[field].strip():
            raise unprocessable(f"{field} is required for custom certificates")
    leaf = _parsed("leaf_certificate", body["leaf_certificate"])[0]
    if body.get("certificate_chain"):
        _parsed("certificate_chain", body["certificate_chain"])
    try:
        public = x509.public_key_of(body["private_key"])
    except x509.Malformed as wrong:
        raise unprocessable(f"private_key cannot be used: {wrong}") from None
    if public is not None and public != leaf.public_key:
        raise unprocessable("private_key does not belong to leaf_certificate")
    return {
        "not_after": stamp(leaf.not_after),
        "sha1_fingerprint": leaf.sha1,
        "dns_names": leaf.dns_names,
        "state": "verified",
    }


def _parsed(field: str, text: str) -> list[x509.Certificate]:
    try:
        return x509.certificates(text)
    except x509.Malformed as wrong:
        raise unprocessable(f"{field} cannot be read: {wrong}") from None


def _ordered(context: Context, body: dict[str, Any]) -> dict[str, Any]:
    names = body.get("dns_names")
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise unprocessable("dns_names is required for certificates of Let's Encrypt")
    for name in names:
        if dns.serving(context.store, name) is None:
            raise forbidden(f"The domain of {name!r} is not managed by DigitalOcean's DNS on this account.")
    return {**_of_lets_encrypt(context), "dns_names": names, "state": "pending"}


def _of_lets_encrypt(context: Context) -> dict[str, str]:
    # Nothing is issued really: the fingerprint is of nothing, and like that of no other.
    print_ = hashlib.sha1(context.store.new_uuid().encode(), usedforsecurity=False).hexdigest()
    return {"not_after": stamp(context.now + _VALID), "sha1_fingerprint": print_}


@events.on_event("certificate.issued")
def _issued(context: Context, data: dict[str, Any]) -> None:
    certificate = context.store.get("certificate", data["key"])
    if certificate is None:
        return
    served = all(dns.serving(context.store, name) for name in certificate.body["dns_names"])
    certificate.body["state"] = "verified" if served else "error"
    context.store.save(certificate)
    if served:
        _renew_later(context, certificate)


@events.on_failure("certificate.issued")
def _not_issued(context: Context, data: dict[str, Any]) -> None:
    certificate = context.store.get("certificate", data["key"])
    if certificate is not None:
        certificate.body["state"] = "error"
        context.store.save(certificate)


def _renew_later(context: Context, certificate: Document) -> None:
    moment = context.now + _VALID - _RENEWED_BEFORE
    context.at(moment, "certificate.renewal", certificate.subject, key=certificate.key)


@events.on_event("certificate.renewal")
def _renewed(context: Context, data: dict[str, Any]) -> None:
    """Another certificate takes the place of this one, under its name; where the DNS went elsewhere, none can."""
    certificate, store = context.store.get("certificate", data["key"]), context.store
    if certificate is None or not all(dns.serving(store, name) for name in certificate.body["dns_names"]):
        return
    former, certificate.key = certificate.key, store.new_uuid()
    certificate.body |= {"id": certificate.key, "created_at": context.stamp, **_of_lets_encrypt(context)}
    store.save(certificate)
    _renew_later(context, certificate)
    hooks.run("renewed", context, certificate, former)


@handles("certificates_delete")
def delete(context: Context) -> Reply:
    """Delete a certificate that nothing uses."""
    certificate = _own(context)
    users = hooks.collect("certificate users", context, certificate)
    held = certificate.hidden.get("held_until", 0) > context.now.timestamp()
    if held or any(user.kind == "load_balancer" for user in users):
        raise forbidden("The certificate is being used by one or more load balancers")
    if users:
        raise forbidden("Make sure the certificate is not in use before deleting it")
    hooks.destroyed(context, certificate)
    return 204, None
