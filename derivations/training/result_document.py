"""The result of a training run as one JSON document: configuration, predicted, fitted, metrics, losses over time."""

from __future__ import annotations

import json
import platform
from dataclasses import asdict
from importlib import metadata
from typing import Any

import torch

from derivations import __version__
from derivations.json_document import document
from gdssm_numeric.training import Model, Run, Training

from .fit import Expected, Fit, FittedEntry, Group

#: Significant digits of fitted numbers: more than single precision has.
DIGITS = 9


def rounded(value: Any) -> Any:
    """Numbers, and containers of them, to a length that can be read."""
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, dict):
        return {key: rounded(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(entry) for entry in value]
    return value


def result(training: Training[Model], fit: Fit, expected: Expected, seconds: float) -> dict[str, Any]:
    """The document that `gdssm train` writes; `seconds` of training in this session, not of sessions before it."""
    assert isinstance(training.run, Run)
    best = expected.optimum
    rates = best.learning_rates()
    return document(
        "train",
        configuration=configuration(training.run),
        device=device_name(training.device),
        threads=torch.get_num_threads(),
        environment=numeric_environment(),
        predicted={
            "coefficients": [str(c) for c in best.coefficients],
            "loss": str(best.loss),
            "learning_rates": None if rates is None else list(rates),
        },
        ends=[rounded(asdict(end)) for end in fit.ends],
        counts=fit.counts,
        standard_errors=rounded(fit.standard_errors),
        fit=[group_entry(group) for group in fit.groups],
        fits=fit.fits,
        not_compared=expected.not_compared(training.run.preset),
        losses=[{"update": update, "losses": rounded(losses)} for update, losses in training.losses],
        parameters={name: rounded(value.tolist()) for name, value in training.fitted().state_dict().items()},
        seconds=round(seconds, 1),
    )


def text(document: dict[str, Any]) -> str:
    """The document as JSON that can be read and compared: a line for each member, and for each item of a list."""
    lines = []
    for key, value in document.items():
        if isinstance(value, list) and value:
            items = ",\n  ".join(compact(item) for item in value)
            lines.append(f"{compact(key)}: [\n  {items}\n ]")
        else:
            lines.append(f"{compact(key)}: {compact(value)}")
    return "{\n " + ",\n ".join(lines) + "\n}\n"


def compact(value: Any) -> str:
    """JSON on one line; ValueError for a number that is not finite."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def configuration(run: Run) -> dict[str, Any]:
    """What determines a run, for a program."""
    plain = asdict(run)
    return {**plain.pop("task"), **plain, "decays": list(run.decays)}


def group_entry(group: Group) -> dict[str, Any]:
    """The numbers of one kind as an entry of the document."""
    return {"quantity": group.quantity, "fits": group.fits, "entries": [number(entry) for entry in group.entries]}


def number(entry: FittedEntry) -> dict[str, Any]:
    """One number: symbolic, fitted, how far off, and the verdict."""
    return {**rounded(asdict(entry)), "fits": entry.fits}


def device_name(device: torch.device) -> str:
    """The device in words."""
    if device.type == "cpu":
        return device.type
    named = getattr(torch.get_device_module(device), "get_device_name", None)  # of CUDA and XPU; MPS has one device
    return device.type if named is None else named(device)


def numeric_environment() -> dict[str, str]:
    """What the numbers were computed with."""
    packages = {name: metadata.version(name) for name in ("torch", "numpy", "sympy")}
    return {
        "gdssm": __version__,
        "python": platform.python_version(),
        "system": platform.system(),
        "machine": platform.machine(),
        **packages,
    }
