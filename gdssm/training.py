"""What training must come to, and what it comes to."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from contextlib import redirect_stdout
from fractions import Fraction
from io import StringIO
from json import loads
from os import PathLike, fspath
from typing import TYPE_CHECKING, overload

from derivations.errors import InputError, Interrupted
from derivations.training.best_predictor import BestPredictor, best_predictor
from derivations.training.preconditioned_step import PreconditionedStep, best_step
from gdssm_symbolic.writing.evaluated import evaluated

if TYPE_CHECKING:
    from derivations.training.load import TrainedRun

#: A number, exactly: 0.1 is one tenth.
Number = str | int | float | Fraction


@overload
def predict(
    features: int,
    samples: int,
    steps: int = 1,
    *,
    inputs: str = "uniform",
    scale: Number = 1,
    noise: Number = 0,
) -> BestPredictor: ...


@overload
def predict(
    features: int | None = None,
    *,
    samples: int,
    covariance: str | Iterable[Number],
    inputs: str = "uniform",
    noise: Number = 0,
) -> PreconditionedStep: ...


@evaluated
def predict(
    features: int | None = None,
    samples: int | None = None,
    steps: int = 1,
    *,
    covariance: str | Iterable[Number] | None = None,
    inputs: str = "uniform",
    scale: Number = 1,
    noise: Number = 0,
) -> BestPredictor | PreconditionedStep:
    """Return the best predictor ŷ = Σ c_k Y Xᵀ (X Xᵀ)ᵏ x_{N+1}, k < L, exactly, as `gdssm predict` does.

    It is for f = `features`, N = `samples`, L = `steps` from 1 to 3, and tasks W whose entries are standard normal. The
    coordinates of the inputs are "uniform" on (-scale, scale), or "normal" with standard deviation `scale`; `noise` is
    the variance of the label noise. `coefficients` are c_0, …, c_{L-1} as fractions, `loss` is the expected squared
    error for each component of the target, and `learning_rates` are those of L steps of gradient descent with these
    coefficients, or None if they are not real.

    With `covariance`, the variances of the coordinates, it is `gdssm predict --covariance`: the best single step with a
    weight for each coordinate, and the best construction beside it, as a `PreconditionedStep`; no `features`, `steps`
    and `scale` then.

    InputError for numbers that are out of range, and for other inputs.

    >>> import gdssm
    >>> best = gdssm.predict(7, 13, noise="1/10")
    >>> print(best)
    c_0 = 10/67    (0.149254)
    expected squared error per component = 497/603    (0.824212)
    learning rates = 1.9403
    >>> step = gdssm.predict(samples=20, covariance=(1, 0.3), inputs="normal")
    >>> step.weights, step.coefficient
    ((Fraction(10, 223), Fraction(5, 38)), Fraction(545, 11492))
    """
    if samples is None:
        raise InputError("samples", "samples: name N, the number of samples in the context")
    if covariance is not None:
        return best_step(covariance, samples, features=features, steps=steps, inputs=inputs, scale=scale, noise=noise)
    if features is None:
        raise InputError("features", "features: name the feature size f, or the variances with covariance=")
    return best_predictor(features, samples, steps, inputs=inputs, scale=scale, noise=noise)


def train(
    features: int | None = None,
    samples: int | None = None,
    out: str | PathLike[str] = "",
    **options: str | float | bool | None,
) -> TrainedRun:
    """Train models from random starts in the folder `out`, and return what `load` finds there.

    It is `gdssm train`: f = `features`, N = `samples`, and every option that `gdssm train --help` lists is a keyword,
    such as noise="1/10", layers=2, learning_rate=0.003 or plot=True; `noise` is a variance. train(out="my-run",
    resume=True) goes on with the run in a folder, whose options need not be given again. Progress, and the table of
    what was predicted and what was learned, go to standard error.

    InputError, with one line, without PyTorch, for an option that is wrong, and if training cannot go on.

    >>> import gdssm, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     trained = gdssm.train(2, 3, folder, replicas=1, updates=2, device="cpu")
    >>> trained.arrays(replica=0)["Q"].shape
    (1, 3, 3)
    """
    from typer import TyperException

    from derivations.cli.app import app
    from derivations.cli.console import usage_error

    if not fspath(out):
        raise InputError("out", "name the folder of the run, as in gdssm.train(7, 13, 'my-run')")
    given = ["train", f"--out={fspath(out)}", "--json"]
    for name, value in {"features": features, "samples": samples, **options}.items():
        if name in ("help", "h", "json"):
            raise InputError(name, f"{name} is for the command line: help(gdssm.train)")
        if value is not None and value is not False:
            flag = f"--{name.replace('_', '-')}"
            given.append(flag if value is True else f"{flag}={value}")
    printed = StringIO()
    try:
        with redirect_stdout(printed):
            app(given, prog_name="gdssm", standalone_mode=False)
    except Interrupted as stop:
        raise KeyboardInterrupt(_in_python(str(stop))) from None
    except InputError as error:
        raise InputError(error.key, _in_python(error.message)) from None
    except TyperException as error:
        raise usage_error(error) from None
    document = loads(printed.getvalue())
    if "error" in document:
        raise InputError(document["error"]["key"], _in_python(document["error"]["message"]))

    from derivations.training.load import load

    return load(out)


def _in_python(message: str) -> str:
    """Say what a message of the command line says with keywords in place of options."""

    def call(command: re.Match[str]) -> str:
        out = f"out={shlex.split(command[1])[0]!r}, " if command[1] else ""
        return f"gdssm.train({out}resume=True)"

    def keyword(option: re.Match[str]) -> str:
        name = option[1].replace("-", "_")
        return f"{name}=True" if name in ("resume", "plot") else name

    called = re.sub(r"gdssm train --resume(?: --plot)?(?: --out ('[^']*'|\S+))?", call, message)
    return re.sub(r"--([a-z]+(?:-[a-z]+)*)", keyword, called)
