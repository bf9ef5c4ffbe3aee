"""What is trusted of SymPy, held against arithmetic that is not SymPy's; and what else it can build is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from vocabulary import N, a, b, i, m, n, p

from gdssm_symbolic.extensions.functions import decide
from gdssm_symbolic.kernel.expressions import Scalar, substitute
from gdssm_symbolic.kernel.linear_forms import Linear, OutsideLanguage, Scope, as_linear, floor
from gdssm_symbolic.kernel.normal_form import Normaliser
from gdssm_symbolic.kernel.scalars import Scalars
from gdssm_symbolic.kernel.work import Work

SYMBOLS = (a, b, N, m, p, n, i)
NUMBERS = st.sampled_from([Fraction(k, d) for k in (0, 1, -1, 2, 0, 1, -2, 3) for d in (1, 2)])
SIZES = st.sampled_from([N, N + 1, n, p - 1, n - N])


@dataclass(frozen=True)
class Written:
    """A scalar as SymPy builds it, and what was written: its value by Python's own fractions."""

    built: sympy.Expr
    value: Callable[[dict[sympy.Symbol, Fraction]], Fraction]


@st.composite
def scalars(draw: Any, depth: int = 3) -> Written:
    """Sums, products, quotients and powers, evaluated by SymPy as they are built, or not."""
    evaluate = draw(st.booleans())
    kind = draw(st.integers(0, 7)) if depth else draw(st.integers(0, 2))
    if kind == 0:
        number = draw(NUMBERS)
        return Written(sympy.Rational(number.numerator, number.denominator), lambda _: number)
    if kind in (1, 2):
        symbol = draw(st.sampled_from(SYMBOLS))
        if kind == 1:
            return Written(symbol, lambda at: at[symbol])
        size = draw(SIZES)
        built = sympy.Pow(symbol, size, evaluate=evaluate)
        return Written(built, lambda at: at[symbol] ** int(size.xreplace({s: int(v) for s, v in at.items()})))
    left = draw(scalars(depth - 1))
    if kind == 3:
        exponent = draw(st.sampled_from([0, 0, -1, 2, 3, -2]))
        return Written(sympy.Pow(left.built, exponent, evaluate=evaluate), lambda at: left.value(at) ** exponent)
    right = draw(scalars(depth - 1))
    if kind in (4, 5):
        built = sympy.Add(left.built, right.built, evaluate=evaluate)
        return Written(built, lambda at: left.value(at) + right.value(at))
    if kind == 6:
        built = sympy.Mul(left.built, right.built, evaluate=evaluate)
        return Written(built, lambda at: left.value(at) * right.value(at))
    built = sympy.Mul(left.built, sympy.Pow(right.built, -1, evaluate=evaluate), evaluate=evaluate)
    return Written(built, lambda at: left.value(at) / right.value(at))


@st.composite
def points(draw: Any) -> dict[sympy.Symbol, Fraction]:
    """Admissible values: integers from their least value on, scalars anywhere, at 0 and at sizes too."""
    at = {}
    for symbol in SYMBOLS:
        low = floor(symbol)
        at[symbol] = Fraction(draw(st.integers(-2 if low is None else low, 4))) if symbol.is_integer else draw(NUMBERS)
    return at


def read_at(value: sympy.Expr, at: dict[sympy.Symbol, Fraction]) -> Fraction:
    """The scalar as the core reads it, as a sum of coefficients times powers, evaluated in fractions."""
    field = Scalars(list(SYMBOLS), Work())
    total = Fraction(0)
    for powers, coefficient in field.read(value, Scope.of(SYMBOLS)).items():
        parts = [
            sum(
                (
                    Fraction(int(number.numerator), int(number.denominator))
                    * product_of(at[s] ** int(k) for s, k in zip(SYMBOLS, exponents, strict=False))
                    for exponents, number in part.terms()
                ),
                Fraction(0),
            )
            for part in (coefficient.numer, coefficient.denom)
        ]
        total += parts[0] / parts[1] * product_of(named(at, name) ** linear_at(e, at) for name, e in powers)
    return total


