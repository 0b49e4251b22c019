"""An authority of one's own, and certificates by it, so that clients that insist on TLS can be served.

The authority is kept, so that it has to be trusted once; its key never leaves a file that only its owner can read.
"""

from __future__ import annotations

import os
import ssl
import sys
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import trustme

NAMES = ("localhost", "127.0.0.1", "::1")
CERTIFICATE, KEY = "ca.pem", "ca.key"


class TLSError(Exception):
    """No certificate can be made."""


class Secured(NamedTuple):
    """What a server needs to speak TLS, and its clients to trust it.

    Attributes:
        context: for the server.
        ca: the file with the authority's certificate, for the clients.
    """

    context: ssl.SSLContext
    ca: Path


def usual_folder() -> Path:
    """Where the authority is kept unless told otherwise: with the user's other data."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home())
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "dopyapi" / "tls"


def secured(names: Iterable[str] = (), folder: Path | None = None) -> Secured:
    """A certificate for this machine and for further names, by an authority that is made when there is none yet.

    Parameters:
        names: further host names, such as ``api.digitalocean.com``.
        folder: where the authority is kept.

    Raises:
        TLSError: trustme is not installed, or the folder cannot be used.
    """
    try:
        import trustme
    except ImportError:
        raise TLSError("--tls needs trustme: pip install 'dopyapi[emulator]'") from None
    place = folder or usual_folder()
    try:
        authority = _authority(place)
    except (OSError, ValueError) as error:
        raise TLSError(f"the authority in {place} cannot be used: {error}") from None
    try:
        certificate = authority.issue_cert(*dict.fromkeys((*NAMES, *names)))
    except ValueError as error:
        raise TLSError(f"no certificate can be made for {', '.join(names)}: {error}") from None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["http/1.1"])
    with suppress(ssl.SSLError):
        context.options |= ssl.OP_NO_RENEGOTIATION
    assert isinstance(certificate, trustme.LeafCert)
    certificate.configure_cert(context)
    return Secured(context, place / CERTIFICATE)


def _authority(folder: Path) -> trustme.CA:
    """The authority that is kept in a folder; a new one where there is none, or it is about to end."""
    import trustme

    kept, key = folder / CERTIFICATE, folder / KEY
    if kept.exists() and key.exists():
        authority = trustme.CA.from_pem(kept.read_bytes(), key.read_bytes())
        if not _ends_soon(kept.read_bytes()):
            return authority
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    authority = trustme.CA(organization_name="dopyapi emulator")
    # Only its owner can read the key, from the first byte on; and both files are there whole or not at all.
    _write(key, authority.private_key_pem.bytes(), 0o600)
    _write(kept, authority.cert_pem.bytes(), 0o644)
    return authority


def _ends_soon(certificate: bytes) -> bool:
    return _end(certificate) < datetime.now(UTC) + timedelta(days=30)


def _end(certificate: bytes) -> datetime:
    from cryptography import x509

    return x509.load_pem_x509_certificate(certificate).not_valid_after_utc


def _write(path: Path, data: bytes, mode: int) -> None:
    new = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(data)
    new.replace(path)
