"""Holes found in a third review, by two hostile readers with the public names alone: each is shut."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Mapping
from dataclasses import FrozenInstanceError, is_dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import product
from types import SimpleNamespace
from typing import Any, get_args, get_type_hints

import pytest
import sympy
from vocabulary import A, B, N, a, b, c, f, i, j, k, m, n, p, x

from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence.counterexamples import Counterexample, confirm, refute
from gdssm_symbolic.extensions import laws
from gdssm_symbolic.extensions.differentiation import Differentiation
from gdssm_symbolic.extensions.expectation import Expectation, Mean
from gdssm_symbolic.extensions.functions import decide
from gdssm_symbolic.extensions.impossibility import Absurdity, ByCoefficients, Case, Coefficient, Impossible, Vanishing
from gdssm_symbolic.extensions.independence import Independence, Independent
from gdssm_symbolic.extensions.instances import Instance
from gdssm_symbolic.extensions.laws import Normal, Uniform
from gdssm_symbolic.extensions.limits import Limit, Passage
from gdssm_symbolic.extensions.positivity import Positive, Positivity
from gdssm_symbolic.extensions.unit_vectors import UnitVectors
from gdssm_symbolic.kernel import definitions, expressions, proofs, statements
from gdssm_symbolic.kernel.definitions import Definition, DefinitionError, Recurrence
from gdssm_symbolic.kernel.expressions import (
    Add,
    App,
    Expr,
    Identity,
    Mul,
    Name,
    Power,
    Scalar,
    ShapeError,
    Sum,
    Trace,
    Transpose,
    Zero,
)
from gdssm_symbolic.kernel.immutable import Immutable, form_of
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.proofs import Calculation, Induction, Specialisation, Step
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Assumption
from gdssm_symbolic.writing.printing import to_latex, to_text
from gdssm_symbolic.writing.spelling import in_ascii

L = sympy.Symbol("L", integer=True, nonnegative=True)
r = sympy.Symbol("r", integer=True)
theta, phi = sympy.symbols("theta phi")
E, K, Z, d = (Name(text, (1, 1)) for text in ("E", "K", "Z", "d"))
Y, Zs = Name("Y", (1, 1), arity=2), Name("Z", (1, 1), arity=1)


def S(value: object) -> Expr:
    return Scalar(sympy.sympify(value, strict=True))


def refused(proof: object, reason: str) -> None:
    with pytest.raises((ProofError, OutsideLanguage, DefinitionError), match=reason):
        check(proof)  # type: ignore[arg-type]


# ---- copies, and what reads as something else ------------------------------------------------------


def test_a_copy_is_the_object_itself_and_no_other_parts_can_be_slipped_in() -> None:
    """With a memo, `deepcopy` put other objects into the fields: D := D + 1 proved 0 = 1, and K := x_n another K."""
    D = Definition(Name("D", (1, 1)), S(1))
    assert copy.deepcopy(D, {id(D.body): D.name() + 1}) is D
    body = x[n]
    assert copy.deepcopy(body, {id(body.depends_on): frozenset(), id(n): n}) is body
    assert copy.copy(D) is D
    again = pickle.loads(pickle.dumps(D))
    assert again == D
    assert again is not D
    assert again.body.depends_on == D.body.depends_on
    with pytest.raises(DefinitionError):
        type(D)(D.name, D.name() + 1, *D.contents[2:])  # type: ignore[arg-type] # as a copy that is changed would be
    found = refute(Equation(K(), S(0)))
    assert found is not None
    for copied in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(ProofError, match="confirm its counterexample again"):
            copied(found)


def test_a_counterexample_keeps_what_it_was_made_of() -> None:
    """Lists inside it could be changed once it was confirmed, a generator between two readings; 2/4 was not 1/2."""
    size, row = [N, 3], [Fraction(2)]
    made = Counterexample(Equation(N * d() * d(), N * d()), (), (size,), (), ([(d, ()), [row]],), [[12]], [[6]])  # type: ignore[arg-type]
    found = confirm(made)
    size[1], row[0] = 1, Fraction(1)
    assert found.counterexample.sizes == ((N, 3),)
    assert confirm(found.counterexample).counterexample == made
    with pytest.raises(TypeError, match="SimpleNamespace stands where Equation is needed"):
        Counterexample(SimpleNamespace(left=S(0), right=S(1)), (), (), (), (), ((0,),), ((1,),))  # type: ignore[arg-type]
    with pytest.raises(ProofError, match="SimpleNamespace is no counterexample"):
        confirm(SimpleNamespace(**vars(made)))  # type: ignore[arg-type]
    unreduced = Fraction(2, 4, _normalize=False)  # type: ignore[call-arg]
    once = Counterexample(Equation(K() + K(), 2 * K()), (), (), (), (((K, ()), ((unreduced,),)),), ((1,),), ((1,),))  # type: ignore[arg-type]
    with pytest.raises(ProofError, match="plain arithmetic"):
        confirm(once)


def test_what_reads_as_true_is_not_refuted() -> None:
    """Of two things with one text, and of what a meaning captures, the checker says nothing; nor is it refuted."""
    free_i, name_i, other = (
        sympy.Symbol("i", integer=True, nonnegative=True),
        Name("i", (1, 1)),
        Name("K", (1, 1), arity=1),
    )
    triangle, F = S(N * (N + 1) / 2), Name("F", (1, 1), arity=1)
    five = Equation(F[5], S(5))
    for equation, meanings in (
        (Equation(Sum(S(free_i), i, 1, N), triangle), ()),
        (Equation(Sum(name_i(), i, 1, N), triangle), ()),
        (Equation(K(), S(2)), (Definition(other, S(2), (n,)),)),
        (Equation(K(), other[1]), ()),
        (five, (Definition(F, Name("n", (1, 1))(), (n,)),)),
        (five, (Definition(F, K(), (n,)), Definition(K, S(n)))),
    ):
        with pytest.raises((OutsideLanguage, DefinitionError), match=r"different|both|on which"):
            refute(equation, meanings)
    assert refute(Equation(Sum(S(i), i, 1, N), triangle + 1)) is not None
    assert refute(Equation(F[5], S(6)), (Definition(F, S(n), (n,)),)) is not None


def test_where_a_law_or_data_do_not_exist_nothing_is_refuted() -> None:
    """E (a-1)² c² is 1 for c of deviation 1/(a-1), which is no number at a = 1; R^(f-5) has no vectors at f = 1."""
    sample, triangle = Name("c", (1, 1), arity=1), S(N * (N + 1) / 2)
    for law in (Normal(1 / (a - 1)), Uniform(1 / (a - 1))):
        mean = Mean(E, (a - 1) ** 2 * sample[1] * sample[1], ((sample, law),))
        value = S(law.moment(2) * (a - 1) ** 2)
        assert check(Expectation(mean, value)).assumptions == frozenset()
        assert refute(Equation(E(), value), (mean,)) is None
        found = refute(Equation(E(), 2 * value), (mean,))
        assert found is not None
        assert found.counterexample.scalars == ((a, Fraction(2)),)
    far, F = Name("v", (f - 5, 1)), Name("F", (1, 1), arity=1)
    beyond = Sum(far().T * far(), i, 1, L)
    with pytest.raises(OutsideLanguage, match="size"):
        refute(Equation(F[f - 5] + beyond, 5 + beyond), (Definition(F, S(5), (L,)),))
    power = Name("M", (N, N))() ** 0
    inner = Name("M", (i, i))() ** 0
    for equation, of in (
        (Equation(F[5] + N, S(5 + N)), (Definition(F, Trace(power), (N,)),)),
        (Equation(Sum(Trace(inner), i, 1, N) + i, triangle + i), ()),
    ):
        with pytest.raises((OutsideLanguage, DefinitionError)):
            refute(equation, of)
    with pytest.raises(OutsideLanguage, match="depends on"):
        refute(Equation(Zs[0], S(n)), (Recurrence(Zs, n, S(n), Zs[n - 1]),))
    again = Sum(K(), j, 1, N) + j - j
    with pytest.raises(OutsideLanguage, match="two different things"):
        refute(Equation(again, triangle), (Definition(K, S(j)),))


def test_where_a_part_has_no_value_nothing_is_refuted() -> None:
    """Σ_{i=1..L} 1/L is 1 where 1/L has a value; at L = 0 the sum is 0, but 1/L has none. So it is with a meaning."""
    zero, triangle = sympy.Integer(0) ** L, L * (L + 1) / 2
    for body, value in (
        (S(1 / L), S(1)),
        (S(i + 1 / L), S(triangle + 1)),
        (Trace(Identity(f) ** (L - 1)), S(f * L + zero)),
        (Trace(Identity(f) ** (L - 1)) * Sum(c[j] - c[j], j, 1, N) + 1, S(L + zero)),
        (Sum(S(1), j, 1, L - 2) - (L - 2) + 1, S(L + zero)),
    ):
        assert refute(Equation(Sum(body, i, 1, L), value)) is None
        forged = Counterexample(
            Equation(Sum(body, i, 1, L), value), (), ((L, 0), (N, 1), (f, 1)), (), (), ((0,),), ((1,),)
        )  # type: ignore[arg-type]
        sizes = tuple(pair for pair in forged.sizes if pair[0] in forged.equation.free)
        with pytest.raises(ProofError, match="has no value there"):
            confirm(replace(forged, sizes=sizes))
    found = refute(Equation(Sum(S(1 / (i + L)), i, 1, L), S(1)))
    assert found is not None
    assert found.counterexample.sizes == ((L, 0),)  # what depends on i stands at no i
    pole, of, sample = S(1 / (a - 1)), Name("F", (1, 1), arity=1), Name("c", (1, 1), arity=1)
    g, W = Name("g", (1, 1), takes=((f, 1),)), Name("W", (f, 1))
    for equation, meanings in (
        (Equation(S(a), S(0)), (Definition(K, pole),)),
        (Equation(S(a), S(0)), (Definition(of, i * pole, (i,)),)),
        (Equation(S(a), S(0)), (Definition(g, pole * W().T * W(), (), (W,)),)),
        (Equation(S(a), S(0)), (Mean(E, sample[1] * sample[1], ((sample, Normal(1 / (a - 1))),)),)),
        (Equation(S(a), S(0)), (Mean(E, pole * sample[1] * sample[1], ((sample, Normal(1)),)),)),
        (Equation(Zs[2], S(a)), (Recurrence(Zs, k, pole, S(0)),)),
        (Equation(Sum(of[1], i, 1, L), S(1)), (Definition(of, S(1 / (a - k)), (k,)),)),
    ):
        found = refute(equation, meanings)
        assert found is not None
        assert found.counterexample.scalars == ((a, Fraction(2)),)
        at_pole = replace(found.counterexample, scalars=((a, Fraction(1)),))
        with pytest.raises(ProofError, match="has no value there"):
            confirm(at_pole)


def test_what_the_checker_would_not_admit_is_not_refuted() -> None:
    """The gate is the checker's own: for random names, unit vectors, laws, and meanings that say nothing somewhere."""
    sample, e = Name("c", (1, 1), arity=1), Name("e", (f, 1), arity=1)
    square = Mean(E, sample[1] * sample[1], ((sample, Normal(1)),))
    for meanings in ((square, Definition(sample, S(2), (i,))), (square, Recurrence(sample, k, S(0), S(2)))):
        with pytest.raises(OutsideLanguage, match="two different things"):
            refute(Equation(E(), S(2)), meanings)
    with pytest.raises(OutsideLanguage, match="two different things"):
        refute(Equation(E() + sample[1], S(2)), (square,))
    picked = Mean(E, e[1].T * x[1] * x[1].T * e[2], ((x[1].name, Normal(1)),), e)
    for meanings in ((picked,), (picked, Definition(e, 0 * x[1], (i,)))):
        with pytest.raises(DefinitionError, match=r"meaning of e|two meanings"):
            refute(Equation(E() * e[1], e[1]), meanings)
    found = refute(Equation(E() * e[1], e[1]), (picked, UnitVectors(e)))
    assert found is not None
    with pytest.raises(DefinitionError, match="meaning of e"):
        confirm(replace(found.counterexample, meanings=(picked,)))

    class Law(laws.AnyLaw):
        def even_moment(self, _: int) -> sympy.Expr:
            return sympy.Integer(-1)

    for law in (Law("mu", 4), SimpleNamespace(free=frozenset(), moment=lambda _: sympy.Integer(-1))):
        with pytest.raises(TypeError, match="where AnyLaw or Uniform or Normal is needed"):
            Mean(E, sample[1] * sample[1], ((sample, law),))  # type: ignore[arg-type]
    for of in (Definition(K, S(1 / L)), Definition(Y, S(j / k), (k, j)), Mean(E, S(1 / L), ())):
        with pytest.raises(OutsideLanguage, match="divides by zero"):
            refute(Equation(S(N), S(0)), (of,))


