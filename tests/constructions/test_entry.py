"""The parser of entries: exact, bounded, and never anything but a rational function or a reason."""

from __future__ import annotations

import time
from fractions import Fraction

import flint
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from judge import value

from derivations.constructions.entry import FLOORS, RING, EntryError, read_entry
from gdssm_symbolic.kernel.nonvanishing import nonzero
from gdssm_symbolic.kernel.work import Work
from gdssm_symbolic.layers import N, eta, f, lam
from gdssm_symbolic.theory.poles import without_zeros, zero


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-eta/N", -eta / N),
        ("1/2/3", sympy.Rational(1, 6)),
        ("1 - 2 - 3", sympy.Integer(-4)),
        ("-N^2", -(N**2)),
        ("2^-1", sympy.Rational(1, 2)),
        ("2^3^2", sympy.Integer(512)),
        ("N^(4/2)", N**2),
        ("--N", N),
        ("(N^2-1)/(N-1)", N + 1),
        ("(N - 1)*(1/(N - 1))", sympy.Integer(1)),
        ("0/(N-3)", sympy.Integer(0)),
        ("1/(eta^2+1) - eta^2/(eta^2+1)", (1 - eta**2) / (1 + eta**2)),
        ("0^0", sympy.Integer(1)),
        ("\tN\n", N),
        ("−(η/N)", -eta / N),
        ("2·η × η − 1", 2 * eta**2 - 1),
    ],
)
def test_values(text: str, expected: sympy.Expr) -> None:
    assert sympy.cancel(read_entry(text) - expected) == 0


def test_lambda_belongs_to_a_penalty() -> None:
    assert read_entry("2*lambda", penalty=True) == read_entry("2*λ", penalty=True) == 2 * lam
    with pytest.raises(EntryError, match="unknown symbol 'lambda'"):
        read_entry("2*lambda")


BAD = {
    "": "missing at the end",
    "N +": "missing at the end",
    "((N)": "not closed",
    "N)": "not opened",
    "()": "missing before",
    "n": "unknown symbol 'n'",
    "__import__('os').system('true')": "unknown symbol '__import__'",
    "N.__class__": "follows a value|floating-point",
    "N[0]": "follows a value",
    "N if f else eta": "follows a value",
    "0.5": "write 1/2",
    "1e5": "follows a value",
    "inf": "unknown symbol",
    "nan": "unknown symbol",
    "N**2": r"written with \^",
    "2 N": "follows a value",
    "f²": r"written with \^",
    "²": r"written with \^",
    "ψ": r"unknown symbol 'ψ'; the symbols are eta \(or η\), N, f",
    "ηN": "unknown symbol 'ηN'",
    "λ": "unknown symbol 'lambda'",
    "١": "not part of an entry",
    "N\x00": "follows a value",
    "1/0": "division by zero",
    "0^-1": "division by zero",
    "1/(N-N)": "division by zero",
    "N^65": "exponent",
    "N^(1/2)": "exponent",
    "N^f": "exponent",
    "N^99999999999999999999": "exponent",
    "((2^64)^64)^64": "digits",
    "9" * 501: "digits",
    "((N^64)^64)^64": "degree",
    "(N+f+eta+1)^64": "terms",
    "(" * 100 + "N" + ")" * 100: "nested",
    "(" * 50_000: "characters",
    "N^" * 100 + "1": "nested",
    "1/(N-1)": "N = 1",
    "1/(N-7)": "N = 7",
    "1/(N-f)": "N = 1, f = 1|f = 1, N = 1",
    "1/(f^2-9)": "f = 3",
    "1/(N^3-f-5000)": "a pole",
    "1/eta": "some eta",
    "1/(eta^2-2)": "some eta",
    "1/(eta-N)": "some eta",
    "1/(N^2-61*f^2-1)": "not shown",
    "1/(eta^2+N-1)": "N = 1",
    "1/(N-2*f)": "f = 1",
    "1/(eta^2*(N-1)+1/2*(N-2)^2)": "N = 2|N = 1",
}


@pytest.mark.parametrize(("text", "reason"), BAD.items(), ids=[f"{k}: {text[:20]}" for k, text in enumerate(BAD)])
def test_what_is_no_entry_is_refused_quickly_with_a_reason(text: str, reason: str) -> None:
    started = time.perf_counter()
    with pytest.raises(EntryError, match=reason) as refused:
        read_entry(text)
    assert time.perf_counter() - started < 2
    assert len(str(refused.value)) < 200
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    ["N^2-2", "N^2-3*N+3", "2*N-2*f+1", "N^2-2*f^2", "N^2-f^2+1", "eta^2+N", "eta^2-eta+N", "f*(5*N-8)+5", "N^3-5"],
)
def test_what_has_no_zero_may_be_divided_by(text: str) -> None:
    assert sympy.cancel(read_entry(f"1/({text})") * read_entry(text)) == 1


