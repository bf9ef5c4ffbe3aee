"""A run from its own record, which goes on without its options being given again; and what its options are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from derivations.errors import InputError
from gdssm_numeric.presets import Preset
from gdssm_numeric.tasks import Task
from gdssm_numeric.training import Run

from .committed import OPTIONS
from .prediction import rational, simplest

#: What building a run from a document that is none ends in.
NOT_A_RUN = KeyError, TypeError, ValueError, AttributeError, RuntimeError


def run_of(task: Mapping[str, Any], settings: Mapping[str, Any]) -> Run:
    """Return the run with these settings; what the classes do not know is left out. Raises one of NOT_A_RUN."""

    def known(kind: type[Any], given: Mapping[str, Any]) -> dict[str, Any]:
        return {own.name: given[own.name] for own in fields(kind) if own.name in given}

    own = {
        "task": Task(**known(Task, task)),
        "preset": Preset(**known(Preset, settings["preset"])),
        "decays": tuple(settings["decays"]),
    }
    return Run(**{**known(Run, settings), **own})


def recorded_run(path: Path, state: Mapping[str, Any]) -> Run:
    """Return the run of a checkpoint; InputError if it is of something else than `gdssm train`."""
    try:
        return run_of(state["run"]["task"], state["run"])
    except NOT_A_RUN:
        raise InputError("resume", f"cannot go on from {path}: it was not written by gdssm train") from None


def require_same(run: Run, given: Mapping[str, Any], folder: Path) -> None:
    """InputError if an option of `gdssm train` that was given, by its name in Python, contradicts the run."""
    own = options_of(run)
    for name, value in given.items():
        if name in ("scale", "noise"):
            same = float(rational(name, value, zero=name == "noise")) == getattr(run.task, name)
        else:
            same = name not in own or value == own[name]
        if not same:
            option = f"--{name.replace('_', '-')}"
            held = f"without {option}" if own[name] is None else f"with {option} {own[name]}"
            hint = f"leave {option} out, or name another folder"
            raise InputError(name, f"{folder} holds a run {held}, not {value}; {hint}")


def options_of(run: Run) -> dict[str, Any]:
    """Return the values of those options of `gdssm train` that make the run, by their names in Python."""
    task, preset = run.task, run.preset
    return {
        "features": task.features,
        "samples": task.samples,
        "layers": run.layers,
        "replicas": run.replicas,
        "targets": task.targets,
        "inputs": task.inputs,
        "scale": str(simplest(task.scale)),
        "noise": str(simplest(task.noise)),
        "preset": preset.name,
        **{option.replace("-", "_"): getattr(preset, field) for field, option in OPTIONS.items()},
        "decays_from": run.decays[0] if run.decays[1] == 1.0 else None,
        "seed": run.seed,
    }
