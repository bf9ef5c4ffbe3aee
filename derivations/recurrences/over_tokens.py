"""Sums and ordered products over an index in a formula."""

from __future__ import annotations

import sympy

from gdssm_symbolic.kernel.expressions import ONE, Expr, Sum, free_symbols, names, substitute, walk
from gdssm_symbolic.theory.least_squares import t

from .building import Building
from .faults import is_
from .grammar import MOST_PARTS, RESERVED, FormulaError, Ranged, word
from .limits import require_few
from .ranges import at_least, require_no_power_of_0
from .values import Open, Value, scaled


class OverTokens(Building):
    """Builds sums and products over an index."""

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
