"""Certificates: written from the layers, evaluated against the unroller, and twins that are not accepted."""

from __future__ import annotations

import re
import shutil
import tomllib
from collections.abc import Sequence
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import flint
import pytest

from derivations import certificates
from derivations.certificates import Certificates, Certified, NotCertified, not_certified, without_comments
from derivations.claims import CLAIMS
from derivations.errors import InputError
from derivations.generate.coq import LAYERS, constructions, scalar
from derivations.generate.coq_updates import ROWS, Layer, NotInCoq, Row, updates
from gdssm_symbolic.evidence.unroller import Unroller
from gdssm_symbolic.layers import N, eta, lam

FOLDER = Path(__file__).parents[2] / "certificates"
FILES = FOLDER.parent / "recurrences"
needs_coq = pytest.mark.skipif(shutil.which("coqc") is None, reason="Coq is not installed")
#: Files that are compiled quickly, and prove P1 and P2.
QUICK = (
    "Constructions.v",
    "Statements.v",
    "Proofs/RingTactic.v",
    "Proofs/Gradients.v",
    "Proofs/Layers.v",
    "Proofs/Tokens.v",
)
HELD = """\
From Certificates Require Statements.
From Certificates Require Import Proofs.Gradients Proofs.Layers Proofs.Tokens.
Theorem P2_certified : Statements.P2. Proof. exact P2_holds. Qed.
Print Assumptions P2_certified.
"""


def project(folder: Path, files: Sequence[str], **more: str) -> Certificates:
    """Some of the certificates, copied, and files with a text of their own."""
    options = [line for line in (FOLDER / "_CoqProject").read_text("utf-8").splitlines() if line.startswith("-")]
    own = [f"{name}.v" for name in more]
    (folder / "_CoqProject").write_text("\n".join((*options, *files, *own)), "utf-8")
    for file in files:
        (folder / file).parent.mkdir(exist_ok=True)
        shutil.copy(FOLDER / file, folder / file)
    for name, text in more.items():
        (folder / f"{name}.v").write_text(text, "utf-8")
    return Certificates(folder)


