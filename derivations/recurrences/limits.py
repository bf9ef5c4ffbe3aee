"""What would take a proof, or the search for a counterexample, too long, although the formulas of a file are short."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import prod

import sympy

from derivations.errors import InputError
from gdssm_symbolic.kernel.expressions import names
from gdssm_symbolic.kernel.linear_forms import Linear, as_linear
from gdssm_symbolic.recurrent.claims import ChunkClaim, Claim, FormulaClaim, SameAsClaim
from gdssm_symbolic.recurrent.layer import RecurrentLayer

from .grammar import FormulaError, word
from .values import MOST_TERMS, terms

#: The numbers in an index, a bound or an exponent, and by which a letter there is multiplied.
LARGEST_NUMBER, LARGEST_FACTOR = 128, 4
#: How many tokens after token t, or after the start, a formula may ask for a state.
FARTHEST = 8
#: Terms of sums within sums, where a sum whose length is not a number counts as LENGTH.
MOST_SUMMED, LENGTH = 1_000, 4

Range = tuple[sympy.Expr, sympy.Expr]


def require_small(text: str, form: Linear) -> None:
    """Raise FormulaError if the numbers in an index, a bound or an exponent are large."""
    if abs(form.constant) > LARGEST_NUMBER:
        raise FormulaError(f"{text}: a number above {LARGEST_NUMBER} in an index, a bound or an exponent")
    if any(abs(factor) > LARGEST_FACTOR for _, factor in form.terms):
        raise FormulaError(f"{text}: a letter times more than {LARGEST_FACTOR} in an index, a bound or an exponent")


def require_near(text: str, index: sympy.Expr, ranges: Mapping[sympy.Symbol, Range]) -> None:
    """Raise FormulaError if a state is asked for many tokens later: its values there are very long."""
    for bound, (lower, upper) in reversed(list(ranges.items())):
        index = max(index.xreplace({bound: lower}), index.xreplace({bound: upper}), key=_constant)
    if _constant(index) > FARTHEST:
        raise FormulaError(f"{text}: a state more than {FARTHEST} tokens later")


def _constant(form: sympy.Expr) -> int:
    return as_linear(form).constant


def require_few(text: str, ranges: Iterable[Range]) -> None:
    """Raise FormulaError if sums within sums have many terms."""
    lengths = (upper - lower + 1 for lower, upper in ranges)
    if prod(int(one) if one.is_Integer else LENGTH for one in lengths) > MOST_SUMMED:
        raise FormulaError(f"{text}: more than {MOST_SUMMED} terms in sums within sums")


def require_short(layer: RecurrentLayer, claim: Claim) -> None:
    """Raise InputError if the first step of a proof, which puts updates and claims for states, would be too long."""
    updates = {state.name: terms(state.update) for state in layer.states}
    asked = [("layer.output", layer.output, updates, "the updates of states")]
    if isinstance(claim, SameAsClaim):
        theirs = {state.name: terms(state.update) for state in claim.other.states}
        asked.append(("other.output", claim.other.output, theirs, "the updates of states"))
        both = {**updates, **theirs}
        sides = (side for one in claim.relation or () for side in one.parts)
        asked += [("claim.relation", side, both, "the updates of states") for side in sides]
    elif isinstance(claim, FormulaClaim | ChunkClaim):
        name = claim.state if isinstance(claim, ChunkClaim) else next(iter(names(claim.left)), None)
        told = "what the claim says of its state"
        asked += [
            (f"layer.{word(state.name.text)}.update", state.update, {state.name: terms(claim.right)}, told)
            for state in layer.states
            if state.name == name
        ]
    for key, expr, of, what in asked:
        if terms(expr, of) > MOST_TERMS:
            raise InputError(key, f"more than {MOST_TERMS} terms, with {what} put in and multiplied out")
