"""A DigitalOcean to test against: in this process, in a thread of it, or as a server of its own.

with dopyapi.testing.emulator() as e:        no socket; virtual time
    do.Droplet.new(name="web", ...)

    e.faults.add(Fault(operation="droplets_create", status=504, commit=True))

    with e.serve() as s:                     the same emulator, on a socket, for other people's clients
        subprocess.run([..., "--api-url", s.url])

with dopyapi.testing.server() as s:          a process of its own, for any client
    do.authenticate(s.token, s.url)
    s.seed("fleet.yaml"); s.reset(); s.requests()[-1]["status"]

with dopyapi.testing.replay("account.jsonl") as r:   what a real account once answered
    do.Droplet.list()
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