def edited(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert text.count(old) >= 1, "the twin has nothing to change"
    file.write_text(text.replace(old, new, 1), "utf-8")


# ---- what the certificates are about -------------------------------------------------------------


def test_the_numbers_are_those_of_the_layers_that_are_decided() -> None:
    assert (FOLDER / "Constructions.v").read_text("utf-8") == constructions(), "make coq writes it anew"


def test_numbers_as_coq_reads_them() -> None:
    assert scalar(-eta / N) == "- (eta / N%:R)"
    assert scalar(1 - 2 * eta * lam) == "1 - 2%:R * eta * lambda"
    with pytest.raises(TypeError, match="no rational function"):
        scalar(2**eta)


def test_the_claims_that_have_a_certificate() -> None:
    found = Certificates(FOLDER).by_id()
    assert {"P1", "P2", "P3", "P4", "A4", "CE", "STEP", "LSA", "DIM", "STRIDE", "HEADS"} <= found.keys() & CLAIMS.keys()
    assert {"P1.T1", "P2.T1", "P3.T1", "A4.T1"} <= found.keys()
    assert {"OPT1", "OPTL", "OPTG"} <= found.keys()
    assert found.keys().isdisjoint({"OPT1.T1", "OPTL.T1", "OPTG.T1"}), "the moments are not certified"
    assert [one.name for one in found["P2.T1"]] == ["P2"]
    assert found["P2"][0].sha256 != found["P2"][1].sha256


def test_nothing_is_taken_without_a_proof() -> None:
    Certificates(FOLDER).require_nothing_taken()


# ---- the updates of recurrent layers --------------------------------------------------------------


def test_the_updates_are_those_of_the_files() -> None:
    assert (FOLDER / "Updates.v").read_text("utf-8") == updates(FILES), "make coq writes it anew"


def test_a_changed_file_changes_its_update(tmp_path: Path) -> None:
    shutil.copytree(FILES, tmp_path, dirs_exist_ok=True)
    assert updates(tmp_path) == updates(FILES)
    edited(tmp_path / "longhorn.toml", "1 + beta k^T k", "1 - beta k^T k")
    assert updates(tmp_path) != updates(FILES)


def up_to_letters(definition: str) -> str:
    """The definition of an update, whatever it and its arguments are called."""
    text = re.sub(r"\w+_update", "update", definition, count=1)
    head = text.partition(":=")[0]
    letters = [letter for group in re.findall(r"\(([\w ]+) : (?!nat\)|com)", head) for letter in group.split()]
    letters += re.findall(r"let (\w+) :=", text)
    for number, letter in enumerate(letters):
        text = re.sub(rf"(?<![\w']){letter}(?!\w)", f"_{number}", text)
    return " ".join(text.split())


def updates_of(file: str) -> set[str]:
    """The updates of a file up to letters: of its layers, and of their states one by one."""
    table = tomllib.loads((FILES / f"{file}.toml").read_text("utf-8"))
    found = set()
    for section in {"layer", "other"} & table.keys():
        states = [letter for letter in table[section] if letter != "output"]
        for some in ((), *((letter,) for letter in states)):
            with suppress(NotInCoq):
                found.add(up_to_letters(Layer(FILES, Row(file, section, some)).definition(file)))
    return found


BODIES = dict(
    re.findall(r"^Definition (\w+) : Prop :=(.*?\.)(?=\s)", (FOLDER / "Recurrences.v").read_text("utf-8"), re.M | re.S)
)


@pytest.mark.parametrize(
    "one", [one for one in Certificates(FOLDER).statements() if one.name in BODIES], ids=lambda one: one.name
)
def test_a_statement_is_about_the_updates_of_its_file(one: Certified) -> None:
    """Of the file of its name, if there is one; else of a file that its comment names."""
    files = [one.name] if (FILES / f"{one.name}.toml").exists() else one.ids
    there = {update for file in files for update in updates_of(file)}
    for name in re.findall(r"(\w+)_update", BODIES[one.name]):
        assert up_to_letters(Layer(FILES, ROWS[name]).definition(name)) in there


#: An update that a statement uses, and what it is given: letters, or letters at a token.
USE = re.compile(r"(\w+)_update((?:\s+(?:\([^()]*\)|[\w']+))+)")


def parameters(definition: str) -> tuple[list[str], list[str]]:
    """The letters that a definition takes: sizes, and all others in their order."""
    groups = re.findall(r"\(([\w' ]+) : (nat\)|com\w+\))?", definition.partition(":=")[0])
    sizes = [letter for letters, kind in groups if kind == "nat)" for letter in letters.split()]
    return sizes, [letter for letters, kind in groups if not kind for letter in letters.split()]


def letter_given(argument: str) -> str:
    """The letter of `k`, `(k t)`, and of `(alpha t.-1)`, which is that of the token before."""
    letter, *at = argument.strip("()").split()
    return f"{letter}_before" if at == ["t.-1"] else letter


@pytest.mark.parametrize("name", [name for name, body in BODIES.items() if USE.search(body)])
def test_a_statement_gives_an_update_what_it_takes_in_its_order(name: str) -> None:
    """Whatever the state, which comes first, is called. The letters k1 and k2 are `k t` and `k' t`."""
    for update, text in USE.findall(BODIES[name]):
        sizes, taken = parameters(Layer(FILES, ROWS[update]).definition(update))
        given = [letter_given(argument) for argument in re.findall(r"\([^()]*\)|[\w']+", text)]
        rest = [letter for letter in given if letter not in sizes][1:]
        assert rest == [re.sub(r"(\w)2$", r"\1'", re.sub(r"(\w)1$", r"\1", letter)) for letter in taken[1:]]


# ---- evaluated -----------------------------------------------------------------------------------

EVALUATED = """\
From mathcomp Require Import all_ssreflect all_algebra.
From Certificates Require Import Constructions Statements.
Import GRing.Theory.
Local Open Scope ring_scope.
Definition data (rows : seq (seq (seq rat))) (i : nat) : 'cV[rat]_2 := entries 2 1 (nth [::] rows i).
Definition x := data {inputs}.
Definition y := data {targets}.
Ltac evaluate :=
  rewrite /head_output /last_state /last_readout /windows /entrywise /window_number /window !mxE /=;
  repeat (rewrite ?big_ord_recl ?big_ord0 ?mxE /=); apply/eqP; vm_compute; reflexivity.
Goal head_output x y (P2_Q _) (P2_q _) (const_mx (P2_decay _)) (P2_beta {rate} 2) P2_stride 2 {row} ord0 = {value}.
Proof. evaluate. Qed.
"""
INPUTS, TARGETS = [[0, 0], [1, 2], [3, -1], [2, 5]], [[0, 0], [4, -3], [1, 7]]
RATE = Fraction(3, 2)


def rational(number: Fraction) -> str:
    return f"(({number.numerator})%:~R / {number.denominator}%:R)"


def columns(rows: Sequence[Sequence[int]]) -> str:
    return f"[:: {'; '.join('[:: ' + '; '.join(f'[:: ({one})%:~R]' for one in row) + ']' for row in rows)}]"


def of_the_unroller() -> list[Fraction]:
    """The output of P2's layer at these data, by our unroller."""
    both = Unroller(2, 2, 2)
    data = [one for rows in (INPUTS[1:], TARGETS[1:]) for row in rows for one in row]
    at = [flint.fmpq(one) for one in data] + [
        flint.fmpq(RATE.numerator, RATE.denominator),
        flint.fmpq(0),
        flint.fmpq(0),
    ]
    values = [entry(*at) for entry in both.output(LAYERS["P2"][0])]
    return [Fraction(int(value.p), int(value.q)) for value in values]


@needs_coq
@pytest.mark.parametrize(("row", "ordinal"), [(0, "ord0"), (1, "(lift ord0 ord0)")])
def test_a_definition_in_coq_has_the_value_that_the_unroller_gives(tmp_path: Path, row: int, ordinal: str) -> None:
    told = {"inputs": columns(INPUTS), "targets": columns(TARGETS), "rate": rational(RATE), "row": ordinal}
    value = of_the_unroller()[row]
    project(tmp_path, QUICK[:2], Evaluated=EVALUATED.format(**told, value=rational(value))).compile()
    other = EVALUATED.format(**told, value=rational(value + 1))
    with pytest.raises(NotCertified, match=r"Evaluated.v: Coq does not accept it"):
        project(tmp_path, QUICK[:2], Evaluated=other).compile()


# ---- twins that must fail ------------------------------------------------------------------------


@needs_coq
def test_the_certificate_of_one_claim_is_accepted(tmp_path: Path) -> None:
    project(tmp_path, QUICK, Held=HELD).compile()


@needs_coq
@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("Constructions.v", "P2_beta : R := - (eta / N%:R)", "P2_beta : R := eta / N%:R"),
        (
            "Constructions.v",
            "[:: [:: 0; 0; 0]; [:: - 1; 0; 0]; [:: 0; 0; 0]]",
            "[:: [:: 0; - 1; 0]; [:: 0; 0; 0]; [:: 0; 0; 0]]",
        ),
        ("Statements.v", "P2_stride N = W1^T *m x N.+1.", "P2_stride N = W1^T *m x N."),
        (
            "Statements.v",
            "forall (R : realFieldType) f N (x y : nat -> 'cV[R]_f) eta W1, (0 < N)%N ->\n  step",
            "forall (R : realFieldType) f N (x y : nat -> 'cV[R]_f) eta W1,\n  step",
        ),
    ],
    ids=["a wrong sign", "a swapped entry of Q", "an edited statement", "a dropped hypothesis"],
)
def test_twins_are_not_accepted(tmp_path: Path, file: str, old: str, new: str) -> None:
    made = project(tmp_path, QUICK, Held=HELD)
    edited(tmp_path / file, old, new)
    with pytest.raises(NotCertified, match="Coq does not accept it"):
        made.compile()


