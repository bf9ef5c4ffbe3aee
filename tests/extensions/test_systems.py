"""States that are updated together, products of gates, and what is refused of them."""

from __future__ import annotations

from typing import Any

import pytest
import sympy

from gdssm_symbolic.checker import SOURCES, check
from gdssm_symbolic.evidence.counterexamples import confirm, refute
from gdssm_symbolic.extensions.functions import show_equal
from gdssm_symbolic.extensions.systems import Joint, Member, System
from gdssm_symbolic.kernel.definitions import Definition, DefinitionError
from gdssm_symbolic.kernel.expressions import App, Expr, Identity, Name, Scalar, ShapeError, Sum, Zero, wrap
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage, Scope
from gdssm_symbolic.kernel.proofs import Calculation, Induction, Step
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Ledger, Theorem
from gdssm_symbolic.kernel.work import Work
from gdssm_symbolic.writing.documents import write_text
from gdssm_symbolic.writing.narration import narrate
from gdssm_symbolic.writing.printing import to_text

m, f = sympy.symbols("m f", integer=True, positive=True)
t, p, i, j = sympy.symbols("t p i j", integer=True, positive=True)
n, C = sympy.symbols("n C", integer=True, nonnegative=True)
eta, theta = sympy.symbols("eta theta")
ONE = Scalar(sympy.Integer(1))

k, v = Name("k", (m, 1), arity=1), Name("v", (f, 1), arity=1)
S, M, U = (Name(text, (f, m), arity=1) for text in "SMU")
K = Name("K", (f, m), arity=1)
LOSS = v[t] * k[t].T

#: Momentum, with the momentum of the step before added to the state.
STATE_OF_M, STEP_OF_U = Member(M, Zero(f, m), M[t - 1] + U[t - 1]), Member(U, U[0], eta * U[t - 1] - theta * LOSS)
MOMENTUM = System((STATE_OF_M, STEP_OF_U), t)
STATE, STEP = MOMENTUM

GATE = Name("a", (1, 1), arity=1)
P = Name("P", (1, 1), arity=2)
PRODUCT = Joint(P, System((Member(P, ONE, GATE[t] * P[i, t - 1]),), t, (i, t), i))


def line(left: Expr, right: Any, *by: Any) -> Theorem:
    return check(Calculation(left, (Step(wrap(right), by),)))


def test_each_member_is_made_of_all_members_at_the_step_before() -> None:
    proved = line(M[2], U[0] + (eta * U[0] - theta * v[1] * k[1].T), STATE, STATE, STATE, STEP)
    assert {meaning.name for meaning in proved.defined} == {M, U}
    assert line(M[n + 1], M[n] + U[n], STATE).meanings.keys() == {M, U}
    for wrong in (M[n] + U[n + 1], M[n] + U[n - 1], M[n] - U[n]):
        with pytest.raises(ProofError):
            line(M[n + 1], wrong, STATE)


def test_a_step_is_put_in_only_after_the_start() -> None:
    for left, right in ((M[n], M[n - 1] + U[n - 1]), (M[0], M[-1] + U[-1]), (M[n - 1], M[n - 2] + U[n - 2])):
        with pytest.raises(ProofError):
            line(left, right, STATE)
    with pytest.raises(ProofError):
        line(U[0], eta * U[-1] - theta * v[0] * k[0].T, STEP)


def test_the_partner_of_a_member_has_no_other_meaning() -> None:
    """A_t = B_{t-1} + 1 with B_t := A_{t+1} would be A_t = A_t + 1."""
    A, B = Name("A", (1, 1), arity=1), Name("B", (1, 1), arity=1)
    first, _ = System((Member(A, ONE, B[t - 1] + 1), Member(B, ONE, A[t - 1])), t)
    with pytest.raises(DefinitionError, match="B has two meanings"):
        line(A[n + 1], A[n + 1] + 1, first, Definition(B, A[n + 1], (n,)))


