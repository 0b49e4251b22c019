"""What the account costs. Every number is worked out by hand beside it."""

from __future__ import annotations

import csv
import io
import random
import re
import sys
from decimal import Decimal
from typing import Any

import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dopyapi.emulator import hooks

from .conftest import TOKEN, Account

MY = "/v2/customers/my"
HOUR, DAY = 3600, 86400


def download(account: Account, path: str) -> Any:
    return account.emulator.handle("GET", path, "", {"authorization": f"Bearer {TOKEN}"}, b"")


def table(account: Account, uuid: str) -> list[dict[str, str]]:
    answer = download(account, f"{MY}/invoices/{uuid}/csv")
    assert answer.headers["content-type"] == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.body.decode())))


def printed(account: Account, uuid: str) -> str:
    answer = download(account, f"{MY}/invoices/{uuid}/pdf")
    assert answer.headers["content-type"] == "application/pdf"
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.body), strict=True).pages)


def items(account: Account, uuid: str = "preview") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = account.get(f"{MY}/invoices/{uuid}?per_page=200")["invoice_items"]
    return found


def amounts(account: Account, uuid: str = "preview") -> dict[str, tuple[int, str]]:
    """Hours and dollars by description."""
    return {item["description"]: (int(item["duration"]), item["amount"]) for item in items(account, uuid)}


def balance(account: Account) -> tuple[str, str, str]:
    found = account.get(f"{MY}/balance")
    return found["account_balance"], found["month_to_date_usage"], found["month_to_date_balance"]


def total(texts: Any) -> Decimal:
    return sum((Decimal(text) for text in texts), Decimal(0))


def two_months(account: Account) -> None:
    """From 23 November, 09:30, to 2 January, 09:30: 40 days."""
    web = account.droplet("web", settled=False)  # s-1vcpu-1gb: $6, 0.00893 an hour
    account.pass_time(DAY)
    account.droplet("db", settled=False, size="s-2vcpu-2gb", backups=True)  # $18, 0.02679 an hour; backups 20 %
    account.pass_time(2 * DAY)  # 26 November, 09:30
    assert account.act(web, "snapshot", name="golden").status == 201  # there after 60 s: 4 GiB
    account.pass_time(14.5 * HOUR)  # 27 November, 00:00
    assert account.act(web, "power_off").status == 201
    account.pass_time(DAY)
    assert account.act(web, "resize", size="s-1vcpu-2gb").status == 201  # $12, 0.01786 an hour, after 60 s
    account.pass_time(1.5 * DAY)  # 29 November, 12:00
    db = account.get("/v2/droplets?name=db")["droplets"][0]
    assert account("DELETE", f"/v2/droplets/{db['id']}").status == 204
    account.pass_time(40 * DAY - (1 + 2 + 1 + 1.5) * DAY - 14.5 * HOUR)


NOVEMBER = {
    "web (s-1vcpu-1gb)": (111, "0.99"),  # 23rd 09:30 to 28th 00:01, 110 h 31 min; 111 x 0.00893 = 0.99123
    "web (s-1vcpu-2gb)": (72, "1.29"),  # to the 1st, 182.5 h in all are 183, less 111; 72 x 0.01786 = 1.28592
    "db (s-2vcpu-2gb)": (123, "3.30"),  # 24th 09:30 to 29th 12:00, 122.5 h; 123 x 0.02679 = 3.29517
    "db (weekly backups)": (123, "0.66"),  # from 30 s later; 123 x 0.005358 = 0.659034
    "golden (4 GiB)": (111, "0.04"),  # 26th 09:31 to the 1st, 110 h 29 min; 111 x 0.24 / 672 = 0.0396
}  # 6.28
DECEMBER = {
    "web (s-1vcpu-2gb)": (744, "12.00"),  # switched off all month; at most the monthly price
    "golden (4 GiB)": (744, "0.24"),
}  # 12.24
JANUARY = {
    "web (s-1vcpu-2gb)": (34, "0.61"),  # 33.5 h; 34 x 0.01786 = 0.60724
    "golden (4 GiB)": (34, "0.01"),  # 34 x 0.24 / 672 = 0.0121
}  # 0.62


