"""Is a recurrent layer what it is said to be? A theorem for all sizes, tokens and data, or a confirmed counterexample.

A proof is found by trying: one step of the recurrences, an induction over the tokens, or the states in closed form.
If the checker accepts none, a counterexample is sought at small sizes. What has neither is undecided.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, islice, permutations, product

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence.counterexamples import Refuted, free_of, refute
from gdssm_symbolic.evidence.search import ANYWHERE, refute_where
from gdssm_symbolic.extensions.differentiation import Differentiation
from gdssm_symbolic.kernel.definitions import Definition, Meaning, Recurrence, Source, unfold
from gdssm_symbolic.kernel.expressions import Add, App, Expr, Identity, Name, Scalar, Zero, names, substitute, walk
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.kernel.work import TooMuchWork, Work
from gdssm_symbolic.theory.least_squares import t

from .algorithms import run, written
from .claims import AlgorithmClaim, ChunkClaim, Claim, FormulaClaim, SameAsClaim, SolverClaim
from .diagonal import diagonals
from .equal_reciprocals import equal_reciprocals
from .identities.formulas import named_formula
from .identities.naming import statable
from .induction import STEPS, calculation, invariants, lines_of, succeeding
from .inverses import Fact, Inverse, facts
from .layer import RecurrentLayer, State, meanings_of
from .letters import counter, fresh, letters_of
from .refutation import all_exist, refute_with, sizes_of
from .relation import MultipleOf, at_start, may_hold, relations, started_by
from .tokens import counter_for, reads_no_token_0
from .unrolled import in_closed_form, unrolling
from .weights import no_weights, with_weights

Found = Theorem | Refuted | None

#: A counterexample is sought with unknown data where all sizes and numbers of tokens are at most SMALL; then with drawn
#: data for up to LONGEST tokens at sizes of 1 and of SMALL, and for THREE tokens at sizes up to that number.
SMALL, LONGEST, THREE = 2, 6, 3
#: How many steps each of the searches with drawn data may take, about half a second.
MOST_STEPS = 1_000_000
#: So many relations of the states of two layers are tried, if none is given.
MOST_RELATIONS = 8


@dataclass(frozen=True)
class Decided:
    """What is claimed, what its names mean, and what is known about it.

    `gradients` are theorems: that ∇ℒ, where it occurs, is the gradient of ℒ. `why` is the reason if it is undecided.
    `inverses` are those that occur; a theorem rests on what is assumed of them.
    """

    equation: Equation
    meanings: tuple[Meaning, ...]
    found: Found
    gradients: tuple[Theorem, ...] = ()
    why: str = ""
    inverses: tuple[Inverse, ...] = ()

    @property
    def losses(self) -> tuple[Definition, ...]:
        """The losses of which the gradients are taken."""
        return tuple(one.proof.function for one in self.gradients if isinstance(one.proof, Differentiation))

    @property
    def expected(self) -> tuple[Equation, ...]:
        """What the names on the right side stand for, in closed form: the update of an algorithm, say."""
        table = {meaning.name: meaning for meaning in self.meanings if isinstance(meaning, Definition | Recurrence)}
        found = []
        for meaning in (table[name] for name in names(self.equation.right) if name in table):
            others = [one for one in table.values() if one is not meaning]
            with suppress(OutsideLanguage):
                found.append(Equation(meaning.left, in_closed_form(unfold(meaning.body, others))))
        return tuple(found)


@dataclass(frozen=True)
class _Question:
    """An equation with the meanings of its names, and the ways in which a proof is tried."""

    equation: Equation
    meanings: tuple[Meaning, ...]
    attempts: tuple[Callable[[], Theorem], ...]
    gradients: tuple[Theorem, ...] = ()
    inverses: tuple[Inverse, ...] = ()
    refutable: bool = True  # whether a counterexample would be one to the claim
    weights: Name | None = None  # any numbers, of which the equation says that there are some


def decide(layer: RecurrentLayer, claim: Claim) -> tuple[Decided, ...]:
    """Prove or refute what is claimed of a layer; one answer for each equation that the claim consists of.

    Raises DifferentialError if the loss of an algorithm is not differentiated here, ProofError or OutsideLanguage if
    its gradient is not proved, and OutsideLanguage if the claim cannot be stated.
    """
    questions = _questions(layer, claim, layer.definitions)
    if layer.definitions:  # first whatever the functions are
        anything = _questions(layer, claim, ())
        questions = map(_with_attempts_of, questions, anything)
    return tuple(map(_answer, questions))


def _questions(layer: RecurrentLayer, claim: Claim, defined: Sequence[Meaning]) -> Iterator[_Question]:
    """Yield what is to be proved, where functions may have definitions, or be any functions."""
    match claim:
        case AlgorithmClaim():
            yield _about_algorithm(layer, claim, defined)
        case FormulaClaim(weights=None):
            yield _about_formula(layer, claim, defined)
        case FormulaClaim():
            yield _about_weights(layer, claim, defined)
        case ChunkClaim():
            yield _about_chunk(layer, claim, defined)
        case SameAsClaim():
            yield from _about_another(layer, claim, defined)
        case SolverClaim():
            yield from _about_solver(layer, claim, defined)


def _with_attempts_of(question: _Question, other: _Question) -> _Question:
    """The question with the attempts of another before its own, where both ask for the same."""
    if other.equation != question.equation:
        return question
    return replace(question, attempts=(*other.attempts, *question.attempts))


def _answer(question: _Question) -> Decided:
    equation = question.equation
    meanings, inverses = needed(equation, question.meanings, question.inverses)
    counterexample = partial(_refuted, question, meanings, inverses)
    if inverses and not may_hold(equation, meanings, inverses):  # then no proof need be tried, which takes long here
        with suppress(ProofError, OutsideLanguage):
            if (refuted := counterexample()) is not None:
                return Decided(equation, meanings, refuted, question.gradients, "", inverses)
    found, why = _settled(equation, question.attempts, counterexample)
    if isinstance(found, Theorem) and inverses and not all_exist(equation, meanings, inverses):
        found, why = None, "wherever it was tried, what is divided by is 0 or not invertible at some token"
    return Decided(equation, meanings, found, question.gradients, why, inverses)


def _refuted(question: _Question, meanings: tuple[Meaning, ...], inverses: tuple[Inverse, ...]) -> Refuted | None:
    if question.weights is not None:
        return no_weights(question.equation, question.weights, meanings, inverses)
    if not question.refutable:
        return None
    if inverses:
        return refute_with(question.equation, meanings, inverses)
    return _counterexample(question.equation, meanings)


def _settled(
    equation: Equation, attempts: Sequence[Callable[[], Theorem]], counterexample: Callable[[], Refuted | None]
) -> tuple[Found, str]:
    """Return the theorem of the first attempt that succeeds, or a counterexample, or neither and why."""
    refused = list[Exception]()
    for attempt in attempts:
        try:
            theorem = attempt()
        except (ProofError, OutsideLanguage) as error:
            refused.append(error)
            continue
        if theorem.statement != equation:
            raise RuntimeError("another statement is proved than the one that is claimed")
        return theorem, ""
    outside = (one for one in refused if isinstance(one, OutsideLanguage))
    why = str(next(outside, refused[0]))  # what cannot be said is told rather than what does not follow
    try:
        found = counterexample()
        return found, "" if found else why
    except (ProofError, OutsideLanguage) as error:
        return None, str(error)


def _counterexample(equation: Equation, meanings: tuple[Meaning, ...]) -> Refuted | None:
    """Search at small sizes, then for more tokens, then for larger matrices. Raises as `refute` does."""
    free = free_of(equation, meanings)
    sizes = sizes_of(equation, meanings) & free
    tokens = {symbol for symbol in free - sizes if symbol.is_integer}
    with suppress(TooMuchWork):
        if found := refute(equation, meanings, largest=SMALL):
            return found
    for fixed, largest in (
        (dict.fromkeys(sizes, 1), LONGEST),
        (dict.fromkeys(sizes, SMALL), LONGEST),
        (dict.fromkeys(tokens, THREE), THREE),
    ):
        with suppress(TooMuchWork):
            if found := refute_where(ANYWHERE, equation, meanings, fixed=fixed, largest=largest, work=Work(MOST_STEPS)):
                return found
    return None


# ---- the kinds of claims -----------------------------------------------------------------------


def _about_algorithm(layer: RecurrentLayer, claim: AlgorithmClaim, defined: Sequence[Meaning]) -> _Question:
    state = next(one for one in layer.states if one.name == claim.state)
    taken = letters_of(*layer.exprs, *written(claim), claim.point())
    algorithm = run(claim, state, taken)
    equation, n = algorithm.equation, algorithm.variable
    states = (*meanings_of(layer.states), *meanings_of(algorithm.states))
    meanings = (*states, *algorithm.definitions, *claim.products, *defined)
    gradients = tuple(loss.is_gradient() for loss in algorithm.losses)
    known = _known(layer.inverses, layer.states, n, meanings, taken)
    attempts = _attempts(equation, n, meanings, f"the state ${state.name.text}$ is the iterate", known)

    def with_what_is_kept() -> Theorem:
        """The state is the iterate, and other states are multiples of what else the algorithm keeps."""
        iterate = {state.name: MultipleOf(algorithm.states[0].name)}
        definitions = (*algorithm.definitions, *defined)
        found = relations(layer.states, algorithm.states, n, definitions, iterate, layer.inverses, known)
        return _first(next(found).theorems, equation)

    def from_closed_forms() -> Theorem:
        """What the state is made of are other states, and these are sums over the tokens."""
        forms = list[Theorem]()
        for other in layer.states:
            with suppress(ProofError, OutsideLanguage):
                forms.append(unrolling(other, layer, taken, claim.products))
        return calculation(equation, (*meanings, *forms), "the state in closed form", known=known)

    further = (with_what_is_kept,) if len(algorithm.states) > 1 else ()
    last = (from_closed_forms,) if len(layer.states) > 1 else ()
    return _Question(equation, meanings, (*further, *attempts, *last), gradients, layer.inverses)


def _about_solver(layer: RecurrentLayer, claim: SolverClaim, defined: Sequence[Meaning]) -> Iterator[_Question]:
    """Equations at a token, or a formula; or that the state is the iterate, at a token or, if it is one, after n."""
    if claim.formula is not None:
        yield _about_formula(layer, FormulaClaim(claim.formula.left, claim.formula.right, claim.products), defined)
        return
    meanings = (*meanings_of(layer.states), *claim.meanings, *claim.products, *defined)
    title = f"the state ${claim.state.text}$ is the iterate"
    if claim.equations:
        known = _known(layer.inverses, (), t, meanings, letters_of(*layer.exprs))
        for equation in claim.equations:
            one_step = partial(calculation, equation, meanings, title, known=known)
            yield _Question(equation, meanings, (one_step,), inverses=layer.inverses)
        return
    iterate = claim.meanings[0]
    n = counter(letters_of(*layer.exprs) | _letters(claim.meanings)) if isinstance(iterate, Recurrence) else t
    equation = Equation(claim.state[n], iterate.name[n])
    attempts = _attempts(equation, n, meanings, title) if n != t else (partial(calculation, equation, meanings, title),)
    yield _Question(equation, meanings, attempts, inverses=layer.inverses)


def _about_formula(layer: RecurrentLayer, claim: FormulaClaim, defined: Sequence[Meaning]) -> _Question:
    if not (layer.inverses or defined or statable(claim.right)):
        named = named_formula(layer, claim)
        return _Question(named.equation, named.meanings, named.attempts)
    taken = letters_of(*layer.exprs, claim.left, claim.right) | {one.name.text for one in claim.products}
    title, meanings = "the formula", (*meanings_of(layer.states), *claim.products, *defined)
    equation, n = Equation(claim.left, claim.right), counter(taken)
    is_state = isinstance(claim.left, App)
    known = _known(layer.inverses, layer.states, n, meanings, taken, claim.left, claim.right)

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
        found = diagonals(dict.fromkeys((*claim.products, *own)), defined, {*taken, *_letters(own)})
        put_in = Equation(claim.left, found.put_in(claim.right))
        lines = lines_of(put_in, (*map(found.into, forms), *defined), defined, taken=found.taken)
        return check(found.out_of(lines, claim.right), title)

    def with_equal_reciprocals() -> Theorem:
        """The states in the output, and in what it is divided by, in closed form."""
        forms = [unrolling(state, layer, taken, claim.products) for state in layer.states]
        equal = tuple(equal_reciprocals(layer.inverses, known, forms))
        return calculation(equation, (*equal, *forms), title)

    def of_a_product() -> Theorem:
        fact = _about_product(equation.at({t: n}), n, meanings, known, taken, title)
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
    attempts = *quick, *_attempts(equation, t, meanings, title, known), *as_it_stands, *further
    return _Question(equation, meanings, attempts, inverses=layer.inverses)


def _about_weights(layer: RecurrentLayer, claim: FormulaClaim, defined: Sequence[Meaning]) -> _Question:
    """The formula with weights that are found; or as it is claimed, and that there are none."""
    assert claim.weights is not None
    equation, meanings = Equation(claim.left, claim.right), (*meanings_of(layer.states), *claim.products, *defined)
    taken = letters_of(*layer.exprs, *equation.parts) | {one.name.text for one in claim.products}
    for found in with_weights(equation, claim.weights, layer, taken, claim.products):
        question = _about_formula(layer, replace(claim, right=found.formula, products=found.products), defined)
        if (theorem := succeeding(question.attempts)) is not None:
            return replace(question, attempts=(partial(_first, (theorem,), question.equation),))
    none_found = partial(_first, (), equation, "no weights were found")
    return _Question(equation, meanings, (none_found,), inverses=layer.inverses, weights=claim.weights)


def _about_chunk(layer: RecurrentLayer, claim: ChunkClaim, defined: Sequence[Meaning]) -> _Question:
    taken = letters_of(*layer.exprs, claim.right) | {claim.length.name}
    n = counter_for((claim.right,), {one.name for one in layer.states}, (*claim.products, *defined), taken)
    if not (layer.inverses or defined or statable(claim.right)):
        formula = FormulaClaim(claim.state[t + claim.length], claim.right, claim.products)
        named = named_formula(layer, formula, [n])
        return _Question(named.equation, named.meanings, named.attempts)
    equation = Equation(claim.state[t + claim.length], claim.right).at({t: n})
    meanings = (*meanings_of(layer.states), *claim.products, *defined)
    known = _known(layer.inverses, layer.states, n, meanings, taken)
    attempts = _attempts(equation, claim.length, meanings, "a chunk", known)

    with_diagonal_products = partial(
        _with_diagonal_products, equation, claim.length, layer, claim.products, defined, taken, known, "a chunk"
    )
    further = (with_diagonal_products,) if defined else ()
    return _Question(equation, meanings, (*attempts, *further), inverses=layer.inverses)


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
    found = diagonals(products, defined, {*taken, variable.name, *_letters(meanings_of(layer.states))})
    put_in = Equation(equation.left, found.put_in(equation.right))
    meanings = (*meanings_of(layer.states), *found.meanings, *defined)
    (theorem,) = invariants([put_in], variable, meanings, title, known, found.taken)
    lines = Calculation(put_in.left, (Step(put_in.right, (theorem,)),))
    return check(found.out_of(lines, equation.right), title)


def _about_another(layer: RecurrentLayer, claim: SameAsClaim, defined: Sequence[Meaning]) -> Iterator[_Question]:
    """The equations of the relation, if one is given, and that the outputs are equal."""
    told = (side for one in claim.relation or () for side in one.parts)
    taken = letters_of(*layer.exprs, *claim.other.exprs, *told)
    inverses = tuple(dict.fromkeys((*layer.inverses, *claim.other.inverses)))
    output = Equation(layer.output, claim.other.output)
    if claim.relation is None:
        yield _by_a_relation(layer.states, claim.other.states, output, inverses, defined, taken)
        return
    n, own = counter(taken), {one.name for one in (*layer.states, *claim.other.states)}
    counters = [counter_for(one.parts, own, defined, taken) for one in claim.relation]
    with_relation = partial(
        _with_relation, layer.states, claim.other.states, claim.relation, output, inverses, defined, taken
    )
    questions = with_relation([n for _ in counters])
    # of data of a token 0 it may be proved, but is not refuted
    if set(counters) - {n} and any(succeeding(one.attempts) is None for one in questions):
        questions = with_relation(counters)
    yield from questions


def _by_a_relation(
    own: Sequence[State],
    other: Sequence[State],
    output: Equation,
    inverses: tuple[Inverse, ...],
    defined: Sequence[Meaning],
    taken: Collection[str],
) -> _Question:
    """That the outputs are equal, by one relation of the states after another that is proved."""
    n, as_given = counter(taken), (*meanings_of(own), *meanings_of(other), *defined)
    known = _known(inverses, (*own, *other), n, as_given, taken)
    refused = list[tuple[Callable[[], Theorem], ...]]()
    found = relations(own, other, n, defined, inverses=inverses, known=known, outputs=output)
    for related in islice(found, MOST_RELATIONS):
        meanings = (*meanings_of(own), *meanings_of(related.others), *defined)
        attempts = _about_outputs(output, related.theorems, meanings, defined, known)
        if (theorem := succeeding(attempts)) is not None:
            return _Question(output, meanings, (partial(_first, (theorem,), output),), inverses=inverses)
        refused.append(attempts)
    if all(one.start is not None for one in (*own, *other)):
        return _Question(output, as_given, refused[0], inverses=inverses)
    # Whatever the relation is, if it is linear it lets states that start at 0 or anywhere start at 0.
    from_zero = _from_zero((*own, *other))
    linear = all(_is_zero(one.start) for one in from_zero)
    meanings = (*meanings_of(from_zero), *defined) if linear else as_given
    return _Question(output, meanings, (partial(_first, (), output),), inverses=inverses, refutable=linear)


def _with_relation(
    own: Sequence[State],
    other: Sequence[State],
    given: Sequence[Equation],
    output: Equation,
    inverses: tuple[Inverse, ...],
    defined: Sequence[Meaning],
    taken: Collection[str],
    counters: Sequence[sympy.Symbol],
) -> list[_Question]:
    """The equations of a relation, from which the states start, and that the outputs are then equal.

    For each equation there is a symbol for the numbers of tokens that it is about.
    """
    names_of_states = {one.name for one in (*own, *other)}
    relation = tuple(one.at({t: n}) for one, n in zip(given, counters, strict=True))
    started = tuple(chain(*started_by(own, other, given)))
    meanings = (*meanings_of(started), *defined)
    n = counter(taken)
    known = _known(inverses, started, n, meanings, taken)
    theorems: tuple[Theorem, ...] = ()
    for variable in dict.fromkeys(counters):
        of_states = [
            one for one, n in zip(relation, counters, strict=True) if n == variable and isinstance(one.left, App)
        ]
        theorems += _proved(of_states, variable, (*meanings, *theorems), known)
    for equation, variable in zip(relation, counters, strict=True):
        with suppress(ProofError, OutsideLanguage):
            known += (_about_product(equation, variable, meanings, known, taken, "the relation"),)
    questions = list[_Question]()
    for equation, variable in zip(relation, counters, strict=True):
        first = partial(_first, theorems, equation)
        attempts = _attempts(equation, variable, (*meanings, *theorems), "the relation", known)
        questions.append(_Question(equation, meanings, (first, *attempts), inverses=inverses))
    attempts = _about_outputs(output, theorems, meanings, defined, known)
    questions.append(_Question(output, meanings, attempts, inverses=inverses))
    if not any(one.start is None for one in started) or _hold_at_start(given, meanings, names_of_states):
        return questions
    from_zero = (*meanings_of(_from_zero(started)), *defined)
    allowed = _hold_at_start(given, from_zero, names_of_states)
    found = list[_Question]()
    for question in questions:
        if (theorem := succeeding(question.attempts)) is not None:
            found.append(replace(question, attempts=(partial(_first, (theorem,), question.equation),)))
        else:
            found.append(replace(question, meanings=from_zero if allowed else meanings, refutable=allowed))
    return found


def _about_outputs(
    output: Equation,
    theorems: Sequence[Theorem],
    meanings: Sequence[Meaning],
    defined: Sequence[Meaning],
    known: Sequence[Fact],
) -> tuple[Callable[[], Theorem], ...]:
    """Ways to prove that outputs are equal, from what is proved of the states."""
    ways: tuple[tuple[Source, ...], ...] = tuple(theorems), (*theorems, *defined), (*theorems, *meanings)
    return tuple(partial(calculation, output, by, "the outputs", known=known) for by in ways)


def _hold_at_start(relation: Iterable[Equation], meanings: Sequence[Meaning], states: Collection[Name]) -> bool:
    """Whether the states start as the equations say, which then read no data of a token."""
    return all(
        reads_no_token_0(one.parts, states, ())
        and succeeding([partial(calculation, Equation(*map(at_start, one.parts)), meanings, "the start")]) is not None
        for one in relation
    )


def _from_zero(states: Sequence[State]) -> list[State]:
    """The states, with 0 in place of every start that is free."""
    return [replace(one, start=Zero(*one.name.shape)) if one.start is None else one for one in states]


def _is_zero(expr: Expr | None) -> bool:
    return isinstance(expr, Zero) or (isinstance(expr, Scalar) and expr.value == 0)


def _attempts(
    equation: Equation,
    variable: sympy.Symbol,
    sources: Sequence[Meaning | Theorem],
    title: str,
    known: Sequence[Fact] = (),
) -> tuple[Callable[[], Theorem], ...]:
    """Two ways to prove an equation: one step of the recurrences, and an induction."""
    one_step = partial(calculation, equation, sources, title, known=known)
    by_induction = lambda: invariants([equation], variable, sources, title, known)[0]  # noqa: E731
    return (by_induction, one_step) if isinstance(equation.left, App) else (one_step,)


# ---- relations and closed forms ----------------------------------------------------------------


def _first(
    theorems: Sequence[Theorem], equation: Equation, why: str = "no relation of the states was found"
) -> Theorem:
    """Return the theorem that states the equation. Raises ProofError if there is none."""
    for theorem in theorems:
        if theorem.statement == equation:
            return theorem
    raise ProofError(why)


def _proved(
    relation: Sequence[Equation], n: sympy.Symbol, meanings: Sequence[Meaning | Theorem], known: Sequence[Fact]
) -> tuple[Theorem, ...]:
    """Return what is proved of a relation: all of it by one induction, or one equation after another.

    What a state uses is put in before it, or else after it.
    """
    for sources in (meanings, meanings[::-1]):
        with suppress(ProofError, OutsideLanguage):
            return invariants(relation, n, sources, "the relation", known)
    found: tuple[Theorem, ...] = ()
    for equation, sources in product(relation, (meanings, meanings[::-1])):
        if all(one.statement != equation for one in found):
            with suppress(ProofError, OutsideLanguage):
                found += invariants([equation], n, (*sources, *found), "the relation", known)
    return found


def needed(
    equation: Equation, meanings: Iterable[Meaning], inverses: Iterable[Inverse] = ()
) -> tuple[tuple[Meaning, ...], tuple[Inverse, ...]]:
    """Return the meanings on which the names in an equation rest, and the inverses among these names."""
    table, divided = {meaning.name: meaning for meaning in meanings}, {one.name: one for one in inverses}
    waiting = [name for side in equation.parts for name in names(side)]
    found = set[Name]()
    while waiting:
        if (name := waiting.pop()) not in found:
            found.add(name)
            if name in table:
                waiting.extend((*table[name].uses, *(one.name for one in table[name].together)))
            if name in divided:
                waiting.extend(names(divided[name].of))
    return (
        tuple(meaning for name, meaning in table.items() if name in found),
        tuple(one for name, one in divided.items() if name in found),
    )


def _known(
    inverses: Sequence[Inverse],
    states: Sequence[State],
    n: sympy.Symbol,
    meanings: Sequence[Meaning],
    taken: Collection[str],
    *about: Expr,
) -> tuple[Fact, ...]:
    """Return what is assumed of the inverses, and which products of two matrices are then I after every token.

    One of the two is a state, the other a state too, or a sum in the expressions that the claim is about.
    """
    if not inverses:
        return ()
    known = facts(inverses, {*taken, *_letters(meanings)})
    own = [one.name[n] for one in states]
    sums = (node for expr in about for node in walk(substitute(expr, {t: n})) if isinstance(node, Add))
    for left, right in permutations(dict.fromkeys((*own, *sums)), 2):
        if (
            left.shape != right.shape
            or left.shape[0] != left.shape[1]
            or left.is_scalar
            or {left, right}.isdisjoint(own)
        ):
            continue
        equation = Equation(left * right, Identity(left.shape[0]))
        if may_hold(equation, meanings, inverses):
            with suppress(ProofError, OutsideLanguage):
                known += (_about_product(equation, n, meanings, known, taken, "what is inverse"),)
    return known


def _about_product(
    equation: Equation,
    n: sympy.Symbol,
    meanings: Sequence[Meaning],
    known: Sequence[Fact],
    taken: Collection[str],
    title: str,
) -> Fact:
    """Prove an equation between states at n, whose left side is a product and gets a name, by induction.

    Raises ProofError or OutsideLanguage if it is not proved so.
    """
    state = next((one.name for one in meanings if isinstance(one, STEPS) and one.name in names(equation.left)), None)
    if isinstance(equation.left, App) or state is None:
        raise ProofError("no product of states")
    letters = {*taken, *_letters((*meanings, *(one.product for one in known)))}
    name = Name(fresh(("Q", "G", "Y", "J"), letters), equation.left.shape, arity=1)
    product = Definition(name, equation.left, (n,))
    statement = Equation(name[n], equation.right)
    return Fact(product, invariants([statement], n, (product, *meanings), title, known)[0], state)


def _letters(meanings: Iterable[Meaning]) -> set[str]:
    return letters_of(*(side for one in meanings for side in (one.left, *one.bodies)))
