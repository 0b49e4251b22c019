"""What is known to differ from production: for the page on coverage, and for who looks before relying on it."""

from __future__ import annotations

EVERYWHERE: tuple[str, ...] = (
    "Time is quick unless told otherwise: changes take a fiftieth of what they take in production (`--speed`).",
    "Rate limits are counted and not enforced, unless `--limits` says so.",
    "Any token is good, unless `--token` demands one. A token that lacks a scope is refused whole requests, while"
    " production also leaves parts out of answers.",
    "Wordings of errors that production's documents and public threads do not give are the emulator's own; statuses"
    " are production's where they are known.",
    "A page out of bounds is answered with the nearest one; `--strict` refuses it.",
)

OF_PRODUCTS: dict[str, tuple[str, ...]] = {
    "Billing": (
        "Previews and balances are those of the moment; production makes them once a day. No tax is charged; transfer"
        " and the further disk of databases are not metered.",
    ),
    "Block Storage": (
        "A snapshot takes as much as its volume has; production bills what is in use. Production takes one of a volume"
        " in ten minutes; here they are not counted.",
    ),
    "CDN Endpoints": ("Nothing is delivered at the endpoint.",),
    "Certificates": (
        "Let's Encrypt is not asked: a certificate is issued when the account serves the domain, and its fingerprint is"
        " of nothing.",
    ),
    "Container Registry": (
        "Nothing listens for `docker push`: `Emulator.push()` and `POST /_emulator/push` stand for it.",
    ),
    "Databases": (
        "No database runs behind the addresses; passwords and certificates are good for files only.",
        "What is measured (`metrics`) and written to sinks is not there.",
    ),
    "Domain Records": ("Nothing is served: no DNS server answers for the domains.",),
    "Droplets": (
        "No machine runs behind the addresses, which are of documentation and benchmark ranges and reach nobody.",
        "Every 64th Droplet of a region shares a machine with another: its neighbours.",
        "A Droplet that a fault lets fail stays `new` until it is deleted; what production does with it is not known.",
    ),
    "Droplet Actions": ("`change_kernel` on a Droplet that boots its own kernel completes and changes nothing.",),
    "Images": ("Nothing is fetched for a custom image; its size is a usual one.",),
    "Kubernetes": (
        "No API server listens, nothing runs in a cluster: clusterlint finds nothing, pools with `auto_scale` stay"
        " as large as they are told within their bounds, and 1-Click applications are only noted.",
        "`isolated_workers` does not ask for a NAT gateway. The versions of the API reference of 2020 still work.",
    ),
    "Load Balancers": ("Nothing is balanced: health checks are kept and not made.",),
    "Project Resources": (
        "Resources move at once; production may take a moment.",
        "A Space is there when it is first named, in the default project: buckets are not made by this API.",
        "Apps, firewalls, images, records and add-ons are not in projects: assigned, they are `service_down`.",
    ),
    "VPCs": (
        "A VPC that a user makes never becomes its region's default by itself; the default of a region takes its range"
        " when somebody first sees it. One that is full goes on in 100.64.0.0/10, so that large fleets fit.",
    ),
}
"""By the product's name in the official document."""
