"""A recurrence file: TOML that states a recurrent layer, and what the layer is said to be.

    [data]       letter = "shape", one value a token; or { shape = "m", count = "B" }, B of them a token
    [constants]  letter = "shape", the same for all tokens
    [layer]      letter = { shape, start, update } for each state, and output
    [claim]      algorithm, or same_as, or formula, or chunk, each with what belongs to it
    [other]      the second layer of same_as

`docs/recurrences.md` documents it by examples. A file is data: its formulas are read by `build`, and nothing in it can
run code.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from types import MappingProxyType

import sympy

from derivations.errors import InputError
from derivations.toml_table import meant, read_toml, shortened
from gdssm_symbolic.extensions.reading import mistaken, read
from gdssm_symbolic.kernel.expressions import ONE, Expr, Name, Shape, Zero, free_symbols, names
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.recurrent.claims import (
    ALGORITHMS,
    AlgorithmClaim,
    ChunkClaim,
    Claim,
    FormulaClaim,
    SameAsClaim,
    SolverClaim,
)
from gdssm_symbolic.recurrent.entrywise import Entries
from gdssm_symbolic.recurrent.layer import RecurrentLayer, State, meanings_of
from gdssm_symbolic.recurrent.letters import fresh
from gdssm_symbolic.recurrent.products import Products
from gdssm_symbolic.recurrent.solvers import (
    MOST_WRITTEN_OUT,
    SOLVERS,
    conjugate_gradients,
    newton_schulz,
    recursive_least_squares,
    ridge_regression,
)
from gdssm_symbolic.recurrent.weights import is_linear
from gdssm_symbolic.theory.least_squares import t
from gdssm_symbolic.writing.documents import Block, Displayed, Paragraph
from gdssm_symbolic.writing.formula_tree import Nodes
from gdssm_symbolic.writing.told import Told

from .build import Builder, Divisors, Family, Meant, Place
from .faults import is_
from .grammar import LETTER, LONGEST_LETTER, RESERVED, FormulaError, canonical, word
from .limits import require_short
from .values import NUMBER
from .words import divided, divided_in_claim, output, said_to_be, states

SECTIONS = ("expected", "source", "note", "data", "constants", "layer", "other", "claim")
#: What a claim can be, and the keys that may stand beside it.
CLAIMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "algorithm": ("loss", "rate"),
        "same_as": ("relation",),
        "formula": ("of", "weights"),
        "chunk": ("of", "length"),
    }
)
#: The matrices by which a gradient is multiplied: the side, and which of the sizes of the state they have.
SIDES: Mapping[str, int] = MappingProxyType({"left": 0, "right": 1})
#: What a letter of both layers has in the second.
MARKS = "\N{COMBINING TILDE}\N{COMBINING CIRCUMFLEX ACCENT}\N{COMBINING MACRON}"
#: What others call the keys of a state and of a claim.
OTHER_WORDS: Mapping[str, str] = MappingProxyType(
    {"init": "start", "initial": "start", "size": "shape", "dim": "shape", "step": "update", "lr": "rate"}
)
LARGEST_SIZE = 8  # that is a number; counterexamples are computed at such sizes in exact numbers
NUMBERS_IN_WORDS = ("scalar", "number", "float", "real")  # what is not a size, although it is a word
MOST_IN_A_SIZE = 4  # m+n+…
MOST_LETTERS = 40
DEEPEST_TABLE = 10
MOST_STATES = 8
MOST_IN_A_LIST = 20  # losses, rates, equations of a relation
MOST_STEPS = 6  # at a token, of all losses: each doubles the terms of a proof


@dataclass(frozen=True)
class Stated:
    """What a recurrence file states. A check ignores `expected`, `source` and `note`."""

    layer: RecurrentLayer
    claim: Claim
    expected: str = ""
    source: str = ""
    note: str = ""

    @property
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
    reader = _Reader(file)
    found = reader.stated()
    if reader.divisors.inverses and reader.divisors.without_names:
        return _Reader(file, numbers=True).stated()
    return found


class _Reader:
    """Reads the sections of one file; every error names its key."""

    def __init__(self, table: Mapping[str, object], *, numbers: bool = False) -> None:
        self.file = table
        self.letters: dict[str, Meant] = {}
        self.places: dict[str, str] = {}  # for each letter, where it is declared
        written = map(canonical, re.findall(LETTER, unicodedata.normalize("NFD", str(table))))
        self.divisors = Divisors(written, numbers=numbers)
        self.entries = Entries(self.divisors.taken)
        self.products: Products | None = None  # of the claim, while it is read

    def stated(self) -> Stated:
        for key in self.file:
            if key not in SECTIONS:
                raise InputError(key, f"unknown key; {meant(key, SECTIONS, 'keys')}")
        words = {key: self.words(key) for key in ("expected", "source", "note")}
        if words["expected"] not in ("", "proved", "refuted"):
            raise InputError("expected", f'{shortened(words["expected"])} is not "proved" or "refuted"')
        self.declare("data", self.data)
        self.declare("constants", self.constant)
        layer, states = self.layer("layer", {})
        claim = self.claim(layer, states)
        other = claim.other.states if isinstance(claim, SameAsClaim) else ()
        self.require_readable([one.name for one in (*layer.states, *other)])
        require_short(layer, claim)
        layer = replace(layer, inverses=tuple(self.divisors.inverses), definitions=self.entries.meanings)
        return Stated(layer, claim, **words)

    # ---- sections and keys ----

    def section(self, key: str) -> Mapping[str, object]:
        if key not in self.file:
            what = f"; say what the layer is, by one of {', '.join(CLAIMS)}" if key == "claim" else ""
            raise InputError(key, f"missing; a file has the sections [{'], ['.join(SECTIONS[3:])}]{what}")
        return as_table(key, self.file[key])

    def words(self, key: str) -> str:
        value = self.file.get(key, "")
        if not isinstance(value, str):
            raise InputError(key, "is not a text")
        return value

    def formula(self, key: str, value: object, place: Place, shape: Shape | None, of: str, /, **more: Meant) -> Expr:
        """The expression of a text at a key, in which the letters of the file and some more are known."""
        text = as_text(key, value)
        try:
            return Builder({**self.letters, **more}, place, self.divisors, self.products, self.entries).expression(
                text, shape, of
            )
        except FormulaError as error:
            raise InputError(key, str(error)) from error

    # ---- letters ----

    def declare(self, section: str, what: Callable[[str, str, object], Meant]) -> None:
        """Take the letters of a section, which may be missing."""
        if section not in self.file:
            return
        table = self.section(section)
        if len(table) > MOST_LETTERS:
            raise InputError(section, f"more than {MOST_LETTERS} letters")
        for key, value in table.items():
            where = f"{section}.{key}"
            letter = self.new_letter(where, key)
            self.letters[letter] = what(letter, where, value)

    def new_letter(self, where: str, written: str) -> str:
        """A letter, kept as declared there. Raises InputError if it has a meaning already, or is no letter."""
        if re.fullmatch(LETTER, unicodedata.normalize("NFD", written)) is None:
            raise InputError(where, f"{shortened(written)} is no letter; S, k, beta, W_0 and x1 are")
        letter = canonical(written)
        if len(letter) > LONGEST_LETTER:
            raise InputError(where, f"a letter of more than {LONGEST_LETTER} characters")
        if letter in RESERVED:
            raise InputError(where, f"{letter} stands for {RESERVED[letter]}")
        if letter in self.places:
            raise InputError(where, f"{letter} is declared already, as {self.places[letter]}")
        try:
            read(letter)
        except OutsideLanguage as error:
            raise InputError(where, str(error)) from error
        self.places[letter] = where
        return letter

    def data(self, letter: str, where: str, value: object) -> Family:
        if not isinstance(value, Mapping):
            return Family(Name(letter, self.shape(where, value), arity=1))
        require_keys(where, value, ("shape", "count"))
        shape = self.shape(f"{where}.shape", value["shape"])
        return Family(
            Name(letter, shape, arity=2), self.size(f"{where}.count", as_text(f"{where}.count", value["count"]))
        )

    def constant(self, letter: str, where: str, value: object) -> Meant:
        shape = self.shape(where, value)
        return sympy.Symbol(word(letter)) if shape == NUMBER else Name(letter, shape)

    def shape(self, where: str, value: object) -> Shape:
        """The shape that a text says: "m" is a column, "d m" a matrix, "1" a number."""
        sizes = [self.size(where, one) for one in re.split(r"[\s,×]+", as_text(where, value).strip())]
        if len(sizes) > 2:
            raise InputError(where, 'a shape has one size or two: "m" is a column, "d m" a matrix, "1" a number')
        return (sizes[0], sizes[1]) if len(sizes) == 2 else (sizes[0], ONE)

    def size(self, where: str, text: str) -> sympy.Expr:
        """A size: a letter, a number from 1 on, or a sum of these."""
        parts = text.split("+")
        if len(parts) > MOST_IN_A_SIZE:
            raise InputError(where, f"{shortened(text)}: a sum of more than {MOST_IN_A_SIZE} sizes")
        total = sympy.Add(*(self.one_size(where, part) for part in parts))
        if total.is_Integer and total > LARGEST_SIZE:
            raise InputError(where, f"{shortened(text)} is more than {LARGEST_SIZE}")
        return total

    def one_size(self, where: str, text: str) -> sympy.Expr:
        if text.isascii() and text.isdecimal() and len(text) < 4 and 1 <= int(text) <= LARGEST_SIZE:
            return sympy.Integer(int(text))
        if re.fullmatch(LETTER, text) is None:
            raise InputError(where, f"{shortened(text)} is no size: sizes are letters, or 1 to {LARGEST_SIZE}")
        letter = canonical(text)
        if letter in NUMBERS_IN_WORDS:
            raise InputError(where, f'{shortened(text)} is no size; the shape of a number is "1"')
        if self.places.get(letter) != "a size":
            self.new_letter(where, text)
            self.places[letter] = "a size"
            self.letters[letter] = sympy.Symbol(word(letter), integer=True, positive=True)
        size = self.letters[letter]
        assert isinstance(size, sympy.Symbol)
        return size

    def require_readable(self, states: Sequence[Name]) -> None:
        """Every text that will be printed can be read in one way only."""
        known = [*self.letters.values(), *states, *(one.name for one in self.divisors.inverses)]
        families = [one.name if isinstance(one, Family) else one for one in known]
        symbols = [one for one in families if isinstance(one, sympy.Symbol)]
        twice = mistaken([one for one in families if isinstance(one, Name)], [*symbols, t])
        if twice:
            letter = min(twice)
            where = self.places.get(canonical(letter), letter)
            raise InputError(where, f"{letter} can be read in two ways beside the other letters; write another letter")

    # ---- layers ----

    def layer(self, section: str, others: Mapping[str, Name]) -> tuple[RecurrentLayer, dict[str, Name]]:
        """A layer and its states by their letters; `others` are those of the first layer, which it does not know."""
        table = self.section(section)
        for key, value in table.items():
            if not isinstance(value, Mapping) and difflib.get_close_matches(key, ["output"]) not in ([], [key]):
                raise InputError(f"{section}.{key}", "unknown key; did you mean output?")
        written = {key: as_table(f"{section}.{key}", value) for key, value in table.items() if key != "output"}
        if not written:
            raise InputError(section, 'a layer has a state, such as S = { shape = "d m", start = "0", update = "…" }')
        if len(written) > MOST_STATES:
            raise InputError(section, f"more than {MOST_STATES} states")
        states: dict[str, Name] = {}
        entries: dict[str, tuple[str, Mapping[str, object]]] = {}
        for key, entry in written.items():
            where = f"{section}.{key}"
            require_keys(where, entry, ("shape", "start", "update"))
            again = canonical(key) in others
            letter = canonical(key) if again else self.new_letter(where, key)
            shape = self.shape(f"{where}.shape", entry["shape"])
            text = letter
            if again:
                text = marked(letter, {*self.places, *map(canonical, written)})
                self.places[text] = where
            states[letter] = Name(text, shape, arity=1)
            entries[letter] = where, entry
        updates = _Updates(self, states, entries)
        made = tuple(
            State(name, self.start(*entries[letter], name, states), updates.of(letter))
            for letter, name in states.items()
        )
        return RecurrentLayer(made, self.output(section, table, states)), states

    def start(self, where: str, entry: Mapping[str, object], name: Name, states: Mapping[str, Name]) -> Expr | None:
        key = f"{where}.start"
        if entry["start"] == "any":
            return None
        if entry["start"] in (0, "0"):
            return Zero(*name.shape)
        start = self.formula(key, entry["start"], Place("a start"), name.shape, name.text, **states)
        if t in free_symbols(start):
            raise InputError(key, "a start is what a state is before the first token, and contains nothing of token t")
        return start

    def output(self, section: str, table: Mapping[str, object], states: Mapping[str, Name]) -> Expr:
        if "output" not in table:
            if len(states) > 1:
                raise InputError(f"{section}.output", "missing; only a layer with one state may leave it out")
            return next(iter(states.values()))[t]
        place = Place("the output", {letter: name[t] for letter, name in states.items()}, frozenset([t]))
        return self.formula(f"{section}.output", table["output"], place, None, "the output", **states)

    # ---- claims ----

    def claim(self, layer: RecurrentLayer, states: Mapping[str, Name]) -> Claim:
        table = self.section("claim")
        kinds = [kind for kind in CLAIMS if kind in table]
        if len(kinds) != 1:
            near = meant(next(iter(table)), CLAIMS, "claims") if table else ""
            told = f"here are {' and '.join(kinds)}" if kinds else near if near[:3] == "did" else "here is none of them"
            raise InputError("claim", f"a claim has exactly one of {', '.join(CLAIMS)}; {told}")
        if "other" in self.file and kinds != ["same_as"]:
            raise InputError("other", 'a second layer belongs to a claim with same_as = "other"')
        if kinds == ["same_as"]:
            return self.same_as(table, layer, states)
        self.products = Products()
        match kinds[0]:
            case "algorithm":
                solves = isinstance(table["algorithm"], str) and table["algorithm"] in SOLVERS
                claim: AlgorithmClaim | SolverClaim | FormulaClaim | ChunkClaim = (
                    self.solver(table, layer, states) if solves else self.algorithm(table, states)
                )
            case "formula":
                claim = self.equal_to(table, layer, states)
            case _:
                claim = self.chunk(table, states)
        return replace(claim, products=tuple(self.products.used))

    def algorithm(self, table: Mapping[str, object], states: Mapping[str, Name]) -> AlgorithmClaim:
        title = table["algorithm"]
        if not isinstance(title, str) or title not in ALGORITHMS:
            known = (*ALGORITHMS, *SOLVERS)
            instead = meant(str(title), known, "algorithms", every=True)
            raise InputError("claim.algorithm", f"unknown algorithm {shortened(str(title))}; {instead}")
        takes = ALGORITHMS[title]
        require_keys("claim", table, ("algorithm", "loss", "rate", *takes.needed), takes.optional)
        points = {letter: Name(name.text, name.shape) for letter, name in states.items()}
        at_points = Place("the loss", {letter: point() for letter, point in points.items()})
        losses = [
            self.formula("claim.loss", one, at_points, NUMBER, "a loss", **states)
            for one in as_list("claim.loss", table["loss"])
        ]
        found = [letter for letter, point in points.items() if any(point in names(loss) for loss in losses)]
        if len(found) != 1:
            told = f"the loss contains {' and '.join(found) or 'none'}"
            raise InputError("claim.loss", f"the one state in a loss is what the algorithm changes; {told}")
        if len(losses) > 1 and not takes.several:
            raise InputError("claim.loss", f"{title} takes one step at a token, with one loss; here are {len(losses)}")
        (letter,) = found
        state, point = states[letter], points[letter]
        at_point = Place("the rate", {letter: point()})
        rates = [
            self.formula("claim.rate", one, at_point, NUMBER, "a rate", **states)
            for one in as_list("claim.rate", table["rate"])
        ]
        if len(rates) not in (1, len(losses)):
            raise InputError("claim.rate", f"one rate, or as many as losses, of which there are {len(losses)}")
        steps = self.steps(table.get("steps", 1), losses=len(losses))
        first, *further = zip(losses, rates if len(rates) > 1 else rates * len(losses), strict=True)
        options: dict[str, Expr | sympy.Integer] = {}
        for key in (*takes.needed, *takes.optional):
            if key not in table:
                continue
            if key == "steps":
                options[key] = sympy.Integer(steps)
            elif key == "decay":
                place = Place("the decay", {letter: point()})
                options[key] = self.formula("claim.decay", table[key], place, state.shape, state.text, **states)
            elif key in SIDES:
                side = (state.shape[SIDES[key]],) * 2
                told = f"what stands {key} of the gradient"
                options[key] = self.formula(f"claim.{key}", table[key], Place(told), side, told, **states)
            else:
                options[key] = self.number(key, table[key], states)
        return AlgorithmClaim(title, state, point, *first, MappingProxyType(options), tuple(further))

    def solver(self, table: Mapping[str, object], layer: RecurrentLayer, states: Mapping[str, Name]) -> SolverClaim:
        title = str(table["algorithm"])
        takes = SOLVERS[title]
        require_keys("claim", table, ("algorithm", *takes.needed), ("of", *takes.optional))
        if "of" not in table and len(states) > 1:
            raise InputError("claim.of", f"missing; the states are {', '.join(states)}")
        name = states[self.state_named("claim.of", table.get("of", next(iter(states))), states)]
        rows, columns = name.shape
        if "target" in takes.needed:
            return self.least_squares(title, table, name, states)
        inverts = "vector" not in takes.needed
        if columns != (rows if inverts else ONE):
            needed = "an inverse is square" if inverts else "a solution is a column"
            raise InputError("claim.of", f"{name.text} is {rows}×{columns}, and {needed}")
        at_t = {letter: one[t] for letter, one in states.items()}
        place = Place("the matrix") if inverts else Place("the equation", at_t, frozenset([t]))
        matrix = self.formula("claim.matrix", table["matrix"], place, (rows, rows), "the matrix", **states)
        if inverts:
            state = next(one for one in layer.states if one.name == name)
            iterate = newton_schulz(state, matrix, self.divisors.new)
            return SolverClaim(title, name, {"matrix": matrix}, (iterate.recurrence,))
        vector = self.formula("claim.vector", table["vector"], place, name.shape, "the vector", **states)
        steps = self.steps(table.get("steps", 1), MOST_WRITTEN_OUT)
        updates, new, reciprocal = meanings_of(layer.states), self.divisors.new, self.divisors.reciprocal
        meanings = conjugate_gradients(matrix, vector, steps, updates, new, reciprocal)
        return SolverClaim(title, name, {"matrix": matrix, "vector": vector, "steps": sympy.Integer(steps)}, meanings)

    def least_squares(
        self, title: str, table: Mapping[str, object], name: Name, states: Mapping[str, Name]
    ) -> SolverClaim:
        """Ridge regression, or its recursive form: the state times the input is compared with the target."""
        rows, columns = name.shape

        def column(key: str, size: sympy.Expr) -> Expr:
            return self.formula(f"claim.{key}", table[key], Place(f"the {key}"), (size, ONE), f"the {key}", **states)

        x, y = column("input", columns), column("target", rows)
        forgetting = self.number("forgetting", table["forgetting"], states) if "forgetting" in table else None
        given = {"input": x, "target": y, **({} if forgetting is None else {"forgetting": forgetting})}
        if "penalty" in table:
            place, square = Place("the penalty"), (columns, columns)
            penalty = self.formula("claim.penalty", table["penalty"], place, square, "the penalty", **states)
            if t in free_symbols(penalty):
                raise InputError("claim.penalty", "contains nothing of token t, as it is the same for all")
            assert self.products is not None
            self.products.taken |= self.divisors.taken
            index = sympy.Symbol(self.divisors.new("ijrs"), integer=True)
            equation = ridge_regression(name, penalty, x, y, forgetting, self.products, index)
            return SolverClaim(title, name, {"penalty": penalty, **given}, formula=equation)
        inverse = states[self.state_named("claim.inverse", table["inverse"], states)]
        if inverse.shape != (columns, columns):
            raise InputError("claim.inverse", f"{inverse.text} is not {columns}×{columns}, as {name.text} needs")
        equations = recursive_least_squares(name, inverse, x, y, forgetting, self.divisors.reciprocal)
        return SolverClaim(title, name, {"inverse": inverse[t], **given}, equations=equations)

    def number(self, key: str, value: object, states: Mapping[str, Name]) -> Expr:
        return self.formula(f"claim.{key}", value, Place(f"the {key}"), NUMBER, f"the {key}", **states)

    def steps(self, value: object, most: int = MOST_STEPS, losses: int = 1) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
            raise InputError("claim.steps", f"not a number from 1 to {most}")
        if value * losses > most:
            raise InputError("claim.loss", f"more than {most} steps at a token: {value * losses}")
        return value

    def same_as(self, table: Mapping[str, object], layer: RecurrentLayer, states: Mapping[str, Name]) -> SameAsClaim:
        require_keys("claim", table, ("same_as",), ("relation",))
        if table["same_as"] != "other":
            raise InputError("claim.same_as", 'is "other", the layer in the section [other]')
        other, theirs = self.layer("other", states)
        if other.output.shape != layer.output.shape:
            told = f"{is_('the output', other.output)}, and {is_('that of the first layer', layer.output)}"
            raise InputError("other.output", told)
        if "relation" not in table:
            return SameAsClaim(other)
        both = {**states, **{letter if letter not in states else name.text: name for letter, name in theirs.items()}}
        place = Place("a relation", {letter: name[t] for letter, name in both.items()}, frozenset([t]))
        equations = []
        for text in as_list("claim.relation", table["relation"]):
            try:
                sides = Builder({**self.letters, **both}, place, self.divisors, None, self.entries).equation(
                    as_text("claim.relation", text)
                )
            except FormulaError as error:
                raise InputError("claim.relation", str(error)) from error
            equations.append(Equation(*sides))
        return SameAsClaim(other, tuple(equations))

    def equal_to(self, table: Mapping[str, object], layer: RecurrentLayer, states: Mapping[str, Name]) -> FormulaClaim:
        require_keys("claim", table, ("formula",), CLAIMS["formula"])
        of = table.get("of", "output")
        left = layer.output if of == "output" else states[self.state_named("claim.of", of, states, "output")][t]
        told = "the output" if of == "output" else str(of)
        weights = self.weights(table)
        right = self.formula("claim.formula", table["formula"], anywhere(states), left.shape, told, **states)
        if weights is not None:
            self.require_linear(right, weights)
        return FormulaClaim(left, right, weights=weights)

    def weights(self, table: Mapping[str, object]) -> Name | None:
        """The numbers of which a formula says that there are some, if there are any."""
        if "weights" not in table:
            return None
        letter = self.new_letter("claim.weights", as_text("claim.weights", table["weights"]))
        family = Family(Name(letter, NUMBER, arity=1))
        self.letters[letter] = family
        return family.name

    def require_linear(self, formula: Expr, weights: Name) -> None:
        """Raise InputError unless a formula is linear in its weights, and has some."""
        divided = (one.of for one in self.divisors.inverses)
        factors = (one.body for one in (self.products.used if self.products else ()))
        if not is_linear(formula, weights) or any(weights in names(one) for one in (*divided, *factors)):
            raise InputError("claim.weights", f"the formula is not linear in {weights.text}")
        if weights not in names(formula):
            raise InputError("claim.weights", f"no {weights.text}[i] stands in the formula")

    def chunk(self, table: Mapping[str, object], states: Mapping[str, Name]) -> ChunkClaim:
        require_keys("claim", table, ("chunk",), ("of", "length"))
        if "of" not in table and len(states) > 1:
            raise InputError("claim.of", f"missing; the states are {', '.join(states)}")
        state = states[self.state_named("claim.of", table.get("of", next(iter(states))), states)]
        letter = self.new_letter("claim.length", as_text("claim.length", table.get("length", "C")))
        length = sympy.Symbol(word(letter), integer=True, nonnegative=True)
        self.letters[letter] = length
        right = self.formula("claim.chunk", table["chunk"], anywhere(states), state.shape, state.text, **states)
        return ChunkClaim(state, length, right)

    def state_named(self, key: str, value: object, states: Mapping[str, Name], *more: str) -> str:
        letter = canonical(value) if isinstance(value, str) else ""
        if letter not in states:
            raise InputError(key, f"{shortened(str(value))} is no state; {meant(letter, (*states, *more), 'states')}")
        return letter


class _Updates:
    """The updates of a layer, each built when it is asked for: S' in one is the update of S."""

    def __init__(
        self, reader: _Reader, states: Mapping[str, Name], entries: Mapping[str, tuple[str, Mapping[str, object]]]
    ) -> None:
        self.reader, self.states, self.entries = reader, states, entries
        self.before = {letter: name[t - 1] for letter, name in states.items()}
        self.made: dict[str, Expr] = {}
        self.begun: list[str] = []

    def of(self, letter: str) -> Expr:
        """The update of a state. Raises InputError if new values wait for each other."""
        where, entry = self.entries[letter]
        if letter in self.begun:
            circle = [*self.begun[self.begun.index(letter) :], letter]
            told = ", and ".join(f"{one}' of {other}'" for one, other in pairwise(circle))
            raise InputError(f"{where}.update", f"new values are made of each other: {told}")
        if letter not in self.made:
            self.begun.append(letter)
            name = self.states[letter]
            place = Place(f"the update of {letter}", self.before, frozenset([t - 1]), self.of)
            key = f"{where}.update"
            self.made[letter] = self.reader.formula(key, entry["update"], place, name.shape, letter, **self.states)
            self.begun.pop()
        return self.made[letter]


