"""What a claim asks that gives a formula for an output, for a state, or for a state some tokens later."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import partial

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.kernel.definitions import Meaning
from gdssm_symbolic.kernel.expressions import App, names, substitute
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.theory.least_squares import t
from gdssm_symbolic.writing.unused_letters import letters_of

from .claims import ChunkClaim, FormulaClaim
from .diagonal import diagonals
from .equal_reciprocals import equal_reciprocals
from .identities.formulas import named_formula
from .identities.naming import statable
from .induction import calculation, invariants, lines_of, succeeding
from .inverses import Fact
from .layer import RecurrentLayer, meanings_of
from .letters import counter
from .questions import Question, about_product, known_of, letters_of_meanings, theorem_stating, usual_attempts
from .tokens import counter_for
from .unrolled import unrolling
from .weights import with_weights


def about_formula(layer: RecurrentLayer, claim: FormulaClaim, defined: Sequence[Meaning]) -> Question:
    """The formula for the output, or for a state, after every number of tokens."""
    if not (layer.inverses or defined or statable(claim.right)):
        named = named_formula(layer, claim)
        return Question(named.equation, named.meanings, named.attempts)
    taken = letters_of(*layer.exprs, claim.left, claim.right) | {one.name.text for one in claim.products}
    title, meanings = "the formula", (*meanings_of(layer.states), *claim.products, *defined)
    equation, n = Equation(claim.left, claim.right), counter(taken)
    is_state = isinstance(claim.left, App)
    known = known_of(layer.inverses, layer.states, n, meanings, taken, claim.left, claim.right)

    def by_induction() -> Theorem:
        return calculation(equation, invariants([equation.at({t: n})], n, meanings, title, known), title)

    def from_closed_forms() -> Theorem:
        occurring = names(claim.left)
        states = [state for state in layer.states if state.name in occurring]
        forms = tuple(unrolling(state, layer, taken, claim.products) for state in states)
        own = {state.name for state in states}
        closing = [one for one in forms if own.isdisjoint(names(one.equation.right))]  # S_0 is not unrolled again
        return calculation(equation, (*forms, *defined), title, (*closing, *defined), known)

    def with_diagonal_products() -> Theorem:
        """A state by induction, an output from the closed forms of states; with diagonal products as such."""
        if is_state:
            proved = _with_diagonal_products(
                equation.at({t: n}), n, layer, claim.products, defined, taken, known, title
            )
            return calculation(equation, (proved,), title)
        forms = [unrolling(state, layer, taken, claim.products) for state in layer.states]
        own = [one for form in forms for one in form.defined]
        found = diagonals(dict.fromkeys((*claim.products, *own)), defined, {*taken, *letters_of_meanings(own)})
        put_in = Equation(claim.left, found.put_in(claim.right))
        lines = lines_of(put_in, (*map(found.into, forms), *defined), defined, taken=found.taken)
        return check(found.out_of(lines, claim.right), title)

    def with_equal_reciprocals() -> Theorem:
        """The states in the output, and in what it is divided by, in closed form."""
        forms = [unrolling(state, layer, taken, claim.products) for state in layer.states]
        equal = tuple(equal_reciprocals(layer.inverses, known, forms))
        return calculation(equation, (*equal, *forms), title)

    def of_a_product() -> Theorem:
        fact = about_product(equation.at({t: n}), n, meanings, known, taken, title)
        named = Step(fact.product.name[t], (fact.product,))
        return check(Calculation(equation.left, (named, Step(equation.right, (fact.source,)))), title)

    as_it_stands = (partial(calculation, equation, (), title, known=known),) if known else ()
    further: tuple[Callable[[], Theorem], ...] = (
        (by_induction,)
        if is_state
        else (of_a_product, from_closed_forms)
        if layer.inverses
        else (from_closed_forms, of_a_product)
    )
    further += (with_diagonal_products,) if defined else ()
    quick = (with_equal_reciprocals,) if sum(one.of.is_scalar for one in layer.inverses) > 1 else ()
    attempts = *quick, *usual_attempts(equation, t, meanings, title, known), *as_it_stands, *further
    return Question(equation, meanings, attempts, inverses=layer.inverses)


def about_weights(layer: RecurrentLayer, claim: FormulaClaim, defined: Sequence[Meaning]) -> Question:
    """The formula with weights that are found; or as it is claimed, and that there are none."""
    assert claim.weights is not None
    equation, meanings = Equation(claim.left, claim.right), (*meanings_of(layer.states), *claim.products, *defined)
    taken = letters_of(*layer.exprs, *equation.parts) | {one.name.text for one in claim.products}
    why = "no weights were found"
    for found in with_weights(equation, claim.weights, layer, taken, claim.products):
        if found.refusal:
            why = found.refusal
            continue
        question = about_formula(layer, replace(claim, right=found.formula, products=found.products), defined)
        if (theorem := succeeding(question.attempts)) is not None:
            return replace(question, attempts=(partial(theorem_stating, (theorem,), question.equation),))
    none_found = partial(theorem_stating, (), equation, why)
    return Question(equation, meanings, (none_found,), inverses=layer.inverses, weights=claim.weights)


def about_chunk(layer: RecurrentLayer, claim: ChunkClaim, defined: Sequence[Meaning]) -> Question:
    """The formula for the state some tokens later."""
    taken = letters_of(*layer.exprs, claim.right) | {claim.length.name}
    own, meanings = {one.name for one in layer.states}, (*claim.products, *defined)
    n = counter_for((claim.right, *claim.powers), own, meanings, taken)
    powers = tuple(substitute(one, {t: n}) for one in claim.powers)
    if not (layer.inverses or defined or statable(claim.right)):
        formula = FormulaClaim(claim.state[t + claim.length], claim.right, claim.products)
        named = named_formula(layer, formula, [n])
        return Question(named.equation, named.meanings, named.attempts, powers=powers)
    equation = Equation(claim.state[t + claim.length], claim.right).at({t: n})
    meanings = (*meanings_of(layer.states), *claim.products, *defined)
    known = known_of(layer.inverses, layer.states, n, meanings, taken)
    attempts = usual_attempts(equation, claim.length, meanings, "a chunk", known)

    with_diagonal_products = partial(
        _with_diagonal_products, equation, claim.length, layer, claim.products, defined, taken, known, "a chunk"
    )
    further = (with_diagonal_products,) if defined else ()
    return Question(equation, meanings, (*attempts, *further), inverses=layer.inverses, powers=powers)


def _with_diagonal_products(
    equation: Equation,
    variable: sympy.Symbol,
    layer: RecurrentLayer,
    products: Sequence[Meaning],
    defined: Sequence[Meaning],
    taken: Collection[str],
    known: Sequence[Fact],
    title: str,
) -> Theorem:
    """Prove an equation for a state by induction, with the products of diagonal matrices on its right side as such."""
    found = diagonals(products, defined, {*taken, variable.name, *letters_of_meanings(meanings_of(layer.states))})
    put_in = Equation(equation.left, found.put_in(equation.right))
    meanings = (*meanings_of(layer.states), *found.meanings, *defined)
    (theorem,) = invariants([put_in], variable, meanings, title, known, found.taken)
    lines = Calculation(put_in.left, (Step(put_in.right, (theorem,)),))
    return check(found.out_of(lines, equation.right), title)
