"""Slugs of regions, sizes and images, where the official document says only that they are strings.

Not all there are: DigitalOcean adds some every month. They serve to recognise one that is written otherwise.
"""

from __future__ import annotations

SIZES = frozenset(
    """
    16gb 1gb 2gb 32gb 48gb 4gb 512mb 64gb 8gb c-16 c-16-intel c-2 c-2-intel c-32 c-32-intel c-4 c-4-intel c-48
    c-48-intel c-60 c-8 c-8-intel c-96-intel c2-16vcpu-32gb c2-2vcpu-4gb c2-32vcpu-64gb c2-48vcpu-96gb
    c2-4vcpu-8gb c2-60vcpu-120gb c2-8vcpu-16gb db-amd-16vcpu-64gb db-amd-1vcpu-1gb db-amd-1vcpu-2gb
    db-amd-2vcpu-4gb db-amd-2vcpu-8gb db-amd-4vcpu-16gb db-amd-4vcpu-8gb db-amd-8vcpu-32gb db-intel-16vcpu-64gb
    db-intel-1vcpu-1gb db-intel-1vcpu-2gb db-intel-2vcpu-4gb db-intel-2vcpu-8gb db-intel-4vcpu-16gb
    db-intel-4vcpu-8gb db-intel-8vcpu-32gb db-s-16vcpu-64gb db-s-1vcpu-1gb db-s-1vcpu-2gb db-s-2vcpu-2gb
    db-s-2vcpu-4gb db-s-4vcpu-8gb db-s-6vcpu-16gb db-s-8vcpu-32gb g-16vcpu-64gb g-16vcpu-64gb-intel g-2vcpu-8gb
    g-2vcpu-8gb-intel g-32vcpu-128gb g-32vcpu-128gb-intel g-40vcpu-160gb g-48vcpu-192gb g-4vcpu-16gb
    g-4vcpu-16gb-intel g-60vcpu-240gb g-8vcpu-32gb g-8vcpu-32gb-intel gd-16vcpu-64gb gd-16vcpu-64gb-intel
    gd-2vcpu-8gb gd-2vcpu-8gb-intel gd-32vcpu-128gb gd-32vcpu-128gb-intel gd-40vcpu-160gb gd-48vcpu-192gb
    gd-48vcpu-192gb-intel gd-4vcpu-16gb gd-4vcpu-16gb-intel gd-60vcpu-240gb gd-8vcpu-32gb gd-8vcpu-32gb-intel
    gpu-4000adax1-20gb gpu-6000adax1-48gb gpu-h100x1-80gb gpu-h100x8-640gb gpu-l40sx1-48gb m-128gb m-16gb
    m-16vcpu-128gb m-1vcpu-8gb m-224gb m-24vcpu-192gb m-2vcpu-16gb m-32gb m-32vcpu-256gb m-4vcpu-32gb m-64gb
    m-8vcpu-64gb m3-16vcpu-128gb m3-24vcpu-192gb m3-2vcpu-16gb m3-32vcpu-256gb m3-4vcpu-32gb m3-8vcpu-64gb
    m6-16vcpu-128gb m6-2vcpu-16gb m6-4vcpu-32gb m6-8vcpu-64gb s-12vcpu-48gb s-16vcpu-64gb s-1vcpu-1gb
    s-1vcpu-1gb-35gb-intel s-1vcpu-1gb-amd s-1vcpu-1gb-intel s-1vcpu-2gb s-1vcpu-2gb-70gb-intel s-1vcpu-2gb-amd
    s-1vcpu-2gb-intel s-1vcpu-3gb s-1vcpu-512mb-10gb s-20vcpu-96gb s-24vcpu-128gb s-2vcpu-2gb
    s-2vcpu-2gb-90gb-intel s-2vcpu-2gb-amd s-2vcpu-2gb-intel s-2vcpu-4gb s-2vcpu-4gb-120gb-intel s-2vcpu-4gb-amd
    s-2vcpu-4gb-intel s-2vcpu-8gb-160gb-intel s-2vcpu-8gb-amd s-32vcpu-192gb s-3vcpu-1gb s-4vcpu-16gb-320gb-intel
    s-4vcpu-16gb-amd s-4vcpu-8gb s-4vcpu-8gb-240gb-intel s-4vcpu-8gb-amd s-4vcpu-8gb-intel s-6vcpu-16gb
    s-8vcpu-16gb s-8vcpu-16gb-480gb-intel s-8vcpu-16gb-amd s-8vcpu-16gb-intel s-8vcpu-32gb
    s-8vcpu-32gb-640gb-intel s-8vcpu-32gb-amd so-16vcpu-128gb so-24vcpu-192gb so-2vcpu-16gb so-32vcpu-256gb
    so-4vcpu-32gb so-8vcpu-64gb so1_5-16vcpu-128gb so1_5-16vcpu-128gb-intel so1_5-24vcpu-192gb
    so1_5-24vcpu-192gb-intel so1_5-2vcpu-16gb so1_5-2vcpu-16gb-intel so1_5-32vcpu-256gb so1_5-32vcpu-256gb-intel
    so1_5-48vcpu-256gb so1_5-48vcpu-384gb-intel so1_5-4vcpu-32gb so1_5-4vcpu-32gb-intel so1_5-8vcpu-64gb
    so1_5-8vcpu-64gb-intel
    """.split()
)

IMAGES = frozenset(
    """
    almalinux-10-x64 almalinux-8-x64 almalinux-9-x64 caprover-18-04 cassandra centos-6-x32 centos-6-x64
    centos-7-x64 centos-8-x32 centos-8-x64 centos-stream-10-x64 centos-stream-9-x64 coreos-alpha coreos-beta
    coreos-stable debian-10-x64 debian-11-x64 debian-12-x64 debian-13-x64 debian-9-x64 docker-18-04 docker-20-04
    dokku-20-04 fedora-27-x64 fedora-28-x64 fedora-28-x64-atomic fedora-30-x64 fedora-42-x64 fedora-43-x64
    freebsd-10-4-x64 freebsd-10-4-x64-zfs freebsd-11-x64-ufs freebsd-11-x64-zfs freebsd-12-x64 freebsd-12-x64-zfs
    gitea-18-04 gitlabenterpriseed-20-04 grafana-18-04 lamp-20-04 lemp-20-04 mysql-20-04 nodejs-20-04
    openlitespeed-wordpress-20-04 rancheros rockylinux-10-x64 rockylinux-8-x64 rockylinux-9-x64 skaffolder-18-04
    ubuntu-14-04-x32 ubuntu-14-04-x64 ubuntu-16-04-x32 ubuntu-16-04-x64 ubuntu-18-04-x64 ubuntu-19-10-x64
    ubuntu-20-04-x64 ubuntu-22-04-x64 ubuntu-24-04-x64 ubuntu-25-04-x64 ubuntu-25-10-x64 wordpress-20-04
    """.split()
)
