"""An account as a small team has one, made by what anyone would send to the API."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any, NamedTuple


class Api(NamedTuple):
    """Whoever has the URL and a token: a client of an emulator, and its control.

    Attributes:
        url: where it is, without ``/v2``.
        token: what it is asked with.
    """

    url: str
    token: str = "any"

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON of an answer, whatever its status; None where it has none."""
        sent = None if body is None else json.dumps(body).encode()
        headers = {"authorization": f"Bearer {self.token}", "content-type": "application/json"}
        request = urllib.request.Request(self.url + path, sent, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            with error:
                text = error.read()
        return json.loads(text) if text else None

    def droplet(self, name: str, **fields: Any) -> int:
        """The number of a new Droplet."""
        body = {"name": name, "region": "ams3", "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64", **fields}
        made: int = self("POST", "/v2/droplets", body)["droplet"]["id"]
        return made

    def advance(self, seconds: float) -> None:
        """Let time pass on a virtual clock."""
        self("POST", "/_emulator/clock", {"advance": seconds})


def fill(api: Api) -> None:
    """Some 60 resources of 17 kinds, on an emulator with a virtual clock at production's speed."""
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ6gK9Ljyf7mJt1WNp0pXJ9zPhzUq0oWwOLp0N6U9m2T"
    api("POST", "/v2/account/keys", {"name": "laptop", "public_key": f"{key} maria"})
    keys = [found["id"] for found in api("GET", "/v2/account/keys")["ssh_keys"]]
    web = [
        api.droplet(f"web-{n}", tags=["web", "production"], ssh_keys=keys, ipv6=True, backups=n == 1)
        for n in (1, 2, 3, 4)
    ]
    workers = [
        api.droplet(f"worker-{n}", tags=["worker"], size="c-2", region="fra1", image="debian-12-x64") for n in (1, 2, 3)
    ]
    bastion = api.droplet("bastion", region="fra1", tags=["ops"])
    api.advance(4 * 3600)
    volumes = [
        api("POST", "/v2/volumes", {"name": f"data-{n}", "region": "ams3", "size_gigabytes": 50 * n, "tags": ["web"]})
        for n in (1, 2, 3)
    ]
    for volume, droplet in zip(volumes, web, strict=False):
        path = f"/v2/volumes/{volume['volume']['id']}"
        api("POST", f"{path}/actions", {"type": "attach", "droplet_id": droplet, "region": "ams3"})
    api.advance(60)
    api("POST", f"/v2/volumes/{volumes[0]['volume']['id']}/snapshots", {"name": "data-1 before the move"})
    api("POST", f"/v2/droplets/{bastion}/actions", {"type": "snapshot", "name": "bastion golden image"})
    for droplet in (web[0], bastion):
        api("POST", "/v2/reserved_ips", {"droplet_id": droplet})
    api("POST", "/v2/domains", {"name": "example.org", "ip_address": "203.0.113.7"})
    for record in ({"type": "CNAME", "name": "www", "data": "@"}, {"type": "TXT", "name": "@", "data": "v=spf1 -all"}):
        api("POST", "/v2/domains/example.org/records", record)
    every = {"addresses": ["0.0.0.0/0", "::/0"]}
    rules = [{"protocol": "tcp", "ports": ports, "sources": every} for ports in ("80", "443")]
    outbound = [{"protocol": "tcp", "ports": "all", "destinations": every}]
    body = {"name": "web", "inbound_rules": rules, "outbound_rules": outbound, "tags": ["web"]}
    api("POST", "/v2/firewalls", body)
    rule = {"entry_protocol": "http", "entry_port": 80, "target_protocol": "http", "target_port": 8080}
    api("POST", "/v2/load_balancers", {"name": "front", "region": "ams3", "forwarding_rules": [rule], "tag": "web"})
    api("POST", "/v2/vpcs", {"name": "staging", "region": "nyc3", "ip_range": "10.200.0.0/20"})
    purpose = "Web Application"
    api("POST", "/v2/projects", {"name": "shop", "purpose": purpose, "environment": "Production"})
    cluster = {"engine": "pg", "version": "16", "size": "db-s-1vcpu-2gb", "region": "ams3", "num_nodes": 2}
    api("POST", "/v2/databases", {"name": "orders", "tags": ["production"], **cluster})
    pools = [{"name": "default", "size": "s-2vcpu-4gb", "count": 3}]
    body = {"name": "jobs", "region": "fra1", "version": "latest", "node_pools": pools}
    api("POST", "/v2/kubernetes/clusters", body)
    api("POST", "/v2/registry", {"name": "maria-shop", "subscription_tier_slug": "basic"})
    api("POST", "/v2/uptime/checks", {"name": "front page", "type": "https", "target": "https://example.org"})
    api.advance(1800)
    api("POST", f"/v2/droplets/{workers[0]}/actions", {"type": "power_off"})
    api.advance(60)
    # What goes wrong, and what has only begun.
    api("POST", "/_emulator/faults", {"operation": "droplets_get", "times": 1, "status": 503})
    api("GET", f"/v2/droplets/{web[0]}")
    api("GET", "/v2/droplets/1")
    api("POST", "/v2/droplets", {"name": "not a hostname", "size": "s-1vcpu-1gb", "image": "ubuntu-24-04-x64"})
    api("GET", "/v2/droplets?tag_name=web&per_page=200")
    api("POST", "/_emulator/faults", {"operation": "droplets_create", "times": 1, "fails": True})
    api.droplet("web-5", tags=["web"])
    api.advance(90)
    api("POST", f"/v2/droplets/{web[1]}/actions", {"type": "reboot"})
    api("POST", f"/v2/droplets/{web[2]}/actions", {"type": "snapshot", "name": "web-3 nightly"})
    api.droplet("web-6", tags=["web", "production"])
    api.advance(12)
    api("GET", "/v2/account")
    api("GET", "/v2/uptime/checks")
    api("GET", "/v2/droplets?per_page=200&page=1")
