"""Checks that certificates share: which terms vanish when data are set to 0, and which members stay distinct."""

from __future__ import annotations

from gdssm_symbolic.kernel.linear_forms import ONE, Linear, OutsideLanguage, Scope, Variable, index
from gdssm_symbolic.kernel.monomials import Letter, Monomial
from gdssm_symbolic.kernel.statements import ProofError


class CertificateError(ProofError):
    """Raised if a certificate does not show its statement, which may still be true."""


#: The monomial of a number in which no name occurs.
UNIT = Monomial((), (), (), ())
#: For each index of each name, by its place: the terms of the index without the constant.
Seen = dict[tuple[str, int], tuple[tuple[Variable, int], ...]]


def ordinary(m: Monomial) -> dict[Variable, Linear]:
    """Return the upper bounds of the sums, by index. Raises OutsideLanguage if one is not shown to be ≥ 0."""
    for upper in m.uppers:
        if not upper.ordinary:
            raise OutsideLanguage(f"in normal form a sum over 1, …, {upper.form}, which is not shown to be ≥ 0")
    return {index(k): upper.form for k, upper in enumerate(m.uppers)}


def is_function(letter: Letter) -> bool:
    """Return whether the letter stands for a function at its argument."""
    return bool(letter.arguments)


def require_apart(letter: Letter, seen: Seen) -> None:
    """Raise CertificateError unless the letter's indices differ only by numbers from those seen before of its name."""
    for place, own in enumerate(letter.indices):
        if seen.setdefault((letter.name, place), own.terms) != own.terms:
            raise CertificateError(f"two members of {letter.name} may be the same, or not, with the sizes")


def shown_to_vanish(m: Monomial, family: str, place: int, until: Linear, scope: Scope) -> bool:
    """Return whether the monomial is shown to be 0 when the members 1, …, `until` of a family are 0.

    One of its factors must be a member of the family whose index at `place` lies in 1, …, `until` for all values of the
    summed indices, and whose exponent is ≥ 1 (M⁰ is I even if M = 0). The factor must not be a function. Returns False
    if a sum is not shown to be ordinary (`Upper`), because its index need not be ≥ 1.
    """
    if not all(upper.ordinary for upper in m.uppers):
        return False
    inside = Scope(scope.floors, {bound: (ONE, upper) for bound, upper in ordinary(m).items()})
    for letter in m.letters:
        if letter.name == family and not is_function(letter):
            own = letter.indices[place]
            if inside.at_least(own, 1) and inside.at_least(until - own, 0) and inside.at_least(letter.exponent, 1):
                return True
    return False


def shown_beyond(letter: Letter, place: int, until: Linear, scope: Scope) -> bool:
    """Return whether the index of a letter at `place` is shown to be larger than `until`."""
    return scope.at_least(letter.indices[place] - until, 1)
