"""Negative powers in an equation: names for inverses and reciprocals, and proofs by what is assumed of them.

An inverse is the only one: from M L = I follows L = M⁻¹. So an equation with an inverse on one side is also proved by
multiplying its other side with what there is an inverse of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial, reduce
from operator import add

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.expressions import Expr, Identity, Name, Power, Sum, free_symbols, walk
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage, as_linear
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.recurrent.certificates import parts
from gdssm_symbolic.recurrent.inverses import INVERSES, RECIPROCALS, Fact, Inverse, facts
from gdssm_symbolic.writing.unused_letters import fresh, letters_of

from .proving import Line, as_steps, backwards

#: What the product is called that is shown to be I.
SHOWN = ("Q", "M", "L", "K")
TITLE = "the equation"


def with_inverses(equation: Equation, *, of_bases: bool = False) -> tuple[Equation, tuple[Inverse, ...]]:
    """Return the equation with a name for each inverse and reciprocal, and what the names stand for.

    The inverse of A^n has a name, or is that of A to the power n if those `of_bases` are asked for.

    Raises OutsideLanguage if there is an inverse of something that differs from term to term of a sum.
    """
    taken = letters_of(*equation.parts)
    found = dict[Expr, Inverse]()
    bound = {node.index for side in equation.parts for node in walk(side) if isinstance(node, Sum)}

    def named(expr: Expr) -> Expr:
        built = expr.mapped(named)
        if not (isinstance(built, Power) and _is_negative(built.exponent)):
            return built
        base, exponent = built.base, -built.exponent
        if of_bases and isinstance(base, Power) and (exponent.is_Integer or base.exponent.is_Integer):
            exponent *= base.exponent
            base = base.base
        if free_symbols(base) & bound:
            raise OutsideLanguage("an inverse of something that differs from term to term of a sum has no name")
        if base not in found:
            text = fresh(RECIPROCALS if base.is_scalar else INVERSES, taken)
            taken.add(text)
            found[base] = Inverse(Name(text, base.shape), base)
        inverse = found[base].value
        return inverse if exponent == 1 else Power(inverse, exponent)

    left, right = map(named, equation.parts)
    return Equation(left, right), tuple(found.values())


def _is_negative(exponent: sympy.Expr) -> bool:
    form = as_linear(exponent)
    return form.constant <= 0 and all(k < 0 for _, k in form.terms) and exponent != 0


def attempts(equation: Equation, inverses: Sequence[Inverse]) -> Iterator[Callable[[], Theorem]]:
    """Yield the ways in which an equation with inverses is proved by what is assumed of them."""
    taken = letters_of(*equation.parts, *(side for one in inverses for side in (one.value, one.of)))
    known = facts(inverses, taken)
    yield lambda: check(Calculation(equation.left, _by_known(equation, known)), TITLE)
    for inverse in inverses:
        if inverse.value in equation.parts and not inverse.of.is_scalar:
            for first in (True, False):
                yield partial(_by_uniqueness, equation, inverse, known, taken, first=first)


def _by_known(equation: Equation, known: Sequence[Fact]) -> tuple[Step, ...]:
    """The lines after the left side, by what is known of products with names. Raises ProofError if none are found."""
    values = [one.source.statement.parts[-1] for one in known]
    multiples = parts(equation, [Equation(one.product.body, value) for one, value in zip(known, values, strict=True)])
    if multiples is None:
        raise ProofError("it does not follow from what is assumed")
    zeros = (one.value(known[one.which].product.left - values[one.which]) for one in multiples)
    corrected = Step(reduce(add, zeros, equation.right), tuple(one.product for one in known))
    return corrected, Step(equation.right, tuple(one.source for one in known))


def _by_uniqueness(
    equation: Equation, inverse: Inverse, known: Sequence[Fact], taken: set[str], *, first: bool
) -> Theorem:
    """W = W (M L) = (W M) L = L, or W = (L M) W = L (M W) = L, where W is the inverse of M and L the other side."""
    w, m = inverse.value, inverse.of
    (other,) = (side for side in equation.parts if side != w)
    eye = Identity(m.shape[0])
    letters = taken | {text for one in known for text in letters_of(one.product.left)}
    product = m * other if first else other * m
    named = Definition(Name(fresh(SHOWN, letters), product.shape), product)
    shown = check(
        Calculation(named.left, (Step(product, (named,)), *_by_known(Equation(product, eye), known))), "$M L$ is $I$"
    )
    (fact,) = (one for one in known if one.product.body == (w * m if first else m * w))
    lines = [
        Line(w * named.left if first else named.left * w, shown),
        Line(w * m * other if first else other * m * w, named),
        Line(fact.product.left * other if first else other * fact.product.left, fact.product),
        Line(other, fact.source),
    ]
    steps = backwards(w, lines) if equation.right == w else as_steps(lines)
    return check(Calculation(equation.left, tuple(steps)), TITLE)
