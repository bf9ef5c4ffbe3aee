"""A recurrence file: TOML that states a recurrent layer, and what the layer is said to be.

    [data]       letter = "shape", one value a token; or { shape = "m", count = "B" }, B of them a token
    [constants]  letter = "shape", the same for all tokens
    [layer]      letter = { shape, start, update } for each state, and output
    [claim]      algorithm, or same_as, or formula, or chunk, each with what belongs to it
    [other]      the second layer of same_as

`docs/recurrences.md` documents it by examples. A file is data: `Builder` reads its formulas, and nothing in it can run
code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from derivations.errors import InputError
from derivations.toml_table import meant, read_toml, shortened
from gdssm_symbolic.recurrent.claims import Claim, SameAsClaim
from gdssm_symbolic.recurrent.layer import RecurrentLayer
from gdssm_symbolic.writing.documents import Block, Displayed, Paragraph
from gdssm_symbolic.writing.evaluated import evaluated
from gdssm_symbolic.writing.formula_tree import Nodes
from gdssm_symbolic.writing.told import Told

from .declared import Declared
from .layers import read_layer
from .limits import require_short
from .repairs import SizesError
from .stated_claims import ClaimReader
from .tables import SECTIONS, plain, section
from .words import divided, divided_in_claim, output, said_to_be, states

#: So many other shapes of letters are tried where sizes do not fit.
MOST_SHAPES = 20


@dataclass(frozen=True)
class Stated:
    """What a recurrence file states. A check ignores `expected`, `source` and `note`."""

    layer: RecurrentLayer
    claim: Claim
    expected: str = ""
    source: str = ""
    note: str = ""

    @property
    @evaluated
    def told(self) -> Told:
        """The layer, and what it is said to be."""
        return Told(
            (
                Paragraph(("The layer",)),
                Displayed(states(self.layer)),
                *map(Paragraph, output(self.layer)),
                *_where(divided(self.layer)),
                Paragraph(("is said to be: ", *said_to_be(self.claim))),
                *_where(divided_in_claim(self.layer)),
            )
        )

    def __str__(self) -> str:
        return str(self.told)

    def _repr_markdown_(self) -> str:
        return self.told.markdown


def _where(told: tuple[Nodes, ...]) -> tuple[Block, ...]:
    """What names stand for, if there are any."""
    return (Paragraph(("where",)), Displayed(told)) if told else ()


def load(path: str) -> Stated:
    """Return what a file states; - is standard input.

    Raises:
        InputError: there is no such file, it is too large, or it states no recurrence.
    """
    return stated(read_toml(path))


def is_recurrence(table: Mapping[str, object]) -> bool:
    """Whether a table states a recurrence rather than a construction, which has tokens and no sections."""
    return "tokens" not in table and any(isinstance(value, Mapping) for value in table.values())


def stated(table: Mapping[str, object]) -> Stated:
    """Return what a table states. Raises InputError, naming the key, if it states no recurrence and claim."""
    file = {str(key): plain(str(key), value) for key, value in table.items()}
    try:
        return _read(file)
    except InputError as error:
        if isinstance(error.__cause__, SizesError) and (fits := list(_other_shapes(file))):
            raise InputError(error.key, f"{error.message}; all fits with {' or '.join(fits)}") from None
        raise


def _read(file: Mapping[str, object]) -> Stated:
    reader = _Reader(file)
    found = reader.stated()
    if reader.declared.divisors.inverses and reader.declared.divisors.without_names:
        return _Reader(file, numbers=True).stated()
    return found


def _other_shapes(file: Mapping[str, object]) -> Iterator[str]:
    """Yield other shapes of one letter with which all is read: of a matrix turned, or of a column another size."""
    shapes = list(_shapes(file))
    every = dict.fromkeys(size for _, shape in shapes for size in shape.split() if size != "1")
    tried = 0
    for path, shape in shapes:
        sizes = shape.split()
        for other in [" ".join(sizes[::-1])] if len(sizes) == 2 else every:
            if shape not in ("1", other) and (tried := tried + 1) <= MOST_SHAPES:
                with suppress(InputError):
                    _read(_with_value(file, path, other))
                    yield f'the shape "{other}" of {path[1]}'


def _shapes(file: Mapping[str, object]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield where the shape of each letter stands, and the shape."""
    for part in ("layer", "other", "data", "constants"):
        letters = file.get(part)
        for letter, entry in letters.items() if isinstance(letters, Mapping) else ():
            path: tuple[str, ...] = (part, letter)
            if isinstance(entry, Mapping):
                path, entry = (*path, "shape"), entry.get("shape")
            if isinstance(entry, str) and letter != "output":
                yield path, entry


def _with_value(table: Mapping[str, object], path: Sequence[str], value: object) -> Mapping[str, object]:
    """The table with another value at a path of keys."""
    key, *further = path
    inside = table[key]
    assert isinstance(inside, Mapping) or not further
    return {**table, key: _with_value(inside, further, value) if isinstance(inside, Mapping) and further else value}


class _Reader:
    """Reads the sections of one file; every error names its key."""

    def __init__(self, file: Mapping[str, object], *, numbers: bool = False) -> None:
        self.file = file
        self.declared = Declared(file, numbers=numbers)

    def stated(self) -> Stated:
        for key in self.file:
            if key not in SECTIONS:
                raise InputError(key, f"unknown key; {meant(key, SECTIONS, 'keys')}")
        words = {key: self.words(key) for key in ("expected", "source", "note")}
        if words["expected"] not in ("", "proved", "refuted"):
            raise InputError("expected", f'{shortened(words["expected"])} is not "proved" or "refuted"')
        declared = self.declared
        for key, what in (("data", declared.data), ("constants", declared.constant)):
            if key in self.file:
                declared.declare(key, section(self.file, key), what)
        layer, states = read_layer(declared, "layer", section(self.file, "layer"), {})
        claim = ClaimReader(declared, self.file).claim(layer, states)
        other = claim.other.states if isinstance(claim, SameAsClaim) else ()
        declared.require_readable([one.name for one in (*layer.states, *other)])
        require_short(layer, claim)
        divisors = declared.divisors
        layer = replace(layer, inverses=tuple(divisors.inverses), powers=tuple(dict.fromkeys(divisors.powers)))
        layer = replace(layer, definitions=declared.entries.meanings)
        return Stated(layer, claim, **words)

    def words(self, key: str) -> str:
        value = self.file.get(key, "")
        if not isinstance(value, str):
            raise InputError(key, "is not a text")
        return value
