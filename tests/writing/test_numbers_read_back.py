"""A printed number has its value by the rules of a reader, also when everything in it that can be broken is broken."""

from __future__ import annotations

import random
import re
from fractions import Fraction

import pytest
import sympy

from gdssm_symbolic.kernel.expressions import Add, Expr, Mul, Name, Power, Scalar
from gdssm_symbolic.writing.formula_tree import Nodes, latex, text
from gdssm_symbolic.writing.printing import formula

n = sympy.Symbol("n", integer=True, nonnegative=True)
NUMBERS = {sympy.Symbol("a"): Fraction(3, 7), sympy.Symbol("b"): Fraction(-5, 11), n: Fraction(2)}
c = Name("c", (1, 1))()
VALUES = {str(symbol): value for symbol, value in NUMBERS.items()} | {"c": Fraction(7, 3)}

Valued = tuple[sympy.Basic, Fraction]


def number(rng: random.Random, depth: int) -> Valued:
    """A number of SymPy, mostly not simplified, and its value."""
    kind = rng.choice(["leaf", "times", "times", "plus", "power", "over"]) if depth else "leaf"
    if kind == "leaf":
        value = Fraction(rng.randint(-3, 3), rng.choice([1, 1, 2, 3]))
        return rng.choice([(sympy.Rational(value.numerator, value.denominator), value), *NUMBERS.items()])
    first, second = number(rng, depth - 1), number(rng, depth - 1)
    if kind in ("times", "over"):
        if kind == "over":
            second = sympy.Pow(second[0], -1, evaluate=False), 1 / second[1]
        return sympy.Mul(first[0], second[0], evaluate=rng.random() < 0.3), first[1] * second[1]
    if kind == "plus":
        return sympy.Add(first[0], second[0], evaluate=rng.random() < 0.3), first[1] + second[1]
    exponent = rng.choice([2, 3, 1])
    return sympy.Pow(first[0], exponent, evaluate=False), first[1] ** exponent


def expression(rng: random.Random, depth: int) -> tuple[Expr, Fraction]:
    """A number as an expression, and its value."""
    kind = rng.choice(["number", "name", "times", "times", "plus", "power"]) if depth else "number"
    if kind == "number":
        value, known = number(rng, rng.randint(0, 3))
        return Scalar(value), known
    if kind == "name":
        return c, VALUES["c"]
    (first, one), (second, other) = expression(rng, depth - 1), expression(rng, depth - 1)
    if kind == "times":
        return Mul((first, second)), one * other
    if kind == "plus":
        return Add((first, second)), one + other
    return Power(first, 2), one**2


def opened(nodes: Nodes) -> Nodes:
    """The nodes, each as it is written if a line ends inside it."""
    return tuple(part for node in nodes for part in (opened(node.opened) if node.opened else (node,)))


def value_of(python: str) -> Fraction:
    return Fraction(str(sympy.sympify(python, VALUES)))


def in_plain(written: str) -> Fraction:
    """A dot and a space multiply; no dot follows what is divided by, since 1/N·a may be read as 1/(N a)."""
    assert not re.search(r"(?<![+−])[· ]−(?! )|/([\w^]+|\([^()]*\))·(?!\d)|\d( \d|\()", written), written
    written = re.sub(" ([+−]) ", r"\1", written).replace(" ", "·")
    for sign, meant in {"·": "*", "−": "-", "^{": "**(", "}": ")", "^": "**"}.items():
        written = written.replace(sign, meant)
    return value_of(re.sub(r"(?<![\w])(\d+)(?=[^\W\d])", r"\1*", written))


def in_latex(written: str) -> Fraction:
    """A space multiplies, but 2 and ½ side by side are 2½, and a minus after a factor takes away."""
    assert not re.search(r"\d(\\,| )+(\d|\\frac\{\d)", written), written
    for sign in (r"\left", r"\right", *(rf"\{size}{side}" for size in ("big", "Big") for side in "lr")):
        written = written.replace(f"{sign}( ", "(").replace(f"{sign}(", "(").replace(f"{sign})", ")")
    read = {r" \cdot ": "*", " + ": "+", " - ": "-", " -": "-", r"\,": "*", " ": "*", "^{": "**(", r"\frac{": "("}
    for sign, meant in (read | {"}{": ")/(", "{": "(", "}": ")"}).items():
        written = written.replace(sign, meant)
    return value_of(written)


@pytest.mark.parametrize("seed", range(20))
def test_a_number_reads_as_itself_whole_and_broken(seed: int) -> None:
    rng, count = random.Random(seed), 0
    while count < 60:
        try:
            expr, value = expression(rng, rng.randint(0, 3))
        except ZeroDivisionError:
            continue
        count += 1
        nodes = formula(expr)
        assert in_plain(text(nodes)) == in_plain(text(opened(nodes))) == value, (text(nodes), text(opened(nodes)))
        assert in_latex(latex(nodes)) == in_latex(latex(opened(nodes))) == value, (latex(nodes), latex(opened(nodes)))
