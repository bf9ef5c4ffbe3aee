"""Decide and refute equations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Never

from gdssm_symbolic import proving
from gdssm_symbolic.evidence import counterexamples
from gdssm_symbolic.extensions import functions
from gdssm_symbolic.kernel.definitions import Meaning, Source
from gdssm_symbolic.kernel.normal_form import Decision
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.work import Work
from gdssm_symbolic.writing.evaluated import evaluated


@evaluated
def decide(
    left: object, right: object, *more: Never, by: Source | Sequence[Source] = (), work: Work | None = None
) -> Decision:
    """Decide whether two expressions are equal for all sizes, data, scalars and functions.

    Both are expressions of one shape, integers, or SymPy's exact scalars and matrices. `equal` is the answer, `rules`
    are the rules by which it was found, and `difference` is left less right in normal form. `work` limits the steps;
    `Work(most=…)` allows more of them than usual.

    Not equal means: by the rules of the core, as expressions for all sizes. Where sizes are literal numbers, two sides
    that are not equal by these rules may still have the same values: those of the theorem of Cayley and Hamilton for
    2×2 matrices, or two vectors of R^0. `refute` shows that an equation is false.

    `by` has definitions, recurrences and theorems, one or several, which are put in as `prove` does it, each once. What
    needs more lines than one, or an induction, is for `prove`.

    Raises:
        ShapeError: the two have different shapes.
        OutsideLanguage: the core cannot decide this equality, or (TooMuchWork) it takes too many steps.
        ProofError: one in `by` cannot be used, or (DefinitionError) two of them contradict one another.
        TypeError: a side is no expression, or there is a third argument without its keyword.

    >>> import gdssm, sympy
    >>> i = sympy.Symbol("i", integer=True)
    >>> x, W = gdssm.Name("x", (gdssm.f, 1), arity=1), gdssm.Name("W", (gdssm.f, gdssm.f))()
    >>> total = gdssm.Sum(x[i], i, 1, gdssm.N)
    >>> print(gdssm.decide(gdssm.Sum(W * x[i], i, 1, gdssm.N), W * total))
    equal, by: field
    >>> print(gdssm.decide(W * total, W.T * total))
    not equal by the rules of the core; left less right, in normal form:
    <BLANKLINE>
        Σ_{i=1..N} W x_i − Σ_{i=1..N} Wᵀ x_i
    >>> S = gdssm.Definition(gdssm.Name("S", (gdssm.f, gdssm.f)), W + W.T)
    >>> print(gdssm.decide(S.name().T, S.name(), by=S))
    equal, by: distribute, field, transpose
    """
    if more:
        raise TypeError("by is a keyword: decide(left, right, by=[…])")
    return proving.decide_by(left, right, by, work) if by else functions.decide(left, right, work)


@evaluated
def refute(
    equation: Equation,
    *more: Never,
    by: Meaning | Sequence[Meaning] = (),
    largest: int = counterexamples.LARGEST_SIZE,
) -> counterexamples.Refuted | None:
    """Find sizes, scalars and data at which an equation is false, at the smallest sizes first; None if none are found.

    Tried are the sizes up to `largest`, the scalars 1, 2, −1 and 3, and one polynomial for each function. There every
    choice of the data is covered. A true equation gives None, and so does one that is false elsewhere only: None proves
    nothing.

    `by` has the definitions and recurrences of names in the equation, one or several. A name without one is data, and
    the equation is false of it if it fails for some value. So give here what you gave to `prove`. The data found are in
    `counterexample`: `sizes`, `scalars`, `data` (each matrix as rows of fractions), and the values of both sides there,
    `left` and `right`. They were computed from the equation in plain fractions.

    Raises:
        OutsideLanguage: the equation states nothing, or cannot be read in one way only.
        ProofError: it is no equation, or (DefinitionError) the meanings contradict one another.
        TypeError: `by` has something else than meanings, or stands without its keyword.

    >>> import gdssm
    >>> A, B = gdssm.Name("A", (gdssm.f, gdssm.f))(), gdssm.Name("B", (gdssm.f, gdssm.f))()
    >>> print(gdssm.refute(gdssm.Equation(A * B, B * A)))
    Refuted:
    <BLANKLINE>
    For all f ≥ 1, all A ∈ R^{f×f}, B ∈ R^{f×f}:
    <BLANKLINE>
        A B = B A
    <BLANKLINE>
      - at f = 2
      - with A = [0 0; 1 0], B = [0 1; 0 0]
      - the left side is A B = [0 0; 0 1]
      - the right side is B A = [1 0; 0 0]
    <BLANKLINE>
    A and B are data here: no definition of them was given.
    >>> S = gdssm.Definition(gdssm.Name("S", (gdssm.f, gdssm.f)), A + A.T)
    >>> print(gdssm.refute(gdssm.Equation(S.name().T, S.name()), by=S))  # S is symmetric
    None
    >>> found = gdssm.refute(gdssm.Equation(S.name(), 2 * A), by=S)
    >>> found.counterexample.sizes
    ((f, 2),)
    """
    if more:
        raise TypeError("by is a keyword: refute(equation, by=[…])")
    return counterexamples.refute(equation, proving.several(by), largest=largest)
