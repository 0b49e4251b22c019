"""The rate budget of a token: its limits, what is left of it, and who shares it."""

from __future__ import annotations

from ._core.rate.limits import RateLimits
from ._core.rate.rate import Rate, UnsharedRateWarning

__all__ = ["Rate", "RateLimits", "UnsharedRateWarning"]
