"""gdssm train and the numerical part of gdssm verify, as their user meets them."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields, replace
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from time import sleep
from typing import Any

import jsonschema
import pytest
import torch
import typer
from running import call, one_document

from derivations.claims import CLAIMS
from derivations.cli import app, verify
from derivations.errors import InputError
from derivations.json_document import schema
from derivations.training import committed, cross_check
from derivations.training.fit import Expected, Fit
from derivations.training.limits import LARGEST_TRAINED
from derivations.training.lock import LOCK
from derivations.training.prediction import prediction
from derivations.training.result_document import configuration
from derivations.training.run import find_device
from derivations.training.run_files import CHECKPOINT, METRICS, RESULT
from derivations.training.run_options import options_of
from gdssm_numeric import checkpoint
from gdssm_numeric.presets import PRESETS, Preset
from gdssm_numeric.tasks import Task
from gdssm_numeric.training import Run, Training
from gdssm_symbolic.layers import N, WindowLayer, eta

SIZES = "--features", "2", "--samples", "3", "--device", "cpu"
BRIEF = *SIZES, "--updates", "30", "--replicas", "2"


@pytest.fixture(autouse=True)
def wide_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last line is not broken, however long the path of a test's folder is."""
    monkeypatch.setenv("COLUMNS", "300")


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def trained(capsys: pytest.CaptureFixture[str], out: Path, *more: str) -> tuple[int, str, str]:
    return call(capsys, "train", *BRIEF, "--out", str(out), *more)


