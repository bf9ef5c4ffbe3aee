"""Is a recurrent layer what it is said to be? A theorem for all sizes, tokens and data, or a confirmed counterexample.

A proof is found by trying: one step of the recurrences, an induction over the tokens, or the states in closed form.
If the checker accepts none, a counterexample is sought at small sizes. What has neither is undecided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain

import sympy

from gdssm_symbolic.evidence.counterexamples import Refuted, free_of, refute
from gdssm_symbolic.evidence.search import ANYWHERE, refute_where
from gdssm_symbolic.extensions.differentiation import Differentiation
from gdssm_symbolic.kernel.definitions import Definition, Meaning, Recurrence, Source, unfold
from gdssm_symbolic.kernel.expressions import App, Expr, Name, Zero, names
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.kernel.work import TooMuchWork, Work
from gdssm_symbolic.theory.closed_form import closed_form
from gdssm_symbolic.theory.least_squares import t

from .algorithms import run, written
from .claims import AlgorithmClaim, ChunkClaim, Claim, FormulaClaim, SameAsClaim
from .induction import calculation, invariants
from .layer import RecurrentLayer, State, meanings_of
from .letters import counter, letters_of
from .relation import MultipleOf, relate
from .unrolled import numbers_first, unrolling

Found = Theorem | Refuted | None

#: A counterexample is sought with unknown data where all sizes and numbers of tokens are at most SMALL; then with drawn
#: data for up to LONGEST tokens at sizes of 1 and of SMALL, and for THREE tokens at sizes up to that number.
SMALL, LONGEST, THREE = 2, 6, 3
#: How many steps each of the searches with drawn data may take, about half a second.
MOST_STEPS = 1_000_000


@dataclass(frozen=True)
class Decided:
    """What is claimed, what its names mean, and what is known about it.

    `gradients` are theorems: that ∇ℒ, where it occurs, is the gradient of ℒ. `why` is the reason if it is undecided.
    """

    equation: Equation
    meanings: tuple[Meaning, ...]
    found: Found
    gradients: tuple[Theorem, ...] = ()
    why: str = ""

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
                found.append(Equation(meaning.left, numbers_first(closed_form(unfold(meaning.body, others)))))
        return tuple(found)


@dataclass(frozen=True)
class _Question:
    """An equation with the meanings of its names, and the ways in which a proof is tried."""

    equation: Equation
    meanings: tuple[Meaning, ...]
    attempts: tuple[Callable[[], Theorem], ...]
    gradients: tuple[Theorem, ...] = ()


def decide(layer: RecurrentLayer, claim: Claim) -> tuple[Decided, ...]:
    """Prove or refute what is claimed of a layer; one answer for each equation that the claim consists of.

    Raises DifferentialError if the loss of an algorithm is not differentiated here, ProofError or OutsideLanguage if
    its gradient is not proved, and OutsideLanguage if the claim cannot be stated.
    """
    return tuple(map(_answer, _questions(layer, claim)))


def _questions(layer: RecurrentLayer, claim: Claim) -> Iterator[_Question]:
    match claim:
        case AlgorithmClaim():
            yield _about_algorithm(layer, claim)
        case FormulaClaim():
            yield _about_formula(layer, claim)
        case ChunkClaim():
            yield _about_chunk(layer, claim)
        case SameAsClaim():
            yield from _about_another(layer, claim)


def _answer(question: _Question) -> Decided:
    equation, meanings = question.equation, needed(question.equation, question.meanings)
    found, why = _settled(equation, meanings, question.attempts)
    return Decided(equation, meanings, found, question.gradients, why)


def _settled(
    equation: Equation, meanings: tuple[Meaning, ...], attempts: Sequence[Callable[[], Theorem]]
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
        found = _counterexample(equation, meanings)
        return found, "" if found else why
    except (ProofError, OutsideLanguage) as error:
        return None, str(error)


def _counterexample(equation: Equation, meanings: tuple[Meaning, ...]) -> Refuted | None:
    """Search at small sizes, then for more tokens, then for larger matrices. Raises as `refute` does."""
    free = free_of(equation, meanings)
    occurring = {name for part in equation.parts for name in names(part)}.union(*(one.uses for one in meanings))
    sizes = {size for name in occurring for size in name.sizes if size in free}
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


def _about_algorithm(layer: RecurrentLayer, claim: AlgorithmClaim) -> _Question:
    state = next(one for one in layer.states if one.name == claim.state)
    algorithm = run(claim, state, letters_of(*layer.exprs, *written(claim), claim.point()))
    equation, n = algorithm.equation, algorithm.variable
    meanings = (*meanings_of(layer.states), *meanings_of(algorithm.states), *algorithm.definitions, *claim.products)
    gradients = tuple(loss.is_gradient() for loss in algorithm.losses)
    attempts = _attempts(equation, n, meanings, f"the state ${state.name.text}$ is the iterate")

    def with_what_is_kept() -> Theorem:
        """The state is the iterate, and other states are multiples of what else the algorithm keeps."""
        iterate = {state.name: MultipleOf(algorithm.states[0].name)}
        related = relate(layer.states, algorithm.states, n, algorithm.definitions, iterate)
        return _first(related.theorems, equation)

    further = (with_what_is_kept,) if len(algorithm.states) > 1 else ()
    return _Question(equation, meanings, (*further, *attempts), gradients)


def _about_formula(layer: RecurrentLayer, claim: FormulaClaim) -> _Question:
    taken = letters_of(*layer.exprs, claim.left, claim.right) | {one.name.text for one in claim.products}
    title, meanings = "the formula", (*meanings_of(layer.states), *claim.products)
    equation, is_state = Equation(claim.left, claim.right), isinstance(claim.left, App)

    def by_induction() -> Theorem:
        n = counter(taken)
        return calculation(equation, invariants([equation.at({t: n})], n, meanings, title), title)

    def from_closed_forms() -> Theorem:
        occurring = names(claim.left)
        states = [state for state in layer.states if state.name in occurring]
        forms = tuple(unrolling(state, layer, taken, claim.products) for state in states)
        own = {state.name for state in states}
        closing = [one for one in forms if own.isdisjoint(names(one.equation.right))]  # S_0 is not unrolled again
        return calculation(equation, forms, title, closing)

    tries = _attempts(equation, t, meanings, title)
    return _Question(equation, meanings, (*tries, by_induction if is_state else from_closed_forms))


def _about_chunk(layer: RecurrentLayer, claim: ChunkClaim) -> _Question:
    n = counter(letters_of(*layer.exprs, claim.right) | {claim.length.name})
    equation = Equation(claim.state[t + claim.length], claim.right).at({t: n})
    meanings = (*meanings_of(layer.states), *claim.products)
    return _Question(equation, meanings, _attempts(equation, claim.length, meanings, "a chunk"))


def _about_another(layer: RecurrentLayer, claim: SameAsClaim) -> Iterator[_Question]:
    """The equations of the relation, if one is given, and that the outputs are equal."""
    n, other = counter(letters_of(*layer.exprs, *claim.other.exprs)), claim.other.states
    output, relation = Equation(layer.output, claim.other.output), tuple[Equation, ...]()
    if claim.relation is None:
        related = relate(layer.states, other, n)
        other, theorems = related.others, related.theorems
        meanings = (*meanings_of(layer.states), *meanings_of(other))
    else:
        relation = tuple(given.at({t: n}) for given in claim.relation)
        meanings = tuple(chain(*map(meanings_of, _started(layer.states, other, claim.relation))))
        theorems = _proved(relation, n, meanings)
    for equation in relation:
        known = partial(_first, theorems, equation)
        yield _Question(equation, meanings, (known, *_attempts(equation, n, (*meanings, *theorems), "the relation")))
    attempts = tuple(partial(calculation, output, by, "the outputs") for by in (theorems, (*theorems, *meanings)))
    if claim.relation is None and any(one.start is None for one in other) and not _succeeds(attempts):
        # Whatever the relation is, if it is linear it lets the states start at 0: there they are compared.
        meanings = (*meanings_of(_from_zero(layer.states)), *meanings_of(_from_zero(claim.other.states)))
        attempts = (partial(_first, (), output),)
    yield _Question(output, meanings, attempts)


def _succeeds(attempts: Sequence[Callable[[], Theorem]]) -> bool:
    for attempt in attempts:
        with suppress(ProofError, OutsideLanguage):
            attempt()
            return True
    return False


def _from_zero(states: Sequence[State]) -> list[State]:
    """The states, with 0 in place of every start that is free."""
    return [replace(one, start=Zero(*one.name.shape)) if one.start is None else one for one in states]


def _attempts(
    equation: Equation, variable: sympy.Symbol, sources: Sequence[Meaning | Theorem], title: str
) -> tuple[Callable[[], Theorem], ...]:
    """Two ways to prove an equation: one step of the recurrences, and an induction."""
    one_step = partial(calculation, equation, sources, title)
    by_induction = lambda: invariants([equation], variable, sources, title)[0]  # noqa: E731
    return (by_induction, one_step) if isinstance(equation.left, App) else (one_step,)


# ---- relations and closed forms ----------------------------------------------------------------


def _first(theorems: Sequence[Theorem], equation: Equation) -> Theorem:
    """Return the theorem that states the equation. Raises ProofError if there is none."""
    for theorem in theorems:
        if theorem.statement == equation:
            return theorem
    raise ProofError("no relation of the states was found")


def _proved(relation: Sequence[Equation], n: sympy.Symbol, meanings: Sequence[Source]) -> tuple[Theorem, ...]:
    """Return what is proved of a relation: all of it by one induction, or one equation after another."""
    with suppress(ProofError, OutsideLanguage):
        return invariants(relation, n, meanings, "the relation")
    found: tuple[Theorem, ...] = ()
    for equation in relation:
        with suppress(ProofError, OutsideLanguage):
            found += invariants([equation], n, (*meanings, *found), "the relation")
    return found


def _started(
    own: Sequence[State], other: Sequence[State], relation: Sequence[Equation]
) -> tuple[tuple[State, ...], tuple[State, ...]]:
    """The states of both layers; a free start that an equation of the relation gives is what it says."""
    free: dict[Expr, State] = {one.name[t]: one for one in (*own, *other) if one.start is None}
    for given in relation:
        sides = (given.left, given.right), (given.right, given.left)
        solved = [(free[state], form) for state, form in sides if state in free and free[state].start is None]
        solved.sort(key=lambda pair: pair[0] in own)  # the other layer starts as this one does, where that can be said
        for state, form in solved[:1]:
            free[state.name[t]] = replace(state, start=_at_start(form))
    told = {one.name: one for one in free.values()}
    started = [tuple(told.get(one.name, one) for one in states) for states in (own, other)]
    return started[0], started[1]


def _at_start(expr: Expr) -> Expr:
    """Return an expression in states at t with 0 put in for t."""
    if isinstance(expr, App) and expr.indices == (t,):
        return expr.name[0]
    return expr.mapped(_at_start)


def needed(equation: Equation, meanings: Iterable[Meaning]) -> tuple[Meaning, ...]:
    """Return the meanings on which the names in an equation rest."""
    table = {meaning.name: meaning for meaning in meanings}
    waiting = [name for side in equation.parts for name in names(side)]
    found = set[Name]()
    while waiting:
        name = waiting.pop()
        if name in table and name not in found:
            found.add(name)
            waiting.extend((*table[name].uses, *(one.name for one in table[name].together)))
    return tuple(meaning for name, meaning in table.items() if name in found)
