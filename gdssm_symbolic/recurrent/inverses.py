"""Reciprocals and inverses in formulas: a name for each, with what is assumed of it.

    r_t (1 + β_t k_tᵀ k_t) = 1        A X = I,  X A = I

What is divided by need not have a reciprocal at all data. So r_t is data, of which the equation is assumed for every t.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

import flint
import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence.evaluation import Cell, Data, Evaluator, Matrix, fraction
from gdssm_symbolic.extensions.conversions import rational
from gdssm_symbolic.kernel.definitions import Definition, Meaning
from gdssm_symbolic.kernel.expressions import (
    App,
    Expr,
    Identity,
    Name,
    Scalar,
    free_symbols,
    substitute,
    walk,
)
from gdssm_symbolic.kernel.linear_forms import Scope
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Assumption, Hypothesis, Theorem
from gdssm_symbolic.kernel.work import Work
from gdssm_symbolic.theory.least_squares import t
from gdssm_symbolic.writing.formula_tree import Nodes, text
from gdssm_symbolic.writing.printing import every, for_all, to_text
from gdssm_symbolic.writing.unused_letters import fresh

#: What reciprocals and inverses are called, and what the products are called that are 1 or I.
RECIPROCALS, INVERSES, PRODUCTS = ("r", "ρ", "s", "u"), ("X", "Y", "Z", "J"), ("E", "D", "F", "H")


@dataclass(frozen=True)
class Inverse:
    """A name for 1/`of`, or for the inverse of a matrix: at t if the name has an index, else the same for all t."""

    name: Name
    of: Expr

    @property
    def value(self) -> App:
        return self.name[t] if self.name.arity else self.name()

    @property
    def equations(self) -> tuple[Equation, ...]:
        """What is assumed: that the product with `of` is 1, or that both products are I."""
        if self.of.is_scalar:
            return (Equation(self.value * self.of, Scalar(sympy.Integer(1))),)
        eye = Identity(self.of.shape[0])
        return Equation(self.of * self.value, eye), Equation(self.value * self.of, eye)

    @property
    def told(self) -> tuple[Nodes, ...]:
        """The equations, for all tokens."""
        return tuple(for_all(one, [t] * self.name.arity) for one in self.equations)

    @property
    def assumption(self) -> str:
        """What is assumed, in words; two primes are no quotation mark."""
        of, value = (_with_primes(to_text(one)) for one in (self.of, self.value))
        if self.of.is_scalar:
            return f"${of} ≠ 0$, with the reciprocal ${value}$"
        return f"${of}$ is invertible, with the inverse ${value}$"

    @property
    def assumed(self) -> str:
        """The same, and for which tokens."""
        return f"{self.assumption}, for all ${text(every([t]))}$" if self.name.arity else self.assumption


def _with_primes(text: str) -> str:
    """The text with primes in the place of two apostrophes, which no name of an assumption has."""
    return re.sub("'{2,}", lambda found: "\N{PRIME}" * len(found[0]), text)


@dataclass(frozen=True)
class Fact:
    """A product that has a name, and what the name is equal to by `source`. The product contains `about`, an inverse
    or a state, at the index of the name.
    """

    product: Definition
    source: Theorem | Hypothesis
    about: Name

    def instances(self, *exprs: Expr) -> Iterator[tuple[App, Equation]]:
        """Yield the name, and the product with its value, for each index at which `about` occurs in expressions."""
        free = frozenset().union(*map(free_symbols, exprs))
        found = (node for expr in exprs for node in walk(expr) if isinstance(node, App) and node.name == self.about)
        at = (one.indices for one in found if free_symbols(one) <= free)
        apps = (App(self.product.name, one) for one in at if len(one) == self.product.name.arity)
        for app in dict.fromkeys(apps):
            right = self.source.replacement(app, Scope.of(free_symbols(app)), Work())
            if right is not None:
                values = dict(zip(self.product.indices, app.indices, strict=True))
                yield app, Equation(substitute(self.product.body, values), right)


def facts(inverses: Iterable[Inverse], taken: Collection[str], *, both: bool = False) -> tuple[Fact, ...]:
    """Return what is assumed of inverses, with names that are not taken.

    That M X and X M are I goes by one name. If a proof may use `both`, the second has another.
    """
    found, taken = list[Fact](), set(taken)
    for inverse in inverses:
        for words, equation in zip(("", ", on both sides" * both), inverse.equations, strict=False):
            letter = fresh(PRODUCTS, taken)
            taken.add(letter)
            name = Name(letter, equation.left.shape, arity=inverse.name.arity)
            product = Definition(name, equation.left, (t,) * name.arity)
            assumption = Assumption(inverse.assumption + words, Equation(product.left, equation.right))
            found.append(Fact(product, check(assumption), inverse.name))
    return tuple(found)


def evaluator(
    values: Mapping[sympy.Symbol, Fraction], data: Data, meanings: Iterable[Meaning], inverses: Iterable[Inverse]
) -> Evaluator:
    """Return an evaluator at given data for which every inverse is computed, and what is assumed of it holds.

    It raises ZeroDivisionError where there is no inverse.
    """
    table, known = {one.name: one for one in inverses}, dict[Cell, Matrix]()

    def cell(name: Name, indices: tuple[int, ...], rows: int, columns: int) -> Matrix:
        if name not in table:
            return data(name, indices, rows, columns)
        if (name, indices) not in known:
            at = dict(zip((t,), map(sympy.Integer, indices), strict=False))
            known[name, indices] = _inverted(evaluate(substitute(table[name].of, at)))
            for equation in table[name].equations:
                left, right = (evaluate(side) for side in equation.at(at).parts)
                if left != right:
                    raise RuntimeError(f"{name.text} is no inverse in plain fractions")
        return known[name, indices]

    evaluate = Evaluator(values, cell, meanings)
    return evaluate


def _inverted(matrix: Matrix) -> Matrix:
    inverse = flint.fmpq_mat([[rational(entry) for entry in row] for row in matrix]).inv()
    return [[fraction(inverse[r, c]) for c in range(inverse.ncols())] for r in range(inverse.nrows())]
