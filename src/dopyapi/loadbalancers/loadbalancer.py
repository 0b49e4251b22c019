"""A load balancer itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from .._core.declare import collection, member, new_by, procedure
from .._core.errors import ClientError, NeverReady
from .._core.fields import Dynamic, Key, Ref, Static, attr
from .._core.members import OneOrMany, amended, many
from .._core.page import Page
from .._core.resource import ActiveRecord, Array, Resource
from .._core.steps import Steps
from .._core.waiting import TIMEOUT, OnProgress, waiting
from ..droplets import Droplet
from ..regions import Region
from ..tags import Tag
from .values import BalancerDomain, BalancerFirewall, ForwardingRule, GlobalSettings, HealthCheck, StickySession

SPELLINGS = {"alogrithm": "algorithm", "health_checks": "health_check"}
"""Names of the API reference, and what the API calls these."""


class LoadBalancer(ActiveRecord):
    """One address in front of many Droplets, which are named one by one or follow a tag.

    In DigitalOcean's API reference: Load Balancers.
    """

    _url, _single, _plural = "load_balancers", "load_balancer", "load_balancers"
    _places = {"lb_id": "id"}

    id: Key[str]
    """Unique identifier."""
    name: Dynamic[str] = attr(fetch="list")
    """Display name; it can also find the load balancer."""
    ip: Static[str]
    """Its address; empty until it is active."""
    ipv6: Static[str]
    """Its IPv6 address, where it has both."""
    status: Static[str]
    """`new`, `active` or `errored`."""
    created_at: Static[datetime]
    """When it was created."""
    forwarding_rules: Dynamic[Array[ForwardingRule]]
    """What traffic it takes, and how that reaches the Droplets."""
    health_check: Dynamic[HealthCheck]
    """How it finds out whether a Droplet responds."""
    health_checks: Dynamic[HealthCheck] = attr(wire="health_check")
    """The same, under the name of the API reference."""
    sticky_sessions: Dynamic[StickySession]
    """Whether a client is served by the same Droplet each time."""
    region: Ref[Region]
    """Where it is; a global one is nowhere."""
    tag: Dynamic[str]
    """Name of the tag whose Droplets it serves; empty where they are named one by one."""
    droplet_ids: Dynamic[Array[int]]
    """Numbers of its Droplets."""
    redirect_http_to_https: Dynamic[bool]
    """Whether requests on port 80 are sent to HTTPS on port 443."""
    enable_proxy_protocol: Dynamic[bool]
    """Whether the PROXY protocol is in use."""
    enable_backend_keepalive: Dynamic[bool]
    """Whether connections to the Droplets are kept open."""
    http_idle_timeout_seconds: Dynamic[int]
    """Seconds without traffic after which a connection ends, 30 to 600."""
    size_unit: Dynamic[int]
    """How many nodes it has, 1 to 100."""
    size: Dynamic[str]
    """Replaced by `size_unit`: `lb-small`, `lb-medium` or `lb-large`."""
    algorithm: Dynamic[str]
    """`round_robin` or `least_connections`; the API ignores it today."""
    alogrithm: Dynamic[str] = attr(wire="algorithm")
    """The same, under the name of the API reference."""
    vpc_uuid: Dynamic[str]
    """Identifier of the VPC that it is in."""
    project_id: Dynamic[str]
    """Identifier of the project that it is in."""
    disable_lets_encrypt_dns_records: Dynamic[bool]
    """Whether no DNS records are made for certificates of Let's Encrypt."""
    firewall: Dynamic[BalancerFirewall]
    """Who may reach it, in `allow` and `deny`."""
    network: Dynamic[str]
    """`EXTERNAL`, or `INTERNAL` with an address of the VPC only; it cannot change."""
    network_stack: Dynamic[str]
    """`IPV4` or `DUALSTACK`; it cannot change."""
    type: Dynamic[str]
    """`REGIONAL`, `REGIONAL_NETWORK` or `GLOBAL`; it cannot change."""
    domains: Dynamic[Array[BalancerDomain]]
    """Of a global one, its domains."""
    glb_settings: Dynamic[GlobalSettings]
    """Of a global one, how it forwards."""
    target_load_balancer_ids: Dynamic[Array[str]]
    """Of a global one, identifiers of the load balancers that it forwards to."""
    tls_cipher_policy: Dynamic[str]
    """`DEFAULT` or `STRONG`."""

    load = member.load("/load_balancers/{lb_id}")
    save = member.save("/load_balancers/{lb_id}")
    delete = member.delete_by("/load_balancers/{lb_id}")

    @procedure
    def create(
        self,
        *,
        name: str | None = None,
        region: Region | str | None = None,
        forwarding_rules: Array[ForwardingRule] | None = None,
        droplet_ids: Array[Droplet | int] | None = None,
        tag: Tag | str | None = None,
        health_check: HealthCheck | None = None,
        health_checks: HealthCheck | None = None,
        sticky_sessions: StickySession | None = None,
        redirect_http_to_https: bool | None = None,
        enable_proxy_protocol: bool | None = None,
        enable_backend_keepalive: bool | None = None,
        http_idle_timeout_seconds: int | None = None,
        size_unit: int | None = None,
        size: Literal["lb-small", "lb-medium", "lb-large"] | None = None,
        algorithm: Literal["round_robin", "least_connections"] | None = None,
        alogrithm: Literal["round_robin", "least_connections"] | None = None,
        vpc_uuid: Resource | str | None = None,
        project_id: Resource | str | None = None,
        disable_lets_encrypt_dns_records: bool | None = None,
        firewall: Mapping[str, Array[str]] | None = None,
        network: Literal["EXTERNAL", "INTERNAL"] | None = None,
        network_stack: Literal["IPV4", "DUALSTACK"] | None = None,
        type: Literal["REGIONAL", "REGIONAL_NETWORK", "GLOBAL"] | None = None,
        domains: Array[Mapping[str, Any]] | None = None,
        glb_settings: Mapping[str, Any] | None = None,
        target_load_balancer_ids: Array[LoadBalancer | str] | None = None,
        tls_cipher_policy: Literal["DEFAULT", "STRONG"] | None = None,
        wait: bool = False,
        wait_timeout: float = TIMEOUT,
        on_progress: OnProgress | None = None,
        extra_body: Mapping[str, Any] | None = None,
    ) -> Steps[dict[str, Any]]:
        """Create the load balancer from these and from the attributes already set on it.

        Without a forwarding rule it takes HTTP on port 80 and forwards it to port 80; a global one has
        `glb_settings` instead.

        Args:
            name: display name.
            region: where; not of a global one.
            forwarding_rules: what traffic it takes, and how that reaches the Droplets.
            droplet_ids: its Droplets, or their numbers; or
            tag: a tag: it serves the Droplets that carry it, now and later.
            health_check: how it finds out whether a Droplet responds.
            health_checks: the same, under the name of the API reference.
            sticky_sessions: whether a client is served by the same Droplet each time.
            redirect_http_to_https: send requests on port 80 to HTTPS on port 443.
            enable_proxy_protocol: use the PROXY protocol.
            enable_backend_keepalive: keep connections to the Droplets open.
            http_idle_timeout_seconds: seconds without traffic after which a connection ends, 30 to 600.
            size_unit: how many nodes, 1 to 100.
            size: replaced by `size_unit`.
            algorithm: how a Droplet is chosen; the API ignores it today.
            alogrithm: the same, under the name of the API reference.
            vpc_uuid: VPC to join, or its identifier; the region's default unless given.
            project_id: project to join, or its identifier; the default one unless given.
            disable_lets_encrypt_dns_records: make no DNS records for certificates of Let's Encrypt.
            firewall: who may reach it: `allow` and `deny`, each a list of `ip:1.2.3.4` and `cidr:1.2.0.0/16`.
            network: `INTERNAL` gives it an address of the VPC only.
            network_stack: `DUALSTACK` gives it an IPv6 address too.
            type: regional, forwarding TCP and UDP as they come, or global.
            domains: of a global one: `name`, `is_managed` and `certificate_id` of each.
            glb_settings: of a global one, how it forwards: `target_protocol`, `target_port`, `cdn` and so on.
            target_load_balancer_ids: of a global one, load balancers to forward to, or their identifiers.
            tls_cipher_policy: which ciphers TLS may use.
            wait: return only when it is ready, as `wait_ready` does.
            wait_timeout: seconds to wait at most.
            on_progress: called with a `Progress` at every poll of the wait.
            extra_body: further members of the request.

        Returns:
            The API's answer; the load balancer is still starting unless `wait` was given.

        Raises:
            UnprocessableError: settings that the API does not accept.
            NeverReady, WaitTimeout: the wait; their `created` has what was created.
        """
        given = {n: v for n, v in locals().items() if n != "self" and v is not None}
        for written, meant in SPELLINGS.items():
            if written in given:
                given.setdefault(meant, given.pop(written))
        return (yield from self._create.steps(**given))

    @member.create("/load_balancers")
    def _create(self, /, **kwargs: Any) -> dict[str, Any]: ...

    new = new_by(create)

    @collection.list("/load_balancers")
    def list(cls, *, page: int = 1, per_page: int = 20) -> Page[LoadBalancer]:
        """List the load balancers of the account.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...

    @procedure
    def add_droplets(self, droplets: OneOrMany[Droplet | int]) -> Steps[dict[str, Any]]:
        """Serve more Droplets.

        Args:
            droplets: one or many Droplets, or their numbers.

        Returns:
            ``{"status": "success"}``.

        Raises:
            ClientError: it serves the Droplets of a tag; nothing is sent.
        """
        yield from self._loaded()
        if self.tag:
            raise ClientError(
                f"{self!r} serves the Droplets that carry the tag {self.tag!r}: tag the Droplet, or set tag = '' and "
                f"droplet_ids, and save()"
            )
        return (yield from amended(self, self._add_droplets, {"droplet_ids": many(droplets)}))

    @procedure
    def delete_droplets(self, droplets: OneOrMany[Droplet | int]) -> Steps[dict[str, Any]]:
        """Serve some Droplets no longer.

        Args:
            droplets: one or many Droplets, or their numbers.

        Returns:
            ``{"status": "deleted"}``.
        """
        return (yield from amended(self, self._delete_droplets, {"droplet_ids": many(droplets)}, leaving=True))

    @procedure
    def add_rules(self, rules: OneOrMany[ForwardingRule]) -> Steps[dict[str, Any]]:
        """Take more traffic.

        Args:
            rules: one or many forwarding rules.

        Returns:
            ``{"status": "success"}``.
        """
        return (yield from amended(self, self._add_rules, {"forwarding_rules": many(rules)}))

    @procedure
    def delete_rules(self, rules: OneOrMany[ForwardingRule]) -> Steps[dict[str, Any]]:
        """Take some traffic no longer.

        Args:
            rules: one or many forwarding rules.

        Returns:
            ``{"status": "deleted"}``.
        """
        return (yield from amended(self, self._delete_rules, {"forwarding_rules": many(rules)}, leaving=True))

    @member.post("/load_balancers/{lb_id}/droplets")
    def _add_droplets(self, droplet_ids: Array[Any]) -> dict[str, Any]: ...

    @member.delete("/load_balancers/{lb_id}/droplets", body=True)
    def _delete_droplets(self, droplet_ids: Array[Any]) -> dict[str, Any]: ...

    @member.post("/load_balancers/{lb_id}/forwarding_rules")
    def _add_rules(self, forwarding_rules: Array[ForwardingRule]) -> dict[str, Any]: ...

    @member.delete("/load_balancers/{lb_id}/forwarding_rules", body=True)
    def _delete_rules(self, forwarding_rules: Array[ForwardingRule]) -> dict[str, Any]: ...

    @member.delete("/load_balancers/{lb_id}/cache")
    def delete_cache(self) -> dict[str, Any]:
        """Empty the cache of a global load balancer.

        Returns:
            ``{"status": "deleted"}``.
        """
        ...

    @procedure
    def wait_ready(
        self, *, timeout: float = TIMEOUT, every: float | None = None, on_progress: OnProgress | None = None
    ) -> Steps[LoadBalancer]:
        """Wait until it is active and has its address.

        Args:
            timeout: seconds to wait at most.
            every: seconds between polls; growing unless given.
            on_progress: called with a `Progress` at every poll.

        Returns:
            The load balancer itself, up to date.

        Raises:
            NeverReady: it is errored or gone.
            WaitTimeout: it was not active after the timeout.
        """
        yield from waiting([self], "active", timeout, every, on_progress)
        return self

    _untils = ("active",)

    def _settled(self, until: str) -> bool:
        if self.status == "errored":
            raise NeverReady(
                f"{self!r} is errored, so it does not become {until}: delete() it and create another", self
            )
        return self.status == "active"

    def _to_create(self, body: dict[str, Any]) -> dict[str, Any]:
        if not body.get("forwarding_rules") and body.get("type") != "GLOBAL":
            return body | {"forwarding_rules": [ForwardingRule()]}
        return body

    def _settable(self, *, unknown: bool = False, only: tuple[str, ...] = ()) -> dict[str, Any]:
        result = super()._settable(unknown=unknown, only=only)
        unsaved = self._unsaved()
        # The API shows both of each pair, and takes one.
        if not result.get("tag"):
            result.pop("tag", None)
        elif "droplet_ids" in unsaved and result.get("droplet_ids") and "tag" not in unsaved:
            raise ClientError(
                f"{self!r} serves the Droplets that carry the tag {result['tag']!r}: set tag = '' with droplet_ids"
            )
        elif "droplet_ids" not in unsaved:
            result.pop("droplet_ids", None)
        if "size_unit" in result and "size" in result:
            del result["size_unit" if "size" in unsaved and "size_unit" not in unsaved else "size"]
        return result

    # Names fixed by the API reference.
    addDroplets = add_droplets
    addRules = add_rules
    deleteDroplets = delete_droplets
    deleteRules = delete_rules