def test_a_member_brings_its_partners_along_at_once() -> None:
    """A rule may ask which names are defined before the proof is at its end: a partner is no unknown."""
    ledger = Ledger(Work(), show_equal, SOURCES)
    ledger.sources([STATE])
    assert {meaning.name for meaning in ledger.meanings} == {M, U}


def test_what_a_function_binds_is_no_partner_of_a_member_in_it() -> None:
    """F(U) := M_3 U, where M_3 is made of U_2, which is another U."""
    parameter, argument = Name("U", (m, m)), Name("B", (m, m))()
    function = Definition(Name("F", (f, m), takes=((m, m),)), M[3] * parameter(), (), (parameter,))
    with pytest.raises(DefinitionError, match="F binds U"):
        line(function.name(argument), (M[2] + U[2]) * argument, function, STATE)
    behind = Definition(K, M[n], (n,))
    function = Definition(function.name, K[3] * parameter(), (), (parameter,))
    with pytest.raises(DefinitionError, match="F binds U"):
        line(function.name(argument), (M[2] + U[2]) * argument, function, behind, STATE)


def test_no_other_class_of_member_is_a_source() -> None:
    class Other(Joint):
        def replacement(self, app: App, scope: Scope, _work: Work) -> Expr | None:
            return Zero(*app.shape)

    with pytest.raises(ProofError, match="Other gives no reason"):
        line(M[n], Zero(f, m), Other(M, MOMENTUM))


def test_a_name_in_a_body_may_not_be_made_of_a_member() -> None:
    """A_t = D_t with D_t := B_{t+1} and B_{t+1} = A_t + 1 would be A_t = A_t + 1; with D_t := 2 A_t it would be 0."""
    A, B, D = (Name(text, (1, 1), arity=1) for text in "ABD")
    first, second = System((Member(A, ONE, D[t]), Member(B, ONE, A[t - 1] + 1)), t)
    direct, through = Definition(D, 2 * A[n], (n,)), Definition(D, B[n + 1], (n,))
    for right, by in (
        (2 * A[n + 1], (first, direct)),
        (B[n + 2], (first, through)),
        (A[n + 1] + 1, (first, through, second)),
    ):
        with pytest.raises(DefinitionError, match="circle"):
            line(A[n + 1], right, *by)


@pytest.mark.parametrize(
    ("members", "more", "why"),
    [
        ((Member(M, Zero(f, m), U[t]), STEP_OF_U), (t,), "may name members"),
        ((Member(M, Zero(f, m), U[t - 2]), STEP_OF_U), (t,), "may name members"),
        ((Member(M, Zero(f, m), U[n]), STEP_OF_U), (t,), "may name members"),
        ((Member(M, U[0], M[t - 1]), STEP_OF_U), (t,), "defined by a member"),
        ((Member(M, 2 * M[0], M[t - 1]),), (t,), "defined by a member"),
        ((Member(M, K[t], M[t - 1]),), (t,), "depends on t"),
        ((Member(M, Sum(K[n], n, 0, 2), M[t - 1] + n * K[t]),), (t,), "binds n"),
        ((Member(M, K[0], Sum(K[t], t, 1, 2)),), (t,), "binds its own index"),
        ((), (t,), "one or more members"),
        ((STATE_OF_M, STATE_OF_M, STEP_OF_U), (t,), "name of its own"),
        ((Member(M, K[0], M[t - 1]),), (t, (n,)), "counts its steps"),
        ((Member(M, K[0], M[t - 1]),), (t, (t,), n), "linear form in its other indices"),
        ((Member(P, ONE, P[i, t - 1]),), (t, (i, t), t - 1), "linear form in its other indices"),
    ],
)
def test_what_is_no_system(members: tuple[Member, ...], more: tuple[Any, ...], why: str) -> None:
    with pytest.raises(DefinitionError, match=why):
        System(members, *more)


