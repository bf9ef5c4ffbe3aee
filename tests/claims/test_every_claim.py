"""P1, P2 and P3: each mutated twin is refuted. And every claim: registered, proved as registered, confirmed."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
import sympy
from explicit import evaluator
from mutants import mutants

from derivations import claims
from derivations.claim import Claim, Contradicted, IllFormed, Outcome, Verdict
from derivations.claims import CLAIMS, proposition_1, proposition_2, proposition_3
from derivations.json_document import schema
from derivations.report.json_report import scope
from derivations.verdict import EVALUATED, EVALUATED_SCALARS, _as_printed, evaluated, judge
from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence.counterexamples import Refuted
from gdssm_symbolic.evidence.small_sizes import holds
from gdssm_symbolic.evidence.unroller import Unroller
from gdssm_symbolic.extensions.functions import decide
from gdssm_symbolic.kernel.definitions import Recurrence
from gdssm_symbolic.kernel.expressions import substitute
from gdssm_symbolic.kernel.statements import ProofError
from gdssm_symbolic.kernel.theorem import Assumption, Theorem
from gdssm_symbolic.layers import ConstructedTokenLayer, Layer, N, TwoHeadLayer, f
from gdssm_symbolic.theory.decide_layer import settle_layer
from gdssm_symbolic.theory.many_steps import L, ManySteps
from gdssm_symbolic.theory.one_step import OneStep
from gdssm_symbolic.writing.documents import WRITERS, Document, inline
from gdssm_symbolic.writing.narration import Statement, lemmas_of, said, tell_counterexample
from gdssm_symbolic.writing.printing import to_text
from gdssm_symbolic.writing.prose import plain

LAYERS: dict[str, Layer] = {"P1": proposition_1.LAYER, "P2": proposition_2.LAYER, "P3": proposition_3.LAYER}
TWINS = [(key, name, twin) for key, layer in LAYERS.items() for name, twin in mutants(layer)]


def statement_of(layer: Layer) -> Statement:
    of = ManySteps(layer) if isinstance(layer, TwoHeadLayer) else OneStep(layer)
    return Statement(of.statement(), of.meanings)


def test_every_module_of_a_claim_is_registered() -> None:
    folder = Path(claims.__file__).parent
    found = {file.stem for file in folder.glob("*.py") if file.stem not in ("__init__", "common_readings")}
    modules = {name for name in vars(claims) if getattr(getattr(claims, name), "CLAIM", None) is not None}
    assert found == modules, "a module is not imported in derivations/claims/__init__.py"
    registered = {name for name in modules if getattr(claims, name).CLAIM in CLAIMS.values()}
    assert found == registered, "a module is not among those of CLAIMS in derivations/claims/__init__.py"
    assert len(CLAIMS) == len(found), "two claims have one id"


@pytest.mark.parametrize("key", CLAIMS)
def test_a_file_of_tests_is_the_claims_own(key: str) -> None:
    """Its first line begins with the claim's id, as this file's does, and something in it has to fail."""
    own = []
    for file in sorted(Path(__file__).parents[1].rglob("test_*.py")):
        text = file.read_text("utf-8")
        ids = re.match(r'"""([A-Z][A-Z0-9]*(?:(?:, | and )[A-Z][A-Z0-9]*)*): ', text)
        if ids and key in re.split(", | and ", ids[1]):
            own.append(file.name)
            assert re.search(r"raises\(ProofError|\bRefuted\b", text), f"nothing has to fail in {file.name}"
    assert own, f'no file of tests begins with """{key}: …, and has mutated twins of it that must fail'


@pytest.mark.parametrize("key", CLAIMS)
def test_claims_come_out_as_registered(outcomes: dict[str, Outcome], key: str) -> None:
    outcome = outcomes[key]
    expected = outcome.claim.expected_as_printed, Verdict.PROVED
    assert (outcome.as_printed, outcome.verdict) == expected, outcome.problem
    assert (outcome.as_printed is Verdict.NOT_PRINTED) == (not outcome.readings)
    assert outcome.findings.as_registered
    assert outcome.theorems[0].statement == outcome.statement.equation
    assert key not in LAYERS or any("$f=1$, $N=1$" in sizes for sizes in outcome.confirmed)
    assert any(sizes.startswith("sizes up to 2") for sizes in outcome.confirmed)
    assert all(isinstance(evidence, Refuted | IllFormed | Contradicted | Theorem) for _, evidence in outcome.readings)


def test_the_headline_is_the_missions() -> None:
    """o_N = −(η/N) Z_N C_N q, with the state adding up the gradient."""
    line = statement_of(proposition_2.LAYER).one_line()
    assert "−(η/N) Z_N C_N q = (0 − η ∇ℒ_N(0))ᵀ x_{N+1}" in line
    assert "Q = [0  0  0; −1  0  0; 0  0  0]" in line
    assert "Z_t = Z_{t−1} + C_t Q C_tᵀ" in line
    assert "C_t = [x_t  y_t  x_{t+1}]" in line
    assert line.startswith("For all f, N ≥ 1, all η, all x_i ∈ R^f, y_i ∈ R^f:")


