"""Names and identifiers, as they are typed, as objects: either goes wherever the other goes.

An identifier wins over a name that looks like one. A name that several have is an error that lists them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from dopyapi._core.errors import ResourceNotFoundError
from dopyapi._core.steps import drive, together

from ..failing import FAILED, NOT_FOUND, Failure

NATURAL = ("name", "slug", "ip", "tag", "digest")
"""Identifiers that are names themselves."""
ALSO = {"Invoice": ("invoice_period",)}
"""Attributes by which people know what has no name."""
KNOWN_BY = {"CDN": ("origin", "endpoint", "custom_domain"), "LoadBalancer": ("ip",)}
"""Further attributes by which people know what they mean."""
OWN = {"Image": "list_user"}
"""Listings to look for a name in, where the whole one is mostly other people's."""
WORDS = {"Invoice": ("preview",)}
"""Words that the API takes for an identifier."""
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
MOST_SHOWN = 20


def find(cls: Any, words: Sequence[str], parents: Sequence[Any] = ()) -> list[Any]:
    """The objects that are meant, each known to exist.

    Args:
        cls: their class.
        words: names or identifiers.
        parents: what they are in, such as the domain of a record.

    Raises:
        Failure: some are not there, or several go by a name; nothing has been done to any.
    """
    if len(words) == 1:
        return [_one(cls, words[0], parents)]
    if cls._id_attr in NATURAL:
        return drive(together([_there(cls, parents, word) for word in words]))
    there = list(_listing(cls, parents))
    found, missing = [], []
    for word in dict.fromkeys(words):
        matching = _called(cls, word, there)
        if matching:
            found.append(_only(cls, word, matching))
        elif cls.__name__ == "Image" or _identifies(cls, word):
            found.append(_one(cls, word, parents))
        else:
            missing.append(word)
    if missing:
        raise _absent(cls, missing, len(there))
    return found


def identified(cls: Any, word: str, parents: Sequence[Any] = ()) -> Any:
    """The object that is meant; where what is typed says for certain which, nothing is asked."""
    if cls._id_attr in NATURAL or _UUID.fullmatch(word):
        return _known_by(cls, parents, cls._id_attr, word)
    return _one(cls, word, parents)


def _one(cls: Any, word: str, parents: Sequence[Any]) -> Any:
    if cls._id_attr in NATURAL:
        return drive(_there(cls, parents, word))
    if word in WORDS.get(cls.__name__, ()):
        return _known_by(cls, parents, cls._id_attr, word)
    ways = [cls._id_attr] if _identifies(cls, word) else []
    ways += [f.name for f in cls._fetch_fields if f.fetch == "path" and f.name != cls._id_attr and _fits(f.name, word)]
    for way in ways:
        try:
            return drive(_loaded(_known_by(cls, parents, way, word)))
        except ResourceNotFoundError:
            continue
    there = list(_listing(cls, parents, word))
    matching = _called(cls, word, there)
    if not matching:
        raise _absent(cls, [word], len(there) if not _asks_by_name(cls) else None)
    return _only(cls, word, matching)


def _known_by(cls: Any, parents: Sequence[Any], attribute: str, word: str) -> Any:
    made = cls(*parents)
    field = cls._fields[attribute]
    numeric = field.holds is int
    setattr(made, attribute, int(word) if numeric and word.isdigit() else word)
    return made


def _loaded(made: Any) -> Any:
    """The steps that fetch it."""
    yield from made._refresh(keep=False)
    return made


def _there(cls: Any, parents: Sequence[Any], word: str) -> Any:
    """The steps that fetch one whose name identifies it."""
    try:
        return (yield from _loaded(_known_by(cls, parents, cls._id_attr, word)))
    except ResourceNotFoundError:
        raise _absent(cls, [word], None) from None


def _identifies(cls: Any, word: str) -> bool:
    """Whether it looks like an identifier of this class."""
    field = cls._fields.get(cls._id_attr)
    if field is None:
        return False
    return word.isdigit() if field.holds is int else bool(word.isdigit() or _UUID.fullmatch(word))


def _fits(attribute: str, word: str) -> bool:
    """Whether it can be the value of an attribute that finds a resource."""
    if attribute == "fingerprint":
        return word.count(":") >= 7
    return attribute != "slug" or bool(re.fullmatch(r"[a-z0-9][a-z0-9.-]*", word))


def _asks_by_name(cls: Any) -> bool:
    return any(f.name == "name" and f.fetch == "query" for f in cls._fetch_fields)


def _listing(cls: Any, parents: Sequence[Any], name: str | None = None) -> Iterable[Any]:
    """All that there is, or all of a name where the API can say that."""
    listing = getattr(cls, OWN.get(cls.__name__, "list"))
    asked: dict[str, Any] = {"name": name} if name is not None and _asks_by_name(cls) else {}
    found: Iterable[Any] = listing.all(*parents, **asked)
    return found


def _called(cls: Any, word: str, there: list[Any]) -> list[Any]:
    """Those that go by this identifier, or else by this name."""
    by_key = [each for each in there if str(each._get_id()) == word]
    if by_key:
        return by_key
    names = [*(f.name for f in cls._fetch_fields), "name", *ALSO.get(cls.__name__, ())]
    known = [name for name in dict.fromkeys(names) if name in cls._fields and name != cls._id_attr]
    known += [name for name in KNOWN_BY.get(cls.__name__, ()) if name not in known]
    return [each for each in there if any(str(getattr(each, name)) == word for name in known)]


def _only(cls: Any, word: str, matching: list[Any]) -> Any:
    if len(matching) == 1:
        return matching[0]
    from ..output.columns import row_of

    lines = ["  ".join(row_of(each)) for each in matching[:MOST_SHOWN]]
    raise Failure(f"{len(matching)} {_many(cls)} are called {word!r}: say which by its {cls._id_attr}", FAILED, lines)


def _absent(cls: Any, words: list[str], among: int | None) -> Failure:
    from ..naming import kebab

    shown = ", ".join(repr(word) for word in words)
    what = kebab(cls.__name__).replace("-", " ") if cls.__name__[1:2].islower() else cls.__name__
    counted = "" if among is None else f" among {among}"
    return Failure(f"there is no {what} {shown}{counted}", NOT_FOUND)


def _many(cls: Any) -> str:
    from ..naming import plural

    return plural(cls.__name__)
