"""Mutated twins of a layer, generated: each differs from a right construction in one respect."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import sympy

from gdssm_symbolic.layers import ConstructedTokenLayer, Entries, Layer, TwoHeadLayer, WindowLayer

VALUES = tuple(map(sympy.Integer, (-1, 0, 1, 2)))
DECAYS = (sympy.Integer(0), sympy.Integer(-1), sympy.Rational(1, 2), sympy.Integer(2))


def entry_changes(matrix: Entries) -> Iterator[tuple[str, Entries]]:
    """Every change of one entry to another small number."""
    for r in range(matrix.rows):
        for c in range(matrix.cols):
            for value in VALUES:
                if value != matrix[r, c]:
                    changed = matrix.as_mutable()
                    changed[r, c] = value
                    yield f"[{r},{c}]={value}", sympy.ImmutableDenseMatrix(changed)


def mutants(layer: Layer) -> Iterator[tuple[str, Layer]]:
    """Single entries, signs, stride, decay, transposes, one at a time, with a name each."""
    matrices = {
        ConstructedTokenLayer: ("Psi", "Theta"),
        WindowLayer: ("Q", "q"),
        TwoHeadLayer: ("Q", "Q_tilde", "q"),
    }[type(layer)]
    for name in matrices:
        original = getattr(layer, name)
        for change, changed in entry_changes(original):
            yield f"{name}{change}", replace(layer, **{name: changed})
        yield f"-{name}", replace(layer, **{name: -original})
        if original.rows == original.cols and original != original.T:
            yield f"{name} transposed", replace(layer, **{name: original.T})
    factor = "rate" if isinstance(layer, TwoHeadLayer) else "beta"
    yield f"-{factor}", replace(layer, **{factor: -getattr(layer, factor)})
    for decay in DECAYS:
        yield f"decay={decay}", replace(layer, decay=decay)
    if not isinstance(layer, ConstructedTokenLayer):
        yield "stride=1", replace(layer, stride=1)
    flags = {WindowLayer: ("read_transposed",), TwoHeadLayer: ("update_transposed", "start_transposed")}
    for flag in flags.get(type(layer), ()):
        yield flag, replace(layer, **{flag: True})
