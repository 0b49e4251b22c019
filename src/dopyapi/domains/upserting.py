"""Making DNS records be what they shall be, whatever was there before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .._core.codec import encode
from .._core.declare import collection
from .._core.errors import ClientError
from .._core.resource import ActiveRecord, Array
from .._core.steps import Steps
from . import rules
from .rules import CAATag, RecordType

if TYPE_CHECKING:
    from .domain import Domain
    from .record import DomainRecord


class RecordUpserting(ActiveRecord):
    """Creates, updates and deletes as few records as possible, and none when all is as wanted."""

    __slots__ = ()

    @collection.procedure
    def upsert(
        cls: Any,
        domain: Domain | str,
        type: RecordType,
        name: str,
        data: str,
        *,
        ttl: int | None = None,
        priority: int | None = None,
        port: int | None = None,
        weight: int | None = None,
        flags: int | None = None,
        tag: CAATag | None = None,
    ) -> Steps[DomainRecord]:
        """See to it that the one record of this name and type says this.

        It is created where there is none, and updated where it says something else. Doubles, which say the same as
        another of that name and type, are deleted. Where several say different things, nothing is changed: one of them
        would have to be chosen, so say with `upsert_set` what all of them shall be. CAA records that differ in their
        tags do not count as of one type.

        Args:
            domain: the domain, as an object or by its name.
            type: type of the record; a SOA record cannot be upserted, as there always is one.
            name: `www`, `www.example.com`, or `@` for the domain itself.
            data: what it shall say, as for `create`.
            ttl, priority, port, weight, flags, tag: as for `create`; of a record that exists, what is not given stays.

        Returns:
            The record.

        Raises:
            ClientError: several records say different things, or something is missing that the type needs.
        """
        options = {"ttl": ttl, "priority": priority, "port": port, "weight": weight, "flags": flags, "tag": tag}
        zone = yield from _name_of(domain)
        wish = _wish(type, name, {"data": data, **options}, zone)
        present = yield from _present(cls, domain, zone, type, name, {tag})
        said = {_said(record.json(), zone): record for record in present}
        if len(said) > 1:
            shown = ", ".join(f"{record.data!r} ({record.id})" for record in said.values())
            raise ClientError(
                f"{rules.qualified(name, zone)} has {len(said)} different {type} records: {shown}; "
                f"give upsert_set() all the data they shall have, or change one of them"
            )
        (record,) = yield from _settle(cls, domain, zone, present, [wish])
        return record

    @collection.procedure
    def upsert_set(
        cls: Any,
        domain: Domain | str,
        type: RecordType,
        name: str,
        data: Iterable[str | Mapping[str, Any]],
        *,
        ttl: int | None = None,
        priority: int | None = None,
        port: int | None = None,
        weight: int | None = None,
        flags: int | None = None,
        tag: CAATag | None = None,
    ) -> Steps[Array[DomainRecord]]:
        """See to it that the records of this name and type are these and no others.

        Records that say one of it stay; others are updated to what is still missing, then what is missing is created,
        and in the end what is left over is deleted.

        Args:
            domain: the domain, as an object or by its name.
            type: type of the records.
            name: `www`, `www.example.com`, or `@` for the domain itself.
            data: what each shall say, such as `["192.0.2.1", "192.0.2.2"]`; a dict has members of its own:
                `{"data": "mail.example.com.", "priority": 10}`.
            ttl, priority, port, weight, flags, tag: of all that do not say otherwise, as for `create`.

        Returns:
            The records, in the order of `data`.

        Raises:
            ClientError: there is nothing in `data`, or one thing twice, or something is missing that the type needs.
        """
        options = {"ttl": ttl, "priority": priority, "port": port, "weight": weight, "flags": flags, "tag": tag}
        if isinstance(data, str | Mapping):
            raise ClientError(f"data={data!r} is one record; give a list, or call upsert()")
        zone = yield from _name_of(domain)
        items = [dict(item) if isinstance(item, Mapping) else {"data": item} for item in data]
        wishes = [_wish(type, name, options | item, zone) for item in items]
        if not wishes:
            raise ClientError("data is empty, which would delete every record of that name and type; delete them")
        said = [_said(wish, zone) for wish in wishes]
        for index, each in enumerate(said):
            if each in said[:index]:
                raise ClientError(f"data has {wishes[index]['data']!r} twice")
        present = yield from _present(cls, domain, zone, type, name, {wish.get("tag") for wish in wishes})
        return (yield from _settle(cls, domain, zone, present, wishes))


def _name_of(domain: Any) -> Steps[str]:
    if hasattr(domain, "_identified"):
        yield from domain._identified()
    return rules.plain_domain(str(encode(domain)))


def _wish(type: str, name: str, fields: Mapping[str, Any], zone: str) -> dict[str, Any]:
    """A record that is wanted, as create() takes it."""
    if type == "SOA":
        raise ClientError("a domain has one SOA record and keeps it; set its ttl and save() it")
    wish = {n: encode(v) for n, v in fields.items() if v is not None}
    wish |= {"type": type, "name": rules.relative(name, zone)}
    rules.check_new(wish)
    return wish


def _present(
    cls: Any, domain: Any, zone: str, type: str, name: str, tags: set[str | None]
) -> Steps[Array[DomainRecord]]:
    """The records of this name and type, from all pages of the listing; of CAA records those with these tags."""
    listed = yield from cls.list.all(domain, name=rules.qualified(name, zone), type=type).steps()
    wanted = rules.relative(name, zone)
    return [
        record
        for record in listed
        # Whatever a filter lets through: what is not of this name is none of ours.
        if record.type == type and rules.relative(record.name, zone) == wanted and (type != "CAA" or record.tag in tags)
    ]


def _said(fields: Mapping[str, Any], zone: str) -> tuple[Any, ...]:
    """What makes two records of one name and type doubles."""
    more = {"SRV": "port", "CAA": "tag"}.get(fields["type"])
    return (rules.comparable(fields, zone), fields.get(more) if more else None)


def _settle(
    cls: Any, domain: Any, zone: str, present: Array[DomainRecord], wishes: Array[dict[str, Any]]
) -> Steps[Array[DomainRecord]]:
    """Turn the records that are there into those that are wanted."""
    spare = list(present)
    chosen: dict[int, DomainRecord] = {}
    for index, wish in enumerate(wishes):
        same = [record for record in spare if _said(record.json(), zone) == _said(wish, zone)]
        if same:
            chosen[index] = min(same, key=lambda record: _differs(record, wish, zone))
            spare.remove(chosen[index])
    for index in range(len(wishes)):
        if index not in chosen and spare:
            chosen[index] = spare.pop(0)
    for index, record in chosen.items():
        if _differs(record, wishes[index], zone):
            yield from record.patch.steps(**_changes(wishes[index]))
    for index, wish in enumerate(wishes):
        if index not in chosen:
            chosen[index] = yield from cls.new.steps(domain, **wish)
    for record in spare:
        yield from record.delete.steps()
    return [chosen[index] for index in range(len(wishes))]


def _changes(wish: Mapping[str, Any]) -> dict[str, Any]:
    return {n: v for n, v in wish.items() if n not in ("type", "name")}


def _differs(record: DomainRecord, wish: Mapping[str, Any], zone: str) -> bool:
    """Whether a record is not quite what is wanted."""
    now = record.json()
    if rules.comparable(now, zone) != rules.comparable(wish, zone):
        return True
    return any(now.get(name) != value for name, value in _changes(wish).items() if name != "data")
