"""One process at a time in a folder: a lock that the system takes back when its holder ends, however it ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from derivations.errors import InputError
from gdssm_numeric.files import remove_partial_files

#: The file that is locked. It stays when the lock is released: a process that waits may have opened it.
LOCK = ".lock"


@contextmanager
def locked(folder: Path, *, wait: bool = False) -> Iterator[None]:
    """Hold the lock of a folder that exists, without what killed processes left there of files.

    Raises InputError if another process holds it and it is not waited for, OSError if nothing can be written there.
    """
    with _held(folder, wait):
        remove_partial_files(folder)
        yield


def require_free(folder: Path) -> None:
    """InputError if another process holds the folder's lock; nothing is written.

    Raises OSError if the lock cannot be read.
    """
    if (folder / LOCK).exists():
        with _held(folder, wait=False):
            pass


@contextmanager
def _held(folder: Path, wait: bool) -> Iterator[None]:
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(blocking=wait)
    except Timeout:
        message = f"another process is at work in {folder}; wait until it ends, or name another folder"
        raise InputError("out", message) from None
    try:
        yield
    finally:
        lock.release()