def test_forty_days_add_up_to_the_penny(account: Account):
    two_months(account)
    listed = account.get(f"{MY}/invoices")
    december, november = listed["invoices"]
    assert listed["meta"]["total"] == 2
    assert (november["invoice_period"], november["amount"]) == ("2026-11", "6.28")
    assert (december["invoice_period"], december["amount"]) == ("2026-12", "12.24")
    preview = listed["invoice_preview"]
    assert (preview["invoice_period"], preview["amount"]) == ("2027-01", "0.62")
    assert preview["updated_at"] == "2027-01-02T09:30:00Z"
    assert "updated_at" not in november
    assert len({i["invoice_id"] for i in (november, december, preview)}) == 3
    assert amounts(account, november["invoice_uuid"]) == NOVEMBER
    assert amounts(account, december["invoice_uuid"]) == DECEMBER
    assert amounts(account) == amounts(account, preview["invoice_uuid"]) == JANUARY
    assert balance(account) == ("0.00", "0.62", "0.62")


def test_an_item_says_what_ran_and_from_when_to_when(account: Account):
    two_months(account)
    november = account.get(f"{MY}/invoices")["invoices"][1]
    found = {item["description"]: item for item in items(account, november["invoice_uuid"])}
    web = account.get("/v2/droplets?name=web")["droplets"][0]
    assert found["web (s-1vcpu-1gb)"] == {
        "product": "Droplets",
        "resource_id": str(web["id"]),
        "description": "web (s-1vcpu-1gb)",
        "amount": "0.99",
        "duration": "111",
        "duration_unit": "Hours",
        "start_time": "2026-11-23T09:30:00Z",
        "end_time": "2026-11-28T00:01:00Z",
        "project_name": "first-project",
    }
    assert found["web (s-1vcpu-2gb)"]["start_time"] == "2026-11-28T00:01:00Z"
    assert found["web (s-1vcpu-2gb)"]["end_time"] == "2026-12-01T00:00:00Z"
    assert found["db (weekly backups)"]["start_time"] == "2026-11-24T09:30:30Z"
    assert found["db (weekly backups)"]["end_time"] == "2026-11-29T12:00:00Z"
    assert [i["product"] for i in items(account, november["invoice_uuid"])] == [
        "Droplet Backups",
        "Droplet Snapshots",
        "Droplets",
        "Droplets",
        "Droplets",
    ]


def test_json_csv_pdf_and_summary_agree(account: Account):
    two_months(account)
    for invoice in account.get(f"{MY}/invoices")["invoices"]:
        uuid, amount = invoice["invoice_uuid"], invoice["amount"]
        listed = items(account, uuid)
        assert total(item["amount"] for item in listed) == Decimal(amount)
        lines = table(account, uuid)
        assert [(line["description"], line["hours"], line["USD"]) for line in lines] == [
            (item["description"], item["duration"], f"${item['amount']}") for item in listed
        ]
        summary = account.get(f"{MY}/invoices/{uuid}/summary")
        assert summary["amount"] == summary["product_charges"]["amount"] == amount
        by_product = {line["name"]: line for line in summary["product_charges"]["items"]}
        for product, line in by_product.items():
            own = [item["amount"] for item in listed if item["product"] == product]
            assert (Decimal(line["amount"]), int(line["count"])) == (total(own), len(own))
        assert total(line["amount"] for line in by_product.values()) == Decimal(amount)
        text = printed(account, uuid)
        assert f"Total ${amount}" in text
        shown = re.findall(r"\$(\d+\.\d\d)", text)
        expected = [line["amount"] for line in by_product.values()] + [amount] + [item["amount"] for item in listed]
        assert shown == expected
        for word in (invoice["invoice_id"], invoice["invoice_period"], *(item["description"] for item in listed)):
            assert word in text


def test_a_summary_says_whom_it_is_for(account: Account):
    account.emulator.set_account(name="Ada Byron", email="ada@example.com")
    account.droplet("web")
    summary = account.get(f"{MY}/invoices/preview/summary")
    assert (summary["user_name"], summary["user_email"]) == ("Ada Byron", "ada@example.com")
    assert summary["user_billing_address"]["country_iso2_code"] == "US"
    assert summary["billing_period"] == "2026-11"
    assert summary["product_charges"]["items"] == [{"name": "Droplets", "amount": "0.01", "count": "1"}]
    assert {summary[name]["amount"] for name in ("overages", "taxes", "credits_and_adjustments")} == {"0.00"}
    account.pass_time(10 * DAY)
    account.emulator.set_account(name="Somebody Else")
    invoice = account.get(f"{MY}/invoices")["invoices"][0]
    assert account.get(f"{MY}/invoices/{invoice['invoice_uuid']}/summary")["user_name"] == "Ada Byron"


