"""Files are written whole or not at all."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from dopyapi._core import files
from dopyapi._core.files import write_whole


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_and_its_folders_are_made_for_their_owner_only(tmp_path):
    path = tmp_path / "a" / "b" / "config"
    write_whole(path, b"secret")
    assert path.read_bytes() == b"secret"
    assert mode_of(path) == 0o600
    assert mode_of(path.parent) == 0o700
    assert [p.name for p in path.parent.iterdir()] == ["config"]


def test_what_was_there_is_replaced_and_closed_to_others(tmp_path):
    path = tmp_path / "config"
    path.write_bytes(b"old and longer")
    path.chmod(0o644)
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert mode_of(path) == 0o600
    write_whole(str(path), b"for all", mode=0o644)
    assert mode_of(path) == 0o644


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failure_leaves_what_was_there_and_nothing_else(tmp_path, monkeypatch, step):
    path = tmp_path / "config"
    path.write_bytes(b"old")

    def fail(*args, **kwargs):
        raise OSError("the disk is full")

    monkeypatch.setattr(*((files.os, "fsync", fail) if step == "fsync" else (files.Path, "replace", fail)))
    with pytest.raises(OSError, match="disk is full"):
        write_whole(path, b"new")
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["config"]


def test_a_link_stays_one(tmp_path):
    target, link = tmp_path / "real", tmp_path / "link"
    target.write_bytes(b"old")
    link.symlink_to(target)
    write_whole(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
