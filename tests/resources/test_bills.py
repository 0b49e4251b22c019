"""Bills: balance, history, and what each day has cost."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

import dopyapi as do
from dopyapi.account import Account
from dopyapi.bills import Balance, BillingHistory, BillingInsight
from dopyapi.invoices import Invoice

HOUR, DAY = 3600, 86400
APRIL = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture
def billed(march, call):
    """A Droplet, from noon of the 21st of March on: s-1vcpu-1gb, 0.00893 an hour."""

    async def made() -> do.Droplet:
        march.clock.advance(20.5 * DAY)
        return await call(do.Droplet.new, name="web", size="s-1vcpu-1gb", image="debian-12-x64", region="ams3")

    return made


async def test_the_balance_of_an_account_that_uses_nothing(api, call):
    balance = Balance()
    await call(balance.load)
    assert (balance.account_balance, balance.month_to_date_usage, balance.month_to_date_balance) == ("0.00",) * 3
    assert balance.generated_at == api.clock.now()
    assert balance.generated_at.tzinfo is UTC


async def test_the_balance_grows_is_billed_and_is_paid(march, call, billed):
    await billed()
    balance = Balance()

    async def owed() -> tuple[str, str, str]:
        await call(balance.load)
        return balance.account_balance, balance.month_to_date_usage, balance.month_to_date_balance

    assert await owed() == ("0.00", "0.01", "0.01")  # an hour has begun
    march.clock.advance(100 * HOUR)
    assert await owed() == ("0.00", "0.89", "0.89")
    march.clock.advance(152 * HOUR + HOUR)  # 1 April, 01:00, after 252 hours: 2.25036
    assert await owed() == ("2.25", "0.01", "2.26")
    march.clock.advance(DAY)
    assert await owed() == ("0.00", "0.22", "0.22")  # 25 x 0.00893 = 0.22325


def test_the_balance_is_fetched_when_it_is_read(api):
    assert Balance().account_balance == "0.00"
    assert Balance().json()["month_to_date_usage"] == "0.00"


async def test_the_history_has_invoices_and_payments_newest_first(march, call, billed):
    await billed()
    march.clock.advance(13 * DAY)
    payment, entry = await call(BillingHistory.list, page=1, per_page=10)
    invoice = (await call(Invoice.list))[0]
    assert (entry.type, entry.description, entry.date) == ("Invoice", "Invoice for March 2026", APRIL)
    assert (payment.type, payment.date) == ("Payment", APRIL + timedelta(days=1))
    assert (entry.invoice_uuid, entry.invoice_id) == (invoice.invoice_uuid, invoice.invoice_id)
    assert (payment.invoice_uuid, payment.invoice_id) == (None, None)
    assert entry.amount == entry.ammount == invoice.amount == "2.25"
    assert payment.amount == payment.ammount == "-2.25"
    assert [e.type for e in await call(BillingHistory.list, page=2, per_page=1)] == ["Invoice"]
    assert [e.type for e in await call.items(BillingHistory.all())] == ["Payment", "Invoice"]


async def test_days_add_up_to_the_invoice(march, call, billed):
    await billed()
    march.clock.advance(15 * DAY)
    account = Account()
    await call(account.load)
    urn = account.team.urn
    assert urn == f"do:team:{account.team.uuid}"
    points = await call.items(BillingInsight.list.all(urn, date(2026, 3, 1), date(2026, 3, 31)))
    assert sum(Decimal(point.total_amount) for point in points) == Decimal("2.25")
    assert [point.start_date for point in points] == [f"2026-03-{day}" for day in range(21, 32)]
    point = points[0]
    assert (point.usage_team_urn, point.total_amount) == (urn, "0.11")  # 12 x 0.00893 = 0.10716
    assert (point.region, point.description, point.group_description) == ("ams3", "web (s-1vcpu-1gb)", "")
    assert point.sku == "droplet:s-1vcpu-1gb"
    page = await call(BillingInsight.list, urn, "2026-03-21", "2026-03-31", page=1, per_page=1)
    assert (len(page), page.total, page.has_next, page.pages) == (1, 11, True, 11)


async def test_all_days_of_a_fleet_come_although_they_have_pages_of_their_own_kind(march, call):
    await call(do.Droplet.create_many, [f"web-{n}" for n in range(30)], size="s-1vcpu-1gb", image="debian-12-x64")
    march.clock.advance(10 * DAY)
    account = Account()
    await call(account.load)
    listing = BillingInsight.list.all(account.team.urn, "2026-03-01", "2026-03-10")
    assert len(await call.items(listing)) == 30 * 10


async def test_books_cannot_be_written(api, call):
    for kind in (Balance, BillingHistory, BillingInsight):
        for name in ("create", "save", "delete"):
            with pytest.raises(do.ClientError, match=f"{kind.__name__} has no {name}"):
                await call(getattr(kind(), name))
    with pytest.raises(do.ClientError, match="there is one balance"):
        await call(Balance.list)
    with pytest.raises(do.ClientError, match=r"come by list\(\)"):
        await call(BillingHistory().load)
    with pytest.raises(AttributeError, match="set by DigitalOcean"):
        BillingHistory().amount = "0.00"


def test_an_entry_made_of_what_is_known(api):
    entry = BillingHistory({"amount": "12.34", "date": "2018-06-01T08:44:38Z", "type": "Invoice"})
    assert (entry.ammount, entry.date) == ("12.34", datetime(2018, 6, 1, 8, 44, 38, tzinfo=UTC))
