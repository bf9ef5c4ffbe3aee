"""What comes of each panel: what the paper reports, what was measured, and whether they agree.

Everything here is a function of a result document alone, so that a test can hold the printed table against the
committed results.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import fmean
from typing import Any

import numpy as np

from derivations.training.fit import CAP_OF_LOSS
from gdssm_symbolic.writing.prose import plain

from .measures import steps_name

AGREES, DISAGREES, NO_NUMBER, NOT_CONVERGED = "agrees", "disagrees", "the paper gives no number", "not converged"

#: "Identical" losses of the paper: within this share, as everywhere in this project.
SAME = CAP_OF_LOSS
#: Sensitivities that the paper calls an excellent agreement: cosines of this or more.
ALIKE = 0.99
#: Entries of Figure 3: within this share of the largest entry of their matrix.
CLOSE = 0.02
#: A construction on test tasks is within so many standard errors of the exact curve: above, the curve or the tasks are
#: wrong, or the standard errors are.
ERRORS = 4.5
#: A model has learned something if its loss is less, by this share, than that of the predictor 0.
LEFT = 0.02
#: Of the bootstrap: resamples of the seeds, and the share of them inside an interval.
RESAMPLES, INSIDE = 2000, 0.95


@dataclass(frozen=True)
class Verdict:
    """One row of the table: what the paper reports, what was measured, and whether they agree."""

    paper: str
    measured: str
    verdict: str

    @property
    def parts(self) -> list[str]:
        """What was measured, part by part."""
        return self.measured.split("; ")


def percent(share: float) -> str:
    """A share in per cent: two digits, and never an exponent."""
    return f"{100 * share:.2g} %" if share < 1 else f"{100 * share:.0f} %"


def learned(loss: float, nothing: float) -> bool:
    """Has a model left the predictor that has learned nothing, whose loss is `nothing`, by more than 2 %?"""
    return loss < (1 - LEFT) * nothing


def finished(panel: Mapping[str, Any]) -> bool:
    """Have all seeds of the GD-SSM that a panel shows converged?"""
    return all(all(one["converged"]) for one in panel["tested"])


def judged(agrees: bool, panel: Mapping[str, Any]) -> str:
    """Agrees, or disagrees, or neither if a seed has not converged."""
    return AGREES if agrees else DISAGREES if finished(panel) else NOT_CONVERGED


# ---- one layer and several -----------------------------------------------------------------------


def same_loss(panel: Mapping[str, Any]) -> Verdict:
    """Panels 1A, 2A and 4A: trained over constructed loss, on the same tasks."""
    words, judged_rows = [], []
    for one in panel["tested"]:
        ratios = sorted(loss / one["constructed"] for loss in one["losses"])
        off = sum(not abs(ratio - 1) <= SAME for ratio in ratios)
        steps = steps_name(one["layers"])
        words.append(
            f"trained / {steps}: {ratios[0]:.4f} to {ratios[-1]:.4f}, {off} of {len(ratios)} seeds off by more than "
            f"{percent(SAME)}; {steps} on these tasks {one['constructed']:.4f} ± {max(one['error']):.4f}, exactly "
            f"{one['exact']:.4f}"
        )
        if one["layers"] < 3:  # the paper has no third layer
            judged_rows.append((off == 0, one))
    paper = "the losses are the same" if len(panel["tested"]) == 1 else "one and two layers reach one and two steps"
    same = all(agrees for agrees, _ in judged_rows)
    return Verdict(paper, "; ".join(words), judged(same, {"tested": [one for _, one in judged_rows]}))


def alike(panel: Mapping[str, Any]) -> Verdict:
    """Panels 1B and 2B: the last cosine and the last distances."""
    cosine, sensitivity, prediction = (part["series"][0]["values"][-1] for part in panel["parts"])
    measured = (
        f"cosine {fmean(cosine):.5f} (least {min(cosine):.5f}), L2 of the sensitivities {fmean(sensitivity):.3g}, "
        f"of the predictions {fmean(prediction):.3g}"
    )
    return Verdict("cosine near 1, distances near 0", measured, judged(min(cosine) > ALIKE, panel))


def farthest(panel: Mapping[str, Any]) -> tuple[float, float, float]:
    """Over all x: the largest share by which a seed's loss is off the construction's on the same tasks; and by how many

    standard errors the mean over the seeds, and the construction, are off the exact curve at most.
    """
    trained, constructed, exact = (
        next(one for one in panel["series"] if one["role"] == role) for role in ("trained", "constructed", "exact")
    )
    rows = zip(trained["values"], trained["errors"], constructed["values"], exact["values"], strict=True)
    off, theirs, ours = [], [], []
    for losses, error, (same,), (curve,) in rows:
        off += [abs(loss / same - 1) for loss in losses]
        theirs.append(abs(fmean(losses) - curve) / error)
        ours.append(abs(same - curve) / error)
    return max(off), max(theirs), max(ours)


def on_curve(panel: Mapping[str, Any]) -> Verdict:
    """Panels 1C, 1D, 2C and 2D: trained, constructed and exact at every x."""
    found = [farthest(part) for part in panel.get("parts", [panel])]
    off, theirs, ours = (max(values) for values in zip(*found, strict=True))
    measured = (
        f"at most {percent(off)} off the construction on the same tasks; {theirs:.1f} standard errors off the exact "
        f"curve (the construction {ours:.1f})"
    )
    agrees = off <= SAME and ours <= ERRORS
    return Verdict("the curves coincide", measured, DISAGREES if ours > ERRORS else judged(agrees, panel))


def same_weights(panel: Mapping[str, Any]) -> Verdict:
    """Figure 3: the entry that is farthest off, relative to the largest of its matrix."""
    words, largest = [], 0.0
    for part in panel["parts"]:
        top = max(abs(entry) for row in part["construction"] for entry in row)
        off = max(
            abs(ours - theirs) / top
            for matrix in part["replicas"]
            for mine, row in zip(matrix, part["construction"], strict=True)
            for ours, theirs in zip(mine, row, strict=True)
        )
        words.append(f"{plain(part['title'])} {percent(off)}")
        largest = max(largest, off)
    measured = "farthest entry of any seed, of the largest entry: " + ", ".join(words)
    return Verdict("the trained weights match the construction", measured, judged(largest <= CLOSE, panel))


def on_embedding(panel: Mapping[str, Any]) -> Verdict:
    """Panel 4B: each model beside as many steps on its own embedding; the paper's sentence is about the gated ones."""
    (part,) = panel["parts"]
    losses = {row["name"]: fmean(row["losses"]) for row in part["models"]}
    words, reached, done = [], True, True
    for row in part["models"]:
        if row["curve"] is not None:
            layers, _, gate = row["name"].removeprefix("L").partition("-")
            steps = losses[f"{row['name']} {steps_name(int(layers))}"]
            words.append(f"{row['title']} {losses[row['name']]:.3g} ({steps:.3g} by {layers} on its embedding)")
            if gate:
                reached &= losses[row["name"]] <= (1 + SAME) * steps
                done &= all(row["converged"])
    verdict = AGREES if reached else DISAGREES if done else NOT_CONVERGED
    return Verdict("with the gate as good as gradient descent", "; ".join(words), verdict)


