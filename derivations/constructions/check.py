"""A construction checked: proved for all sizes, or refuted, and what it computes either way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import sympy

from derivations.claim import FOUND, NEXT_FORMULA, OwnVerdict, Verdict, as_lines, no_proof, shown
from derivations.sizes import Sizes, of_equation, sizes_entry
from gdssm_symbolic.evidence.counterexamples import Counterexample, Refuted
from gdssm_symbolic.evidence.from_model import STEPS, from_models, in_model, models, reads
from gdssm_symbolic.evidence.search import MOST_STEPS
from gdssm_symbolic.kernel.exact import class_of
from gdssm_symbolic.kernel.expressions import Name, Scalar, names, walk
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Theorem
from gdssm_symbolic.kernel.work import TooMuchWork, Work
from gdssm_symbolic.layers import GradientDescent, Layer, N, a, eta, f, lam
from gdssm_symbolic.theory.decide_layer import comparison, prove_or_refute
from gdssm_symbolic.theory.least_squares import x
from gdssm_symbolic.theory.many_steps import L, ManySteps
from gdssm_symbolic.theory.one_step import OneStep
from gdssm_symbolic.writing.documents import Displayed, Paragraph, inline
from gdssm_symbolic.writing.evaluated import evaluated
from gdssm_symbolic.writing.narration import Statement, narrate, short_counterexample, tell_counterexample
from gdssm_symbolic.writing.printing import to_text
from gdssm_symbolic.writing.told import Told

from .toml_file import Construction


@dataclass(frozen=True)
class Checked(OwnVerdict):
    """The verdict on a construction, and the objects from which it is told."""

    of: OneStep | ManySteps
    verdict: Verdict
    computed: Equation | None  # None if it takes too long to write out
    refuted: Counterexample | None
    stopped: bool = False  # whether the search for targets of a linear model took too many steps
    sizes: Sizes = Sizes()  # of what is proved: the second proof
    theorem: Theorem | None = None  # what is proved

    @cached_property
    def statement(self) -> Statement:
        return Statement(self.of.claimed, self.of.meanings)

    @property
    def computes(self) -> str:
        """The output in closed form; what a stands for is told behind it, and if it is divided by, that it is not 0."""
        if self.computed is None:
            return "too long to be written out"
        decay = self.of.layer.decay
        if decay in (0, 1):
            return to_text(self.computed) + (", for L = 1" if isinstance(self.of, ManySteps) else "")
        divided = any(
            isinstance(node, Scalar) and sympy.fraction(sympy.together(node.value))[1].has(a)
            for node in walk(self.computed.right)
        )
        told = ("a" if decay == a else f"a = {to_text(decay)}") + (" ≠ 0" if divided else "")
        return to_text(self.computed) + ("" if told == "a" else f", {told}")

    @property
    def scope(self) -> str:
        """For which sizes, rates and data it is proved; empty if it is not."""
        return inline(self.statement.quantifiers()) if self.verdict is Verdict.PROVED else ""

    @property
    def evidence(self) -> str:
        """On one line: for what it is proved, or where it fails."""
        if self.verdict is Verdict.UNDECIDED:
            return f"neither proved nor refuted; a search takes at most {MOST_STEPS:,} steps"
        if self.refuted is None:
            return self.scope
        return inline(short_counterexample(self.refuted))

    @property
    def within_hypotheses(self) -> bool:
        """Whether the targets of the counterexample, if there is one, are those of a linear model."""
        return self.refuted is not None and not reads(self.refuted, self.of.problem.y)

    @property
    def targets(self) -> str:
        """In words, whether the counterexample is within the paper's assumptions; empty if there is none."""
        if self.refuted is None:
            return ""
        if self.within_hypotheses:
            return "of a linear model, so that the counterexample is within the paper's assumptions"
        found = (
            f"the search for others stopped after {STEPS:,} steps"
            if self.stopped
            else "none were found of such a model"
        )
        return f"of no linear model, beyond the paper's assumptions; {found}"

    @property
    def where(self) -> str:
        """What the names in the claim stand for, but for the numbers that the construction gives, and ℒ under ∇."""
        loss = self.of.problem.loss
        return NEXT_FORMULA.join(to_text(meaning) for meaning in self.of.meanings if meaning.uses and meaning != loss)

    def fields(self) -> list[tuple[str, str]]:
        """The verdict for a person, each part with its name; a part may be empty."""
        return [
            ("claim", to_text(self.statement.equation)),
            ("where", self.where),
            (FOUND[self.verdict], self.evidence),
            ("by sizes", str(self.sizes) if self.verdict is Verdict.PROVED else ""),
            ("targets", self.targets),
            ("computes", self.computes),
        ]

    @property
    def theorems(self) -> tuple[Theorem, ...]:
        return (self.theorem,) if self.theorem is not None else ()

    @property
    @evaluated
    def told(self) -> Told:
        """The verdict as a document: `told.latex` for a paper, `told.markdown` for a page."""
        found = Paragraph((f"{self.evidence}.",)) if self.refuted is None else tell_counterexample(self.refuted)
        return Told(
            (
                Paragraph((f"{self.verdict.capitalize()}:",)),
                *self.statement.document(),
                *((found,) if self.verdict is not Verdict.PROVED else ()),
                Paragraph(("The layer computes",)),
                Displayed((self.computed,)) if self.computed is not None else Paragraph((self.computes,)),
            )
        )

    @evaluated
    def proof(self) -> Told:
        """The proof line by line, or that there is none."""
        return Told(narrate((self.theorem,)) if self.theorem is not None else no_proof(self.verdict))

    @evaluated
    def __str__(self) -> str:
        return as_lines(self.verdict, self.fields())


