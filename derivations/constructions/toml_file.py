"""A construction file: TOML that states a layer, and the gradient descent it is held against.

There are three forms, told apart by `tokens` and `heads`; `TEMPLATES` documents each by an example that is
proved. A file is data: its numbers are read by `entry`, and nothing in it can run code.

Keys are read by hand. pydantic was tried: it takes `stride = true` for 1, and to name the key that was meant, the row
and the column takes as much code around it as it saves.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sympy

from derivations.errors import InputError
from derivations.toml_table import LETTERS, shortened
from gdssm_symbolic.layers import (
    MOST_LAYERS,
    ConstructedTokenLayer,
    Entries,
    GradientDescent,
    Layer,
    TwoHeadLayer,
    WindowLayer,
    entries,
)

from .entry import EntryError, read_entry

TEMPLATES = {
    "P1": """\
# One step of gradient descent for scalar targets (Proposition 1), from w_0 = 0 with rate eta.
# Entries are rational functions of eta (or η), N and f: digits, + - * / ^ ( ), integer exponents.

tokens = "constructed"     # c_t = [x_t y_t; x_{t+1}] for t = 1, ..., N
decay  = "1"               # z_t = decay z_{t-1} + Psi^T c_t
Psi    = ["-1", "0"]       # Psi^T = [-I  0]
Theta  = ["0", "1"]        # Theta = [0  I]
beta   = "-eta/N"          # output: beta z_N^T Theta c_N
""",
    "P2": """\
# One step of gradient descent for vector targets (Proposition 2), from W_0 = 0 with rate eta.
# Entries are rational functions of eta (or η), N and f: digits, + - * / ^ ( ), integer exponents.

tokens = "interleaved"     # x_1, y_1, x_2, y_2, ..., x_{N+1}
stride = 2                 # a window of three tokens starts at every stride-th token: 1 or 2
decay  = "1"               # Z_t = decay Z_{t-1} + C_t Q C_t^T, where C_t holds a window as its columns
Q      = [["0", "0", "0"], ["-1", "0", "0"], ["0", "0", "0"]]
q      = ["0", "0", "1"]
beta   = "-eta/N"          # output: beta Z_t C_t q at the last window
""",
    "P3": """\
# L steps of gradient descent for vector targets (Proposition 3), from any W_0 with rate eta,
# on the least-squares loss + penalty ||W||^2 (A.4).
# Entries are rational functions of eta (or η), N, f and lambda (or λ): digits, + - * / ^ ( ), integer exponents.

tokens  = "interleaved"    # x_1, y_1, x_2, y_2, ..., x_{N+1}; every layer reads them
heads   = 2
stride  = 2                # a window of three tokens starts at every stride-th token: 1 or 2
decay   = "1"              # Z_t = decay Z_{t-1} + C_t Q C_t^T, and the same for the second head
Q       = [["0", "0", "0"], ["1", "0", "0"], ["0", "0", "0"]]
Q_tilde = [["1", "0", "0"], ["0", "0", "0"], ["0", "0", "0"]]
q       = ["0", "0", "1"]  # output: V_L C_N q, where V_0 = W_0^T and
rate    = "-eta/N"         # V_l = keep V_{l-1} + rate (V_{l-1} Z2_N - Z1_N)
keep    = "1 - 2*eta*lambda"

