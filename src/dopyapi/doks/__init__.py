"""Kubernetes clusters that DigitalOcean runs."""

from __future__ import annotations

from .cluster import DOKS
from .values import (
    ClusterOptions,
    ClusterStatus,
    Credentials,
    KubernetesVersion,
    LintReport,
    MaintenancePolicy,
    Node,
    NodePool,
)
from .versions import DOKS_V_17, DOKS_V_18, DOKS_V_19

__all__ = [
    "DOKS",
    "DOKS_V_17",
    "DOKS_V_18",
    "DOKS_V_19",
    "ClusterOptions",
    "ClusterStatus",
    "Credentials",
    "KubernetesVersion",
    "LintReport",
    "MaintenancePolicy",
    "Node",
    "NodePool",
]
