"""`gdssm predict` and `gdssm train`: what training must come to, and what it comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from derivations.errors import InputError
from derivations.progress import starting
from derivations.terminal import Screen, conclude
from derivations.training.limits import LARGEST_SIZE, LARGEST_TRAINED, MOST_STEPS
from derivations.training.run_files import CHECKPOINT, METRICS, RESULT, require_usable
from gdssm_numeric.presets import NORMAL_INPUTS, PRESETS, SCALAR_PRESETS

from .console import DEVICES, Json, fail, folder_for, interruptible, needs_torch, print_json
from .resume import ResumeOption, given

if TYPE_CHECKING:
    from fractions import Fraction
    from pathlib import Path

#: The law of the input coordinates, which are independent. (As in `gdssm_numeric.tasks`, which needs PyTorch.)
Inputs = Literal["uniform", "normal"]

#: How a model is trained: the names in PRESETS.
Preset = Literal["quick", "paper"]

#: No machine has more cores that a run could use.
MOST_WORKERS = 1000

#: What is predicted: f components from interleaved tokens, or one from constructed tokens.
Targets = Literal["vector", "scalar"]


#: The type of an option with a range, in the help; typer's own is longer, and names of options would be cut at 80.
INTEGER = "<int>"


def in_place_of_preset(field: str, what: str, least: int | None = None) -> Any:
    """Return the option for a field of the presets; its help ends with the values there."""
    said = []
    for name, preset in PRESETS.items():
        usual, scalar = (getattr(one, field) for one in (preset, SCALAR_PRESETS[name]))
        changed = [f"{scalar:g} for scalar targets"] if scalar != usual else []
        if (name, field) == ("quick", "updates"):
            changed.append(f"{NORMAL_INPUTS} times as many for normal inputs")
        said.append(f"{name}: {usual:g}" + (f" ({', '.join(changed)})" if changed else ""))
    return typer.Option(help=f"{what} [{'; '.join(said)}]", min=least, metavar=None if least is None else INTEGER)


def _of_32_bits(seed: int) -> int:
    """Refuse larger seeds; a range with this end would be wider than a terminal's column of types."""
    if seed >= 2**32:
        raise typer.BadParameter(f"{seed} is not in the range 0<=x<=4294967295.")
    return seed


def predict(
    samples: Annotated[
        int, typer.Option("--samples", "-N", help="Samples in the context, N.", min=1, max=LARGEST_SIZE)
    ],
    features: Annotated[
        int | None,
        typer.Option("--features", "-f", help="Feature size f; needed without --covariance.", min=1, max=LARGEST_SIZE),
    ] = None,
    steps: Annotated[int, typer.Option("--steps", "-L", help="Steps, or layers.", min=1, max=MOST_STEPS)] = 1,
    inputs: Annotated[Inputs, typer.Option(help="The law of the input coordinates.")] = "uniform",
    scale: Annotated[
        str, typer.Option(help="α: inputs are uniform on (-α, α), or normal with standard deviation α; such as 1/2.")
    ] = "1",
    covariance: Annotated[
        str | None,
        typer.Option(help="In place of -f and --scale: the variances of the coordinates, such as 1,0.3; for one step."),
    ] = None,
    noise: Annotated[
        str, typer.Option(help="τ²: the variance, not the deviation, of the label noise in the context.")
    ] = "0",
    as_json: Json = False,
) -> int:
    """Print the best predictor: the best coefficients of L layers for a law of the inputs, exactly.

    The predictor is ŷ = Σ c_k Y Xᵀ (X Xᵀ)ᵏ x_{N+1}, k < L, for tasks W whose entries are standard normal. Printed
    are the coefficients c_k with the least expected squared error, that error per component of the target, and the
    learning rates of the L steps with these coefficients. With noise the rates may not be real: then no L plain steps
    are as good.

    With --covariance 1,0.3 the coordinates are independent, with these variances. Printed are the best step with a
    weight p_b for each coordinate, Y Xᵀ diag(p) x_{N+1}; the construction, which has one rate for all; and how its
    error changes with the decay of each column, at decay 1. Unless these derivatives are 0, a layer with other decays
    is better than the construction. For two coordinates without label noise, it is proved that no single layer is
    better than the preconditioned step (gdssm show ANISO).
    """
    from derivations.json_document import document
    from derivations.training.best_predictor import of_prediction
    from derivations.training.preconditioned_step import label_noise
    from derivations.training.prediction import prediction, rational

    exact_noise = rational("noise", noise, zero=True)
    if covariance is not None:
        return predict_for_variances(covariance, samples, features, steps, inputs, scale, exact_noise, as_json=as_json)
    if features is None:
        raise InputError("features", "name the feature size with --features, or the variances with --covariance")
    found = prediction(features, samples, steps, inputs, rational("scale", scale), exact_noise)
    if as_json:
        print_json(document("predict", **found))
        return 0
    print(of_prediction(found))
    plural = "s" * (steps > 1)
    of_scale = f"on (-{found['scale']}, {found['scale']})" if inputs == "uniform" else f"of deviation {found['scale']}"
    law = f"x {inputs} {of_scale}, W standard normal, {label_noise(found['noise'])}"
    best = f"This is the best predictor of {steps} step{plural} at f = {features}, N = {samples}, exactly"
    conclude(f"{best}; {law}.")
    return 0


