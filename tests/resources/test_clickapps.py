"""1-Click applications."""

from __future__ import annotations

import pytest

import dopyapi as do
from dopyapi.clickapps import ClickApp
from dopyapi.doks import DOKS, NodePool


async def test_applications_by_type(api, call):
    everything = await call(ClickApp.list)
    assert all(isinstance(app, ClickApp) for app in everything)
    droplet, kubernetes = await call(ClickApp.listDroplet), await call(ClickApp.listKubernetes)
    assert {app.type for app in droplet} == {"droplet"}
    assert {app.type for app in kubernetes} == {"kubernetes"}
    assert sorted(a.slug for a in [*droplet, *kubernetes]) == sorted(a.slug for a in everything)
    assert await call(ClickApp.list, "droplet") == await call(ClickApp.list, type="droplet") == droplet
    assert await call(ClickApp.list, type=None) == everything
    assert await call(ClickApp.list, page=2, per_page=5) == everything[5:10]
    assert await call.items(ClickApp.list_kubernetes.all()) == kubernetes


@pytest.mark.lenient
async def test_a_type_that_there_is_not(api, call):
    with pytest.warns(do.UnknownValueWarning, match="droplet, kubernetes"):
        assert await call(ClickApp.list, type="thisshouldnotmatch") == []


async def test_one_application(api, call):
    app = await call(ClickApp.fetch, "monitoring")
    assert (app.slug, app.type) == ("monitoring", "kubernetes")
    with pytest.raises(do.ResourceNotFoundError):
        await call(ClickApp.fetch, "none")
    for operation in (app.create, app.save, app.delete):
        with pytest.raises(do.ClientError, match="DigitalOcean's"):
            await call(operation)


async def test_a_droplet_is_made_of_an_application(api, call):
    app = (await call(ClickApp.list_droplet))[0]
    droplet = await call(do.Droplet.new, name="app", region="ams3", size="s-2vcpu-2gb", image=app.slug)
    assert droplet.image.slug == app.slug


async def test_applications_are_installed_in_a_cluster(api, call):
    pools = [NodePool("web", "s-1vcpu-2gb", 1)]
    cluster = await call(DOKS.new, name="apps", region="ams3", version="latest", node_pools=pools)
    await call(cluster.wait_ready)
    monitoring = await call(ClickApp.fetch, "monitoring")
    for given in (monitoring, "argocd", [monitoring, "redis"]):
        answer = await call(ClickApp.install_kubernetes, given, cluster)
        assert answer["message"]
    by_name = DOKS()
    by_name.name = "apps"
    await call(ClickApp.install_kubernetes, ["velero"], by_name)
    document = api.emulator.store.get("kubernetes_cluster", cluster.id)
    assert document.hidden["addons"] == ["monitoring", "argocd", "redis", "velero"]
    with pytest.raises(do.UnprocessableError, match="'none' is no 1-Click"):
        await call(ClickApp.install_kubernetes, "none", cluster.id)
