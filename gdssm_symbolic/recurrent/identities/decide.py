"""Is an equation true? A theorem for all sizes and data, or a confirmed counterexample.

What the core has a normal form for is decided by it. Otherwise the equation is said again with names that have
recurrences, and proved from these by induction. Wherever it is said again, the sides as they were asked for are
evaluated in plain fractions: they have to agree with the counterexample, or at small sizes with what is proved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, islice
from types import MappingProxyType

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence.counterexamples import Constants, Refuted, free_of, points, refute
from gdssm_symbolic.evidence.evaluation import Evaluator, Matrix
from gdssm_symbolic.kernel.definitions import Meaning
from gdssm_symbolic.kernel.exact import class_of
from gdssm_symbolic.kernel.expressions import App, Scalar, walk
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage, as_linear
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Theorem, sizes_of
from gdssm_symbolic.kernel.work import TooMuchWork
from gdssm_symbolic.recurrent.existence import tokens_tried
from gdssm_symbolic.recurrent.inverses import Inverse
from gdssm_symbolic.recurrent.refutation import most_sizes
from gdssm_symbolic.recurrent.refuted_where_divided import refute_with
from gdssm_symbolic.recurrent.relation import may_hold

from . import inverses_of, proving
from .clearing import by_clearing
from .limits import require_few_terms
from .naming import LEVELS, InNames, apart, in_names
from .trial import drawn

#: A counterexample is sought where all sizes and lengths are at most SMALL, then for lengths up to LONGEST at sizes 1.
SMALL, LONGEST = 2, 4
#: The scalars at which what is proved is compared with what was asked for, at so many choices of sizes.
SCALARS, POINTS, LONG_POINTS, TRIED = (Fraction(2), Fraction(-3)), 12, 24, 24

Values = Mapping[sympy.Symbol, Fraction]


@dataclass(frozen=True)
class Answer:
    """An equation as it was asked for, and as it is stated: with names, whose meanings are given, and inverses.

    What was found is a theorem or a counterexample to what is stated, or None, and then `why` is the reason.
    """

    asked: Equation
    stated: Equation
    meanings: tuple[Meaning, ...] = ()
    inverses: tuple[Inverse, ...] = ()
    found: Theorem | Refuted | None = None
    why: str = ""
    constants: Constants = ()


def decide_equation(equation: Equation) -> Answer:
    """Prove or refute an equation, for all sizes, lengths, data and scalars.

    Raises OutsideLanguage if it cannot be stated: a part of it has no value everywhere, or has no name here; and
    TooMuchWork if it has too many terms when it is written out. Raises TypeError if it is no equation.
    """
    if class_of(equation) is not Equation:
        raise TypeError(f"{type(equation).__name__} is no equation, or was not finished")
    _require_values(equation)
    require_few_terms(equation)
    asked = apart(equation)
    named, inverses = inverses_of.with_inverses(asked)
    if inverses:
        answer = _with_inverses(equation, named, inverses)
        of_bases = inverses_of.with_inverses(asked, of_bases=True)
        if answer.found is None and of_bases[0] != named:
            further = _with_inverses(equation, *of_bases)
            return answer if further.found is None else further
        return answer
    why = list[str]()
    with suppress(OutsideLanguage):  # the core has no normal form for it
        try:
            theorem = check(Calculation(asked.left, (Step(asked.right),)), "the equation")
            return Answer(equation, asked, found=theorem)
        except ProofError as error:
            if (refuted := _counterexample(asked, ())) is not None:
                return Answer(equation, asked, found=refuted)
            why.append(str(error))
    claims = _claims(asked)
    for claim in claims if holds_where_tried(asked) else ():
        for attempt in proving.attempts(claim):
            with suppress(ProofError, OutsideLanguage):
                theorem = attempt()
                require_same_meaning(asked, claim)
                return Answer(equation, claim.equation, claim.meanings, found=theorem)
    return _refuted(equation, asked, claims)


def _require_values(equation: Equation) -> None:
    """Raise OutsideLanguage if a number is infinite or none, or an index is not integer-linear."""
    for part in (part for side in equation.parts for part in walk(side)):
        if isinstance(part, Scalar) and part.value.has(sympy.zoo, sympy.nan, sympy.oo, -sympy.oo):
            raise OutsideLanguage(f"{part.value} has no value: something divides by zero")
        for index in part.indices if isinstance(part, App) else ():
            as_linear(index)


def _claims(asked: Equation) -> list[InNames]:
    """The equation in few names, and in more. Raises OutsideLanguage if it cannot be said in any."""
    found, refused = list[InNames](), list[OutsideLanguage]()
    for level in LEVELS:
        try:
            claim = in_names(asked, level)
        except OutsideLanguage as error:
            refused.append(error)
            continue
        if claim not in found:
            found.append(claim)
    if not found:
        raise refused[0]
    return found


def _refuted(equation: Equation, asked: Equation, claims: list[InNames]) -> Answer:
    refused = list[OutsideLanguage]()
    for claim in claims:
        try:
            found = _counterexample(claim.equation, claim.meanings)
        except OutsideLanguage as error:
            refused.append(error)
            continue
        if found is not None:
            _require_confirmed(asked, found)
        why = "" if found else "no induction over one of its letters is found, and no counterexample"
        return Answer(equation, claim.equation, claim.meanings, found=found, why=why)
    raise refused[0]


def _with_inverses(equation: Equation, named: Equation, inverses: tuple[Inverse, ...]) -> Answer:
    for attempt in inverses_of.attempts(named, inverses):
        with suppress(ProofError, OutsideLanguage):
            theorem = attempt()
            if tokens_tried(named, (), inverses) != 0:
                return Answer(equation, named, (), inverses, theorem)
            return Answer(equation, named, (), inverses, why="wherever it was tried, an inverse does not exist")
    if not may_hold(named, (), inverses):
        found = refute_with(named, (), inverses)
        if found is not None:
            return Answer(equation, named, (), inverses, found.refuted, constants=found.constants)
    for claim in _claims(named):
        with suppress(ProofError, OutsideLanguage):
            theorem = by_clearing(claim, inverses)
            require_same_meaning(named, claim)
            if tokens_tried(named, (), inverses) != 0:
                return Answer(equation, claim.equation, claim.meanings, inverses, theorem)
    found = refute_with(named, (), inverses)
    if found is None:
        return Answer(equation, named, (), inverses, why="it does not follow from what is assumed")
    return Answer(equation, named, (), inverses, found.refuted, constants=found.constants)


def _counterexample(equation: Equation, meanings: tuple[Meaning, ...]) -> Refuted | None:
    """Search at small sizes, then for more terms. Raises OutsideLanguage if the equation cannot be stated."""
    sizes = sizes_of(equation.left) | sizes_of(equation.right)

    def is_narrow(values: Values) -> bool:
        return all(value == 1 for one, value in values.items() if one in sizes)

    most = most_sizes(equation, meanings)
    with suppress(TooMuchWork):
        if found := refute(equation, meanings, largest=SMALL, most=most):
            return found
    with suppress(TooMuchWork):
        return refute(equation, meanings, largest=LONGEST, admissible=is_narrow, most=most)
    return None


# ---- what was asked for, in plain fractions ----------------------------------------------------


def _require_confirmed(asked: Equation, refuted: Refuted) -> None:
    """Raise RuntimeError unless both sides, as they were asked for, have the values in the counterexample."""
    found = refuted.counterexample
    given = {**{one: Fraction(size) for one, size in found.sizes}, **dict(found.scalars)}
    values = {one: given.get(one, Fraction(1)) for one in asked.free}
    data = {cell: [list(row) for row in matrix] for cell, matrix in found.data}
    evaluate = Evaluator(values, lambda name, at, rows, columns: data.get((name, at), [[0] * columns] * rows))
    for side, expected in zip(asked.parts, (found.left, found.right), strict=True):
        if tuple(map(tuple, evaluate(side))) != expected:
            raise RuntimeError("the names do not mean what was asked for")


def holds_where_tried(equation: Equation, meanings: tuple[Meaning, ...] = ()) -> bool:
    """Whether both sides are equal at several small sizes, at drawn data; otherwise a proof need not be sought."""
    for values in islice(points(free_of(equation, meanings), SMALL, SCALARS), TRIED):
        evaluate = Evaluator(values, drawn(), meanings)
        with suppress(ArithmeticError, OutsideLanguage):
            left, right = map(evaluate, equation.parts)
            if left != right:
                return False
    return True


def require_same_meaning(asked: Equation, claim: InNames, known: tuple[Meaning, ...] = ()) -> None:
    """Raise RuntimeError if what was asked for has other values than what is stated, at one of several small sizes.

    States are data here; `known` are the meanings of names that were asked for.
    """
    sizes = sizes_of(asked.left) | sizes_of(asked.right)
    small = islice(values_at(asked, claim, known), POINTS)
    narrow = islice(values_at(asked, claim, known, LONGEST, dict.fromkeys(sizes, 1)), LONG_POINTS)
    for side, other, before, after in chain(small, narrow):
        if side != before or other != after:
            raise RuntimeError("the names do not mean what was asked for")


def values_at(
    asked: Equation,
    claim: InNames,
    known: tuple[Meaning, ...] = (),
    largest: int = SMALL,
    fixed: Mapping[sympy.Symbol, int] = MappingProxyType({}),
) -> Iterator[tuple[Matrix, Matrix, Matrix, Matrix]]:
    """Yield the values of both sides as they were asked for, and of both sides in names, at small sizes and drawn data.

    Points at which what was asked for has no value are left out; what is stated may have none there, either.
    """
    free = free_of(asked, known) | free_of(claim.equation, (*known, *claim.meanings))
    given = {one: Fraction(size) for one, size in fixed.items() if one in free}
    for chosen in points(free - given.keys(), largest, SCALARS):
        data, values = drawn(), {**chosen, **given}
        plain, named = Evaluator(values, data, known), Evaluator(values, data, (*known, *claim.meanings))
        try:
            left, right = map(plain, asked.parts)
        except ArithmeticError:
            continue
        before, after = map(named, claim.equation.parts)
        yield left, right, before, after
