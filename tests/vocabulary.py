"""Names that the tests share."""

from collections.abc import Iterable

import sympy

from gdssm_symbolic.kernel.expressions import Expr, Name

TOLD = "told"  # a property of a test that is printed at the end

f, N, m = sympy.symbols("f N m", integer=True, positive=True)
n = sympy.Symbol("n", integer=True, nonnegative=True)
p = sympy.Symbol("p", integer=True, positive=True)
i, j, k = sympy.symbols("i j k", integer=True)
eta, a, b = sympy.symbols("eta a b")

x, y = Name("x", (f, 1), arity=1), Name("y", (f, 1), arity=1)
z, c = Name("z", (1, 1), arity=1), Name("c", (1, 1), arity=1)
u, v = Name("u", (f, 1))(), Name("v", (f, 1))()
A, B, C = (Name(name, (f, f))() for name in "ABC")


def rebuild(expr: Expr, parts: Iterable[Expr]) -> Expr:
    """The same node with other children."""
    waiting = iter(parts)
    return expr.mapped(lambda _: next(waiting))
