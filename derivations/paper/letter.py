"""The corrections as a letter to the authors: how it opens, and its parts, the substantive ones first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derivations.claim import Weight

from .errata import MEANING, Erratum
from .versions import SCOPE

TITLE = "Corrections to the paper"
TO = "To the authors of *State-space models can learn in-context by gradient descent*."
CODE = "here the text and the public code (commit 92f4555) differ, and whoever compares the two has to know it"
OPENING = (
    "Dear authors, the propositions of your paper on linear models hold: there are layers that compute one step of "
    "gradient descent, and several. We proved it for all sizes, with parameters that differ from the printed ones in a "
    "sign, a transpose and some indices. Below is what a reader who implements the printed text would get wrong, each "
    "with an example in your setting: the targets come from a linear model, $y_i = W_*ᵀx_i$.",
    SCOPE,
)


def parts(rows: Sequence[Erratum]) -> Iterator[tuple[str, str, list[Erratum]]]:
    """Yield the heading of each part, what it means, and its rows in the order of the paper."""
    for weight in Weight:
        mine = [row for row in rows if row.weight is weight]
        of_text, of_code = ([row for row in mine if (row.first.claim == "CODE") is code] for code in (False, True))
        for name, meaning, found in (
            (str(weight).capitalize(), MEANING[weight], of_text),
            ("The public code", CODE, of_code),
        ):
            if found:
                yield f"{name} ({len(found)})", f"{meaning[0].upper()}{meaning[1:]}.", found


def titled(row: Erratum) -> str:
    """The places and the readings of a row."""
    return f"{'; '.join(row.places)} ({', '.join(one.proof for one in row.readings)})"


def script(row: Erratum) -> str:
    """The file with a script in plain fractions that shows what is wrong, from the root of the repository."""
    return f"errata/{row.own.id.replace('.', '_')}.py"
