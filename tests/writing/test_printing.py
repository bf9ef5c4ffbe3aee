"""What is printed: brackets where they are needed, in text and in LaTeX, and every object in a notebook."""

from __future__ import annotations

import re

import pytest
import sympy
from vocabulary import A, B, N, a, b, eta, f, i, n, u, v, x, y

from gdssm_symbolic import (
    AnyLaw,
    Assumption,
    Calculation,
    Case,
    Coefficient,
    ConstructedTokenLayer,
    Equation,
    Hypothesis,
    Induction,
    ManySteps,
    Mean,
    Normal,
    OneStep,
    Positive,
    Refuted,
    Statement,
    Step,
    Theorem,
    TwoHeadLayer,
    Uniform,
    Vanishing,
    WindowLayer,
    display,
    entries,
    settle_layer,
)
from gdssm_symbolic.checker import CHECKS, MEANINGS, STATEMENTS
from gdssm_symbolic.extensions.differentiation import GradientOf
from gdssm_symbolic.extensions.functions import decide, show_equal
from gdssm_symbolic.kernel import rules
from gdssm_symbolic.kernel.expressions import (
    NODES,
    Blocks,
    Expr,
    Identity,
    Mul,
    Name,
    Power,
    Scalar,
    Sum,
    Trace,
    Zero,
    wrap,
)
from gdssm_symbolic.kernel.work import Work
from gdssm_symbolic.layers import GradientDescent
from gdssm_symbolic.theory.closed_form import closed_form, written_out
from gdssm_symbolic.writing.documents import write_text
from gdssm_symbolic.writing.narration import narrate
from gdssm_symbolic.writing.printing import to_latex, to_text

one = sympy.Integer(1)
j = sympy.Symbol("j", integer=True)
g = Name("g", (1, 1), takes=((1, 1),))
h = Name("h", (f, 1), arity=1, takes=((f, 1), (f, f)))


@pytest.mark.parametrize(
    ("expr", "text", "latex"),
    [
        (-(eta / N) * A * u, "−(η/N) A u", r"-\frac{\eta}{N}\,A\,u"),
        ((A + B) * u, "(A + B) u", r"\left(A + B\right)\,u"),
        (A - B - 2 * A, "A − B − 2 A", r"A - B - 2\,A"),
        ((A * u).T, "(A u)ᵀ", r"\left(A\,u\right)^{\top}"),
        ((A**n).T, "(A^n)ᵀ", r"\left(A^{n}\right)^{\top}"),
        (A.T**2, "(Aᵀ)^2", r"\left(A^{\top}\right)^{2}"),
        (A * (u.T * v * B), "A (uᵀ v B)", r"A\,\left(u^{\top}\,v\,B\right)"),
        ((A * u - v).T * (A * u - v), "‖A u − v‖²", r"\left\lVert A\,u - v\right\rVert^{2}"),
        (u.T * u * A, "uᵀ u A", r"u^{\top}\,u\,A"),
        (Sum(x[i + 1], i, one, N) * v.T, "(Σ_{i=1..N} x_{i+1}) vᵀ", r"\left(\sum_{i=1}^{N} x_{i + 1}\right)\,v^{\top}"),
        (A * Sum(x[i], i, one, N), "A Σ_{i=1..N} x_i", r"A\,\sum_{i=1}^{N} x_{i}"),
        (Sum(x[i] + u, i, one, N) + v, "Σ_{i=1..N} (x_i + u) + v", r"\sum_{i=1}^{N} \left(x_{i} + u\right) + v"),
        ((1 + eta) * A, "(η + 1) A", r"\left(\eta + 1\right)\,A"),
        (A * (-B), "A (−B)", r"A\,\left(-B\right)"),
        (wrap(a ** (N - 1)) * A, "a^{N−1} A", r"a^{N - 1}\,A"),
        (wrap(a ** (n - i)) * (A * u).T * (A * u), "a^{n−i} ‖A u‖²", r"a^{n - i}\,\left\lVert A\,u\right\rVert^{2}"),
        (Mul((wrap(eta),)), "η", r"\eta"),
        (Mul((wrap(2), wrap(one / 2), A)), "2 (1/2) A", r"2 \cdot \frac{1}{2}\,A"),  # not 2½
        (Mul((u.T, wrap(-1), v, A)), "uᵀ (−v) A", r"u^{\top}\,\left(-v\right)\,A"),  # v A has no shape
        (-(u.T * u), "−‖u‖²", r"-\left\lVert u\right\rVert^{2}"),
        ((1 - 2 * eta) * A, "(1 − 2η) A", r"\left(1 - 2 \eta\right)\,A"),
        (-(1 + 2 * eta) * A, "−(2η + 1) A", r"-\left(2 \eta + 1\right)\,A"),
        (a**n * (1 - a) * A, "a^n·(1 − a) A", r"a^{n} \left(1 - a\right)\,A"),
        (eta / (N + 1) * A, "(η/(N + 1)) A", r"\frac{\eta}{N + 1}\,A"),
        (Trace(A.T * B), "tr(Aᵀ B)", r"\operatorname{tr}\left(A^{\top}\,B\right)"),
        (Blocks(((Identity(f), Zero(f, f)),)), "[I_f  0]", r"\begin{bmatrix} I_{f} & 0 \end{bmatrix}"),
    ],
)  # fmt: skip
def test_expressions(expr: Expr, text: str, latex: str) -> None:
    assert to_text(expr) == text
    assert to_latex(expr) == latex


