"""Formulas of states that the core has no normal form for: double sums, powers of matrices, an index as a factor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import sympy

from gdssm_symbolic.evidence.evaluation import NUMBER
from gdssm_symbolic.extensions.systems import Joint
from gdssm_symbolic.kernel.definitions import Meaning
from gdssm_symbolic.kernel.expressions import App, Expr, Scalar, Sum, free_symbols, substitute
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Theorem, sizes_of
from gdssm_symbolic.recurrent.claims import FormulaClaim
from gdssm_symbolic.recurrent.induction import calculation, succeeding
from gdssm_symbolic.recurrent.layer import RecurrentLayer, meanings_of
from gdssm_symbolic.recurrent.letters import counter
from gdssm_symbolic.recurrent.products import is_product
from gdssm_symbolic.recurrent.unrolled import unrolling
from gdssm_symbolic.theory.least_squares import t
from gdssm_symbolic.writing.unused_letters import letters_of

from .decide import holds_where_tried, require_same_meaning
from .naming import LEVELS, InNames, NamedSum, apart, in_names
from .proving import attempts, by_induction


@dataclass(frozen=True)
class NamedFormula:
    """A formula in names, the meanings of all names, and the ways in which a proof is tried."""

    equation: Equation
    meanings: tuple[Meaning, ...]
    attempts: tuple[Callable[[], Theorem], ...]


def named_formula(layer: RecurrentLayer, claim: FormulaClaim, variables: Sequence[sympy.Symbol] = ()) -> NamedFormula:
    """Return what a formula of the output or of a state says in names, as it is proved if it is.

    It is said of the first of the `variables`, in the place of t, of which it holds where it is tried, or else of the
    last; without any of the tokens from 0 on, or else from 1 on. Raises OutsideLanguage if it cannot be said so.
    """
    own = (*meanings_of(layer.states), *claim.products)
    found, refused = list[NamedFormula](), list[OutsideLanguage]()
    taken = letters_of(*layer.exprs, *(side for one in own for side in (one.left, *one.bodies)))
    variables = tuple(variables) or (counter(taken | letters_of(claim.right)), t)
    for variable in variables:
        for level in LEVELS:
            asked = apart(Equation(claim.left, claim.right).at({t: variable}))
            try:
                stated = in_names(asked, level, taken)
            except OutsideLanguage as error:
                refused.append(error)
                continue
            meanings = (*own, *stated.meanings)
            if any(one.meanings == meanings and one.equation == stated.equation for one in found):
                continue
            if not holds_where_tried(stated.equation, meanings):
                if variable != variables[-1]:
                    break
                as_it_stands = partial(calculation, stated.equation, meanings, "the formula")
                return NamedFormula(stated.equation, meanings, (as_it_stands,))
            ways = attempts(stated, own, _closed_forms(layer, claim, stated, variable))
            formula = NamedFormula(stated.equation, meanings, tuple(ways))
            if (theorem := succeeding(formula.attempts)) is not None:
                require_same_meaning(asked, stated, claim.products)
                return NamedFormula(formula.equation, formula.meanings, (partial(_given, theorem),))
            found.append(formula)
    if not found:
        raise refused[0]
    return found[0]


def _given(theorem: Theorem) -> Theorem:
    return theorem


def _closed_forms(
    layer: RecurrentLayer, claim: FormulaClaim, stated: InNames, variable: sympy.Symbol
) -> tuple[Theorem, ...]:
    """The states that are not what the formula is of: as a sum of the formula, or else unrolled where that is possible.

    The double sum of M_t = (1 - α) M_{t-1} + U_t has in it what U_t is.
    """
    about = claim.left.name if isinstance(claim.left, App) else None
    taken = letters_of(*layer.exprs, claim.left, claim.right) | {one.name.text for one in claim.products}
    meanings = (*meanings_of(layer.states), *claim.products, *stated.meanings)
    products = (*claim.products, *(one for one in stated.meanings if isinstance(one, Joint) and is_product(one)))
    inner = [one.total for one in stated.named if isinstance(one, NamedSum) and one.total.lower.is_Integer]
    found = list[Theorem]()
    for state in (one for one in layer.states if one.name != about):
        forms = [_at_once(one, variable) for one in inner if one.shape == state.name.shape]
        forms += [Scalar(variable)] if state.name.shape == NUMBER else []  # it may count the tokens
        ways = [partial(by_induction, Equation(state.name[variable], one), variable, meanings) for one in forms]
        if (theorem := succeeding((*ways, partial(unrolling, state, layer, taken, products)))) is not None:
            found.append(theorem)
    return tuple(found)


def _at_once(total: Sum, variable: sympy.Symbol) -> Expr:
    """A sum with one letter for its upper bound and for all other indices in it."""
    letters = [one for one in free_symbols(total) if one.is_integer and one not in sizes_of(total)]
    return substitute(total, dict.fromkeys(letters, variable))
