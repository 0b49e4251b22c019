"""What a cluster is entered with."""

from __future__ import annotations

import shutil
import sys
from typing import Any

from ..accounts.account import DOCTL, EMULATOR, OWN
from ..accounts.choosing import used

VERSION = "client.authentication.k8s.io/v1"


def asking(cluster: str, account: list[str], expiry_seconds: int) -> dict[str, Any]:
    """A user of a kubeconfig for whom kubectl asks this command line, whenever it needs a token.

    Args:
        cluster: identifier of the cluster.
        account: the options that choose the account.
        expiry_seconds: how long each token is valid.
    """
    program = shutil.which("dopy")
    start = [program] if program else [sys.executable, "-m", "dopyapi.cli"]
    more = ["--expiry-seconds", str(expiry_seconds)] if expiry_seconds else []
    return {
        "exec": {
            "apiVersion": VERSION,
            "command": start[0],
            "args": [*start[1:], *account, "kubeconfig", "token", cluster, *more],
            "interactiveMode": "Never",
            "provideClusterInfo": False,
        }
    }


def account_options() -> list[str]:
    """The options that choose the account that is used now, whichever is the usual one later.

    There are none for a token of the environment: that has to be there when kubectl asks, too.
    """
    account = used()
    if account is None:
        return []
    if account.source == EMULATOR:
        return ["--emulator"]
    return ["--context", account.name] if account.source in (OWN, DOCTL) else []


def credential(token: str, expires_at: str | None) -> dict[str, Any]:
    """A token in the form in which kubectl takes it from a command."""
    status = {"token": token, **({"expirationTimestamp": expires_at} if expires_at else {})}
    return {"apiVersion": VERSION, "kind": "ExecCredential", "status": status}
