"""How the objects show themselves: `print` gives plain text, a notebook formulas in LaTeX and theorems as derivations.

Importing `gdssm_symbolic` gives each class below its `__str__` and its `_repr_markdown_`. It is done here, from above,
so that the core and the checker need to know nothing of how they are printed. `__repr__` stays as it is: it tells
apart what prints alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .checker import CHECKS
from .evidence.counterexamples import Counterexample, Refuted
from .extensions.impossibility import Case, Coefficient, Vanishing
from .extensions.laws import AnyLaw, Law, Normal, Uniform
from .kernel.definitions import Meaning
from .kernel.expressions import Expr, Name
from .kernel.linear_forms import OutsideLanguage
from .kernel.monomials import NormalForm
from .kernel.normal_form import Decision
from .kernel.proofs import Calculation, Step
from .kernel.rules import Rule
from .kernel.statements import Proposition
from .kernel.theorem import Assumption, Hypothesis, Reason, Theorem
from .kernel.work import Work
from .layers import ConstructedTokenLayer, GradientDescent, Layer, TwoHeadLayer, WindowLayer
from .theory.closed_form import written_out
from .theory.gd_ssm import TokenHead, WindowHead
from .theory.least_squares import LeastSquares, t
from .theory.many_steps import ManySteps
from .theory.one_step import OneStep
from .writing.documents import Displayed, Document, Paragraph, Parts, write_markdown, write_text
from .writing.narration import (
    Statement,
    assumed,
    narrate,
    quoted,
    tell_chain,
    tell_counterexample,
    tell_reason,
    tell_sources,
)
from .writing.printing import equals, to_text
from .writing.spelling import as_printed, in_ascii

# ---- one formula ------------------------------------------------------------------------------------

#: What is one formula stands in a line as it is, with no words around it.
FORMULAS = Expr, Name, Proposition, Meaning, AnyLaw, Normal, Uniform


def formula(item: Expr | Name | Proposition | Meaning | Law) -> Document:
    """The object as one displayed formula."""
    return (Displayed((item,)),)


# ---- what was decided -------------------------------------------------------------------------------


def decision(item: Decision) -> Document:
    """Equal, and by which rules; or what left less right comes to."""
    if item.equal:
        return (Paragraph((f"equal, by: {', '.join(sorted(rule.name for rule in item.rules))}",)),)
    return (
        Paragraph(("not equal by the rules of the core; left less right, in normal form:",)),
        *rest(item.difference),
    )


def rest(item: NormalForm) -> Document:
    """A normal form as one displayed formula, or why it cannot be written out."""
    if not any(block for row in item.blocks for block in row):
        return (Displayed((0,)),)
    try:
        return (Displayed((written_out(item),)),)
    except OutsideLanguage as error:
        return (Paragraph((f"not written out, because of {error}",)),)


def theorem(item: Theorem) -> Document:
    """The whole derivation, lemmas first; in LaTeX its labels begin with its title, so that theorems are told apart."""
    return narrate([item], within=re.sub(r"[^a-z0-9]+", "-", in_ascii(item.title).lower()).strip("-"))


def refuted(item: Refuted) -> Document:
    """What is false, and the counterexample; which names are data, if none has a meaning."""
    return (Paragraph(("Refuted:",)), *counterexample(item.counterexample), *_without_meaning(item.counterexample))


def _without_meaning(item: Counterexample) -> Document:
    """Whoever defined the names elsewhere is told that these definitions are not part of the equation."""
    names = list(dict.fromkeys(name for (name, _), _ in item.data))
    if item.meanings or not names:
        return ()
    first, *others = names
    listed: Parts = (first,)
    for name in others:
        listed += (" and " if name is others[-1] else ", ", name)
    are, them = ("are", "them") if others else ("is", "it")
    return (Paragraph((*listed, f" {are} data here: no definition of {them} was given.")),)


def counterexample(item: Counterexample) -> Document:
    """An equation, and the data at which its two sides differ."""
    return (*Statement(item.equation, item.meanings).document(), tell_counterexample(item))


# ---- proofs, which are not checked yet -------------------------------------------------------------


def step(item: Step) -> Document:
    """A line and what it names as its reason."""
    by: Parts = ("    [", *tell_sources(item.by), "]") if item.by else ()
    return (Paragraph(("= ", item.expr, *by)),)


def calculation(item: Calculation) -> Document:
    """The lines, with what each names as its reason."""
    return (tell_chain(item),)


def proof(item: Any) -> Document:
    """What would be proved."""
    return (Paragraph((f"{type(item).__name__}, not checked yet, to prove:",)), Displayed((item.statement,)))


def assumption(item: Assumption) -> Document:
    """What is taken from elsewhere, and under which name."""
    return (Paragraph((f"Assumed: {quoted(item)}:",)), Displayed((assumed(item),)))


def hypothesis(item: Hypothesis) -> Document:
    """What the step of an induction may use."""
    return (Paragraph(("Hypothesis of an induction:",)), Displayed((item.statement,)))


def reason(item: Reason) -> Document:
    """What a line used: sources, and rules of the core."""
    return (Paragraph(tell_reason(item)),)


def case(item: Case) -> Document:
    """Data that are put into an equation, and the factor with which it is taken."""
    chosen = tuple(equals(*pair) for pair in item.numbers)
    values = *chosen, *item.values
    return (Paragraph(("factor ", item.factor, ":")), *((Displayed(values),) if values else ()))


def coefficient(item: Coefficient) -> Document:
    """A coefficient of an equation in data, and the factor with which it is taken."""
    return (Paragraph(("coefficient of ", item.monomial, ": ", item.value, "; factor ", item.factor)),)


def vanishing(item: Vanishing) -> Document:
    """Data that are taken to be 0."""
    place = f"index {item.place + 1} of " if item.family.arity > 1 else "index of "
    return (Paragraph(("0 where the ", place, item.family, " is from 1 to ", item.until)),)


def rule(item: Rule) -> Document:
    """Its name, and why it holds."""
    return (Paragraph((f"{item.name}: {item.because}",)),)


def work(item: Work) -> Document:
    """How many steps were done, and how many may be."""
    return (Paragraph((f"{item.done:,} of at most {item.most:,} steps done",)),)


# ---- layers ---------------------------------------------------------------------------------------


def layer(item: Layer) -> Document:
    """What it puts out, and the meanings of all names in that."""
    if isinstance(item, TwoHeadLayer):
        many = ManySteps(item)
        output, names = many.claimed.left, (*many.readout, *many.states, many.stack)
    else:
        one = OneStep(item)
        output, names = one.output(t, item.beta), (*one.readout, one.state)
    return (Paragraph((f"{type(item).__name__}, which puts out",)), Displayed((output,)), *_where(names))


def head(item: WindowHead | TokenHead) -> Document:
    """Its windows or tokens, its weights, its state."""
    return (Displayed(item.meanings),)


def compared(item: OneStep | ManySteps) -> Document:
    """What is to be proved or refuted of a layer."""
    return (Paragraph(("To be proved or refuted:",)), *Statement(item.claimed, item.meanings).document())


def descent(item: GradientDescent) -> Document:
    """How many steps, from where, on which loss."""
    steps = "any number of steps" if item.steps is None else f"{item.steps} step{'s' * (item.steps != 1)}"
    words = f"{steps} of gradient descent from {'$W_0 = 0$' if item.from_zero else 'any $W_0$'}"
    parts: Parts = (words,)
    if item.penalty:
        parts = *parts, ", with the penalty ", item.penalty, " ‖W‖²"
    if item.forgetting != 1:
        parts = *parts, ", with the forgetting factor ", item.forgetting
    return (Paragraph(parts),)


def problem(item: LeastSquares) -> Document:
    """The loss, and its gradient."""
    return (Displayed((item.loss, item.gradient)),)


def _where(meanings: tuple[Meaning, ...]) -> Document:
    return Paragraph(("where",)), Displayed(meanings)


SHOWN: dict[type, Callable[[Any], Document]] = {
    **dict.fromkeys(FORMULAS, formula),
    **dict.fromkeys(CHECKS, proof),
    Calculation: calculation,
    Assumption: assumption,
    Hypothesis: hypothesis,
    Step: step,
    Reason: reason,
    Rule: rule,
    Work: work,
    Case: case,
    Coefficient: coefficient,
    Vanishing: vanishing,
    Decision: decision,
    NormalForm: rest,
    Statement: Statement.document,
    Theorem: theorem,
    Refuted: refuted,
    Counterexample: counterexample,
    ConstructedTokenLayer: layer,
    WindowLayer: layer,
    TwoHeadLayer: layer,
    WindowHead: head,
    TokenHead: head,
    OneStep: compared,
    ManySteps: compared,
    GradientDescent: descent,
    LeastSquares: problem,
}


def document_of(item: object) -> Document:
    """Return what `print` and a notebook show of an object; TypeError for one that is not of this package."""
    tell = next((SHOWN[kind] for kind in type(item).__mro__ if kind in SHOWN), None)
    if tell is None:
        raise TypeError(f"an object of type {type(item).__name__} has no document")
    return tell(item)


def install() -> None:
    """Give every class in SHOWN its `__str__` and its `_repr_markdown_`."""
    for kind, tell in SHOWN.items():
        for method, written in (
            ("__str__", _as_formula if kind in FORMULAS else _method(tell, without_end)),
            ("_repr_markdown_", _method(tell, write_markdown)),
        ):
            setattr(kind, method, written)


def without_end(document: Document) -> str:
    """Plain text without the empty line at its end, which `print` adds."""
    return as_printed(write_text(document).rstrip("\n"))


def _as_formula(self: Any) -> str:
    return as_printed(to_text(self))


def _method(tell: Callable[[Any], Document], write: Callable[[Document], str]) -> Callable[[Any], str]:
    def written(self: Any) -> str:
        return write(tell(self))

    return written
