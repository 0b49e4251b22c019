"""What lets people and programs into a cluster."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Literal

from .._core.declare import member, procedure
from .._core.resource import ActiveRecord
from .._core.steps import Steps, work
from . import kubeconfig as files
from .values import Credentials


class DOKSAccess(ActiveRecord):
    """Ways into a cluster."""

    __slots__ = ()

    @member.get("/kubernetes/clusters/{cluster_id}/kubeconfig", accept="application/yaml")
    def kubeconfig(self, expiry_seconds: int = 0, *, type: Literal["token", "sso"] | None = None) -> bytes:
        """The cluster's kubeconfig file, which `kubectl` and others connect with; it holds a token.

        Args:
            expiry_seconds: how long the token is valid; 0 is a week.
            type: `token`, or `sso`, which `doctl` does; whatever is usual for the cluster unless given.

        Returns:
            The file's content, in YAML.
        """
        ...

    @procedure
    def save_kubeconfig(
        self,
        path: str | Path | None = None,
        *,
        expiry_seconds: int = 0,
        type: Literal["token", "sso"] | None = None,
        context: str | None = None,
        set_current: bool = True,
    ) -> Steps[Path]:
        """Put the cluster into a kubeconfig file, beside what is there already; it needs `dopyapi[yaml]`.

        The file is written whole or not at all, for its owner only. Its comments are lost.

        Args:
            path: the file; unless given the one that `kubectl` uses: of `$KUBECONFIG`, else `~/.kube/config`.
            expiry_seconds: how long the token in it is valid; 0 is a week.
            type: as of `kubeconfig`.
            context: name for the context, where `do-<region>-<name>` may be taken by another team's cluster.
            set_current: let `kubectl` use this cluster from now on.

        Returns:
            The file.

        Raises:
            ImportError: PyYAML is not installed.
            ClientError: the file is there and is no kubeconfig.
        """
        files.yaml_or_advice()
        target = files.default_path() if path is None else Path(path).expanduser()
        options: dict[str, Any] = {} if type is None else {"type": type}
        content = yield from self.kubeconfig.steps(expiry_seconds, **options)
        yield from work(partial(files.merge_into, target, content, context=context, set_current=set_current))
        return target

    @member.get("/kubernetes/clusters/{cluster_id}/credentials")
    def credentials(self, expiry_seconds: int = 0) -> Credentials:
        """What a program without kubeconfig files connects with.

        Args:
            expiry_seconds: how long the token is valid; 0 is a week.

        Returns:
            A dict of `server`, `certificate_authority_data`, `client_certificate_data`, `client_key_data`, `token` and
            `expires_at`; its `repr` leaves the secrets out.
        """
        ...

    @member.get("/kubernetes/clusters/{cluster_id}/user", key="kubernetes_cluster_user")
    def get_user(self) -> dict[str, Any]:
        """Who we are to the cluster: `username`, and the `groups` that it belongs to."""
        ...
