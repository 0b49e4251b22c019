"""1-Click applications."""

from __future__ import annotations

import pytest

from .conftest import Account
from .test_kubernetes import make


def slugs(account: Account, query: str = "") -> dict[str, str]:
    return {each["slug"]: each["type"] for each in account.get(f"/v2/1-clicks{query}")["1_clicks"]}


def test_applications_by_type(account: Account):
    everything = slugs(account)
    assert everything["monitoring"] == "kubernetes"
    assert everything["docker-20-04"] == "droplet"
    for kind in ("kubernetes", "droplet"):
        assert slugs(account, f"?type={kind}") == {s: t for s, t in everything.items() if t == kind}
    assert slugs(account, "?type=thisshouldnotmatch") == {}
    assert account.get("/v2/1-clicks") == account.get("/v2/1-clicks")


def test_those_for_droplets_are_images(account: Account):
    for slug in slugs(account, "?type=droplet"):
        assert account.get(f"/v2/images/{slug}")["image"]["slug"] == slug


def install(account: Account, cluster: str, *names: str):
    return account("POST", "/v2/1-clicks/kubernetes", {"addon_slugs": list(names), "cluster_uuid": cluster})


def test_applications_are_installed_in_clusters(account: Account):
    cluster = make(account)
    assert install(account, cluster["id"], "monitoring", "argocd").status == 200
    assert install(account, cluster["id"], "argocd").status == 200
    found = account.emulator.store.get("kubernetes_cluster", cluster["id"])
    assert found is not None
    assert found.hidden["addons"] == ["monitoring", "argocd"]


@pytest.mark.parametrize("names", [(), ("no-such-thing",), ("docker-20-04",)])
def test_others_are_refused(account: Account, names: tuple[str, ...]):
    assert install(account, make(account)["id"], *names).status == 422


def test_a_cluster_that_never_was(account: Account):
    assert install(account, "00000000-0000-4000-8000-000000000000", "monitoring").status == 404
