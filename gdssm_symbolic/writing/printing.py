"""Expressions, equations and definitions as formulas, in LaTeX and in plain text, always from the object itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import reduce
from itertools import chain, count, groupby, islice
from types import MappingProxyType

import sympy
from sympy.printing.latex import LatexPrinter
from sympy.printing.pretty.pretty_symbology import greek_unicode
from sympy.printing.str import StrPrinter

from gdssm_symbolic.extensions.differentiation import Gradient, GradientOf
from gdssm_symbolic.extensions.expectation import Mean
from gdssm_symbolic.extensions.impossibility import Impossible
from gdssm_symbolic.extensions.independence import Independent
from gdssm_symbolic.extensions.laws import AnyLaw, Law, Normal, Uniform
from gdssm_symbolic.extensions.limits import Limit
from gdssm_symbolic.extensions.positivity import Positive
from gdssm_symbolic.extensions.reading import ENTRYWISE, printed, read
from gdssm_symbolic.extensions.systems import Joint
from gdssm_symbolic.extensions.unit_vectors import UnitVectors
from gdssm_symbolic.kernel.definitions import Definition, Meaning, Recurrence
from gdssm_symbolic.kernel.expressions import (
    ONE,
    Add,
    App,
    Blocks,
    Expr,
    Identity,
    Mul,
    Name,
    Power,
    Scalar,
    Shape,
    ShapeError,
    Sum,
    Trace,
    Transpose,
    Zero,
)
from gdssm_symbolic.kernel.linear_forms import floor
from gdssm_symbolic.kernel.statements import Equation, Proposition

from . import sizes
from .formula_tree import (
    CLAUSE,
    COMMA,
    EQUALS,
    LESS,
    MINUS,
    NOT_EQUAL,
    PLUS,
    Break,
    Node,
    Nodes,
    bracketed_in_plain,
    fence,
    fraction,
    is_sum,
    joined,
    latex,
    matrix,
    relation,
    run_together,
    script,
    symbol,
    text,
    times,
    words,
)
from .sizes import NOTHING, Known
from .unused_letters import unlike

#: How tightly the surroundings bind: a sum needs brackets inside a product, a product under a transpose.
IN_SUM, IN_PRODUCT, TIGHT = range(3)

#: Letters and signs for LaTeX, and what stands over a letter.
SPELLED = {letter: rf"\{name}" for name, letter in greek_unicode.items()}
SPELLED |= {"ε": r"\varepsilon", "φ": r"\varphi", "ℒ": r"\mathcal{L}", "ℓ": r"\ell", "𝟏": r"\mathbf{1}"}
SPELLED |= {"∞": r"\infty", "½": "1/2"}
ACCENTS = {"\N{COMBINING CIRCUMFLEX ACCENT}": "hat", "\N{COMBINING TILDE}": "tilde", "\N{COMBINING MACRON}": "bar"}

ZERO: Nodes = (symbol("0", "0"),)
#: The shape of a number, and of the arguments that it takes.
NUMBER: tuple[Shape, tuple[Shape, ...]] = ((ONE, ONE), ())
#: Of a law that is not given, so many moments are listed.
MOST_MOMENTS = 6
MORE, NOT_LESS, FOLLOWS = relation(">", ">"), relation("≥", r"\ge"), relation("∼", r"\sim")


def to_text(item: object) -> str:
    """The item on one line, with Unicode symbols; TypeError for what has no printed form."""
    return text(formula(item))


def to_latex(item: object) -> str:
    """The item for LaTeX, without dollar signs; TypeError for what has no printed form."""
    return latex(formula(item))


def formula(item: object) -> Nodes:
    """The formula of a number, an expression, a meaning or a proposition; TypeError for what has no printed form."""
    match item:
        case Node():
            return (item,)
        case tuple():  # it is one already
            return item
        case int() | sympy.Basic():
            return _scalar(sympy.sympify(item))
        case Name():
            return (symbol(item.text, letters(item.text)),)
        case Expr():
            return _expression(item, IN_SUM)
        case Equation(left=left, right=right):
            return equals(left, right)
        case Meaning():
            return meant(item)
        case Proposition():
            return _proposition(item)
        case Law():
            return _law_alone(item)
    raise TypeError(f"{type(item).__name__} has no printed form")


def meant(item: Meaning, told: Mapping[object, int | None] = MappingProxyType({})) -> Nodes:
    """What a name means, and for which indices and matrices: g_p(W) = W for p ≥ 1, W ∈ R^f.

    What is `told` before it is not said again: names, and symbols with the least value that they are said to have. An
    index that may be any integer is said to be one where it reads like such a symbol.
    """
    least: dict[sympy.Symbol, object] = {index: floor(index) for index in item.indices}
    if isinstance(item, Recurrence | Joint):
        least[item.index] = item.start + 1
    ranges = _ranges({index: low for index, low in least.items() if low is not None and told.get(index) != low})
    texts = {one.name for one in told if isinstance(one, sympy.Symbol) and one not in least}
    alike = [formula(index) for index, low in least.items() if low is None and index.name in texts]
    ranges += [(symbol("all integers ", r"\text{all integers }"), *joined(alike, COMMA))] if alike else []
    ranges += declared(one for one in item.parameters if one not in told and _space(one) != NUMBER)
    return _worded(_meaning(item), "for", joined(ranges, COMMA)) if ranges else _meaning(item)


def _meaning(item: Meaning) -> Nodes:
    match item:
        case Definition():
            return _defined(item, item.left, item.body)
        case Recurrence(starts_from_data=True) | Joint(starts_from_data=True):
            given = *formula(item.initial), symbol(" given", r"\text{ given}")
            return *given, CLAUSE, *_defined(item, item.left, item.body)
        case Recurrence() | Joint():
            start = _defined(item, item.at(item.start), item.initial)
            return *start, CLAUSE, *_defined(item, item.left, item.body)
        case UnitVectors():
            space = of_shape(item.name.shape)
            return _worded(item.left, "the unit vector number", item.index, "of", space, "or 0 if there is none")
        case GradientOf():
            what = "the derivative" if item.name.shape == (1, 1) else "the gradient"
            alone = what == "the derivative" and len(item.name.takes) == 1
            what += " of" if alone else ", in the first argument, of"
            return _worded(item.name, what, item.function)
        case Mean():
            mean = equals(item.left, (symbol("𝔼 ", r"\mathbb{E}\,"), fence(formula(item.body))))
            listed = [_law(name, law) for name, law in item.laws]
            if item.units is not None:
                others = {one.name for one in item.free if not one.is_integer}.union(name.text for name, _ in item.laws)
                unit = *formula(item.units), script("_", formula(sympy.Symbol(next(unlike("abcdeh", others)))))
                listed.append(_worded(member(unit, item.units.shape), "unit vectors"))
            alone = [name.shape for name, _ in item.laws] == [(1, 1)] and not item.laws[0][0].arity
            said = [] if alone else [(symbol("independent entries", r"\text{independent entries}"),)]
            return joined([mean, *listed, *said], CLAUSE)
    raise TypeError(f"{type(item).__name__} has no printed form")


def _defined(item: Definition | Recurrence | Joint, left: Expr, body: Expr) -> Nodes:
    """The name and a body of its meaning; a 0 in it has its size if nothing else shows the shape of the name."""
    known = sizes.of_name(item)
    return *formula(left), EQUALS, *_expression(body, IN_SUM, Known(zeros=not known.all))


def _proposition(item: Proposition) -> Nodes:
    match item:
        case Positive():
            signs = [at_least(one, 0) for one in item.nonnegative] + _not_zero(item.nonzero)
            number = *formula(item.number), MORE, *ZERO
            return _worded(number, "for", joined(signs, COMMA)) if signs else number
        case Independent():
            names = [formula(weight) for weight in item.weights]
            if len(names) > 4:
                names = [names[0], (symbol("…", r"\dots"),), names[-1]]
            return _worded(equals(item.combination, 0), "for all data only if", joined([*names, ZERO], EQUALS))
        case Gradient():
            return _worded(item.gradient, "is the gradient of", item.function, "at", item.point)
        case Limit():
            index = formula(item.index)
            sign = symbol(f"lim_{{{text(index)}→∞}} ", rf"\lim_{{{latex(index)} \to \infty}} ")
            known = sizes.read_off(item.value, sizes.read_off(item.sequence))
            limit, value = _expression(item.sequence, IN_PRODUCT, known), _expression(item.value, IN_SUM, known)
            return sign, *limit, EQUALS, *value
        case Impossible():
            start = ("for no", joined(declared(item.unknowns), COMMA), "is") if item.unknowns else ("never is",)
            end = ("for all", joined(declared(item.data), COMMA)) if item.data else ()
            said = _worded(*start, item.equation, *end)
            return _worded(said, "where", joined(_not_zero(item.given), COMMA)) if item.given else said
    raise TypeError(f"{type(item).__name__} has no printed form")


def equals(left: object, right: object) -> Nodes:
    """The two with = between them."""
    if isinstance(left, Expr) and isinstance(right, Expr):
        known = sizes.read_off(right, sizes.read_off(left))
        return *_expression(left, IN_SUM, known), EQUALS, *_expression(right, IN_SUM, known)
    return *formula(left), EQUALS, *formula(right)


def for_all(item: Proposition, symbols: Iterable[sympy.Symbol]) -> Nodes:
    """The statement, which is about all values of these symbols: c_n = 0 for all n ≥ 0."""
    listed = tuple(symbols)
    return _worded(item, "for all", every(listed)) if listed else formula(item)


def every(symbols: Iterable[sympy.Symbol]) -> Nodes:
    """Indices with their least values; those that have none last: p ≥ 1, k, l ≥ 0, j."""
    bounded = {one: floor(one) for one in sorted(symbols, key=lambda one: floor(one) is None)}
    return joined(_ranges(bounded), COMMA)


def _ranges(least: Mapping[sympy.Symbol, object]) -> list[Nodes]:
    """Those of one least value together."""
    alike: dict[object, list[Nodes]] = {}
    for index, low in least.items():
        alike.setdefault(low, []).append(formula(index))
    listed = [(joined(indices, COMMA), low) for low, indices in alike.items()]
    return [indices if low is None else at_least(indices, low) for indices, low in listed]


def at_least(number: object, low: object) -> Nodes:
    """The number is no less than this."""
    return *formula(number), NOT_LESS, *formula(low)


def _not_zero(numbers: Iterable[object]) -> list[Nodes]:
    return [(*formula(number), NOT_EQUAL, *ZERO) for number in numbers]


def _worded(*parts: object) -> Nodes:
    """Formulas with words between them, or at the end."""
    *nodes, last = (node for part in parts for node in ((words(part),) if isinstance(part, str) else formula(part)))
    ends = isinstance(parts[-1], str)
    return *nodes, replace(last, text=last.text.rstrip(), latex=last.latex.replace(" }", "}")) if ends else last


def member(shown: object, shape: Shape, takes: Sequence[Shape] = ()) -> Nodes:
    """What is shown of a name, and the space that its values, or the values of its members, are in."""
    space = of_shape(shape)
    if takes:
        arguments = joined(map(of_shape, takes), symbol(" × ", r" \times "))
        space = symbol("(", "("), *arguments, symbol(" → ", r" \to "), *space, symbol(")", ")")
    return *formula(shown), symbol(" ∈ ", r" \in "), *space


def of_shape(shape: Shape) -> Nodes:
    """The space of the matrices of a shape: R, R^f of columns, R^{1×f} of rows, R^{f×f}."""
    real = symbol("R", r"\mathbb{R}")
    return (real,) if shape == (1, 1) else (real, script("^", _dimensions(shape)))


def _dimensions(shape: Shape) -> Nodes:
    rows, columns = shape
    if columns == 1:
        return formula(rows)
    written = [(fence(formula(size)),) if size.is_Add else formula(size) for size in (rows, columns)]
    return joined(written, symbol("×", r" \times "))


def declared(items: Iterable[sympy.Symbol | Name]) -> list[Nodes]:
    """Names and symbols with their spaces, of several in one space after the last; numbers alone have none.

    Integers come last, with their least values.
    """
    by_kind = sorted(items, key=_is_integer)
    integers = [one for one in by_kind if isinstance(one, sympy.Symbol) and one.is_integer]
    runs = [(space, list(alike)) for space, alike in groupby(by_kind[: len(by_kind) - len(integers)], _space)]
    listed: list[Nodes] = []
    for space, (*others, last) in runs:
        listed += map(formula, others)
        listed.append(formula(last) if len(runs) == 1 and space == NUMBER else member(last, *space))
    return listed + ([every(integers)] if integers else [])


def _is_integer(one: sympy.Symbol | Name) -> bool:
    return isinstance(one, sympy.Symbol) and bool(one.is_integer)


def _space(one: sympy.Symbol | Name) -> tuple[Shape, tuple[Shape, ...]]:
    return (one.shape, one.takes) if isinstance(one, Name) else NUMBER


def _law(name: Name, law: Law) -> Nodes:
    """The entries of a random name and their law; before it, the space of a name that is no number."""
    taken = {known.name for known in law.free | name.sizes}
    letters = (letter for letter in chain("ijk", map("i_{}".format, count(1))) if letter not in taken)
    indices = [formula(sympy.Symbol(letter)) for letter in islice(letters, name.arity)]
    entry = *formula(name), *((script("_", joined(indices, symbol(",", ","))),) if indices else ())
    sized = name.shape != (1, 1)
    declaration = member(entry, name.shape) if sized else entry
    if isinstance(law, AnyLaw):
        return _worded(declaration, *_any_law(law))
    return *((*declaration, COMMA) if sized else ()), *entry, FOLLOWS, *_scaled_law(law)


def _law_alone(law: Law) -> Nodes:
    return _worded(*_any_law(law)) if isinstance(law, AnyLaw) else _scaled_law(law)


def _any_law(law: AnyLaw) -> tuple[object, ...]:
    """The moments that have a letter: a letter ν_k for all of them would be read as that of ν_3, too."""
    even = [formula(sympy.Symbol(f"{law.letter}_{order}")) for order in range(2, law.highest + 1, 2)]
    if len(even) > MOST_MOMENTS:
        even[1:-1] = [(symbol("…", r"\dots"),)]
    if not even:
        return (f"symmetric with moments up to order {law.highest}",)
    return "symmetric with moments", joined(even, COMMA), f"up to order {law.highest}"


def _scaled_law(law: Law) -> Nodes:
    assert isinstance(law, Uniform | Normal)
    if isinstance(law, Normal):
        return _named_law("𝒩", r"\mathcal{N}", 0, law.scale**2)
    if law.scale.is_Rational:
        return _named_law("𝒰", r"\mathcal{U}", -abs(law.scale), abs(law.scale))
    # U(-α, α) would say that α is not negative
    return times(_bracketed(formula(law.scale), law.scale.is_Add), _named_law("𝒰", r"\mathcal{U}", -1, 1))


def _named_law(letter: str, latex: str, *parameters: object) -> Nodes:
    """A law and its parameters; its letter is that of no name."""
    return symbol(letter, latex), fence(joined(map(formula, parameters), COMMA))


# ---- numbers -------------------------------------------------------------------------------------


def _scalar(value: sympy.Basic) -> Nodes:
    """A number as SymPy would write it; a sum may be turned round to spare the minus in front: 1 - 2x, not -2x + 1."""
    if value.is_Add:
        terms = value.as_ordered_terms()
        turned = _negative(terms[0]) and not _negative(terms[-1])
        return _signed(map(_scalar, reversed(terms) if turned else terms))
    if (value.is_Mul or value.is_Rational) and value.as_coeff_Mul()[0].is_negative:
        return MINUS, *_bracketed(_scalar(-value), (-value).is_Add)
    if value.is_Mul or value.is_Rational or (value.is_Pow and value.exp.is_Rational):
        top, bottom = sympy.fraction(value, exact=True)
        if bottom != 1:
            return (fraction(_scalar(top), _scalar(bottom)),)
    if value.is_Mul:
        first, *others = (_bracketed(_scalar(one), one.is_Add) for one in value.as_ordered_factors())
        return reduce(times, (_bracketed(one, one[0] == MINUS) for one in others), first)
    if value.is_Pow:
        return *_base(value.base), script("^", _scalar(value.exp))
    if value.is_Integer:
        return (symbol(digits := str(Decimal(value.p)), digits),)  # Python writes no more than 4,300 digits of an int
    return (symbol(_PLAIN.doprint(value), letters(value.name) if value.is_Symbol else _LATEX.doprint(value)),)


class _Plain(StrPrinter):  # type: ignore[misc] # SymPy ships no types
    """SymPy's plain text, with letters as they are written elsewhere: sin(η)."""

    def _print_Symbol(self, expr: sympy.Symbol) -> str:
        return printed(expr.name)

    _print_Dummy = _print_Symbol  # noqa: N815 - SymPy's name; it would mark these with an underscore