def test_a_counterexample_gives_each_symbol_a_value_and_no_other() -> None:
    found = refute(Equation(S(a + N), S(0)), (Definition(K, S(b)),))
    assert found is not None
    made = found.counterexample
    for sizes, scalars in (
        ((), made.scalars),
        (made.sizes, made.scalars[:1]),
        (made.sizes, (*made.scalars, (theta, Fraction(1)))),
    ):
        with pytest.raises(ProofError, match="a symbol has no value"):
            confirm(replace(made, sizes=sizes, scalars=scalars))
    with pytest.raises(ProofError, match="a symbol has no value"):
        confirm(replace(made, any_factor=a, scalars=()))


def test_weights_signs_and_least_values_are_not_called_as_something_else() -> None:
    """θ v + φ θ v is 0 for all v at θ = 1, φ = -1, if θ is one thing; N > 0 is not shown for an N that may be 0."""
    v = Name("v", (f, 1))
    for data in (Name("theta", (1, 1)), Name("phi", (1, 1))):
        refused(Independence(Independent(theta * v() + phi * (data() * v()), (theta, phi))), "two different things")
    assert check(Independence(Independent(theta * v() + phi * (K() * v()), (theta, phi))))
    hidden = Add((phi * d(), theta * E(), Mul((S(phi), S(theta**L), Sum(Zs[i], i, 1, n)))))
    refused(Independence(Independent(hidden, (theta, phi)), (), (Zs,), n), "not linear in its weights")
    refused(Positivity(Positive(S(N), (sympy.Symbol("N"),))), "different assumptions|two different")
    refused(Positivity(Positive(S(N), (), (sympy.Symbol("N"),))), "different assumptions|two different")
    alike = sympy.Symbol("f", integer=True, nonnegative=True)
    refused(Independence(Independent(theta * v(), (theta,), ((alike, 0),))), "different assumptions|two different")


# ---- what SymPy makes of a scalar ------------------------------------------------------------------


def test_a_pole_in_a_definition_is_not_lost_when_an_index_is_put_in() -> None:
    """With Y_kj = j/k SymPy makes Y_nn 1 and Y_n0 0, also at n = 0: that was 1 = 0."""
    of = Definition(Y, S(j / k), (k, j))
    refused(Calculation(Y[n, n], (Step(S(1), (of,)),)), "divides by zero")
    refused(Calculation(Y[n, 0], (Step(S(0), (of,)),)), "divides by zero")
    positive = Definition(Y, S(j / p), (p, j))
    assert check(Calculation(Y[N, N], (Step(S(1), (positive,)),)))


def test_0_to_the_0_is_1_in_whatever_way_it_is_written() -> None:
    zero = sympy.Add(a, -a, evaluate=False)
    for power in (sympy.Pow(0, 0, evaluate=False), sympy.Pow(zero, 0, evaluate=False)):
        assert decide(Scalar(power), 1).equal
        assert decide(1, Scalar(power)).equal
        assert not decide(Scalar(power), 0).equal
        assert not decide(0, Scalar(power)).equal
        refused(Calculation(S(1), (Step(Scalar(power)), Step(S(0)))), "does not hold")


def test_a_pole_is_not_lost_when_a_value_is_put_in() -> None:
    """a (a^{n-1} + 1) = a^n + a has a pole at a = 0, n = 0; SymPy makes it 0 = 0^n."""
    theorem = check(Calculation(S(a * (a ** (n - 1) + 1)), (Step(S(a**n + a)),)))
    refused(Specialisation(theorem, {a: 0}), r"0\*\*")
    lost = check(Calculation(S(a * (1 / b + 1)), (Step(S(a / b + a)),)))
    refused(Specialisation(lost, {b: 0}), "divides by zero")
    refused(Specialisation(lost, {a: 0, b: 0}), "divides by zero")
    refused(Specialisation(lost, {a: 0, b: N - 1}), "divides by zero")
    assert check(Specialisation(lost, {a: 0, b: N})).statement == Equation(S(0), S(0))


@pytest.mark.parametrize("function", [sympy.Sum, sympy.Integral], ids=["Sum", "Integral"])
def test_what_sympy_binds_is_not_captured(function: type) -> None:
    with pytest.raises(TypeError, match="no exact SymPy scalar"):
        Definition(Zs, Scalar(function(j * k, (j, 1, 3))), (k,))


