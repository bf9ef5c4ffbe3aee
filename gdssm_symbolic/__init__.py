"""The exact engine: statements about matrices of symbolic size, decided, proved and refuted.

The core is `normal_form` (with `expressions` and `rules`); `proofs` makes theorems of what it decides;
`refutation` and `unroller` are independent of it. `construction`, `model` and `gradient_descent` say
what is computed, and `one_step` and `many_steps` prove that it is the same. A few lines of use:

    from gdssm_symbolic import WindowLayer, OneStep, settle_layer
    theorem = settle_layer(WindowLayer())          # a Theorem, or a Refuted with its counterexample
    print(OneStep(WindowLayer()).computes())
"""

from gdssm_symbolic import notebook
from gdssm_symbolic.arguments import Calculation, Induction, ProofError, Step
from gdssm_symbolic.construction import ConstructedTokenLayer, TwoHeadLayer, WindowLayer, entries
from gdssm_symbolic.definitions import Definition, Recurrence
from gdssm_symbolic.expressions import Blocks, Identity, Name, ShapeError, Sum, Zero, wrap
from gdssm_symbolic.indices import OutsideLanguage
from gdssm_symbolic.many_steps import ManySteps
from gdssm_symbolic.narration import Statement
from gdssm_symbolic.normal_form import decide
from gdssm_symbolic.one_step import OneStep
from gdssm_symbolic.proofs import Theorem, check
from gdssm_symbolic.refutation import Refuted, refute
from gdssm_symbolic.settlement import settle_layer
from gdssm_symbolic.statements import Equation

notebook.install()

__all__ = [
    "Blocks",
    "Calculation",
    "ConstructedTokenLayer",
    "Definition",
    "Equation",
    "Identity",
    "Induction",
    "ManySteps",
    "Name",
    "OneStep",
    "OutsideLanguage",
    "ProofError",
    "Recurrence",
    "Refuted",
    "ShapeError",
    "Statement",
    "Step",
    "Sum",
    "Theorem",
    "TwoHeadLayer",
    "WindowLayer",
    "Zero",
    "check",
    "decide",
    "entries",
    "refute",
    "settle_layer",
    "wrap",
]
