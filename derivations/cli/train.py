"""`gdssm predict` and `gdssm train`: what training must come to, and what it comes to."""

from __future__ import annotations

from typing import Annotated, Literal

import typer
from rich.console import Console

from derivations.errors import InputError

from .console import Json, fail, needs_torch, print_json

#: Sizes up to this one are predicted.
LARGEST_SIZE = 1_000_000_000

#: Sizes up to this one are trained.
LARGEST_TRAINED = 1000


#: The law of the input coordinates, which are independent. (As in `gdssm_numeric.tasks`, which needs PyTorch.)
Inputs = Literal["uniform", "normal"]

#: What is predicted: f components from interleaved tokens, or one from constructed tokens.
Targets = Literal["vector", "scalar"]


def predict(
    features: Annotated[int, typer.Option("--features", "-f", help="Feature size f.", min=1, max=LARGEST_SIZE)],
    samples: Annotated[
        int, typer.Option("--samples", "-N", help="Samples in the context, N.", min=1, max=LARGEST_SIZE)
    ],
    steps: Annotated[int, typer.Option("--steps", "-L", help="Steps, or layers.", min=1, max=3)] = 1,
    inputs: Annotated[Inputs, typer.Option(help="The law of the input coordinates.")] = "uniform",
    scale: Annotated[
        str, typer.Option(help="α: inputs are uniform on (-α, α), or normal with standard deviation α; such as 1/2.")
    ] = "1",
    noise: Annotated[str, typer.Option(help="τ²: the variance of the label noise in the context.")] = "0",
    as_json: Json = False,
) -> int:
    """Print the best predictor: the best coefficients of L layers for a law of the inputs, exactly.

    The predictor is ŷ = Σ c_k Y Xᵀ (X Xᵀ)ᵏ x_{N+1}, k < L, for tasks W whose entries are standard normal. Printed
    are the coefficients c_k with the least expected squared error, that error per component of the target, and the
    learning rates of the L steps with these coefficients. With noise the rates may not be real: then no L plain steps
    are as good.
    """
    from derivations.json_document import document
    from derivations.training.best_predictor import of_prediction
    from derivations.training.prediction import prediction, rational

    found = prediction(features, samples, steps, inputs, rational("scale", scale), rational("noise", noise, zero=True))
    if as_json:
        print_json(document("predict", **found))
        return 0
    print(of_prediction(found))
    return 0


def train(
    features: Annotated[int, typer.Option("--features", "-f", help="Feature size f.", min=1, max=LARGEST_TRAINED)],
    samples: Annotated[
        int, typer.Option("--samples", "-N", help="Samples in the context, N.", min=1, max=LARGEST_TRAINED)
    ],
    out: Annotated[str, typer.Option(help="The folder for result.json and checkpoint.pt.")],
    layers: Annotated[int, typer.Option("--layers", "-L", help="Layers, or steps.", min=1, max=3)] = 1,
    replicas: Annotated[int, typer.Option(help="Models trained beside each other.", min=1, max=1000)] = 5,
    preset: Annotated[
        str, typer.Option(help="How: quick, in minutes; or paper, the rates, batch and updates of A.5 and A.6.")
    ] = "quick",
    targets: Annotated[Targets, typer.Option(help="Vector targets, or scalar ones as in A.5.")] = "vector",
    inputs: Annotated[Inputs, typer.Option(help="The law of the input coordinates, of scale 1.")] = "uniform",
    device: Annotated[str, typer.Option(help="auto, cpu or cuda; auto is cuda where there is one.")] = "auto",
    seed: Annotated[int, typer.Option(help="Of all random numbers.", min=0, max=2**32 - 1)] = 0,
    updates: Annotated[int | None, typer.Option(help="In place of the preset's number of updates.", min=1)] = None,
    decays_from: Annotated[
        float | None, typer.Option(help="Start the decays uniform between this and 1, in place of 0.95.", min=-1, max=1)
    ] = None,
    threads: Annotated[int, typer.Option(help="Threads on the CPU.", min=1, max=1024)] = 1,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the folder's checkpoint.")] = False,
    as_json: Json = False,
) -> int:
    """Train a GD-SSM from a random start and hold what it learned against the symbolic expressions.

    Prints predicted, fitted and deviation, and how each replica ended. The exit status is 1 if the fit misses. What is
    written to the folder survives a kill at any moment; on the CPU, with the same
    --threads, a resumed run ends with the same bits.
    """
    from pathlib import Path

    needs_torch("gdssm train")
    from derivations.training.run import Stopped, find_device, preset_for, run_training, use_threads
    from gdssm_numeric.tasks import Task
    from gdssm_numeric.training import Run
    from gdssm_numeric.window_model import START_OF_DECAYS

    task = Task(features, samples, targets, "constructed" if targets == "scalar" else "interleaved", inputs)
    chosen = preset_for(task, preset, updates)
    if targets == "scalar" and layers > 1:
        raise InputError(
            "layers", "scalar targets come as constructed tokens, which have one layer; leave --layers out"
        )
    decays = START_OF_DECAYS if decays_from is None else (decays_from, 1.0)
    run = Run(task, layers, replicas, seed, chosen, decays)
    with use_threads(threads):
        try:
            status, document = run_training(run, Path(out), find_device(device), Console(stderr=as_json), resume=resume)
        except Stopped as error:
            return fail(1, "training", str(error), "train", ["--json"] if as_json else [])
    if as_json:
        print_json(document)
    return status
