"""The groups of commands that follow from the declarations; written by ``tools/commands.py``."""

from __future__ import annotations

GROUPS: dict[str, tuple[tuple[str, ...], str, str]] = {
    "account": (("accounts",), "account:Account", "The account that the token belongs to"),
    "actions": (("action",), "actions:Action", "Something that DigitalOcean is doing to a resource, or has done"),
    "balance": (("balances",), "bills:Balance", "What the account owes"),
    "billing-history": (
        ("billing-histories",),
        "bills:BillingHistory",
        "An entry in the account's books: an invoice, a payment, a credit",
    ),
    "billing-insights": (
        ("billing-insight", "data-points", "data-point"),
        "bills:BillingInsight",
        "What one resource has cost on one day, by the estimate that DigitalOcean makes every night",
    ),
    "cdns": (("cdn",), "cdns:CDN", "A CDN endpoint, which serves the content of a Space"),
    "certificates": (
        ("certificate",),
        "certificates:Certificate",
        "A TLS certificate: your own, or one that DigitalOcean gets from Let's Encrypt and renews",
    ),
    "click-apps": (
        ("click-app", "1-clicks", "1-click", "clickapps", "clickapp"),
        "clickapps:ClickApp",
        "A 1-Click application",
    ),
    "databases": (
        ("database-clusters", "database-cluster", "db", "database"),
        "databases:DatabaseCluster",
        "A managed cluster of one of the engines PostgreSQL, MySQL, Redis, Valkey, MongoDB, Kafka and OpenSearch",
    ),
    "doks": (
        ("kubernetes", "k8s", "kubernetes-clusters", "kubernetes-cluster", "dok"),
        "doks:DOKS",
        "A Kubernetes cluster",
    ),
    "domain-records": (("domain-record", "records", "record"), "domains:DomainRecord", "A DNS record of a domain"),
    "domains": (("domain",), "domains:Domain", "A domain whose DNS records DigitalOcean serves"),
    "droplets": (("droplet",), "droplets:Droplet", "A virtual machine"),
    "firewalls": (("firewall",), "firewalls:Firewall", "What traffic some Droplets let in and out"),
    "floating-ips": (
        ("floating-ip",),
        "floating_ips:FloatingIP",
        "An IPv4 address that stays yours, whichever Droplet it is assigned to",
    ),
    "garbage-collections": (
        ("garbage-collection",),
        "registry:GarbageCollection",
        "One run of garbage collection in a registry, which cannot be pushed to meanwhile",
    ),
    "images": (
        ("image",),
        "images:Image",
        "What a Droplet's disk is made from: a distribution, an application, a snapshot, a backup or one of your own",
    ),
    "invoice-items": (
        ("invoice-item",),
        "invoices:InvoiceItem",
        "One line of an invoice: what a resource has cost while it ran at one price",
    ),
    "invoice-summaries": (
        ("invoice-summary",),
        "invoices:InvoiceSummary",
        "The sums of an invoice, and whom it is for",
    ),
    "invoices": (("invoice",), "invoices:Invoice", "What one month has cost"),
    "load-balancers": (
        ("load-balancer", "lb", "loadbalancers", "loadbalancer"),
        "loadbalancers:LoadBalancer",
        "One address in front of many Droplets, which are named one by one or follow a tag",
    ),
    "projects": (("project",), "projects:Project", "A group of resources"),
    "regions": (
        ("region",),
        "regions:Region",
        "A datacenter region, where Droplets can be created and images transferred",
    ),
    "registries": (("registry",), "registry:Registry", "A place for container images"),
    "repositories": (("repository",), "registry:Repository", "The images of one name in a registry"),
    "repository-manifests": (
        ("repository-manifest",),
        "registry:RepositoryManifest",
        "An image of a repository, known by its digest",
    ),
    "repository-tags": (("repository-tag",), "registry:RepositoryTag", "A name of an image in a repository"),
    "reserved-ips": (
        ("reserved-ip",),
        "reserved_ips:ReservedIP",
        "An IPv4 address that stays yours, whichever Droplet it is assigned to",
    ),
    "reserved-ipv6s": (
        ("reserved-ipv6",),
        "reserved_ips:ReservedIPv6",
        "An IPv6 address that stays yours, whichever Droplet it is assigned to",
    ),
    "sizes": (("size",), "sizes:Size", "A size of Droplets: memory, processors, disk, transfer and what they cost"),
    "snapshots": (("snapshot",), "snapshots:Snapshot", "A saved image of a Droplet or of a block storage volume"),
    "ssh-keys": (
        ("ssh-key", "sshkeys", "sshkey"),
        "sshkeys:SSHKey",
        "A public key, to be put on Droplets when they are created",
    ),
    "tags": (("tag",), "tags:Tag", "A name that resources carry, to be found and acted on together"),
    "volumes": (
        ("volume",),
        "volumes:Volume",
        "A disk of its own, from 1 to 16384 gigabytes, that one Droplet of its region at a time can use",
    ),
    "vpc-peerings": (
        ("vpc-peering",),
        "vpcs:VPCPeering",
        "A connection of two VPCs, whose members then reach each other",
    ),
    "vpcs": (("vpc",), "vpcs:VPC", "A private network of a region: resources in one VPC do not reach those in another"),
}
"""Further names, place and line of each group, by its name."""