def test_the_csv_is_the_documented_one(account: Account):
    account.droplet("web", settled=False)
    account.pass_time(8 * DAY)
    invoice = account.get(f"{MY}/invoices")["invoices"][0]
    answer = download(account, f"{MY}/invoices/{invoice['invoice_uuid']}/csv")
    head, line = answer.body.decode().splitlines()
    assert head == "product,group_description,description,hours,start,end,USD,project_name,category"
    # 23rd 09:30 to the 1st 00:00: 182.5 h; 183 x 0.00893 = 1.63419
    period = "2026-11-23 09:30:00 +0000,2026-12-01 00:00:00 +0000"
    assert line == f"Droplets,,web (s-1vcpu-1gb),183,{period},$1.63,first-project,iaas"
    name = rf'attachment; filename="DigitalOcean Invoice 2026 Nov \(\d+-{invoice["invoice_id"]}\)\.csv"'
    assert re.fullmatch(name, answer.headers["content-disposition"])
    pdf = download(account, f"{MY}/invoices/{invoice['invoice_uuid']}/pdf")
    assert pdf.headers["content-disposition"].endswith('.pdf"')
    assert pdf.body.startswith(b"%PDF-")


def test_an_account_that_uses_nothing_owes_nothing(account: Account):
    assert balance(account) == ("0.00", "0.00", "0.00")
    account.pass_time(100 * DAY)
    listed = account.get(f"{MY}/invoices")
    assert (listed["invoices"], listed["invoice_preview"]["amount"]) == ([], "0.00")
    assert account.get(f"{MY}/billing_history")["billing_history"] == []
    assert items(account) == []
    assert table(account, "preview") == []
    assert "$0.00" in printed(account, "preview")


def test_an_unknown_invoice_is_not_found(account: Account):
    for tail in ("", "/csv", "/pdf", "/summary"):
        assert account("GET", f"{MY}/invoices/22737513-0ea7-4206-8ceb-98a575af7681{tail}").status == 404


def test_the_card_pays_a_day_after_the_invoice(account: Account):
    account.droplet("web", settled=False)
    account.pass_time(8 * DAY)  # 1 December, 09:30
    invoice = account.get(f"{MY}/invoices")["invoices"][0]
    entry = {
        "description": "Invoice for November 2026",
        "amount": "1.63",
        "invoice_id": invoice["invoice_id"],
        "invoice_uuid": invoice["invoice_uuid"],
        "date": "2026-12-01T00:00:00Z",
        "type": "Invoice",
    }
    assert account.get(f"{MY}/billing_history")["billing_history"] == [entry]
    # 9.5 h of December: 10 x 0.00893 = 0.0893
    assert balance(account) == ("1.63", "0.09", "1.72")
    account.pass_time(DAY)
    payment, before = account.get(f"{MY}/billing_history")["billing_history"]
    assert before == entry
    assert (payment["type"], payment["amount"], payment["date"]) == ("Payment", "-1.63", "2026-12-02T00:00:00Z")
    assert "invoice_id" not in payment
    assert balance(account) == ("0.00", "0.30", "0.30")  # 34 x 0.00893 = 0.30362
    assert account.get(f"{MY}/billing_history?per_page=1&page=2")["billing_history"] == [entry]


def test_the_preview_becomes_the_invoice(account: Account):
    account.droplet("web")
    preview = account.get(f"{MY}/invoices")["invoice_preview"]
    account.pass_time(10 * DAY)
    listed = account.get(f"{MY}/invoices")
    invoice = listed["invoices"][0]
    assert (invoice["invoice_uuid"], invoice["invoice_id"]) == (preview["invoice_uuid"], preview["invoice_id"])
    assert listed["invoice_preview"]["invoice_uuid"] != preview["invoice_uuid"]


def test_an_invoice_stays_as_it_was_made(account: Account):
    web = account.droplet("web")
    account.pass_time(10 * DAY)
    uuid = account.get(f"{MY}/invoices")["invoices"][0]["invoice_uuid"]
    before = items(account, uuid)
    account.done(web, "rename", name="renamed")
    account("DELETE", f"/v2/droplets/{web['id']}")
    assert items(account, uuid) == before
    assert list(amounts(account)) == ["renamed (s-1vcpu-1gb)"]


