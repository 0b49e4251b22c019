"""What a request for a cluster sets, with the defaults of what it leaves out."""

from __future__ import annotations

import re
from ipaddress import IPv4Network, ip_network
from typing import Any

from ..catalogue import OPEN
from ..context import Context
from ..errors import unprocessable
from ..networks import default_vpc
from ..store import Document

SWITCHED = (
    "routing_agent",
    "p2p_oci_registry_plugin",
    "amd_gpu_device_plugin",
    "amd_gpu_device_metrics_exporter_plugin",
    "nvidia_gpu_device_plugin",
    "rdma_shared_dev_plugin",
    "coredns_autoscaler",
)
DAYS = ("any", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WINDOW_HOURS = 4
_SUBNETS = {"cluster_subnet": "10.244.0.0/16", "service_subnet": "10.245.0.0/16"}
_NAME = re.compile(r"[a-z0-9]([a-z0-9.\-]{0,253}[a-z0-9])?")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_DURATION = re.compile(r"(\d+(\.\d+)?(h|m|s|ms))+")
_EXPANDERS = ("random", "priority", "least_waste")


def invalid(problem: str) -> Exception:
    """422, in the form that clusters have for it."""
    return unprocessable(f"validation error: {problem}")


def name(given: object) -> str:
    """The name of a cluster."""
    if not isinstance(given, str) or not _NAME.fullmatch(given):
        raise invalid(f"name must be lower-case letters, digits, dashes and dots, not {given!r}")
    return given


def region(given: object) -> str:
    """Where a cluster is."""
    if given not in OPEN:
        raise invalid(f"invalid region slug {given!r}: choose one of {', '.join(OPEN)}")
    return str(given)


def vpc(context: Context, body: dict[str, Any], region: str) -> Document:
    """The VPC that a cluster joins."""
    key = body.get("vpc_uuid")
    if not key:
        if body.get("worker_subnet_uuid"):
            raise invalid("worker_subnet_uuid needs vpc_uuid")
        return default_vpc(context, region)
    found = context.store.get("vpc", str(key))
    if found is None:
        raise invalid(f"the VPC {key} does not exist")
    if found.parent != region:
        raise invalid(f"the VPC {key} is in {found.parent}, not in {region}")
    return found


def subnets(body: dict[str, Any], vpc: Document) -> dict[str, str]:
    """The ranges for pods and services, which overlap neither each other nor the VPC."""
    taken = {"the VPC": ip_network(vpc.body["ip_range"])}
    found: dict[str, str] = {}
    for which, usual in _SUBNETS.items():
        text = body.get(which) or usual
        try:
            network = ip_network(str(text))
        except ValueError:
            raise invalid(f"{which} must be a range such as {usual}, not {text!r}") from None
        if not isinstance(network, IPv4Network) or not network.is_private:
            raise invalid(f"{which} must be a private range of IPv4 addresses, not {text!r}")
        for whose, other in taken.items():
            if network.overlaps(other):
                raise invalid(f"{which} {network} overlaps {whose}, which has {other}")
        taken[which], found[which] = network, str(network)
    return found


def maintenance(given: Any, key: str) -> dict[str, Any]:
    """When a cluster is maintained; at an hour of its own unless the request says when."""
    chosen = {"start_time": f"{int(key[:4], 16) % 24:02d}:00", "day": "any"}
    chosen |= {part: given[part] for part in chosen if isinstance(given, dict) and given.get(part)}
    if not _TIME.fullmatch(str(chosen["start_time"])):
        raise invalid(f"maintenance_policy.start_time must be like 15:00, not {chosen['start_time']!r}")
    if chosen["day"] not in DAYS:
        raise invalid(f"maintenance_policy.day must be one of {', '.join(DAYS)}, not {chosen['day']!r}")
    return {"start_time": chosen["start_time"], "duration": f"{WINDOW_HOURS}h0m0s", "day": chosen["day"]}


def components(body: dict[str, Any], present: dict[str, Any], gpu: str = "") -> dict[str, Any]:
    """Everything of a cluster that can be switched or tuned at any time.

    Parameters:
        present: what is there; empty for a new cluster.
        gpu: who made the GPUs of a new cluster's nodes, if they have any.
    """
    usual = {f"{gpu}_gpu_device_plugin"} if gpu else set()
    found: dict[str, Any] = {}
    for which in SWITCHED:
        asked = (body.get(which) or {}).get("enabled")
        on = present[which]["enabled"] if which in present else which in usual
        found[which] = {"enabled": on if asked is None else bool(asked)}
    found["control_plane_firewall"] = _firewall(
        body.get("control_plane_firewall") or present.get("control_plane_firewall") or {}
    )
    found["cluster_autoscaler_configuration"] = _autoscaler(
        (present.get("cluster_autoscaler_configuration") or {}) | (body.get("cluster_autoscaler_configuration") or {})
    )
    found["sso"] = _sso((present.get("sso") or {}) | (body.get("sso") or {}))
    return found


def _firewall(given: dict[str, Any]) -> dict[str, Any]:
    addresses = given.get("allowed_addresses") or []
    for address in addresses:
        try:
            ip_network(str(address))
        except ValueError:
            raise invalid(
                f"control_plane_firewall.allowed_addresses: {address!r} is neither an address nor a range"
            ) from None
    return {"enabled": bool(given.get("enabled")), "allowed_addresses": list(addresses)}


def _autoscaler(given: dict[str, Any]) -> dict[str, Any]:
    where = "cluster_autoscaler_configuration"
    threshold = given.get("scale_down_utilization_threshold")
    threshold = 0.65 if threshold is None else float(threshold)
    time = given.get("scale_down_unneeded_time") or "1m0s"
    expanders = given.get("expanders") or []
    if not 0 < threshold <= 1:
        raise invalid(f"{where}.scale_down_utilization_threshold must be over 0 and at most 1, not {threshold}")
    if not _DURATION.fullmatch(str(time)):
        raise invalid(f"{where}.scale_down_unneeded_time must be a duration such as 1m30s, not {time!r}")
    for expander in expanders:
        if expander not in _EXPANDERS:
            raise invalid(f"{where}.expanders may hold {', '.join(_EXPANDERS)}, not {expander!r}")
    return {
        "scale_down_utilization_threshold": threshold,
        "scale_down_unneeded_time": time,
        "expanders": list(expanders),
    }


def _sso(given: dict[str, Any]) -> dict[str, Any]:
    found = {
        "enabled": bool(given.get("enabled")),
        "required": bool(given.get("required")),
        "issuer_url": given.get("issuer_url") or "",
        "client_id": given.get("client_id") or "",
    }
    if found["required"] and not found["enabled"]:
        raise invalid("sso.required can be true only when sso.enabled is")
    if found["enabled"] and not (found["issuer_url"] and found["client_id"]):
        raise invalid("sso.issuer_url and sso.client_id are required when sso.enabled is true")
    return found
