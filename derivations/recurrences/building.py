"""What is kept while the formulas of one file are built, and what all parts of a formula need."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping

import sympy

from gdssm_symbolic.kernel.expressions import App, Expr, Scalar, names
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage, as_linear
from gdssm_symbolic.recurrent.entrywise import Entries
from gdssm_symbolic.recurrent.products import Products

from .divisors import Divisors
from .grammar import FormulaError, Node
from .limits import require_small
from .meant import Meant, Place
from .values import NUMBER, Open, Value, fitted

MOST_NODES = 3_000  # of an expression, with squares and the new values of states written out


class Building(ABC):
    """The letters of a file, and the indices around; `products` are those of a claim, and None elsewhere."""

    def __init__(
        self,
        letters: Mapping[str, Meant],
        place: Place,
        divisors: Divisors | None = None,
        products: Products | None = None,
        entries: Entries | None = None,
    ) -> None:
        self.given = letters
        self.letters = dict(letters)
        self.place = place
        self.divisors = divisors or Divisors(letters)
        self.products = products
        self.entries = entries or Entries(set(letters))
        self.ranges: dict[sympy.Symbol, tuple[sympy.Expr, sympy.Expr]] = {}  # of the indices around, the innermost last
        self.numbers: set[int] = set()  # of the parts that are numbers, their identities
        self.exponent = 1
        self.nodes = 0

    def value(self, node: Node) -> Value:
        found = self._value(node)
        if isinstance(found, Expr) and found.is_scalar:
            self.numbers.add(id(node))
        return found

    def built(self, node: Node) -> Expr:
        return self.closed(self.value(node))

    def closed(self, value: Value) -> Expr:
        """The value, if its size is known without what stands around it."""
        if isinstance(value, Expr):
            return value
        if value.zero:
            return value.make(NUMBER)
        raise FormulaError(f"the size of {value.text} is not known here; write I(m) for the m×m identity")

    def integer(self, node: Node) -> sympy.Expr:
        """An index, a bound or an exponent: whole numbers, sizes, t and indices, added and multiplied by numbers."""
        value = self.built(node)
        if not isinstance(value, Scalar):
            raise FormulaError(f"{node.text} is no whole number made of t, indices and sizes")
        try:
            form = as_linear(value.value)
        except OutsideLanguage:
            raise FormulaError(f"{node.text} is no whole number made of t, indices and sizes") from None
        require_small(node.text, form)
        return value.value

    def _count(self, nodes: int) -> None:
        self.nodes += nodes
        if self.nodes > MOST_NODES:
            raise FormulaError(f"more than {MOST_NODES} parts, with new values and squares written out")

    def _is_number(self, node: Node) -> bool:
        """Whether a part that has been built is a number."""
        return id(node) in self.numbers

    def _alike(self, left: Value, right: Value) -> tuple[Expr, Expr]:
        """Both values, where the size of one may be decided by the other."""
        if isinstance(left, Open):
            right = self.closed(right)
            return left.make(right.shape), right
        return left, fitted(right, left.shape)

    def _sizes(self) -> list[sympy.Symbol]:
        return [one for one in self.letters.values() if isinstance(one, sympy.Symbol) and one.is_positive]

    def _has_parameter(self, *values: Expr) -> bool:
        """Whether the parameter of a loss stands in one of the values."""
        parameters = {one.name for one in self.place.alone.values() if isinstance(one, App) and not one.indices}
        return any(not parameters.isdisjoint(names(one)) for one in values)

    @abstractmethod
    def _value(self, node: Node) -> Value:
        """The value of a part of a formula."""
