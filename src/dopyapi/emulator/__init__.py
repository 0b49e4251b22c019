"""A DigitalOcean that runs on your laptop: the API v2 as one function over SQLite.

```python
from dopyapi.emulator import Emulator

emulator = Emulator()
answer = emulator.handle("GET", "/v2/droplets", "", {"authorization": "Bearer any"}, b"")
print(answer.status, answer.body.decode())
```

```text
200 {"droplets":[],"links":{},"meta":{"total":0}}
```

``python -m dopyapi.emulator`` serves it; ``README.md`` beside this file says how it is made and extended.
"""

from .answer import Answer as Answer
from .answer import Delivery as Delivery
from .clock import Clock as Clock
from .clock import RealClock as RealClock
from .clock import VirtualClock as VirtualClock
from .faults import Fault as Fault
from .faults import FaultError as FaultError
from .journal import Exchange as Exchange
from .journal import Journal as Journal
from .lag import Lag as Lag
from .limits import Limits as Limits
from .plan import Faults as Faults
from .plan import Played as Played
from .schema import FileInUse as FileInUse
from .schema import OtherFormat as OtherFormat
from .seeding import SeedError as SeedError
from .server import Emulator as Emulator
from .snapshot import SnapshotError as SnapshotError
from .state import State as State

__all__ = [
    "Answer",
    "Clock",
    "Delivery",
    "Emulator",
    "Exchange",
    "Fault",
    "FaultError",
    "Faults",
    "FileInUse",
    "Journal",
    "Lag",
    "Limits",
    "OtherFormat",
    "Played",
    "RealClock",
    "SeedError",
    "SnapshotError",
    "State",
    "VirtualClock",
]