def predict_for_variances(
    covariance: str,
    samples: int,
    features: int | None,
    steps: int,
    inputs: str,
    scale: str,
    noise: Fraction,
    *,
    as_json: bool,
) -> int:
    """Print the best step for coordinates of these variances, and the construction beside it."""
    from derivations.json_document import document
    from derivations.training.preconditioned_step import preconditioned, require_one_step, text_of, variances

    diagonal = variances(covariance)
    require_one_step(diagonal, features, steps, scale)
    found = preconditioned(diagonal, samples, inputs, noise)
    if as_json:
        print_json(document("predict", **found))
        return 0
    print(text_of(found))
    conclude(f"These are the best step with diag(p) and the best construction at N = {samples}, exactly.")
    return 0


def train(
    context: typer.Context,
    *,
    features: Annotated[
        int | None,
        typer.Option(
            "--features",
            "-f",
            help="Feature size f; needed for a new run.",
            min=1,
            max=LARGEST_TRAINED,
            metavar=INTEGER,
        ),
    ] = None,
    samples: Annotated[
        int | None,
        typer.Option(
            "--samples",
            "-N",
            help="Samples in the context, N; needed for a new run.",
            min=1,
            max=LARGEST_TRAINED,
            metavar=INTEGER,
        ),
    ] = None,
    out: Annotated[str, typer.Option(help="The folder for result.json, metrics.csv and checkpoint.pt.")],
    layers: Annotated[
        int, typer.Option("--layers", "-L", help="Layers, or steps.", min=1, max=MOST_STEPS, metavar=INTEGER)
    ] = 1,
    replicas: Annotated[
        int, typer.Option(help="Models trained beside each other.", min=1, max=1000, metavar=INTEGER)
    ] = 5,
    targets: Annotated[Targets, typer.Option(help="Vector targets, or scalar ones as in A.5.")] = "vector",
    inputs: Annotated[Inputs, typer.Option(help="The law of the input coordinates.")] = "uniform",
    scale: Annotated[
        str, typer.Option(help="α: inputs are uniform on (-α, α), or normal with standard deviation α; such as 1/2.")
    ] = "1",
    noise: Annotated[
        str, typer.Option(help="τ²: the variance, not the deviation, of the label noise in the context.")
    ] = "0",
    preset: Annotated[
        Preset, typer.Option(help="How: quick, in minutes; or paper, the rates, batch and updates of A.5 and A.6.")
    ] = "quick",
    updates: Annotated[int | None, in_place_of_preset("updates", "How many updates.", 1)] = None,
    batch: Annotated[int | None, in_place_of_preset("batch", "Tasks in a batch of one replica.", 1)] = None,
    learning_rate: Annotated[
        float | None, in_place_of_preset("rate", "Of Q, q and C at its highest; that of the decays changes with it.")
    ] = None,
    decay_learning_rate: Annotated[
        float | None, in_place_of_preset("decay_rate", "Of the decays at its highest.")
    ] = None,
    warm_up: Annotated[
        int | None, in_place_of_preset("warm_up", "Updates in which the learning rates rise.", 0)
    ] = None,
    weight_decay: Annotated[float | None, in_place_of_preset("weight_decay", "AdamW's, of Q, q and C.")] = None,
    averaged: Annotated[
        float | None,
        in_place_of_preset("averaged", "The share of the updates, the last ones, over which weights are averaged."),
    ] = None,
    checkpoint_every: Annotated[
        int | None, in_place_of_preset("checkpoint", "Updates between two checkpoints.", 1)
    ] = None,
    decays_from: Annotated[
        float | None,
        typer.Option(
            help="Start the decays uniform between this and 1, in place of 0.95.", min=-1, max=1, metavar="<float>"
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option(help="Of all random numbers, below 2^32.", min=0, callback=_of_32_bits, metavar=INTEGER)
    ] = 0,
    device: Annotated[str, typer.Option(help=DEVICES)] = "auto",
    threads: Annotated[
        int | None,
        typer.Option(
            help="Threads of PyTorch on the CPU: 1 for a new run, as many as before for one that goes on. More can be "
            "faster at large sizes; the last bits of a run depend on their number.",
            min=1,
            max=1024,
            metavar=INTEGER,
        ),
    ] = None,
    workers: Annotated[
        str,
        typer.Option(
            metavar="auto|N",
            help="Processes that train the replicas, each with --threads; auto: one for each core. Their number "
            "changes no bit on the CPU. Under torchrun its processes are the workers.",
        ),
    ] = "1",
    plot: Annotated[
        bool,
        typer.Option(
            "--plot",
            help="Draw the losses and, of one layer, the parameters. A run that goes on remembers it.",
        ),
    ] = False,
    resume: ResumeOption = None,
    as_json: Json = False,
) -> int:
    """Train a GD-SSM from a random start and hold what it learned against the symbolic expressions.

    Prints predicted, fitted and deviation, and how each replica ended. What is predicted is the best predictor for
    this law of the inputs, this scale and this noise, as gdssm predict has it. The exit status is 1 if the fit misses.
    What is not said is as in the preset.

    The folder gets result.json at the end; metrics.csv, the losses so far, while it trains; and checkpoint.pt. They
    are replaced at once, so that a kill at any moment leaves whole files; Ctrl-C writes a checkpoint first.
    gdssm train --resume --out my-run goes on from the checkpoint, with the options of that run, which need not be
    given again; --resume auto starts a run if there is none. On the CPU, with the same number of threads, a resumed
    run ends with the same bits.
    """
    from importlib.util import find_spec

    needs_torch("gdssm train")
    folder, draw = folder_for(out, CHECKPOINT, RESULT, METRICS), None
    drawable = find_spec("matplotlib") is not None
    if plot and not drawable:
        raise InputError("plot", "gdssm train --plot draws with matplotlib: pip install 'gdssm[notebooks]'")
    if resume is not None:
        require_usable(folder, resume)
    with starting():
        from derivations.training.prediction import rational
        from derivations.training.run import Stopped, find_device, named_preset, resumed, run_training
        from derivations.training.run_options import recorded_run, require_same
        from derivations.training.workers import member, rank
        from gdssm_numeric.tasks import Task
        from gdssm_numeric.training import Run
        from gdssm_numeric.window_model import START_OF_DECAYS

    if rank() > 0:
        member()
        return 0
    own = given(context)
    processes = processes_of(workers)
    exact = rational("scale", scale), rational("noise", noise, zero=True)
    state = None if resume is None else resumed(folder, resume)
    if drawable and (plot or state is not None):
        from derivations.figures.gallery import PICTURES_OF_A_RUN, run_pictures

        asked = plot or (state is not None and state.get("plot") is True)
        plot = asked or any((folder / name).is_file() for name in PICTURES_OF_A_RUN)
        if plot:
            folder_for(out, *PICTURES_OF_A_RUN)
            draw = run_pictures
    if state is not None:
        run = recorded_run(folder / CHECKPOINT, state)
        require_same(run, own, folder)
        device = own.get("device", str(state["device"]))
    elif features is None or samples is None:
        held = f"{folder} holds a run, which --resume goes on with; " if (folder / CHECKPOINT).exists() else ""
        raise InputError("features", f"{held}name the sizes of a new run with --features and --samples")
    else:
        tokens: Literal["constructed", "interleaved"] = "constructed" if targets == "scalar" else "interleaved"
        task = Task(features, samples, targets, tokens, inputs, *map(float, exact))
        changes = {
            "updates": updates,
            "batch": batch,
            "rate": learning_rate,
            "decay_rate": decay_learning_rate,
            "warm_up": warm_up,
            "weight_decay": weight_decay,
            "averaged": averaged,
            "checkpoint": checkpoint_every,
        }
        chosen = named_preset(task, preset, changes)
        if targets == "scalar" and layers > 1:
            raise InputError(
                "layers", "scalar targets come as constructed tokens, which have one layer; leave --layers out"
            )
        decays = START_OF_DECAYS if decays_from is None else (decays_from, 1.0)
        run = Run(task, layers, replicas, seed, chosen, decays)
    screen, where = Screen(stderr=as_json), find_device(device)
    with interruptible(lambda: what_stands(folder, plot)):
        try:
            status, document = run_training(
                run, folder, where, screen, resume=resume, threads=threads, workers=processes, draw=draw
            )
        except Stopped as error:
            return fail(1, "training", str(error), "train", ["--json"] if as_json else [])
    if state is not None and not plot:
        conclude(f"No pictures were asked for; {goes_on(folder, plot=True)} draws them.")
    if as_json:
        print_json(document)
    return status


def processes_of(workers: str) -> int:
    """Return how many processes are meant; InputError if none is."""
    from derivations.background import usable_cores

    if workers == "auto":
        return usable_cores()
    if not workers.isascii() or not workers.isdecimal() or not 1 <= int(workers) <= MOST_WORKERS:
        raise InputError("workers", f"--workers is auto, or a number from 1 to {MOST_WORKERS}, not {workers[:40]!r}")
    return int(workers)


def goes_on(folder: Path, *, plot: bool) -> str:
    """The command that goes on with the run in a folder."""
    from shlex import quote

    return f"gdssm train --resume{' --plot' * plot} --out {quote(str(folder))}"


def what_stands(folder: Path, plot: bool) -> str:
    """What a run that was interrupted leaves in its folder, and how it goes on."""
    from derivations.training.parts import last_of, saved_states

    try:
        states = saved_states(folder)
    except InputError:
        return f"interrupted; {folder} holds no checkpoint; the same command begins again"
    run = states[folder / CHECKPOINT]["run"]
    path, done = last_of(states, run["replicas"])
    at = f"update {done} of {run['preset']['updates']}"
    return f"interrupted; {path} holds the run at {at}; {goes_on(folder, plot=plot)} goes on from there"
