"""The language: expressions in vectors and matrices of symbolic size.

Scalars, sizes, indices, bounds and exponents are SymPy objects. This module *wraps* them in a few
kinds of immutable nodes and checks the shapes of every product and sum when it is made. Matrix expressions
are not simplified here, so they print as they were written; `gdssm_symbolic.kernel.normal_form` decides
whether two of them are equal.

    x = Name("x", (f, 1), arity=1)     a family of vectors:  x[i]  is a column of R^f
    W = Name("W", (f, f))()            one matrix
    Sum(x[i] * x[i].T, i, 1, N)        a sum over samples with symbolic bounds
    Blocks(((x[t], y[t], x[t + 1]),))  the window C_t, a matrix of three columns
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy

from .exact import class_of, exact
from .immutable import FORMS, Immutable
from .linear_forms import OutsideLanguage

Shape = tuple[sympy.Expr, sympy.Expr]
Values = Mapping[sympy.Symbol, sympy.Expr]
ONE = sympy.Integer(1)
#: The texts that may be names, such as W_*, e^+ and M^{S'}. `I`, `tr`, and what reads like a number or a sum may not.
NAME = re.compile(r"(?!(?:I|tr)$)[^\s0-9+*/=()²³¹⁰-ₜᴬ-ᵥ-]([^\s+*/=()²³¹⁰-ₜᴬ-ᵥ-]|(?<=[_^])[+*-])*")


#: The limits on nesting, as functions on expressions are recursive, and on parts, as one object can be many of them.
DEEPEST, LARGEST = 100, 1_000_000


class ShapeError(ValueError):
    """Raised if two shapes do not fit, so that the expression is not even well formed."""


class Expr(Immutable):
    """A matrix expression, which can be added, multiplied and transposed. Shapes are (rows, columns)."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.depth > DEEPEST or self.nodes > LARGEST:
            raise OutsideLanguage(f"an expression nested more than {DEEPEST} deep, or of more than {LARGEST:,} parts")

    @property
    def shape(self) -> Shape:
        raise NotImplementedError

    @property
    def is_scalar(self) -> bool:
        return self.shape == (ONE, ONE)

    @cached_property
    def depth(self) -> int:
        """The depth of nesting. Making an expression deeper than DEEPEST raises OutsideLanguage."""
        return 1 + max((child.depth for child in self.children), default=0)

    @cached_property
    def nodes(self) -> int:
        """The number of expressions in it, itself included. If it is more than LARGEST, making it raises the same."""
        return 1 + sum(child.nodes for child in self.children)

    @cached_property
    def made_of(self) -> tuple[object, ...]:
        """Its subexpressions, names, scalars, sizes, indices and bounds, in the order in which they are written."""
        return tuple(_flat(self.contents))

    @cached_property
    def children(self) -> tuple[Expr, ...]:
        """Its direct subexpressions, in the order in which they are written."""
        return tuple(part for part in self.made_of if isinstance(part, Expr))

    @cached_property
    def depends_on(self) -> frozenset[sympy.Symbol]:
        """The SymPy symbols on which the value depends: scalars, sizes, free indices; no bound index."""
        return frozenset().union(*(_symbols(part) for part in self.made_of))

    def mapped(
        self, part: Callable[[Expr], Expr], scalar: Callable[[sympy.Expr], sympy.Expr] = lambda value: value
    ) -> Expr:
        """Return the node with its subexpressions, scalars, sizes, indices and bounds changed; itself if none is."""

        def changed(value: Any) -> Any:
            if isinstance(value, tuple):
                return tuple(changed(one) for one in value)
            return part(value) if isinstance(value, Expr) else scalar(value) if isinstance(value, sympy.Expr) else value

        before = self.contents
        after = tuple(changed(value) for value in before)
        return self if after == before else type(self)(*after)

    def __add__(self, other: object) -> Expr:
        return Add(_terms(self) + _terms(wrap(other)))

    def __radd__(self, other: object) -> Expr:
        return Add(_terms(wrap(other)) + _terms(self))

    def __sub__(self, other: object) -> Expr:
        return self + (-wrap(other))

    def __rsub__(self, other: object) -> Expr:
        return wrap(other) + (-self)

    def __neg__(self) -> Expr:
        return _product(Scalar(sympy.Integer(-1)), self)

    def __mul__(self, other: object) -> Expr:
        return _product(self, wrap(other))

    def __rmul__(self, other: object) -> Expr:
        return _product(wrap(other), self)

    __matmul__ = __mul__

    def __truediv__(self, number: object) -> Expr:
        raise TypeError(
            f"a matrix is multiplied by 1/n: write (1 / n) * A for A / n, here with n = {number!r} of SymPy"
        )

    def __pow__(self, exponent: object) -> Expr:
        return Power(self, exact(exponent))

    @property
    def T(self) -> Expr:
        return Transpose(self)


