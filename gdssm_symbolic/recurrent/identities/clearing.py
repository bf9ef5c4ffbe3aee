"""Equations with inverses, cleared: multiplied with what there is an inverse of, until no inverse is left.

    X L = R  follows from  L = M R,  where X M = I:    X L = X (M R) = (X M) R = R
    L X = R  follows from  L = R M,  where M X = I:    L X = (R M) X = R (M X) = R

What is left over is an equation without inverses, which is proved as such, by an induction perhaps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import reduce
from operator import mul

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.kernel.definitions import Definition, Meaning, Source
from gdssm_symbolic.kernel.expressions import Expr, Identity, Mul, Name, Scalar, names
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Theorem, sizes_of
from gdssm_symbolic.recurrent.inverses import Fact, Inverse, facts
from gdssm_symbolic.writing.unused_letters import fresh, letters_of

from .naming import InNames
from .proving import Line, as_steps, attempts, backwards

#: What a side is called where the other is put in for it.
CLEARED = ("K", "C", "G", "U")
#: So many equations without inverses are tried.
MOST_TRIED = 6


def by_clearing(claim: InNames, inverses: Sequence[Inverse]) -> Theorem:
    """Prove an equation by clearing it of inverses. Raises ProofError or OutsideLanguage if it is not proved so."""
    letters = letters_of(*claim.equation.parts, *(side for one in inverses for side in (one.value, one.of)))
    letters |= {one.name.text for one in claim.meanings}
    known = facts(inverses, letters, both=True)
    letters |= {one.product.name.text for one in known}
    return check(_Clearing(claim, inverses, known, letters).proof(claim.equation), "the equation")


@dataclass
class _Clearing:
    claim: InNames
    inverses: Sequence[Inverse]
    known: Sequence[Fact]
    letters: set[str]
    tried: int = 0

    def proof(self, equation: Equation) -> Calculation:
        occurring = {name for side in equation.parts for name in names(side)}
        inverses = [one for one in self.inverses if one.name in occurring]
        for inverse in inverses:
            for first in (True, False):
                sides = tuple(_Side(side, inverse, first=first) for side in equation.parts)
                if any(one.rest is not None for one in sides):
                    with suppress(ProofError, OutsideLanguage):
                        return self._cleared(*sides)
        return self._by_names(equation)

    def _by_names(self, equation: Equation) -> Calculation:
        """The proof of an equation in names, in whose powers there may be inverses."""
        self.tried += 1
        claim = InNames(equation, self.claim.named)
        occurring = {name for side in equation.parts for name in names(side)}
        occurring.update(*(one.uses for one in claim.meanings))
        known = [_of_its_product(one) for one in self.known if one.about in occurring]
        for attempt in attempts(claim, known=known) if self.tried <= MOST_TRIED else ():
            with suppress(ProofError, OutsideLanguage):
                theorem = attempt()
                if isinstance(theorem.proof, Calculation):
                    return theorem.proof
                return Calculation(equation.left, (Step(equation.right, (theorem,)),))
        raise ProofError("it is not proved by clearing it of inverses")

    def _cleared(self, left: _Side, right: _Side) -> Calculation:
        """The lines of X L = X (M R) = (X M) R = R."""
        equation = Equation(left.cleared, right.cleared)
        shown = self.proof(equation)
        sizes = sizes_of(left.cleared) | sizes_of(right.cleared)
        indices = sorted((one for one in equation.free - sizes if one.is_integer), key=str)
        self.letters |= {one.name.text for step in shown.steps for source in step.by for one in _meanings(source)}
        name = Name(fresh(CLEARED, self.letters), left.cleared.shape, arity=len(indices))
        self.letters.add(name.text)
        named = Definition(name, left.cleared, tuple(indices))
        equal = check(
            Calculation(named.left, (Step(left.cleared, (named,)), *shown.steps)), "what is left over is equal"
        )
        steps = [*as_steps(list(left.lines(self.known))), Step(left.with_inverse(named.left), (named,))]
        steps += [Step(right.with_inverse(right.cleared), (equal,))]
        steps += backwards(right.side, list(right.lines(self.known)))
        return Calculation(left.side, tuple(steps))


@dataclass(frozen=True)
class _Side:
    """A side of an equation that is multiplied from the left, if `first`, or from the right."""

    side: Expr
    inverse: Inverse
    first: bool

    @property
    def rest(self) -> Expr | None:
        """What is left of the side without the inverse, if that is its first factor but for numbers, or its last."""
        factors = self.side.factors if isinstance(self.side, Mul) else (self.side,)
        x = self.inverse.value
        if x not in factors:
            return None
        at = factors.index(x) if self.first else len(factors) - 1 - factors[::-1].index(x)
        outside = factors[:at] if self.first else factors[at + 1 :]
        if not (x.is_scalar or all(one.is_scalar for one in outside)):
            return None
        kept = (*factors[:at], *factors[at + 1 :])
        if not kept:
            return Scalar(sympy.Integer(1)) if x.is_scalar else Identity(x.shape[0])
        return reduce(mul, kept)

    @property
    def cleared(self) -> Expr:
        """The side multiplied with what the inverse is of."""
        return self._beside(self.inverse.of, self.side) if self.rest is None else self.rest

    def with_inverse(self, cleared: Expr) -> Expr:
        """The product with the inverse."""
        return self._beside(self.inverse.value, cleared)

    def lines(self, known: Sequence[Fact]) -> Iterator[Line]:
        """The lines from the side to the product of the cleared side with the inverse."""
        if self.rest is None:
            product = self._beside(self.inverse.value, self.inverse.of)
            about = (one for one in known if one.about == self.inverse.name)
            fact = next(one for one in about if one.product.body == product or product.is_scalar)
            yield Line(self._beside(fact.product.left, self.side), fact.source)
            yield Line(self.with_inverse(self.cleared), fact.product)
        else:
            yield Line(self.with_inverse(self.cleared), None)

    def _beside(self, factor: Expr, side: Expr) -> Expr:
        return factor * side if self.first else side * factor


def _of_its_product(fact: Fact) -> Theorem:
    """What is known of a product by its name, with the definition of the name."""
    name, body = fact.product.left, fact.product.body
    value = fact.source.statement.parts[-1]
    lines = Step(body, (fact.product,)), Step(name, (fact.product,)), Step(value, (fact.source,))
    return check(Calculation(name, lines), "what is assumed of an inverse")


def _meanings(source: Source) -> tuple[Meaning, ...]:
    if isinstance(source, Meaning):
        return (source,)
    return source.defined if isinstance(source, Theorem) else ()
