"""What users get wrong, and checkers see. Never run: ``test_typing.py`` wants an error on exactly the marked lines."""

# pyright: strict

from __future__ import annotations

import dopyapi as do
from dopyapi.actions import Action
from dopyapi.droplets import Droplet
from dopyapi.images import Image
from dopyapi.tags import Tag


def text(value: str) -> None: ...


def unknown_arguments(d: Droplet) -> None:
    Droplet.list(tag="web")  # error
    Droplet.list.all(tag="web")  # error
    Droplet.new(name="web", size="s", image="i", flavour="x")  # error
    d.resize("s-1vcpu-1gb", grow=True)  # error
    d.reboot(force=True)  # error
    d.reboot.with_response(force=True)  # error
    d.wait_ready(untill="ip")  # error
    do.wait_all([d], seconds=5)  # error
    Tag.new(name="web", wait=True)  # error
    do.Client(key="x")  # error
    do.Client("t", on_request=5)  # error
    Droplet.list()


def wrong_types(d: Droplet) -> None:
    Droplet.list(page="2")  # error
    Droplet.list(type="gpu")  # error
    Droplet.new(name="web", size="s", image="i", tags="web")  # error
    Droplet.new(name=5, size="s", image="i")  # error
    d.resize(5)  # error
    d.rename(None)  # error
    d.wait_ready(until="ready")  # error
    do.wait_all([d], until="ready")  # error
    Droplet.new(name="web", size="s", image="i", wait="boot")  # error
    Image.new(name="i", wait="ip")  # error
    d.wait_ready(timeout="60")  # error
    d.restore("ubuntu")  # error
    Image.list(private="yes")  # error
    d.resize("s-1vcpu-1gb")


def setting(d: Droplet, action: Action) -> None:
    d.memory = 5  # error
    d.status = "off"  # error
    d.name = 5  # error
    d.tags = "web"  # error
    d.region = 1.5  # error
    d.region = d.image  # error
    action.completed_at = None  # error
    d.name = "web"


def misspelt(d: Droplet) -> None:
    d.powercycle()  # error
    d.memroy  # error
    d.region.slag  # error
    Droplet.listAll()  # error
    do.sizes.tinny  # error
    d.listKernel()  # error
    d.power_cycle()


def missing(d: Droplet) -> None:
    d.resize()  # error
    d.rename()  # error
    Droplet.reboot()  # error
    Droplet.listByTagName()  # error
    Droplet.create_many(["a"], image="i")  # error
    Tag({"name": "web"}).tag()  # error
    Droplet.reboot(d)


async def forms(d: Droplet) -> None:
    await d.reboot()  # error
    await d.reboot.aio(force=True)  # error
    text(await d.reboot.aio())  # error
    text(await d.get_public_ip.aio())  # error
    text(d.get_public_ip())  # error
    text(Droplet.fetch(5))  # error
    text(Droplet.list())  # error
    text(d.memory)  # error
    text(d.name)
    await d.reboot.aio()


def unseen(d: Droplet) -> None:
    """Mistakes that no checker sees; whoever makes one seen marks its line."""
    d.networks.v5  # a Document has whatever the API sends
    do.Dropelt()  # error