#: Printers with all settings of their own: any thread may change those that SymPy's printers share.
_PLAIN = _Plain(dict(StrPrinter._default_settings))
_LATEX = LatexPrinter(dict(LatexPrinter._default_settings))


def _base(value: sympy.Basic) -> Nodes:
    """A number that has an exponent: a b² is not (a b)², nor 2/3² (2/3)²."""
    return _bracketed(_scalar(value), not (value.is_Symbol or (value.is_Integer and value.is_nonnegative)))


def _negative(value: sympy.Basic) -> bool:
    """Is the value written with a minus sign in front? Of a sum only if every term is."""
    return all(term.could_extract_minus_sign() for term in sympy.Add.make_args(value))


def _signed(parts: Iterable[Nodes]) -> Nodes:
    """Terms with their signs between them."""
    first, *others = parts
    return first + tuple(n for part in others for n in ((LESS, *part[1:]) if part[0] == MINUS else (PLUS, *part)))


def _bracketed(nodes: Nodes, needed: bool) -> Nodes:
    return (fence(nodes),) if needed else nodes


def letters(name: str) -> str:
    """The text of a symbol or a name for LaTeX: scripts in braces, words upright so that ab is not a b."""
    parts = read(name)
    above, below = (reduce(_beside, map(_letter, part), "") for part in (parts.above, parts.below))
    return _letter(parts.base) + f"^{{{above}}}" * bool(above) + f"_{{{below}}}" * bool(below)


