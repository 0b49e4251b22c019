"""What a Kubernetes cluster holds, and what it answers."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Self

from .._core.codec import encode
from .._core.values import Document, Value

if TYPE_CHECKING:
    from .._core.client import Client

Day = Literal["any", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


@dataclass
class Node(Value):
    """A machine of a node pool: a Droplet that runs what the cluster is given to run."""

    id: str | None = None
    """Unique identifier."""
    name: str | None = None
    """Name, which DigitalOcean chooses."""
    status: Document | None = None
    """Its `state`: `provisioning`, `running`, `draining` or `deleting`."""
    created_at: datetime | None = None
    """When it was created."""
    updated_at: datetime | None = None
    """When it last changed."""
    droplet_id: str | None = None
    """Number of its Droplet, as text; empty until there is one."""


@dataclass
class NodePool(Value):
    """Nodes of one kind.

    What is empty, zero or false counts as not given, and is not sent.
    """

    name: str
    """Its name."""
    size: str
    """Slug of the size of its Droplets."""
    count: int
    """How many nodes it has."""
    labels: dict[str, str] = None  # type: ignore[assignment]  # made in __post_init__
    """Kubernetes labels that its nodes carry."""
    tags: list[str] = None  # type: ignore[assignment]
    """Names of tags that its Droplets carry; every pool has `k8s`, `k8s:worker` and `k8s:` with the cluster's id."""
    auto_scale: bool = False
    """Whether the number of nodes follows the load."""
    min_nodes: int = 0
    """Least number of nodes, where that follows the load."""
    max_nodes: int = 0
    """Most nodes, where their number follows the load."""
    nodes: list[Node] = None  # type: ignore[assignment]
    """Its nodes, which DigitalOcean makes."""
    id: str | None = None
    """Unique identifier, once it exists."""
    taints: list[dict[str, str]] = None  # type: ignore[assignment]
    """Kubernetes taints that its nodes carry, each with `key`, `value` and `effect`."""

    def __post_init__(self) -> None:
        self._shown: dict[str, Any] = {}
        self.labels = dict(self.labels or {})
        self.tags = list(self.tags or ())
        self.nodes = list(self.nodes or ())
        self.taints = list(self.taints or ())

    @classmethod
    def _from_json(cls, data: Any, client: Client | None = None) -> Self:
        if not isinstance(data, Mapping):
            unchanged: Any = data
            return unchanged  # type: ignore[no-any-return]  # a shape we do not know passes through
        pool = super()._from_json({"name": None, "size": None, "count": None, **data}, client)
        pool._shown = {name: None if value is None else ... for name, value in data.items()}
        return pool

    def get_json(self) -> dict[str, Any]:
        """The pool as the API writes it; what is not given is left out, unless the API itself has shown it."""
        result = dict(getattr(self, "_unknown", {}))
        for member in dataclasses.fields(self):
            value = getattr(self, member.name)
            if value or (member.name == "count" and value is not None):
                result[member.name] = encode(value)
            elif member.name in self._shown:
                # Null stays null, so that nothing seems changed that was only read.
                result[member.name] = None if self._shown[member.name] is None else encode(value)
        return result

    # Names fixed by the API reference.
    getJSON = get_json


class ClusterStatus(Document):
    """How a cluster is."""

    state: str
    """`provisioning`, `running`, `degraded`, `error`, `upgrading`, `deleting` or `deleted`."""
    message: str
    """What there is to say about it."""


class MaintenancePolicy(Document):
    """When a cluster is maintained."""

    start_time: str
    """Hour and minute in UTC, such as `15:00`."""
    duration: str
    """How long it may take, `4h0m0s` say."""
    day: str
    """`monday` to `sunday`, or `any`."""


class KubernetesVersion(Document):
    """A version of Kubernetes that DigitalOcean offers."""

    slug: str
    """What `version` takes, `1.33.1-do.0` say."""
    kubernetes_version: str
    """The version of Kubernetes itself."""
    supported_features: list[str]
    """Names of what it can do."""


class ClusterOptions(Document):
    """What can be chosen for a cluster."""

    regions: list[Document]
    """The regions, each with `name` and `slug`."""
    versions: list[KubernetesVersion]
    """The versions, newest first."""
    sizes: list[Document]
    """The sizes of nodes, each with `name` and `slug`."""


class LintReport(Document):
    """What a run of clusterlint has found."""

    run_id: str
    """Which run."""
    requested_at: str
    """When it was asked for, ISO 8601."""
    completed_at: str | None
    """When it was done; `None` while it goes on."""
    diagnostics: list[Document]
    """What was found, each with `check_name`, `severity`, `message`, `object`."""


class Credentials(Document):
    """What lets a program into a cluster, as a dict; its `repr` shows only where to and until when."""

    server: str
    """URL of the cluster's API."""
    certificate_authority_data: str
    """Its CA certificate, PEM in base64."""
    client_certificate_data: str | None
    """Certificate to log in with, where that is the way."""
    client_key_data: str | None
    """Its private key."""
    token: str
    """Token to log in with, where that is the way."""
    expires_at: str
    """Until when they hold, ISO 8601."""

    def __repr__(self) -> str:
        shown = " ".join(f"{name}={self[name]!r}" for name in ("server", "expires_at") if name in self)
        return f"<{type(self).__name__} {shown}>"

    __str__ = __repr__
