"""The story that `make demo` tells."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import dopyapi as do

ROOT = Path(__file__).parent.parent.parent
STORY = [sys.executable, str(ROOT / "examples" / "droplet_story.py")]


def test_it_ends_well_and_leaves_nothing(api, capsys):
    import runpy

    names = runpy.run_path(STORY[1], run_name="story")
    names["story"]()
    told = capsys.readouterr().out
    assert "five Droplets carry the tag" in told
    assert "nothing is left" in told
    for listing in (do.Droplet, do.Snapshot, do.Tag, do.SSHKey):
        assert not list(listing.list.all())


def test_a_surprise_ends_it_with_the_reason():
    with do.testing.server("--token", "another") as server:
        environment = {**os.environ, "DO_TOKEN": "wrong", "DIGITALOCEAN_API_URL": server.url}
        ended = subprocess.run(STORY, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert "the story ends early: UnauthorizedError" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "wrong" not in ended.stdout + ended.stderr


def test_an_interrupt_leaves_no_process_behind():
    story = subprocess.Popen(
        [*STORY, "--emulator"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # A shell's background job ignores interrupts, and so would its children.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    with story:
        line = story.stdout.readline()
        assert "an emulator listens" in line
        os.kill(story.pid, signal.SIGINT)
        _, errors = story.communicate(timeout=30)
    assert story.returncode == 130
    assert "interrupted" in errors
    assert not members(story.pid), "the emulator is still there"


def members(group: int) -> list[int]:
    """Processes of a process group, given a moment to end."""
    for _ in range(50):
        found = []
        for status in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = status.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[2]) == group and fields[0] != "Z":
                found.append(int(status.parent.name))
        if not found:
            return []
        time.sleep(0.1)
    return found
