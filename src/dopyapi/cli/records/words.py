"""What is typed of a record, as the API writes it."""

from __future__ import annotations

from typing import Any, get_args

import click

from dopyapi.domains.rules import RecordType, plain_domain, qualified, relative

TYPES: tuple[str, ...] = get_args(RecordType)


def type_of_record(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """A type as it is typed, in capitals."""
    if value is not None and value.upper() not in TYPES:
        raise click.BadParameter(f"{value!r} is none of {', '.join(TYPES)}", ctx, param)
    return value and value.upper()


def types(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The types that begin so, for Tab."""
    return [each for each in TYPES if each.startswith(incomplete.upper())]


def shown(domain: str, name: str, type: str) -> str:
    """Which records are meant: ``www.example.com A``."""
    return f"{qualified(name, plain_domain(domain))} {type}"


def is_of(record: Any, domain: str, name: str, type: str) -> bool:
    """Whether a record is of this name and type."""
    zone = plain_domain(domain)
    return bool(record.type == type and relative(record.name, zone) == relative(name, zone))
