"""Readings, and confirmations, that several claims share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from derivations.claim import Evidence, IllFormed, Reading
from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence.counterexamples import refute
from gdssm_symbolic.evidence.from_model import with_model
from gdssm_symbolic.evidence.unroller import agrees
from gdssm_symbolic.kernel.expressions import ShapeError
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.layers import ONE_STEP_FROM_ZERO, GradientDescent, Layer
from gdssm_symbolic.theory.least_squares import LeastSquares, t
from gdssm_symbolic.theory.one_step import OneStep

#: The mathematics in the message of a ShapeError: a name that is defined, and shapes.
MATHEMATICS = re.compile(r"(?<=what defines )\S+|[^\s,]+×[^\s,]+")


def unrolled(
    layer: Layer, sizes: Iterable[tuple[int, ...]], goal: GradientDescent = ONE_STEP_FROM_ZERO
) -> Iterator[tuple[str, bool]]:
    """Does the unroller find the layer's output equal to the prediction, at each size (f, N) or (f, N, L)?

    The loss is the goal's.
    """
    for size in sizes:
        named = ", ".join(f"${name}={value}$" for name, value in zip("fNL", size, strict=False))
        yield named, agrees(layer, *size, goal=goal)


EACH_STEP = "each recurrent step produces the prediction for the next input, with $β = −η/N$"

#: The row of the corrections for what follows; it is P1's.
EVERY_STEP = "P1.4"


def every_step(name: str, place: str, one_step: OneStep, corrected: str) -> Reading:
    """The reading that P1, P2 and STEP share: the prediction at every step, with one factor for all of them."""
    return Reading(
        id=name,
        place=place,
        printed=EACH_STEP,
        read_as=(
            "the output after $t$ samples is the prediction after one step of rate $η$ on these $t$ samples, with the "
            f"{corrected} corrected"
        ),
        correction=(
            "$−η/t$ at step $t$, which is $−η/N$ at $t = N$; with $−η/N$ at every step, step $t$ has the rate $ηt/N$"
        ),
        row=EVERY_STEP,
        wrong="the factor is right at the last sample only",
        evidence=one_step.refute_fixed_factor,
        computes=lambda: one_step.fixed_factor().equation,
    )


def unhalved_gradient(problem: LeastSquares) -> Evidence:
    """The gradient with 1/t before the squares, proved to be that of the loss with 1/t, against that of the loss."""
    printed = replace(problem, halved=False, mark="'")
    check(printed.expansion)
    W = problem.point()
    gradients = (of.gradient.name.at((t,), (W,)) for of in (problem, printed))
    found = refute(Equation(*gradients), (problem.loss, problem.gradient, printed.loss, printed.gradient))
    return with_model(found, problem.model)


def ill_formed(build: Callable[[], object]) -> Callable[[], Evidence]:
    """A reading that is ill formed: as it is written down, its shapes do not fit."""

    def try_to_write() -> Evidence:
        try:
            build()
        except ShapeError as error:
            return IllFormed(MATHEMATICS.sub(r"$\g<0>$", str(error)))
        return None

    return try_to_write
