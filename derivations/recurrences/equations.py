"""An equation checked: proved for all sizes, lengths and data, or refuted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from derivations.claim import FOUND, NEXT_FORMULA, OwnVerdict, Verdict, as_lines, no_proof
from gdssm_symbolic.evidence.counterexamples import Counterexample, Refuted
from gdssm_symbolic.kernel.theorem import Assumption, Theorem
from gdssm_symbolic.recurrent.identities.decide import Answer
from gdssm_symbolic.writing.documents import Displayed, Paragraph, inline
from gdssm_symbolic.writing.evaluated import evaluated
from gdssm_symbolic.writing.formula_tree import text
from gdssm_symbolic.writing.narration import (
    Statement,
    assuming_that,
    assumptions_of,
    lemmas_of,
    narrate,
    short_counterexample,
    tell_counterexample,
)
from gdssm_symbolic.writing.printing import to_text
from gdssm_symbolic.writing.prose import plain
from gdssm_symbolic.writing.told import Told

from .check import divided, that_are_not_zero, written_out


@dataclass(frozen=True)
class CheckedEquation(OwnVerdict):
    """The verdict on an equation. It is stated with names where the core has no normal form for what was asked."""

    answer: Answer

    @property
    def verdict(self) -> Verdict:
        if self.theorem is not None:
            return Verdict.PROVED
        return Verdict.UNDECIDED if self.refuted is None else Verdict.REFUTED

    @property
    def theorem(self) -> Theorem | None:
        """What the checker proved: the equation as it is stated, if it is proved."""
        return self.answer.found if isinstance(self.answer.found, Theorem) else None

    @property
    def refuted(self) -> Counterexample | None:
        """The counterexample, if there is one; it is one to the equation as it was asked for, too."""
        return self.answer.found.counterexample if isinstance(self.answer.found, Refuted) else None

    @cached_property
    def statement(self) -> Statement:
        """The equation as it is stated, with the meanings of the names in it."""
        return Statement(self.answer.stated, self.answer.meanings)

    @property
    @evaluated
    def scope(self) -> str:
        """For which sizes, lengths and data it is proved, and what is assumed; empty if it is not."""
        if self.theorem is None:
            return ""
        asked, stated = self.answer.asked.parts, self.answer.stated.parts
        meanings = [body for one in self.answer.meanings for body in one.bodies]
        words = [*assumptions_of(self.theorem), *that_are_not_zero((*asked, *stated, *meanings))]
        said = {one.name for one in self.theorem.assumptions}
        words += [one.assumed for one in self.answer.inverses if one.assumption not in said]
        return inline(self.statement.quantifiers()) + plain(assuming_that(words))

    @property
    @evaluated
    def evidence(self) -> str:
        """On one line: for what it is proved, where it fails, or why it is undecided."""
        if self.refuted is not None:
            return inline(short_counterexample(self.refuted, self.answer.constants))
        return self.scope or f"neither proved nor refuted: {self.answer.why}"

    @property
    def where(self) -> str:
        """What the names stand for that were given to parts of the equation."""
        told = map(text, self.statement.explained(self.answer.meanings))
        return NEXT_FORMULA.join((*told, *(text(one) for inverse in self.answer.inverses for one in inverse.told)))

    @property
    def since(self) -> str:
        """What was proved on the way."""
        lemmas = lemmas_of((self.theorem,)) if self.theorem is not None else ()
        found = dict.fromkeys(written_out(one) for one in lemmas if not isinstance(one.proof, Assumption))
        return NEXT_FORMULA.join(to_text(one) for one in found if one != self.answer.stated)

    @evaluated
    def fields(self) -> list[tuple[str, str]]:
        """The verdict for a person, each part with its name; a part may be empty."""
        asked, stated = map(to_text, (self.answer.asked, self.answer.stated))
        return [
            ("claim", asked),
            ("that is", "" if stated == asked else stated),
            ("where", self.where),
            ("since", self.since),
            (FOUND[self.verdict], self.evidence + (divided(self.answer.inverses) if self.refuted else "")),
        ]

    @evaluated
    def proof(self) -> Told:
        """The proof line by line, or that there is none."""
        return Told(narrate((self.theorem,)) if self.theorem is not None else no_proof(self.verdict))

    @property
    @evaluated
    def told(self) -> Told:
        """The verdict as a document: `told.latex` for a paper, `told.markdown` for a page."""
        asked, stated = self.answer.asked, self.answer.stated
        found = (
            tell_counterexample(self.refuted, self.answer.constants)
            if self.refuted
            else Paragraph((f"{self.evidence}.",))
        )
        return Told(
            (
                Paragraph((f"{self.verdict.capitalize()}:",)),
                *((Displayed((asked,)), Paragraph(("that is",))) if stated != asked else ()),
                *self.statement.document(),
                *((found,) if self.verdict is not Verdict.PROVED else ()),
            )
        )

    def _repr_markdown_(self) -> str:
        return self.told.markdown

    def __str__(self) -> str:
        return as_lines(self.verdict, self.fields())
