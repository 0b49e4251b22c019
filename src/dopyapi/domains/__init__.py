"""Domains and their DNS records."""

from __future__ import annotations

from .domain import Domain
from .record import DomainRecord
from .rules import CAATag, RecordType

__all__ = ["CAATag", "Domain", "DomainRecord", "RecordType"]
