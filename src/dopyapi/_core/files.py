"""Files on the user's disk, written whole or not at all."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def write_whole(path: str | os.PathLike[str], data: bytes, mode: int = 0o600, *, folders: bool = True) -> None:
    """Write a file so that whoever reads it sees the former content or the new one, even after a crash.

    Args:
        path: where; a symbolic link stays one, and the file that it names is written.
        data: the whole content.
        mode: permissions of the file, less those that the umask takes; by default its owner's alone.
        folders: make folders that are missing, for their owner only.

    Raises:
        FileNotFoundError: the folder is missing, and is not to be made.
    """
    target = Path(os.path.realpath(path))
    if folders:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Beside the file: a rename is atomic within one file system only.
    temporary = target.parent / f".dopyapi-{os.urandom(8).hex()}"
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileNotFoundError as error:
        raise FileNotFoundError(error.errno, "there is no such folder to write in", str(target.parent)) from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _keep_name(target.parent)


def _keep_name(folder: Path) -> None:
    """Have the folder itself written, so that the new name survives a crash; not every system can."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    with contextlib.suppress(OSError):
        os.fsync(descriptor)
    os.close(descriptor)
