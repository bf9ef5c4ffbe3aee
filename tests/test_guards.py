"""Each guard of the checker taken away in turn: the theorem fuzzer finds a false theorem that it had kept out.

A fuzzer that finds nothing says something only if it would have found what is missing.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sympy
import theorem_fuzzer

from gdssm_symbolic import arguments, definitions, expressions, immutable, proofs, well_defined
from gdssm_symbolic.monomials import Upper
from gdssm_symbolic.normal_form import Normaliser
from gdssm_symbolic.scalars import Scalars

Patch = pytest.MonkeyPatch


def compound_indices_as_they_stand(patch: Patch) -> None:
    """Fault 1: the lemma Q[q, q+1] was used of Q[3, q+1]."""
    patch.setattr(proofs, "_matched", lambda patterns, values: tuple(values.get(p, p) for p in patterns))


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
    patch.setattr(proofs, "require_well_defined", lambda *_, **__: None)


def floats(patch: Patch) -> None:
    """Fault 5: a float was put in, or stood in a definition."""
    for module in (arguments, expressions, immutable):
        patch.setattr(module, "exact", sympy.sympify)
    patch.setitem(immutable.FORMS, sympy.Expr, sympy.sympify)
    immutable._forms.cache_clear()
    patch.setattr(proofs, "require_well_defined", lambda *_, **__: None)


def any_meaning(patch: Patch) -> None:
    """A definition with a pole at an index."""
    patch.setattr(proofs, "require_meaningful", lambda *_, **__: None)


def any_index_of_a_name(patch: Patch) -> None:
    """A definition for p ≥ 1 was used at 0."""
    patch.setattr(definitions, "admissible", lambda *_: True)
    patch.setattr(proofs, "admissible", lambda *_: True)


def what_is_fixed_is_varied(patch: Patch) -> None:
    """A definition with a silent η, and η specialised."""
    patch.setattr(proofs, "_require_unvaried", lambda *_, **__: None)


def what_is_fixed_behind_a_meaning(patch: Patch) -> None:
    """u does not vanish for all u; but D := u, one u, may."""
    patch.setattr(proofs, "uses", lambda _: {})


GUARDS: dict[Callable[[Patch], None], str] = {
    compound_indices_as_they_stand: "by-coefficients",
    every_bound_counts: "expectation",
    any_power_of_an_integer: "calculation",
    any_index_of_a_sum: "specialisation",
    any_value: "specialisation",
    floats: "specialisation",
    any_meaning: "expectation",
    any_index_of_a_name: "calculation",
    what_is_fixed_is_varied: "specialisation",
    what_is_fixed_behind_a_meaning: "absurdity",
}


class Found(Exception):
    """The fuzzer found a false theorem; it need not go on."""


def look_for(kind: str, count: int) -> theorem_fuzzer.Report:
    def stop(report: theorem_fuzzer.Report) -> None:
        if report.failures:
            raise Found

    return theorem_fuzzer.run(count, 7, [kind], progress=stop)


@pytest.mark.parametrize(("guard", "kind"), GUARDS.items(), ids=lambda one: getattr(one, "__name__", one))
def test_the_fuzzer_finds_what_a_guard_keeps_out(guard: Callable[[Patch], None], kind: str, monkeypatch: Patch) -> None:
    with monkeypatch.context() as patch:
        guard(patch)
        with pytest.raises(Found):
            look_for(kind, 600)
    immutable._forms.cache_clear()
