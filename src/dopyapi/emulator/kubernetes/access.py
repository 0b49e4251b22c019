"""What lets people into a cluster. No API server listens: the addresses and tokens are good for files and programs."""

from __future__ import annotations

import base64
import os
from datetime import timedelta
from typing import Any

from ..clock import stamp
from ..context import Context
from ..store import Document
from .clusters import server
from .settings import invalid

_WEEK = 7 * 24 * 3600
_CA = """-----BEGIN CERTIFICATE-----
MIIBjTCCATKgAwIBAgIUaarWR/iKDzabbhfp+A62aIXpO04wCgYIKoZIzj0EAwIw
OTEZMBcGA1UECgwQZG9weWFwaSBlbXVsYXRvcjEcMBoGA1UEAwwTZW11bGF0ZWQg
Y2x1c3RlciBDQTAgFw0yNjAxMDEwMDAwMDBaGA8yMDU2MDEwMTAwMDAwMFowOTEZ
MBcGA1UECgwQZG9weWFwaSBlbXVsYXRvcjEcMBoGA1UEAwwTZW11bGF0ZWQgY2x1
c3RlciBDQTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABJ50kanHslCQaNnLAxJM
kXWfrsw+KIG2W4xtOPMZVdmherq/J/wdc34FLb4BGgD2EhGTZu8QsPtoa9zeGGDN
LGyjFjAUMBIGA1UdEwEB/wQIMAYBAf8CAQAwCgYIKoZIzj0EAwIDSQAwRgIhALwr
XWTJvpiZCEeia06UdzI24qa25Zk7bn+cBsPuIE6NAiEA6q5GM3oc2nijryg+OV2P
o++oTxYatue+01kvM4hXqpw=
-----END CERTIFICATE-----
"""
"""A certificate that any program can read; its key was thrown away."""


def credentials(context: Context, cluster: Document) -> dict[str, Any]:
    """What a program connects with."""
    return {
        "server": server(cluster),
        "certificate_authority_data": _authority(),
        "client_certificate_data": None,
        "client_key_data": None,
        "token": _token(),
        "expires_at": stamp(context.now + timedelta(seconds=_expiry(context))),
    }


def kubeconfig(context: Context, cluster: Document) -> bytes:
    """A kubeconfig file. Whatever is written into it is free of what YAML would read otherwise."""
    name = f"do-{cluster.body['region']}-{cluster.body['name']}"
    _expiry(context)
    sso = cluster.body["sso"]
    kind = context.query.get("type") or ("sso" if sso["enabled"] else "token")
    if kind not in ("token", "sso"):
        raise invalid(f"type must be token or sso, not {kind!r}")
    if kind == "sso" and not sso["enabled"]:
        raise invalid("single sign-on is not enabled for this cluster")
    if kind == "token" and sso["required"]:
        raise invalid("this cluster requires single sign-on: ask for the type sso")
    user = f"    token: {_token()}" if kind == "token" else _EXEC.format(key=cluster.key)
    return _FILE.format(name=name, authority=_authority(), server=server(cluster), user=user).encode()


_FILE = """apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: {authority}
    server: {server}
  name: {name}
contexts:
- context:
    cluster: {name}
    user: {name}-admin
  name: {name}
current-context: {name}
kind: Config
preferences: {{}}
users:
- name: {name}-admin
  user:
{user}
"""
_EXEC = """    exec:
      apiVersion: client.authentication.k8s.io/v1
      args:
      - kubernetes
      - cluster
      - kubeconfig
      - exec-credential
      - --version=v1
      - {key}
      command: doctl
      interactiveMode: IfAvailable
      provideClusterInfo: false"""


def _authority() -> str:
    return base64.b64encode(_CA.encode()).decode()


def _token() -> str:
    # A letter first: digits alone would be a number to YAML.
    return "t" + os.urandom(32).hex()[1:]


def _expiry(context: Context) -> int:
    """Seconds that new credentials are valid."""
    text = context.query.get("expiry_seconds") or "0"
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise invalid(f"expiry_seconds must be a number of seconds, 0 or more, not {text!r}")
    return int(text) or _WEEK