def anywhere(states: Mapping[str, Name]) -> Place:
    """A formula with the states at t, or at any step that it names."""
    return Place("the formula", {letter: name[t] for letter, name in states.items()}, None)


def marked(letter: str, taken: Collection[str]) -> str:
    """The letter with a tilde, or a mark that is not taken: a state of the second layer, where the first has it."""
    end = re.match(r"([A-Za-z\u0370-\u03ff]*)[\u0302-\u0304]?", letter)
    assert end is not None
    return fresh([f"{end[1]}{mark}{letter[end.end() :]}" for mark in MARKS], taken)


def plain(key: str, value: object, deeper: int = DEEPEST_TABLE) -> object:
    """The value with plain dicts, lists and texts in it: printed, they show every letter that is written in them."""
    if deeper == 0:
        raise InputError(key, f"tables or lists nested more than {DEEPEST_TABLE} deep")
    match value:
        case Mapping():
            return {plain(key, name, 1): plain(key, one, deeper - 1) for name, one in value.items()}
        case list():
            return [plain(key, one, deeper - 1) for one in value]
        case str():
            return "".join(value)
    return value


def as_table(key: str, value: object) -> Mapping[str, object]:
    """The value, if it is a table."""
    if not isinstance(value, Mapping):
        raise InputError(key, "is not a table with keys of its own")
    return value


