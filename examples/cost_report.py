"""What a month has cost, by product and by project: the one that runs, or one that is over.

    python examples/cost_report.py --emulator
    python examples/cost_report.py --month 2026-10 --top 5

The figures are those of the invoice, or of its preview for the month that runs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

import dopyapi as do
from accounts import FLEET, account, parser, run

WIDTH = 32


def table(title: str, sums: dict[str, Decimal], total: Decimal) -> None:
    """Print sums with bars, the largest first.

    Args:
        title: what they are by.
        sums: US dollars, by name.
        total: US dollars, of all.
    """
    print(f"\n{title}")
    for name, amount in sorted(sums.items(), key=lambda item: -item[1]):
        bar = "#" * round(WIDTH * amount / total) if total > 0 else ""
        print(f"  {name[:28]:<28} {amount:>10.2f}  {bar}")


def summed(items: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    """Sums by name.

    Args:
        items: names and US dollars.
    """
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for name, amount in items:
        sums[name] += amount
    return sums


def main() -> int:
    """Print it."""
    arguments = parser(__doc__ or "")
    arguments.add_argument("--month", metavar="YYYY-MM", help="a month that is over (default: the one that runs)")
    arguments.add_argument("--top", type=int, default=10, help="the dearest so many resources (default: %(default)s)")
    given = arguments.parse_args()
    with account(given.emulator, seed=FLEET, days=45):
        if given.month is None:
            items = list(do.InvoiceItem.list_preview.all())
            print("this month so far")
        else:
            invoice = next((i for i in do.Invoice.list.all() if i.invoice_period == given.month), None)
            if invoice is None:
                print(f"there is no invoice of {given.month}")
                return 1
            items = list(invoice.list_items.all())
            print(f"{given.month}, invoice {invoice.invoice_id}")
        amounts = [(item, Decimal(item.amount)) for item in items]
        total = sum((amount for _, amount in amounts), Decimal())
        table("by product", summed((item.product, amount) for item, amount in amounts), total)
        table("by project", summed((item.project_name or "(no project)", amount) for item, amount in amounts), total)
        each = summed((item.description, amount) for item, amount in amounts)
        dearest = sorted(each, key=each.__getitem__, reverse=True)[: given.top]
        table(f"the dearest {len(dearest)}", {name: each[name] for name in dearest}, total)
        print(f"\n  {'total, USD':<28} {total:>10.2f}")
    return 0


if __name__ == "__main__":
    run(main)
