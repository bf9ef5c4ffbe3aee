"""Numbers in formulas, also at t = 0, where constants are 0 and where divisors cancel, against fractions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import product
from typing import TypeAlias

import pytest
import sympy
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from derivations.errors import InputError
from derivations.recurrences.build import Builder
from derivations.recurrences.check import Checked, check
from derivations.recurrences.divisors import Divisors
from derivations.recurrences.grammar import FormulaError
from derivations.recurrences.meant import Family, Meant, Place
from derivations.recurrences.toml_file import stated
from derivations.recurrences.values import NUMBER
from gdssm_symbolic.evidence.evaluation import Evaluator
from gdssm_symbolic.kernel.expressions import Expr, Name, Power, walk
from gdssm_symbolic.recurrent.inverses import evaluator
from gdssm_symbolic.theory.least_squares import t

gamma = sympy.Symbol("gamma")
m = sympy.Symbol("m", integer=True, positive=True)
beta = Name("β", NUMBER, arity=1)
LETTERS: Mapping[str, Meant] = {"γ": gamma, "m": m, "β": Family(beta)}
FORMULA = Place("the formula")

#: A formula, and what it is where letters have values; ZeroDivisionError where it has no value.
At: TypeAlias = Mapping[str, int]
Written: TypeAlias = tuple[str, Callable[[At], Fraction]]


def gate(token: int) -> Fraction:
    return Fraction(token % 3 - 1)


def named(letter: str) -> Written:
    return letter, lambda at: Fraction(at[letter])


def joined(sign: str, left: Written, right: Written) -> Written:
    ways: Mapping[str, Callable[[Fraction, Fraction], Fraction]] = {
        "+": lambda a, b: a + b,
        "-": lambda a, b: a - b,
        "*": lambda a, b: a * b,
        "/": lambda a, b: a / b,
    }
    return f"({left[0]}) {sign} ({right[0]})", lambda at: ways[sign](left[1](at), right[1](at))


def raised(base: Written, exponent: Written) -> Written:
    return f"({base[0]})^({exponent[0]})", lambda at: base[1](at) ** int(exponent[1](at))


def over(kind: str, first: int, last: Written, body: Written) -> Written:
    """A sum or a product over i."""

    def value(at: At) -> Fraction:
        total = Fraction(kind == "prod")
        for i in range(first, int(last[1](at)) + 1):
            one = body[1]({**at, "i": i})
            total = total * one if kind == "prod" else total + one
        return total

    return f"{kind}(i = {first}..{last[0]}, {body[0]})", value


EXPONENTS = [
    *((text, lambda at, n=n: Fraction(n)) for text, n in (("-2", -2), ("-1", -1), ("0", 0), ("1", 1), ("3", 3))),
    *map(named, "tmi"),
    ("t-1", lambda at: Fraction(at["t"] - 1)),
    ("1-t", lambda at: Fraction(1 - at["t"])),
    ("-t", lambda at: Fraction(-at["t"])),
    ("2 t", lambda at: Fraction(2 * at["t"])),
    ("2 t - 2 t", lambda at: Fraction(0)),
    ("t-i", lambda at: Fraction(at["t"] - at["i"])),
    ("i-t", lambda at: Fraction(at["i"] - at["t"])),
    ("-i", lambda at: Fraction(-at["i"])),
    ("m-1", lambda at: Fraction(at["m"] - 1)),
    ("1-m", lambda at: Fraction(1 - at["m"])),
]
ATOMS: list[Written] = [
    *((str(n), lambda at, n=n: Fraction(n)) for n in range(3)),
    ("-1", lambda at: Fraction(-1)),
    ("beta", lambda at: gate(at["t"])),
    *map(named, ["gamma", "gamma", "gamma", "m", "t", "i"]),
]
LASTS: list[Written] = [named("t"), ("t+1", lambda at: Fraction(at["t"] + 1)), ("2", lambda at: Fraction(2))]


def further(inside: st.SearchStrategy[Written]) -> st.SearchStrategy[Written]:
    return st.one_of(
        st.builds(joined, st.sampled_from("+-*/"), inside, inside),
        st.builds(lambda one: joined("/", one, one), inside),
        st.builds(raised, inside, st.sampled_from(EXPONENTS)),
        st.builds(over, st.sampled_from(["sum", "sum", "prod"]), st.integers(0, 1), st.sampled_from(LASTS), inside),
    )


formulas = st.recursive(st.sampled_from(ATOMS), further, max_leaves=6)
POINTS = [{"t": at, "gamma": constant, "m": size} for at, constant, size in product(range(4), (0, 1, -1, 2), (1, 2))]


def value_of(written: Written, at: At) -> Fraction | None:
    try:
        return written[1](at)
    except ZeroDivisionError:
        return None


def evaluated(exprs: list[Expr], divisors: Divisors, at: At) -> list[Fraction] | None:
    """The values of expressions; None if one of them has none."""

    def cell(name: Name, indices: tuple[int, ...], rows: int, columns: int) -> list[list[Fraction]]:
        assert name == beta
        return [[gate(*indices)]]

    values = {t: Fraction(at["t"]), gamma: Fraction(at["gamma"]), m: Fraction(at["m"])}
    evaluate: Evaluator = evaluator(values, cell, (), divisors.inverses)
    try:
        return [evaluate(one)[0][0] for one in exprs]
    except ArithmeticError:
        return None


def holds(written: Written) -> bool:
    """Whether a formula is read; then it has the value that it has in fractions at each point, and none where not.

    What gets a name for what it divides by, or is a power of what differs from token to token, may have no value.
    """
    divisors = Divisors(["γ", "m", "β", "i", "t"])
    try:
        read = Builder(LETTERS, FORMULA, divisors).expression(written[0], NUMBER, "it")
    except FormulaError:
        return False
    narrower = divisors.inverses or any(isinstance(part, Power) for part in walk(read))
    for at in POINTS:
        found, expected = evaluated([read, *divisors.powers], divisors, at), value_of(written, at)
        assert found is not None or expected is None or narrower, (written[0], at)
        assert found is None or found[0] == expected, (written[0], at)
    return True


@given(formulas)
@settings(max_examples=400, deadline=None)
def test_a_formula_has_the_value_that_it_has_in_fractions(written: Written) -> None:
    holds(written)


def test_most_formulas_are_read() -> None:
    """Those that are drawn tell something."""
    read = list[bool]()

    @given(formulas)
    @settings(max_examples=200, deadline=None, phases=[Phase.generate], database=None, derandomize=True)
    def run(written: Written) -> None:
        read.append(holds(written))

    run()
    assert read.count(True) > 100


def test_what_is_drawn_would_tell_of_a_division_that_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    cancels = joined("/", named("gamma"), named("gamma"))
    assert holds(cancels)
    monkeypatch.setattr(Builder, "_note_a_division", lambda *_: None)
    with pytest.raises(AssertionError):
        holds(cancels)


A_POWER_OF_0 = {
    "0^t A": "it is 1 where t is 0",
    "0^(2 t) A": "it is 1 where 2*t is 0",
    "(gamma - gamma)^t A": "it is 1 where t is 0",
    "0^(-t) A": "it is 1 where -t is 0",
    "0^(-m) A": "a division by zero",
    "prod(j = 0..0, 0^(t-j)) A": "0 to a power that is no number stands in sums alone",
    "sum(i = 0..t, A/(1 + 0^i))": "0 to a power that is no number stands in sums alone",
    "prod(j = 0..2, 1/j) A": "j is divided by, and is not shown to differ from 0",
    "(t-2)/(t-2) A": "(t-2) is divided by, and is not shown to differ from 0",
    "sum(i = 0..t, (i/i) A)": "i is divided by, and is not shown to differ from 0",
}


def checked(claim: Mapping[str, object], update: str = "S", start: str = "0", **other: object) -> Checked:
    layer = {"S": {"shape": "m m", "start": start, "update": update}}
    constants = {"A": "m m", "gamma": "1"}
    data = {"k": "m"}
    return check(stated({"data": data, "constants": constants, "layer": layer, "claim": claim, **other}))


@pytest.mark.parametrize("place", ["chunk", "start", "update", "relation", "formula"])
@pytest.mark.parametrize("text", A_POWER_OF_0)
def test_what_sympy_would_read_for_t_from_1_on_is_refused(text: str, place: str) -> None:
    """A chunk was proved for all t from 0 on with 0^t read as 0, a start 0^t was 0, and 0^(-t) ended in a traceback."""
    other = {"M": {"shape": "m m", "start": "0", "update": "M"}}
    files: Mapping[str, Callable[[], Checked]] = {
        "chunk": lambda: checked({"chunk": f"S + {text}"}),
        "start": lambda: checked({"formula": "A"}, start=text),
        "update": lambda: checked({"formula": "A"}, f"S + {text}"),
        "relation": lambda: checked({"same_as": "other", "relation": f"M = S + {text}"}, other=other),
        "formula": lambda: checked({"formula": text}),
    }
    with pytest.raises(InputError, match=re.escape(A_POWER_OF_0[text])):
        files[place]()


def test_a_power_of_0_that_is_read_is_1_where_its_exponent_is_0() -> None:
    assert checked({"chunk": "S + sum(i = 0..0, 0^(t-i) A)"}).verdict.value == "refuted"
    assert checked({"chunk": "S + 0^C A"}).verdict.value == "refuted"
    assert checked({"chunk": "S + 0^(m-m) A - A"}).verdict.value == "proved"
    assert checked({"chunk": "S + sum(i = t..t+C, 0^(i-t) A) - A"}).verdict.value == "proved"
    assert checked({"chunk": "S + sum(i = t..t+C, 0^(i-t) A)"}).verdict.value == "refuted"


def test_a_chunk_that_divides_by_the_token_is_about_tokens() -> None:
    """t/t has no value at t = 0, although it cancels."""
    assert "n ≥ 1" in checked({"chunk": "t/t S"}).scope
    assert "n ≥ 0" not in checked({"chunk": "t/t S"}).scope
    other = {"M": {"shape": "m m", "start": "0", "update": "M"}}
    with pytest.raises(InputError, match="is claimed from t = 0 on, where 1/t divides by zero"):
        checked({"same_as": "other", "relation": "M = t/t S"}, other=other)