def test_exponents_and_sizes_are_read_as_they_are_written() -> None:
    """B^((N-1)/(N-1)) has no value at N = 1; to SymPy it is B, if it is asked."""

    def times(*factors: object) -> sympy.Expr:
        return sympy.Mul(*factors, evaluate=False)

    for one in (times(N - 1, 1 / (N - 1)), times(n, 1 / n), sympy.Add(1, times(0, 1 / (N - 1)), evaluate=False)):
        refused(Calculation(B**one, (Step(B**1),)), "linear form")
        refused(Calculation(Scalar(sympy.Pow(a, one, evaluate=False)), (Step(Scalar(a)),)), "linear form")
        refused(Calculation(Trace(Identity(one)), (Step(S(1)),)), "linear form")
    refused(Calculation(B ** times(0, sympy.sqrt(2)), (Step(Identity(f)),)), "linear form")
    assert decide(B ** sympy.Mul(2, n + 1, evaluate=False), B ** (2 * n + 2)).equal


def test_numbers_commute() -> None:
    theorem = check(Calculation(S(a) * S(b), (Step(S(b) * S(a)),)))
    quaternion = sympy.Quaternion(0, 1, 0, 0)
    for build in (lambda: Specialisation(theorem, {a: quaternion}), lambda: Definition(d, Scalar(quaternion))):
        with pytest.raises(TypeError, match="no exact SymPy scalar"):
            build()
    hidden = sympy.sqrt(5 + 2 * sympy.sqrt(6)) - sympy.sqrt(2) - sympy.sqrt(3)  # it is 0
    inverse = check(Calculation(S(1 / a) * (S(a) * d() + 0 * d()), (Step(d()),)))
    refused(Specialisation(inverse, {a: hidden}), "not a rational function")
    refused(Specialisation(inverse, {a: sympy.Add(b, -b, evaluate=False)}), "divides by zero")


def test_strings_are_not_evaluated() -> None:
    statement = Impossible(Equation(a * d(), a * d() + d()), (a,), (d, c))
    for argument in ({"scale": "print(1)"}, {"vanishing": (Vanishing(c, 0, "print(1)"),)}):
        with pytest.raises(TypeError, match="str is no integer"):
            ByCoefficients(statement, (Coefficient(d(), S(-1), S(1)),), **argument)  # type: ignore[arg-type]


# ---- objects that are not what they look like ------------------------------------------------------


def test_what_was_checked_cannot_change() -> None:
    """Lists are copied wherever they are passed, and a theorem has no dictionary of attributes."""
    terms, nonzero, laws, indices, least = [S(1), S(a**2)], [a], [(c, Normal(1))], [k, j], [(f, 2)]
    positive = Positive(Add(terms), nonzero=nonzero)  # type: ignore[arg-type]
    mean = Mean(E, c[1] * c[1], laws)  # type: ignore[arg-type]
    of = Definition(Y, S(k - j), indices)  # type: ignore[arg-type]
    independent = Independent(theta * x[1] + phi * x[2], iter((theta, phi)), iter(least))  # type: ignore[arg-type]
    recurrence = Recurrence(Y, k, S(0), Y[k - 1, j], indices)  # type: ignore[arg-type]
    theorem = check(Positivity(positive))
    terms[0] = S(-5)
    for changed in (nonzero, laws, indices, least):
        changed.clear()  # type: ignore[attr-defined]
    assert theorem.statement == Positive(S(1) + S(a**2), nonzero=(a,))
    assert mean.laws == ((c, Normal(1)),)
    assert of.indices == recurrence.indices == (k, j)
    assert independent.least == ((f, 2),)
    with pytest.raises(TypeError):
        vars(theorem)
    with pytest.raises(FrozenInstanceError):
        theorem.title = "another"  # type: ignore[misc]


def test_fields_have_the_types_that_are_declared() -> None:
    """What only looks like a calculation, an equation or a name: 5 = 6 was a theorem, and 7u a gradient of uᵀW."""
    statement = Equation(Zs[n], S(5))
    fake = SimpleNamespace(statement=statement, first=S(0), steps=(Step(S(0)),))
    with pytest.raises(TypeError, match="SimpleNamespace stands where Calculation is needed"):
        Induction(statement, n, fake, fake)  # type: ignore[arg-type]
    limit = Limit(S(1 / (L + 1)) * d(), L, 0 * d())
    with pytest.raises(TypeError, match="Limit stands where Equation is needed"):
        Impossible(limit, (a,), (d,))  # type: ignore[arg-type]
    direction = partial(Zero, f, 1)
    direction.shape = (f, 1)  # type: ignore[attr-defined]
    of = Definition(Name("F", (1, 1), takes=((f, 1),)), S(1), (), (Name("W", (f, 1)),))
    with pytest.raises(TypeError, match="partial stands where Name is needed"):
        Differentiation(of, of, direction)  # type: ignore[arg-type]
    for build in (
        lambda: Definition(d, S(1), (), ("W",)),
        lambda: Recurrence(Zs, sympy.Dummy("k", integer=True), S(0), S(0)),
        lambda: Mean(E, S(1), (("c", Normal(1)),)),
        lambda: Calculation(S(1), (S(1),)),
        lambda: Assumption("", Positive(S(1))),
        lambda: Independent(theta * d(), ("theta",)),
        lambda: Impossible(Equation(d(), S(0)), (), (x[1],)),
        lambda: Passage("a theorem", "another").statement,
    ):
        with pytest.raises((TypeError, AttributeError)):
            build()


def test_every_field_is_checked() -> None:
    """But for theorems, sources, laws and values, which the rules check that read them."""
    checked_by_rules = {Any, definitions.Source, laws.Law, Mapping[sympy.Symbol, sympy.Expr]}
    for module in (proofs, definitions, expressions, laws, statements):
        for made in vars(module).values():
            if isinstance(made, type) and is_dataclass(made) and made.__module__ == module.__name__:
                assert issubclass(made, Immutable), made
                for hint in get_type_hints(made).values():
                    for part in (hint, *get_args(hint)):
                        probe = object()
                        if part in (..., *checked_by_rules) or get_args(part):
                            continue
                        with pytest.raises(TypeError):
                            form_of(part)(probe)


def test_an_application_has_the_shapes_that_its_name_takes() -> None:
    """L(X) = X for f×f matrices says nothing of L(5): tr L(5) was 5 and 5f."""
    of = Name("L", (f, f), takes=((f, f),))
    with pytest.raises(ShapeError, match="argument of L"):
        App(of, (), (S(5),))
    g = Name("g", (1, 1), takes=((f, 1),))
    with pytest.raises(TypeError, match="takes 0 indices"):
        App(g, (3,), (x[1],))  # type: ignore[arg-type]
    assert check(Calculation(Trace(of(Identity(f))), (Step(S(f), (Definition(of, B, (), (Name("B", (f, f)),)),)),)))


def test_a_name_is_not_empty() -> None:
    """A family called "" was taken for unit vectors: E ‖v‖² was 1."""
    for text in ("", "  ", 5, "1", "x + y", "x+y", "2 K", "a = b", "K ", "I", "tr"):
        with pytest.raises(TypeError, match="reads like one" if isinstance(text, str) else "where str is needed"):
            Name(text, (f, 1), arity=1)  # type: ignore[arg-type]


def test_names_of_one_text_in_meanings() -> None:
    """With Z := Z_1 + 1 and K := Z_1, of another Z, Z is K + 1."""
    other = Name("Z", (1, 1), arity=1)
    meanings = Definition(Z, other[1] + 1), Definition(K, other[1])
    refused(Calculation(Z(), (Step(K() + 1, meanings),)), "both called Z")


def test_symbols_of_one_name_behind_a_meaning() -> None:
    """The unknown a is not the size a behind D, nor the index L of a limit the L of which K is a power."""
    size = sympy.Symbol("a", integer=True, positive=True)
    statement = Impossible(Equation(K(), Zero(1, 1)), (a,), (d,))
    by = (Definition(K, size * d()),)
    refused(ByCoefficients(statement, (Coefficient(d(), S(size), S(1)),), size, by=by), "both called a")
    other = sympy.Symbol("L", integer=True, positive=True)
    P, K1, Q = (Name(text, (f, f)) for text in "PKQ")
    known = check(Assumption("the powers of B tend to P", Limit(B**L, L, P())))
    meanings = Definition(K1, B**other), Definition(Q, B**other)
    general = check(Calculation(K1(), (Step(Q(), meanings),)))
    refused(Passage(general, known), "both called L")


