"""Prove or refute equations between matrices of symbolic size, for all sizes at once.

For example: do two state-space layers compute a step of gradient descent, for every feature size f and sample count N?

    from gdssm_symbolic import OneStep, WindowLayer, entries, settle_layer

    print(settle_layer(WindowLayer()))  # the construction with its default numbers: a Theorem, with its derivation
    layer = WindowLayer(Q=entries([[0, 1, 0], [0, 0, 0], [0, 0, 0]]))  # Q as the paper prints it
    print(settle_layer(layer))  # Refuted, with a counterexample
    print(OneStep(layer).computes())  # what this layer computes instead: an equation

What you can import from here, and where it is explained:

- Expressions: `Name`, `Sum`, `Blocks`, …, with the operators +, -, *, ** and .T (`kernel.expressions`).
- `decide`: are two expressions equal for all sizes, data and scalars? (`extensions.functions`)
- Meanings of names: `Definition`, `Recurrence` (`kernel.definitions`), `Mean`, `UnitVectors`, `GradientOf`, and
  `Joint` for one of several states that are updated together (`extensions.systems`).
- Proofs, which are data: `Calculation`, `Induction`, … (`kernel.proofs`); `Expectation`, … (`extensions`).
- `check` turns a proof into a `Theorem` or raises `ProofError` (`checker`). Only `kernel`, `checker` and `extensions`
  are trusted. `prove` calls it, and says of a line that does not follow what is left over (`proving`).
- `refute` looks for the smallest counterexample to an equation, in plain fractions (`evidence.counterexamples`).
- Layers: `WindowLayer`, `TwoHeadLayer`, `ConstructedTokenLayer` (`layers`), and what they compute: `OneStep`,
  `ManySteps`, `settle_layer` (`theory`).
"""

from . import display
from . import from_sympy as from_sympy  # SymPy's matrices are expressions too
from .checker import check
from .evidence.counterexamples import Refuted, refute
from .extensions.by_equations import ByEquations, Multiple
from .extensions.differentiation import Differentiation, Gradient, GradientOf
from .extensions.expectation import Expectation, Mean
from .extensions.functions import decide
from .extensions.impossibility import Absurdity, ByCoefficients, Case, Coefficient, Impossible, Vanishing
from .extensions.independence import Independence, Independent
from .extensions.instances import Instance
from .extensions.joint_induction import JointInduction
from .extensions.laws import AnyLaw, Normal, Uniform
from .extensions.limits import Limit, Passage
from .extensions.positivity import Positive, Positivity
from .extensions.systems import Joint, Member, System
from .extensions.unit_vectors import ByUnitVectors, UnitVectors
from .kernel.definitions import Definition, DefinitionError, Recurrence
from .kernel.expressions import (
    Add,
    Blocks,
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
    inner,
    wrap,
)
from .kernel.linear_forms import OutsideLanguage
from .kernel.proofs import Calculation, GradientExpansion, Induction, Specialisation, Step
from .kernel.statements import Equation, ProofError
from .kernel.theorem import Assumption, Hypothesis, Theorem
from .kernel.work import TooMuchWork, Work
from .layers import ConstructedTokenLayer, TwoHeadLayer, WindowLayer, entries
from .proving import prove
from .theory.decide_layer import settle_layer
from .theory.least_squares import squared_norm
from .theory.many_steps import ManySteps
from .theory.one_step import OneStep
from .writing.narration import Statement

display.install()

__all__ = [
    "Absurdity",
    "Add",
    "AnyLaw",
    "Assumption",
    "Blocks",
    "ByCoefficients",
    "ByEquations",
    "ByUnitVectors",
    "Calculation",
    "Case",
    "Coefficient",
    "ConstructedTokenLayer",
    "Definition",
    "DefinitionError",
    "Differentiation",
    "Equation",
    "Expectation",
    "Gradient",
    "GradientExpansion",
    "GradientOf",
    "Hypothesis",
    "Identity",
    "Impossible",
    "Independence",
    "Independent",
    "Induction",
    "Instance",
    "Joint",
    "JointInduction",
    "Limit",
    "ManySteps",
    "Mean",
    "Member",
    "Mul",
    "Multiple",
    "Name",
    "Normal",
    "OneStep",
    "OutsideLanguage",
    "Passage",
    "Positive",
    "Positivity",
    "Power",
    "ProofError",
    "Recurrence",
    "Refuted",
    "Scalar",
    "ShapeError",
    "Specialisation",
    "Statement",
    "Step",
    "Sum",
    "System",
    "Theorem",
    "TooMuchWork",
    "Trace",
    "Transpose",
    "TwoHeadLayer",
    "Uniform",
    "UnitVectors",
    "Vanishing",
    "WindowLayer",
    "Work",
    "Zero",
    "check",
    "decide",
    "entries",
    "inner",
    "prove",
    "refute",
    "settle_layer",
    "squared_norm",
    "wrap",
]
