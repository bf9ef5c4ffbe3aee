"""The checker: it accepts what is proved, and nothing else; each refusal here is a hole that stays shut."""

from __future__ import annotations

from copy import copy
from dataclasses import replace

import pytest
import sympy
from vocabulary import A, B, N, a, eta, f, i, k, n, u, x, y

from gdssm_symbolic.checker import Equation, check
from gdssm_symbolic.kernel import rules
from gdssm_symbolic.kernel.definitions import Definition, DefinitionError, Recurrence, unfold
from gdssm_symbolic.kernel.expressions import Name, Sum, Zero
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.proofs import Calculation, Induction, Specialisation, Step
from gdssm_symbolic.kernel.statements import ProofError
from gdssm_symbolic.kernel.theorem import Assumption, Hypothesis, Theorem
from gdssm_symbolic.theory.least_squares import LeastSquares

t = sympy.Symbol("t", integer=True, positive=True)
S = Name("S", (f, f), arity=1)
STATE = Recurrence(S, t, Zero(f, f), S[t - 1] + x[t] * x[t].T)


def total(upper: sympy.Expr) -> Sum:
    return Sum(x[i] * x[i].T, i, sympy.Integer(1), upper)


CLOSED = Equation(S[n], total(n))
INDUCTION = Induction(
    CLOSED,
    n,
    base=Calculation(S[0], (Step(total(sympy.Integer(0)), (STATE,)),)),
    step=Calculation(
        S[n + 1],
        (
            Step(S[n] + x[n + 1] * x[n + 1].T, (STATE,)),
            Step(total(n) + x[n + 1] * x[n + 1].T, (Hypothesis(CLOSED),)),
            Step(total(n + 1)),
        ),
    ),
)


def test_an_induction() -> None:
    theorem = check(INDUCTION)
    assert theorem.statement == CLOSED
    assert {rules.INDUCTION, rules.HYPOTHESIS, rules.RECURRENCE, rules.SPLIT} <= theorem.rules
    assert theorem.meanings == {S: STATE}


def refuses(proof: object, match: str) -> None:
    with pytest.raises(ProofError, match=match):
        check(proof)


def test_only_the_checker_makes_theorems() -> None:
    """None is made without the seal, and none that there is becomes another one."""
    values = (INDUCTION, CLOSED, frozenset(), {}, (), frozenset(), (), "")
    with pytest.raises(ProofError, match="only"):
        Theorem(object(), *values)
    theorem = check(INDUCTION)
    for change in (lambda: theorem.__init__(None, *values), lambda: theorem.__setstate__(list(values))):
        with pytest.raises(ProofError, match="only"):
            change()
    with pytest.raises(ProofError, match="not copied"):
        copy(theorem)
    assert theorem.statement == CLOSED
    unmade = Theorem.__new__(Theorem)
    with pytest.raises(ProofError, match="only"):
        unmade.__init__(None, *values)
    with pytest.raises(AttributeError):
        check(Specialisation(unmade, {}))


def test_a_false_step() -> None:
    refuses(Calculation(A * B, (Step(B * A),)), "does not hold")


def test_a_step_without_its_reason() -> None:
    refuses(Calculation(S[n + 1], (Step(S[n] + x[n + 1] * x[n + 1].T),)), "does not hold")


def test_a_base_case_that_is_another_statement() -> None:
    refuses(replace(INDUCTION, base=Calculation(S[0], (Step(Zero(f, f), (STATE,)),))), "base case is not the statement")


def test_a_step_that_ends_elsewhere() -> None:
    steps = replace(INDUCTION.step, steps=INDUCTION.step.steps[:2])
    refuses(replace(INDUCTION, step=steps), "next value")


def test_a_hypothesis_outside_its_induction() -> None:
    refuses(Calculation(S[n], (Step(total(n), (Hypothesis(CLOSED),)),)), "outside its own step")


def test_a_hypothesis_that_is_what_is_to_be_shown() -> None:
    """The hypothesis may be used at n only: with it at n + 1 anything could be shown."""
    circular = Hypothesis(CLOSED.at({n: n + 1}))
    step = Calculation(S[n + 1], (Step(total(n + 1), (circular,)),))
    refuses(replace(INDUCTION, step=step), "outside its own step")
    alone = Calculation(S[n + 1], (Step(total(n + 1), (Hypothesis(CLOSED),)),))
    refuses(replace(INDUCTION, step=alone), "does not hold")


def test_an_induction_needs_a_start() -> None:
    anywhere = sympy.Symbol("n", integer=True)
    statement = Equation(S[anywhere], total(anywhere))
    refuses(replace(INDUCTION, statement=statement, variable=anywhere), "no least value")


def test_a_symbol_that_a_definition_uses_silently_is_not_varied() -> None:
    """M is defined for one N: M = N·u does not give M = 3u at N = 3 and M = 5u at N = 5."""
    M = Definition(Name("M", (f, 1)), N * u)
    theorem = check(Calculation(M.name(), (Step(N * u, (M,)),)))
    refuses(Specialisation(theorem, {N: N + 1}), "defined for one N")
    hidden = Definition(Name("K", (f, 1), arity=1), n * u + 0 * x[t], (t,))
    statement = Equation(hidden.name[t], n * u)
    base = Calculation(hidden.name[1], (Step(n * u, (hidden,)),))
    step = Calculation(hidden.name[t + 1], (Step(n * u, (hidden,)),))
    assert check(Induction(statement, t, base, step)).statement == statement
    varied = Equation(hidden.name[n + 1], n * u)
    refuses(
        Induction(
            varied,
            n,
            base=Calculation(hidden.name[1], (Step(0 * u, (hidden,)),)),
            step=Calculation(hidden.name[n + 2], (Step((n + 1) * u, (hidden,)),)),
        ),
        "does not hold|defined for one",
    )


