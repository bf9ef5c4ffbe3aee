"""What a claim asks that says two layers are the same: a relation of their states, and that the outputs are equal."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import islice, product

import sympy

from gdssm_symbolic.kernel.definitions import Meaning, Source
from gdssm_symbolic.kernel.expressions import App, Expr, Name, Scalar, Zero, names, substitute
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.theory.least_squares import t
from gdssm_symbolic.writing.unused_letters import letters_of

from .claims import SameAsClaim
from .induction import calculation, invariants, succeeding
from .inverses import Fact, Inverse
from .layer import RecurrentLayer, State, meanings_of
from .letters import counter
from .questions import Question, about_product, known_of, theorem_stating, usual_attempts
from .relation import RelationError, at_start, may_hold, relations, started_by
from .tokens import counter_for, reads_no_token_0

#: So many relations of the states of two layers are tried, if none is given.
MOST_RELATIONS = 8


def about_another(layer: RecurrentLayer, claim: SameAsClaim, defined: Sequence[Meaning]) -> Iterator[Question]:
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
    powers = tuple(substitute(one, {t: n}) for one in claim.powers)
    yield from (replace(one, powers=powers) for one in questions)


def _by_a_relation(
    own: Sequence[State],
    other: Sequence[State],
    output: Equation,
    inverses: tuple[Inverse, ...],
    defined: Sequence[Meaning],
    taken: Collection[str],
) -> Question:
    """That the outputs are equal, by one relation of the states after another that is proved."""
    n, as_given = counter(taken), (*meanings_of(own), *meanings_of(other), *defined)
    from_given_starts = all(one.start is not None for one in (*own, *other))
    if from_given_starts and not may_hold(output, as_given, inverses):  # then there is no relation to be found
        return Question(output, as_given, (partial(theorem_stating, (), output),), inverses=inverses)
    known = known_of(inverses, (*own, *other), n, as_given, taken)
    refused = list[tuple[Callable[[], Theorem], ...]]()
    found = relations(own, other, n, defined, inverses=inverses, known=known, outputs=output)
    for related in islice(found, MOST_RELATIONS):
        meanings = (*meanings_of(own), *meanings_of(related.others), *defined)
        attempts = _about_outputs(output, related.theorems, meanings, defined, known)
        if (theorem := succeeding(attempts)) is not None:
            return Question(output, meanings, (partial(theorem_stating, (theorem,), output),), inverses=inverses)
        refused.append(attempts)
    if from_given_starts:
        return Question(output, as_given, refused[0], inverses=inverses)
    # Whatever the relation is, if it is linear it lets states that start at 0 or anywhere start at 0.
    from_zero = _from_zero((*own, *other))
    linear = all(_is_zero(one.start) for one in from_zero)
    meanings = (*meanings_of(from_zero), *defined) if linear else as_given
    return Question(output, meanings, (partial(theorem_stating, (), output),), inverses=inverses, refutable=linear)


def _with_relation(
    own: Sequence[State],
    other: Sequence[State],
    given: Sequence[Equation],
    output: Equation,
    inverses: tuple[Inverse, ...],
    defined: Sequence[Meaning],
    taken: Collection[str],
    counters: Sequence[sympy.Symbol],
) -> list[Question]:
    """The equations of a relation, from which the states start, and that the outputs are then equal.

    For each equation there is a symbol for the numbers of tokens that it is about. Raises RelationError if they are not
    shown to hold together where the states start.
    """
    names_of_states = {one.name for one in (*own, *other)}
    relation = tuple(one.at({t: n}) for one, n in zip(given, counters, strict=True))
    started, circular = started_by(own, other, given)
    meanings = (*meanings_of(started), *defined)
    for one in circular:
        if not any(_hold_at_start([one], sources, names_of_states) for sources in (meanings, meanings[::-1])):
            told = " and ".join(dict.fromkeys(name.text for side in one.parts for name in names(side)))
            raise RelationError(f"not shown to hold where {told} start; give them starts, or leave an equation out")
    n = counter(taken)
    known = known_of(inverses, started, n, meanings, taken)
    theorems: tuple[Theorem, ...] = ()
    for variable in dict.fromkeys(counters):
        of_states = [
            one for one, n in zip(relation, counters, strict=True) if n == variable and isinstance(one.left, App)
        ]
        theorems += _proved(of_states, variable, (*meanings, *theorems), known)
    for equation, variable in zip(relation, counters, strict=True):
        with suppress(ProofError, OutsideLanguage):
            known += (about_product(equation, variable, meanings, known, taken, "the relation"),)
    questions = list[Question]()
    for equation, variable in zip(relation, counters, strict=True):
        first = partial(theorem_stating, theorems, equation)
        attempts = usual_attempts(equation, variable, (*meanings, *theorems), "the relation", known)
        questions.append(Question(equation, meanings, (first, *attempts), inverses=inverses))
    attempts = _about_outputs(output, theorems, meanings, defined, known)
    questions.append(Question(output, meanings, attempts, inverses=inverses))
    if not any(one.start is None for one in started) or _hold_at_start(given, meanings, names_of_states):
        return questions
    from_zero = (*meanings_of(_from_zero(started)), *defined)
    allowed = _hold_at_start(given, from_zero, names_of_states)
    found = list[Question]()
    for question in questions:
        if (theorem := succeeding(question.attempts)) is not None:
            found.append(replace(question, attempts=(partial(theorem_stating, (theorem,), question.equation),)))
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
