"""A domain itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from .._core.declare import collection, member, new_by, unsupported
from .._core.fields import Dynamic, Key, Static, attr
from .._core.page import Page
from .._core.record import plain
from .._core.resource import ActiveRecord
from .record import DomainRecord
from .rules import RecordType


class Domain(ActiveRecord):
    """A domain whose DNS records DigitalOcean serves; it is bought from a registrar, and delegated there.

    In DigitalOcean's API reference: Domain Records, Domains.
    """

    _url, _single, _plural, _id_attr = "domains", "domain", "domains", "name"
    _places = {"domain_name": "name"}

    name: Key[str] = attr(dynamic=True)
    """The domain, such as `example.com`; nobody else at DigitalOcean may have it."""
    ttl: Static[int]
    """Seconds for which its records may be cached, unless they say otherwise."""
    zone_file: Static[str]
    """All its records as a zone file; the SOA record stands there in full."""

    # For create() only; the API does not show it again.
    ip_address: Dynamic[str]
    """IPv4 address of the A record that the domain begins with."""

    load = member.load("/domains/{domain_name}")
    delete = member.delete_by("/domains/{domain_name}")
    save = unsupported("save", "a domain has nothing to change; change its records, as DomainRecord")

    @member.create("/domains")
    def create(
        self,
        name: str | None = None,
        ip_address: str | None = None,
        *,
        extra_body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Add the domain, with a SOA record and the NS records of DigitalOcean's name servers.

        Args:
            name: the domain, such as `example.com`.
            ip_address: IPv4 address for an A record of the domain itself; none is made unless given.
            extra_body: further members of the request.

        Returns:
            The API's answer.

        Raises:
            ClientError: the name is taken, or is no domain.
        """
        ...

    new = new_by(create)

    @collection.list("/domains")
    def list(cls, *, page: int = 1, per_page: int = 20) -> Page[Domain]:
        """List the domains of the account.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...

    @member.list("/domains/{domain_name}/records")
    def records(
        self, page: int = 1, per_page: int = 20, *, name: str | None = None, type: RecordType | None = None
    ) -> Page[DomainRecord]:
        """List its records.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
            name: only those of this name, written out in full: `www.example.com`.
            type: only those of this type.
        """
        ...

    def _born(self, answer: dict[str, Any]) -> None:
        super()._born(answer)
        # The zone file is not written yet when a creation is answered: the null must not be taken for it.
        if self._raw is not None:
            known = {name: value for name, value in plain(self._raw).items() if value is not None}
            self._raw, self._record = msgspec.json.encode(known), None
            self._empty()
            self._complete = known.keys() >= {"ttl", "zone_file"}
