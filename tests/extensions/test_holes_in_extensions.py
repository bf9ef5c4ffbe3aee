"""Holes found in a second review, in functions, limits, instances, gradients and impossibility: each is shut."""

from __future__ import annotations

import pytest
import sympy
from vocabulary import N, a, eta, f, i, u, x

from derivations.claim import Verdict
from derivations.verdict import _verdict
from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.differentiation import Differentiation
from gdssm_symbolic.extensions.expectation import Mean
from gdssm_symbolic.extensions.impossibility import Absurdity, ByCoefficients, Case, Coefficient, Impossible
from gdssm_symbolic.extensions.independence import Independence, Independent
from gdssm_symbolic.extensions.instances import Instance
from gdssm_symbolic.extensions.laws import AnyLaw
from gdssm_symbolic.extensions.limits import Limit, Passage
from gdssm_symbolic.kernel.definitions import Definition, DefinitionError, Recurrence
from gdssm_symbolic.kernel.expressions import Expr, Identity, Mul, Name, Scalar, Sum, Trace, Zero
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.proofs import Calculation, Specialisation, Step
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Assumption
from gdssm_symbolic.writing.documents import WRITERS, Heading
from gdssm_symbolic.writing.narration import Statement, narrate

REFUSALS = (ProofError, OutsideLanguage, DefinitionError)
p = sympy.Symbol("p", integer=True, positive=True)
L = sympy.Symbol("L", integer=True, nonnegative=True)
s = sympy.Symbol("s", integer=True)
theta = sympy.Symbol("theta")
B, P, C = (Name(letter, (f, f)) for letter in "BPC")
K, c = Name("K", (1, 1)), Name("c", (1, 1))
g = Name("g", (1, 1), takes=((1, 1),))


def S(value: object) -> Expr:
    return Scalar(sympy.sympify(value, strict=True))


def refused(proof: object, reason: str | None = None) -> None:
    with pytest.raises(REFUSALS, match=reason):
        check(proof)  # type: ignore[arg-type]


# ---- lemmas about functions ----------------------------------------------------------------------


def test_a_lemma_at_another_index_than_its_argument() -> None:
    """F_p(x_p) = 2 x_p says nothing of F_N(x_p) = x_p + x_N."""
    F, U = Name("F", (f, 1), arity=1, takes=((f, 1),)), Name("U", (f, 1))
    of = Definition(F, U() + x[p], (p,), (U,))
    lemma = check(Calculation(F.at((p,), (x[p],)), (Step(2 * x[p], (of,)),)))
    refused(Calculation(F.at((N,), (x[p],)), (Step(2 * x[N], (lemma,)),)))
    assert check(Calculation(F.at((N,), (x[N],)), (Step(2 * x[N], (lemma,)),)))


def test_a_lemma_at_an_argument_that_is_summed_over() -> None:
    """Inside a sum from 0 on, p is not the p ≥ 1 of the lemma: p/p has a pole there."""
    lemma = check(Calculation(g(c()), (Step(K(), (Definition(g, K(), (), (c,)),)),)))
    odd = Mul((S(p), S(1 / p), c()))
    assert check(Calculation(g(odd), (Step(K(), (lemma,)),)))
    refused(Calculation(Sum(g(odd), p, 0, N), (Step((N + 1) * K(), (lemma,)),)))


# ---- limits --------------------------------------------------------------------------------------

POWERS = check(Assumption("the powers of B tend to P", Limit(B() ** L, L, P())))


def test_the_index_of_a_limit_bound_in_a_sum() -> None:
    finite = Sum(B() ** L, L, 1, 3)
    general = check(Calculation(C(), (Step(finite, (Definition(C, finite),)),)))
    refused(Passage(general, POWERS), "bound by a sum")


