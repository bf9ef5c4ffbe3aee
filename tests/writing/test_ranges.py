"""A meaning is printed with the indices for which it holds, an assumption with all of which it is assumed."""

from __future__ import annotations

import pytest
import sympy
from vocabulary import A, N, f, n, u

from gdssm_symbolic import Assumption, Calculation, Statement, Step, check, display, prove, refute
from gdssm_symbolic.extensions.impossibility import Impossible
from gdssm_symbolic.extensions.independence import Independent
from gdssm_symbolic.extensions.systems import Joint, Member, System
from gdssm_symbolic.extensions.unit_vectors import UnitVectors
from gdssm_symbolic.kernel.definitions import Definition, Meaning, Recurrence
from gdssm_symbolic.kernel.expressions import Expr, Name, Scalar, Trace, wrap
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.writing.documents import WRITERS, write_markdown, write_text
from gdssm_symbolic.writing.narration import assuming, narrate
from gdssm_symbolic.writing.printing import to_latex, to_text

p, q = (sympy.Symbol(letter, integer=True, positive=True) for letter in "pq")
j, k = sympy.Symbol("j", integer=True), sympy.Symbol("k", integer=True, nonnegative=True)
m = sympy.Symbol("m", integer=True)
NUMBER, W = (1, 1), Name("W", (1, 1))
g, c = Name("g", NUMBER, arity=1, takes=(NUMBER,)), Name("c", NUMBER, arity=1)
Z, V = Name("Z", NUMBER, arity=2), Name("V", (f, f))
OF_W = Definition(g, W(), (p,), (W,))


@pytest.mark.parametrize(
    ("meaning", "text"),
    [
        (OF_W, "g_p(W) = W for p ≥ 1"),
        (Definition(Name("G", (f, f), arity=2, takes=((f, f),)), V(), (p, q), (V,)),
         "G_{p,q}(V) = V for p, q ≥ 1, V ∈ R^{f×f}"),
        (Definition(c, wrap(m), (m,)), "c_m = m"),
        (Definition(c, wrap(k), (k,)), "c_k = k for k ≥ 0"),
        (Recurrence(Z, m, Z[0, j], Z[m - 1, j], (m, j)), "Z_{0,j} given,  Z_{m,j} = Z_{m−1,j} for m ≥ 1"),
        (Recurrence(Z, k, wrap(0), Z[k - 1, p], (k, p), start=2), "Z_{2,p} = 0,  Z_{k,p} = Z_{k−1,p} for k ≥ 3, p ≥ 1"),
    ],
)  # fmt: skip
def test_the_range_stands_with_the_meaning(meaning: Meaning, text: str) -> None:
    assert to_text(meaning) == text
    assert (r"\text{ for }" in to_latex(meaning)) == (" for " in text)


@pytest.mark.parametrize(
    ("left", "told"),
    [
        (g.at((p,), (0,)), "For all p ≥ 1: g_p(0) = 0, where g_p(W) = W"),  # it is said of this p
        (g.at((q,), (0,)), "For all q ≥ 1: g_q(0) = 0, where g_p(W) = W for p ≥ 1"),
        (g.at((2,), (0,)), "For all data: g_2(0) = 0, where g_p(W) = W for p ≥ 1"),
    ],
)
def test_what_the_quantifiers_say_is_not_said_again(left: Expr, told: str) -> None:
    statement = Statement(Equation(left, wrap(0)), (OF_W,))
    assert statement.one_line() == told
    assert (" for p" in write_text(statement.document())) == (" for p" in told)
    assert (r"\text{ for }p" in write_markdown(statement.document())) == (" for p" in told)


def test_of_a_recurrence_the_quantifiers_say_it_only_if_they_begin_with_its_first_step() -> None:
    counted = Recurrence(c, n, wrap(0), c[n - 1])
    assert Statement(Equation(c[n], wrap(0)), (counted,)).one_line() == (
        "For all n ≥ 0: c_n = 0, where c_0 = 0,  c_n = c_{n−1} for n ≥ 1"
    )
    counted = Recurrence(c, p, wrap(0), c[p - 1])
    assert Statement(Equation(c[p], wrap(0)), (counted,)).one_line() == (
        "For all p ≥ 1: c_p = 0, where c_0 = 0,  c_p = c_{p−1}"
    )


def test_a_statement_from_some_size_on_does_not_say_it() -> None:
    s = sympy.Symbol("s")
    independent = Independent(Scalar(s) * c[p], (s,), ((p, 3),))
    said = Statement(independent, (Definition(c, wrap(p), (p,)),)).one_line()
    assert said.startswith("For all p ≥ 3")
    assert said.endswith("for p ≥ 1")


# ---- symbols of one text with other least values --------------------------------------------------

#: It reads like p, and may be any integer.
ANY = sympy.Symbol("p", integer=True)
OVER_ALL = Definition(c, wrap(5), (ANY,))


