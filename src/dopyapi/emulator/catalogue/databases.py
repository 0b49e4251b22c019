"""Database engines: their versions, sizes of nodes, and where they can run."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple

_REGIONS = (
    "ams3",
    "blr1",
    "fra1",
    "lon1",
    "nyc1",
    "nyc2",
    "nyc3",
    "sfo2",
    "sfo3",
    "sgp1",
    "syd1",
    "tor1",
    "ric1",
    "atl1",
)
_SMALLEST = ("db-s-1vcpu-1gb",)
_BASIC = ("db-s-1vcpu-2gb", "db-s-2vcpu-4gb", "db-s-4vcpu-8gb", "db-s-6vcpu-16gb")
_LARGE_BASIC = ("db-s-8vcpu-32gb", "db-s-16vcpu-64gb")
_PURPOSES = (
    *(f"gd-{cpus}vcpu-{4 * cpus}gb" for cpus in (2, 4, 8, 16, 32, 40)),
    *(f"so1_5-{cpus}vcpu-{8 * cpus}gb" for cpus in (2, 4, 8, 16, 24, 32)),
)
_SMALLEST_PREMIUM = ("db-intel-1vcpu-1gb", "db-amd-1vcpu-1gb")
_PREMIUM = tuple(
    f"db-{maker}-{shape}"
    for shape in (
        "1vcpu-2gb",
        "2vcpu-4gb",
        "2vcpu-8gb",
        "4vcpu-8gb",
        "4vcpu-16gb",
        "8vcpu-32gb",
        "16vcpu-64gb",
    )
    for maker in ("intel", "amd")
)
_MEMORY = tuple(f"m-{cpus}vcpu-{8 * cpus}gb" for cpus in (2, 4, 8, 16, 24, 32))
_SEARCH = ("gd-2vcpu-8gb", "m3-2vcpu-16gb", "gd-4vcpu-16gb", "m3-4vcpu-32gb", "m3-8vcpu-64gb")
_STREAM = ("gd-2vcpu-8gb", "gd-4vcpu-16gb")
_ADVANCED = (
    *(slug for slug in _PURPOSES if slug != "gd-40vcpu-160gb"),
    *(f"{slug}-intel" for slug in _PURPOSES if slug != "gd-40vcpu-160gb"),
    "gd-40vcpu-160gb",
    "so1_5-48vcpu-384gb-intel",
    "gd-48vcpu-192gb-intel",
    "so1_5-48vcpu-256gb",
    "c-96-intel",
)
_SQL = {1: (*_SMALLEST, *_BASIC, *_PURPOSES, *_SMALLEST_PREMIUM, *_PREMIUM)} | dict.fromkeys(
    (2, 3), (*_BASIC, *_PURPOSES, *_PREMIUM)
)
_CACHE = {1: (*_SMALLEST, *_BASIC, *_LARGE_BASIC, *_MEMORY)} | dict.fromkeys((2, 3), (*_BASIC, *_LARGE_BASIC, *_MEMORY))


_FORMER_VERSIONS = {"pg": ("10", "11", "12"), "mysql": (), "redis": ("5", "6")}
"""By engine what is not offered any more and the API reference of 2020 names; its sizes go with it."""


class Version(NamedTuple):
    """A major version of an engine."""

    number: str
    full: str
    end_of_life: str | None = None
    end_of_availability: str | None = None


class Engine(NamedTuple):
    """What clusters of one kind can be made of."""

    slug: str
    versions: tuple[Version, ...]
    default_version: str
    layouts: dict[int, tuple[str, ...]]
    """Sizes by number of nodes."""
    regions: tuple[str, ...] = _REGIONS

    def version(self, number: str) -> Version | None:
        """The version with this number; those that the API reference of 2020 names still work, though not offered."""
        former = (Version(number, number),) if number in _FORMER_VERSIONS.get(self.slug, ()) else ()
        return next((version for version in (*self.versions, *former) if version.number == number), None)

    def has_size(self, nodes: int, size: object) -> bool:
        """Whether clusters of so many nodes can have this size."""
        return size in self.layouts[nodes] or (self.slug in _FORMER_VERSIONS and size in _LARGE_BASIC)


ENGINES = {
    engine.slug: engine
    for engine in (
        Engine(
            "kafka",
            (Version("3.8", "3.8.1", None, "2025-06-03T00:00:00Z"),),
            "3.8",
            {3: (*_STREAM, "db-s-2vcpu-4gb", "db-s-2vcpu-2gb"), 6: _STREAM, 9: _STREAM, 15: _STREAM},
        ),
        Engine(
            "mongodb",
            (Version("6.0", "6.0.20", "2025-07-01T07:00:00Z"), Version("7.0", "7.0.16", "2026-08-01T07:00:00Z")),
            "7.0",
            dict.fromkeys((1, 3), (*_SMALLEST, *_BASIC, *_LARGE_BASIC, *_PURPOSES)),
        ),
        Engine("mysql", (Version("8", "8.0.35"),), "8", _SQL),
        Engine("advanced_mysql", (Version("8.4.8", "8.4.8"),), "8.4.8", dict.fromkeys((1, 3), _ADVANCED)),
        Engine(
            "opensearch",
            (Version("1", "1.3.13"), Version("2", "2.19.1")),
            "2",
            {1: ("db-s-1vcpu-2gb", "db-s-2vcpu-4gb", "db-s-4vcpu-8gb", *_SEARCH)}
            | {3: ("db-s-2vcpu-4gb", "db-s-4vcpu-8gb", *_SEARCH)}
            | dict.fromkeys((6, 9, 15), _SEARCH),
        ),
        Engine(
            "pg",
            (
                Version("13", "13.22", "2025-11-13T00:00:00Z", "2025-05-13T00:00:00Z"),
                Version("14", "14.19", "2026-11-12T00:00:00Z", "2026-05-12T00:00:00Z"),
                Version("15", "15.14", "2027-11-11T00:00:00Z", "2027-05-12T00:00:00Z"),
                Version("16", "16.10", "2028-11-09T00:00:00Z", "2028-05-09T00:00:00Z"),
                Version("17", "17.6", "2029-11-08T00:00:00Z", "2029-05-08T00:00:00Z"),
            ),
            "17",
            _SQL,
        ),
        Engine(
            "advanced_pg",
            (
                Version("16", "16.10", "2028-11-09T00:00:00Z", "2028-05-09T00:00:00Z"),
                Version("17", "17.6", "2029-11-08T00:00:00Z", "2029-05-08T00:00:00Z"),
                Version("18", "18.1", "2030-11-13T00:00:00Z", "2030-05-13T00:00:00Z"),
            ),
            "18",
            dict.fromkeys((1, 2, 3), _ADVANCED),
        ),
        Engine("redis", (Version("7", "7.2.4", "2025-06-30T00:00:00Z", "2025-04-30T00:00:00Z"),), "7", _CACHE),
        Engine(
            "valkey",
            (Version("8", "8.0.1"),),
            "8",
            _CACHE,
            tuple(region for region in _REGIONS if region != "nyc2"),
        ),
    )
}

_STORAGE_GIB = {1: 10, 2: 30, 4: 60, 8: 140, 16: 290, 32: 580, 64: 1140}
_MONTHLY_FOR_GIB = 15.0


class NodeSize(NamedTuple):
    """A size of a cluster's nodes."""

    slug: str
    memory_gib: int
    storage_mib: int
    price_monthly: float | None
    """US dollars for one node, of the shared sizes; those of the others are not known here."""


