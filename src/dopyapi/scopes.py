"""What a token must be allowed to do."""

from __future__ import annotations

from ._core.recording import Recorded, Recording, recording
from ._core.scopes import Scopes, required_scopes

__all__ = ["Recorded", "Recording", "Scopes", "recording", "required_scopes"]
