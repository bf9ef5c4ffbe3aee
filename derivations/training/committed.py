"""The committed results: of `gdssm train`, with the commands that make them again, and of `gdssm reproduce`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from gdssm_numeric.presets import preset_for

from .prediction import simplest

#: The fields of a preset, and the options of `gdssm train` that change them.
OPTIONS = {
    "updates": "updates",
    "batch": "batch",
    "rate": "learning-rate",
    "decay_rate": "decay-learning-rate",
    "warm_up": "warm-up",
    "weight_decay": "weight-decay",
    "averaged": "averaged",
    "checkpoint": "checkpoint-every",
}

#: The result documents, by the name of their folders.
Results = Mapping[str, Mapping[str, Any]]


def loaded(folder: Path) -> dict[str, dict[str, Any]]:
    """The result of every training run in a folder, by its own folder's name."""
    found = {name: result for name, result in _read(folder).items() if result["command"] == "train"}
    return dict(sorted(found.items(), key=lambda item: order(item[1])))


def reproduced(folder: Path) -> dict[str, dict[str, Any]]:
    """The result of every figure in a folder, by the figure's name."""
    return {name: result for name, result in _read(folder).items() if result["command"] == "reproduce"}


def _read(folder: Path) -> dict[str, dict[str, Any]]:
    return {path.parent.name: json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*/result.json"))}


def order(result: dict[str, Any]) -> tuple[int, bool, int, int]:
    """One layer first, vector targets first, then by size."""
    setting = result["configuration"]
    return setting["layers"], setting["targets"] == "scalar", setting["features"], setting["samples"]


def command(folder: str, setting: Mapping[str, Any]) -> str:
    """The command line that trains a result with this configuration again; all that is not said is the default."""
    words = ["gdssm train", f"--features {setting['features']}", f"--samples {setting['samples']}"]
    usual = {"layers": 1, "targets": "vector", "inputs": "uniform", "seed": 0}
    words += [f"--{name} {setting[name]}" for name, value in usual.items() if setting[name] != value]
    numbers = {"scale": 1.0, "noise": 0.0}
    words += [f"--{name} {simplest(setting[name])}" for name, value in numbers.items() if setting[name] != value]
    own = setting["preset"]
    preset = asdict(preset_for(own["name"], setting["targets"], setting["inputs"]))
    words += [f"--{option} {own[field]}" for field, option in OPTIONS.items() if own[field] != preset[field]]
    if setting["decays"][1] == 1.0:
        words.append(f"--decays-from {setting['decays'][0]}")
    words += [f"--replicas {setting['replicas']}", f"--preset {own['name']}", f"--out {folder}"]
    return " ".join(words)


def setting_of(result: Mapping[str, Any]) -> str:
    """What was trained, in a line."""
    setting = result["configuration"]
    layers = f"{setting['layers']} layer{'s' * (setting['layers'] > 1)}"
    return f"$f = {setting['features']}$, $N = {setting['samples']}$, {layers}, {setting['targets']} targets"
