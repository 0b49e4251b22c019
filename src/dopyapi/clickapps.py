"""1-Click applications: what DigitalOcean installs on a Droplet or in a Kubernetes cluster by itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from ._core.declare import collection, member, unsupported
from ._core.fields import Key, Static
from ._core.page import Page
from ._core.resource import ActiveRecord, Array
from ._core.steps import Steps

if TYPE_CHECKING:
    from .doks import DOKS

_FIXED = "the applications are DigitalOcean's"


class ClickApp(ActiveRecord):
    """A 1-Click application.

    In DigitalOcean's API reference: 1-Click Applications.
    """

    _url, _single, _plural, _id_attr = "1-clicks", "1_click", "1_clicks", "slug"

    slug: Key[str]
    """Short name: of one for Droplets the slug of its image, of one for Kubernetes what is installed."""
    type: Static[str]
    """`droplet` or `kubernetes`."""

    load = member.load_from_list("/1-clicks")
    create = unsupported("create", f"{_FIXED}; make a Droplet of the image `slug`, or install_kubernetes()")
    save = unsupported("save", _FIXED)
    delete = unsupported("delete", f"{_FIXED}; take one out of a cluster with kubectl or helm")

    @collection.list("/1-clicks", paged=False)
    def list(
        cls, type: Literal["droplet", "kubernetes"] | None = None, *, page: int = 1, per_page: int = 20
    ) -> Page[ClickApp]:
        """List the applications, all of them unless a page is asked for.

        Args:
            type: only those for Droplets or for Kubernetes.
            page: which page.
            per_page: how many on a page.
        """
        ...

    @collection.list("/1-clicks?type=droplet", paged=False)
    def list_droplet(cls, *, page: int = 1, per_page: int = 20) -> Page[ClickApp]:
        """List the applications for Droplets.

        Args:
            page: which page.
            per_page: how many on a page.
        """
        ...

    @collection.list("/1-clicks?type=kubernetes", paged=False)
    def list_kubernetes(cls, *, page: int = 1, per_page: int = 20) -> Page[ClickApp]:
        """List the applications for Kubernetes.

        Args:
            page: which page.
            per_page: how many on a page.
        """
        ...

    @collection.procedure
    def install_kubernetes(
        cls: Any, addon_slugs: Iterable[ClickApp | str] | ClickApp | str, cluster: DOKS | str
    ) -> Steps[dict[str, Any]]:
        """Install applications in a Kubernetes cluster.

        Args:
            addon_slugs: one or many applications, or their slugs.
            cluster: the cluster, or its identifier.

        Returns:
            The API's answer, a dict with a `message`; the installation goes on.
        """
        slugs = [addon_slugs] if isinstance(addon_slugs, ClickApp | str) else [*addon_slugs]
        answer: dict[str, Any] = yield from cls._install.steps(addon_slugs=slugs, cluster_uuid=cluster)
        return answer

    @collection.post("/1-clicks/kubernetes")
    def _install(cls, addon_slugs: Array[Any], cluster_uuid: Any) -> dict[str, Any]: ...

    # Names fixed by the API reference.
    listDroplet = list_droplet
    listKubernetes = list_kubernetes
