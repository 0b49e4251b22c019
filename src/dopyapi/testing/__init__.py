"""A DigitalOcean to test against: in this process, in a thread of it, or as a server of its own.

```python
import dopyapi as do
from dopyapi import testing

with testing.emulator() as emulated:  # no socket; virtual time
    do.Tag.new(name="web")
    emulated.faults.add(testing.Fault(operation="tags_create", status=504, commit=True))
    do.Tag.new(name="db")
    with emulated.serve() as served:  # the same emulator, on a socket, for other people's clients
        print(served.url, served.environment["DIGITALOCEAN_TOKEN"])
    print(emulated.state.counts()["tags"])

with testing.server() as server:  # a process of its own, for any client
    do.authenticate(server.token, server.url)
    server.seed({"tags": ["web"]})
    print(server.requests())
    server.reset()
```

```text
http://127.0.0.1:... emulated
2
[]
```

``testing.replay("account.jsonl")`` answers what a real account once answered.
"""

from __future__ import annotations

from ..emulator import Fault, Faults
from .control import ControlError
from .emulated import BASE_URL, TOKEN, Emulated, emulator
from .process import Server, server
from .replayed import Replayed, replay
from .serving import Served
from .transport import EmulatorTransport

__all__ = [
    "BASE_URL",
    "TOKEN",
    "ControlError",
    "Emulated",
    "EmulatorTransport",
    "Fault",
    "Faults",
    "Replayed",
    "Served",
    "Server",
    "emulator",
    "replay",
    "server",
]