steps   = "L"              # every number of layers and steps; or one number, such as 2
start   = "W_0"            # any W_0; or "0"
penalty = "lambda"         # any weight of the penalty; or a number; or leave it out
""",
}

FORMS: dict[tuple[object, object], tuple[str, ...]] = {
    ("constructed", 1): ("tokens", "decay", "Psi", "Theta", "beta"),
    ("interleaved", 1): ("tokens", "stride", "decay", "Q", "q", "beta"),
    ("interleaved", 2): ("tokens", "heads", "stride", "decay", "Q", "Q_tilde", "q", "rate", "steps"),
}
#: What may be left out, where it is known at all, with the value that it then has.
LEFT_OUT: dict[str, object] = {"heads": 1, "keep": 1, "start": "W_0", "penalty": 0}
KEYS = tuple(dict.fromkeys([*(key for form in FORMS.values() for key in form), *LEFT_OUT]))
ONLY_WITH_TWO_HEADS = ("Q_tilde", "rate", "keep", "steps", "start", "penalty")


@dataclass(frozen=True)
class Construction:
    """A layer and what it is held against."""

    layer: Layer
    goal: GradientDescent


def construction(table: Mapping[str, object]) -> Construction:
    """The construction that a table states; InputError, naming the key, if it states none."""
    return _Reader(table).construction()


class _Reader:
    """Reads the keys of one file; every error names its key."""

    def __init__(self, table: Mapping[str, object]) -> None:
        self.table = table
        self.heads = 1

    def construction(self) -> Construction:
        for key in self.table:
            if key not in KEYS:
                raise self.unknown(key, [known for known in KEYS if known not in self.table])
        tokens = self.choice("tokens", "interleaved", "constructed")
        self.heads = 2 if self.choice("heads", 1, 2) == 2 else 1
        if self.heads == 2 and tokens == "constructed":
            raise InputError("heads", "constructed tokens are read by one head")
        self.require(tokens)
        if tokens == "constructed":
            Psi, Theta = entries([self.row("Psi", 2)]), entries([self.row("Theta", 2)])
            layer: Layer = ConstructedTokenLayer(Psi, Theta, self.number("decay"), self.number("beta"))
            return Construction(layer, GradientDescent())
        stride, decay = 2 if self.choice("stride", 1, 2) == 2 else 1, self.number("decay")
        Q, q = self.square("Q"), entries([[entry] for entry in self.row("q", 3)])
        if self.heads == 1:
            return Construction(WindowLayer(Q, q, decay, self.number("beta"), stride), GradientDescent())
        layer = TwoHeadLayer(Q, self.square("Q_tilde"), q, decay, self.number("rate"), self.number("keep"), stride)
        from_zero = self.choice("start", "W_0", "0", 0) != "W_0"
        return Construction(layer, GradientDescent(self.steps(), from_zero, self.number("penalty")))

    def require(self, tokens: object) -> None:
        """Every key of the form is there, and no other."""
        needed = FORMS[tokens, self.heads]
        for key in self.table:
            if key in ONLY_WITH_TWO_HEADS and self.heads == 1:
                raise InputError(key, "belongs to interleaved tokens with heads = 2")
            if key not in (*needed, *LEFT_OUT):
                raise self.unknown(key, needed)
        for key in needed:
            if key not in self.table:
                raise InputError(key, f"missing; the keys are {', '.join(needed)}")

    def unknown(self, key: str, known: Sequence[str]) -> InputError:
        near = [LETTERS[key]] if LETTERS.get(key) in known else difflib.get_close_matches(key, known, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]}?" if near else f"the keys are {', '.join(known)}"
        return InputError(key, f"unknown key; {hint}")

    def value(self, key: str) -> object:
        if key not in self.table and key not in LEFT_OUT:
            raise InputError(key, "missing")
        return self.table.get(key, LEFT_OUT.get(key))

    def choice(self, key: str, *allowed: object) -> object:
        value = self.value(key)
        if any(type(value) is type(one) and value == one for one in allowed):
            return value
        listed = " or ".join(f'"{one}"' if isinstance(one, str) else str(one) for one in allowed)
        near = difflib.get_close_matches(str(value), [one for one in allowed if isinstance(one, str)], n=1)
        hint = f'; did you mean "{near[0]}"?' if isinstance(value, str) and near else ""
        raise InputError(key, f"{_shown(value)} is not {listed}{hint}")

    def steps(self) -> int | None:
        value = self.value("steps")
        if value == "L":
            return None
        if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST_LAYERS:
            return value
        raise InputError("steps", f'{_shown(value)} is not "L" or a number from 1 to {MOST_LAYERS}')

    def number(self, key: str) -> sympy.Expr:
        return self.entry(key, self.value(key), "")

    def row(self, key: str, length: int) -> list[sympy.Expr]:
        value = self.value(key)
        if not isinstance(value, list) or len(value) != length:
            raise InputError(key, f"{length} entries in brackets are needed")
        return [self.entry(key, entry, f"entry {k}: ") for k, entry in enumerate(value, 1)]

    def square(self, key: str) -> Entries:
        value = self.value(key)
        if not isinstance(value, list) or len(value) != 3 or any(not isinstance(r, list) or len(r) != 3 for r in value):
            raise InputError(key, "3 rows of 3 entries are needed")
        return entries(
            [self.entry(key, entry, f"row {r}, column {c}: ") for c, entry in enumerate(row, 1)]
            for r, row in enumerate(value, 1)
        )

    def entry(self, key: str, value: object, where: str) -> sympy.Expr:
        if isinstance(value, float):
            finite = "a floating-point number; write 1/2 for 0.5"
            raise InputError(key, where + (finite if math.isfinite(value) else f"{value} is not a finite number"))
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise InputError(key, f"{where}an entry is a string or an integer, not {_shown(value)}")
        try:
            return read_entry(str(value), penalty=self.heads == 2)
        except EntryError as error:
            raise InputError(key, f"{where}{error}") from error


def _shown(value: object) -> str:
    """A value of a TOML file in a word or two."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return shortened(str(value)).strip("'")
    return shortened(value) if isinstance(value, str) else f"a {'list' if isinstance(value, list) else 'table or date'}"