def test_specialisation_keeps_to_admissible_values() -> None:
    theorem = check(INDUCTION)
    assert check(Specialisation(theorem, {n: N})).statement == Equation(S[N], total(N))
    refuses(Specialisation(theorem, {n: n - 1}), "admissible")
    pole = check(Calculation(1 / eta * A, (Step(1 / eta * A),)))
    with pytest.raises(OutsideLanguage, match="divides by zero"):
        check(Specialisation(pole, {eta: 0}))


def test_a_lemma_is_used_at_admissible_indices_only() -> None:
    theorem = check(INDUCTION)
    assert unfold(S[N + 1], [theorem]) == total(N + 1)
    assert unfold(S[n - 1], [theorem]) == S[n - 1]
    m = sympy.Symbol("m", integer=True)
    assert unfold(S[m], [theorem]) == S[m]
    inside = Sum(S[k], k, sympy.Integer(0), N)
    assert unfold(inside, [theorem]) != inside
    below = Sum(S[k], k, sympy.Integer(-1), N)
    assert unfold(below, [theorem]) == below


def test_assumptions_of_sympys_are_refused() -> None:
    """SymPy takes (-1)**e for 1 when e is even: no theorem about such an e is made."""
    e = sympy.Symbol("e", even=True, nonnegative=True)
    with pytest.raises(OutsideLanguage, match="assumption"):
        check(Calculation((-1) ** e * S[e], (Step(S[e]),)))
    with pytest.raises(OutsideLanguage, match="assumption"):
        check(Assumption("for even e", Equation(S[e], A)))


def test_definitions_do_not_go_in_circles() -> None:
    P, R = Name("P", (f, f)), Name("R", (f, f))
    with pytest.raises(DefinitionError, match="itself"):
        Definition(P, P() + A)
    with pytest.raises(DefinitionError, match="step before"):
        Recurrence(S, t, Zero(f, f), S[t] + A)
    first, second = Definition(P, R() + A), Definition(R, P() - A)
    refuses(
        Calculation(P(), (Step(P() + A - A, (first, second)), Step(R() + A, (first,)), Step(P(), (second,)))), "circle"
    )


def test_one_name_has_one_meaning() -> None:
    P = Name("P", (f, f))
    one, other = Definition(P, A), Definition(P, B)
    refuses(Calculation(A, (Step(P(), (one,)), Step(B, (other,)))), "two meanings")
    lemma = check(Calculation(P(), (Step(A, (one,)),)))
    refuses(Calculation(A, (Step(P(), (lemma,)), Step(B, (other,)))), "two meanings")


def test_a_definition_is_not_captured_by_a_sum() -> None:
    depends = Definition(Name("P", (f, 1)), eta * x[k])
    with pytest.raises(DefinitionError, match="binds"):
        unfold(Sum(depends.name(), k, sympy.Integer(1), N), [depends])


def test_the_gradient_and_false_gradients() -> None:
    expansion = LeastSquares().expansion
    assert rules.GRADIENT in check(expansion).rules
    doubled = replace(expansion.gradient, body=2 * expansion.gradient.body)
    refuses(replace(expansion, gradient=doubled), "does not hold")
    transposed = replace(expansion.gradient, body=expansion.gradient.body.T)
    refuses(replace(expansion, gradient=transposed), "does not hold")
    refuses(replace(expansion, remainder=2 * expansion.remainder), "does not hold")
    linear = x[1].T * expansion.direction() * x[1]
    moved = replace(expansion.gradient, body=expansion.gradient.body - x[1] * x[1].T)
    refuses(replace(expansion, gradient=moved, remainder=expansion.remainder + linear), "does not hold")
    refuses(replace(expansion, direction=Name("W", (f, f))), "names of their own")


def test_an_assumption_is_named_by_all_that_use_it() -> None:
    limit = Name("X", (f, f))
    assumed = check(Assumption("a fact of analysis", Equation(limit(), A)))
    used = check(Calculation(limit() * B, (Step(A * B, (assumed,)),)))
    again = check(
        Calculation(limit() * B * u, (Step(A * B * u, (check(Calculation(limit(), (Step(A, (assumed,)),))),)),))
    )
    assert used.assumptions == again.assumptions == {assumed.proof}


def test_a_theorem_lists_the_rules_of_its_lemmas() -> None:
    theorem = check(INDUCTION)
    used = check(Calculation(S[N] * u, (Step(total(N) * u, (theorem,)),)))
    assert rules.INDUCTION in used.rules
    assert rules.LEMMA in used.rules


def test_two_states_with_one_decay() -> None:
    """The decay enters as a^(n-i), for every a at once."""
    decayed = Recurrence(S, t, Zero(f, f), a * S[t - 1] + x[t] * y[t].T)

    def value(upper: sympy.Expr) -> Sum:
        return Sum(a ** (upper - i) * (x[i] * y[i].T), i, sympy.Integer(1), upper)

    statement = Equation(S[n], value(n))
    after = (Step(a * S[n] + x[n + 1] * y[n + 1].T, (decayed,)), Step(value(n + 1), (Hypothesis(statement),)))
    base = Calculation(S[0], (Step(value(sympy.Integer(0)), (decayed,)),))
    theorem = check(Induction(statement, n, base, Calculation(S[n + 1], after)))
    assert rules.SCALAR_POWER in theorem.rules
