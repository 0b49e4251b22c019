"""What is shown of requests and answers holds no secret."""

from __future__ import annotations

import re
from typing import Any

from dopyapi._core.secrets import Secret

HIDDEN = "..."
TOKEN = re.compile(r"do[a-z]_v1_\w+")
"""What DigitalOcean's tokens look like."""
SHORTEST = 20
"""Characters of a token that is looked for in texts; a word that stands for one, as in tests, is none."""
_PASSWORD = re.compile(r"//([^/?#@:\s]*):[^/?#@\s]*@")
_tokens: set[str] = set()


def never_show(token: str) -> Secret:
    """A token that is taken out of whatever is written, errors and tracebacks included."""
    if len(token) >= SHORTEST:
        _tokens.add(str.__str__(token))
    return Secret(token)


def masked(text: str) -> str:
    """A text without tokens: without those that are known here, and without what looks like one."""
    for token in _tokens:
        text = text.replace(token, HIDDEN)
    return TOKEN.sub(HIDDEN, text)


def hidden(value: Any, within: tuple[str, ...] = ()) -> Any:
    """JSON without its secrets.

    Args:
        value: of a request or an answer.
        within: names of the fields that it stands in.
    """
    from dopyapi._facts.secrets import BESIDE

    if isinstance(value, dict):
        secret = bool(within) and _secret(within[-1], within[:-1])
        return {
            name: each if secret and name in BESIDE else hidden(each, (*within, str(name).lower()))
            for name, each in value.items()
        }
    if isinstance(value, list):
        return [hidden(each, within) for each in value]
    if isinstance(value, str) and value and any(_secret(name, within[:n]) for n, name in enumerate(within)):
        return HIDDEN
    return _in_text(value) if isinstance(value, str) else value


def _in_text(text: str) -> str:
    """A text without what is secret in any: a private key, the password in a URL, a token."""
    if "PRIVATE KEY-----" in text:
        return HIDDEN
    return masked(_PASSWORD.sub(f"//\\1:{HIDDEN}@", text) if "@" in text else text)


def _secret(name: str, within: tuple[str, ...]) -> bool:
    from dopyapi._facts.secrets import HARMLESS, SECRET, SOUNDS_SECRET, WITHIN

    if name in SECRET or any((name, outer) in WITHIN for outer in within):
        return True
    return name not in HARMLESS and bool(SOUNDS_SECRET.search(name))
