"""Waiting on an emulator's virtual time."""

from __future__ import annotations

from dopyapi._core.steps import drive, sleep


def test_however_short_a_wait_is_it_ends(api):
    clock = api.client.clock
    end = clock.now() + 4e-7
    for _ in range(10):
        if clock.now() >= end:
            return
        drive(sleep(end - clock.now(), clock))
    raise AssertionError("the clock does not move")
