"""Two reciprocals are equal if what they are of is equal, such as a state and the sum that it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import combinations

from gdssm_symbolic.checker import check
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.proofs import Calculation, Step
from gdssm_symbolic.kernel.statements import ProofError
from gdssm_symbolic.kernel.theorem import Theorem

from .inverses import Fact, Inverse


def equal_reciprocals(
    inverses: Sequence[Inverse], known: Sequence[Fact], forms: Sequence[Theorem]
) -> Iterator[Theorem]:
    """Yield r = s for reciprocals of numbers that are equal by the closed forms of states.

    r = r (s y) = (r x) s = s    where r x = 1, s y = 1 and x = y
    """
    facts = {fact.about: fact for fact in known}
    numbers = [one for one in inverses if one.of.is_scalar and one.name in facts]
    for first, second in combinations(numbers, 2):
        if first.name.arity != second.name.arity:
            continue
        of_first, of_second = facts[first.name], facts[second.name]
        left, right = first.value, second.value
        lines = (
            Step(left * of_second.product.left, (of_second.source,)),
            Step(left * right * second.of, (of_second.product,)),
            Step(left * right * first.of, tuple(forms)),
            Step(of_first.product.left * right, (of_first.product,)),
            Step(right, (of_first.source,)),
        )
        with suppress(ProofError, OutsideLanguage):
            yield check(Calculation(left, lines), f"${first.name.text}$ and ${second.name.text}$ are equal")
