"""The letters of a recurrence file: what each is declared to be, and formulas in which they are known."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence

import sympy

from derivations.errors import InputError
from derivations.toml_table import shortened
from gdssm_symbolic.extensions.reading import mistaken, read
from gdssm_symbolic.kernel.expressions import ONE, Expr, Name, Shape
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.recurrent.entrywise import Entries
from gdssm_symbolic.recurrent.products import Products
from gdssm_symbolic.theory.least_squares import t

from .build import Builder
from .divisors import Divisors
from .grammar import LETTER, LONGEST_LETTER, RESERVED, FormulaError, canonical, word
from .meant import Family, Meant, Place
from .tables import as_text, require_keys
from .values import NUMBER

LARGEST_SIZE = 8  # that is a number; counterexamples are computed at such sizes in exact numbers
NUMBERS_IN_WORDS = ("scalar", "number", "float", "real")  # what is not a size, although it is a word
MOST_IN_A_SIZE = 4  # m+n+…
MOST_LETTERS = 40


class Declared:
    """The letters of one file, where they are declared, and what its formulas divide by; every error names its key."""

    def __init__(self, file: Mapping[str, object], *, numbers: bool = False) -> None:
        self.letters: dict[str, Meant] = {}
        self.places: dict[str, str] = {}  # for each letter, where it is declared
        written = map(canonical, re.findall(LETTER, unicodedata.normalize("NFD", str(file))))
        self.divisors = Divisors(written, numbers=numbers)
        self.entries = Entries(self.divisors.taken)
        self.products: Products | None = None  # of the claim, while it is read

    def formula(self, key: str, value: object, place: Place, shape: Shape | None, of: str, /, **more: Meant) -> Expr:
        """The expression of a text at a key, in which the letters of the file and some more are known."""
        text = as_text(key, value)
        try:
            return self._builder(place, more, self.products).expression(text, shape, of)
        except FormulaError as error:
            raise InputError(key, str(error)) from error

    def equation(self, key: str, value: object, place: Place, /, **more: Meant) -> Equation:
        """The equation of a text at a key, as `formula` reads its sides."""
        text = as_text(key, value)
        try:
            return Equation(*self._builder(place, more, None).equation(text))
        except FormulaError as error:
            raise InputError(key, str(error)) from error

    def _builder(self, place: Place, more: Mapping[str, Meant], products: Products | None) -> Builder:
        return Builder({**self.letters, **more}, place, self.divisors, products, self.entries)

    # ---- letters ----

    def declare(self, section: str, table: Mapping[str, object], what: Callable[[str, str, object], Meant]) -> None:
        """Take the letters of a section."""
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