def as_list(key: str, value: object) -> list[object]:
    """The values of a list; one value alone is a list of one."""
    values = value if isinstance(value, list) else [value]
    if not 1 <= len(values) <= MOST_IN_A_LIST:
        raise InputError(key, f"a list has from 1 to {MOST_IN_A_LIST} entries")
    return values


def as_text(key: str, value: object) -> str:
    """The text of a formula or a size; a whole number is one too."""
    if isinstance(value, float):
        raise InputError(key, "a floating-point number; write 1/2 for 0.5")
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise InputError(key, "is not a text")
    return str(value)


def require_keys(where: str, table: Mapping[str, object], needed: Iterable[str], optional: Iterable[str] = ()) -> None:
    """Raise InputError unless the table has the needed keys, and no others than these and the optional ones."""
    needed, optional = tuple(needed), tuple(optional)
    for key in table:
        if key not in (*needed, *optional):
            missing = [one for one in (*needed, *optional) if one not in table]
            usual = OTHER_WORDS.get(key, key)
            raise InputError(f"{where}.{key}", f"unknown key; {meant(usual, missing or (*needed, *optional), 'keys')}")
    for key in needed:
        if key not in table:
            raise InputError(f"{where}.{key}", f"missing; the keys are {', '.join((*needed, *optional))}")