def test_what_a_meaning_binds_is_not_free_behind_another() -> None:
    """F_5 = F_6, with F_n := K and K := n for one n: as it reads, F_5 is 5."""
    F, D = Name("F", (1, 1), arity=1), Name("D", (1, 1))
    K_n, F_n = Definition(K, S(n)), Definition(F, K(), (n,))
    refused(Calculation(F[5], (Step(K(), (F_n,)), Step(S(n), (K_n,)))), "F binds n")
    refused(
        Calculation(F[5], (Step(K(), (F_n,)), Step(S(n), (K_n,)), Step(K(), (K_n,)), Step(F[6], (F_n,)))), "F binds n"
    )
    summed, total = Definition(D, Sum(c[n] * K(), n, 1, N)), Sum(c[i], i, 1, N)
    refused(Calculation(D(), (Step(K() * total, (summed,)), Step(n * total, (K_n,)))), "D binds n")
    start = Recurrence(F, j, Sum(c[n] * K(), n, 1, N), F[j - 1])
    refused(Calculation(F[0], (Step(K() * total, (start,)), Step(n * total, (K_n,)))), "F binds n")
    steps = Recurrence(F, n, S(0), F[n - 1] + K())
    refused(Calculation(F[2], (Step(F[1] + K(), (steps,)), Step(F[1] + n, (K_n,)))), "F binds n")
    g, W, V, u = Name("g", (1, 1), takes=((f, 1),)), Name("W", (f, 1)), Name("V", (f, 1)), Name("u", (f, 1))
    of, V_W = Definition(g, u().T * V(), (), (W,)), Definition(V, W())
    refused(Calculation(g(u()), (Step(u().T * V(), (of,)), Step(u().T * W(), (V_W,)))), "g binds W")
    known = check(Assumption("c is K", Equation(c[n], K())))
    refused(Calculation(c[5], (Step(K(), (known,)), Step(S(n), (K_n,)))), "two different things")
    of_sum = check(Assumption("D is known", Equation(D(), Sum(c[n] * K(), n, 1, N))))
    refused(Calculation(D(), (Step(K() * total, (of_sum,)), Step(n * total, (K_n,)))), "two different things")


def test_a_name_and_a_symbol_of_one_text() -> None:
    """Σ_{i=1..N} i = N i, where the i inside the sum is a name; W of which ℒ(W) := W W has the gradient W."""
    named, reason = Name("i", (1, 1)), "two different things"
    refused(Calculation(Sum(named(), i, 1, N), (Step(N * named()),)), reason)
    of = Definition(Name("F", (1, 1), arity=1), Name("n", (1, 1))(), (n,))
    refused(Calculation(of.name[3], (Step(Name("n", (1, 1))(), (of,)),)), reason)
    scaled, summed = Definition(K, a * Name("a", (1, 1))()), Definition(K, Sum(named(), i, 1, N))
    refused(Calculation(K(), (Step(scaled.body, (scaled,)),)), reason)
    refused(Calculation(K(), (Step(N * named(), (summed,)),)), reason)
    W = Name("a", (1, 1))
    function = Definition(Name("F", (1, 1), takes=((1, 1),)), a * W(), (), (W,))
    refused(Calculation(function.name(S(3)), (Step(3 * S(a), (function,)),)), reason)
    refused(Expectation(Mean(E, a * W(), ((W, Normal(1)),)), S(0)), reason)


def test_what_is_free_in_an_assumption_is_nothing_else() -> None:
    """D = n Σ c_i with D := Σ_{n=1..N} c_n K, assuming K = n; F_5 = F_6 with F_n := K; E M = K with c random, and K."""
    K, M, total, reason = Name("K", (1, 1)), Name("M", (1, 1)), Sum(c[i], i, 1, N), "two different things"
    K_n = check(Assumption("K is n", Equation(K(), S(n))))
    refused(Calculation(Sum(c[n] * K(), n, 1, N), (Step(K() * total), Step(n * total, (K_n,)))), reason)
    of = Definition(Name("D", (1, 1)), Sum(c[n] * K(), n, 1, N))
    refused(Calculation(of.name(), (Step(K() * total, (of,)), Step(n * total, (K_n,)))), reason)
    member = Definition(Name("F", (1, 1), arity=1), K(), (n,))
    refused(Calculation(member.name[5], (Step(K(), (member,)), Step(S(n), (K_n,)))), reason)
    another = sympy.Symbol("n", integer=True, positive=True)
    M_n = check(Assumption("M is n", Equation(M(), S(another))))
    both = check(Calculation(M(), (Step(S(another), (M_n,)),)))
    refused(Calculation(n * M(), (Step(n * S(another), (both,)),)), "both called n")
    of_c, of_M = (check(Assumption("c is K", Equation(c[n], K()))), check(Assumption("M is c_1", Equation(M(), c[1]))))
    M_K = check(Calculation(M(), (Step(c[1], (of_M,)), Step(K(), (of_c,)))))
    one = check(Expectation(Mean(E, c[1] * c[1], ((c, Normal(1)),)), S(1)))
    refused(Calculation(E() * M(), (Step(K(), (one, M_K)),)), reason)
    V, W, v = (Name(text, (f, 1)) for text in "VWv")
    g = Definition(Name("g", (1, 1), takes=((f, 1),)), v().T * V(), (), (W,))
    V_W = check(Assumption("V is W", Equation(V(), W())))
    refused(Calculation(g.name(v()), (Step(v().T * V(), (g,)), Step(v().T * W(), (V_W,)))), "binds W")


def test_what_is_random_in_a_mean_is_nothing_else_outside() -> None:
    """E + c_1 = 3 with E := E c_1², c ~ N(0, 1) and c_i := 2, which is 6 or random as it reads."""
    one = check(Expectation(Mean(E, c[1] * c[1], ((c, Normal(1)),)), S(1)))
    refused(Calculation(E() + c[1], (Step(S(3), (one, Definition(c, S(2), (i,)))),)), "two different things")
    refused(Calculation(E() + c[1], (Step(1 + c[1], (one,)),)), "two different things")


def test_two_things_that_are_assumed_have_two_names() -> None:
    zero, one = (check(Assumption("K is known", Equation(K(), value))) for value in (S(0), S(1)))
    refused(Calculation(S(0), (Step(K(), (zero,)), Step(S(1), (one,)))), "two things are assumed under one name")


def test_names_of_one_text_anywhere_in_a_proof() -> None:
    """Unit vectors were taken to be 0, and what is fixed for data, by a name that only looked alike."""
    u, e, alike = Name("u", (f, 1)), Name("e", (f, 1), arity=1), Name("e", (f, 1), arity=2)
    combination = theta * u() - theta * n * e[1] * e[1].T * u()
    refused(
        Independence(Independent(combination, (theta,)), (UnitVectors(e),), (alike,), n),
        "both called e|data that are 0",
    )
    other = Name("d", (1, 1), arity=1)
    one = Coefficient(d(), S(1), S(1))
    statement = Impossible(Equation(K(), S(a)), (a,), (other,))
    refused(ByCoefficients(statement, (one,), by=(Definition(K, d()),)), "both called d")
    assert check(ByCoefficients(Impossible(Equation(K(), S(a)), (a,), (d,)), (one,), by=(Definition(K, d()),)))


def test_symbols_of_one_name_in_a_mean() -> None:
    """E c_{n'+5} c_n is 1 at n = 6, n' = 1; the cases of n put n' + 1 for it."""
    alike = sympy.Symbol("n", integer=True, positive=True)
    laws = ((c, Normal(1)),)
    refused(Expectation(Mean(E, c[alike + 5] * c[n], laws), S(0), (), n), "both called n")
    scaled = Mean(E, c[n] * c[n + 2], ((c, Normal(alike)),))
    refused(Expectation(scaled, S(0), (), n), "both called n")
    defined = Definition(K, S(alike))
    refused(Calculation(K() * c[n], (Step(alike * c[n], (defined,)),)), "both called n")
    refused(Calculation(K() + c[n] - K(), (Step(c[n]), Step(K() - K() + c[n], (defined,)))), "both called n")


# ---- rules that varied what is fixed ---------------------------------------------------------------


def test_a_limit_does_not_vary_what_is_assumed() -> None:
    """That Q = B^L for one L says nothing of the limit: ½ does not tend to 0."""
    Q, P = Name("Q", (f, f)), Name("P", (f, f))
    known = check(Assumption("the powers of B tend to P", Limit(B**L, L, P())))
    one = check(Assumption("Q is one power", Equation(Q(), B**L)))
    refused(Passage(one, known), "varies L, of which it is assumed: Q is one power")
    every = Definition(Name("Q", (f, f), arity=1), B**L, (L,))
    assert check(Passage(check(Calculation(every.left, (Step(every.body, (every,)),))), known))


