"""The new kinds of proof: each proves something small that is true, and refuses what differs from it a little."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sympy
from vocabulary import A, N, a, b, eta, f, i, k, n, u, x, y

from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence.small_sizes import holds
from gdssm_symbolic.extensions import differentiation, impossibility, instances, limits
from gdssm_symbolic.extensions.differentiation import Differentiation, GradientOf
from gdssm_symbolic.extensions.functions import decide
from gdssm_symbolic.extensions.impossibility import Absurdity, ByCoefficients, Case, Coefficient, Impossible, Vanishing
from gdssm_symbolic.extensions.independence import Independence, Independent
from gdssm_symbolic.extensions.instances import Instance
from gdssm_symbolic.extensions.limits import Limit, Passage
from gdssm_symbolic.kernel.definitions import Definition, DefinitionError, Recurrence, consistent
from gdssm_symbolic.kernel.expressions import Blocks, Expr, Identity, Name, Scalar, Sum, Trace, Zero
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Assumption
from gdssm_symbolic.writing.printing import to_text

REFUSALS = (ProofError, OutsideLanguage, DefinitionError, ValueError)
ONE, MINUS = sympy.Integer(1), sympy.Integer(-1)
NUMBER = (ONE, ONE)
L = sympy.Symbol("L", integer=True, nonnegative=True)
s = sympy.Symbol("s", integer=True)
theta = sympy.Symbol("theta")
U, V, W, H = (Name(letter, (f, 1)) for letter in "uvWH")
phi = Name("φ", (f, 1), takes=((f, 1),))
g, slope = Name("g", NUMBER, takes=(NUMBER,)), Name("g'", NUMBER, takes=(NUMBER,))
POINTS = (sympy.Rational(2), sympy.Rational(1, 3))


def S(value: object) -> Expr:
    return Scalar(sympy.sympify(value, strict=True))


def refused(proof: object) -> None:
    with pytest.raises(REFUSALS):
        check(proof)  # type: ignore[arg-type]


# ---- functions of which nothing is known ---------------------------------------------------------


def test_functions_of_equal_arguments() -> None:
    j = sympy.Symbol("j", integer=True)
    assert decide(phi(u + A * u), phi(A * u + u)).equal
    assert decide(Sum(phi(x[i]), i, 1, N), Sum(phi(x[j + 1]), j, 0, N - 1)).equal
    assert decide(Sum(phi(x[i]), i, 1, N + 1), Sum(phi(x[i]), i, 1, N) + phi(x[N + 1])).equal
    with pytest.raises(OutsideLanguage, match="one name stands twice"):  # they differ, but others of the kind need not
        decide(Sum(phi(x[i] + x[i + 1]), i, 1, N), Sum(phi(x[i] + x[i]), i, 1, N))
    both = phi(Sum(x[j] * x[j].T * x[i], j, 1, N))  # x_i comes last, and x_1 comes first when numbers are sorted
    with pytest.raises(OutsideLanguage, match="one name stands twice"):  # they are equal
        decide(Sum(both, i, 1, N), phi(Sum(x[j] * x[j].T * x[1], j, 1, N)) + Sum(both, i, 2, N))
    assert decide(Sum(phi(Sum(x[i], i, 1, N) - x[k]), k, 1, N), Sum(phi(Sum(x[j], j, 1, N) - x[i]), i, 1, N)).equal
    for left, right in (
        (phi(u + u), 2 * phi(u)),
        (phi(x[1]), phi(x[2])),
        (Sum(phi(x[i]), i, 1, N), Sum(phi(x[i + 1]), i, 1, N)),
        (phi(a * u), phi(b * u)),
        (Sum(phi(x[N]), i, 1, N), Sum(phi(x[i]), i, 1, N)),
    ):
        assert not decide(left, right).equal
    cut = Blocks(((Identity(f), Zero(f, f)), (Zero(f, f), Identity(f))))
    h = Name("h", NUMBER, takes=((2 * f, 2 * f),))
    for outer in (h, lambda one: g(h(one)), lambda one: phi(g(h(one)) * u)):
        with pytest.raises(OutsideLanguage, match="other blocks"):  # they are equal
            decide(outer(Identity(2 * f)), outer(cut))
    with pytest.raises(OutsideLanguage):  # a sum up to the index outside
        decide(Sum(phi(Sum(x[i], i, 1, k)), k, 1, N), Zero(f, 1))


# ---- impossible, by instances --------------------------------------------------------------------

NOT_ZERO = check(Independence(Independent(theta * u, (theta,))))
ODD = Impossible(Equation(A * u + phi(A * u - A * u), phi(Zero(f, 1)) - u + A * u), (Name("A", (f, f)), phi), (U,))
#: φ(0) is on both sides: u would have to be 0.
BY_INSTANCES = Absurdity(ODD, (Case(S(1)),), u, NOT_ZERO)

#: A linear function of s u is no multiple of s²: the second difference is 2 u.
SQUARE = Impossible(Equation(s * (A * u) + phi(u), s**2 * u), (Name("A", (f, f)), phi), (U, s))
DIFFERENCE = tuple(Case(S(w), (), ((s, sympy.Integer(at)),)) for at, w in ((0, 1), (1, -2), (2, 1)))
BY_NUMBERS = Absurdity(SQUARE, DIFFERENCE, -2 * u, NOT_ZERO, -2 * ONE)


def test_absurdity() -> None:
    for proof in (BY_INSTANCES, BY_NUMBERS):
        theorem = check(proof)
        assert theorem.statement == proof.statement
        assert impossibility.ABSURD in theorem.rules
        assert theorem.lemmas == (NOT_ZERO,)
        assert holds(theorem, 2, POINTS)


@pytest.mark.parametrize(
    "proof",
    [
        replace(BY_INSTANCES, remainder=2 * u),
        replace(BY_INSTANCES, scale=sympy.Integer(2)),
        replace(BY_INSTANCES, cases=(Case(S(2)),)),
        replace(BY_INSTANCES, cases=()),
        replace(BY_NUMBERS, cases=DIFFERENCE[:2]),
        replace(BY_NUMBERS, cases=(*DIFFERENCE[:2], Case(S(1), (), ((s, sympy.Integer(3)),)))),
        replace(BY_NUMBERS, cases=(Case(S(1), (), ((N, ONE),)),)),
        replace(BY_NUMBERS, given=(S(eta),)),
        replace(BY_NUMBERS, scale=sympy.Integer(0), remainder=Zero(f, 1)),
        # what has a solution: φ(u) = u, and u as an unknown, or as fixed
        Absurdity(Impossible(Equation(phi(u), u), (phi,), (U,)), (Case(S(1)),), u, NOT_ZERO),
        Absurdity(Impossible(Equation(u, Zero(f, 1)), (U,), ()), (Case(S(1)),), u, NOT_ZERO),
        Absurdity(Impossible(Equation(u, Zero(f, 1)), (), ()), (Case(S(1)),), u, NOT_ZERO),
        Absurdity(Impossible(Equation(eta * u, Zero(f, 1)), (), (U,)), (Case(S(1)),), eta * u, NOT_ZERO),
    ],
    ids=range(13),
)
def test_no_absurdity(proof: Absurdity) -> None:
    refused(proof)


def test_data_put_in() -> None:
    """φ(x + y) = x is impossible: x = u, y = 0 and x = 0, y = u."""
    first, second = Name("X", (f, 1)), Name("Y", (f, 1))
    statement = Impossible(Equation(phi(first() + second()), first()), (phi,), (first, second))
    zero = Zero(f, 1)

    def case(sign: int, *data: Expr) -> Case:
        return Case(S(sign), tuple(map(Definition, (first, second), data)))

    proof = Absurdity(statement, (case(1, u, zero), case(-1, zero, u)), -u, NOT_ZERO, MINUS)
    assert holds(check(proof), 1, POINTS)
    refused(replace(proof, cases=(case(1, u, zero), case(-1, zero, 2 * u))))
    refused(replace(proof, cases=(Case(S(1), (Definition(V, u),)), proof.cases[1])))  # no datum
    solved = replace(statement, equation=Equation(phi(first() + second()), first() + second()))
    refused(replace(proof, statement=solved))
    hidden = Definition(Name("D", (f, 1)), first() + second())
    named = replace(statement, equation=Equation(phi(hidden.name()), first()))
    assert check(replace(proof, statement=named, by=(hidden,)))
    assert check(replace(proof, statement=named)).meanings == {}  # for any fixed D: then φ(D) is no x either


def test_given_numbers() -> None:
    statement = Impossible(Equation(eta * u, Zero(f, 1)), (a,), (U,), (S(eta),))
    proof = Absurdity(statement, (Case(S(1)),), eta * u, NOT_ZERO, ONE, (S(eta),))
    assert check(proof)
    assert to_text(statement) == "for no a is η u = 0 for all u ∈ R^f where η ≠ 0"
    refused(replace(proof, statement=replace(statement, given=())))
    refused(replace(proof, given=()))
    with pytest.raises(ValueError, match="unknown and given"):
        Impossible(statement.equation, (a,), (U, a))


# ---- impossible, by coefficients -----------------------------------------------------------------

c = Name("c", NUMBER, arity=1)
#: (a c_1 + b c_2)² = c_1 c_2: a² = b² = 0, so 2ab = 1 is 0: (2ab + 1)(2ab - 1) = 4a²b² - 1.
SQUARES = Impossible(Equation((a * c[1] + b * c[2]) * (a * c[1] + b * c[2]), c[1] * c[2]), (a, b), (c,))
BY_COEFFICIENTS = ByCoefficients(
    SQUARES,
    (
        Coefficient(c[1] * c[1], S(a**2), S(4 * b**2)),
        Coefficient(c[1] * c[2], S(2 * a * b - 1), S(-2 * a * b - 1)),
    ),
)


def test_by_coefficients() -> None:
    theorem = check(BY_COEFFICIENTS)
    assert impossibility.COEFFICIENTS in theorem.rules
    assert holds(theorem, 2, POINTS)


@pytest.mark.parametrize(
    "proof",
    [
        replace(BY_COEFFICIENTS, scale=sympy.Integer(2)),
        replace(BY_COEFFICIENTS, scale=sympy.Integer(0)),
        replace(BY_COEFFICIENTS, coefficients=BY_COEFFICIENTS.coefficients[:1]),
        replace(BY_COEFFICIENTS, coefficients=(Coefficient(c[1] * c[2], S(2 * a * b - 2), S(1)),)),
        replace(BY_COEFFICIENTS, coefficients=(Coefficient(c[1] * c[1] * c[1], S(1), S(1)),)),
        replace(BY_COEFFICIENTS, coefficients=(Coefficient(2 * c[1] * c[2], S(1), S(1)),)),
        replace(BY_COEFFICIENTS, coefficients=(Coefficient(c[1], 0 * c[1], S(1)),)),
        replace(BY_COEFFICIENTS, statement=replace(SQUARES, data=(), unknowns=(a, b, c))),
        replace(BY_COEFFICIENTS, statement=replace(SQUARES, data=(c, s))),
        replace(BY_COEFFICIENTS, vanishing=(Vanishing(c, 0, ONE),)),
    ],
    ids=range(10),
)
def test_not_by_coefficients(proof: ByCoefficients) -> None:
    refused(proof)


def test_vanishing_data() -> None:
    statement = Impossible(Equation(Sum(c[i], i, 1, n + 1), a * c[n + 2]), (a,), (c,))
    proof = ByCoefficients(statement, (Coefficient(c[n + 1], S(1), S(1)),), vanishing=(Vanishing(c, 0, n),))
    assert check(proof)
    for rules_ in ((), (Vanishing(c, 0, n - 1),), (Vanishing(c, 0, n + 1),), (Vanishing(Name("d", NUMBER, 1), 0, n),)):
        refused(replace(proof, vanishing=rules_))
    apart = replace(statement, equation=Equation(c[N] - c[n + 1], S(0)))  # the same if N = n + 1
    refused(ByCoefficients(apart, (Coefficient(c[N], S(1), S(1)),)))


# ---- gradients -----------------------------------------------------------------------------------

LOSS = Definition(Name("ℒ", NUMBER, takes=((f, 1),)), Sum(g(W().T * x[i]) ** 2, i, 1, N), (), (W,))
SLOPE = Definition(
    Name("∇ℒ", (f, 1), takes=((f, 1),)), 2 * Sum(g(W().T * x[i]) * slope(W().T * x[i]) * x[i], i, 1, N), (), (W,)
)
CHAIN = Differentiation(LOSS, SLOPE, H, (GradientOf(slope, g),))


def test_differentiation() -> None:
    theorem = check(CHAIN)
    assert differentiation.DIFFERENTIAL in theorem.rules
    assert set(theorem.meanings) == {LOSS.name, SLOPE.name, slope}
    assert to_text(theorem.statement) == "∇ℒ(W) is the gradient of ℒ(W) at W"
    assert holds(theorem, 1, POINTS)


@pytest.mark.parametrize(
    "proof",
    [
        replace(CHAIN, by=()),
        replace(CHAIN, direction=W),
        replace(CHAIN, direction=Name("h", (f, f))),
        replace(CHAIN, gradient=replace(SLOPE, body=2 * SLOPE.body)),
        replace(CHAIN, gradient=replace(SLOPE, parameters=(V,))),
        replace(CHAIN, function=replace(LOSS, body=LOSS.body + u.T * W())),
        replace(CHAIN, function=replace(LOSS, body=LOSS.body + g(g(W().T * W()) * Trace(A)))),
        replace(CHAIN, by=(GradientOf(slope, g), GradientOf(slope, Name("h", NUMBER, takes=(NUMBER,))))),
    ],
    ids=range(8),
)
def test_no_gradient(proof: Differentiation) -> None:
    refused(proof)


def test_the_gradient_of_a_defined_function_is_to_be_proved() -> None:
    with pytest.raises(DefinitionError, match="is for one that is open"):
        consistent((GradientOf(slope, g), Definition(g, Name("z", NUMBER)() ** 2, (), (Name("z", NUMBER),))))
    refused(replace(CHAIN, by=(GradientOf(slope, g), GradientOf(g, slope))))


# ---- instances -----------------------------------------------------------------------------------

t = sympy.Symbol("t", integer=True, positive=True)
Z = Name("Z", (f, 1), arity=1)
STATE = Recurrence(Z, t, Zero(f, 1), Z[t - 1] + x[t])
TWO = check(Calculation(Z[2], (Step(Z[1] + x[2], (STATE,)), Step(Z[0] + x[1] + x[2], (STATE,)))))


def test_instance() -> None:
    xi = Name("ξ", (f, 1), arity=1)
    theorem = check(Instance(TWO, (Definition(x, phi(xi[i]) - y[i], (i,)), Definition(y, a * xi[i], (i,)))))
    assert decide(theorem.statement.right, Z[0] + phi(xi[1]) - a * xi[1] + phi(xi[2]) - a * xi[2]).equal
    assert decide(theorem.meanings[Z].body, Z[t - 1] + phi(xi[t]) - a * xi[t]).equal
    assert instances.INSTANCE in theorem.rules
    assert holds(theorem, 2, POINTS)


def test_no_instance() -> None:
    p = sympy.Symbol("p", integer=True, positive=True)
    for value in (
        Definition(x, y[t], (i,)),  # t is the step of Z
        Definition(x, y[p], (p,)),  # not at every index
        Definition(x, Z[3], (i,)),
        Definition(Z, y[i], (i,)),
    ):
        refused(Instance(TWO, (value,)))
    shifted = Definition(Name("G", (f, 1), takes=((f, 1),)), W() + x[1], (), (W,))
    theorem = check(Calculation(shifted.name(u), (Step(u + x[1], (shifted,)),)))
    refused(Instance(theorem, (Definition(x, W(), (i,)),)))  # another W
    refused(Instance(theorem, (Definition(W, u),)))
    refused(Instance(NOT_ZERO, (Definition(U, Zero(f, 1)),)))


# ---- limits --------------------------------------------------------------------------------------

B, P, C = (Name(letter, (f, f)) for letter in "BPC")
POWERS = check(Assumption("the powers of B tend to P", Limit(B() ** L, L, P())))


def sequence(body: Expr) -> Definition:
    return Definition(Name("E", (f, f), arity=1), body, (L,))


def test_passage() -> None:
    of = sequence(A * B() ** L * Sum(x[i] * (B() ** L * x[i]).T, i, 1, N))
    theorem = check(Passage(check(Calculation(of.left, (Step(of.body, (of,)),))), POWERS))
    assert theorem.statement == Limit(of.left, L, A * P() * Sum(x[i] * (P() * x[i]).T, i, 1, N))
    assert theorem.assumptions == POWERS.assumptions
    assert limits.LIMIT in theorem.rules


@pytest.mark.parametrize(
    "body",
    [
        B() ** (L + 1),
        L * B() ** L,
        B() ** L + Sum(A, i, 1, L),
        a**L * B() ** L,
        Name("F", (f, f), takes=((f, f),))(B() ** L),
        Name("D", (f, f), arity=1)[L] * B() ** L,
    ],
    ids=range(6),
)
def test_no_passage(body: Expr) -> None:
    of = sequence(body)
    refused(Passage(check(Calculation(of.left, (Step(body, (of,)),))), POWERS))


def test_an_index_that_a_meaning_fixes() -> None:
    fixed = Definition(C, B() ** L)
    refused(Passage(check(Calculation(C(), (Step(B() ** L, (fixed,)),))), POWERS))