@dataclass(frozen=True)
class Scalar(Expr):
    """A rational function of scalar symbols, as a SymPy expression; powers a**(t - i) are allowed."""

    value: sympy.Expr
    shape = ONE, ONE


@dataclass(frozen=True)
class Name(Immutable):
    """The name of a matrix, of a family of matrices, or of a function of matrices.

    An expression is what stands for its values: the matrix A(), the member x[i], the value L(W()) or L[t](W()).

    `arity` counts the integer indices, `takes` gives the shapes of the matrix arguments:
    x_i has arity 1, the loss over the first t samples L_t(W) has arity 1 and takes one f×f matrix.
    """

    text: str
    shape: Shape
    arity: int = 0
    takes: tuple[Shape, ...] = ()

    def complete(self) -> None:
        if not NAME.fullmatch(self.text):
            raise TypeError(f"a name is a text that reads like one, and {self.text!r} does not")

    def __hash__(self) -> int:
        return hash(self.text)  # equal names have equal texts

    @property
    def sizes(self) -> frozenset[sympy.Symbol]:
        """The symbols in its shape, and in those of its arguments."""
        return frozenset().union(*(n.free_symbols for shape in (self.shape, *self.takes) for n in shape))

    def at(self, indices: tuple[object, ...] = (), arguments: tuple[object, ...] = ()) -> App:
        return App(self, tuple(exact(one) for one in indices), tuple(wrap(one) for one in arguments))

    __iter__ = None  # or Python would take every member in turn: x[0], x[1], …

    def __getitem__(self, index: object) -> App:
        return self.at(index if isinstance(index, tuple) else (index,))

    def __call__(self, *arguments: object) -> App:
        return self.at((), arguments)


@dataclass(frozen=True)
class App(Expr):
    """A name applied to its indices and matrix arguments: x_i, Z_{t+1}, W, L_t(W + H)."""

    name: Name
    indices: tuple[sympy.Expr, ...] = ()
    arguments: tuple[Expr, ...] = ()

    def complete(self) -> None:
        if len(self.indices) != self.name.arity or len(self.arguments) != len(self.name.takes):
            raise TypeError(f"{self.name.text} takes {self.name.arity} indices and {len(self.name.takes)} matrices")
        for argument, expected in zip(self.arguments, self.name.takes, strict=True):
            require_shape(argument, expected, f"the argument of {self.name.text}")

    @property
    def shape(self) -> Shape:
        return self.name.shape


@dataclass(frozen=True)
class Identity(Expr):
    """The identity matrix I of a size."""

    size: sympy.Expr

    @property
    def shape(self) -> Shape:
        return self.size, self.size


@dataclass(frozen=True)
class Zero(Expr):
    """The zero matrix of a shape."""

    rows: sympy.Expr
    columns: sympy.Expr

    @property
    def shape(self) -> Shape:
        return self.rows, self.columns


@dataclass(frozen=True)
class Add(Expr):
    """A sum of matrices of one shape."""

    terms: tuple[Expr, ...]

    def complete(self) -> None:
        if not self.terms:
            raise ShapeError("a sum of no terms has no shape")
        for term in self.terms[1:]:
            require_shape(term, self.terms[0].shape, "a term of a sum")

    @cached_property
    def shape(self) -> Shape:
        return self.terms[0].shape


@dataclass(frozen=True)
class Mul(Expr):
    """A product, left to right. A 1×1 factor scales whatever stands beside it."""

    factors: tuple[Expr, ...]

    def complete(self) -> None:
        if not self.factors:
            raise ShapeError("a product of no factors has no shape")
        _ = self.shape  # raises ShapeError where two factors do not fit

    @cached_property
    def shape(self) -> Shape:
        return _shape_of_product(self.factors)


@dataclass(frozen=True)
class Transpose(Expr):
    """The transpose of a matrix."""

    argument: Expr

    @cached_property
    def shape(self) -> Shape:
        rows, columns = self.argument.shape
        return columns, rows


@dataclass(frozen=True)
class Trace(Expr):
    """The trace of a square matrix, a number."""

    argument: Expr
    shape = ONE, ONE

    def complete(self) -> None:
        require_shape(self.argument, (self.argument.shape[0],) * 2, "what has a trace")


