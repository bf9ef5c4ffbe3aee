"""Two ways to show that no values of the unknowns make an equation hold for all data.

**By instances.** Suppose that left = right for all data. Then Σ_k factor_k (left_k - right_k) = 0, where left_k and
right_k are the two sides with particular data put in. If this sum contains no unknown and is not 0 for all data, that
is a contradiction.

**By coefficients.** Suppose that left - right is a polynomial in numbers x_i, y_i, … and is 0 for all data. Then its
coefficients are all 0. If some of them, each times a factor, add up to a number other than 0, that is a contradiction.
Before coefficients are compared, the members of a family with an index from 1 to n may be set to 0, which removes sums.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import sympy

from gdssm_symbolic.kernel.definitions import Definition, Meaning, Source, unfold
from gdssm_symbolic.kernel.expressions import (
    Blocks,
    Expr,
    Mul,
    Name,
    Scalar,
    ShapeError,
    Zero,
    free_symbols,
    names,
    substitute,
)
from gdssm_symbolic.kernel.immutable import Immutable
from gdssm_symbolic.kernel.linear_forms import as_linear, floor
from gdssm_symbolic.kernel.monomials import Letter, Monomial
from gdssm_symbolic.kernel.rules import Rule
from gdssm_symbolic.kernel.statements import Equation, ProofError, Proposition
from gdssm_symbolic.kernel.theorem import Ledger, Theorem, require_unvaried
from gdssm_symbolic.kernel.work import Work

from .certificates import UNIT, CertificateError, Seen, is_function, require_apart, shown_beyond, shown_to_vanish
from .functions import WithFunctions, decide
from .independence import Independent

FILE = "extensions/impossibility.py"

ABSURD = Rule(
    "absurd",
    "if an equation held for all data, so would every linear combination of its instances; if that says that something "
    "is 0 which is not, and in which no unknown occurs, no values of the unknowns make the equation hold",
    FILE,
)
COEFFICIENTS = Rule(
    "coefficients",
    "a polynomial that is 0 for all data has coefficients 0, also where some of the data are 0: a combination of them "
    "that is a number other than 0, and free of unknowns, shows that no values of the unknowns make it 0",
    FILE,
)


@dataclass(frozen=True)
class Impossible(Proposition):
    """No values of the `unknowns` make the equation hold for all `data`.

    The unknowns (scalars, matrices, functions) may depend on the sizes and on everything that is neither unknown nor
    data. A name with a meaning stands for this meaning, evaluated at the same unknowns and data. Data are matrices, and
    integers that number data sets. The numbers in `given` are known not to be 0.
    """

    equation: Equation
    unknowns: tuple[sympy.Symbol | Name, ...]
    data: tuple[sympy.Symbol | Name, ...]
    given: tuple[Expr, ...] = ()

    def complete(self) -> None:
        if len({*self.unknowns, *self.data}) < len(self.unknowns) + len(self.data):
            raise ProofError("a name is unknown and given, or named twice")
        if any(isinstance(one, sympy.Symbol) and one.is_integer for one in self.unknowns):
            raise ProofError("a size is no unknown")
        if any(isinstance(one, sympy.Symbol) and not one.is_integer for one in self.data):
            raise ProofError("only integers number data sets")
        if not all(one.is_scalar for one in self.given):
            raise ShapeError("only a number is given not to be 0")
        if {*self.unknowns, *self.data} & {one for g in self.given for one in (*names(g), *free_symbols(g))}:
            raise ProofError("what is given not to be 0 is fixed: no data, and no unknown")

    @property
    def parts(self) -> tuple[Expr, ...]:
        return (*self.equation.parts, *self.given)

    @property
    def bound(self) -> tuple[sympy.Symbol | Name, ...]:
        return (*self.unknowns, *self.data)


class Case(NamedTuple):
    """An instance of the equation: the data put in (matrices, or numbers of data sets), and its factor in the sum."""

    factor: Expr
    values: tuple[Definition, ...] = ()
    numbers: tuple[tuple[sympy.Symbol, sympy.Integer], ...] = ()


class Coefficient(NamedTuple):
    """The coefficient `value` of a product of data, `monomial`, and the factor by which it is multiplied."""

    monomial: Expr
    value: Expr
    factor: Expr


class Vanishing(NamedTuple):
    """The members of `family` whose index at `place` (0 for the first) is 1, …, `until` are set to 0."""

    family: Name
    place: int
    until: sympy.Expr


@dataclass(frozen=True)
class Absurdity(Immutable):
    """A proof by instances: factor · (left - right), with the data of each case put in, adds up to `remainder`.

    The remainder is scale · given · combination. The theorem `nonzero` says that the combination is not 0 for all data.
    """

    statement: Impossible
    cases: tuple[Case, ...]
    remainder: Expr
    nonzero: Theorem
    scale: sympy.Expr = sympy.Integer(1)
    given: tuple[Expr, ...] = ()
    by: tuple[Source, ...] = ()


@dataclass(frozen=True)
class ByCoefficients(Immutable):
    """A proof by coefficients: factor · coefficient adds up to scale · given, for some coefficients of left - right."""

    statement: Impossible
    coefficients: tuple[Coefficient, ...]
    scale: sympy.Expr = sympy.Integer(1)
    given: tuple[Expr, ...] = ()
    by: tuple[Source, ...] = ()
    vanishing: tuple[Vanishing, ...] = ()


def check_absurdity(ledger: Ledger, proof: Absurdity) -> None:
    """Check that an equation is impossible, by instances of it.

    Σ factor · (left - right), with the data of each case put in, equals scale · given · φ
    φ is not 0 for all data, and contains no unknown, nothing fixed and nothing defined
    scale, a function of sizes, is never 0      each number in given is not 0
    data and unknowns are free (`_require_free`)      numbers of data sets are free in no meaning
    ─────────────────────────────────────────────────────────────────────────────────────────────
            no values of the unknowns make left = right hold for all data
    """
    if not isinstance(proof.nonzero.statement, Independent):
        raise ProofError("that the remainder is not 0 for all data is to be proved")
    statement = proof.statement
    left, right = statement.equation.parts
    ledger.sources(proof.by)
    if any(case.values for case in proof.cases):
        left, right = _written_out(ledger, left, proof.by), _written_out(ledger, right, proof.by)
    require_unvaried([number for case in proof.cases for number, _ in case.numbers], ledger.meanings, "a case")
    fixed = {name for part in (left, right, *statement.given) for name in names(part)}
    fixed |= _named_by(ledger.meanings)
    if proof.nonzero.meanings or (fixed - set(statement.data)) & set(names(proof.nonzero.statement.combination)):
        raise ProofError("the remainder is to be free of what is fixed, and of definitions")
    put = [part for case in proof.cases for part in (case.factor, *(value.body for value in case.values))]
    _require_free(ledger, statement, put)
    ledger.lemma(proof.nonzero)
    total = combined(left, right, statement, proof.cases)
    wanted = certified_remainder(statement, proof.remainder, proof.nonzero.statement, proof.scale, proof.given)
    ledger.used |= ledger.equal(total, proof.remainder, proof.by)
    ledger.used |= ledger.equal(proof.remainder, wanted)
    ledger.used.add(ABSURD)


def check_coefficients(ledger: Ledger, proof: ByCoefficients) -> None:
    """Check that an equation is impossible, by coefficients of it as a polynomial in the data.

    left - right is a polynomial in numbers that are data
    coefficients of left - right, each times a factor, add up to scale · given
    scale, a function of sizes, is never 0, and each number in given is not 0
    coefficients and factors contain no data, scale and given contain no unknown
    data and unknowns are free (`_require_free`)
    ────────────────────────────────────────────────────────────────────────────
        no values of the unknowns make left = right hold for all data
    """
    ledger.sources(proof.by)
    left, right = (_written_out(ledger, side, proof.by) for side in proof.statement.equation.parts)
    _require_free(ledger, proof.statement, [coefficient.factor for coefficient in proof.coefficients])
    require_coefficients(left - right, proof.statement, proof.coefficients, proof.vanishing, ledger.work)
    total, wanted = certified_number(proof.statement, proof.coefficients, proof.scale, proof.given)
    ledger.used |= ledger.equal(total, wanted)
    ledger.used.add(COEFFICIENTS)


def _require_free(ledger: Ledger, statement: Impossible, put: Sequence[Expr]) -> None:
    """Raise ProofError unless data and unknowns are free, and what is put in or given contains no defined name.

    Free means that they have no meaning and that nothing is assumed. A defined name could hide an unknown, data or a
    pole. If an expression that is put in may have a pole, OutsideLanguage is raised: for the core a x / a is x, but
    a x = 0 holds at a = 0, where one cannot divide by a.
    """
    defined = {meaning.name for meaning in ledger.meanings}
    if bound := defined & {*statement.data, *statement.unknowns}:
        raise ProofError(f"{bound.pop().text} is defined, and no longer free")
    if hidden := defined & {name for part in (*put, *statement.given) for name in names(part)}:
        raise ProofError(f"{hidden.pop().text} is defined, and may hide an unknown, data, or a pole")
    if ledger.assumptions:
        raise ProofError("what is assumed of data or unknowns would restrict them")
    ledger.gate(*put, everywhere=True)


def _named_by(meanings: Iterable[Meaning]) -> set[Name]:
    """Return the names that have one of these meanings, and the names on which a meaning rests."""
    return {name for meaning in meanings for name in (meaning.name, *meaning.uses)}


def combined(left: Expr, right: Expr, statement: Impossible, cases: Iterable[Case]) -> Expr:
    """Return Σ factor · (left - right) with the data of each case put in.

    Raises CertificateError if anything but data would be replaced, if matrices would be replaced at some indices only,
    or if there is no data set with the given number.
    """
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
    """Return scale · given · combination, which the remainder has to equal. `nonzero` is about the combination.

    Raises CertificateError if an unknown occurs in the remainder, or if the remainder may be 0 for all data.
    """
    _require_known(remainder, statement)
    if len(nonzero.weights) != 1 or nonzero.least:
        raise CertificateError("one function is needed that is not 0 for all data, at all sizes")
    _require_given(given, statement)
    (weight,) = nonzero.weights
    return _never_zero(scale) * Mul((*given, substitute(nonzero.combination, {weight: sympy.Integer(1)})))


def require_coefficients(
    difference: Expr,
    statement: Impossible,
    coefficients: Sequence[Coefficient],
    vanishing: Sequence[Vanishing],
    work: Work,
) -> None:
    """Raise CertificateError unless these are coefficients of the difference once the vanishing data are set to 0."""
    if not difference.is_scalar:
        raise CertificateError("a number is needed, whose coefficients can be compared")
    if any(rule.family not in statement.data or rule.place not in range(rule.family.arity) for rule in vanishing):
        raise CertificateError("only members of a family of data can be taken to be 0")
    parts = [difference, *(part for c in coefficients for part in (c.monomial, c.value))]
    core = WithFunctions(Blocks((tuple(parts),)), work)
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
        if len(at) != 1 or list(at.values()) != [core.scalars.one]:
            raise CertificateError("a coefficient of something that is no product of data")
        (monomial,) = at
        known, rest = _split(monomial, data, seen)
        if rest != UNIT or found.get(known, {}) != value:
            raise CertificateError("this is not the coefficient")


def certified_number(
    statement: Impossible, coefficients: Sequence[Coefficient], scale: sympy.Expr, given: Sequence[Expr]
) -> tuple[Expr, Expr]:
    """Return Σ factor · coefficient and scale · given, which have to be equal.

    Raises CertificateError if data stand in a coefficient or a factor, if an unknown stands in scale · given, or if
    scale · given may be 0.
    """
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
    """Split a monomial into its factors that are data, which must be numbers distinct at all sizes, and the rest."""
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
    """Return the scale, a rational function of sizes. Raises CertificateError unless it is shown to be never 0."""
    scalar = Scalar(scale)
    core = WithFunctions(scalar)
    ((terms,),) = core.normalise(scalar, core.scope).blocks
    coefficient = terms.get(UNIT, core.scalars.zero)
    if set(terms) - {UNIT} or not core.scalars.never_zero(coefficient, everywhere=True):
        raise CertificateError(f"the scale {scale} may be 0, or depends on more than sizes")
    return scalar


def _written_out(ledger: Ledger, side: Expr, by: tuple[Source, ...]) -> Expr:
    """Return a side in which all names with a meaning are replaced: only data, unknowns and fixed names are left.

    Raises ProofError if a name with a meaning is left.
    """
    written = unfold(side, by, ledger.work)
    if left_over := {meaning.name for meaning in ledger.meanings} & set(names(written)):
        raise ProofError(f"{left_over.pop().text} is left, which is not data alone")
    return written
