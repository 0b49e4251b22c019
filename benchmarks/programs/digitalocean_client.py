"""python-digitalocean."""

from __future__ import annotations

import os
from typing import Any

import common


def manager(a: Any) -> Any:
    os.environ["DIGITALOCEAN_END_POINT"] = f"{a.url}/v2/"
    import digitalocean

    return digitalocean.Manager(token=a.token)


def single(a: Any) -> Any:
    made = manager(a)
    return lambda: made.get_droplet(common.NUMBER)


if __name__ == "__main__":
    common.perform(
        {
            "warm": lambda a: common.warm(single(a), a.times),
            "delayed": lambda a: common.delayed(single(a), a.times),
            "listed": lambda a: common.listed(
                single(a), lambda: manager(a).get_all_droplets(), common.read_attributes, a.total
            ),
            "held": lambda a: common.held(lambda: manager(a).get_all_droplets(), common.read_attributes, a.total),
        }
    )
