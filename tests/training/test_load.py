"""load: the model that gdssm train reported, from its folder; what cannot be loaded is told in one line."""

from __future__ import annotations

import doctest
import json
import pickle
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch

from derivations.cli import app
from derivations.errors import InputError
from derivations.training import load as module
from derivations.training.load import load
from derivations.training.run_files import CHECKPOINT, RESULT
from gdssm_numeric import checkpoint
from gdssm_numeric.tasks import TRAINING, generator

ROOT = Path(__file__).parents[2]
BRIEF = "--features", "2", "--samples", "3", "--device", "cpu", "--updates", "20", "--replicas", "3"
KINDS = {"one layer": (), "two layers": ("--layers", "2"), "scalar targets": ("--targets", "scalar")}


@pytest.fixture(scope="module", params=KINDS)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that is too short to fit, which changes nothing about what was reported."""
    out = tmp_path_factory.mktemp("runs") / "my-run"
    assert app.main(("train", *BRIEF, *KINDS[request.param], "--out", str(out))) == 1
    return out


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A committed result and the checkpoint of a brief run, to be damaged."""
    out = tmp_path / "my-run"
    assert app.main(("train", *BRIEF, "--out", str(out))) == 1
    return out


def refused(folder: Path | str, *parts: str) -> None:
    """The folder cannot be loaded, and one line says so with all of these parts."""
    with pytest.raises(InputError) as caught:
        load(folder)
    assert "\n" not in caught.value.message
    for part in parts:
        assert part in caught.value.message


def test_what_is_loaded_is_what_was_reported(folder: Path) -> None:
    trained = load(str(folder))
    assert trained.exact
    reported = json.loads((folder / RESULT).read_text("utf-8"))["parameters"]
    last = checkpoint.read(folder / CHECKPOINT)["model"]
    assert dict(trained.model.named_parameters()).keys() == reported.keys() == last.keys()
    for name, value in trained.model.named_parameters():
        assert value.dtype == torch.float64
        np.testing.assert_allclose(value.detach(), np.array(reported[name]), rtol=1e-8, atol=0)
        assert not np.allclose(value.detach(), last[name], rtol=1e-6, atol=0)  # which are not averaged


def test_where_the_replicas_ended_is_told(folder: Path) -> None:
    document = json.loads((folder / RESULT).read_text("utf-8"))
    trained = load(folder)
    assert trained.ends == tuple(end["kind"] for end in document["ends"])
    for kinds, said in (
        (("optimum", "other", "optimum"), "; 1 not at the optimum: replica 1"),
        (("one sample", "optimum", "other"), "; 2 not at the optimum: replicas 0, 2"),
        (("optimum",) * 3, ""),
        (("other",) * 3, "; no replica ended at the optimum"),
        (None, ""),
    ):
        assert str(replace(trained, ends=kinds)).endswith(f"after 20 updates{said}")


def test_a_result_of_another_run_says_nothing_of_a_checkpoint(copied: Path) -> None:
    assert load(copied).ends is not None
    document = json.loads((copied / RESULT).read_text("utf-8"))
    for wrong in ({**document, "configuration": {**document["configuration"], "seed": 7}}, {}):
        (copied / RESULT).write_text(json.dumps(wrong), "utf-8")
        assert load(copied).ends is None
    (copied / RESULT).unlink()
    assert load(copied).ends is None


def test_a_layer_gives_what_the_reported_model_gives(folder: Path) -> None:
    trained = load(folder)
    generators = [generator(5, r, TRAINING) for r in range(trained.replicas)]
    batch = trained.run.task.draw(4, generators, torch.float64)
    for r in range(trained.replicas):
        layer = trained.layer(r)
        found = layer(batch.inputs[r, :, :-1], batch.targets[r], batch.inputs[r, :, -1])
        torch.testing.assert_close(found, trained.model(batch)[r], rtol=1e-12, atol=1e-15)
    with torch.no_grad():
        layer.decay.fill_(0)
    assert trained.arrays(r)["decay"].all()  # a layer has weights of its own


def test_arrays_have_the_names_and_shapes_that_the_docstring_says(folder: Path) -> None:
    trained = load(folder)
    every = trained.arrays()
    L = trained.run.layers
    shapes = {"Q": (L, 3, 3), "decay": (L, 2, 2), "C": (L, 2, 2), "q": (3,)}
    if L == 2:
        shapes |= {"Q_tilde": (1, 3, 3), "decay_tilde": (1, 2, 2), "C_tilde": (1, 2, 2)}
    if trained.run.task.targets == "scalar":
        shapes = {"Psi": (4, 2), "Theta": (2, 4), "decay": (2,)}
    assert {name: value.shape for name, value in every.items()} == {name: (3, *rest) for name, rest in shapes.items()}
    for r in range(3):
        one = trained.arrays(r)
        assert one.keys() == every.keys()
        assert all(value.dtype == np.float64 and np.array_equal(value, every[name][r]) for name, value in one.items())
    model = dict(trained.model.named_parameters())
    if trained.run.task.targets == "vector":
        np.testing.assert_array_equal(every["Q"][:, -1], model[f"heads.{L - 1}.Q"].detach())
        np.testing.assert_array_equal(every["q"], model["q"].detach())


