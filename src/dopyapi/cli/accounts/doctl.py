"""The contexts of doctl, which are read where they are and never changed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dopyapi._core.secrets import Secret

from ..failing import warn
from .places import home

DEFAULT = "default"
"""What doctl calls the context whose token is ``access-token``."""


@dataclass(frozen=True)
class Doctl:
    """What doctl knows.

    Attributes:
        current: the context that it uses.
        tokens: by the names of contexts.
        api_url: where its API is, if it is not DigitalOcean's own.
    """

    current: str = DEFAULT
    tokens: Mapping[str, Secret] = field(default_factory=dict, repr=False)
    api_url: str | None = None


def places() -> list[Path]:
    """Where its file may be: on Linux, on macOS, and as a snap."""
    named = os.environ.get("XDG_CONFIG_HOME", "")
    found = [Path(named, "doctl")] if Path(named).is_absolute() else []
    found += [
        home(".config/doctl"),
        home("Library/Application Support/doctl"),
        home("snap/doctl/current/.config/doctl"),
    ]
    return [folder / "config.yaml" for folder in found]


def read() -> Doctl:
    """What is in the first of its files; nothing where there is none, or it cannot be read."""
    for path in places():
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            continue
        except (OSError, UnicodeDecodeError) as problem:
            _pass_over(path, getattr(problem, "strerror", None) or "it is no text")
            continue
        return _parsed(path, text)
    return Doctl()


def _parsed(path: Path, text: str) -> Doctl:
    import yaml

    try:
        data: Any = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe ones
    except yaml.YAMLError as problem:
        # Its own message shows what stands there, which may be a token.
        mark = getattr(problem, "problem_mark", None)
        _pass_over(path, f"line {mark.line + 1} is no YAML" if mark is not None else "it is no YAML")
        return Doctl()
    if not isinstance(data, dict):
        return Doctl()
    tokens = {DEFAULT: data.get("access-token")}
    named = data.get("auth-contexts")
    tokens |= {str(name): token for name, token in named.items()} if isinstance(named, dict) else {}
    return Doctl(
        str(data.get("context") or DEFAULT),
        {name: Secret(token) for name, token in tokens.items() if isinstance(token, str) and token},
        str(data["api-url"]) if data.get("api-url") else None,
    )


_said: set[Path] = set()


def _pass_over(path: Path, why: str) -> None:
    if path in _said:
        return
    _said.add(path)
    warn(f"doctl's {path} cannot be read: {why}")