def _beside(left: str, right: str) -> str:
    """Both; a space ends the name of a command before a letter, as in \\eta t."""
    return left + " " * bool(re.search(r"\\[A-Za-z]+$", left) and right[:1].isalpha()) + right


def _letter(part: str) -> str:
    part, primes = part.rstrip("'"), part[len(part.rstrip("'")) :]
    if part.startswith("∇"):
        inner = _letter(part[1:])
        return r"\nabla" + " " * inner[0].isalpha() + inner + primes
    if part[-1] in ACCENTS:
        return rf"\{ACCENTS[part[-1]]}{{{_letter(part[:-1])}}}{primes}"
    word = rf"\operatorname{{{part}}}" if len(part) > 1 and part.isascii() and part.isalpha() else part
    return SPELLED.get(part, word) + primes


# ---- expressions ---------------------------------------------------------------------------------


def _expression(expr: Expr, place: int, around: Known = sizes.NOTHING) -> Nodes:
    """An expression in a place that shows `around` of its shape; `sizes.read_off` says which sizes are printed."""
    known = sizes.read_off(expr, around)
    match expr:
        case Scalar(value=value):
            return _bracketed(nodes := formula(value), (is_sum(nodes) or nodes[0] == MINUS) and place > IN_SUM)
        case App(indices=(), arguments=(left, right)) if read(expr.name.text)[:2] == (ENTRYWISE, ()):
            return _entrywise(expr.name, left, right, place)
        case App(name=name, indices=indices, arguments=arguments):
            index = (script("_", joined(map(formula, indices), symbol(",", ","))),) if indices else ()
            letter = formula(name)
            if indices and read(name.text).below:  # TeX has one subscript a letter
                letter = symbol("", "{"), *letter, symbol("", "}")
            return *letter, *index, *((fence(joined(map(formula, arguments), COMMA)),) if arguments else ())
        case Identity(size=size):
            return symbol("I", "I"), *(() if known.all else (script("_", formula(size)),))
        case Zero(shape=shape):
            sized = known.zeros and not known.all and not expr.is_scalar
            return *ZERO, *((script("_", _dimensions(shape)),) if sized else ())
        case Add(terms=terms):
            return _bracketed(_signed(_expression(term, IN_SUM, known) for term in terms), place > IN_SUM)
        case Mul():
            return _product(expr, place, known)
        case Transpose(argument=argument):
            several = isinstance(argument, Scalar) and not (argument.value.is_Symbol or argument.value.is_Integer)
            needed = isinstance(argument, Power | Transpose) or several or _is_squared_norm(argument)
            inside = _bracketed(_expression(argument, TIGHT, known.turned), needed)
            if _raised(argument):  # which in plain text can be told apart without brackets
                inside = symbol("", r"\left("), *inside, symbol("", r"\right)")
            return *inside, symbol("ᵀ", r"^{\top}")
        case Trace(argument=argument):
            return symbol("tr", r"\operatorname{tr}"), fence(formula(argument))
        case Power(base=Scalar(value=value), exponent=exponent):
            return *_base(value), script("^", formula(exponent))
        case Power(base=base, exponent=exponent):
            needed = isinstance(base, Power | Transpose) or _raised(base) or _is_squared_norm(base)
            inside = _expression(base, TIGHT, known._replace(zeros=True))
            return *_bracketed(inside, needed), script("^", formula(exponent))
        case Sum(body=body, index=index, lower=lower, upper=upper):
            limits = tuple(map(formula, (index, lower, upper)))
            plain = "Σ_{{{}={}..{}}} ".format(*(text(limit).replace(" ", "") for limit in limits))
            sign = symbol(plain, r"\sum_{{{}={}}}^{{{}}} ".format(*map(latex, limits)))
            return _bracketed((sign, *_expression(body, IN_PRODUCT, known)), place > IN_SUM)
        case Blocks(rows=rows):
            shown = sizes.of_blocks(rows, known)
            pairs = (zip(*row, strict=True) for row in zip(rows, shown, strict=True))
            return (matrix([[_expression(block, IN_SUM, one) for block, one in row] for row in pairs]),)
    raise TypeError(f"{type(expr).__name__} has no printed form")


