"""Recording what a real account answers, and answering with it again.

``proxy`` stands between a client and the API and writes each exchange into a fixture; ``scrubbing`` takes the secrets
out before anything reaches the disk. ``replaying`` answers from a fixture, ``importing`` makes a seed of one.
"""

from .fixture import Exchange as Exchange
from .fixture import Fixture as Fixture
from .fixture import FixtureError as FixtureError
from .replaying import Replay as Replay

__all__ = ["Exchange", "Fixture", "FixtureError", "Replay"]
