"""Writes the numbers of the constructed layers as Coq definitions, from the objects that the claims decide.

python -m derivations.generate.coq certificates
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import sympy

from derivations.claims import proposition_1, proposition_2, proposition_3, regularisation
from gdssm_numeric.files import replace_text
from gdssm_symbolic.layers import Layer, N, eta, lam
from gdssm_symbolic.theory.every_token import GATES, HALF

HEAD = """\
(* The numbers of the constructed layers. Written by `make coq` (python -m derivations.generate.coq certificates) from
   the objects of gdssm_symbolic that the claims decide; do not edit it. *)
From mathcomp Require Import all_ssreflect all_algebra.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* A matrix from the rows of its entries. *)
Definition entries (R : ringType) m n (rows : seq (seq R)) : 'M[R]_(m, n) :=
  \\matrix_(i, j) nth 0 (nth [::] rows i) j.

Section Constructions.

(* eta: learning rate; lambda: weight of a penalty; N: number of samples *)
Variables (R : comUnitRingType) (eta lambda : R) (N : nat).
"""
TAIL = """
End Constructions.
"""
#: What binds more strongly than what: a sum, a product or a sign, a factor.
SUM, PRODUCT, FACTOR = range(3)
#: The layers by the name of the claim, and of those that are printed the numbers that differ.
LAYERS: dict[str, tuple[Layer, tuple[str, ...]]] = {
    "P1": (proposition_1.LAYER, ("Psi", "Theta", "decay", "beta")),
    "P1_printed": (proposition_1.PRINTED, ("Psi",)),
    "P2": (proposition_2.LAYER, ("Q", "q", "decay", "beta", "stride")),
    "P2_printed": (proposition_2.PRINTED, ("Q",)),
    "P3": (proposition_3.LAYER, ("Q", "Q_tilde", "q", "decay", "rate", "keep", "stride")),
    "P3_printed": (proposition_3.LITERAL, ("Q",)),
    "A4": (regularisation.LAYER, ("Q", "Q_tilde", "q", "decay", "rate", "keep", "stride")),
    "A4_printed": (regularisation.PRINTED, ("keep",)),
}


def constructions() -> str:
    """Return the whole file."""
    parts = [*(part for name in LAYERS for part in _layer(name)), *_every_token()]
    return "".join((HEAD, *parts, TAIL))


def _layer(name: str) -> Iterator[str]:
    layer, attributes = LAYERS[name]
    told, _, printed = name.partition("_")
    yield f"\n(* {told}{', as printed' if printed else ''}: {type(layer).__name__} *)\n"
    for attribute in attributes:
        yield _definition(f"{name}_{attribute}", getattr(layer, attribute))


def _every_token() -> Iterator[str]:
    yield "\n(* STRIDE: the gates of the windows that start at an input and at a target; half of Q, for two heads *)\n"
    yield f"Definition STRIDE_gates : seq R := {_listed(list(map(scalar, GATES)))}.\n"
    yield _definition("STRIDE_half_Q", HALF.Q)


def _definition(name: str, value: Any) -> str:
    if isinstance(value, int):
        return f"Definition {name} : nat := {value}.\n"
    if isinstance(value, sympy.MatrixBase):
        rows, columns = value.shape
        shape = (
            f"'cV[R]_{rows}" if columns == 1 else f"'M[R]_{rows}" if rows == columns else f"'M[R]_({rows}, {columns})"
        )
        told = _listed([_listed(list(map(scalar, row))) for row in value.tolist()])
        return f"Definition {name} : {shape} := entries {rows} {columns} {told}.\n"
    return f"Definition {name} : R := {scalar(value)}.\n"


def _listed(items: Sequence[str]) -> str:
    return f"[:: {'; '.join(items)}]"


def scalar(value: sympy.Expr) -> str:
    """Return a rational function of η, λ and N over a ring, as Coq reads it.

    Raises TypeError for anything else.
    """
    return _written(value, SUM)


def _written(value: sympy.Expr, least: int) -> str:
    text, binds = _told(value)
    return text if binds >= least else f"({text})"


def _told(value: sympy.Expr) -> tuple[str, int]:
    if value.is_Symbol and value in (eta, lam, N):
        return ("N%:R", FACTOR) if value == N else (str(value), FACTOR)
    if value.is_Integer:
        number = str(abs(int(value))) if abs(value) <= 1 else f"{abs(int(value))}%:R"
        return (f"- {number}", PRODUCT) if value < 0 else (number, FACTOR)
    if value.is_Add:
        first, *others = sorted(value.args, key=lambda term: (bool(term.free_symbols), term.could_extract_minus_sign()))
        parts = [_written(first, PRODUCT)]
        for term in others:
            minus = term.could_extract_minus_sign()
            parts.append(f"{'-' if minus else '+'} {_written(-term if minus else term, PRODUCT)}")
        return " ".join(parts), SUM
    if value.could_extract_minus_sign():
        return f"- {_written(-value, FACTOR)}", PRODUCT
    numerator, denominator = sympy.fraction(value)
    if denominator != 1:
        return f"{_written(numerator, FACTOR)} / {_written(denominator, FACTOR)}", PRODUCT
    if value.is_Mul:
        return " * ".join(_written(part, FACTOR) for part in value.args), PRODUCT
    if value.is_Pow and value.exp.is_Integer and value.exp > 0:
        return f"{_written(value.base, FACTOR)} ^+ {value.exp}", PRODUCT
    raise TypeError(f"{value} is no rational function of eta, lambda and N")


if __name__ == "__main__":
    (folder,) = map(Path, sys.argv[1:])
    replace_text(folder / "Constructions.v", constructions())
