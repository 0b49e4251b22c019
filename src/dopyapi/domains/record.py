"""A DNS record of a domain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from .._core.accounts import client_for
from .._core.codec import encode
from .._core.declare import collection, member, new_by, procedure
from .._core.errors import ClientError
from .._core.fields import Dynamic, Key
from .._core.page import Page
from .._core.steps import Steps
from . import rules
from .rules import CAATag, RecordType
from .upserting import RecordUpserting

if TYPE_CHECKING:
    from .domain import Domain


class DomainRecord(RecordUpserting):
    """A DNS record of a domain.

    In DigitalOcean's API reference: Domain Records.

    Args:
        domain: the domain it belongs to, as an object or by its name.
        data: what is known of it already, as the API names it.
    """

    _url, _single, _plural = "domains/records", "domain_record", "domain_records"
    _places = {"domain_name": "domain", "domain_record_id": "id"}

    id: Key[int]
    """Unique number."""
    type: Dynamic[str]
    """`A`, `AAAA`, `CAA`, `CNAME`, `MX`, `NS`, `SOA`, `SRV` or `TXT`; of a SOA record only the `ttl` can change."""
    name: Dynamic[str]
    """Host, alias or service within the domain; `@` for the domain itself."""
    data: Dynamic[str]
    """What it says: an address, the name of a host, a text. The API shows names of hosts without the dot at the end."""
    priority: Dynamic[int]
    """Priority of the host: MX and SRV."""
    port: Dynamic[int]
    """Port of the service: SRV."""
    ttl: Dynamic[int]
    """Seconds for which it may be cached, 30 at least."""
    weight: Dynamic[int]
    """Weight among hosts of the same priority: SRV."""
    flags: Dynamic[int]
    """Flags, 0 to 255: CAA."""
    tag: Dynamic[str]
    """`issue`, `issuewild` or `iodef`: CAA."""

    load = member.load("/domains/{domain_name}/records/{domain_record_id}")
    save = member.save("/domains/{domain_name}/records/{domain_record_id}")
    delete = member.delete_by("/domains/{domain_name}/records/{domain_record_id}")

    def __init__(self, domain: Domain | str, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.domain = domain

    @procedure
    def create(
        self,
        type: RecordType | None = None,
        *,
        name: str | None = None,
        data: str | None = None,
        priority: int | None = None,
        port: int | None = None,
        ttl: int | None = None,
        weight: int | None = None,
        flags: int | None = None,
        tag: CAATag | None = None,
        extra_body: Mapping[str, Any] | None = None,
    ) -> Steps[dict[str, Any]]:
        """Add the record, of these and of the attributes already set on it.

        Args:
            type: its type.
            name: host, alias or service; `@` is the domain itself, and where MX and NS records are unless given.
                Every other type but SOA needs it.
            data: address (A, AAAA), name of a host (CAA, CNAME, MX, NS, SRV) or text (TXT). The dot that the API wants
                at the end of a host's name is added to one that has dots in it.
            priority: MX and SRV need it.
            port: SRV needs it.
            ttl: seconds for which it may be cached, 30 at least; that of the SOA record unless given. SOA needs it.
            weight: SRV needs it.
            flags: CAA needs them, 0 to 255.
            tag: CAA needs it.
            extra_body: further members of the request.

        Returns:
            The API's answer.

        Raises:
            ClientError: there is no such type, or something is missing that it needs; nothing was sent.
        """
        given = {n: encode(v) for n, v in locals().items() if n not in ("self", "extra_body") and v is not None}
        fields = self._settable() | given
        rules.check_new(fields)
        created = yield from self._create.steps(**rules.outgoing(fields), extra_body=extra_body)
        return created

    new = new_by(create, of="domain")

    @member.create("/domains/{domain_name}/records")
    def _create(
        self,
        *,
        type: str,
        name: str | None = None,
        data: str | None = None,
        priority: int | None = None,
        port: int | None = None,
        ttl: int | None = None,
        weight: int | None = None,
        flags: int | None = None,
        tag: str | None = None,
        extra_body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]: ...

    @procedure
    def patch(
        self,
        *,
        name: str | None = None,
        data: str | None = None,
        priority: int | None = None,
        port: int | None = None,
        ttl: int | None = None,
        weight: int | None = None,
        flags: int | None = None,
        tag: CAATag | None = None,
        extra_body: Mapping[str, Any] | None = None,
    ) -> Steps[dict[str, Any]]:
        """Change only these; the object then shows them, and keeps what else was set on it.

        Args:
            name, data, priority, port, ttl, weight, flags, tag: as for `create`; what is not given stays.
            extra_body: further members of the request.

        Returns:
            The API's answer.
        """
        given = {n: encode(v) for n, v in locals().items() if n not in ("self", "extra_body") and v is not None}
        if not given and not extra_body:
            raise ClientError("patch() was given nothing to change")
        rules.check_bounds(given)
        yield from self._loaded()
        # What the data must look like depends on these two.
        known = {"type": self._peek(self._fields["type"]), **({"tag": self.tag} if self.tag else {})}
        sent = {n: v for n, v in rules.outgoing(known | given).items() if n in given or n == "type"}
        answer = yield from self._patch.steps(**sent, extra_body=extra_body)
        for name_ in given:
            (self._values or {}).pop(name_, None)
            (self._changed or set()).discard(name_)
        self._adopt(msgspec.json.encode(answer["domain_record"]), client_for(self), keep=True)
        return answer

    @member.patch("/domains/{domain_name}/records/{domain_record_id}")
    def _patch(
        self,
        *,
        type: str,
        name: str | None = None,
        data: str | None = None,
        priority: int | None = None,
        port: int | None = None,
        ttl: int | None = None,
        weight: int | None = None,
        flags: int | None = None,
        tag: str | None = None,
        extra_body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]: ...

    @collection.get("/domains/{domain_name}/records/{domain_record_id}", key="domain_record")
    def fetch(cls, domain_name: Domain | str, domain_record_id: int) -> DomainRecord:
        """One record.

        Args:
            domain_name: the domain, as an object or by its name.
            domain_record_id: the record's number.

        Raises:
            ResourceNotFoundError: the domain has no such record.
        """
        ...

    @collection.list("/domains/{domain_name}/records")
    def list(
        cls,
        domain_name: Domain | str,
        *,
        page: int = 1,
        per_page: int = 20,
        name: str | None = None,
        type: RecordType | None = None,
    ) -> Page[DomainRecord]:
        """List the records of a domain.

        Args:
            domain_name: the domain, as an object or by its name.
            page: which page.
            per_page: how many on a page, 200 at most.
            name: only those of this name, written out in full: `www.example.com`.
            type: only those of this type.
        """
        ...

    def _settable(self, *, unknown: bool = False, only: tuple[str, ...] = ()) -> dict[str, Any]:
        fields = super()._settable(unknown=unknown, only=only)
        return rules.outgoing(fields, as_read="data" not in (self._changed or ()))
