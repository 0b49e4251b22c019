"""How other people's clients are pointed at an emulator, in as few lines as that takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit


def lines(url: str, token: str | None, ca: Path | None = None, hosts: Sequence[str] = ()) -> Iterator[str]:
    """What to set, client by client.

    Parameters:
        url: where the emulator listens.
        token: the token that it demands; any will do when there is none.
        ca: the certificate of its authority, where it speaks TLS.
        hosts: names that its certificate has besides those of this machine.
    """
    shown = "any" if token is None else "the one you gave"
    yield f"  look at it      {url}/"
    yield f"  token           {shown}, as DIGITALOCEAN_TOKEN or DIGITALOCEAN_ACCESS_TOKEN"
    yield f"  dopyapi         DIGITALOCEAN_API_URL={url}"
    yield f"  Terraform       DIGITALOCEAN_API_URL={url}"
    yield f"  doctl           doctl --api-url {url} --access-token TOKEN ..."
    insists = "" if ca else "  (it insists on https: --tls)"
    yield f'  pydo            pydo.Client(token, endpoint="{url}"){insists}'
    yield f"  python-digitalocean, certbot   DIGITALOCEAN_END_POINT={url}/v2/"
    yield f"  Ansible         baseurl: {url}/v2"
    yield f"  MCP             mcp-digitalocean -digitalocean-api-endpoint {url} -digitalocean-api-token TOKEN"
    if ca is not None:
        yield f"  trust it        export SSL_CERT_FILE={ca} REQUESTS_CA_BUNDLE={ca} NODE_EXTRA_CA_CERTS={ca}"
    yield f"  curl            curl {f'--cacert {ca} ' if ca else ''}-H 'Authorization: Bearer TOKEN' {url}/v2/account"
    parts = urlsplit(url)
    for host in hosts:
        yield (
            f"  {host}: add '{parts.hostname} {host}' to the hosts file and listen on port 443; or with curl"
            f" --connect-to {host}:443:{parts.hostname}:{parts.port}"
        )
