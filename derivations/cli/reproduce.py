"""`gdssm reproduce`: the paper's figures, from training to verdicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any

import typer

from derivations.errors import InputError
from derivations.progress import starting
from derivations.terminal import Screen, print_lines, print_table

from .console import DEVICES, Json, among, folder_for, interruptible, needs_torch, print_json
from .resume import ResumeOption, given

if TYPE_CHECKING:
    from rich.console import Console

#: For a shell that completes. (As in `derivations.experiments`, which needs PyTorch and says what there is not.)
FIGURES = ("fig1", "fig2", "fig3", "fig4", "fig5", "shift", "all")
PRESETS = ("quick", "standard", "paper", "smoke")


def reproduce(
    context: typer.Context,
    figure: Annotated[
        str, typer.Argument(help="fig1, fig2, fig3, fig4, fig5, shift, or all.", autocompletion=among(FIGURES))
    ],
    out: Annotated[str, typer.Option(help="The folder for runs, result documents and pictures.")],
    preset: Annotated[
        str,
        typer.Option(
            autocompletion=among(PRESETS),
            help="quick: all in under half an hour on two cores; standard: what is committed in results/, some hours; "
            "paper: 300,000 updates, for a GPU; smoke: a minute at f = 2, for tests.",
        ),
    ] = "quick",
    resume: ResumeOption = None,
    workers: Annotated[
        int | None, typer.Option(help="Models trained at a time, one core each; all cores if not said.", min=1, max=256)
    ] = None,
    device: Annotated[str, typer.Option(help=DEVICES)] = "cpu",
    as_json: Json = False,
) -> int:
    """Reproduce figures of the paper: train every model they show, measure, draw, and compare with the paper.

    Writes OUT/fig1/result.json with all numbers of the panels, and each panel as SVG, PDF and PNG. The models that are
    trained are kept in OUT/runs, where other figures find them. Prints what the paper reports for each panel, what was
    measured, and whether they agree. Can be killed at any moment, and Ctrl-C writes checkpoints first; --resume goes
    on from the last checkpoint, with the preset and the device of before, and --resume auto starts where there is
    none. The exit status is 1 if a panel could not be made.

    Figures 4 and 5 and shift compare with other architectures: pip install 'gdssm[experiments]'.
    """
    import os
    from importlib.util import find_spec

    needs_torch("gdssm reproduce")
    if find_spec("matplotlib") is None:
        raise InputError("matplotlib", "gdssm reproduce draws with matplotlib: pip install 'gdssm[notebooks]'")
    with starting():
        from derivations.experiments.plans import COMPARED
        from derivations.experiments.reproduce import effort_named, figures_named, open_folder, recorded
        from derivations.experiments.reproduce import reproduce as run
        from derivations.json_document import document
        from derivations.training.run import find_device

    chosen = {"preset": preset, "device": device}
    if resume is not None:  # what was not given again is as it was
        own = given(context)
        chosen |= {key: value for key, value in recorded(Path(out)).items() if key not in own}
    figures, effort = figures_named(figure), effort_named(chosen["preset"])
    found = str(find_device(chosen["device"]))
    if set(figures) & set(COMPARED) and (find_spec("transformers") is None or find_spec("s5") is None):
        raise InputError("experiments", f"{figure} needs other architectures: pip install 'gdssm[experiments]'")
    folder = folder_for(out, *(f"{one}/result.json" for one in figures))

    def stands() -> str:
        done = sum(1 for _ in folder.glob("runs/*/*/result.json"))
        goes_on = f"gdssm reproduce {figure} --resume --out {quote(str(folder))}"
        return f"interrupted; {folder} holds {done} finished jobs; {goes_on} goes on from there"

    with interruptible(stands), open_folder(folder, effort, found, resume):
        made = run(figures, effort, folder, workers or os.cpu_count() or 1, found, Screen(stderr=True))
    report = {
        one.document["figure"]: {
            "result": str(folder / one.document["figure"] / "result.json"),
            "verdicts": one.document["verdicts"],
            "failed": one.document["failed"],
            "failures": dict(one.failures),
        }
        for one in made
    }
    if as_json:
        print_json(document("reproduce", preset=effort.name, figures=report))
    else:
        print_report(Screen(), report)
    print_lines(Screen(stderr=as_json), summary(folder, report))
    return 1 if any(one["failed"] or one["failures"] for one in report.values()) else 0


def summary(folder: Path, report: Mapping[str, Any]) -> str:
    """Say in a line how many panels came out how, and where they lie."""
    counts = Counter(row["verdict"] for one in report.values() for row in one["verdicts"].values())
    counts["not made"] += sum(len(one["failed"]) for one in report.values())
    said = ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count)
    panels = sum(counts.values())
    return f"{panels} panel{'s' * (panels != 1)}: {said}; in {', '.join(str(folder / figure) for figure in report)}"


def print_report(console: Console, report: dict[str, Any]) -> None:
    """A row for each panel."""
    rows = []
    for figure, one in report.items():
        for letter, row in one["verdicts"].items():
            rows.append((f"{figure} {letter}", row["paper"], row["measured"], row["verdict"]))
        for letter, why in one["failed"].items():
            rows.append((f"{figure} {letter}", "", why, "not made"))
    print_table(console, ("panel", "the paper reports", "measured", "verdict"), rows)
