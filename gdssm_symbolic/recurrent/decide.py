"""Is a recurrent layer what it is said to be? A theorem for all sizes, tokens and data, or a confirmed counterexample.

A proof is found by trying: one step of the recurrences, an induction over the tokens, or the states in closed form.
If the checker accepts none, a counterexample is sought at small sizes. What has neither is undecided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import get_args

from gdssm_symbolic.evidence.counterexamples import Constants, Refuted, free_of, refute
from gdssm_symbolic.evidence.search import ANYWHERE, refute_where
from gdssm_symbolic.extensions.differentiation import Differentiation
from gdssm_symbolic.kernel.definitions import Definition, Meaning, Recurrence, unfold
from gdssm_symbolic.kernel.exact import class_of
from gdssm_symbolic.kernel.expressions import Expr, Name, names
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.kernel.work import TooMuchWork, Work

from .about_algorithms import about_algorithm, about_solver
from .about_another_layer import about_another
from .about_formulas import about_chunk, about_formula, about_weights
from .claims import AlgorithmClaim, ChunkClaim, Claim, FormulaClaim, SameAsClaim, SolverClaim
from .existence import tokens_tried
from .inverses import Inverse
from .layer import RecurrentLayer, State
from .other_numbers import with_other_numbers
from .poles import have_values
from .questions import Question
from .refutation import Values, most_sizes, sizes_of
from .refuted_where_divided import RefutedWhereDivided, refute_with
from .relation import may_hold
from .unrolled import in_closed_form
from .weights import no_weights

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
    `inverses` are those that occur; a theorem rests on what is assumed of them. `powers` are those of numbers that have
    no value if the number is 0, where nothing is claimed. `tokens` is at how many tokens there are data of which holds
    what is assumed of the inverses, if this is not shown for all tokens. A counterexample was found at these
    `constants`, if they occur only in what is divided by.
    """

    equation: Equation
    meanings: tuple[Meaning, ...]
    found: Found
    gradients: tuple[Theorem, ...] = ()
    why: str = ""
    inverses: tuple[Inverse, ...] = ()
    powers: tuple[Expr, ...] = ()
    tokens: int | None = None
    constants: Constants = ()

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


def decide(layer: RecurrentLayer, claim: Claim) -> tuple[Decided, ...]:
    """Prove or refute what is claimed of a layer; one answer for each equation that the claim consists of.

    Raises DifferentialError if the loss of an algorithm is not differentiated here, ProofError or OutsideLanguage if
    its gradient is not proved, RelationError if the equations of a relation are not shown to hold together where the
    states start, and OutsideLanguage if the claim cannot be stated. Raises TypeError if a part is of a subclass, which
    could override what is read here.
    """
    _require_classes(layer, claim)
    questions = _questions(layer, claim, layer.definitions)
    questions = (replace(one, powers=(*layer.powers, *one.powers)) for one in questions)
    if layer.definitions:  # first whatever the functions are
        anything = _questions(layer, claim, ())
        questions = map(_with_attempts_of, questions, anything)
    return tuple(map(_answer, questions))


def _require_classes(layer: RecurrentLayer, claim: Claim) -> None:
    required: list[tuple[object, tuple[type, ...]]] = [(claim, get_args(Claim)), (layer, (RecurrentLayer,))]
    layers = [layer]
    if isinstance(claim, SameAsClaim):
        layers.append(claim.other)
        required.append((claim.other, (RecurrentLayer,)))
    required += [(one, (State,)) for each in layers for one in each.states]
    required += [(one, (Inverse,)) for each in layers for one in each.inverses]
    for part, kinds in required:
        if class_of(part) not in kinds:
            raise TypeError(f"{type(part).__name__} is no class of which a layer and a claim are made")


