"""Objects that pretend: classes that say that they equal others, numbers and texts with methods of their own."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pytest
import sympy
from vocabulary import N, a, c, f

from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence import evaluation
from gdssm_symbolic.evidence.counterexamples import Counterexample, confirm, refute
from gdssm_symbolic.extensions.functions import decide
from gdssm_symbolic.extensions.impossibility import Impossible
from gdssm_symbolic.extensions.laws import Normal
from gdssm_symbolic.extensions.moments import expectation
from gdssm_symbolic.extensions.positivity import Positive, Positivity
from gdssm_symbolic.extensions.reading import read
from gdssm_symbolic.kernel import linear_forms
from gdssm_symbolic.kernel.definitions import Definition, DefinitionError
from gdssm_symbolic.kernel.exact import DEEPEST_SCALAR, PARTS, Made, exact
from gdssm_symbolic.kernel.expressions import Add, Blocks, Expr, Mul, Name, Power, Scalar, Sum, Trace, wrap
from gdssm_symbolic.kernel.immutable import Immutable
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage, as_linear
from gdssm_symbolic.kernel.proofs import Calculation, Specialisation, Step
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Assumption, Theorem
from gdssm_symbolic.kernel.work import EVERY, Work
from gdssm_symbolic.writing.documents import write_latex, write_text
from gdssm_symbolic.writing.narration import narrate


class EqualToAll(Made):
    """The class of classes that say that they equal any other."""

    def __eq__(cls, other: object) -> bool:  # noqa: N805 - a metaclass
        return True

    def __hash__(cls) -> int:  # noqa: N805 - a metaclass
        return hash(Scalar)


class Pretended(Scalar, metaclass=EqualToAll):
    __hash__ = Scalar.__hash__


class Text(str):
    """A text that says that it equals any other. SymPy keeps symbols by their names, so no test has its names."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return str.__hash__(self)


class Two(sympy.Integer):
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = sympy.Integer.__hash__


def test_a_class_that_equals_another_is_none_of_the_listed() -> None:
    assert Pretended in (Expr,)  # as `in` asks
    with pytest.raises(TypeError, match="Pretended is not part of the language"):
        Equation(Pretended(0), wrap(1))
    with pytest.raises(TypeError, match="Pretended"):
        refute(Equation(wrap(0), Pretended(0)))

    class Proof(Calculation, metaclass=EqualToAll):
        pass

    with pytest.raises(TypeError):
        check(Proof(wrap(0), (Step(Pretended(1)),)))


def test_what_a_wrapper_returns_is_an_expression() -> None:
    class Duck:
        __class__ = Scalar  # type: ignore[assignment]
        shape = sympy.Integer(1), sympy.Integer(1)

    class Called(Name):
        def __call__(self, *arguments: object) -> Any:
            return Duck()

    with pytest.raises(TypeError, match="Duck is not part of the language"):
        wrap(0) + Called("c", (1, 1))


def test_a_class_that_equals_another_takes_no_place_in_a_table() -> None:
    """Its fields are converted in its own way, and those of the other class as before."""

    class Loose(Scalar, metaclass=EqualToAll):
        value: Any

    for number in range(200):  # as many as push the others out of a table of a limited size
        dataclass(frozen=True)(type(f"Pushed{number}", (Scalar,), {}))(0)
    Loose(0)
    with pytest.raises(TypeError, match="float"):
        Scalar(0.5)
    with pytest.raises(TypeError, match="Two"):
        Scalar(Two(2))


@pytest.mark.parametrize(
    "number",
    [
        sympy.Rational.from_coprime_ints(1, -3),
        sympy.Rational.from_coprime_ints(2, 6),
        sympy.Rational.from_coprime_ints(1, 0),
        sympy.Rational.from_coprime_ints(0, 0),
        sympy.Rational.from_coprime_ints(type("Int", (int,), {})(3), 2),
    ],
    ids=["1/-3", "2/6", "1/0", "0/0", "an int with methods"],
)
def test_a_fraction_is_in_lowest_terms(number: sympy.Rational) -> None:
    with pytest.raises(TypeError, match="not in lowest terms over a positive number"):
        exact(sympy.Mul(N, number, evaluate=False))
    with pytest.raises(TypeError, match="not in lowest terms"):
        check(Positivity(Positive(Mul((Scalar(N), Scalar(number))))))


