"""Whether a request is one that was recorded, and which recorded one is nearest to one that is none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Any
from urllib.parse import unquote

import msgspec

from .fixture import Body, Exchange, query_pairs
from .placeholders import PATTERN

_LONGEST = 80
Pairs = tuple[tuple[str, str], ...]


def place_of(path: str) -> tuple[str, ...]:
    """A path however it is written: its segments, without a slash at the end."""
    return tuple(unquote(segment) for segment in path.rstrip("/").split("/"))


def pairs_of(query: str) -> Pairs:
    """A query however it is written."""
    return tuple(query_pairs(query)) if query else ()


def same_text(recorded: str, sent: str) -> bool:
    """Whether a text is the recorded one; what was scrubbed may be anything."""
    if recorded == sent:
        return True
    if not PATTERN.search(recorded):
        return False
    pattern = "(?:.+)".join(map(re.escape, PATTERN.split(recorded)))
    return re.fullmatch(pattern, sent.replace("\r\n", "\n"), re.DOTALL) is not None or _is_key(recorded, sent)


def _is_key(recorded: str, sent: str) -> bool:
    """A scrubbed key is matched by a key, of whatever form."""
    return recorded.startswith("-----BEGIN ") and sent.lstrip().startswith("-----BEGIN ")


def same_value(recorded: Any, sent: Any) -> bool:
    """Whether JSON means the same; what was scrubbed may be anything."""
    return difference(recorded, sent) is None


def difference(recorded: Any, sent: Any, way: str = "") -> str | None:
    """Where the second first differs from the first, in words; None where it does not."""
    where = way or "the body"
    if isinstance(recorded, dict) and isinstance(sent, dict):
        for name, value in recorded.items():
            if name not in sent:
                return f"{f'{way}.' if way else ''}{name} is not sent"
            found = difference(value, sent[name], f"{way}.{name}" if way else name)
            if found is not None:
                return found
        further = next((name for name in sent if name not in recorded), None)
        return None if further is None else f"{f'{way}.' if way else ''}{further} was not recorded"
    if isinstance(recorded, list) and isinstance(sent, list):
        if len(recorded) != len(sent):
            return f"{where} has {len(sent)} items and was recorded with {len(recorded)}"
        steps = enumerate(zip(recorded, sent, strict=True))
        return next((found for at, (one, two) in steps if (found := difference(one, two, f"{way}[{at}]"))), None)
    if isinstance(recorded, str) and isinstance(sent, str):
        return None if same_text(recorded, sent) else f"{where} was recorded as {_brief(recorded)}"
    same = type(recorded) is type(sent) or {type(recorded), type(sent)} == {int, float}
    return None if same and recorded == sent else f"{where} was recorded as {_brief(recorded)}"


def same_body(recorded: Body | None, sent: Body | None) -> bool:
    """Whether a body is the recorded one."""
    return body_difference(recorded, sent) is None


def body_difference(recorded: Body | None, sent: Body | None) -> str | None:
    """Where a body differs from the recorded one, in words; None where it does not."""
    if recorded is None or sent is None:
        if recorded is sent:
            return None
        return "it was recorded with a body" if sent is None else "it was recorded without a body"
    if recorded.withheld is not None:
        return None
    if recorded.json is not msgspec.UNSET and sent.json is not msgspec.UNSET:
        return difference(recorded.json, sent.json)
    if recorded.form is not None and sent.form is not None:
        return None if same_pairs(pairs_of(recorded.form), pairs_of(sent.form)) else "the form differs"
    if recorded.text is not None and sent.text is not None:
        return None if same_text(recorded.text, sent.text) else "the text of the body differs"
    return None if recorded.base64 is not None and recorded.base64 == sent.base64 else "the body is of another kind"


def same_pairs(recorded: Pairs, sent: Pairs) -> bool:
    """Whether a query is the recorded one."""
    return len(recorded) == len(sent) and all(
        one[0] == two[0] and same_text(one[1], two[1]) for one, two in zip(recorded, sent, strict=True)
    )


def same_place(recorded: tuple[str, ...], sent: tuple[str, ...]) -> bool:
    """Whether a path is the recorded one."""
    return len(recorded) == len(sent) and all(map(same_text, recorded, sent))


def nearest(sent: Exchange, recorded: Iterable[Exchange]) -> str:
    """The recorded request that is most like one that was not recorded, and what of it differs; empty for none."""
    wanted = f"{sent.method} {sent.target}"

    def likeness(one: Exchange) -> tuple[float, bool]:
        known = f"{one.method} {one.target}"
        return SequenceMatcher(None, wanted, known, autojunk=False).quick_ratio(), one.method == sent.method

    best = max(recorded, key=likeness, default=None)
    if best is None:
        return ""
    text = f"{best.method} {best.target}"
    if best.method == sent.method and place_of(best.path) == place_of(sent.path):
        if not same_pairs(pairs_of(best.query), pairs_of(sent.query)):
            return f"{text}, whose query differs"
        found = body_difference(best.sent, sent.sent)
        return f"{text}, but {found}" if found is not None else text
    return text


def _brief(value: Any) -> str:
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
