"""What the certificates share: data that are taken to be 0, and members of a family that stay different ones."""

from __future__ import annotations

from gdssm_symbolic.kernel.linear_forms import ONE, Linear, Scope, Variable
from gdssm_symbolic.kernel.monomials import Letter, Monomial, letters, ordinary
from gdssm_symbolic.kernel.statements import ProofError


class CertificateError(ProofError):
    """The certificate does not show what it should; the opposite need not be true."""


#: Of an index of a name: all but its constant.
Seen = dict[tuple[str, int], tuple[tuple[Variable, int], ...]]


def require_apart(letter: Letter, seen: Seen) -> None:
    """CertificateError unless the indices of the letter differ by numbers from those that were seen of its name."""
    for place, index in enumerate(letter.indices):
        if seen.setdefault((letter.name, place), index.terms) != index.terms:
            raise CertificateError(f"two members of {letter.name} may be the same, or not, with the sizes")


def shown_to_vanish(m: Monomial, family: str, place: int, until: Linear, scope: Scope) -> bool:
    """Is a factor a member of the family whose index at a place is from 1 to `until`, for all values of the indices?

    To a power that is ≥ 1: M⁰ is I, also for M = 0. For a sum by Karr's convention nothing is shown: its index need
    not be ≥ 1.
    """
    if not all(upper.ordinary for upper in m.uppers):
        return False
    inside = Scope(scope.floors, {bound: (ONE, upper) for bound, upper in ordinary(m).items()})
    for letter in letters(m):
        if letter.name == family and not letter.arguments:
            index = letter.indices[place]
            if inside.at_least(index, 1) and inside.at_least(until - index, 0) and inside.at_least(letter.exponent, 1):
                return True
    return False


def shown_beyond(letter: Letter, place: int, until: Linear, scope: Scope) -> bool:
    """Is the index of a letter at a place shown to be larger than `until`?"""
    return scope.at_least(letter.indices[place] - until, 1)