def test_a_limit_for_some_p_in_a_sum_over_others() -> None:
    of = Name("C", (f, 1), arity=2)
    known = check(Assumption("C_pL tends to u for p ≥ 1", Limit(of[p, L], L, u)))
    total = Definition(Name("E", (f, 1), arity=1), Sum(of[p, L], p, 1, N), (L,))
    general = check(Calculation(total.left, (Step(total.body, (total,)),)))
    refused(Passage(general, known), "bound by a sum")
    below = Definition(total.name, Sum(of[p, L], p, -3, N), (L,))
    refused(Calculation(below.left, (Step(below.body, (below,)),)), "runs from -3")


def test_the_index_of_a_limit_is_no_other_symbol() -> None:
    """With L ≥ 1 and L ≥ 0 both in play, nothing is put in: C = Bᴸ for one L, which is no limit."""
    positive = sympy.Symbol("L", integer=True, positive=True)
    general = check(Calculation(C(), (Step(B() ** positive, (Definition(C, B() ** positive),)),)))
    refused(Passage(general, POWERS))


# ---- impossible ----------------------------------------------------------------------------------

U, A = Name("u", (f, 1)), Name("A", (f, f))
NOT_ZERO = check(Independence(Independent(theta * u, (theta,))))
ONE = check(Independence(Independent(theta * S(1), (theta,))))
ZERO = Zero(f, 1)


@pytest.mark.parametrize("factor", [1 / a, 1 / (a - 1), a ** (-p), 1 / eta], ids=str)
def test_divided_by_what_may_be_0(factor: sympy.Expr) -> None:
    """a u = 0 holds for a = 0, whatever it is divided by."""
    left = 1 / factor
    refused(Absurdity(Impossible(Equation(left * u, ZERO), (a,), (U,)), (Case(S(factor)),), u, NOT_ZERO))
    numbers = Impossible(Equation(left * c(), Zero(1, 1)), (a,), (c,))
    refused(ByCoefficients(numbers, (Coefficient(c(), S(left), S(factor)),)))
    v = Name("v", (f, 1))
    data = Definition(v, factor * u)
    refused(Absurdity(Impossible(Equation(left * v(), ZERO), (a,), (v,)), (Case(S(1), (data,)),), u, NOT_ZERO))


def test_divided_by_what_is_never_0() -> None:
    statement = Impossible(Equation((N + 1) * u, ZERO), (a,), (U,))
    assert check(Absurdity(statement, (Case(S(1 / (N + 1))),), u, NOT_ZERO))


def test_a_pole_behind_a_name() -> None:
    hidden = Definition(K, S(1 / a))
    statement = Impossible(Equation(a * u, ZERO), (a,), (U,))
    refused(Absurdity(statement, (Case(K()),), u, NOT_ZERO, by=(hidden,)), "hide")
    v = Name("v", (f, 1))
    elsewhere = Impossible(Equation(a * v(), ZERO), (a,), (v,))
    refused(
        Absurdity(elsewhere, (Case(S(1), (Definition(v, K() * u),)),), u, NOT_ZERO, by=(hidden,)),
        "hide",
    )


def test_what_is_assumed_of_an_unknown_or_of_data() -> None:
    """A = 2 I is one of the unknown A, whatever is assumed."""
    known = check(Assumption("A is I", Equation(A(), Identity(f))))
    statement = Impossible(Equation(A() * u, 2 * u), (A,), (U,))
    refused(Absurdity(statement, (Case(S(1)),), -u, NOT_ZERO, sympy.Integer(-1), (), (known,)), "restrict")


def test_what_is_given_is_fixed() -> None:
    """s φ(s) = 1 for all s that are not 0, with φ(s) = 1/s."""
    phi = Name("φ", (1, 1), takes=((1, 1),))
    equation = Equation(s * phi(S(s)), S(1))
    for given in (S(s), phi(S(3))):
        with pytest.raises(ValueError, match="is fixed"):
            Impossible(equation, (phi,), (s,), (given,))
    hidden = Definition(K, S(a))
    statement = Impossible(Equation(a * u, ZERO), (a,), (U,), (K(),))
    refused(Absurdity(statement, (Case(S(1)),), K() * u, NOT_ZERO, given=(K(),), by=(hidden,)), "hide")