def check(
    construction: Construction | Layer,
    progress: Callable[[int, int], None] | None = None,
    *,
    goal: GradientDescent | None = None,
) -> Checked:
    """Prove or refute that a construction computes gradient descent, for all f, N ≥ 1 and all η.

    What is proved is proved a second time by sizes, if it can be; `Contradiction` is raised if the two disagree.

    The construction is a layer, or what a file states. A layer is compared with `goal`; if that is left out, with one
    step from W_0 = 0 or, for two heads, with every number of steps from any W_0. `progress` is called now and then with
    the steps that the search for a counterexample took, and the most it may.

    Raises:
        ValueError: an entry of a layer is no rational function of η, N and f, or is not shown to have no pole; or a
            layer with one head is compared with something else than one step from 0.
        TypeError: a file, which states its own goal, is given another; or it is no layer, or one of a subclass.
    """
    if isinstance(construction, Construction) and class_of(construction) is Construction:
        if goal is not None:
            raise TypeError("a construction file states its own goal")
        layer, goal = construction.layer, construction.goal
    else:
        layer = construction  # type: ignore[assignment]
    of = comparison(layer, goal)
    found = prove_or_refute(of, Work(MOST_STEPS, progress))
    if isinstance(found, Theorem) and found.statement != of.claimed:
        raise RuntimeError("another statement is proved than the one that is claimed")
    refuted, stopped = found.counterexample if isinstance(found, Refuted) else None, False
    if refuted is not None and reads(refuted, of.problem.y):
        try:
            modelled = in_model(refuted, of.problem.model)
        except TooMuchWork:
            stopped = True
        else:
            refuted = modelled.counterexample if modelled else refuted
    try:
        computed = of.computes()
    except TooMuchWork:
        computed = None
    sizes = of_equation(of.claimed, of.meanings) if isinstance(found, Theorem) else Sizes()
    theorem = found if isinstance(found, Theorem) else None
    return Checked(of, Verdict(shown(found).finding), computed, refuted, stopped, sizes, theorem)


def check_entry(checked: Checked) -> dict[str, Any]:
    """A verdict for a program."""
    refuted = checked.refuted
    return {
        "verdict": checked.verdict.value,
        "statement": checked.statement.one_line(),
        "scope": checked.scope,
        "by_sizes": sizes_entry(checked.sizes) if checked.verdict is Verdict.PROVED else None,
        "why": checked.evidence if checked.verdict is Verdict.UNDECIDED else "",
        "computes": checked.computes,
        "counterexample": None if refuted is None else counterexample_entry(checked, refuted),
    }


def counterexample_entry(checked: Checked, refuted: Counterexample) -> dict[str, Any]:
    """The problem at which the construction fails: sizes, rate, samples as rows, and the two predictions."""
    sizes, scalars = dict(refuted.sizes), dict(refuted.scalars)
    data = dict(refuted.data) | from_models(refuted)
    of, problem = checked.of, checked.of.problem
    features, samples = sizes[f], sizes[N]
    targets = features if problem.vectorial else 1

    def column(name: Name, sample: int, rows: int) -> list[str]:
        matrix: Sequence[Sequence[Fraction]] = data.get((name, (sample,)), ((Fraction(0),),) * rows)
        return [str(row[0]) for row in matrix]

    entry: dict[str, Any] = {
        "f": features,
        "N": samples,
        "eta": str(scalars.get(eta, Fraction(1))),
        "x": [column(x, sample, features) for sample in range(1, samples + 1)],
        "y": [column(problem.y, sample, targets) for sample in range(1, samples + 1)],
        "x_query": column(x, samples + 1, features),
        "model": [str(row[0]) for row in refuted.left],
        "gd": [str(row[0]) for row in refuted.right],
        "within_assumptions": checked.within_hypotheses,
    }
    for model in models(refuted):
        (weights,) = (matrix for (name, _), matrix in refuted.data if name in names(model.body) and not name.arity)
        entry["W"] = [list(map(str, row)) for row in weights]
    if isinstance(of, ManySteps):
        start = Name(problem.point.text, problem.point.shape, arity=1)
        zero = ((Fraction(0),) * features,) * features
        entry["L"] = sizes.get(L, of.goal.steps)
        entry["W_0"] = [[str(number) for number in row] for row in data.get((start, (0,)), zero)]
        entry |= {"lambda": str(scalars[lam])} if lam in scalars else {}
    return entry
