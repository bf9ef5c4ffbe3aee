"""Reads of which terms (`terms`) an expression is a sum, and bounds what `by_sizes` has to know of them.

An expression is read as it is written, by no rule of the normal form. What is no such sum is refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce

import sympy

from gdssm_symbolic.extensions.expectation import Mean
from gdssm_symbolic.extensions.laws import AnyLaw, Law, Normal, Uniform
from gdssm_symbolic.kernel.definitions import Definition, Meaning, Recurrence, consistent
from gdssm_symbolic.kernel.expressions import (
    Add,
    App,
    Blocks,
    Expr,
    Identity,
    Mul,
    Name,
    Power,
    Scalar,
    Sum,
    Trace,
    Transpose,
    Zero,
    names,
)

from .terms import UNIT, Degrees, Grid, NotBySizes, Places, Terms, degrees_in, joined, parts_of

#: So many steps of a recurrence, terms of a sum, or factors of a power are written out, and so long is a fixed size.
MOST_WRITTEN_OUT = 12


@dataclass(frozen=True)
class _Index:
    """A sample index: of which axis, and from which place to which beyond its end it runs."""

    axis: sympy.Symbol
    lower: int
    beyond: int


class Reader:
    """Reads expressions, and notes which symbols are axes, which are sizes, and by which it is divided.

    In what a mean is taken of, the data have `laws`.
    """

    def __init__(self, meanings: Iterable[Meaning], laws: Mapping[Name, Law] | None = None) -> None:
        self.meanings = consistent(tuple(meanings))
        self._laws = {name: _degrees_of_moments(law) for name, law in (laws or {}).items()}
        self.axes: set[sympy.Symbol] = set()
        self.sizes: set[sympy.Symbol] = set()
        self.divisors: set[sympy.Symbol] = set()
        self._placed: dict[tuple[Name, int], sympy.Symbol] = {}  # by name and number of the index: the axis
        self._indices: dict[sympy.Symbol, _Index] = {}

    def read(
        self, expr: Expr, at: Mapping[sympy.Symbol, sympy.Expr] | None = None, given: Mapping[Name, Grid] | None = None
    ) -> Grid:
        """Return the bounds on the terms of an expression. Raises NotBySizes if it has no such terms.

        `at` gives the values of indices, and `given` those of the arguments of a function.
        """
        at, given = at or {}, given or {}

        def go(part: Expr) -> Grid:
            return self.read(part, at, given)

        match expr:
            case Scalar(value=value):
                return Grid.filled(UNIT, UNIT, self._coefficient(value.xreplace(at)))
            case Zero(rows=rows, columns=columns):
                return Grid.filled(self._size(rows), self._size(columns), None)
            case Identity(size=size):
                return self._identity(self._size(size))
            case Add(terms=terms):
                return reduce(lambda a, b: a + b, map(go, terms))
            case Mul(factors=factors):
                return reduce(lambda a, b: a * b, map(go, factors))
            case Transpose(argument=argument):
                return go(argument).transposed
            case Trace(argument=argument):
                return go(argument).trace()
            case Power(base=base, exponent=exponent):
                steps = _whole(exponent.xreplace(at), "a power")
                start = self._identity(self._size(base.shape[0]))
                return reduce(lambda a, b: a * b, [go(base)] * steps) if steps else start
            case Blocks(rows=rows):
                return joined([[go(block) for block in row] for row in rows])
            case Sum():
                return self._sum(expr, at, given)
            case App(name=name) if name in given:
                return given[name]
            case App():
                return self._app(expr, at, given)
        raise NotBySizes(f"{type(expr).__name__} is no sum of products of data")

    # ---- numbers, sizes and indices ----

    def _coefficient(self, value: sympy.Expr) -> Terms | None:
        numerator, denominator = sympy.fraction(sympy.cancel(value))
        if value.free_symbols & self._indices.keys():
            raise NotBySizes("an index is a coefficient")
        if not (numerator.is_polynomial() and denominator.is_polynomial()) or value.atoms(sympy.Float):
            raise NotBySizes(f"{value} is no quotient of polynomials")
        self.divisors |= denominator.free_symbols
        return None if numerator == 0 else Terms(degrees=degrees_in(numerator), denominator=sympy.expand(denominator))

    def _size(self, size: sympy.Expr) -> sympy.Expr:
        if size.is_Symbol:
            self.sizes.add(size)
        elif not size.is_Integer or size > MOST_WRITTEN_OUT:
            raise NotBySizes(f"a matrix of the size {size}")
        return size

    def _identity(self, size: sympy.Expr) -> Grid:
        parts = parts_of(size)
        tied = Terms(tied=bool(size.is_Symbol))
        return Grid(
            parts, parts, tuple(tuple(tied if r == c else None for c in range(len(parts))) for r in range(len(parts)))
        )

    def _place(self, index: sympy.Expr) -> Terms:
        """Of a datum: what its place on one axis adds to its term."""
        symbol, shift = _shifted(index)
        if symbol is None:
            return Terms(fixed=shift)
        running = self._indices.get(symbol)
        if running is None:
            self.axes.add(symbol)
            return Terms({symbol: Places(right=-shift)}, factors=Counter({symbol: 1}))
        places = Places(shift, shift, running.lower + shift, -(running.beyond + shift))
        return Terms({running.axis: Places() | places}, factors=Counter({running.axis: 1}), always=frozenset((symbol,)))

    # ---- sums, data, and names that have a meaning ----

    def _sum(self, expr: Sum, at: Mapping[sympy.Symbol, sympy.Expr], given: Mapping[Name, Grid]) -> Grid:
        lower, upper = expr.lower.xreplace(at), expr.upper.xreplace(at)
        if (upper - lower).is_Integer:
            count = _whole(upper - lower + 1, "a sum")
            rows, columns = map(self._size, expr.shape)
            parts = (self.read(expr.body, {**at, expr.index: lower + k}, given) for k in range(count))
            return reduce(lambda a, b: a + b, parts, Grid.filled(rows, columns, None))
        return self._over_samples(lower, upper, lambda index: self.read(expr.body, {**at, expr.index: index}, given))

    def _over_samples(self, lower: sympy.Expr, upper: sympy.Expr, body: Callable[[sympy.Symbol], Grid]) -> Grid:
        axis, beyond = _shifted(upper)
        if not lower.is_Integer or axis is None or axis in self._indices:
            raise NotBySizes(f"a sum from {lower} to {upper}")
        self.axes.add(axis)
        index = sympy.Dummy("i", integer=True)
        self._indices[index] = _Index(axis, int(lower), beyond)
        grid = body(index)
        del self._indices[index]

        def summed(one: Terms | None) -> Terms | None:
            if one is None:
                return None
            more = Counter({axis: int(index not in one.always)})  # in no factor: the number of terms is a factor
            return replace(
                one,
                always=one.always - {index},
                degrees=one.degrees + more,
                summed=one.summed + Counter({axis: 1}),
            )

        return replace(grid, blocks=tuple(tuple(map(summed, row)) for row in grid.blocks))

    def _app(self, app: App, at: Mapping[sympy.Symbol, sympy.Expr], given: Mapping[Name, Grid]) -> Grid:
        indices = [index.xreplace(at) for index in app.indices]
        meaning = self.meanings.get(app.name)
        match meaning:
            case None if app.arguments:
                raise NotBySizes(f"{app.name.text} may be any function")
            case None:
                return self._data(app.name, indices)
            case Definition():
                arguments = [self.read(one, at, given) for one in app.arguments]
                own = dict(zip(meaning.parameters, arguments, strict=True))
                return self.read(meaning.body, dict(zip(meaning.indices, indices, strict=True)), own)
            case Recurrence():
                return self._recurrence(meaning, dict(zip(meaning.indices, indices, strict=True)))
            case Mean():
                return self._mean(meaning)
        raise NotBySizes(f"{app.name.text} is no sum of products of data ({type(meaning).__name__})")

    def _mean(self, mean: Mean) -> Grid:
        if mean.units is not None:
            raise NotBySizes(f"unit vectors stand in the mean {mean.name.text}")
        inside = Reader((), dict(mean.laws))  # all names in a mean are bound in it
        ((of_body,),) = inside.read(mean.body).blocks
        self.axes |= inside.axes
        self.sizes |= inside.sizes
        self.divisors |= inside.divisors
        return Grid.filled(UNIT, UNIT, None if of_body is None else of_body.mean)

    def _data(self, name: Name, indices: Sequence[sympy.Expr]) -> Grid:
        terms = Terms(degrees=self._laws.get(name, Counter()))
        for number, index in enumerate(indices):
            place = self._place(index)
            terms *= place
            for axis in place.factors:
                if (other := self._placed.setdefault((name, number), axis)) != axis:
                    raise NotBySizes(f"{name.text} stands at places up to {other} and up to {axis}")
        if any(number > 1 for number in terms.factors.values()):
            raise NotBySizes(f"{name.text} has two places on one axis")
        rows, columns = map(self._size, name.shape)
        return Grid.filled(rows, columns, terms)

    def _recurrence(self, meaning: Recurrence, at: Mapping[sympy.Symbol, sympy.Expr]) -> Grid:
        step = at[meaning.index]
        if step.is_Integer:
            return self._step(meaning, at, int(step))
        before = meaning.left.name[tuple(one - 1 if one == meaning.index else one for one in meaning.indices)]
        added = _without(meaning.body, before)
        first = self._start(meaning, at)
        if step.free_symbols & self._indices.keys():
            raise NotBySizes(f"{meaning.name.text} is summed over")
        total = self._over_samples(
            sympy.Integer(meaning.start + 1), step, lambda index: self.read(added, {**at, meaning.index: index})
        )
        return first + total

    def _start(self, meaning: Recurrence, at: Mapping[sympy.Symbol, sympy.Expr]) -> Grid:
        if meaning.starts_from_data:
            indices = [sympy.Integer(meaning.start) if one == meaning.index else at[one] for one in meaning.indices]
            return self._data(meaning.name, indices)
        return self.read(meaning.initial, {one: value for one, value in at.items() if one != meaning.index})

    def _step(self, meaning: Recurrence, at: Mapping[sympy.Symbol, sympy.Expr], step: int) -> Grid:
        if step == meaning.start:
            return self._start(meaning, at)
        if step < meaning.start or step - meaning.start > MOST_WRITTEN_OUT:
            raise NotBySizes(f"{meaning.name.text} at {step}")
        return self.read(meaning.body, {**at, meaning.index: sympy.Integer(step)})


def _without(body: Expr, before: App) -> Expr:
    """What a step adds to the state before it. Raises NotBySizes if it does anything else with it."""
    terms = body.terms if isinstance(body, Add) else (body,)
    own = [
        k
        for k, term in enumerate(terms)
        if term == before or (isinstance(term, Mul) and term.factors == (Scalar(UNIT), before))
    ]
    if len(own) != 1:
        raise NotBySizes(f"{before.name.text} is not a sum of what its steps add")
    others = terms[: own[0]] + terms[own[0] + 1 :]
    if any(before.name in names(term) for term in others):
        raise NotBySizes(f"{before.name.text} is not a sum of what its steps add")
    return Add(others) if others else Zero(*before.shape)


def _shifted(index: sympy.Expr) -> tuple[sympy.Symbol | None, int]:
    """Return (i, o) for the index i + o, and (None, o) for o. Raises NotBySizes for any other."""
    shift, rest = index.as_coeff_Add()
    if not shift.is_Integer or not (rest.is_Symbol or rest == 0):
        raise NotBySizes(f"a place or a bound at {index}")
    return (rest if rest.is_Symbol else None), int(shift)


def _whole(value: sympy.Expr, what: str) -> int:
    if not value.is_Integer or not 0 <= value <= MOST_WRITTEN_OUT:
        raise NotBySizes(f"{what} with {value} for the number of its parts")
    return int(value)


def _degrees_of_moments(law: Law) -> Degrees:
    """Return the degrees that each factor with this law adds to a product of moments: one of order k has k factors."""
    if any(symbol.is_integer for symbol in law.free):
        raise NotBySizes("a size stands in a law")
    match law:
        case AnyLaw():
            return Counter(dict.fromkeys(law.free, 1))
        case Uniform(scale=scale) | Normal(scale=scale) if scale.is_polynomial():
            return degrees_in(scale)
    raise NotBySizes("the moments of a law are no polynomials")
