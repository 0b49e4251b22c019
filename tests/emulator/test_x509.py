"""What is read of certificates and keys, held against what other programs wrote into them."""

from __future__ import annotations

import base64
import contextlib
from datetime import UTC, datetime

import pytest
import trustme
from cryptography import x509 as reference
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from dopyapi.emulator import x509

KINDS = (trustme.KeyType.RSA, trustme.KeyType.ECDSA)
CA = trustme.CA()
LEAF = {kind: CA.issue_cert("www.example.com", "*.example.org", key_type=kind) for kind in KINDS}


def text(blob: trustme.Blob) -> str:
    return blob.bytes().decode()


def written(key, form=serialization.PrivateFormat.PKCS8, password: bytes | None = None) -> str:
    hidden = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, form, hidden).decode()


def named(*names: reference.NameAttribute, until: datetime, key=None) -> str:
    """A certificate that has no alternative names."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    made = (
        reference.CertificateBuilder()
        .subject_name(reference.Name(names))
        .issuer_name(reference.Name(names))
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1))
        .not_valid_after(until.replace(tzinfo=None))
        .sign(key, None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM).decode()


@pytest.mark.parametrize("kind", KINDS)
def test_a_certificate_says_what_other_readers_find_in_it(kind):
    pem = LEAF[kind].cert_chain_pems[0]
    (found,) = x509.certificates(text(pem))
    other = reference.load_pem_x509_certificate(pem.bytes())
    assert found.not_after == other.not_valid_after_utc
    assert found.sha1 == other.fingerprint(hashes.SHA1()).hex()
    assert found.dns_names == ["www.example.com", "*.example.org"]


@pytest.mark.parametrize("until", [datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC), datetime(2050, 1, 1, tzinfo=UTC)])
def test_both_ways_of_writing_a_time_are_read(until):
    (found,) = x509.certificates(named(reference.NameAttribute(NameOID.COMMON_NAME, "a.example"), until=until))
    assert found.not_after == until


def test_without_alternative_names_the_common_name_counts():
    names = (
        reference.NameAttribute(NameOID.ORGANIZATION_NAME, "Example"),
        reference.NameAttribute(NameOID.COMMON_NAME, "a.example"),
    )
    until = datetime(2030, 1, 1, tzinfo=UTC)
    assert x509.certificates(named(*names, until=until))[0].dns_names == ["a.example"]
    assert x509.certificates(named(names[0], until=until))[0].dns_names == []


def test_a_chain_has_all_its_certificates():
    chain = text(LEAF[KINDS[0]].cert_chain_pems[0]) + text(CA.cert_pem)
    assert [c.dns_names for c in x509.certificates(chain)] == [["www.example.com", "*.example.org"], []]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", [serialization.PrivateFormat.TraditionalOpenSSL, serialization.PrivateFormat.PKCS8])
def test_a_key_belongs_to_its_certificate_and_to_no_other(kind, form):
    key = serialization.load_pem_private_key(LEAF[kind].private_key_pem.bytes(), None)
    public = x509.public_key_of(written(key, form))
    others = [CA.issue_cert("other.example", key_type=k) for k in KINDS]
    assert public == x509.certificates(text(LEAF[kind].cert_chain_pems[0]))[0].public_key
    assert public not in [x509.certificates(text(o.cert_chain_pems[0]))[0].public_key for o in others]


def test_of_a_key_that_is_alone_nothing_is_said():
    key = ed25519.Ed25519PrivateKey.generate()
    assert x509.public_key_of(written(key)) is None
    until = datetime(2030, 1, 1, tzinfo=UTC)
    pem = named(reference.NameAttribute(NameOID.COMMON_NAME, "a.example"), until=until, key=key)
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    assert x509.certificates(pem)[0].public_key == raw


@pytest.mark.parametrize("form", [serialization.PrivateFormat.TraditionalOpenSSL, serialization.PrivateFormat.PKCS8])
def test_a_key_behind_a_password_is_of_no_use(form):
    key = rsa.generate_private_key(65537, 2048)
    with pytest.raises(x509.Malformed, match="password"):
        x509.public_key_of(written(key, form, b"secret"))


@pytest.mark.parametrize(
    ("pem", "said"),
    [
        ("", "no PEM"),
        ("-----BEGIN CERTIFICATE-----\n", "no PEM"),
        ("-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----", "not base64"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "a value is"),
        ("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----", "a value is"),
        ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "public key and no certificate"),
    ],
)
def test_what_is_no_certificate_is_refused(pem, said):
    with pytest.raises(x509.Malformed, match=said):
        x509.certificates(pem)
    with pytest.raises(x509.Malformed):
        x509.public_key_of(pem)


def armoured(label: str, der: bytes) -> str:
    return f"-----BEGIN {label}-----\n{base64.encodebytes(der).decode()}-----END {label}-----\n"


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_whatever_is_damaged_is_read_or_refused(data):
    kind = data.draw(st.sampled_from(KINDS))
    key_kind = data.draw(st.booleans())
    blob = LEAF[kind].private_key_pem if key_kind else LEAF[kind].cert_chain_pems[0]
    ((label, der),) = x509.pem(text(blob))
    damaged = bytearray(der)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    damaged = damaged[: data.draw(st.integers(0, len(damaged)))]
    read = x509.public_key_of if key_kind else x509.certificates
    with contextlib.suppress(x509.Malformed):
        read(armoured(label, bytes(damaged)))