LIGHT = ("Constructions.v", "Statements.v", "Proofs/RingTactic.v")
LAYERS_PROVED = (*LIGHT, "Proofs/Gradients.v", "Proofs/Layers.v")
MODELS = (*LAYERS_PROVED, "Proofs/Losses.v", "Proofs/Models.v")


@needs_coq
@pytest.mark.parametrize(
    ("files", "file", "old", "new"),
    [
        ((*LIGHT, "Proofs/BestSteps.v"), "Statements.v", "mu2 * (m 0%N - 2%:R * ", "mu2 * (m 0%N - 3%:R * "),
        ((*LIGHT, "Proofs/BestSteps.v"), "Statements.v", "  H *m best = OPTL_b L (trace_moment p X) ->\n", ""),
        ((*LIGHT, "Proofs/BestSteps.v"), "Statements.v", "d^T *m H *m d) 0 0)", "d^T *m H *m d) 0 0 - 1)"),
        ((*LIGHT, "Proofs/BestSteps.v"), "Statements.v", "residual.[a] = 0 -> 0 < a", "residual.[a] = 0 -> 1 < a"),
        ((*LIGHT, "Proofs/BestSteps.v"), "Statements.v", "size residual = L.+1", "size residual = L"),
        ((*LAYERS_PROVED, "Proofs/BestLayer.v"), "Statements.v", "C i N.-1 b l * delta i c 0) = 0", "0) = 0"),
        (
            (*LAYERS_PROVED, "Proofs/BestLayer.v"),
            "Statements.v",
            "C i N.-1 b l * (target i - best i) c 0) = 0",
            "0) = 0",
        ),
        (
            (*LAYERS_PROVED, "Proofs/Losses.v"),
            "Statements.v",
            "is_gradient A 0 alpha -> \\sum_k y k 0 = 1 ->",
            "is_gradient A 0 alpha ->",
        ),
        (
            (*LAYERS_PROVED, "Proofs/Printed.v"),
            "Constructions.v",
            "P3_printed_Q : 'M[R]_3 := entries 3 3 [:: [:: 0; 1; 0]; [:: 0; 0; 0]; [:: 0; 0; 0]]",
            "P3_printed_Q : 'M[R]_3 := entries 3 3 [:: [:: 0; 0; 0]; [:: 1; 0; 0]; [:: 0; 0; 0]]",
        ),
        (MODELS, "Statements.v", "(g 0 * d) *: (e1 *m r^T)", "(g 0) *: (e1 *m r^T)"),
        (
            ("Constructions.v", "Statements.v", "Updates.v", "Recurrences.v", "Proofs/RecurrenceSums.v"),
            "Updates.v",
            "a *: S + v *m k^T",
            "a *: S - v *m k^T",
        ),
    ],
    ids=[
        "OPTL: another factor",
        "OPTL: the equations of the coefficients dropped",
        "OPTL: more than is true",
        "OPTL: more than is true of the rates",
        "OPTL: a zero less",
        "OPTG: the normal equations dropped",
        "OPTG: no better layer, the normal equations dropped",
        "CE: cross-entropy, for targets that do not add up to 1",
        "P3: the corrected Q taken for the printed one",
        "P4: a factor dropped in the layer",
        "an update with another sign",
    ],
)
def test_twins_of_a_statement_have_no_proof(
    tmp_path: Path, files: Sequence[str], file: str, old: str, new: str
) -> None:
    made = project(tmp_path, files)
    edited(tmp_path / file, old, new)
    with pytest.raises(NotCertified, match=rf"{files[-1]}: Coq does not accept it"):
        made.compile()