def test_unknowns_that_can_be_read_once() -> None:
    statement = Impossible(Equation(a * u, ZERO), iter((a,)), (U,), (S(eta),))  # type: ignore[arg-type]
    assert statement.unknowns == (a,)
    with pytest.raises(ValueError, match="is fixed"):
        Impossible(Equation(a * u, ZERO), iter((a,)), (U,), (S(a),))  # type: ignore[arg-type]


def test_a_name_in_two_roles() -> None:
    """n + 1 is not 0 for n = 0, 1, …; the unknown number n is another, which would look the same."""
    size, number = sympy.Symbol("n", integer=True, nonnegative=True), sympy.Symbol("n")
    for unknown in (number, Name("n", (f, f))):
        statement = Impossible(Equation((size + 1) * u, ZERO), (unknown,), (U,))
        absurd = Absurdity(statement, (Case(S(1)),), (size + 1) * u, NOT_ZERO, size + 1)
        refused(absurd, "two different things|both called")


# ---- symbols, definitions, means -----------------------------------------------------------------


def test_a_symbol_that_reads_like_an_expression() -> None:
    b = sympy.Symbol("b")
    refused(Calculation(g(S(a * b)), (Step(g(S(sympy.Symbol("a*b")))),)), "reads like")
    for name in ("1", "f + 1"):
        size = sympy.Symbol(name, integer=True, positive=True)
        square = Name("Q", (size, size))(), Name("R", (size, size))()
        refused(Calculation(square[0] * square[1], (Step(square[1] * square[0]),)), "reads like")
        refused(Calculation(Trace(Identity(size)) + f, (Step(Trace(Identity(f + 1)) + f),)))


def test_parameters_are_what_they_look_like() -> None:
    W = Name("W", (f, 1))
    loss = Name("ℒ", (1, 1), takes=((f, 1),))
    with pytest.raises(DefinitionError, match="looks like"):  # it would have the gradient 0
        Definition(loss, u.T * Name("W", (f, 1), arity=1)[1], (), (W,))
    with pytest.raises(DefinitionError, match="alike"):
        Definition(Name("F", (f, 1), takes=((f, 1), (f, 1))), W(), (), (W, W))
    with pytest.raises(DefinitionError, match="has indices"):  # F(u) = u - u
        Definition(Name("F", (f, 1), takes=((f, 1),)), x[1] - x[2], (), (x,))
    with pytest.raises(DefinitionError, match="other shapes"):
        Definition(loss, S(1), (), (Name("W", (f, f)),))


def test_indices_are_what_they_look_like() -> None:
    """Z_1 = Z_0 + ξ_t with Z_t = Z_{t-1} + ξ_t, but for another t."""
    t, other = sympy.Symbol("t", integer=True, positive=True), sympy.Symbol("t", integer=True)
    Z, xi = Name("Z", (f, 1), arity=1), Name("ξ", (f, 1), arity=1)
    with pytest.raises(DefinitionError, match="looks like"):
        Recurrence(Z, t, ZERO, Z[t - 1] + xi[other])
    state = Recurrence(Z, t, ZERO, Z[t - 1] + x[t])
    theorem = check(Calculation(Z[1], (Step(Z[0] + x[1], (state,)),)))
    refused(Instance(theorem, (Definition(x, xi[other], (i,)),)), "looks like")


def test_functions_have_no_law() -> None:
    with pytest.raises(DefinitionError, match="a function has a law"):
        Mean(K, g(S(0)) * g(S(0)), ((g, AnyLaw("mu", 2)),))


# ---- instances and what is assumed ---------------------------------------------------------------


