"""The versions of the paper: which one is judged, and what the abstracts of the later ones say otherwise.

Of the later versions, the abstract and the opening were read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

#: The text that is judged.
TEXT = "arXiv:2410.11687v1"
SCOPE = (
    f"The text judged is version 1 ({TEXT}, October 2024), State-space models can learn in-context by gradient "
    "descent. Of versions 2 and 3 and of a poster only the abstracts and openings were read."
)


@dataclass(frozen=True)
class Version:
    """One version of the paper: its name, its day, its title, and how it differs from the one before, in our words."""

    name: str
    day: str
    title: str
    says: str


_TITLE = "State-space models can learn in-context by gradient descent"
VERSIONS = (
    Version(
        "version 1", "15 October 2024", _TITLE, "the layer is called GD-SSM, with local self-attention; judged here"
    ),
    Version("version 2", "18 February 2025", _TITLE, "the key features are multiplicative gates at input and output"),
    Version("poster", "November 2025", _TITLE, "gates, a sliding window, and one step of mini-batch gradient descent"),
    Version(
        "version 3",
        "15 June 2026",
        "Learning in the Recurrent State: Gradient Descent with Linear Recurrent Networks",
        "the layer is called GRIL; the window's products are called a sufficient inductive bias, the extension to "
        "non-linear models by an MLP is called limited; cross-entropy, Long Range Arena and language modelling are new",
    ),
)

#: Readings that the abstract of a later version already weakens, with what it says.
WEAKENED: Mapping[str, str] = MappingProxyType(
    {
        "GATE.3": "Version 3 calls the products sufficient, not necessary",
        "P4.1": "Version 3 calls the extension by an MLP limited",
    }
)
