"""What a database cluster holds: connections, users, pools, trusted sources, backups.

Passwords, and addresses that have them inside, are attributes like others; no ``repr`` shows them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Self

from .._core.codec import decode
from .._core.values import Document, Value

if TYPE_CHECKING:
    from .._core.client import Client

PoolMode = Literal["session", "transaction", "statement"]
SourceType = Literal["droplet", "k8s", "ip_addr", "tag", "app"]

SECRET = frozenset(
    {"password", "uri", "url", "access_key", "access_cert", "key", "datadog_api_key", "basic_auth_password"}
)
"""Members that no ``repr`` shows."""


class Discreet(Document):
    """A dict that also reads as attributes, and whose ``repr`` leaves secrets out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, value in self.items():
            if isinstance(value, dict):
                dict.__setitem__(self, name, Discreet(value))
            elif isinstance(value, list):
                dict.__setitem__(self, name, [Discreet(item) if isinstance(item, dict) else item for item in value])

    def __repr__(self) -> str:
        shown = ", ".join(f"{name!r}: {'...' if name in SECRET else repr(value)}" for name, value in self.items())
        return f"{{{shown}}}"

    __str__ = __repr__


@dataclass(init=False)
class DatabaseConnection(Value):
    """How to connect to a cluster.

    Args:
        connection: the members as the API has them; each is an attribute, and reads as an item too.
    """

    uri: str | None = field(default=None, repr=False)
    """Everything below in one address, as the engine's own clients take it."""
    database: str | None = None
    """Name of the default database."""
    host: str | None = None
    """Host name of the primary node."""
    port: int | None = None
    """Port that the cluster listens on."""
    user: str | None = None
    """Name of the default user."""
    password: str | None = field(default=None, repr=False)
    """Password of the default user."""
    ssl: bool | None = None
    """Whether to connect over SSL."""

    def __init__(self, connection: Mapping[str, Any]) -> None:
        _take(self, connection)

    @classmethod
    def _from_json(cls, data: Any, client: Client | None = None) -> Self:
        return cls(data) if isinstance(data, Mapping) else data

    def keys(self) -> Iterator[str]:
        """Names of the members that are known, so that ``dict(connection)`` has them."""
        return iter(self.get_json())

    def __getitem__(self, name: str) -> Any:
        return self.get_json()[name]


@dataclass(init=False)
class DatabaseUser(Value):
    """A user of a cluster.

    Args:
        data: the user as the API has it.
    """

    name: str | None = None
    """Name of the user."""
    role: str | None = None
    """`primary` or `normal`."""
    password: str | None = field(default=None, repr=False)
    """Password, which DigitalOcean has chosen."""
    mysql_settings: Document | None = None
    """Of MySQL users: `auth_plugin`, which is `mysql_native_password` or `caching_sha2_password`."""
    settings: Document | None = None
    """Further settings, such as `pg_allow_replication` and `acl`."""
    access_cert: str | None = field(default=None, repr=False)
    """Of Kafka users: certificate for TLS client authentication."""
    access_key: str | None = field(default=None, repr=False)
    """Of Kafka users: private key for TLS client authentication."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        _take(self, data)
        self._user = Discreet(data)

    @classmethod
    def _from_json(cls, data: Any, client: Client | None = None) -> Self:
        return cls(data) if isinstance(data, Mapping) else data

    @property
    def user(self) -> dict[str, Any]:
        """The user as the API gave it."""
        return self._user

    def __str__(self) -> str:
        return str(self.name)


@dataclass
class DatabaseConnectionPool(Value):
    """Connections of a PostgreSQL cluster that many clients share through PgBouncer.

    Args:
        name: unique name of 3 to 60 characters.
        mode: `session`, `transaction` or `statement`.
        size: connections to the server; 25 for each GB of memory less 3 are shared by all pools of a cluster.
        db: name of the database.
        user: name of the user; each client's own where it is left out.
        connection, private_connection: how to connect through the pool, publicly and in the VPC; the API sets them.
        standby_connection, standby_private_connection: the same for the standby nodes, where there are any.
    """

    name: str
    mode: str
    size: int
    db: str
    user: str | None = None
    connection: DatabaseConnection | None = None
    private_connection: DatabaseConnection | None = None
    standby_connection: DatabaseConnection | None = None
    standby_private_connection: DatabaseConnection | None = None

    def _settings(self) -> dict[str, Any]:
        """What the API lets one choose."""
        chosen = {"name": self.name, "mode": self.mode, "size": self.size, "db": self.db, "user": self.user}
        return {name: value for name, value in chosen.items() if value is not None}

    def __str__(self) -> str:
        return self.name


@dataclass
class DatabaseFirewall(Value):
    """A trusted source: something that may connect to a cluster.

    Args:
        type: `droplet`, `k8s`, `ip_addr`, `tag` or `app`.
        value: identifier of the Droplet, Kubernetes cluster or app, name of the tag, or IP address; for the first four
            the object will do.
        uuid, cluster_uuid, created_at: what the API calls the rule, its cluster, and when it came to be.
        description: what it is for.
    """

    type: str
    value: Any
    uuid: str | None = field(default=None, compare=False)
    cluster_uuid: str | None = field(default=None, compare=False)
    created_at: datetime | None = field(default=None, compare=False)
    description: str | None = None

    def get_json(self) -> dict[str, Any]:
        """The rule as the API writes it: with a text as value, whatever that identifies."""
        found = super().get_json()
        return found if found.get("value") is None else {**found, "value": str(found["value"])}

    # Names fixed by the API reference.
    getJSON = get_json


@dataclass
class DatabaseBackup(Value):
    """A backup of a cluster.

    Args:
        created_at: when it was made.
        size_gigabytes: how large it is, in GB.
        incremental: whether it holds only what had changed; MySQL only.
    """

    created_at: datetime
    size_gigabytes: float
    incremental: bool | None = None


@dataclass
class MetricsCredentials(Value):
    """What the metrics endpoints of all clusters ask for, as HTTP basic authentication.

    Args:
        basic_auth_username: user name.
        basic_auth_password: password.
    """

    basic_auth_username: str
    basic_auth_password: str = field(repr=False)


def _take(value: Any, data: Mapping[str, Any]) -> None:
    """Fill in the members of a value from JSON; what it has no member for goes along."""
    if not isinstance(data, Mapping):
        raise TypeError(f"{type(value).__name__}() takes the dict that the API gives, not {type(data).__name__}")
    from .._core.values import _annotations

    kind: Any = type(value)
    kinds, names = _annotations(kind), {f.name for f in fields(value)}
    for name in names:
        setattr(value, name, decode(kinds[name], data[name]) if name in data else None)
    if unknown := {name: item for name, item in data.items() if name not in names}:
        value._unknown = unknown