expressions = st.recursive(
    st.sampled_from(("N", "f", "eta", "0", "1", "2", "7")),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(("+", "-", "*", "/", " - ")), inner).map("".join),
        inner.map(lambda text: f"({text})"),
        inner.map(lambda text: f"-{text}"),
        st.tuples(inner, st.sampled_from(("^2", "^-1", "^3", "^(-2)", "^(1+1)"))).map(
            lambda pair: f"({pair[0]}){pair[1]}"
        ),
    ),
    max_leaves=12,
)


@given(expressions)
@settings(max_examples=500, deadline=None)
def test_random_entries_have_the_value_that_fractions_have(text: str) -> None:
    """At a point where the text itself divides by zero only what cancels may have a value."""
    try:
        entry = read_entry(text)
    except EntryError:
        return
    point = {"N": Fraction(13), "f": Fraction(29), "eta": Fraction(5, 17)}
    try:
        expected = value(text, point)
    except ZeroDivisionError:
        return
    assert entry.subs({s: sympy.Rational(v) for s, v in zip((N, f, eta), point.values(), strict=True)}) == expected


@given(st.one_of(st.text(), st.text(alphabet="Nfeta0123456789+-*/^() .\n", max_size=60)))
@settings(max_examples=1500, deadline=2000)
def test_any_text_is_an_entry_or_is_refused(text: str) -> None:
    """No other exception, no other type, and not slow."""
    try:
        entry = read_entry(text)
    except EntryError:
        return
    assert entry.free_symbols <= {N, f, eta}
    assert not entry.has(sympy.zoo, sympy.nan, sympy.oo, sympy.Float)


# ---- zeros of denominators ---------------------------------------------------------------------

_, _, n_, f_ = RING.gens()
coefficients = st.integers(-6, 6)


@given(st.lists(coefficients, min_size=6, max_size=6), st.integers(1, 2))
@settings(max_examples=250, deadline=None)
def test_zeros_of_polynomials_in_two_sizes(numbers: list[int], power: int) -> None:
    """`nonzero` is never contradicted by looking; what `zero` finds is one."""
    a, b, c, d, e, k = numbers
    polynomial = (a * n_**2 + b * n_ * f_ + c * f_**2 + d * n_ + e * f_ + k + 0 * n_) ** power
    if polynomial.is_zero():
        assert not nonzero(polynomial, FLOORS, Work())
        return
    looked = [(N_, F) for N_ in range(1, 25) for F in range(1, 25)]
    seen = any(a * N_**2 + b * N_ * F + c * F**2 + d * N_ + e * F + k == 0 for N_, F in looked)
    found = zero(polynomial, FLOORS)
    if nonzero(polynomial, FLOORS, Work()):
        assert not seen
        assert found is None
    if seen:
        assert found is not None
        assert polynomial.subs({"N": 1, "f": 1} | found).is_zero()


@given(st.lists(coefficients, min_size=4, max_size=4))
@settings(max_examples=300, deadline=None)
def test_zeros_with_a_real_scalar(numbers: list[int]) -> None:
    """a·eta² + b·N·eta + c·N + d: the discriminant says at each N whether there is a real root."""
    eta_ = RING.gens()[0]
    a, b, c, d = numbers
    polynomial = a * eta_**2 + b * n_ * eta_ + c * n_ + d

    def has_root(size: int) -> bool:
        if a:
            return (b * size) ** 2 - 4 * a * (c * size + d) >= 0
        return bool(b) or c * size + d == 0

    if without_zeros(polynomial, FLOORS):
        assert not any(map(has_root, range(1, 60)))
    elif any(map(has_root, range(1, 10))):
        assert zero(polynomial, FLOORS) is not None


@given(st.lists(st.integers(-20, 20), min_size=2, max_size=7))
@settings(max_examples=300, deadline=None)
def test_real_roots_are_those_that_sturm_counts(numbers: list[int]) -> None:
    eta_ = RING.gens()[0]
    polynomial = sum((c * eta_**k for k, c in enumerate(numbers)), 0 * eta_)
    if polynomial.is_zero():
        return
    root = sympy.Symbol("z")
    counted = sympy.Poly(sum(c * root**k for k, c in enumerate(numbers)), root).count_roots()
    assert without_zeros(polynomial, FLOORS) == (counted == 0)


def test_sizes_that_may_be_zero() -> None:
    """In the core some sizes start at 0."""
    ring = flint.fmpq_mpoly_ctx.get(["n", "N"], flint.Ordering.degrevlex)
    n, m = ring.gens()
    assert nonzero(n + 1, (0, 1), Work())
    assert not nonzero(n, (0, 1), Work())
    assert nonzero(n + m, (0, 1), Work())
    assert not nonzero(n - m + 1, (0, 1), Work())
    assert not nonzero(n + m, (None, 1), Work())
    assert not nonzero(n**2 - 2 * m**2, (0, 0), Work())
    assert nonzero(n**2 - 2 * m**2, (1, 1), Work())