def test_the_least_is_an_hour_and_the_most_a_monthly_price(account: Account):
    brief = account.droplet("brief", settled=False, size="s-2vcpu-4gb")  # $24, 0.03571 an hour
    account.pass_time(60)
    account("DELETE", f"/v2/droplets/{brief['id']}")
    assert amounts(account) == {"brief (s-2vcpu-4gb)": (1, "0.04")}
    account.pass_time(8 * DAY)
    account.droplet("long", settled=False, size="s-2vcpu-4gb")  # 1 December, 09:31
    account.pass_time(27 * DAY)  # 648 x 0.03571 = 23.14008
    assert amounts(account) == {"long (s-2vcpu-4gb)": (648, "23.14")}
    account.pass_time(DAY)  # 672 hours
    assert amounts(account) == {"long (s-2vcpu-4gb)": (672, "24.00")}
    account.pass_time(2 * DAY)
    assert amounts(account) == {"long (s-2vcpu-4gb)": (720, "24.00")}


def test_a_droplet_costs_from_its_creation_to_its_destruction_on_or_off(account: Account):
    web = account.droplet("web", settled=False)
    account.pass_time(HOUR)
    assert amounts(account) == {"web (s-1vcpu-1gb)": (1, "0.01")}
    account.act(web, "power_off")
    account.pass_time(99 * HOUR)
    assert account.get(f"/v2/droplets/{web['id']}")["droplet"]["status"] == "off"
    assert amounts(account) == {"web (s-1vcpu-1gb)": (100, "0.89")}
    account("DELETE", f"/v2/droplets/{web['id']}")
    account.pass_time(10 * HOUR)
    assert amounts(account) == {"web (s-1vcpu-1gb)": (100, "0.89")}


def test_backups_cost_while_they_are_enabled_by_their_plan(account: Account):
    web = account.droplet("web", settled=False, size="s-2vcpu-2gb")
    account.pass_time(HOUR)
    account.act(web, "enable_backups", backup_policy={"plan": "daily", "hour": 0})
    account.pass_time(50 * HOUR)
    # Enabled 3 s later, for 49 h 59 min 57 s: 50 x 0.02679 x 30 % = 0.40185
    assert amounts(account)["web (daily backups)"] == (50, "0.40")
    account.act(web, "change_backup_policy", backup_policy={"plan": "weekly", "weekday": "MON"})
    account.pass_time(10 * HOUR)
    # 60 hours in all: 50 of them began daily; 10 x 0.005358 = 0.05358
    assert amounts(account)["web (daily backups)"] == (50, "0.40")
    assert amounts(account)["web (weekly backups)"] == (10, "0.05")
    account.act(web, "disable_backups")
    account.pass_time(24 * HOUR)
    assert amounts(account)["web (weekly backups)"] == (10, "0.05")


def test_a_gap_between_two_stretches_is_not_billed(account: Account):
    web = account.droplet("web", settled=False, size="s-2vcpu-2gb")
    account.pass_time(HOUR)
    for _ in range(2):
        account.done(web, "enable_backups")  # the test lets 3 minutes pass
        account.pass_time(2 * HOUR)
        account.done(web, "disable_backups")
        account.pass_time(7 * HOUR)
    found = [item for item in items(account) if item["product"] == "Droplet Backups"]
    assert [(item["duration"], item["amount"]) for item in found] == [("3", "0.02"), ("3", "0.02")]


def test_a_snapshot_costs_until_it_is_deleted_and_a_backup_only_once_it_is_one(account: Account):
    web = account.droplet("web", size="s-2vcpu-2gb", backups=True, backup_policy={"plan": "daily", "hour": 12})
    account.pass_time(3 * HOUR)  # there is a backup since 12:00; 1.5 + 60 / 10 GiB = 7.5 GiB
    backup = account.get(f"/v2/droplets/{web['id']}/backups")["backups"][0]
    assert not [item for item in items(account) if item["product"] == "Droplet Snapshots"]
    assert account("POST", f"/v2/images/{backup['id']}/actions", {"type": "convert"}).status == 201
    account.pass_time(300 * HOUR + 3)
    assert account.get(f"/v2/snapshots/{backup['id']}")["snapshot"]["size_gigabytes"] == 7.5
    before = account.get(f"{MY}/invoices")["invoices"][0]["invoice_uuid"]
    # 23rd 12:30:34 to the 1st is 179.5 h: 180 x 0.45 / 672 = 0.12053
    (snapshot,) = [v for k, v in amounts(account, before).items() if k.endswith("(7.5 GiB)")]
    assert snapshot == (180, "0.12")
    assert account("DELETE", f"/v2/snapshots/{backup['id']}").status == 204
    account.pass_time(100 * HOUR)
    # 1st 00:00 to 6th 00:30:37: 121 x 0.45 / 672 = 0.08103
    (snapshot,) = [v for k, v in amounts(account).items() if k.endswith("(7.5 GiB)")]
    assert snapshot == (121, "0.08")


