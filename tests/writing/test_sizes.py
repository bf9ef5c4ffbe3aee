"""A formula shows the size of an identity wherever it matters; a statement, the shapes of all names in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product
from random import Random

import pytest
import sympy
from vocabulary import A, N, a, f, i, n, u, v

from gdssm_symbolic import (
    Calculation,
    Expectation,
    Mean,
    Normal,
    Positive,
    Positivity,
    Refuted,
    Statement,
    Step,
    check,
    inner,
    refute,
)
from gdssm_symbolic.extensions.differentiation import GradientOf
from gdssm_symbolic.extensions.impossibility import Impossible
from gdssm_symbolic.extensions.reading import read
from gdssm_symbolic.extensions.unit_vectors import UnitVectors
from gdssm_symbolic.kernel.definitions import Definition, Meaning, Recurrence
from gdssm_symbolic.kernel.expressions import (
    Add,
    Blocks,
    Expr,
    Identity,
    Mul,
    Name,
    Power,
    Sum,
    Trace,
    Zero,
    walk,
    wrap,
)
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.writing import sizes
from gdssm_symbolic.writing.documents import WRITERS
from gdssm_symbolic.writing.printing import to_latex, to_text
from gdssm_symbolic.writing.spelling import in_ascii

ONE = sympy.Integer(1)
g = sympy.Symbol("g", integer=True, positive=True)
SMALL, LARGE = Identity(N), Identity(N + 1)
d = Name("d", (ONE, ONE))()
R, X = Name("R", (N, N))(), Name("X", (N + 1, N + 1))
DIAGONAL = Blocks(((Identity(f), Zero(f, g)), (Zero(g, f), Identity(g))))


@pytest.mark.parametrize(
    ("expr", "text", "latex"),
    [
        (Trace(LARGE**2) - Trace(SMALL**2), "tr(I_{N+1}^2) − tr(I_N^2)",
         r"\operatorname{tr}\left(I_{N + 1}^{2}\right) - \operatorname{tr}\left(I_{N}^{2}\right)"),
        (Trace(d * LARGE), "tr(d I_{N+1})", r"\operatorname{tr}\left(d\,I_{N + 1}\right)"),
        (Trace(LARGE.T), "tr(I_{N+1}ᵀ)", r"\operatorname{tr}\left(I_{N + 1}^{\top}\right)"),
        (Trace(LARGE * LARGE), "tr(I_{N+1} I_{N+1})", r"\operatorname{tr}\left(I_{N + 1}\,I_{N + 1}\right)"),
        (inner(SMALL, SMALL), "tr(I_Nᵀ I_N)", r"\operatorname{tr}\left(I_{N}^{\top}\,I_{N}\right)"),
        (Trace(Sum(LARGE, i, ONE, N)), "tr(Σ_{i=1..N} I_{N+1})",
         r"\operatorname{tr}\left(\sum_{i=1}^{N} I_{N + 1}\right)"),
        (DIAGONAL, "[I_f  0; 0  I_g]", r"\begin{bmatrix} I_{f} & 0 \\ 0 & I_{g} \end{bmatrix}"),
        (Power(Zero(f, f), sympy.Integer(0)), "0_{f×f}^0", r"0_{f \times f}^{0}"),
        (Trace(2 * Identity(2)), "tr(2 I_2)", r"\operatorname{tr}\left(2\,I_{2}\right)"),
        ((SMALL + 2 * SMALL) * d, "(I_N + 2 I_N) d", r"\left(I_{N} + 2\,I_{N}\right)\,d"),
        (u.T * v * Identity(g), "uᵀ v I_g", r"u^{\top}\,v\,I_{g}"),
        (DIAGONAL ** 0, "[I_f  0; 0  I_g]^0",
         r"\begin{bmatrix} I_{f} & 0 \\ 0 & I_{g} \end{bmatrix}^{0}"),
    ],
)  # fmt: skip
def test_where_no_name_shows_it_the_size_is_printed(expr: Expr, text: str, latex: str) -> None:
    assert to_text(expr) == text
    assert to_latex(expr) == latex


@pytest.mark.parametrize(
    ("item", "text"),
    [
        (Identity(f) - A, "I − A"),
        ((Identity(f) - 2 * Identity(f)) * u, "(I − 2 I) u"),
        (Trace(2 * Identity(f) - A), "tr(2 I − A)"),
        (u.T * Identity(f) ** n * v, "uᵀ I^n v"),
        (A * (Identity(f) + Identity(f).T), "A (I + Iᵀ)"),
        (a * Identity(f) + u * v.T, "a I + u vᵀ"),
        (Sum(a**i * Identity(f), i, ONE, N) * A, "(Σ_{i=1..N} a^i I) A"),
        (Blocks(((A, Identity(f)), (Zero(f, f), A))), "[A  I; 0  A]"),
        (Equation(A, Identity(f)), "A = I"),
        (Equation(u, Zero(f, 1)), "u = 0"),
        (Power(Blocks(((A, Zero(f, f)), (Zero(f, f), A))), n), "[A  0; 0  A]^n"),
    ],
)
def test_beside_a_name_nothing_is_printed(item: object, text: str) -> None:
    assert to_text(item) == text


S, T = Name("S", (N, N), arity=1), Name("T", (N, N))


@pytest.mark.parametrize(
    ("meaning", "text"),
    [
        (Definition(T, Identity(N)), "T = I_N"),
        (Definition(T, Zero(N, N)), "T = 0_{N×N}"),
        (Definition(T, R - SMALL), "T = R − I"),
        (Recurrence(S, n, Identity(N), S[n - 1]), "S_0 = I_N,  S_n = S_{n−1} for n ≥ 1"),
        (Recurrence(S, n, Zero(N, N), S[n - 1] + SMALL), "S_0 = 0_{N×N},  S_n = S_{n−1} + I for n ≥ 1"),
        (Recurrence(S, n, Zero(N, N), S[n - 1] + R), "S_0 = 0,  S_n = S_{n−1} + R for n ≥ 1"),
    ],
)
def test_a_definition_shows_the_size_of_what_it_defines(meaning: Meaning, text: str) -> None:
    assert to_text(meaning) == text


def test_theorems_show_what_is_true() -> None:
    """Each of these would be false of matrices of one size."""
    left, right = Name("J", (N + 1, N + 1)), Name("K", (N, N))
    meant = Definition(left, LARGE), Definition(right, SMALL)
    told = str(check(Calculation(Trace(left()) - Trace(right()), (Step(wrap(1), meant),))))
    assert "J = I_{N+1}" in told
    assert "K = I_N" in told
    assert "tr(d I_{N+1})" in str(check(Calculation(Trace(d * LARGE), (Step(Trace(d * SMALL) + d),))))
    squares = Positive(Trace(LARGE**2) - Trace(SMALL**2))
    assert "tr(I_{N+1}^2) − tr(I_N^2) > 0" in str(check(Positivity(squares)))


@pytest.mark.parametrize("write", [to_text, to_latex])
@pytest.mark.parametrize(
    "nested",
    [
        lambda inner: Mul((SMALL, inner)),
        lambda inner: Mul((SMALL, wrap(-1), inner)),
        lambda inner: Add((SMALL, inner)),
        lambda inner: Blocks(((inner,),)),
    ],
    ids=["products", "negative factors", "sums", "blocks"],
)
def test_deep_nesting_is_read_a_few_times_at_each_level(
    nested: Callable[[Expr], Expr], write: Callable[[Expr], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading each part twice at every level would take 2^90 steps."""
    depth, visits, read_off = 90, 0, sizes.read_off

    def counted(*given: object) -> sizes.Known:
        nonlocal visits
        visits += 1
        assert visits <= 10 * depth**2
        return read_off(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(sizes, "read_off", counted)
    expr: Expr = SMALL
    for _ in range(depth):
        expr = nested(expr)
    assert write(expr).count("I_") == sum(isinstance(part, Identity) for part in walk(expr))


# ---- the shapes of names -------------------------------------------------------------------------


def test_the_length_of_a_random_vector() -> None:
    """E ‖u‖² is 3 for u in R³, and 2 in R²."""
    of = {
        size: Mean(Name(f"m_{size}", (1, 1)), w.T * w, ((w.name, Normal(ONE)),)) for size in (2, 3) if (w := _u(size))
    }
    proved = {size: check(Expectation(mean, wrap(size))) for size, mean in of.items()}
    assert "m_3 = 𝔼 (‖u‖²),  u ∈ R^3, u ∼ 𝒩(0, 1)" in str(proved[3])
    assert "u ∈ R^2, u ∼ 𝒩(0, 1)" in str(proved[2])
    assert to_text(Mean(Name("m", (1, 1)), d * d, ((d.name, Normal(ONE)),))) == "m = 𝔼 (d d),  d ∼ 𝒩(0, 1)"


def test_a_mean_is_no_product_with_a_name() -> None:
    """In text, in LaTeX and in ASCII: the signs for it are no names, as E is one."""
    number, E = Name("m", (1, 1)), Name("E", (1, 1))
    mean = Mean(number, E() * d, ((E, Normal(ONE)), (d.name, Normal(ONE))))
    assert to_text(Definition(number, E() * d)) == "m = E d"
    assert to_text(mean).startswith("m = 𝔼 (E d)")
    assert to_latex(mean).startswith(r"m = \mathbb{E}\,\left(E")
    assert in_ascii(to_text(mean)).startswith("m = mean of (E d)")
    for sign in ("𝔼", "of"):
        with pytest.raises(OutsideLanguage, match="the name"):
            read(sign)


def _u(size: int) -> Expr:
    return Name("u", (size, 1))()


def test_the_shapes_of_what_a_meaning_binds() -> None:
    h = Name("h", (ONE, ONE), takes=(X.shape,))
    meaning = Definition(h, Trace(X()), (), (X,))
    assert to_text(meaning) == "h(X) = tr(X) for X ∈ R^{(N+1)×(N+1)}"
    assert r"\text{ for }X \in \mathbb{R}^{\left(N + 1\right) \times \left(N + 1\right)}" in to_latex(meaning)
    number = Name("z", (ONE, ONE))
    assert to_text(Definition(Name("h", (1, 1), takes=((1, 1),)), number() ** 2, (), (number,))) == "h(z) = z^2"
    assert "of R^f or 0" in to_text(UnitVectors(Name("e", (f, 1), arity=1)))


def test_a_shape_is_said_once() -> None:
    h = Name("h", (ONE, ONE), takes=(X.shape,))
    meanings = (Definition(h, Trace(X()), (), (X,)),)
    assert Statement(Equation(h(X()), Trace(X())), meanings).one_line() == (
        "For all N ≥ 1, all X ∈ R^{(N+1)×(N+1)}: h(X) = tr(X), where h(X) = tr(X)"
    )


def test_a_function_without_a_meaning_is_declared() -> None:
    phi, slope = Name("φ", (1, 1), takes=((N, N),)), Name("φ'", (N, N), takes=((N, N),))
    said = Statement(Equation(slope(R), R), (GradientOf(slope, phi),)).one_line()
    assert "φ ∈ (R^{N×N} → R)" in said


def test_what_is_unknown_is_declared() -> None:
    row = Name("r", (1, f))
    impossible = Impossible(Equation(A * u, v), (A.name, v.name), (u.name,))  # type: ignore[attr-defined]
    assert to_text(impossible) == "for no A ∈ R^{f×f}, v ∈ R^f is A u = v for all u ∈ R^f"
    assert "r ∈ R^{1×f}" in Statement(Equation(row() * u, d)).one_line()


# ---- two statements that differ in a size ---------------------------------------------------------


class Grown:
    """A random equation in traces of matrices of several sizes, with the meanings of names in it."""

    def __init__(self, seed: int, sizes: Iterable[sympy.Expr]) -> None:
        self.rng, self.sizes = Random(seed), list(sizes)
        self.meanings: list[Meaning] = []
        terms = [self.number(k) * (k + 2) for k in range(len(self.sizes))]
        self.statement = Statement(Equation(sum(terms[1:], terms[0]), d), tuple(self.meanings))

    def number(self, k: int) -> Expr:
        size, named = self.sizes[k], self.rng.random() < 0.2
        kind = self.rng.choice(("trace", "blocks", "defined", "recurrence", "function", "zero"))
        body = self.matrix(size, Name("BCE"[k], (size, size))() if named else None, self.rng.randint(0, 3))
        name = Name("FGH"[k], (size, size), arity=int(kind == "recurrence"))
        match kind:
            case "blocks":
                other = self.sizes[k - 1]
                return Trace(Blocks(((body, Zero(size, other)), (Zero(other, size), Identity(other)))) ** n)
            case "defined":
                self.meanings.append(Definition(name, self.rng.choice((body, Zero(size, size)))))
                return Trace(name() ** n)
            case "recurrence":
                self.meanings.append(Recurrence(name, n, body, self.rng.choice((Identity(size), 2 * name[n - 1]))))
                return Trace(name[n])
            case "function":
                point = Name("PQR"[k], (size, size))
                function = Name("pqr"[k], (ONE, ONE), takes=((size, size),))
                self.meanings.append(Definition(function, Trace(point() ** 0), (), (point,)))
                return function(body)
            case "zero":
                return Trace((Zero(size, size) * body) ** n)
        return Trace(body)

    def matrix(self, size: sympy.Expr, named: Expr | None, depth: int) -> Expr:
        if depth == 0:
            return Identity(size) if named is None or self.rng.random() < 0.5 else named
        one, other = (self.matrix(size, named, depth - 1) for _ in range(2))
        made: tuple[Callable[[], Expr], ...] = (
            lambda: one + other,
            lambda: one * other,
            lambda: d * one,
            lambda: one.T,
            lambda: one**2,
            lambda: one**0 - 3 * other,
            lambda: Sum(one, i, ONE, N),
        )
        return self.rng.choice(made)()


def test_statements_that_differ_in_a_size_have_different_texts() -> None:
    for seed in range(60):
        grown = [Grown(seed, sizes).statement for sizes in product((N, N + 1), repeat=1 + seed % 2)]
        documents = [one.document() for one in grown]
        assert len({(one.equation, one.meanings) for one in grown}) == len(grown)
        for write in WRITERS.values():
            told = set(map(write, documents))
            assert len(told) == len(grown), told


def test_a_refuted_equation_shows_both_sizes() -> None:
    refuted = refute(Equation(Trace(d * LARGE), Trace(d * SMALL)))
    assert isinstance(refuted, Refuted)
    assert "tr(d I_{N+1}) = tr(d I_N)" in str(refuted)
    assert r"\operatorname{tr}\left(d\,I_{N + 1}\right)" in refuted._repr_markdown_()  # type: ignore[attr-defined]


def test_a_column_of_no_entries_is_shown() -> None:
    size = sympy.Symbol("f", integer=True, nonnegative=True)
    column = Name("x", (size, 1))()
    refuted = refute(Equation(Trace(Identity(size)) + column.T * column, wrap(1)))
    assert isinstance(refuted, Refuted)
    assert "at f = 0\n  - with x = []\n" in str(refuted)
    assert "$x = []$" in refuted._repr_markdown_()  # type: ignore[attr-defined]
