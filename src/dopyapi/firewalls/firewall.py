"""A firewall itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from .._core.accounts import client_for
from .._core.declare import collection, member, new_by, procedure
from .._core.errors import NeverReady, ResourceNotFoundError
from .._core.fields import Dynamic, Key, Static, attr
from .._core.members import OneOrMany, amended, many
from .._core.page import Page
from .._core.resource import ActiveRecord, Array
from .._core.steps import Steps, together
from .._core.values import Document
from .._core.waiting import TIMEOUT, OnProgress, waiting
from ..droplets import Droplet
from ..tags import Tag
from .rules import InboundRule, OutboundRule, Rule, RuleError, everything_out


class Firewall(ActiveRecord):
    """What traffic some Droplets let in and out.

    Its Droplets are those added to it and all that carry one of its tags. Rules can be changed in place:
    `firewall.inbound_rules.append(rule)`, then `save()`.

    In DigitalOcean's API reference: Firewalls.
    """

    _url, _single, _plural = "firewalls", "firewall", "firewalls"
    _places = {"firewall_id": "id"}

    id: Key[str]
    """Unique identifier."""
    name: Dynamic[str] = attr(fetch="list")
    """Its name, unique in the account; it can also find the firewall."""
    status: Static[str]
    """`waiting` while changes are applied, `succeeded`, or `failed`."""
    created_at: Static[datetime]
    """When it was created."""
    pending_changes: Static[Array[Document]]
    """Droplets that changes are still applied to, each with `droplet_id`, `removing` and `status`."""
    inbound_rules: Dynamic[Array[InboundRule]]
    """What may come in."""
    outbound_rules: Dynamic[Array[OutboundRule]]
    """What may go out."""
    droplet_ids: Dynamic[Array[int]]
    """Numbers of the Droplets added to it."""
    tags: Dynamic[Array[str]]
    """Names of the tags whose Droplets it protects."""

    load = member.load("/firewalls/{firewall_id}")
    save = member.save("/firewalls/{firewall_id}")
    delete = member.delete_by("/firewalls/{firewall_id}")

    @member.create("/firewalls")
    def create(
        self,
        name: str | None = None,
        inbound_rules: Array[InboundRule] | None = None,
        outbound_rules: Array[OutboundRule] | None = None,
        *,
        droplet_ids: Array[Droplet | int] | None = None,
        tags: Array[Tag | str] | None = None,
        wait: bool = False,
        wait_timeout: float = TIMEOUT,
        on_progress: OnProgress | None = None,
        extra_body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Create the firewall from these and from the attributes already set on it.

        Without any rules, inbound or outbound, it gets three that let everything out: ICMP, TCP and UDP on all ports.

        Args:
            name: letters, digits, `.` and `-`; unique in the account.
            inbound_rules: what may come in.
            outbound_rules: what may go out.
            droplet_ids: Droplets to protect, or their numbers.
            tags: names of existing tags: all Droplets that carry one are protected.
            wait: return only when it is ready, as `wait_ready` does.
            wait_timeout: seconds to wait at most.
            on_progress: called with a `Progress` at every poll of the wait.
            extra_body: further members of the request.

        Returns:
            The API's answer; the rules are still being applied unless `wait` was given.

        Raises:
            RuleError: a rule that cannot be.
            ConflictError: the name is taken.
            NeverReady, WaitTimeout: the wait; their `created` has what was created.
        """
        ...

    new = new_by(create)

    @collection.list("/firewalls")
    def list(cls, *, page: int = 1, per_page: int = 20) -> Page[Firewall]:
        """List the firewalls of the account.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...

    @procedure
    def add_droplets(self, ids: OneOrMany[Droplet | int]) -> Steps[dict[str, Any]]:
        """Protect more Droplets.

        Args:
            ids: one or many Droplets, or their numbers.

        Returns:
            ``{"status": "success"}``.
        """
        return (yield from amended(self, self._add_droplets, {"droplet_ids": many(ids)}))

    @procedure
    def remove_droplets(self, ids: OneOrMany[Droplet | int]) -> Steps[dict[str, Any]]:
        """Protect some Droplets no longer.

        Args:
            ids: one or many Droplets, or their numbers.

        Returns:
            ``{"status": "deleted"}``.
        """
        return (yield from amended(self, self._remove_droplets, {"droplet_ids": many(ids)}, leaving=True))

    @procedure
    def add_tags(self, tags: OneOrMany[Tag | str]) -> Steps[dict[str, Any]]:
        """Protect the Droplets that carry a tag, those that come to carry it later too.

        Args:
            tags: one or many existing tags, or their names.

        Returns:
            ``{"status": "success"}``.
        """
        return (yield from amended(self, self._add_tags, {"tags": many(tags)}))

    @procedure
    def remove_tags(self, tags: OneOrMany[Tag | str]) -> Steps[dict[str, Any]]:
        """Protect Droplets no longer for carrying a tag.

        Args:
            tags: one or many tags, or their names.

        Returns:
            ``{"status": "deleted"}``.
        """
        return (yield from amended(self, self._remove_tags, {"tags": many(tags)}, leaving=True))

    @procedure
    def add_rules(self, rules: OneOrMany[InboundRule | OutboundRule]) -> Steps[dict[str, Any]]:
        """Add rules.

        Args:
            rules: one or many.

        Returns:
            ``{"status": "success"}``.

        Raises:
            RuleError: a rule that cannot be.
        """
        return (yield from amended(self, self._add_rules, _sorted(rules)))

    @procedure
    def remove_rules(self, tags: OneOrMany[InboundRule | OutboundRule]) -> Steps[dict[str, Any]]:
        """Remove rules.

        Args:
            tags: one or many rules, whatever the name that the API reference has for them.

        Returns:
            ``{"status": "deleted"}``.

        Raises:
            RuleError: something that is no rule, or a rule that cannot be.
        """
        return (yield from amended(self, self._remove_rules, _sorted(tags), leaving=True))

    @member.post("/firewalls/{firewall_id}/droplets")
    def _add_droplets(self, droplet_ids: Array[Any]) -> dict[str, Any]: ...

    @member.delete("/firewalls/{firewall_id}/droplets", body=True)
    def _remove_droplets(self, droplet_ids: Array[Any]) -> dict[str, Any]: ...

    @member.post("/firewalls/{firewall_id}/tags")
    def _add_tags(self, tags: Array[Any]) -> dict[str, Any]: ...

    @member.delete("/firewalls/{firewall_id}/tags", body=True)
    def _remove_tags(self, tags: Array[Any]) -> dict[str, Any]: ...

    @member.post("/firewalls/{firewall_id}/rules")
    def _add_rules(
        self, inbound_rules: Array[InboundRule] | None = None, outbound_rules: Array[OutboundRule] | None = None
    ) -> dict[str, Any]: ...

    @member.delete("/firewalls/{firewall_id}/rules", body=True)
    def _remove_rules(
        self, inbound_rules: Array[InboundRule] | None = None, outbound_rules: Array[OutboundRule] | None = None
    ) -> dict[str, Any]: ...

    @procedure
    def list_droplets(self) -> Steps[Array[Droplet]]:
        """The Droplets added to it, as objects; one that is gone meanwhile is left out."""
        yield from self._loaded()
        client = client_for(self)

        def fetched(id: int) -> Steps[Droplet | None]:
            try:
                droplet: Droplet = yield from Droplet.fetch.on(client).steps(id)
            except ResourceNotFoundError:
                return None
            return droplet

        found = yield from together([fetched(id) for id in self.droplet_ids or []])
        return [droplet for droplet in found if droplet is not None]

    @property
    def droplets(self) -> Array[Droplet]:
        """The Droplets added to it, as objects; fetched each time, and in an event loop by `list_droplets.aio()`."""
        return self._read_by(
            self.list_droplets.steps(),
            "droplets",
            "yield from self.list_droplets.steps() instead",
            "list_droplets.aio() instead",
        )

    @procedure
    def wait_ready(
        self, *, timeout: float = TIMEOUT, every: float | None = None, on_progress: OnProgress | None = None
    ) -> Steps[Firewall]:
        """Wait until all changes are applied.

        Args:
            timeout: seconds to wait at most.
            every: seconds between polls; growing unless given.
            on_progress: called with a `Progress` at every poll.

        Returns:
            The firewall itself, up to date.

        Raises:
            NeverReady: a change has failed, or the firewall is gone.
            WaitTimeout: changes were still pending after the timeout.
        """
        yield from waiting([self], "succeeded", timeout, every, on_progress)
        return self

    _untils = ("succeeded",)

    def _settled(self, until: str) -> bool:
        if self.status == "failed":
            raise NeverReady(f"{self!r} has failed to apply its rules; save() it to try again", self)
        return self.status == "succeeded" and not self.pending_changes

    def _to_create(self, body: dict[str, Any]) -> dict[str, Any]:
        if not body.get("inbound_rules") and not body.get("outbound_rules"):
            return body | {"outbound_rules": everything_out()}
        return body

    # Names fixed by the API reference.
    addDroplets = add_droplets
    addRules = add_rules
    addTags = add_tags
    removeDroplets = remove_droplets
    removeRules = remove_rules
    removeTags = remove_tags


def _sorted(rules: Any) -> dict[str, list[Any]]:
    """Rules by the name of the attribute that they belong to."""
    found: dict[str, list[Any]] = {}
    for rule in many(rules):
        if not isinstance(rule, InboundRule | OutboundRule):
            what = "neither inbound nor outbound" if isinstance(rule, Rule) else "no rule"
            raise RuleError(f"{rule!r} is {what}: give InboundRule and OutboundRule objects")
        found.setdefault("inbound_rules" if isinstance(rule, InboundRule) else "outbound_rules", []).append(rule)
    if not found:
        raise RuleError("no rules were given: give InboundRule and OutboundRule objects")
    return found
