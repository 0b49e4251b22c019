"""After all other tests: every method, action and attribute of the API reference has been used by one of them."""

from __future__ import annotations

import importlib.util

import pytest

from tests import record

from . import used


@pytest.mark.last
def test_every_name_is_used(request: pytest.FixtureRequest) -> None:
    reason = used.partial(request.config)
    if reason is not None:
        pytest.skip(f"this judges a run of the whole suite: {reason}")
    if importlib.util.find_spec("dopyapi.emulator") is None:
        pytest.skip("there is no emulator to use them against")
    missing = used.unused(record.used)
    assert not missing, f"{len(missing)} names that no test has used:\n" + "\n".join(missing)
