"""What the best predictor is, as `gdssm predict` tells it."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import sympy

from derivations.errors import InputError
from gdssm_symbolic.extensions.laws import Normal, Uniform
from gdssm_symbolic.theory.best_rate import Optimum

LAWS: dict[str, type[Uniform] | type[Normal]] = {"uniform": Uniform, "normal": Normal}


def rational(key: str, text: str, *, zero: bool = False) -> Fraction:
    """A positive number, or one that may be 0, written 1/2, 0.5 or 3: exact, and of no great length."""
    if len(text) > 40 or not re.fullmatch(r"[0-9]+(/[0-9]+|\.[0-9]+)?", text):
        raise InputError(key, f"--{key}: {text[:40]!r} is not a number of 0 or more, such as 2, 1/2 or 0.5")
    try:
        value = Fraction(text)
    except ZeroDivisionError:
        raise InputError(key, f"--{key}: {text} divides by zero") from None
    if value == 0 and not zero:
        raise InputError(key, f"--{key}: the number has to be positive")
    return value


def simplest(value: float) -> sympy.Rational:
    """Return the number that a user wrote as 1/3 or 0.1: of the fractions that round to this double, a simple one.

    A denominator of up to a million is simple; if none rounds to it, the shortest decimal that does is returned.
    """
    near = Fraction(value).limit_denominator(10**6)
    found = near if float(near) == value else Fraction(repr(value))
    return sympy.Rational(found.numerator, found.denominator)


def prediction(
    features: int, samples: int, steps: int, inputs: str, scale: Fraction, noise: Fraction
) -> dict[str, Any]:
    """The coefficients, the loss and the learning rates of the best predictor, for a program."""
    law = LAWS[inputs](sympy.Rational(scale.numerator, scale.denominator))
    tau = sympy.Rational(noise.numerator, noise.denominator)
    best = Optimum(steps, law, tau, sympy.Integer(features), sympy.Integer(samples))
    rates = best.learning_rates()
    return {
        "features": features,
        "samples": samples,
        "steps": steps,
        "inputs": inputs,
        "scale": str(scale),
        "noise": str(noise),
        "coefficients": [str(c) for c in best.coefficients],
        "loss": str(best.loss),
        "learning_rates": None if rates is None else list(rates),
    }
