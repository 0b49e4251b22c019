"""What the emulator reads of a certificate and of its private key: as much X.509 as that takes, and no more.

Both are DER: values of a tag, a length and a content, which may be such values again. Nothing is verified here but
that a key belongs to a certificate.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

_BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----\s+(.*?)-----END \1-----", re.DOTALL)
_INTEGER, _BIT_STRING, _OCTET_STRING, _OID, _UTC_TIME, _TIME, _SEQUENCE = 0x02, 0x03, 0x04, 0x06, 0x17, 0x18, 0x30
_EXTENSIONS, _VERSION, _DNS_NAME, _EC_PUBLIC = 0xA3, 0xA0, 0x82, 0xA1
_COMMON_NAME = bytes((0x55, 4, 3))
_SUBJECT_ALT_NAME = bytes((0x55, 29, 17))
_RSA = bytes((0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 1))
_FIFTIES = 50
_HIGH_TAG, _LONG = 0x1F, 0x80


class Malformed(ValueError):
    """It is not what it should be."""


class Certificate(NamedTuple):
    """What a certificate says."""

    not_after: datetime
    sha1: str
    """Fingerprint in hexadecimal digits."""
    dns_names: list[str]
    """Those of the subject's alternative names; its common name where there are none."""
    public_key: bytes
    """An RSA modulus, or whatever its kind of key has as a public key."""


class _Value(NamedTuple):
    tag: int
    content: bytes


def _values(data: bytes) -> Iterator[_Value]:
    """The values that stand one after the other."""
    at = 0
    while at < len(data):
        if len(data) - at < 2 or data[at] & _HIGH_TAG == _HIGH_TAG:
            raise Malformed("a value is cut short")
        tag, length = data[at], data[at + 1]
        at += 2
        if length & _LONG:
            size = length & ~_LONG
            if not 1 <= size <= 4 or len(data) - at < size:
                raise Malformed("a length is cut short")
            length = int.from_bytes(data[at : at + size], "big")
            at += size
        if len(data) - at < length:
            raise Malformed("a value is cut short")
        yield _Value(tag, data[at : at + length])
        at += length


def _inside(value: _Value | None, tag: int = _SEQUENCE) -> list[_Value]:
    if value is None or value.tag != tag:
        raise Malformed("a value is of another kind")
    return list(_values(value.content))


def _at(values: list[_Value], index: int) -> _Value:
    if len(values) <= index:
        raise Malformed("a value is missing")
    return values[index]


def pem(text: str) -> list[tuple[str, bytes]]:
    """The labels and contents of a PEM text.

    Raises:
        Malformed: it has none, or one that is not base64.
    """
    found = []
    for label, encoded in _BLOCK.findall(text):
        try:
            found.append((label, base64.b64decode("".join(encoded.split()), validate=True)))
        except binascii.Error:
            raise Malformed(f"the {label.lower()} is not base64") from None
    if not found:
        raise Malformed("it is no PEM")
    return found


def certificates(text: str) -> list[Certificate]:
    """The certificates of a PEM text.

    Raises:
        Malformed: it is none.
    """
    return [_certificate(label, der) for label, der in pem(text)]


def _certificate(label: str, der: bytes) -> Certificate:
    if label != "CERTIFICATE":
        raise Malformed(f"it is a {label.lower()} and no certificate")
    (outer, *rest) = _values(der) if der else [_Value(0, b"")]
    if rest:
        raise Malformed("something follows the certificate")
    signed = _inside(_at(_inside(outer), 0))
    if _at(signed, 0).tag == _VERSION:
        signed = signed[1:]
    # serial number, algorithm, issuer, validity, subject, public key, and then what is optional
    validity, subject, key = _inside(_at(signed, 3)), _at(signed, 4), _inside(_at(signed, 5))
    extensions = next((value for value in signed[6:] if value.tag == _EXTENSIONS), None)
    return Certificate(
        not_after=_moment(_at(validity, 1)),
        sha1=hashlib.sha1(der, usedforsecurity=False).hexdigest(),
        dns_names=_alternative_names(extensions) or _common_names(subject),
        public_key=_public(key),
    )


def _moment(value: _Value) -> datetime:
    text = value.content.decode("ascii", "replace")
    if value.tag == _UTC_TIME and len(text) > 2 and text[:2].isdigit():
        text = ("20" if int(text[:2]) < _FIFTIES else "19") + text
    elif value.tag != _TIME:
        raise Malformed("its end is no time")
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise Malformed("its end is no time") from None


def _alternative_names(extensions: _Value | None) -> list[str]:
    for extension in _inside(_at(_inside(extensions, _EXTENSIONS), 0)) if extensions else ():
        parts = _inside(extension)
        if _at(parts, 0).content == _SUBJECT_ALT_NAME:
            names = _inside(_at(list(_values(parts[-1].content)), 0))
            return [name.content.decode("ascii", "replace") for name in names if name.tag == _DNS_NAME]
    return []


def _common_names(subject: _Value) -> list[str]:
    return [
        _at(parts, 1).content.decode("utf-8", "replace")
        for group in _inside(subject)
        for pair in _values(group.content)
        if _at(parts := _inside(pair), 0).content == _COMMON_NAME
    ]


def _public(key: list[_Value]) -> bytes:
    """The public key of a SubjectPublicKeyInfo."""
    algorithm, bits = _inside(_at(key, 0)), _at(key, 1)
    if bits.tag != _BIT_STRING or not bits.content:
        raise Malformed("it has no public key")
    if _at(algorithm, 0).content == _RSA:
        (numbers,) = list(_values(bits.content[1:]))[:1] or [_Value(0, b"")]
        return _at(_inside(numbers), 0).content
    return bits.content[1:]


def public_key_of(text: str) -> bytes | None:
    """The public key that belongs to a private key; None where that cannot be told without computing it.

    Raises:
        Malformed: it is no private key, or one behind a password.
    """
    if "ENCRYPTED" in text:
        raise Malformed("the private key is behind a password")
    blocks = [(label, der) for label, der in pem(text) if label != "EC PARAMETERS"]
    label, der = blocks[0] if blocks else ("", b"")
    if len(blocks) != 1 or not label.endswith("PRIVATE KEY"):
        raise Malformed("it is no private key")
    parts = _inside(next(_values(der), None))
    if label == "PRIVATE KEY":
        algorithm, wrapped = _inside(_at(parts, 1)), _at(parts, 2)
        inner = next(_values(wrapped.content), None)
        if inner is None or inner.tag != _SEQUENCE:
            return None  # Ed25519 and its kin: the key alone
        rsa, parts = _at(algorithm, 0).content == _RSA, _inside(inner)
    else:
        rsa = label == "RSA PRIVATE KEY"
    if rsa:
        return _at(parts, 1).content
    public = next((value for value in parts if value.tag == _EC_PUBLIC), None)
    return _at(_inside(public, _EC_PUBLIC), 0).content[1:] if public else None