def test_a_symbol_is_called_by_a_text() -> None:
    symbol = sympy.Symbol(Text("pretended_b"))
    with pytest.raises(TypeError, match="the name of a symbol is a Text"):
        check(Calculation(Scalar(a), (Step(Scalar(symbol)),)))
    general = check(Calculation(Scalar(a), (Step(Scalar(a)),)))
    with pytest.raises(TypeError, match="the name of a symbol is a Text"):
        Specialisation(general, {symbol: sympy.Integer(1)})
    integer = sympy.Symbol(Text("pretended_i"), integer=True)
    with pytest.raises(TypeError, match="the name of a symbol is a Text"):
        _ = Name("x", (f, 1), arity=1)[integer]


def test_a_scalar_is_not_nested_too_deep() -> None:
    deep: sympy.Expr = a
    for _ in range(DEEPEST_SCALAR):
        deep = sympy.Add(a, sympy.Mul(2, deep, evaluate=False), evaluate=False)
    with pytest.raises(TypeError, match="nested more than"):
        exact(deep)


def test_what_is_listed_cannot_be_added_to() -> None:
    assert isinstance(PARTS, frozenset)
    with pytest.raises(ImportError):
        exec("from gdssm_symbolic.kernel.theorem import SEAL")


def test_genuine_objects_pass() -> None:
    assert exact(3) == 3
    assert exact(sympy.Rational(-2, 6)) == sympy.Rational(-1, 3)
    assert refute(Equation(wrap(0), wrap(1))) is not None
    assert isinstance(check(Assumption("zero", Equation(wrap(0), wrap(0)))), Theorem)
    assert Normal(1) == Normal(sympy.Integer(1))
    assert Fraction(1, 2) == Fraction(2, 4)


def test_work_is_counted_by_work_itself() -> None:
    """A StopIteration in the midst of a check would end a `map`, and what follows would be left out."""

    class Own(Work):
        def spend(self, steps: int) -> None:
            raise StopIteration

    class Most(int):
        def __lt__(self, other: object) -> bool:
            raise StopIteration

    proof = Calculation(Scalar(1), (Step(Scalar(1)),))
    with pytest.raises(TypeError, match="Own is no Work"):
        check(proof, work=Own())
    with pytest.raises(TypeError, match="Own is no Work"):
        decide(Scalar(1), 0, work=Own())
    with pytest.raises(TypeError, match="a number of steps is an int"):
        Work(Most(10))

    def stop(done: int, most: int) -> None:
        raise StopIteration

    work = Work(progress=stop)
    with pytest.raises(RuntimeError, match="ended an iteration"):
        work.spend(EVERY)


def test_what_is_copied_is_made_of_its_fields() -> None:
    """A copy with a state of its own would be a definition K := K + 1."""
    K = Name("K", (1, 1))

    class Made:
        def __reduce__(self) -> tuple[object, ...]:
            return Definition, (K, Scalar(0)), {"body": K() + 1}

    with pytest.raises(TypeError, match="a Definition is made of its fields"):
        copy.copy(Made())
    honest = Definition(K, Scalar(0))
    assert copy.copy(honest) == honest == pickle.loads(pickle.dumps(honest))


def test_nothing_that_equals_another_gets_its_place_in_a_table() -> None:
    class Posing(sympy.Integer):
        """Holds 5, and says that it is 7."""

        def __eq__(self, other: object) -> bool:
            return other is self or (type(other) is sympy.Integer and other.p == 7)

        def __hash__(self) -> int:
            return hash(sympy.Integer(7))

    linear_forms._as_linear.cache_clear()
    evaluation._number.cache_clear()
    evaluation._reader.cache_clear()
    with pytest.raises(TypeError, match="Posing"):
        as_linear(Posing(5))
    assert as_linear(sympy.Integer(7)).constant == 7
    with pytest.raises(TypeError, match="Posing"):
        evaluation.scalar(Posing(5), {})
    assert evaluation.scalar(sympy.Integer(7), {}) == 7

    class Law(Normal):
        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return hash(Normal(1))

    c = Name("c", (1, 1), arity=1)
    assert expectation(c[1] * c[1], {c: Law(5)}) == 25
    assert expectation(c[1] * c[1], {c: Normal(1)}) == 1
    with pytest.raises(TypeError, match="the name of a symbol is a Text"):
        Impossible(Equation(wrap(0), wrap(1)), (sympy.Symbol(Text("pretended_s")),), ())


