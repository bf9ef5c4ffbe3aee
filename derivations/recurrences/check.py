"""A recurrent layer checked: proved to be what it is said to be, or refuted, and what it computes instead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from derivations.claim import FOUND, NEXT_FORMULA, OwnVerdict, Verdict, as_lines, no_proof
from derivations.errors import InputError
from derivations.sizes import Sizes, of_equation, sizes_entry
from gdssm_symbolic.evidence.counterexamples import Constants, Counterexample, Refuted
from gdssm_symbolic.extensions.differentiation import DifferentialError
from gdssm_symbolic.extensions.unit_vectors import ByUnitVectors
from gdssm_symbolic.kernel.definitions import Definition, Meaning, unfold
from gdssm_symbolic.kernel.exact import class_of
from gdssm_symbolic.kernel.expressions import App, Expr, Name, Scalar, names
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.statements import Equation, ProofError, Proposition
from gdssm_symbolic.kernel.theorem import Assumption, Theorem
from gdssm_symbolic.recurrent.claims import AlgorithmClaim, ChunkClaim, Claim, FormulaClaim, SameAsClaim, SolverClaim
from gdssm_symbolic.recurrent.decide import Decided, decide
from gdssm_symbolic.recurrent.inverses import Inverse
from gdssm_symbolic.recurrent.layer import RecurrentLayer
from gdssm_symbolic.recurrent.poles import constants_not_zero
from gdssm_symbolic.recurrent.relation import RelationError
from gdssm_symbolic.recurrent.unrolled import computes
from gdssm_symbolic.theory.least_squares import t
from gdssm_symbolic.writing.documents import Displayed, Paragraph, inline
from gdssm_symbolic.writing.evaluated import evaluated
from gdssm_symbolic.writing.formula_tree import Nodes, text
from gdssm_symbolic.writing.narration import (
    Statement,
    as_numbers,
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

from .toml_file import Stated


@dataclass(frozen=True)
class Checked(OwnVerdict):
    """The verdict on a layer and what it is said to be, and the objects from which it is told."""

    layer: RecurrentLayer
    claim: Claim
    answers: tuple[Decided, ...]  # one for each equation of the claim

    @property
    def verdict(self) -> Verdict:
        """Proved if every equation is, refuted if one is."""
        if self.refuted is not None:
            return Verdict.REFUTED
        return Verdict.PROVED if len(self.theorems) == len(self.answers) else Verdict.UNDECIDED

    @property
    def theorems(self) -> tuple[Theorem, ...]:
        return tuple(one.found for one in self.answers if isinstance(one.found, Theorem))

    @property
    def refuted(self) -> Counterexample | None:
        """The counterexample to the first equation that is false."""
        return self._told.found.counterexample if isinstance(self._told.found, Refuted) else None

    @property
    def constants(self) -> Constants:
        """At which constants the counterexample was found that occur only in what is divided by."""
        return self._told.constants

    @property
    def _told(self) -> Decided:
        """The equation that decides the verdict: the first that is refuted, or else undecided, or else the last."""
        refuted = (one for one in self.answers if isinstance(one.found, Refuted))
        undecided = (one for one in self.answers if one.found is None)
        return next(refuted, next(undecided, self.answers[-1]))

    @property
    def fails(self) -> str:
        """Where an equation of the relation is refuted: that it is, and whether the outputs are equal; or empty."""
        outputs = self.answers[-1]
        if self.refuted is None or not isinstance(self.claim, SameAsClaim) or self._told is outputs:
            return ""
        if outputs.found is None:
            return "the relation; whether the outputs are equal is undecided"
        return f"the relation; the outputs {'are equal' if isinstance(outputs.found, Theorem) else 'differ, too'}"

    @cached_property
    def statement(self) -> Statement:
        return self._with(self._told.meanings)

    @property
    def _together(self) -> Statement:
        """All equations of the claim, with the meanings of their names."""
        meanings = tuple(dict.fromkeys(one for answer in self.answers for one in answer.meanings))
        beside = tuple(one.equation for one in self.answers if one is not self._told)
        return replace(self._with(meanings), beside=beside)

    def _with(self, meanings: tuple[Meaning, ...]) -> Statement:
        some = self.claim.weights if isinstance(self.claim, FormulaClaim) else None
        return Statement(self._told.equation, meanings, some=some)

    @property
    @evaluated
    def scope(self) -> str:
        """For which sizes, numbers of tokens and data it is proved, and what is assumed; empty if it is not."""
        if self.verdict is not Verdict.PROVED:
            return ""
        words = [assumption for theorem in self.theorems for assumption in assumptions_of(theorem)]
        said = {assumption.name for theorem in self.theorems for assumption in theorem.assumptions}
        inverses = (one for answer in self.answers for one in answer.inverses)
        words += [one.assumed for one in inverses if one.assumption not in said]
        sides = [side for answer in self.answers for side in answer.equation.parts]
        meanings = [body for answer in self.answers for one in answer.meanings for body in one.bodies]
        powers = (power for answer in self.answers for power in answer.powers)
        words += that_are_not_zero((*sides, *meanings, *powers))
        return inline(self._together.quantifiers()) + plain(assuming_that(dict.fromkeys(words)) + self._existing)

    @property
    def _deciding(self) -> tuple[Decided, ...]:
        """The equations on which the verdict rests."""
        return self.answers if self.refuted is None else (self._told,)

    @property
    def _divided(self) -> str:
        """What is divided by where an equation fails, and for how many tokens that was tried."""
        return divided(self._told.inverses) + plain(self._existing)

    @property
    def _existing(self) -> str:
        """For how many tokens there are data of which all that is assumed holds, if it is not shown for all."""
        tokens = [one.tokens for one in self._deciding if one.tokens is not None]
        return f"; that there are such data was tried for $t ≤ {min(tokens)}$ alone" if tokens else ""

    @property
    @evaluated
    def evidence(self) -> str:
        """On one line: for what it is proved, where it fails, or why it is undecided."""
        if self.refuted is not None:
            return inline(short_counterexample(self.refuted, self.constants))
        return self.scope or f"neither proved nor refuted: {self._told.why}"

    @property
    def about(self) -> str:
        """Which states the claim is about, where it says nothing of the output; empty if it is about the output."""
        claimed = claimed_states(self.claim)
        if not claimed or self.layer.output in [name[t] for name in claimed]:
            return ""
        states = f"{'state' if len(claimed) == 1 else 'states'} {' and '.join(f'${name.text}$' for name in claimed)}"
        return f"the {states} alone; the output is no part of this claim"

    @property
    def where(self) -> str:
        """What the names in the claim stand for; of a gradient also the loss."""
        meanings = *self.statement.meanings, *self._losses, *self._further
        told = map(text, self.statement.explained(meanings))
        return NEXT_FORMULA.join((*told, *map(text, self.inverses)))

    @property
    def inverses(self) -> tuple[Nodes, ...]:
        """What the names of reciprocals and inverses stand for."""
        found = (one for answer in self.answers for inverse in answer.inverses for one in inverse.told)
        return tuple(dict.fromkeys(found))

    @property
    def gradients(self) -> tuple[Theorem, ...]:
        """That ∇ℒ is the gradient of ℒ, for each loss of the claim."""
        return tuple(one for answer in self.answers for one in answer.gradients)

    @property
    def _losses(self) -> tuple[Definition, ...]:
        return tuple(loss for one in self.answers for loss in one.losses)

    @property
    def since(self) -> str:
        """What was found and proved on the way, such as the relation of the states."""
        return "; ".join(map(to_text, self._found))

    @property
    def _found(self) -> tuple[Proposition, ...]:
        """Gradients and lemmas, each once."""
        unsaid = Assumption, ByUnitVectors
        lemmas = (written_out(one) for one in lemmas_of(self.theorems) if not isinstance(one.proof, unsaid))
        return tuple(dict.fromkeys((*(one.statement for one in self.gradients), *lemmas)))

    @property
    def _further(self) -> tuple[Meaning, ...]:
        """What names stand for that occur only in what was found on the way."""
        told = {one.name for one in (*self.statement.meanings, *self._losses)}
        told |= {meaning.name for one in self.gradients for meaning in one.defined}
        defined = dict.fromkeys(meaning for theorem in self.theorems for meaning in theorem.defined)
        occurring = {name for one in self._found for part in one.parts for name in names(part)}
        return tuple(one for one in defined if one.name in occurring - told)

    @cached_property
    def sizes(self) -> tuple[Sizes, ...]:
        """The second proofs of what is proved, by sizes, or why there is none.

        Raises Contradiction if an equation is false at some sizes.
        """
        if self.verdict is not Verdict.PROVED or any(theorem.assumptions for theorem in self.theorems):
            return ()
        return tuple(of_equation(one.equation, one.meanings) for one in self.answers)

    @cached_property
    def computed(self) -> tuple[Equation | Meaning, ...]:
        """The layer's states in closed form, and those of the other layer or of the algorithm, if it is not proved."""
        if self.verdict is Verdict.PROVED:
            return ()
        if isinstance(self.claim, SameAsClaim):
            return computes((self.layer, self.claim.other))
        found = computes((self.layer,), self.claim.products)
        own = {one.left for one in found}
        return *found, *(one for one in self._told.expected if one.left not in own)

    @property
    def computes(self) -> str:
        return "; ".join(map(to_text, self.computed))

    @evaluated
    def fields(self) -> list[tuple[str, str]]:
        """The verdict for a person, each part with its name; a part may be empty."""
        return [
            ("claim", NEXT_FORMULA.join(to_text(one.equation) for one in self.answers)),
            ("about", plain(self.about)),
            ("where", self.where),
            ("since", NEXT_FORMULA.join(map(to_text, self._found))),
            ("refuted", self.fails),
            (FOUND[self.verdict], self.evidence + (self._divided if self.refuted else "")),
            ("by sizes", "; ".join(map(str, self.sizes)) if all(one.proved for one in self.sizes) else ""),
            ("computes", NEXT_FORMULA.join(map(to_text, self.computed))),
        ]

    @evaluated
    def proof(self) -> Told:
        """The proofs line by line, those of the gradients first, or that there is none."""
        if self.verdict is not Verdict.PROVED:
            return Told(no_proof(self.verdict))
        return Told(narrate((*self.gradients, *self.theorems)))

    @property
    @evaluated
    def told(self) -> Told:
        """The verdict as a document: `told.latex` for a paper, `told.markdown` for a page."""
        found = tell_counterexample(self.refuted, self.constants) if self.refuted else Paragraph((f"{self.evidence}.",))
        return Told(
            (
                Paragraph((f"{self.verdict.capitalize()}{self.fails and f' is {self.fails}'}:",)),
                *self._with((*self._told.meanings, *self._losses)).document(),
                *((Paragraph(("assuming that",)), Displayed(self.inverses)) if self.inverses else ()),
                *((Paragraph(("since",)), Displayed(self._found)) if self._found else ()),
                *((Paragraph(("where",)), Displayed(self.statement.explained(self._further))) if self._further else ()),
                *((found,) if self.verdict is not Verdict.PROVED else ()),
                *((Paragraph(("Computed:",)), Displayed(self.computed)) if self.computed else ()),
                *((Paragraph((f"The claim is about {self.about}.",)),) if self.about else ()),
            )
        )

    def _repr_markdown_(self) -> str:
        return self.told.markdown

    def __str__(self) -> str:
        return as_lines(self.verdict, self.fields())


