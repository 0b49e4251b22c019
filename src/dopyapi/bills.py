"""Bills: what the account owes, what it was billed and has paid, and what each day has cost."""

from __future__ import annotations

from datetime import date, datetime

from ._core.declare import collection, member, unsupported
from ._core.fields import Static, attr
from ._core.page import Page
from ._core.resource import ActiveRecord

_READ_ONLY = "DigitalOcean keeps the books; read its attributes"
_LIST_ONLY = "entries are made by DigitalOcean and come by list()"


class Balance(ActiveRecord):
    """What the account owes: ``Balance().month_to_date_balance``. Amounts are dollars as decimal text.

    In DigitalOcean's API reference: Billing.
    """

    _url, _single, _plural = "customers/my/balance", "balance", "balance"

    month_to_date_balance: Static[str]
    """All that is owed at `generated_at`: `account_balance` and `month_to_date_usage` together."""
    account_balance: Static[str]
    """What is owed for the months that have been billed; below zero, what DigitalOcean owes."""
    month_to_date_usage: Static[str]
    """What the current month has cost until `generated_at`."""
    generated_at: Static[datetime]
    """The moment that the amounts are of."""

    load = member.load("/customers/my/balance")
    list = unsupported("list", f"there is one balance; {_READ_ONLY}")
    create = unsupported("create", _READ_ONLY)
    save = unsupported("save", _READ_ONLY)
    delete = unsupported("delete", _READ_ONLY)


class BillingHistory(ActiveRecord):
    """An entry in the account's books: an invoice, a payment, a credit.

    In DigitalOcean's API reference: Billing.
    """

    _url, _single, _plural = "customers/my/billing_history", "billing_history", "billing_history"

    description: Static[str]
    """What it is, in words."""
    amount: Static[str]
    """Dollars as decimal text; below zero for what lowers the debt, such as a payment."""
    ammount: Static[str] = attr(wire="amount")
    """The same, as the API reference spells it."""
    invoice_id: Static[str | None]
    """Number of the invoice, where the entry is one."""
    invoice_uuid: Static[str | None]
    """Identifier of the invoice, where the entry is one."""
    date: Static[datetime]
    """When it happened."""
    type: Static[str]
    """`Invoice`, `Payment`, `Credit`, `Refund`, `Adjustment`, `AttemptFailed` ..."""

    load = unsupported("load", _LIST_ONLY)
    create = unsupported("create", _LIST_ONLY)
    save = unsupported("save", _LIST_ONLY)
    delete = unsupported("delete", _LIST_ONLY)

    @collection.list("/customers/my/billing_history")
    def list(cls, *, page: int = 1, per_page: int = 20) -> Page[BillingHistory]:
        """List the entries, newest first.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...


class BillingInsight(ActiveRecord):
    """What one resource has cost on one day, by the estimate that DigitalOcean makes every night.

    In DigitalOcean's API reference: Billing.
    """

    _url, _single, _plural = "billing", "data_point", "data_points"

    usage_team_urn: Static[str]
    """URN of the team that used it."""
    start_date: Static[str]
    """The day, as `2025-01-31`."""
    total_amount: Static[str]
    """Dollars as decimal text."""
    region: Static[str]
    """Slug of the region."""
    sku: Static[str]
    """What is billed, as a code."""
    description: Static[str]
    """What is billed, as on an invoice."""
    group_description: Static[str]
    """What it belongs to, such as the name of a cluster; empty where it stands for itself."""

    load = unsupported("load", _LIST_ONLY)
    create = unsupported("create", _LIST_ONLY)
    save = unsupported("save", _LIST_ONLY)
    delete = unsupported("delete", _LIST_ONLY)

    @collection.list("/billing/{account_urn}/insights/{start_date}/{end_date}")
    def list(
        cls, account_urn: str, start_date: date | str, end_date: date | str, *, page: int = 1, per_page: int = 20
    ) -> Page[BillingInsight]:
        """List what a team's resources have cost day by day.

        Args:
            account_urn: URN of the team, such as ``Account().team.urn``, or of an organization.
            start_date: the first day.
            end_date: the last day, at most 31 days later.
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...
