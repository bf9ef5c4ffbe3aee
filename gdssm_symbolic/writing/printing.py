"""Expressions, equations and definitions as LaTeX and as plain text, always from the object itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import singledispatchmethod

import sympy
from sympy.printing.pretty.pretty_symbology import pretty_symbol

from gdssm_symbolic.extensions.differentiation import Gradient, GradientOf
from gdssm_symbolic.extensions.expectation import Mean
from gdssm_symbolic.extensions.impossibility import Impossible
from gdssm_symbolic.extensions.independence import Independent
from gdssm_symbolic.extensions.laws import AnyLaw, Law, Normal, Uniform
from gdssm_symbolic.extensions.limits import Limit
from gdssm_symbolic.extensions.positivity import Positive
from gdssm_symbolic.extensions.unit_vectors import UnitVectors
from gdssm_symbolic.kernel.definitions import Definition, Recurrence
from gdssm_symbolic.kernel.expressions import (
    Add,
    App,
    Blocks,
    Expr,
    Identity,
    Mul,
    Name,
    Power,
    Scalar,
    Sum,
    Trace,
    Transpose,
    Zero,
)
from gdssm_symbolic.kernel.statements import Equation

# How tightly the surroundings bind: a sum needs brackets inside a product, a product under a transpose.
IN_SUM, IN_PRODUCT, TIGHT = range(3)


@dataclass(frozen=True)
class Printer:
    """Prints in LaTeX, or in plain text with Unicode symbols."""

    latex: bool

    def __call__(self, item: object) -> str:
        return self._show(item)

    @singledispatchmethod
    def _show(self, item: object) -> str:
        raise TypeError(f"{type(item).__name__} has no printed form")

    @_show.register
    def _(self, item: Expr) -> str:
        return self.expression(item, IN_SUM)

    @_show.register
    def _(self, item: sympy.Basic) -> str:
        return self.scalar(item)

    @_show.register
    def _(self, item: Name) -> str:
        return self.name(item)

    @_show.register
    def _(self, item: int) -> str:
        return self.scalar(sympy.Integer(item))

    @_show.register
    def _(self, item: Equation) -> str:
        return f"{self(item.left)} = {self(item.right)}"

    @_show.register
    def _(self, item: Positive) -> str:
        less, zero = (r" \ge 0", r" \ne 0") if self.latex else (" ≥ 0", " ≠ 0")
        signs = [self(s) + less for s in item.nonnegative] + [self(s) + zero for s in item.nonzero]
        text = f"{self(item.number)} > 0"
        return self.words(text, "for", ", ".join(signs)) if signs else text

    @_show.register
    def _(self, item: Independent) -> str:
        names = [self(weight) for weight in item.weights]
        if len(names) > 4:
            names = [names[0], r"\dots" if self.latex else "…", names[-1]]
        return self.words(f"{self(item.combination)} = 0", "for all data only if", " = ".join([*names, "0"]))

    @_show.register
    def _(self, item: UnitVectors) -> str:
        return self.words(self(item.left), "the unit vector number", self(item.index))

    @_show.register
    def _(self, item: GradientOf) -> str:
        what = "the derivative of" if item.name.shape == (1, 1) else "the gradient, in the first argument, of"
        return self.words(self.name(item.name), what, self.name(item.function))

    @_show.register
    def _(self, item: Gradient) -> str:
        return self.words(self(item.gradient), "is the gradient of", self(item.function), "at", self.name(item.point))

    @_show.register
    def _(self, item: Limit) -> str:
        sign = rf"\lim_{{{self(item.index)} \to \infty}} " if self.latex else f"lim_{{{self(item.index)}→∞}} "
        return f"{sign}{self.expression(item.sequence, IN_PRODUCT)} = {self(item.value)}"

    @_show.register
    def _(self, item: Impossible) -> str:
        unknowns, data = (", ".join(map(self, listed)) for listed in (item.unknowns, item.data))
        given = [self(number) + (r" \ne 0" if self.latex else " ≠ 0") for number in item.given]
        where = ("where", ", ".join(given)) if given else ()
        return self.words("", "for no", unknowns, "is", self(item.equation), "for all", data, *where).strip()

    def words(self, *parts: str) -> str:
        """Formulas with words in between: every second part is prose."""
        if not self.latex:
            return " ".join(parts)
        return "".join(rf"\text{{ {part} }}" if k % 2 else part for k, part in enumerate(parts))

    @_show.register
    def _(self, item: Definition) -> str:
        return f"{self(item.left)} = {self(item.body)}"

    @_show.register
    def _(self, item: Mean) -> str:
        left, inside = self(item.left), self.bracketed(self.expression(item.body, IN_SUM), True)
        sign, space = (r"\mathbb{E}\,", r",\quad ") if self.latex else ("E ", ",  ")
        listed = [self.law(name, law) for name, law in item.laws]
        if item.units is not None:
            listed.append(self.words(self.name(item.units) + "_a", "unit vectors"))
        return f"{left} = {sign}{inside}" + "".join(f"{space}{one}" for one in listed)

    def compound(self, value: sympy.Expr) -> bool:
        """Has a number to be put in brackets before a power? Sums, and what begins with a minus sign, are anyhow."""
        simple = value.is_Symbol or value.is_Add or value in range(10)
        return not simple and not value.could_extract_minus_sign()

    def law(self, name: Name, law: Law) -> str:
        """The entries of a random name and their law."""
        index = next(letter for letter in "ijk" if letter not in {symbol.name for symbol in law.free})
        text = self.name(name) + (f"_{index}" if name.arity else "")
        match law:
            case AnyLaw(letter=letter):
                moments = self.scalar(sympy.Symbol(f"{letter}_k"))
                return self.words(text, "symmetric with moments", moments)
            case Uniform(scale=scale):
                inside = f"U(-{self.scalar(scale)}, {self.scalar(scale)})"
            case Normal(scale=scale):
                inside = f"N(0, {self.scalar(scale**2)})"
            case _:
                raise TypeError(f"{type(law).__name__} has no printed form")
        return rf"{text} \sim {inside}" if self.latex else f"{text} ∼ {inside}".replace("-", "−")

    @_show.register
    def _(self, item: Recurrence) -> str:
        step = f"{self(item.left)} = {self(item.body)}"
        space = r",\quad " if self.latex else ",  "
        if item.starts_from_data:
            given = r"\text{ given}" if self.latex else " given"
            return f"{self(item.initial)}{given}{space}{step}"
        return f"{self(item.at(item.start))} = {self(item.initial)}{space}{step}"

    def scalar(self, value: sympy.Basic) -> str:
        order = _order(value)
        if self.latex:
            return str(sympy.latex(value, order=order))
        written = sympy.sstr(value, order=order)
        text = re.sub(r"[A-Za-z]\w*", lambda word: pretty_symbol(word.group()), written)
        text = re.sub(r"\*\*\(([^()]*)\)", lambda power: "^{" + power.group(1).replace(" ", "") + "}", text)
        text = re.sub(r"(?<![\w^])(\d+)\*(?=[^\W\d])", r"\1", text.replace("**", "^"))
        return text.replace("*", "·").replace("-", "−")

    def index(self, value: sympy.Expr) -> str:
        return self.scalar(value).replace(" ", "") if not self.latex else self.scalar(value)

    def expression(self, expr: Expr, place: int) -> str:
        match expr:
            case Scalar(value=value):
                return self.bracketed(self.scalar(value), (value.is_Add or _negative(value)) and place > IN_SUM)
            case App():
                return self.application(expr)
            case Identity():
                return "I"
            case Zero():
                return "0"
            case Add(terms=terms):
                return self.bracketed(self.sum(terms), place > IN_SUM)
            case Mul():
                return self.product(expr, place)
            case Transpose(argument=argument):
                mark = r"^{\top}" if self.latex else "ᵀ"
                inside = self.expression(argument, TIGHT)
                raised = self.latex and self.raised(argument)
                return f"{self.bracketed(inside, raised or isinstance(argument, Power | Transpose))}{mark}"
            case Trace(argument=argument):
                name = r"\operatorname{tr}" if self.latex else "tr"
                return name + self.bracketed(self.expression(argument, IN_SUM), True)
            case Power(base=base, exponent=exponent):
                compound = isinstance(base, Scalar) and self.compound(base.value)
                raised = isinstance(base, Power | Transpose) or self.raised(base) or compound
                inside = self.bracketed(self.expression(base, TIGHT), raised)
                return f"{inside}^{self.braced(self.index(exponent))}"
            case Sum(body=body, index=index, lower=lower, upper=upper):
                low, high = self.index(lower), self.index(upper)
                if self.latex:
                    sign = rf"\sum_{{{self.scalar(index)}={low}}}^{{{high}}} "
                else:
                    sign = f"Σ_{{{self.scalar(index)}={low}..{high}}} "
                return self.bracketed(sign + self.expression(body, IN_PRODUCT), place > IN_SUM)
            case Blocks(rows=rows):
                return self.blocks(rows)
        raise TypeError(f"{type(expr).__name__} has no printed form")

    def raised(self, expr: Expr) -> bool:
        """Has the name a superscript, or a prime before its index? Then a second superscript needs brackets."""
        if not isinstance(expr, App):
            return False
        return "^" in self.name(expr.name) or ("'" in self.name(expr.name) and bool(expr.indices))

    def sum(self, terms: Iterable[Expr]) -> str:
        text = ""
        for term in terms:
            part = self.expression(term, IN_SUM)
            minus = part.startswith(("-", "−"))
            if not text:
                text = part
            elif minus:
                text += (" - " if self.latex else " − ") + part[1:].lstrip()
            else:
                text += " + " + part
        return text

    def product(self, expr: Mul, place: int) -> str:
        norm = _squared_vector(expr)
        if norm is not None:
            inside = self.expression(norm, IN_SUM)
            return rf"\left\lVert {inside}\right\rVert^{{2}}" if self.latex else f"‖{inside}‖²"
        factors, sign = list(expr.factors), ""
        scaled = Mul(expr.factors[1:]) if isinstance(factors[0], Scalar) and len(factors) > 2 else None
        if scaled is not None and _squared_vector(scaled) is not None:
            factors[1:] = [scaled]
        for position, factor in enumerate(factors[1:-1], 1):
            if factor == Scalar(sympy.Integer(-1)):  # A (−B), not A (−1) B
                factors[position:] = [Mul((factor, *factors[position + 1 :]))]
                break
        if isinstance(factors[0], Scalar) and _negative(factors[0].value):
            sign, first = ("-" if self.latex else "−"), Scalar(-factors[0].value)
            factors = factors[1:] if first.value == 1 else [first, *factors[1:]]
        parts = []
        for position, factor in enumerate(factors):
            last = position == len(factors) - 1
            inner = IN_SUM if last and isinstance(factor, Sum) else IN_PRODUCT
            part = self.expression(factor, TIGHT if isinstance(factor, Mul) else inner)
            if isinstance(factor, Scalar) and not self.latex and _in_pieces(part):
                part = f"({part})"
            parts.append(part)
        text = parts[0]
        for part in parts[1:]:
            number = text[-1].isdecimal() and part[0].isdecimal()  # 0·2, not 02
            text += ((r" \cdot " if self.latex else "·") if number else (r"\," if self.latex else " ")) + part
        return self.bracketed(sign + text, place == TIGHT or (place == IN_PRODUCT and bool(sign)))

    def application(self, expr: App) -> str:
        text = self.name(expr.name)
        if expr.indices:
            text += "_" + self.braced(",".join(map(self.index, expr.indices)))
        if expr.arguments:
            text += self.bracketed(", ".join(self.expression(a, IN_SUM) for a in expr.arguments), True)
        return text

    def name(self, name: Name) -> str:
        return name.latex if self.latex and name.latex else name.text

    def blocks(self, rows: tuple[tuple[Expr, ...], ...]) -> str:
        cells = [[self.expression(block, IN_SUM) for block in row] for row in rows]
        if self.latex:
            inside = r" \\ ".join(" & ".join(row) for row in cells)
            return rf"\begin{{bmatrix}} {inside} \end{{bmatrix}}"
        return "[" + "; ".join("  ".join(row) if len(row) > 1 else row[0] for row in cells) + "]"

    def braced(self, text: str) -> str:
        return text if len(text) == 1 and not self.latex else f"{{{text}}}"

    def bracketed(self, text: str, needed: bool) -> str:
        if not needed:
            return text
        return rf"\left({text}\right)" if self.latex else f"({text})"


def _order(value: sympy.Basic) -> str | None:
    """SymPy's order of the terms, or the reverse of it where that spares a minus sign in front: 1 - 2x, not -2x + 1."""
    ends = [(terms[0], terms[-1]) for terms in (part.as_ordered_terms() for part in value.atoms(sympy.Add))]
    signs = [(_negative(first), _negative(last)) for first, last in ends]
    return "rev-lex" if (True, False) in signs and (False, True) not in signs else None


def _in_pieces(text: str) -> bool:
    """Would a number, as it is written, fall to pieces beside a matrix? (η/N) W, but (1 − a)/2 W and a (1 − b) W."""
    return not text.startswith("(") and re.search(r"[/ ]", re.sub(r"\([^()]*\)", "", text)) is not None


def _negative(value: sympy.Basic) -> bool:
    """Is the value written with a minus sign in front? Of a sum only if every term is."""
    return all(term.could_extract_minus_sign() for term in sympy.Add.make_args(value))


def _squared_vector(expr: Mul) -> Expr | None:
    """v if the product is vᵀv for a column v, which is written ‖v‖²."""
    first, rest = expr.factors[0], expr.factors[1:]
    if not isinstance(first, Transpose) or not expr.is_scalar or first.argument.is_scalar:
        return None
    return first.argument if first.argument == (rest[0] if len(rest) == 1 else Mul(rest)) else None


to_latex = Printer(latex=True)
to_text = Printer(latex=False)