def product_of(factors: Any) -> Fraction:
    result = Fraction(1)
    for factor in factors:
        result *= factor
    return result


def named(at: dict[sympy.Symbol, Fraction], name: str) -> Fraction:
    return next(value for symbol, value in at.items() if symbol.name == name)


def linear_at(form: Linear, at: dict[sympy.Symbol, Fraction]) -> int:
    return form.constant + sum(k * int(named(at, variable.name)) for variable, k in form.terms)


@settings(max_examples=1500, deadline=None)
@given(scalars(), points())
def test_a_scalar_that_is_read_has_the_value_of_what_was_written(written: Written, at: Any) -> None:
    """Whatever SymPy made of it: where what was written has a value, what is read has the same."""
    try:
        value = read_at(written.built, at)
        meant = written.value(at)
    except (OutsideLanguage, ZeroDivisionError):
        assume(False)
    assert value == meant


@settings(max_examples=600, deadline=None)
@given(scalars(3), st.sampled_from([a, b]), scalars(2), points())
def test_a_value_that_is_put_in_has_its_value(written: Written, symbol: Any, put: Written, at: Any) -> None:
    replaced = substitute(Scalar(written.built), {symbol: put.built})
    literally = substitute(Scalar(written.built), {symbol: put.built}, evaluate=False)
    assert isinstance(replaced, Scalar)
    assert isinstance(literally, Scalar)
    try:
        read_at(literally.value, at)  # as `Specialisation` does: nothing is lost on the way
        value = read_at(replaced.value, at)
        meant = written.value({**at, symbol: put.value(at)})
    except (OutsideLanguage, ZeroDivisionError):
        assume(False)
    assert value == meant


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(st.integers(-3, 3), st.sampled_from([N, m, n, p, i])), max_size=5), st.integers(-4, 4))
def test_a_linear_form_is_what_was_written(terms: list[tuple[int, Any]], constant: int) -> None:
    expected = {symbol.name: sum(k for k, s in terms if s == symbol) for _, symbol in terms}
    ways = [
        sympy.Add(constant, *(k * s for k, s in terms)),
        sympy.Add(constant, *(sympy.Mul(k, s, evaluate=False) for k, s in terms), evaluate=False),
        sympy.Mul(2, sympy.Add(*(k * s for k, s in terms), constant), evaluate=False)
        - sympy.Add(*(k * s for k, s in terms), constant),
    ]
    for way in ways:
        form = as_linear(sympy.sympify(way))
        assert ({v.name: k for v, k in form.terms}, form.constant) == (
            {name: k for name, k in expected.items() if k},
            constant,
        )


@pytest.mark.parametrize("value", [N * m, N**2, N / 2, a, N + a, sympy.sqrt(N), 2**N, N % 2, sympy.floor(a)], ids=str)
def test_what_is_no_linear_form_is_refused(value: sympy.Expr) -> None:
    with pytest.raises(TypeError if value.has(sympy.Mod, sympy.floor) else OutsideLanguage):
        as_linear(value)


