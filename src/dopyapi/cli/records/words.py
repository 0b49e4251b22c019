"""What is typed of a record, as the API writes it."""

from __future__ import annotations

from typing import Any, get_args

import click
from click.shell_completion import CompletionItem

from dopyapi.domains.rules import RecordType, plain_domain, qualified, relative

TYPES = tuple(each for each in get_args(RecordType) if each != "SOA")


class TypeOfRecord(click.ParamType):
    """A type of record, in capitals or not."""

    name = "type"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """It in capitals."""
        word = str(value).upper()
        if word not in TYPES:
            self.fail(f"{value!r} is none of {', '.join(TYPES)}", param, ctx)
        return word

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Those that begin so."""
        return [CompletionItem(each) for each in TYPES if each.startswith(incomplete.upper())]


def shown(domain: str, name: str, type: str) -> str:
    """Which records are meant: ``www.example.com A``."""
    return f"{qualified(name, plain_domain(domain))} {type}"


def is_of(record: Any, domain: str, name: str, type: str) -> bool:
    """Whether a record is of this name and type."""
    zone = plain_domain(domain)
    return bool(record.type == type and relative(record.name, zone) == relative(name, zone))
