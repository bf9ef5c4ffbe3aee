"""Mutated twins, generated: each differs from a right construction, or from a right proof, in one respect.

`mutants` changes the numbers of a layer. Of a theorem, `try_twins` changes one thing at a time in its proof, which is
data, or in what one of its names means, there and in all lemmas: a sign, a factor, an exponent, an index, a bound, a
transpose, the order of two factors, a name, or something is left out. `altered`, `with_last_line` and `with_other` make
the one twin that a test is about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from copy import copy
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from functools import cached_property, partial
from itertools import chain, islice, zip_longest
from random import Random
from typing import Any, NamedTuple

import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence.small_sizes import holds
from gdssm_symbolic.extensions.expectation import Mean
from gdssm_symbolic.kernel.definitions import Definition, Meaning, Recurrence
from gdssm_symbolic.kernel.expressions import (
    Add,
    App,
    Expr,
    Mul,
    Name,
    Power,
    Scalar,
    ShapeError,
    Sum,
    Transpose,
    Zero,
    free_symbols,
    names,
    replaced,
)
from gdssm_symbolic.kernel.immutable import Immutable
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.normal_form import decide
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

#: The fields of a meaning that say what its name stands for.
BODIES: dict[type, tuple[str, ...]] = {Definition: ("body",), Recurrence: ("body", "initial"), Mean: ("body",)}

Path = tuple[int | str, ...]


class Change(NamedTuple):
    """Another part at one place of a proof, or of a meaning."""

    kind: str
    path: Path
    value: Any


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
        twin.__dict__.update(_fields(construction))
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
            case tuple():
                return _like(made, [go(part) for part in made])
            case Immutable() if not isinstance(made, Name):
                return _record(made, {key: go(part) for key, part in _fields(made)})
        return made

    twin: Theorem = go(theorem)
    if twin is theorem:
        raise NothingChangedError(theorem.title)
    return twin


def _twins(theorem: Theorem) -> Iterator[tuple[str, Callable[[], Theorem]]]:
    """The twins, by turns of what the theorem says, of what its names mean, and of how it is argued."""
    draw, alike, proof = Random(0), _alike(theorem), theorem.proof
    changes = list(_changes_in(proof, alike))
    says = [(proof, change) for change in changes if _is_said(proof, change.path)]
    argued = [(proof, change) for change in changes if not _is_said(proof, change.path)]
    meant = [(meaning, change) for meaning in theorem.meanings.values() for change in _changes_in(meaning, alike)]
    turns = zip_longest(*(_by_kind(group, draw) for group in (says, meant, argued)))
    for original, change in filter(None, chain.from_iterable(turns)):
        try:
            made = _with_part(original, change.path, change.value)
        except (ValueError, TypeError):  # not well formed, so nothing that could be tried
            continue
        if isinstance(original, Meaning):
            name = f"{change.kind} at {_told(change.path)} of {original.name.text}"
            yield name, partial(with_other, theorem, original, made)
        else:
            yield f"{change.kind} at {_told(change.path)}", partial(check, made, work=Work(MOST_STEPS))


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
    for (_, part), (_, changed) in zip(_fields(one), _fields(other), strict=True):
        if part == changed:
            continue
        try:
            if not isinstance(part, Expr) or not decide(part, changed).equal:
                return False
        except (OutsideLanguage, ShapeError):
            return False
    return True


# ---- one thing changed -----------------------------------------------------------------------------


def _changes_in(made: Any, alike: Alike) -> Iterator[Change]:
    """Every change of one thing in a proof, whose meanings and lemmas stay as they are, or in a meaning."""
    roots = [()] if not isinstance(made, Meaning) else [(key,) for key in BODIES.get(type(made), ())]
    for root in roots:
        for path, part in _places(_part(made, root), root):
            for kind, below, value in _changes(part, alike):
                yield Change(kind, (*path, *below), value)


def _places(made: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """Every part that is written down in place, with the way to it."""
    yield path, made
    if isinstance(made, Theorem | Meaning | Name) or not isinstance(made, tuple | Immutable):
        return
    for key, part in _fields(made):
        if not isinstance(made, Expr) or _is_written(part):
            yield from _places(part, (*path, key))


def _is_written(part: Any) -> bool:
    """Is this a part of an expression that is an expression again, or a tuple of them?"""
    return isinstance(part, Expr) or (isinstance(part, tuple) and bool(part) and all(map(_is_written, part)))


def _changes(made: Any, alike: Alike) -> Iterator[Change]:
    """Every change of one thing that is written in this part itself, and not in parts of it."""
    if isinstance(made, Expr):
        for kind, value in _changes_of_expression(made, alike):
            if value != made and value.shape == made.shape:
                yield Change(kind, (), value)
        return
    if not isinstance(made, tuple | Immutable) or isinstance(made, Theorem | Meaning | Name):
        return
    for key, part in _fields(made):
        if isinstance(part, sympy.Expr) and not isinstance(part, sympy.Symbol):
            for kind, value in _changes_of_number(part, alike):
                yield Change(kind, (key,), value)
        elif type(part) is int:
            yield from (Change("number", (key,), number) for number in (part + 1, part - 1))
        elif type(part) is tuple and key != "steps":
            yield from (Change("left out", (key,), part[:k] + part[k + 1 :]) for k in range(len(part)))


def _changes_of_expression(expr: Expr, alike: Alike) -> Iterator[tuple[str, Expr]]:
    """Of what kind a change is, and what stands there then."""
    if isinstance(expr, Zero):
        return
    yield "sign", -expr
    rows, columns = expr.shape
    if rows == columns != 1:
        yield "transpose", expr.argument if isinstance(expr, Transpose) else expr.T
    match expr:
        case Scalar(value=value):
            yield from ((kind, Scalar(number)) for kind, number in _changes_of_number(value, alike))
        case App(name=name, indices=indices, arguments=arguments):
            for k, index in enumerate(indices):
                for moved in (index + 1, index - 1):
                    yield "index", App(name, (*indices[:k], moved, *indices[k + 1 :]), arguments)
            yield from (("name", App(other, indices, arguments)) for other in alike.names(name))
        case Power(base=base, exponent=exponent):
            yield from (("exponent", Power(base, number)) for number in (exponent + 1, exponent - 1))
        case Sum(body=body, index=index, lower=lower, upper=upper):
            yield "bound", Sum(body, index, lower + 1, upper)
            yield from (("bound", Sum(body, index, lower, end)) for end in (upper + 1, upper - 1))
        case Mul(factors=factors):
            yield "factor", 2 * expr
            for k in range(len(factors)):
                yield from _if_it_fits("left out", factors[:k] + factors[k + 1 :])
            for k in range(1, len(factors)):
                if factors[k - 1].is_scalar or factors[k].is_scalar:
                    continue  # numbers commute
                yield from _if_it_fits("order", (*factors[: k - 1], factors[k], factors[k - 1], *factors[k + 1 :]))
        case Add(terms=terms) if len(terms) > 1:
            yield from (("left out", Add(terms[:k] + terms[k + 1 :])) for k in range(len(terms)))
        case _:
            yield "factor", 2 * expr


def _if_it_fits(kind: str, factors: tuple[Expr, ...]) -> Iterator[tuple[str, Expr]]:
    try:
        yield kind, Mul(factors)
    except ShapeError:
        return


def _changes_of_number(value: sympy.Expr, alike: Alike) -> Iterator[tuple[str, sympy.Expr]]:
    if value == 0:
        yield "number", sympy.Integer(1)
        return
    yield "sign", -value
    yield "factor", 2 * value
    for power in sorted(value.atoms(sympy.Pow), key=str):
        yield "exponent", value.xreplace({power: power.base ** (power.exp + 1)})
    for symbol in sorted(value.free_symbols, key=str):
        yield from (("name", value.xreplace({symbol: other})) for other in alike.symbols(symbol))


class Alike(NamedTuple):
    """The names and the symbols of a theorem: what can stand in the place of one of them."""

    all_names: tuple[Name, ...]
    all_symbols: tuple[sympy.Symbol, ...]

    def names(self, name: Name) -> Iterator[Name]:
        """Other names of this shape."""
        same = name.shape, name.arity, name.takes
        return (one for one in self.all_names if one != name and (one.shape, one.arity, one.takes) == same)

    def symbols(self, symbol: sympy.Symbol) -> Iterator[sympy.Symbol]:
        """Other sizes of a size, other scalars of a scalar."""
        return (s for s in self.all_symbols if s != symbol and s.is_integer == symbol.is_integer)


def _alike(theorem: Theorem) -> Alike:
    exprs = (*theorem.statement.parts, *(body for meaning in theorem.meanings.values() for body in meaning.bodies))
    found = dict.fromkeys(name for expr in exprs for name in names(expr))
    symbols = {symbol for expr in exprs for symbol in free_symbols(expr)}
    return Alike(tuple(found), tuple(sorted(symbols, key=str)))


# ---- data, taken apart and put together ------------------------------------------------------------


def _fields(made: Any) -> list[tuple[int | str, Any]]:
    if isinstance(made, tuple):
        return list(enumerate(made))
    assert is_dataclass(made)
    return [(field.name, getattr(made, field.name)) for field in fields(made) if field.init]


def _part(made: Any, path: Path) -> Any:
    for key in path:
        made = dict(_fields(made))[key]
    return made


def _with_part(made: Any, path: Path, value: Any) -> Any:
    """The same with another part at this place."""
    if not path:
        return value
    key, *rest = path
    parts = dict(_fields(made))
    parts[key] = _with_part(parts[key], tuple(rest), value)
    return _like(made, parts.values()) if isinstance(made, tuple) else _record(made, parts)


def _like(made: tuple[Any, ...], parts: Iterable[Any]) -> Any:
    return type(made)(*parts) if hasattr(made, "_fields") else tuple(parts)


def _record(made: Any, parts: dict[Any, Any]) -> Any:
    return type(made)(**parts)


def _told(path: Path) -> str:
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path).lstrip(".") or "the whole"
