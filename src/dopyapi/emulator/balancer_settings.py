"""What a request for a load balancer has to be: its settings with their defaults, its rules, its place and Droplets."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import Any

from . import networks, tagging
from .catalogue import OPEN
from .context import HANDLERS, Context
from .errors import unprocessable
from .store import Document

NODES = {"lb-small": 1, "lb-medium": 3, "lb-large": 6}
GLOBAL = "GLOBAL"

CHOICES = {
    "algorithm": ("round_robin", "least_connections"),
    "type": ("REGIONAL", "REGIONAL_NETWORK", GLOBAL),
    "network": ("EXTERNAL", "INTERNAL"),
    "network_stack": ("IPV4", "DUALSTACK"),
    "tls_cipher_policy": ("DEFAULT", "STRONG"),
}
"""The first is the default."""
FIXED = ("type", "network", "network_stack")
"""What cannot be updated, and is not reset by leaving it out."""
SWITCHES = (
    "redirect_http_to_https",
    "enable_proxy_protocol",
    "enable_backend_keepalive",
    "disable_lets_encrypt_dns_records",
)
HEALTH_CHECK = {
    "protocol": "http",
    "port": 80,
    "path": "/",
    "check_interval_seconds": 10,
    "response_timeout_seconds": 5,
    "healthy_threshold": 5,
    "unhealthy_threshold": 3,
}
ENTRY = ("http", "https", "http2", "http3", "tcp", "udp")
TARGET = ("http", "https", "http2", "tcp", "udp")
ENCRYPTED = ("https", "http2", "http3")
TAG_OR_DROPLETS = "need to provide either a tag or a list of droplets"
_LAST_PORT = 65535


def settings(context: Context, body: dict[str, Any], present: dict[str, Any] | None = None) -> dict[str, Any]:
    """Everything that a request sets, with the defaults of what it leaves out; a 422 says what is wrong.

    Parameters:
        present: of an update, what the load balancer is.
    """
    name = body.get("name")
    if not isinstance(name, str) or not name.strip():
        raise unprocessable("name is required")
    found: dict[str, Any] = {"name": name}
    for field, choices in CHOICES.items():
        value = body.get(field) or (present[field] if present and field in FIXED else choices[0])
        if value not in choices:
            raise unprocessable(f"{field} must be one of {', '.join(choices)}, not {value!r}")
        if present and field in FIXED and value != present[field]:
            raise unprocessable(f"{field} cannot be changed: it is {present[field]}")
        found[field] = value
    found |= {switch: bool(body.get(switch)) for switch in SWITCHES}
    found["size_unit"], found["size"] = _size(body)
    found["http_idle_timeout_seconds"] = _number(body, "http_idle_timeout_seconds", 60, 30, 600)
    found["health_check"] = _health_check(body.get("health_check"))
    found["sticky_sessions"] = _sticky_sessions(body.get("sticky_sessions"))
    found["firewall"] = _firewall(body.get("firewall"))
    if found["type"] == GLOBAL:
        found |= _global_settings(context, body)
    rules = body.get("forwarding_rules") or []
    if not rules and found["type"] != GLOBAL:
        raise unprocessable("forwarding_rules is required, with at least one rule")
    found["forwarding_rules"] = rules_from(context, rules)
    return found


def _size(body: dict[str, Any]) -> tuple[int, str]:
    if body.get("size_unit") is None and body.get("size"):
        if body["size"] not in NODES:
            raise unprocessable(f"size must be one of {', '.join(NODES)}, not {body['size']!r}")
        return NODES[body["size"]], body["size"]
    nodes = _number(body, "size_unit", 1, 1, 100)
    return nodes, next((slug for slug, count in reversed(NODES.items()) if count <= nodes), "lb-small")


def _number(given: dict[str, Any], name: str, default: int, least: int, most: int) -> int:
    value = given.get(name)
    if value is None:
        return default
    try:
        number = int(value)
    except (TypeError, ValueError):
        number = least - 1
    if not least <= number <= most:
        raise unprocessable(f"{name} must be a number from {least} to {most}, not {value!r}")
    return number


def _object(given: Any, name: str) -> dict[str, Any]:
    if not isinstance(given, dict | None):
        raise unprocessable(f"{name} must be an object, not {given!r}")
    return given or {}


def _health_check(given: Any) -> dict[str, Any]:
    given = {name: value for name, value in _object(given, "health_check").items() if value is not None}
    found = {name: given.get(name, default) for name, default in HEALTH_CHECK.items()}
    if found["protocol"] not in ("http", "https", "tcp"):
        raise unprocessable(f"the health check's protocol must be http, https or tcp, not {found['protocol']!r}")
    if found["protocol"] == "tcp" and "path" not in given:
        found["path"] = ""
    found["port"] = _number(found, "port", 80, 1, _LAST_PORT)
    for name, least in (("check_interval_seconds", 3), ("response_timeout_seconds", 3)):
        found[name] = _number(found, name, 0, least, 300)
    for name in ("healthy_threshold", "unhealthy_threshold"):
        found[name] = _number(found, name, 0, 2, 10)
    return found


def _sticky_sessions(given: Any) -> dict[str, Any]:
    given = _object(given, "sticky_sessions")
    kind = given.get("type") or "none"
    if kind not in ("none", "cookies"):
        raise unprocessable(f"the type of sticky_sessions must be cookies or none, not {kind!r}")
    if kind == "none":
        return {"type": "none"}
    name, seconds = given.get("cookie_name"), given.get("cookie_ttl_seconds")
    if not name or not seconds:
        raise unprocessable("sticky_sessions of the type cookies need cookie_name and cookie_ttl_seconds")
    return {"type": kind, "cookie_name": str(name), "cookie_ttl_seconds": int(seconds)}


def _firewall(given: Any) -> dict[str, Any]:
    given = _object(given, "firewall")
    found: dict[str, Any] = {name: [str(item) for item in given.get(name) or []] for name in ("deny", "allow")}
    for source in found["deny"] + found["allow"]:
        if not _is_source(source):
            raise unprocessable(f"a firewall rule must be such as ip:1.2.3.4 or cidr:1.2.0.0/16, not {source!r}")
    return found


def _is_source(text: str) -> bool:
    kind, _, address = text.partition(":")
    try:
        _ = ip_address(address) if kind == "ip" else ip_network(address)
    except ValueError:
        return False
    return kind in ("ip", "cidr")


def _global_settings(context: Context, body: dict[str, Any]) -> dict[str, Any]:
    targets = [str(key) for key in body.get("target_load_balancer_ids") or []]
    for key in targets:
        if not context.store.exists("load_balancer", key):
            raise unprocessable(f"the load balancer {key} does not exist")
    domains = [_object(domain, "a domain") for domain in body.get("domains") or []]
    for domain in domains:
        if not domain.get("name"):
            raise unprocessable("every domain of a global load balancer needs a name")
        check_certificate(context, domain.get("certificate_id"))
    found: dict[str, Any] = {
        "glb_settings": _object(body.get("glb_settings"), "glb_settings"),
        "domains": [
            {
                "name": d["name"],
                "is_managed": bool(d.get("is_managed")),
                "certificate_id": d.get("certificate_id") or "",
            }
            for d in domains
        ],
        "target_load_balancer_ids": targets,
    }
    return found


def rules_from(context: Context, given: Any) -> list[dict[str, Any]]:
    """Forwarding rules as the API shows them; a 422 says what is wrong with one."""
    if not isinstance(given, list):
        raise unprocessable("forwarding_rules must be a list of rules")
    found = [_rule(context, rule) for rule in given]
    check_ports(found)
    return found


def _rule(context: Context, given: Any) -> dict[str, Any]:
    rule = _object(given, "a forwarding rule")
    entry, target = rule.get("entry_protocol"), rule.get("target_protocol")
    if entry not in ENTRY:
        raise unprocessable(f"entry_protocol must be one of {', '.join(ENTRY)}, not {entry!r}")
    if target not in TARGET:
        raise unprocessable(f"target_protocol must be one of {', '.join(TARGET)}, not {target!r}")
    if (entry == "udp") != (target == "udp"):
        raise unprocessable("udp can be forwarded to udp only, and nothing else to udp")
    certificate, through = rule.get("certificate_id") or "", bool(rule.get("tls_passthrough"))
    if certificate and through:
        raise unprocessable("a rule with tls_passthrough has no certificate: TLS ends at the Droplets")
    if entry in ENCRYPTED and not certificate and not through:
        raise unprocessable(f"a rule for {entry} needs a certificate_id, or tls_passthrough")
    if through and target not in ENCRYPTED:
        raise unprocessable(f"tls_passthrough needs a target_protocol that is encrypted, not {target}")
    check_certificate(context, certificate)
    return {
        "entry_protocol": entry,
        "entry_port": _required_port(rule, "entry_port"),
        "target_protocol": target,
        "target_port": _required_port(rule, "target_port"),
        "certificate_id": certificate,
        "tls_passthrough": through,
    }


def _required_port(rule: dict[str, Any], name: str) -> int:
    if rule.get(name) is None:
        raise unprocessable(f"{name} is required in every forwarding rule")
    return _number(rule, name, 0, 1, _LAST_PORT)


def check_ports(rules: list[dict[str, Any]]) -> None:
    """Refuse two rules that listen in the same place; UDP and HTTP/3 can share a port with the rest."""
    seen = set()
    for rule in rules:
        place = (rule["entry_port"], rule["entry_protocol"] in ("udp", "http3"))
        if place in seen:
            raise unprocessable(f"two forwarding rules listen on port {rule['entry_port']}")
        seen.add(place)


def check_certificate(context: Context, key: Any) -> None:
    """Refuse a certificate that the account has not."""
    store = context.store
    # Where nothing can make certificates there are none to be named, and any will do.
    known = "certificates_create" in HANDLERS or store.count("certificate")
    if key and known and not store.exists("certificate", str(key)):
        raise unprocessable(f"the certificate {key} does not exist")


def members(context: Context, body: dict[str, Any], place: str | None) -> dict[str, Any]:
    """The tag or the Droplets that a request names: one of the two, or none."""
    tag, given = body.get("tag") or "", body.get("droplet_ids") or []
    if tag and given:
        raise unprocessable(f"{TAG_OR_DROPLETS}, not both")
    if tag and not tagging.valid(tag):
        raise unprocessable(f"{tag!r} is not a valid tag")
    return {"tag": tag, "droplet_ids": droplets_from(context, given, place)}


def droplets_from(context: Context, given: Any, place: str | None) -> list[int]:
    """Numbers of Droplets that a request names, all there and in the region."""
    found = []
    for item in dict.fromkeys(map(str, given)):
        droplet = context.store.get("droplet", item)
        if droplet is None:
            raise unprocessable(f"the Droplet {item} does not exist")
        if place and droplet.refs["region"] != place:
            raise unprocessable(f"the Droplet {item} is in {droplet.refs['region']}, and the load balancer in {place}")
        found.append(droplet.body["id"])
    return found


def placed(context: Context, body: dict[str, Any], kind: str) -> tuple[str | None, Document | None]:
    """The region and the VPC that a new load balancer is to be in; a global one has neither."""
    if kind == GLOBAL:
        return None, None
    vpc = context.store.get("vpc", str(body["vpc_uuid"])) if body.get("vpc_uuid") else None
    if body.get("vpc_uuid") and vpc is None:
        raise unprocessable(f"the VPC {body['vpc_uuid']} does not exist")
    slug = body.get("region") or (vpc.parent if vpc else None)
    if slug not in OPEN:
        raise unprocessable(f"region must be one of {', '.join(OPEN)}, not {slug!r}")
    if vpc is not None and vpc.parent != slug:
        raise unprocessable(f"the VPC {vpc.key} is in {vpc.parent}, not in {slug}")
    return str(slug), vpc or networks.default_vpc(context, str(slug))