@pytest.mark.parametrize(
    "expr",
    [
        (A + B) * (A - B).T * u,
        Sum(Sum(a ** (N - i) * x[i] * x[i].T * A * u, i, one, N + 1), sympy.Symbol("j", integer=True), one, N),
        Trace(A * B * A) * A**n * Sum(y[i], i, sympy.Integer(0), n),
        Blocks(((A * u, v),)) * wrap(sympy.Matrix([[eta], [1 / eta]])),
        Blocks(((A, B),)).T,
        A - A,
        u.T * v - v.T * u,
    ],
    ids=str,
)
def test_a_closed_form_equals_what_it_came_from(expr: Expr) -> None:
    assert decide(expr, closed_form(expr)).equal


STEP = OneStep(WindowLayer())
PROVED = settle_layer(WindowLayer())
REFUTED = settle_layer(WindowLayer(Q=entries([[0, 1, 0], [0, 0, 0], [0, 0, 0]])))
assert isinstance(PROVED, Theorem)
assert isinstance(REFUTED, Refuted)
STATED = Equation(A * u, u)
SHOWN = [
    A * u,
    x,
    STATED,
    Positive(wrap(f)),
    STEP.problem.loss,
    STEP.state,
    Mean(Name("m", (1, 1)), u.T * u, ((u.name, Normal()),)),
    Uniform(sympy.Integer(2)),
    AnyLaw("mu", 4),
    decide(A * u, A * u),
    decide(A * u, u),
    decide(A * u, u).difference,
    PROVED,
    REFUTED,
    REFUTED.counterexample,
    Statement(STATED),
    Step(A * u, (STEP.state, PROVED)),
    Calculation(A * u, (Step(u),)),
    Induction(STATED, n, Calculation(u, (Step(u),)), Calculation(u, (Step(u),))),
    Assumption("it is so", STATED),
    Hypothesis(STATED),
    PROVED.reasons[0],
    rules.TRACE,
    Case(wrap(1), (STEP.problem.loss,), ((n, one),)),
    Coefficient(u.T * v, wrap(eta), wrap(1)),
    Vanishing(x, 0, N),
    WindowLayer(),
    ConstructedTokenLayer(),
    TwoHeadLayer(),
    GradientDescent(None, penalty=eta, forgetting=a),
    STEP,
    STEP.head,
    OneStep(ConstructedTokenLayer()).head,
    ManySteps(TwoHeadLayer()),
    STEP.problem,
    Work(),
]


@pytest.mark.parametrize("item", SHOWN, ids=[f"{type(item).__name__}{k}" for k, item in enumerate(SHOWN)])
def test_every_object_prints_and_shows_itself_in_a_notebook(item: object) -> None:
    markdown = item._repr_markdown_()  # type: ignore[attr-defined]
    assert markdown.strip()
    assert markdown.count("$$") % 2 == 0
    for shown in (str(item), markdown):
        assert not re.search(r"\w+\(\w+=|object at 0x|<", shown)


def test_no_kind_is_left_out() -> None:
    """Everything that the checker knows, and what decides and refutes, has a text of its own."""
    kinds = {*NODES, *STATEMENTS, *MEANINGS, *CHECKS, *map(type, SHOWN)}
    assert [kind for kind in kinds if kind.__str__ in (object.__str__, tuple.__str__)] == []
    assert set(display.SHOWN) - {*display.FORMULAS, *CHECKS} <= set(map(type, SHOWN))


def test_what_is_printed_is_what_show_prints() -> None:
    assert str(A * u) == "A u"
    assert str(STATED) == "A u = u"
    assert str(PROVED) + "\n" == write_text(narrate([PROVED]))
    assert "\\sum_{i=1}^{N} y_{i}\\,x_{i}^{\\top}\\,x_{N + 1}" in PROVED._repr_markdown_()
    assert str(decide(A * u, A * u)).startswith("equal, by: ")
    assert str(decide(A * u, u)).splitlines()[-1] == "    A u − u"
    assert "at f = 1, N = 1, η = 1" in str(REFUTED)
    assert str(WindowLayer()).splitlines()[2] == "    −(η/N) Z_t C_t q"
    work = Work(most=1_000_000)
    work.spend(1234)
    assert str(work) == "1,234 of at most 1,000,000 steps done"
    assert repr(A) != str(A), "__repr__ tells apart what prints alike"


