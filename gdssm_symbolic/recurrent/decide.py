"""Is a recurrent layer what it is said to be? A theorem for all sizes, tokens and data, or a confirmed counterexample.

A proof is found by trying: one step of the recurrences, an induction over the tokens, or the states in closed form.
If the checker accepts none, a counterexample is sought at small sizes. What has neither is undecided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import sympy

from gdssm_symbolic.evidence.counterexamples import Refuted, refute
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

#: A counterexample is sought at all sizes up to the first number with unknown data, then up to the second with drawn
#: data, as long as the evaluation takes no more steps than the third.
SMALL, LARGER, MOST_STEPS = 2, 5, 20_000_000


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
    return (*found, *(theorem.equation for theorem in _closed_forms(layer, _taken(layer))))


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
    why = ""
    for attempt in attempts:
        try:
            theorem = attempt()
        except (ProofError, OutsideLanguage) as error:
            why = why or str(error)
            continue
        if theorem.statement != equation:
            raise RuntimeError("another statement is proved than the one that is claimed")
        return theorem, ""
    try:
        if found := refute(equation, meanings, largest=SMALL) or refute_where(
            ANYWHERE, equation, meanings, largest=LARGER, work=Work(MOST_STEPS)
        ):
            return found, ""
    except TooMuchWork:
        pass
    except (ProofError, OutsideLanguage) as error:
        why = str(error)
    return None, why


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
    equation = Equation(claim.left, claim.right)

    def by_induction() -> Theorem:
        if not isinstance(claim.left, App):
            raise ProofError("no state")
        n = counter(taken)
        general = equation.at({t: n})
        return calculation(equation, (invariant(general, n, recurrences, title),), title)

    def from_closed_forms() -> Theorem:
        forms = tuple(_closed_forms(layer, taken))
        return calculation(equation, forms, title)

    tries = _attempts(equation, t, recurrences, title)
    return _Question(equation, recurrences, (*tries, by_induction, from_closed_forms))


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
    return (
        lambda: invariant(equation, variable, sources, title),
        lambda: calculation(equation, sources, title),
    )


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


def _closed_forms(layer: RecurrentLayer, taken: set[str]) -> Iterator[Theorem]:
    """Yield the states after n tokens as sums over the tokens, those of which that is proved."""
    n = counter(taken)
    index = sympy.Symbol(fresh("ijrs", taken | {n.name}), integer=True)
    for state in layer.states:
        if (form := unrolled(state, n, index)) is not None:
            try:
                yield invariant(
                    Equation(state.name[n], form), n, _recurrences(layer), f"the state ${state.name.text}$ unrolled"
                )
            except (ProofError, OutsideLanguage):
                continue


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
