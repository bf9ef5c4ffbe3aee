"""Proofs of equations between names that have recurrences: by their steps, and by an induction over a letter.

In the step of an induction of L_n = R_n, the names in L_{n+1} and R_{n+1} are replaced by what they are one step
before. What is then left over is a multiple of L_n - R_n, as a certificate shows; most often L_n - R_n itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial, reduce
from itertools import product
from operator import add, mul

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.extensions.functions import decide
from gdssm_symbolic.kernel.definitions import Definition, Meaning, Source, unfold
from gdssm_symbolic.kernel.expressions import (
    App,
    Expr,
    Mul,
    Name,
    Power,
    Scalar,
    ShapeError,
    Sum,
    Zero,
    free_symbols,
    names,
    substitute,
    walk,
)
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage, Scope, Variable, as_linear, floor
from gdssm_symbolic.kernel.proofs import Calculation, Induction, Step
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Hypothesis, Theorem, sizes_of
from gdssm_symbolic.kernel.work import Work
from gdssm_symbolic.recurrent.certificates import parts
from gdssm_symbolic.recurrent.induction import STEPS, outside_sums
from gdssm_symbolic.writing.unused_letters import fresh, letters_of

from .naming import InNames, Named, NamedIndex, NamedPower, NamedSum, statable, written_out
from .trial import may_be_equal

#: So often all names are replaced by what they are one step before.
ROUNDS = 4
#: What the left side of an equation is called in its induction.
LEFT = ("Q", "D", "E", "M", "L")
#: What the product of a power and its base is called.
COMMUTED = ("K", "F", "C", "B")


@dataclass(frozen=True)
class Line:
    """What an expression becomes, and the source by which it does; None if by algebra."""

    expr: Expr
    by: Source | None


def attempts(
    claim: InNames, others: Sequence[Meaning] = (), known: Sequence[Theorem] = ()
) -> Iterator[Callable[[], Theorem]]:
    """Yield the ways in which a proof is tried: without lemmas about the names first.

    `others` are the meanings of other names in the equation, and `known` is what has been proved of them.
    """
    equation, every = claim.equation, (*others, *claim.meanings)
    indices = {one.meaning.name for one in claim.named if isinstance(one, NamedIndex)}
    variables = induction_letters(equation)
    for more in _lemmas(claim):
        lemmas = (*more, *known)
        counts = {one.equation.left.name for one in more if isinstance(one.equation.left, App)} & indices
        meanings = tuple(one for one in every if one.name not in counts)  # an index as a number is the index
        yield partial(_calculation, equation, (*lemmas, *meanings), "the equation")
        for variable in variables:
            yield partial(by_induction, equation, variable, meanings, lemmas)


def induction_letters(equation: Equation) -> list[sympy.Symbol]:
    """The letters of an equation over which an induction may run: integers with a least value that are no sizes."""
    sizes = sizes_of(equation.left) | sizes_of(equation.right)
    letters = (one for one in equation.free if one.is_integer and floor(one) is not None)
    return sorted((one for one in letters if one not in sizes), key=lambda one: one.name)


def _lemmas(claim: InNames) -> Iterator[tuple[Theorem, ...]]:
    """Yield what is proved about the names, less of it first."""
    counts = tuple(_proved(_count, one) for one in claim.named if isinstance(one, NamedIndex))
    found = tuple(one for one in counts if one is not None)
    yield found
    used = {name for meaning in claim.meanings for name in meaning.uses}
    sums = [one for one in claim.named if isinstance(one, NamedSum)]
    reflected = [_proved(_reflected, one) for one in sums]
    inner = [_proved(_as_sum, one) for one in sums if one.meaning.name in used or _within_a_sum(one, claim.equation)]
    taken = letters_of(*claim.equation.parts, *(side for one in claim.meanings for side in (one.left, *one.bodies)))
    powers = [_proved(partial(_commuting, taken), one) for one in claim.named if isinstance(one, NamedPower)]
    if more := tuple(one for one in (*reflected, *inner, *powers) if one is not None):
        yield (*more, *found)
    if others := tuple(one for total in sums if (one := _proved(partial(_from_below, claim), total)) is not None):
        yield (*others, *found)


def _within_a_sum(named: Named, equation: Equation) -> bool:
    sums = (node for side in equation.parts for node in walk(side) if isinstance(node, Sum))
    return any(named.meaning.name in names(one.body) for one in sums)


def _proved(lemma: Callable[[Named], Theorem | None], named: Named) -> Theorem | None:
    with suppress(ProofError, OutsideLanguage):
        return lemma(named)
    return None


# ---- what is proved of names -------------------------------------------------------------------


def _count(named: Named) -> Theorem:
    """ν_n = n."""
    meaning = named.meaning
    (index,) = meaning.indices
    return by_induction(Equation(meaning.left, Scalar(index)), index, (meaning,), (), "the index as a number")


def _as_sum(named: Named) -> Theorem | None:
    """S_n = Σ_{i=l..n} x_i, if the core has a normal form for this sum."""
    assert isinstance(named, NamedSum)
    return _closed(named, named.total)


def _reflected(named: Named) -> Theorem | None:
    """G_n = Σ_{j=c-n..c-l} x_j, for a sum of x_{c-i} over i from l to n."""
    assert isinstance(named, NamedSum)
    total = named.total
    for index in sorted(
        {index for node in walk(total.body) if isinstance(node, App) for index in node.indices}, key=str
    ):
        if as_linear(index).coefficient(Variable(total.index.name)) == -1:
            around = index + total.index
            body = substitute(total.body, {total.index: around - total.index})
            return _closed(named, Sum(body, total.index, around - total.upper, around - total.lower))
    return None


def _closed(named: NamedSum, form: Sum) -> Theorem | None:
    """The name is equal to another sum, by induction over its last index."""
    last = named.meaning.indices[-1]
    if not statable(form) or not named.total.lower.is_Integer or floor(last) is None:
        return None
    return by_induction(Equation(named.meaning.left, form), last, (named.meaning,), (), "the sum")


def _from_below(claim: InNames, named: Named) -> Theorem | None:
    """S_n = a S_{n-1} + x_l, for a sum of x_i over i from l to n with x_{i+1} = a x_i."""
    assert isinstance(named, NamedSum)
    total, (*outer, last) = named.total, named.meaning.indices
    first = {0: {"nonnegative": True}, 1: {"positive": True}}.get(total.lower)
    if first is None or (factor := _ratio(claim, total)) is None:
        return None
    n = sympy.Symbol(last.name, integer=True, **first)
    before, start = named.meaning.name[(*outer, n - 1)], substitute(total.body, {total.index: total.lower})
    equation = Equation(named.meaning.name[(*outer, n)], factor * before + start)
    return by_induction(equation, n, claim.meanings, (), "the sum from its first term on")


def _ratio(claim: InNames, total: Sum) -> Expr | None:
    """What each term of a sum is multiplied by to give the next, where all that differs are powers; else None."""
    bases = {one.meaning.name: one.base for one in claim.named if isinstance(one, NamedPower) and not one.two}
    variable, factors = Variable(total.index.name), list[Expr]()
    for factor in total.body.factors if isinstance(total.body, Mul) else (total.body,):
        match factor:
            case Scalar(value=value):
                powers = (one for one in value.atoms(sympy.Pow) if not one.exp.is_Integer)
                factors += [Scalar(one.base ** as_linear(one.exp).coefficient(variable)) for one in powers]
            case Power(base=base, exponent=exponent) if as_linear(exponent).coefficient(variable) == 1:
                factors.append(base)
            case App(name=name, indices=(*_, index)) if name in bases and index == total.index:
                factors.append(bases[name])
            case _ if total.index in free_symbols(factor):
                return None
    return reduce(mul, factors) if factors else None


def _commuting(taken: set[str], named: Named) -> Theorem | None:
    """K_n = B P_n, where K_n is P_n B."""
    assert isinstance(named, NamedPower)
    if named.two or named.base.is_scalar:
        return None
    meaning, base = named.meaning, named.base
    letter = fresh(COMMUTED, taken)
    taken.add(letter)
    product = Definition(Name(letter, base.shape, arity=len(meaning.indices)), meaning.left * base, meaning.indices)
    equation = Equation(product.left, base * meaning.left)
    return by_induction(equation, meaning.indices[-1], (product, meaning), (), "the powers commute with the base")


# ---- proofs ------------------------------------------------------------------------------------


def _calculation(equation: Equation, sources: Sequence[Source], title: str) -> Theorem:
    """Both sides are the same after the names are replaced by what they are one step before."""
    return check(_chain(equation.left, equation.right, sources), title)


def by_induction(
    equation: Equation,
    variable: sympy.Symbol,
    meanings: Sequence[Meaning],
    lemmas: Sequence[Theorem] = (),
    title: str = "the equation",
) -> Theorem:
    """The equation, proved by induction over a letter. Raises ProofError or OutsideLanguage if it is not.

    A left side that is not the name of a family gets a name for the induction.
    """
    if isinstance(equation.left, App) and variable in equation.left.indices:
        return check(_induction(equation, variable, (*lemmas, *meanings), _facts(lemmas)), title)
    named = Definition(_left_name(equation.left, equation, (*lemmas, *meanings)), equation.left, (variable,))
    statement = Equation(named.left, equation.right)
    theorem = check(_induction(statement, variable, (named, *lemmas, *meanings), _facts(lemmas)), title)
    return check(Calculation(equation.left, (Step(named.left, (named,)), Step(equation.right, (theorem,)))), title)


def _left_name(left: Expr, equation: Equation, sources: Sequence[Source]) -> Name:
    """A new name for the left side of an equation."""
    meanings = [one for source in sources for one in (source.defined if isinstance(source, Theorem) else (source,))]
    about = (side for one in meanings if isinstance(one, Meaning) for side in (one.left, *one.bodies))
    return Name(fresh(LEFT, letters_of(*equation.parts, *about)), left.shape, arity=1)


def _facts(lemmas: Sequence[Theorem]) -> list[Theorem]:
    """The lemmas about products that have names: that P_n B is B P_n, or A X = I."""
    return [one for one in lemmas if isinstance(meaning := _meaning_of(one), Definition) and len(meaning.indices) < 2]


def _meaning_of(lemma: Theorem) -> Meaning | None:
    left = lemma.equation.left
    return next((one for one in lemma.defined if isinstance(left, App) and one.name == left.name), None)


def _induction(
    statement: Equation, variable: sympy.Symbol, sources: Sequence[Source], facts: Sequence[Theorem]
) -> Induction:
    start, later = statement.at({variable: sympy.Integer(floor(variable) or 0)}), statement.at({variable: variable + 1})
    forth, back = _put_in(later.left, sources), _put_in(later.right, sources)
    end, goal = _last(later.left, forth), _last(later.right, back)
    named = [meaning for one in facts if (meaning := _meaning_of(one)) is not None]
    known = []
    for one, fact in zip(named, facts, strict=True):
        app = App(one.name, (variable,) * len(one.indices))
        if (value := fact.replacement(app, Scope.of([variable]), Work())) is not None:
            known.append(Equation(app, value))
    zeros = _zeros(end, goal, [statement, *known], (*named, *sources), _bases(sources))
    corrected = reduce(add, zeros, goal)
    lines = _put_in(corrected, (*named, *sources))
    steps = [*as_steps(forth), Step(_last(corrected, lines)), *backwards(corrected, lines)]
    steps += [Step(goal, (Hypothesis(statement), *facts)), *backwards(later.right, back)]
    return Induction(
        statement, variable, _chain(start.left, start.right, sources), Calculation(later.left, tuple(steps))
    )


def _bases(sources: Sequence[Source]) -> list[Expr]:
    """By what a step multiplies a power."""
    found = []
    for one in sources:
        if isinstance(one, STEPS) and isinstance(one.body, Mul):
            first, *rest = one.body.factors
            found += [reduce(mul, rest)] if isinstance(first, App) and first.name == one.name else [first]
    return found


def _zeros(
    end: Expr, goal: Expr, known: Sequence[Equation], sources: Sequence[Source], bases: Sequence[Expr]
) -> list[Expr]:
    """Multiples of left - right of known equations that add up to `end` - `goal`; the first one is the hypothesis."""
    if _equal(end, goal):
        return []
    sides = [[_last(side, _put_in(side, sources)) for side in one.parts] for one in known]
    (hypothesis, _), *facts = [
        (left - right, one.left - one.right) for (left, right), one in zip(sides, known, strict=True)
    ]
    for multiple in (lambda part: part, *_multiples(bases)):
        with suppress(ShapeError):
            rest, written = end - goal - multiple(hypothesis), multiple(known[0].left - known[0].right)
            if _equal(rest, Zero(*rest.shape)):
                return [written]
            for factor, (value, fact) in product((1, -1), facts):
                if value.shape == rest.shape and _equal(rest, factor * value):
                    return [written, factor * fact]
    found = parts(Equation(end, goal), [Equation(*one) for one in sides])
    if found is None:
        raise ProofError("the step of the induction does not follow")
    return [part.value(known[part.which].left - known[part.which].right) for part in found]


def _equal(left: Expr, right: Expr) -> bool:
    if not may_be_equal(left, right):  # which takes a fraction of the time, and most are not
        return False
    try:
        return decide(left, right).equal
    except OutsideLanguage:
        return False


def _multiples(bases: Sequence[Expr]) -> Iterator[Callable[[Expr], Expr]]:
    """Ways to multiply an equation by the base of a power."""
    for base in bases:
        for factor in (base, base.T):
            yield partial(mul, factor)
            yield partial(_after, factor)


def _after(factor: Expr, part: Expr) -> Expr:
    return part * factor


def _chain(first: Expr, last: Expr, sources: Sequence[Source]) -> Calculation:
    forth, back = _put_in(first, sources), _put_in(last, sources)
    steps = [*as_steps(forth), Step(_last(last, back)), *backwards(last, back)]
    return Calculation(first, tuple(steps))


def as_steps(lines: Sequence[Line]) -> list[Step]:
    """The lines of a calculation, each with its reason."""
    return [Step(line.expr, () if line.by is None else (line.by,)) for line in lines]


def backwards(first: Expr, lines: Sequence[Line]) -> list[Step]:
    """The lines from the last of `lines` back to the first expression."""
    exprs = [first, *(line.expr for line in lines)]
    return [
        Step(before, () if line.by is None else (line.by,))
        for before, line in zip(reversed(exprs[:-1]), reversed(lines), strict=True)
    ]


def _last(first: Expr, lines: Sequence[Line]) -> Expr:
    return lines[-1].expr if lines else first


def _put_in(expr: Expr, sources: Sequence[Source]) -> list[Line]:
    """The lines in which names are replaced by what they are one step before, as often as something changes."""
    replaced = [_replaced(one) for one in sources]
    named = set[Name]().union(*replaced)
    found: list[Line] = []
    for _ in range(ROUNDS):
        before = expr
        for source, own in zip(sources, replaced, strict=True):
            for line in _becomes(expr, source, own, named):
                found.append(line)
                expr = line.expr
        if expr == before:
            break
    return found


def _replaced(source: Source) -> set[Name]:
    """The names without which a source replaces nothing."""
    if isinstance(source, Meaning):
        return {source.name}
    assert isinstance(source, Theorem)
    return {*names(source.equation.left)}


def _becomes(expr: Expr, source: Source, own: set[Name], named: set[Name]) -> Iterator[Line]:
    """Yield the expression with the last terms of its sums apart, and then with a source put in for its own names;
    outside of sums if the core has no normal form for it otherwise.
    """
    apart = _split(expr, named, Scope.of(free_symbols(expr)))
    if apart != expr and statable(apart):
        yield Line(apart, None)
        expr = apart
    if own.isdisjoint(names(expr)):
        return
    for put_in in (unfold(expr, [source], Work()), outside_sums(expr, source)):
        if put_in != expr and statable(put_in):
            yield Line(put_in, source)
            return


def _split(expr: Expr, named: set[Name], scope: Scope) -> Expr:
    """Return the expression with the last term apart of each sum in which a name stands, if it is shown to have one."""
    if not isinstance(expr, Sum):
        return expr.mapped(lambda part: _split(part, named, scope))
    if named.isdisjoint(names(expr.body)):
        return expr
    if (terms := written_out(expr)) is not None:
        return terms
    if not scope.at_least(as_linear(expr.upper) - as_linear(expr.lower), 0):
        return expr
    return Sum(expr.body, expr.index, expr.lower, expr.upper - 1) + substitute(expr.body, {expr.index: expr.upper})
