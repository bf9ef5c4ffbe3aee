"""Counterexamples to equations with reciprocals and inverses, at data that go on.

What is assumed of the inverses is assumed at every token, also after those that the equation reads. So a counterexample
counts only if data of later tokens are found at which they exist, with its own constants and its own data.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from gdssm_symbolic.evidence.counterexamples import Constants, Refuted, data_needed
from gdssm_symbolic.kernel.definitions import Meaning
from gdssm_symbolic.kernel.statements import Equation

from .existence import SETTLED, TOKENS, Settled, states_compared
from .inverses import Inverse
from .refutation import SCALARS, Kind, Trial, Values, trials

#: So often data of later tokens are drawn that are the same at all tokens, and others.
ALIKE, DRAWS = 8, 2


@dataclass(frozen=True)
class RefutedWhereDivided:
    """A counterexample, and the constants at which it was found that occur only in what is divided by.

    `tokens` is at how many tokens the inverses exist, if this is not shown for all.
    """

    refuted: Refuted
    constants: Constants = ()
    tokens: int | None = None


def refute_with(
    equation: Equation,
    meanings: tuple[Meaning, ...],
    inverses: tuple[Inverse, ...],
    stated: Callable[[Values], bool] = lambda _: True,
    kind: Kind | None = None,
    scalars: Sequence[Fraction] = SCALARS,
) -> RefutedWhereDivided | None:
    """Return a confirmed counterexample for which the inverses exist, or None if none is found.

    Scalars have any of the given values, at which something is `stated`. What is shown for all tokens comes first.

    Raises OutsideLanguage or ProofError if the checker would not admit the equation in a theorem, and TooMuchWork if
    one evaluation takes too many steps.
    """
    for trial in trials(equation, meanings, inverses, kind or Trial, scalars):
        if stated(trial.values) and trial.exist() and trial.differs():
            drawn = deepcopy(trial.data)
            trial.make_small()
            if (tokens := _tokens(trial)) == 0:
                trial.data = drawn
                tokens = _tokens(trial) if trial.differs() else 0
            if tokens != 0:
                return RefutedWhereDivided(trial.refuted(), _constants(trial), tokens)
    return None


def _tokens(trial: Trial) -> int | None:
    """At how many tokens all inverses exist, with some data of later tokens: None for all, 0 if none are found."""
    if not any(one.name.arity for one in trial.inverses):
        return None
    last = max((indices[0] for _, indices in trial.data if indices), default=0)
    if (compared := states_compared(trial.meanings, trial.inverses)) is not None:
        for seed in range(ALIKE):
            later = Settled(*_parts(trial), _random(seed), settled=max(SETTLED, trial.tokens + 1, last + 1))
            later.data |= deepcopy(trial.data)
            if (later.tried(later.last) or 0) >= later.last and later.repeats(compared):
                return None
    for seed in range(DRAWS):
        further = Trial(*_parts(trial), _random(seed))
        further.data |= deepcopy(trial.data)
        if tokens := further.tried(TOKENS):
            return tokens
    return 0


def _parts(trial: Trial) -> tuple[Equation, tuple[Meaning, ...], tuple[Inverse, ...], Values]:
    return trial.equation, trial.meanings, trial.inverses, trial.values


def _random(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - data for a trial, the same in every run


def _constants(trial: Trial) -> Constants:
    own, needed = trial.own, data_needed(trial.equation, trial.meanings, trial.own)
    numbers = [(one, ((value,),)) for one, value in trial.values.items() if one not in own and not one.is_integer]
    matrices = [
        (name(), tuple(map(tuple, rows)))
        for (name, indices), rows in trial.data.items()
        if not indices and (name, indices) not in needed
    ]
    return *numbers, *matrices
