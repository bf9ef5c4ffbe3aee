"""The gate: the conditions that every expression must satisfy before anything is stated about it.

**Rule.** An expression is well defined if each part of it has a value at all admissible values of its free symbols. An
integer symbol may have any integer value from its least value on, or any at all if it has no least value; a scalar
symbol may have any value that is not a pole. Part by part:

    a symbol      is declared without assumptions, or as an integer, an integer ≥ 0 or an integer ≥ 1; different symbols
                  have different names
    a scalar      is defined (`scalars`)
    a size        is an integer-linear form in free symbols, and ≥ 0
    a power       has an integer-linear exponent that is ≥ 0 for all indices in the ranges of the sums around it; a sum
                  without terms is 0, whatever its body is
    a sum         has bounds that are integer-linear in free symbols, ≥ 0 terms, and an index that no surrounding sum
                  binds; if a least value is declared for the index, the lower bound is not below it

The condition on the least value of an index matters because SymPy uses the assumptions about symbols to rewrite scalars
as they are built: 0^p becomes 0 if p is declared positive. So the assumptions are part of the statement, and must be
true wherever the symbol stands.

`Normaliser` passes every expression through this gate, so whatever is brought to normal form is well defined.
`checker.check` also sends the following through the gate: each line of a proof, each statement, each meaning, and each
value that replaces a symbol or a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import sympy

from .exact import class_of
from .expressions import NODES, App, Expr, Identity, Name, Power, Scalar, Sum, Zero, free_symbols, walk
from .linear_forms import Linear, OutsideLanguage, Scope, Variable, as_linear, floor, unambiguous
from .scalars import Scalars
from .work import Work, counter


def require_well_defined(
    *exprs: Expr, floors: Mapping[sympy.Symbol, int] | None = None, everywhere: bool = False, work: Work | None = None
) -> None:
    """Raise OutsideLanguage unless the expressions are shown to be well defined and no two things in them look alike.

    Two different symbols or names look alike if they have the same text. The least values in `floors`
    replace those declared for the symbols. With `everywhere`, scalars must have a value at all values of their symbols.
    """
    work = counter(work)
    symbols = symbols_of(*exprs, work=work)
    scalars = Scalars(symbols, work)
    for expr in exprs:
        scope = Scope.of(free_symbols(expr))
        known = {Variable(s.name): low for s, low in (floors or {}).items() if s in free_symbols(expr)}
        require_defined(expr, scalars, Scope({**scope.floors, **known}, {}), everywhere=everywhere)


def require_defined(expr: Expr, scalars: Scalars, scope: Scope, *, everywhere: bool = False) -> None:
    """Raise OutsideLanguage unless the expression is shown to be well defined in `scope`."""
    match expr:
        case Scalar(value=value):
            scalars.read(value, scope, everywhere=everywhere)
        case App() | Identity() | Zero():
            for size in expr.shape:
                require_size(size, scope)
            for index in expr.indices if isinstance(expr, App) else ():
                as_linear(index)
        case Power(exponent=exponent):
            _require_at_least_0(as_linear(exponent), scope, "the matrix exponent", exponent)
        case Sum():
            scope = inside_of(expr, scope)
    for child in expr.children:
        require_defined(child, scalars, scope, everywhere=everywhere)


def inside_of(total: Sum, scope: Scope) -> Scope:
    """Return the scope inside a sum. Raises OutsideLanguage unless its index and bounds satisfy the rule above."""
    bound, lower, upper = Variable(total.index.name), as_linear(total.lower), as_linear(total.upper)
    if bound in scope.ranges or lower.coefficient(bound) or upper.coefficient(bound):
        raise OutsideLanguage(f"the index {bound} is bound twice")
    if any(lower.coefficient(outer) or upper.coefficient(outer) for outer in scope.ranges):
        raise OutsideLanguage("the bounds of a sum depend on the index of another sum")
    _require_at_least_0(upper - lower + 1, scope, "the number of terms of the sum over", bound)
    require_declared(total.index, lower, scope)
    return scope.within(bound, lower, upper)


def require_declared(index: sympy.Symbol, lower: Linear, scope: Scope) -> None:
    """Raise OutsideLanguage unless the declared least value of an index, if it has one, is shown to be ≤ `lower`."""
    if (low := floor(index)) is not None and not scope.at_least(lower, low):
        raise OutsideLanguage(f"{index} is declared to be at least {low}, and runs from {lower}")


def symbols_of(*exprs: Expr, work: Work | None = None) -> list[sympy.Symbol]:
    """Return every symbol that occurs, bound indices included.

    Raises OutsideLanguage if two different symbols, or two different matrices, have the same text.
    """
    nodes = [node for expr in exprs for node in _nodes(expr, counter(work))]
    one_matrix_each(node.name for node in nodes if isinstance(node, App))
    bound = {node.index for node in nodes if isinstance(node, Sum)}
    return unambiguous(bound.union(*(free_symbols(expr) for expr in exprs)))


def one_matrix_each(names: Iterable[Name]) -> None:
    """Raise OutsideLanguage if two different names have the same text."""
    known: dict[str, Name] = {}
    for name in names:
        if known.setdefault(name.text, name) != name:
            raise OutsideLanguage(f"two different matrices are both called {name.text}")


def _nodes(expr: Expr, work: Work) -> Iterator[Expr]:
    """Yield all parts of an expression. Raises OutsideLanguage if the class of one is not in NODES."""
    for node in walk(expr):
        work.spend(1)
        if class_of(node) not in NODES:
            raise OutsideLanguage(f"{type(node).__name__} is not part of the language")
        yield node


def require_size(size: sympy.Expr, scope: Scope) -> None:
    """Raise OutsideLanguage unless a size is shown to be an integer ≥ 0, and contains no index of a surrounding sum."""
    linear = as_linear(size)
    if any(variable in scope.ranges for variable, _ in linear.terms):
        raise OutsideLanguage(f"the size {size} is not the same throughout a sum")
    _require_at_least_0(linear, scope, "the size", size)


def _require_at_least_0(form: Linear, scope: Scope, what: str, of: sympy.Expr | Variable) -> None:
    if not scope.at_least(form, 0):
        raise OutsideLanguage(f"{what} {of} is not shown to be ≥ 0 for all sizes; declare integer=True, positive=True")