@needs_coq
def test_an_axiom_is_found_in_what_a_theorem_rests_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where no word of the file gives it away."""
    held = "Axiom false : False.\nTheorem P_certified : Two.P. Proof. exact two. Qed.\nPrint Assumptions P_certified.\n"
    stated = "(* P2 *)\nDefinition P : Prop := 1 = 2.\n"
    text = "From Certificates Require Two.\nTheorem two : Two.P. Proof. exact (match false with end). Qed.\n"
    first, *others = held.splitlines(keepends=True)
    made = project(tmp_path, (), Two=stated, Held=first + text + "".join(others))
    with pytest.raises(NotCertified, match="Axiom takes something without a proof"):
        made.compile()
    monkeypatch.setattr(Certificates, "require_nothing_taken", lambda _: None)
    with pytest.raises(NotCertified, match="rests on axioms"):
        made.compile()


@pytest.mark.parametrize(
    "line",
    [
        "Admitted.",
        "Axiom a : False.",
        "Parameter a : nat.",
        "Conjecture a : False.",
        "Variable a : nat.",
        "Unset Guard Checking.",
    ],
)
def test_words_that_take_something_are_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(NotCertified, match=r"line 2: .* takes something without a proof"):
        project(tmp_path, (), One=f"(* Axiom, in a comment (* and another *) *)\n{line}\n").require_nothing_taken()


def test_what_a_section_is_about_may_be_a_variable(tmp_path: Path) -> None:
    project(tmp_path, (), One="Section S.\nVariable a : nat.\nEnd S.\n").require_nothing_taken()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("(* P2 *)\nDefinition P : Prop := True.\n", "P is stated and not proved"),
        ("(* of nothing *)\nDefinition P : Prop := True.\n", "names no claim"),
        ("Theorem Q_certified : One.P. Proof. exact p. Qed.\n", "Q_certified is about P"),
    ],
)
def test_what_is_stated_has_a_proof_and_is_about_something(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(NotCertified, match=why):
        project(tmp_path, (), One=text).statements()


def test_without_coq_the_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificates.shutil, "which", lambda _: None)
    with pytest.raises(InputError, match="apt-get install coq libcoq-mathcomp-algebra"):
        Certificates(FOLDER).compile()


def test_what_to_install_is_in_one_place() -> None:
    assert "libcoq" not in (FOLDER.parent / ".ci/run").read_text("utf-8")


def test_a_folder_without_certificates(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no certificates"):
        Certificates(tmp_path)


def test_what_a_comment_calls_not_certified_is_told_with_the_certificate() -> None:
    comment = "P2: a claim. That x is\n   y is NOT certified here; no. The rest is. So is z: NOT certified"
    assert not_certified(comment) == ("That x is y is NOT certified here; no.", "So is z: NOT certified")
    (one,) = (one for one in Certificates(FOLDER).by_id()["OPT1"] if one.name == "OPT1_algebra")
    assert "the expected squared error is this polynomial" in one.entry()["not_certified"][0]


def test_comments_may_stand_inside_one_another() -> None:
    assert without_comments("a (* b (* c *) d *) e\nf") == "a  e\nf"