@pytest.mark.parametrize(
    ("meaning", "told"),
    [
        (OVER_ALL, "c_p = 5 for all integers p"),
        (Definition(c, wrap(5), (p,)), "c_p = 5"),
        (Recurrence(Z, m, wrap(0), Z[m - 1, ANY], (m, ANY)), "Z_{m,p} = Z_{m−1,p} for m ≥ 1, all integers p"),
        (Recurrence(c, ANY, wrap(0), c[ANY - 1]), "c_p = c_{p−1} for p ≥ 1"),
        (Joint(Z, System((Member(Z, wrap(0), Z[m - 1, ANY]),), m, (m, ANY))), "for m ≥ 1, all integers p"),
        (UnitVectors(Name("e", (f, 1), arity=1), ANY), "or 0 if there is none for all integers p"),
    ],
)  # fmt: skip
def test_an_index_that_reads_like_a_symbol_with_a_least_value_has_its_range(meaning: Meaning, told: str) -> None:
    """The meanings for all integers and for p ≥ 1 were told alike, and one proves what the other does not."""
    name = meaning.name
    value = Trace(name[p] * name[p].T) if name.shape != NUMBER else name[(0,) * name.arity]
    said = Statement(Equation(p * value, wrap(0)), (meaning,))
    assert said.one_line().endswith(told)
    assert (" for all integers p" in write_text(said.document())) == (" for all integers p" in told)


def test_a_theorem_and_a_refutation_have_it_too() -> None:
    assert "c_p = 5 for all integers p" in str(prove(Equation(p * c[0], wrap(5 * p)), by=[OVER_ALL]))
    assert "c_p = 5 for all integers p" in str(refute(Equation(p * c[0], wrap(4 * p)), [OVER_ALL]))


def test_what_is_impossible_is_told_with_the_range_of_the_numbers_of_data_sets() -> None:
    w = sympy.Symbol("w")
    for number, told in ((m, "c, m"), (k, "c, k ≥ 0"), (p, "c, p ≥ 1")):
        statement = Impossible(Equation(number * c[1], w * c[2]), (w,), (c, number))
        assert to_text(statement) == f"for no w is {'m' if number is m else number} c_1 = w c_2 for all {told}"
    impossible = Impossible(Equation(p * c[0] * W(), w * W()), (w,), (W, p))
    assert Statement(impossible, (OVER_ALL,)).one_line().endswith("for all W, p ≥ 1, where c_p = 5 for all integers p")


# ---- assumptions ---------------------------------------------------------------------------------

#: x_n is 0 for all n, and not for one.
KNOWN = Assumption("fact", Equation(c[n], wrap(0)))
ZERO = "c_n = 0 for all n ≥ 0"


def used(name: str) -> Theorem:
    fact = check(Assumption(name, KNOWN.statement))
    return check(Calculation(c[n + 1], (Step(wrap(0), (fact,)),)))


def test_an_assumption_is_told_with_its_quantifier() -> None:
    assert ZERO in str(KNOWN)
    assert ZERO in str(check(KNOWN))
    assert ZERO in str(used("fact"))
    assert r"\text{ for all }n \ge 0" in KNOWN._repr_markdown_()  # type: ignore[attr-defined]
    for write in WRITERS.values():
        assert "for all" in write(narrate([used("fact")]))


def test_words_that_name_the_index_have_it_too() -> None:
    assert assuming(used("fact")) == ", assuming that “fact”"
    assert assuming(used("$c_n = 0$")) == ", assuming that “$c_n = 0$”, for all $n ≥ 0$"
    assert assuming(used("none of them")) == ", assuming that “none of them”"


@pytest.mark.parametrize(
    ("left", "told"),
    [
        (Z[j, m], "Z_{j,m} = 0 for all j, m"),
        (Z[k, n], "Z_{k,n} = 0 for all k, n ≥ 0"),
        (Z[1, p], "Z_{1,p} = 0 for all p ≥ 1"),
        (Z[p, j], "Z_{p,j} = 0 for all p ≥ 1, j"),
        (Z[N, p + 1], "Z_{N,p+1} = 0 for all N ≥ 1"),
    ],
)
def test_the_indices_on_the_left_are_quantified(left: Expr, told: str) -> None:
    assert told in str(Assumption("fact", Equation(left, wrap(0))))


def test_without_an_index_nothing_is_added() -> None:
    assert str(Assumption("fact", Equation(A * u, u))).endswith("A u = u")
    assert display.document_of(Assumption("fact", Equation(A, A)))


def test_what_is_assumed_is_printed_where_a_theorem_says_the_same() -> None:
    same = check(Calculation(c[n], (Step(Scalar(0), (check(KNOWN),)),)), "zero")
    told = str(same)
    assert f"Assumed: “fact”:\n\n    {ZERO}" in told
    assert ", assuming that “fact”:\n\n    c_n = 0" in told
    assert told.endswith("[Lemma 1]")


def test_no_theorem_is_its_own_reason() -> None:
    """A lemma that says the same is told in the place of the proof that only names it."""
    D = Definition(Name("D", (f, f)), A + A)
    lemma = check(Calculation(D.name(), (Step(2 * A, (D,)),)))
    again = check(Calculation(D.name(), (Step(2 * A, (lemma,)),)))
    for theorem in again, check(Calculation(D.name(), (Step(2 * A, (again,)),))):
        assert str(theorem).endswith("[definition of D; field]")