def test_what_is_assumed_does_not_meet_a_pole_on_the_way() -> None:
    """1 = a/a = K/a = 0/a = 0, assuming that K is a and that K is 0: at a = 0, where both hold, 1 is not 0."""
    pole, zero = S(1 / a), S(0)
    is_a, is_0 = (check(Assumption(f"K is {value}", Equation(K(), value))) for value in (S(a), zero))
    K_a, Z_1, Y_a = Definition(K, S(a)), Definition(Z, S(1)), Definition(d, pole)
    lines = (Step(Mul((S(a), pole))), Step(Mul((K(), pole)), (is_a,)), Step(Mul((zero, pole)), (is_0,)), Step(zero))
    refused(Calculation(S(1), lines), "divides by zero")
    refused(Calculation(S(1), (Step(Mul((K(), pole)), (K_a,)), Step(zero, (is_0,)))), "divides by zero")
    refused(Calculation(S(1), (Step(Mul((K(), d())), (K_a, Y_a)), Step(zero, (is_0,)))), "divides by zero")
    quotient = check(Calculation(Z(), (Step(Mul((K(), pole)), (Z_1, K_a)),)))
    refused(Calculation(Z(), (Step(zero, (quotient, is_0)),)), "divides by zero")
    hidden = check(Calculation(Z(), (Step(Mul((K(), d())), (Z_1, K_a, Y_a)),)))
    refused(Calculation(Z(), (Step(zero, (hidden, is_0)),)), "divides by zero")
    g = Name("g", (1, 1), takes=((1, 1),))
    of, at_0 = Definition(g, d() + a, (), (d,)), check(Assumption("g is 0 at 0", Equation(g(zero), zero)))
    refused(Calculation(S(1), (Step(Mul((g(zero), pole)), (of,)), Step(zero, (at_0,)))), "divides by zero")
    powers = Mul((K(), S(a ** (-1 - n)), S(a**n)))
    refused(Calculation(S(1), (Step(powers, (K_a,)), Step(zero, (is_0,)))), "not shown to be defined")
    Z_0 = Definition(Z, zero)
    one = check(Calculation(S(1), (Step(Mul((K(), pole)), (K_a,)),)))  # nothing is assumed: it holds but at a = 0
    refused(Calculation(one.equation.left, (Step(Mul((K(), pole)), (K_a,)), Step(Z(), (Z_0, is_0)))), "divides by zero")
    assert check(Calculation(a * K() - a**2, (Step(zero, (is_a,)),))).assumptions


def test_a_recurrence_starts_at_a_number() -> None:
    """Z_s = 5 for one s was Z_s = 5 for all s."""
    for start in (n, sympy.oo, sympy.Rational(1, 2)):
        with pytest.raises(TypeError, match="is no integer"):
            Recurrence(Zs, k, S(5), Zs[k - 1] + 1, start=start)  # type: ignore[arg-type]
    with pytest.raises(DefinitionError, match="one of the indices"):
        Recurrence(Zs, k, S(5), Zs[k - 1] + 1, (j,))


# ---- laws, positive numbers, impossibilities -------------------------------------------------------


@pytest.mark.parametrize(
    "scale",
    [sympy.sqrt(1 - N), (-1) ** sympy.Rational(1, 4), sympy.sqrt(-3 * a**2 - 3), 1 / (N - 1), n ** (-m)],
    ids=str,
)
def test_the_scale_of_a_law_is_a_real_number(scale: sympy.Expr) -> None:
    """E c² was 1 - N."""
    for law, power in product((Normal, Uniform), (1, 2, 4)):
        with pytest.raises(ValueError, match=r"rational function|zero|defined"):
            check(Expectation(Mean(E, Mul((c[1],) * power), ((c, law(scale)),)), Scalar(law(scale).moment(power))))
    assert check(Expectation(Mean(E, c[1] * c[1], ((c, Normal(a / N)),)), S(a**2 / N**2)))


def test_the_scale_of_a_law_has_a_value_as_it_is_written() -> None:
    """(N - 1)/(N - 1) has none at N = 1, though its square is 1 to SymPy; nor has 1/0, of which nothing is asked."""
    pole = sympy.Pow(0, -1, evaluate=False)
    for scale, body, value in (
        (sympy.Mul(N - 1, 1 / (N - 1), evaluate=False), c[1] * c[1], 1),
        (sympy.Mul(0, 1 / (N - 1), evaluate=False), c[1] * c[1], 0),
        (pole, c[1], 0),
        (pole, S(1) + 0 * c[1], 1),
    ):
        refused(Expectation(Mean(E, body, ((c, Normal(scale)),)), S(value)), "divides by zero")


def test_a_positive_number_has_a_value_everywhere() -> None:
    """a (1/a) is not positive at a = 0."""
    of = Definition(Z, S(1 / a))
    refused(Positivity(Positive(a * Z() + 0 * Z(), (a,)), (of,)), "divides by zero")
    refused(Positivity(Positive(S(a) * (S(1 / a) + 0 * d()), (a,))), "divides by zero")


def test_what_is_said_of_all_scalars_has_a_value_at_all_of_them() -> None:
    """K = a (1/a) is 1, but not at a = 0; neither is a law of scale 1/a there."""
    K1, E1 = Definition(K, a * Z()), Mean(E, a**2 * (c[1] * c[1]), ((c, Normal(1 / a)),))
    one = check(Calculation(K(), (Step(S(1), (K1, Definition(Z, S(1 / a)))),)))
    mean = check(Expectation(E1, S(1)))
    for lemma, number in ((one, K()), (mean, E())):
        refused(Positivity(Positive(number, (a,)), (lemma,)), "divides by zero")
        refused(Positivity(Positive(number), (lemma,)), "divides by zero")
    of = Definition(Z, S(1 / a)), Definition(K, a * Z())
    refused(Independence(Independent(theta * K() * x[1], (theta,)), of[::-1]), "divides by zero")
    impossible = Impossible(Equation(K() * d(), 0 * d()), (a,), (d,))
    refused(ByCoefficients(impossible, (Coefficient(d(), S(1), S(1)),), by=(one,)), "divides by zero")


def test_a_data_set_at_which_the_equation_has_no_value() -> None:
    """a a^{s-1} u is 0 for a = 0 at s = 1, 2, …; at s = 0, which the proof puts in, it has no value."""
    s, free, u = L, sympy.Symbol("s", integer=True), Name("u", (f, 1))
    not_zero = check(Independence(Independent(theta * u(), (theta,))))
    D = Name("D", (f, 1), arity=1)
    of = Definition(D, S(a) * (S(a ** (n - 1)) * u()), (n,))
    lemma = check(Calculation(of.left, (Step(S(a**n) * u(), (of,)),)))
    for number in (s, free):
        plain = S(a) * (S(a ** (number - 1)) * u())
        for left, by in ((plain, ()), (D[number], (of,)), (D[number], (lemma,))):
            statement = Impossible(Equation(left, Zero(f, 1)), (a,), (u, number))
            refused(
                Absurdity(statement, (Case(S(1), (), ((number, 0),)),), u(), not_zero, by=by),
                "defined|admissible|is left|does not hold",
            )
    allowed = Impossible(Equation(S(a**s) * u(), Zero(f, 1)), (a,), (u, s))
    assert check(Absurdity(allowed, (Case(S(1), (), ((s, 0),)),), u(), not_zero))


def test_what_is_given_not_to_be_0_is_not_0() -> None:
    statement = Impossible(Equation(a * d(), a * d()), (a,), (d,), (S(b - b), Zero(1, 1)))
    refused(ByCoefficients(statement, (Coefficient(d(), S(0), S(1)),), given=(S(0),)), "0 is given not to be 0")


def test_data_that_are_0_to_the_power_0() -> None:
    """M_1⁰ is I, also for M_1 = 0: θ(u - M_1^r u) is 0 for r = 0 and all u, M."""
    M, u, v = Name("M", (f, f), arity=1), Name("u", (f, 1))(), Name("v", (1, 1))()
    for exponent in (L, p - 1):
        combination = theta * u - theta * Sum(M[i] ** exponent * u, i, 1, n)
        refused(Independence(Independent(combination, (theta,)), (), (M,), n), "a sum is left")
        trace = Sum(Trace(M[i] ** exponent) * v, i, 1, N)
        for power, until in ((trace, N), (Trace(M[1] ** exponent) * v, sympy.Integer(1))):
            statement = Impossible(Equation(power + a * v, f * v + a * v), (a,), (Name("v", (1, 1)), M))
            proof = ByCoefficients(statement, (Coefficient(v, S(-f), S(1)),), -f, vanishing=(Vanishing(M, 0, until),))
            refused(proof, "a sum is left|not numbers")
    shown = theta * u - theta * Sum(M[i] ** p * u, i, 1, n)
    assert check(Independence(Independent(shown, (theta,)), (), (M,), n))


def test_a_place_that_no_family_has() -> None:
    statement = Impossible(Equation(a * d(), a * d() + d()), (a,), (d, c))
    for place in (1, -1):
        proof = ByCoefficients(statement, (Coefficient(d(), S(-1), S(-1)),), vanishing=(Vanishing(c, place, N),))
        refused(proof, "members of a family")


