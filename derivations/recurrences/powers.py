"""Powers, reciprocals and inverses in a formula; what is divided by gets a name, and is assumed not to be 0."""

from __future__ import annotations

from functools import reduce
from operator import mul

import sympy

from gdssm_symbolic.extensions.functions import show_equal
from gdssm_symbolic.kernel.expressions import ONE, App, Expr, Power, Scalar, free_symbols, names
from gdssm_symbolic.theory.least_squares import t

from .building import Building
from .faults import is_
from .grammar import FormulaError, Node, Raised
from .ranges import at_least, differs_from_0, require_no_power_of_0, summed
from .values import MOST_BITS, bits, limited, zero

LARGEST_EXPONENT = 64  # in absolute value, and of nested powers together


class Powers(Building):
    """Builds powers, and what is divided by."""

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
