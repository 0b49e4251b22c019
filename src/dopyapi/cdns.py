"""CDN endpoints: what a Space holds, served from near the visitor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from ._core.declare import collection, member, new_by, procedure
from ._core.errors import ClientError
from ._core.fields import Dynamic, Key, Static, attr
from ._core.page import Page
from ._core.resource import ActiveRecord, Array
from ._core.steps import Steps
from .certificates import Certificate

TTL = Literal[60, 600, 3600, 86400, 604800]
"""Seconds that a CDN may keep files."""
MOST_FILES = 50
"""Files that can be purged in 20 seconds, so that no request with more of them can succeed."""


class CDN(ActiveRecord):
    """A CDN endpoint, which serves the content of a Space.

    In DigitalOcean's API reference: CDN Endpoints.
    """

    _url, _single, _plural = "cdn/endpoints", "endpoint", "endpoints"
    _places = {"cdn_id": "id"}

    id: Key[str]
    """Unique identifier."""
    origin: Dynamic[str] = attr(fetch="list")
    """Domain name of the Space, such as `files.nyc3.digitaloceanspaces.com`; it can also find the endpoint."""
    endpoint: Static[str]
    """Domain name that serves the content."""
    created_at: Static[str]
    """When it was created, in ISO 8601."""
    ttl: Dynamic[int]
    """Seconds for which content is cached: 60, 600, 3600, 86400 or 604800."""
    certificate_id: Dynamic[str]
    """Identifier of the certificate for `custom_domain`; `""` takes it away."""
    custom_domain: Dynamic[str]
    """Subdomain of yours that serves the content too; `""` takes it away."""

    load = member.load("/cdn/endpoints/{cdn_id}")
    save = member.save("/cdn/endpoints/{cdn_id}", only=("ttl", "certificate_id", "custom_domain"))
    delete = member.delete_by("/cdn/endpoints/{cdn_id}")

    @member.create("/cdn/endpoints")
    def create(
        self,
        *,
        origin: str | None = None,
        ttl: TTL | None = None,
        certificate_id: Certificate | str | None = None,
        custom_domain: str | None = None,
        extra_body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Serve a Space's content.

        Args:
            origin: domain name of the Space, such as `files.nyc3.digitaloceanspaces.com`.
            ttl: seconds for which content is cached: 60, 600, 3600 (unless given), 86400 or 604800.
            certificate_id: certificate for `custom_domain`, as an object or by its identifier.
            custom_domain: subdomain of yours that shall serve the content too.
            extra_body: further members of the request.

        Returns:
            The API's answer.

        Raises:
            ClientError: the origin is no Space, or has an endpoint already.
        """
        ...

    new = new_by(create)

    @collection.list("/cdn/endpoints")
    def list(cls, *, page: int = 1, per_page: int = 20) -> Page[CDN]:
        """List the CDN endpoints of the account.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
        """
        ...

    @procedure
    def purge_cache(self, files: str | Sequence[str] = "*") -> Steps[dict[str, Any]]:
        """Let cached content be fetched anew from the Space.

        Args:
            files: path, or up to 50 paths, within the Space; `css/*` is all below `css`, and `*` everything.

        Returns:
            ``{"status": "deleted"}``.

        Raises:
            ClientError: there are no paths, or more than can be purged at a time.
            ResourceNotFoundError: there is no such endpoint.
        """
        paths = [files] if isinstance(files, str) else [*files]
        if not paths:
            raise ClientError('files is empty; name at least one path, or "*" for everything')
        if len(paths) > MOST_FILES:
            raise ClientError(
                f"{len(paths)} files are more than the {MOST_FILES} that can be purged at a time; "
                "purge a folder such as 'css/*', or wait 20 seconds between calls"
            )
        return (yield from self._purge.steps(files=paths))

    @member.delete("/cdn/endpoints/{cdn_id}/cache", body=True, absent_is_done=False)
    def _purge(self, *, files: Array[str]) -> dict[str, Any]: ...
