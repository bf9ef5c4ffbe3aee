"""A construction unrolled at given sizes: both sides written out, or evaluated at random points modulo primes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Context, Decimal
from fractions import Fraction
from typing import Any

from sympy.polys.polyerrors import BasePolynomialError

from derivations.claim import Verdict, as_lines
from derivations.errors import InputError
from gdssm_symbolic.evidence import modular, unroller
from gdssm_symbolic.kernel.exact import class_of
from gdssm_symbolic.layers import MOST_LAYERS, ConstructedTokenLayer, GradientDescent, Layer
from gdssm_symbolic.theory.decide_layer import comparison
from gdssm_symbolic.theory.many_steps import ManySteps
from gdssm_symbolic.theory.one_step import OneStep
from gdssm_symbolic.writing.narration import Statement
from gdssm_symbolic.writing.printing import to_text

from .limits import LARGEST_FEATURES, LARGEST_SAMPLES, MOST_TRIALS
from .toml_file import Construction

#: Entries of the output whose terms have more exponents, all together, are not written out: some hundred megabytes.
MOST_EXPONENTS = 50_000_000


@dataclass(frozen=True)
class Unrolled:
    """What was found at one size, and how: `points` if both sides were evaluated, and not written out.

    The verdict is `exact-at-sizes` if both sides are the same polynomials; `probable` if they agree at all points,
    which is evidence with a probability and no proof; and `refuted` if they differ, which is certain in both cases.
    """

    of: OneStep | ManySteps
    features: int
    samples: int
    steps: int
    differs_at: int | None  # an entry of the output, from 1
    points: modular.Modular | None = None
    seed: int = 0

    @property
    def verdict(self) -> Verdict:
        if self.differs_at is not None:
            return Verdict.REFUTED
        return Verdict.EXACT_AT_SIZES if self.points is None else Verdict.PROBABLE

    @property
    def size(self) -> str:
        """The size in words."""
        return f"f = {self.features}, N = {self.samples}, L = {self.steps}"

    @property
    def chance(self) -> str:
        """The bound on the probability of agreement by chance, rounded up to two digits; empty where there is none."""
        if self.points is None or not self.points.agrees:
            return ""
        return rounded_up(self.points.chance)

    @property
    def found(self) -> str:
        """What was found, on one line."""
        where = "as polynomials" if self.points is None else f"{_points(self.points)}, seed {self.seed}"
        if self.differs_at is not None:
            return f"in entry {self.differs_at} of the output, {where}; this is certain"
        return f"in all entries, {where}"

    @property
    def error(self) -> str:
        """The bound on the probability of an error, and what it follows from; empty if there is none."""
        if not self.chance or self.points is None:
            return ""
        return (
            f"if the sides differed, they would agree at random points with a probability of at most {self.chance} "
            f"(Schwartz and Zippel: degree at most {self.points.degree}, {_counted(len(self.points.primes), 'trial')})"
        )

    def fields(self) -> list[tuple[str, str]]:
        """The parts of what was found, each with its name; a part may be empty."""
        return [
            ("claim", to_text(Statement(self.of.claimed, self.of.meanings).equation)),
            ("differ" if self.verdict is Verdict.REFUTED else "agree", self.found),
            ("error", self.error),
        ]

    def __str__(self) -> str:
        return as_lines(self.verdict, [("at", self.size), *self.fields()])


def unroll(
    what: Construction | Layer,
    features: int,
    samples: int,
    steps: int | None = None,
    *,
    goal: GradientDescent | None = None,
    at_random_points: bool = False,
    trials: int = modular.TRIALS,
    seed: int = 0,
    on_trial: Callable[[int], object] = lambda _: None,
) -> Unrolled:
    """Unroll a construction at one size, and compare its output with the prediction of gradient descent.

    Raises InputError, which names what is at fault, if the size is too large, if the number of steps is not known or
    another one than that of the goal, or if the construction cannot be unrolled.
    """
    if isinstance(what, Construction) and class_of(what) is Construction:
        layer, goal = what.layer, what.goal
    else:
        layer = what  # type: ignore[assignment]
    _require("features", features, LARGEST_FEATURES)
    _require("samples", samples, LARGEST_SAMPLES)
    _require("trials", trials, MOST_TRIALS)
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise InputError("seed", f"{seed!r} is no integer from 0 on")
    try:
        of = comparison(layer, goal)
    except ValueError as error:
        raise InputError("layer", str(error)) from None
    of = _with_steps(of, steps)
    free, count = isinstance(of, ManySteps) and not of.goal.from_zero, of.goal.steps or 1
    try:
        if at_random_points:
            points = modular.evaluate(
                of.layer,
                features,
                samples,
                count,
                goal=of.goal,
                free_start=free,
                trials=trials,
                seed=seed,
                on_trial=on_trial,
            )
            return Unrolled(of, features, samples, count, points.differs_at, points, seed)
        _require_small(of, features, samples, count, free)
        both = unroller.Unroller(features, samples, _targets(of.layer, features), free_start=free)
        return Unrolled(of, features, samples, count, unroller.first_difference(both, of.layer, count, of.goal))
    except BasePolynomialError as error:
        raise InputError("layer", f"an entry is no polynomial in η, λ and the decay at this size: {error}") from None


def rounded_up(number: Fraction) -> str:
    """Return two digits of a small number, rounded up, as 2.1e-32."""
    context = Context(prec=2, rounding=ROUND_CEILING)
    return f"{context.divide(Decimal(number.numerator), Decimal(number.denominator)):e}"


def unrolled_entry(found: Unrolled) -> dict[str, Any]:
    """What was found, for a program."""
    points = found.points
    return {
        "verdict": found.verdict.value,
        "statement": Statement(found.of.claimed, found.of.meanings).one_line(),
        "sizes": {"f": found.features, "N": found.samples, "L": found.steps},
        "differs_at": found.differs_at,
        "modular": None
        if points is None
        else {
            "seed": found.seed,
            "primes": list(map(str, points.primes)),
            "trials": len(points.primes),
            "degree": points.degree,
            "chance": found.chance or None,
        },
    }


def _with_steps(of: OneStep | ManySteps, steps: int | None) -> OneStep | ManySteps:
    if isinstance(of, OneStep):
        if steps not in (None, 1):
            raise InputError("steps", f"one head computes one step, not {steps}")
        return of
    if of.goal.steps is None:
        if steps is None:
            raise InputError("steps", "the construction is for every number of layers and steps; say how many")
        _require("steps", steps, MOST_LAYERS)
        return replace(of, goal=replace(of.goal, steps=steps))
    if steps not in (None, of.goal.steps):
        raise InputError("steps", f"the construction states {of.goal.steps}, not {steps}")
    return of


def _require(key: str, number: int, most: int) -> None:
    if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= most:
        raise InputError(key, f"{key} are a number from 1 to {most:,}, not {number!r}")


def _require_small(of: OneStep | ManySteps, features: int, samples: int, steps: int, free_start: bool) -> None:
    """Raise InputError if an entry of either side is too large to be written out."""
    targets = _targets(of.layer, features)
    unknowns = (samples + 1) * features + samples * targets + free_start * features * targets + len(unroller.SCALARS)
    terms = modular.most_terms(of.layer, features, samples, steps, goal=of.goal, free_start=free_start)
    if terms * unknowns > MOST_EXPONENTS:
        raise InputError(
            "features",
            f"an entry of the output may have {terms:.0e} terms in {unknowns:,} unknowns, too many to be written out; "
            "evaluate both sides at random points (--modular), or take a smaller size",
        )


def _targets(layer: Layer, features: int) -> int:
    return 1 if isinstance(layer, ConstructedTokenLayer) else features


def _points(points: modular.Modular) -> str:
    return f"at {_counted(len(points.primes), 'random point')}, each modulo a random prime of {modular.BITS + 1} bits"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number > 1)}"
