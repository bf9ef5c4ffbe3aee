"""A layer of a recurrence file: its states, with their starts and updates, and its output."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from itertools import pairwise

from derivations.errors import InputError
from gdssm_symbolic.kernel.expressions import Expr, Name, Zero, free_symbols
from gdssm_symbolic.recurrent.layer import RecurrentLayer, State
from gdssm_symbolic.theory.least_squares import t
from gdssm_symbolic.writing.unused_letters import fresh

from .declared import Declared
from .grammar import canonical
from .meant import Place
from .tables import as_table, require_keys

#: What a letter of both layers has in the second.
MARKS = "\N{COMBINING TILDE}\N{COMBINING CIRCUMFLEX ACCENT}\N{COMBINING MACRON}"
MOST_STATES = 8
A_STATE = 'S = { shape = "d m", start = "0", update = "…" }'


def read_layer(
    declared: Declared, section: str, table: Mapping[str, object], others: Mapping[str, Name]
) -> tuple[RecurrentLayer, dict[str, Name]]:
    """A layer and its states by their letters; `others` are those of the first layer, which it does not know."""
    for key, value in table.items():
        if not isinstance(value, Mapping) and difflib.get_close_matches(key, ["output"]) not in ([], [key]):
            raise InputError(f"{section}.{key}", "unknown key; did you mean output?")
    if not {"shape", "start", "update"}.isdisjoint(
        key for key, value in table.items() if not isinstance(value, Mapping)
    ):
        raise InputError(section, f"each state has a letter: {A_STATE}")
    written = {key: as_table(f"{section}.{key}", value) for key, value in table.items() if key != "output"}
    if not written:
        raise InputError(section, f"a layer has a state, such as {A_STATE}")
    if len(written) > MOST_STATES:
        raise InputError(section, f"more than {MOST_STATES} states")
    states: dict[str, Name] = {}
    entries: dict[str, tuple[str, Mapping[str, object]]] = {}
    for key, entry in written.items():
        where = f"{section}.{key}"
        require_keys(where, entry, ("shape", "start", "update"))
        again = canonical(key) in others
        letter = canonical(key) if again else declared.new_letter(where, key)
        shape = declared.shape(f"{where}.shape", entry["shape"])
        text = letter
        if again:
            text = marked(letter, {*declared.places, *map(canonical, written)})
            declared.places[text] = where
        states[letter] = Name(text, shape, arity=1)
        entries[letter] = where, entry
    updates = _Updates(declared, states, entries)
    made = tuple(
        State(name, _start(declared, *entries[letter], name, states), updates.of(letter))
        for letter, name in states.items()
    )
    return RecurrentLayer(made, _output(declared, section, table, states)), states


def _start(
    declared: Declared, where: str, entry: Mapping[str, object], name: Name, states: Mapping[str, Name]
) -> Expr | None:
    key = f"{where}.start"
    if entry["start"] == "any":
        return None
    if entry["start"] in (0, "0"):
        return Zero(*name.shape)
    start = declared.formula(key, entry["start"], Place("a start"), name.shape, name.text, **states)
    if t in free_symbols(start):
        raise InputError(key, "a start is what a state is before the first token, and contains nothing of token t")
    return start


def _output(declared: Declared, section: str, table: Mapping[str, object], states: Mapping[str, Name]) -> Expr:
    if "output" not in table:
        if len(states) > 1:
            raise InputError(f"{section}.output", "missing; only a layer with one state may leave it out")
        return next(iter(states.values()))[t]
    place = Place("the output", {letter: name[t] for letter, name in states.items()}, frozenset([t]))
    return declared.formula(f"{section}.output", table["output"], place, None, "the output", **states)


class _Updates:
    """The updates of a layer, each built when it is asked for: S' in one is the update of S."""

    def __init__(
        self, declared: Declared, states: Mapping[str, Name], entries: Mapping[str, tuple[str, Mapping[str, object]]]
    ) -> None:
        self.declared, self.states, self.entries = declared, states, entries
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
            self.made[letter] = self.declared.formula(key, entry["update"], place, name.shape, letter, **self.states)
            self.begun.pop()
        return self.made[letter]


def marked(letter: str, taken: Collection[str]) -> str:
    """The letter with a tilde, or a mark that is not taken: a state of the second layer, where the first has it."""
    end = re.match(r"([A-Za-z\u0370-\u03ff]*)[\u0302-\u0304]?", letter)
    assert end is not None
    return fresh([f"{end[1]}{mark}{letter[end.end() :]}" for mark in MARKS], taken)