@pytest.mark.parametrize(("key", "name", "twin"), TWINS, ids=[f"{key} {name}" for key, name, _ in TWINS])
def test_mutated_twins_are_refuted(key: str, name: str, twin: Layer) -> None:
    found = settle_layer(twin)
    assert isinstance(found, Refuted)
    example = found.counterexample
    assert example.left != example.right
    sizes = dict(example.sizes)
    both = Unroller(
        sizes[f], sizes[N], 1 if isinstance(twin, ConstructedTokenLayer) else sizes[f], isinstance(twin, TwoHeadLayer)
    )
    steps = sizes.get(L, 1)
    assert both.output(twin, steps) != both.prediction(steps)
    assert statement_of(twin).one_line() != statement_of(LAYERS[key]).one_line()


@pytest.mark.parametrize("key", LAYERS)
def test_what_is_displayed_is_what_was_decided(key: str) -> None:
    """Changing the decided object changes the displayed statement, in every format."""
    original = statement_of(LAYERS[key])
    for name, twin in mutants(LAYERS[key]):
        changed = statement_of(twin)
        for write in WRITERS.values():
            assert write(changed.document()) != write(original.document()), name


@pytest.mark.parametrize(("key", "name", "twin"), TWINS, ids=[f"{key} {name}" for key, name, _ in TWINS])
def test_closed_forms_are_what_the_unroller_finds(key: str, name: str, twin: Layer) -> None:
    """`computes` gives the mutant's own output: evaluated at f = N = 3, it is that of the recurrence run."""
    of = ManySteps(twin) if isinstance(twin, TwoHeadLayer) else OneStep(twin)
    closed = of.computes()
    value = evaluator(Random(7), (closed.left, closed.right), of.meanings, sizes=(3, 3))
    decayed = substitute(closed.right, {sympy.Symbol("a"): twin.decay})
    assert value(closed.left) == value(decayed)


@pytest.mark.parametrize("key", LAYERS)
def test_a_broken_theorem_is_reported_not_hidden(key: str) -> None:
    """With a false layer in its place, a claim comes out refuted, with the counterexample."""
    twin = dict(mutants(LAYERS[key]))["decay=2"]
    of = ManySteps(twin) if isinstance(twin, TwoHeadLayer) else OneStep(twin)

    def theorems() -> dict[str, Theorem]:
        return {f"{key}.T1": of.output() if isinstance(of, ManySteps) else of.last_step()}

    claim = replace(CLAIMS[key], statement=lambda: statement_of(twin), theorems=theorems)
    outcome = judge(claim)
    assert outcome.verdict is Verdict.REFUTED
    assert outcome.counterexample is not None
    assert not outcome.findings.as_registered


def test_a_proof_of_something_else_does_not_count() -> None:
    claim: Claim = replace(CLAIMS["P2"], theorems=lambda: {"P2.T1": CLAIMS["P2"].theorems()["P2.T2"]})
    outcome = judge(claim)
    assert (outcome.verdict, outcome.problem) == (Verdict.UNDECIDED, "the first theorem is not what is stated")


def test_what_is_printed_holds_in_one_reading_if_another_is_refuted(outcomes: dict[str, Outcome]) -> None:
    held, _, contradicted = (found for _, found in outcomes["GATE"].readings)
    refuted = outcomes["P2"].readings[0][1]
    ill_formed = outcomes["P1"].readings[0][1]
    kinds = Theorem, Contradicted, Refuted, IllFormed
    assert all(map(isinstance, (held, contradicted, refuted, ill_formed), kinds))
    reading = outcomes["GATE"].readings[0][0]

    def judged(*sentences: list[object]) -> Verdict:
        """Of a claim with these sentences, each in the readings that came out so."""
        return _as_printed(
            (replace(reading, printed=f"sentence {k}"), evidence)
            for k, sentence in enumerate(sentences)
            for evidence in sentence
        )

    for other in (contradicted, refuted):
        for evidence in ([held, other], [other, held], [held, other, ill_formed], [None, held, other]):
            assert judged(evidence) is Verdict.IN_ONE_READING
            assert judged(evidence, [held]) is judged(evidence, [ill_formed]) is Verdict.IN_ONE_READING
            assert judged(evidence, [refuted]) is Verdict.REFUTED
        assert judged([held], [other]) is Verdict.REFUTED  # two sentences, one of them false
    assert judged([held, ill_formed]) is judged([held], [ill_formed]) is Verdict.PROVED
    assert judged([refuted, ill_formed]) is Verdict.REFUTED
    for open_question in ([held, None], [refuted, None], [ill_formed]):
        assert judged(open_question) is Verdict.UNDECIDED
    assert judged([held, refuted], [None]) is Verdict.UNDECIDED
    assert judged() is Verdict.NOT_PRINTED


