"""Mutated twins, generated: each differs from a right construction, or from a right proof, in one respect.

`mutants` changes the numbers of a layer. Of a theorem, `try_twins` changes one thing at a time in its proof, which is
data, or in what one of its names means, there and in all lemmas (`one_change` says what can be changed). `altered`,
`with_last_line` and `with_other` make the one twin that a test is about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import is_dataclass, replace
from fractions import Fraction
from functools import cached_property, partial
from itertools import chain, islice, zip_longest
from random import Random
from typing import Any, NamedTuple

import sympy
from one_change import Change, Path, alike_in, changes_in, parts_of, rebuilt, told, with_part

from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence.small_sizes import holds
from gdssm_symbolic.extensions.functions import decide
from gdssm_symbolic.extensions.limits import replaced
from gdssm_symbolic.kernel.definitions import Definition, Meaning, Recurrence
from gdssm_symbolic.kernel.expressions import Expr, Name, ShapeError
from gdssm_symbolic.kernel.immutable import Immutable
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.proofs import Calculation
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Proof, Theorem
from gdssm_symbolic.kernel.work import TooMuchWork, Work
from gdssm_symbolic.layers import ConstructedTokenLayer, Entries, Layer, TwoHeadLayer, WindowLayer

# ---- layers ----------------------------------------------------------------------------------------

VALUES = tuple(map(sympy.Integer, (-1, 0, 1, 2)))
DECAYS = (sympy.Integer(0), sympy.Integer(-1), sympy.Rational(1, 2), sympy.Integer(2))


def entry_changes(matrix: Entries) -> Iterator[tuple[str, Entries]]:
    """Every change of one entry to another small number."""
    for r in range(matrix.rows):
        for c in range(matrix.cols):
            for value in VALUES:
                if value != matrix[r, c]:
                    changed = matrix.as_mutable()
                    changed[r, c] = value
                    yield f"[{r},{c}]={value}", sympy.ImmutableDenseMatrix(changed)


def mutants(layer: Layer) -> Iterator[tuple[str, Layer]]:
    """Single entries, signs, stride, decay, transposes, one at a time, with a name each."""
    matrices = {
        ConstructedTokenLayer: ("Psi", "Theta"),
        WindowLayer: ("Q", "q"),
        TwoHeadLayer: ("Q", "Q_tilde", "q"),
    }[type(layer)]
    for name in matrices:
        original = getattr(layer, name)
        for change, changed in entry_changes(original):
            yield f"{name}{change}", replace(layer, **{name: changed})
        yield f"-{name}", replace(layer, **{name: -original})
        if original.rows == original.cols and original != original.T:
            yield f"{name} transposed", replace(layer, **{name: original.T})
    factor = "rate" if isinstance(layer, TwoHeadLayer) else "beta"
    yield f"-{factor}", replace(layer, **{factor: -getattr(layer, factor)})
    for decay in DECAYS:
        yield f"decay={decay}", replace(layer, decay=decay)
    if not isinstance(layer, ConstructedTokenLayer):
        yield "stride=1", replace(layer, stride=1)
    flags = {WindowLayer: ("read_transposed",), TwoHeadLayer: ("update_transposed", "start_transposed")}
    for flag in flags.get(type(layer), ()):
        yield flag, replace(layer, **{flag: True})


# ---- proofs ----------------------------------------------------------------------------------------

#: How `check`, and whatever writes a proof down, refuses.
REFUSALS = (ProofError, OutsideLanguage, ShapeError)
#: Sizes and scalars at which an accepted twin is evaluated.
LARGEST, SCALARS = 2, (Fraction(2), Fraction(-1, 3))
#: The steps that the proof of a twin may take.
MOST_STEPS = 1_000_000


class NothingChangedError(LookupError):
    """What was to be changed stands nowhere in the proof."""


class Tried(NamedTuple):
    """The twins of a theorem that were given to `check`, by name.

    It refuses some. What it accepts is true, or rests on an assumption, of which data tell nothing.
    """

    refused: tuple[str, ...]
    true: tuple[str, ...]
    assumed: tuple[str, ...]


def try_twins(theorem: Theorem, most: int) -> Tried:
    """Try up to `most` twins of a theorem, drawn with a fixed seed, kind by kind.

    AssertionError if `check` accepts one that is false: it neither says what the theorem says, nor holds at small
    sizes. A change that is not well formed, takes too much work or changes nothing was not tried: it is not counted.
    """
    refused, true, assumed = list[str](), list[str](), list[str]()
    for name, prove in islice(_twins(theorem), most):
        try:
            twin = prove()
        except (TooMuchWork, NothingChangedError):
            continue
        except REFUSALS:
            refused.append(name)
            continue
        except ValueError as error:
            if "a moment of order" not in str(error):  # which no law of the theorem has
                raise
            continue
        if _says_the_same(theorem, twin):
            true.append(name)
        elif twin.assumptions:
            assumed.append(name)
        else:
            assert holds(twin, LARGEST, SCALARS), f"{theorem.title}: accepted, and false, with {name}"
            true.append(name)
    return Tried(tuple(refused), tuple(true), tuple(assumed))


def altered(construction: Any, **values: Any) -> Any:
    """Make a construction with other values of its cached properties; what rests on them is worked out anew."""
    twin = copy(construction)
    twin.__dict__.clear()
    if is_dataclass(construction):
        twin.__dict__.update(parts_of(construction))
    for name in values:
        assert isinstance(getattr(type(construction), name), cached_property), f"{name} is no cached property"
    twin.__dict__.update(values)
    return twin


def with_last_line(theorem: Theorem, change: Callable[[Expr], Expr]) -> Theorem:
    """Prove that a calculation ends at another line; ProofError if it does not."""
    assert isinstance(theorem.proof, Calculation)
    *steps, last = theorem.proof.steps
    return check(replace(theorem.proof, steps=(*steps, replace(last, expr=change(last.expr)))))


def with_other(theorem: Theorem, old: Expr | Meaning, new: Expr | Meaning) -> Theorem:
    """Prove the theorem, and every lemma that it needs, with `new` wherever `old` stands.

    NothingChangedError if `old` stands nowhere.
    """
    proved: dict[Theorem, Theorem] = {}

    def go(made: Any) -> Any:
        if made == old:
            return new
        match made:
            case Theorem():
                if made not in proved:
                    proof = go(made.proof)
                    proved[made] = made if proof == made.proof else check(proof, made.title, Work(MOST_STEPS))
                return proved[made]
            case Expr():
                return replaced(made, old, new) if isinstance(old, Expr) and isinstance(new, Expr) else made
            case tuple() | Immutable() if not isinstance(made, Name):
                return rebuilt(made, [go(part) for _, part in parts_of(made)])
        return made

    twin: Theorem = go(theorem)
    if twin is theorem:
        raise NothingChangedError(theorem.title)
    return twin


def _twins(theorem: Theorem) -> Iterator[tuple[str, Callable[[], Theorem]]]:
    """The twins, by turns of what the theorem says, of what its names mean, and of how it is argued."""
    draw, alike, proof = Random(0), alike_in(theorem), theorem.proof
    changes = list(changes_in(proof, alike))
    says = [(proof, change) for change in changes if _is_said(proof, change.path)]
    argued = [(proof, change) for change in changes if not _is_said(proof, change.path)]
    meant = [(meaning, change) for meaning in theorem.meanings.values() for change in changes_in(meaning, alike)]
    turns = zip_longest(*(_by_kind(group, draw) for group in (says, meant, argued)))
    for original, change in filter(None, chain.from_iterable(turns)):
        try:
            made = with_part(original, change.path, change.value)
        except (ValueError, TypeError):  # not well formed, so nothing that could be tried
            continue
        if isinstance(original, Meaning):
            name = f"{change.kind} at {told(change.path)} of {original.name.text}"
            yield name, partial(with_other, theorem, original, made)
        else:
            yield f"{change.kind} at {told(change.path)}", partial(check, made, work=Work(MOST_STEPS))


def _is_said(proof: Proof, path: Path) -> bool:
    """Is this place part of the statement, and not of the argument alone?"""
    if isinstance(proof, Calculation):
        return path[:1] == ("first",) or path[:2] == ("steps", len(proof.steps) - 1)
    return path[:1] in (("statement",), ("value",), ("remainder",))


def _by_kind(changes: list[tuple[Any, Change]], draw: Random) -> list[tuple[Any, Change]]:
    """In a drawn order, one kind of change after another."""
    kinds: dict[str, list[tuple[Any, Change]]] = {}
    for change in changes:
        kinds.setdefault(change[1].kind, []).append(change)
    for same in kinds.values():
        draw.shuffle(same)
    return [change for change in chain.from_iterable(zip_longest(*kinds.values())) if change]


def _says_the_same(theorem: Theorem, twin: Theorem) -> bool:
    """Is it one statement about names with one meaning, as far as the core can tell?"""
    same = all(_alike_in_parts(meaning, twin.meanings.get(name)) for name, meaning in theorem.meanings.items())
    return same and set(twin.meanings) <= set(theorem.meanings) and _alike_in_parts(theorem.statement, twin.statement)


def _alike_in_parts(one: Any, other: Any) -> bool:
    """Are two statements, or two meanings, alike but for expressions that the core decides to be equal?"""
    if one == other:
        return True
    if type(one) is not type(other) or not isinstance(one, Equation | Definition | Recurrence):
        return False
    for (_, part), (_, changed) in zip(parts_of(one), parts_of(other), strict=True):
        if part == changed:
            continue
        try:
            if not isinstance(part, Expr) or not decide(part, changed).equal:
                return False
        except (OutsideLanguage, ShapeError):
            return False
    return True