def test_a_custom_image_costs_once_it_is_there(account: Account):
    body = {"name": "own", "url": "https://example.com/own.qcow2", "region": "nyc3", "distribution": "Ubuntu"}
    assert account("POST", "/v2/images", body).status == 202
    assert items(account) == []
    account.pass_time(2 * DAY)
    (item,) = items(account)
    assert (item["product"], item["description"], item["amount"]) == ("Custom Images", "own (1.2 GiB)", "0.01")


def keep(account: Account, kind: str, key: str, body: dict[str, Any], **fields: Any) -> Any:
    """Have a document of a product that this test does not ask for by its operations."""
    document = account.emulator.store.add(kind, key, body, **fields)
    account.get("/v2/account")
    return document


def change(account: Account, document: Any, **fields: Any) -> None:
    document.body |= fields
    account.emulator.store.save(document)
    account.get("/v2/account")


UUID = "7724db7c-e098-11e5-b522-000f53304e51"


@pytest.mark.parametrize(
    ("kind", "key", "body", "expected"),
    [
        ("volume", UUID, {"name": "data", "size_gigabytes": 100}, ("Volumes", "data (100 GiB)", "1.49")),
        ("volume_snapshot", UUID, {"name": "v", "size_gigabytes": 10}, ("Volume Snapshots", "v (10 GiB)", "0.09")),
        ("reserved_ip", "192.0.2.9", {"ip": "192.0.2.9"}, ("Reserved IPs", "Unused reserved IP - 192.0.2.9", "0.74")),
        ("load_balancer", UUID, {"name": "front", "size_unit": 2}, ("Load Balancers", "front (2 nodes)", "3.57")),
        ("load_balancer", UUID, {"name": "g", "type": "GLOBAL"}, ("Load Balancers", "g (1 node)", "2.23")),
        (
            "database",
            UUID,
            {"name": "pg", "size": "db-s-2vcpu-4gb", "num_nodes": 2},
            ("Database Clusters", "pg (2 x db-s-2vcpu-4gb)", "18.13"),
        ),
        (
            "database",
            UUID,
            {"name": "pg", "size": "gd-2vcpu-8gb", "num_nodes": 1},
            ("Database Clusters", "pg (1 x gd-2vcpu-8gb)", "17.86"),
        ),
        (
            "kubernetes_cluster",
            UUID,
            {"name": "k", "ha": True},
            ("Kubernetes Clusters", "High availability control plane", "5.95"),
        ),
    ],
)
def test_a_hundred_hours_of_other_products(account: Account, kind: str, key: str, body: Any, expected: Any):
    # A hundred 672nds of 10.00, 0.60, 5.00, 24.00, 15.00, 121.80, 120.00 and 40.00.
    keep(account, kind, key, body, refs={"region": "nyc3"})
    account.pass_time(100 * HOUR)
    (item,) = items(account)
    assert (item["product"], item["description"], item["amount"]) == expected
    assert item.get("resource_uuid") == (UUID if key == UUID else None)
    assert item["duration"] == "100"
    if kind in ("database", "kubernetes_cluster"):
        assert item["group_description"] == body["name"]


def test_what_changes_its_price_is_billed_by_both(account: Account):
    volume = keep(account, "volume", UUID, {"name": "data", "size_gigabytes": 100})
    account.pass_time(100 * HOUR)
    change(account, volume, size_gigabytes=200)
    account.pass_time(50 * HOUR)
    change(account, volume, name="renamed")
    assert amounts(account) == {"data (100 GiB)": (100, "1.49"), "renamed (200 GiB)": (50, "1.49")}
    account.emulator.store.remove(volume)
    account.get("/v2/account")
    account.pass_time(20 * HOUR)
    assert amounts(account) == {"data (100 GiB)": (100, "1.49"), "renamed (200 GiB)": (50, "1.49")}


