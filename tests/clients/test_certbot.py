"""certbot's plugin for DigitalOcean: the record of a challenge is there as long as the challenge."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

import dopyapi as do
from dopyapi.testing import Server

pytestmark = pytest.mark.clients


def test_a_challenge_has_its_record_until_it_is_over(
    server: Server, ours: do.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugin = pytest.importorskip(
        "certbot_dns_digitalocean._internal.dns_digitalocean", reason="make clients installs certbot-dns-digitalocean"
    )
    from certbot import errors

    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    do.Domain.new(name="example.com")
    before = _texts()
    secret = tmp_path / "digitalocean.ini"
    secret.write_text(f"digitalocean_token = {server.token}\n")
    secret.chmod(0o600)
    config = SimpleNamespace(
        digitalocean_credentials=str(secret), digitalocean_propagation_seconds=0, noninteractive_mode=True
    )
    authenticator = plugin.Authenticator(config, "digitalocean")
    authenticator._setup_credentials()
    client = authenticator._get_digitalocean_client()
    client.add_txt_record("www.example.com", "_acme-challenge.www.example.com", "a-challenge", 30)
    client.add_txt_record("example.com", "_acme-challenge.example.com", "another", 30)
    assert _texts() - before == {
        ("_acme-challenge.www", "a-challenge", 30),
        ("_acme-challenge", "another", 30),
    }
    client.del_txt_record("www.example.com", "_acme-challenge.www.example.com", "a-challenge")
    assert _texts() - before == {("_acme-challenge", "another", 30)}
    client.del_txt_record("example.com", "_acme-challenge.example.com", "another")
    assert _texts() == before
    with pytest.raises(errors.PluginError, match="domain"):
        client.add_txt_record("elsewhere.test", "_acme-challenge.elsewhere.test", "x", 30)


def _texts() -> set[tuple[str, str, int]]:
    return {(one.name, one.data, one.ttl) for one in do.DomainRecord.list("example.com") if one.type == "TXT"}
