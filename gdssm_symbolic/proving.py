"""Prove an equation line by line, and say where a proof fails: `prove`.

Only `checker.check` makes theorems, and it says no more than which line is refused. What is left over of that line is
found here, outside the trusted code.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from .checker import CHECKS, SOURCES, check
from .display import rest
from .extensions.differentiation import Differentiation
from .extensions.functions import decide, show_equal
from .extensions.joint_induction import JointInduction
from .kernel.definitions import Source, unfold
from .kernel.expressions import Expr, ShapeError, Sum, free_symbols, fresh_index, walk, wrap
from .kernel.linear_forms import OutsideLanguage
from .kernel.monomials import NormalForm
from .kernel.proofs import Calculation, GradientExpansion, Induction, Step, check_calculation, require_function
from .kernel.statements import Equation, ProofError
from .kernel.theorem import Hypothesis, Ledger, Proof, Theorem
from .kernel.work import TooMuchWork, Work
from .writing.documents import Block, Document, Paragraph, write_text
from .writing.narration import tell_chain, tell_sources


def prove(
    claim: Equation | Proof,
    *lines: Step | object,
    by: Source | Sequence[Source] = (),
    title: str = "",
    work: Work | None = None,
) -> Theorem:
    """Prove an equation by the lines between its two sides, and return the theorem.

    The calculation is left side = line 1 = … = right side. A line is an expression, or a `Step`, which names its own
    reasons. Every other line, and the right side, may use the definitions, recurrences and theorems in `by`, of which
    there may be one or several. A proof of another kind, such as an `Induction`, is checked as it stands.

    Raises:
        ProofError: a line does not follow from the line before it; the message shows it, and what is left over.
        OutsideLanguage: the core cannot decide a line; the message shows it, with the reason.
        TypeError: it is no equation and no proof, or lines or reasons are given for a proof, which has its own.

    >>> import gdssm
    >>> A, u = gdssm.Name("A", (gdssm.f, gdssm.f))(), gdssm.Name("u", (gdssm.f, 1))()
    >>> B = gdssm.Definition(gdssm.Name("B", (gdssm.f, gdssm.f)), A + A.T)
    >>> b = B.name()
    >>> theorem = gdssm.prove(gdssm.Equation(b.T * u, b * u), by=[B], title="B is symmetric")
    >>> print(theorem)  # doctest: +NORMALIZE_WHITESPACE
    Theorem: B is symmetric
    ·······················
    <BLANKLINE>
    For all f ≥ 1, all u ∈ R^f, A ∈ R^{f×f}:
    <BLANKLINE>
        Bᵀ u = B u
    <BLANKLINE>
    with
    <BLANKLINE>
        B = A + Aᵀ
    <BLANKLINE>
            Bᵀ u
      (1)   = B u
                [definition of B; field, distribute, transpose]
    >>> wrong = gdssm.Equation(b * u, 2 * A * u)
    >>> gdssm.prove(wrong, A * u + A.T * u, by=[B])  # doctest: +NORMALIZE_WHITESPACE
    Traceback (most recent call last):
      ...
    gdssm_symbolic.kernel.statements.ProofError: Line 2 does not follow from the line before it:
    <BLANKLINE>
            A u + Aᵀ u
      (2)   = 2 A u                                                   [definition of B]
    <BLANKLINE>
    What is left over (left less right with the reasons put in, in normal form):
    <BLANKLINE>
        −A u + Aᵀ u
    """
    if isinstance(claim, Equation):
        sources = tuple(by) if isinstance(by, Sequence) else (by,)
        steps = [line if isinstance(line, Step) else Step(wrap(line), sources) for line in lines]
        if not steps or steps[-1].expr != claim.right:
            steps.append(Step(claim.right, sources))
        proof: Proof = Calculation(claim.left, tuple(steps))
    elif type(claim) not in CHECKS:
        raise TypeError(f"{type(claim).__name__} is no equation and no proof; Equation(left, right) is an equation")
    elif lines or by:
        raise TypeError(f"{type(claim).__name__} has lines and reasons of its own")
    else:
        proof = claim
    try:
        return check(proof, title, work)
    except TooMuchWork:  # what is left over would be more work
        raise
    except (ProofError, OutsideLanguage) as error:
        told = refusal(proof)
        if not told:
            raise
        raise type(error)(write_text(told).strip()) from None


def refusal(proof: Proof) -> Document:
    """Tell which line of a refused proof does not follow, and what is left over; nothing if every line follows."""
    try:
        parts = list(_calculations(proof))
        for part in parts:
            _ledger().require_sources(source for step in part.calculation.steps for source in step.by)
    except (ProofError, OutsideLanguage, ShapeError):
        return ()  # it has no such lines: the checker's own message says why
    return next((told for part in parts if (told := tuple(_refused(part)))), ())


class _Part(NamedTuple):
    """A calculation in a proof, which part of the proof it is, and the hypotheses that it may use."""

    where: str
    calculation: Calculation
    hypotheses: tuple[Hypothesis, ...] = ()


def _calculations(proof: object) -> Iterator[_Part]:
    match proof:
        case Calculation():
            yield _Part("", proof)
        case Induction():
            yield _Part(" of the base case", proof.base)
            yield _Part(" of the induction step", proof.step, (proof.hypothesis,))
        case JointInduction(parts=inductions):
            for number, part in enumerate(inductions, 1):
                yield _Part(f" of the base case of equation {number}", part.base)
                yield _Part(f" of the induction step of equation {number}", part.step, proof.hypotheses)
        case GradientExpansion(function=function, gradient=gradient):
            require_function(function, gradient)
            expansion, scaled = proof.statement, proof.homogeneity
            yield _Part(
                " of the expansion", Calculation(expansion.left, (Step(expansion.right, (function, gradient)),))
            )
            yield _Part(" for the remainder", Calculation(scaled.left, (Step(scaled.right),)))
        case Differentiation(function=function, gradient=gradient):
            require_function(function, gradient)
            wanted = proof.differential()
            yield _Part(" of the differential", Calculation(wanted.left, (Step(wanted.right),)))


def _refused(part: _Part) -> Iterator[Block]:
    """Tell the first line that the core refuses, if there is one."""
    before = part.calculation.first
    for number, step in enumerate(part.calculation.steps, 1):
        line = Calculation(before, (step,))
        try:
            check_calculation(_ledger(), line, part.hypotheses)
        except (ProofError, OutsideLanguage) as error:
            decided = isinstance(error, ProofError)
            verb = "does not follow from the line before it" if decided else "cannot be decided by the core"
            yield Paragraph((f"Line {number}{part.where} {verb}:",))
            yield tell_chain(line, number)
            yield from _why(before, step, part.hypotheses, error)
            return
        before = step.expr


def _why(before: Expr, step: Step, hypotheses: Collection[Hypothesis], error: Exception) -> Iterator[Block]:
    """What is left over of a line; or, if the line was not compared with the one before it, why not."""
    left_out: tuple[Block, ...] = ()
    try:
        _ledger().sources(step.by, hypotheses)
        left_out = tuple(_not_put_in(before, step))
        left_over = _smallest_difference(before, step)
    except (ProofError, OutsideLanguage) as refused:
        error, left_over = refused, None
    yield from left_out
    if isinstance(error, OutsideLanguage) or left_over is None:
        if not left_out:
            yield Paragraph((f"The reason: {error}.",))
        return
    put_in = " with the reasons put in" if step.by and not left_out else ""
    yield Paragraph((f"What is left over (left less right{put_in}, in normal form):",))
    yield from rest(left_over)


def _not_put_in(before: Expr, step: Step) -> Iterator[Block]:
    """Name the first reason that would put a sum inside another sum over the same index, which the core refuses."""
    for side in (before, step.expr):
        for source in step.by:
            put_in = unfold(side, (source,), Work())
            if put_in != side and (index := _bound_twice(put_in)):
                indices = frozenset(node.index for node in walk(put_in) if isinstance(node, Sum))
                other = fresh_index(indices | free_symbols(put_in))
                why = f"because its sum over {index} would stand inside another sum over {index}"
                mend = f"Write one of the two over another index, such as {other}."
                yield Paragraph(("Not put in: ", *tell_sources([source]), f", {why}. {mend}"))
                return
            side = put_in


def _bound_twice(expr: Expr, outer: frozenset[str] = frozenset()) -> str:
    """Return the index of a sum that stands inside another sum over it; empty if there is none."""
    if isinstance(expr, Sum):
        if expr.index.name in outer:
            return expr.index.name
        outer |= {expr.index.name}
    return next(filter(None, (_bound_twice(child, outer) for child in expr.children)), "")


def _smallest_difference(before: Expr, step: Step) -> NormalForm | None:
    """Left less right, with the reasons put in on the left, on the right, or on both: the one of fewest terms."""
    left, right = (unfold(side, step.by, Work()) for side in (before, step.expr))
    found = []
    for pair in dict.fromkeys([(left, step.expr), (before, right), (left, right)]):
        try:
            found.append(decide(*pair).difference)
        except OutsideLanguage:
            continue
    return min(found, key=lambda form: sum(len(block) for row in form.blocks for block in row), default=None)


def _ledger() -> Ledger:
    return Ledger(Work(), show_equal, SOURCES)
