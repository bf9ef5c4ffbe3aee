"""`prove`: what it accepts is a theorem, and of what it refuses it says which line, and what is left over."""

from __future__ import annotations

import pytest
import sympy
from vocabulary import A, B, N, eta, f, i, n, u, v, x

import gdssm
from gdssm_symbolic import (
    AnyLaw,
    Assumption,
    Calculation,
    Definition,
    DefinitionError,
    Equation,
    Expectation,
    GradientExpansion,
    Hypothesis,
    Induction,
    Mean,
    Name,
    Normal,
    OutsideLanguage,
    ProofError,
    Recurrence,
    Step,
    Sum,
    TooMuchWork,
    Work,
    Zero,
    check,
    prove,
    squared_norm,
    wrap,
)
from gdssm_symbolic.kernel.expressions import Expr

D = Definition(Name("D", (f, 1)), A * u + 2 * v)
d = D.name()
S = Name("S", (f, 1), arity=1)
STATE = Recurrence(S, n, Zero(f, 1), S[n - 1] + x[n])
TOTAL = Equation(S[n], Sum(x[i], i, 1, n))
g = Name("g", (1, 1), takes=((1, 1),))


def induction(*lines: Step) -> Induction:
    """S_n = Σ x_i, with these lines after S_{n+1} = S_n + x_{n+1}."""
    base = Calculation(S[0], (Step(Sum(x[i], i, 1, 0), (STATE,)),))
    return Induction(TOTAL, n, base, Calculation(S[n + 1], (Step(S[n] + x[n + 1], (STATE,)), *lines)))


def refusal(*claim: object, **reasons: object) -> list[str]:
    """The lines of the message, without those that are empty."""
    with pytest.raises(ProofError) as caught:
        prove(*claim, **reasons)  # type: ignore[arg-type]
    return [" ".join(line.split()) for line in str(caught.value).splitlines() if line]


def test_what_is_proved_is_what_was_asked_for() -> None:
    theorem = prove(Equation(B * d, B * A * u + 2 * B * v), B * (A * u + 2 * v), by=[D], title="D multiplied")
    assert theorem.statement == Equation(B * d, B * A * u + 2 * B * v)
    assert (theorem.defined, theorem.title, len(theorem.reasons)) == ((D,), "D multiplied", 2)
    assert prove(Equation(d, A * u + 2 * v), by=D).statement == Equation(d, A * u + 2 * v)
    shorter = prove(Equation(d, A * u + 2 * v), Step(A * u + 2 * v, (D,)))  # its last line is the right side
    assert len(shorter.reasons) == 1
    assert prove(induction(Step(Sum(x[i], i, 1, n + 1), (Hypothesis(TOTAL),)))).statement == TOTAL


def test_a_line_that_does_not_follow_is_shown_with_what_is_left_over() -> None:
    assert refusal(Equation(B * d, B * A * u), B * A * u + 2 * B * v, by=[D]) == [
        "Line 2 does not follow from the line before it:",
        "B A u + 2 B v",
        "(2) = B A u [definition of D]",
        "What is left over (left less right with the reasons put in, in normal form):",
        "2 B v",
    ]


GRAM = Definition(Name("G", (f, f)), Sum(x[i] * x[i].T, i, 1, N))
INSIDE, OUTSIDE = Sum(GRAM.name() * x[i], i, 1, N), GRAM.name() * Sum(x[i], i, 1, N)
#: The sum around it may come from a definition too.
INNER = Definition(Name("K", (f, 1)), INSIDE)


@pytest.mark.parametrize(("left", "by"), [(INSIDE, [GRAM]), (INNER.name(), [INNER, GRAM])], ids=["line", "definition"])
def test_a_definition_is_put_in_where_a_sum_around_it_has_its_index(left: Expr, by: list[Definition]) -> None:
    """One of the two sums is written over another index, in a line of its own; what is stated stays as it is."""
    theorem = prove(Equation(left, OUTSIDE), by=by)
    assert theorem.statement == Equation(left, OUTSIDE)
    assert set(theorem.defined) == set(by)
    assert "= Σ_{j=1..N} (Σ_{i=1..N} x_i x_iᵀ) x_j" in str(theorem)
    told = refusal(Equation(left, 2 * OUTSIDE), by=by)
    assert told[0] == "Line 1 does not follow from the line before it:"
    assert told[-2:] == [
        "What is left over (left less right with the reasons put in, in normal form):",
        "−Σ_{i=1..N} (Σ_{j=1..N} x_i x_iᵀ x_j)",
    ]


def test_decide_takes_reasons_as_prove_does() -> None:
    assert gdssm.decide(INNER.name(), OUTSIDE, by=[INNER, GRAM]).equal
    assert not gdssm.decide(INNER.name(), OUTSIDE, by=GRAM).equal
    found = gdssm.decide(GRAM.name().T, GRAM.name(), by=GRAM)
    assert str(found).startswith("equal, by: ")
    assert not any(block for row in found.difference.blocks for block in row)
    wrong = gdssm.decide(2 * GRAM.name(), GRAM.name(), by=GRAM)
    assert str(wrong).splitlines()[-1].strip() == "Σ_{i=1..N} x_i x_iᵀ"
    with pytest.raises(ProofError, match="gives no reason"):
        gdssm.decide(GRAM.name(), GRAM.name().T, by=["a word"])  # type: ignore[list-item]
    other = Definition(GRAM.name, Sum(x[i] * x[i].T, i, 1, N + 1))
    with pytest.raises(DefinitionError, match="two meanings"):
        gdssm.decide(GRAM.name(), 2 * GRAM.name(), by=[GRAM, other])


