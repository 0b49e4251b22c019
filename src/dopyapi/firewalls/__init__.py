"""Firewalls: what traffic Droplets let in and out."""

from __future__ import annotations

from .firewall import Firewall
from .rules import InboundRule, Location, OutboundRule, Rule, RuleError

__all__ = ["Firewall", "InboundRule", "Location", "OutboundRule", "Rule", "RuleError"]
