"""SSH keys: the public keys that a new Droplet lets in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ._core.declare import collection, member, new_by
from ._core.errors import UnprocessableError
from ._core.fields import Dynamic, Key, attr
from ._core.page import Page
from ._core.resource import ActiveRecord
from ._core.steps import Steps


class SSHKey(ActiveRecord):
    """A public key, to be put on Droplets when they are created.

    In DigitalOcean's API reference: SSH Keys.
    """

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

    @collection.procedure
    def ensure(cls: Any, name: str, public_key: str) -> Steps[SSHKey]:
        """The account's key with this public key, registered now if it is not yet.

        A key that is there already keeps its name; the comment at the end of the text makes no difference.

        Args:
            name: display name, if it has to be registered.
            public_key: the key as in an `authorized_keys` file.

        Returns:
            The key.
        """
        found = yield from _registered(cls, public_key)
        if found is None:
            try:
                created: SSHKey = yield from cls.new.steps(name=name, public_key=public_key)
                return created
            except UnprocessableError:
                # Somebody else may have registered it just now.
                found = yield from _registered(cls, public_key)
                if found is None:
                    raise
        return found

    save = member.save("/account/keys/{id}", only=("name",))


def _registered(cls: Any, public_key: str) -> Steps[SSHKey | None]:
    keys: list[SSHKey] = yield from cls.list.all().steps()
    return next((key for key in keys if key.public_key.split()[:2] == public_key.split()[:2]), None)
