"""The committed results: of `gdssm train`, with the commands that make them again, and of `gdssm reproduce`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

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
    words += [f"--replicas {setting['replicas']}", f"--preset {setting['preset']['name']}", f"--out {folder}"]
    return " ".join(words)


def setting_of(result: Mapping[str, Any]) -> str:
    """What was trained, in a line."""
    setting = result["configuration"]
    layers = f"{setting['layers']} layer{'s' * (setting['layers'] > 1)}"
    return f"$f = {setting['features']}$, $N = {setting['samples']}$, {layers}, {setting['targets']} targets"
