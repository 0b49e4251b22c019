"""The authority that an emulator keeps, and the certificates it gives out."""

from __future__ import annotations

import datetime
import socket
import ssl
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import trustme

from dopyapi.emulator import pointing, tls


def shaken(secured: tls.Secured, name: str) -> None:
    """A handshake of a client that trusts the authority, and asks for a host of that name."""
    theirs, ours = socket.socketpair()
    trust = ssl.create_default_context(cafile=str(secured.ca))
    server, client = ssl.MemoryBIO(), ssl.MemoryBIO()
    theirs.close()
    ours.close()
    one = secured.context.wrap_bio(client, server, server_side=True)
    other = trust.wrap_bio(server, client, server_hostname=name)
    for _ in range(5):
        for side in (other, one):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    other.do_handshake()


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "::1", "api.digitalocean.com"])
def test_the_names_are_certified(tmp_path: Path, name: str) -> None:
    shaken(tls.secured(["api.digitalocean.com"], tmp_path), name)


def test_other_names_are_not(tmp_path: Path) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        shaken(tls.secured((), tmp_path), "api.digitalocean.com")


def test_it_has_to_be_trusted_once(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "tls"
    first = tls.secured((), folder)
    kept = first.ca.read_bytes()
    shaken(tls.secured(["db.internal"], folder), "db.internal")
    assert first.ca.read_bytes() == kept
    assert stat.S_IMODE((folder / tls.KEY).stat().st_mode) == 0o600
    assert b"PRIVATE" not in kept


def test_one_that_is_about_to_end_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    soon = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=2)
    old = trustme.CA(organization_name="old")
    (tmp_path / tls.CERTIFICATE).write_bytes(old.cert_pem.bytes())
    (tmp_path / tls.KEY).write_bytes(old.private_key_pem.bytes())
    assert tls.secured((), tmp_path).ca.read_bytes() == old.cert_pem.bytes()
    monkeypatch.setattr(tls, "_end", lambda certificate: soon)
    shaken(tls.secured((), tmp_path), "localhost")
    assert (tmp_path / tls.CERTIFICATE).read_bytes() != old.cert_pem.bytes()


def test_a_folder_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    (tmp_path / tls.CERTIFICATE).write_text("nonsense")
    (tmp_path / tls.KEY).write_text("nonsense")
    with pytest.raises(tls.TLSError, match="cannot be used"):
        tls.secured((), tmp_path)
    with pytest.raises(tls.TLSError, match="cannot be used"):
        tls.secured((), tmp_path / tls.KEY)


def test_a_name_that_is_none_is_refused_at_the_start(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "dopyapi.emulator", "--port", "0", "--hosts", "a b", "--tls-folder", str(tmp_path)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert ran.returncode == 1
    assert "no certificate can be made for a b" in ran.stderr


def test_clients_are_told_where_to_go() -> None:
    plain = "\n".join(pointing.lines("http://127.0.0.1:8080", None))
    assert "--api-url http://127.0.0.1:8080 " in plain
    assert "it insists on https: --tls" in plain
    assert "SSL_CERT_FILE" not in plain
    secret = "\n".join(pointing.lines("https://127.0.0.1:443", "secret", Path("ca.pem"), ["api.digitalocean.com"]))
    assert "SSL_CERT_FILE=ca.pem" in secret
    assert "127.0.0.1 api.digitalocean.com" in secret
    assert "secret" not in secret.replace("SSL", "")
