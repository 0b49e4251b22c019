"""An example in the help of each command that people begin with; the tests run all of them."""

from __future__ import annotations

from typing import Any

NAMED = {
    "Action": "36804751",
    "CDN": "files.ams3.digitaloceanspaces.com",
    "Certificate": "example-cert",
    "DatabaseCluster": "orders-db",
    "DOKS": "production",
    "Domain": "example.com",
    "DomainRecord": "example.com www",
    "Droplet": "web-1",
    "Firewall": "web-firewall",
    "FloatingIP": "203.0.113.7",
    "Image": "golden",
    "Invoice": "2026-10",
    "LoadBalancer": "web-lb",
    "Project": "shop",
    "Region": "ams3",
    "Registry": "example-registry",
    "ReservedIP": "203.0.113.7",
    "Size": "s-1vcpu-1gb",
    "Snapshot": "golden",
    "SSHKey": "laptop",
    "Tag": "web",
    "Volume": "data-1",
    "VPC": "backend",
    "VPCPeering": "backend-to-office",
}
"""What a resource of a class is called in examples."""

EXAMPLES: dict[tuple[str, str], str] = {
    ("CDN", "create"): "--origin files.ams3.digitaloceanspaces.com",
    ("CDN", "update"): "files.ams3.digitaloceanspaces.com --ttl 600",
    ("CDN", "purge-cache"): "files.ams3.digitaloceanspaces.com --file 'css/*'",
    ("Certificate", "create"): "example-cert --type lets_encrypt --dns-name www.example.com --wait",
    ("DatabaseCluster", "create"): (
        "orders-db --engine pg --version 16 --size db-s-1vcpu-1gb --num-nodes 1 --region ams3 --wait"
    ),
    ("DatabaseCluster", "add-user"): "orders-db --name alice",
    ("DatabaseCluster", "add-db"): "orders-db --name shop",
    ("DatabaseCluster", "add-pool"): "orders-db --name web --mode transaction --size 5 --db shop --user alice",
    ("DatabaseCluster", "update-firewall"): "orders-db --rule type=droplet,value=web-1",
    ("DatabaseCluster", "create-replica"): "orders-db --name orders-copy --size db-s-1vcpu-1gb --region ams3",
    ("DatabaseCluster", "resize"): "orders-db --size db-s-2vcpu-4gb --num-nodes 2 --wait",
    ("DOKS", "create"): (
        "production --region ams3 --version latest --node-pool size=s-2vcpu-4gb,count=2,name=workers --wait"
    ),
    ("DOKS", "update"): "production --auto-upgrade",
    ("DOKS", "add-node-pool"): "production --name batch --size s-2vcpu-4gb --count 1",
    ("DOKS", "update-node-pool"): "production --node-pool workers --name workers --count 3",
    ("Domain", "create"): "example.com --ip-address 203.0.113.7",
    ("DomainRecord", "create"): "example.com --type A --name www --data 203.0.113.7",
    ("DomainRecord", "update"): "example.com www --data 203.0.113.8 --ttl 600",
    ("DomainRecord", "upsert"): "example.com A www 203.0.113.9",
    ("DomainRecord", "upsert-set"): "example.com A api --data 203.0.113.7 --data 203.0.113.8 --yes",
    ("Droplet", "create"): "web-{1..3} --size s-1vcpu-1gb --image ubuntu-24-04-x64 --region ams3 --tag web --wait",
    ("Droplet", "reboot"): "web-1 web-2 --wait",
    ("Droplet", "rename"): "web-3 --name worker-1",
    ("Droplet", "snapshot"): "web-1 --name golden --wait",
    ("Droplet", "resize"): "web-1 --size s-2vcpu-2gb --wait",
    ("Droplet", "shutdown"): "web-1 --wait",
    ("Droplet", "enable-backups"): "web-1 --backup-policy plan=weekly,weekday=SUN,hour=4",
    ("Firewall", "create"): (
        "web-firewall --tag web --inbound-rule protocol=tcp,ports=443,sources.addresses=0.0.0.0/0"
        " --inbound-rule protocol=tcp,ports=22,sources.droplet_ids=web-2"
        " --outbound-rule protocol=tcp,ports=all,destinations.addresses=0.0.0.0/0"
    ),
    ("Firewall", "update"): "web-firewall --name web-firewall --droplet web-2",
    ("Firewall", "add-rules"): "web-firewall --rule protocol=tcp,ports=80,sources.addresses=0.0.0.0/0",
    ("Firewall", "add-droplets"): "web-firewall --droplet web-1,web-2",
    ("Image", "create"): "disk --url https://example.com/disk.qcow2 --region ams3 --distribution Debian --wait",
    ("Image", "update"): "disk --name disk-1",
    ("Image", "transfer"): "golden --region nyc3 --wait",
    ("LoadBalancer", "create"): (
        "web-lb --region ams3 --droplet web-1,web-2"
        " --forwarding-rule entry_protocol=http,entry_port=80,target_protocol=http,target_port=80 --wait"
    ),
    ("LoadBalancer", "update"): "web-lb --size-unit 2",
    ("LoadBalancer", "add-droplets"): "web-lb --droplet web-3",
    ("Project", "create"): "shop --purpose 'Web Application' --environment Production",
    ("Project", "update"): "shop --description 'What customers see'",
    ("Project", "assign"): "shop --resource droplet:web-1,domain:example.com",
    ("Registry", "create"): "example-registry --subscription-tier-slug basic --region ams3",
    ("ReservedIP", "create"): "--region ams3",
    ("ReservedIP", "assign"): "203.0.113.7 --droplet-id web-1 --wait",
    ("SSHKey", "create"): "laptop --public-key @~/.ssh/id_ed25519.pub",
    ("SSHKey", "update"): "laptop --name laptop",
    ("Tag", "create"): "web staging",
    ("Tag", "tag"): "staging --resource droplet:web-1,volume:data-1",
    ("Volume", "create"): "data-1 --size-gigabytes 10 --region ams3",
    ("Volume", "attach"): "data-1 --droplet web-1 --wait",
    ("Volume", "resize"): "data-1 --size-gigabytes 20 --wait",
    ("Volume", "snapshot"): "data-1 --name before-upgrade",
    ("VPC", "create"): "backend --region ams3",
    ("VPC", "update"): "backend --description 'Databases and workers'",
    ("VPCPeering", "create"): "backend-to-office --vpc backend,office --wait",
    ("VPCPeering", "update"): "backend-to-office --name backend-office",
}
"""What follows the command's name in an example, by class and command."""

LISTS = {
    "Droplet": "--filter status=active --sort name",
    "Size": "--filter available=yes --sort price_monthly",
    "DomainRecord": "example.com --type A",
}


def example_of(cls: Any, name: str) -> str | None:
    """An example of a command, without ``dopy`` and the group; nothing where the help needs none.

    Args:
        cls: the class.
        name: of the command.
    """
    written = EXAMPLES.get((cls.__name__, name))
    if written is not None:
        return f"{name} {written}"
    if name == "list":
        return f"{name} {LISTS[cls.__name__]}" if cls.__name__ in LISTS else None
    called = NAMED.get(cls.__name__)
    return f"{name} {called}" if called and name in ("get", "delete", "wait-ready", "wait") else None


def with_example(text: str, cls: Any, name: str) -> str:
    """A help text with an example below it, where there is one."""
    from ..index import GROUPS

    example = example_of(cls, name)
    place = f":{cls.__name__}"
    group = next((shown for shown, (_, at, _) in GROUPS.items() if at.endswith(place)), None)
    return text if example is None or group is None else f"{text}\n\n\b\nExample:\n  dopy {group} {example}"
