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
_DING = Prior(
    "Ding et al. 2024",
    "several layers of linear attention compute steps of gradient descent if all samples see each other, and of online "
    "gradient descent, which need not come to the solution, if attention is causal",
)
_BAI = "Bai et al. 2023"
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
                _DING,
            ),
            "the loop of two-head recurrences over raw tokens, for all $L$; as every layer first reads the whole "
            "context, it computes plain steps",
        ),
        "P4": Context(
            (
                Prior(_OSWALD, "an MLP before linear attention gives steps on a model linear in its features"),
                Prior(
                    _BAI,
                    "transformers approximate generalised linear models $ŷ = g(wᵀx)$ and gradient descent on networks "
                    "of two layers; attention reads all samples again at each step",
                ),
            ),
            "no function of the state is the gradient of a non-linear model; what one more head repairs",
        ),
        "CE": Context(
            (Prior(_BAI, "transformers approximate logistic regression, as a generalised linear model"),),
            "the exact step from 0 by a linear recurrence; version 3 of the paper announces cross-entropy, and of "
            "proofs for such layers before this one we know none",
        ),
        "LSA": Context(
            (
                Prior("Katharopoulos et al. 2020", "linear attention is a recurrence"),
                Prior(_OSWALD, "the layer over tokens $[x; y]$ that computes a step"),
            ),
            "what $C Q Cᵀ$ of a window is as attention, and what it is not",
        ),
        "STEP": Context(
            (_DING,),
            "what one layer outputs after each sample, in closed form, with any decay and in any order of the samples",
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
            (
                Prior(_AHN, "some stationary points of stacks of linear attention are preconditioned steps"),
                Prior(
                    "Hanke 1991",
                    "iterations for least squares are accelerated by residual polynomials that are orthogonal",
                ),
                Prior(
                    "Pedregosa, Scieur 2020",
                    "for random quadratic problems the best polynomial on average is orthogonal with respect to the "
                    "expected spectral density times $λ$; OPTL.T49 is this fact for the $S$ of $N$ samples",
                ),
            ),
            "the best coefficients of $L$ steps for finite $f$ and $N$, with label noise, as the solution of a linear "
            "system of moments, and as formulas for $L ≤ 3$",
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
                Prior(
                    "Kawaguchi 2016",
                    "for linear networks of any widths, with the squared loss, every local minimum is global; one head "
                    "is not covered, because its output is another linear function of $T$ than $T$ times an input",
                ),
                Prior(
                    "Laurent, von Brecht 2018",
                    "for every convex differentiable loss of a linear network, every local minimum is global if the "
                    "hidden layers are as wide as the input or the output; here this means three heads or more",
                ),
                Prior(
                    "Arora, Cohen, Hazan 2018",
                    "gradient flow on a linear network conserves the difference of the Gram matrices of neighbouring "
                    "layers, such as $UᵀU − VᵀV$",
                ),
                Prior("Du, Hu, Lee 2018", "the same for homogeneous networks, and what follows for small starts"),
            ),
            "one head has a local minimum at $N = 2$ that is not global; what is said of three heads or more, and of "
            "what is conserved, is known in general, and checked here",
        ),
    }
)
