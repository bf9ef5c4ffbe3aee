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


#: A fraction, or a decimal number with or without an exponent.
NUMBER = re.compile(r"[0-9]+/[0-9]+|([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")

#: Of numerator and denominator.
MOST_DIGITS = 40


def require_whole(key: str, value: int, most: int) -> None:
    """InputError unless it is a whole number from 1 to `most`."""
    if type(value) is not int or not 1 <= value <= most:
        raise InputError(key, f"{key}: {value!r} is not a whole number from 1 to {most:,}")


def require_law(inputs: str) -> None:
    """InputError unless it names a law of the inputs."""
    if inputs not in LAWS:
        raise InputError("inputs", f"inputs: {inputs!r} is not {' or '.join(LAWS)}")


def rational(key: str, text: str, *, zero: bool = False) -> Fraction:
    """Return the exact value of a number that is positive, or not negative if `zero`: 1e-3 is 1/1000.

    Raises:
        InputError: the text is no such number, or its numerator or denominator has more than 40 digits.
    """
    if len(text) > 2 * MOST_DIGITS or not NUMBER.fullmatch(text):
        raise InputError(key, f"--{key}: {text[:40]!r} is not a number of 0 or more, such as 2, 1/2, .5 or 1e-3")
    try:
        value = Fraction(text)
    except ZeroDivisionError:
        raise InputError(key, f"--{key}: {text} divides by zero") from None
    if max(value.numerator, value.denominator) >= 10**MOST_DIGITS:
        raise InputError(key, f"--{key}: {text} has more than {MOST_DIGITS} digits, written as a fraction")
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
