"""What was proved before, claim by claim, and what is new here; known from abstracts and statements of theorems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from .references import REFERENCES


@dataclass(frozen=True)
class Prior:
    """A work by its short name, and what it proved on the subject of a claim."""

    key: str
    proved: str

    def __post_init__(self) -> None:
        if self.key not in {reference.key for reference in REFERENCES}:
            raise ValueError(f"{self.key} is not among the references")


@dataclass(frozen=True)
class Context:
    """The works before a claim, and what the claim adds to them."""

    works: tuple[Prior, ...]
    new: str


_OSWALD = "von Oswald et al. 2023"
_MAHANKALI = "Mahankali, Hashimoto, Ma 2023"
_AHN = "Ahn et al. 2023"
_ZHANG = "Zhang, Frei, Bartlett 2023"
_LI = "Li, Rawat, Oymak 2024"
_ONE_STEP = (
    Prior(_OSWALD, "one layer of linear attention over tokens $[x; y]$ computes one step"),
    Prior("Akyürek et al. 2022", "transformers can compute steps of gradient descent, and ridge regression"),
    Prior("Nagy 2026", "the identity for linear attention, checked in Lean"),
)

#: Of a claim that is not here no prior work is known to us.
CONTEXT: Mapping[str, Context] = MappingProxyType(
    {
        "P1": Context(_ONE_STEP, "the diagonal recurrence, checked for all $f$ and $N$, and its outputs in between"),
        "P2": Context(_ONE_STEP, "the recurrence over interleaved tokens, checked for all $f$ and $N$"),
        "P3": Context(
            (
                Prior(_OSWALD, "a stack of linear attention layers computes several steps"),
                Prior(_AHN, "such stacks compute preconditioned steps at some of their stationary points"),
            ),
            "the stack of two-head recurrences over raw tokens, for all $L$",
        ),
        "P4": Context(
            (Prior(_OSWALD, "an MLP before linear attention gives steps on a model linear in its features"),),
            "no function of the state is the gradient of a non-linear model; what one more head repairs",
        ),
        "CE": Context((), "version 3 of the paper announces cross-entropy; of proofs before this one we know none"),
        "LSA": Context(
            (
                Prior("Katharopoulos et al. 2020", "linear attention is a recurrence"),
                Prior(_OSWALD, "the layer over tokens $[x; y]$ that computes a step"),
            ),
            "what $C Q Cᵀ$ of a window is as attention, and what it is not",
        ),
        "OPT1": Context(
            (
                Prior(
                    _MAHANKALI,
                    "for normal inputs, the best layer of linear attention computes one step; OPT1 for "
                    "normal inputs is their theorem",
                ),
                Prior(
                    _LI, "a gated state-space layer and linear attention have the same optimum, one preconditioned step"
                ),
            ),
            "any symmetric distribution with a fourth moment, and the coefficient as a formula",
        ),
        "OPTG": Context(
            (
                Prior(_MAHANKALI, "the best layer, among all layers of linear attention, for normal inputs"),
                Prior(_LI, "the same for a gated state-space layer, also for correlated inputs"),
            ),
            "no layer over windows, with any number of heads and any decays, does better; beyond normal inputs",
        ),
        "OPTL": Context(
            (Prior(_AHN, "some stationary points of stacks of linear attention are preconditioned steps"),),
            "the best coefficients of $L$ steps as the solution of a linear system of moments",
        ),
        "OPTX": Context(
            (
                Prior(
                    _ZHANG, "gradient flow on one layer of linear attention comes to the optimum from suitable starts"
                ),
            ),
            "with a decay to be learned there is another stationary point, which is a local minimum",
        ),
        "ANISO": Context(
            (
                Prior(
                    _AHN, "the best layer of linear attention computes a step with a preconditioner, given as a formula"
                ),
            ),
            "what a diagonal recurrence can attain of it, and what it cannot",
        ),
        "DESCENT": Context(
            (
                Prior(
                    _ZHANG, "gradient flow on one layer of linear attention comes to the optimum from suitable starts"
                ),
            ),
            "one head has a local minimum at $N = 2$ that is not global; what is said of several heads follows known "
            "arguments on products of two matrices",
        ),
    }
)
