"""The links in answers are absolute: they lead to whoever answered first, unless they are led elsewhere."""

from __future__ import annotations

import re

import msgspec


class Links:
    """The links of answers that lead to one host.

    Parameters:
        host: with its port, where that is not the usual one.
    """

    def __init__(self, host: str) -> None:
        self._starts = tuple(f"{scheme}://{host}/" for scheme in ("https", "http"))
        # Some write a slash as \/ in JSON.
        self._pattern = re.compile(rb'"https?:(?:\\?/){2}' + re.escape(host).encode() + rb'(?=\\?[/?"])', re.IGNORECASE)

    def led_to(self, url: str, body: bytes) -> bytes:
        """A JSON answer whose ``links`` lead to another scheme and host; nothing else of it is another."""
        if not self._pattern.search(body):
            return body
        try:
            links = bytes(msgspec.json.decode(body, type=dict[str, msgspec.Raw])["links"])
        except (msgspec.DecodeError, UnicodeDecodeError, KeyError):
            return body
        return body.replace(links, self._pattern.sub(f'"{url}'.encode(), links))

    def header_led_to(self, url: str, value: str) -> str:
        """The same for a header such as ``location``."""
        start = next((start for start in self._starts if value.startswith(start)), None)
        return value if start is None else f"{url}/{value.removeprefix(start)}"
