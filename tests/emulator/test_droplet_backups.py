from __future__ import annotations

from .conftest import Account


def test_backups_run_by_their_calendar_and_the_oldest_go(account: Account):
    droplet = account.droplet(backups=True, backup_policy={"plan": "weekly", "weekday": "WED", "hour": 4})
    policy = account.get(f"/v2/droplets/{droplet['id']}/backups/policy")["policy"]
    assert policy["backup_policy"] == {
        "plan": "weekly",
        "weekday": "WED",
        "hour": 4,
        "window_length_hours": 4,
        "retention_period_days": 28,
    }
    window = {"start": "2026-11-25T04:00:00Z", "end": "2026-11-25T08:00:00Z"}
    assert policy["next_backup_window"] == droplet["next_backup_window"] == window
    account.pass_time(2 * 86400)
    path = f"/v2/droplets/{droplet['id']}/backups"
    (backup,) = account.get(path)["backups"]
    assert (backup["type"], backup["created_at"]) == ("backup", "2026-11-25T04:00:00Z")
    assert account.get(f"/v2/droplets/{droplet['id']}")["droplet"]["backup_ids"] == [backup["id"]]
    account.pass_time(70 * 86400)
    kept = account.get(path)["backups"]
    assert len(kept) == 4
    assert kept[0]["created_at"] > backup["created_at"]
    assert account("GET", f"/v2/images/{backup['id']}").status == 404
    assert account.get("/v2/snapshots")["snapshots"] == []


def test_backups_are_switched_on_changed_and_off(account: Account):
    droplet = account.droplet()
    path = f"/v2/droplets/{droplet['id']}/backups/policy"
    assert account("GET", path)["policy"] == {"droplet_id": droplet["id"], "backup_enabled": False}
    assert account.act(droplet, "disable_backups").status == 422
    assert account.act(droplet, "change_backup_policy", backup_policy={"plan": "daily"}).status == 422
    on = account.done(droplet, "enable_backups", backup_policy={"plan": "daily", "hour": 20})
    assert "backups" in on["features"]
    assert on["next_backup_window"]["start"] == "2026-11-23T20:00:00Z"
    assert account.act(droplet, "enable_backups").status == 422
    for wrong in (None, {"plan": "monthly"}, {"plan": "weekly", "weekday": "MONDAY"}, {"plan": "daily", "hour": 5}):
        assert account.act(droplet, "change_backup_policy", backup_policy=wrong).status == 422
    account.done(droplet, "change_backup_policy", backup_policy={"plan": "weekly", "weekday": "TUE"})
    assert account("GET", path)["policy"]["backup_policy"]["weekday"] == "TUE"
    off = account.done(droplet, "disable_backups")
    assert (off["features"].count("backups"), off["next_backup_window"]) == (0, None)
    account.pass_time(30 * 86400)
    assert account.get(f"/v2/droplets/{droplet['id']}/backups")["backups"] == []


def test_policies_of_all_droplets_are_listed_by_id(account: Account):
    on, off = account.droplet(backups=True), account.droplet()
    listed = account.get("/v2/droplets/backups/policies")
    assert listed["meta"]["total"] == 2
    assert {id: p["backup_enabled"] for id, p in listed["policies"].items()} == {
        str(on["id"]): True,
        str(off["id"]): False,
    }
    assert account.get("/v2/droplets/backups/policies?per_page=1&page=3")["policies"] == {}
    names = [p["name"] for p in account.get("/v2/droplets/backups/supported_policies")["supported_policies"]]
    assert sorted(names) == ["daily", "weekly"]
