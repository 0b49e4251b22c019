"""What a load balancer holds: rules, checks, sessions; domains and settings of global ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .._core.values import Document, Value


@dataclass
class ForwardingRule(Value):
    """What traffic a load balancer takes, and how it reaches the Droplets.

    Attributes:
        entry_protocol: `http`, `https`, `http2`, `http3`, `tcp` or `udp`.
        entry_port: where the load balancer listens.
        target_protocol: `http`, `https`, `http2`, `tcp` or `udp`.
        target_port: where the Droplets listen.
        certificate_id: the certificate, or its identifier, where TLS ends at the load balancer.
        tls_passthrough: whether TLS goes on to the Droplets.
    """

    entry_protocol: str = "http"
    entry_port: int = 80
    target_protocol: str = "http"
    target_port: int = 80
    certificate_id: str = ""
    tls_passthrough: bool = False


@dataclass
class HealthCheck(Value):
    """How a load balancer finds out whether a Droplet responds.

    Attributes:
        protocol: `http`, `https` or `tcp`.
        port: where the Droplets are asked.
        path: what they are asked for.
        check_interval_seconds: seconds between checks.
        response_timeout_seconds: seconds after which a check has failed.
        healthy_threshold: checks that a Droplet has to pass to get traffic again.
        unhealthy_threshold: checks that it has to fail to get none.
    """

    protocol: str = "http"
    port: int = 80
    path: str = "/"
    check_interval_seconds: int = 10
    response_timeout_seconds: int = 5
    healthy_threshold: int = 5
    unhealthy_threshold: int = 3


@dataclass
class StickySession(Value):
    """Whether a client is served by the same Droplet each time.

    Attributes:
        type: `cookies` or `none`.
        cookie_name: name of the cookie, of the type `cookies`.
        cookie_ttl_seconds: seconds until it expires, of the type `cookies`.
    """

    type: str = "none"
    cookie_name: str = "do-lb"
    cookie_ttl_seconds: int = 60

    def get_json(self) -> dict[str, Any]:
        """The settings as the API writes them: without cookies where there are none."""
        result = super().get_json()
        cookie = {"cookie_name": self.cookie_name, "cookie_ttl_seconds": self.cookie_ttl_seconds}
        if self.type != "none":
            return {**result, **cookie}
        return {name: value for name, value in result.items() if name not in cookie}

    # Names fixed by the API reference.
    getJSON = get_json


class BalancerFirewall(Document):
    """Who may reach a load balancer, each as `ip:1.2.3.4` or `cidr:1.2.0.0/16`."""

    allow: list[str]
    """Who may."""
    deny: list[str]
    """Who may not; this comes first."""


class BalancerDomain(Document):
    """A domain of a global load balancer."""

    name: str
    """The domain."""
    is_managed: bool
    """Whether DigitalOcean keeps its DNS."""
    certificate_id: str
    """Identifier of its certificate."""


class GlobalSettings(Document):
    """How a global load balancer forwards: target, cache, and which regions come first."""

    target_protocol: str
    """`http`, `https` or `http2`."""
    target_port: int
    """Where the regional load balancers listen: 80 or 443."""
    cdn: Document
    """`is_enabled`: whether files are kept near those who ask for them."""
    region_priorities: dict[str, int]
    """Which regions are asked first: 1 before 2, by slug."""
    failover_threshold: int
    """Percentage of Droplets that may be down before the next region is asked."""
