"""Prove an equation line by line, and say where a proof fails: `prove`.

Only `checker.check` makes theorems, and it says no more than which line is refused. What is left over of that line is
found here, outside the trusted code.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeVar

import sympy

from .checker import CHECKS, SOURCES, check
from .display import rest
from .extensions.differentiation import Differentiation
from .extensions.functions import decide, show_equal
from .extensions.joint_induction import JointInduction
from .kernel.definitions import Meaning, Source, consistent, unfold
from .kernel.exact import class_of
from .kernel.expressions import Expr, ShapeError, Sum, free_symbols, fresh_index, names, substitute, walk, wrap
from .kernel.linear_forms import OutsideLanguage
from .kernel.normal_form import Decision
from .kernel.proofs import Calculation, GradientExpansion, Induction, Step, check_calculation, require_function
from .kernel.rules import Rule
from .kernel.statements import Equation, ProofError
from .kernel.theorem import Hypothesis, Ledger, Proof, Theorem
from .kernel.work import TooMuchWork, Work
from .writing.documents import Block, Document, Paragraph, write_text
from .writing.evaluated import evaluated
from .writing.narration import tell_chain

#: What reasons are given: sources of any kind, or meanings alone.
Given = TypeVar("Given", bound=Source)


@evaluated
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
    there may be one or several. If one of them has a sum that would stand inside another sum over the same index, lines
    are added in which one of the two is over another index. A proof of another kind, such as an `Induction`, is checked
    as it stands.

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
    if isinstance(claim, Equation) and class_of(claim) is Equation:
        sources = several(by)
        steps = [line if isinstance(line, Step) else Step(wrap(line), sources) for line in lines]
        if not steps or steps[-1].expr != claim.right:
            steps.append(Step(claim.right, sources))
        proof: Proof = Calculation(claim.left, tuple(steps))
    elif isinstance(claim, Equation) or class_of(claim) not in CHECKS:
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
        kind = type(error)
        if isinstance(proof, Calculation | Induction | JointInduction):
            try:
                return check(_with_sums_apart(proof), title, work)
            except ProofError:
                kind = ProofError if kind is OutsideLanguage else kind
            except OutsideLanguage:
                pass
        told = refusal(proof)
        if not told:
            raise
        raise kind(write_text(told).strip()) from None


def several(by: Given | Sequence[Given]) -> tuple[Given, ...]:
    """Return what was given as reasons, one or several, as several."""
    return tuple(by) if isinstance(by, Sequence) else (by,)


def decide_by(left: object, right: object, by: Source | Sequence[Source], work: Work | None = None) -> Decision:
    """Decide whether two expressions are equal, with these definitions, recurrences and theorems put in, each once.

    Equality is what `prove` proves.

    Raises:
        ProofError: a reason cannot be used, two contradict one another, or one rests on an assumption; or equality is
            not shown, and one that was put in could be put in again.
        OutsideLanguage: the core cannot decide it, as in `decide`.
    """
    sources = several(by)
    step = Step(wrap(right), sources)
    for source in sources:
        if isinstance(source, Theorem) and source.assumptions:
            raise ProofError("a decision says nothing of what is assumed; prove(…) does")
    try:
        theorem = prove(Equation(wrap(left), step.expr), by=sources, work=work)
    except ProofError:
        ledger = _ledger()
        ledger.sources(sources)
        consistent(ledger.meanings)
        closest = _closest(wrap(left), step)
        put_in = [_with_reasons(side, sources) for side in (wrap(left), step.expr)]
        again = any(unfold(side, (source,), Work()) != side for side in put_in for source in sources)
        if closest.equal or again:  # it is refused for another reason, or more may show it
            raise
        return closest
    rules = frozenset[Rule]().union(*(reason.rules for reason in theorem.reasons))
    return Decision(True, rules, decide(step.expr, step.expr).difference)


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
        error = _error_of(line, part.hypotheses)
        if isinstance(error, OutsideLanguage):  # a sum may stand inside another over its index
            error = _error_of(_apart(line), part.hypotheses)
        if error is not None:
            decided = isinstance(error, ProofError)
            verb = "does not follow from the line before it" if decided else "cannot be decided by the core"
            yield Paragraph((f"Line {number}{part.where} {verb}:",))
            yield tell_chain(line, number)
            yield from _why(before, step, part.hypotheses, error)
            return
        before = step.expr


def _error_of(line: Calculation, hypotheses: Collection[Hypothesis]) -> Exception | None:
    """Why the core refuses a line, if it does."""
    try:
        check_calculation(_ledger(), line, hypotheses)
    except (ProofError, OutsideLanguage) as error:
        return error
    return None


def _why(before: Expr, step: Step, hypotheses: Collection[Hypothesis], error: Exception) -> Iterator[Block]:
    """What is left over of a line; or, if the line was not compared with the one before it, why not."""
    try:
        _ledger().sources(step.by, hypotheses)
        closest = _closest(before, step)
    except (ProofError, OutsideLanguage) as refused:
        yield Paragraph((f"The reason: {refused}.",))
        return
    if isinstance(error, OutsideLanguage):
        yield Paragraph((f"The reason: {error}.",))
        return
    put_in = " with the reasons put in" if step.by else ""
    yield Paragraph((f"What is left over (left less right{put_in}, in normal form):",))
    yield from rest(closest.difference)


def _closest(before: Expr, step: Step) -> Decision:
    """Compare the lines, the reasons put in on the left, on the right, or on both: where the least is left over.

    Raises OutsideLanguage if it cannot be decided with the reasons put in on both sides.
    """
    left, right = (_with_reasons(side, step.by) for side in (before, step.expr))
    found = [decide(left, right)]
    for pair in dict.fromkeys([(left, step.expr), (before, right)]):
        try:
            found.append(decide(*pair))
        except OutsideLanguage:
            continue
    return min(found, key=lambda one: sum(len(block) for row in one.difference.blocks for block in row))


# ---- a sum inside another sum over the same index ---------------------------------------------------


def _with_sums_apart(proof: Calculation | Induction | JointInduction) -> Proof:
    """The proof with more lines: reasons are put in one at a time, and no sum inside another over its index."""
    if isinstance(proof, JointInduction):
        return replace(proof, parts=tuple(map(_induction_apart, proof.parts)))
    return _apart(proof) if isinstance(proof, Calculation) else _induction_apart(proof)


def _induction_apart(proof: Induction) -> Induction:
    return replace(proof, base=_apart(proof.base), step=_apart(proof.step))


def _apart(proof: Calculation) -> Calculation:
    steps: list[Step] = []
    before = proof.first
    for step in proof.steps:
        back = _put_in(step.expr, step.by)
        sides = [step.expr, *(line.expr for line in back)]
        steps += [*_put_in(before, step.by), Step(sides.pop())]
        steps += [Step(sides.pop(), line.by) for line in reversed(back)]
        before = step.expr
    return Calculation(proof.first, tuple(steps))


def _with_reasons(side: Expr, by: Sequence[Source]) -> Expr:
    lines = _put_in(side, by)
    return lines[-1].expr if lines else side


def _put_in(side: Expr, by: Sequence[Source]) -> list[Step]:
    """The lines in which each reason is put in, in turn; its sums are over indices that no sum around them has."""
    _ledger().require_sources(by)
    lines: list[Step] = []
    for source in by:
        if unfold(side, (source,), Work()) == side:
            continue
        own = _over_other_indices(side, frozenset[sympy.Symbol]().union(*map(_symbols, _parts(source))))
        lines += [Step(own)] if own != side else []
        side = unfold(own, (source,), Work())
        lines.append(Step(side, (source,)))
    return lines


def _parts(source: Source) -> tuple[Expr, ...]:
    """The expressions that a reason consists of."""
    if isinstance(source, Theorem | Hypothesis):
        return source.statement.parts
    return source.bodies if isinstance(source, Meaning) else ()


def _over_other_indices(expr: Expr, taken: frozenset[sympy.Symbol]) -> Expr:
    """The same expression, in which no sum is over an index of this name."""
    if not expr.children:
        return expr
    built = expr.mapped(lambda child: _over_other_indices(child, taken))
    if not isinstance(built, Sum) or built.index.name not in {symbol.name for symbol in taken}:
        return built
    other = fresh_index(taken | _symbols(built))
    return Sum(substitute(built.body, {built.index: other}), other, built.lower, built.upper)


def _symbols(expr: Expr) -> frozenset[sympy.Symbol]:
    """All symbols of an expression, free and bound, and those that would read like its names."""
    read_alike = (sympy.Symbol(name.text) for name in names(expr))
    return free_symbols(expr).union((node.index for node in walk(expr) if isinstance(node, Sum)), read_alike)


def _ledger() -> Ledger:
    return Ledger(Work(), show_equal, SOURCES)
