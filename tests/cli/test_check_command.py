"""gdssm check as its user meets it: files, tables, templates, and every kind of bad input."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from running import call, one_document

from derivations.constructions import check
from derivations.constructions.toml_file import TEMPLATES
from gdssm_symbolic.evidence import from_model
from gdssm_symbolic.kernel.work import TooMuchWork

P2 = TEMPLATES["P2"]
WRONG = P2.replace('"-eta/N"', '"eta/N"')


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Writes a file and returns its name, which is short: what is told of it has the width of a screen."""
    monkeypatch.chdir(tmp_path)

    def write(content: str | bytes, name: str = "construction.toml") -> str:
        Path(name).write_bytes(content.encode() if isinstance(content, str) else content)
        return name

    return write


def test_a_right_construction(capsys: pytest.CaptureFixture[str], file: Any) -> None:
    path = file(P2)
    status, out, err = call(capsys, "check", path)
    assert (status, err) == (0, "")
    assert out.startswith(f"{path}: proved\n")
    assert "For all f, N ≥ 1, all η" in out
    status, out, _ = call(capsys, "check", path, "--json")
    document = one_document(out)
    assert (status, document["verdict"], document["counterexample"]) == (0, "proved", None)
    assert document["computes"] == "−(η/N) Z_N C_N q = (η/N) Σ_{i=1..N} y_i x_iᵀ x_{N+1}"


def test_a_wrong_construction(capsys: pytest.CaptureFixture[str], file: Any) -> None:
    status, out, _ = call(capsys, "check", file(WRONG))
    assert status == 1
    assert "f = 1, N = 1, η = 1; W_* = 1, x_1 = 1, x_2 = 1, so y_1 = 1: −1 ≠ 1" in out
    assert "computes  (η/N) Z_N C_N q = −(η/N) Σ_{i=1..N} y_i x_iᵀ x_{N+1}" in out
    flat = " ".join(out.split())
    assert "targets of a linear model, so that the counterexample is within the paper's assumptions" in flat
    assert (
        "where C_t = [x_t y_t x_{t+1}] for t ≥ 1; Z_0 = 0, Z_t = Z_{t−1} + C_t Q C_tᵀ for t ≥ 1; ∇ℒ_t(W) = (1/t)"
        in flat
    )
    status, out, _ = call(capsys, "check", file(WRONG), "--json")
    document = one_document(out)
    assert (status, document["verdict"]) == (1, "refuted")
    assert document["counterexample"] == {
        "f": 1,
        "N": 1,
        "eta": "1",
        "x": [["1"]],
        "y": [["1"]],
        "x_query": ["1"],
        "model": ["-1"],
        "gd": ["1"],
        "within_assumptions": True,
        "W": [["1"]],  # the linear model of the targets
    }


def stopping(*_: object, **__: object) -> None:
    raise TooMuchWork("too many steps")


