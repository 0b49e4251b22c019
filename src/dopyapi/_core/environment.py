"""What the environment says of the network: proxies, and whom to trust."""

from __future__ import annotations

import os
import sys
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from .connection import Proxy
from .secrets import Secret

if TYPE_CHECKING:
    import ssl

CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Read beside ``SSL_CERT_FILE`` and ``SSL_CERT_DIR``, which OpenSSL reads itself."""
SYSTEMS_WITH_SETTINGS = ("darwin", "win32", "cygwin")
"""Where proxies are set outside of the environment, too."""


def proxy_at(url: str) -> Proxy:
    """The proxy that a URL, with or without ``http://`` and credentials, means.

    Raises:
        ValueError: it is not an HTTP proxy.
    """
    parts = urlsplit(url if "://" in url else f"http://{url}")
    place = parts.netloc.rpartition("@")[2]
    if parts.scheme not in ("http", "https") or not place:
        raise ValueError(f"{parts.scheme}://{place} is not a proxy that can be used; http:// and https:// ones can")
    authorization = None
    if parts.username is not None:
        from base64 import b64encode

        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        authorization = Secret(f"Basic {b64encode(pair.encode()).decode()}")
    return Proxy(f"{parts.scheme}://{place}", authorization)


def environment_proxy(url: str) -> Proxy | None:
    """The proxy that the environment names for a URL."""
    if sys.platform not in SYSTEMS_WITH_SETTINGS and not any(name[-6:].lower() == "_proxy" for name in os.environ):
        return None
    from urllib.request import getproxies, proxy_bypass  # takes as long to load as all of ours

    proxies = getproxies()
    parts = urlsplit(url)
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    return proxy_at(proxy) if proxy and not proxy_bypass(parts.netloc) else None


def context(ca: Any) -> ssl.SSLContext:
    """The TLS context for a choice of CA certificates; made once a process."""
    import ssl

    if isinstance(ca, ssl.SSLContext):
        return ca
    place = ca or next((v for name in CA_VARIABLES if (v := os.environ.get(name))), None)
    return _context(
        None if place is None else str(place), os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    )


@cache
def _context(place: str | None, *environment: str | None) -> ssl.SSLContext:
    import ssl

    if place is None:
        return ssl.create_default_context()
    from pathlib import Path

    path = Path(place)
    if not path.exists():
        raise FileNotFoundError(f"there are no CA certificates at {place!r}")
    if not path.is_dir():
        try:
            return ssl.create_default_context(cafile=place)
        except ssl.SSLError:
            raise ValueError(f"{place!r} holds no CA certificates in PEM form") from None
    # OpenSSL looks into a folder only for names like 5ed36f99.0, which `openssl rehash` makes.
    made = ssl.create_default_context(capath=place)
    if not any(_is_hashed(file.name) for file in path.iterdir()):
        for file in sorted(path.iterdir()):
            if file.suffix in (".pem", ".crt", ".cer"):
                made.load_verify_locations(file)
    return made


def _is_hashed(name: str) -> bool:
    digits, _, number = name.partition(".")
    return len(digits) == 8 and number.isdigit() and all(c in "0123456789abcdef" for c in digits)