@pytest.mark.parametrize(
    "expr",
    [
        Sum(g(u.T * x[i]) * x[i], i, one, N),
        Sum(h.at((i + 1,), (x[i] + Sum(x[j], j, 1, N) + 2 * x[i + 1] * g(x[i].T * u), A * B)), i, 1, N),
        g(g(u.T * v) + eta / 2 * u.T * u),
        Sum(Sum(g(x[i].T * x[j] + Sum(x[n].T * x[n], n, 1, N)) * x[i] * x[j].T, i, 1, N), j, 1, N),
        h.at((3,), (u - u, A)),
        a**n * g(Trace(A)) * A,
    ],
    ids=str,
)
def test_functions_have_a_closed_form(expr: Expr) -> None:
    """… also in the difference that a decision holds, without the expressions that it came from."""
    assert decide(expr, closed_form(expr)).equal
    assert decide(written_out(show_equal(expr, 2 * expr).difference), -expr).equal


def test_a_raised_name_is_bracketed_before_a_transpose() -> None:
    """LaTeX refuses a double superscript."""
    raised = Name("W^c_V", (2, 2))().T
    assert to_latex(raised) == r"\left(W^{c}_{V}\right)^{\top}"
    assert to_text(raised) == "W^c_Vᵀ"


@pytest.mark.parametrize(
    ("value", "shown"),
    [(a * eta, "(a·η)^2"), (sympy.Rational(2, 3), "(2/3)^2"), (a**2, "(a^2)^2"), (a, "a^2"), (-a, "(−a)^2")],
    ids=str,
)
def test_a_power_of_a_scalar_has_its_brackets(value: sympy.Expr, shown: str) -> None:
    """a b² is not (a b)², nor 2/3² (2/3)²."""
    assert to_text(Power(Scalar(value), 2)) == shown


def test_a_derivative_says_in_which_argument() -> None:
    number = (1, 1)
    h, slope = (Name(letter, number, takes=(number, number)) for letter in ("h", "s"))
    assert to_text(GradientOf(slope, h)) == "s the derivative, in the first argument, of h"
    assert to_text(GradientOf(Name("s", number, takes=(number,)), g)) == "s the derivative of g"


def test_a_number_of_any_length_is_printed() -> None:
    """Python refuses to write an int of more than 4,300 digits."""
    nines = "9" * 5_000
    value = sympy.Integer(10) ** 5_000 - 1
    assert to_text(value) == to_latex(value) == nines
    assert to_text(-value / 2) == f"−{nines}/2"


@pytest.mark.parametrize(
    ("factors", "text", "latex"),
    [
        ((-1, sympy.zoo), "−zoo", r"-\tilde{\infty}"),
        ((-2, sympy.zoo), "−2zoo", r"-2 \tilde{\infty}"),
        ((-1, sympy.Mul(-1, sympy.zoo, evaluate=False)), "−−zoo", r"--\tilde{\infty}"),
    ],
)
def test_a_division_by_zero_is_printed_with_its_sign(factors: tuple[sympy.Expr, ...], text: str, latex: str) -> None:
    """For SymPy the opposite of -zoo is -zoo."""
    value = Scalar(sympy.Mul(*factors, evaluate=False))
    assert to_text(value) == text
    assert to_latex(value) == latex


def test_what_has_no_form_of_its_own_has_the_letters_of_the_rest() -> None:
    assert to_text(sympy.sin(2 * eta) + sympy.Max(1, eta)) == "sin(2*η) + Max(1, η)"


@pytest.mark.parametrize(
    "value",
    [
        (1 - a) / 2,
        -a * (b + eta) / (2 * b * (a - 1)),
        2 * (a + b) ** 2 * (1 + a * b) - 3 * a**-2,
        3 * 2**n * a ** (n - 1) / (eta * b**2) - sympy.Rational(4, 3),
        (-a) ** n * (a / b) ** 2 * (-(2**n)),
        a**12 / 7 + b * (a * (b + 1) + 2),
    ],
    ids=str,
)
def test_a_number_is_written_as_sympy_writes_it_and_reads_as_itself(value: sympy.Expr) -> None:
    bare = re.compile(r"[\s{}]")
    written = {bare.sub("", sympy.latex(value, order=order)) for order in (None, "rev-lex")}
    assert bare.sub("", to_latex(value)) in written
    plain = re.sub(r"(?<![\w^{])(\d+)(?=[^\W\d])", r"\1*", to_text(value))  # 2η
    for old, new in {"·": "*", "−": "-", "^{": "**(", "^": "**", "}": ")", "η": "eta"}.items():
        plain = plain.replace(old, new)
    assert sympy.simplify(sympy.sympify(plain, {"n": n}) - value) == 0