def test_targets_that_no_linear_model_gives_are_told(
    capsys: pytest.CaptureFixture[str], file: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no linear model is found, the counterexample stands, and it is said whether the search stopped."""
    for found, told in (
        (lambda *_: None, "none were found of such a model"),
        (stopping, "the search for others stopped after 5,000,000 steps"),
    ):
        monkeypatch.setattr(check, "in_model", found)
        status, out, _ = call(capsys, "check", file(WRONG))
        assert status == 1
        said = f"y_1 = 1: −1 ≠ 1 targets of no linear model, beyond the paper's assumptions; {told}"
        assert said in " ".join(out.split())
    _, out, _ = call(capsys, "check", file(WRONG), "--json")
    found = one_document(out)["counterexample"]
    assert ("W" not in found, found["within_assumptions"]) == (True, False)
    _, out, _ = call(capsys, "check", file(WRONG), file(P2, "right.toml"))
    assert "targets of no linear model" in " ".join(out.split())


def test_a_linear_model_of_the_targets_is_seen_without_a_search(
    capsys: pytest.CaptureFixture[str], file: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(from_model, "refute_where", stopping)
    out = call(capsys, "check", file(WRONG))[1]
    assert "W_* = 1, x_1 = 1, x_2 = 1, so y_1 = 1: −1 ≠ 1\n" in out


def test_a_decay_is_told_with_what_it_computes(capsys: pytest.CaptureFixture[str], file: Any) -> None:
    forgetting = P2.replace('decay  = "1"', 'decay = "1/2"')
    told = call(capsys, "check", file(forgetting))[1]
    assert "a^{N−i} y_i x_iᵀ x_{N+1}, a = 1/2" in " ".join(told.split())
    memoryless = P2.replace('decay  = "1"', "decay = 0")
    assert "computes  −(η/N) Z_N C_N q = (η/N) y_N x_Nᵀ x_{N+1}\n" in call(capsys, "check", file(memoryless))[1]


def test_several_files_make_a_table(capsys: pytest.CaptureFixture[str], file: Any) -> None:
    right, wrong, bad = file(P2, "right.toml"), file(WRONG, "wrong.toml"), file("", "bad.toml")
    status, out, _ = call(capsys, "check", right, wrong)
    assert status == 1
    assert all(word in out for word in ("proved", "refuted"))
    status, out, err = call(capsys, "check", right, bad, wrong, "--json")
    assert status == 2
    entries = one_document(out)["constructions"]
    assert [entry.get("verdict") for entry in entries] == ["proved", None, "refuted"]
    assert entries[1]["error"]["key"] == "tokens"
    assert f"gdssm: {bad}: tokens: missing" in err


def test_several_files_are_told_in_full(capsys: pytest.CaptureFixture[str], file: Any) -> None:
    """As each would be alone, with what is claimed of it; a table of the verdicts comes last."""
    right, wrong, bad = file(P2, "right.toml"), file(WRONG, "wrong.toml"), file("", "bad.toml")
    alone = [call(capsys, "check", one)[1].strip() for one in (right, wrong)]
    _, out, _ = call(capsys, "check", right, bad, wrong)
    assert all(told in out for told in alone)
    assert "bad.toml: unusable\n    tokens    missing" in out
    table = out.split("\n\n")[1].splitlines()
    assert [line.split() for line in table[1:4]] == [[right, "proved"], [bad, "unusable"], [wrong, "refuted"]]
    assert table[4] == "Of 3 files: 1 proved, 1 unusable, 1 refuted."
    assert all(line == line.rstrip() for line in out.splitlines())


@pytest.mark.parametrize("columns", [70, 80])
def test_formulas_are_broken_between_rather_than_inside(
    capsys: pytest.CaptureFixture[str], file: Any, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = [line.strip() for line in call(capsys, "check", file(WRONG))[1].splitlines()]
    first = lines.index("where     C_t = [x_t  y_t  x_{t+1}] for t ≥ 1;")
    assert lines[first + 1] == "Z_0 = 0,  Z_t = Z_{t−1} + C_t Q C_tᵀ for t ≥ 1;"
    assert lines[first + 2].startswith("∇ℒ_t(W) = (1/t)")
    monkeypatch.setenv("COLUMNS", "300")
    assert "for t ≥ 1; Z_0 = 0,  Z_t = " in call(capsys, "check", file(WRONG))[1]


def test_with_json_the_report_is_not_printed_as_well(capsys: pytest.CaptureFixture[str], file: Any) -> None:
    right, wrong = file(P2, "right.toml"), file(WRONG, "wrong.toml")
    assert call(capsys, "check", wrong, "--json")[2] == "wrong.toml: refuted\n"
    assert call(capsys, "check", right, wrong, "--json")[2] == "Of 2 files: 1 proved, 1 refuted.\n"


def test_standard_input(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(WRONG.encode())))
    status, out, _ = call(capsys, "check", "-", "--json")
    assert (status, one_document(out)["file"]) == (1, "-")
    assert call(capsys, "check", "-", "-")[0] == 2


def test_standard_input_that_is_closed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    status, _, err = call(capsys, "check", "-")
    assert (status, err) == (2, "gdssm: -: file: standard input is closed\n")


def test_a_byte_order_mark_is_no_fault(capsys: pytest.CaptureFixture[str], file: Any) -> None:
    assert call(capsys, "check", file(b"\xef\xbb\xbf" + P2.encode()))[0] == 0


def test_a_denominator_that_only_the_whole_shows(capsys: pytest.CaptureFixture[str], file: Any) -> None:
    """What the reader lets pass the core can divide by."""
    first = "eta^2*(5*N^2-23*N*f+45*f^2-9*N+34*f+26)*(N+f+1)^10"
    second = "(4*N^2-9*N*f+16*f^2-6*N+11*f+11)*(N+f+2)^6"
    assert call(capsys, "check", file(with_entry(f"1/({first}+{second})")))[0] == 1


def test_names_with_line_breaks_stay_on_one_line(capsys: pytest.CaptureFixture[str], file: Any) -> None:
    _, _, err = call(capsys, "check", "no\nfile", file(P2))
    assert len(err.splitlines()) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
def test_output_that_cannot_be_written(file: Any) -> None:
    command = [sys.executable, "-m", "derivations", "check", file(P2)]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 70
    assert "Traceback" not in done.stderr


def test_a_terminal_without_greek(file: Any) -> None:
    command = [sys.executable, "-m", "derivations", "check", file(P2)]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, capture_output=True, env=environment, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"proved" in done.stdout


@pytest.mark.parametrize("name", ["P1", "p2", "P3", None])
def test_the_templates(capsys: pytest.CaptureFixture[str], file: Any, name: str | None) -> None:
    arguments = ("check", "--template", *([name] if name else []))
    status, out, _ = call(capsys, *arguments)
    assert (status, out) == (0, TEMPLATES[(name or "P2").upper()])
    assert one_document(call(capsys, *arguments, "--json")[1])["text"] == out
    assert call(capsys, "check", file(out))[0] == 0


def changed(old: str, new: str) -> str:
    assert old in P2
    return P2.replace(old, new)


def with_entry(text: str) -> str:
    return changed('"-eta/N"', f'"{text}"')


def with_key(line: str) -> str:
    return f"{line}\n{P2}"


BAD: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", "tokens"),
    "not TOML": ("tokens = ", "toml"),
    "not text": (b"\xff\xfe\x00", "toml"),
    "nested lists": (f"Q = {'[' * 40_000}", "toml"),
    "nested tables": (f"a{'.a' * 40_000} = 1", "toml"),
    "nested tables, fewer": (f"a{'.a' * 900} = 1", "a"),
    "too large": ("#" * 200_000, "file"),
    "a number of many digits": (f"stride = {'9' * 5_000}", "toml"),
    "a missing key": (changed("beta ", "# beta "), "beta"),
    "an unknown key": (with_key("strid = 2"), "strid"),
    "a key twice": (with_key("stride = 2"), "toml"),
    "a key of another form": (with_key('Psi = ["-1", "0"]'), "Psi"),
    "a key for two heads": (with_key('rate = "1"'), "rate"),
    "unknown tokens": (changed("interleaved", "interleafed"), "tokens"),
    "tokens of another type": (changed('"interleaved"', "[1]"), "tokens"),
    "stride 0": (changed("stride = 2", "stride = 0"), "stride"),
    "stride 3": (changed("stride = 2", "stride = 3"), "stride"),
    "stride true": (changed("stride = 2", "stride = true"), "stride"),
    "stride 2.0": (changed("stride = 2", "stride = 2.0"), "stride"),
    "a 2x3 matrix": (changed('[["0", "0", "0"], ', "["), "Q"),
    "a ragged matrix": (changed('["-1", "0", "0"]', '["-1", "0"]'), "Q"),
    "a flat matrix": (changed('[["0", "0", "0"], ["-1", "0", "0"], ["0", "0", "0"]]', "[0, 0, 0]"), "Q"),
    "a short vector": (changed('q      = ["0", "0", "1"]', 'q = ["0", "1"]'), "q"),
    "a number for a vector": (changed('q      = ["0", "0", "1"]', "q = 1"), "q"),
    "a float": (changed('"-eta/N"', "0.5"), "beta"),
    "an infinite number": (changed('"-eta/N"', "inf"), "beta"),
    "not a number": (changed('"-eta/N"', "nan"), "beta"),
    "a float in a matrix": (changed('["-1", "0", "0"]', '["-1", 0.5, "0"]'), "Q"),
    "a boolean": (changed('"-eta/N"', "true"), "beta"),
    "a date": (changed('"-eta/N"', "2026-11-23"), "beta"),
    "a float in a string": (with_entry("0.5"), "beta"),
    "an unknown symbol": (with_entry("-eta/n"), "beta"),
    "Python": (with_entry("__import__('os').abort()"), "beta"),
    "division by zero": (with_entry("eta/(N-N)"), "beta"),
    "a pole in N": (with_entry("eta/(N-3)"), "beta"),
    "a pole in eta": (with_entry("1/eta"), "beta"),
    "a pole where N = f": (with_entry("1/(N-f)"), "beta"),
    "a large exponent": (with_entry("N^1000000"), "beta"),
    "a tower": (with_entry("((((9^64)^64)^64)^64)^64"), "beta"),
    "nested brackets": (with_entry("(" * 3_000 + "1" + ")" * 3_000), "beta"),
    "nested brackets, fewer": (with_entry("(" * 1_000 + "1" + ")" * 1_000), "beta"),
    "too many terms": (with_entry("(N+f+eta+1)^64"), "beta"),
    "many dear denominators": (
        changed('["-1", "0", "0"]', str(["1/((N-10*f)^64-7)"] * 3).replace("'", '"')).replace("-eta/N", "1/eta"),
        "beta",
    ),
    "a dense denominator in eta": (
        with_entry("1/(" + "+".join(f"{7**k + 10**44}*eta^{k}" for k in range(64)) + ")"),
        "beta",
    ),
    "heads 3": (with_key("heads = 3"), "heads"),
    "no steps": (TEMPLATES["P3"].replace('steps   = "L"', ""), "steps"),
    "steps 0": (TEMPLATES["P3"].replace('"L"', "0"), "steps"),
    "steps by name": (TEMPLATES["P3"].replace('"L"', '"l"'), "steps"),
    "an unknown start": (TEMPLATES["P3"].replace('"W_0"', '"1"'), "start"),
    "a pole in lambda": (TEMPLATES["P3"].replace("2*eta*lambda", "eta/lambda"), "keep"),
    "two heads of constructed tokens": (f"heads = 2\n{TEMPLATES['P1']}", "heads"),
}


@pytest.mark.parametrize(("content", "key"), BAD.values(), ids=BAD)
def test_bad_input(capsys: pytest.CaptureFixture[str], file: Any, content: str | bytes, key: str) -> None:
    path = file(content)
    started = time.perf_counter()
    status, out, err = call(capsys, "check", path)
    assert time.perf_counter() - started < 2
    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert err.startswith(f"gdssm: {path}: {key}: ")
    assert len(err) < len(path) + 250
    status, out, _ = call(capsys, "check", path, "--json")
    error = one_document(out)["error"]
    assert (status, error["key"], f"gdssm: {error['message']}\n") == (2, key, err)


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        (with_key("strid = 2"), "did you mean beta|unknown key"),
        (P2.replace("stride", "strid"), "did you mean stride?"),
        (P2.replace("interleaved", "interleafed"), 'did you mean "interleaved"?'),
        (P2.replace("beta  ", "β"), "write beta for β"),
        (P2.replace("beta  ", '"β"'), "did you mean beta?"),
        (with_entry("0.5"), "write 1/2"),
        (changed('"-eta/N"', "0.5"), "write 1/2"),
        (changed('["-1", "0", "0"]', '["-1", "x", "0"]'), "Q: row 2, column 2: unknown symbol 'x'"),
    ],
)
def test_hints(capsys: pytest.CaptureFixture[str], file: Any, content: str, hint: str) -> None:
    _, _, err = call(capsys, "check", file(content))
    assert any(part in err for part in hint.split("|"))


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        (("check",), "files"),
        (("check", "no such file.toml"), "file"),
        (("check", "/"), "file"),
        (("check", "/dev/zero"), "file"),
        (("check", "a\0b"), "file"),
        (("check", "--template", "P4"), "template"),
        (("check", "--template", "P1", "P2"), "template"),
    ],
    ids=str,
)
def test_bad_arguments(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], key: str) -> None:
    status, out, err = call(capsys, *arguments)
    assert (status, out, len(err.splitlines())) == (2, "", 1)
    assert one_document(call(capsys, *arguments, "--json")[1])["error"]["key"] == key


def test_a_hundred_megabytes_are_not_read(tmp_path: Path) -> None:
    """As a program, with its memory bounded: neither a large file nor an endless one is taken in."""
    large = tmp_path / "large.toml"
    with large.open("wb") as handle:
        handle.truncate(100_000_000)
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (2_000_000_000, 2_000_000_000));"
        "from derivations.cli.app import main; sys.exit(main(['check', sys.argv[1], '--json']))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(large)], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"]["key"] == "file"


@pytest.mark.parametrize("template", ["P2", "online gradient descent"])
def test_a_proof_is_printed_and_for_a_program_it_is_a_field(
    capsys: pytest.CaptureFixture[str], file: Any, template: str
) -> None:
    _, text, _ = call(capsys, "check", "--template", *template.split())
    path = file(text.split("This is ")[0])
    status, out, _ = call(capsys, "check", path, "--proof")
    assert status == 0
    assert "[definition of ∇ℒ]" in " ".join(out.split())
    _, out, _ = call(capsys, "check", path, "--proof", "--json")
    assert "[definition of ∇ℒ]" in one_document(out)["proof"]


def test_what_is_refuted_has_no_proof(capsys: pytest.CaptureFixture[str], file: Any) -> None:
    status, out, _ = call(capsys, "check", file(WRONG), "--proof")
    assert status == 1
    assert "There is no proof: this is refuted." in out
