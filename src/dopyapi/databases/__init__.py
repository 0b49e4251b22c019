"""Databases: managed clusters of PostgreSQL, MySQL, Redis, Valkey, MongoDB, Kafka and OpenSearch."""

from __future__ import annotations

from .cluster import DatabaseCluster
from .values import (
    DatabaseBackup,
    DatabaseConnection,
    DatabaseConnectionPool,
    DatabaseFirewall,
    DatabaseUser,
    MetricsCredentials,
)

__all__ = [
    "DatabaseBackup",
    "DatabaseCluster",
    "DatabaseConnection",
    "DatabaseConnectionPool",
    "DatabaseFirewall",
    "DatabaseUser",
    "MetricsCredentials",
]