def test_shapes_and_names_of_a_system() -> None:
    with pytest.raises(ShapeError):
        System((Member(M, Zero(m, f), M[t - 1]),), t)
    with pytest.raises(ShapeError):
        System((Member(M, Zero(f, m), M[t - 1].T),), t)
    with pytest.raises(OutsideLanguage, match="linear"):
        System((Member(P, ONE, P[i, t - 1]),), t, (i, t), i**2)
    with pytest.raises(DefinitionError, match="no member"):
        Joint(K, MOMENTUM)


def test_every_step_and_the_start_are_well_defined() -> None:
    """At i = 1 and t = 2, a power t - i - 1 is that of 0; t - i - 2 is none. An index that begins at 1 steps from 0."""
    B, power = Name("B", (m, m)), Name("R", (m, m), arity=2)
    good = Joint(power, System((Member(power, Identity(m), B() ** (t - i - 1)),), t, (i, t), i))
    assert line(power[i, i + 1], Identity(m), good)
    bad = Joint(power, System((Member(power, Identity(m), B() ** (t - i - 2)),), t, (i, t), i))
    with pytest.raises(OutsideLanguage, match="exponent"):
        line(power[i, i + 2], Identity(m), bad)
    bad = Joint(power, System((Member(power, B() ** (i - 2), power[i, t - 1]),), t, (i, t), i))
    with pytest.raises(OutsideLanguage, match="exponent"):
        line(power[i, i + 2], power[i, i + 1], bad)
    for start in (sympy.Integer(-1), sympy.Integer(-2)):
        early = Joint(M, System((Member(M, K[0], M[t - 1]),), t, (t,), start))
        if start == -2:
            with pytest.raises(OutsideLanguage, match="runs from"):
                line(M[1], M[0], early)
    whole = sympy.Symbol("e", integer=True)
    early = Joint(P, System((Member(P, ONE, GATE[t] * P[whole, t - 1]),), t, (whole, t), whole))
    with pytest.raises(OutsideLanguage, match="runs from"):
        line(P[1, 2], GATE[2] * P[1, 1], early)


def test_a_product_of_gates_is_put_in_where_it_is_not_empty() -> None:
    assert line(P[p, p], 1, PRODUCT)
    assert line(P[p, p + 2], GATE[p + 2] * GATE[p + 1], PRODUCT, PRODUCT, PRODUCT)
    total = Sum(P[i, p + 1] * k[i], i, 1, p)
    assert line(total, GATE[p + 1] * Sum(P[i, p] * k[i], i, 1, p), PRODUCT)
    for left, right in (
        (P[i, p], GATE[p] * P[i, p - 1]),  # p may be less than i
        (P[p, p], GATE[p] * P[p, p - 1]),
        (P[p + 1, p], 1),
        (Sum(P[i, p + 1] * k[i], i, 1, p + 1), GATE[p + 1] * Sum(P[i, p] * k[i], i, 1, p + 1)),  # at i = p + 1
    ):
        with pytest.raises(ProofError):
            line(left, right, PRODUCT)