def test_functions_are_written_out() -> None:
    told = refusal(Equation(Sum(g(u.T * x[i]) * x[i], i, 1, N), N * g(u.T * v) * u))
    assert told[-1] == "−N u g(uᵀ v) + Σ_{i=1..N} x_i g(uᵀ x_i)"


def test_a_line_of_an_induction() -> None:
    wrong = induction(Step(Sum(x[i], i, 1, n) + 2 * x[n + 1], (Hypothesis(TOTAL),)), Step(Sum(x[i], i, 1, n + 1)))
    told = refusal(wrong)
    assert told[0] == "Line 2 of the induction step does not follow from the line before it:"
    assert told[-1] == "−x_{n+1}"


def test_an_expansion_without_its_remainder() -> None:
    W, H = Name("W", (f, 1)), Name("H", (f, 1))
    loss = Definition(Name("L", (1, 1), takes=(W.shape,)), squared_norm(W()), parameters=(W,))
    slope = Definition(Name("G", W.shape, takes=(W.shape,)), 2 * W(), parameters=(W,))
    told = refusal(GradientExpansion(loss, slope, 0 * squared_norm(H()), H))
    assert told[0] == "Line 1 of the expansion does not follow from the line before it:"
    assert told[-1] == "‖H‖²"


def test_a_line_that_is_outside_the_language_is_shown_with_the_reason() -> None:
    with pytest.raises(OutsideLanguage, match=r"(?s)Line 1 cannot be decided.*The reason: a geometric sum over i"):
        prove(Equation(Sum(eta**i * u, i, 1, n), u))
    with pytest.raises(TooMuchWork, match="more than 3 steps"):
        prove(Equation(A * B * u, A * (B * u)), work=Work(3))


def test_what_no_line_is_to_blame_for() -> None:
    assert refusal(Calculation(A, ())) == ["a calculation without a step"]
    assert refusal(Equation(d, u), by=[u]) == ["App gives no reason for a step"]
    other = Definition(D.name, v)
    with pytest.raises(DefinitionError, match="D has two meanings"):
        prove(Equation(d, A * u + 2 * d), Step(A * u + 2 * v, (D,)), by=[other])
    with pytest.raises(TypeError, match="Induction has lines and reasons of its own"):
        prove(induction(), A)
    with pytest.raises(TypeError, match="Mul is no equation and no proof"):
        prove(A * u, A * u)  # type: ignore[arg-type]


# ---- decisions with reasons ------------------------------------------------------------------------


def test_what_the_core_cannot_decide_is_not_called_different() -> None:
    """Each equality is true, and none is shown: by the core, or with each reason put in once."""
    T, C, D = Name("T", (1, 1)), Name("C", (f, f)), Name("D", (f, f))
    triangle = Definition(T, Sum(wrap(i), i, 1, N))
    with pytest.raises(OutsideLanguage, match="the bound index i stands in a coefficient"):
        gdssm.decide(T(), N * (N + 1) / 2, by=triangle)
    twice = Definition(C, 2 * A), Definition(D, 2 * C())
    assert gdssm.decide(D(), 4 * A, by=twice[::-1]).equal
    assert not gdssm.decide(D(), 5 * A, by=twice[::-1]).equal
    with pytest.raises(ProofError, match="does not follow"):
        gdssm.decide(D(), 4 * A, by=twice)


def test_a_decision_rests_on_no_assumption() -> None:
    K = Name("K", (1, 1))
    assumed = check(Assumption("K is five", Equation(K(), wrap(5))))
    with pytest.raises(ProofError, match="says nothing of what is assumed"):
        gdssm.decide(K() * K(), 25, by=assumed)


def test_indices_that_are_made_up_read_like_nothing_else() -> None:
    """Like no name, and like no size."""
    c, of_i = Name("c", (1, 1), arity=1), Name("i", (1, 1))()
    assert "Σ_{j=1..N} c_j i" in str(gdssm.decide(of_i * Sum(c[n], n, 1, N), 0))
    size = sympy.Symbol("i", integer=True, positive=True)
    X, M = Name("x", (size, 1), arity=1), Name("M", (1, 1))
    assert "all x_j ∈ R^i" in str(prove(Equation(X[1].T * X[1] + X[2].T * X[2], X[2].T * X[2] + X[1].T * X[1])))
    mean = Mean(M, X[1].T * X[1], ((X, Normal(sympy.Integer(1))),))
    assert "x_j ∈ R^i, x_j ∼ 𝒩(0, 1)" in str(check(Expectation(mean, wrap(size))))


def test_only_the_moments_that_have_a_letter_are_named() -> None:
    """A letter ν_k for the moments would be read as that of ν_3, too."""
    c, M = Name("c", (1, 1)), Name("M", (1, 1))
    told = [str(check(Expectation(Mean(M, c(), ((c, AnyLaw("nu", most)),)), wrap(0)))) for most in (1, 5)]
    assert "c symmetric with moments up to order 1" in told[0]
    assert "c symmetric with moments ν₂, ν₄ up to order 5" in told[1]
    with pytest.raises(OutsideLanguage, match="read in one way only"):
        AnyLaw("0 = 1, and k", 1)
