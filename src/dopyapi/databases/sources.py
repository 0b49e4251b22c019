"""A cluster's trusted sources: the rules of what may connect to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .._core.declare import member, procedure
from .._core.errors import ClientError
from .._core.page import Page
from .._core.resource import ActiveRecord, Array
from .._core.steps import Steps
from .engines import never
from .values import DatabaseFirewall

Rule = DatabaseFirewall | Mapping[str, Any]
"""A trusted source, or what the API calls one: ``{"type": "ip_addr", "value": "203.0.113.7"}``."""


class ClusterSources(ActiveRecord):
    """Operations on trusted sources."""

    __slots__ = ()

    @never("redis", instead="its attribute rules has them")
    @member.list("/databases/{database_cluster_uuid}/firewall", key="rules", paged=False)
    def list_firewall(self, *, page: int = 1, per_page: int = 20) -> Page[DatabaseFirewall]:
        """List what may connect to it; everything may where there are no rules.

        Args:
            page: which page.
            per_page: how many on a page.

        Raises:
            ClientError: it is a Redis cluster; `rules` has those of any engine.
        """
        ...

    @procedure
    def update_firewall(self, rules: Rule | Iterable[Rule]) -> Steps[dict[str, Any]]:
        """Let further sources connect; those that may already stay.

        Args:
            rules: one or many.

        Returns:
            ``{"status": "success"}``.
        """
        added = yield from _plain(rules)
        present: Array[dict[str, Any]] = yield from self._rules.steps()
        known = {_what(rule): rule for rule in present}
        for rule in added:
            known[_what(rule)] = known.get(_what(rule), {}) | rule
        return (yield from self._put_rules.steps([_sendable(rule) for rule in known.values()]))

    @procedure
    def remove_firewall(self, rules: Rule | Iterable[Rule]) -> Steps[dict[str, Any]]:
        """Let sources no longer connect; where none is left, everything may.

        Args:
            rules: one or many.

        Returns:
            ``{"status": "success"}``.
        """
        removed = {_what(rule) for rule in (yield from _plain(rules))}
        present: Array[dict[str, Any]] = yield from self._rules.steps()
        left = [_sendable(rule) for rule in present if _what(rule) not in removed]
        return (yield from self._put_rules.steps(left))

    @procedure
    def replace_firewall(self, rules: Rule | Iterable[Rule]) -> Steps[dict[str, Any]]:
        """Let exactly these sources connect.

        Args:
            rules: one or many; none lets everything connect.

        Returns:
            ``{"status": "success"}``.
        """
        wanted = {_what(rule): _sendable(rule) for rule in (yield from _plain(rules))}
        return (yield from self._put_rules.steps([*wanted.values()]))

    @member.get("/databases/{database_cluster_uuid}/firewall", key="rules")
    def _rules(self) -> Array[dict[str, Any]]: ...

    @member.put("/databases/{database_cluster_uuid}/firewall")
    def _put_rules(self, rules: Any) -> dict[str, Any]: ...

    # Names fixed by the API reference.
    listFirewall = list_firewall
    updateFirewall = update_firewall


def _what(rule: Mapping[str, Any]) -> tuple[str, str]:
    return str(rule["type"]), str(rule["value"])


def _sendable(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule without what only the API says of it."""
    return {name: rule[name] for name in ("uuid", "type", "value", "description") if rule.get(name) is not None}


def _plain(rules: Rule | Iterable[Rule]) -> Steps[list[dict[str, Any]]]:
    """Rules as the API has them, with identifiers for objects."""
    found = []
    for rule in [rules] if isinstance(rules, DatabaseFirewall | Mapping) else rules:
        if not isinstance(rule, DatabaseFirewall | Mapping):
            raise ClientError(f"{rule!r} is no rule: give DatabaseFirewall(type, value)")
        plain = dict(rule) if isinstance(rule, Mapping) else {**vars(rule)}
        if not plain.get("type") or plain.get("value") in (None, ""):
            raise ClientError(f"a rule needs a type and a value, which {rule!r} has not both")
        value = plain["value"]
        if hasattr(value, "_identified"):
            yield from value._identified()
            value = value._identifier()
        found.append({**plain, "value": str(value)})
    return found
