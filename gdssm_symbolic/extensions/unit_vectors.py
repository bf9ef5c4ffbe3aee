"""Unit vectors e_1, e_2, … as the meaning of a name."""

from __future__ import annotations

from dataclasses import dataclass, field

import sympy

from gdssm_symbolic.kernel.definitions import DefinitionError, Meaning
from gdssm_symbolic.kernel.expressions import App, Name


@dataclass(frozen=True)
class UnitVectors(Meaning):
    """name[a] is the vector of R^f whose entry number a is 1 and whose other entries are 0.

    It is 0 if a is none of 1, …, f.
    """

    name: Name
    index: sympy.Symbol = field(default=sympy.Symbol("a", integer=True))

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.name.arity != 1 or self.name.takes or self.name.shape[1] != 1 or not self.index.is_integer:
            raise DefinitionError(f"unit vectors are a family of vectors, and {self.name.text} is none")

    @property
    def left(self) -> App:
        return self.name[self.index]

    @property
    def indices(self) -> tuple[sympy.Symbol, ...]:
        return (self.index,)
