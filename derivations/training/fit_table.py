"""A fit as a table: predicted, fitted, deviation; and how the replicas ended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import floor, log10

from rich.console import Console

from derivations.terminal import print_lines, print_table
from gdssm_symbolic.writing.prose import plain

from .fit import Fit, FittedEntry, Group

HEADER = "quantity", "predicted", "fitted", "off by", "cap", "verdict"
LEGEND = (
    "fitted: mean ± standard deviation of the replicas at the optimum, which is the predictor nearest to them; off by: "
    "how far the farthest of them is from what is predicted; worst: of several entries with one value, the one that "
    "fits least, whose numbers these are; cap: the most that a number may be off by. C̄ is the mean of the diagonal of "
    "C; C̄ Q⊗q and C / C̄ do not depend on the scale that C, Q and q share"
)


def percent(share: float) -> str:
    """A share of 1 in per cent."""
    return f"{100 * share:.2f} %"


def worst(entries: list[FittedEntry]) -> FittedEntry:
    """The entry that fits least."""
    return max(entries, key=lambda entry: (not entry.fits, entry.deviation / entry.cap))


def rows(group: Group) -> Iterator[tuple[str, ...]]:
    """A row for each symbolic value in a group; of several entries with the same value the one that fits least."""
    kinds: dict[float, list[FittedEntry]] = {}
    for entry in group.entries:
        kinds.setdefault(entry.symbolic, []).append(entry)
    for value, entries in sorted(kinds.items(), key=lambda kind: -abs(kind[0])):
        entry = worst(entries)
        yield (
            named(group.quantity, entry.label, len(entries)),
            f"{value:.6g}",
            fitted(entry),
            percent(entry.deviation),
            percent(entry.cap),
            verdict(entry),
        )


def named(quantity: str, label: str, count: int) -> str:
    """What a number is called: by its formula, or by the word for its kind; of several entries the worst is named."""
    if quantity in ("coefficients", "loss"):
        return f"${label}$" if quantity == "coefficients" else label
    kind = quantity if quantity == "decay" else f"${quantity}$"
    return f"{kind}: {count} entries, worst {label}" if count > 1 else f"{kind} {label}"


def fitted(entry: FittedEntry) -> str:
    """Mean and standard deviation, to two digits of the latter: 0.2027 ± 0.0002 is 0.20265 ± 0.00019."""
    if not entry.spread:
        return f"{entry.mean:.6g}"
    digits = max(0, 1 - floor(log10(entry.spread)))
    return f"{entry.mean:.{digits}f} ± {entry.spread:.{digits}f}"


def verdict(entry: FittedEntry) -> str:
    """Whether it fits, and which of the two bounds it fails."""
    if entry.fits:
        return "fits"
    if entry.deviation > entry.cap:
        return "misses"
    return f"misses: the mean is {percent(abs(entry.mean_deviation))} off, above {percent(entry.bound or 0)}"


def print_fit(console: Console, fit: Fit, not_compared: Sequence[str] = ()) -> None:
    """The table, if a replica reached the optimum, the ends, and what was not compared."""
    if fit.groups:
        cells = [tuple(map(plain, row)) for group in fit.groups for row in rows(group)]
        print_table(console, HEADER, cells, ("" if row[-1] == "fits" else "bold red" for row in cells))
        print_lines(console, LEGEND, hanging=2)
    for line in (*ends_lines(fit), *metrics_lines(fit), *(f"not compared: {what}" for what in not_compared)):
        print_lines(console, plain(line), hanging=2)


def elsewhere(kinds: Sequence[str]) -> str:
    """Say which replicas, numbered from 0, did not end at the optimum; nothing if all or none did."""
    others = [str(replica) for replica, kind in enumerate(kinds) if kind != "optimum"]
    if not others or len(others) == len(kinds):
        return ""
    return f"; {len(others)} not at the optimum: replica{'s' * (len(others) > 1)} {', '.join(others)}"


def verdict_line(fit: Fit) -> str:
    """Say whether the fit holds, and if not, why; and which replicas ended elsewhere."""
    return _fits_or_misses(fit) + elsewhere([end.kind for end in sorted(fit.ends, key=lambda end: end.replica)])


def _fits_or_misses(fit: Fit) -> str:
    numbers = [entry for group in fit.groups for entry in group.entries]
    missed = sum(not entry.fits for entry in numbers)
    if fit.fits:
        return f"fits: all {len(numbers)} numbers; {fit.counts['optimum']} of {len(fit.ends)} replicas at the optimum"
    ended = f" at {fit.counts['optimum']} of {len(fit.ends)} replicas, those at the optimum," if numbers else ""
    reasons = [f"{missed} of {len(numbers)} numbers{ended} are too far off"] if missed else []
    if not numbers:
        reasons.append("no replica ended at the optimum")
    if numbers and fit.strays:
        reasons.append(f"{len(fit.strays)} of {len(fit.ends)} replicas ended near no predictor")
    return f"misses: {' and '.join(reasons)}"


def ends_lines(fit: Fit) -> Iterator[str]:
    """3 of 5 replicas ended at the optimum; and what each of the others computes."""
    yield f"{fit.counts.get('optimum', 0)} of {len(fit.ends)} replicas ended at the optimum"
    for end in fit.ends:
        if end.kind != "optimum":
            computed = ", ".join(f"$c_{k} = {c:.4g}$" for k, c in enumerate(end.coefficients))
            yield (
                f"replica {end.replica}: {end.kind}, with {end.loss_ratio:.4g} times the loss of the optimum; "
                f"it computes {computed}, and {percent(end.unexplained)} of what it predicts is something else"
            )


def metrics_lines(fit: Fit) -> Iterator[str]:
    """The paper's metrics (§4.1) and the regression's rest: the worst of the replicas at the optimum."""
    ended = [end for end in fit.ends if end.kind == "optimum"]
    if ended:
        yield (
            f"against the best predictor, the worst of these: loss {max(end.loss_ratio for end in ended):.5f} times as "
            f"large; sensitivities: cosine {min(end.sensitivity_cosine for end in ended):.6f}, "
            f"L2 distance {max(end.sensitivity_l2 for end in ended):.2g}; "
            f"predictions: L2 distance {max(end.prediction_l2 for end in ended):.2g}, "
            f"{percent(max(end.unexplained for end in ended))} not of the form $Σ c_k YXᵀ(XXᵀ)ᵏx$"
        )
