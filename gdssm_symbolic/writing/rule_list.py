"""The list of all rules that a proof can use: those of the kernel, then those of each extension."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gdssm_symbolic.extensions import (
    by_equations,
    cuts,
    differentiation,
    expectation,
    functions,
    impossibility,
    independence,
    instances,
    joint_induction,
    limits,
    positivity,
    systems,
    unit_vectors,
)
from gdssm_symbolic.kernel import rules
from gdssm_symbolic.kernel.rules import Rule

EXTENSIONS = (
    functions,
    cuts,
    expectation,
    positivity,
    independence,
    differentiation,
    limits,
    instances,
    impossibility,
    systems,
    joint_induction,
    by_equations,
    unit_vectors,
)

#: Every rule by its name.
RULES: Mapping[str, Rule] = MappingProxyType(
    {rule.name: rule for module in (rules, *EXTENSIONS) for rule in vars(module).values() if isinstance(rule, Rule)}
)


def room_of(rule: Rule) -> str:
    """Return the folder of the file that applies a rule; the checker is of the kernel, an extension a room."""
    folder, _, name = rule.file.rpartition("/")
    return name.removesuffix(".py") if folder == "extensions" else folder or "kernel"
