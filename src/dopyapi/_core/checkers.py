"""A schema of the table of facts as a function that holds a value against it.

Made when a field is first used, so that a call pays for what it sends: one function call for each value, and a
message is put together only when there is one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from .._facts import TYPES, resolved
from .._facts.errata import OPEN_CHOICES, OPEN_PATTERNS, PATTERN_WORDS
from .codec import encode
from .errors import InvalidRequest
from .wording import ARTICLES, dashed, dotted, is_hidden, listed, plain

if TYPE_CHECKING:
    from .checking import Call

Where = tuple[Any, "str | int"] | None
"""The place of a value: that of what holds it, and its name or index there."""
Check = Callable[[Any, Where, "Call"], None]
Schema = dict[str, Any]

_EVERY = (dict, list, str, int, float, bool)
_PARTS = ("oneOf", "anyOf")
REGIONS = "region_slug"
"""The schema that lists all regions."""


def jsonable(value: Any) -> Any:
    """A value as it will be in JSON, of one of its six types where that can be."""
    value = encode(value)
    if type(value) in _EVERY or value is None:
        return value
    if isinstance(value, int):
        return int(value)
    try:
        return msgspec.to_builtins(value)
    except (TypeError, ValueError):
        return value  # sending it fails, with words of its own


def merged(schema: Schema) -> Schema:
    """A schema with what it refers to, and the parts that all apply, in one; groups of alternatives stay apart.

    Returns:
        A schema without ``$ref``, ``allOf``, ``oneOf`` and ``anyOf``; ``groups`` has the alternatives.
    """
    found: Schema = {"properties": {}, "required": set(), "groups": [], "open": False}
    merge(found, schema)
    return found


def merge(into: Schema, schema: Schema) -> None:
    """Add a schema to one that is being put together."""
    if schema.get("$ref") in OPEN_CHOICES - {REGIONS}:
        into["open"] = True
    schema = resolved(schema)
    for name, value in schema.items():
        if name == "properties":
            for key, node in value.items():
                held = into["properties"].get(key)
                into["properties"][key] = node if held is None or held == node else {"allOf": [held, node]}
        elif name == "required":
            into["required"] |= set(value)
        elif name in _PARTS:
            into["groups"].append((value, schema.get("discriminator")))
        elif name in ("deprecated", "nullable"):
            into[name] = into.get(name) or value
        elif name == "allOf":
            for part in value:
                merge(into, part)
        else:
            into[name] = value


def types_of(node: Schema) -> set[type] | None:
    """The types that a merged schema allows; ``None`` where it says nothing."""
    written = node.get("type")
    if written:
        return {t for kind in ([written] if isinstance(written, str) else written) for t in TYPES.get(kind, ())}
    if node["properties"] or node["required"] or "additionalProperties" in node:
        return {dict}
    if "items" in node:
        return {list}
    if node.get("enum"):
        return {type(choice) for choice in node["enum"] if choice is not None}
    found: set[type] = set()
    for options, _ in node["groups"]:
        for option in options:
            types = types_of(merged(option))
            if types is None:
                return None
            found |= types
    return found or None


def words(types: Iterable[type]) -> str:
    """The types as a message names them."""
    wanted = set(types)
    kinds = [k for k, of in TYPES.items() if k != "integer" and set(of) <= wanted]
    if int in wanted and float not in wanted:
        kinds.append("integer")
    return " or ".join(ARTICLES[kind] for kind in kinds)


def check_of(schema: Schema, name: str = "") -> Check:
    """The function for a schema.

    Args:
        name: of the field, which says where a string is the slug of something.
    """
    reference = schema.get("$ref") if len(schema) == 1 else None
    return _named(reference, name) if reference else _made(schema, name)


@cache
def _named(reference: str, name: str) -> Check:
    return _made({"$ref": reference}, name)


def _made(schema: Schema, name: str) -> Check:
    node = merged(schema)
    types = types_of(node)
    if types is None:
        return _anything
    by_type = {kind: _for_type(kind, node, name) for kind in types}
    if len(by_type) == 1:
        ((kind, check),) = by_type.items()
        return _only(kind, check)
    return _several(by_type)


def _anything(value: Any, where: Where, call: Call) -> None:
    """Nothing is known of it."""


def _only(wanted: type, check: Check | None) -> Check:
    """Of one type."""

    def only(value: Any, where: Where, call: Call) -> None:
        if type(value) is not wanted:
            value = jsonable(value)
            if type(value) is not wanted:
                return mistyped(value, (wanted,), where, call)
        if check is not None:
            check(value, where, call)

    return only


def _several(by_type: dict[type, Check | None]) -> Check:
    """Of one of these types."""

    def several(value: Any, where: Where, call: Call) -> None:
        if type(value) not in by_type:
            value = jsonable(value)
            if type(value) not in by_type:
                return mistyped(value, by_type, where, call)
        check = by_type[type(value)]
        if check is not None:
            check(value, where, call)

    return several


def mistyped(value: Any, wanted: Iterable[type], where: Where, call: Call) -> None:
    """Refuse a value of the wrong type, and say how it would be written in the right one."""
    wanted = tuple(wanted)
    if isinstance(value, str) and call.takes_text(where):
        return
    hint = ""
    if isinstance(value, str) and int in wanted and re.fullmatch(r"-?\d{1,18}", value):
        hint = f": write {value}"
    elif isinstance(value, float) and value.is_integer() and int in wanted:
        hint = f": write {int(value)}"
    elif list in wanted and isinstance(value, str | int):
        hint = ": put it in a list"
    raise call.refused(where, f"must be {words(wanted)}, not {{value}}{hint}", value)


def _for_type(kind: type, node: Schema, name: str) -> Check | None:
    """What more there is to check of a value of this type."""
    checks: list[Check | None] = []
    written = node.get("type")
    if written is None or kind in {t for k in ([written] if isinstance(written, str) else written) for t in TYPES[k]}:
        if kind is dict:
            from .objects import object_check

            return object_check(node)
        checks += [list_check(node)] if kind is list else [choice_check(kind, node, name), range_check(kind, node)]
    for options, _ in node["groups"]:
        fitting = [option for option in options if kind in (types_of(merged(option)) or _EVERY)]
        checks.append(any_check([check_of(option, name) for option in fitting]))
    return all_checks([check for check in checks if check is not None])


def all_checks(checks: list[Check]) -> Check | None:
    """One after the other."""
    if len(checks) < 2:
        return checks[0] if checks else None

    def every(value: Any, where: Where, call: Call) -> None:
        for check in checks:
            check(value, where, call)

    return every


def any_check(checks: list[Check]) -> Check | None:
    """One of them is content; where none is, the first says why."""
    if len(checks) < 2:
        return checks[0] if checks else None

    def one(value: Any, where: Where, call: Call) -> None:
        trial = call.trial()
        for check in checks:
            try:
                check(value, where, trial)
            except InvalidRequest:
                continue
            return
        problems: list[InvalidRequest] = []
        for check in checks:
            told = len(call.told)
            try:
                check(value, where, call)
            except InvalidRequest as problem:
                problems.append(problem)
                del call.told[told:]
                continue
            return  # with a warning only
        raise problems[0]

    return one


def list_check(node: Schema) -> Check | None:
    """How many there are, and each of them."""
    least, most = node.get("minItems", 0), node.get("maxItems")
    item = check_of(node["items"]) if node.get("items") else None
    nullable = item is not None and bool(merged(node["items"]).get("nullable"))

    def items(value: Any, where: Where, call: Call) -> None:
        if len(value) < least or (most is not None and len(value) > most):
            plural = "" if (least if most is None else most) == 1 else "s"
            raise call.refused(where, f"takes {bounds(least, most)} item{plural}, and has {len(value)}", value)
        if item is not None:
            for at, each in enumerate(value):
                if each is not None or not nullable:
                    item(each, (where, at), call)

    return items


def bounds(least: Any, most: Any) -> str:
    """Limits in words."""
    if most is None:
        return f"at least {least}"
    if not least:
        return f"at most {most}"
    return f"{least} to {most}"


def choice_check(kind: type, node: Schema, name: str) -> Check | None:
    """One of the known values, or a slug that is not a known one in disguise."""
    choices = [choice for choice in node.get("enum", ()) if type(choice) is kind]
    if choices:
        known = frozenset(choices)
        is_open = node["open"]

        def choice(value: Any, where: Where, call: Call) -> None:
            if value not in known:
                unknown_choice(value, choices, where, call, is_open)

        return choice
    slugs = _slugs(name) if kind is str else None
    if slugs is None:
        return None

    if name == "region":  # their list is whole, but for those that are new

        def region(value: Any, where: Where, call: Call) -> None:
            if value and value not in slugs:
                unknown_choice(value, sorted(slugs), where, call, False)

        return region

    def slug(value: Any, where: Where, call: Call) -> None:
        if value not in slugs and (right := _by_dashes(name).get(dashed(value))) is not None:
            raise call.refused(where, f"is {{value}}, which is written {right!r}", value)

    return slug


@cache
def _slugs(name: str) -> frozenset[str] | None:
    """The known slugs of what a field of this name holds."""
    if name == "region":
        return frozenset(resolved({"$ref": REGIONS})["enum"])
    if name not in ("size", "image"):
        return None
    from .._facts.slugs import IMAGES, SIZES

    return SIZES if name == "size" else IMAGES


@cache
def _by_dashes(name: str) -> dict[str, str]:
    """The same with one kind of separator."""
    return {dashed(slug): slug for slug in _slugs(name) or ()}


def unknown_choice(value: Any, choices: list[Any], where: Where, call: Call, is_open: bool = False) -> None:
    """A value that is none of the known ones: refused where one of them was meant, and else only remarked."""
    if type(value) is str and not call.is_excused(where):
        wanted = plain(value)
        for right in choices:
            if value and plain(str(right)) == wanted:
                raise call.refused(where, f"is {{value}}, which is written {right!r}", value)
    if not is_open:
        call.unknown(where, value, f"known are {listed(choices)}")


def range_check(kind: type, node: Schema) -> Check | None:
    """How long a string is, and what it looks like; how large a number is."""
    if kind is str:
        return string_check(node)
    if kind not in (int, float):
        return None
    least, most = node.get("minimum"), node.get("maximum")
    below, above = bool(node.get("exclusiveMinimum")), bool(node.get("exclusiveMaximum"))
    if least is None and most is None:
        return None

    def number(value: Any, where: Where, call: Call) -> None:
        if (least is not None and (value < least or (below and value == least))) or (
            most is not None and (value > most or (above and value == most))
        ):
            limits = bounds(least, most) if least is None or most is None else f"from {least} to {most}"
            raise call.refused(where, f"must be {limits}, not {{value}}", value)

    return number


def string_check(node: Schema) -> Check | None:
    """How long it is, and what it looks like."""
    least, most = node.get("minLength", 0), node.get("maxLength")
    pattern = _pattern(node["pattern"]) if "pattern" in node else None
    if not least and most is None and pattern is None:
        return None
    search = pattern.search if pattern else None

    def string(value: Any, where: Where, call: Call) -> None:
        if len(value) < least or (most is not None and len(value) > most):
            length = "" if is_hidden(value, dotted(where)) else f"the {len(value)} of "
            raise call.refused(where, f"takes {bounds(least, most)} characters, not {length}{{value}}", value)
        if search is not None and not search(value):
            asked = PATTERN_WORDS.get(pattern.pattern) if pattern else None
            fits = f"takes {asked}" if asked else f"must match {pattern.pattern if pattern else ''}"
            raise call.refused(where, f"{fits}, not {{value}}", value)

    return string


@cache
def _pattern(text: str) -> re.Pattern[str] | None:
    try:
        return re.compile(OPEN_PATTERNS.get(text, text))
    except re.error:  # of another dialect
        return None
