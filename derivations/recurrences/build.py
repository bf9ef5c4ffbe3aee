"""From the tree of a formula to an expression of the kernel, with the sizes of every product and sum checked.

Sizes of I and 0 are decided by what stands around them. What a formula can say and the kernel cannot state is refused,
each by a method of its own with one line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import reduce
from operator import mul
from typing import TypeVar

import sympy

from gdssm_symbolic.extensions.functions import show_equal
from gdssm_symbolic.kernel.expressions import (
    ONE,
    App,
    Expr,
    Identity,
    Name,
    Power,
    Scalar,
    Shape,
    ShapeError,
    Sum,
    Trace,
    free_symbols,
    names,
    substitute,
    walk,
)
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage, as_linear
from gdssm_symbolic.recurrent.entrywise import Entries
from gdssm_symbolic.recurrent.products import Products
from gdssm_symbolic.theory.least_squares import t

from .divisors import Divisors
from .faults import is_, turned
from .fitting import chained, in_blocks
from .grammar import (
    MOST_PARTS,
    RESERVED,
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
    parse_equation,
    parse_formula,
    word,
)
from .limits import require_few, require_near, require_small
from .meant import Family, Meant, Place, unknown
from .ranges import at_least, differs_from_0, summed
from .repairs import SizesError, of_another_size, unlike
from .spellings import spellings
from .values import (
    MOST_BITS,
    NUMBER,
    Open,
    Value,
    added,
    bits,
    fitted,
    identity,
    is_row_of_numbers,
    limited,
    scaled,
    short,
    zero,
)

Read = TypeVar("Read")

LARGEST_EXPONENT = 64  # in absolute value, and of nested powers together
MOST_INDICES = 6  # of the sums over entries in an expression, with diag and ⊙ written out
MOST_NODES = 3_000  # of an expression, with squares and the new values of states written out


@contextmanager
def kernel_errors() -> Iterator[None]:
    """What was not foreseen here is told in the kernel's words."""
    try:
        yield
    except (ShapeError, OutsideLanguage) as error:
        raise FormulaError(str(error)) from error


def require_no_power_of_0(node: Node, expr: Expr) -> None:
    """Raise FormulaError if 0 is raised to an index, where another index will be put in, such as t.

    SymPy has 0^t for 0, since t is declared to be ≥ 1; at t = 0 it is 1.
    """
    numbers = (part.value for part in walk(expr) if isinstance(part, Scalar))
    if any(power.base == 0 for number in numbers for power in number.atoms(sympy.Pow)):
        raise FormulaError(f"{node.text}: 0 to a power that is no number stands in sums alone")


