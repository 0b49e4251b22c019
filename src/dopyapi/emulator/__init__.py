"""A DigitalOcean that runs on your laptop: the API v2 as one function over SQLite.

    emulator = Emulator()
    answer = emulator.handle("GET", "/v2/droplets", "", {"authorization": "Bearer any"}, b"")

``python -m dopyapi.emulator`` serves it; ``README.md`` beside this file says how it is made and extended.
"""

from .clock import Clock as Clock
from .clock import RealClock as RealClock
from .clock import VirtualClock as VirtualClock
from .limits import Limits as Limits
from .server import Answer as Answer
from .server import Emulator as Emulator

__all__ = ["Answer", "Clock", "Emulator", "Limits", "RealClock", "VirtualClock"]
