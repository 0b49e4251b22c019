"""SSH keys: the public keys that a new Droplet lets in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ._core.declare import collection, member, new_by
from ._core.fields import Dynamic, Key, attr
from ._core.page import Page
from ._core.resource import ActiveRecord


class SSHKey(ActiveRecord):
    """A public key, to be put on Droplets when they are created."""

    _url, _single, _plural = "account/keys", "ssh_key", "ssh_keys"
    _resource_type = "ssh_key"

    id: Key[int]
    """Unique number."""
    fingerprint: Key[str]
    """MD5 fingerprint of the key, in pairs with colons; it identifies the key as well as the number does."""
    public_key: Dynamic[str]
    """The whole key as text; it cannot change once created."""
    name: Dynamic[str] = attr(fetch="list")
    """Display name; it can also find the key."""

    load = member.load("/account/keys/{id}")
    delete = member.delete_by("/account/keys/{id}")

    @member.create("/account/keys")
    def create(
        self,
        *,
        name: str | None = None,
        public_key: str | None = None,
        extra_body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Register a public key.

        Args:
            name: display name.
            public_key: the key as in an `authorized_keys` file.
            extra_body: further members of the request.

        Returns:
            The API's answer.

        Raises:
            UnprocessableError: it is no key, or it is registered already.
        """
        ...

    new = new_by(create)

    @collection.list("/account/keys")
    def list(cls, *, page: int = 1, per_page: int = 20) -> Page[SSHKey]:
        """List the keys of the account.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...

    save = member.save("/account/keys/{id}", only=("name",))
