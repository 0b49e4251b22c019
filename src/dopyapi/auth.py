"""Which account is used when nothing else is said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._core.accounts import set_default
from ._core.client import Client
from ._core.errors import AuthenticationNeeded
from ._core.resource import Resource

if TYPE_CHECKING:
    pass

__all__ = ["Auth", "AuthenticationNeeded", "authenticate"]


class Auth:
    """A token, and where the API is that it is for.

    Args:
        token: API token; else ``DO_TOKEN``, ``DIGITALOCEAN_TOKEN`` or ``DIGITALOCEAN_ACCESS_TOKEN``.
        base_url: base of all URLs, with or without ``/v2``.
        options: further ones of `Client`, such as ``rate`` or ``tracing``.

    Raises:
        AuthenticationNeeded: no token was given and none is in the environment.
    """

    def __init__(
        self, token: str | None = None, base_url: str = "https://api.digitalocean.com/v2", **options: Any
    ) -> None:
        self._client = Client(token, base_url, **options)

    @property
    def client(self) -> Client:
        """The client that uses this token."""
        return self._client

    @property
    def token(self) -> str:
        """The API token."""
        return self._client.token

    @property
    def base_url(self) -> str:
        """Base of all URLs."""
        return self._client.base_url

    def __repr__(self) -> str:
        return f"<Auth {self.base_url}>"

    def __reduce__(self) -> Any:
        raise TypeError("an Auth holds a token and is not pickled: call authenticate() where it is needed")


def authenticate(token: str | None = None, base_url: str = "https://api.digitalocean.com/v2", **options: Any) -> None:
    """Make this the account of every call that names no other.

    Args:
        token: API token; else ``DO_TOKEN``, ``DIGITALOCEAN_TOKEN`` or ``DIGITALOCEAN_ACCESS_TOKEN``.
        base_url: base of all URLs, with or without ``/v2``; unless it differs from DigitalOcean's own,
            ``DIGITALOCEAN_API_URL`` is used where that is set.
        options: further ones of `Client`, such as ``rate``, ``on_response`` or ``tracing``.

    Raises:
        AuthenticationNeeded: no token was given and none is in the environment.
    """
    auth = Auth(token, base_url, **options)
    Resource.auth = auth
    set_default(auth.client)