def test_a_size_has_one_least_value() -> None:
    with pytest.raises(ValueError, match="two least values"):
        Independent(theta * x[1], (theta,), ((f, 2), (f, 1)))


def test_where_independent_functions_are_0_is_a_symbol_of_its_own() -> None:
    """A number of data that occurs nowhere is no error."""
    combination = theta * c[r + 1] + phi * c[r + 2]
    refused(Independence(Independent(combination, (theta, phi)), (), (c,), n), "least value|may be one of the data")


def test_long_powers_are_not_differentiated() -> None:
    W, H, of, slope = (
        Name("W", (f, f)),
        Name("H", (f, f)),
        Name("ℒ", (1, 1), takes=((f, f),)),
        Name("∇ℒ", (f, f), takes=((f, f),)),
    )
    function = Definition(of, Trace(W() ** (10**6)), (), (W,))
    refused(Differentiation(function, Definition(slope, B, (), (W,)), H), "no differential")


# ---- laws, and equations that state nothing: found by refuting first ---------------------------------


def test_the_sign_of_a_scale_does_not_matter() -> None:
    """U(-s, s) is no law for s < 0; s u with u uniform on (-1, 1) is one, and that is what is printed."""
    for scale, text in (
        (sympy.Integer(-2), "c_i ∼ 𝒰(−2, 2)"),
        (sympy.Rational(1, 2), "c_i ∼ 𝒰(−1/2, 1/2)"),
        (N - 2, "c_i ∼ (N − 2)·𝒰(−1, 1)"),
    ):
        mean = Mean(E, c[1] * c[1], ((c, Uniform(scale)),))
        assert check(Expectation(mean, S(scale**2 / 3)))
        assert to_text(mean).endswith(f"{text},  independent entries")


def test_no_sum_in_a_mean_binds_a_symbol_of_a_law() -> None:
    """In E Σ_n c_n² K² with K ∼ N(0, n²), the n of the law is not the n of the sum; nor is the letter mu_2 an index."""
    moment = sympy.Symbol("mu_2", integer=True)
    for body, laws_of in (
        (Sum(c[n] * c[n] * K() * K(), n, 1, N), ((c, Normal(1)), (K, Normal(n)))),
        (Sum(c[i] * c[i], i, 1, N), ((c, Normal(i)),)),
        (Sum(c[i] * c[i], i, 1, N), ((c, Uniform(sympy.Symbol("i"))),)),
        (Sum(c[moment] * c[moment], moment, 1, N), ((c, laws.AnyLaw("mu", 2)),)),
    ):
        with pytest.raises(DefinitionError, match="stands in a law"):
            Mean(E, body, laws_of)
    free = Mean(E, c[moment] * c[moment], ((c, laws.AnyLaw("mu", 2)),))
    refused(Expectation(free, S(sympy.Symbol("mu_2"))), "two different symbols")


def test_a_scalar_and_an_index_have_different_texts() -> None:
    """Z_0 = i is a scalar, and the i in the steps of Z is summed over: it reads as one i."""
    scalar = sympy.Symbol("i")
    of = Recurrence(Zs, n, S(scalar), Zs[n - 1] + Sum(c[i], i, 1, N))
    lines = Step(Zs[0] + Sum(c[j], j, 1, N), (of,)), Step(scalar + Sum(c[j], j, 1, N), (of,))
    refused(Calculation(Zs[1], lines), "two different")
    D = Name("D", (1, 1), arity=1)
    line = Step(3 * sympy.Symbol("n") * K(), (Definition(D, n * K(), (n,)),))
    refused(Calculation(sympy.Symbol("n") * D[3], (line,)), "two different")


def test_a_function_of_a_weight_is_not_linear_in_it_even_where_it_vanishes() -> None:
    """θd + θ g(θ) Σ Z_i is linear in θ only where all Z_i are 0."""
    g = Name("g", (1, 1), takes=((1, 1),))
    vanishing = theta * (g(S(theta)) * Sum(Zs[i], i, 1, n))
    refused(Independence(Independent(theta * d() + vanishing, (theta,)), (), (Zs,), n), "not shown to be linear")
    allowed = theta * (g(d()) * Sum(Zs[i], i, 1, n))
    assert check(Independence(Independent(theta * d() + allowed, (theta,)), (), (Zs,), n))


def test_a_moment_has_to_exist_also_where_another_factor_has_mean_0() -> None:
    """E A⁴ c with c of mean 0 has no value if A need not have a fourth moment, whichever name comes first."""
    for text in "aA":
        wild = Name(text, (1, 1))
        mean = Mean(E, wild() ** 4 * Z(), ((Z, Normal(1)), (wild, laws.AnyLaw("mu", 2))))
        with pytest.raises(OutsideLanguage, match="not known to exist"):
            refute(Equation(E(), S(1)), (mean,))


def test_an_equation_that_states_nothing_is_not_refuted() -> None:
    """At N = 1 the sum is empty, but 1/((N-1)(i+1)) has a value at no i; x_a with a scalar a is no member of x."""
    pole = 1 / (N * i - i + N - 1)
    for equation in (Equation(Sum(S((i + 1) * pole), i, 1, N - 1), S(1)), Equation(Sum(S(pole), i, 1, N - 1), S(pole))):
        found = refute(equation)
        assert found is None or found.counterexample.sizes != ((N, 1),)
    of = Definition(Zs, S(1 / sympy.expand(a * (n + 1))), (n,))
    equation = Equation(Sum(Zs[j], j, 1, m) + K(), K() + 1)
    assert refute(equation, (of,), numbers=(Fraction(0),)) is None
    for nothing in (
        Equation(c[a], c[1]),
        Equation(Sum(c[i], i, 1, a), c[1]),
        Equation(S(2**a), S(a + 1)),
        Equation(Sum(Sum(c[i], i, 1, 2), i, 1, N), N * c[1]),
        Equation(Sum(c[i], i, 1, i), c[1]),
        Equation(Sum(Trace(Identity(i)), i, 1, N), S(N)),
        Equation(Sum(Sum(S(1), j, 1, i), i, 1, N), S(N)),
    ):
        with pytest.raises(OutsideLanguage):
            refute(nothing)
    with pytest.raises(ProofError, match="no equation"):
        refute(Positive(S(1)))  # type: ignore[arg-type]


def test_powers_of_a_size_are_refuted_where_they_have_a_value() -> None:
    found = refute(Equation(Sum(S(N**i) * c[i], i, 1, L), Sum(S(N**i) * c[i], i, 1, L) + 1 - N))
    assert found is not None
    assert dict(found.counterexample.sizes)[N] == 2


def test_what_is_impossible_can_be_said_without_unknowns_and_without_data() -> None:
    equation = Equation(a * d(), d())
    for unknowns, data, text in (
        ((a,), (d,), "for no a is a d = d for all d"),
        ((a,), (), "for no a is a d = d"),
        ((), (d,), "never is a d = d for all d"),
        ((), (), "never is a d = d"),
    ):
        assert to_text(Impossible(equation, unknowns, data)).split() == text.split()


def test_a_counterexample_has_the_data_that_are_read_and_no_others() -> None:
    """With K := 2, K = 3 is no datum of K u = u; nor is a look-alike of u, or a step of a recurrence."""
    v = Name("u", (f, 1))
    found = refute(Equation(K() * v(), v()), (Definition(K, S(2)),))
    assert found is not None
    at = found.counterexample
    for name, indices in ((K, ()), (Name("u", (1, 1)), ()), (Zs, (2,)), (Name("w", (1, 1)), ())):
        forged = replace(at, data=(*at.data, ((name, indices), ((Fraction(3),),))))
        with pytest.raises(ProofError, match="does not read as data"):
            confirm(forged)
    assert confirm(at)


def test_where_a_term_has_a_value_at_no_index_an_empty_sum_has_none() -> None:
    """At n = 0 the sum over p = 1, …, n is empty, and 0^(-p) has a value at no p ≥ 1."""
    wild = S(n ** (-p)) * c[p]
    one_at_0 = S(sympy.Integer(0) ** n)
    for total in (Sum(wild, p, 1, n), Sum(S(n ** (-p - m)) * c[p], p, 1, n)):
        assert refute(Equation(total, total + one_at_0), largest=2) is None
    power = Sum(Trace(A ** (-p)), p, 1, n)
    with pytest.raises(OutsideLanguage, match="states nothing"):
        refute(Equation(power, power + one_at_0), largest=2)
    zero = (Fraction(0),)
    assert (
        refute(Equation(Sum(S(a ** (-p)) * c[p], p, 1, L), S(sympy.Integer(0) ** L)), numbers=zero, largest=0) is None
    )
    D = Definition(Name("D", (1, 1), arity=1), S(a ** (-p)), (p,))
    assert refute(Equation(K(), K() + 1), (D,), numbers=zero) is None
    allowed = Sum(A ** (n - 1 - i), i, 0, n - 1)
    found = refute(Equation(allowed, allowed + Identity(f)))
    assert found is not None
    assert dict(found.counterexample.sizes)[n] == 0


