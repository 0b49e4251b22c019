"""Public IP addresses replaced by those that are reserved for documentation, the same for the same."""

from __future__ import annotations

import ipaddress
import re
from threading import Lock

_V4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?:/\d{1,2})?(?![\w.]*\w)")
_V6 = re.compile(r"(?<![\w:.])(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4}(?:/\d{1,3})?(?![\w:.])")
_RANGES = tuple(ipaddress.IPv4Network(text) for text in ("203.0.113.0/24", "198.51.100.0/24", "198.18.0.0/15"))
_BLOCKS = ipaddress.IPv4Network("240.0.0.0/5")
_OURS = int(ipaddress.IPv6Address("2001:db8::"))


class Addresses:
    """The public addresses that one recording has met, and what stands for each."""

    def __init__(self) -> None:
        self._of: dict[str, str] = {}
        self._single = self._blocks = self._v6 = 0
        self._lock = Lock()

    def text(self, text: str) -> str:
        """A text with its public addresses replaced; private ones and networks of many users stay."""
        if "." in text:
            text = _V4.sub(lambda found: self._replaced(found[0]), text)
        if ":" in text:
            text = _V6.sub(lambda found: self._replaced(found[0]), text)
        return text

    def _replaced(self, text: str) -> str:
        try:
            network = ipaddress.ip_network(text, strict=False)
        except ValueError:
            return text
        if not network.is_global:
            return text
        with self._lock:
            known = self._of.get(text)
            if known is None:
                known = self._of[text] = self._made(network, text)
            return known

    def _made(self, network: ipaddress.IPv4Network | ipaddress.IPv6Network, text: str) -> str:
        address, slash, length = text.partition("/")
        if network.num_addresses == 1:
            if slash:
                known = self._of.get(address)
                if known is None:
                    known = self._of[address] = self._address(network.version)
                return f"{known}/{length}"
            return self._address(network.version)
        if network.version == 6:
            if network.prefixlen < 48:
                return text
            self._v6 += 1
            start = ipaddress.IPv6Address(_OURS + (self._v6 << 80))
            return f"{start}/{length}"
        if network.prefixlen < 24:
            return text  # of a provider, and not of somebody
        self._blocks += 1
        return f"{_BLOCKS[self._blocks * 256]}/{length}"

    def _address(self, version: int) -> str:
        if version == 6:
            self._v6 += 1
            return str(ipaddress.IPv6Address(_OURS + (self._v6 << 64) + 1))
        self._single += 1
        number = self._single
        for network in _RANGES:
            if number < network.num_addresses - 1:
                return str(network[number])
            number -= network.num_addresses - 2
        raise ValueError("a recording has more public addresses than there are to stand for them")
