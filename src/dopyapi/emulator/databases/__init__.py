"""Database clusters: how they come, change and go. Documents of the kind ``database``.

The parent of a cluster is its VPC, its facet ``cluster``; a read-only replica is a document of the same kind with its
cluster as parent and ``replica`` as facet, so that tags and trusted sources work alike. What only the emulator knows -
pools, rules, settings, backups - is in the hidden part; a cluster's events are documents of their own.
"""

from __future__ import annotations

from .cluster import create, destroy, find, online, remember, supported

__all__ = ["create", "destroy", "find", "online", "remember", "supported"]
