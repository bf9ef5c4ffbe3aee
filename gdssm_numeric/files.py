"""Files that are never half-written: a reader finds the old content or the new, whoever writes and whatever is killed.

Everything that a command writes into a folder goes through `replace_file`.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

#: The new content of `result.json` lies in `.result.json.XXXXXXXX.gdssm-partial` until it is complete.
PARTIAL = ".gdssm-partial"


def replace_file(path: Path, content: bytes) -> None:
    """Replace a file at once by new content, or leave it as it is.

    The new content is complete on the disk, in a file of its own beside the old one, before it takes the old one's
    name. That file's name is new, so no other process writes to it and no link that lies there is followed; a link at
    `path` itself is replaced, and its target left alone. Raises OSError if the content cannot be written.
    """
    number, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=PARTIAL, dir=path.parent)
    partial = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            if hasattr(os, "fchmod"):  # a temporary file is for its owner alone; the new one is like any other file
                os.fchmod(number, 0o666 & ~_mask())
            file.write(content)
            file.flush()
            os.fsync(number)
        os.replace(partial, path)
    except BaseException:  # Ctrl-C too leaves no file behind
        partial.unlink(missing_ok=True)
        raise
    if hasattr(os, "O_DIRECTORY"):  # the new name is on the disk too, where folders can be opened
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def replace_text(path: Path, content: str) -> None:
    """Replace a file at once by text in UTF-8. Raises OSError if it cannot be written."""
    replace_file(path, content.encode("utf-8"))


def remove_partial_files(folder: Path) -> None:
    """Remove what killed processes left of files in a folder; only for who holds the folder's lock.

    Raises OSError if one cannot be removed.
    """
    for left in folder.glob(f".*{PARTIAL}"):
        if left.is_file() and not left.is_symlink():
            left.unlink(missing_ok=True)


def _mask() -> int:
    """Return the bits of a mode that new files do not get; while it is read, new files of other threads are private."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
