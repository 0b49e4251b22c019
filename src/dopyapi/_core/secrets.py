"""Strings that must not be seen."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

REDACTED = "REDACTED"
SENSITIVE = r"(?i)token|secret|passw|credential|signature|access_?key|api_?key|^(sig|auth.*)$"
"""Names of query parameters whose values are not shown."""
HARMLESS = "page_token"
"""Says where a page begins."""


class Secret(str):
    """A string that works as one everywhere but shows itself nowhere.

    Debuggers and tracebacks print ``repr`` of what they find, so the token is kept in this form in every local
    variable and header of ours.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return str, ("***",)


class Arguments(dict[str, Any]):
    """What a call is given, by name: passwords may be among it, and tracebacks show what functions hold."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{', '.join(self)}>"


def redacted(url: str) -> str:
    """A URL as it may be shown: without a password, and without the values of parameters that sound like secrets."""
    if "@" in url:
        url = re.sub(r"//[^/?#]*@", f"//{REDACTED}:{REDACTED}@", url, count=1)
    head, mark, query = url.partition("?")
    return head + mark + "&".join(map(_shown, query.split("&"))) if mark else url


def _shown(pair: str) -> str:
    name, equals, _ = pair.partition("=")
    return name + equals + REDACTED if name != HARMLESS and re.search(SENSITIVE, unquote(name)) else pair
