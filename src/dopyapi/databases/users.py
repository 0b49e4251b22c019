"""The users of a cluster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from .._core.declare import member, procedure
from .._core.errors import ClientError
from .._core.page import Page
from .._core.resource import ActiveRecord
from .._core.steps import Steps
from .engines import CACHES, MYSQL, check_never, engine_of, never, only
from .values import DatabaseUser, Discreet

AuthPlugin = Literal["caching_sha2_password", "mysql_native_password"]
AUTH_PLUGINS = ("caching_sha2_password", "mysql_native_password")


class ClusterUsers(ActiveRecord):
    """Operations on a cluster's users; Redis and Valkey clusters have none to manage."""

    __slots__ = ()

    @never(*CACHES)
    @member.list("/databases/{database_cluster_uuid}/users", key="users", paged=False)
    def list_users(self, *, page: int = 1, per_page: int = 20) -> Page[DatabaseUser]:
        """List the users; all of them unless a page is asked for.

        Args:
            page: which page.
            per_page: how many on a page.

        Raises:
            ClientError: it is a Redis or Valkey cluster.
        """
        ...

    @never(*CACHES)
    @member.get("/databases/{database_cluster_uuid}/users/{name}", key="user")
    def get_user(self, name: DatabaseUser | str) -> DatabaseUser:
        """One user.

        Args:
            name: its name.

        Raises:
            ClientError: it is a Redis or Valkey cluster.
            ResourceNotFoundError: there is none of this name.
        """
        ...

    @procedure
    def add_user(
        self,
        name: str,
        auth_plugin: AuthPlugin | None = "caching_sha2_password",
        *,
        settings: Mapping[str, Any] | None = None,
        readonly: bool | None = None,
        extra_body: Mapping[str, Any] | None = None,
    ) -> Steps[dict[str, Any]]:
        """Add a user; DigitalOcean chooses the password.

        Args:
            name: what to call it.
            auth_plugin: how it proves who it is; of MySQL clusters only, others are not told.
            settings: rights, such as `pg_allow_replication`, `acl` of Kafka, `opensearch_acl`, `mongo_user_settings`.
            readonly: of MongoDB clusters: let it only read.
            extra_body: further members of the request.

        Returns:
            The API's answer, with the password under `user`.

        Raises:
            ClientError: it is a Redis or Valkey cluster, or there is no such plugin.
            UnprocessableError: the name is taken or not allowed.
        """
        _check_plugin(auth_plugin)
        yield from check_never(self, "add_user", *CACHES)
        engine = yield from engine_of(self)
        options: dict[str, Any] = {"settings": settings, "readonly": readonly, "extra_body": extra_body}
        if auth_plugin is not None and engine in MYSQL:
            options["mysql_settings"] = {"auth_plugin": auth_plugin}
        return (yield from self._add_user.steps(name, **{n: v for n, v in options.items() if v is not None}))

    @member.post("/databases/{database_cluster_uuid}/users")
    def _add_user(
        self,
        name: str,
        mysql_settings: Any = None,
        settings: Any = None,
        readonly: Any = None,
        extra_body: Any = None,
    ) -> Discreet: ...

    @never(*CACHES)
    @member.put("/databases/{database_cluster_uuid}/users/{name}", key="user")
    def update_user(self, name: DatabaseUser | str, settings: Mapping[str, Any]) -> DatabaseUser:
        """Change the rights of a user.

        Args:
            name: its name.
            settings: such as `pg_allow_replication`, `acl` of Kafka, `opensearch_acl`.

        Raises:
            ClientError: it is a Redis or Valkey cluster.
            UnprocessableError: the engine's users have no such settings.
        """
        ...

    @never(*CACHES)
    @member.delete("/databases/{database_cluster_uuid}/users/{name}")
    def delete_user(self, name: DatabaseUser | str) -> dict[str, Any]:
        """Delete a user.

        Args:
            name: its name.

        Returns:
            ``{"status": "deleted"}``.

        Raises:
            ClientError: it is a Redis or Valkey cluster.
        """
        ...

    @procedure
    def reset_auth(self, name: DatabaseUser | str, auth_plugin: AuthPlugin) -> Steps[dict[str, Any]]:
        """Change how a user of a MySQL cluster proves who it is, which gives it a new password.

        Args:
            name: its name.
            auth_plugin: `caching_sha2_password` or `mysql_native_password`.

        Returns:
            The API's answer, with the password under `user`.

        Raises:
            ClientError: it is no MySQL cluster, or there is no such plugin.
        """
        _check_plugin(auth_plugin)
        return (yield from self._reset_auth.steps(name, mysql_settings={"auth_plugin": auth_plugin}))

    @only(*MYSQL, instead="reset_password() gives a user of any engine a new password")
    @member.post("/databases/{database_cluster_uuid}/users/{name}/reset_auth")
    def _reset_auth(self, name: Any, mysql_settings: Any) -> Discreet: ...

    @procedure
    def reset_password(self, name: DatabaseUser | str) -> Steps[DatabaseUser]:
        """Give a user a new password, which DigitalOcean chooses.

        Args:
            name: its name.

        Returns:
            The user with its new password.

        Raises:
            ClientError: it is a Redis or Valkey cluster.
        """
        yield from check_never(self, "reset_password", *CACHES)
        body: dict[str, Any] = {}  # the API wants one, be it empty
        if (yield from engine_of(self)) in MYSQL:
            # What is left out would be reset too.
            known: DatabaseUser = yield from self.get_user.steps(name)
            body = {"mysql_settings": known.mysql_settings}
        user: DatabaseUser = yield from self._reset_password.steps(name, extra_body=body)
        return user

    @member.post("/databases/{database_cluster_uuid}/users/{name}/reset_auth", key="user")
    def _reset_password(self, name: Any, extra_body: Any) -> DatabaseUser: ...

    # Names fixed by the API reference.
    addUser = add_user
    deleteUser = delete_user
    getUser = get_user
    listUsers = list_users
    resetAuth = reset_auth


def _check_plugin(auth_plugin: str | None) -> None:
    if auth_plugin is not None and auth_plugin not in AUTH_PLUGINS:
        raise ClientError(f"auth_plugin={auth_plugin!r} is not one of {' and '.join(AUTH_PLUGINS)}")
