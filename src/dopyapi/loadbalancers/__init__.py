"""Load balancers: one address in front of many Droplets."""

from __future__ import annotations

from .loadbalancer import LoadBalancer
from .values import BalancerDomain, BalancerFirewall, ForwardingRule, GlobalSettings, HealthCheck, StickySession

__all__ = [
    "BalancerDomain",
    "BalancerFirewall",
    "ForwardingRule",
    "GlobalSettings",
    "HealthCheck",
    "LoadBalancer",
    "StickySession",
]
