"""How the objects show themselves in a notebook: formulas as LaTeX, theorems as derivations.

Importing `gdssm_symbolic` gives each class below its `_repr_markdown_`. It is done here, from above,
so that the core and the checker need to know nothing of how they are printed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gdssm_symbolic.evidence.counterexamples import Refuted
from gdssm_symbolic.extensions.expectation import Mean
from gdssm_symbolic.kernel.definitions import Definition, Recurrence
from gdssm_symbolic.kernel.expressions import Expr
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Theorem

from .documents import Displayed, Document, Paragraph, write_markdown
from .narration import Statement, narrate, tell_counterexample


def formula(item: Expr | Equation | Definition | Mean | Recurrence) -> Document:
    """The object as one displayed formula."""
    return (Displayed((item,)),)


def theorem(item: Theorem) -> Document:
    """The whole derivation, lemmas first."""
    return narrate([item])


def refuted(item: Refuted) -> Document:
    """What is false, and the counterexample."""
    found = item.counterexample
    return (Paragraph(("Refuted:",)), *Statement(found.equation, found.meanings).document(), tell_counterexample(found))


SHOWN: dict[type, Callable[[Any], Document]] = {
    Expr: formula,
    Equation: formula,
    Definition: formula,
    Recurrence: formula,
    Mean: formula,
    Statement: Statement.document,
    Theorem: theorem,
    Refuted: refuted,
}


def install() -> None:
    """Give every class in SHOWN its `_repr_markdown_`."""
    for kind, tell in SHOWN.items():
        setattr(kind, "_repr_markdown_", _method(tell))  # noqa: B010 - the attribute is declared nowhere below


def _method(tell: Callable[[Any], Document]) -> Callable[[Any], str]:
    def _repr_markdown_(self: Any) -> str:
        return write_markdown(tell(self))

    return _repr_markdown_
