"""The best step for coordinates of different variances, as `gdssm predict --covariance` tells it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import sympy

from derivations.errors import InputError
from gdssm_symbolic.theory.preconditioned import Preconditioned

from .limits import LARGEST_SIZE, MOST_COORDINATES
from .prediction import LAWS, rational, require_law, require_whole

#: A fraction that is longer is told as a decimal number alone.
READABLE = 40

#: Of a numerator or denominator that is printed exactly: Python writes no more than 4,300 without being asked.
MOST_DIGITS = 4000


@dataclass(frozen=True)
class PreconditionedStep:
    """ŷ = Y Xᵀ diag(p) x_{N+1} with the least expected squared error, and the construction beside it, exactly."""

    weights: tuple[Fraction, ...]  # p_1, …, p_f
    loss: Fraction  # the expected squared error of one component of the target
    coefficient: Fraction  # c_0 of the best construction, which has one for all coordinates
    learning_rate: Fraction  # N c_0
    construction_loss: Fraction
    derivatives: tuple[Fraction, ...]  # of that loss by the decay of each column, at decay 1
    told: str = field(repr=False)

    def __str__(self) -> str:
        return self.told


def best_step(
    covariance: str | Iterable[str | float | Fraction],
    samples: int,
    *,
    features: int | None = None,
    steps: int = 1,
    inputs: str = "uniform",
    scale: str | float | Fraction = 1,
    noise: str | float | Fraction = 0,
) -> PreconditionedStep:
    """Return the best step for coordinates of these variances; InputError for numbers out of range."""
    text = covariance if isinstance(covariance, str) else ",".join(map(str, covariance))
    require_whole("samples", samples, LARGEST_SIZE)
    require_law(inputs)
    diagonal = variances(text)
    require_one_step(diagonal, features, steps, str(scale))
    found = preconditioned(diagonal, samples, inputs, rational("noise", str(noise), zero=True))
    construction = found["construction"]
    return PreconditionedStep(
        tuple(map(Fraction, found["weights"])),
        Fraction(found["loss"]),
        Fraction(construction["coefficient"]),
        Fraction(construction["learning_rate"]),
        Fraction(construction["loss"]),
        tuple(map(Fraction, construction["derivatives"])),
        text_of(found),
    )


def require_one_step(diagonal: Sequence[Fraction], features: int | None, steps: int, scale: str) -> None:
    """InputError if something else is given that the variances already say, or more than one step."""
    if features not in (None, len(diagonal)):
        raise InputError("features", f"--covariance has {len(diagonal)} variances, so leave --features {features} out")
    if scale != "1":
        raise InputError("scale", "--covariance already has the scale of each coordinate; leave --scale out")
    if steps != 1:
        raise InputError("steps", "--covariance is for one step; leave --steps out")


def variances(text: str) -> tuple[Fraction, ...]:
    """Return the diagonal of the covariance matrix: 1,0.3 is (1, 3/10).

    Raises:
        InputError: there are more than MOST_COORDINATES entries, or one is no positive number.
    """
    entries = text.split(",")
    if len(entries) > MOST_COORDINATES:
        raise InputError("covariance", f"--covariance: {len(entries)} variances, and at most {MOST_COORDINATES} fit")
    return tuple(rational("covariance", entry.strip()) for entry in entries)


def preconditioned(diagonal: Sequence[Fraction], samples: int, inputs: str, noise: Fraction) -> dict[str, Any]:
    """The best weight of each coordinate, and the construction beside them, for a program.

    Raises:
        InputError: an exact number has more than 4,000 digits.
    """
    best = Preconditioned(tuple(diagonal), samples, LAWS[inputs](sympy.Integer(1)), noise)
    exact = (*best.weights, *best.slopes, best.loss, best.coefficient, best.construction_loss)
    if max(max(abs(value.numerator), value.denominator) for value in exact) >= 10**MOST_DIGITS:
        message = f"--covariance: the exact numbers would have more than {MOST_DIGITS:,} digits; give shorter fractions"
        raise InputError("covariance", message)
    return {
        "features": len(best.variances),
        "samples": samples,
        "steps": 1,
        "inputs": inputs,
        "covariance": [str(s) for s in best.variances],
        "noise": str(noise),
        "weights": [str(p) for p in best.weights],
        "loss": str(best.loss),
        "construction": {
            "coefficient": str(best.coefficient),
            "learning_rate": str(samples * best.coefficient),
            "loss": str(best.construction_loss),
            "derivatives": [str(slope) for slope in best.slopes],
        },
    }


def text_of(found: Mapping[str, Any]) -> str:
    """Return what `preconditioned` gives a program as lines for a reader."""
    construction = found["construction"]
    return "\n".join(
        (
            f"x has independent coordinates, {found['inputs']} with mean 0 and these variances",
            f"W has independent standard normal entries; {label_noise(found['noise'])}",
            *(
                f"p_{b} = {_told(p)}, at variance {s}"
                for b, (p, s) in enumerate(zip(found["weights"], found["covariance"], strict=True), 1)
            ),
            f"expected squared error per component of the preconditioned step = {_told(found['loss'])}",
            f"construction, c_0 = {_told(construction['coefficient'])}",
            f"construction, learning rate = {float(Fraction(construction['learning_rate'])):.6g}",
            f"expected squared error per component of the construction = {_told(construction['loss'])}",
            *(
                f"its derivative by the decay of column {b}, at decay 1 = {float(Fraction(slope)):.6g}"
                for b, slope in enumerate(construction["derivatives"], 1)
            ),
            *_best_layer(found),
        )
    )


def label_noise(variance: str) -> str:
    """The label noise in words."""
    return "no label noise" if variance == "0" else f"label noise of variance {variance}"


def _best_layer(found: Mapping[str, Any]) -> Iterator[str]:
    """Say between which two errors that of the best single layer is, and where it is proved."""
    least, construction = (f"{float(Fraction(one['loss'])):.6g}" for one in (found, found["construction"]))
    alike = len(found["covariance"]) <= 2 or len(set(found["covariance"])) == 1
    proved = alike and found["noise"] == "0"
    between = f"between {least} and {construction}" if proved else f"of at most {construction}"
    if proved and found["loss"] == found["construction"]["loss"]:
        yield f"the best single layer has the error {least}, which the construction attains"
    else:
        yield f"the best single layer has an error {between}; its exact value is not known"
    limited = "" if proved else " (f = 2, no noise)"
    yield f"gdssm show ANISO proves that no layer has less than the preconditioned step{limited}"


def _told(number: str) -> str:
    decimal = f"{float(Fraction(number)):.6g}"
    return f"{number}    ({decimal})" if len(number) <= READABLE else decimal