def _raised(expr: Expr) -> bool:
    """Has the name a superscript, or a prime before its index? Then a second superscript needs brackets."""
    if not isinstance(expr, App):
        return False
    name = to_latex(expr.name)
    return "^" in name or ("'" in name and bool(expr.indices))


def _entrywise(name: Name, left: Expr, right: Expr, place: int) -> Nodes:
    """A product entry by entry, which binds as a sum does; with the number below that tells its size from others."""
    below = "".join(read(name.text).below)
    sign = (symbol(" ⊙", r" \odot"), script("_", (symbol(below, below),))) if below else (symbol(" ⊙", r" \odot"),)
    first, second = (_expression(one, TIGHT, NOTHING) for one in (left, right))
    return _bracketed((*first, *sign, symbol(" ", " "), *second), place > IN_SUM)


def _product(expr: Mul, place: int, known: Known) -> Nodes:
    if (vector := _squared_vector(expr)) is not None:
        return fence(formula(vector), norm=True), symbol("²", "^{2}")
    first, *factors = expr.factors
    if negative := isinstance(first, Scalar) and _negative(first.value):
        first = Scalar(-first.value)
    if len(factors) > 1 and isinstance(first, Scalar) and _squared_vector(Mul(tuple(factors))) is not None:
        factors = [Mul(tuple(factors))]
    for position, factor in enumerate(factors[:-1]):
        if factor == Scalar(sympy.Integer(-1)):  # A (−B), not A (−1) B
            end = len(factors) if _fits(factors[position + 1 :]) else position + 2
            factors[position:end] = [Mul(tuple(factors[position:end]))]
            break
    if not factors or not (negative and first == Scalar(sympy.Integer(1))):
        factors.insert(0, first)
    shown = zip(factors, sizes.of_factors(factors, known), strict=True)
    nodes, *parts = (_in_product(factor, k == len(factors), one) for k, (factor, one) in enumerate(shown, 1))
    for part in parts:
        nodes = *nodes, _between(nodes, part), *part
    return _bracketed((MINUS, *nodes) if negative else nodes, place == TIGHT or (place == IN_PRODUCT and negative))


