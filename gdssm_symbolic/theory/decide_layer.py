"""Does a layer compute gradient descent? A theorem for all sizes, or a confirmed counterexample.

The normal form of output minus prediction says at which sizes the two may differ. If at none, the proof
is checked; if there are some, the search looks there, however large they are. With one head it
would always end, were there no budget, since from N = 3 and f = 2 on a size hides nothing. In

    o_N = β Σ_t Σ_ijk a^{N-t} Q_ij q_k c_{t,i} (c_{t,j}ᵀ c_{N,k}),    C_t = [c_{t,1} c_{t,2} c_{t,3}]

at stride 2 the 27 terms with t = 1 are different polynomials in the data and occur at no other t, but for
x_2x_2ᵀ, which is in the windows 1 and 2, while x_1x_1ᵀ is in the first alone. So output and prediction are
equal at this size only if β Q_21 q_3 = η/N, the other 26 products vanish, and (t = 1 against t = 2) a = 1;
if that holds at all sizes, it holds as rational functions, and the proof succeeds. At stride 1 the factor
of x_2y_1ᵀ, which has to vanish, is a times that of y_2x_2ᵀ, which has not: no numbers are right. With
constructed tokens the four products of ψ and θ take the place of the 27.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence.counterexamples import Refuted
from gdssm_symbolic.evidence.search import ANYWHERE, MOST_STEPS, Obstacles, refute_where
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.proofs import Specialisation
from gdssm_symbolic.kernel.statements import ProofError
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.kernel.work import TooMuchWork, Work
from gdssm_symbolic.layers import (
    ANY_STEPS,
    ONE_STEP_FROM_ZERO,
    GradientDescent,
    Layer,
    TwoHeadLayer,
)
from gdssm_symbolic.theory.many_steps import L, ManySteps
from gdssm_symbolic.theory.one_step import OneStep

#: A proof for one number of layers alone writes both sides out, for up to this many layers.
MOST_WRITTEN_OUT = 3
#: Two heads are tried at sizes up to this one before anything is written out.
TRIED = 2

#: What was found out about a layer; None is undecided.
Found = Theorem | Refuted | None


def settle_layer(layer: Layer, goal: GradientDescent | None = None) -> Found:
    """Does the layer compute gradient descent, for all sizes, data and learning rates?

    Two heads are held against every number of steps from any W_0, one head against one step from zero,
    unless `goal` says otherwise. None is undecided, which happens with one head only where the search takes too long.

    Raises:
        ValueError: one head is held against anything but one step from zero without a penalty.
        OutsideLanguage: a number of a layer with one head has a pole at some size, or is no rational function.
    """
    return prove_or_refute(comparison(layer, goal))


def comparison(layer: Layer, goal: GradientDescent | None = None) -> OneStep | ManySteps:
    """The layer beside what it is held against; ValueError as in `settle_layer`."""
    if isinstance(layer, TwoHeadLayer):
        return ManySteps(layer, goal or ANY_STEPS)
    if goal not in (None, ONE_STEP_FROM_ZERO):
        raise ValueError("one head computes one step from zero on the loss without a penalty, if anything")
    return OneStep(layer)


def prove_or_refute(of: OneStep | ManySteps, work: Work | None = None) -> Found:
    """The theorem, or the counterexample, or None: undecided.

    `work` says how many steps the search for a counterexample may take, and is told of progress; where it takes more,
    the layer is undecided. ValueError if the samples have weights: where output and prediction may differ is known for
    plain losses alone.
    """
    if of.goal.forgetting != 1:
        raise ValueError("a loss with weights is compared by its proof alone")
    work = work or Work(MOST_STEPS)
    if isinstance(of, ManySteps):
        return _first(_attempts(of, work))
    plain = replace(of, layer=replace(of.layer, decay=sympy.Integer(1)))
    try:
        obstacles = Obstacles.of([plain.difference()], of.layer.decay - 1)
    except TooMuchWork:  # nothing is known of where they differ, but small sizes can be tried
        return _first([partial(refute_where, ANYWHERE, of.claimed, of.meanings, largest=TRIED, work=work)])
    if not obstacles.polynomials:
        return of.last_step()
    return _first([partial(refute_where, obstacles, of.claimed, of.meanings, work=work)])


def _first(attempts: Iterable[Callable[[], Found]]) -> Found:
    """What the first attempt that succeeds comes to."""
    for attempt in attempts:
        try:
            if found := attempt():
                return found
        except (ProofError, OutsideLanguage):
            continue
    return None


def _attempts(many: ManySteps, work: Work) -> Iterator[Callable[[], Found]]:
    """Small sizes first, then the proofs, then the sizes at which the normal form says that something is wrong."""
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
    """What holds for every number of layers holds for this one."""
    return check(Specialisation(many.output(), {L: sympy.Integer(steps)}), f"the output of {steps} layers")


def _refute_where_wrong(many: ManySteps, layers: int, work: Work) -> Refuted | None:
    return _refute(many, layers, _obstacles(many, layers), work)


def _obstacles(many: ManySteps, layers: int) -> Obstacles:
    """Where the output of so many layers may be wrong; of many layers, where that of one layer or of two is.

    These two fix the numbers of a layer. One layer fixes rate·Q_ij q_k, and, from any W_0, rate·Q̃_ij q_k and keep·q_k.
    From zero it leaves Q̃ and keep open, and the second layer, whose output is
    -rate (keep + 1) Z C_N q - rate² Z Z̃ C_N q, fixes them. With a decay of 1 the differences are in the language; any
    other decay is wrong as soon as there is a layer.
    """
    plain = replace(many, layer=replace(many.layer, decay=sympy.Integer(1)))
    differences = [plain.difference(length) for length in ((layers,) if layers <= MOST_WRITTEN_OUT else (1, 2))]
    return Obstacles.of(differences, *([many.layer.decay - 1] if layers else []))


def _refute(
    many: ManySteps, layers: int, obstacles: Obstacles, work: Work, largest: int | None = None
) -> Refuted | None:
    fixed = {L: layers} if many.goal.steps is None else {}
    return refute_where(obstacles, many.claimed, many.meanings, fixed=fixed, largest=largest, work=work)