def test_a_scalar_has_not_too_many_parts() -> None:
    shared: sympy.Expr = a
    for _ in range(40):
        shared = sympy.Add(shared, shared, evaluate=False)
    with pytest.raises(TypeError, match="of more than 100,000 parts"):
        exact(shared)


@pytest.mark.parametrize(
    "name", ["a” or “b", "a＂b", "a''b", "a``b", "a″b", "a’’b", "a‘b", "a❞b", r"$a\text{b}$", "$%$", "$$"]
)
def test_the_name_of_an_assumption_cannot_end_its_quotation(name: str) -> None:
    with pytest.raises(ProofError, match="without quotation marks"):
        Assumption(name, Equation(wrap(0), wrap(0)))


@pytest.mark.parametrize("parts", [(), (a,), ([a],), None], ids=["none", "one", "a list", "not even a tuple"])
@pytest.mark.parametrize("kind", [sympy.Add, sympy.Mul, sympy.Pow])
def test_what_no_constructor_of_sympy_gives_is_refused(kind: type, parts: tuple[object, ...] | None) -> None:
    """SymPy's own methods fail on a power without an exponent, each with an error of its own."""
    made = object.__new__(kind) if parts is None else sympy.Basic.__new__(kind, *parts)
    for use in (exact, Scalar, lambda one: wrap(1) * one, Name("x", (f, 1), arity=1).__getitem__, Normal):
        with pytest.raises(TypeError):
            use(made)
    with pytest.raises(TypeError, match="gives no Pow"):
        exact(sympy.Basic.__new__(sympy.Pow, a, a, a))


@pytest.mark.parametrize("kind", [sympy.Symbol, sympy.Integer, sympy.Rational, type(sympy.zoo)])
def test_what_was_not_made_to_its_end_is_refused(kind: type) -> None:
    begun = [object.__new__(kind)] + [sympy.Basic.__new__(kind)] * (kind is not type(sympy.zoo))
    for made in begun:
        with pytest.raises(TypeError):
            exact(made)
        with pytest.raises(TypeError):
            Sum(c[1], made, 1, N)


class Later:
    """Parts that fail when they are first asked for, and say something else later."""

    def __init__(self, *parts: object) -> None:
        self.parts, self.asked = parts, False

    def __iter__(self) -> Iterator[object]:
        if not self.asked:
            self.asked = True
            raise KeyError("not yet")
        return iter(self.parts)

    def __getitem__(self, _: int) -> object:
        return Step(Scalar(1))


def begun(kind: type, *fields: object) -> Any:
    """An object as copies are begun, whose fields are then refused; nobody lets go of it."""
    made = kind.__new__(kind)
    with pytest.raises((KeyError, TypeError, ValueError)):
        made.__init__(*fields)
    return made


K = Name("K", (1, 1))


def test_what_was_refused_when_it_was_made_proves_nothing() -> None:
    """Theorems 0 = 1 and K = K + 1 were proved, and what holds by a definition was refuted."""
    with pytest.raises(ProofError, match="Calculation is none of"):
        check(begun(Calculation, Scalar(0), Later(Step(Scalar(0)))))
    circular = begun(Definition, K, K() + 1)
    with pytest.raises(ProofError, match="gives no reason for a step"):
        check(Calculation(K(), (Step(K() + 1, (circular,)),)))
    with pytest.raises(TypeError, match="is no meaning that the checker knows"):
        refute(Equation(K(), Scalar(2)), (circular,))
    fields = Equation(K(), Scalar(2)), Later(Definition(K, Scalar(1))), (), (), (), ((Fraction(1),),), ((Fraction(2),),)
    with pytest.raises(ProofError, match="Counterexample is no counterexample"):
        confirm(begun(Counterexample, *fields))


UNFIT = [
    (Sum, (c[1], "i", 1, N)),
    (Add, ((),)),
    (Mul, ((Name("u", (f, 1))(), Name("u", (f, 1))()),)),
    (Trace, (Name("u", (f, 1))(),)),
    (Power, (Name("u", (f, 1))(), 2)),
    (Blocks, (((),),)),
]


