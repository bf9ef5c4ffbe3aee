"""OPTL in the supplement: two tables in place of fifty theorems, of which the longest have pages of coefficients."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from derivations.claim import Outcome
from derivations.claims.best_steps import EXPLICIT
from gdssm_symbolic.extensions.laws import Law
from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.expressions import names
from gdssm_symbolic.theory.every_number_of_steps import b
from gdssm_symbolic.writing import page_layout
from gdssm_symbolic.writing.documents import Anchor, Block, Cell, Displayed, Paragraph, Part, Parts, Records
from gdssm_symbolic.writing.narration import Statement
from gdssm_symbolic.writing.printing import formula

#: The error for every L; the same for 3, 2 and 1 steps; what is told of these in a table.
EVERY, ANY = "OPTL.T46", ("OPTL.T3", "OPTL.T2", "OPTL.T1")
#: These theorems are in the tables.
TABLED = (*ANY, *(f"OPTL.T{number}" for _, _, numbers in EXPLICIT for number in numbers))
#: Of a formula in a table, in em.
ROOM = 30.0
#: Coefficients are shown for no more steps than these.
MOST_STEPS = 2


def restated(outcome: Outcome) -> Outcome:
    """The error for every L as the statement, in place of the one for three steps, whose meanings are long.

    Of its names those are explained that it has itself, and $b$, which what it assumes has; others are for the proof.
    """
    stated = outcome.theorems_by_id[EVERY].statement
    named = {name for part in stated.parts for name in names(part)} | {b.name}
    meanings = outcome.theorems_by_id[EVERY].defined
    while new := {name for one in meanings if one.name in named for body in one.bodies for name in names(body)} - named:
        named |= new
    return replace(outcome, statement=Statement(stated, tuple(one for one in meanings if one.name in named)))


def tables(outcome: Outcome) -> Iterator[Block]:
    """What the theorems for one, two and three steps say."""
    known = outcome.theorems_by_id
    yield Paragraph(("For $L ≤ 3$ and inputs with any symmetric distribution, $D = det H$ and $A = adj(H) b$:",))
    yield Displayed(tuple(known[name].statement for name in ANY))
    yield Paragraph(("For uniform and normal inputs the coefficients are known in $f$ and $N$; without noise:",))
    yield Records(("inputs", "$L$", "$c_k = a_k/d$"), tuple(_coefficients(outcome)), (0.1, 0.05, 0.85))
    yield Paragraph(("Which theorem says what; the numerators and denominators for $L = 3$ are in trace.pdf:",))
    header = ("inputs", "$L$", "error", "$c$ solves", "one solution, with noise", "$d > 0$", "signs", "discriminant")
    yield Records(header, tuple(_numbers()), (0.1, 0.04, 0.12, 0.19, 0.12, 0.12, 0.16, 0.15))
    yield Paragraph(
        (
            "Positivity: written out in $f − 1$ and $N − 1$, each of the numbers that are said to be positive has no "
            "negative coefficient. So $c$ is the only minimiser, the signs of the $c_k$ alternate, and the learning "
            "rates are real and different.",
        )
    )


def _coefficients(outcome: Outcome) -> Iterator[tuple[Cell, ...]]:
    """The numerators and the denominator, for each law and few steps."""
    for law, steps, numbers in EXPLICIT:
        if steps <= MOST_STEPS:
            meanings = outcome.theorems_by_id[f"OPTL.T{numbers[0]}"].defined
            shown = sorted((one for one in meanings if isinstance(one, Definition)), key=lambda one: one.name.text)
            yield ((_called(law),),), ((str(steps),),), tuple(line for one in shown for line in _lines(one))


def _lines(meaning: Definition) -> Iterator[Parts]:
    """A polynomial in lines that have room in a table."""
    return ((line.nodes,) for line in page_layout.broken(formula(meaning), ROOM))


def _numbers() -> Iterator[tuple[Cell, ...]]:
    """For each law and number of steps, what its theorems say."""
    for steps, name in enumerate(ANY, 1):
        yield (("any",),), ((str(steps),),), (_named((name,)),), (), (), (), (), ()
    for law, steps, numbers in EXPLICIT:
        names = [f"OPTL.T{number}" for number in numbers]
        equations, (noisy, denominator, *others) = names[:steps], names[steps:]
        signs, discriminant = others[:-1], others[-1:]
        groups = (equations, (noisy,), (denominator,), signs, discriminant)
        yield ((_called(law),),), ((str(steps),),), (), *((_named(group),) if group else () for group in groups)


def _called(law: Law) -> str:
    return type(law).__name__.lower()


def _named(names: Sequence[str]) -> tuple[Part, ...]:
    parts: list[Part] = []
    for name in names:
        parts += [", " if parts else "", Anchor(name, name)]
    return tuple(parts)
