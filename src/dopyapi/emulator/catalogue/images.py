"""The public images: distributions, and applications that are installed on one of them.

Each line: id, slug, name, smallest disk in GiB, size in GB, day of publication. The ids never change.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from .regions import LISTED_FOR_IMAGES

_DISTRIBUTIONS: dict[str, str] = {
    "Ubuntu": """
        195932981 ubuntu-24-04-x64 24.04_(LTS)_x64 7 0.67 2026-06-12
        195932979 ubuntu-22-04-x64 22.04_(LTS)_x64 7 0.67 2026-06-12
        204812034 ubuntu-25-04-x64 25.04_x64 7 0.71 2026-04-21
        209471220 ubuntu-25-10-x64 25.10_x64 7 0.73 2026-05-04
        129211873 ubuntu-20-04-x64 20.04_(LTS)_x64 7 0.63 2025-02-10
        53893572 ubuntu-18-04-x64 18.04.3_(LTS)_x64 20 0.31 2019-10-22
        54203610 ubuntu-16-04-x32 16.04.6_(LTS)_x32 20 0.32 2019-10-30
        55022766 ubuntu-16-04-x64 16.04.6_(LTS)_x64 20 0.32 2019-11-18
        53848703 ubuntu-19-10-x64 19.10_x64 20 0.35 2019-10-18
        47384041 ubuntu-14-04-x32 14.04.6_(LTS)_x32 20 0.28 2019-05-13
        47384143 ubuntu-14-04-x64 14.04.6_(LTS)_x64 20 0.29 2019-05-13""",
    "Debian": """
        205310012 debian-13-x64 13_x64 7 0.52 2026-06-03
        195931981 debian-12-x64 12_x64 7 0.55 2026-06-03
        189041771 debian-11-x64 11_x64 7 0.52 2025-09-16
        50944795 debian-10-x64 10.3_x64 20 0.38 2019-08-05
        50903182 debian-9-x64 9.12_x64 20 0.29 2019-08-03""",
    "Fedora": """
        209113220 fedora-43-x64 43_x64 15 0.88 2026-05-12
        198764411 fedora-42-x64 42_x64 15 0.91 2025-12-10
        50903184 fedora-30-x64 30_x64 20 0.52 2019-08-03
        41430321 fedora-28-x64 28_x64 20 0.49 2018-12-19
        41430322 fedora-28-x64-atomic 28_x64_Atomic 20 0.85 2018-12-19
        34902021 fedora-27-x64 27_x64 20 0.42 2018-05-30""",
    "Rocky Linux": """
        205310341 rockylinux-10-x64 10_x64 10 1.83 2026-06-10
        195932411 rockylinux-9-x64 9_x64 10 1.79 2026-06-10
        195932410 rockylinux-8-x64 8_x64 10 1.95 2026-06-10""",
    "AlmaLinux": """
        205310377 almalinux-10-x64 10_x64 10 1.76 2026-06-10
        195932441 almalinux-9-x64 9_x64 10 1.71 2026-06-10
        195932440 almalinux-8-x64 8_x64 10 1.88 2026-06-10""",
    "CentOS": """
        205310388 centos-stream-10-x64 Stream_10_x64 10 1.43 2026-06-10
        195932501 centos-stream-9-x64 Stream_9_x64 10 1.38 2026-06-10
        50903161 centos-8-x64 8.1_x64 20 0.55 2019-10-02
        50903162 centos-8-x32 8.1_x32 20 0.55 2019-10-02
        50903160 centos-7-x64 7.6_x64 20 0.45 2019-08-03
        50903159 centos-6-x64 6.9_x64 20 0.34 2019-08-03
        31354013 centos-6-x32 6.9_x32 20 0.34 2018-01-22""",
    "CoreOS": """
        54211021 coreos-alpha 2303.1.0_(alpha) 20 0.46 2019-10-30
        54211022 coreos-beta 2303.1.0_(beta) 20 0.46 2019-10-30
        54211023 coreos-stable 2247.6.0_(stable) 20 0.45 2019-10-30""",
    "FreeBSD": """
        44818216 freebsd-12-x64 12.0_x64_ufs 20 0.69 2019-04-01
        44818217 freebsd-12-x64-zfs 12.0_x64_zfs 20 0.72 2019-04-01
        44818214 freebsd-11-x64-ufs 11.2_x64_ufs 20 0.63 2019-04-01
        44818215 freebsd-11-x64-zfs 11.2_x64_zfs 20 0.66 2019-04-01
        31354010 freebsd-10-4-x64 10.4_x64_ufs 20 0.58 2018-01-22
        31354011 freebsd-10-4-x64-zfs 10.4_x64_zfs 20 0.61 2018-01-22""",
    "RancherOS": "47912822 rancheros v1.5.4_x64 20 0.14 2019-10-12",
}
_APPLICATIONS: dict[str, str] = {
    "Ubuntu": """
        195110021 docker-20-04 Docker_on_Ubuntu_22.04 25 1.61 2025-11-03
        195110034 wordpress-20-04 WordPress_on_Ubuntu_24.04 25 2.03 2025-11-03
        195110047 lemp-20-04 LEMP_on_Ubuntu_24.04 25 1.77 2025-11-03
        195110052 lamp-20-04 LAMP_on_Ubuntu_24.04 25 1.83 2025-11-03
        195110063 nodejs-20-04 NodeJS_on_Ubuntu_24.04 25 1.69 2025-11-03
        195110075 mysql-20-04 MySQL_on_Ubuntu_24.04 25 1.88 2025-11-03
        195110081 openlitespeed-wordpress-20-04 OpenLiteSpeed_WordPress_on_Ubuntu_24.04 25 2.21 2025-11-03
        195110096 dokku-20-04 Dokku_on_Ubuntu_22.04 25 2.46 2025-11-03
        195110102 gitlabenterpriseed-20-04 GitLab_Enterprise_on_Ubuntu_22.04 60 3.74 2025-11-03
        195110119 grafana-18-04 Grafana_on_Ubuntu_22.04 25 1.56 2025-11-03
        54110010 docker-18-04 Docker_on_Ubuntu_18.04 20 0.74 2019-10-28
        54110023 caprover-18-04 CapRover_on_Ubuntu_18.04 20 1.02 2019-10-28
        54110038 cassandra Apache_Cassandra_on_Ubuntu_18.04 20 1.13 2019-10-28
        54110042 gitea-18-04 Gitea_on_Ubuntu_18.04 20 0.88 2019-10-28
        54110055 skaffolder-18-04 Skaffolder_on_Ubuntu_18.04 20 0.97 2019-10-28""",
}


class PublicImage(NamedTuple):
    """An image that everyone can create Droplets from."""

    id: int
    slug: str
    name: str
    distribution: str
    application: bool
    min_disk_size: int
    size_gigabytes: float
    day: str

    def shown(self) -> dict[str, Any]:
        """The image as the API shows it."""
        return {
            "id": self.id,
            "name": self.name,
            # The official document has no name for this one, and answers must keep to its choices.
            "distribution": "Unknown" if self.distribution == "AlmaLinux" else self.distribution,
            "slug": self.slug,
            "public": True,
            "regions": list(LISTED_FOR_IMAGES),
            "created_at": f"{self.day}T12:00:00Z",
            "min_disk_size": self.min_disk_size,
            "type": "snapshot",
            "size_gigabytes": self.size_gigabytes,
            "description": self.name if self.application else f"{self.distribution} {self.name}",
            "tags": [],
            "status": "available",
            "error_message": "",
        }


def _images() -> tuple[PublicImage, ...]:
    found = []
    for application, table in ((False, _DISTRIBUTIONS), (True, _APPLICATIONS)):
        for distribution, lines in table.items():
            for line in lines.strip().splitlines():
                id, slug, name, disk, size, day = line.split()
                name = name.replace("_", " ")
                found.append(PublicImage(int(id), slug, name, distribution, application, int(disk), float(size), day))
    return tuple(found)


IMAGES = _images()
"""All public images, distributions first."""

BY_KEY: dict[str, PublicImage] = {str(image.id): image for image in IMAGES} | {image.slug: image for image in IMAGES}
"""Public images by id (as text) and by slug."""
