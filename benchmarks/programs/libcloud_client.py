"""apache-libcloud."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import common
import libcloud.security
from libcloud.compute.providers import get_driver
from libcloud.compute.types import Provider


def driver(a: Any) -> Any:
    libcloud.security.CA_CERTS_PATH = a.ca
    made = get_driver(Provider.DIGITAL_OCEAN)(a.token, api_version="v2")
    # Its constructor cannot be pointed elsewhere; its connection can.
    port = int(a.url.rpartition(":")[2])
    made.connection.host, made.connection.port = "127.0.0.1", port
    made.connection.connect(host="127.0.0.1", port=port)
    return made


def single(a: Any) -> Any:
    made = driver(a)
    return lambda: made.ex_get_node_details(str(common.NUMBER))


def read(found: Iterable[Any]) -> None:
    for node in found:
        node.id, node.name, node.state, node.extra["memory"], node.created_at


if __name__ == "__main__":
    common.perform(
        {
            "warm": lambda a: common.warm(single(a), a.times),
            "delayed": lambda a: common.delayed(single(a), a.times),
            "listed": lambda a: common.listed(single(a), lambda: driver(a).list_nodes(), read, a.total),
            "held": lambda a: common.held(lambda: driver(a).list_nodes(), read, a.total),
        }
    )
