"""Certificates: what load balancers and CDN endpoints show to browsers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from ._core.codec import encode
from ._core.declare import collection, member, new_by, procedure, unsupported
from ._core.errors import ClientError, NeverReady
from ._core.fields import Dynamic, Key, Static, attr
from ._core.page import Page
from ._core.resource import ActiveRecord, Array
from ._core.secrets import Secret
from ._core.steps import Steps
from ._core.waiting import TIMEOUT, OnProgress, waiting

CertificateType = Literal["lets_encrypt", "custom"]
"""Who issues a certificate: Let's Encrypt, or you bring one."""
NEEDED: dict[str, tuple[str, ...]] = {
    "lets_encrypt": ("dns_names",),
    "custom": ("private_key", "leaf_certificate", "certificate_chain"),
}
"""By type what a new certificate must have beside its name."""


class Certificate(ActiveRecord):
    """A TLS certificate: your own, or one that DigitalOcean gets from Let's Encrypt and renews.

    Its private key goes out with `create()` and is not kept: no attribute, repr or pickle has it.

    In DigitalOcean's API reference: Certificates.
    """

    _url, _single, _plural = "certificates", "certificate", "certificates"
    _places = {"certificate_id": "id"}

    id: Key[str]
    """Unique identifier; a renewed certificate has a new one."""
    name: Dynamic[str] = attr(fetch="query")
    """Unique display name; it can also find the certificate, and stays when that is renewed."""
    not_after: Static[datetime]
    """When it expires."""
    sha1_fingerprint: Static[str]
    """SHA-1 fingerprint."""
    created_at: Static[datetime]
    """When it was created."""
    dns_names: Dynamic[Array[str]]
    """Domain names that it is valid for."""
    state: Static[str]
    """`pending`, `verified` or `error`."""
    type: Dynamic[str]
    """`custom` or `lets_encrypt`."""

    load = member.load("/certificates/{certificate_id}")
    delete = member.delete_by("/certificates/{certificate_id}")
    save = unsupported("save", "a certificate is fixed; create another one, then delete this")

    @procedure
    def create(
        self,
        name: str | None = None,
        type: CertificateType = "lets_encrypt",
        private_key: str | None = None,
        leaf_certificate: str | None = None,
        certificate_chain: str | None = None,
        dns_names: Sequence[str] | None = None,
        *,
        wait: bool = False,
        wait_timeout: float = TIMEOUT,
        on_progress: OnProgress | None = None,
        extra_body: Mapping[str, Any] | None = None,
    ) -> Steps[dict[str, Any]]:
        """Upload a certificate, or have one made by Let's Encrypt; see `wait_ready` for the latter.

        Args:
            name: unique display name.
            type: `lets_encrypt`, or `custom` for one of your own.
            private_key: the key, as PEM; `custom` needs it.
            leaf_certificate: the certificate, as PEM; `custom` needs it.
            certificate_chain: the certificates from its issuer upwards, as PEM; `custom` needs it. Give `""` for a
                certificate that has none.
            dns_names: domain names, of domains that DigitalOcean's DNS serves; `*.example.com` is all below it.
                `lets_encrypt` needs them.
            wait: return only when it is ready, as `wait_ready` does.
            wait_timeout: seconds to wait at most.
            on_progress: called with a `Progress` at every poll of the wait.
            extra_body: further members of the request.

        Returns:
            The API's answer.

        Raises:
            ClientError: there is no such type, or something is missing that it needs; nothing was sent. Or the API
                refuses the certificate, or the name is taken.
            ClientForbiddenError: DigitalOcean's DNS does not serve the domain.
            NeverReady, WaitTimeout: the wait; their `created` has what was created.
        """
        pem = {"leaf_certificate": leaf_certificate, "certificate_chain": certificate_chain}
        given: dict[str, Any] = {n: v for n, v in {"name": name, **pem}.items() if v is not None}
        if private_key is not None:
            given["private_key"] = private_key = Secret(private_key)
        if dns_names:
            if isinstance(dns_names, str):
                raise ClientError(f"dns_names={dns_names!r} is one name; give a list of names")
            given["dns_names"] = [str(encode(each)) for each in dns_names]
        fields = {"type": type} | self._settable() | given
        if type != "lets_encrypt":
            fields["type"] = type  # what the default says gives way to the attribute, what a caller says does not
        _check(fields)
        waits: dict[str, Any] = {"wait": wait, "wait_timeout": wait_timeout, "on_progress": on_progress}
        created = yield from self._create.steps(**fields, **waits, extra_body=extra_body)
        return created

    new = new_by(create)

    @member.create("/certificates")
    def _create(
        self,
        *,
        name: str,
        type: str,
        private_key: str | None = None,
        leaf_certificate: str | None = None,
        certificate_chain: str | None = None,
        dns_names: Array[str] | None = None,
        wait: bool = False,
        wait_timeout: float = TIMEOUT,
        on_progress: OnProgress | None = None,
        extra_body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]: ...

    @collection.list("/certificates")
    def list(cls, *, page: int = 1, per_page: int = 20, name: str | None = None) -> Page[Certificate]:
        """List the certificates of the account.

        Args:
            page: which page.
            per_page: how many on a page, 200 at most.
            name: only the one of this name.
        """
        ...

    @procedure
    def wait_ready(
        self, *, timeout: float = TIMEOUT, every: float | None = None, on_progress: OnProgress | None = None
    ) -> Steps[Certificate]:
        """Wait until it can be used.

        Args:
            timeout: seconds to wait at most.
            every: seconds between polls; growing unless given.
            on_progress: called with a `Progress` at every poll.

        Returns:
            The certificate itself, verified.

        Raises:
            NeverReady: it could not be issued, or is gone.
            WaitTimeout: it was still pending after the timeout.
        """
        yield from waiting([self], "verified", timeout, every, on_progress)
        return self

    _untils = ("verified",)

    @property
    def _final(self) -> bool:
        return self.state == "verified"

    def _settled(self, until: str) -> bool:
        if self.state == "error":
            names = ", ".join(self.dns_names or ())
            raise NeverReady(f"the certificate {self.name!r} could not be issued for {names}", self)
        return self.state == "verified"


def _check(fields: Mapping[str, Any]) -> None:
    type = fields["type"]
    if type not in NEEDED:
        raise ClientError(f"type={type!r} is no type of certificate; use one of {', '.join(NEEDED)}")
    missing = ["name"] if not fields.get("name") else []
    missing += [name for name in NEEDED[type] if fields.get(name) is None or fields[name] == []]
    if missing:
        hint = '; certificate_chain="" says that it has none' if missing == ["certificate_chain"] else ""
        raise ClientError(f"a certificate of type {type} needs {' and '.join(missing)}{hint}")
