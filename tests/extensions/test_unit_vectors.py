"""Sums over unit vectors: what the two rules show, and what must not follow from them."""

from __future__ import annotations

import pytest
import sympy

from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence.counterexamples import Refuted, refute
from gdssm_symbolic.extensions.unit_vectors import ByUnitVectors, UnitVectors
from gdssm_symbolic.kernel.definitions import Definition
from gdssm_symbolic.kernel.expressions import Expr, Identity, Name, Sum, Trace, wrap
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.writing.documents import write_text
from gdssm_symbolic.writing.narration import narrate

f, m, N = sympy.symbols("f m N", integer=True, positive=True)
i, j, k = sympy.symbols("i j k", integer=True)
eta = sympy.Symbol("eta")
e, x = Name("e", (f, 1), arity=1), Name("x", (f, 1), arity=1)
u, v, w = (Name(text, (f, 1))() for text in "uvw")
A, B = Name("A", (f, f))(), Name("B", (f, m))()
g = Name("g", (1, 1), takes=((f, 1),))
I = Identity(f)  # noqa: E741 - as it is written


def over(index: sympy.Symbol, body: Expr, upper: object = f, lower: object = 1) -> Sum:
    return Sum(body, index, sympy.sympify(lower), sympy.sympify(upper))


def diag(vector: Expr, index: sympy.Symbol = j) -> Expr:
    return over(index, (e[index].T * vector) * e[index] * e[index].T)


def entrywise(left: Expr, right: Expr, index: sympy.Symbol = j) -> Expr:
    return over(index, (e[index].T * left) * (e[index].T * right) * e[index])


def proof(left: Expr, right: object, *by: Definition) -> ByUnitVectors:
    return ByUnitVectors(Equation(left, wrap(right)), (UnitVectors(e),), by)


DELTA = over(i, over(j, (e[i].T * e[j]) * x[i] * x[j].T))
TRUE: tuple[tuple[Expr, object], ...] = (
    (over(j, e[j] * e[j].T), I),
    (over(j, A * e[j] * e[j].T * B), A * B),
    (over(j, (u.T * e[j]) * (e[j].T * v)), u.T * v),
    (over(j, (u.T * e[j]) * e[j].T * A), u.T * A),
    (over(j, (u.T * A * e[j]) * A * e[j]), A * A.T * u),
    (over(i, over(j, (e[i].T * e[j]) * (e[i].T * u) * e[i] * e[j].T)), diag(u)),
    (DELTA, over(i, x[i] * x[i].T)),
    (over(j, e[j].T * e[j]), f),
    (over(i, over(j, (e[i].T * e[j]) * (e[i].T * e[j]))), f),
    (over(j, e[j].T * A * e[j]), Trace(A)),
    (over(i, over(j, (e[i].T * A * e[j]) * (e[i].T * A * e[j]))), Trace(A.T * A)),
    (diag(u, i) * diag(v), diag(entrywise(u, v, i))),
    (entrywise(u, entrywise(v, w, i)), entrywise(entrywise(u, v, i), w)),
    (over(i, over(j, wrap(eta ** (i + j)) * (e[i].T * e[j]) * x[i])), over(i, wrap(eta ** (2 * i)) * x[i])),
    (over(i, over(j, (e[i].T * e[j]) * g(x[i] + A * x[j]))), over(i, g(x[i] + A * x[i]))),
    (over(j, (e[k].T * e[j]) * e[j]), e[k]),
)
#: Near the rules, and false; or true, and not by the rules.
FALSE: tuple[tuple[Expr, object], ...] = (
    (over(j, e[j] * e[j].T, f - 1), I),
    (over(j, e[j] * e[j].T, f + 1), I + e[1] * e[1].T),
    (over(j, e[j] * e[j].T, N), I),
    (over(j, e[j] * e[j].T, f, 0), I + e[f] * e[f].T),
    (over(j, x[j] * x[j].T), I),
    (over(j, e[j] * x[j].T), I),
    (over(j, e[j] * e[j + 1].T), I),
    (over(j, (e[j].T * u) * e[j] * e[j].T), (e[j].T * u) * I),
    (over(j, wrap(eta**j) * e[j] * e[j].T), eta * I),
    (over(j, g(x[j]) * e[j] * e[j].T), g(u) * I),
    (over(j, (e[j].T * u) * (e[j].T * u) * (e[j].T * v)), (u.T * u) * (e[1].T * v)),
    (DELTA, over(j, x[j] * x[j].T, N)),
    (over(i, over(j, (e[i].T * e[j]) * x[i] * x[j].T), N), over(i, x[i] * x[i].T, N)),
    (over(i, over(j, (e[i].T * e[j + 1]) * x[i] * x[j].T)), over(i, x[i] * x[i].T)),
    (over(i, over(j, (x[i].T * x[j]) * x[i] * x[j].T)), over(i, x[i] * x[i].T)),
    (e[i].T * e[i], 1),
    (over(j, e[j].T * A * e[j], N), Trace(A)),
    (over(j, x[j].T * A * x[j]), Trace(A)),
    (over(j, (e[j].T * A * e[j]) * (u.T * e[j])), Trace(A) * (u.T * u)),
    (over(i, over(j, (e[i].T * A * e[j]) * (e[i].T * A * e[j]))), Trace(A * A)),
    (over(j, e[j].T * e[j]), 1),
    (over(j, e[j].T * e[j], N), N),
    (over(j, A * e[j] * e[j].T * B), A.T * B),
    (diag(u, i) * diag(v), diag(u + v)),
)


@pytest.mark.parametrize(("left", "right"), TRUE)
def test_sums_over_unit_vectors(left: Expr, right: object) -> None:
    theorem = check(proof(left, right))
    assert theorem.meanings == {e: UnitVectors(e)}
    with pytest.raises(ProofError):
        check(ByUnitVectors(theorem.equation, ()))  # the name is that of any family
    with pytest.raises(ProofError):
        check(proof(2 * left, right))


@pytest.mark.parametrize(("left", "right"), FALSE)
def test_what_only_looks_like_it(left: Expr, right: object) -> None:
    with pytest.raises((ProofError, OutsideLanguage)):
        check(proof(left, right))


def test_unit_vectors_of_another_size() -> None:
    """A sum over 1, …, f of vectors of R^m: if m is f + 1, the last is missing."""
    other = Name("e", (m, 1), arity=1)
    equation = Equation(over(j, other[j] * other[j].T), Identity(m))
    with pytest.raises(ProofError, match="differ"):
        check(ByUnitVectors(equation, (UnitVectors(other),)))
    assert isinstance(refute(equation, (UnitVectors(other),)), Refuted)
    with pytest.raises(ProofError, match="differ"):
        check(ByUnitVectors(equation, (UnitVectors(e),)))


def test_a_definition_is_put_in_and_recorded() -> None:
    of = Name("v", (f, 1))
    meaning = Definition(Name("diag", (f, f), takes=((f, 1),)), diag(of()), parameters=(of,))
    D = meaning.name
    theorem = check(proof(D(u) * D(v), D(entrywise(u, v)), meaning), "a product of diagonal matrices")
    assert theorem.meanings == {e: UnitVectors(e), D: meaning}
    assert {"orthonormal", "definition"} <= {rule.name for rule in theorem.rules}
    assert "Sums over unit vectors are taken: definition of diag" in write_text(narrate([theorem]))


def test_unit_vectors_have_no_other_meaning() -> None:
    defined = Definition(e, x[i], (i,))
    with pytest.raises(ProofError, match="two meanings"):
        check(proof(e[1], x[1], defined))