# ---- architectures -------------------------------------------------------------------------------


def waiting(part: Mapping[str, Any], row: Mapping[str, Any]) -> int:
    """How many seeds of a model are still at the predictor that has learned nothing: the lowest of those known."""
    nothing = min(line["value"] for line in part["lines"] if line["name"] in NOTHING)
    return sum(not learned(loss, nothing) for loss in row["losses"])


#: Predictors that have learned nothing from their context.
NOTHING = "zero", "best without context"


def ranks(part: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    """By name, among the models of which every seed has converged and has learned something: an interval of ranks.

    What is measured on another model (`of`) has none.

    It has 95 % of the ranks by mean loss that come out when seeds are drawn again, with replacement.
    """
    draw = np.random.default_rng(0)
    models = [row for row in part["models"] if not row.get("of")]
    rows = [row for row in models if all(row["converged"]) and not waiting(part, row)]
    found: dict[str, list[int]] = {row["name"]: [] for row in rows}
    for _ in range(RESAMPLES):
        means = {row["name"]: float(draw.choice(row["losses"], len(row["losses"])).mean()) for row in rows}
        for place, name in enumerate(sorted(means, key=lambda one: means[one]), 1):
            found[name].append(place)
    cut = round(RESAMPLES * (1 - INSIDE) / 2)
    return {name: (sorted(places)[cut], sorted(places)[-1 - cut]) for name, places in found.items()}


#: The architectures of which the paper says that they reach gradient descent, every GD-SSM and one of the Transformers,
#: and those of which it says that they do not. It has no other ones: Mamba-2 and Gated DeltaNet are not judged by it.
GD_SSMS, TRANSFORMERS = {"gd-ssm-1", "gd-ssm-2"}, {"linear-2", "softmax-2"}
SHORT_OF_IT = {"s5", "mamba", "griffin", "linear-1", "softmax-1"}


def ranked(panel: Mapping[str, Any]) -> Verdict:
    """Panel 4C and Figure 5: who is at or below the best step, on the same tasks, in each setting.

    One seed there of an architecture that the paper has elsewhere disagrees, whatever the rest does. A setting agrees
    if the GD-SSMs and a Transformer of two layers are there, and all others of the paper have converged elsewhere.
    """
    found = [_reached(part) for part in panel["parts"]]
    verdict = next(one for one in (DISAGREES, NOT_CONVERGED, AGREES) if one in [judgement for _, judgement in found])
    words = "; ".join(f"{said}: {judgement}" if len(found) > 1 else said for said, judgement in found)
    return Verdict("of its models, only the GD-SSM and a 2-layer Transformer reach one step", words, verdict)


def _reached(part: Mapping[str, Any]) -> tuple[str, str]:
    """One setting of a comparison: who is at or below one step there, and the verdict."""
    step = part["measured"].get("1 step", 0.0)
    there = {
        row["name"]: sum(loss <= (1 + SAME) * step for loss in row["losses"]) / len(row["losses"])
        for row in part["models"]
    }
    titles = {row["name"]: row["title"].replace(",", " of") for row in part["models"]}  # they stand in a list
    every = [titles[name] for name, share in there.items() if share == 1]
    some = [titles[name] for name, share in there.items() if 0 < share < 1]
    said = f"{part['title']}, at or below one step in every seed: {', '.join(every) or 'none'}"
    said += f", in some: {', '.join(some)}" if some else ""
    judged_by_it = [row for row in part["models"] if row["name"] in GD_SSMS | TRANSFORMERS | SHORT_OF_IT]
    if any(there.get(name) for name in SHORT_OF_IT):
        return said, DISAGREES
    if part["failed"] or any(not all(row["converged"]) or waiting(part, row) for row in judged_by_it):
        return said, NOT_CONVERGED
    reach = all(there.get(name, 1) == 1 for name in GD_SSMS) and any(there.get(name) for name in TRANSFORMERS)
    return said, AGREES if reach else DISAGREES


# ---- shifts --------------------------------------------------------------------------------------


def predicted(panel: Mapping[str, Any]) -> Verdict:
    """A family of shifts: how far one and two layers are from their steps, on the same tasks and exactly.

    The series come in threes: trained, the same steps on the same tasks, and the exact curve.
    """
    words, rows = [], panel["series"]
    for one, steps, curve in zip(rows[::3], rows[1::3], rows[2::3], strict=True):
        seeds = list(zip(*one["values"], strict=True))
        off = sorted(
            max(abs(loss / same - 1) for loss, (same,) in zip(seed, steps["values"], strict=True)) for seed in seeds
        )
        points = zip(one["values"], one["errors"], curve["values"], strict=True)
        errors = max(abs(fmean(losses) - value) / error for losses, error, (value,) in points if value is not None)
        words.append(
            f"{one['name']}: off the same steps at most by {', '.join(map(percent, off))} (by seed); the mean at most "
            f"{errors:.1f} standard errors off the exact curve"
        )
    return Verdict("not tried", "; ".join(words), NO_NUMBER)


def closest(row: Mapping[str, Any]) -> dict[str, list[str]]:
    """By family, the algorithm whose predictions are nearest, at every value."""
    return {kind: [min(one, key=lambda name: one[name]) for one in found] for kind, found in row["distances"].items()}


def named(panel: Mapping[str, Any]) -> Verdict:
    """What each architecture is nearest to, where nothing is changed and with the most noise."""
    words = []
    for row in panel["rows"]:
        if "failed" not in row:
            noise = closest(row)["noise"]
            words.append(
                f"{row['title']}: {noise[0]}" + (f" (with noise {noise[-1]})" if noise[-1] != noise[0] else "")
            )
    return Verdict("not tried", "nearest: " + "; ".join(words), NO_NUMBER)


#: What judges each panel.
JUDGES: Mapping[str, Mapping[str, Callable[[Mapping[str, Any]], Verdict]]] = {
    "fig1": {"A": same_loss, "B": alike, "C": on_curve, "D": on_curve},
    "fig2": {"A": same_loss, "B": alike, "C": on_curve, "D": on_curve},
    "fig3": dict.fromkeys("ABCD", same_weights),
    "fig4": {"A": same_loss, "B": on_embedding, "C": ranked},
    "fig5": {"A": ranked},
    "shift": {**dict.fromkeys("ABCDEF", predicted), "G": named},
}


def verdicts(figure: str, panels: Mapping[str, Mapping[str, Any]]) -> dict[str, Verdict]:
    """The verdict of every panel that there is."""
    return {letter: judge(panels[letter]) for letter, judge in JUDGES[figure].items() if letter in panels}