x = sympy.Symbol("x")
FOREIGN = {
    "Abs": sympy.Abs(a),
    "sign": sympy.sign(a),
    "re": sympy.re(a),
    "conjugate": sympy.conjugate(a),
    "floor": sympy.floor(a),
    "Mod": sympy.Mod(N, 2),
    "Max": sympy.Max(N, m),
    "Min": sympy.Min(a, b),
    "exp": sympy.exp(a),
    "E^N": sympy.exp(N),
    "log": sympy.log(N),
    "pi": sympy.pi,
    "I": sympy.I,
    "sqrt": sympy.sqrt(N),
    "cube root": a ** sympy.Rational(1, 3),
    "2^N": sympy.Integer(2) ** N,
    "(-1)^N": sympy.Integer(-1) ** N,
    "(a + b)^N": (a + b) ** N,
    "a^b": a**b,
    "a^(N m)": a ** (N * m),
    "factorial": sympy.factorial(N),
    "binomial": sympy.binomial(N, m),
    "gamma": sympy.gamma(N),
    "Piecewise": sympy.Piecewise((a, a > 0), (b, True)),
    "KroneckerDelta": sympy.KroneckerDelta(N, m),
    "Heaviside": sympy.Heaviside(a),
    "Sum": sympy.Sum(x, (x, 1, N)),
    "Product": sympy.Product(x, (x, 1, N)),
    "Integral": sympy.Integral(x, (x, 0, a)),
    "Derivative": sympy.Derivative(sympy.Function("g")(a), a),
    "Subs": sympy.Subs(sympy.Function("g")(x), x, a),
    "Limit": sympy.Limit(1 / x, x, sympy.oo),
    "Order": sympy.Order(a),
    "Function": sympy.Function("g")(a),
    "Indexed": sympy.Indexed("v", i),
    "MatrixElement": sympy.MatrixSymbol("M", 2, 2)[0, 1],
    "Determinant": sympy.Determinant(sympy.MatrixSymbol("M", 2, 2)),
    "Quaternion": sympy.Quaternion(1, 2, 3, 4),
    "UnevaluatedExpr": sympy.UnevaluatedExpr(a),
    "Dummy": sympy.Dummy("a"),
    "Wild": sympy.Wild("a"),
    "not commutative": sympy.Symbol("q", commutative=False),
    "real": sympy.Symbol("r", real=True),
    "positive": sympy.Symbol("r", positive=True),
    "even": sympy.Symbol("e", even=True),
    "prime": sympy.Symbol("e", prime=True),
    "negative": sympy.Symbol("e", integer=True, negative=True),
    "a name like a number": sympy.Symbol("1"),
    "a name like a sum": sympy.Symbol("a + b"),
    "a name of the core": sympy.Symbol("%0"),
    "zoo": sympy.zoo,
    "oo": sympy.oo,
    "-oo": -sympy.oo,
    "nan": sympy.nan,
    "0 to the -1": sympy.Pow(0, -1, evaluate=False),
    "0 times a pole": sympy.Mul(0, sympy.Pow(0, -1, evaluate=False), evaluate=False),
    "0 times infinity": sympy.Mul(0, sympy.oo, evaluate=False),
}


@pytest.mark.parametrize("value", FOREIGN.values(), ids=FOREIGN)
def test_whatever_else_sympy_can_build_is_refused(value: sympy.Expr) -> None:
    """At once, if it is of a kind that no exact scalar has; if not, by the core."""
    for question in (lambda: decide(value, value), lambda: decide(0, value), lambda: Normaliser(Scalar(value))):
        with pytest.raises((TypeError, OutsideLanguage)):
            question()


def test_a_trace_is_that_of_a_matrix_and_no_number_within_one() -> None:
    M, K = (sympy.MatrixSymbol(name, 2, 2) for name in "MK")
    assert decide(sympy.trace(M), sympy.Trace(M.T)).equal
    assert not decide(sympy.trace(M), sympy.trace(K)).equal
    for value in (sympy.trace(M), 2 * sympy.trace(M)):
        with pytest.raises((TypeError, OutsideLanguage)):
            Normaliser(Scalar(value))


FLOATS = [
    sympy.Float(1),
    sympy.Float(1) * a,
    a ** sympy.Float(2),
    sympy.Add(a, sympy.Float(0.5)),
    0.5,
    1.0,
    float("nan"),
]


@pytest.mark.parametrize("value", FLOATS, ids=str)
def test_floating_point_numbers_are_refused_at_once(value: object) -> None:
    with pytest.raises(TypeError, match="no exact SymPy scalar"):
        Scalar(value)  # type: ignore[arg-type]
