"""What a rule finds, and how grave that is."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..fleet.addresses import Network
from ..fleet.prices import Price, cents

LEVELS = ("info", "warning", "critical")
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Limits:
    """From where on something is found.

    Attributes:
        snapshot_age: days after which a snapshot is old.
        expiry: days before its end at which a certificate is about to expire.
        ours: networks of the user's that are not in this account.
    """

    snapshot_age: int = 90
    expiry: int = 30
    ours: tuple[Network, ...] = ()


@dataclass(frozen=True)
class Finding:
    """Something that costs money or trust for nothing.

    Attributes:
        level: one of `LEVELS`.
        resource: what it is, such as `volume`.
        id: its identifier.
        name: how it is called.
        what: what was found.
        why: why that matters.
        fix: the commands that mend it, without the name of the program; words in capitals are to be filled in.
        wasteful: whether it costs money for nothing.
        price: what it costs, where that is known.
        kind: the rule's name, which the table sets.
    """

    level: str
    resource: str
    id: str
    name: str
    what: str
    why: str
    fix: tuple[str, ...]
    wasteful: bool = False
    price: Price | None = None
    kind: str = ""

    @property
    def monthly(self) -> Decimal | None:
        """US dollars a month; 0 where it is no waste of money, nothing where that is unknown."""
        if not self.wasteful:
            return Decimal(0)
        return None if self.price is None else self.price.monthly

    def shown(self, program: str) -> dict[str, Any]:
        """It as JSON.

        Args:
            program: how a command of this account begins.
        """
        monthly = self.monthly
        return {
            "kind": self.kind,
            "level": self.level,
            "resource": self.resource,
            "id": self.id,
            "name": self.name,
            "what": self.what,
            "why": self.why,
            "monthly_cost": None if monthly is None else float(cents(monthly)),
            "cost_source": (self.price.source if self.price else UNKNOWN) if self.wasteful else None,
            "fix": [f"{program} {command}" for command in self.fix],
        }


def gravest(findings: list[Finding]) -> list[Finding]:
    """The findings, the gravest first, then what costs most."""
    return sorted(findings, key=lambda f: (-LEVELS.index(f.level), -(f.monthly or 0), f.kind, f.name, f.id))


def at_least(findings: list[Finding], level: str) -> list[Finding]:
    """The findings of a level and above."""
    return [finding for finding in findings if LEVELS.index(finding.level) >= LEVELS.index(level)]
