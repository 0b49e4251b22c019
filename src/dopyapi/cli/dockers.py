"""Docker's configuration: where it keeps passwords, and who keeps them for it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .failing import FAILED, Failure

PATIENCE = 60.0
"""Seconds that a credential helper has; it may ask its user."""


def path() -> Path:
    """Docker's configuration, where it stands for this user."""
    folder = os.environ.get("DOCKER_CONFIG") or "~/.docker"
    return Path(folder).expanduser() / "config.json"


def helper_of(config: Mapping[str, Any], host: str) -> str | None:
    """The program that Docker asks for the password of a registry, and not its file, if there is one."""
    helpers = config.get("credHelpers")
    name = (helpers.get(host) if isinstance(helpers, Mapping) else None) or config.get("credsStore")
    return f"docker-credential-{name}" if isinstance(name, str) and name else None


def installed(helper: str) -> bool:
    """Whether there is such a program."""
    return shutil.which(helper) is not None


def login_of(entry: Mapping[str, Any]) -> tuple[str, str]:
    """Name and password of one of the ``auths``."""
    if entry.get("username") and entry.get("password"):
        return str(entry["username"]), str(entry["password"])
    name, _, password = b64decode(str(entry.get("auth", ""))).decode().partition(":")
    return name, password


def store(helper: str, host: str, entry: Mapping[str, Any]) -> None:
    """Give the password of a registry to a helper, past the file.

    Raises:
        Failure: it did not take it.
    """
    name, password = login_of(entry)
    _ask(helper, "store", json.dumps({"ServerURL": host, "Username": name, "Secret": password}), password)


def erase(helper: str, host: str) -> None:
    """Have a helper forget the password of a registry."""
    _ask(helper, "erase", host)


def _ask(helper: str, what: str, given: str, secret: str = "") -> None:
    try:
        done = subprocess.run(  # noqa: S603 - Docker's configuration names it
            [helper, what], input=given, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        raise Failure(f"{helper} {what} did not end within {PATIENCE:g} s", FAILED) from None
    if done.returncode:
        said = " ".join((done.stdout + done.stderr).split())
        said = said.replace(secret, "...") if secret else said
        raise Failure(f"{helper} {what} failed: {said[:200] or f'exit status {done.returncode}'}", FAILED)


def without(config: dict[str, Any], host: str) -> tuple[dict[str, Any], bool]:
    """A configuration without the password of a registry, and whether it had one."""
    auths = config.get("auths")
    if not isinstance(auths, dict) or host not in auths:
        return config, False
    return {**config, "auths": {name: entry for name, entry in auths.items() if name != host}}, True
