"""Equations between states after every token: their proofs, by one step of the recurrences or by induction.

Where the last two lines are not equal by algebra alone, they may be by what is assumed of inverses, and by hypotheses
about products that have names: a certificate gives the multiples of these that are added.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import reduce
from operator import add

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.functions import show_equal
from gdssm_symbolic.extensions.joint_induction import JointInduction
from gdssm_symbolic.extensions.systems import Joint
from gdssm_symbolic.extensions.unit_vectors import UnitVectors
from gdssm_symbolic.kernel.definitions import Definition, Meaning, Recurrence, Source, unfold
from gdssm_symbolic.kernel.expressions import App, Expr, Sum, names, substitute
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage, as_linear, floor
from gdssm_symbolic.kernel.proofs import Calculation, Induction, Step
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Hypothesis, Theorem
from gdssm_symbolic.writing.unused_letters import letters_of

from .certificates import parts
from .entrywise import by_unit_vectors
from .inverses import Fact
from .letters import with_free_indices
from .products import is_product

#: The meanings of states.
STEPS = (Recurrence, Joint)


def succeeding(attempts: Iterable[Callable[[], Theorem]]) -> Theorem | None:
    """Return the theorem of the first attempt that succeeds, if one does."""
    for attempt in attempts:
        with suppress(ProofError, OutsideLanguage):
            return attempt()
    return None


def calculation(
    equation: Equation,
    sources: Sequence[Source],
    title: str,
    closing: Sequence[Source] | None = None,
    known: Sequence[Fact] = (),
) -> Theorem:
    """Prove an equation by `lines_of`. Raises ProofError or OutsideLanguage if it is not proved so."""
    return check(lines_of(equation, sources, closing, known), title)


def lines_of(
    equation: Equation,
    sources: Sequence[Source],
    closing: Sequence[Source] | None = None,
    known: Sequence[Fact] = (),
    taken: Collection[str] = (),
) -> Calculation:
    """The lines of an equation: the sources are put into its left side, and those `closing`, or all, into its right.

    `known` is what is assumed of inverses. What gets a name here has letters that are not `taken`.
    """
    into_right = sources if closing is None else closing
    return Calculation(equation.left, _lines(equation.left, equation.right, sources, into_right, known, taken=taken))


def invariants(
    statements: Sequence[Equation],
    variable: sympy.Symbol,
    sources: Sequence[Source],
    title: str,
    known: Sequence[Fact] = (),
    taken: Collection[str] = (),
) -> tuple[Theorem, ...]:
    """Prove statements about states by one induction, in which the step of each may use all of them.

    The left side of each is a state at an index that grows with `variable`, and its recurrence is among the sources;
    or it is the name of a product of states, and its definition is. What gets a name here has letters that are not
    `taken`. Raises ProofError or OutsideLanguage if they are
    not proved so.
    """
    hypotheses = tuple(map(Hypothesis, statements))
    letters = set(taken)
    made = tuple(_induction(statement, variable, sources, hypotheses, known, letters) for statement in statements)
    if len(made) == 1:
        return (check(made[0], title),)
    return tuple(check(JointInduction(made, which), title) for which in range(len(made)))


def _induction(
    statement: Equation,
    variable: sympy.Symbol,
    sources: Sequence[Source],
    hypotheses: Sequence[Hypothesis],
    known: Sequence[Fact],
    taken: set[str],
) -> Induction:
    """The base case opens both sides; the step opens the state, and closes the right side; both use the hypotheses.

    The letters of what gets a name are put among those that are taken.
    """
    if not isinstance(statement.left, App) or (start := floor(variable)) is None:
        raise ProofError("an induction is about one state, from its least index on")
    own = next((one for one in sources if isinstance(one, Meaning) and one.name == statement.left.name), None)
    if own is None:
        raise ProofError(f"{statement.left.name.text} has no recurrence")
    others = [one for one in sources if one is not own]
    base, step = (statement.at({variable: value}) for value in (sympy.Integer(start), variable + 1))
    again = [own, *(one for one in others if isinstance(one, STEPS))]
    assumed = [*hypotheses] * len(hypotheses)  # one may bring in what another is about
    states = [one for one in others if isinstance(one, STEPS)] if isinstance(own, Definition) else []
    opening: list[Source] = [own, *states, *assumed, *(one for one in others if not isinstance(one, STEPS))]
    closing = [*others, *assumed]
    named = [fact for one in hypotheses for fact in _named(one, sources)]
    at_start = [own, *states] * (start + 1)
    first = _lines(base.left, base.right, at_start, [*sources, *again * start], known, taken=taken)
    taken.update(*(letters_of(line.expr) for line in first))
    later = _lines(step.left, step.right, opening, closing, (*known, *named), within_sums=False, taken=taken)
    taken.update(*(letters_of(line.expr) for line in later))
    return Induction(statement, variable, Calculation(base.left, first), Calculation(step.left, later))


def _named(hypothesis: Hypothesis, sources: Sequence[Source]) -> Iterator[Fact]:
    """Yield the hypothesis as a fact, if it is about the name of a product of states."""
    about = hypothesis.statement.left
    states = {one.name for one in sources if isinstance(one, STEPS)}
    for source in sources:
        if isinstance(about, App) and isinstance(source, Definition) and source.name == about.name:
            yield Fact(source, hypothesis, next(one for one in names(source.body) if one in states))


def _lines(
    first: Expr,
    last: Expr,
    opening: Sequence[Source],
    closing: Sequence[Source],
    known: Sequence[Fact] = (),
    *,
    within_sums: bool = True,
    taken: Collection[str] = (),
) -> tuple[Step, ...]:
    """Return the lines from `first` to `last`: one source after another put into each, with a line for each change.

    If not `within_sums`, the steps of states are put into `last` outside of its sums alone.
    """
    about = [first, last, *(part for one in (*opening, *closing) for part in _parts(one))]
    forth, expr = [], first
    for source in opening:
        if (put_in := with_free_indices(unfold(expr, [source]), *about)) != expr:
            forth.append(Step(put_in, (source,)))
            expr = put_in
    back, before = [], last
    for source in () if expr == last else closing:
        outside = not within_sums and isinstance(source, STEPS) and not is_product(source)
        if outside or is_product(source):  # the last term apart, so that in each part is one step more or none
            split = _split(before)
            back += [Step(before)] if split != before else []
            before = split
        put_in = with_free_indices(outside_sums(before, source) if outside else unfold(before, [source]), *about)
        back += [Step(before, (source,))] if put_in != before else []
        before = put_in
    units = dict.fromkeys(one for one in (*opening, *closing) if isinstance(one, UnitVectors))
    middle = [] if expr == before and (forth or back) else _middle(expr, before, known, tuple(units), taken)
    return (*forth, *middle, *reversed(back))


def _parts(source: Source) -> tuple[Expr, ...]:
    """Return the expressions in a meaning, or in the statement of a theorem or a hypothesis."""
    if isinstance(source, Meaning):
        return source.left, *source.bodies
    return source.statement.parts if isinstance(source, Theorem | Hypothesis) else ()


def _middle(
    expr: Expr, last: Expr, known: Sequence[Fact], units: Sequence[UnitVectors], taken: Collection[str]
) -> list[Step]:
    """Return the lines from one expression to another that is equal to it by algebra, or by what is known.

    It may also be equal where sums over unit vectors are taken.

    Then there is a line between them: the last, and multiples of what is 0, which are written with names of products.
    """
    if not (known or units) or show_equal(expr, last).equal:
        return [Step(last)]
    if lines := by_unit_vectors(expr, last, units, taken):
        return lines
    instances = [one for fact in known for one in fact.instances(expr, last)]
    multiples = parts(Equation(expr, last), [equation for _, equation in instances])
    if multiples is None:
        return [Step(last)]
    zeros = [part.value(app - equation.right) for part in multiples for app, equation in [instances[part.which]]]
    corrected = reduce(add, zeros, last)
    return [Step(corrected, tuple(one.product for one in known)), Step(last, tuple(one.source for one in known))]


def outside_sums(expr: Expr, source: Source) -> Expr:
    """Return the expression with a source put into it where no sum is around."""
    if isinstance(expr, Sum):
        return expr
    return unfold(expr, [source]) if isinstance(expr, App) else expr.mapped(lambda part: outside_sums(part, source))


def _split(expr: Expr) -> Expr:
    """Return the expression with the last term of each sum over 1, …, n + 1 apart."""
    if not isinstance(expr, Sum):
        return expr.mapped(_split)
    constant = as_linear(expr.upper).constant
    if constant < 1 or expr.upper.is_Integer:
        return expr
    return Sum(expr.body, expr.index, expr.lower, expr.upper - 1) + substitute(expr.body, {expr.index: expr.upper})
