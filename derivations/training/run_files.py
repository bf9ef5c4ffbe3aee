"""The files in the folder of a run, and whether a folder can be used for one; PyTorch is not imported for that."""

from __future__ import annotations

from pathlib import Path

from derivations.errors import InputError

from .resume import Resume

CHECKPOINT, RESULT, METRICS = "checkpoint.pt", "result.json", "metrics.csv"

#: Where workers keep the replicas that each of them trains, until all have finished.
PARTS = "checkpoint-*-*.pt"


def part_name(begin: int, end: int) -> str:
    """Return the name of the checkpoint of the replicas `begin` … `end` - 1."""
    return f"checkpoint-{begin}-{end - 1}.pt"


def require_usable(out: Path, resume: Resume | None) -> bool:
    """Is there a checkpoint to go on from? InputError, with nothing written, if the folder cannot be used for a run."""
    try:
        out.exists()
    except (OSError, ValueError) as error:
        raise InputError("out", f"{str(out)[:40]!r} cannot be the name of a folder: {error}") from None
    if out.exists() and not out.is_dir():
        raise InputError("out", f"{out} is a file; name a folder")
    taken = [name for name in (CHECKPOINT, RESULT) if (out / name).exists()]
    taken += sorted(path.name for path in out.glob(PARTS))
    if taken and CHECKPOINT not in taken:  # a committed result, or a checkpoint was deleted: neither start nor go on
        raise InputError("out", f"{out} holds a {taken[0]} but no {CHECKPOINT} to go on from; name another folder")
    if taken and resume is None:
        raise InputError("out", f"{out} holds a run ({taken[0]}); say --resume to go on, or name another folder")
    if not taken and resume is Resume.ALWAYS:
        raise InputError("resume", f"there is no {CHECKPOINT} in {out}; leave --resume out to start")
    return bool(taken)
