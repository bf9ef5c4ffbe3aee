"""From the tree of a formula to an expression of the kernel, with the sizes of every product and sum checked.

Sizes of I and 0 are decided by what stands around them. What a formula can say and the kernel cannot state is refused,
each by a method of its own with one line.
"""

from __future__ import annotations

import sympy

from gdssm_symbolic.kernel.expressions import ONE, Expr, Identity, Name, Scalar, Trace, walk
from gdssm_symbolic.theory.least_squares import t

from .faults import is_, turned
from .fitting import chained, in_blocks
from .grammar import (
    Call,
    Entrywise,
    FormulaError,
    Inner,
    Letter,
    Node,
    Number,
    Product,
    Raised,
    Ranged,
    Rows,
    Signed,
    Squared,
    Turned,
)
from .limits import require_near
from .meant import Family, unknown
from .over_tokens import OverTokens
from .powers import Powers
from .repairs import unlike
from .values import NUMBER, Open, Value, added, fitted, identity, is_row_of_numbers, limited, scaled, zero


class Tree(Powers, OverTokens):
    """Builds each kind of part of a formula."""

    def _value(self, node: Node) -> Value:
        self._count(1)
        match node:
            case Number(value=0):
                return Open(node.text, zero, zero=True)
            case Number(value=number):
                return Scalar(sympy.Integer(number))
            case Letter():
                return self.letter(node)
            case Signed():
                return self.sum(node)
            case Product():
                return self.product(node)
            case Entrywise():
                return self.entrywise(node)
            case Raised():
                return self.power(node)
            case Turned(parts=(inside,)):
                return self.transpose(node, self.value(inside))
            case Squared(parts=(inside,)):
                vector = self.built(inside)
                self._count(sum(1 for _ in walk(vector)))  # it stands there twice, and squares of squares double it
                return self.inner_product(vector, vector)
            case Inner(parts=(left, right)):
                return self.inner(left, right)
            case Call():
                return self.call(node)
            case Rows():
                return in_blocks(node, [self.value(part) for part in node.parts])
            case Ranged():
                return self.ranged(node)
        raise TypeError(f"{type(node).__name__} is no part of a formula")

    def letter(self, node: Letter) -> Expr:
        meant = t if node.letter == "t" else self.letters.get(node.letter)
        name = node.letter
        if meant is None:
            raise FormulaError(unknown(node, self.letters))
        if node.new and (isinstance(meant, Family) or name not in self.place.alone):
            raise FormulaError(f"{name}': a prime marks the new value of a state; the transpose is {name}^T")
        match meant:
            case sympy.Symbol():
                self._without_indices(node, "a number")
                return Scalar(meant)
            case Family():
                return self.member(node, meant)
            case Name(arity=0) if name not in self.place.alone:
                self._without_indices(node, "a constant")
                return meant()
            case _:
                return self.state(node, meant)

    def _without_indices(self, node: Letter, what: str) -> None:
        if node.parts:
            raise FormulaError(f"{node.text}: {node.letter} is {what} and has no index; a product is written with *")

    def member(self, node: Letter, family: Family) -> Expr:
        """A member of the data: at this token unless an index says otherwise."""
        indices = [self.integer(part) for part in node.parts]
        if family.count is None:
            if len(indices) > 1:
                raise FormulaError(f"{node.text}: {node.letter} has one index, the token")
            return family.name[indices[0] if indices else t]
        if not indices:
            raise FormulaError(
                f"{node.letter} has {family.count} members a token: {node.letter}[j] is one, "
                f"as in sum(j = 1..{family.count}, …)"
            )
        if len(indices) > 2:
            raise FormulaError(f"{node.text}: {node.letter} has two indices, the token and the number of the member")
        return family.name[tuple(indices)] if len(indices) == 2 else family.name[t, indices[0]]

    def state(self, node: Letter, name: Name) -> Expr:
        place = self.place
        if node.letter not in place.alone:
            raise FormulaError(f"{node.letter} is a state, and {place.where} contains none")
        if node.new:
            if place.new is None:
                raise FormulaError(f"{node.text}: only an update tells the new value of a state from the old")
            new = place.new(node.letter)
            self._count(sum(1 for _ in walk(new)))
            return new
        if not node.parts:
            return place.alone[node.letter]
        indices = tuple(self.integer(part) for part in node.parts)
        if len(indices) > 1:
            raise FormulaError(f"{node.text}: {node.letter} has one index, the token")
        require_near(node.text, indices[0], self.ranges)
        if place.at is not None and indices[0] not in place.at:
            told = " or ".join(f"{node.letter}[{one}]" for one in place.at) or node.letter
            raise FormulaError(f"{node.text} in {place.where}: the state there is {told}")
        return name[indices]

    def sum(self, node: Signed) -> Value:
        values = [self.value(part) for part in node.parts]
        shaped = [(part, value) for part, value in zip(node.parts, values, strict=True) if isinstance(value, Expr)]
        if not shaped:
            if len(values) == 1 and node.signs == (1,):
                return values[0]
            return Open(node.text, lambda shape: added(node.signs, values, shape), all(one.zero for one in values))  # type: ignore[union-attr]
        first, known = shaped[0]
        for part, value in shaped[1:]:
            if value.shape != known.shape:
                raise unlike(node, values, (first, known), (part, value), self._is_number)
        for part, one in zip(node.parts, values, strict=True):
            if isinstance(one, Open) and not one.zero and known.is_scalar:
                raise FormulaError(f"{part.text} stands beside {first.text}, which is a number; write 1 there")
        return added(node.signs, values, known.shape)

    def product(self, node: Product) -> Value:
        """The product from left to right; numbers that are the same for all tokens are put in front."""
        number = sympy.S.One
        factors: list[tuple[Node, Value]] = []
        for before, part, divided in zip((None, *node.parts), node.parts, node.divided, strict=False):
            value = self.value(part)
            if isinstance(before, Letter) and part.text[0] == "[" and is_row_of_numbers(value):  # meant for k[t-1]?
                told = f"a product is {before.text} ({part.text})"
                raise FormulaError(f"{before.text} {part.text}: an index has no space before it; {told}")
            if isinstance(value, Open) and value.zero:
                value = value.make(NUMBER)
            if divided:
                value = self.reciprocal(part, self.closed(value))
            if isinstance(value, Scalar):
                number = limited(number * value.value)
            else:
                factors.append((part, value))
        if all(isinstance(value, Open) or value.is_scalar for _, value in factors) and any(
            isinstance(value, Open) for _, value in factors
        ):
            return Open(node.text, lambda shape: scaled(number, [fitted(value, shape) for _, value in factors]))
        return scaled(number, chained(node, factors, self._is_number))

    def entrywise(self, node: Entrywise) -> Expr:
        first, second = self._alike(*map(self.value, node.parts))
        if first.shape != second.shape:
            told = " and ".join(is_(part.text, one) for part, one in zip(node.parts, (first, second), strict=True))
            raise FormulaError(f"{node.text}: {told}, and a product entry by entry is of two of one size")
        if first.is_scalar:
            return scaled(sympy.S.One, [first, second])
        return self.entries.product(first, second, written_out=self._has_parameter(first, second))

    def transpose(self, node: Node, value: Value) -> Value:
        if isinstance(value, Open):
            return Open(node.text, lambda shape: value.make(shape[::-1]).T, value.zero)
        return value if isinstance(value, Scalar) else value.T

    def inner(self, left: Node, right: Node) -> Expr:
        first, second = self._alike(self.value(left), self.value(right))
        if first.shape != second.shape:
            raise FormulaError(f"<{left.text}, {right.text}>: {is_(left.text, first)} and {is_(right.text, second)}")
        return self.inner_product(first, second)

    def inner_product(self, left: Expr, right: Expr) -> Expr:
        """xᵀy for columns, and tr(XᵀY) for matrices."""
        if left.is_scalar:
            return scaled(sympy.S.One, [left, right])
        if left.shape[1] == 1:
            return left.T * right
        return Trace(left.T * right)

    def call(self, node: Call) -> Value:
        if not node.parts:
            return Open(node.text, identity)
        (inside,) = node.parts
        if node.function in ("I", "ones"):
            rows = self.integer(inside)
            if rows.free_symbols - set(self._sizes()) or (rows.is_Integer and rows < 1):
                raise FormulaError(
                    f"{node.text}: the size of {node.function} is made of sizes, such as {node.function}(m)"
                )
            if node.function == "I":
                return Identity(rows)
            return Scalar(sympy.S.One) if rows == ONE else self.entries.ones(rows)
        if node.function == "inv":
            return self.inverse(inside)
        if node.function == "diag":
            return self.diagonal(node)
        value = self.built(inside)
        if value.shape[0] != value.shape[1]:
            raise FormulaError(f"{is_(inside.text, value)}, and only a square matrix has a trace")
        return Trace(value)

    def inverse(self, node: Node) -> Expr:
        value = self.built(node)
        if value.shape[0] != value.shape[1]:
            raise FormulaError(f"{is_(node.text, value)}, and only a square matrix has an inverse")
        return self.inverted(node, value)

    def diagonal(self, node: Node) -> Expr:
        (inside,) = node.parts
        value = self.built(inside)
        if value.is_scalar:
            return value
        if value.shape[1] != ONE:
            hint = f"; diag({turned(inside)}) would fit" if value.shape[0] == ONE else ""
            raise FormulaError(f"{is_(inside.text, value)}, and diag takes a column{hint}")
        return self.entries.diagonal(value, written_out=self._has_parameter(value))