def test_a_reserved_ip_is_free_while_a_droplet_has_it(account: Account):
    ip = keep(account, "reserved_ip", "192.0.2.9", {"ip": "192.0.2.9"}, parent="droplet/1")
    account.pass_time(10 * HOUR)
    assert items(account) == []
    ip.parent = None
    change(account, ip)
    account.pass_time(10 * HOUR)
    ip.parent = "droplet/2"
    change(account, ip)
    account.pass_time(10 * HOUR)
    assert amounts(account) == {"Unused reserved IP - 192.0.2.9": (10, "0.07")}  # 10 x 5 / 672 = 0.0744


def test_a_cluster_s_nodes_are_billed_as_the_cluster(account: Account):
    keep(account, "kubernetes_cluster", UUID, {"name": "prod", "ha": False})
    assert items(account) == []
    account.droplet("node", settled=False, tags=["k8s", f"k8s:{UUID}"])
    account.droplet("other", settled=False, tags=["k8s", "k8s:another"])
    account.pass_time(HOUR)
    node, other = sorted(items(account), key=lambda item: str(item["description"]))
    assert (node["product"], node["group_description"]) == ("Kubernetes Clusters", "prod")
    assert (other["product"], "group_description" in other) == ("Droplets", False)


def test_an_item_names_its_project_even_after_the_resource_has_gone(account: Account):
    for key, name in (("a", "web"), ("b", "shop")):
        keep(account, "project", key, {"id": key, "name": name})
    volume = keep(account, "volume", UUID, {"name": "data", "size_gigabytes": 100, "project_id": "a"})
    account.pass_time(HOUR)
    assert items(account)[0]["project_name"] == "web"
    change(account, volume, project_id="b")
    assert items(account)[0]["project_name"] == "shop"
    account.emulator.store.remove(volume)
    account.get("/v2/account")
    assert items(account)[0]["project_name"] == "shop"
    assert table(account, "preview")[0]["project_name"] == "shop"


def test_a_project_that_only_its_hook_knows_is_named_after_a_droplet_has_left_it(account: Account, monkeypatch):
    keep(account, "project", "a", {"id": "a", "name": "web"})
    monkeypatch.setitem(hooks._HOOKS, ("project", None), [lambda c, d: c.store.owners("project", d.subject)])
    web = account.droplet("web")
    account.emulator.store.link("project", "a", f"droplet/{web['id']}")
    assert items(account)[0]["project_name"] == "web"
    assert account("DELETE", f"/v2/droplets/{web['id']}").status == 204
    assert account.emulator.store.owners("project", f"droplet/{web['id']}") == []
    assert items(account)[0]["project_name"] == "web"


def test_a_file_goes_on_where_it_ended(tmp_path):
    before = Account(path=str(tmp_path / "account.db"))
    before.droplet("web", settled=False)
    before.emulator.close()
    after = Account(path=str(tmp_path / "account.db"))
    after.pass_time(40 * DAY)  # what was due meanwhile happens at its own time
    assert [i["amount"] for i in after.get(f"{MY}/invoices")["invoices"]] == ["6.00", "1.63"]
    assert amounts(after) == {"web (s-1vcpu-1gb)": (34, "0.30")}
    assert balance(after) == ("0.00", "0.30", "0.30")
    after.emulator.close()


def test_a_refused_request_is_not_metered(account: Account):
    account.emulator.set_account(droplet_limit=1)
    account.droplet("web", settled=False)
    body = {"names": ["b", "c"], "region": "nyc3", "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64"}
    assert account("POST", "/v2/droplets", body).status == 422
    account.pass_time(HOUR)
    assert list(amounts(account)) == ["web (s-1vcpu-1gb)"]


def test_a_new_droplet_costs_the_meter_one_statement(account: Account):
    account.droplet("first")
    statements: list[str] = []
    account.emulator.store.db.set_trace_callback(statements.append)
    account.droplet("second")
    account.emulator.store.db.set_trace_callback(None)
    metered = [s for s in statements if "usage" in s]
    assert [s.split()[0] for s in metered] == ["insert", "select"], "and one when it becomes active"


# Day by day.


def insights(account: Account, first: str, last: str, query: str = "") -> Any:
    team = account.get("/v2/account")["account"]["team"]["uuid"]
    return account("GET", f"/v2/billing/do:team:{team}/insights/{first}/{last}{query}")