def test_safetensors_hold_the_arrays_and_fill_a_layer(folder: Path, tmp_path: Path) -> None:
    trained = load(folder)
    trained.save_safetensors(tmp_path / "one.safetensors", replica=1)
    found = safetensors.torch.load_file(tmp_path / "one.safetensors")
    layer = trained.layer(0)
    layer.load_state_dict(found)
    assert all(np.array_equal(value, layer.state_dict()[name]) for name, value in trained.arrays(1).items())
    trained.save_safetensors(str(tmp_path / "all.safetensors"))
    with safetensors.safe_open(tmp_path / "all.safetensors", "np") as file:
        assert file.metadata()["layer"] == trained.layer().extra_repr()
        assert all(np.array_equal(file.get_tensor(name), value) for name, value in trained.arrays().items())


def test_a_folder_with_the_result_alone_gives_nine_digits(folder: Path, tmp_path: Path) -> None:
    shutil.copy(folder / RESULT, tmp_path / RESULT)
    rounded, exact = load(tmp_path), load(folder)
    assert not rounded.exact
    assert rounded.run == exact.run
    for name, value in rounded.arrays().items():
        np.testing.assert_allclose(value, exact.arrays()[name], rtol=1e-8, atol=0)


def test_every_committed_run_can_be_loaded() -> None:
    found = []
    for path in sorted((ROOT / "results").glob("*/result.json")):
        if json.loads(path.read_text("utf-8"))["command"] == "train":
            found.append(load(path.parent))
        else:
            refused(path.parent, f"cannot load {path}: it was not written by gdssm train")
    assert {(run.run.layers, run.run.task.targets) for run in found} == {(1, "vector"), (2, "vector"), (1, "scalar")}


def test_folders_without_a_run(tmp_path: Path) -> None:
    refused(tmp_path, f"there is no run in '{tmp_path}'; gdssm train --out FOLDER makes one")
    refused(tmp_path / "none", "there is no run in")
    refused(ROOT / "README.md", "there is no run in", "; name the folder of the run")
    for name in ("a\0b", "a\nb", "a" * 5000):  # some versions of Python cannot look for the last one
        refused(name)
    (tmp_path / CHECKPOINT).mkdir()
    refused(tmp_path, f"cannot read {tmp_path / CHECKPOINT}: Is a directory")


def without(state: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in state.items() if key != name}


DAMAGED = {
    "a setting is missing": lambda state: without(state, "run"),
    "the weights are missing": lambda state: without(state, "model"),
    "a weight is missing": lambda state: {**state, "model": without(state["model"], "q"), "averages": {}},
    "another shape": lambda state: {**state, "averages": {"q": torch.zeros(3, 4)}},
    "not finite": lambda state: {**state, "averages": {"q": torch.full((3, 3), torch.nan)}},
    "settings that do not exist": lambda state: {**state, "run": {**state["run"], "layers": 0}},
    "settings of no run": lambda state: {**state, "run": ["task"]},
}


@pytest.mark.parametrize("fault", DAMAGED)
def test_a_checkpoint_whose_parts_do_not_fit(copied: Path, fault: str) -> None:
    path = copied / CHECKPOINT
    state = without(checkpoint.read(path), "format")
    checkpoint.write(path, state)
    load(copied)  # written again it is as good
    checkpoint.write(path, DAMAGED[fault](state))
    refused(copied, f"cannot load {path}: it was not written by gdssm train, or is damaged")


class Planted:
    """An object whose unpickling runs code."""

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (Path("planted"),)


def test_a_file_that_is_no_checkpoint_of_ours(copied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = copied / CHECKPOINT
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    refused(copied, f"cannot load {path}: it is truncated")
    path.write_bytes(b"")
    refused(copied, f"cannot load {path}: it is truncated")
    changed = bytearray(whole)
    changed[len(whole) // 3] ^= 1
    path.write_bytes(bytes(changed))
    refused(copied, f"cannot load {path}: it is damaged")
    torch.save({"format": checkpoint.FORMAT, "run": Planted()}, path)
    refused(copied, f"cannot load {path}: it holds something other than numbers")
    path.write_bytes(pickle.dumps(Planted()))
    refused(copied, f"cannot load {path}: it is truncated, damaged, or no checkpoint")
    assert not (tmp_path / "planted").exists()


def test_a_run_that_is_not_finished_has_reported_nothing(copied: Path) -> None:
    path = copied / CHECKPOINT
    checkpoint.write(path, {**without(checkpoint.read(path), "format"), "done": 12})
    refused(copied, f"cannot load {path}: the run is not finished (12 of 20 updates); gdssm train --resume")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"configuration": {}}', "[" * 100_000, "\udcff"], ids=repr)
def test_a_result_that_is_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / RESULT
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    refused(tmp_path, f"cannot load {path}: it was not written by gdssm train, or is damaged")


def test_replicas_and_files_that_do_not_exist(copied: Path, tmp_path: Path) -> None:
    trained = load(copied)
    for replica in (-1, 3):
        with pytest.raises(InputError, match=f"there is no replica {replica}; they are numbered from 0 to 2"):
            trained.arrays(replica)
    for path, reason in ((tmp_path / "none" / "file", "No such file or directory"), (tmp_path, "Is a directory")):
        with pytest.raises(InputError) as caught:
            trained.save_safetensors(path)
        assert caught.value.message == f"cannot write '{path}': {reason}"


def test_the_examples_in_the_docstrings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    found = doctest.testmod(module)
    assert found.attempted > 5
    assert found.failed == 0
