"""Proofs about matrices that are cut into blocks: sizes that may be 0, literal sizes, sizes that coincide somewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

import sympy
from fuzz_expressions import NUMBER, ONE, K, N, a, b, c, d, eta, f, m, n, rewritten
from fuzz_impossible import S, cut, hidden, solutions, variants
from fuzz_independence import WEIGHTS
from fuzz_proofs import with_near_misses
from fuzz_random_data import LAWS, regrouped
from plain_impossible import names_in
from theorem_fuzzer import Candidate, generator

from gdssm_symbolic.extensions.differentiation import Differentiation
from gdssm_symbolic.extensions.expectation import Expectation, Mean
from gdssm_symbolic.extensions.impossibility import ByCoefficients, Coefficient, Impossible
from gdssm_symbolic.extensions.independence import Independence, Independent
from gdssm_symbolic.extensions.moments import expectation
from gdssm_symbolic.extensions.positivity import Positive, Positivity
from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.expressions import Add, Blocks, Expr, Identity, Mul, Name, Trace, Zero
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.statements import Equation

NONE, TWO = sympy.Integer(0), sympy.Integer(2)
SIZES = (ONE, ONE, n, n, TWO, f, N, m, n + 1, NONE)
Grid = tuple[tuple[Expr, ...], ...]


def named(text: str, rows: Any, columns: Any) -> Name:
    """A name whose text says its shape."""
    return Name(f"{text}{rows}×{columns}".replace(" ", "").replace("+", "p"), (rows, columns))


def cell(rng: Random, rows: Any, columns: Any) -> Expr:
    """A matrix of a shape."""
    kind, text = rng.randrange(12), rng.choice("PQR")
    if kind == 0:
        return Zero(rows, columns)
    if kind == 1 and rows == columns:
        return Identity(rows)
    if kind == 2:
        return named(text, columns, rows)().T
    if kind == 3:
        return named(text, rows, 1)() * named(text, 1, columns)()
    if kind == 4:
        return Mul((S(rng.choice((eta, -1, N, n, 2))), named(text, rows, columns)()))
    if kind == 5 and (rows, columns) == NUMBER:
        return rng.choice((c[1], K(), S(eta), S(n)))
    return named(text, rows, columns)()


def grid(rng: Random, rows: tuple[Any, ...], columns: tuple[Any, ...]) -> Grid:
    return tuple(tuple(cell(rng, r, k) for k in columns) for r in rows)


def sizes(rng: Random, most: int) -> tuple[Any, ...]:
    return tuple(rng.choice(SIZES) for _ in range(rng.randint(1, most)))


def added(terms: list[Expr]) -> Expr:
    return terms[0] if len(terms) == 1 else Add(tuple(terms))


def unfolded(left: Grid, right: Grid) -> Grid:
    """The blocks of a product."""
    return tuple(
        tuple(
            added([Mul((one, other[k])) for one, other in zip(row, right, strict=True)]) for k in range(len(right[0]))
        )
        for row in left
    )


def turned(of: Grid) -> Grid:
    return tuple(tuple(block.T for block in column) for column in zip(*of, strict=True))


def matrix(of: Grid) -> Expr:
    return of[0][0] if len(of) == len(of[0]) == 1 else Blocks(of)


def confused(rng: Random, of: Grid) -> Grid:
    """The blocks with one replaced by another of its shape, or by itself turned or left out."""
    r, k = rng.randrange(len(of)), rng.randrange(len(of[0]))
    block = of[r][k]
    others = [other for row in of for other in row if other.shape == block.shape]
    others += [block.T] if block.T.shape == block.shape else []
    others += [Zero(*block.shape), cell(rng, *block.shape), block.terms[0] if isinstance(block, Add) else -block]
    row = (*of[r][:k], rng.choice(others), *of[r][k + 1 :])
    return (*of[:r], row, *of[r + 1 :])


@generator("calculation")
def blocks_unfolded(rng: Random) -> Iterator[Candidate]:
    """A product, a transpose or a trace of matrices in blocks, against the blocks of the result."""
    rows, inner, columns = sizes(rng, 2), sizes(rng, 3), sizes(rng, 2)
    kind = rng.randrange(4)
    if kind == 0:
        columns = rows
    left, right = grid(rng, rows, inner), grid(rng, inner, columns)
    D, E = (Definition(Name(text, matrix(of).shape), matrix(of)) for text, of in (("D", left), ("E", right)))
    first: Expr = D.name() * E.name()
    result = unfolded(left, right)
    if kind == 0:
        trace = added([Trace(result[k][k]) for k in range(len(rows))])
        first, whole, wrong = Trace(first), trace, Trace(matrix(confused(rng, result)))
    elif kind == 1:
        first, whole, wrong = first.T, matrix(turned(result)), matrix(turned(confused(rng, result)))
    elif kind == 2:
        square = unfolded(left, turned(left))
        first, whole, wrong = D.name() * D.name().T, matrix(square), matrix(confused(rng, square))
    else:
        whole, wrong = matrix(result), matrix(confused(rng, result))
    by = (D, E)
    yield Candidate(Calculation(first, (Step(whole, by),)), made="blocks")
    yield Candidate(Calculation(first, (Step(wrong, by),)), made="blocks, confused")
    yield from with_near_misses(
        rng, Candidate(Calculation(first, (Step(rewritten(rng, whole), by),)), made="blocks"), 1
    )


@generator("calculation")
def identities_cut(rng: Random) -> Iterator[Candidate]:
    """A multiple of an identity, or a zero, beside or before a matrix in blocks that is cut as it is not."""
    rows = sizes(rng, 3)
    columns = rows if rng.random() < 0.7 else sizes(rng, 3)
    of, total = grid(rng, rows, columns), sum(rows, NONE)
    factor = S(rng.choice((1, eta, -1, n, a)))
    diagonal = tuple(
        tuple(Mul((factor, Identity(r))) if p == q else Zero(r, k) for q, k in enumerate(rows))
        for p, r in enumerate(rows)
    )
    whole_one = Identity(total) if rng.random() < 0.85 else Name("M", (total, total))()  # no identity
    multiple = Mul((factor, whole_one))
    if rows == columns and rng.random() < 0.5:
        first = Add((multiple, matrix(of)))
        parts = zip(diagonal, of, strict=True)
        result = tuple(tuple(added([*pair]) for pair in zip(*both, strict=True)) for both in parts)
    else:
        first, result = Mul((multiple, matrix(of))), unfolded(diagonal, of)
    nothing = Zero(total, sum(columns, NONE))
    whole = matrix(result) + rng.choice((nothing, matrix(grid_of_zeros(rows, columns))))
    yield Candidate(Calculation(first, (Step(whole),)), made="identities cut")
    yield Candidate(Calculation(first, (Step(matrix(confused(rng, result))),)), made="identities cut, confused")
    yield Candidate(Calculation(multiple, (Step(matrix(diagonal)),)), made="an identity cut")
    yield Candidate(Calculation(multiple, (Step(matrix(confused(rng, diagonal))),)), made="an identity cut, confused")


def grid_of_zeros(rows: tuple[Any, ...], columns: tuple[Any, ...]) -> Grid:
    return tuple(tuple(Zero(r, k) for k in columns) for r in rows)


@generator("by-coefficients")
def numbers_in_blocks(rng: Random) -> Iterator[Candidate]:
    """An equation between numbers, which are products of blocks of which some have no rows or columns."""
    one, other = rng.choice(((c[1], d[1]), (c[n], d[n]), (K(), c[1]), (c[n + 1], c[n + 2])))
    kappa = rng.choice((1, 2, -1, N, f, n, n + 1))
    width = rng.choice((NONE, n, n, f, ONE, m))
    row = Blocks(((S(a) * one, Zero(1, width)),))
    column = Blocks(((other,), (rng.choice((Zero(width, 1), named("P", width, 1)())),)))
    left = row * column
    by, right = hidden(rng, S(kappa) * one, "R")
    if rng.random() < 0.4:
        right = Blocks(((right, Zero(1, width)),)) * Blocks(((S(1),), (named("P", width, 1)(),)))
    if rng.random() < 0.2:
        left = cut(rng, left) + cut(rng, S(0))
    statement = Impossible(Equation(left + S(b) * other, right), (a, b), (c, d, K))
    value = rng.choice((S(-kappa), S(-kappa), cut(rng, S(-kappa)), S(a), S(b)))
    monomial = one if value != S(b) else other
    found = Coefficient(monomial, value, rng.choice((S(1), S(1), cut(rng, S(1)))))
    proof = ByCoefficients(statement, (found,), -sympy.sympify(kappa), (), by)
    yield from variants(rng, proof, solutions(rng), "numbers in blocks")


@generator("independence")
def functions_in_blocks(rng: Random) -> Iterator[Candidate]:
    """Functions side by side in blocks, at sizes at which they are dependent, or have no entries at all."""
    rows, columns = sizes(rng, 2), sizes(rng, 2)
    size = rng.choice((f, f, TWO, n, m, ONE))
    W = named("P", size, size)()
    square, traced = W * W, Mul((Trace(W), W))
    squares: tuple[Expr, ...] = (
        W, W.T, square, traced, Identity(size), Mul((Trace(square), Identity(size))),
        Mul((Trace(W), Trace(W), Identity(size))), square - traced, W - W.T,
        square - traced + S(sympy.Rational(1, 2)) * (Mul((Trace(W), Trace(W))) - Trace(square)) * Identity(size),
    )  # fmt: skip
    count = rng.choice((1, 2, 2, 3))
    if rng.random() < 0.4:
        functions = [rng.choice(squares) for _ in range(count)]
        if rng.random() < 0.4:
            functions = [Blocks(((one, rng.choice((one, Zero(size, size)))),)) for one in functions]
    else:
        functions = [matrix(grid(rng, rows, columns)) for _ in range(count)]
    by, terms = [], []
    for weight, function, text in zip(WEIGHTS, functions, "STU", strict=False):
        if rng.random() < 0.8:
            by.append(Definition(Name(text, function.shape), function))
            function = by[-1].name()
        terms.append(Mul((S(weight), function)))
    symbols = sorted({s for one in functions for size in one.shape for s in size.free_symbols}, key=str)
    least = tuple((s, rng.choice((1, 1, 2))) for s in symbols if rng.random() < 0.7)
    proof = Independence(Independent(added(terms), WEIGHTS[:count], least), tuple(by))
    yield Candidate(proof, made="functions in blocks")
    yield Candidate(replace(proof, statement=replace(proof.statement, least=())), made="functions in blocks")


@generator("expectation")
def means_of_blocks(rng: Random) -> Iterator[Candidate]:
    """Means of traces of random matrices in blocks."""
    rows, inner = sizes(rng, 2), sizes(rng, 2)
    left = tuple(tuple(named(rng.choice("PQ"), r, k)() for k in inner) for r in rows)
    other = left if rng.random() < 0.7 else confused(rng, left)
    whole, body = matrix(left), Trace(matrix(left) * matrix(other).T)
    if rng.random() < 0.3:
        body = rng.choice(
            (body * body, Trace(whole.T * whole * whole.T * whole), Trace(matrix(unfolded(left, turned(other)))))
        )
    laws = tuple((one, rng.choice(LAWS)) for one in dict.fromkeys(names_in(body)))
    mean = Mean(Name("E", NUMBER), body, laws)
    value = expectation(body, dict(laws))
    proof = Expectation(mean, regrouped(rng, value))
    yield Candidate(proof, made="means of blocks")
    yield Candidate(Expectation(mean, S(value + rng.choice((1, n, f, N - 1)))), made="means of blocks, another value")
    yield Candidate(
        Expectation(replace(mean, body=rewritten(rng, body)), regrouped(rng, value)), made="means of blocks, rewritten"
    )


@generator("positivity")
def traces_of_blocks(rng: Random) -> Iterator[Candidate]:
    """The trace of an identity is its size, which may be 0."""
    parts = sizes(rng, 3)
    weights = [rng.choice((1, 1, eta**2, N, n)) for _ in parts]
    blocks = tuple(
        tuple(
            Mul((S(weight), Identity(r))) if at == place else rng.choice((Zero(r, k), named("P", r, k)()))
            for place, k in enumerate(parts)
        )
        for (at, r), weight in zip(enumerate(parts), weights, strict=True)
    )
    of = Definition(Name("D", matrix(blocks).shape), matrix(blocks))
    number = rng.choice((Trace(of.name()), Trace(of.name()) + S(rng.choice((1, -1))), Trace(of.name() * of.name().T)))
    fit = rng.choice(({"nonnegative": (eta,)}, {"nonzero": (eta,)}))
    yield Candidate(Positivity(Positive(number, **fit), (of,)), made="traces of blocks")
    more = number + S(rng.choice((1, N, n, f - 1, eta**2)))
    yield Candidate(Positivity(Positive(more, **fit), (of,)), made="traces of blocks")
    yield Candidate(Positivity(Positive(rewritten(rng, more), **fit), (of,)), made="traces of blocks, rewritten")


@generator("differentiation")
def gradients_of_blocks(rng: Random) -> Iterator[Candidate]:
    """tr([W X]ᵀ [W Y]) and the like, at a matrix W of any shape."""
    rows, columns, more = (rng.choice(SIZES[:-1]) for _ in range(3))
    W, H = Name("W", (rows, columns)), Name("H", (rows, columns))
    X, Y, Z = cell(rng, rows, more), cell(rng, rows, more), cell(rng, rows, columns)
    kinds = (
        (Trace(Blocks(((W(), X),)).T * Blocks(((Z, Y),))), Z),
        (Trace(Blocks(((W(), X),)).T * Blocks(((W(), Y),))), 2 * W()),
        (Trace(Blocks(((W(), X),)) * Blocks(((Z, Y),)).T), Z),
        (Trace(Blocks(((W(),), (X.T * W(),))).T * Blocks(((Z,), (Y.T * Z,)))), Z + X * Y.T * Z),
        (Trace(Blocks(((W() * Z.T, X), (Y.T, Zero(more, more))))), Z),
    )
    function, gradient = rng.choice(kinds)
    of = Definition(Name("L", NUMBER, takes=(W.shape,)), function, (), (W,))
    slope = Definition(Name("∇L", W.shape, takes=(W.shape,)), rewritten(rng, gradient, rng.randrange(2)), (), (W,))
    yield from with_near_misses(rng, Candidate(Differentiation(of, slope, H), made="gradients of blocks"), 2)
    wrong = replace(slope, body=rng.choice((Z, 2 * W(), W(), Z + Z, Zero(*W.shape))))
    yield Candidate(Differentiation(of, wrong, H), made="gradients of blocks, confused")
