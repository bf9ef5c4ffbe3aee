"""Checkpoints: written so that a kill at any moment leaves a usable one, loaded without running code."""

from __future__ import annotations

import io
import pickle
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import torch

from .files import replace_file

FORMAT = "gdssm-checkpoint-2"

#: What reading a damaged archive ends in, depending on which byte is wrong.
UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, pickle.UnpicklingError, struct.error, NotImplementedError, RuntimeError),
    *(ValueError, EOFError, KeyError, IndexError, TypeError, AttributeError, OverflowError, OSError, MemoryError),
)


class CheckpointError(ValueError):
    """A file that is no checkpoint of ours, or not all of one; the message says which."""


def write(path: Path, content: dict[str, Any]) -> None:
    """Replace the file at once by the new content, or leave it as it is: OSError if it cannot be written."""
    replace_file(path, packed(content))


def packed(content: dict[str, Any]) -> bytes:
    """Return what a checkpoint is as a file."""
    whole = io.BytesIO()
    torch.save({"format": FORMAT, **content}, whole)
    return whole.getvalue()


def read(path: Path) -> dict[str, Any]:
    """Return the content of a file; errors are those of `unpacked`, and OSError if there is none."""
    return unpacked(path.read_bytes())


def unpacked(data: bytes) -> dict[str, Any]:
    """The content, on the CPU; CheckpointError for a truncated, damaged or foreign file.

    Only tensors and plain containers are unpickled (`weights_only`), and the archive's checksums are compared first.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            damaged = archive.testzip()
    except UNREADABLE:
        raise CheckpointError("it is truncated, damaged, or no checkpoint") from None
    if damaged is not None:
        raise CheckpointError("it is damaged")
    try:
        content = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    except UNREADABLE:
        raise CheckpointError("it holds something other than numbers, or was not written by gdssm") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise CheckpointError("it was not written by this version of gdssm")
    return content
