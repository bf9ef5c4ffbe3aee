"""Random construction files: right ones in disguise, and wrong ones whose fault shows late."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple

from hypothesis import strategies as st

#: Rational functions without a zero or a pole at N, f ≥ 1 and real eta; and reasons to think otherwise.
UNITS = ("2", "(-3)", "(1/2)", "(N+1)", "(f+2)", "(N^2-2)", "(2*N-1)", "(N+f)", "(eta^2+1)", "(f^2-3*f+3)", "N", "f")
ZEROS = ("0", "N-N", "0*(N-f)", "(N-1)*(N+1)-N^2+1", "f/f-1", "0/(N-1)", "2^-1-1/2")
ONES = ("1", "N/N", "(N-1)/(N-1)", "(N-f)/(N-f)", "(N^2-1)/((N-1)*(N+1))", "(eta-1)^2/(eta^2-2*eta+1)", "f^0", "2-1")


class Entry(NamedTuple):
    """An entry as it is written in the file, and as plain evaluation can read it at every size."""

    shown: str
    plain: str


@dataclass
class File:
    """A construction in the base format, entry by entry."""

    Q: list[list[Entry]]
    q: list[Entry]
    decay: Entry
    beta: Entry
    #: Sizes from these on, and rates other than these numbers, hide nothing.
    N: int = 1
    f: int = 1
    rates: set[int] = field(default_factory=set)
    right: bool = True

    def text(self, which: str = "shown") -> str:
        def listed(entries: list[Entry]) -> str:
            return "[" + ", ".join(f'"{getattr(entry, which)}"' for entry in entries) + "]"

        rows = ", ".join(map(listed, self.Q))
        decay, beta = getattr(self.decay, which), getattr(self.beta, which)
        return (
            f'tokens = "interleaved"\nstride = 2\ndecay = "{decay}"\n'
            f'Q = [{rows}]\nq = {listed(self.q)}\nbeta = "{beta}"\n'
        )


@st.composite
def disguised(draw: st.DrawFn, value: str, plain: str = "") -> Entry:
    """The same value, written otherwise."""
    how = draw(st.sampled_from(("plain", "brackets", "one", "split", "signs", "quotient")))
    other = draw(st.sampled_from((*UNITS, "(N-1)", "(f-N)", "eta", "(eta-2)")))
    shown = {
        "plain": value,
        "brackets": f" ( ({value} ))",
        "one": f"({value})*({draw(st.sampled_from(ONES))})",
        "split": f"({value} - {other}) + {other}",
        "signs": f"-(-({value}))",
        "quotient": f"({value})*{other}^2/{other}/{other}",
    }[how]
    return Entry(shown, plain or value)


@st.composite
def right(draw: st.DrawFn) -> File:
    """A construction with beta·Q_21·q_3 = eta/N, everything else zero, and a decay of 1, in disguise."""
    first, second = draw(st.sampled_from(UNITS)), draw(st.sampled_from(UNITS))
    Q = [[draw(disguised(draw(st.sampled_from(ZEROS)), "0")) for _ in range(3)] for _ in range(3)]
    q = [draw(disguised(draw(st.sampled_from(ZEROS)), "0")) for _ in range(3)]
    Q[1][0], q[2] = draw(disguised(first)), draw(disguised(second))
    decay = draw(disguised(draw(st.sampled_from(ONES)), "1"))
    return File(Q, q, decay, draw(disguised(f"eta/N/{first}/{second}")))


@st.composite
def hidden(draw: st.DrawFn) -> tuple[str, int, int, set[int]]:
    """A polynomial that is not zero, with the sizes and rates from which on it is not."""
    factor = draw(st.sampled_from(("1", "-1", "2", "1/3", "eta", "N", "f")))
    late_N = draw(st.integers(0, 7))
    late_f = draw(st.integers(0, 3))
    same = draw(st.booleans())
    rates = set(range(1, 1 + draw(st.sampled_from((0, 0, 0, 3)))))
    terms = [factor, *(f"(N-{k})" for k in range(1, late_N + 1)), *(f"(f-{k})" for k in range(1, late_f + 1))]
    terms += ["(N-f)"] * same + [f"(eta-{k})" for k in rates]
    return "*".join(terms), late_N + 1, late_f + 1, rates


@st.composite
def wrong(draw: st.DrawFn) -> File:
    """A right construction with one number off by something that is zero at small N or f, or where N = f."""
    file = draw(right())
    fault, file.N, file.f, file.rates = draw(hidden())
    matrix, vector = product(("Q",), range(3), range(3)), product(("q",), range(3))
    place = draw(st.sampled_from((*matrix, *vector, ("decay",), ("beta",))))

    def off(entry: Entry) -> Entry:
        return draw(disguised(f"({entry.shown}) + {fault}", f"({entry.plain}) + {fault}"))

    match place:
        case ("Q", r, c):
            file.Q[r][c] = off(file.Q[r][c])
        case ("q", k):
            file.q[k] = off(file.q[k])
        case ("decay",):
            file.decay = off(file.decay)
        case ("beta",):
            file.beta = off(file.beta)
    file.right = False
    return file


files = st.one_of(right(), wrong())
