"""Versions of Kubernetes, as the API reference lists them; `DOKS.options()` has those of today."""

from __future__ import annotations

DOKS_V_17 = "1.17.13"
DOKS_V_18 = "1.18.10"
DOKS_V_19 = "1.19.3"
