"""Where the replicas of a run stand: in one checkpoint, or in parts that several processes have written.

Replicas are independent. So each may have made another number of updates, and whoever goes on may divide them in
another way: those that are behind are trained first, to where the others are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

import torch

from derivations.errors import InputError
from gdssm_numeric import checkpoint
from gdssm_numeric.shares import State, joined, replicas_of, taken
from gdssm_numeric.training import Losses, Model, Run, Training, train

from .run_files import CHECKPOINT, PARTS, part_name


@dataclass(frozen=True)
class Standing:
    """How far a run is: the updates that every replica has made, and the records of losses that all of them have."""

    done: int
    losses: Losses


#: Who is told of each update: how far the run is, and what writes down the replicas that are being trained here.
Follow = Callable[[Standing, Callable[[], None]], object]


def saved(path: Path) -> State:
    """Return a checkpoint; InputError if it cannot be used."""
    try:
        return checkpoint.read(path)
    except checkpoint.CheckpointError as error:
        raise InputError("resume", f"cannot go on from {path}: {error}") from None
    except OSError as error:
        raise InputError("resume", f"cannot read {path}: {error.strerror}") from None


def saved_states(out: Path) -> dict[Path, State]:
    """Return the checkpoints in a folder; InputError if one of them cannot be used."""
    return {path: saved(path) for path in (out / CHECKPOINT, *sorted(out.glob(PARTS)))}


def restored(run: Run, device: torch.device, state: State) -> Training[Model]:
    """Return the training of the replicas of a state. Raises CheckpointError if it is not of this run."""
    first, settings = state.get("first"), state.get("run")
    replicas = settings.get("replicas") if isinstance(settings, dict) else None
    if type(first) is not int or type(replicas) is not int or not 0 <= first < first + replicas <= run.replicas:
        first, replicas = 0, run.replicas  # which then tells how the settings differ
    training = Training(replace(run, replicas=replicas), device, first)
    training.restore(state)
    return training


def newest(states: Iterable[State], begin: int, end: int) -> list[State]:
    """Return where the replicas `begin` … `end` - 1 stand, in order, neighbours from one state together."""
    known = list(states)

    def best(replica: int) -> int:
        having = (k for k, state in enumerate(known) if replica in replicas_of(state))
        return max(having, key=lambda k: known[k]["done"])

    found = []
    for index, group in groupby(range(begin, end), best):
        members = list(group)
        whole = members == list(replicas_of(known[index]))
        found.append(known[index] if whole else taken(known[index], members[0], members[-1] + 1))
    return found


def standing(pieces: Sequence[Standing]) -> Standing:
    """Return how far a run is, from how far its replicas are, in order."""
    records = min((one.losses for one in pieces), key=len)
    common: Losses = []
    for k, (update, _) in enumerate(records):
        common.append((update, [loss for one in pieces for loss in one.losses[k][1]]))
    return Standing(min(one.done for one in pieces), common)


def standing_of(states: Iterable[State], begin: int, end: int) -> Standing:
    """Return how far the replicas `begin` … `end` - 1 are in these states."""
    return standing([Standing(state["done"], state["losses"]) for state in newest(states, begin, end)])


def train_replicas(
    run: Run,
    out: Path,
    device: torch.device,
    states: Iterable[State],
    range_: tuple[int, int],
    follow: Callable[[Training[Any], Path], object],
) -> Training[Model]:
    """Train the replicas of a range to the end, from where they stand; `follow` is told each training and its file.

    Raises Diverged, and OSError if a checkpoint cannot be written.
    """
    begin, end = range_
    path = out / (CHECKPOINT if end - begin == run.replicas else part_name(begin, end))
    pieces = newest(states, begin, end)
    latest = max(piece["done"] for piece in pieces)
    for k, piece in enumerate(pieces):
        if piece["done"] < latest:
            behind = restored(run, device, piece)
            own = out / part_name(behind.first, behind.first + behind.run.replicas)
            train(behind, own, lambda training, own=own: follow(training, own), until=latest)  # type: ignore[misc]
            pieces[k] = behind.state()
    training = restored(run, device, pieces[0] if len(pieces) == 1 else joined(pieces))
    if len(pieces) > 1:
        checkpoint.write(path, training.state())
    train(training, path, lambda training: follow(training, path))
    return training


def remove_parts(out: Path) -> None:
    """Remove the parts, when the checkpoint of the whole run is written. Raises OSError if one cannot be removed."""
    for path in out.glob(PARTS):
        path.unlink()


def last_of(states: Mapping[Path, State], replicas: int) -> tuple[Path, int]:
    """Return the file of a replica that is farthest behind, and after which update it stands there."""
    behind = min(newest(states.values(), 0, replicas), key=lambda state: int(state["done"]))
    replica = behind["first"]
    path = max(
        (path for path, state in states.items() if replica in replicas_of(state)), key=lambda path: states[path]["done"]
    )
    return path, behind["done"]
