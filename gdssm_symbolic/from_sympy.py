"""SymPy's matrices and matrix expressions, and names alone, as expressions: `wrap` takes them once this is imported.

What is made is what is shown and decided, so nothing here is trusted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy
from sympy.matrices.expressions.matexpr import MatrixExpr, MatrixSymbol

from .kernel.exact import class_of
from .kernel.expressions import (
    WRAPPERS,
    Add,
    Blocks,
    Expr,
    Identity,
    Mul,
    Name,
    Power,
    Scalar,
    Trace,
    Transpose,
    Zero,
)

_KINDS: dict[type, Callable[[Any], Expr]] = {
    MatrixSymbol: lambda matrix: Name(matrix.name, matrix.shape)(),
    sympy.Identity: lambda matrix: Identity(matrix.shape[0]),
    sympy.ZeroMatrix: lambda matrix: Zero(*matrix.shape),
    sympy.Transpose: lambda matrix: Transpose(matrix.arg),
    sympy.MatPow: lambda matrix: Power(matrix.base, matrix.exp),
    sympy.MatAdd: lambda matrix: Add(matrix.args),
    sympy.MatMul: lambda matrix: Mul(matrix.args),
    sympy.BlockMatrix: lambda matrix: Blocks(matrix.blocks.tolist()),
}


def explicit(matrix: sympy.MatrixBase) -> Expr:
    """Return a matrix of scalars, entry by entry."""
    return Blocks(tuple(tuple(Scalar(entry) for entry in matrix.row(r)) for r in range(matrix.rows)))


def symbolic(matrix: MatrixExpr) -> Expr:
    """Return a matrix expression of SymPy, node by node; TypeError for a kind that is not part of the language."""
    if class_of(matrix) not in _KINDS:
        raise TypeError(f"the SymPy matrix expression {type(matrix).__name__} is not part of the language")
    return _KINDS[type(matrix)](matrix)


def traced(trace: Any) -> Expr:
    """Return the trace of a matrix expression of SymPy."""
    return Trace(trace.arg)


def named(name: Name) -> Expr:
    """Return the matrix of a name; TypeError for the name of a family or of a function."""
    if name.arity or name.takes:
        raise TypeError(f"{name.text} is a family or a function: write {name.text}[i], {name.text}(W()), …")
    return name()


WRAPPERS |= {sympy.Trace: traced, sympy.MatrixBase: explicit, MatrixExpr: symbolic, Name: named}
