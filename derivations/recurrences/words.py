"""A recurrent layer and what it is said to be, in words and formulas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from types import MappingProxyType

import sympy

from gdssm_symbolic.kernel.expressions import Expr
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.recurrent.claims import AlgorithmClaim, ChunkClaim, Claim, FormulaClaim, SameAsClaim, SolverClaim
from gdssm_symbolic.recurrent.layer import RecurrentLayer, meanings_of
from gdssm_symbolic.theory.least_squares import t
from gdssm_symbolic.writing.documents import Parts
from gdssm_symbolic.writing.formula_tree import Nodes
from gdssm_symbolic.writing.printing import meant

#: The index of a weight.
i = sympy.Symbol("i", integer=True)
#: How what belongs to an algorithm is told; anything else by its key.
OPTIONS: Mapping[str, str] = MappingProxyType(
    {
        "decay": "taken at ",
        "left": "gradient multiplied from the left by ",
        "right": "gradient multiplied from the right by ",
    }
)


def states(layer: RecurrentLayer) -> tuple[Nodes, ...]:
    """The start and the update of each state."""
    return tuple(meant(meaning, {t: 1}) for meaning in meanings_of(layer.states))


def output(layer: RecurrentLayer) -> tuple[Parts, ...]:
    """The output; nothing if it is the only state."""
    return () if layer.output == layer.states[0].name[t] else (("output ", layer.output),)


def divided(layer: RecurrentLayer) -> tuple[Nodes, ...]:
    """What the names of reciprocals and inverses in a layer stand for."""
    return tuple(chain.from_iterable(one.told for one in layer.divided))


def divided_in_claim(layer: RecurrentLayer) -> tuple[Nodes, ...]:
    """The same for those names that occur only in what the layer is said to be."""
    return tuple(chain.from_iterable(one.told for one in layer.inverses if one not in layer.divided))


def said_to_be(claim: Claim) -> Parts:
    """What a layer is said to be: an algorithm with its losses, another layer, or an equation."""
    match claim:
        case AlgorithmClaim():
            return *algorithm(claim), *_listed(", loss ", losses(claim))
        case SameAsClaim():
            return another(claim)
        case FormulaClaim(weights=weights):
            some = () if weights is None else (", for some numbers ", weights[i])
            return Equation(claim.left, claim.right), *some
        case ChunkClaim():
            return (Equation(claim.state[t + claim.length], claim.right),)
        case SolverClaim():
            return solver(claim)


def algorithm(claim: AlgorithmClaim) -> Parts:
    """The name of an algorithm, its rates and its options."""
    rates = claim.rate, *(rate for _, rate in claim.further)
    options = (part for key, value in claim.options.items() for part in (f", {OPTIONS.get(key, f'{key} ')}", value))
    return claim.name, *_listed(", rate ", rates), *options


def solver(claim: SolverClaim) -> Parts:
    """The name of a method, and what it is told."""
    return claim.name, *(part for key, value in claim.given.items() for part in (f", {key} ", value))


def losses(claim: Claim) -> tuple[Expr, ...]:
    """The losses on which an algorithm descends; none for another claim."""
    if not isinstance(claim, AlgorithmClaim):
        return ()
    return claim.loss, *(loss for loss, _ in claim.further)


def another(claim: SameAsClaim) -> Parts:
    """A second layer: its states and its output."""
    more = (part for parts in output(claim.other) for part in (", ", *parts))
    return *_listed("the layer ", states(claim.other)), *more


def _listed(before: str, items: Iterable[object]) -> Iterator[object]:
    """Yield items, the first with some words before it, the others with commas."""
    for number, item in enumerate(items):
        yield ", " if number else before
        yield item
