"""From a method and a path to an operation: a tree of path segments, built once from the table of facts."""

from __future__ import annotations

from functools import cache
from urllib.parse import unquote

from . import Operation, operations, resolved

_LONGEST_INTEGER = 18


class Route:
    """One operation, with what is needed to read its path."""

    __slots__ = ("integers", "names", "operation")

    def __init__(self, operation: Operation, names: tuple[str, ...]) -> None:
        self.operation = operation
        self.names = names
        self.integers = frozenset(
            n for n in names if resolved(operation.path_params.get(n, {})).get("type") == "integer"
        )

    def values(self, raw: list[str]) -> dict[str, str | int] | None:
        """The path parameters by name, or None when one that must be a number is not."""
        found: dict[str, str | int] = {}
        for name, segment in zip(self.names, raw, strict=True):
            text = unquote(segment) if "%" in segment else segment
            if name in self.integers:
                if not text.isascii() or not text.isdigit() or len(text) > _LONGEST_INTEGER:
                    return None
                found[name] = int(text)
            else:
                found[name] = text
        return found


class _Node:
    __slots__ = ("literals", "methods", "parameter")

    def __init__(self) -> None:
        self.literals: dict[str, _Node] = {}
        self.parameter: _Node | None = None
        self.methods: dict[str, Route] = {}


class Routes:
    """All operations of the API, found by path. A literal segment wins over a parameter."""

    def __init__(self) -> None:
        self._root = _Node()
        for operation in operations():
            node, names = self._root, list[str]()
            for segment in operation.path.split("/")[1:]:
                if segment.startswith("{"):
                    names.append(segment[1:-1])
                    node.parameter = node.parameter or _Node()
                    node = node.parameter
                else:
                    node = node.literals.setdefault(segment, _Node())
            node.methods[operation.method] = Route(operation, tuple(names))

    def find(self, method: str, path: str) -> tuple[Route | None, list[str], set[str]]:
        """The route, the raw path parameters, and the methods that the path has at all."""
        segments = path.split("/")[1:]
        while len(segments) > 1 and not segments[-1]:
            segments.pop()
        allowed: set[str] = set()
        values: list[str] = []
        route = _walk(self._root, segments, 0, method, values, allowed)
        return route, values, allowed


def _walk(node: _Node, segments: list[str], at: int, method: str, values: list[str], allowed: set[str]) -> Route | None:
    if at == len(segments):
        route = node.methods.get(method)
        if route is None:
            allowed.update(node.methods)
        return route
    segment = segments[at]
    literal = node.literals.get(segment)
    if literal is not None:
        route = _walk(literal, segments, at + 1, method, values, allowed)
        # A path that is written out somewhere is that one, whatever its methods, and none with a parameter.
        if route is not None or allowed:
            return route
    if node.parameter is not None and segment:
        values.append(segment)
        route = _walk(node.parameter, segments, at + 1, method, values, allowed)
        if route is not None:
            return route
        values.pop()
    return None


@cache
def routes() -> Routes:
    """The tree, made once a process."""
    return Routes()
