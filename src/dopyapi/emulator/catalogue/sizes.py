"""The sizes of Droplets, with the prices DigitalOcean publishes where those are known.

Each line: slug, monthly price in dollars, memory in MiB, vCPUs, disk in GiB, transfer in TB.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from .regions import OPEN

_HOURS = 672  # a month is billed as at most 28 days

_TABLE: dict[tuple[str, str], str] = {
    ("Basic", "everywhere"): """
        s-1vcpu-512mb-10gb 4 512 1 10 0.5
        s-1vcpu-1gb 6 1024 1 25 1
        s-1vcpu-2gb 12 2048 1 50 2
        s-2vcpu-2gb 18 2048 2 60 3
        s-2vcpu-4gb 24 4096 2 80 4
        s-4vcpu-8gb 48 8192 4 160 5
        s-8vcpu-16gb 96 16384 8 320 6""",
    ("Basic AMD", "everywhere"): """
        s-1vcpu-1gb-amd 7 1024 1 25 1
        s-1vcpu-2gb-amd 14 2048 1 50 2
        s-2vcpu-2gb-amd 21 2048 2 60 3
        s-2vcpu-4gb-amd 28 4096 2 80 4
        s-2vcpu-8gb-amd 42 8192 2 100 5
        s-4vcpu-8gb-amd 56 8192 4 160 5
        s-4vcpu-16gb-amd 84 16384 4 200 8
        s-8vcpu-16gb-amd 112 16384 8 320 6
        s-8vcpu-32gb-amd 168 32768 8 400 10""",
    ("Basic Intel", "everywhere"): """
        s-1vcpu-1gb-intel 7 1024 1 25 1
        s-1vcpu-1gb-35gb-intel 8 1024 1 35 1
        s-1vcpu-2gb-intel 14 2048 1 50 2
        s-1vcpu-2gb-70gb-intel 16 2048 1 70 2
        s-2vcpu-2gb-intel 21 2048 2 60 3
        s-2vcpu-2gb-90gb-intel 24 2048 2 90 3
        s-2vcpu-4gb-intel 28 4096 2 80 4
        s-2vcpu-4gb-120gb-intel 32 4096 2 120 4
        s-2vcpu-8gb-160gb-intel 48 8192 2 160 5
        s-4vcpu-8gb-intel 56 8192 4 160 5
        s-4vcpu-8gb-240gb-intel 64 8192 4 240 6
        s-4vcpu-16gb-320gb-intel 96 16384 4 320 8
        s-8vcpu-16gb-intel 112 16384 8 320 6
        s-8vcpu-16gb-480gb-intel 128 16384 8 480 9
        s-8vcpu-32gb-640gb-intel 192 32768 8 640 10""",
    ("Basic, earlier plans", "everywhere"): """
        512mb 5 512 1 20 1
        1gb 10 1024 1 30 2
        s-1vcpu-3gb 15 3072 1 60 3
        s-3vcpu-1gb 15 1024 3 60 3
        2gb 20 2048 2 40 3
        4gb 40 4096 2 60 4
        8gb 80 8192 4 80 5
        s-6vcpu-16gb 80 16384 6 320 6
        16gb 160 16384 8 160 6
        s-8vcpu-32gb 160 32768 8 640 7
        s-12vcpu-48gb 240 49152 12 960 8
        32gb 320 32768 12 320 7
        s-16vcpu-64gb 320 65536 16 1280 9
        48gb 480 49152 16 480 8
        s-20vcpu-96gb 480 98304 20 1920 10
        64gb 640 65536 20 640 9
        s-24vcpu-128gb 640 131072 24 2560 11
        s-32vcpu-192gb 960 196608 32 3840 12""",
    ("CPU-Optimized", "everywhere"): """
        c-2 42 4096 2 25 4
        c-4 84 8192 4 50 5
        c-8 168 16384 8 100 6
        c-16 336 32768 16 200 7
        c-32 672 65536 32 400 9
        c-48 1008 98304 48 600 11
        c-60 1260 122880 60 750 11""",
    ("CPU-Optimized 2x SSD", "everywhere"): """
        c2-2vcpu-4gb 47 4096 2 50 4
        c2-4vcpu-8gb 94 8192 4 100 5
        c2-8vcpu-16gb 188 16384 8 200 6
        c2-16vcpu-32gb 376 32768 16 400 7
        c2-32vcpu-64gb 752 65536 32 800 9
        c2-48vcpu-96gb 1128 98304 48 1200 11
        c2-60vcpu-120gb 1410 122880 60 1500 11""",
    ("Premium Intel CPU-Optimized", "most"): """
        c-2-intel 55 4096 2 50 4
        c-4-intel 109 8192 4 100 5
        c-8-intel 218 16384 8 200 6
        c-16-intel 437 32768 16 400 7
        c-32-intel 874 65536 32 800 9
        c-48-intel 1310 98304 48 1200 11""",
    ("General Purpose", "everywhere"): """
        g-2vcpu-8gb 63 8192 2 25 4
        g-4vcpu-16gb 126 16384 4 50 5
        g-8vcpu-32gb 252 32768 8 100 6
        g-16vcpu-64gb 504 65536 16 200 7
        g-32vcpu-128gb 1008 131072 32 400 8
        g-40vcpu-160gb 1260 163840 40 500 9
        g-48vcpu-192gb 1512 196608 48 600 9
        g-60vcpu-240gb 1890 245760 60 750 11""",
    ("General Purpose 2x SSD", "everywhere"): """
        gd-2vcpu-8gb 68 8192 2 50 4
        gd-4vcpu-16gb 136 16384 4 100 5
        gd-8vcpu-32gb 272 32768 8 200 6
        gd-16vcpu-64gb 544 65536 16 400 7
        gd-32vcpu-128gb 1088 131072 32 800 8
        gd-40vcpu-160gb 1360 163840 40 1000 9
        gd-48vcpu-192gb 1632 196608 48 1200 9
        gd-60vcpu-240gb 2040 245760 60 1500 11""",
    ("General Purpose Premium Intel", "most"): """
        g-2vcpu-8gb-intel 76 8192 2 30 4
        g-4vcpu-16gb-intel 151 16384 4 60 5
        g-8vcpu-32gb-intel 302 32768 8 120 6
        g-16vcpu-64gb-intel 605 65536 16 240 7
        g-32vcpu-128gb-intel 1210 131072 32 480 8""",
    ("Memory-Optimized", "everywhere"): """
        m-2vcpu-16gb 84 16384 2 50 4
        m-4vcpu-32gb 168 32768 4 100 6
        m-8vcpu-64gb 336 65536 8 200 7
        m-16vcpu-128gb 672 131072 16 400 8
        m-24vcpu-192gb 1008 196608 24 600 9
        m-32vcpu-256gb 1344 262144 32 800 10""",
    ("Memory-Optimized 3x SSD", "most"): """
        m3-2vcpu-16gb 104 16384 2 150 4
        m3-4vcpu-32gb 208 32768 4 300 6
        m3-8vcpu-64gb 416 65536 8 600 7
        m3-16vcpu-128gb 832 131072 16 1200 8
        m3-24vcpu-192gb 1248 196608 24 1800 9
        m3-32vcpu-256gb 1664 262144 32 2400 10""",
    ("Memory-Optimized 6x SSD", "most"): """
        m6-2vcpu-16gb 131 16384 2 300 4
        m6-4vcpu-32gb 262 32768 4 600 6
        m6-8vcpu-64gb 524 65536 8 1200 7
        m6-16vcpu-128gb 1048 131072 16 2400 8""",
    ("Memory-Optimized, earlier plans", "everywhere"): """
        m-1vcpu-8gb 40 8192 1 40 5
        m-16gb 75 16384 2 60 5
        m-32gb 150 32768 4 90 5
        m-64gb 300 65536 8 200 5
        m-128gb 600 131072 16 340 5
        m-224gb 1100 229376 32 500 5""",
    ("Storage-Optimized", "most"): """
        so-2vcpu-16gb 131 16384 2 300 4
        so-4vcpu-32gb 262 32768 4 600 6
        so-8vcpu-64gb 524 65536 8 1200 7
        so-16vcpu-128gb 1048 131072 16 2400 8
        so-24vcpu-192gb 1572 196608 24 3600 9
        so-32vcpu-256gb 2096 262144 32 4800 10""",
    ("Storage-Optimized 1.5x SSD", "most"): """
        so1_5-2vcpu-16gb 163 16384 2 450 4
        so1_5-4vcpu-32gb 326 32768 4 900 6
        so1_5-8vcpu-64gb 652 65536 8 1800 7
        so1_5-16vcpu-128gb 1304 131072 16 3600 8
        so1_5-24vcpu-192gb 1956 196608 24 5400 9""",
    ("H100 GPU - 1X", "few"): "gpu-h100x1-80gb 2522.88 245760 20 720 15",
    ("H100 GPU - 8X", "few"): "gpu-h100x8-640gb 17797.44 1966080 160 2046 60",
    ("RTX 4000 GPU - 1X", "few"): "gpu-4000adax1-20gb 565.44 32768 8 500 10",
    ("RTX 6000 GPU - 1X", "few"): "gpu-6000adax1-48gb 1168.08 65536 8 500 10",
    ("L40S GPU - 1X", "few"): "gpu-l40sx1-48gb 1168.08 65536 8 500 10",
}
_PLACES = {
    "everywhere": OPEN,
    "most": tuple(slug for slug in OPEN if slug not in ("nyc2", "sfo2", "ric1")),
    "few": ("nyc2", "tor1", "atl1"),
}
_GPUS = {
    # slug: (count, model, video memory in GiB of each, hourly price, scratch disk in GiB)
    "gpu-h100x1-80gb": (1, "nvidia_h100", 80, 3.39, 5120),
    "gpu-h100x8-640gb": (8, "nvidia_h100", 80, 23.92, 40960),
    "gpu-4000adax1-20gb": (1, "nvidia_rtx4000_ada", 20, 0.76, 0),
    "gpu-6000adax1-48gb": (1, "nvidia_rtx6000_ada", 48, 1.57, 0),
    "gpu-l40sx1-48gb": (1, "nvidia_l40s", 48, 1.57, 0),
}


class Size(NamedTuple):
    """One size of Droplets."""

    slug: str
    price_monthly: float
    memory: int
    vcpus: int
    disk: int
    transfer: float
    description: str
    regions: tuple[str, ...]

    @property
    def gpu(self) -> bool:
        """Whether it has GPUs."""
        return self.slug in _GPUS

    @property
    def disk_info(self) -> list[dict[str, Any]]:
        """Its disks as the API shows them."""
        if not self.gpu:
            return [{"type": "local", "size": {"amount": self.disk, "unit": "gib"}}]
        disks = [{"type": "boot", "size": {"amount": self.disk, "unit": "gib"}}]
        scratch = _GPUS[self.slug][4]
        return disks + ([{"type": "scratch", "size": {"amount": scratch, "unit": "gib"}}] if scratch else [])

    @property
    def gpu_info(self) -> dict[str, Any] | None:
        """Its GPUs as the API shows them."""
        if not self.gpu:
            return None
        count, model, memory, _, _ = _GPUS[self.slug]
        return {"count": count, "model": model, "vram": {"amount": memory * count, "unit": "gib"}}

    def shown(self) -> dict[str, Any]:
        """The size as the API shows it."""
        found: dict[str, Any] = {
            "slug": self.slug,
            "memory": self.memory,
            "vcpus": self.vcpus,
            "disk": self.disk,
            "transfer": self.transfer,
            "price_monthly": self.price_monthly,
            "price_hourly": _GPUS[self.slug][3] if self.gpu else round(self.price_monthly / _HOURS, 5),
            "regions": sorted(self.regions),
            "available": bool(self.regions),
            "description": self.description,
            "disk_info": self.disk_info,
        }
        if self.gpu:
            found["gpu_info"] = self.gpu_info
        return found


def _sizes() -> dict[str, Size]:
    found = []
    for (description, where), lines in _TABLE.items():
        for line in lines.strip().splitlines():
            slug, price, memory, vcpus, disk, transfer = line.split()
            found.append(
                Size(
                    slug, float(price), int(memory), int(vcpus), int(disk), float(transfer), description, _PLACES[where]
                )
            )
    return {size.slug: size for size in sorted(found, key=lambda size: (size.gpu, size.price_monthly, size.slug))}


SIZES = _sizes()
"""All sizes by slug, cheapest first, GPUs last."""
