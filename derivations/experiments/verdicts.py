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

AGREES, DISAGREES, NO_NUMBER, NOT_CONVERGED = "agrees", "disagrees", "the paper gives no number", "not converged"

#: "Identical" losses of the paper: within this share, as everywhere in this project.
SAME = CAP_OF_LOSS
#: Sensitivities that the paper calls an excellent agreement: cosines of this or more.
ALIKE = 0.99
#: Entries of Figure 3: within this share of the largest entry of their matrix.
CLOSE = 0.02
#: Of the bootstrap: resamples of the seeds, and the share of them inside an interval.
RESAMPLES, INSIDE = 2000, 0.95


@dataclass(frozen=True)
class Verdict:
    """One row of the table: what the paper reports, what was measured, and whether they agree."""

    paper: str
    measured: str
    verdict: str


def percent(share: float) -> str:
    """A share in per cent, to two digits."""
    return f"{100 * share:.2g} %"


# ---- one layer and several -----------------------------------------------------------------------


def same_loss(panel: Mapping[str, Any]) -> Verdict:
    """Panels 1A, 2A and 4A: trained over constructed loss, on the same tasks."""
    words, same, done = [], True, True
    for one in panel["tested"]:
        ratios = [loss / one["constructed"] for loss in one["losses"]]
        best = sorted(ratios)[len(ratios) // 2]  # the middle seed: a seed in the other minimum is told, not averaged in
        steps = f"{one['layers']} step{'s' * (one['layers'] > 1)}"
        off = sum(abs(ratio - 1) > SAME for ratio in ratios)
        words.append(
            f"trained / {steps}: {best:.4f} ({min(ratios):.4f} to {max(ratios):.4f}); "
            f"{steps} on these tasks {one['constructed']:.4f} ± {max(one['error']):.4f}, exactly {one['exact']:.4f}"
        )
        if one["layers"] < 3:  # the paper has no third layer
            same &= off == 0
            done &= all(one["converged"])
    paper = "the losses are the same" if len(panel["tested"]) == 1 else "one and two layers reach one and two steps"
    verdict = AGREES if same else DISAGREES if done else NOT_CONVERGED
    return Verdict(paper, "; ".join(words), verdict)


def alike(panel: Mapping[str, Any]) -> Verdict:
    """Panels 1B and 2B: the last cosine and the last distances."""
    cosine, sensitivity, prediction = (part["series"][0]["values"][-1] for part in panel["parts"])
    measured = (
        f"cosine {fmean(cosine):.5f} (least {min(cosine):.5f}), L2 of the sensitivities {fmean(sensitivity):.3g}, "
        f"of the predictions {fmean(prediction):.3g}"
    )
    return Verdict("cosine near 1, distances near 0", measured, AGREES if min(cosine) > ALIKE else DISAGREES)


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
    done = all(all(one["converged"]) for one in panel.get("tested", []))
    return Verdict("the curves coincide", measured, AGREES if off <= SAME else DISAGREES if done else NOT_CONVERGED)


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
        words.append(f"{part['title']} {percent(off)}")
        largest = max(largest, off)
    measured = "farthest entry of any seed, of the largest entry: " + ", ".join(words)
    return Verdict("the trained weights match the construction", measured, AGREES if largest <= CLOSE else DISAGREES)


def on_embedding(panel: Mapping[str, Any]) -> Verdict:
    """Panel 4B: each model beside as many steps on its own embedding."""
    (part,) = panel["parts"]
    losses = {row["name"]: fmean(row["losses"]) for row in part["models"]}
    words, reached = [], True
    for row in part["models"]:
        if row["curve"] is not None:
            count = int(row["name"][1])
            steps = losses[f"{row['name']} {count} step{'s' * (count > 1)}"]
            words.append(f"{row['title']} {losses[row['name']]:.3g} ({steps:.3g} by {count} on its embedding)")
            reached &= losses[row["name"]] <= (1 + SAME) * steps
    done = all(all(row["converged"]) for row in part["models"])
    verdict = AGREES if reached else DISAGREES if done else NOT_CONVERGED
    return Verdict("with the gate as good as gradient descent", "; ".join(words), verdict)


# ---- architectures -------------------------------------------------------------------------------


def ranks(part: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    """By name of the models that have converged: an interval of ranks by mean loss, from resampled seeds."""
    draw = np.random.default_rng(0)
    rows = [row for row in part["models"] if all(row["converged"])]
    found: dict[str, list[int]] = {row["name"]: [] for row in rows}
    for _ in range(RESAMPLES):
        means = {row["name"]: float(draw.choice(row["losses"], len(row["losses"])).mean()) for row in rows}
        for place, name in enumerate(sorted(means, key=lambda one: means[one]), 1):
            found[name].append(place)
    cut = round(RESAMPLES * (1 - INSIDE) / 2)
    return {name: (sorted(places)[cut], sorted(places)[-1 - cut]) for name, places in found.items()}


def reaching(part: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Which models have a seed at or below the best step, and which have all of them there, by title."""
    (step,) = [line["value"] for line in part["lines"] if line["name"] == "best step"]
    measured = part["measured"].get("1 step", step)  # on the same tasks
    some = [row["title"] for row in part["models"] if min(row["losses"]) <= (1 + SAME) * measured]
    every = [row["title"] for row in part["models"] if max(row["losses"]) <= (1 + SAME) * measured]
    return some, every


#: The architectures of which the paper says that they reach gradient descent; its other ones, it says, do not.
REACH = {"GD-SSM, 1 layer", "GD-SSM, 2 layers", "linear Transformer, 2 layers", "softmax Transformer, 2 layers"}


def ranked(panel: Mapping[str, Any]) -> Verdict:
    """Panel 4C and Figure 5: who reaches the best step."""
    words, agree, done = [], True, True
    for part in panel["parts"]:
        some, every = reaching(part)
        only_some = [title for title in some if title not in every]
        words.append(
            f"{part['title']}: at or below one step in every seed: {', '.join(every) or 'none'}"
            + (f"; in some: {', '.join(only_some)}" if only_some else "")
        )
        agree &= set(some) <= REACH
        done &= all(all(row["converged"]) for row in part["models"])
    verdict = DISAGREES if not agree else AGREES if done else NOT_CONVERGED
    return Verdict("only the GD-SSM and a 2-layer Transformer reach gradient descent", "; ".join(words), verdict)


# ---- shifts --------------------------------------------------------------------------------------


def predicted(panel: Mapping[str, Any]) -> Verdict:
    """A family of shifts: how far one and two layers are from their steps, on the same tasks and exactly."""
    words = []
    for number, one in enumerate(row for row in panel["series"] if row["role"] == "trained"):
        (steps,) = [
            row for row in panel["series"] if row["role"] == "constructed" and row["name"][0] == str(number + 1)
        ]
        curve = [row for row in panel["series"] if row["role"] == "exact" and row["name"][0] == str(number + 1)]
        off = max(
            abs(loss / same - 1)
            for losses, (same,) in zip(one["values"], steps["values"], strict=True)
            for loss in losses
        )
        text = f"{one['name']}: at most {percent(off)} off the same steps"
        if curve:
            rows = zip(one["values"], one["errors"], curve[0]["values"], strict=True)
            errors = max(abs(fmean(losses) - value) / error for losses, error, (value,) in rows)
            text += f", {errors:.1f} standard errors off the exact curve"
        words.append(text)
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
