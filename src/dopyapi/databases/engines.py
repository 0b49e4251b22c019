"""Which engine a cluster has to have for what: asked before anything is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeVar

from .._core.errors import ClientError
from .._core.operations import Declaration
from .._core.record import UNSET
from .._core.steps import Steps

D = TypeVar("D", bound=Declaration[Any, Any])

Engine = Literal["pg", "mysql", "redis", "valkey", "mongodb", "kafka", "opensearch", "advanced_pg", "advanced_mysql"]

NAMES = {
    "pg": "PostgreSQL",
    "mysql": "MySQL",
    "redis": "Redis",
    "valkey": "Valkey",
    "mongodb": "MongoDB",
    "kafka": "Kafka",
    "opensearch": "OpenSearch",
    "advanced_pg": "PostgreSQL (advanced)",
    "advanced_mysql": "MySQL (advanced)",
}
POSTGRESQL = ("pg", "advanced_pg")
MYSQL = ("mysql", "advanced_mysql")
CACHES = ("redis", "valkey")
WITHOUT_REPLICAS = (*CACHES, "kafka", "opensearch")


def only(*engines: str, instead: str = "") -> Callable[[D], D]:
    """Refuse the operation below for clusters of other engines, naming what works ``instead``."""
    return _guarded(lambda engine: engine in engines, f"is for {_listed(engines)} clusters", instead)


def never(*engines: str, instead: str = "") -> Callable[[D], D]:
    """Refuse the operation below for clusters of these engines, naming what works ``instead``."""
    return _guarded(lambda engine: engine not in engines, f"is not for {_listed(engines)} clusters", instead)


def _guarded(fits: Callable[[str], bool], rule: str, instead: str) -> Callable[[D], D]:
    def guarded(declaration: D) -> D:
        def guard(cluster: Any) -> Steps[None]:
            yield from check(cluster, declaration.name.strip("_"), fits, rule, instead)

        if declaration.endpoint is None:
            raise TypeError(f"{declaration.name} sends nothing by itself: check() the engine in it")
        declaration.endpoint.guard = guard
        return declaration

    return guarded


def check(cluster: Any, operation: str, fits: Callable[[str], bool], rule: str, instead: str = "") -> Steps[None]:
    """Refuse an operation that does not fit a cluster's engine, which is fetched if need be.

    Raises:
        ClientError: it does not fit.
    """
    engine = yield from engine_of(cluster)
    if not fits(engine):
        what = f"{cluster!r} is {NAMES.get(engine, engine)} (engine {engine!r})"
        raise ClientError(f"{operation}() {rule}, and {what}{instead and '; '}{instead}")


def check_only(cluster: Any, operation: str, *engines: str) -> Steps[None]:
    """Refuse an operation for clusters of other engines."""
    yield from check(cluster, operation, lambda engine: engine in engines, f"is for {_listed(engines)} clusters")


def check_never(cluster: Any, operation: str, *engines: str) -> Steps[None]:
    """Refuse an operation for clusters of these engines."""
    rule = f"is not for {_listed(engines)} clusters"
    yield from check(cluster, operation, lambda engine: engine not in engines, rule)


def engine_of(cluster: Any) -> Steps[str]:
    """The engine of a cluster, fetched unless it is known."""
    field = cluster._fields["engine"]
    if cluster._peek(field) in (UNSET, None):
        if not cluster._loadable():
            cluster._identifier()  # says that nothing says which
        yield from cluster._loaded()
    return str(cluster._peek(field))


def _listed(engines: tuple[str, ...]) -> str:
    *most, last = dict.fromkeys(NAMES[engine].partition(" (")[0] for engine in engines)
    return f"{', '.join(most)} and {last}" if most else last
