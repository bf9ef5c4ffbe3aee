"""The exact engine: statements about matrices of symbolic size, decided, proved and refuted.

The core is `normal_form` (with `expressions`, `scalars`, `well_defined`, `rules`); `checker` makes
theorems of what it decides; `counterexamples` and `unroller` are independent of it. `layers`, `gd_ssm`
and `least_squares` say what is computed; `one_step` and `many_steps` prove that it is the same. In use:

    from gdssm_symbolic import WindowLayer, OneStep, settle_layer
    theorem = settle_layer(WindowLayer())          # a Theorem, or a Refuted with its counterexample
    print(OneStep(WindowLayer()).computes())

A proof of one's own is data: `check(Calculation(first, (Step(second, by=(definition,)),)))` is a theorem, or says why
not. Whatever a proof can be made of is here.
"""

from gdssm_symbolic import from_sympy  # noqa: F401 - SymPy's matrices are expressions too
from gdssm_symbolic.checker import check
from gdssm_symbolic.evidence.counterexamples import Refuted, refute
from gdssm_symbolic.extensions.differentiation import Differentiation, Gradient, GradientOf
from gdssm_symbolic.extensions.expectation import Expectation, Mean
from gdssm_symbolic.extensions.impossibility import Absurdity, ByCoefficients, Case, Coefficient, Impossible, Vanishing
from gdssm_symbolic.extensions.independence import Independence, Independent
from gdssm_symbolic.extensions.instances import Instance
from gdssm_symbolic.extensions.laws import AnyLaw, Normal, Uniform
from gdssm_symbolic.extensions.limits import Limit, Passage
from gdssm_symbolic.extensions.positivity import Positive, Positivity
from gdssm_symbolic.extensions.unit_vectors import UnitVectors
from gdssm_symbolic.kernel.definitions import Definition, DefinitionError, Recurrence
from gdssm_symbolic.kernel.expressions import (
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
from gdssm_symbolic.kernel.linear_forms import OutsideLanguage
from gdssm_symbolic.kernel.normal_form import decide
from gdssm_symbolic.kernel.proofs import Calculation, GradientExpansion, Induction, Specialisation, Step
from gdssm_symbolic.kernel.statements import Equation, ProofError
from gdssm_symbolic.kernel.theorem import Assumption, Hypothesis, Theorem
from gdssm_symbolic.kernel.work import TooMuchWork, Work
from gdssm_symbolic.layers import ConstructedTokenLayer, TwoHeadLayer, WindowLayer, entries
from gdssm_symbolic.theory.decide_layer import settle_layer
from gdssm_symbolic.theory.least_squares import squared_norm
from gdssm_symbolic.theory.many_steps import ManySteps
from gdssm_symbolic.theory.one_step import OneStep
from gdssm_symbolic.writing import notebook
from gdssm_symbolic.writing.narration import Statement

notebook.install()

__all__ = [
    "Absurdity",
    "Add",
    "AnyLaw",
    "Assumption",
    "Blocks",
    "ByCoefficients",
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
    "Limit",
    "ManySteps",
    "Mean",
    "Mul",
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
    "refute",
    "settle_layer",
    "squared_norm",
    "wrap",
]
