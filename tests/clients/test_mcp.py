"""DigitalOcean's own MCP server, built on its own Go client: what its tools say they did is what the account has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import dopyapi as do
from dopyapi.testing import Server

from . import mcp, node
from .mcp import Session, ToolFailed

pytestmark = pytest.mark.clients

SERVICES = "droplets,networking,databases,doks,docr,accounts"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ6gK9Ljyf7mJt1WNp0pXJ9zPhzUq0oWwOLp0N6U9m2T me"
PLAIN = {"Size": "s-1vcpu-1gb", "Region": "ams3", "ImageSlug": "debian-12-x64"}
CALLED: set[str] = set()


@pytest.fixture
def tools(server: Server) -> Iterator[Session]:
    program = node.package("@digitalocean/mcp") / "index.js"
    where = ("-digitalocean-api-endpoint", server.url, "-digitalocean-api-token", server.token)
    with mcp.session(["node", str(program), *where, "-services", SERVICES]) as session:
        yield session
        CALLED.update(session.called)


def droplet(tools: Session, name: str, **more: Any) -> int:
    """A Droplet that runs."""
    made = tools.tool("droplet-create", Name=name, **PLAIN, **more)
    number = int((made.get("droplet") or made)["id"])
    tools.until(lambda seen: seen["status"] == "active", "droplet-get", ID=number)
    return number


def act(tools: Session, name: str, number: int, **more: Any) -> None:
    """An action, to its end."""
    action = tools.tool(name, ID=number, **more)
    tools.until(lambda seen: seen["status"] == "completed", "droplet-action", DropletID=number, ActionID=action["id"])


def test_droplets(tools: Session, ours: do.Client) -> None:
    key = tools.tool("key-create", Name="laptop", PublicKey=KEY)
    assert tools.tool("key-get", ID=key["id"])["name"] == "laptop"
    number = droplet(tools, "web-1", Tags=["web"], Monitoring=True, SSHKeys=[key["id"]])
    assert [one["id"] for one in tools.tool("droplet-list", Page=1, PerPage=50)] == [number]
    act(tools, "reboot-droplet", number)
    act(tools, "power-off-droplet", number)
    with pytest.raises(ToolFailed, match="already powered off"):
        tools.tool("power-off-droplet", ID=number)
    act(tools, "resize-droplet", number, Size="s-2vcpu-2gb", ResizeDisk=False)
    act(tools, "power-on-droplet", number)
    act(tools, "rename-droplet", number, Name="web-2")
    act(tools, "power-cycle-droplet", number)
    act(tools, "snapshot-droplet", number, Name="before")
    act(tools, "enable-ipv6-droplet", number)
    act(tools, "enable-backups-droplet", number)
    assert tools.tool("droplet-backup-policy", ID=number)
    act(tools, "disable-backups-droplet", number)
    act(tools, "reset-droplet-password", number)
    act(tools, "rebuild-droplet-by-slug", number, ImageSlug="ubuntu-24-04-x64")
    tools.tool("droplet-kernels", ID=number)
    act(tools, "shutdown-droplet", number)
    tools.tool("power-on-droplets-tag", Tag="web")
    found = do.Droplet.fetch(number)
    assert (found.name, found.size_slug, found.image.slug) == ("web-2", "s-2vcpu-2gb", "ubuntu-24-04-x64")
    assert {"ipv6", "monitoring"} <= set(found.features)
    assert "backups" not in found.features
    snapshots = [
        image for image in tools.tool("image-list", Page=1, PerPage=200, Type="user") if image["name"] == "before"
    ]
    assert len(snapshots) == 1
    tools.tool("image-update", ID=snapshots[0]["id"], Name="kept")
    tools.tool("image-action-transfer", ID=snapshots[0]["id"], Region="fra1")
    tools.until(lambda seen: "fra1" in seen["regions"], "image-get", ID=snapshots[0]["id"])
    tools.tool("image-delete", ID=snapshots[0]["id"])
    tools.tool("droplet-delete", ID=number)
    tools.tool("key-delete", ID=key["id"])
    assert list(do.Droplet.list()) == []
    assert list(do.SSHKey.list()) == []


def test_networking(tools: Session, ours: do.Client) -> None:
    vpc = tools.tool("vpc-create", Name="private", Region="ams3", Subnet="10.77.0.0/20")
    assert tools.tool("vpc-get", ID=vpc["id"])["ip_range"] == "10.77.0.0/20"
    number = droplet(tools, "front", Tags=["web"])
    ip = tools.tool("reserved-ip-reserve", Region="ams3", Type="ipv4")["ip"]
    tools.tool("reserved-ip-assign", IP=ip, DropletID=number, Type="ipv4")
    tools.until(lambda seen: (seen.get("droplet") or {}).get("id") == number, "reserved-ip-get", IP=ip)
    tools.tool("reserved-ip-unassign", IP=ip, Type="ipv4")
    tools.until(lambda seen: not seen.get("droplet"), "reserved-ip-get", IP=ip)
    tools.tool("domain-create", Name="example.org", IPAddress="192.0.2.7")
    record = tools.tool("domain-record-create", Domain="example.org", Type="CNAME", Name="www", Data="example.org.")
    tools.tool(
        "domain-record-edit",
        Domain="example.org",
        RecordID=record["id"],
        Type="CNAME",
        Name="shop",
        Data="example.org.",
    )
    assert tools.tool("domain-record-get", Domain="example.org", RecordID=record["id"])["name"] == "shop"
    assert {"A", "CNAME", "NS", "SOA"} == {
        one["type"] for one in tools.tool("domain-record-list", Domain="example.org")
    }
    firewall = tools.tool(
        "firewall-create",
        Name="web",
        InboundProtocol="tcp",
        InboundPortRange="443",
        InboundSource="0.0.0.0/0",
        OutboundProtocol="tcp",
        OutboundPortRange="all",
        OutboundDestination="0.0.0.0/0",
        DropletIDs=[],
        Tags=[],
    )
    tools.tool("firewall-add-droplets", ID=firewall["id"], DropletIDs=[number])
    tools.tool("firewall-add-tags", ID=firewall["id"], Tags=["web"])
    seen = tools.tool("firewall-get", ID=firewall["id"])
    assert (seen["droplet_ids"], seen["tags"]) == ([number], ["web"])
    tools.tool("firewall-remove-droplets", ID=firewall["id"], DropletIDs=[number])
    tools.tool("firewall-remove-tags", ID=firewall["id"], Tags=["web"])
    rule = {"EntryProtocol": "http", "EntryPort": 80, "TargetProtocol": "http", "TargetPort": 8080}
    balancer = tools.tool(
        "lb-create", Name="lb", Region="ams3", Network="EXTERNAL", ForwardingRules=[rule], Type="REGIONAL"
    )
    tools.until(lambda seen: seen["status"] == "active", "lb-get", LoadBalancerID=balancer["id"])
    tools.tool("lb-add-droplets", LoadBalancerID=balancer["id"], DropletIDs=[number])
    assert tools.tool("lb-get", LoadBalancerID=balancer["id"])["droplet_ids"] == [number]
    tools.tool("lb-remove-droplets", LoadBalancerID=balancer["id"], DropletIDs=[number])
    found = next(iter(do.Firewall.list()))
    assert list(found.droplet_ids or []) == []
    tools.tool("lb-delete", LoadBalancerID=balancer["id"])
    tools.tool("firewall-delete", ID=firewall["id"])
    tools.tool("domain-record-delete", Domain="example.org", RecordID=record["id"])
    tools.tool("domain-delete", Name="example.org")
    tools.tool("reserved-ip-release", IP=ip, Type="ipv4")
    tools.tool("droplet-delete", ID=number)
    tools.tool("vpc-delete", ID=vpc["id"])
    for kind in (do.LoadBalancer, do.Firewall, do.Domain, do.FloatingIP, do.Droplet):
        assert list(kind.list()) == []


def test_databases(tools: Session, ours: do.Client) -> None:
    made = tools.tool(
        "db-cluster-create", name="orders", engine="pg", version="16", region="ams3", size="db-s-1vcpu-2gb", num_nodes=1
    )
    which = made["id"]
    tools.until(lambda seen: seen["status"] == "online", "db-cluster-get", id=which)
    assert tools.tool("db-cluster-create-user", id=which, name="shop")["name"] == "shop"
    assert {"doadmin", "shop"} == {user["name"] for user in tools.tool("db-cluster-list-users", id=which)}
    tools.tool("db-cluster-get-ca", id=which)
    tools.tool("db-cluster-update-firewall-rules", id=which, rules=[{"type": "ip_addr", "value": "192.0.2.9"}])
    assert [rule["value"] for rule in tools.tool("db-cluster-get-firewall-rules", id=which)] == ["192.0.2.9"]
    tools.tool("db-cluster-resize", id=which, size="db-s-2vcpu-4gb", num_nodes=2)
    tools.until(lambda seen: seen["status"] == "online" and seen["num_nodes"] == 2, "db-cluster-get", id=which)
    tools.tool("db-cluster-get-postgresql-config", id=which)
    tools.tool("db-cluster-delete-user", id=which, user="shop")
    assert [cluster["name"] for cluster in tools.tool("db-cluster-list")] == ["orders"]
    assert [cluster.size for cluster in do.DatabaseCluster.list()] == ["db-s-2vcpu-4gb"]
    tools.tool("db-cluster-delete", id=which)
    assert list(do.DatabaseCluster.list()) == []


def test_kubernetes(tools: Session, ours: do.Client) -> None:
    version = tools.tool("doks-list-options")["versions"][0]["slug"]
    pools = [{"name": "main", "size": "s-2vcpu-4gb", "count": 2}]
    made = tools.tool("doks-create-cluster", name="jobs", region="ams3", version=version, node_pools=pools)
    which = (made.get("kubernetes_cluster") or made)["id"]
    tools.until(lambda seen: seen["status"]["state"] == "running", "doks-get-cluster", ClusterID=which)
    tools.tool("doks-get-kubeconfig", ClusterID=which)
    tools.tool("doks-get-credentials", ClusterID=which)
    pool = tools.tool(
        "doks-create-nodepool",
        cluster_id=which,
        node_pool_create_request={"name": "more", "size": "s-2vcpu-4gb", "count": 1},
    )
    tools.tool("doks-update-nodepool", ClusterID=which, NodePoolID=pool["id"], Name="more", Count=3)
    assert tools.tool("doks-get-nodepool", ClusterID=which, NodePoolID=pool["id"])["count"] == 3
    assert len(tools.tool("doks-list-nodepools", ClusterID=which)) == 2
    tools.tool("doks-delete-nodepool", ClusterID=which, NodePoolID=pool["id"])
    assert [cluster.name for cluster in do.DOKS.list()] == ["jobs"]
    tools.tool("doks-delete-cluster", ClusterID=which)
    assert list(do.DOKS.list()) == []


def test_registries(tools: Session, ours: do.Client) -> None:
    tools.tool("docr-validate-name", Name="shop-images")
    tools.tool("docr-create", Name="shop-images", Region="ams3", SubscriptionTierSlug="basic")
    assert tools.tool("docr-get", RegistryName="shop-images")["name"] == "shop-images"
    tools.tool("docr-docker-credentials", RegistryName="shop-images", ReadWrite=True, ExpirySeconds=600)
    tools.tool("docr-repository-list", RegistryName="shop-images")
    tools.tool("docr-subscription-get")
    tools.tool("docr-options")
    tools.tool("docr-garbage-collection-start", RegistryName="shop-images")
    tools.tool("docr-garbage-collection-list", RegistryName="shop-images")
    tools.tool("docr-delete", RegistryName="shop-images")


def test_account_and_catalogue(tools: Session, ours: do.Client) -> None:
    assert tools.tool("account-get-information")["status"] == "active"
    tools.tool("balance-get")
    tools.tool("billing-history-list")
    tools.tool("invoice-list")
    tools.tool("action-list", Page=1, PerPage=20)
    assert any(region["slug"] == "ams3" for region in tools.tool("region-list", Page=1, PerPage=200))
    assert any(size["slug"] == "s-1vcpu-1gb" for size in tools.tool("size-list", Page=1, PerPage=200))


@pytest.mark.last
def test_enough_of_its_tools_were_used() -> None:
    node.package("@digitalocean/mcp")
    assert len(CALLED) >= 40, sorted(CALLED)
