"""State-space models and gradient descent in context: prove it, check it, train it.

    import gdssm

Is an equation true for all sizes and data? Sizes and scalars are SymPy's, matrices have names of these sizes:

    i = sympy.Symbol("i", integer=True)
    x, W = gdssm.Name("x", (gdssm.f, 1), arity=1), gdssm.Name("W", (gdssm.f, gdssm.f))()
    total = gdssm.Sum(x[i], i, 1, gdssm.N)

A name without a definition is data. A definition names the indices of its name, if it has any (here y_i = W x_i):

    s = gdssm.Definition(gdssm.Name("s", (gdssm.f, 1)), total)
    y = gdssm.Definition(gdssm.Name("y", (gdssm.f, 1), arity=1), W * x[i], indices=(i,))

    gdssm.decide(W * total, total)         decide whether two expressions are equal; by=[…] as in prove
    gdssm.prove(equation, line, by=[…])    prove an equation, line by line
    gdssm.refute(equation, by=[…])         find data at which an equation is false; by=[…] as in prove
    gdssm.check(equation)                  prove it by induction, or refute it: (A B)ⁿ, sums exchanged, A**-1

Does a construction compute gradient descent, for every feature size f and sample count N?

    gdssm.check("mine.toml")               prove or refute a construction or a recurrence in a file
    gdssm.check(gdssm.WindowLayer())       … or given as a layer
    gdssm.check(gdssm.recurrence(…))       … or as any recurrent layer, with what it is said to be
    gdssm.unroll("mine.toml", 10, 10)      compare it with gradient descent at one size; modular=True for large ones
    gdssm.compare(deltanet, mine)          your function of NumPy or PyTorch against a recurrence, on small data
    gdssm.show("P2")                       the derivation of a claim of arXiv:2410.11687; show(…).latex, for a paper
    gdssm.verify("P2")                     the verdict on it; on all claims if none is named

What does training find? (PyTorch: pip install 'gdssm[numeric]')

    gdssm.predict(7, 13, noise="1/10")     the best predictor, exactly
    gdssm.train(7, 13, "my-run")           train models from random starts, and compare them with it
    gdssm.load("my-run")                   what a run reported: arrays, or layers
    gdssm.GDSSM(7)                         the layer, for a model of your own

Everything prints: print(theorem) gives its derivation, and in a notebook formulas are set in LaTeX; show(theorem).latex
is for a paper. help(gdssm.prove) and the like have the details. Also here:

    expressions    Name, Sum, Blocks, Identity, Zero, Scalar, Power, Trace, Transpose, with + - * ** and .T; f, N, eta;
                   beside a matrix Identity(f), where 1 would be a number
    meanings       Definition, Recurrence
    proofs         Equation, Step, Calculation, Induction, Hypothesis, Work; what they give: Theorem, Decision, Refuted
    layers         WindowLayer, TwoHeadLayer, ConstructedTokenLayer; GradientDescent, with which they are compared
    errors         ProofError, DefinitionError, OutsideLanguage, TooMuchWork, ShapeError, InputError

Name what you import, as in `from gdssm import N, Name, prove`: `import *` finds nothing, since nothing is loaded before
it is used. The command line is `gdssm`, or `python -m gdssm`.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from derivations import __version__ as __version__
    from derivations.errors import InputError as InputError
    from derivations.recurrences.compare import compare as compare
    from derivations.training.load import load as load
    from gdssm_numeric.layer import GDSSM as GDSSM
    from gdssm_symbolic import Blocks as Blocks
    from gdssm_symbolic import Calculation as Calculation
    from gdssm_symbolic import ConstructedTokenLayer as ConstructedTokenLayer
    from gdssm_symbolic import Definition as Definition
    from gdssm_symbolic import DefinitionError as DefinitionError
    from gdssm_symbolic import Equation as Equation
    from gdssm_symbolic import Hypothesis as Hypothesis
    from gdssm_symbolic import Identity as Identity
    from gdssm_symbolic import Induction as Induction
    from gdssm_symbolic import Name as Name
    from gdssm_symbolic import OutsideLanguage as OutsideLanguage
    from gdssm_symbolic import Power as Power
    from gdssm_symbolic import ProofError as ProofError
    from gdssm_symbolic import Recurrence as Recurrence
    from gdssm_symbolic import Refuted as Refuted
    from gdssm_symbolic import Scalar as Scalar
    from gdssm_symbolic import ShapeError as ShapeError
    from gdssm_symbolic import Step as Step
    from gdssm_symbolic import Sum as Sum
    from gdssm_symbolic import Theorem as Theorem
    from gdssm_symbolic import TooMuchWork as TooMuchWork
    from gdssm_symbolic import Trace as Trace
    from gdssm_symbolic import Transpose as Transpose
    from gdssm_symbolic import TwoHeadLayer as TwoHeadLayer
    from gdssm_symbolic import WindowLayer as WindowLayer
    from gdssm_symbolic import Work as Work
    from gdssm_symbolic import Zero as Zero
    from gdssm_symbolic import prove as prove
    from gdssm_symbolic.kernel.normal_form import Decision as Decision
    from gdssm_symbolic.layers import GradientDescent as GradientDescent
    from gdssm_symbolic.layers import N as N
    from gdssm_symbolic.layers import eta as eta
    from gdssm_symbolic.layers import f as f

    from .checking import check as check
    from .checking import recurrence as recurrence
    from .checking import unroll as unroll
    from .mathematics import decide as decide
    from .mathematics import refute as refute
    from .paper import show as show
    from .paper import verify as verify
    from .training import predict as predict
    from .training import train as train

#: Where each name comes from, as above; it is imported when it is first used, so that `import gdssm` is quick.
_FROM = {
    "derivations": "__version__",
    "derivations.errors": "InputError",
    "derivations.recurrences.compare": "compare",
    "derivations.training.load": "load",
    "gdssm.checking": "check recurrence unroll",
    "gdssm.mathematics": "decide refute",
    "gdssm.paper": "show verify",
    "gdssm.training": "predict train",
    "gdssm_numeric.layer": "GDSSM",
    "gdssm_symbolic": "Blocks Calculation ConstructedTokenLayer Definition DefinitionError Equation Hypothesis "
    "Identity Induction Name OutsideLanguage Power ProofError Recurrence Refuted Scalar ShapeError Step Sum Theorem "
    "TooMuchWork Trace Transpose TwoHeadLayer WindowLayer Work Zero prove",
    "gdssm_symbolic.kernel.normal_form": "Decision",
    "gdssm_symbolic.layers": "GradientDescent N eta f",
}
_HOMES = {name: module for module, names in _FROM.items() for name in names.split()}
#: What cannot even be imported without PyTorch.
_NEED_TORCH = {"GDSSM", "load"}
#: For `from gdssm import *`: nothing, since nothing is loaded before it is used.
__all__: list[str] = []
_MISSING = _NEED_TORCH if find_spec("torch") is None else set[str]()


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'gdssm' has no attribute {name!r}")
    if name in _MISSING:
        raise ImportError(f"gdssm.{name} needs PyTorch: pip install 'gdssm[numeric]'", name="torch")
    globals()[name] = found = getattr(import_module(_HOMES[name]), name)
    return found


def __dir__() -> list[str]:
    return sorted({*_HOMES} - _MISSING)