@cache
def node_size(slug: str) -> NodeSize:
    """What a slug stands for."""
    found = re.search(r"-(\d+)gb", slug)
    memory = int(found[1]) if found else 192
    shared = slug.startswith("db-s-")
    # What comes with a dedicated size can be chosen; the least is taken to grow with its memory.
    storage = _STORAGE_GIB.get(memory) if slug.startswith("db-") else None
    return NodeSize(slug, memory, (storage or 15 * memory) * 1024, _MONTHLY_FOR_GIB * memory if shared else None)


@cache
def options() -> dict[str, Any]:
    """What ``GET /v2/databases/options`` says."""
    return {
        "options": {
            slug: {
                "regions": list(engine.regions),
                "versions": [version.number for version in engine.versions],
                "layouts": [{"num_nodes": nodes, "sizes": list(sizes)} for nodes, sizes in engine.layouts.items()],
                "default_version": engine.default_version,
            }
            for slug, engine in ENGINES.items()
        },
        "version_availability": {
            slug: [
                {
                    "version": version.number,
                    "end_of_life": version.end_of_life,
                    "end_of_availability": version.end_of_availability,
                    "default": version.number == engine.default_version,
                }
                for version in engine.versions
            ]
            for slug, engine in ENGINES.items()
        },
    }


