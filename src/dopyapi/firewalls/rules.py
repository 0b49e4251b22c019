"""Rules of firewalls, and where they let traffic come from or go to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

from .._core.codec import encode
from .._core.errors import ClientError
from .._core.members import OneOrMany, many
from .._core.values import Value

if TYPE_CHECKING:
    from .._core.client import Client
    from .._core.resource import Resource
    from ..droplets import Droplet
    from ..tags import Tag

PROTOCOLS = ("tcp", "udp", "icmp")
ALL_PORTS = ("all", "0")
"""Two ways to say all ports; the API answers with the second."""
EVERYWHERE = ("0.0.0.0/0", "::/0")
LAST_PORT = 65535
_PORTS = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")


class RuleError(ClientError):
    """A rule that cannot be, refused before anything is sent.

    Args:
        args: what is wrong.
        kwargs: as of `APIError`.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(" ".join(map(str, args)) or "the rule cannot be", **kwargs)


@dataclass(init=False)
class Location(Value):
    """Where traffic comes from or goes to: addresses, Droplets, load balancers, Kubernetes clusters, tags.

    Each may be given as one or as many; resources as objects or by their identifiers.

    Args:
        addresses: IPv4 and IPv6 addresses and CIDR ranges.
        droplet_ids: Droplets, or their numbers.
        load_balancer_uids: load balancers, or their identifiers.
        tags: names of tags: all Droplets that carry one.
        kubernetes_ids: Kubernetes clusters, or their identifiers.
    """

    addresses: list[str]
    droplet_ids: list[int]
    load_balancer_uids: list[str]
    tags: list[str]
    kubernetes_ids: list[str]

    def __init__(
        self,
        addresses: OneOrMany[str] | None = None,
        droplet_ids: OneOrMany[Droplet | int] | None = None,
        load_balancer_uids: OneOrMany[Resource | str] | None = None,
        tags: OneOrMany[Tag | str] | None = None,
        kubernetes_ids: OneOrMany[Resource | str] | None = None,
    ) -> None:
        given = {
            "addresses": addresses,
            "droplet_ids": droplet_ids,
            "load_balancer_uids": load_balancer_uids,
            "tags": tags,
            "kubernetes_ids": kubernetes_ids,
        }
        for name, value in given.items():
            setattr(self, name, many(value))
        self._absent = {name: [] for name, value in given.items() if value is None}


@dataclass(eq=False)
class Rule(Value):
    """What inbound and outbound rules have in common.

    Two rules are equal when they let the same traffic through: `all` and `0` are the same ports.

    Attributes:
        protocol: `tcp`, `udp` or `icmp`.
        ports: one port, a range such as `8000-9000`, or `all`; the API answers `0` for all ports.
    """

    protocol: str = "tcp"
    ports: str = "all"

    _where: ClassVar[str] = ""
    """The member that says where from or where to."""
    _received: ClassVar[bool] = False
    """Whether the API sent it, which then knows best what can be."""

    def __post_init__(self) -> None:
        ports: Any = self.ports
        if isinstance(ports, int):
            self.ports = str(ports)

    @classmethod
    def _from_json(cls, data: Any, client: Client | None = None) -> Self:
        rule = super()._from_json(data, client)
        made: Any = rule  # a shape that we do not know passes through
        if isinstance(made, Rule):
            object.__setattr__(made, "_received", True)
        return rule

    def get_json(self) -> dict[str, Any]:
        """The rule as the API writes it.

        Raises:
            RuleError: it cannot be, and why.
        """
        if not self._received:
            self._check()
        result = super().get_json()
        if self.protocol == "icmp" and result.get("ports") == "all":
            result["ports"] = "0"  # the only value that the API knows for ICMP
        return result

    def _check(self) -> None:
        """Refuse what no firewall can have."""
        kind = type(self).__name__
        if self.protocol not in PROTOCOLS:
            raise RuleError(f"protocol={self.protocol!r} of an {kind} is none of {', '.join(PROTOCOLS)}")
        if not (self.ports in ALL_PORTS or (self.protocol == "icmp" and not self.ports)):
            found = _PORTS.fullmatch(str(self.ports))
            first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
            if not 1 <= first <= last <= LAST_PORT:
                raise RuleError(
                    f"ports={self.ports!r} of an {kind} says no ports: give one such as '22', a range such as "
                    f"'8000-9000', both up to {LAST_PORT}, or 'all'"
                )
        where = getattr(self, self._where, None)
        if where is None:
            raise RuleError(
                f"an {kind} needs {self._where}: give a Location; for all the world it is "
                f"{self._where}=Location(addresses={list(EVERYWHERE)})"
            )
        if not isinstance(where, Location | Mapping):
            raise RuleError(f"{self._where}={where!r} of an {kind} is no Location")

    def _essence(self) -> dict[str, Any]:
        """What it lets through, however that is written."""
        where = encode(getattr(self, self._where, None))
        places = {name: set(map(str, found)) for name, found in where.items() if found} if where else where
        ports = "0" if self.ports in (*ALL_PORTS, None) else self.ports
        return {"protocol": self.protocol, "ports": ports, "where": places}

    def __eq__(self, other: object) -> bool:
        return self._essence() == other._essence() if type(other) is type(self) else NotImplemented

    # Names fixed by the API reference.
    getJSON = get_json


@dataclass(eq=False)
class InboundRule(Rule):
    """What may come in; what no inbound rule lets in stays outside.

    Attributes:
        sources: where it may come from; needed before the rule is sent.
    """

    sources: Location | None = None

    _where = "sources"


@dataclass(eq=False)
class OutboundRule(Rule):
    """What may go out; what no outbound rule lets out stays inside.

    Attributes:
        destinations: where it may go to; needed before the rule is sent.
    """

    destinations: Location | None = None

    _where = "destinations"


def everything_out() -> list[OutboundRule]:
    """The rules of a firewall that nobody has given any: whatever goes out may."""
    return [OutboundRule(protocol, "all", Location(EVERYWHERE)) for protocol in ("icmp", "tcp", "udp")]
