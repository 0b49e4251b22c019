"""Certificates that end soon."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ..fleet import Fleet
from .finding import Finding, Limits

CRITICAL = 7
"""Days before its end at which a certificate is a critical finding."""


def expiring(fleet: Fleet, limits: Limits) -> Iterator[Finding]:
    """Certificates that end within the days asked for.

    Those of Let's Encrypt are renewed by DigitalOcean 30 days before; of them only what has ended is found, since
    then that has failed.
    """
    for certificate in fleet["certificates"]:
        if not certificate.get("not_after"):
            continue
        renews = certificate.get("type") == "lets_encrypt"
        left = datetime.fromisoformat(certificate["not_after"]) - fleet.now
        if left.total_seconds() > (0 if renews else limits.expiry * 86400):
            continue
        ended = left.total_seconds() <= 0
        names = ", ".join(certificate.get("dns_names") or ())
        yield Finding(
            level="critical" if ended or left.days < CRITICAL else "warning",
            resource="certificate",
            id=certificate["id"],
            name=certificate["name"],
            what=f"{'ended' if ended else 'ends'} on {certificate['not_after'][:10]}"
            + ("" if ended else f", in {left.days} days")
            + (f" ({names})" if names else ""),
            why="Let's Encrypt should have renewed it: its domain may have left DigitalOcean's name servers"
            if renews
            else "nobody renews a certificate that was uploaded but you",
            fix=(
                ("certificates create NEW_NAME --type lets_encrypt --dns-names " + ",".join(certificate["dns_names"]),)
                if renews and certificate.get("dns_names")
                else (
                    "certificates create NEW_NAME --type custom --private-key @KEY_FILE"
                    " --leaf-certificate @CERTIFICATE_FILE --certificate-chain @CHAIN_FILE",
                )
            ),
        )
