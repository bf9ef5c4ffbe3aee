"""gdssm unroll as its user meets it: both ways, a wrong construction, and every kind of bad input."""

from __future__ import annotations

import io
import json
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import sympy
from running import call, one_document

import gdssm
from derivations.constructions.toml_file import TEMPLATES
from derivations.constructions.unroll import rounded_up
from derivations.errors import InputError
from derivations.recurrences.templates import TEMPLATES as RECURRENCES
from gdssm_symbolic.evidence import modular

WRONG = TEMPLATES["P2"].replace('"-eta/N"', '"eta/N"')
SMALL = "-f", "2", "-N", "3"


@pytest.fixture
def wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    Path("wrong.toml").write_text(WRONG, "utf-8")
    return "wrong.toml"


@pytest.mark.parametrize("name", ["P1", "P2", "P3"])
def test_written_out(capsys: pytest.CaptureFixture[str], name: str) -> None:
    steps = ("-L", "2") if name == "P3" else ()
    status, out, err = call(capsys, "unroll", name, *SMALL, *steps)
    assert (status, err) == (0, "")
    assert out.startswith(f"{name} at f = 2, N = 3, L = {2 if steps else 1}: exact-at-sizes\n")
    assert "agree  in all entries, as polynomials\n" in out
    status, out, _ = call(capsys, "unroll", name, *SMALL, *steps, "--json")
    document = one_document(out)
    assert (status, document["verdict"], document["differs_at"], document["modular"]) == (
        0,
        "exact-at-sizes",
        None,
        None,
    )
    assert document["sizes"] == {"f": 2, "N": 3, "L": 2 if steps else 1}


def test_at_random_points(capsys: pytest.CaptureFixture[str]) -> None:
    given = ("unroll", "P3", *SMALL, "-L", "2", "--modular", "--trials", "3", "--seed", "7")
    status, out, err = call(capsys, *given)
    flat = " ".join(out.split())
    assert (status, err) == (0, "")
    assert flat.startswith("P3 at f = 2, N = 3, L = 2: probable claim V_2 C_N q = W_2ᵀ x_{N+1}")
    assert "at 3 random points, each modulo a random prime of 61 bits, seed 7" in flat
    status, out, _ = call(capsys, *given, "--json")
    document = one_document(out)
    assert (status, document["verdict"], document["differs_at"]) == (0, "probable", None)
    said = document["modular"]
    assert f"a probability of at most {said['chance']} (Schwartz and Zippel: degree at most 8, 3 trials)" in flat
    assert (said["seed"], said["trials"], said["degree"], len(set(said["primes"]))) == (7, 3, 8, 3)
    exact = modular.evaluate(
        gdssm.TwoHeadLayer(keep=1 - 2 * gdssm.eta * sympy.Symbol("lambda")),
        *(2, 3, 2),
        goal=gdssm.GradientDescent(2, from_zero=False, penalty=sympy.Symbol("lambda")),
        free_start=True,
        trials=3,
        seed=7,
    )
    assert said["primes"] == list(map(str, exact.primes))
    assert exact.chance <= Fraction(Decimal(said["chance"])) < exact.chance * Fraction(11, 10)


@pytest.mark.parametrize("more", [(), ("--modular",)], ids=["polynomials", "points"])
def test_a_wrong_construction(capsys: pytest.CaptureFixture[str], wrong: str, more: tuple[str, ...]) -> None:
    status, out, _ = call(capsys, "unroll", wrong, *SMALL, *more)
    assert status == 1
    assert out.startswith("wrong.toml at f = 2, N = 3, L = 1: refuted\n")
    assert "differ  in entry 1 of the output" in out
    assert "this is certain" in out
    assert "error" not in out
    status, out, _ = call(capsys, "unroll", wrong, *SMALL, *more, "--json")
    document = one_document(out)
    assert (status, document["verdict"], document["differs_at"]) == (1, "refuted", 1)
    if more:
        assert (document["modular"]["trials"], document["modular"]["chance"]) == (1, None)