@dataclass(frozen=True)
class Power(Expr):
    """A power of a square matrix; the exponent may be symbolic, and must never be negative."""

    base: Expr
    exponent: sympy.Expr

    def complete(self) -> None:
        require_shape(self.base, (self.base.shape[0],) * 2, "what has powers")

    @property
    def shape(self) -> Shape:
        return self.base.shape


@dataclass(frozen=True)
class Sum(Expr):
    """The sum of `body` over index = lower, …, upper; empty when upper = lower - 1."""

    body: Expr
    index: sympy.Symbol
    lower: sympy.Expr
    upper: sympy.Expr

    def __post_init__(self) -> None:
        if not (isinstance(self.index, sympy.Symbol) and exact(self.index).is_integer):
            raise TypeError("the index of a sum is an integer symbol, as sympy.Symbol('i', integer=True) is")
        super().__post_init__()

    @cached_property
    def shape(self) -> Shape:
        return self.body.shape

    @cached_property
    def depends_on(self) -> frozenset[sympy.Symbol]:
        bounds = self.lower.free_symbols | self.upper.free_symbols
        return (self.body.depends_on - {self.index}) | frozenset(bounds)


@dataclass(frozen=True)
class Blocks(Expr):
    """A matrix given block by block; with 1×1 blocks, an explicit matrix."""

    rows: tuple[tuple[Expr, ...], ...]

    def complete(self) -> None:
        if not self.rows or not self.rows[0] or any(len(row) != len(self.rows[0]) for row in self.rows):
            raise ShapeError("the rows of a block matrix differ in length")
        for row in self.rows:
            for block, above in zip(row, self.rows[0], strict=True):
                require_shape(block, (row[0].shape[0], above.shape[1]), "a block")

    @cached_property
    def shape(self) -> Shape:
        return sum(row[0].shape[0] for row in self.rows), sum(block.shape[1] for block in self.rows[0])


#: The kinds of expressions; no class derived from one is part of the language.
NODES = (Add, App, Blocks, Identity, Mul, Power, Scalar, Sum, Trace, Transpose, Zero)


def inner(left: Expr, right: Expr) -> Expr:
    """Return the Frobenius inner product ⟨left, right⟩ = tr(leftᵀ right)."""
    return Trace(left.T * right)


#: For classes that are not expressions, the functions that convert them. `from_sympy` adds SymPy's matrices.
WRAPPERS: dict[type, Callable[[Any], Expr]] = {}


def wrap(value: object) -> Expr:
    """Make an expression from a number, a SymPy scalar, or an object of one of the classes in WRAPPERS.

    Raises TypeError for anything else: strings in particular are never evaluated.
    """
    if not isinstance(value, Expr):
        wrapper = next((made for kind, made in WRAPPERS.items() if isinstance(value, kind)), None)
        value = wrapper(value) if wrapper else Scalar(exact(value))
    if class_of(value) not in NODES:
        raise TypeError(f"{type(value).__name__} is not part of the language")
    return value


FORMS[Expr] = wrap


def walk(expr: Expr) -> Iterator[Expr]:
    """Yield the expression and all its subexpressions, in the order in which they are written."""
    waiting = [expr]
    while waiting:
        yield (node := waiting.pop())
        waiting.extend(reversed(node.children))


def names(expr: Expr) -> dict[Name, None]:
    """Return the names that occur, in order of appearance."""
    return {node.name: None for node in walk(expr) if isinstance(node, App)}


def free_symbols(expr: Expr) -> frozenset[sympy.Symbol]:
    """Return the SymPy symbols on which the value depends: scalars, sizes, free indices; no bound index."""
    return expr.depends_on


def substitute(
    expr: Expr, symbols: Values, matrices: Mapping[Name, Expr] | None = None, *, evaluate: bool = True
) -> Expr:
    """Replace symbols, and names without indices, everywhere; rename a bound index that would capture a symbol.

    Sizes of matrices stay symbolic: replacing f itself raises ShapeError. With `evaluate=False` SymPy does not
    simplify the scalars, so that 0·(1/0) and 0·0^n stay as they are and can still be refused.
    """
    matrices = matrices or {}
    if replaced := set().union(*(size.free_symbols for size in expr.shape)) & set(symbols):
        raise ShapeError(f"{replaced.pop()} is the size of a matrix; only evaluation gives it a value")

    def value(scalar: sympy.Expr) -> sympy.Expr:
        for power in (one for one in sympy.postorder_traversal(scalar) if one.is_Pow):  # so those inside come first
            base, exponent = (part.xreplace(symbols) for part in power.args)
            bits = sum(number.p.bit_length() + number.q.bit_length() for number in base.atoms(sympy.Rational))
            if exponent.is_Integer and abs(exponent) * max(bits, not power.exp.is_Integer) > LARGEST:
                raise OutsideLanguage(f"an exponent beyond {LARGEST:,}, or a number of more bits")
        return scalar.xreplace(symbols)

    match expr:
        case Scalar() if not evaluate:
            return Scalar(_literally(expr.value, symbols))
        case App() if expr.name in matrices:
            return matrices[expr.name]
        case Sum():
            expr = _avoid_capture(expr, symbols, matrices, evaluate=evaluate)
            inside = {old: new for old, new in symbols.items() if old != expr.index}
            body = substitute(expr.body, inside, matrices, evaluate=evaluate)
            return Sum(body, expr.index, value(expr.lower), value(expr.upper))
    return expr.mapped(lambda node: substitute(node, symbols, matrices, evaluate=evaluate), value)