def _fits(factors: Sequence[Expr]) -> bool:
    """Have the factors a product of their own? Those of a scalar product need not: in (uᵀ v) A it is uᵀ that fits v."""
    try:
        Mul(tuple(factors))
    except ShapeError:
        return False
    return True


def _in_product(factor: Expr, last: bool, known: Known) -> Nodes:
    inner = IN_SUM if last and isinstance(factor, Sum) else IN_PRODUCT
    part = _expression(factor, TIGHT if isinstance(factor, Mul) else inner, known)
    outside = plain = text(part)
    while (shorter := re.sub(r"\([^()]*\)", "", outside)) != outside:
        outside = shorter
    clear = plain[0] == "(" and re.fullmatch(r"(/\d+)?", outside)
    if isinstance(factor, Scalar) and re.search(r"[/ ]", outside) and not clear:
        return bracketed_in_plain(part)  # (η/N) W, but (1 − a)/2 W and a (1 − b) W
    return part


def _between(left: Nodes, right: Nodes) -> Node:
    """Two numbers have a dot between them: 0·2, not 02."""
    plain = "·" if left[-1].text[-1:].isdecimal() and right[0].text[:1].isdecimal() else " "
    if run_together(left, right):
        return symbol(plain, r" \cdot ")
    return symbol(plain, r"\,", after=Break.FACTORS)


def _is_squared_norm(expr: Expr) -> bool:
    return isinstance(expr, Mul) and _squared_vector(expr) is not None


def _squared_vector(expr: Mul) -> Expr | None:
    """v if the product is vᵀv for a column v, which is written ‖v‖²."""
    first, rest = expr.factors[0], expr.factors[1:]
    if not isinstance(first, Transpose) or not expr.is_scalar or first.argument.is_scalar:
        return None
    return first.argument if first.argument == (rest[0] if len(rest) == 1 else Mul(rest)) else None