def test_a_mean_that_does_not_exist_states_nothing_even_if_it_is_not_used() -> None:
    mean = Mean(E, Z() ** 4, ((Z, laws.AnyLaw("mu", 2)),))
    with pytest.raises(OutsideLanguage, match="not known to exist"):
        refute(Equation(K(), K() + 1), (mean,))


def test_a_value_stays_as_it_is_written_also_where_an_index_is_renamed() -> None:
    """a^j b (1/b) has no value at b = 0; a := j renames the index j, and SymPy then cancelled b."""
    written = Scalar(sympy.Mul(a**j, b, 1 / b, evaluate=False))
    total = Sum(Mul((written, c[j])), j, 1, N)
    lemma = check(Calculation(total, (Step(Sum(Mul((S(a**j), c[j])), j, 1, N)),)))
    zero = sympy.Integer(0)
    for values in ({b: zero}, {b: zero, a: sympy.Symbol("j")}):
        refused(Specialisation(lemma, values), "divides by zero")
    assert check(Specialisation(lemma, {b: sympy.Integer(2), a: sympy.Symbol("j")}))


# ---- texts that can be read in two ways ------------------------------------------------------------

i1, i_1 = (sympy.Symbol(text, integer=True) for text in ("i1", "i_1"))
ETA, GREEK = sympy.Symbol("eta", integer=True), sympy.Symbol("η")
c_i, c_1, x_i = Name("c_i", (1, 1)), Name("c_1", (1, 1)), Name("x_i", (f, 1))
PRIMED, PRIMED_N = sympy.Symbol("i'", integer=True), sympy.Symbol("n'", integer=True, positive=True)
C_N = Name("c_{n'}", (1, 1))
LOOKALIKES = {
    "i1 and i_1 are printed alike": Equation(Sum(Scalar(i_1), i1, 1, N), S(N * i_1)),
    "eta is printed as η": Equation(Sum(Scalar(GREEK), ETA, 1, N), S(N * GREEK)),
    "a name η beside the index eta": Equation(Sum(Name("η", (1, 1))(), ETA, 1, N), N * Name("η", (1, 1))()),
    "c_i is no member of c": Equation(Sum(c_i(), i, 1, N), N * c_i()),
    "nor is x_i": Equation(Sum(x_i() * x_i().T, i, 1, N), N * x_i() * x_i().T),
    "c_1 beside the family c": Equation(c[1] + c_1(), c_1() + c[1]),
    "K^2 beside K": Equation(Name("K^2", (1, 1))() + K(), K() + Name("K^2", (1, 1))()),
    "a^2 beside the symbol a": Equation(Name("a^2", (1, 1))() + S(a), S(a) + Name("a^2", (1, 1))()),
    "the symbol c_1 beside the family c": Equation(c[1] + sympy.Symbol("c_1"), sympy.Symbol("c_1") + c[1]),
    "the sign of kelvin beside K": Equation(K() + Name("\u212a", (1, 1))(), Name("\u212a", (1, 1))() + K()),
    "the symbol c_i": Equation(Sum(S(sympy.Symbol("c_i")), i, 1, N), S(N * sympy.Symbol("c_i"))),
    **{
        text: Equation(Sum(Name(text, (1, 1))(), i, 1, N), N * Name(text, (1, 1))())
        for text in ("c_{i,1}", "c_i^2", "c_{2i}", "c_ij", "c_i'", "W^i")
    },
    "the index i' in c_{i'}": Equation(Sum(Name("c_{i'}", (1, 1))(), PRIMED, 1, N), N * Name("c_{i'}", (1, 1))()),
    "c_{n'} beside the family c": Equation(c[PRIMED_N] + C_N(), C_N() + c[PRIMED_N]),
    "K^{n'} beside K": Equation(
        K() + Name("K^{n'}", (1, 1))() * S(PRIMED_N), S(PRIMED_N) * Name("K^{n'}", (1, 1))() + K()
    ),
    "K^½ beside K": Equation(K() + Name("K^½", (1, 1))(), Name("K^½", (1, 1))() + K()),
    "c_n' beside c'_n": Equation(
        Name("c_n'", (1, 1))() + Name("c'_n", (1, 1))(), Name("c'_n", (1, 1))() + Name("c_n'", (1, 1))()
    ),
    "a name called i, in a sum over i": Equation(Sum(Name("i", (1, 1))(), i, 1, N), N * Name("i", (1, 1))()),
    "a name and a symbol a": Equation(S(a) * Name("a", (1, 1))(), Name("a", (1, 1))() * S(a)),
}


@pytest.mark.parametrize("equation", LOOKALIKES.values(), ids=LOOKALIKES)
def test_a_text_that_can_be_read_in_two_ways_is_refused(equation: Equation) -> None:
    """Each is true of what it is about, and false or trivial as it is printed."""
    refused(Calculation(equation.left, (Step(equation.right),)), "two ways|two different")
    with pytest.raises(OutsideLanguage, match=r"two ways|two different"):
        refute(replace(equation, right=equation.right + equation.right))
    with pytest.raises(OutsideLanguage, match=r"two ways|two different"):
        decide(equation.left, equation.right)


def test_lines_and_forms_of_data_are_read_like_statements() -> None:
    """Each is true of what it is about; a line, or what is put in, can be read in two ways."""
    of, x_i, z_k = Name("i", (1, 1))(), Name("x_i", (f, 1))(), Name("z_k", (f, 1))()
    refused(Calculation(6 * of, (Step(Sum(Sum(of, j, 1, 3), i, 1, 2)), Step(6 * of))), "two different")
    refused(Calculation(N * x_i, (Step(Sum(x_i, i, 1, N)), Step(N * x_i))), "two different")
    refused(Calculation(S(GREEK), (Step(S(GREEK) + S(ETA) - S(ETA)), Step(S(GREEK)))), "two different")
    general = check(Calculation(Sum(2 * x[j], j, 1, N), (Step(2 * Sum(x[j], j, 1, N)),)))
    refused(Instance(general, (Definition(x, z_k, (k,)),)), "two different")
    for title in "true\n\nTheorem: 0 = 1", type("Text", (str,), {"isprintable": lambda _: True})("true\n0 = 1"):
        with pytest.raises(ProofError, match="a title is one line"):
            check(Calculation(of, (Step(of),)), title)


def test_sides_that_sympy_writes_are_read_like_others() -> None:
    for left, right in (
        (sympy.Symbol("eta"), sympy.Symbol("η")),
        (sympy.MatrixSymbol("K^2", f, f), sympy.MatrixSymbol("K", f, f) ** 2),
        (sympy.MatrixSymbol("x_i", f, 1), x[i]),
    ):
        with pytest.raises(OutsideLanguage, match="two ways"):
            decide(left, right)


def test_what_sympy_did_not_evaluate_is_printed_with_its_brackets() -> None:
    def power(base: object) -> sympy.Expr:
        return sympy.Pow(base, -1, evaluate=False)

    written = (power(sympy.Rational(2, 3)), power(power(b)), sympy.Mul(1 / a, power(power(b)), evaluate=False))
    assert [to_text(Scalar(value)) for value in written] == ["1/(2/3)", "1/(1/b)", "1/(a/b)"]
    assert to_text(Scalar(sympy.Rational(1, 3)).T) == "(1/3)ᵀ"
    assert to_text(Mul((Scalar(sympy.Integer(-1)),))) == "−1"
    assert to_latex(Name("c_1", (1, 1), arity=1)[2]) == "{c_{1}}_{2}"


@pytest.mark.parametrize("text", ["Aᵀ", "x₁", "K²", "g(K)", "I", "tr"])
def test_a_text_that_is_an_expression_names_nothing(text: str) -> None:
    with pytest.raises(TypeError, match="reads like one"):
        Name(text, (f, f))
    if text.isidentifier() or text in ("Aᵀ", "x₁", "K²"):
        symbol = sympy.Symbol(text)
        refused(Calculation(S(symbol) * d(), (Step(d() * S(symbol)),)), "reads like an expression")


UNREADABLE = (
    *("c_{i−1}", "c_i_j", "c[i]", "c_i^T", "‖c_i‖", "−i", "A·B", "A−B", "½", "５", "A,B", "A<B", "Σ", "∑A"),
    *("c_і", "А", "Α", "µ", "A\u200b", "A^T", "A^{T}", "A_1^{T}", "A^{tr}", "A^-1", "A^{−1}", "I_2", "for", "lim"),
)