def _literally(scalar: sympy.Expr, symbols: Values) -> sympy.Expr:
    if scalar in symbols or not scalar.args:
        return symbols.get(scalar, scalar)
    return scalar.func(*(_literally(part, symbols) for part in scalar.args), evaluate=False)


def fresh_index(taken: frozenset[sympy.Symbol]) -> sympy.Symbol:
    """Return an index whose name is not in use."""
    names = {symbol.name for symbol in taken}
    name = next(n for n in (*"ijkmr", *(f"i_{c}" for c in range(len(names) + 1))) if n not in names)
    return sympy.Symbol(name, integer=True)


def _avoid_capture(expr: Sum, symbols: Values, matrices: Mapping[Name, Expr], *, evaluate: bool) -> Sum:
    """Return the sum, with its index renamed if a symbol of the same name, free or bound, stands in a replacement."""
    bound = (node.index for new in matrices.values() for node in walk(new) if isinstance(node, Sum))
    free = (*(new.free_symbols for new in symbols.values()), *(free_symbols(new) for new in matrices.values()))
    incoming = frozenset(bound).union(*free)
    if expr.index.name not in {symbol.name for symbol in incoming}:
        return expr
    index = fresh_index(incoming | free_symbols(expr.body) | set(symbols))
    return Sum(substitute(expr.body, {expr.index: index}, evaluate=evaluate), index, expr.lower, expr.upper)


def _flat(value: object) -> Iterator[object]:
    if isinstance(value, tuple):
        for part in value:
            yield from _flat(part)
    else:
        yield value


def _symbols(part: object) -> frozenset[sympy.Symbol]:
    if isinstance(part, Name):
        return part.sizes
    return part.depends_on if isinstance(part, Expr) else frozenset(part.free_symbols)  # type: ignore[attr-defined]


def _terms(expr: Expr) -> tuple[Expr, ...]:
    return expr.terms if isinstance(expr, Add) else (expr,)


def _product(left: Expr, right: Expr) -> Expr:
    """Return a product as one would write it: flat, with adjacent scalars multiplied, and without factors 1.

    The right factor stays in one piece if its own factors would not fit one by one. Example: A (uᵀv B), since the
    shapes of A and uᵀ do not fit.
    """
    factors = _factors(left) + _factors(right)
    try:
        _shape_of_product(factors)
    except ShapeError:
        factors = (*_factors(left), right)
    written: list[Expr] = []
    for factor in factors:
        if isinstance(factor, Scalar) and written and isinstance(last := written[-1], Scalar):
            written[-1] = Scalar(last.value * factor.value)
        else:
            written.append(factor)
    kept = tuple(factor for factor in written if factor != Scalar(ONE))
    return Mul(kept) if len(kept) > 1 else kept[0] if kept else Scalar(ONE)


def _shape_of_product(factors: Iterable[Expr]) -> Shape:
    shape: Shape = (ONE, ONE)
    for factor in factors:
        if shape == (ONE, ONE):
            shape = factor.shape
        elif not factor.is_scalar:
            if shape[1] != factor.shape[0]:
                raise ShapeError(f"a matrix of shape {_text(shape)} cannot multiply one of shape {_text(factor.shape)}")
            shape = shape[0], factor.shape[1]
    return shape


def _factors(expr: Expr) -> tuple[Expr, ...]:
    return expr.factors if isinstance(expr, Mul) else (expr,)


def _text(shape: Shape) -> str:
    return f"{shape[0]}×{shape[1]}".replace("*", "")


def require_shape(expr: Expr, shape: Shape, what: str) -> None:
    """Raise ShapeError, naming `what`, unless the expression has the shape."""
    if expr.shape != shape:
        raise ShapeError(f"{what} has shape {_text(expr.shape)}, but {_text(shape)} is needed")
