"""Proxies of the real transport: which one is used, what it gets to see, and what it says no to."""

from __future__ import annotations

import base64
import contextlib
import select
import socket
import ssl
from urllib.parse import urlsplit

import pytest
import trustme

import dopyapi as do

from .loopback import Peer, Server, answer
from .network import Exchange

PASSWORD = "p%40ss:w"
WITH_CREDENTIALS = "Basic " + base64.b64encode(b"ann:p@ss:w").decode()


def forwarding(server: Server, peer: Peer) -> None:
    """Be a proxy: pass on plain requests, and open tunnels."""
    while (seen := peer.read()) is not None:
        server.seen.append(seen)
        if seen.method == "CONNECT":
            host, _, port = seen.target.partition(":")
            with socket.create_connection((host, int(port)), 5) as target:
                peer.send(b"HTTP/1.1 200 Connected\r\n\r\n")
                tunnel(peer.sock, target)
            return
        parts = urlsplit(seen.target)
        with socket.create_connection((parts.hostname, parts.port), 5) as target:
            head = "".join(f"{n}: {v}\r\n" for n, v in seen.headers if not n.startswith("proxy-"))
            target.sendall(f"{seen.method} {parts.path} HTTP/1.1\r\n{head}\r\n".encode() + seen.body)
            peer.send(target.recv(65536))


