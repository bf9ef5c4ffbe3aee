"""Each guard of the checker taken away in turn: the theorem fuzzer finds a false theorem that it had kept out.

A fuzzer that finds nothing says something only if it would have found what is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
import sympy
import theorem_fuzzer

from gdssm_symbolic import checker
from gdssm_symbolic.extensions import (
    cuts,
    differentiation,
    expectation,
    impossibility,
    independence,
    instances,
    limits,
    moments,
    positivity,
    systems,
    unit_vectors,
)
from gdssm_symbolic.extensions.by_equations import ByEquations
from gdssm_symbolic.extensions.laws import AnyLaw
from gdssm_symbolic.extensions.limits import Passage
from gdssm_symbolic.extensions.systems import Joint, System
from gdssm_symbolic.kernel import (
    definitions,
    expressions,
    immutable,
    linear_forms,
    proofs,
    theorem,
    well_defined,
)
from gdssm_symbolic.kernel.definitions import Definition, Recurrence, unfold
from gdssm_symbolic.kernel.expressions import App, Expr, Scalar, free_symbols, substitute
from gdssm_symbolic.kernel.linear_forms import Linear, Scope, Variable, as_linear
from gdssm_symbolic.kernel.monomials import Monomial, Upper, Word
from gdssm_symbolic.kernel.normal_form import Normaliser
from gdssm_symbolic.kernel.proofs import Calculation, GradientExpansion, Induction, Step
from gdssm_symbolic.kernel.scalars import Scalars
from gdssm_symbolic.kernel.statements import Equation
from gdssm_symbolic.kernel.theorem import Hypothesis, Ledger
from gdssm_symbolic.kernel.work import Work

Patch = pytest.MonkeyPatch


def compound_indices_as_they_stand(patch: Patch) -> None:
    """Fault 1: the lemma Q[q, q+1] was used of Q[3, q+1]."""

    def match(left: App, app: App, scope: Scope) -> dict[sympy.Symbol, sympy.Expr] | None:
        if app.name != left.name:
            return None
        values = {p: value for p, value in zip(left.indices, app.indices, strict=True) if p.is_Symbol}
        literal = tuple(values.get(pattern, pattern) for pattern in left.indices)
        admitted = all(definitions.admissible(value, p, scope) for p, value in values.items())
        return values if admitted and literal == app.indices else None

    for module in (definitions, theorem):
        patch.setattr(module, "match", match)


def every_bound_counts(patch: Patch) -> None:
    """Fault 2: the sum over 1, …, -m was one of -m terms."""
    patch.setattr(Normaliser, "_upper", lambda _, form: Upper(form, True))


def any_power_of_an_integer(patch: Patch) -> None:
    """Fault 3: n^(-m) had a value at n = 0."""
    patch.setattr(Scalars, "_require_power", lambda *_: None)


def any_index_of_a_sum(patch: Patch) -> None:
    """Fault 4: p was declared positive and ran from 0; SymPy then made 0^p of a^p at a = 0."""
    patch.setattr(well_defined, "require_declared", lambda *_: None)
    patch.setattr(expressions, "_literally", lambda scalar, values: scalar.xreplace(values))


def any_value(patch: Patch) -> None:
    """Fault 5: a value with a pole was put in, or a float."""
    without_the_gate(patch)


def without_the_gate(patch: Patch) -> None:
    """What is said, and what is put in, may be anything."""
    for module in (theorem, checker):
        patch.setattr(module, "require_well_defined", lambda *_, **__: None)


def floats(patch: Patch) -> None:
    """Fault 5: a float was put in, or stood in a definition."""
    for module in (proofs, expressions, immutable):
        patch.setattr(module, "exact", sympy.sympify)
    patch.setitem(immutable.FORMS, sympy.Expr, sympy.sympify)
    without_the_gate(patch)


def any_index_of_a_name(patch: Patch) -> None:
    """A definition for p ≥ 1 was used at 0."""
    for module in (definitions, proofs):
        patch.setattr(module, "admissible", lambda *_: True)


def what_is_fixed_is_varied(patch: Patch) -> None:
    """A definition with a silent η, and η specialised."""
    for module in (theorem, proofs, limits, impossibility):
        patch.setattr(module, "require_unvaried", lambda *_, **__: None)


def what_is_fixed_behind_a_meaning(patch: Patch) -> None:
    """u does not vanish for all u; but D := u, one u, may."""
    patch.setattr(impossibility, "_named_by", lambda _: set())


# ---- well-definedness ----------------------------------------------------------------------------


def an_index_in_a_bound_inside(patch: Patch) -> None:
    """Σ_j (Σ_k Bᵏ) Bʲ was any sum of as many terms: its powers merged, and j stood in the bound of the sum over k."""

    class Bound(Linear):
        def coefficient(self, _: Variable) -> int:
            return 0

    whole = Normaliser._upper
    patch.setattr(Normaliser, "_upper", lambda self, form: whole(self, form)._replace(form=Bound(*form)))


def powers_in_the_range_of_a_sum(patch: Patch) -> None:
    """Σ_j n^(j-1) n^(n-j) over j = 1..n, which is 0 at n = 0, was n^n: each power has a value at every such j."""
    whole = Scalars._require_power

    def require_power(self: Scalars, value: sympy.Expr, scope: Scope, everywhere: bool) -> None:
        if not scope.at_least(as_linear(value.exp), 0):
            whole(self, value, scope, everywhere)

    patch.setattr(Scalars, "_require_power", require_power)


def any_denominator(patch: Patch) -> None:
    """1/(N - 1) was a number at N = 1."""
    patch.setattr(Scalars, "never_zero", lambda *_, **__: True)


def any_number_of_terms(patch: Patch) -> None:
    """A sum over 1, …, n - 2 had a value at n = 0, and B^(n - 1)."""
    patch.setattr(well_defined, "_require_at_least_0", lambda *_: None)


def values_but_at_poles(patch: Patch) -> None:
    """1 = a/a = K/a = 0/a = 0, assuming that K is a and that K is 0; a (1/a) was positive, also at a = 0."""
    is_defined = well_defined.require_well_defined
    for module in (theorem, checker, definitions, expectation):
        patch.setattr(module, "require_well_defined", lambda *e, everywhere=False, **more: is_defined(*e, **more))


def symbols_alike(patch: Patch) -> None:
    """Two symbols of one name were one, though they declared different things."""
    for module in (checker, well_defined, linear_forms):
        patch.setattr(module, "unambiguous", lambda symbols: list({one.name: one for one in symbols}.values()))


# ---- definitions, lemmas -------------------------------------------------------------------------


def two_meanings(patch: Patch) -> None:
    """5 = D = 6, by a theorem in which D is 5 and one in which it is 6."""
    patch.setattr(checker, "consistent", lambda meanings: {meaning.name: meaning for meaning in meanings})


def bound_by_a_sum_around(patch: Patch) -> None:
    """K, which is x_n for one n, was x_1 + x_2 + … in a sum over n."""
    patch.setattr(Definition, "free", property(lambda _: frozenset()))


def bound_by_a_sum_inside(patch: Patch) -> None:
    """d_k Σ_i c_i, at k = i, was Σ_i d_i c_i."""
    patch.setattr(expressions, "_avoid_capture", lambda total, *_, **__: total)


def puts_in(patch: Patch, applies: Callable[[Recurrence, sympy.Expr, Scope], bool]) -> None:
    """A recurrence is put in at its start, with the start for its index, and where it `applies`."""

    def replacement(of: Recurrence, app: App, scope: Scope, _work: Work) -> Expr | None:
        if app.name != of.name:
            return None
        values = dict(zip(of.indices, app.indices, strict=True))
        step = values[of.index]
        if step == of.start:
            return substitute(of.initial, values)
        return substitute(of.body, values) if applies(of, step, scope) else None

    patch.setattr(Recurrence, "replacement", replacement)


def a_recurrence_before_its_start(patch: Patch) -> None:
    """The step of a recurrence was used at its start, and before."""
    puts_in(patch, lambda *_: True)


def meant(patch: Patch, allowed: Callable[[Recurrence], bool]) -> None:
    """What a recurrence says is well defined, and put in, also for the recurrences that are `allowed`."""
    puts_in(patch, lambda of, step, scope: scope.at_least(as_linear(step), of.start + 1))
    whole = Recurrence.require_meaningful

    def require_meaningful(self: Recurrence, work: Work, *, everywhere: bool) -> None:
        if not allowed(self):
            whole(self, work, everywhere=everywhere)

    patch.setattr(Recurrence, "require_meaningful", require_meaningful)


def a_step_that_is_not_declared(patch: Patch) -> None:
    """S_t was defined for t ≥ 1, and had a step from S_(-1) to S_0."""
    meant(patch, lambda of: (definitions.floor(of.index) or of.start) > of.start + 1)


def a_start_that_depends_on_the_step(patch: Patch) -> None:
    """S_0 := c_t for one t was c_0."""
    meant(patch, lambda of: of.index in free_symbols(of.initial) and not of.starts_from_data)


def any_step_in_a_step(patch: Patch) -> None:
    """S_t := S_k + c_t for one k, and S_(n+1) was S_k + c_(n+1) also for k = n + 1."""

    def complete(self: Recurrence) -> None:
        object.__setattr__(self, "indices", self.indices or (self.index,))

    patch.setattr(Recurrence, "complete", complete)


# ---- systems of recurrences ----------------------------------------------------------------------


def any_member_at_any_step(patch: Patch) -> None:
    """U_t := S_t and S_t := U_t + c_t: U_t was U_t + c_t; and S_0 := c_t for one t was c_0."""
    patch.setattr(System, "_require_in_order", lambda *_: None)


def a_partner_with_another_meaning(patch: Patch) -> None:
    """S_t = U_{t-1} + 1, where U_t is S_{t+1} by another definition."""
    patch.setattr(Joint, "together", property(lambda self: (self,)))


def a_circle_through_a_partner(patch: Patch) -> None:
    """S_t = D_t, where D_t is U_{t+1}, which is S_t + c_t."""
    patch.setattr(definitions, "_reached", lambda *_: set())


def joint_steps(patch: Patch, applies: Callable[[Linear, Scope], bool]) -> None:
    """A member of a system is put in at its start, and where the number of steps `applies`."""

    def replacement(self: Joint, app: App, scope: Scope, _work: Work) -> Expr | None:
        if app.name != self.name:
            return None
        values = dict(zip(self.indices, app.indices, strict=True))
        steps = values[self.index] - self.start.xreplace(values)
        if steps == 0:
            return substitute(self.initial, values)
        return substitute(self.body, values) if applies(as_linear(steps), scope) else None

    patch.setattr(Joint, "replacement", replacement)


def a_joint_step_before_its_start(patch: Patch) -> None:
    """P_{s,t} was a_t P_{s,t-1} also for t = s."""
    joint_steps(patch, lambda *_: True)


def a_joint_step_that_is_not_declared(patch: Patch) -> None:
    """S_{s,t} was defined for t ≥ 1, and had a step from S_{s,-1} to S_{s,0}."""
    joint_steps(patch, lambda steps, scope: scope.at_least(steps, 1))
    patch.setattr(systems, "require_declared", lambda *_: None)


def a_joint_step_without_a_value(patch: Patch) -> None:
    """S_{s,t} := B^(t-s-2) had a value at t = s + 1."""
    patch.setattr(Joint, "require_meaningful", lambda *_, **__: None)


def any_certificate(patch: Patch) -> None:
    """Whatever the multiples add up to, the equation was said to follow."""
    patch.setattr(ByEquations, "certificate", property(lambda _: Equation(S0, S0)))


def any_argument(patch: Patch) -> None:
    """A lemma about g(0) was used of g(1)."""
    patch.setattr(theorem, "_same", lambda *_: True)


def data_put_in_at_some_indices(patch: Patch) -> None:
    """x_p := … for p ≥ 1 was put in at 0."""
    patch.setattr(instances, "floor", lambda _: None)


# ---- inductions, limits, gradients ---------------------------------------------------------------


def no_base(patch: Patch) -> None:
    """An induction without a base."""
    whole = proofs.check_calculation
    patch.setattr(proofs, "check_calculation", lambda ledger, proof, by=None: by and whole(ledger, proof, by))


def no_step(patch: Patch) -> None:
    """An induction without a step."""
    whole = proofs.check_calculation
    patch.setattr(proofs, "check_calculation", lambda ledger, proof, by=None: by or whole(ledger, proof))


def induction_without(patch: Patch, other_ends: Callable[[Induction], Induction]) -> None:
    """Inductions are checked with ends that fit, whatever ends they have; each part is checked as it is."""
    whole = proofs.check_induction

    def induction(ledger: Ledger, proof: Induction) -> None:
        for part, by in ((proof.base, ()), (proof.step, (proof.hypothesis,))):
            proofs.check_calculation(ledger, part, by)
        fits = other_ends(proof)
        with pytest.MonkeyPatch.context() as inside:
            inside.setattr(proofs, "check_calculation", lambda *_: None)
            whole(ledger, fits)

    patch.setattr(checker, "CHECKS", {**checker.CHECKS, Induction: induction})


def any_start(patch: Patch) -> None:
    """What held at 1, and at n + 1 for each n ≥ 0, was said of 0."""
    induction_without(patch, lambda proof: replace(proof, base=_stated(proof, sympy.Integer(proof.start or 0))))


def any_end(patch: Patch) -> None:
    """What was shown to follow for another number, or again for the first, was said of all."""
    induction_without(patch, lambda proof: replace(proof, step=_stated(proof, proof.variable + 1)))


def _stated(proof: Induction, at: sympy.Expr) -> Calculation:
    statement = proof.statement.at({proof.variable: at})
    return Calculation(statement.left, (Step(statement.right),))


def any_hypothesis(patch: Patch) -> None:
    """Anything was so by a hypothesis, outside an induction."""
    whole = Ledger.sources
    patch.setattr(
        Ledger,
        "sources",
        lambda self, by, _=None: whole(self, [one for one in by if not isinstance(one, Hypothesis)]),
    )


def every_function_is_continuous(patch: Patch) -> None:
    """g(z_n) tended to g(z), for any g; and a limit was put in where a sum binds its symbols."""

    def passage(ledger: Ledger, proof: Passage) -> None:
        ledger.lemma(proof.general)
        ledger.lemma(proof.limit)

    patch.setattr(checker, "CHECKS", {**checker.CHECKS, Passage: passage})


def any_remainder(patch: Patch) -> None:
    """What is linear in the direction was a remainder: then twice the gradient is the gradient."""
    patch.setattr(GradientExpansion, "homogeneity", property(lambda _: Equation(S0, S0)))


def any_direction(patch: Patch) -> None:
    """The derivative in the direction u, which stands in the function, was that in all directions."""
    for module in (proofs, differentiation):
        patch.setattr(module, "names", lambda _: {})


# ---- data that are 0, ranks, random data, positive numbers ---------------------------------------


def powers_of_data_that_are_0(patch: Patch) -> None:
    """M_i^r was 0 where M_i is, also for r = 0."""
    shown, one = independence.shown_to_vanish, Linear((), 1)

    def raised(word: Word) -> Word:
        return tuple(letter._replace(exponent=one) for letter in word)

    def as_if(m: Monomial, *rest: Any) -> bool:
        numbers = tuple((kind, raised(word)) for kind, word in m.numbers)
        return shown(m._replace(numbers=numbers, body=tuple(map(raised, m.body))), *rest)

    for module in (independence, impossibility):
        patch.setattr(module, "shown_to_vanish", as_if)


def data_that_may_be_0(patch: Patch) -> None:
    """c_t was left where c_1, …, c_n are 0, though t may be one of 1, …, n."""
    for module in (independence, impossibility):
        patch.setattr(module, "shown_beyond", lambda *_: True)


def data_that_may_be_the_same(patch: Patch) -> None:
    """c_t and c_1 were different numbers, also for t = 1."""
    for module in (independence, impossibility):
        patch.setattr(module, "require_apart", lambda *_: None)


def any_rank(patch: Patch) -> None:
    """Dependent functions were independent."""
    patch.setattr(independence._Corner, "rank", lambda _, weights: len(weights))


def a_larger_corner(patch: Patch) -> None:
    """W² and tr(W) W are independent from f = 2 on; that was said of f = 1."""
    least = independence._least_sizes
    patch.setattr(independence, "_least_sizes", lambda *given: {s: low + 1 for s, low in least(*given).items()})


def any_unit_vector(patch: Patch) -> None:
    """e_{t+1} and e_2 were different, also for t = 1."""
    patch.setattr(independence, "_require_inside", lambda *_: None)


def samples_that_may_be_the_same(patch: Patch) -> None:
    """The mean of c_t c_1 was 0, also for t = 1."""
    patch.setattr(moments._Product, "_require_different_samples", lambda _: None)


def samples_anywhere(patch: Patch) -> None:
    """Every sample was beyond every sum, and every number large."""
    patch.setattr(moments._Product, "_at_least", lambda *_: True)


def moments_that_need_not_exist(patch: Patch) -> None:
    """The mean of c_1⁴ was mu_4, by a law of which only the third moment is known to exist."""
    patch.setattr(AnyLaw, "exists", lambda *_: True)


def odd_moments_that_need_not_exist(patch: Patch) -> None:
    """The mean of c_1³ was 0, by a symmetric law of which only the second moment is known to exist."""
    never = property(lambda _: False, lambda *_: None)
    patch.setattr(moments._Product, "may_have_no_mean", never, raising=False)


def one_of_the_cases(patch: Patch) -> None:
    """The mean for n ≥ 2 was that for n = 0 and n = 1."""
    cases = expectation._cases
    patch.setattr(expectation, "_cases", lambda *given: cases(*given)[-1:])


def sizes_from_1_on(patch: Patch) -> None:
    """A size n ≥ 0 was positive."""
    patch.setattr(positivity, "floor", lambda _: 1)


# ---- what is impossible --------------------------------------------------------------------------


def an_unknown_for_data(patch: Patch) -> None:
    """No A had A u = 0 for all u, since A u is not 0 for all A and u."""
    patch.setattr(impossibility, "_require_known", lambda *_: None)
    patch.setattr(impossibility, "names", lambda _: {})


def given_by_nobody(patch: Patch) -> None:
    """No b had η u = b u - b u, though nobody said that η is not 0."""
    patch.setattr(impossibility, "_require_given", lambda *_: None)


def any_scale(patch: Patch) -> None:
    """n u = 0 was impossible, also at n = 0."""
    patch.setattr(impossibility, "_never_zero", Scalar)


def functions_have_no_data(patch: Patch) -> None:
    """No function g had g(c) = c for all c, since the coefficients of c differ."""
    patch.setattr(impossibility, "is_function", lambda _: False)


def what_is_bound_is_defined(patch: Patch) -> None:
    """No unknown K had K c = 2 c for all c, by a definition of K."""
    patch.setattr(impossibility, "_require_free", lambda *_: None)


def names_left_behind(patch: Patch) -> None:
    """D = c was impossible, where D is left in the equation and stands for c."""
    patch.setattr(impossibility, "_written_out", lambda _, side, by: unfold(side, by))


def any_function_of_a_weight(patch: Patch) -> None:
    """θd + θ g(θ) Σ Z_i was linear in θ, since the Z_i are 0 in the proof."""
    patch.setattr(independence, "_require_no_function_of", lambda *_: None)


def any_data_set(patch: Patch) -> None:
    """No a had a^t u = 0 for t = 1, 2, …, since at t = 0 it has not."""
    patch.setattr(impossibility, "floor", lambda _: None)


# ---- blocks --------------------------------------------------------------------------------------


def every_matrix_is_cut_like_an_identity(patch: Patch) -> None:
    """P [Q; R] was [Q; R], for any P."""
    patch.setattr(cuts, "_of_identities", lambda _: True)


def sums_over_some_unit_vectors(patch: Patch) -> None:
    """Σ e_j e_jᵀ over j = 1, …, N was I for any N."""
    patch.setattr(unit_vectors, "_is_over_all", lambda *_: True)


def an_index_that_stands_elsewhere(patch: Patch) -> None:
    """Σ_j c_j e_j e_jᵀ was c_j I, for no j."""
    contains = unit_vectors._contains
    patch.setattr(unit_vectors, "_contains", lambda letter, number: letter.name == "e" and contains(letter, number))


def an_index_in_an_exponent(patch: Patch) -> None:
    """Σ_j η^j e_j e_jᵀ was η^j I, for no j."""
    patch.setattr(unit_vectors, "_in_powers", lambda *_: False)


def any_family_of_unit_vectors(patch: Patch) -> None:
    """Σ x_j x_jᵀ was I for any x."""
    patch.setattr(unit_vectors._WithUnitVectors, "_is_unit", lambda *_: True)


S0 = Scalar(sympy.Integer(0))
#: What is taken away, the kind of proof that then shows something false, and the generator that makes such proofs.
GUARDS: tuple[tuple[Callable[[Patch], None], str, str], ...] = (
    (compound_indices_as_they_stand, "by-coefficients", "lemmas"),
    (every_bound_counts, "expectation", "means"),
    (any_power_of_an_integer, "calculation", "with_powers_of_sizes"),
    (any_index_of_a_sum, "specialisation", "with_declared_indices_at_0"),
    (any_value, "specialisation", "forced_and_specialised"),
    (floats, "specialisation", "with_scalars_put_in"),
    (any_index_of_a_name, "calculation", "two_arguments"),
    (what_is_fixed_is_varied, "specialisation", "recurrences_specialised"),
    (what_is_fixed_is_varied, "induction", "behind_a_name"),
    (what_is_fixed_is_varied, "limit", "one_member"),
    (what_is_fixed_is_varied, "calculation", "chains_of_lemmas"),
    (what_is_fixed_is_varied, "absurdity", "numbers_behind_a_name"),
    (what_is_fixed_behind_a_meaning, "absurdity", "hidden_names"),
    (an_index_in_a_bound_inside, "calculation", "matrix_powers_in_nested_sums"),
    (an_index_in_a_bound_inside, "specialisation", "nested_sums_specialised"),
    (powers_in_the_range_of_a_sum, "calculation", "integer_powers_that_merge"),
    (powers_in_the_range_of_a_sum, "specialisation", "integer_powers_specialised"),
    (any_denominator, "calculation", "theorems_together"),
    (any_number_of_terms, "induction", "nested_sums_by_induction"),
    (values_but_at_poles, "calculation", "forced_to_a_pole"),
    (values_but_at_poles, "induction", "forced_at_every_step"),
    (values_but_at_poles, "specialisation", "forced_and_specialised"),
    (values_but_at_poles, "positivity", "positive_but_at_a_pole"),
    (values_but_at_poles, "absurdity", "factors_with_poles"),
    (values_but_at_poles, "independence", "independent_but_at_a_pole"),
    (symbols_alike, "calculation", "names_that_look_alike"),
    (two_meanings, "calculation", "theorems_together"),
    (bound_by_a_sum_around, "calculation", "chains_of_lemmas"),
    (bound_by_a_sum_inside, "calculation", "silent_under_a_sum"),
    (a_recurrence_before_its_start, "calculation", "by_a_recurrence"),
    (a_step_that_is_not_declared, "calculation", "by_a_recurrence"),
    (a_step_that_is_not_declared, "induction", "closed_forms_as_written"),
    (a_start_that_depends_on_the_step, "calculation", "recurrences_as_written"),
    (a_start_that_depends_on_the_step, "induction", "closed_forms_as_written"),
    (any_step_in_a_step, "calculation", "recurrences_as_written"),
    (any_member_at_any_step, "calculation", "systems_as_written"),
    (a_partner_with_another_meaning, "calculation", "contradicted_systems"),
    (a_circle_through_a_partner, "calculation", "contradicted_systems"),
    (a_joint_step_before_its_start, "calculation", "systems_as_written"),
    (a_joint_step_before_its_start, "calculation", "products_of_gates"),
    (a_joint_step_that_is_not_declared, "calculation", "systems_as_written"),
    (a_joint_step_without_a_value, "calculation", "systems_as_written"),
    (no_base, "joint induction", "twin_systems"),
    (no_step, "joint induction", "twin_systems"),
    (any_certificate, "by equations", "certificates"),
    (sums_over_some_unit_vectors, "by unit vectors", "sums_over_unit_vectors"),
    (an_index_that_stands_elsewhere, "by unit vectors", "multiples_moved_past"),
    (an_index_in_an_exponent, "by unit vectors", "multiples_moved_past"),
    (any_family_of_unit_vectors, "by unit vectors", "sums_over_unit_vectors"),
    (every_matrix_is_cut_like_an_identity, "calculation", "identities_cut"),
    (values_but_at_poles, "by equations", "divided_equations"),
    (any_argument, "calculation", "two_arguments"),
    (data_put_in_at_some_indices, "instance", "instances"),
    (no_base, "induction", "closed_forms_as_written"),
    (no_step, "induction", "linear_growth"),
    (any_start, "induction", "from_a_later_start"),
    (any_end, "induction", "without_a_foundation"),
    (any_hypothesis, "calculation", "by_a_hypothesis"),
    (every_function_is_continuous, "limit", "passages"),
    (any_remainder, "gradient expansion", "expansions"),
    (any_direction, "differentiation", "gradients_of_blocks"),
    (powers_of_data_that_are_0, "independence", "powers_that_vanish"),
    (powers_of_data_that_are_0, "by-coefficients", "traces_of_powers"),
    (data_that_may_be_0, "independence", "lookalikes"),
    (data_that_may_be_0, "by-coefficients", "sums_of_data"),
    (data_that_may_be_the_same, "by-coefficients", "two_indices"),
    (any_rank, "independence", "functions_in_blocks"),
    (a_larger_corner, "independence", "functions_in_blocks"),
    (any_unit_vector, "independence", "independent_components"),
    (any_function_of_a_weight, "independence", "functions_of_weights"),
    (samples_that_may_be_the_same, "expectation", "means_by_cases"),
    (samples_anywhere, "expectation", "means_by_cases"),
    (moments_that_need_not_exist, "expectation", "means_that_may_not_exist"),
    (odd_moments_that_need_not_exist, "expectation", "means_that_may_not_exist"),
    (one_of_the_cases, "expectation", "means_by_cases"),
    (sizes_from_1_on, "positivity", "positive_numbers"),
    (an_unknown_for_data, "absurdity", "hidden_names"),
    (given_by_nobody, "absurdity", "factors_with_poles"),
    (any_scale, "absurdity", "factors_with_poles"),
    (any_scale, "by-coefficients", "lemmas"),
    (functions_have_no_data, "by-coefficients", "names_left_behind"),
    (what_is_bound_is_defined, "absurdity", "bound_names_with_a_meaning"),
    (what_is_bound_is_defined, "by-coefficients", "names_left_behind"),
    (names_left_behind, "by-coefficients", "names_left_behind"),
    (any_data_set, "absurdity", "data_sets_without_a_value"),
)


class Found(Exception):
    """The fuzzer found a false theorem; it need not go on."""


def look_for(kind: str, named: str, count: int) -> theorem_fuzzer.Report:
    def stop(report: theorem_fuzzer.Report) -> None:
        if report.failures:
            raise Found

    report = theorem_fuzzer.run(count, 7, [kind], progress=stop, named=named)
    stop(report)
    return report


def forget() -> None:
    """Forget forms of fields, which each class keeps, and what was worked out from them."""
    waiting: list[type] = [immutable.Immutable]
    for kind in waiting:
        waiting += kind.__subclasses__()
        if "_kept_forms" in vars(kind):
            del kind._kept_forms  # type: ignore[attr-defined]
    for function in (moments._different, linear_forms._as_linear):
        function.cache_clear()


@pytest.fixture
def nothing_remembered() -> Iterator[None]:
    """What was found with a guard in place is not used without it; nor, in later tests, what was found without."""
    forget()
    yield
    forget()


@pytest.mark.usefixtures("nothing_remembered")
@pytest.mark.parametrize(("guard", "kind", "named"), GUARDS, ids=lambda one: getattr(one, "__name__", one))
def test_the_fuzzer_finds_what_a_guard_keeps_out(
    guard: Callable[[Patch], None], kind: str, named: str, monkeypatch: Patch
) -> None:
    with monkeypatch.context() as patch:
        guard(patch)
        with pytest.raises(Found):
            look_for(kind, named, 600)
