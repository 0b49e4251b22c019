"""Files are written whole or not at all."""

from __future__ import annotations

import os
import stat

import pytest

from dopyapi._core.files import write_whole


@pytest.fixture(autouse=True)
def umask():
    before = os.umask(0o022)
    yield
    os.umask(before)


def permissions(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_file_is_its_owners_alone_unless_told_otherwise(tmp_path):
    write_whole(tmp_path / "secret", b"one")
    write_whole(str(tmp_path / "report"), b"two", mode=0o666)
    assert ((tmp_path / "secret").read_bytes(), permissions(tmp_path / "secret")) == (b"one", 0o600)
    assert ((tmp_path / "report").read_bytes(), permissions(tmp_path / "report")) == (b"two", 0o644)


def test_a_file_that_others_could_read_is_its_owners_alone_afterwards(tmp_path):
    path = tmp_path / "config.json"
    path.write_bytes(b"a longer content than the new one")
    path.chmod(0o644)
    write_whole(path, b"{}")
    assert (path.read_bytes(), permissions(path)) == (b"{}", 0o600)
    assert [p.name for p in tmp_path.iterdir()] == ["config.json"]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_what_fails_on_the_way_leaves_the_former_content_and_nothing_else(tmp_path, monkeypatch, step):
    path = tmp_path / "config.json"
    path.write_bytes(b"before")

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, step, full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, b"after")
    assert path.read_bytes() == b"before"
    assert [p.name for p in tmp_path.iterdir()] == ["config.json"]


def test_the_content_is_on_the_disk_before_the_file_has_its_name(tmp_path, monkeypatch):
    order = []
    fsync, replace = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda fd: (order.append("fsync"), fsync(fd))[1])
    monkeypatch.setattr(os, "replace", lambda *a, **k: (order.append("replace"), replace(*a, **k))[1])
    write_whole(tmp_path / "config.json", b"{}")
    assert order[:2] == ["fsync", "replace"]


def test_a_symbolic_link_stays_one(tmp_path):
    (tmp_path / "dotfiles").mkdir()
    real, link = tmp_path / "dotfiles" / "config.json", tmp_path / "config.json"
    real.write_bytes(b"before")
    link.symlink_to(real)
    write_whole(link, b"after")
    assert link.is_symlink()
    assert real.read_bytes() == b"after"


def test_folders_are_made_for_their_owner_only_or_named(tmp_path):
    path = tmp_path / "nowhere" / "yet" / "config.json"
    with pytest.raises(FileNotFoundError, match=r"no such folder.*nowhere"):
        write_whole(path, b"{}", folders=False)
    write_whole(path, b"{}")
    assert (path.read_bytes(), permissions(path.parent)) == (b"{}", 0o700)
