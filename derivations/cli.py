"""The command line `gdssm`.

Every command: exit status 0 as expected, 1 a negative finding, 2 unusable input or usage, 3
undecided, 70 an internal error. With --json exactly one document goes to standard output; tables,
progress and messages go to standard error then. Engines are imported inside the commands, so that
`gdssm --help` is quick.
"""

from __future__ import annotations

import difflib
import io
import json
import sys
import traceback
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from derivations.errors import InputError

if TYPE_CHECKING:
    from rich.progress import Progress

    from derivations.check import Checked
    from derivations.claim import Claim, Outcome

app = typer.Typer(
    name="gdssm",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    epilog="Exit status: 0 as expected, 1 a negative finding, 2 unusable input, 3 undecided, 70 an internal error.",
)


class Only(StrEnum):
    """Which part of a verification to run."""

    SYMBOLIC = "symbolic"
    NUMERIC = "numeric"


class Inputs(StrEnum):
    """The law of the input coordinates, which are independent."""

    UNIFORM = "uniform"
    NORMAL = "normal"


class Targets(StrEnum):
    """What is predicted: f components from interleaved tokens, or one from constructed tokens."""

    VECTOR = "vector"
    SCALAR = "scalar"


class Format(StrEnum):
    """How a derivation is written."""

    TEXT = "text"
    MARKDOWN = "markdown"
    LATEX = "latex"


#: Sizes up to this one are predicted.
LARGEST_SIZE = 1_000_000_000

#: Sizes up to this one are trained.
LARGEST_TRAINED = 1000

#: Exit status of `gdssm check`, the gravest first.
STATUS_OF_CHECK = {"unusable": 2, "refuted": 1, "undecided": 3}

Json = Annotated[bool, typer.Option("--json", help="One JSON document on standard output, nothing else there.")]