def that_are_not_zero(written: Iterable[Expr]) -> list[str]:
    """What is assumed of the constants by which is divided."""
    return [f"${to_text(Scalar(one))} ≠ 0$" for one in constants_not_zero(written)]


def claimed_states(claim: Claim) -> tuple[Name, ...]:
    """The states that a claim is about; none if it is about the output."""
    match claim:
        case SolverClaim(equations=equations) if equations:
            return tuple(dict.fromkeys(name for one in equations for name in names(one.left)))
        case AlgorithmClaim(state=state) | SolverClaim(state=state) | ChunkClaim(state=state):
            return (state,)
        case FormulaClaim(left=App(name=state)):
            return (state,)
    return ()


def divided(inverses: Iterable[Inverse]) -> str:
    """What is divided by where an equation fails, as it stands after the counterexample; nothing, if nothing is."""
    told = "; and ".join(one.assumed for one in inverses)
    return plain(f", where {told}") if told else ""


def written_out(theorem: Theorem) -> Proposition:
    """What a theorem says; if it is about a name that the proof gives to a product, about the product."""
    if not isinstance(theorem.statement, Equation):
        return theorem.statement
    products = [one for one in theorem.defined if isinstance(one, Definition) and not one.parameters]
    return Equation(unfold(theorem.statement.left, products), theorem.statement.right)