@pytest.mark.parametrize(("kind", "fields"), UNFIT, ids=[kind.__name__ for kind, _ in UNFIT])
def test_an_expression_that_was_refused_when_it_was_made_is_none(kind: type, fields: tuple[object, ...]) -> None:
    for use in (wrap, lambda one: Equation(one, one), lambda one: Definition(K, one), lambda one: Add((one, one))):
        with pytest.raises(TypeError):
            use(begun(kind, *fields))


def test_what_is_still_being_made_is_used_by_nobody() -> None:
    """Parts that are computed while they are taken could pass on the object that they are parts of."""
    proof, tried = Calculation.__new__(Calculation), []

    def steps() -> Iterator[Step]:
        with pytest.raises(ProofError, match="Calculation is none of"):
            check(proof)
        tried.append(True)
        yield Step(Scalar(0))

    proof.__init__(Scalar(0), steps())  # type: ignore[misc]
    assert tried
    with pytest.raises(ProofError, match="Calculation is none of"):  # since what is derived from fields is kept
        check(proof)


def test_what_is_made_once_more_is_used_by_nobody() -> None:
    definition = Definition(K, Scalar(1))
    assert check(Calculation(K(), (Step(Scalar(1), (definition,)),)))
    with pytest.raises(DefinitionError):
        definition.__init__(K, K() + 1)  # type: ignore[misc]
    with pytest.raises(ProofError, match="gives no reason"):
        check(Calculation(K(), (Step(K() + 1, (definition,)),)))
    definition.__init__(K, Scalar(1))  # type: ignore[misc]
    with pytest.raises(ProofError, match="gives no reason"):
        check(Calculation(K(), (Step(Scalar(1), (definition,)),)))


def test_a_class_cannot_finish_what_another_began() -> None:
    begun_before = begun(Definition, K, K() + 1)

    class Other(Immutable):
        def __new__(cls) -> Any:
            return begun_before

    assert Other() is begun_before
    with pytest.raises(ProofError, match="gives no reason"):
        check(Calculation(K(), (Step(K() + 1, (begun_before,)),)))


def test_what_is_kept_of_half_made_fields_hides_nothing() -> None:
    """A sum that was asked for its parts while they were converted kept that it had none: 0 = 1 was proved."""

    class Raw:
        free_symbols = frozenset[sympy.Symbol]()

        def __init__(self, of: Expr, *terms: Expr) -> None:
            self.of, self.terms = of, terms

        def __iter__(self) -> Iterator[Expr]:
            _ = self.of.depends_on
            return iter(self.terms)

    made = Add.__new__(Add)
    made.__init__(Raw(made, Sum(Scalar(1), sympy.Symbol("i", integer=True), 1, -1), Scalar(0)))  # type: ignore[misc]
    with pytest.raises(TypeError, match="Add is not part of the language"):
        Calculation(made, (Step(Scalar(-1)),))


def test_a_family_is_no_list_of_its_members() -> None:
    """Python would take x[0], x[1], … in turn, without an end."""
    family: Any = Name("x", (f, 1), arity=1)
    for use in (tuple, Add, Mul, Blocks, lambda one: Calculation(one[1], one)):
        with pytest.raises(TypeError, match="not iterable"):
            use(family)


@pytest.mark.parametrize("work", [5, 0, "", True, [], object()])
def test_what_is_no_work_is_refused(work: Any) -> None:
    with pytest.raises(TypeError, match="is no Work"):
        check(Calculation(Scalar(1), (Step(Scalar(1)),)), "", work)


def test_a_character_that_latex_lacks_is_named() -> None:
    theorem = check(Calculation(Scalar(1), (Step(Scalar(1)),)), "中")
    assert "中" in write_text(narrate([theorem]))
    with pytest.raises(ValueError, match=r"LaTeX is not known to have '中', U\+4E2D"):
        write_latex(narrate([theorem]))


@pytest.mark.parametrize("run", ["a", "1", "a'", "a1"])
def test_a_long_text_is_read_without_going_back(run: str) -> None:
    """Each letter more took twice as long."""
    with pytest.raises(OutsideLanguage, match="is none that can be read"):
        read("x_{" + 500 * run + "!}")
