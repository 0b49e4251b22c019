"""A cluster itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from .._core.declare import collection, member, new_by, procedure
from .._core.errors import NeverReady
from .._core.fields import Dynamic, Key, Static, attr
from .._core.page import Page
from .._core.resource import Array, Resource
from .._core.steps import Steps
from .._core.values import Document
from .._core.waiting import TIMEOUT, OnProgress, waiting
from ..regions import Region
from .access import DOKSAccess
from .destroying import DOKSDestroying
from .pools import DOKSPools
from .upkeep import DOKSUpkeep
from .values import ClusterStatus, MaintenancePolicy, NodePool

HOPELESS = ("error", "deleting", "deleted")
"""States that do not become `running` by waiting."""
SWITCHED = (
    "routing_agent",
    "p2p_oci_registry_plugin",
    "amd_gpu_device_plugin",
    "amd_gpu_device_metrics_exporter_plugin",
    "nvidia_gpu_device_plugin",
    "rdma_shared_dev_plugin",
    "coredns_autoscaler",
)
"""Components that are on or off: each an object with `enabled`."""


class DOKS(DOKSPools, DOKSAccess, DOKSUpkeep, DOKSDestroying):
    """A Kubernetes cluster.

    Set attributes and call `create()`, or call `DOKS.new(...)`; set `id` or `name` of one that exists, and the other
    attributes are fetched when they are read.

    In DigitalOcean's API reference: Kubernetes.
    """

    _url, _single, _plural = "kubernetes/clusters", "kubernetes_cluster", "kubernetes_clusters"
    _places = {"cluster_id": "id"}
    _urn_kind = "kubernetes"

    id: Key[str]
    """Unique identifier."""
    name: Dynamic[str] = attr(fetch="list")
    """Its name; it can also find the cluster."""
    endpoint: Static[str]
    """Address of its API server; empty until it runs."""
    region: Dynamic[str]
    """Slug of the region where it runs."""
    version: Dynamic[str]
    """Slug of its version of Kubernetes. To create one, a minor version such as `1.34` means its latest patch, and
    `latest` the latest of all."""
    auto_upgrade: Dynamic[bool]
    """Whether it is upgraded to new patches by itself, while it is maintained."""
    surge_upgrade: Dynamic[bool]
    """Whether an upgrade makes new nodes before it takes away old ones."""
    ipv4: Static[str]
    """Public IPv4 address of its control plane; empty where that is highly available, and until it runs."""
    cluster_subnet: Dynamic[str]
    """Range of the addresses of its pods."""
    service_subnet: Dynamic[str]
    """Range of the addresses of its services."""
    vpc_uuid: Dynamic[str]
    """Identifier of the VPC that it is in."""
    worker_subnet_uuid: Dynamic[str]
    """Identifier of the subnet of the VPC that its nodes are in."""
    tags: Dynamic[Array[str]]
    """Names of its tags; every cluster has `k8s` and `k8s:` with its id."""
    maintenance_policy: Dynamic[MaintenancePolicy | None]
    """When it is maintained: `start_time` and `day`."""
    node_pools: Dynamic[Array[NodePool]]
    """Its nodes, in pools of one kind each."""
    created_at: Static[datetime]
    """When it was created."""
    updated_at: Static[datetime]
    """When it was last changed."""
    status: Static[ClusterStatus]
    """Its `state`: `provisioning`, `running`, `degraded`, `error`, `upgrading`, `deleting` or `deleted`."""
    ha: Dynamic[bool]
    """Whether its control plane is highly available; once it is, it stays so."""
    isolated_workers: Dynamic[bool]
    """Whether its nodes have no public addresses."""
    registry_enabled: Static[bool]
    """Whether it pulls from a container registry of the account."""
    registries: Static[Array[str] | None]
    """Names of the container registries that it pulls from."""
    control_plane_firewall: Dynamic[Document | None]
    """Who may reach its API server: `enabled` and `allowed_addresses`."""
    cluster_autoscaler_configuration: Dynamic[Document | None]
    """How pools are scaled: `scale_down_utilization_threshold`, `scale_down_unneeded_time`, `expanders`."""
    sso: Dynamic[Document | None]
    """Single sign-on: `enabled`, `required`, `issuer_url`, `client_id`."""
    routing_agent: Dynamic[Document | None]
    """Whether the routing agent is `enabled`."""
    p2p_oci_registry_plugin: Dynamic[Document | None]
    """Whether nodes get images from each other: `enabled`."""
    amd_gpu_device_plugin: Dynamic[Document | None]
    """Whether AMD's device plugin is `enabled`."""
    amd_gpu_device_metrics_exporter_plugin: Dynamic[Document | None]
    """Whether AMD's exporter of metrics is `enabled`."""
    nvidia_gpu_device_plugin: Dynamic[Document | None]
    """Whether Nvidia's device plugin is `enabled`."""
    rdma_shared_dev_plugin: Dynamic[Document | None]
    """Whether the plugin for shared RDMA devices is `enabled`."""
    coredns_autoscaler: Dynamic[Document | None]
    """Whether the number of DNS servers follows the size of the cluster: `enabled`."""

    load = member.load("/kubernetes/clusters/{cluster_id}")
    save = member.save(
        "/kubernetes/clusters/{cluster_id}",
        only=(
            *("name", "tags", "maintenance_policy", "auto_upgrade", "surge_upgrade", "ha", "control_plane_firewall"),
            *("cluster_autoscaler_configuration", "sso", *SWITCHED),
        ),
    )
    delete = member.delete_by("/kubernetes/clusters/{cluster_id}")

    @member.create("/kubernetes/clusters")
    def create(
        self,
        *,
        name: str | None = None,
        region: Region | str | None = None,
        version: str | None = None,
        node_pools: Sequence[NodePool | Mapping[str, Any]] | None = None,
        tags: Sequence[str] | None = None,
        vpc_uuid: Resource | str | None = None,
        worker_subnet_uuid: str | None = None,
        cluster_subnet: str | None = None,
        service_subnet: str | None = None,
        auto_upgrade: bool | None = None,
        surge_upgrade: bool | None = None,
        ha: bool | None = None,
        isolated_workers: bool | None = None,
        maintenance_policy: Mapping[str, Any] | None = None,
        control_plane_firewall: Mapping[str, Any] | None = None,
        cluster_autoscaler_configuration: Mapping[str, Any] | None = None,
        sso: Mapping[str, Any] | None = None,
        routing_agent: Mapping[str, Any] | None = None,
        p2p_oci_registry_plugin: Mapping[str, Any] | None = None,
        amd_gpu_device_plugin: Mapping[str, Any] | None = None,
        amd_gpu_device_metrics_exporter_plugin: Mapping[str, Any] | None = None,
        nvidia_gpu_device_plugin: Mapping[str, Any] | None = None,
        rdma_shared_dev_plugin: Mapping[str, Any] | None = None,
        coredns_autoscaler: Mapping[str, Any] | None = None,
        wait: bool = False,
        wait_timeout: float = TIMEOUT,
        on_progress: OnProgress | None = None,
        extra_body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Create the cluster from these and from the attributes already set on it.

        Args:
            name: its name.
            region: object or slug.
            version: slug, see `options`; a minor version means its latest patch, `latest` the latest of all.
            node_pools: at least one pool with at least one node.
            tags: names of tags.
            vpc_uuid: VPC to be in, or its identifier; the region's default unless given.
            worker_subnet_uuid: subnet of that VPC for its nodes.
            cluster_subnet, service_subnet: ranges for pods and for services.
            auto_upgrade: let it be upgraded to new patches by itself.
            surge_upgrade: make new nodes before an upgrade takes away old ones.
            ha: make its control plane highly available.
            isolated_workers: give its nodes no public addresses.
            maintenance_policy: when it is maintained: `start_time` such as `15:00`, in UTC, and `day`.
            control_plane_firewall: who may reach its API server: `enabled`, `allowed_addresses`.
            cluster_autoscaler_configuration: how pools are scaled: `scale_down_utilization_threshold`,
                `scale_down_unneeded_time`, `expanders`.
            sso: single sign-on: `enabled`, `required`, `issuer_url`, `client_id`.
            routing_agent, p2p_oci_registry_plugin, amd_gpu_device_plugin, amd_gpu_device_metrics_exporter_plugin,
                nvidia_gpu_device_plugin, rdma_shared_dev_plugin, coredns_autoscaler: components, each `enabled` or not.
            wait: return only when it is ready, as `wait_ready` does.
            wait_timeout: seconds to wait at most.
            on_progress: called with a `Progress` at every poll of the wait.
            extra_body: further members of the request.

        Returns:
            The API's answer; the cluster is still being made unless `wait` was given.

        Raises:
            UnprocessableError: a region, version, size or range that the API does not accept.
            NeverReady, WaitTimeout: the wait; their `created` has what was created.
        """
        ...

    new = new_by(create)

    @collection.list("/kubernetes/clusters")
    def list(cls, *, page: int = 1, per_page: int = 20) -> Page[DOKS]:
        """List the clusters of the account.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...

    @procedure
    def wait_ready(
        self, *, timeout: float = TIMEOUT, every: float | None = None, on_progress: OnProgress | None = None
    ) -> Steps[DOKS]:
        """Wait until the cluster runs, newly made or upgraded.

        Args:
            timeout: seconds to wait at most.
            every: seconds between polls; growing unless given.
            on_progress: called with a `Progress` at every poll.

        Returns:
            The cluster itself, up to date.

        Raises:
            NeverReady: it has failed, or is being deleted, or is gone.
            WaitTimeout: it did not run after the timeout.
        """
        yield from waiting([self], "running", timeout, every, on_progress)
        return self

    _untils = ("running",)

    def _settled(self, until: str) -> bool:
        state = self.status.state if self.status else ""
        if state in HOPELESS:
            said = self.status.get("message")
            raise NeverReady(f"{self!r} is in the state {state}{f' ({said})' if said else ''} and will not run", self)
        return state == "running"

    # Names fixed by the API reference.
    waitReady = wait_ready