def test_a_run_that_is_too_short_misses_and_says_how_it_ended(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    status, out, _ = trained(capsys, tmp_path / "run", "--layers", "2")
    assert status == 1
    assert "0 of 2 replicas ended at the optimum" in out
    assert "replica 1: other, with" in out
    assert "\n30 updates; the preset quick has 6000 for such a task, and more of them may fit\n" in out
    written = json.loads((tmp_path / "run" / RESULT).read_text("utf-8"))
    jsonschema.validate(written, schema())
    assert written["predicted"]["coefficients"] == [str(c) for c in Expected(Task(2, 3), 2).optimum.coefficients]
    assert written["counts"] == {"other": 2}
    assert written["fits"] is False
    assert written["losses"][-1]["update"] == 30
    assert set(files(tmp_path / "run")) == {LOCK, CHECKPOINT, METRICS, RESULT}
    assert out.splitlines()[-1].startswith("misses: no replica ended at the optimum; ")
    assert out.splitlines()[-1].endswith(f"{tmp_path / 'run'} holds {RESULT}, {METRICS}, {CHECKPOINT}")


def test_a_run_that_is_long_enough_fits(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    arguments = *SIZES, "--updates", "3000", "--replicas", "3", "--out", str(tmp_path / "run"), "--json"
    status, out, err = call(capsys, "train", *arguments)
    document = one_document(out)
    assert status == 0, err
    assert "predicted" in err
    assert "fitted" in err
    assert "3 of 3 replicas ended at the optimum" in err
    assert document == json.loads((tmp_path / "run" / RESULT).read_text("utf-8"))
    assert document["fits"] is True
    assert {group["quantity"] for group in document["fit"]} == {"C̄ Q⊗q", "decay", "C / C̄", "coefficients", "loss"}
    assert document["parameters"].keys() == {"q", "heads.0.Q", "heads.0.C", "heads.0.decay"}
    assert err.splitlines()[-1].startswith("fits: all 37 numbers; 3 of 3 replicas at the optimum; ")
    told = [line.partition(",")[0] for line in err.splitlines() if line.startswith("gdssm: ")]
    assert told == [f"gdssm: update {done} of 3000" for done in range(300, 3001, 300)]


def test_help_has_the_values_of_the_presets(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "140")
    _, out, _ = call(capsys, "train", "--help")
    words = " ".join(out.replace("│", " ").split())
    for field, option in committed.OPTIONS.items():
        _, _, told = words.partition(f" --{option} ")
        for name, preset in PRESETS.items():
            assert f"{name}: {getattr(preset, field):g}" in told[:400], option
    assert "quick: 6000 (5000 for scalar targets, 4 times as many for normal inputs)" in words
    assert "the last bits of a run depend on their number" in words


def test_resuming_ends_with_the_same_bits(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    trained(capsys, whole)
    with monkeypatch.context() as patched:
        write, calls = checkpoint.write, []

        def interrupted(path: Path, content: dict[str, Any]) -> None:
            write(path, content)
            calls.append(path)
            if len(calls) == 3:
                raise KeyboardInterrupt

        patched.setattr(checkpoint, "write", interrupted)
        every = "--checkpoint-every", "7"
        status, _, err = trained(capsys, cut, *every)
        assert status == 130
        goes_on = f"gdssm train --resume --out {cut} goes on from there"
        assert (
            err.splitlines()[-1]
            == f"gdssm: interrupted; {cut / CHECKPOINT} holds the run at update 14 of 30; {goes_on}"
        )
        status, _, err = call(capsys, "train", "--resume", "--out", str(cut))  # no option has to be given again
        assert (status, err.splitlines()[0]) == (1, "gdssm: goes on from update 14 of 30")
        assert not (tmp_path / "none").exists()
    ours, theirs = checkpoint.read(cut / CHECKPOINT), checkpoint.read(whole / CHECKPOINT)
    assert ours["done"] == theirs["done"] == 30
    for key in ("model", "averages"):
        assert all(torch.equal(ours[key][name], value) for name, value in theirs[key].items())
    one, other = (json.loads((folder / RESULT).read_text("utf-8")) for folder in (cut, whole))
    assert one["ends"] == other["ends"]
    assert one["losses"] == other["losses"]
    before = files(whole)
    assert trained(capsys, whole, "--resume")[0] == 1  # a finished run is fitted again
    assert json.loads(before[RESULT])["ends"] == json.loads(files(whole)[RESULT])["ends"]


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        (("--features", "0"), "features"),
        (("--samples", "0"), "samples"),
        (("--layers", "0"), "layers"),
        (("--replicas", "0"), "replicas"),
        (("--updates", "0"), "updates"),
        (("--seed", "-1"), "seed"),
        (("--seed", "4294967296"), "seed"),
        (("--preset", "slow"), "preset"),
        (("--inputs", "cauchy"), "inputs"),
        (("--targets", "matrix"), "targets"),
        (("--targets", "scalar", "--layers", "2"), "layers"),
        (("--device", "abacus"), "device"),
        (("--device", "cpu:0"), "device"),
        (("--device", "cpu:"), "device"),
        (("--features", "100000", "--samples", "100000"), "features"),
        (("--device", "cuda:x"), "device"),
        (("--resume",), "resume"),
        (("--out", ""), "out"),
        (("--resume", "later"), "usage"),
        (("--scale", "0"), "scale"),
        (("--noise", "-1"), "noise"),
        (("--batch", "0"), "batch"),
        (("--learning-rate", "0"), "learning_rate"),
        (("--learning-rate", "nan"), "learning_rate"),
        (("--decay-learning-rate", "-1"), "decay_learning_rate"),
        (("--weight-decay", "inf"), "weight_decay"),
        (("--averaged", "1"), "averaged"),
        (("--averaged", "-0.1"), "averaged"),
        (("--decays-from", "nan"), "decays_from"),
    ],
    ids=" ".join,
)
def test_bad_input_is_one_line_and_writes_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: Sequence[str], key: str
) -> None:
    status, out, err = trained(capsys, tmp_path / "run", *arguments)
    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert not (tmp_path / "run").exists()
    status, out, _ = trained(capsys, tmp_path / "run", *arguments, "--json")
    assert (status, one_document(out)["error"]["key"]) == (2, key)


@pytest.mark.parametrize("out", ["/dev/null/run", "x" * 300, "a\0b"], ids=["below a file", "long", "null"])
def test_a_folder_that_cannot_be_made_is_one_line(capsys: pytest.CaptureFixture[str], out: str) -> None:
    status, printed, err = trained(capsys, Path(out))
    assert (status, printed, len(err.splitlines())) == (2, "", 1)
    status, printed, _ = trained(capsys, Path(out), "--json")
    assert (status, one_document(printed)["error"]["key"]) == (2, "out")


