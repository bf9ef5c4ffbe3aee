"""Two ways to show that an equation holds for no values of its unknowns.

**By instances.** If left = right held for all data, then Σ_k factor_k (left_k - right_k) = 0 for the sides with
particular data put in. If that is an expression in which no unknown occurs, and which is not 0 for all data, there are
no such unknowns.

**By coefficients.** If left - right = 0 for all data, and it is a polynomial in numbers x_i, y_i, …, then all its
coefficients are 0. If factors are found with which some of them add up to a number that is not 0, there are no such
unknowns. The members of a family with an index from 1 to n may be taken to be 0 before: so sums are got rid of.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from typing import NamedTuple

import sympy

from gdssm_symbolic.extensions.certificates import CertificateError, Seen, require_apart
from gdssm_symbolic.kernel.definitions import Definition, unfold
from gdssm_symbolic.kernel.expressions import Blocks, Expr, Mul, Name, Scalar, Zero, free_symbols, names, substitute
from gdssm_symbolic.kernel.linear_forms import as_linear, floor
from gdssm_symbolic.kernel.monomials import UNIT, Letter, Monomial, shown_beyond, shown_to_vanish
from gdssm_symbolic.kernel.normal_form import Normaliser, decide
from gdssm_symbolic.kernel.statements import Impossible, Independent
from gdssm_symbolic.kernel.uninterpreted import is_function


class Case(NamedTuple):
    """The equation with data put in, matrices or the number of a data set, and the factor that it is given."""

    factor: Expr
    values: tuple[Definition, ...] = ()
    numbers: tuple[tuple[sympy.Symbol, sympy.Integer], ...] = ()


class Coefficient(NamedTuple):
    """The coefficient `value` of a product of data, and the factor that it is given."""

    monomial: Expr
    value: Expr
    factor: Expr


class Vanishing(NamedTuple):
    """The members of a family whose index at a place (0 for the first) is 1, …, until are taken to be 0."""

    family: Name
    place: int
    until: sympy.Expr


def combined(left: Expr, right: Expr, statement: Impossible, cases: Iterable[Case]) -> Expr:
    """Σ factor (left - right) with the data put in; CertificateError where something else than data is put in."""
    total: Expr = Zero(*left.shape)
    for factor, values, numbers in cases:
        for value in values:
            if value.parameters or value.name not in statement.data:
                raise CertificateError("only for data anything can be put in")
            if any(floor(index) is not None for index in value.indices):
                raise CertificateError("data are put in at every index, or not at all")
        at = dict(numbers)
        if not set(at) <= set(statement.data) or not all(number.is_Integer for number in at.values()):
            raise CertificateError("only data sets are numbered")
        if any(floor(symbol) is not None and number < (floor(symbol) or 0) for symbol, number in at.items()):
            raise CertificateError("there is no data set with this number")
        first, second = (unfold(substitute(side, at), values) for side in (left, right))
        total = total + factor * (first - second)
    return total


def certified_remainder(
    statement: Impossible, remainder: Expr, nonzero: Independent, scale: sympy.Expr, given: Sequence[Expr]
) -> Expr:
    """scale · given · combination, where the combination is independent: what the remainder has to be.

    CertificateError if an unknown occurs in the remainder, or it may be 0 for all data.
    """
    _require_known(remainder, statement)
    if len(nonzero.weights) != 1 or nonzero.least:
        raise CertificateError("one function is needed that is not 0 for all data, at all sizes")
    _require_given(given, statement)
    (weight,) = nonzero.weights
    return _never_zero(scale) * Mul((*given, substitute(nonzero.combination, {weight: sympy.Integer(1)})))


def require_coefficients(
    difference: Expr, statement: Impossible, coefficients: Sequence[Coefficient], vanishing: Sequence[Vanishing]
) -> None:
    """CertificateError unless these are coefficients of the difference, where the vanishing data are 0."""
    if not difference.is_scalar:
        raise CertificateError("a number is needed, whose coefficients can be compared")
    if any(rule.family not in statement.data or rule.place not in range(rule.family.arity) for rule in vanishing):
        raise CertificateError("only members of a family of data can be taken to be 0")
    parts = [difference, *(part for c in coefficients for part in (c.monomial, c.value))]
    core = Normaliser(Blocks((tuple(parts),)))
    forms = [core.normalise(part, core.scope) for part in parts]
    if not all(form.is_number for form in forms):
        raise CertificateError("a coefficient is a number, in one piece")
    terms, *listed = (form.blocks[0][0] for form in forms)
    data = {name.text for name in statement.data if isinstance(name, Name)}
    found: dict[tuple[Letter, ...], dict[Monomial, object]] = {}
    seen: Seen = {}
    for monomial, value in terms.items():
        if not any(
            shown_to_vanish(monomial, rule.family.text, rule.place, as_linear(rule.until), core.scope)
            for rule in vanishing
        ):
            known, rest = _split(monomial, data, seen)
            for letter, rule in product(known, vanishing):
                if letter.name == rule.family.text and not shown_beyond(
                    letter, rule.place, as_linear(rule.until), core.scope
                ):
                    raise CertificateError(f"{letter.name} stands at an index that may be one of the data that are 0")
            found.setdefault(known, {})[rest] = value
    for at, value in zip(listed[::2], listed[1::2], strict=True):
        if len(at) != 1 or set(at.values()) != {core.field.one}:
            raise CertificateError("a coefficient of something that is no product of data")
        (monomial,) = at
        known, rest = _split(monomial, data, seen)
        if rest != UNIT or found.get(known, {}) != value:
            raise CertificateError("this is not the coefficient")


def certified_number(
    statement: Impossible, coefficients: Sequence[Coefficient], scale: sympy.Expr, given: Sequence[Expr]
) -> tuple[Expr, Expr]:
    """Σ factor · coefficient, and scale · given, which it has to be."""
    _require_given(given, statement)
    data = set(statement.data)
    if any(isinstance(one, sympy.Symbol) for one in data):
        raise CertificateError("data sets with numbers have no coefficients")
    total: Expr = Zero(1, 1)
    for coefficient in coefficients:
        if data & {*names(coefficient.value), *names(coefficient.factor)}:
            raise CertificateError("data stand in a coefficient or in its factor")
        total = total + coefficient.factor * coefficient.value
    wanted = Mul((_never_zero(scale), *given))
    _require_known(wanted, statement)
    return total, wanted


def _split(m: Monomial, data: set[str], seen: Seen) -> tuple[tuple[Letter, ...], Monomial]:
    """A monomial as a product of data, which are different numbers at all sizes, times the rest."""
    if m.uppers or m.body:
        raise CertificateError("a sum is left, or a matrix")
    known, rest = [], []
    for kind, word in m.numbers:
        if any(is_function(letter) for letter in word):
            raise CertificateError("a function is left that is no polynomial")
        if not any(letter.name in data for letter in word):
            rest.append((kind, word))
            continue
        (letter,) = word if len(word) == 1 and kind == "word" else (None,)
        if letter is None or letter.exponent.terms:
            raise CertificateError("the data are not numbers")
        require_apart(letter, seen)
        known.append(letter)
    return tuple(sorted(known)), m._replace(numbers=tuple(rest))


def _require_known(expr: Expr, statement: Impossible) -> None:
    if {*names(expr), *free_symbols(expr)} & set(statement.unknowns):
        raise CertificateError("an unknown is left")


def _require_given(given: Sequence[Expr], statement: Impossible) -> None:
    if any(number not in statement.given for number in given):
        raise CertificateError("a number is not given not to be 0")
    for number in given:
        _require_known(number, statement)
        if decide(number, 0).equal:
            raise CertificateError("0 is given not to be 0")


def _never_zero(scale: sympy.Expr) -> Scalar:
    """The scale, a rational function of sizes; CertificateError unless it is shown to be 0 at no sizes."""
    scalar = Scalar(scale)
    core = Normaliser(scalar)
    ((terms,),) = core.normalise(scalar, core.scope).blocks
    coefficient = terms.get(UNIT, core.field.zero)
    if set(terms) - {UNIT} or not core.scalars.never_zero(coefficient, everywhere=True):
        raise CertificateError(f"the scale {scale} may be 0, or depends on more than sizes")
    return scalar
