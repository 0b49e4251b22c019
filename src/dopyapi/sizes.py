"""Sizes: how much of a machine a Droplet gets. The constants name slugs, so that editors complete them."""

from __future__ import annotations

from typing import Any

from ._core.declare import collection, member, unsupported
from ._core.fields import Key, Static
from ._core.page import Page
from ._core.resource import ActiveRecord, Array
from ._core.values import Document

_READ_ONLY = "sizes are DigitalOcean's own; list() them"


class Size(ActiveRecord):
    """A size of Droplets: memory, processors, disk, transfer and what they cost.

    In DigitalOcean's API reference: Sizes.
    """

    _url, _single, _plural, _id_attr = "sizes", "size", "sizes", "slug"

    slug: Key[str]
    """Short name, such as `s-1vcpu-1gb`."""
    available: Static[bool]
    """Whether Droplets of this size can be created."""
    transfer: Static[float]
    """Terabytes of outgoing traffic included a month."""
    price_monthly: Static[float]
    """US dollars a month at most."""
    price_hourly: Static[float]
    """US dollars an hour."""
    memory: Static[int]
    """Megabytes of memory."""
    vcpus: Static[int]
    """Number of virtual processors."""
    disk: Static[int]
    """Gigabytes of disk."""
    regions: Static[Array[str]]
    """Slugs of the regions that offer it."""
    description: Static[str]
    """Class of the size, such as `Basic`."""
    disk_info: Static[Array[Document]]
    """Its disks, each with `type` and `size`."""
    gpu_info: Static[dict[str, Any]]
    """Its GPUs, where it has any."""

    load = member.load_from_list("/sizes")
    create = unsupported("create", _READ_ONLY)
    save = unsupported("save", _READ_ONLY)
    delete = unsupported("delete", _READ_ONLY)

    @collection.list("/sizes")
    def list(cls, *, page: int = 1, per_page: int = 20) -> Page[Size]:
        """List the sizes, available or not.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...


# Droplet sizes, by what they are like.
tiny = "s-1vcpu-1gb"
small = "s-1vcpu-3gb"
medium = "s-2vcpu-4gb"
big = "s-4vcpu-8gb"
large = "s-6vcpu-16gb"

# Droplet sizes, by class, processors and gigabytes of memory.
c_2_4 = "c-2"
c_4_8 = "c-4"
g_2_8 = "g-2vcpu-8gb"
gd_2_8 = "gd-2vcpu-8gb"
m_1_8 = "m-1vcpu-8gb"
m_2_16 = "m-16gb"
s_1_1 = "s-1vcpu-1gb"
s_1_2 = "s-1vcpu-2gb"
s_1_3 = "s-1vcpu-3gb"
s_2_2 = "s-2vcpu-2gb"
s_2_4 = "s-2vcpu-4gb"
s_3_1 = "s-3vcpu-1gb"
s_4_8 = "s-4vcpu-8gb"
s_6_16 = "s-6vcpu-16gb"
t_0_1 = "512mb"
t_1_1 = "1gb"
t_2_2 = "2gb"
t_2_4 = "4gb"
t_4_8 = "8gb"

# Droplet sizes that DigitalOcean has added since.
s_1_05 = "s-1vcpu-512mb-10gb"
s_8_16 = "s-8vcpu-16gb"
s_1_1_amd = "s-1vcpu-1gb-amd"
s_1_1_intel = "s-1vcpu-1gb-intel"
s_2_4_amd = "s-2vcpu-4gb-amd"
s_2_4_intel = "s-2vcpu-4gb-intel"
c_8_16 = "c-8"
c_16_32 = "c-16"
g_4_16 = "g-4vcpu-16gb"
g_8_32 = "g-8vcpu-32gb"
gd_4_16 = "gd-4vcpu-16gb"
m_4_32 = "m-4vcpu-32gb"
m_8_64 = "m-8vcpu-64gb"

# Sizes of database nodes, by what they are like, and by processors and gigabytes of memory.
db_16_64 = "db-s-16vcpu-64gb"
db_1_1 = "db-s-1vcpu-1gb"
db_1_2 = "db-s-1vcpu-2gb"
db_2_4 = "db-s-2vcpu-4gb"
db_4_8 = "db-s-4vcpu-8gb"
db_6_16 = "db-s-6vcpu-16gb"
db_8_32 = "db-s-8vcpu-32gb"
db_large = "db-s-4vcpu-8gb"
db_medium = "db-s-2vcpu-4gb"
db_small = "db-s-1vcpu-2gb"
db_tiny = "db-s-1vcpu-1gb"
db_xlarge = "db-s-6vcpu-16gb"
db_xxlarge = "db-s-8vcpu-32gb"
db_xxxlarge = "db-s-16vcpu-64gb"
