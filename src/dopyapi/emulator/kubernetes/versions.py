"""The versions of Kubernetes that clusters can have, and what becomes of what a request says."""

from __future__ import annotations

from typing import Any

from ..errors import unprocessable

_OFFERED = """
    1.36.1-do.0 1.36.0-do.1
    1.35.4-do.0 1.35.2-do.1
    1.34.6-do.0 1.34.3-do.0
    1.33.9-do.0 1.33.6-do.1""".split()
_FORMER = "1.19.3-do.0 1.18.10-do.0 1.17.13-do.0".split()
"""No longer listed, but the API reference of 2020 names them, and they work here."""
_FEATURES = ["cluster-autoscaler", "docr-integration", "ha-control-plane", "token-authentication"]
_HA_BY_DEFAULT = (1, 36)


def resolve(asked: object) -> str:
    """The slug of the version that a request means: a slug, a patch, a minor version, or ``latest``."""
    text = str(asked)
    if text == "latest":
        return _OFFERED[0]
    for slug in (*_OFFERED, *_FORMER):
        if text in (slug, slug.partition("-")[0], _minor_name(slug)):
            return slug
    raise unprocessable("validation error: invalid version slug")


def listed() -> list[dict[str, Any]]:
    """Those that new clusters are offered, newest first."""
    return [shown(slug) for slug in _OFFERED]


def shown(slug: str) -> dict[str, Any]:
    """A version as clients see it."""
    return {"slug": slug, "kubernetes_version": slug.partition("-")[0], "supported_features": list(_FEATURES)}


def upgrades(slug: str) -> list[str]:
    """What a version can be upgraded to: the latest patch, and the latest one of the next minor version."""
    newest: dict[tuple[int, int], str] = {}
    for each in (*_OFFERED, *_FORMER):
        newest.setdefault(_minor(each), each)
    major, minor = _minor(slug)
    found = [newest.get((major, minor)), newest.get((major, minor + 1))]
    return [each for each in found if each is not None and each != slug]


def patch(slug: str) -> str | None:
    """The later patch of the same minor version, if there is one."""
    return next((each for each in upgrades(slug) if _minor(each) == _minor(slug)), None)


def ha_by_default(slug: str) -> bool:
    """Whether the control plane of a new cluster is highly available unless it is asked not to be."""
    return _minor(slug) >= _HA_BY_DEFAULT


def _minor(slug: str) -> tuple[int, int]:
    major, minor, _ = slug.split(".", 2)
    return int(major), int(minor)


def _minor_name(slug: str) -> str:
    return slug.rpartition("-")[0].rpartition(".")[0]
