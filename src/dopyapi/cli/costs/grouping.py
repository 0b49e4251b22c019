"""What a month costs, by product, project or resource."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..fleet.prices import LIST, cents
from .bill import Bill
from .forecast import UNKNOWN, Cost, costs

NO_PROJECT = "(no project)"
REST = "Taxes, credits and the like"
BY: dict[str, Callable[[Cost], tuple[str, ...]]] = {
    "product": lambda cost: (cost.product,),
    "project": lambda cost: (cost.project or NO_PROJECT,),
    "resource": lambda cost: (cost.name, cost.product, cost.id),
}
"""What costs are put together by."""


@dataclass(frozen=True)
class Row:
    """What a group costs.

    Attributes:
        name: of the group.
        amount: US dollars until now.
        expected: the same at the end of the month; nothing where that is unknown of any of it.
        count: how many resources it is.
        listed: whether a list price went into what is expected.
        known: what is known of the end: what is expected where it is, and until now where it is not.
    """

    name: str
    amount: Decimal
    expected: Decimal | None
    count: int
    listed: bool
    known: Decimal

    def shown(self, by: str, *, running: bool) -> dict[str, Any]:
        """It as JSON."""
        expected = None if self.expected is None else float(cents(self.expected))
        made = {by: self.name, "amount": float(cents(self.amount))}
        return {**made, **({"expected": expected} if running else {}), "count": self.count}


@dataclass
class Overview:
    """What a month costs in all.

    Attributes:
        bill: the month.
        costs: of each resource.
    """

    bill: Bill
    costs: list[Cost]

    def rows(self, by: str) -> list[Row]:
        """What each group costs, the dearest first.

        Args:
            by: one of `BY`.
        """
        groups: dict[tuple[str, ...], list[Cost]] = {}
        for cost in self.costs:
            groups.setdefault(BY[by](cost), []).append(cost)
        rows = sorted((_row(key[0], of) for key, of in groups.items()), key=lambda r: (-r.known, -r.amount, r.name))
        rest = self.bill.rest
        return [*rows, Row(REST, rest, rest, 0, False, rest)] if rest else rows

    @property
    def unknown(self) -> list[Cost]:
        """What will cost nobody knows what."""
        return [cost for cost in self.costs if cost.expected is None]

    @property
    def expected(self) -> Decimal:
        """What is known of the end of the month, at least."""
        return self.bill.rest + sum((_known(cost) for cost in self.costs), Decimal(0))

    @property
    def listed(self) -> bool:
        """Whether list prices went into it."""
        return any(cost.source == LIST for cost in self.costs)

    def shown(self, by: Iterable[str]) -> dict[str, Any]:
        """All of it as JSON."""
        running = self.bill.running
        made: dict[str, Any] = {"month": self.bill.month, "total": float(cents(self.bill.total))}
        if running:
            made["until"] = self.bill.until.isoformat() if self.bill.until else None
            made["expected"] = None if self.unknown else float(cents(self.expected))
            made["expected_at_least"] = float(cents(self.expected))
            made["unknown"] = [cost.name for cost in self.unknown]
            made["list_prices"] = sorted({cost.product for cost in self.costs if cost.source == LIST})
            made["balance"] = self.bill.balance or None
        for each in by:
            made[f"by_{each}"] = [row.shown(each, running=running) for row in self.rows(each)]
        return made


def overview(bill: Bill) -> Overview:
    """What a month costs in all."""
    return Overview(bill, costs(bill))


def _row(name: str, of: list[Cost]) -> Row:
    known = all(cost.expected is not None for cost in of)
    least = sum((_known(cost) for cost in of), Decimal(0))
    return Row(
        name,
        sum((cost.amount for cost in of), Decimal(0)),
        least if known else None,
        len({(cost.id or cost.name) for cost in of}),
        any(cost.source == LIST for cost in of),
        least,
    )


def _known(cost: Cost) -> Decimal:
    return cost.amount if cost.expected is None else cost.expected


__all__ = ["BY", "UNKNOWN", "Overview", "Row", "overview"]
