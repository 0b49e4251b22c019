"""The container registry: images for Docker and Kubernetes, in repositories, each under tags."""

from __future__ import annotations

from .credentials import DockerCredentials
from .garbage import GarbageCollection
from .manifest import RepositoryManifest
from .registry import Registry
from .repository import Repository
from .tag import RepositoryTag
from .values import Options, Subscription, Tier

__all__ = [
    "DockerCredentials",
    "GarbageCollection",
    "Options",
    "Registry",
    "Repository",
    "RepositoryManifest",
    "RepositoryTag",
    "Subscription",
    "Tier",
]