def test_days_add_up_to_the_invoice_item_by_item(account: Account):
    two_months(account)
    points = insights(account, "2026-11-01", "2026-11-30", "?per_page=200").body["data_points"]
    by_description: dict[str, Decimal] = {}
    for point in points:
        by_description.setdefault(point["description"], Decimal(0))
        by_description[point["description"]] += Decimal(point["total_amount"])
    assert by_description == {name: Decimal(amount) for name, (_, amount) in NOVEMBER.items()}
    first = points[0]
    # 23rd 09:30 to midnight: 15 x 0.00893 = 0.13395
    assert (first["start_date"], first["total_amount"], first["region"]) == ("2026-11-23", "0.13", "nyc3")
    assert (first["sku"], first["group_description"]) == ("droplet:s-1vcpu-1gb", "")
    # 24th: 39 x 0.00893 = 0.34827, less 0.13
    second = next(p for p in points if p["start_date"] == "2026-11-24" and p["description"] == "web (s-1vcpu-1gb)")
    assert second["total_amount"] == "0.22"


def test_days_across_months_and_pages(account: Account):
    two_months(account)
    whole = insights(account, "2026-11-20", "2026-12-21", "?per_page=200").body
    assert whole["total_items"] == len(whole["data_points"])
    assert (whole["total_pages"], whole["current_page"]) == (1, 1)
    paged = [
        point
        for page in range(1, 5)
        for point in insights(account, "2026-11-20", "2026-12-21", f"?per_page=20&page={page}").body["data_points"]
    ]
    assert paged == whole["data_points"][:80]
    apart = [
        point
        for first, last in (("2026-11-20", "2026-11-28"), ("2026-11-29", "2026-12-21"))
        for point in insights(account, first, last, "?per_page=200").body["data_points"]
    ]
    assert apart == whole["data_points"]


def test_the_day_that_runs_has_no_estimate_yet(account: Account):
    account.droplet("web")
    assert insights(account, "2026-11-23", "2026-11-23").body["data_points"] == []
    account.pass_time(DAY)
    assert len(insights(account, "2026-11-23", "2026-11-25").body["data_points"]) == 1


def test_what_cannot_be_asked_of_insights(account: Account):
    assert insights(account, "2026-11-30", "2026-11-01").status == 422
    assert insights(account, "2026-11-01", "2026-12-03").status == 422
    assert insights(account, "2026-02-30", "2026-03-01").status == 422
    assert account("GET", "/v2/billing/do:team:another/insights/2026-11-01/2026-11-02").status == 404


# The printed form.


def test_without_the_library_a_pdf_is_refused_and_says_what_to_install(account: Account, monkeypatch):
    account.droplet("web")
    monkeypatch.setitem(sys.modules, "pydyf", None)
    reply = account("GET", f"{MY}/invoices/preview/pdf")
    assert (reply.status, reply.headers["x-emulated"]) == (501, "no")
    assert "pip install 'dopyapi[emulator]'" in reply.message
    assert table(account, "preview")


def test_a_long_invoice_goes_on_on_further_pages(account: Account):
    for n in range(15):
        names = [f"web-{n}-{m}" for m in range(10)]
        body = {"names": names, "region": "nyc3", "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64"}
        assert account("POST", "/v2/droplets", body).status == 202
    account.pass_time(HOUR)
    answer = download(account, f"{MY}/invoices/preview/pdf")
    reader = pypdf.PdfReader(io.BytesIO(answer.body), strict=True)
    assert len(reader.pages) == 3
    text = "\n".join(page.extract_text() for page in reader.pages)
    assert all(f"web-{n}-{m} (" in text for n in range(15) for m in range(10))
    assert "Droplets (150) $1.50" in text
    last_page = account.get(f"{MY}/invoices/preview?per_page=40&page=4")
    assert (len(last_page["invoice_items"]), last_page["meta"]["total"]) == (30, 150)


def test_names_in_other_scripts_do_not_break_the_page(account: Account):
    keep(account, "volume", UUID, {"name": r"große (Daten) \ 数据", "size_gigabytes": 1})
    account.pass_time(HOUR)
    assert r"große (Daten) \ ?? (1 GiB)" in printed(account, "preview")
    assert table(account, "preview")[0]["description"] == r"große (Daten) \ 数据 (1 GiB)"