def test_steps_and_start_are_those_of_the_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From W_0 = 0 the layer may read V_0 transposed or keep anything of it; from any W_0 it may not."""
    monkeypatch.chdir(tmp_path)
    keeps = TEMPLATES["P3"].replace('steps   = "L"', "steps   = 1").replace('"1 - 2*eta*lambda"', '"5"')
    for start, status in (('"0"', 0), ('"W_0"', 1)):
        Path("mine.toml").write_text(keeps.replace('start   = "W_0"', f"start   = {start}"), "utf-8")
        for more in ((), ("--modular",)):
            assert call(capsys, "unroll", "mine.toml", *SMALL, *more)[0] == status
    assert call(capsys, "unroll", "mine.toml", *SMALL, "-L", "1")[0] == 1
    status, _, err = call(capsys, "unroll", "mine.toml", *SMALL, "-L", "2")
    assert (status, err) == (2, "gdssm: the construction states 1, not 2\n")


@pytest.mark.parametrize(
    ("given", "key", "told"),
    [
        (("P3", *SMALL), "steps", "for every number of layers"),
        (("P3", *SMALL, "-L", "21"), "steps", "from 1 to 20, not 21"),
        (("P3", *SMALL, "-L", "0"), "steps", "greater than or equal to 1"),
        (("P2", *SMALL, "-L", "2"), "steps", "one head computes one step"),
        (("P2", "-f", "0", "-N", "1"), "features", "greater than or equal to 1"),
        (("P2", "-f", "1", "-N", "10001"), "samples", "less than or equal to 10000"),
        (("P2", "-N", "1"), "features", "Missing option"),
        (("P2", *SMALL, "--seed", "1"), "seed", "belongs to --modular"),
        (("P2", *SMALL, "--trials", "1"), "trials", "belongs to --modular"),
        (("P2", *SMALL, "--modular", "--trials", "101"), "trials", "less than or equal to 100"),
        (("P2", *SMALL, "--modular", "--seed", "-1"), "seed", "greater than or equal to 0"),
        (("P3", "-f", "30", "-N", "30", "-L", "3"), "features", "at random points (--modular)"),
        (("missing.toml", *SMALL), "file", "missing.toml: file: cannot be read"),
        (("recurrence.toml", *SMALL), "file", "only constructions are unrolled"),
        (("rational.toml", *SMALL), "layer", "no polynomial"),
        (("rational.toml", *SMALL, "--modular"), "layer", "no polynomial"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else None,
)
def test_bad_input_is_one_line(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    given: tuple[str, ...],
    key: str,
    told: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("recurrence.toml").write_text(RECURRENCES["online gradient descent"], "utf-8")
    Path("rational.toml").write_text(TEMPLATES["P2"].replace('"-eta/N"', '"-eta/(N*(1+eta^2))"'), "utf-8")
    status, out, err = call(capsys, "unroll", *given)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert told in err
    status, out, _ = call(capsys, "unroll", *given, "--json")
    assert (status, one_document(out)["error"]["key"]) == (2, key)


def test_standard_input(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(WRONG.encode())))
    status, out, _ = call(capsys, "unroll", "-", *SMALL, "--json")
    assert (status, json.loads(out)["file"]) == (1, "-")


def test_from_python(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = call(capsys, "unroll", wrong, *SMALL)[1].split()
    assert words[words.index("1:") + 1 :] == shown(gdssm.unroll(wrong, 2, 3))
    one = gdssm.unroll(gdssm.TwoHeadLayer(), 20, 40, 3, modular=True, trials=1, seed=5)
    assert (one.verdict.value, one.differs_at, one.seed) == ("probable", None, 5)
    with pytest.raises(InputError, match="seed: -1 is no integer"):
        gdssm.unroll("P2", 2, 3, modular=True, seed=-1)
    with pytest.raises(InputError, match="features: features are a number from 1 to 1,000, not True"):
        gdssm.unroll("P2", True, 3)
    with pytest.raises(InputError, match="samples: samples are a number from 1 to 10,000, not 0"):
        gdssm.unroll("P2", 2, 0)
    with pytest.raises(InputError, match="trials: trials are a number from 1 to 100, not 0"):
        gdssm.unroll("P2", 2, 3, modular=True, trials=0)
    with pytest.raises(InputError, match="layer: one head computes one step from zero"):
        gdssm.unroll(gdssm.WindowLayer(), 2, 3, goal=gdssm.GradientDescent(2))
    with pytest.raises(TypeError, match="states its own goal"):
        gdssm.unroll("P2", 2, 3, goal=gdssm.GradientDescent())


def shown(found: object) -> list[str]:
    """The words of what was found, without the line that names the size."""
    verdict, _, *lines = str(found).splitlines()
    return [verdict, *" ".join(lines).split()]


def test_small_numbers_are_rounded_up() -> None:
    assert rounded_up(Fraction(201, 10**34)) == "2.1e-32"
    assert rounded_up(Fraction(2, 10**32)) == "2e-32"
    assert rounded_up(Fraction(1, 3) ** 1000) == "7.6e-478"
