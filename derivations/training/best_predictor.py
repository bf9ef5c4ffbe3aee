"""The best predictor as an object for Python: exact numbers, and the text that `gdssm predict` prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .limits import LARGEST_SIZE, MOST_STEPS
from .prediction import prediction, rational, require_law, require_whole


@dataclass(frozen=True)
class BestPredictor:
    """ŷ = Σ c_k Y Xᵀ (X Xᵀ)ᵏ x_{N+1}, k < L, with the least expected squared error."""

    coefficients: tuple[Fraction, ...]
    loss: Fraction  # the expected squared error of one component of the target
    learning_rates: tuple[float, ...] | None  # of L steps of gradient descent; None if they are not real

    def __str__(self) -> str:
        rates = self.learning_rates
        return "\n".join(
            (
                *(f"c_{k} = {c}    ({float(c):.6g})" for k, c in enumerate(self.coefficients)),
                f"expected squared error per component = {self.loss}    ({float(self.loss):.6g})",
                f"learning rates = {', '.join(f'{rate:.6g}' for rate in rates) if rates else 'not real'}",
            )
        )


def best_predictor(
    features: int,
    samples: int,
    steps: int = 1,
    *,
    inputs: str = "uniform",
    scale: str | float | Fraction = 1,
    noise: str | float | Fraction = 0,
) -> BestPredictor:
    """Return the best predictor for these sizes and this law of the inputs; InputError for numbers out of range."""
    require_whole("features", features, LARGEST_SIZE)
    require_whole("samples", samples, LARGEST_SIZE)
    require_whole("steps", steps, MOST_STEPS)
    require_law(inputs)
    exact = rational("scale", str(scale)), rational("noise", str(noise), zero=True)
    return of_prediction(prediction(features, samples, steps, inputs, *exact))


def of_prediction(found: Mapping[str, Any]) -> BestPredictor:
    """Return what `prediction` gives a program as an object."""
    rates = found["learning_rates"]
    coefficients = tuple(map(Fraction, found["coefficients"]))
    return BestPredictor(coefficients, Fraction(found["loss"]), None if rates is None else tuple(rates))