class Gated:
    """A state S_t = a_t S_{t-1} + v_t k_tᵀ, the gate a number or a matrix from the left or the right, and its forms."""

    def __init__(self, gate: Name, right: bool = False) -> None:
        self.right, self.gate = right, gate
        self.product = Name("P", gate.shape, arity=2)
        before = self.product[i, t - 1]
        first: Expr = ONE if gate.shape == (1, 1) else Identity(gate.shape[0])
        products = System((Member(self.product, first, self.times(gate[t], before)),), t, (i, t), i)
        self.gates = Joint(self.product, products)
        self.state = Joint(S, System((Member(S, Zero(f, m), self.times(gate[t], S[t - 1]) + LOSS),), t))

    def times(self, factor: Expr, other: Expr) -> Expr:
        return other * factor if self.right else factor * other

    def summed(self, last: Any, low: Any, high: Any) -> Expr:
        """Σ P_{j,last} v_j k_jᵀ over j = low, …, high."""
        return Sum(self.times(self.product[j, last], v[j] * k[j].T), j, low, high)

    def proof(self, variable: sympy.Symbol, begin: Expr, at: Any) -> Induction:
        """S_at = P_{begin,at} S_begin + Σ_{j=begin+1..at} P_{j,at} v_j k_jᵀ, by induction on a variable in `at`."""

        def value(last: Any, up_to: Any) -> Expr:
            kept = self.times(self.product[begin, last], S[begin]) if begin else wrap(Zero(f, m))
            return kept + self.summed(last, begin + 1, up_to)

        statement = Equation(S[at], value(at, at))
        hypothesis = Induction(statement, variable, *(Calculation(S[0], ()),) * 2).hypothesis
        later, start = at.subs(variable, variable + 1), at.subs(variable, 0)
        base = (Step(S[0] if not begin else S[start], ()), Step(value(start, start), (self.state, self.gates)))
        one = self.times(self.gate[later], value(at, at)) + v[later] * k[later].T
        step = (
            Step(self.times(self.gate[later], S[at]) + v[later] * k[later].T, (self.state,)),
            Step(one, (hypothesis,)),
            Step(value(later, at) + v[later] * k[later].T, (self.gates,)),
            Step(value(later, at) + self.times(self.product[later, later], v[later] * k[later].T), (self.gates,)),
            Step(value(later, later)),
        )
        return Induction(statement, variable, Calculation(S[start], base), Calculation(S[later], step))


GATED = {
    "Mamba-2": Gated(GATE),
    "matrices from the left": Gated(Name("a", (f, f), arity=1)),
    "GLA": Gated(Name("a", (m, m), arity=1), right=True),
}


@pytest.mark.parametrize("name", GATED)
def test_a_gated_state_unrolls_and_goes_in_chunks(name: str) -> None:
    """S_n = Σ_{i≤n} P_{i,n} v_i k_iᵀ, and S_{n+C} = P_{n,n+C} S_n + Σ_{j=n+1..n+C} P_{j,n+C} v_j k_jᵀ."""
    layer = GATED[name]
    assert check(layer.proof(n, 0, n)).defined
    chunk = check(layer.proof(C, p, p + C))
    assert chunk.equation.left == S[p + C]
    with pytest.raises(ProofError):  # at i = n + 1 the product is empty, and cannot be unfolded
        line(layer.summed(n + 1, 1, n + 1), layer.times(layer.gate[n + 1], layer.summed(n, 1, n + 1)), layer.gates)


def test_a_false_form_is_refuted_with_the_states_as_they_run() -> None:
    left, right = M[2], M[1] + U[2]
    found = refute(Equation(left, right), (STATE, STEP))
    assert found is not None
    assert confirm(found.counterexample).counterexample == found.counterexample
    with pytest.raises(DefinitionError, match="U"):
        refute(Equation(left, right), (STATE,))
    assert refute(Equation(M[2], M[1] + U[1]), (STATE, STEP), largest=2) is None
    wrong = Equation(P[1, 3], GATE[1] * GATE[2] * GATE[3])
    assert refute(wrong, (PRODUCT,)) is not None
    assert refute(Equation(P[1, 3], GATE[2] * GATE[3]), (PRODUCT,), largest=2) is None


def test_systems_as_they_are_printed() -> None:
    assert to_text(PRODUCT) == "P_{i,i} = 1,  P_{i,t} = a_t P_{i,t−1} for i ≥ 1, t ≥ i + 1"
    assert to_text(STATE) == "M_0 = 0,  M_t = M_{t−1} + U_{t−1} for t ≥ 1"
    assert to_text(STEP) == "U_0 given,  U_t = η U_{t−1} − θ v_t k_tᵀ for t ≥ 1"
    told = write_text(narrate([line(M[n + 1], M[n] + U[n], STATE)]))
    assert "recurrence of M" in told
    assert "U_0 given" in told
