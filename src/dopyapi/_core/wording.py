"""How a value that is refused is shown, and what was meant by a name that is not known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .errors import InvalidRequest

if TYPE_CHECKING:
    from inspect import Signature

LONGEST_SHOWN = 60
_SECRETS = re.compile(
    r"password|passwd|secret|token|credential|private_?key|(access|api)_?key|user_?data|certificate_data|client_key"
    r"|encryption_key|connection_string|headers?$",
    re.IGNORECASE,
)
"""Names of fields whose value is nobody's business; also that of whatever lies below one."""
_LOOKS_SECRET = re.compile(r"do[a-z]_v1_|://|-----BEGIN|\n")
"""A token, a URL (which may hold a password), a key, a script: shown nowhere, whatever field it is in."""
_SEPARATORS = re.compile(r"[-_. ]+")
_OF_VARIABLES = re.compile(r"\benvs?\b.*\.value$|\bvariables\b.*\.value$")

ARTICLES = {
    "object": "a dict",
    "array": "a list",
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "True or False",
}
"""The kinds of JSON values as one writes them in Python."""


def dotted(where: Any) -> str:
    """A place as a message names it: ``forwarding_rules[0].entry_port``."""
    parts: list[str | int] = []
    while where is not None:
        where, name = where
        parts.append(name)
    text = ""
    for part in reversed(parts):
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def is_secret(field: str) -> bool:
    """Whether the value of a field, dotted as in messages, must not be shown."""
    return bool(_SECRETS.search(field) or _OF_VARIABLES.search(field))


def is_hidden(value: str, field: str) -> bool:
    """Whether a message says no more of a string than how long it is."""
    return is_secret(field) or bool(_LOOKS_SECRET.search(value))


def shown(value: Any, field: str) -> str:
    """A value as a message may quote it: short, and never a secret."""
    if isinstance(value, str):
        if is_hidden(value, field):
            return f"a string of {len(value)} characters"
        return repr(value if len(value) <= LONGEST_SHOWN else value[: LONGEST_SHOWN - 3] + "...")
    if isinstance(value, Mapping):
        return "a dict"
    if isinstance(value, list):
        return f"a list of {len(value)}" if value else "an empty list"
    if value is None or isinstance(value, bool):
        return repr(value)
    if isinstance(value, int | float) and not is_secret(field):
        return repr(value)
    return f"{'an' if type(value).__name__[0] in 'aeiou' else 'a'} {type(value).__name__}"


def plain(name: str) -> str:
    """A name without its separators and its case: ``ssh-keys``, ``sshKeys`` and ``ssh_keys`` are one."""
    return _SEPARATORS.sub("", name).casefold()


def dashed(slug: str) -> str:
    """A slug with one kind of separator, in one case; where it has none, none is added."""
    return _SEPARATORS.sub("-", slug).casefold()


def meant(name: str, known: Iterable[str]) -> str | None:
    """The known name that this one was probably meant to be."""
    known = list(known)
    wanted = plain(name)
    for candidate in known:
        if plain(candidate) == wanted:
            return candidate
    from difflib import get_close_matches

    by_plain = {plain(candidate): candidate for candidate in known}
    close = get_close_matches(wanted, by_plain, 1, 0.7)
    return by_plain[close[0]] if close else None


def did_you_mean(name: str, known: Iterable[str], most: int = 12) -> str:
    """The end of a message about a name that is not known."""
    known = list(known)
    close = meant(name, known)
    if close is not None:
        return f"; did you mean {close!r}?"
    if not known:
        return "; it takes none"
    return f"; it takes {', '.join(known)}" if len(known) <= most else ""


def listed(names: Iterable[Any], most: int = 20) -> str:
    """Choices as a message enumerates them."""
    names = [str(name) for name in names]
    rest = len(names) - most
    return ", ".join(names) if rest <= 0 else f"{', '.join(names[:most])} and {rest} more"


def misused(name: str, signature: Signature, given: Iterable[str], error: TypeError) -> InvalidRequest:
    """What to raise for arguments that an operation does not take.

    Args:
        name: of the operation.
        signature: what it takes.
        given: names of the arguments that have one.
        error: what Python says of them.
    """
    parameters = signature.parameters.values()
    known = [p.name for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    unknown = next((n for n in given if n not in known), None)
    if unknown is None or any(p.kind is p.VAR_KEYWORD for p in parameters):
        return InvalidRequest(f"{name}(): {error}")
    hint = did_you_mean(unknown, [n for n in known if n != "extra_body"])
    if "extra_body" in known and not hint.endswith("?"):
        hint += f"; extra_body={{{unknown!r}: ...}} sends it all the same"
    return InvalidRequest(f"{name}() takes no {unknown!r}{hint}", field=unknown)
