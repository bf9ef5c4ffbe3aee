"""Does a layer compute gradient descent? A theorem for all sizes, or a confirmed counterexample.

The normal form of output minus prediction says at which sizes the two may differ. If there are none, the
proof is checked. If there are some, the search looks there, however large they are. With one head and no limit on
its steps, the search would always end, since a difference shows at every size with N ≥ 3 and f ≥ 2. To see this, write

    o_N = β Σ_t Σ_ijk a^{N-t} Q_ij q_k c_{t,i} (c_{t,j}ᵀ c_{N,k}),    C_t = [c_{t,1} c_{t,2} c_{t,3}]

At stride 2 the 27 terms with t = 1 are different polynomials in the data, and occur at no other t, with one
exception: x_2x_2ᵀ is in windows 1 and 2, but x_1x_1ᵀ is only in window 1. So output and prediction are equal at
this size only if β Q_21 q_3 = η/N, the other 26 products are 0, and a = 1 (compare t = 1 with t = 2). If that
holds at all sizes, it holds as rational functions, and the proof succeeds. At stride 1, the factor of x_2y_1ᵀ has
to be 0, and is a times the factor of y_2x_2ᵀ, which must not be 0; so no numbers are right. With constructed
tokens, the four products of ψ and θ take the place of the 27.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, replace
from functools import partial
from typing import TypeVar, get_args

import flint
import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence.counterexamples import Refuted
from gdssm_symbolic.evidence.from_model import with_model
from gdssm_symbolic.evidence.reading_order import in_reading_order
from gdssm_symbolic.evidence.search import ANYWHERE, MOST_STEPS, Obstacles, refute_where
from gdssm_symbolic.extensions.conversions import Polynomial, polynomial
from gdssm_symbolic.kernel.exact import class_of
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage, Scope, floor
from gdssm_symbolic.kernel.proofs import Specialisation
from gdssm_symbolic.kernel.scalars import Scalars
from gdssm_symbolic.kernel.statements import ProofError
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.kernel.work import TooMuchWork, Work
from gdssm_symbolic.layers import (
    ANY_STEPS,
    MOST_LAYERS,
    ONE_STEP_FROM_ZERO,
    GradientDescent,
    Layer,
    N,
    TwoHeadLayer,
    a,
    eta,
    f,
    lam,
)

from .factoring import factored
from .many_steps import L, ManySteps
from .one_step import OneStep
from .poles import pole

#: A proof for one given number of layers writes out both sides, for at most this many layers.
MOST_WRITTEN_OUT = 3
#: For two heads, a counterexample is sought at sizes up to this one before anything is written out.
TRIED = 2

#: What the numbers of a layer may contain: η, N, f, the weight λ of a penalty, and the letter of an open decay.
LETTERS = (eta, lam, N, f, a)
FLOORS = tuple(map(floor, LETTERS))  # N and f are at least 1, the others are real numbers
RING = flint.fmpq_mpoly_ctx.get([letter.name for letter in LETTERS], flint.Ordering.degrevlex)

#: What is known about a layer: a theorem, a counterexample, or None if it is undecided.
Found = Theorem | Refuted | None


def settle_layer(layer: Layer, goal: GradientDescent | None = None) -> Found:
    """Prove or refute that the layer computes gradient descent, for all sizes, data and learning rates.

    A two-head layer is compared with every number of steps from any W_0, and a one-head layer with one step from zero,
    unless `goal` says otherwise. Returns None if undecided; with one head, only if the search takes too long. A
    counterexample has targets of a linear model, if one is found at the sizes of the first counterexample.

    Raises:
        ValueError: a number is no rational function of LETTERS, or it is not shown to have no pole; or a one-head layer
            is compared with anything but one step from zero without a penalty; or `goal` has over MOST_LAYERS steps.
    """
    of = comparison(layer, goal)
    found = prove_or_refute(of)
    return with_model(found, of.problem.model) if isinstance(found, Refuted) else found


def comparison(layer: Layer, goal: GradientDescent | None = None) -> OneStep | ManySteps:
    """Return the layer together with the descent it is compared with. Raises ValueError as `settle_layer` does.

    Other letters than LETTERS are refused, because they may have a meaning of their own in the statement, as l has. A
    number with a pole is refused, because the statement is about all sizes and all rates; a theorem would only hold
    where both its sides have a value.
    """
    if class_of(layer) not in get_args(Layer):  # a subclass could override what is read of it
        raise TypeError(f"{type(layer).__name__} is no layer of the paper")
    if class_of(goal) not in (GradientDescent, type(None)):
        raise TypeError(f"{type(goal).__name__} is no GradientDescent")
    layer, goal = _with_readable_numbers(layer), None if goal is None else _with_readable_numbers(goal)
    if goal is not None and (goal.steps or 0) > MOST_LAYERS:
        raise ValueError(f"{goal.steps:,} steps: at most {MOST_LAYERS} are given, or None for every number of them")
    values = [getattr(of, one.name) for of in (layer, goal or ANY_STEPS) for one in fields(of) if one.name != "decay"]
    others = (entry for value in values for entry in _entries(value))
    if layer.decay not in (0, 1, a) and any(entry.has(a) for entry in others):
        raise ValueError("a stands for the decay, which is another number here")
    if isinstance(layer, TwoHeadLayer):
        return ManySteps(layer, goal or ANY_STEPS)
    if goal not in (None, ONE_STEP_FROM_ZERO):
        raise ValueError("one head computes one step from zero on the loss without a penalty, if anything")
    return OneStep(layer)


def _entries(value: object) -> tuple[sympy.Expr, ...]:
    """The numbers in a field of a layer: a number, or those of a matrix."""
    if isinstance(value, sympy.MatrixBase):
        return tuple(value.flat())
    return (value,) if isinstance(value, sympy.Expr) else ()


Numbers = TypeVar("Numbers", bound=Layer | GradientDescent)


def _with_readable_numbers(of: Numbers) -> Numbers:
    """The layer or the descent with numbers that have a value everywhere. Raises ValueError as `settle_layer` does."""
    changed = {}
    for one in fields(of):
        value = getattr(of, one.name)
        if isinstance(value, sympy.MatrixBase):
            changed[one.name] = value.applyfunc(partial(_readable, one.name))
        elif isinstance(value, sympy.Expr):
            changed[one.name] = _readable(one.name, value)
    return replace(of, **changed)


def _readable(name: str, value: sympy.Expr) -> sympy.Expr:
    """The value as written; but in lowest terms, as the core reads it, if it divides by scalars or is a mere number."""
    _require_readable(name, value)
    field = Scalars(LETTERS, Work())
    try:
        read = field.read(value, Scope.of(LETTERS)).get((), field.zero)
    except OutsideLanguage as error:
        raise ValueError(f"{name}: {error}") from error
    numerator, denominator = map(_polynomial, (read.numer, read.denom))
    leading = denominator.leading_coefficient()
    if reason := pole(denominator / leading, LETTERS, FLOORS):
        raise ValueError(f"{name}: {reason}")
    cancelled = factored(numerator / leading, LETTERS) / factored(denominator / leading, LETTERS)
    divides = any(one.exp.is_negative and not one.base.free_symbols <= {N, f} for one in value.atoms(sympy.Pow))
    return cancelled if divides or cancelled.is_number else value


def _polynomial(value: flint.fmpz_mpoly) -> Polynomial:
    """The polynomial in LETTERS alone: the core has one variable more."""
    return polynomial(((powers[: len(LETTERS)], number) for powers, number in value.terms()), RING)


def _require_readable(name: str, value: sympy.Expr) -> None:
    """Raise ValueError unless the value is a rational function of LETTERS; as a decay, a stands alone."""
    if unknown := in_reading_order(value.free_symbols.difference(LETTERS)):
        allowed = "gdssm.eta, gdssm.N, gdssm.f (or lam or a of gdssm_symbolic.layers)"
        raise ValueError(f"{name} contains the symbol {unknown[0]}, which is not one of {allowed}")
    if not value.is_rational_function(*LETTERS):
        raise ValueError(f"{name} is {value}, which is no rational function of eta, N and f")
    if name == "decay" and value != a and value.has(a):
        raise ValueError(f"decay is {value}, but a stands for the decay itself")


def prove_or_refute(of: OneStep | ManySteps, work: Work | None = None) -> Found:
    """Return the theorem, or the counterexample, or None if undecided.

    `work` limits the steps of the search for a counterexample; if it takes more, the layer is undecided. Raises
    ValueError if the samples have weights, because it is only known for losses without weights where output and
    prediction may differ.
    """
    if of.goal.forgetting != 1:
        raise ValueError("a loss with weights is compared by its proof alone")
    work = work or Work(MOST_STEPS)
    if isinstance(of, ManySteps):
        return _first(_attempts(of, work))
    plain = replace(of, layer=replace(of.layer, decay=sympy.Integer(1)))
    try:
        obstacles = Obstacles.of([plain.difference()], of.layer.decay - 1)
    except TooMuchWork:  # it is unknown where they differ, but small sizes can be tried
        return _first([partial(refute_where, ANYWHERE, of.claimed, of.meanings, largest=TRIED, work=work)])
    if not obstacles.polynomials:
        return of.last_step()
    return _first([partial(refute_where, obstacles, of.claimed, of.meanings, work=work)])


def _first(attempts: Iterable[Callable[[], Found]]) -> Found:
    """Return the result of the first attempt that succeeds."""
    for attempt in attempts:
        try:
            if found := attempt():
                return found
        except (ProofError, OutsideLanguage):
            continue
    return None


def _attempts(many: ManySteps, work: Work) -> Iterator[Callable[[], Found]]:
    """Yield attempts: first at small sizes, then the proofs, then at sizes where the normal form shows a difference."""
    steps = many.goal.steps
    lengths = (0, 1, 2) if steps is None else (steps,)
    for length in lengths:
        yield partial(_refute, many, length, ANYWHERE, work, TRIED)
    if steps is None:
        yield many.output
    else:
        yield partial(_specialised, many, steps)
        if steps <= MOST_WRITTEN_OUT:
            yield partial(many.output_of, steps)
    for length in lengths:
        yield partial(_refute_where_wrong, many, length, work)


def _specialised(many: ManySteps, steps: int) -> Theorem:
    """Return the theorem for this number of layers, by specialising the theorem for every number."""
    return check(Specialisation(many.output(), {L: sympy.Integer(steps)}), f"the output of {steps} layers")


def _refute_where_wrong(many: ManySteps, layers: int, work: Work) -> Refuted | None:
    return _refute(many, layers, _obstacles(many, layers), work)


def _obstacles(many: ManySteps, layers: int) -> Obstacles:
    """Return where the output of `layers` layers may be wrong; for many layers, where that of one or of two may be.

    One and two layers determine the numbers of a layer. One layer determines rate·Q_ij q_k and, from any W_0, also
    rate·Q̃_ij q_k and keep·q_k. From zero it leaves Q̃ and keep open; the second layer determines them by its output
    -rate (keep + 1) Z C_N q - rate² Z Z̃ C_N q. With decay 1 the normal form can express the differences. With any other
    decay, one layer is already wrong.
    """
    plain = replace(many, layer=replace(many.layer, decay=sympy.Integer(1)))
    differences = [plain.difference(length) for length in ((layers,) if layers <= MOST_WRITTEN_OUT else (1, 2))]
    return Obstacles.of(differences, *([many.layer.decay - 1] if layers else []))


def _refute(
    many: ManySteps, layers: int, obstacles: Obstacles, work: Work, largest: int | None = None
) -> Refuted | None:
    fixed = {L: layers} if many.goal.steps is None else {}
    return refute_where(obstacles, many.claimed, many.meanings, fixed=fixed, largest=largest, work=work)
