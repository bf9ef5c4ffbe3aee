"""Names that the tests share."""

import sympy

from gdssm_symbolic.expressions import Head

f, N, m = sympy.symbols("f N m", integer=True, positive=True)
n = sympy.Symbol("n", integer=True, nonnegative=True)
i, j, k = sympy.symbols("i j k", integer=True)
eta, a, b = sympy.symbols("eta a b")

x, y = Head("x", (f, 1), arity=1), Head("y", (f, 1), arity=1)
z = Head("z", (1, 1), arity=1)
u, v = Head("u", (f, 1))(), Head("v", (f, 1))()
A, B, C = (Head(name, (f, f))() for name in "ABC")
