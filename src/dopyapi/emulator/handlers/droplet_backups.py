"""Backup policies of Droplets."""

from __future__ import annotations

from .. import backups, droplets
from ..context import Context, Ready, Reply, handles
from ..paging import listed


@handles("droplets_get_backup_policy")
def get(context: Context) -> Reply:
    """A Droplet's backup policy."""
    return 200, {"policy": backups.record(droplets.find(context, context.path["droplet_id"]))}


@handles("droplets_list_backup_policies")
def list_policies(context: Context) -> Reply:
    """The backup policies of all Droplets, by the Droplet's id."""
    status, reply = listed(context, "policies", _Policies(context))
    # The one list that is an object: each item already stands there as "id": {...}.
    start = len(b'{"policies":[')
    end = reply.data.rindex(b"],")
    return status, Ready(b'{"policies":{' + reply.data[start:end] + b"}," + reply.data[end + 2 :])


class _Policies:
    def __init__(self, context: Context) -> None:
        self._selection = context.store.select("droplet")

    def count(self) -> int:
        return self._selection.count()

    def page(self, limit: int, offset: int = 0) -> list[bytes]:
        import msgspec

        return [
            b'"%s":%s' % (droplet.key.encode(), msgspec.json.encode(backups.record(droplet)))
            for droplet in self._selection.documents(limit, offset)
        ]


@handles("droplets_list_supported_backup_policies")
def supported(context: Context) -> Reply:
    """The backup policies there are to choose from."""
    return 200, {
        "supported_policies": [
            {
                "name": plan,
                "possible_window_starts": list(backups.HOURS),
                "window_length_hours": backups.WINDOW_HOURS,
                "retention_period_days": days,
                "possible_days": list(backups.DAYS) if plan == "weekly" else [],
            }
            for plan, days in sorted(backups.RETENTION_DAYS.items(), reverse=True)
        ]
    }