AUTHORITY = """\
-----BEGIN CERTIFICATE-----
MIIDLTCCAhWgAwIBAgIUZK8lepcRCBmMJe/kz9gs1BizKuUwDQYJKoZIhvcNAQEL
BQAwJjEkMCIGA1UEAwwbZG9weWFwaSBlbXVsYXRvciBQcm9qZWN0IENBMB4XDTI2
MTEyMzIwMTQ1MloXDTQ2MTExODIwMTQ1MlowJjEkMCIGA1UEAwwbZG9weWFwaSBl
bXVsYXRvciBQcm9qZWN0IENBMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKC
AQEA4bOXrv3whWVdxg9I++5j6EfB/p15LPr18tcxZ53GhzgrLVzJPOzVQWjC5Rz3
w0M1UdROHoriBMbV7bvBDeUFhIdPkWFMzriKZu5oqh806HZaPJVrHUm2TlEpSZ7x
yNMO+WAKT4RNFbHbrAikucCq42fHvWAHe45jVa6PEBFBnTgG6vAgOkbRhj7pXES+
zIVO4Limsrn1bo2zktD/lDRNBPYira6s9r7SNpoHuBx1+y6eZlPH5wUXT5p25RzX
5O+rK6EJpoaL5Su/aZ1yuk5zjnq+N8+V/BwX9YMaEQdfI1MxfaKRXNqrVPeCFB9b
ntAYqNvKwxO3Yj4DZgkFxZAc7wIDAQABo1MwUTAdBgNVHQ4EFgQUxBxI1Ai7lmWJ
Iam1rDTWr/xwgqUwHwYDVR0jBBgwFoAUxBxI1Ai7lmWJIam1rDTWr/xwgqUwDwYD
VR0TAQH/BAUwAwEB/zANBgkqhkiG9w0BAQsFAAOCAQEAKhEFXnLDXabdR6RRA0t7
HpziHKhOJBncWQbfORHU1yr42wXdvbLwhCl4G4afd/nb/GLFpDosYS//r8py4WLv
gRXF8DzKVW+CIip6Md7LndGYYEIJmzTacFW5taqNHNPI4vAdCRHIwWhxcv61O1DH
dkDLTIQtfZtg0y7zWXkUV6ZQx84xSEw1pAgbq4EubVt5I1jHSImpfUIr70pAdV8t
Mlp2N4tHrcYsT0enfVjfFfkP/mCFaV8OXNpFKrU4nmjBVFWw4G1tLFCqpeea2khs
HfdsiEu6+Xm1SQa9ec3Vvzist30Z6a1kx8Hf5P2s7mpygwwNhy7J09hFPduXeIXP
gw==
-----END CERTIFICATE-----
"""
"""The certificate of the authority that all emulated clusters name; nobody has its key."""
