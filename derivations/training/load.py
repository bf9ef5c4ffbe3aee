"""A finished run of `gdssm train`, loaded from its folder: the model that was reported, as arrays or as a layer."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import safetensors.numpy
import torch

from derivations import __version__
from derivations.errors import InputError
from gdssm_numeric import checkpoint
from gdssm_numeric.files import replace_file
from gdssm_numeric.layer import GDSSM
from gdssm_numeric.training import Model, Run, fitted

from .fit_table import elsewhere
from .run_files import CHECKPOINT, RESULT
from .run_options import NOT_A_RUN, run_of


@dataclass(frozen=True)
class TrainedRun:
    """What a run of `gdssm train` ended with.

    `run` says how it was trained. `model` is what was reported, in double precision on the CPU: all replicas, with
    the averaged weights if the preset averages. `exact` is False if it comes from `result.json`, which has nine digits.
    `ends` says where each replica ended, as `result.json` has it: "optimum", another predictor, or "other"; None if
    there is no such file of this run.
    """

    run: Run
    model: Model = field(repr=False)
    exact: bool
    ends: tuple[str, ...] | None = None

    def __str__(self) -> str:
        task, layers = self.run.task, f"{self.run.layers} layer{'s' * (self.run.layers > 1)}"
        return (
            f"{self.replicas} replica{'s' * (self.replicas > 1)} of {layers}, f = {task.features}, N = {task.samples}, "
            f"{task.targets} targets, {task.tokens} tokens, after {self.run.preset.updates} updates{self._ends()}"
        )

    def _ends(self) -> str:
        if self.ends is not None and "optimum" not in self.ends:
            return "; no replica ended at the optimum"
        return elsewhere(self.ends or ())

    @property
    def replicas(self) -> int:
        """How many models were trained, numbered from 0."""
        return self.run.replicas

    def layer(self, replica: int = 0) -> GDSSM:
        """Return one replica as a layer in double precision, with weights of its own.

        InputError if there is no such replica.

        >>> from gdssm import load
        >>> load("results/f5_N10").layer(replica=2)
        GDSSM(features=5, targets=5, layers=1, tokens='interleaved', samples=10)
        """
        if not 0 <= replica < self.replicas:
            raise InputError(
                "replica", f"there is no replica {replica}; they are numbered from 0 to {self.replicas - 1}"
            )
        return GDSSM.of_replica(self.model, replica, self.run.task.samples)

    def arrays(self, replica: int | None = None) -> dict[str, np.ndarray]:
        """Return the learned parameters in double precision, of one replica or of all, with the replica as first axis.

        Names and shapes are those of the layer's `state_dict`. Over interleaved tokens: Q (L, 3, 3), decay (L, f, f),
        C (L, f, f), q (3,) and, of the second heads of layers 2 to L, Q_tilde, decay_tilde and C_tilde; over
        constructed tokens: Psi (2f, f), Theta (f, 2f), decay (f,). InputError if there is no such replica.

        Only products of C, Q and q are determined: C → αC, Q → βQ, q → γq with αβγ = 1 changes no output. Pictures and
        the table of `gdssm train` divide by a common scale; these arrays are as they were trained. How each replica
        ended is in result.json under "ends".

        >>> from gdssm import load
        >>> learned = load("results/f5_N10").arrays(replica=0)
        >>> {name: value.shape for name, value in learned.items()}
        {'Q': (1, 3, 3), 'decay': (1, 5, 5), 'C': (1, 5, 5), 'q': (3,)}
        >>> bool(abs(learned["decay"] - 1).max() < 0.01)  # the construction has 1
        True
        """
        chosen = range(self.replicas) if replica is None else [replica]
        found = [self.layer(one).state_dict() for one in chosen]
        if replica is None:
            return {name: np.stack([state[name].numpy() for state in found]) for name in found[0]}
        return {name: value.numpy() for name, value in found[0].items()}

    def save_safetensors(self, path: str | os.PathLike[str], replica: int | None = None) -> None:
        """Write what `arrays` returns to a file of safetensors, with the layer's sizes in its metadata.

        The file of one replica can be loaded into a `GDSSM`: `layer.load_state_dict(load_file(path))`, with `load_file`
        from safetensors.torch. InputError if there is no such replica, or if the file cannot be written.
        """
        about = {"gdssm": __version__, "layer": self.layer(replica or 0).extra_repr()}
        content = safetensors.numpy.save(self.arrays(replica), about)
        try:
            replace_file(Path(path), content)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise InputError("path", f"cannot write {os.fspath(path)!r}: {reason}") from None


def load(folder: str | os.PathLike[str]) -> TrainedRun:
    """Load the model that `gdssm train` reported in a folder.

    Return a `TrainedRun`, with `arrays`, `layer` and `save_safetensors`. It is read from the checkpoint or, where there
    is none, from `result.json`. InputError, with one line, for a folder without a run, for a run that is not finished,
    and for a file that is damaged or of something else.

    >>> from gdssm import load
    >>> trained = load("results/f5_N10")  # a run in the repository
    >>> print(trained)
    5 replicas of 1 layer, f = 5, N = 10, vector targets, interleaved tokens, after 6000 updates
    """
    name = os.fspath(folder)
    try:
        path = next((path for path in (Path(name) / CHECKPOINT, Path(name) / RESULT) if path.exists()), None)
    except OSError as error:
        raise InputError("folder", f"cannot look into {name!r}: {error.strerror}") from None
    if path is None:
        advice = "name the folder of the run" if Path(name).is_file() else "gdssm train --out FOLDER makes one"
        raise InputError("folder", f"there is no run in {name!r}; {advice}")
    try:
        found = _from_checkpoint(path) if path.name == CHECKPOINT else _from_result(path)
        return replace(found, ends=_ends(path.with_name(RESULT), found.run))
    except OSError as error:
        raise InputError("folder", f"cannot read {path}: {error.strerror}") from None
    except checkpoint.CheckpointError as error:
        raise InputError("folder", f"cannot load {path}: {error}") from None
    except NOT_A_RUN:
        raise InputError("folder", f"cannot load {path}: it was not written by gdssm train, or is damaged") from None


def _from_checkpoint(path: Path) -> TrainedRun:
    state = checkpoint.read(path)
    settings = state["run"]
    run = run_of(settings["task"], settings)
    averages, averaged = state["averages"], state["averaged"]
    if averages.keys() != (state["model"].keys() if averaged else set()):
        raise ValueError("its parts do not fit together")
    if state["done"] < run.preset.updates:
        done = f"{state['done']} of {run.preset.updates} updates"
        raise checkpoint.CheckpointError(f"the run is not finished ({done}); gdssm train --resume goes on with it")
    return TrainedRun(run, _finite(fitted(run, state["model"], averages)), exact=True)


def _from_result(path: Path) -> TrainedRun:
    document = json.loads(path.read_text("utf-8"))
    settings = document["configuration"]
    run = run_of(settings, settings)
    parameters = {name: torch.tensor(value, dtype=torch.float64) for name, value in document["parameters"].items()}
    return TrainedRun(run, _finite(fitted(run, parameters, {})), exact=False)


def _ends(path: Path, run: Run) -> tuple[str, ...] | None:
    """Where the replicas ended, from the result of this run; None if there is none."""
    try:
        document = json.loads(path.read_text("utf-8"))
        settings = document["configuration"]
        ends = {end["replica"]: str(end["kind"]) for end in document["ends"]}
        same = run_of(settings, settings) == run
    except (OSError, *NOT_A_RUN):  # a checkpoint is enough
        return None
    return tuple(ends[replica] for replica in range(run.replicas)) if same and len(ends) == run.replicas else None


def _finite(model: Model) -> Model:
    if not all(bool(parameter.isfinite().all()) for parameter in model.parameters()):
        raise ValueError("a parameter is not a number")
    return model