@app.callback(invoke_without_command=True)
def gdssm(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.", is_eager=True)] = False,
) -> None:
    """State-space models and gradient descent in context: every claim of arXiv:2410.11687v1, checked.

    [bold]gdssm verify[/bold] proves the claims for all sizes and says where the paper as printed is wrong;
    [bold]gdssm show P2[/bold] prints a derivation line by line; [bold]gdssm check mine.toml[/bold] proves or refutes a
    construction of your own.
    """
    if version:
        from derivations import __version__

        print(f"gdssm {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        print(context.get_help())


@app.command()
def verify(
    claims: Annotated[
        list[str] | None, typer.Argument(help="Claims by id, such as P2; all of them if none is named.")
    ] = None,
    only: Annotated[Only | None, typer.Option(help="Only the symbolic or only the numerical part.")] = None,
    device: Annotated[str, typer.Option(help="Of the numerical part: auto, cpu or cuda.")] = "cpu",
    as_json: Json = False,
) -> int:
    """Prove the claims, for all sizes, and compare the verdicts with those registered; then train and compare.

    Prints a table of the claims, and below it every reading of the printed text that fails, with its counterexample and
    what mends it. The numerical part follows unless claims are named: the construction against gradient descent done by
    autograd, and models trained from random starts against the symbolic values. The exit status is 0 if every claim
    came out as registered and every number is as expected.
    """
    from derivations import report

    chosen = choose(claims or [])
    if claims and only is Only.NUMERIC:
        raise InputError("only", "the numerical part is not by claims; name none, or leave --only out")
    numeric = only is not Only.SYMBOLIC and not claims
    if numeric:
        needs_torch("the numerical part")
        from derivations.training import device as chosen_device

        chosen_device(device)  # an unknown one is said before minutes of proofs
    console = Console(stderr=as_json)
    content: dict[str, Any] = {}
    status = 0
    if only is not Only.NUMERIC:
        outcomes = verify_claims(chosen, console)
        content = report.report(outcomes)
        status = report.exit_status(outcomes)
    if numeric:
        passed, content["numeric"] = verify_numbers(device, console)
        status = status or (0 if passed else 1)
    if as_json:
        print_json(content if "schema" in content else report.document("verify", **content))
    return status


def verify_claims(chosen: list[Claim], console: Console) -> list[Outcome]:
    """Settle the claims and print what came out."""
    outcomes = settled(chosen)
    print_table(console, outcomes)
    print_as_printed(console, outcomes)
    for line in not_as_registered(outcomes):
        console.print(line, markup=False)
    return outcomes


def settled(chosen: list[Claim]) -> list[Outcome]:
    """Settle the claims, one after another."""
    from derivations import report

    with progress_bar() as progress:
        task = progress.add_task("", total=len(chosen))
        return report.run(chosen, lambda claim: progress.update(task, description=f"{claim.id}: {claim.label}"))


def not_as_registered(outcomes: list[Outcome]) -> list[str]:
    """A line for each claim that did not come out as registered."""
    return [
        f"{outcome.claim.id} is registered as {outcome.claim.expected_as_printed} as printed, "
        f"{outcome.claim.expected_verdict}. {outcome.problem}"
        for outcome in outcomes
        if not outcome.as_registered
    ]


def verify_numbers(name: str, console: Console) -> tuple[bool, dict[str, Any]]:
    """Run the numerical part and print what came out: did all pass, and the part of the document."""
    from rich.table import Table

    from derivations import numeric
    from derivations.training import device as chosen_device
    from derivations.training import use_threads

    device = chosen_device(name)
    table = Table("check", "what was compared", "found", "verdict", "time")
    with use_threads(1), progress_bar() as progress:
        task = progress.add_task("", total=None)

        def on_start(row: str) -> Callable[[Any], object]:
            def on_update(training: Any) -> None:
                if training.done % 50 == 0:
                    done = f"update {training.done} of {training.run.preset.updates}"
                    progress.update(task, description=f"{row}: {done}")

            progress.update(task, description=row)
            return on_update

        rows = list(numeric.checks(device, on_start))
        for row in rows:
            verdict = "passed" if row.passed else "failed"
            cells = row.name, row.what, row.found, verdict, f"{row.seconds:.1f} s"
            table.add_row(*cells, style="" if row.passed else "bold red")
        document = numeric.report(rows, device)
    console.print(table, markup=False)
    return all(row.passed for row in rows), document


@app.command()
def show(
    claim: Annotated[str, typer.Argument(help="The claim, such as P3.")],
    form: Annotated[Format, typer.Option("--format", help="How to write it.")] = Format.TEXT,
    as_json: Json = False,
) -> int:
    """Print the derivation of a claim line by line: statement, as printed, proof, rules.

    The proof is checked as it is printed; LaTeX is for a paper that loads amsmath and amssymb.
    """
    from derivations import report
    from derivations.derivation import derivation
    from gdssm_symbolic.writing.documents import WRITERS

    (outcome,) = report.run(choose([claim]))
    if outcome.statement is None:
        raise RuntimeError(outcome.problem)
    text = WRITERS[form.value](derivation(outcome))
    if as_json:
        entry = report.claim_entry(outcome)
        print_json(report.document("show", claim=entry, format=form.value, derivation=text))
    else:
        sys.stdout.write(text)
    return report.exit_status([outcome])


@app.command()
def errata(
    form: Annotated[Format, typer.Option("--format", help="How to write it.")] = Format.TEXT,
    as_json: Json = False,
) -> int:
    """Print the corrections to the paper as a table: place, as printed, read as, kind, evidence, correction, proof.

    All claims are settled first, and every row comes from what that run found. The kinds: counterexample (data at which
    the sentence is false), contradicted (a theorem says otherwise, whatever is put in for what the sentence leaves
    open), shape (sizes do not fit), notation (an index, a range, a letter or a sign convention, no more). The proof
    "P2, reading 3" is Reading 3 in what gdssm show P2 prints, in full.

    Markdown and LaTeX can be sent to the authors; the LaTeX is for a paper that loads amsmath, amssymb, longtable and
    booktabs. The exit status is that of gdssm verify: 0 if every claim came out as registered.
    """
    from derivations import errata as corrections
    from derivations import report
    from gdssm_symbolic.writing.documents import WRITERS

    outcomes = settled(choose([]))
    rows = corrections.errata(outcomes)
    for line in not_as_registered(outcomes):
        complain(line)
    if as_json:
        print_json(corrections.report(rows))
    else:
        sys.stdout.write(WRITERS[form.value](corrections.letter(rows)))
    return report.exit_status(outcomes)


@app.command()
def coverage(
    form: Annotated[Format, typer.Option("--format", help="How to write it.")] = Format.TEXT,
    as_json: Json = False,
) -> int:
    """Print every equation, proposition and claim of the paper with its verdict: find the line that you doubt.

    A row names a place in the paper and what it says, the objects of the engine that stand for it (definitions, proved
    statements, readings that fail), and the claims that use these objects: found in the run, and written down nowhere.
    A row's verdict is one of: proved, for all sizes; proved after a correction; holds in one reading, where another is
    refuted; refuted, with a counterexample or a shape that does not fit; measured, by training; defined, for what is
    only given a name.

    All claims are settled first. The exit status is that of gdssm verify, and 1 if a row names nothing, or nothing that
    the run decided.
    """
    from derivations import coverage as covered
    from derivations import report
    from derivations.paper import ROWS
    from gdssm_symbolic.writing.documents import WRITERS

    outcomes = settled(choose([]))
    rows = covered.coverage(ROWS, outcomes)
    problems = covered.problems(rows)
    for line in (*not_as_registered(outcomes), *problems):
        complain(line)
    if as_json:
        print_json(covered.report(rows))
    else:
        sys.stdout.write(WRITERS[form.value](covered.book(rows)))
    return report.exit_status(outcomes) or (1 if problems else 0)


@app.command()
def check(
    files: Annotated[list[str] | None, typer.Argument(help="Construction files; - reads standard input.")] = None,
    template: Annotated[
        bool, typer.Option("--template", help="Print a commented file that is proved, for P1, P2 or P3, and stop.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Prove or refute that your own construction computes gradient descent, for all f, N ≥ 1 and all η.

    A construction is a small TOML file: tokens, windows, decay, Q, q and the output's factor, with entries that are
    rational functions of eta, N and f. Start from one that is proved, change it, and see the verdict change:

        gdssm check --template P2 > mine.toml
        gdssm check mine.toml

    A construction that is wrong comes back with a counterexample, and with what it computes instead. The exit status is
    0 if all are proved, 1 if one is refuted, 2 if one cannot be read, 3 if one is undecided.
    """
    if template:
        return print_template(files or ["P2"], as_json)
    if not files:
        raise InputError("files", "name a construction file, or - for standard input; --template prints one")
    if files.count("-") > 1:
        raise InputError("files", "standard input can be read once")
    found = check_files(files)
    if len(files) == 1 and isinstance(found[0], InputError):
        raise InputError(found[0].key, f"{files[0]}: {found[0].key}: {found[0].message}")
    for name, result in zip(files, found, strict=True):
        if isinstance(result, InputError):
            complain(f"{name}: {result.key}: {result.message}")
    print_checks(Console(stderr=as_json), files, found)
    if as_json:
        print_json(checks_document(files, found))
    return checks_status(found)


def print_template(names: Sequence[str], as_json: bool) -> int:
    """The commented file for P1, P2 or P3."""
    from derivations.construction_file import TEMPLATES
    from derivations.report import document

    name = names[0].upper()
    if len(names) > 1 or name not in TEMPLATES:
        raise InputError("template", f"a template is one of {', '.join(TEMPLATES)}, not {' '.join(names)!r}")
    if as_json:
        print_json(document("check", template=name, text=TEMPLATES[name]))
    else:
        sys.stdout.write(TEMPLATES[name])
    return 0


def check_files(files: Sequence[str]) -> list[Checked | InputError]:
    """Each file checked, or why it cannot be; what one holds does not keep the others from being checked."""
    from derivations.check import check as check_construction
    from derivations.construction_file import load

    found: list[Checked | InputError] = []
    with progress_bar() as progress:
        task = progress.add_task("", total=len(files))
        for name in files:
            progress.update(task, description=name)

            def follow(done: int, most: int, name: str = name) -> None:
                described = f"{name}: searching, {done // 10**6} of at most {most // 10**6} million steps"
                progress.update(task, description=described)

            try:
                found.append(check_construction(load(name), follow))
            except InputError as error:
                found.append(error)
    return found


def print_checks(console: Console, files: Sequence[str], found: Sequence[Checked | InputError]) -> None:
    """One construction in full; several as a table."""
    from rich.table import Table
    from rich.text import Text

    if len(files) == 1 and not isinstance(found[0], InputError):
        text = "\n".join([f"{files[0]}: {found[0].verdict}", *found[0].lines()])
        console.print(text, markup=False, highlight=False, soft_wrap=True)
        return
    table = Table("construction", "verdict", "evidence", "computes")
    for name, result in zip(files, found, strict=True):
        if isinstance(result, InputError):
            cells = name, "unusable", f"{result.key}: {result.message}", ""
        else:
            cells = name, result.verdict.value, result.evidence, result.computes
        table.add_row(*map(Text, cells))
    console.print(table)


def checks_document(files: Sequence[str], found: Sequence[Checked | InputError]) -> dict[str, Any]:
    """What `gdssm check --json` prints: one verdict, or a list of them."""
    from derivations.check import check_entry
    from derivations.report import document

    entries: list[dict[str, Any]] = []
    for name, result in zip(files, found, strict=True):
        if isinstance(result, InputError):
            entries.append({"file": name, "error": {"key": result.key, "message": result.message}})
        else:
            entries.append({"file": name, **check_entry(result)})
    return document("check", **entries[0]) if len(files) == 1 else document("check", constructions=entries)


def checks_status(found: Sequence[Checked | InputError]) -> int:
    """2 if a file cannot be read, 1 if a construction is refuted, 3 if one is undecided, 0 if all are proved."""
    verdicts = ["unusable" if isinstance(result, InputError) else result.verdict.value for result in found]
    return next((status for word, status in STATUS_OF_CHECK.items() if word in verdicts), 0)


@app.command()
def predict(
    features: Annotated[int, typer.Option("--features", "-f", help="Feature size f.", min=1, max=LARGEST_SIZE)],
    samples: Annotated[
        int, typer.Option("--samples", "-N", help="Samples in the context, N.", min=1, max=LARGEST_SIZE)
    ],
    steps: Annotated[int, typer.Option("--steps", "-L", help="Steps, or layers.", min=1, max=3)] = 1,
    inputs: Annotated[Inputs, typer.Option(help="The law of the input coordinates.")] = Inputs.UNIFORM,
    scale: Annotated[
        str, typer.Option(help="α: inputs are uniform on (-α, α), or normal with standard deviation α; such as 1/2.")
    ] = "1",
    noise: Annotated[str, typer.Option(help="τ²: the variance of the label noise in the context.")] = "0",
    as_json: Json = False,
) -> int:
    """What the best predictor is: the best coefficients of L layers for a law of the inputs, exactly.

    The predictor is ŷ = Σ c_k Y Xᵀ (X Xᵀ)ᵏ x_{N+1}, k < L, for tasks W whose entries are standard normal. Printed
    are the coefficients c_k with the least expected squared error, that error per component of the target, and the
    learning rates of the L steps with these coefficients. With noise the rates may not be real: then no L plain steps
    are as good.
    """
    from fractions import Fraction

    from derivations.prediction import prediction, rational
    from derivations.report import document

    found = prediction(
        features, samples, steps, inputs.value, rational("scale", scale), rational("noise", noise, zero=True)
    )
    if as_json:
        print_json(document("predict", **found))
        return 0
    rates = found["learning_rates"]
    lines = [f"c_{k} = {c}    ({float(Fraction(c)):.6g})" for k, c in enumerate(found["coefficients"])]
    lines.append(f"expected squared error per component = {found['loss']}    ({float(Fraction(found['loss'])):.6g})")
    lines.append(f"learning rates = {', '.join(f'{r:.6g}' for r in rates) if rates else 'not real'}")
    print("\n".join(lines))
    return 0


@app.command()
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
    targets: Annotated[Targets, typer.Option(help="Vector targets, or scalar ones as in A.5.")] = Targets.VECTOR,
    inputs: Annotated[Inputs, typer.Option(help="The law of the input coordinates, of scale 1.")] = Inputs.UNIFORM,
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
    from derivations.training import Options, Stopped, run_training, use_threads

    options = Options(
        features=features,
        samples=samples,
        layers=layers,
        replicas=replicas,
        preset=preset,
        targets="scalar" if targets is Targets.SCALAR else "vector",
        inputs="normal" if inputs is Inputs.NORMAL else "uniform",
        device=device,
        seed=seed,
        out=Path(out),
        resume=resume,
        updates=updates,
        decays_from=decays_from,
    )
    with use_threads(threads):
        try:
            status, document = run_training(options, Console(stderr=as_json))
        except Stopped as error:
            return fail(1, "training", str(error), "train", ["--json"] if as_json else [])
    if as_json:
        print_json(document)
    return status


def needs_torch(what: str) -> None:
    """InputError if PyTorch is not installed."""
    from importlib.util import find_spec

    if find_spec("torch") is None:
        raise InputError("torch", f"{what} needs PyTorch: pip install 'gdssm[numeric]'")


@app.command()
def glossary(as_json: Json = False) -> int:
    """Print the names: what the paper writes, what the code calls it, and its shape."""
    from dataclasses import asdict

    from rich.table import Table

    from derivations.glossary import GLOSSARY
    from derivations.report import document

    if as_json:
        print_json(document("glossary", entries=[asdict(entry) for entry in GLOSSARY]))
        return 0
    table = Table("meaning", "paper", "gdssm_symbolic", "gdssm_numeric", "shape")
    for column in table.columns:
        column.overflow = "fold"
    for entry in GLOSSARY:
        table.add_row(entry.meaning, entry.paper, entry.symbolic, entry.numeric or "-", entry.shape)
    Console().print(table, markup=False)
    return 0


def choose(ids: Sequence[str]) -> list[Claim]:
    """The claims with these ids, in the paper's order and each once; all of them if none is named."""
    from derivations.claims import CLAIMS

    wanted = {name.upper() for name in ids}
    for name in ids:
        if name.upper() not in CLAIMS:
            near = difflib.get_close_matches(name.upper(), CLAIMS, n=1, cutoff=0.6)
            hint = f"did you mean {near[0]}?" if near else f"the claims are {', '.join(CLAIMS)}"
            raise InputError("claim", f"there is no claim {name!r}; {hint}")
    return [claim for key, claim in CLAIMS.items() if not wanted or key in wanted]


def progress_bar() -> Progress:
    """What is going on, on standard error; nothing if that is not a terminal."""
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn()
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def print_table(console: Console, outcomes: list[Outcome]) -> None:
    """One row per claim: what it says, as printed, verdict, scope, time; in red where the registry disagrees."""
    from rich.table import Table

    from derivations.report import summary

    table = Table("claim", "what it says", "as printed", "verdict", "scope", "time")
    for outcome in outcomes:
        style = "" if outcome.as_registered else "bold red"
        table.add_row(*summary(outcome), f"{outcome.seconds:.1f} s", style=style)
    console.print(table)


def print_as_printed(console: Console, outcomes: list[Outcome]) -> None:
    """Where the paper as printed is wrong: each reading, its evidence, and what mends it."""
    from derivations.report import finding, tell
    from gdssm_symbolic.writing.printing import to_text

    for outcome in outcomes:
        for reading, evidence in outcome.readings:
            lines = [
                f"{outcome.claim.id}, {reading.place}: {reading.printed}",
                f"    read        {reading.read_as}",
                f"    {finding(evidence):<11} {tell(evidence)}",
            ]
            if reading.computes is not None:
                lines.append(f"    computes    {to_text(reading.computes())}")
            lines.append(f"    correction  {reading.correction}")
            console.print("\n".join(lines), markup=False, highlight=False, soft_wrap=True)


def print_json(document: dict[str, Any]) -> None:
    """The one document that goes to standard output."""
    print(json.dumps(document, ensure_ascii=False, indent=2))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status; every failure is one line, and one JSON document with --json."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    command = next((word for word in given if not word.startswith("-")), "gdssm")
    try:
        return int(app(given, prog_name="gdssm", standalone_mode=False) or 0)
    except InputError as error:
        return fail(2, error.key, error.message, command, given)
    except typer.TyperException as error:
        key = getattr(getattr(error, "param", None), "name", None) or "usage"
        return fail(2, key, error.format_message().replace("Value error, ", ""), command, given)
    except OSError as error:  # standard output is full or gone: nothing can be printed there any more
        complain(f"cannot write: {error.strerror or error}")
        return 70
    except (KeyboardInterrupt, typer.Abort):
        return fail(130, "interrupted", "interrupted", command, given)
    except Exception as error:  # noqa: BLE001 - the outermost boundary: a bug becomes status 70, its traceback on standard error
        traceback.print_exc(file=sys.stderr)
        return fail(70, "internal", f"{type(error).__name__}: {error}", command, given)


def complain(message: str) -> str:
    """Say what is wrong on one line of standard error, and return the line."""
    line = " ".join(message.split())
    print(f"gdssm: {line}", file=sys.stderr)
    return line


def fail(status: int, key: str, message: str, command: str, given: Sequence[str]) -> int:
    """Say what went wrong, on one line and with --json in one document, and return the exit status."""
    line = complain(message)
    if "--json" in given:
        from derivations.report import document

        print_json(document(command, error={"key": key, "message": line}))
    return status


def run() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal without η still gets its answer
    status = main()
    try:
        sys.stdout.flush()
    except OSError:
        sys.stdout = None  # it cannot be flushed at exit either
        status = status or 70
    sys.exit(status)
