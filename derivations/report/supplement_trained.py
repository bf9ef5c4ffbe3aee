"""Predicted against trained, as a part of the supplement: every number from a committed result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from fractions import Fraction
from typing import Any

from derivations.training.committed import Results, command, setting_of
from derivations.training.fit import CAP_OF_LOSS, LEVEL, RESOLUTION, End, Fit, FittedEntry, Group
from derivations.training.fit_table import HEADER, metrics_lines, percent, rows
from gdssm_symbolic.writing.documents import Block, Code, Document, Heading, Paragraph, Picture, Records


def trained(results: Results, whole: Picture, pictures: Mapping[str, Iterable[Picture]]) -> Document:
    """A picture of all, and for each result what was predicted, a table, and its pictures."""
    blocks: list[Block] = [
        Heading("Predicted against trained"),
        Paragraph(
            (
                "Models were trained from random starts, several replicas at once, each on batches of its own. What "
                "can be identified of their parameters is held against the symbolic expressions: the products "
                "$C̄ Q⊗q$, the decays, and $C / C̄$, where $C̄$ is the mean of the diagonal of the output map $C$; "
                "for scalar targets the products of the selectors $Ψ$ and $Θ$; for several layers the coefficients of "
                "the predictor. An entry (2,1,3) is $Q_{21} q_3$.",
            )
        ),
        Paragraph(
            (
                "Of the entries with one predicted value the worst is shown: the mean over the replicas, ± their "
                "standard deviation. The deviation is that of the replica that is farthest off, relative to the "
                "predicted value, or to the largest of its kind where 0 is predicted; it may be no larger than the "
                "cap. The mean may be no farther off than $k$ standard errors, where all numbers of a fit together "
                f"exceed $k$ by chance with probability {LEVEL:g}, or than {percent(RESOLUTION)}. With few replicas "
                f"$k$ is so large that the caps decide. The loss is held against that of the construction on the same "
                f"tasks (cap {percent(CAP_OF_LOSS)}).",
            )
        ),
        whole,
    ]
    for name, result in results.items():
        blocks += (*_result(name, result), *pictures[name])
    return tuple(blocks)


def _result(name: str, result: Mapping[str, Any]) -> Iterator[Block]:
    setting, predicted, found = result["configuration"], result["predicted"], fit(result)
    yield Heading(setting_of(result), 2, f"result-{name}")
    exact = ", ".join(f"$c_{k} = {signed(value)}$" for k, value in enumerate(predicted["coefficients"]))
    loss = Fraction(predicted["loss"])
    yield Paragraph(
        (
            f"Predicted: {exact}; expected squared error per component {loss} = {float(loss):.6f}. "
            f"{found.counts.get('optimum', 0)} of {setting['replicas']} replicas ended at the optimum; "
            f"$k = {found.standard_errors:.1f}$.",
        )
    )
    table = [tuple(((signed(cell),),) for cell in cells) for group in found.groups for cells in rows(group)]
    yield Records(HEADER, tuple(table), (0.33, 0.13, 0.24, 0.12, 0.09, 0.09))
    preset, threads = setting["preset"], result["threads"]
    yield Paragraph(
        (
            *(f"{line[0].upper()}{line[1:]}. " for line in metrics_lines(found)),
            f"Trained with {preset['updates']} updates, {preset['batch']} tasks in a batch, rate {preset['rate']:g} "
            f"(of the decays {preset['decay_rate']:g}), {setting['dtype']}, seed {setting['seed']}, on "
            f"{result['device']} with {threads} thread{'s' * (threads > 1)}; again by ",
            Code(command(name, setting)),
        )
    )


def signed(text: str) -> str:
    """A number with a minus sign."""
    return f"−{text[1:]}" if text.startswith("-") else text


def fit(result: Mapping[str, Any]) -> Fit:
    """The fit of a result as the object that it was."""
    known = [field.name for field in fields(FittedEntry)]
    groups = tuple(
        Group(group["quantity"], tuple(FittedEntry(**{key: entry[key] for key in known}) for entry in group["entries"]))
        for group in result["fit"]
    )
    ends = tuple(End(**end) for end in result["ends"])
    return Fit(ends, groups, result["standard_errors"], result["configuration"]["layers"])