# Whatever happens.

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["create", "resize", "snapshot", "backups", "destroy", "wait"]),
        st.integers(0, 40 * HOUR),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=25,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_whatever_happens_all_views_agree(steps: list[tuple[str, int, int]]):
    account = Account(speed=0)
    sizes = ["s-1vcpu-1gb", "s-1vcpu-2gb", "s-2vcpu-4gb", "s-4vcpu-8gb"]
    hours_of: dict[str, float] = {}
    for step, passing, which in steps:
        droplets = account.get("/v2/droplets")["droplets"]
        droplet = droplets[which % len(droplets)] if droplets else None
        if step == "create":
            account.droplet(f"d{len(droplets)}", settled=False, size=sizes[which], backups=which % 2 == 0)
        elif droplet is not None and step == "resize":
            account.act(droplet, "power_off")
            account.act(droplet, "resize", size=sizes[which])
        elif droplet is not None and step == "snapshot":
            account.act(droplet, "snapshot", name="s")
        elif droplet is not None and step == "backups":
            account.act(droplet, "disable_backups" if "backups" in droplet["features"] else "enable_backups")
        elif droplet is not None and step == "destroy":
            account("DELETE", f"/v2/droplets/{droplet['id']}")
        for living in account.get("/v2/droplets")["droplets"]:
            hours_of[str(living["id"])] = hours_of.get(str(living["id"]), 0) + passing / HOUR
        account.pass_time(passing)
    lasted = account.clock.now().timestamp()
    account.pass_time(40 * DAY)
    assert account.clock.now().timestamp() - lasted == 40 * DAY
    listed = account.get(f"{MY}/invoices")
    history = account.get(f"{MY}/billing_history?per_page=200")["billing_history"]
    assert [e["amount"] for e in history if e["type"] == "Invoice"] == [i["amount"] for i in listed["invoices"]]
    assert Decimal(balance(account)[0]) == total(e["amount"] for e in history)
    for invoice in listed["invoices"]:
        stood = items(account, invoice["invoice_uuid"])
        assert total(i["amount"] for i in stood) == Decimal(invoice["amount"])
        assert total(line["USD"][1:] for line in table(account, invoice["invoice_uuid"])) == Decimal(invoice["amount"])
        for item in stood:
            assert item["start_time"] <= item["end_time"]
            assert int(item["duration"]) > 0
    uuids = [invoice["invoice_uuid"] for invoice in listed["invoices"]]
    everything = [item for uuid in (*uuids, "preview") for item in items(account, uuid)]
    for id, least in hours_of.items():
        own = [i for i in everything if i.get("resource_id") == id and i["product"] == "Droplets"]
        billed = sum(int(item["duration"]) for item in own)
        assert billed >= least, "no hour that it ran was forgotten"
    account.emulator.close()


@pytest.mark.parametrize("seed", range(8))
def test_the_balance_is_what_the_preview_adds_up_to_whatever_has_happened(account: Account, seed: int):
    chance = random.Random(seed)
    made: list[int] = []
    for number in range(40):
        what = chance.choice(["make", "make", "make", "snapshot", "resize", "volume", "delete"])
        if what == "make":
            size = chance.choice(["s-1vcpu-1gb", "s-2vcpu-2gb"])
            backups = chance.random() < 0.3
            made.append(account.droplet(f"d{number}", settled=False, size=size, backups=backups)["id"])
        elif what == "volume":
            body = {"name": f"v{number}", "region": "nyc3", "size_gigabytes": 10}
            assert account("POST", "/v2/volumes", body).status == 201
        elif made:
            path = f"/v2/droplets/{chance.choice(made)}"
            if what == "delete":
                made.remove(int(path.rpartition("/")[2]))
                assert account("DELETE", path).status == 204
            elif what == "snapshot":
                account("POST", f"{path}/actions", {"type": "snapshot", "name": f"s{number}"})
            else:
                account("POST", f"{path}/actions", {"type": "power_off"})
                account.pass_time(60)
                account("POST", f"{path}/actions", {"type": "resize", "size": "s-4vcpu-8gb"})
        if chance.random() < 0.7:
            account.pass_time(chance.choice([1, 600, HOUR, 5 * HOUR, 100 * HOUR]))
        used = account.get(f"{MY}/invoices/preview?per_page=200")["invoice_items"]
        assert balance(account)[1] == str(sum((Decimal(item["amount"]) for item in used), Decimal("0.00")))