@pytest.mark.parametrize("text", UNREADABLE)
def test_a_text_that_a_reader_takes_for_something_else_is_refused(text: str) -> None:
    """Signs that look like operators, letters that look like others, and words that statements are written with."""
    M = Name(text, (f, f))
    refused(Calculation(M() + A, (Step(A + M()),)), "read in one way only|reads like an expression")
    with pytest.raises(OutsideLanguage, match=r"read in one way only|reads like an expression"):
        decide(M(), A)


@pytest.mark.parametrize("text", ["i__2", "vnorm", "aabs", "xdot", "aprime", "c_1i"])
def test_a_symbol_is_printed_as_it_is_called(text: str) -> None:
    """SymPy would print i² for i__2, and ‖v‖ for vnorm."""
    symbol = sympy.Symbol(text)
    refused(Calculation(S(symbol) * d(), (Step(d() * S(symbol)),)), "is printed as|read in one way only")


def test_two_texts_are_never_written_alike_in_latex() -> None:
    """LaTeX is made from the text: A_12 is no A_1 2, and ab no a b."""
    written = [to_latex(Name(text, (f, f))) for text in ("A_12", "A_1", "ab", "A", "a", "b", "A^c_1", "A_{1,2}", "x'")]
    assert written == ["A_{12}", "A_{1}", r"\operatorname{ab}", "A", "a", "b", "A^{c}_{1}", "A_{1,2}", "x'"]
    assert to_latex(S(sympy.Symbol("ab") + a * b)) == r"a b + \operatorname{ab}"


def test_names_with_a_script_that_is_no_index_are_as_good_as_others() -> None:
    for text in ("W_*", "W_∞", "g^0", "A_K", "c_α", "Q̃", "x'", "M^{S'}"):
        M = Name(text, (f, f))
        assert check(Calculation(M() + A, (Step(A + M()),)))
    start = Name("W_0", (f, f))  # beside a matrix W, but no family W
    assert check(Calculation(start() + Name("W", (f, f))(), (Step(Name("W", (f, f))() + start()),)))


def test_the_size_of_an_identity_is_printed_where_nothing_else_shows_it() -> None:
    theorem = check(Positivity(Positive(Trace(Identity(N + 1)) - Trace(Identity(N)))))
    assert "tr(I_{N+1}) − tr(I_N) > 0" in str(theorem)
    assert to_text(Trace(2 * Identity(f) - A)) == "tr(2 I − A)"
    assert to_text(Trace(A * Identity(f))) == "tr(A I)"


def test_what_a_meaning_leaves_open_is_not_refuted() -> None:
    """D_p is defined for p ≥ 1, and Z_n from n = 2 on, so D_0 and Z_1 are nothing that the meanings speak of."""
    D, late = Name("D", (1, 1), arity=1), Recurrence(Zs, n, c[0], Zs[n - 1] + c[n], start=2)
    for equation, meaning in (
        (Equation(D[0], S(0)), Definition(D, S(0), (p,))),
        (Equation(Zs[2], Zs[1] + c[2]), late),
    ):
        with pytest.raises(OutsideLanguage, match="does not say what it is"):
            refute(equation, (meaning,))
    given = Recurrence(Zs, n, Zs[0], Zs[n - 1] + c[n])  # this one says that its start is data
    assert refute(Equation(Zs[2], c[1] + c[2]), (given,)) is not None


# ---- equal, although it looks different --------------------------------------------------------------

g, h = Name("g", (1, 1), takes=((1, 1),)), Name("h", (1, 1), takes=((f, 2 * f),))
z = sympy.Symbol("z", integer=True)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (Sum(g(c[i] + c[j]), i, 1, N), Sum(g(c[k] + c[j]), k, 1, N)),
        (Sum(g(c[i] + 2 * c[n]), i, 1, N), Sum(g(c[z] + 2 * c[n]), z, 1, N)),
        (Sum(g(x[i].T * A * x[n]), i, 1, N), Sum(g(x[z].T * A * x[n]), z, 1, N)),
        (Sum(g(c[i] - c[1]), i, 1, 1), g(S(0))),
        (h(expressions.Blocks(((Zero(f, f), Zero(f, f)),))), h(Zero(f, 2 * f))),
    ],
)
def test_arguments_that_can_be_written_in_two_ways_are_not_called_different(left: Expr, right: Expr) -> None:
    with pytest.raises(OutsideLanguage, match="whether arguments"):
        decide(left, right)


def test_the_sign_of_a_denominator_makes_no_difference() -> None:
    assert decide(g(S(1 / (b - a))), g(S(-1 / (a - b)))).equal
    assert decide(g(S(1 / (1 - N - f))), g(S(-1 / (N + f - 1)))).equal


def test_arguments_that_are_written_in_one_way_are_still_told_apart() -> None:
    for left, right in ((g(c[1]), g(c[2])), (g(c[1]), g(2 * c[1])), (g(d() + c[1]), g(d()))):
        assert not decide(left, right).equal


def test_the_product_entry_by_entry_is_no_other_function() -> None:
    """It is written x ⊙ y, without an index, and only with its definition."""
    one, other = (Name(text, (f, 1), 0, ((f, 1), (f, 1))) for text in ("hadamard", "hadamard^a"))
    family = Name("hadamard", (f, 1), 1, ((f, 1), (f, 1)))
    v, w = Name("v", (f, 1))(), Name("w", (f, 1))()
    assert to_text(one(v, w)) == "v ⊙ w"
    assert "⊙" not in to_text(other(v, w)) + to_text(family.at((1,), (v, w)))
    with pytest.raises(OutsideLanguage, match="hadamard is used for two different"):
        check(Calculation(one(v, w), (Step(one(v, w)),)))
    with pytest.raises(OutsideLanguage, match="hadamard is used for two different"):
        refute(Equation(one(v, w), one(w, v)))


@pytest.mark.parametrize(
    ("first", "second"),
    [("Q̂", "Qhat"), ("ȳ", "ybar"), ("ℒ", "loss"), ("ℓ", "ell"), ("𝟏", "ones"), ("W_∞", "W_inf")],
)
def test_names_that_are_spelled_alike_are_not_used_together(first: str, second: str) -> None:
    alike = [Name(text, (1, 1))() for text in (first, second)]
    assert in_ascii(first) == second
    with pytest.raises(OutsideLanguage, match=r"two ways|two different|is printed as"):
        check(Calculation(alike[0] + alike[1], (Step(alike[1] + alike[0]),)))


@pytest.mark.parametrize(
    ("written", "text", "latex"),
    [
        (Name("A", (f, f))() ** sympy.Symbol("T", integer=True, nonnegative=True), "A^(T)", "A^{(T)}"),
        (Name("v", (f, 1))() * S(sympy.Mul(a, -2, evaluate=False)), "v (−2a)", r"v\,\left(-2 a\right)"),
        (S(sympy.Mul(2, -a, evaluate=False)), "2·(−a)", r"2 \left(-a\right)"),
        (Power(Mul((x[1].T, x[1])), 3), "(‖x_1‖²)^3", r"\left(\left\lVert x_{1}\right\rVert^{2}\right)^{3}"),
        (Transpose(Mul((x[1].T, x[1]))), "(‖x_1‖²)ᵀ", r"\left(\left\lVert x_{1}\right\rVert^{2}\right)^{\top}"),
        (Transpose(S(a * ETA**3)), "(a·η^3)ᵀ", r"\left(a \eta^{3}\right)^{\top}"),
        (Mul((S((a + 1) / ETA), c[1])), "((a + 1)/η) c_1", r"\frac{a + 1}{\eta}\,c_{1}"),
    ],
    ids=["a power to T", "a minus in a factor", "a minus in a number", "norm", "norm turned", "power turned", "over"],
)
def test_what_is_printed_reads_as_what_it_is(written: Expr, text: str, latex: str) -> None:
    assert (to_text(written), to_latex(written)) == (text, latex)


def test_a_mean_says_that_entries_are_independent() -> None:
    """Else y could be x, and the mean of x x y y would be another."""
    two = Mean(E, c[1] * c[2], ((c, Normal(1)),))
    assert "independent entries" in to_text(two)
    assert "independent entries" not in to_text(Mean(E, d() * d(), ((d, Normal(1)),)))


def test_a_large_power_is_not_put_in() -> None:
    power = Definition(Name("D", (1, 1), arity=1), S(3**k), (k,))
    with pytest.raises(OutsideLanguage, match="an exponent beyond"):
        check(Calculation(power.name[10**8], (Step(power.name[10**8], (power,)),)))
