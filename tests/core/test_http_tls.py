"""TLS of the real transport: whom it trusts, and what it says when it does not."""

# ruff: noqa: ASYNC221, ASYNC251 - a program that blocks its loop is what some of these are about

from __future__ import annotations

import contextlib
import shutil
import ssl
import subprocess
import threading
import time
from pathlib import Path

import pytest
import trustme

import dopyapi as do

from .loopback import Peer, Server, answer, answering, in_turn
from .network import Exchange

OPENSSL = shutil.which("openssl")
hashed = pytest.mark.skipif(OPENSSL is None, reason="only the openssl program names certificates as OpenSSL wants")


class Authority:
    """A CA, in all the places where one can be kept."""

    def __init__(self, folder: Path) -> None:
        self.ca = trustme.CA()
        self.file = folder / "ca.pem"
        self.ca.cert_pem.write_to_path(str(self.file))
        self.folder = folder / "plain"
        self.folder.mkdir()
        shutil.copy(self.file, self.folder / "our-ca.crt")

    @property
    def hashed_folder(self) -> Path:
        """A folder as ``openssl rehash`` leaves it."""
        folder = self.folder.parent / "hashed"
        folder.mkdir()
        shutil.copy(self.file, folder / "ca.pem")
        subprocess.run([str(OPENSSL), "rehash", str(folder)], check=True, capture_output=True)
        return folder

    def server(self, name: str = "127.0.0.1") -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.ca.issue_cert(name).configure_cert(context)
        return context


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture
def secure(authority, serve):
    """A server that the authority vouches for."""
    return serve(tls=authority.server())


async def refused(call, exchange) -> do.NetworkError:
    with pytest.raises(do.NetworkError) as caught:
        await call(exchange, "POST", body={"a": 1})
    return caught.value


async def test_an_unknown_authority_is_refused_before_anything_is_sent(secure, client, call):
    error = await refused(call, Exchange(client(secure.url)))
    assert not error.sent
    assert error.permanent
    assert error.attempts == 1  # trying again would change nothing
    assert "the certificate is not trusted: " in str(error)
    assert "SSL_CERT_FILE" in str(error)
    assert not secure.seen


async def test_a_certificate_for_another_name_is_refused(authority, serve, client, call):
    server = serve(tls=authority.server("api.example"))
    error = await refused(call, Exchange(client(server.url, ca=str(authority.file))))
    assert (error.sent, error.permanent) == (False, True)
    assert "certificate is not valid for '127.0.0.1'" in str(error)
    assert "SSL_CERT_FILE" not in str(error)  # it would not help
    assert not server.seen


async def test_a_server_without_tls_is_refused(serve, client, call):
    def talk(server: Server, peer: Peer) -> None:
        peer.sock.recv(1000)
        peer.send(answer(400))

    server = serve(talk)
    error = await refused(call, Exchange(client(server.url.replace("http:", "https:"))))
    assert not error.sent
    assert f"no TLS connection to 127.0.0.1:{server.port}" in str(error)


async def test_a_handshake_that_breaks_or_never_ends_has_sent_nothing(serve, client, call):
    def hangs_up(server: Server, peer: Peer) -> None:
        peer.sock.recv(1)
        peer.reset()

    broken = serve(hangs_up)
    error = await refused(call, Exchange(client(broken.url.replace("http:", "https:"))))
    assert (error.sent, error.attempts, broken.connections) == (False, 3, 3)

    def silent(server: Server, peer: Peer) -> None:
        while peer.sock.recv(1000):
            pass

    url = serve(silent).url.replace("http:", "https:")
    error = await refused(call, Exchange(client(url, timeout=(0.2, 5.0), retries=0)))
    assert isinstance(error, do.RequestTimeout)
    assert not error.sent
    assert "no connection within 0.2 s" in str(error)


@pytest.mark.parametrize("kind", ["file", "path", "folder", "context", pytest.param("hashed", marks=hashed)])
async def test_ca_may_be_a_file_a_folder_or_a_context(authority, secure, client, call, kind, tmp_path):
    if kind == "context":
        ca = ssl.create_default_context()
        authority.ca.configure_trust(ca)
    elif kind == "hashed":
        ca = Authority(tmp_path)
        ca.ca = authority.ca
        authority.ca.cert_pem.write_to_path(str(ca.file))
        ca = ca.hashed_folder
    else:
        ca = {"file": str(authority.file), "path": authority.file, "folder": str(authority.folder)}[kind]
    assert (await call(Exchange(client(secure.url, ca=ca)))).status == 200


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
async def test_the_environment_may_name_a_file(authority, secure, client, call, monkeypatch, name):
    monkeypatch.setenv(name, str(authority.file))
    assert (await call(Exchange(client(secure.url)))).status == 200


@hashed
async def test_the_environment_may_name_a_folder(secure, authority, client, call, monkeypatch, tmp_path):
    authority.ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    subprocess.run([str(OPENSSL), "rehash", str(tmp_path)], check=True, capture_output=True)
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    assert (await call(Exchange(client(secure.url)))).status == 200


async def test_the_argument_wins_over_the_environment(authority, secure, client, call, monkeypatch, tmp_path):
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(other))
    assert (await call(Exchange(client(secure.url, ca=authority.file)))).status == 200
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.file))
    assert not (await refused(call, Exchange(client(secure.url, ca=other)))).sent


async def test_a_place_without_certificates_is_named(secure, client, call, tmp_path):
    with pytest.raises(FileNotFoundError, match="no-such-file"):
        await call(Exchange(client(secure.url, ca=tmp_path / "no-such-file")))
    empty = tmp_path / "empty.pem"
    empty.write_text("no certificate")
    with pytest.raises(ValueError, match=r"empty\.pem' holds no CA certificates"):
        await call(Exchange(client(secure.url, ca=empty)))


async def test_one_handshake_carries_several_calls(authority, secure, client, call):
    exchange = Exchange(client(secure.url, ca=authority.file))
    for _ in range(4):
        await call(exchange)
    assert (len(secure.seen), secure.connections) == (4, 1)


@pytest.mark.parametrize("politely", [True, False])
async def test_an_idle_connection_that_was_closed_is_replaced(authority, serve, client, call, politely):
    closed = threading.Event()

    def brief(server: Server, peer: Peer) -> None:
        server.seen.append(peer.read())
        peer.send(answer())
        if politely:  # says goodbye in TLS, and then in TCP
            peer.sock.settimeout(0.05)
            with contextlib.suppress(OSError):  # it does not wait for the client's goodbye
                peer.sock.unwrap()
        peer.sock.close()
        closed.set()

    server = serve(in_turn(brief, answering()), authority.server())
    exchange = Exchange(client(server.url, ca=authority.file, retries=0))
    await call(exchange, "POST")
    assert closed.wait(5)
    time.sleep(0.05)  # a program that computes: its loop, where it has one, stands still
    assert (await call(exchange, "POST")).status == 200
    assert [s.connection for s in server.seen] == [1, 2]
