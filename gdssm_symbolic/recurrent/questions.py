"""What is to be proved of a layer, and the ways in which a proof is tried; what all kinds of claims need for that."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import permutations

import sympy

from gdssm_symbolic.kernel.definitions import Definition, Meaning
from gdssm_symbolic.kernel.expressions import Add, App, Expr, Identity, Name, names, substitute, walk
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.theory.least_squares import t
from gdssm_symbolic.writing.unused_letters import fresh, letters_of

from .induction import STEPS, calculation, invariants
from .inverses import Fact, Inverse, facts
from .layer import State
from .relation import may_hold


@dataclass(frozen=True)
class Question:
    """An equation with the meanings of its names, and the ways in which a proof is tried."""

    equation: Equation
    meanings: tuple[Meaning, ...]
    attempts: tuple[Callable[[], Theorem], ...]
    gradients: tuple[Theorem, ...] = ()
    inverses: tuple[Inverse, ...] = ()
    refutable: bool = True  # whether a counterexample would be one to the claim
    weights: Name | None = None  # any numbers, of which the equation says that there are some
    powers: tuple[Expr, ...] = ()  # of numbers, that are claimed to be equal only where these have values


def usual_attempts(
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


def theorem_stating(
    theorems: Sequence[Theorem], equation: Equation, why: str = "no relation of the states was found"
) -> Theorem:
    """Return the theorem that states the equation. Raises ProofError if there is none."""
    for theorem in theorems:
        if theorem.statement == equation:
            return theorem
    raise ProofError(why)


def known_of(
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
    known = facts(inverses, {*taken, *letters_of_meanings(meanings)})
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
                known += (about_product(equation, n, meanings, known, taken, "what is inverse"),)
    return known


def about_product(
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
    letters = {*taken, *letters_of_meanings((*meanings, *(one.product for one in known)))}
    name = Name(fresh(("Q", "G", "Y", "J"), letters), equation.left.shape, arity=1)
    product = Definition(name, equation.left, (n,))
    statement = Equation(name[n], equation.right)
    return Fact(product, invariants([statement], n, (product, *meanings), title, known)[0], state)


def letters_of_meanings(meanings: Iterable[Meaning]) -> set[str]:
    """Return the letters that occur in meanings."""
    return letters_of(*(side for one in meanings for side in (one.left, *one.bodies)))