class Builder:
    """Builds the formulas of one file, whose letters it knows; `products` are those of a claim, and None elsewhere."""

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

    def expression(self, text: str, shape: Shape | None, of: str) -> Expr:
        """Return the expression of a text, of this shape if it is given; `of` names it in an error.

        Raises FormulaError if the text is no formula, if its sizes do not fit, or if it cannot be stated.
        """

        def read(builder: Builder, formula: str) -> Expr:
            tree = parse_formula(formula)
            with builder._told_what_fits(tree, lambda other, node: other._fitting(node, shape, of)), kernel_errors():
                return builder._within_limits(short(builder._fitting(tree, shape, of)))

        return self._told_another_spelling(text, read)

    def equation(self, text: str) -> tuple[Expr, Expr]:
        """Return both sides of an equation. Raises FormulaError as `expression` does."""

        def read(builder: Builder, formula: str) -> tuple[Expr, Expr]:
            with kernel_errors():
                left, right = parse_equation(formula)
                first, second = builder._alike(builder.value(left), builder.value(right))
                if first.shape != second.shape:
                    told = f"{is_(left.text, first)} and {is_(right.text, second)}"
                    raise FormulaError(f"the sides differ in size: {told}")
                return builder._within_limits(short(first)), builder._within_limits(short(second))

        return self._told_another_spelling(text, read)

    def _told_another_spelling(self, text: str, read: Callable[[Builder, str], Read]) -> Read:
        """What is read of a text; an error gives it in the words of the language, if it can be read so."""
        try:
            return read(self, text)
        except SizesError:
            raise
        except FormulaError as error:
            readable = (one for one in spellings(text, self.given) if self._can(read, one))
            if (spelled := next(readable, None)) is None:
                raise
            raise FormulaError(f"{error}{'' if str(error)[-1] == '?' else ';'} in full: {spelled}") from None

    def _can(self, read: Callable[[Builder, str], object], text: str) -> bool:
        try:
            read(self._anew(), text)
        except FormulaError:
            return False
        return True

    def _anew(self) -> Builder:
        return Builder(self.given, self.place, self.divisors, self.products, self.entries)

    @contextmanager
    def _told_what_fits(self, tree: Node, build: Callable[[Builder, Node], Expr]) -> Iterator[None]:
        """An error of sizes names what would fit in the whole of a formula, which is built with each change."""

        def built(node: Node) -> FormulaError | None:
            try:
                with kernel_errors():
                    build(self._anew(), node)
            except FormulaError as error:
                return error
            return None

        try:
            yield
        except SizesError as error:
            raise error.repaired(tree, built) from None

    def _is_number(self, node: Node) -> bool:
        """Whether a part that has been built is a number."""
        return id(node) in self.numbers

    def _within_limits(self, expr: Expr) -> Expr:
        if self.entries.indices_in(expr) > MOST_INDICES:
            raise FormulaError(f"more than {MOST_INDICES} sums over entries, with diag and ⊙ written out")
        return expr

    def _alike(self, left: Value, right: Value) -> tuple[Expr, Expr]:
        """Both values, where the size of one may be decided by the other."""
        if isinstance(left, Open):
            right = self.closed(right)
            return left.make(right.shape), right
        return left, fitted(right, left.shape)

    def _fitting(self, node: Node, shape: Shape | None, of: str) -> Expr:
        value = self.value(node)
        if shape is None:
            return self.closed(value)
        if isinstance(value, Expr) and value.shape != shape:
            raise of_another_size(node, value, shape, of, self._is_number)
        return fitted(value, shape)

    # ---- values ----

    def value(self, node: Node) -> Value:
        found = self._value(node)
        if isinstance(found, Expr) and found.is_scalar:
            self.numbers.add(id(node))
        return found

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

    def _count(self, nodes: int) -> None:
        self.nodes += nodes
        if self.nodes > MOST_NODES:
            raise FormulaError(f"more than {MOST_NODES} parts, with new values and squares written out")

    def built(self, node: Node) -> Expr:
        return self.closed(self.value(node))

    def closed(self, value: Value) -> Expr:
        """The value, if its size is known without what stands around it."""
        if isinstance(value, Expr):
            return value
        if value.zero:
            return value.make(NUMBER)
        raise FormulaError(f"the size of {value.text} is not known here; write I(m) for the m×m identity")

    # ---- letters ----

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

    # ---- sums and products ----

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

    def reciprocal(self, node: Node, value: Expr) -> Expr:
        """1/value, for a number."""
        if not value.is_scalar:
            raise FormulaError(f"{is_(node.text, value)}, and nothing is divided by a matrix; inv(A) is an inverse")
        return self.inverted(node, value)

    def inverted(self, node: Node, value: Expr) -> Expr:
        """The reciprocal of a number, or the inverse of a square matrix, which is assumed to exist."""
        require_no_power_of_0(node, value)
        if show_equal(value, zero(value.shape)).equal:
            raise FormulaError("a division by zero")
        if isinstance(value, Scalar) and not self._has_name(value.value):
            self._note_a_division(node, value.value, sympy.S.NegativeOne)
            return Scalar(1 / value.value)
        if isinstance(value, Scalar) and (
            value.value.is_Mul or value.value.is_Pow
        ):  # each factor has a name of its own
            factors = (one.as_base_exp() for one in sympy.Mul.make_args(value.value))
            return reduce(mul, (self._to_the(Scalar(base), -exponent, node) for base, exponent in factors))
        parameters = {one.name for one in self.place.alone.values() if isinstance(one, App) and not one.indices}
        if inside := parameters & names(value).keys():
            raise FormulaError(
                f"{node.text} is divided by, and contains {inside.pop().text}, on which {self.place.where} depends"
            )
        indices = [one for one in free_symbols(value) if one.is_integer and one not in self._sizes()]
        if len(indices) > 1:
            told = " and ".join(sorted(map(str, indices)))
            raise FormulaError(f"{node.text} depends on {told}; what is divided by may depend on one of them")
        return self.divisors.inverse(value, indices[0] if indices else None)

    def _has_name(self, number: sympy.Expr) -> bool:
        """Whether a number that is divided by gets a name."""
        if not all(factor.as_base_exp()[0].is_polynomial() for factor in sympy.Mul.make_args(number)):
            return True  # what is divided by γ^t + 1 has no normal form
        if all(one.is_integer for one in number.free_symbols):
            return False
        self.divisors.without_names |= not self.divisors.numbers
        return self.divisors.numbers

    def _note_a_division(self, node: Node, base: sympy.Expr, exponent: sympy.Expr) -> None:
        """Keep a power whose exponent may be negative, since in what is read it may cancel.

        Raises FormulaError if the base is a whole number that may be 0.
        """
        if exponent.is_Integer and exponent >= 0:
            return
        if all(one.is_integer for one in base.free_symbols) and not (
            at_least(exponent, 0, self.ranges) or differs_from_0(base, self.ranges)
        ):
            raise FormulaError(f"{node.text} is divided by, and is not shown to differ from 0")
        self.divisors.powers.append(summed(Scalar(base**exponent), self.ranges))

    def entrywise(self, node: Entrywise) -> Expr:
        first, second = self._alike(*map(self.value, node.parts))
        if first.shape != second.shape:
            told = " and ".join(is_(part.text, one) for part, one in zip(node.parts, (first, second), strict=True))
            raise FormulaError(f"{node.text}: {told}, and a product entry by entry is of two of one size")
        if first.is_scalar:
            return scaled(sympy.S.One, [first, second])
        return self.entries.product(first, second, written_out=self._has_parameter(first, second))

    def _has_parameter(self, *values: Expr) -> bool:
        """Whether the parameter of a loss stands in one of the values."""
        parameters = {one.name for one in self.place.alone.values() if isinstance(one, App) and not one.indices}
        return any(not parameters.isdisjoint(names(one)) for one in values)

    def transpose(self, node: Node, value: Value) -> Value:
        if isinstance(value, Open):
            return Open(node.text, lambda shape: value.make(shape[::-1]).T, value.zero)
        return value if isinstance(value, Scalar) else value.T

    # ---- powers ----

    def power(self, node: Raised) -> Expr:
        base_node, exponent_node = node.parts
        exponent = self.integer(exponent_node)
        if exponent.is_Integer and abs(self.exponent * exponent) > LARGEST_EXPONENT:
            raise FormulaError(f"an exponent above {LARGEST_EXPONENT}, that of nested powers multiplied")
        outside = self.exponent
        self.exponent *= max(1, abs(int(exponent))) if exponent.is_Integer else 1
        base = self.built(base_node)
        self.exponent = outside
        if isinstance(base, Scalar) and base.value == 0 and exponent.has(t) and not (base.value**exponent).is_Pow:
            # t is declared to be ≥ 1, which SymPy uses, and a chunk or a relation is claimed from t = 0 on
            told = f"it is 1 where {exponent} is 0, and 0 or without a value elsewhere; write the value that is meant"
            raise FormulaError(f"{node.text}: {told}")
        if isinstance(base, Scalar) and not (exponent.is_negative and self._has_name(base.value)):
            power = limited(self.power_of_a_number(base.value, exponent))
            self._note_a_division(base_node, base.value, exponent)
            return Scalar(power)
        if base.shape[0] != base.shape[1]:
            column = exponent == 2 and base.shape[1] == ONE
            hint = f"; the square of its norm is |{base_node.text.strip('()')}|^2" if column else ""
            raise FormulaError(f"{is_(base_node.text, base)}, and only a square matrix has powers{hint}")
        return self._to_the(base, exponent, base_node)

    def _to_the(self, base: Expr, exponent: sympy.Expr, node: Node) -> Expr:
        """A power; if the exponent is negative, of the inverse."""
        if exponent.is_negative:
            base, exponent = self.inverted(node, base), -exponent
        if isinstance(base, Scalar):
            self._note_a_division(node, base.value, exponent)
            return Scalar(base.value**exponent)
        return base if exponent == 1 else Power(base, exponent)

    def power_of_a_number(self, base: sympy.Expr, exponent: sympy.Expr) -> sympy.Expr:
        if base == 0 and exponent.is_negative:
            raise FormulaError("a division by zero")
        if exponent.is_Integer and abs(int(exponent)) * bits(base) > MOST_BITS:
            raise FormulaError(f"a number of more than {MOST_BITS} bits")
        return base**exponent

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

    # ---- functions ----

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

    def _sizes(self) -> list[sympy.Symbol]:
        return [one for one in self.letters.values() if isinstance(one, sympy.Symbol) and one.is_positive]

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

    def ranged(self, node: Ranged) -> Value:
        """A sum, or a product in the order from the lower bound to the upper one as they are written."""
        lower_node, upper_node, body_node = node.parts
        if node.index in RESERVED or node.index in self.letters:
            what = f"stands for {RESERVED[node.index]}" if node.index in RESERVED else "has a meaning already"
            kind = {"sum": "sum", "prod": "product"}[node.kind]
            raise FormulaError(f"the index of a {kind} cannot be {node.index}, which {what}")
        lower, upper = self.integer(lower_node), self.integer(upper_node)
        index = sympy.Symbol(word(node.index), integer=True)
        falls = node.kind == "prod" and at_least(lower - upper, 0, self.ranges)
        self.letters[node.index], self.ranges[index] = index, (upper, lower) if falls else (lower, upper)
        require_few(node.text, self.ranges.values())
        body = self.value(body_node)
        del self.letters[node.index], self.ranges[index]
        if node.kind == "prod":
            return self.ordered_product(node, index, lower, upper, self.closed(body))
        if (upper - lower).is_Integer and upper - lower < -1:
            raise FormulaError(f"a sum from {lower} to {upper} has a negative number of terms")
        if isinstance(body, Open):
            return Open(node.text, lambda shape: Sum(body.make(shape), index, lower, upper), body.zero)
        return Sum(body, index, lower, upper)

    def ordered_product(
        self, node: Ranged, index: sympy.Symbol, lower: sympy.Expr, upper: sympy.Expr, body: Expr
    ) -> Expr:
        """The factors at lower, …, upper, in this order, which may go up or down."""
        if body.shape[0] != body.shape[1]:
            hint = f"; the product of its entries is that of diag({node.parts[2].text})" if body.shape[1] == ONE else ""
            told = f"{is_(node.parts[2].text, body)}, and only square matrices have a product over tokens"
            raise FormulaError(f"{told}{hint}")
        require_no_power_of_0(node, body)
        steps = upper - lower
        if steps == -1:
            raise FormulaError(f"{node.text}: from {lower} to {upper} is no factor or two; write 1, or the two factors")
        if steps.is_Integer:
            if abs(steps) >= MOST_PARTS:
                raise FormulaError(f"a product of more than {MOST_PARTS} factors")
            at = [lower + (k if steps > 0 else -k) for k in range(abs(int(steps)) + 1)]
            self._count(len(at) * sum(1 for _ in walk(body)))
            return scaled(sympy.S.One, [substitute(body, {index: one}) for one in at])
        if self.products is None:
            raise FormulaError(
                f"{node.text}: a product over so many tokens stands in a claim; in a layer it is a state, "
                'such as p = { shape = "1", start = "1", update = "a p" }'
            )
        inside = node.parts[2].text
        if names(body).keys() & {name for value in self.place.alone.values() for name in names(value)}:
            raise FormulaError(f"{node.text}: a factor is made of data and constants, and {inside} contains a state")
        if others := free_symbols(body) & {t, *self.ranges}:
            other = min(others, key=str)
            raise FormulaError(f"{node.text}: {inside} depends on {other}, and a factor on {index} alone")
        up, down = (at_least(form, -1, self.ranges) for form in (steps, -steps))
        if up == down:
            raise FormulaError(f"{node.text}: it is not known which of {lower} and {upper} is larger")
        first, last = (lower, upper) if up else (upper, lower)
        if not at_least(first, 1, self.ranges):
            raise FormulaError(f"{node.text}: tokens are numbered from 1, and {first} may be less")
        self.products.taken |= self.letters.keys()
        return self.products.over(substitute(body, {index: t}), first - 1, last, latest_first=not up)
