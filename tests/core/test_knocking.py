"""Knocking at ports, interrupted at the worst moments."""

from __future__ import annotations

import selectors
from typing import Any

import pytest

from dopyapi._core.ports import _Knocking


@pytest.mark.parametrize("moment", ["register", "select"])
def test_ctrl_c_is_what_the_caller_sees_whenever_it_comes(moment, monkeypatch):
    def interrupted(*given: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(selectors.DefaultSelector, moment, interrupted)
    knocking = _Knocking([("127.0.0.1", 9)], 1.0, lambda: False)
    with pytest.raises(KeyboardInterrupt):
        knocking.run()
    assert not knocking._open
