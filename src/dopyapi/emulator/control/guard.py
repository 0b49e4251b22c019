"""Who may control an emulator: whoever has its token, and without one whoever is on this machine - but no web page.

A page that the user looks at can make the browser send requests to this machine. What it sends says where it comes
from (``Origin``, ``Sec-Fetch-Site``); and a page whose own name has been made to lead here, which is then the same
origin to the browser, gives itself away by that name. So names are taken that nobody outside can own: addresses,
``localhost``, names without a dot, and those reserved for private use.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..errors import Refused, forbidden

if TYPE_CHECKING:
    from ..answering import Asked
    from ..server import Emulator

_PRIVATE_ENDINGS = (".localhost", ".test", ".invalid", ".example", ".internal", ".home.arpa")
_OWN_SITE = ("same-origin", "none")


def refuse_strangers(
    emulator: Emulator, asked: Asked, authenticate: Callable[[Mapping[str, str]], tuple[str, frozenset[str] | None]]
) -> None:
    """401 or 403 for who may not control the emulator."""
    site = asked.headers.get("sec-fetch-site")
    origin = asked.headers.get("origin")
    if (site is not None and site not in _OWN_SITE) or (origin is not None and not _same(origin, asked.base_url)):
        where = f"of {origin}" if origin not in (None, "null") else "of another origin"
        raise forbidden(f"a web page {where} must not control the emulator; ask from a page of its own, or a program")
    if emulator.tokens.demanded:
        _refuse_without_token(asked, authenticate)
    elif not _is_private(host := _host(asked.base_url), emulator.hosts):
        raise forbidden(
            f"the emulator does not know itself as {host!r}, so this may be a web page that made its own name lead"
            f" here; use 127.0.0.1 or localhost, name it with --hosts {host}, or demand a token with --token"
        )


def _refuse_without_token(
    asked: Asked, authenticate: Callable[[Mapping[str, str]], tuple[str, frozenset[str] | None]]
) -> None:
    try:
        _, scopes = authenticate(asked.headers)
    except Refused:
        raise Refused(
            401,
            "this emulator demands a token, for its control too: send it as 'authorization: Bearer TOKEN'",
            headers={"www-authenticate": 'Bearer realm="dopyapi emulator", Basic realm="dopyapi emulator"'},
        ) from None
    if scopes is not None:
        raise forbidden("a token with scopes cannot control the emulator; it takes one with full access")


def _same(origin: str, base_url: str) -> bool:
    """Whether an origin is the emulator's own, however the ports that go without saying are written."""
    return _origin(origin) == _origin(base_url)


def _origin(url: str) -> tuple[str, str | None, int | None] | None:
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return None


def _host(base_url: str) -> str:
    try:
        return (urlsplit(base_url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_private(host: str, further: frozenset[str]) -> bool:
    if host in further or (host and "." not in host) or host.endswith(_PRIVATE_ENDINGS):
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
