from __future__ import annotations

from .conftest import Account


def test_regions_and_sizes_agree(account: Account):
    regions = {r["slug"]: r for r in account.get("/v2/regions?per_page=200")["regions"]}
    sizes = {s["slug"]: s for s in account.get("/v2/sizes?per_page=200")["sizes"]}
    in_regions = {(r, s) for r, region in regions.items() for s in region["sizes"]}
    in_sizes = {(r, s) for s, size in sizes.items() for r in size["regions"]}
    assert in_regions == in_sizes
    assert {r for r, region in regions.items() if not region["available"]} == {"ams1", "ams2", "sfo1"}
    assert all(bool(region["sizes"]) == region["available"] for region in regions.values())
    assert {"nyc1", "nyc3", "ams3", "sfo3", "sgp1", "lon1", "fra1", "tor1", "blr1", "syd1", "atl1"} <= regions.keys()
    assert not [slug for slug in sizes if slug.startswith("db-")]


def test_prices_are_the_published_ones(account: Account):
    sizes = {s["slug"]: s for s in account.get("/v2/sizes?per_page=200")["sizes"]}
    prices = {slug: (s["price_monthly"], s["price_hourly"]) for slug, s in sizes.items()}
    assert prices["s-1vcpu-1gb"] == (6, 0.00893)
    assert prices["c-2"] == (42, 0.0625)
    assert prices["g-2vcpu-8gb"] == (63, 0.09375)
    assert [s["price_monthly"] for s in sizes.values() if "gpu_info" not in s] == sorted(
        s["price_monthly"] for s in sizes.values() if "gpu_info" not in s
    )


def test_paging_through_sizes_finds_each_once(account: Account):
    seen, path = [], "/v2/sizes?per_page=25"
    while path:
        page = account.get(path)
        seen += [s["slug"] for s in page["sizes"]]
        path = page["links"].get("pages", {}).get("next", "").removeprefix("http://emulator.test")
    assert len(seen) == len(set(seen)) == page["meta"]["total"]


def test_the_account_is_one(account: Account):
    found = account.get("/v2/account")["account"]
    assert (found["status"], found["droplet_limit"]) == ("active", 100_000)
    assert account.get("/v2/account")["account"] == found