def test_an_instance_of_what_is_assumed() -> None:
    """That x_1 = 0 says nothing of ξ_1."""
    zero = check(Assumption("x_1 is 0", Equation(x[1], ZERO)))
    theorem = check(Calculation(2 * x[1], (Step(ZERO, (zero,)),)))
    refused(Instance(theorem, (Definition(x, Name("ξ", (f, 1), arity=1)[i], (i,)),)), "assumed")


def test_a_symbol_of_which_something_is_assumed_is_not_varied() -> None:
    """That K = η says nothing of 5, and that K = p nothing of Z_5."""
    known = check(Assumption("K is η", Equation(K(), S(eta))))
    refused(Specialisation(check(Calculation(2 * K(), (Step(S(2 * eta), (known,)),))), {eta: sympy.Integer(5)}))
    here = check(Assumption("K is p", Equation(K(), S(p))))
    constant = Definition(Name("Z", (1, 1), arity=1), K(), (i,))
    lemma = check(Calculation(constant.name[p], (Step(K(), (constant,)), Step(S(p), (here,)))))
    refused(Calculation(constant.name[5], (Step(S(5), (lemma,)),)), "varies p")


def test_an_instance_with_a_pole() -> None:
    theorem = check(Calculation(x[0] - x[0], (Step(ZERO),)))
    refused(Instance(theorem, (Definition(x, 1 / i * u, (i,)),)), "divides by zero")
    even = sympy.Symbol("i", integer=True, even=True)  # nothing would be put in
    refused(Instance(theorem, (Definition(x, Name("ξ", (f, 1), arity=1)[even], (even,)),)), "at every index")


# ---- what a claim states -------------------------------------------------------------------------


def test_a_claim_shows_the_meanings_that_were_proved() -> None:
    """0 is the gradient of W ↦ K, and no a makes K = s u for all s; with K shown to depend on W, or s, neither is."""
    point, direction = Name("W", (f, 1)), Name("H", (f, 1))
    number, column = (Name(text, shape, takes=((f, 1),)) for text, shape in (("ℒ", (1, 1)), ("∇ℒ", (f, 1))))
    loss, slope = (Definition(name, body, (), (point,)) for name, body in ((number, K()), (column, ZERO)))
    theorem = check(Differentiation(loss, slope, direction))
    assert _verdict((theorem,), Statement(theorem.statement, (loss, slope))) == Verdict.PROVED
    for meanings in ((loss,), (loss, slope, Definition(K, u.T * point()))):
        assert _verdict((theorem,), Statement(theorem.statement, meanings)) == Verdict.UNDECIDED
    D = Name("D", (f, 1))
    statement = Impossible(Equation(D(), s * u), (a,), (U, s))
    cases = tuple(Case(S(sign), (), ((s, sympy.Integer(number)),)) for number, sign in ((1, 1), (0, -1)))
    theorem = check(Absurdity(statement, cases, -u, NOT_ZERO, sympy.Integer(-1)))
    assert _verdict((theorem,), Statement(statement)) == Verdict.PROVED
    assert _verdict((theorem,), Statement(statement, (Definition(D, s * u),))) == Verdict.UNDECIDED


def test_two_theorems_with_the_same_words() -> None:
    """D - D = 0 in two meanings of D: the proof of the instance names the general theorem, not itself."""
    D = Definition(Name("D", (f, 1)), x[1])
    general = check(Calculation(D.name() - D.name(), (Step(ZERO, (D,)),)), "in general")
    theorem = check(Instance(general, (Definition(x, Name("ξ", (f, 1), arity=1)[i], (i,)),)), "an instance")
    assert theorem.statement == general.statement
    told = narrate((theorem,))
    assert [block.text for block in told if isinstance(block, Heading)] == [
        "Lemma 1: in general",
        "Theorem: an instance",
    ]
    assert "Lemma 1 for data of this form" in WRITERS["text"](told)
