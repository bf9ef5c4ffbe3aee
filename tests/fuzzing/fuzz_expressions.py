"""Random expressions, ways to rewrite them, and small faults: what the generators of the fuzzer are made of.

A rewriting is an identity of ordinary sums and products wherever both sides have a value. Nobody asks here whether they
have one: a term split off an empty sum, or a power of 0 taken apart, is the near miss that a faulty checker accepts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from random import Random
from typing import Any
from weakref import WeakKeyDictionary

import sympy
from vocabulary import rebuild

from gdssm_symbolic.checker import check
from gdssm_symbolic.kernel.expressions import (
    Add,
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
    free_symbols,
    substitute,
    walk,
)
from gdssm_symbolic.kernel.theorem import Theorem

f, N, m, p, q = sympy.symbols("f N m p q", integer=True, positive=True)
n, r = sympy.symbols("n r", integer=True, nonnegative=True)
i, j, k, l, s = sympy.symbols("i j k l s", integer=True)  # noqa: E741 - as it is written
a, b, eta = sympy.symbols("a b eta")
ONE = sympy.Integer(1)

x, y = Name("x", (f, 1), arity=1), Name("y", (f, 1), arity=1)
c, d = Name("c", (1, 1), arity=1), Name("d", (1, 1), arity=1)
M = Name("M", (f, f), arity=1)
u, v = Name("u", (f, 1)), Name("v", (f, 1))
A, B = Name("A", (f, f)), Name("B", (f, f))
K = Name("K", (1, 1))
g = Name("g", (1, 1), takes=((1, 1),))
h = Name("h", (f, 1), takes=((f, 1),))

NUMBER, COLUMN, SQUARE = (ONE, ONE), (f, ONE), (f, f)
FAMILIES = {NUMBER: (c, d), COLUMN: (x, y), SQUARE: (M,)}
CONSTANTS = {NUMBER: (K,), COLUMN: (u, v), SQUARE: (A, B)}

#: Symbols that bear the name of another and declare something else.
TWINS = {
    one: tuple(
        twin
        for assumptions in (
            {},
            {"integer": True},
            {"integer": True, "nonnegative": True},
            {"integer": True, "positive": True},
        )
        if (twin := sympy.Symbol(one.name, **assumptions)) != one
    )
    for one in (f, N, m, p, q, n, r, i, j, k, a, b, eta)
}

TAME_RANGES = (
    (ONE, N),
    (ONE, n),
    (0, n),
    (0, N),
    (0, N - 1),
    (ONE, N + 1),
    (2, N + 1),
    (ONE, m),
    (ONE, 2),
    (0, 2),
    (2, N),
    (ONE, f),
)
WILD_RANGES = (
    (1 - m, 0), (-3, 0), (N, m), (N - m, N), (0, -m), (0, n - 1), (1, k), (k, k + 2), (2, n), (N + 1, N), (3, 1),
    (N, N - 1), (-2, -1), (q, p), (p, N), (-n, n), (1, n - 1), (0, m - 2), (1, N - m), (p, p), (-N, -1), (1 - n, m),
    (n, 0), (0, -1), (2, 0), (k, 0), (1, -n), (N, 2 * N), (-m, m),
)  # fmt: skip


_vocabularies: WeakKeyDictionary[Random, frozenset[sympy.Symbol]] = WeakKeyDictionary()


def vocabulary(rng: Random) -> frozenset[sympy.Symbol]:
    """The symbols that occur in what is made from one source of random numbers: few, so that they often meet."""
    if rng not in _vocabularies:
        whole, scalars = rng.sample((m, p, q, n, r, k), rng.choice((1, 2, 2, 3, 6))), rng.sample((a, eta, b), 2)
        _vocabularies[rng] = frozenset((f, N, *whole, *scalars))
    return _vocabularies[rng]


class Maker:
    """Draws expressions. `wild` is the chance that an index, a bound or a scalar is one that should be refused."""

    def __init__(self, rng: Random, wild: float = 0.0) -> None:
        self.rng, self.wild, self.symbols = rng, wild, vocabulary(rng)

    def is_wild(self) -> bool:
        return self.rng.random() < self.wild

    def choice(self, values: tuple[Any, ...], bound: tuple[sympy.Symbol, ...] = ()) -> Any:
        """One of the values, if possible one in the vocabulary."""
        for _ in range(5):
            value = self.rng.choice(values)
            parts = value if isinstance(value, tuple) else (value,)
            if all(one in self.symbols or one in bound for part in parts for one in sympy.sympify(part).free_symbols):
                break
        return value

    def index(self, bound: tuple[sympy.Symbol, ...] = ()) -> sympy.Expr:
        if bound and self.rng.random() < 0.75:
            symbol = self.rng.choice(bound)
            if self.is_wild():
                return self.rng.choice(
                    (-symbol, N - symbol, 2 * symbol, symbol + m, symbol - m, symbol + k, n - symbol)
                )
            return symbol + self.rng.choice((0, 0, 0, 1, -1, 2))
        tame = (ONE, N, N + 1, p, q, n, k, sympy.Integer(2), sympy.Integer(0), n + 1, p + 1, k - 1, N + m, m, f)
        wild = (-m, 1 - m, N - m, n - 1, -n, p - 1, p - q, sympy.Integer(-1), 2 * n, k + p, n - r, sympy.Integer(-3))
        return self.choice(wild if self.is_wild() else tame)

    def scalar(self, bound: tuple[sympy.Symbol, ...] = ()) -> sympy.Expr:
        if bound and self.rng.random() < 0.3:
            symbol = self.rng.choice(bound)
            if self.is_wild():
                wild = (a**-symbol, a ** (N - symbol), symbol, 1 / symbol, n**symbol, (-1) ** symbol, symbol**n)
                return self.choice(wild, bound)
            return self.choice((a**symbol, a ** (symbol + 1), eta**symbol), bound)
        wild = (
            1 / n, 1 / (N - 1), 1 / (N - m), a**-p, n**-m, a**k, (N - 1) ** -p, (a - 1) ** n, n ** (-p), 0**n,
            1 / (n - r), N**-n, a**-2, 1 / a, (p - 1) ** -n, 1 / k, k**-p, n**p, (-1) ** n, sympy.sqrt(N), 2**n,
            a ** (n / 2), 1 / (a * (N - 1)), 1 / (a - N), k ** (-2), abs(k), a ** (n - 1), n**n, 1 / (1 + eta), n**r,
        )  # fmt: skip
        tame = (
            sympy.Integer(2), sympy.Rational(-1, 3), eta, a, 1 / N, -eta / N, f / (f + N), a**n, a**N, N, n, a + 1, p,
            k, sympy.Integer(-1), a * eta, 1 / p, n + 1, a ** (n + 1), 1 / (n + 1), b,
        )  # fmt: skip
        return self.choice(wild if self.is_wild() else tame)

    def bounds(self, bound: tuple[sympy.Symbol, ...] = ()) -> tuple[sympy.Expr, sympy.Expr]:
        if bound and self.is_wild():
            outer = self.rng.choice(bound)
            return self.rng.choice(((ONE, outer), (outer, N), (outer + 1, N), (ONE, N - outer), (outer, outer + 1)))
        low, high = self.choice(WILD_RANGES if self.is_wild() else TAME_RANGES)
        return sympy.sympify(low), sympy.sympify(high)

    def bound_index(self, taken: tuple[sympy.Symbol, ...]) -> sympy.Symbol:
        if self.is_wild():
            return self.rng.choice((p, q, n, r, i, j, k, m, N, f, *taken, *taken))
        return next(symbol for symbol in (i, j, l, sympy.Symbol("s", integer=True)) if symbol not in taken)

    def atom(self, shape: tuple[Any, Any], bound: tuple[sympy.Symbol, ...] = ()) -> Expr:
        if bound or self.rng.random() < 0.6:
            return self.rng.choice(FAMILIES[shape])[self.index(bound)]
        return self.rng.choice(CONSTANTS[shape])()

    def expr(self, shape: tuple[Any, Any], depth: int = 2, bound: tuple[sympy.Symbol, ...] = ()) -> Expr:
        """An expression of a shape: a number, a column, or a square matrix."""
        if depth <= 0 or self.rng.random() < 0.15:
            return self.atom(shape, bound)
        kind = self.rng.random()
        if kind < 0.2:
            return self.expr(shape, depth - 1, bound) + self.expr(shape, depth - 1, bound)
        if kind < 0.4:
            return Mul((Scalar(self.scalar(bound)), self.expr(shape, depth - 1, bound)))
        if kind < 0.62 and len(bound) < 2:
            index, (low, high) = self.bound_index(bound), self.bounds(bound)
            return Sum(self.expr(shape, depth - 1, (*bound, index)), index, low, high)
        return self._product(shape, depth, bound)

    def _product(self, shape: tuple[Any, Any], depth: int, bound: tuple[sympy.Symbol, ...]) -> Expr:
        def make(other: tuple[Any, Any]) -> Expr:
            return self.expr(other, depth - 1, bound)

        kind = self.rng.randrange(6)
        if shape == NUMBER:
            if kind == 0:
                return make(COLUMN).T * make(COLUMN)
            if kind == 1:
                return Trace(make(SQUARE))
            if kind == 2:
                return g(make(NUMBER))
            if kind == 3 and self.is_wild():
                return Scalar(self.scalar(bound))
            return Mul((make(NUMBER), make(NUMBER)))
        if shape == COLUMN:
            if kind == 0:
                return h(make(COLUMN))
            if kind < 3:
                return Mul((make(NUMBER), make(COLUMN)))
            return make(SQUARE) * make(COLUMN)
        if kind == 0:
            return Mul((make(COLUMN), make(COLUMN).T))
        if kind == 1:
            exponent = self.rng.choice((n, N, n + 1, sympy.Integer(2), sympy.Integer(0)))
            if bound and self.rng.random() < 0.5:
                exponent = self.rng.choice(bound)
            if self.is_wild():
                exponent = self.rng.choice((n - 1, N - m, -n, k, sympy.Integer(-1), 1 - N, N - 2))
            return Power(self.rng.choice((A, B))(), exponent)
        if kind == 2:
            return make(SQUARE).T
        if kind == 3:
            return Identity(f)
        return make(SQUARE) * make(SQUARE)


# ---- rewriting -----------------------------------------------------------------------------------


def at_node(expr: Expr, number: int, change: Callable[[Expr], Expr]) -> Expr:
    """The expression with its node of that number, in the order of `walk`, changed."""
    count = -1

    def go(node: Expr) -> Expr:
        nonlocal count
        count += 1
        if count == number:
            changed = change(node)
            count += sum(1 for _ in walk(node)) - 1
            return changed
        parts = node.children
        return rebuild(node, tuple(map(go, parts))) if parts else node

    return go(expr)


def rewritten(rng: Random, expr: Expr, times: int = 1) -> Expr:
    """The expression, written otherwise."""
    for _ in range(times):
        nodes = list(walk(expr))
        for _attempt in range(6):
            number = rng.randrange(len(nodes))
            rules = _RULES.get(type(nodes[number]), ()) + _ANY
            rule = rng.choice(rules)
            changed = rule(rng, nodes[number])
            if changed is not None and changed.shape == nodes[number].shape:
                expr = at_node(expr, number, lambda _, new=changed: new)
                break
    return expr


def _at(node: Sum, value: sympy.Expr) -> Expr:
    return substitute(node.body, {node.index: sympy.sympify(value)})


def _last(rng: Random, node: Sum) -> Expr:
    return Sum(node.body, node.index, node.lower, node.upper - 1) + _at(node, node.upper)


def _first(rng: Random, node: Sum) -> Expr:
    return _at(node, node.lower) + Sum(node.body, node.index, node.lower + 1, node.upper)


def _more(rng: Random, node: Sum) -> Expr:
    return Sum(node.body, node.index, node.lower, node.upper + 1) - _at(node, node.upper + 1)


def _before(rng: Random, node: Sum) -> Expr:
    return Sum(node.body, node.index, node.lower - 1, node.upper) - _at(node, node.lower - 1)


def _shifted(rng: Random, node: Sum) -> Expr:
    by = rng.choice((ONE, -ONE, sympy.Integer(2), m, -node.lower, 1 - node.lower))
    return Sum(substitute(node.body, {node.index: node.index - by}), node.index, node.lower + by, node.upper + by)


def _renamed(rng: Random, node: Sum) -> Expr | None:
    other = rng.choice((i, j, k, l, p, n, r, *TWINS.get(node.index, ())))
    if other == node.index or not other.is_integer or other in free_symbols(node.body):
        return None
    return Sum(substitute(node.body, {node.index: other}), other, node.lower, node.upper)


def _split(rng: Random, node: Sum) -> Expr:
    at = rng.choice((node.lower, node.lower + 1, node.upper - 1, node.upper, m, n, sympy.Integer(0), node.lower - 1))
    return Sum(node.body, node.index, node.lower, at) + Sum(node.body, node.index, at + 1, node.upper)


def taken_apart(rng: Random, node: Sum) -> Expr:
    """The sum with a term split off at either end, or more terms."""
    return rng.choice((_first, _first, _last, _before, _more, _split))(rng, node)


def _by_terms(rng: Random, node: Sum) -> Expr | None:
    if not isinstance(node.body, Add):
        return None
    return Add(tuple(replace(node, body=term) for term in node.body.terms))


def _pulled_out(rng: Random, node: Sum) -> Expr | None:
    body = node.body
    if not isinstance(body, Mul):
        return None
    first, rest = body.factors[0], body.factors[1:]
    if first.shape != NUMBER or (node.index in free_symbols(first) and rng.random() < 0.9):
        return None
    return Mul((first, replace(node, body=Mul(rest) if len(rest) > 1 else rest[0])))


def _counted(rng: Random, node: Sum) -> Expr | None:
    if node.index in free_symbols(node.body) and rng.random() < 0.95:
        return None
    return Mul((Scalar(sympy.expand(node.upper - node.lower + 1)), node.body))


def _exchanged(rng: Random, node: Sum) -> Expr | None:
    inner = node.body
    if not isinstance(inner, Sum):
        return None
    return replace(inner, body=replace(node, body=inner.body))


def _reversed_sum(rng: Random, node: Sum) -> Expr:
    turned = sympy.expand(node.upper + node.lower - node.index)
    return replace(node, body=substitute(node.body, {node.index: turned}))


def _other_order(rng: Random, node: Add) -> Expr:
    terms = list(node.terms)
    rng.shuffle(terms)
    return Add(tuple(terms))


def _distributed(rng: Random, node: Mul) -> Expr | None:
    places = [place for place, factor in enumerate(node.factors) if isinstance(factor, Add)]
    if not places:
        return None
    place = rng.choice(places)
    before, after = node.factors[:place], node.factors[place + 1 :]
    return Add(tuple(Mul((*before, term, *after)) for term in node.factors[place].terms))


def _number_moved(rng: Random, node: Mul) -> Expr | None:
    places = [place for place, factor in enumerate(node.factors) if factor.shape == NUMBER]
    if not places:
        return None
    place = rng.choice(places)
    left = [*node.factors[:place], *node.factors[place + 1 :]]
    left.insert(rng.choice((0, len(left))), node.factors[place])
    return Mul(tuple(left))


def _into_sum(rng: Random, node: Mul) -> Expr | None:
    last = node.factors[-1]
    if not isinstance(last, Sum):
        return None
    return replace(last, body=Mul((*node.factors[:-1], last.body)))


def _turned_trace(rng: Random, node: Trace) -> Expr | None:
    inside = node.argument
    if not isinstance(inside, Mul) or len(inside.factors) != 2 or NUMBER in (factor.shape for factor in inside.factors):
        return Trace(Transpose(inside))
    left, right = inside.factors
    return Trace(right * left)


def _transposed(rng: Random, node: Transpose) -> Expr | None:
    inside = node.argument
    if isinstance(inside, Mul) and NUMBER not in (factor.shape for factor in inside.factors):
        return Mul(tuple(factor.T for factor in reversed(inside.factors)))
    return inside.argument if isinstance(inside, Transpose) else None


def _power_apart(rng: Random, node: Power) -> Expr:
    less = sympy.expand(node.exponent - 1)
    return rng.choice((node.base * Power(node.base, less), Power(node.base, less) * node.base))


def _scalar_apart(rng: Random, node: Scalar) -> Expr | None:
    value = node.value
    if value.is_Pow:
        return Mul((Scalar(value.base), Scalar(value.base ** sympy.expand(value.exp - 1))))
    other = rng.choice((eta, a, N, N - 1, n, n + 1, k, a - 1, sympy.Integer(2)))
    return rng.choice((Mul((Scalar(value / other), Scalar(other))), Add((Scalar(value - other), Scalar(other)))))


def _plus_minus(rng: Random, node: Expr) -> Expr | None:
    other = Maker(rng, 0.2).atom(node.shape) if node.shape in FAMILIES else None
    return None if other is None else Add((node, other, Mul((Scalar(-ONE), other))))


def _plus_zero(rng: Random, node: Expr) -> Expr:
    return Add((node, Zero(*node.shape)))


def _times_identity(rng: Random, node: Expr) -> Expr | None:
    rows, columns = node.shape
    if rows != 1:
        return Identity(rows) * node
    return node.T if columns == 1 else None


def _one_over_one(rng: Random, node: Expr) -> Expr:
    value = rng.choice((eta, N, a, N - 1, n, n + 1, a**n, a**k, N - m, k, 1 + a, n**p, n**m))
    return Mul((Scalar(value), Scalar(1 / value), node))


def _in_blocks(rng: Random, node: Expr) -> Expr | None:
    if node.shape not in (COLUMN, SQUARE):
        return None
    columns = node.shape[1]
    other = rng.choice((u(), x[1], node)) if columns == 1 else rng.choice((A(), node))
    return Blocks(((node, other),)) * Blocks(((Identity(columns),), (Zero(columns, columns),)))


_Rule = Callable[[Random, Any], Expr | None]
_RULES: Mapping[type, tuple[_Rule, ...]] = {
    Sum: (
        _last, _first, _more, _before, _shifted, _renamed, _split, _by_terms, _pulled_out, _counted, _exchanged, _last,
        _first, _reversed_sum,
    ),
    Add: (_other_order,),
    Mul: (_distributed, _number_moved, _into_sum, _distributed, _into_sum),
    Trace: (_turned_trace, _turned_trace),
    Transpose: (_transposed, _transposed),
    Power: (_power_apart, _power_apart),
    Scalar: (_scalar_apart, _scalar_apart),
}  # fmt: skip
_ANY: tuple[_Rule, ...] = (_plus_minus, _plus_zero, _times_identity, _one_over_one, _in_blocks)


# ---- faults --------------------------------------------------------------------------------------


def mapped(
    node: Any,
    change: Callable[[sympy.Expr, str], Any],
    again: Callable[[Any], Any] | None = check,
    rename: Callable[[Name], Name] = lambda name: name,
) -> Any:
    """A proof, or a part of one, with its values changed, in lemmas too; these are checked `again`, or left alone.

    A part in which nothing changes is the same object, which takes no time to make and, if a lemma, none to check.
    `change` is given a value and the field in which it stands; a symbol that binds (`is_binder`) has to stay one.
    `rename` is given each name where it stands.
    """
    known: dict[int, Any] = {}

    def go(part: Any, place: str) -> Any:
        if isinstance(part, sympy.Basic):
            return change(part, place)
        if isinstance(part, Theorem):
            if id(part) not in known:
                changed = go(part.proof, place)
                known[id(part)] = part if again is None or changed is part.proof else again(changed)
            return known[id(part)]
        if isinstance(part, Name):
            return rename(part)
        if isinstance(part, type):
            return part
        if is_dataclass(part):
            of = type(part).__name__
            before = {one.name: getattr(part, one.name) for one in fields(part) if one.init}
            after = {name: value if value is None else go(value, f"{of}.{name}") for name, value in before.items()}
            return part if _same(before.values(), after.values()) else replace(part, **after)
        if isinstance(part, tuple):
            if hasattr(part, "_fields"):
                places = [f"{type(part).__name__}.{key}" for key in part._fields]
            elif place == "Specialisation.values" and isinstance(part[0], sympy.Symbol):
                places = [f"{place}.key", f"{place}.value"]
            else:
                places = [place] * len(part)
            made = tuple(map(go, part, places))
            return part if _same(part, made) else type(part)(*made) if hasattr(part, "_fields") else made
        if isinstance(part, int) and not isinstance(part, bool):
            number = change(sympy.Integer(part), place)
            return int(number) if number.is_Integer else part
        return part

    return go(node, "")


def _same(before: Iterable[Any], after: Iterable[Any]) -> bool:
    return all(one is other for one, other in zip(before, after, strict=True))


def is_binder(place: str) -> bool:
    """Does a symbol in this field bind?"""
    return place in {
        "Sum.index", "Definition.indices", "Recurrence.index", "Recurrence.indices", "Induction.variable",
        "System.index", "System.indices",
        "Limit.index", "Expectation.cases", "Independence.until", "GradientExpansion.scale",
        "Specialisation.values.key", "Independent.weights", "Impossible.unknowns", "Impossible.data",
        "Positive.nonnegative", "Positive.nonzero",
    }  # fmt: skip


def faulty(rng: Random, proof: Any) -> Any:
    """The proof with one thing changed: a value in one place, or wherever it stands; or a symbol for another."""
    seen: list[tuple[sympy.Expr, str]] = []

    def note(value: sympy.Expr, place: str) -> sympy.Expr:
        seen.append((value, place))
        return value

    named: dict[Name, None] = {}

    def note_name(name: Name) -> Name:
        named[name] = None
        return name

    mapped(proof, note, None, note_name)
    values = [(number, value, place) for number, (value, place) in enumerate(seen) if not is_binder(place)]
    symbols = sorted({s for value, _ in seen for s in value.free_symbols}, key=lambda s: (s.name, str(s.assumptions0)))
    kind = rng.random()
    if kind < 0.25 and symbols:
        return _symbol_swapped(rng, proof, symbols)
    if kind < 0.35 and named:
        return _name_swapped(rng, proof, list(named))
    if kind < 0.5 and symbols:
        return _symbol_replaced(rng, proof, symbols)
    if not values:
        return proof
    number, value, place = rng.choice(values)
    other = tweaked(rng, value, symbols)
    if rng.random() < 0.45:
        count = -1

        def once(one: sympy.Expr, _: str) -> sympy.Expr:
            nonlocal count
            count += 1
            return other if count == number else one

        return mapped(proof, once)
    same_place = rng.random() < 0.5
    return mapped(
        proof,
        lambda one, at: other if one == value and not is_binder(at) and (at == place or not same_place) else one,
    )


def _symbol_swapped(rng: Random, proof: Any, symbols: list[sympy.Symbol]) -> Any:
    """One symbol takes the place of another, bound or free; perhaps one of the same name."""
    old = rng.choice(symbols)
    twins = TWINS.get(old, ())
    new = rng.choice(twins) if twins and rng.random() < 0.6 else rng.choice((*symbols, p, n, k))
    everywhere = rng.random() < 0.8

    def change(value: sympy.Expr, place: str) -> sympy.Expr:
        if not everywhere and rng.random() < 0.5:
            return value
        return value.xreplace({old: new})

    return mapped(proof, change)


def _name_swapped(rng: Random, proof: Any, named: list[Name]) -> Any:
    """A name takes the place of another of its kind, in some places or in all."""
    old = rng.choice(named)
    like = [one for one in (*named, *_ALL) if (one.shape, one.arity, one.takes) == (old.shape, old.arity, old.takes)]
    new = rng.choice(like)
    share = rng.choice((0.3, 1.0, 1.0))
    return mapped(
        proof, lambda value, _: value, rename=lambda name: new if name == old and rng.random() < share else name
    )


_ALL = (x, y, c, d, M, u, v, A, B, K, g, h)


def _symbol_replaced(rng: Random, proof: Any, symbols: list[sympy.Symbol]) -> Any:
    """A value takes the place of a symbol wherever it is free."""
    old = rng.choice(symbols)
    new = rng.choice((old + 1, old - 1, sympy.Integer(0), ONE, -old, N - old, 1 - old, m, n, p, 2 * old, -ONE, old + k))
    return mapped(proof, lambda value, place: value if is_binder(place) else value.xreplace({old: new}))


def tweaked(rng: Random, value: sympy.Expr, symbols: list[sympy.Symbol]) -> sympy.Expr:
    """A value near another one."""
    whole = [symbol for symbol in symbols if symbol.is_integer]
    near = [value + 1, value - 1, -value, 1 - value, sympy.Integer(0), ONE, 2 * value, value + m, value - m, value - 2]
    near += [rng.choice(whole), value - rng.choice(whole), value + rng.choice(whole)] if whole else []
    near += [1 / value, value**-n, value**n, value / (N - 1)] if value != 0 and rng.random() < 0.4 else []
    return rng.choice(near)
