"""From the text of a formula to an expression of the kernel; an error says what may be meant, if that can be built."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from gdssm_symbolic.kernel.expressions import Expr, Shape, ShapeError
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage

from .faults import is_
from .grammar import FormulaError, Node, parse_equation, parse_formula
from .repairs import SizesError, of_another_size
from .spellings import spellings
from .tree import Tree
from .values import fitted, short

Read = TypeVar("Read")

MOST_INDICES = 6  # of the sums over entries in an expression, with diag and ⊙ written out


class Builder(Tree):
    """Builds the formulas of one file, whose letters it knows; `products` are those of a claim, and None elsewhere."""

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

    def _fitting(self, node: Node, shape: Shape | None, of: str) -> Expr:
        value = self.value(node)
        if shape is None:
            return self.closed(value)
        if isinstance(value, Expr) and value.shape != shape:
            raise of_another_size(node, value, shape, of, self._is_number)
        return fitted(value, shape)

    def _within_limits(self, expr: Expr) -> Expr:
        if self.entries.indices_in(expr) > MOST_INDICES:
            raise FormulaError(f"more than {MOST_INDICES} sums over entries, with diag and ⊙ written out")
        return expr


@contextmanager
def kernel_errors() -> Iterator[None]:
    """What was not foreseen here is told in the kernel's words."""
    try:
        yield
    except (ShapeError, OutsideLanguage) as error:
        raise FormulaError(str(error)) from error