def test_the_scope_says_what_is_conditional_and_what_is_informal(
    outcomes: dict[str, Outcome], written_outcomes: dict[str, str]
) -> None:
    assert inline(scope(outcomes["P2"])) == "all f, N ≥ 1"
    assert inline(scope(outcomes["P4"])) == "all f, N ≥ 1"
    assert inline(scope(outcomes["LIMIT"])) == "all f, N ≥ 1 and L ≥ 0; 12 of 21 theorems assume something"
    assert inline(scope(outcomes["OPTX"])) == "all f, N ≥ 1; 3 of 15 theorems assume something"
    for key, outcome in outcomes.items():
        told = written_outcomes[key]
        assert ("not machine-checked" in told) == bool(outcome.claim.argued)
        assert all(plain(argument)[:40] in told for argument in outcome.claim.argued)
        assert ("assum" in inline(scope(outcome))) == any(theorem.assumptions for theorem in outcome.theorems)


def test_every_verdict_is_in_the_schema() -> None:
    assert schema()["$defs"]["verdict"]["enum"] == [verdict.value for verdict in Verdict]


def test_a_contradicting_unroller_is_an_error() -> None:
    claim = replace(CLAIMS["P2"], confirm=lambda: iter([("f=1, N=1", False)]))
    outcome = judge(claim)
    assert outcome.verdict is Verdict.ERROR
    assert "contradicts" in outcome.problem


def test_a_false_theorem_would_not_be_confirmed() -> None:
    """The evaluation of theorems can fail: an assumption, which nobody checks, is found out."""
    false = check(Assumption("no such thing", OneStep(dict(mutants(proposition_2.LAYER))["-beta"]).statement()))
    held = check(Assumption("this one holds", OneStep(proposition_2.LAYER).statement()))
    assert not holds(false, EVALUATED, EVALUATED_SCALARS)
    assert not holds(held, EVALUATED, EVALUATED_SCALARS)  # without meanings its names are arbitrary
    assert [agrees for _, agrees in evaluated(tuple(CLAIMS["P2"].theorems().values()))] == [True]


def test_the_closed_form_of_many_steps() -> None:
    closed = ManySteps(TwoHeadLayer()).closed().statement
    assert to_text(closed) == "W_Lᵀ = W_0ᵀ B^L + (η/N) Z_N Σ_{k=0..L−1} B^k"


def test_readings_name_what_differs(written_outcomes: dict[str, str]) -> None:
    """A refuted reading shows the printed Q, not the corrected one."""
    text = written_outcomes["P2"]
    printed = text[text.index("Reading P2.1") : text.index("Reading P2.2")]
    assert "Q = [0  1  0; 0  0  0; 0  0  0]" in printed


@pytest.mark.parametrize("key", CLAIMS)
def test_derivations_list_every_rule_and_number_every_line(
    outcomes: dict[str, Outcome], written_outcomes: dict[str, str], key: str
) -> None:
    outcome, text = outcomes[key], written_outcomes[key]
    listed = text[text.index("Rules used") :]
    assert all(f"  - {rule}:" in listed for rule in outcome.rules)
    numbers = [int(number) for number in re.findall(r"^  \((\d+)\) +=", text, flags=re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))
    told = {said(theorem): theorem for theorem in (*outcome.theorems, *lemmas_of(outcome.theorems))}
    assert len(numbers) == sum(len(theorem.reasons) for theorem in told.values())


@pytest.mark.parametrize("key", CLAIMS)
def test_latex_is_plain_ascii_and_balanced(derived_outcomes: dict[str, Document], key: str) -> None:
    latex = WRITERS["latex"](derived_outcomes[key])
    assert latex.isascii()
    assert latex.count(r"\begin{") == latex.count(r"\end{")
    assert latex.count(r"\left") == latex.count(r"\right")
    assert latex.count("{") - latex.count(r"\{") == latex.count("}") - latex.count(r"\}")
    assert latex.count("$") % 2 == 0


def test_counterexamples_are_small(outcomes: dict[str, Outcome]) -> None:
    for outcome in outcomes.values():
        for _, evidence in outcome.readings:
            if isinstance(evidence, Refuted):
                entries = {abs(e) for _, matrix in evidence.counterexample.data for row in matrix for e in row}
                assert entries <= {Fraction(0), Fraction(1, 4), Fraction(1)}  # ¼ is inside (-½, ½)
                assert tell_counterexample(evidence.counterexample).items


def test_the_states_are_recurrences_not_their_sums() -> None:
    """The model states the recurrence; that it adds up to a sum is proved, not assumed."""
    state = OneStep(proposition_2.LAYER).state
    assert isinstance(state, Recurrence)
    unrolled = OneStep(proposition_2.LAYER).unrolled().statement
    assert not decide(unrolled.left, unrolled.right).equal
    with pytest.raises(ProofError):
        OneStep(replace(proposition_2.LAYER, Q=-proposition_2.LAYER.Q)).last_step()
