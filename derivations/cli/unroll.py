"""`gdssm unroll`: a construction at given sizes, exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from derivations.constructions.limits import LARGEST_FEATURES, LARGEST_SAMPLES, MOST_TRIALS
from derivations.errors import InputError
from derivations.progress import Steps, starting
from derivations.terminal import Screen, print_fields

from .check import load
from .console import Json, interruptible, print_json

if TYPE_CHECKING:
    from derivations.constructions.toml_file import Construction


def unroll(
    what: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="A construction file; - is standard input; or P1, P2, P3 for the corrected construction.",
        ),
    ],
    features: Annotated[int, typer.Option("--features", "-f", help="Feature size f.", min=1, max=LARGEST_FEATURES)],
    samples: Annotated[
        int, typer.Option("--samples", "-N", help="Samples in the context, N.", min=1, max=LARGEST_SAMPLES)
    ],
    steps: Annotated[
        int | None,
        typer.Option("--steps", "-L", help="Layers and steps, if the construction is for every number of them.", min=1),
    ] = None,
    modular: Annotated[
        bool,
        typer.Option(
            "--modular",
            help="Evaluate both sides at random points modulo random primes of 61 bits: evidence with a probability, "
            "for sizes that cannot be written out, such as -f 100 -N 1000 -L 8.",
        ),
    ] = False,
    trials: Annotated[
        int | None, typer.Option(help="With --modular: so many points.  [default: 2]", min=1, max=MOST_TRIALS)
    ] = None,
    seed: Annotated[int | None, typer.Option(help="With --modular: of the random points.  [default: 0]", min=0)] = None,
    as_json: Json = False,
) -> int:
    """Unroll a construction at one size, token by token, and compare it with gradient descent, exactly.

    Both sides are written out as polynomials in all data, the start and η: f = N = 10 with L = 2 takes seconds. If they
    are the same, the verdict is exact-at-sizes. With --modular they are evaluated, and if they agree, the verdict is
    probable: the last line bounds the probability that two different sides agree at all points. If they differ, the
    construction is refuted, with certainty either way. gdssm check proves or refutes it for all sizes.

    The exit status is 0 if both sides agree, 1 if they differ.
    """
    with starting():
        from derivations.claim import Verdict
        from derivations.constructions.unroll import unroll as unrolled
        from derivations.constructions.unroll import unrolled_entry
        from derivations.json_document import document
        from gdssm_symbolic.evidence.modular import TRIALS

    for given, told in ((trials, "trials"), (seed, "seed")):
        if given is not None and not modular:
            raise InputError(told, f"--{told} belongs to --modular")
    construction = construction_of(what)
    with Steps((trials or TRIALS) if modular else None) as progress, interruptible(lambda: stands(what)):
        progress.begin("random point" if modular else f"writing out {what}")
        found = unrolled(
            construction,
            features,
            samples,
            steps,
            at_random_points=modular,
            trials=trials or TRIALS,
            seed=seed or 0,
            on_trial=lambda number: progress.at(number, "random point"),
        )
    fields = found.fields()
    heading = f"{what} at {found.size}: {found.verdict}"
    print_fields(Screen(stderr=as_json), heading, fields, max(len(name) for name, _ in fields))
    if as_json:
        print_json(document("unroll", file=what, **unrolled_entry(found)))
    return 1 if found.verdict is Verdict.REFUTED else 0


def stands(what: str) -> str:
    """What is said after Ctrl-C."""
    return f"interrupted; nothing was found out about {what}; the same command begins again"


def construction_of(what: str) -> Construction:
    """The construction of a file, or of a template by its name. InputError if the file states none."""
    from derivations.constructions.toml_file import TEMPLATES, Construction, construction
    from derivations.toml_table import parse_toml

    if what in TEMPLATES:
        return construction(parse_toml(TEMPLATES[what]))
    try:
        stated = load(what)
        if not isinstance(stated, Construction):
            raise InputError(
                "file", "a recurrence; only constructions are unrolled, as gdssm check --template P3 prints"
            )
    except InputError as error:
        raise error.within(what) from None
    return stated