def tunnel(one: socket.socket, other: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while True:
            ready, _, _ = select.select([one, other], [], [], 5)
            for source in ready:
                data = source.recv(65536)
                if not data:
                    return
                (other if source is one else one).sendall(data)


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture(params=["http", "https"])
def site(request, serve, authority, tmp_path):
    """A server, by either scheme, and the file of the CA that vouches for it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "api.example").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    server = serve(tls=context if request.param == "https" else None)
    server.ca, server.scheme = tmp_path / "ca.pem", request.param
    return server


def address(server: Server, credentials: str = "") -> str:
    return f"http://{credentials}127.0.0.1:{server.port}"


async def test_the_argument_names_a_proxy(site, serve, client, call):
    proxy = serve(forwarding)
    exchange = Exchange(client(site.url, proxy=address(proxy), ca=site.ca))
    for _ in range(2):
        assert (await call(exchange, "PUT", "/a%2Fb", body={"a": 1})).status == 200
    assert [(s.method, s.target, s.body) for s in site.seen] == [("PUT", "/v2/a%2Fb", b'{"a":1}')] * 2
    assert site.seen[0]["authorization"] == "Bearer secret-token"
    assert [n for n, _ in site.seen[0].headers].count("accept") == 1
    assert proxy.connections == 1
    if site.scheme == "https":  # all that it sees of two calls is where one tunnel goes
        assert [(s.method, s.target) for s in proxy.seen] == [("CONNECT", f"127.0.0.1:{site.port}")]
        assert "secret-token" not in str(proxy.seen)
    else:
        assert [(s.method, s.target) for s in proxy.seen] == [("PUT", f"{site.url}/v2/a%2Fb")] * 2


@pytest.mark.parametrize("form", ["http://{}", "{}"])
async def test_the_environment_names_a_proxy(site, serve, client, call, monkeypatch, form):
    proxy, other = serve(forwarding), serve()
    monkeypatch.setenv(f"{site.scheme}_proxy", form.format(f"127.0.0.1:{proxy.port}"))
    monkeypatch.setenv("HTTPS_PROXY" if site.scheme == "http" else "HTTP_PROXY", address(other))
    await call(Exchange(client(site.url, ca=site.ca)))
    assert (len(proxy.seen), len(site.seen), len(other.seen)) == (1, 1, 0)


async def test_the_environment_counts_at_the_first_request(site, serve, client, call, monkeypatch):
    proxy = serve(forwarding)
    exchange = Exchange(client(site.url, ca=site.ca))
    monkeypatch.setenv(f"{site.scheme}_proxy", address(proxy))
    await call(exchange)
    monkeypatch.delenv(f"{site.scheme}_proxy")
    await call(exchange)
    assert proxy.seen[-1].connection == 1
    assert len(site.seen) == 2
    await call(Exchange(client(site.url, ca=site.ca)))  # a new client reads it anew
    assert proxy.connections == 1


@pytest.mark.parametrize("exempt", ["127.0.0.1", "*", "other.example,127.0.0.1:{port}"])
async def test_no_proxy_is_obeyed(site, client, call, monkeypatch, exempt):
    monkeypatch.setenv(f"{site.scheme}_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", exempt.format(port=site.port))
    assert (await call(Exchange(client(site.url, ca=site.ca)))).status == 200


async def test_all_proxy_is_for_both_schemes(site, serve, client, call, monkeypatch):
    proxy = serve(forwarding)
    monkeypatch.setenv("ALL_PROXY", address(proxy))
    await call(Exchange(client(site.url, ca=site.ca)))
    assert proxy.connections == 1


async def test_credentials_reach_the_proxy_and_nobody_else(site, serve, client, call):
    proxy = serve(forwarding)
    made = client(site.url, proxy=address(proxy, f"ann:{PASSWORD}@"), ca=site.ca)
    assert (await call(Exchange(made))).status == 200
    assert proxy.seen[0]["proxy-authorization"] == WITH_CREDENTIALS
    assert site.seen[0]["proxy-authorization"] is None
    shown = repr(vars(made)) + repr(vars(made.transport))
    assert PASSWORD not in shown
    assert "p@ss" not in shown
    assert WITH_CREDENTIALS not in shown


@pytest.mark.parametrize("status", [403, 407])
async def test_a_proxy_that_refuses_a_tunnel_is_believed(serve, client, call, status):
    def refusing(server: Server, peer: Peer) -> None:
        server.seen.append(peer.read())
        peer.send(answer(status, b"no").replace(b" X\r\n", b" Not You\r\n", 1))

    proxy = serve(refusing)
    made = client("https://api.example", proxy=address(proxy, f"ann:{PASSWORD}@"))
    with pytest.raises(do.NetworkError, match=f"the proxy refused the connection: {status} Not You") as caught:
        await call(Exchange(made), "POST", body={})
    assert (caught.value.sent, caught.value.permanent, len(proxy.seen)) == (False, True, 1)
    assert "p@ss" not in str(caught.value)


async def test_a_proxy_that_is_not_there_is_named(site, client, call):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    made = client(site.url, proxy=f"http://ann:{PASSWORD}@127.0.0.1:{port}", ca=site.ca)
    with pytest.raises(do.NetworkError, match=f"cannot connect to the proxy at 127.0.0.1:{port}: ") as caught:
        await call(Exchange(made), "POST", body={})
    assert (caught.value.sent, caught.value.attempts) == (False, 3)
    assert "p@ss" not in str(caught.value)
    assert not site.seen


async def test_the_certificate_behind_a_proxy_is_checked(serve, authority, client, call):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    server, proxy = serve(tls=context), serve(forwarding)
    with pytest.raises(do.NetworkError, match="the certificate is not trusted") as caught:
        await call(Exchange(client(server.url, proxy=address(proxy))))
    assert not caught.value.sent
    assert not server.seen


async def test_a_proxy_of_another_kind_is_refused_with_a_reason(site, client, call, monkeypatch):
    with pytest.raises(ValueError, match=r"socks5://127\.0\.0\.1:1 is not a proxy that can be used") as caught:
        await call(Exchange(client(site.url, proxy="socks5://ann:secret@127.0.0.1:1")))
    assert "secret" not in str(caught.value)
    monkeypatch.setenv(f"{site.scheme}_proxy", "socks5://127.0.0.1:1")
    with pytest.raises(ValueError, match="http:// and https:// ones can"):
        await call(Exchange(client(site.url, ca=site.ca)))
