"""A seed as it was written: YAML, JSON, or a mapping; each part of a text knows its line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

Where = tuple[str | int, ...]
"""The way to a value: ``("droplets", 0, "size")``."""

_RANGE = re.compile(r"\{(\d+)\.\.(\d+)\}")
_IS_TEXT = re.compile(r"\n|:(\s|$)|^[\[{-]")
_HALVES = re.compile("[\ud800-\udfff]")
_MOST_OF_A_RANGE = 100_000


class Problem(NamedTuple):
    """One thing that is wrong with a seed.

    Attributes:
        where: the way to it.
        line: its line; None of a seed that is no text.
        message: what is wrong, and what would work.
    """

    where: Where
    line: int | None
    message: str

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line is not None else ""
        way = ".".join(map(str, self.where))
        return f"{place}{way}: {self.message}" if way else f"{place}{self.message}"


class SeedError(ValueError):
    """A seed that cannot be planted; nothing of it was.

    Parameters:
        source: where the seed came from, for people.

    Attributes:
        problems: everything that is wrong with it.
    """

    def __init__(self, problems: list[Problem], source: str = "") -> None:
        self.problems, self.source = problems, source
        listed = "\n".join(f"  {problem}" for problem in problems)
        count = "one thing is" if len(problems) == 1 else f"{len(problems)} things are"
        super().__init__(f"{count} wrong with {source or 'the seed'}, and nothing of it was planted:\n{listed}")


class Seed(NamedTuple):
    """What a seed says.

    Attributes:
        data: collections by name.
        lines: the lines of its values, by the way to them.
        source: where it comes from, for people.
    """

    data: dict[str, Any]
    lines: dict[Where, int]
    source: str = ""

    def problem(self, where: Where, message: str) -> Problem:
        """Something that is wrong there; the nearest line that is known is named."""
        for length in range(len(where), -1, -1):
            line = self.lines.get(where[:length])
            if line is not None:
                return Problem(where, line, message)
        return Problem(where, None, message)


def read(source: str | bytes | Path | Mapping[str, Any]) -> Seed:
    """A seed from a file, from a text of YAML or JSON, or from a mapping.

    Parameters:
        source: a text that cannot be a mapping or a list is the name of a file.

    Raises:
        SeedError: it is neither YAML nor JSON, or no mapping.
        OSError: the file cannot be read.
    """
    if isinstance(source, Mapping):
        return Seed(dict(source), {})
    name = ""
    if isinstance(source, Path) or (isinstance(source, str) and is_file_name(source)):
        name = str(source)
        source = Path(source).read_bytes()
    return _parsed(source, name)


def is_file_name(text: str) -> bool:
    """Whether a text names a file, since it can be no seed itself."""
    return not _IS_TEXT.search(text)


def _parsed(text: str | bytes, name: str) -> Seed:
    try:
        import yaml
    except ImportError:
        raise SeedError([Problem((), None, "seeds need PyYAML: pip install 'dopyapi[emulator]'")], name) from None
    loader = yaml.SafeLoader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return Seed({}, {}, name)
        lines: dict[Where, int] = {}
        repeated = list(_measure(node, (), lines))
        data = loader.construct_document(node)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or str(error).partition("\n")[0]
        raise SeedError([Problem((), mark.line + 1 if mark else None, f"not YAML: {what}")], name) from None
    except SeedError as error:
        raise SeedError(error.problems, name) from None
    except (UnicodeDecodeError, RecursionError) as error:
        raise SeedError([Problem((), None, f"not YAML: {error}")], name) from None
    finally:
        loader.dispose()
    seed = Seed(data, lines, name)
    if repeated:
        raise SeedError([seed.problem(where, "stands here a second time") for where in repeated], name)
    if not isinstance(data, dict):
        message = f"a seed is a mapping of collections such as 'droplets:', not {type(data).__name__}"
        raise SeedError([seed.problem((), message)], name)
    return seed


def _measure(node: Any, where: Where, lines: dict[Where, int]) -> Iterator[Where]:
    """Note the lines of a node and of all below it; yields the ways to keys that stand twice."""
    lines[where] = node.start_mark.line + 1
    if node.id == "scalar":
        _join(node)
    elif node.id == "mapping":
        for key, value in node.value:
            _join(key)
            below = (*where, str(key.value))
            if below in lines:
                yield below
            yield from _measure(value, below, lines)
            lines[below] = key.start_mark.line + 1
    elif node.id == "sequence":
        for at, value in enumerate(node.value):
            yield from _measure(value, (*where, at), lines)


def _join(node: Any) -> None:
    r"""Make one character of each two that JSON writes it with (``\ud83d\ude00``), which YAML takes for two.

    Raises:
        SeedError: there is but one of the two.
    """
    if isinstance(node.value, str) and _HALVES.search(node.value):
        try:
            node.value = node.value.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            message = f"{node.value!r} has half a character: a surrogate without its other"
            raise SeedError([Problem((), node.start_mark.line + 1, message)]) from None


def expanded(name: str) -> list[str]:
    """A name with its ranges written out: ``web-{1..3}`` is three; ``{01..10}`` keeps its zeros.

    Raises:
        ValueError: a range is longer than any fleet.
    """
    match = _RANGE.search(name)
    if match is None:
        return [name]
    first, last = int(match[1]), int(match[2])
    if abs(last - first) >= _MOST_OF_A_RANGE:
        raise ValueError(f"the range {match[0]} has more than {_MOST_OF_A_RANGE} numbers")
    width = len(match[1]) if match[1].startswith("0") else 0
    numbers = range(first, last + 1) if first <= last else range(first, last - 1, -1)
    made = [f"{name[: match.start()]}{number:0{width}d}{name[match.end() :]}" for number in numbers]
    return [full for partial in made for full in expanded(partial)]