def _questions(layer: RecurrentLayer, claim: Claim, defined: Sequence[Meaning]) -> Iterator[Question]:
    """Yield what is to be proved, where functions may have definitions, or be any functions."""
    match claim:
        case AlgorithmClaim():
            yield about_algorithm(layer, claim, defined)
        case FormulaClaim(weights=None):
            yield about_formula(layer, claim, defined)
        case FormulaClaim():
            yield about_weights(layer, claim, defined)
        case ChunkClaim():
            yield about_chunk(layer, claim, defined)
        case SameAsClaim():
            yield from about_another(layer, claim, defined)
        case SolverClaim():
            yield from about_solver(layer, claim, defined)


def _with_attempts_of(question: Question, other: Question) -> Question:
    """The question with the attempts of another before its own, where both ask for the same."""
    if other.equation != question.equation:
        return question
    return replace(question, attempts=(*other.attempts, *question.attempts))


def _answer(question: Question) -> Decided:
    equation = question.equation
    meanings, inverses = needed(equation, question.meanings, question.inverses)
    powers = question.powers
    counterexample = cache(partial(_refuted, question, meanings, inverses))
    if not may_hold(equation, meanings, inverses):  # then no proof need be tried, which takes long
        with suppress(ProofError, OutsideLanguage):
            if (refuted := counterexample()) is not None:
                return _decided(question, meanings, inverses, refuted)
    found, why = _settled(equation, question.attempts, counterexample)
    if isinstance(found, RefutedWhereDivided):
        return _decided(question, meanings, inverses, found)
    tokens = tokens_tried(equation, meanings, inverses) if inverses else None
    if tokens == 0:
        found, why = None, "wherever it was tried, what is divided by is 0 or not invertible at some token"
    elif found is None:
        tokens = None
    return Decided(equation, meanings, found, question.gradients, why, inverses, powers, tokens)


def _decided(
    question: Question, meanings: tuple[Meaning, ...], inverses: tuple[Inverse, ...], found: RefutedWhereDivided
) -> Decided:
    equation, gradients, powers = question.equation, question.gradients, question.powers
    return Decided(equation, meanings, found.refuted, gradients, "", inverses, powers, found.tokens, found.constants)


def _refuted(
    question: Question, meanings: tuple[Meaning, ...], inverses: tuple[Inverse, ...]
) -> RefutedWhereDivided | None:
    equation, sizes = question.equation, sizes_of(question.equation, meanings)

    def stated(values: Values) -> bool:
        """Whether something is claimed at these sizes and numbers."""
        tokens = sum(value for one, value in values.items() if one.is_integer and one not in sizes)
        return have_values(question.powers, values, int(tokens))

    if question.weights is not None:
        return no_weights(equation, question.weights, meanings, inverses, stated)
    if not question.refutable:
        return None
    if inverses:
        return refute_with(equation, meanings, inverses, stated)
    found = _counterexample(equation, meanings, stated)
    return RefutedWhereDivided(with_other_numbers(found, stated)) if found else None


def _settled(
    equation: Equation,
    attempts: Sequence[Callable[[], Theorem]],
    counterexample: Callable[[], RefutedWhereDivided | None],
) -> tuple[Theorem | RefutedWhereDivided | None, str]:
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


def _counterexample(
    equation: Equation, meanings: tuple[Meaning, ...], stated: Callable[[Values], bool]
) -> Refuted | None:
    """Search at small sizes, then for more tokens, then for larger matrices. Raises as `refute` does."""
    free = free_of(equation, meanings)
    sizes = sizes_of(equation, meanings) & free
    tokens = {symbol for symbol in free - sizes if symbol.is_integer}
    with suppress(TooMuchWork):
        most = most_sizes(equation, meanings)
        if found := refute(equation, meanings, largest=SMALL, admissible=stated, most=most):
            return found
    for fixed, largest in (
        (dict.fromkeys(sizes, 1), LONGEST),
        (dict.fromkeys(sizes, SMALL), LONGEST),
        (dict.fromkeys(tokens, THREE), THREE),
    ):
        with suppress(TooMuchWork):
            found = refute_where(ANYWHERE, equation, meanings, fixed=fixed, largest=largest, work=Work(MOST_STEPS))
            if found and stated(found.counterexample.values):
                return found
    return None


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