def check(stated: Stated) -> Checked:
    """Prove or refute that a layer is what it is said to be, for all sizes, numbers of tokens and data.

    Raises InputError if its loss has no gradient by the rules, or its claim cannot be stated in the language of the
    proofs. Raises TypeError if it is of a subclass, which could override what is read of it.
    """
    if class_of(stated) is not Stated:
        raise TypeError(f"{type(stated).__name__} is not what a recurrence file states")
    try:
        return Checked(stated.layer, stated.claim, decide(stated.layer, stated.claim))
    except DifferentialError as error:
        raise InputError("claim.loss", f"has no gradient here: {error}") from None
    except RelationError as error:
        raise InputError("claim.relation", str(error)) from None
    except (ProofError, OutsideLanguage) as error:
        raise InputError("claim", f"cannot be stated: {error}") from None


def check_entry(checked: Checked) -> dict[str, Any]:
    """A verdict for a program."""
    refuted = checked.refuted
    return {
        "verdict": checked.verdict.value,
        "statement": "; ".join((checked.statement.one_line(), *map(text, checked.inverses))),
        "about": plain(checked.about),
        "scope": checked.scope,
        "by_sizes": sizes_entry(checked.sizes[-1]) if checked.sizes else None,
        "why": checked.evidence if checked.verdict is Verdict.UNDECIDED else "",
        "since": checked.since,
        "computes": checked.computes,
        "counterexample": None if refuted is None else as_numbers(refuted, checked.constants),
    }
