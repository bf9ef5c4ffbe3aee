"""Holes that a hostile reader found in the core or the checker, each shut: none of these is a theorem, or a verdict."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
import sympy
from vocabulary import A, B, N, a, eta, f, i, j, k, m, n, u, v, x, y

from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence.counterexamples import Counterexample, confirm, refute, refute_for_every_factor
from gdssm_symbolic.extensions.expectation import Mean
from gdssm_symbolic.extensions.functions import decide
from gdssm_symbolic.extensions.laws import AnyLaw
from gdssm_symbolic.kernel.definitions import Definition, DefinitionError, Recurrence
from gdssm_symbolic.kernel.expressions import Add, Blocks, Expr, Identity, Mul, Name, Scalar, Sum, Trace, Zero
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.proofs import Calculation, GradientExpansion, Specialisation, Step
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Assumption

REFUSALS = (ProofError, OutsideLanguage, DefinitionError)
p = sympy.Symbol("p", integer=True, positive=True)
one, half = sympy.Integer(1), sympy.Rational(1, 2)
number = Name("c", (1, 1), arity=1)


def S(value: object) -> Expr:
    return Scalar(sympy.sympify(value, strict=True))


def refused(proof: object) -> None:
    with pytest.raises(REFUSALS):
        check(proof)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (Sum(Sum(x[i + j], i, one, N), j, one, m), Sum(Sum(x[i + j], i, one, N), j, sympy.Integer(2), m + 1)),
        (Sum(Sum(x[i + j], i, one, N), j, one, m), m * Sum(x[i + j], i, one, N)),
        (Sum(Sum(B ** (i + j), i, one, N), j, one, m), Sum(Sum(B ** (i + j), i, one, N), j, sympy.Integer(2), m + 1)),
        (Sum(B**i, i, one, N) * Sum(B**i, i, one, m) * B, B * Sum(B**i, i, one, N) * Sum(B**i, i, one, m)),
        (Sum(Trace(Identity(i)), i, one, N), S(N * i)),
        (Trace(Identity(f - 3)), S(f - 3)),
        (Mul((S(1 / (N - 1)), S(N - 1))), S(1)),
        (1 / (eta * (N - 2)) * A, 1 / (eta * (N - 2)) * A),
        (Sum(Sum(x[i], i, one, N), i, one, m), m * Sum(x[i], i, one, N)),
    ],
    ids=str,
)
def test_not_decided(left: Expr, right: Expr) -> None:
    with pytest.raises(OutsideLanguage):
        decide(left, right)


def test_denominators_that_have_no_zero_at_any_size() -> None:
    for denominator in (N, f + N, 5 * f + 5 * N - 1, eta * N - 1, N**2 + f * N - 1, -N - n - 1):
        assert decide(denominator * (1 / denominator) * A, A).equal
        assert decide(Mul((S(1 / denominator), S(denominator), A)), A).equal
    for denominator in (N - 1, n, N - f, N**2 - 2 * N, k):
        with pytest.raises(OutsideLanguage):
            decide(1 / denominator * A, A)


def test_powers_shifted_by_a_symbol() -> None:
    assert decide(B**N * Sum(B**i, i, one, m), Sum(B**i, i, N + 1, N + m)).equal


def test_too_many_alike_indices_are_refused() -> None:
    with pytest.raises(OutsideLanguage, match="steps"):
        decide(Sum(number[i], i, one, N) ** 10, S(1))


def test_a_lemma_under_a_sum_over_its_own_pattern() -> None:
    P, Y = Name("P", (f, 1), arity=1), Name("Y", (f, 1))
    dP, dY = Definition(P, y[k], (k,)), Definition(Y, y[p])
    lemma = check(Calculation(P[p], (Step(Y(), (dP, dY)),)))
    refused(Calculation(Sum(P[p], p, one, N), (Step(N * Y(), (lemma,)),)))


def test_a_hidden_symbol_that_is_also_the_argument() -> None:
    L = Name("L", (f, 1), arity=1)
    hidden = Definition(L, x[p] * (y[i].T * y[i]), (p,))
    refused(Calculation(Sum(L[i], i, one, N), (Step(Sum(x[i] * (y[i].T * y[i]), i, one, N), (hidden,)),)))


LOSS, SLOPE = Name("L", (1, 1), takes=((f, 1),)), Name("G", (f, 1), takes=((f, 1),))
W, V, H = (Name(letter, (f, 1)) for letter in "WVH")


def test_false_gradients() -> None:
    linear, zero = Definition(LOSS, u.T * W(), (), (W,)), Definition(SLOPE, Zero(f, 1), (), (W,))
    with pytest.raises(TypeError, match="stands where Symbol is needed"):
        GradientExpansion(linear, zero, u.T * H(), H, one)  # type: ignore[arg-type]
    refused(GradientExpansion(linear, zero, u.T * H(), H))
    square, constant = Definition(LOSS, half * (W().T * W()), (), (W,)), Definition(SLOPE, W(), (), (V,))
    refused(GradientExpansion(square, constant, half * (H().T * H()), H))


def test_indices_bound_again_in_a_meaning() -> None:
    Z = Name("Z", (1, 1), arity=1)
    with pytest.raises(DefinitionError, match="binds its own index"):
        Recurrence(Z, n, S(0), Sum(Z[n - 1], n, one, sympy.Integer(2)) + 1)
    with pytest.raises(DefinitionError, match="distinct"):
        Definition(Name("Q", (1, 1), arity=2), S(1), (n, n))


def test_a_definition_with_a_pole() -> None:
    Z, Y = Name("Z", (1, 1), arity=1), Name("Y", (1, 1), arity=1)
    pole, product = Definition(Z, S(5 / (p - 1)), (p,)), Definition(Y, (p - 1) * Z[p], (p,))
    refused(Calculation(Y[p], (Step(S(5), (product, pole)),)))


def test_two_symbols_of_one_name() -> None:
    anywhere = sympy.Symbol("p", integer=True)
    F, Q = Name("F", (1, 1), arity=1), Name("Q", (1, 1), arity=2)
    dF, dQ = Definition(F, S(7), (p,)), Definition(Q, F[j] + F[k], (j, k))
    refused(Calculation(Q[anywhere, p], (Step(F[anywhere] + F[p], (dQ,)),)))
    jp = sympy.Symbol("j", integer=True, positive=True)

    def nested(term: Expr) -> Expr:
        return Sum(Sum(Sum(term, i, jp, jp + N), jp, sympy.Integer(-5), N), i, one, N) + jp

    refused(Calculation(nested(F[i]), (Step(nested(S(7)), (dF,)),)))


def test_specialisations_to_what_is_no_index() -> None:
    theorem = check(Calculation(a * x[i], (Step(x[i] * a),)))
    for value in (half, a, sympy.Rational(5, 2)):
        refused(Specialisation(theorem, {i: value}))
    refused(Specialisation(theorem, {f: sympy.Integer(2)}))
    summed = check(Calculation(Sum(a * x[i], i, one, N), (Step(a * Sum(x[i], i, one, N)),)))
    assert decide(*_sides(check(Specialisation(summed, {a: eta})))).equal
    renamed = check(Specialisation(summed, {a: sympy.Symbol("i")})).statement.left
    assert isinstance(renamed, Sum)
    assert renamed.index.name != "i"


def _sides(theorem: object) -> tuple[Expr, Expr]:
    return theorem.statement.left, theorem.statement.right  # type: ignore[attr-defined]


def test_only_theorems_are_specialised_and_used() -> None:
    class Fake:
        statement = Equation(S(0), S(1))
        rules = frozenset[object]()
        assumptions = frozenset[object]()
        meanings: dict[object, object] = {}  # noqa: RUF012

    with pytest.raises(TypeError, match="Fake stands where Theorem is needed"):
        Specialisation(Fake(), {})  # type: ignore[arg-type]
    refused(Calculation(x[1], ()))
    refused(Calculation(x[1], (Step(x[1], (None,)),)))  # type: ignore[arg-type]
    for name in " ", "", "a\nb", "a\x1b[2K", "a\u202eb", "a”; and so “b", 'a" b':
        with pytest.raises(ProofError, match=r"^an assumption has a name: one line, without quotation marks$"):
            Assumption(name, Equation(S(0), S(1)))


def test_the_start_of_a_recurrence_keeps_to_its_domain() -> None:
    K = Name("K", (1, 1), arity=2)
    state = Recurrence(K, n, S(1 / p), K[n - 1, p], (n, p))
    refused(Calculation(K[0, -3], (Step(S(sympy.Rational(-1, 3)), (state,)),)))


def test_two_sources_for_one_thing() -> None:
    F = Name("F", (1, 1), arity=1)
    definition = Definition(F, S(7), (p,))
    lemma = check(Calculation(F[p], (Step(S(7), (definition,)),)))
    assert check(Calculation(F[p] + 1, (Step(S(8), (definition, lemma)),))).statement


def test_false_refutations() -> None:
    constant = Equation(Sum(S(1), i, one, N), S(N))
    with pytest.raises(ProofError, match="least value"):
        confirm(Counterexample(constant, (), ((N, -1),), (), (), ((Fraction(0),),), ((Fraction(-1),),)))
    with pytest.raises(OutsideLanguage, match="assumption"):
        refute(Equation(S(sympy.Symbol("z", zero=True)), S(0)))
    assert refute(Equation(Sum(S(1), i, one, N - f), S(N - f))) is None
    assert refute(Equation(S(1 / (N - 1)), S(1 / (N - 1)))) is None
    assert refute(Equation(B ** (N - 2), B ** (N - 2))) is None
    beta, scalar = sympy.Symbol("beta"), Name("v", (1, 1))()
    with pytest.raises(ProofError, match="every factor"):
        refute_for_every_factor((beta - 1) * scalar, scalar, beta)
    with pytest.raises(ProofError, match="every factor"):
        refute_for_every_factor(0 * scalar, (beta - 2) * scalar, beta)


def test_counterexamples_that_are_not_exact_confirm_nothing() -> None:
    """K + M = M + K by texts, D_n = 0 for n ≥ 1 at n = 0, and sums of floats."""
    a, b = sympy.symbols("a b")
    names = K, M = Name("K", (1, 1)), Name("M", (1, 1))
    swapped, defined = Equation(Add((K(), M())), Add((M(), K()))), Definition(Name("D", (1, 1), arity=1), S(0), (p,))
    one_by_one = [(((name, ()), ((value,),))) for name, value in zip(names, "ab", strict=True)]
    with pytest.raises(TypeError, match="str stands where a fraction is needed"):
        Counterexample(swapped, (), (), (), tuple(one_by_one), (("ab",),), (("ba",),))  # type: ignore[arg-type]
    cells = (((defined.name, (0,)), ((Fraction(5),),)),)
    zero, five = ((Fraction(0),),), ((Fraction(5),),)
    below = Counterexample(Equation(defined.left, S(0)), (defined,), (), ((p, Fraction(0)),), cells, five, zero)
    with pytest.raises(TypeError, match="Fraction is no integer"):
        replace(below, scalars=(), sizes=((p, Fraction(1, 2)),))
    early = replace(below, scalars=(), sizes=((p, 0),))
    twice = replace(below, sizes=((p, 1),))
    added = Equation(S(a + b), Add((S(a), S(b))))
    with pytest.raises(TypeError, match="float stands where a fraction is needed"):
        Counterexample(added, (), (), ((a, 0.1), (b, 0.2)), (), ((0.3,),), ((0.4,),))  # type: ignore[arg-type]
    for forged, said in ((below, "among"), (twice, "among"), (early, "least")):
        with pytest.raises(ProofError, match=said):
            confirm(forged)


def test_where_an_expression_has_no_value_nothing_is_refuted() -> None:
    """I of size -1 is no matrix, and no law has the variance -1."""
    assert refute(Equation(Trace(Identity(f - 2)), S(f - 2))) is None
    assert refute(Equation(Trace(Identity(f - 2)), S(f - 3))).counterexample.sizes == ((f, 2),)  # type: ignore[union-attr]
    scalar = Name("u", (1, 1))
    mean = Mean(Name("E", (1, 1)), scalar() * scalar(), ((scalar, AnyLaw("mu", 2)),))
    false = Equation((mean.name() - 1) * (mean.name() - 2), S(0))
    found = refute(false, (mean,))
    assert found is not None
    assert found.counterexample.scalars == ((sympy.Symbol("mu_2"), Fraction(3)),)
    negative = replace(found.counterexample, scalars=((sympy.Symbol("mu_2"), Fraction(-1)),), left=((Fraction(6),),))
    with pytest.raises(ProofError, match="no law"):
        confirm(negative)
    with pytest.raises(OutsideLanguage, match="assumption"):
        refute(Equation(Sum(S(1), sympy.Symbol("i", integer=True, odd=True), one, N), S(N + 1)))


def test_data_of_another_shape_confirm_nothing() -> None:
    true = Equation(u.T * Identity(f) * u, u.T * u)
    name = Name("u", (f, 1))
    forged = Counterexample(
        true, (), ((f, 1),), (), (((name, ()), ((Fraction(1),), (Fraction(1),))),), ((Fraction(1),),), ((Fraction(2),),)
    )
    with pytest.raises(ProofError, match="data"):
        confirm(forged)


def test_malformed_expressions_are_refused_as_they_are_written() -> None:
    with pytest.raises(TypeError, match="index"):
        Sum(x[i], sympy.Integer(3), one, N)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="index"):
        Sum(u, sympy.Symbol("q"), one, N)
    with pytest.raises(ValueError, match="row"):
        Blocks(((),))
    assert replace(Identity(f), size=N).shape == (N, N)
    assert decide(v.T * u, u.T * v).equal


# ---- found by two readers on one day, each by two ways -----------------------------------------------

nonneg, many = (sympy.Symbol(text, integer=True, nonnegative=True) for text in ("n", "m"))
matrix = Name("M", (f, f))()
over, inside = (sympy.Symbol(text, integer=True) for text in ("j", "k"))


def doubled(lower: sympy.Expr | int, upper: sympy.Expr | int, *, left: bool) -> Expr:
    """The sum over j of S Mʲ, or of Mʲ S, where S is the sum of Mᵏ over k = 1..n."""
    total = Sum(matrix**inside, inside, 1, nonneg)
    return Sum(matrix**over * total if left else total * matrix**over, over, lower, upper)


@pytest.mark.parametrize("left", [True, False])
def test_the_index_of_a_sum_does_not_get_into_the_bound_of_a_sum_inside(left: bool) -> None:
    """0 = 1: the powers of S Mʲ merged, S was shifted by j, and j stood in a bound where nobody looked for it."""
    for pair in (
        (doubled(1, many, left=left), doubled(2, many + 1, left=left)),
        (doubled(1, 1, left=left), doubled(2, 2, left=left)),
        (Trace(doubled(1, 1, left=left)), Trace(doubled(2, 2, left=left))),
    ):
        with pytest.raises(OutsideLanguage, match="bounds of a sum inside depend on j"):
            decide(*pair)
    total = Sum(matrix**inside, inside, 1, nonneg)
    assert decide(matrix**nonneg * total, Sum(matrix**inside, inside, nonneg + 1, 2 * nonneg)).equal


def test_the_range_of_a_sum_shows_nothing_of_the_powers_of_an_integer_that_may_be_0() -> None:
    """0 = 1: the sum of n^(j-1) n^(n-j) over j = 1..n, which is 0 at n = 0, was n^n, which is 1."""

    def powers(base: sympy.Symbol, first: sympy.Expr, last: sympy.Expr, lower: object, upper: object) -> Expr:
        return Sum(Mul((S(base**first), S(base**last))), over, lower, upper)  # type: ignore[arg-type]

    reason = "not shown to be defined where . is 0"
    for sides in (
        (powers(nonneg, over - 1, nonneg - over, 1, nonneg), S(nonneg**nonneg)),
        (powers(nonneg, nonneg - 1 - over, over, 0, nonneg - 1), S(nonneg**nonneg)),
        (powers(many, over - 1, nonneg - over, 1, nonneg), S(0)),
    ):
        with pytest.raises(OutsideLanguage, match=reason):
            decide(*sides)
    p = sympy.Symbol("p", integer=True, positive=True)
    assert decide(powers(p, over - 1, nonneg - over, 1, nonneg), nonneg * S(p ** (nonneg - 1))).equal
    assert decide(powers(a, over - 1, nonneg - over, 1, nonneg), S(nonneg * a ** (nonneg - 1))).equal
