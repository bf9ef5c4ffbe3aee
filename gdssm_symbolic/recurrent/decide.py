"""Is a recurrent layer what it is said to be? A theorem for all sizes, tokens and data, or a confirmed counterexample.

A proof is found by trying: one step of the recurrences, an induction over the tokens, or the states in closed form.
If the checker accepts none, a counterexample is sought at small sizes. What has neither is undecided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

import sympy

from gdssm_symbolic.evidence.counterexamples import Refuted, free_of, refute
from gdssm_symbolic.evidence.search import ANYWHERE, refute_where
from gdssm_symbolic.extensions.differentiation import Differentiation
from gdssm_symbolic.kernel.definitions import Definition, Meaning, Recurrence, Source, unfold
from gdssm_symbolic.kernel.expressions import App, Expr, Sum, names, walk
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.kernel.work import TooMuchWork, Work
from gdssm_symbolic.theory.closed_form import closed_form
from gdssm_symbolic.theory.least_squares import t

from .algorithms import run, written
from .claims import AlgorithmClaim, ChunkClaim, Claim, FormulaClaim, SameAsClaim
from .layer import RecurrentLayer, State
from .letters import counter, fresh
from .relation import calculation, invariant, needed, numbers_first, relate, started_as
from .unrolled import unrolled

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


def computes(layer: RecurrentLayer) -> tuple[Equation, ...]:
    """Return the updates of the states in closed form, and the states after n tokens where one is known and proved."""
    found = []
    for state in layer.states:
        with suppress(OutsideLanguage):
            found.append(Equation(state.name[t], numbers_first(closed_form(state.update))))
        with suppress(ProofError, OutsideLanguage):
            found.append(_closed_form(state, layer, _taken(layer)).equation)
    return tuple(found)


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
        return _counterexample(equation, meanings), why
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
    algorithm = run(claim, state, _taken(layer) | {claim.point.text, *_letters(*written(claim))})
    meanings = (*_recurrences(layer), *algorithm.meanings)
    title = f"the state ${state.name.text}$ is the iterate"
    gradients = tuple(loss.is_gradient() for loss in algorithm.losses)
    return _Question(
        algorithm.equation, meanings, _attempts(algorithm.equation, algorithm.variable, meanings, title), gradients
    )


def _about_formula(layer: RecurrentLayer, claim: FormulaClaim) -> _Question:
    taken = _taken(layer) | _letters(claim.left, claim.right)
    title, recurrences = "the formula", _recurrences(layer)
    equation, is_state = Equation(claim.left, claim.right), isinstance(claim.left, App)

    def by_induction() -> Theorem:
        n = counter(taken)
        return calculation(equation, (invariant(equation.at({t: n}), n, recurrences, title),), title)

    def from_closed_forms() -> Theorem:
        occurring = names(claim.left)
        forms = tuple(_closed_form(state, layer, taken) for state in layer.states if state.name in occurring)
        return calculation(equation, forms, title)

    tries = _attempts(equation, t, recurrences, title)
    return _Question(equation, recurrences, (*tries, by_induction if is_state else from_closed_forms))


def _about_chunk(layer: RecurrentLayer, claim: ChunkClaim) -> _Question:
    n = counter(_taken(layer) | _letters(claim.right) | {claim.length.name})
    equation = Equation(claim.state[t + claim.length], claim.right).at({t: n})
    recurrences = _recurrences(layer)
    return _Question(equation, recurrences, _attempts(equation, claim.length, recurrences, "a chunk"))


def _about_another(layer: RecurrentLayer, claim: SameAsClaim) -> Iterator[_Question]:
    """The equations of the relation, if one is given, and that the outputs are equal."""
    taken = _taken(layer) | _taken(claim.other)
    n, own = counter(taken), _recurrences(layer)
    output = Equation(layer.output, claim.other.output)
    if claim.relation is None:
        recurrences, theorems = _related(layer, claim.other, n)
    else:
        recurrences, theorems = (*own, *_started(claim.other, claim.relation)), []
        for given in claim.relation:
            equation = given.at({t: n})
            yield _Question(equation, recurrences, _attempts(equation, n, (*recurrences, *theorems), "the relation"))
            theorems += _proved(equation, n, (*recurrences, *theorems))
    known: tuple[Source, ...] = tuple(theorems)
    all_known: tuple[Source, ...] = (*theorems, *recurrences)
    yield _Question(
        output,
        recurrences,
        (lambda: calculation(output, known, "the outputs"), lambda: calculation(output, all_known, "the outputs")),
    )


def _attempts(
    equation: Equation, variable: sympy.Symbol, sources: Sequence[Meaning | Theorem], title: str
) -> tuple[Callable[[], Theorem], ...]:
    """Two ways to prove an equation: one step of the recurrences, and an induction."""
    one_step = partial(calculation, equation, sources, title)
    by_induction = partial(invariant, equation, variable, sources, title)
    return (by_induction, one_step) if isinstance(equation.left, App) else (one_step,)


# ---- relations and closed forms ----------------------------------------------------------------


def _proved(equation: Equation, n: sympy.Symbol, sources: Sequence[Meaning | Theorem]) -> list[Theorem]:
    try:
        return [invariant(equation, n, sources, "the relation")]
    except (ProofError, OutsideLanguage):
        return []


def _related(
    layer: RecurrentLayer, other: RecurrentLayer, n: sympy.Symbol
) -> tuple[tuple[Recurrence, ...], list[Theorem]]:
    """Relate as many states of the other layer to states of this one as is found; every round uses what is known."""
    waiting, recurrences, theorems = list(other.states), _recurrences(layer), list[Theorem]()
    progress = True
    while waiting and progress:
        progress = False
        for state in tuple(waiting):
            sources: tuple[Source, ...] = (
                *recurrences,
                *_recurrences(replace(other, states=tuple(waiting))),
                *theorems,
            )
            found = next(filter(None, (relate(own, state, sources, n) for own in layer.states)), None)
            if found is not None:
                recurrences, progress = (*recurrences, found.recurrence), True
                theorems.append(found.theorem)
                waiting.remove(state)
    return (*recurrences, *(_guessed(state, layer) for state in waiting)), theorems


def _guessed(state: State, layer: RecurrentLayer) -> Recurrence:
    """A state without a known relation; if its start is free, it starts as a state of the same shape does."""
    forms = [form for own in layer.states for form in (own.name[t], own.name[t].T) if form.shape == state.name.shape]
    return started_as(state, forms[0]) if forms else state.recurrence


def _started(other: RecurrentLayer, relation: Sequence[Equation]) -> tuple[Recurrence, ...]:
    """The recurrences of the other layer; a free start is what the relation says."""
    told = {given.left: given.right for given in relation} | {given.right: given.left for given in relation}
    return tuple(
        started_as(state, told[state.name[t]]) if state.name[t] in told else state.recurrence for state in other.states
    )


def _closed_form(state: State, layer: RecurrentLayer, taken: set[str]) -> Theorem:
    """The state after n tokens as a sum over the tokens. Raises ProofError or OutsideLanguage if none is proved."""
    n = counter(taken)
    index = sympy.Symbol(fresh("ijrs", taken | {n.name}), integer=True)
    if (form := unrolled(state, n, index)) is None:
        raise OutsideLanguage(f"no closed form of {state.name.text} is known")
    return invariant(Equation(state.name[n], form), n, _recurrences(layer), f"the state ${state.name.text}$ unrolled")


def _recurrences(layer: RecurrentLayer) -> tuple[Recurrence, ...]:
    return tuple(state.recurrence for state in layer.states)


def _taken(layer: RecurrentLayer) -> set[str]:
    states = (one for state in layer.states for one in (state.update, state.name[t], state.start) if one is not None)
    return _letters(*states, layer.output)


def _letters(*exprs: Expr) -> set[str]:
    """The texts of the names and symbols in expressions, sizes and bound indices included."""
    found: set[str] = set()
    for expr in exprs:
        found |= {one.name for one in expr.depends_on}
        found |= {node.index.name for node in walk(expr) if isinstance(node, Sum)}
        found |= {text for name in names(expr) for text in (name.text, *(size.name for size in name.sizes))}
    return found