@pytest.mark.skipif(torch.accelerator.is_available(), reason="there is an accelerator")
@pytest.mark.parametrize("name", ["cuda", "cuda:0", "mps"])
def test_a_device_that_is_not_there(capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str) -> None:
    status, _, err = trained(capsys, tmp_path / "run", "--device", name)
    assert (status, err) == (2, f"gdssm: there is no device {name!r} here; say auto or cpu\n")
    assert call(capsys, "verify", "--only", "numeric", "--device", name)[0] == 2


def test_whatever_accelerator_pytorch_finds_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.accelerator.is_available", lambda: True)
    monkeypatch.setattr("torch.accelerator.current_accelerator", lambda: torch.device("xpu"))
    monkeypatch.setattr("torch.accelerator.device_count", lambda: 2)
    found = [str(find_device(name)) for name in ("auto", "cpu", "xpu", "xpu:1")]
    assert found == ["xpu", "cpu", "xpu", "xpu:1"]
    with pytest.raises(InputError, match=r"no device 'xpu:2' here; say auto, cpu, xpu, xpu:0 or xpu:1$"):
        find_device("xpu:2")


def test_a_device_without_double_precision(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sums and averages are kept in single precision there; the fit is on the CPU, in double precision."""
    monkeypatch.setattr("gdssm_numeric.training.has_double", lambda device: False)
    trained(capsys, tmp_path, "--updates", "20")
    assert trained(capsys, tmp_path, "--updates", "20", "--resume")[0] == 1
    saved = checkpoint.read(tmp_path / CHECKPOINT)
    assert {saved["since"].dtype, *(mean.dtype for mean in saved["averages"].values())} == {torch.float32}


def test_a_folder_that_is_taken_is_left_alone(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    run = tmp_path / "run"
    trained(capsys, run)
    before = files(run)
    for arguments, said in (
        ((), "holds a run (checkpoint.pt); say --resume"),
        (
            ("--resume", "auto", "--noise", "1/2"),
            "holds a run with --noise 0, not 1/2; leave --noise out, or name another folder",
        ),
        (("--resume", "--seed", "1"), "holds a run with --seed 0, not 1; leave --seed out, or name another folder"),
        (
            ("--resume", "--features", "3"),
            "holds a run with --features 2, not 3; leave --features out",
        ),
        (
            ("--resume", "--targets", "scalar"),
            "holds a run with --targets vector, not scalar; leave --targets out",
        ),
        (
            ("--resume", "--learning-rate", "1"),
            "holds a run with --learning-rate 0.01, not 1.0; leave --learning-rate out",
        ),
        (("--resume", "--decays-from", ".5"), "holds a run without --decays-from, not 0.5; leave --decays-from out"),
    ):
        status, _, err = trained(capsys, run, *arguments)
        assert status == 2
        assert said in err
        assert len(err.splitlines()) == 1
    assert files(run) == before
    (run / CHECKPOINT).unlink()
    for resume in ((), ("--resume",), ("--resume", "auto")):  # no advice leads from one of them to another
        status, _, err = trained(capsys, run, *resume)
        assert status == 2
        assert err == f"gdssm: {run} holds a {RESULT} but no {CHECKPOINT} to go on from; name another folder\n"
    (tmp_path / "file").write_text("mine", "utf-8")
    assert "is a file" in trained(capsys, tmp_path / "file")[2]
    assert trained(capsys, tmp_path / "file" / "below")[0] == 2
    assert (tmp_path / "file").read_text("utf-8") == "mine"


@pytest.mark.parametrize("kind", ["truncated", "foreign"])
def test_a_checkpoint_that_cannot_be_used_is_left_alone(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, kind: str
) -> None:
    trained(capsys, tmp_path)
    path = tmp_path / CHECKPOINT
    if kind == "truncated":
        path.write_bytes(path.read_bytes()[:5000])
    else:
        torch.save({"model": {}}, path)
    before = files(tmp_path)
    status, _, err = trained(capsys, tmp_path, "--resume")
    assert status == 2
    assert len(err.splitlines()) == 1
    assert err.startswith(f"gdssm: cannot go on from {path}: it ")
    assert files(tmp_path) == before


def test_a_loss_that_is_not_finite_names_the_update_and_the_checkpoint(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    wild = "--learning-rate", "1e15", "--warm-up", "0", "--checkpoint-every", "1"
    status, out, err = trained(capsys, tmp_path, *wild, "--json")
    assert status == 1
    error = one_document(out)["error"]
    assert error["key"] == "training"
    assert "was not finite at update" in error["message"]
    assert f"the last good checkpoint is {tmp_path / CHECKPOINT}, of update" in err
    assert not (tmp_path / RESULT).exists()
    saved = checkpoint.read(tmp_path / CHECKPOINT)
    assert all(value.isfinite().all() for value in saved["model"].values())


def test_everything_that_determines_a_run_is_an_option(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All fields of Task and Preset; and the command that trains a result again names all of them."""
    given = (
        "--inputs normal --scale 1/3 --noise 0.1 --updates 12 --batch 32 --learning-rate 0.02 "
        "--decay-learning-rate 0.03 --warm-up 2 --weight-decay 0.25 --averaged 0.5 --checkpoint-every 5 "
        "--decays-from 0.5 --seed 7 --replicas 2 --layers 2"
    )
    status, out, _ = call(capsys, "train", *SIZES, *given.split(), "--out", str(tmp_path / "run"), "--json")
    document = one_document(out)
    found = document["configuration"]
    assert status == 1
    assert found["preset"] == asdict(Preset("quick", 12, 32, 0.02, 0.03, 2, 0.25, 0.5, 5))
    assert (found["inputs"], found["scale"], found["noise"]) == ("normal", 1 / 3, 0.1)
    assert (found["decays"], found["seed"], found["layers"]) == ([0.5, 1.0], 7, 2)
    exact = prediction(2, 3, 2, "normal", Fraction(1, 3), Fraction(1, 10))
    assert document["predicted"] == {key: exact[key] for key in ("coefficients", "loss", "learning_rates")}
    assert any("weight decay 0.25" in what for what in document["not_compared"])
    seen: list[Run] = []
    monkeypatch.setattr("derivations.training.run.run_training", lambda run, *more, **others: (seen.append(run), {}))
    call(capsys, *committed.command("again", found).split()[1:])
    assert configuration(seen[0]) == found
    assert {field.name for field in fields(Preset)} - {"name"} == set(committed.OPTIONS)


def test_a_killed_run_goes_on_with_the_same_table(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """While it runs nobody else can use the folder; the table grows, and has each update once in the end."""
    arguments = *SIZES, "--updates", "800", "--batch", "8", "--checkpoint-every", "60", "--threads", "1"
    command = [sys.executable, "-m", "derivations", "train", *arguments, "--out", str(tmp_path / "killed")]
    table = tmp_path / "killed" / METRICS
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        while not table.exists() or len(table.read_text().splitlines()) < 30:
            assert running.poll() is None
            sleep(0.01)
        running.send_signal(signal.SIGSTOP)
        busy = call(capsys, "train", *arguments, "--out", str(tmp_path / "killed"), "--resume", "auto")
        running.send_signal(signal.SIGKILL)
    assert busy[0] == 2
    assert busy[2].startswith(f"gdssm: another process is at work in {tmp_path / 'killed'}; wait until it ends")
    killed = table.read_text().splitlines()
    for folder in ("killed", "whole"):
        assert call(capsys, "train", *arguments, "--out", str(tmp_path / folder), "--resume", "auto")[0] in (0, 1)
    lines = table.read_text().splitlines()
    assert lines[0] == "update,learning_rate,optimum,loss_0,loss_1,loss_2,loss_3,loss_4"
    assert [int(line.partition(",")[0]) for line in lines[1:]] == list(range(4, 801, 4))
    assert lines == (tmp_path / "whole" / METRICS).read_text().splitlines()
    assert lines[: len(killed)] == killed


@pytest.fixture
def heeding_interrupts() -> Iterator[None]:
    """Ctrl-C, which a background job of a shell ignores, is not ignored here."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeding_interrupts")
def test_ctrl_c_loses_no_update(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits for the end of the update and writes a checkpoint, from which the run goes on to the same bits."""
    update = Training.update

    def interrupted(self: Training[Any]) -> None:
        if self.done == 10:
            signal.raise_signal(signal.SIGINT)  # in the midst of an update
        update(self)

    whole, cut = tmp_path / "whole", tmp_path / "cut"
    trained(capsys, whole, "--noise", "1/7")
    with monkeypatch.context() as patched:
        patched.setattr(Training, "update", interrupted)
        status, _, err = trained(capsys, cut, "--noise", "1/7", "--plot")
    assert status == 130
    goes_on = f"gdssm train --resume --plot --out {cut} goes on from there"
    assert err.splitlines()[-1].endswith(f"{cut / CHECKPOINT} holds the run at update 11 of 30; {goes_on}")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert call(capsys, "train", "--out", str(cut), "--resume")[0] == 1
    ours, theirs = (checkpoint.read(folder / CHECKPOINT) for folder in (cut, whole))
    assert ours["run"] == theirs["run"]
    for key in ("model", "averages"):
        assert all(torch.equal(ours[key][name], value) for name, value in theirs[key].items())
    assert files(cut)[METRICS] == files(whole)[METRICS]
    said = call(capsys, "train", "--out", str(cut), "--resume")[2].splitlines()[0]
    assert said == "gdssm: all 30 updates of this run are done; what it learned is compared again"


def test_sizes_are_needed_for_a_new_run_alone(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for more in ((), ("--features", "2"), ("--resume", "auto")):
        status, _, err = call(capsys, "train", "--out", str(tmp_path / "run"), *more)
        assert (status, err) == (2, "gdssm: name the sizes of a new run with --features and --samples\n")
    status, _, err = call(capsys, "train", "--out", str(tmp_path / "run"), "--resume")
    assert (status, "there is no checkpoint.pt in" in err) == (2, True)


def test_every_option_of_a_run_is_in_its_record() -> None:
    """What `gdssm train` takes is what `options_of` gives back, but for where and how it is shown."""
    parameters = {one.name for one in typer.main.get_command(app.app).commands["train"].params}
    shown = {"out", "device", "threads", "workers", "plot", "resume", "as_json", "help"}
    assert set(options_of(Run(Task(2, 3)))) == parameters - shown


def test_threads_are_part_of_a_run(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    trained(capsys, tmp_path, "--threads", "2")
    status, out, err = trained(capsys, tmp_path, "--resume", "--json")
    assert (status, one_document(out)["threads"]) == (1, 2)
    assert "threads were" not in err
    _, out, err = trained(capsys, tmp_path, "--resume", "--threads", "3", "--json")
    assert one_document(out)["threads"] == 3
    assert "gdssm: threads were 2 and are 3 from here on: the last bits depend on their number\n" in err


def test_the_pictures_of_a_run(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = *SIZES, "--updates", "800", "--replicas", "2", "--noise", "1/7", "--plot"
    _, out, _ = call(capsys, "train", *long, "--out", str(tmp_path / "run"))
    pictures = {f"{name}.{ending}" for name in ("losses", "parameters") for ending in ("svg", "pdf", "png")}
    assert set(files(tmp_path / "run")) == {LOCK, CHECKPOINT, METRICS, RESULT, *pictures}
    assert all(name in out.splitlines()[-1] for name in pictures)
    assert files(tmp_path / "run")["losses.png"].startswith(b"\x89PNG")
    (tmp_path / "run" / "losses.png").write_bytes(b"old")
    _, out, err = call(capsys, "train", "--resume", "--out", str(tmp_path / "run"))
    assert files(tmp_path / "run")["losses.png"].startswith(b"\x89PNG")
    assert (all(name in out.splitlines()[-1] for name in pictures), "pictures" in err) == (True, False)
    for name in pictures:
        (tmp_path / "run" / name).unlink()  # as if the run had been interrupted: it was begun with --plot
    _, out, err = call(capsys, "train", "--resume", "--out", str(tmp_path / "run"))
    assert set(files(tmp_path / "run")) == {LOCK, CHECKPOINT, METRICS, RESULT, *pictures}
    trained(capsys, tmp_path / "plain")
    _, out, err = call(capsys, "train", "--resume", "--out", str(tmp_path / "plain"))
    told = f"No pictures were asked for; gdssm train --resume --plot --out {tmp_path / 'plain'} draws them."
    assert (err.splitlines()[-1], "losses" in out.splitlines()[-1]) == (told, False)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "matplotlib" else find_spec(name))
    status, _, err = trained(capsys, tmp_path / "other", "--plot")
    assert (status, "pip install 'gdssm[notebooks]'" in err, (tmp_path / "other").exists()) == (2, True, False)


@pytest.fixture
def short_runs(monkeypatch: pytest.MonkeyPatch) -> dict[str, Run]:
    """One of the training runs of the numerical part."""
    runs = {"vector targets": cross_check.RUNS["vector targets"]}
    monkeypatch.setattr(cross_check, "RUNS", runs)
    return runs


def test_the_numerical_part_of_verify(capsys: pytest.CaptureFixture[str], short_runs: dict[str, Run]) -> None:
    status, out, err = call(capsys, "verify", "--only", "numeric", "--json")
    document = one_document(out)
    rows = {row["name"]: row for row in document["numeric"]["checks"]}
    assert status == 0, err
    assert list(rows) == ["P1", "P2", "P3", *short_runs]
    assert "claims" not in document
    assert rows["vector targets"]["counts"] == {"optimum": 4}
    assert "passed" in err


def test_verify_does_both_parts(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cross_check, "RUNS", {})
    monkeypatch.setattr(verify, "choose", lambda ids: [CLAIMS["P1"]])
    status, out, _ = call(capsys, "verify", "--json")
    document = one_document(out)
    assert status == 0
    assert [claim["id"] for claim in document["claims"]] == ["P1"]
    assert [row["name"] for row in document["numeric"]["checks"]] == ["P1", "P2", "P3"]
    assert "numeric" not in one_document(call(capsys, "verify", "P1", "--json")[1])


def test_a_construction_that_is_off_fails_the_verification(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cross_check, "RUNS", {})
    monkeypatch.setattr(cross_check, "WindowLayer", lambda: WindowLayer(beta=-eta / N * (1 + eta / 10**9)))
    status, out, _ = call(capsys, "verify", "--only", "numeric")
    assert status == 1
    assert "failed" in out


def test_a_fit_that_misses_fails_the_verification(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, short_runs: dict[str, Run]
) -> None:
    monkeypatch.setattr(
        cross_check, "RUNS", {k: replace(r, preset=replace(r.preset, updates=20)) for k, r in short_runs.items()}
    )
    status, out, _ = call(capsys, "verify", "--only", "numeric")
    assert status == 1
    assert "failed" in out


def test_without_torch_one_line_says_what_to_install(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "torch" else find_spec(name))
    for arguments in (("verify",), ("verify", "--only", "numeric"), ("train", *BRIEF, "--out", str(tmp_path / "run"))):
        status, out, err = call(capsys, *arguments)
        assert (status, out) == (2, "")
        assert "pip install 'gdssm[numeric]'" in err
        assert len(err.splitlines()) == 1
    assert call(capsys, "verify", "P1")[0] == 0
    assert not (tmp_path / "run").exists()


def test_the_symbolic_commands_import_no_torch() -> None:
    code = (
        "import sys; from derivations.cli.app import main; main(['verify', 'P1', '--json']);"
        "main(['predict', '-f', '2', '-N', '3']); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


def test_a_fit_of_nothing_does_not_pass() -> None:
    assert not Fit((), (), None).fits
    assert LARGEST_TRAINED >= 50


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_training_on_a_gpu(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    arguments = "--features", "3", "--samples", "4", "--updates", "2500", "--device", "cuda"
    status, out, _ = call(capsys, "train", *arguments, "--out", str(tmp_path), "--json")
    assert status == 0
    assert one_document(out)["device"] == torch.cuda.get_device_name()
    assert call(capsys, "train", *arguments, "--out", str(tmp_path), "--resume")[0] == 0


def test_a_run_that_cannot_go_on_is_refused_before_pytorch_is_imported(tmp_path: Path) -> None:
    code = (
        "import sys; from derivations.cli.app import main;"
        "print(main(['train', '--resume', '--out', sys.argv[1]]), 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["2", "False"]
    assert f"there is no {CHECKPOINT} in {tmp_path}" in done.stderr
