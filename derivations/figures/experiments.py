"""Pictures of the paper's experiments, drawn from the panels of a result document.

A panel is one of four kinds: curves over a quantity, scores of architectures, matrices of a layer, and which algorithm
each architecture is nearest to. Every seed of the first two is drawn. Style and colours are those of `plots`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, cycle
from math import ceil, inf, isnan, nan
from statistics import fmean
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D
from matplotlib.text import Annotation, Text
from matplotlib.ticker import MaxNLocator, NullLocator

from .plots import BLACK, BLUE, GREY, LINES, SKY, WIDTH, heat, largest, plain_ticks, sheet, style

#: A line's colour, dashes and marker.
Look = tuple[str, Any, str]
#: Of trained series: black is left to what is exact or simulated.
COLOURS = (*(line for line in LINES if line[0] != BLACK), (SKY, (0, (3, 1)), "D"))
#: How the series of each role are told apart, in their order: trained ones by colour, dashes and marker; exact ones
#: are thin lines, constructed ones long dashes, simulated ones rings that no line connects.
LOOKS: Mapping[str, Sequence[Look]] = {
    "trained": tuple((*COLOURS[k % len(COLOURS)][:2], "os^vD<>"[k % 7]) for k in range(35)),
    "exact": tuple((BLACK, dashes, "") for dashes in ("-", (0, (4, 1.5)), (0, (1, 1)), (0, (6, 1.5, 1, 1.5)))),
    "constructed": tuple((GREY, dashes, "") for dashes in ((0, (5, 2)), (0, (5, 1, 1, 1)), (0, (2, 1)))),
    "simulated": tuple((BLACK, "none", marker) for marker in "os^D"),
}
#: Light enough for black letters, from light to dark in grey too.
TINTS = ("#FFF3D6", "#CFE8F7", "#F6C9B0", "#A9D8C6", "#CFAFC9", "#B5B5B5")
#: Dashes of the values that a panel draws as lines.
VALUES = ("-", (0, (4, 1.5)), (0, (1, 1.2)), (0, (6, 1.5, 1, 1.5)), (0, (6, 1, 1, 1, 1, 1)), (0, (2, 3)))
#: More points than this are a curve without a marker and a bar at each point.
FEW = 30
#: A linear axis of losses ends at most at so many times the largest exact value.
BEYOND = 1.5
#: Between labels one above the other, in points; three times as much beside each other and between label and axes.
GAP = 2.0


def panel(shown: Mapping[str, Any]) -> Figure:
    """Draw a panel of any kind.

    Raises:
        ValueError: if the panel is of an unknown kind, or a series has an unknown role.
    """
    kinds = {"curves": curves, "scores": scores, "matrices": matrices, "nearest": nearest}
    if shown["kind"] not in kinds:
        raise ValueError(f"a panel is one of {', '.join(kinds)}, not {shown['kind']!r}")
    return kinds[shown["kind"]](shown)


def files(name: str, shown: Mapping[str, Any]) -> dict[str, Callable[[Mapping[str, Any]], Figure]]:
    """Return what draws each picture of a panel, by the name of its file: of scores, loss curves too where they are."""
    found: dict[str, Callable[[Mapping[str, Any]], Figure]] = {name: panel}
    if shown["kind"] == "scores" and any(model.get("curve") for part in shown["parts"] for model in part["models"]):
        found[f"{name}-learning"] = learning
    return found


def drawn(name: str, shown: Mapping[str, Any]) -> Iterator[tuple[str, Figure]]:
    """Draw all pictures of a panel, each with the name of its file."""
    yield from ((file, draw(shown)) for file, draw in files(name, shown).items())


# ---- curves --------------------------------------------------------------------------------------


def curves(shown: Mapping[str, Any]) -> Figure:
    """Draw series over a common quantity: the mean of the trained ones with a thin line for every seed.

    Up to three parts stand side by side, more of them in rows of two or three. A series has the same look in every
    part, and the legend names it once. A missing value (None) and what a logarithmic axis cannot show are left out.
    """
    parts = shown.get("parts") or [shown]
    columns = len(parts) if len(parts) < 4 else 2 if len(parts) == 4 else 3
    rows = ceil(len(parts) / columns)
    looks = _looks(parts)
    with sheet(0.5 + {1: 2.4, 2: 2.1, 3: 1.8}[columns] * rows, rows, columns) as (figure, grid):
        places = list(chain.from_iterable(grid))
        for axes in places[len(parts) :]:
            axes.remove()
        for number, (axes, part) in enumerate(zip(places, parts, strict=False)):
            for series in part["series"]:
                _series(axes, series, looks[series["name"], series["role"]])
            for value in _values(part):
                axes.axhline(value.value, color=GREY, linestyle=value.dashes, linewidth=0.8, zorder=1)
            _scale(axes, part, columns)
            axes.set_title(part.get("title", ""))
            axes.set_xlabel(part["x"]["label"])
            if number % columns == 0 or parts[number - 1]["y"] != part["y"]:
                axes.set_ylabel(part["y"]["label"])
        named: dict[str, Artist] = {}
        for axes in places[: len(parts)]:
            handles, labels = axes.get_legend_handles_labels()
            named |= dict(zip(labels, handles, strict=True))
        _legend(figure, named, "" if parts[0] is shown else shown.get("title", ""))
        _name_values(figure, [(axes, _values(part)) for axes, part in zip(places, parts, strict=False)], along="y")
    return figure


def _looks(parts: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], Look]:
    """The look of every series by name and role."""
    looks: dict[tuple[str, str], Look] = {}
    used: Counter[str] = Counter()
    for series in chain.from_iterable(part["series"] for part in parts):
        name, role = series["name"], series["role"]
        if role not in LOOKS:
            raise ValueError(f"the role of a series is one of {', '.join(LOOKS)}, not {role!r}")
        if (name, role) not in looks:
            looks[name, role] = LOOKS[role][used[role] % len(LOOKS[role])]
            used[role] += 1
    return looks


def _series(axes: Axes, series: Mapping[str, Any], look: Look) -> None:
    """The mean over the seeds, its standard errors, and every seed."""
    x, (colour, dashes, marker) = series["x"], look
    means = [_mean(values) for values in series["values"]]
    seeds = [[_number(value) for value in seed] for seed in zip(*series["values"], strict=True)]
    few, trained = len(x) <= FEW, series["role"] == "trained"
    if trained and len(seeds) > 1:
        for seed in seeds:
            axes.plot(x, seed, color=colour, linestyle=dashes, linewidth=0.5, alpha=0.6, zorder=2, label="_seed")
    if series.get("errors"):
        _errors(axes, x, means, series["errors"], colour)
    axes.plot(
        x,
        means,
        color=colour,
        linestyle=dashes,
        marker=marker,
        markersize=3.5 if trained else 4.5,
        markerfacecolor=colour if trained else "none",
        markevery=None if few else 0.12,
        linewidth={"exact": 0.8, "constructed": 1.6}.get(series["role"], 1.2),
        zorder={"exact": 4, "simulated": 3.5, "constructed": 2.5}.get(series["role"], 3),
        label=series["name"],
    )


def _errors(axes: Axes, x: Sequence[float], means: Sequence[float], errors: Sequence[float], colour: str) -> None:
    """One standard error up and down: bars, or a band where there are many points."""
    if len(x) <= FEW:
        axes.errorbar(x, means, errors, color=colour, linestyle="none", elinewidth=0.8, capsize=1.5, zorder=2.8)
        return
    low, high = ([mean + sign * error for mean, error in zip(means, errors, strict=True)] for sign in (-1, 1))
    axes.fill_between(x, low, high, color=colour, alpha=0.2, linewidth=0, zorder=2)


def _number(value: float | None) -> float:
    return nan if value is None else value


def _mean(values: Sequence[float | None]) -> float:
    known = [value for value in values if value is not None]
    return fmean(known) if known else nan


def _scale(axes: Axes, part: Mapping[str, Any], columns: int) -> None:
    """Linear or logarithmic axes, or words at x as they are, with no more ticks than their length holds."""
    for name, axis, most in (("x", axes.xaxis, {1: 9, 2: 6, 3: 4}[columns]), ("y", axes.yaxis, 6)):
        if part[name].get("log"):
            (axes.set_xscale if name == "x" else axes.set_yscale)("log", nonpositive="mask")
            plain_ticks(axis, *axis.get_view_interval(), most)
        elif name == "y" or not any(isinstance(x, str) for series in part["series"] for x in series["x"]):
            axis.set_major_locator(MaxNLocator(5 if columns == 3 else 6, steps=(1, 2, 5, 10)))


def _legend(page: Figure | SubFigure, named: Mapping[str, Artist], title: str) -> None:
    """One legend above all axes, in as many columns as the page is wide enough for; without names, only the title."""
    if not named:
        page.suptitle(title, fontsize=9, fontweight="bold")
    for columns in range(len(named), 0, -1):
        legend = page.legend(
            named.values(), named, loc="outside upper center", ncols=columns, handlelength=3, columnspacing=1.5,
            title=title, title_fontproperties={"weight": "bold", "size": 9},
        )  # fmt: skip
        if columns == 1 or legend.get_window_extent().width < page.bbox.width:
            return
        legend.remove()


# ---- values with their names ---------------------------------------------------------------------


@dataclass(frozen=True)
class Value:
    """A number that a line marks, and the line's dashes."""

    name: str
    value: float
    dashes: Any


def _values(part: Mapping[str, Any], above: float = -inf) -> list[Value]:
    """The values above a bound that a part has lines for; above 0 where the axis of the errors is logarithmic."""
    dashes = cycle(VALUES)
    values = [Value(line["name"], line["value"], next(dashes)) for line in part.get("lines", ())]
    return [value for value in values if value.value > (max(above, 0) if part["y"].get("log") else above)]


def _name_values(figure: Figure, marked: Sequence[tuple[Axes, Sequence[Value]]], along: str) -> None:
    """Write names and values of lines beside their axes, and move them apart where they would overlap.

    Lines at heights (`along` "y") are named at the right, lines at places on the x axis at the top.
    """
    upright = along == "x"
    labels = [[_label(axes, one, upright) for one in sorted(values, key=_size)] for axes, values in marked]
    if any(labels):
        figure.draw_without_rendering()  # lays out the page: lengths are known from here on
    for (axes, values), named in zip(marked, labels, strict=True):
        _move_apart(axes, sorted(map(_size, values)), named, upright)


def _size(value: Value) -> float:
    return value.value


def _move_apart(axes: Axes, ends: Sequence[float], labels: Sequence[Annotation], upright: bool) -> None:
    """Give the labels of lines that end at `ends` their places beside the axes."""
    if not labels:
        return
    frame, pixels = axes.get_window_extent(), axes.figure.dpi / 72
    boxes = [Text.get_window_extent(label) for label in labels]  # the text without the line to it
    wanted = axes.transData.transform([(end, end) for end in ends])[:, 0 if upright else 1]
    sizes = [box.width + 3 * GAP * pixels if upright else box.height + GAP * pixels for box in boxes]
    low, length, across = (frame.x0, frame.width, frame.height) if upright else (frame.y0, frame.height, frame.width)
    outside = 1 + 3 * GAP * pixels / across
    for label, centre in zip(labels, apart(list(wanted), sizes, low, low + length), strict=True):
        place = (centre - low) / length
        label.xyann = (place, outside) if upright else (outside, place)


def _label(axes: Axes, line: Value, upright: bool) -> Annotation:
    """A name over its value, with a thin line to where the line of the value ends."""
    return axes.annotate(
        f"{line.name}\n{line.value:.4g}",
        (line.value, 1) if upright else (1, line.value),
        xycoords=("data", "axes fraction") if upright else ("axes fraction", "data"),
        xytext=(0.5, 1.05) if upright else (1.05, 0.5),
        textcoords="axes fraction",
        ha="center" if upright else "left",
        va="bottom" if upright else "center",
        fontsize=7,
        linespacing=0.95,
        arrowprops={"arrowstyle": "-", "linewidth": 0.5, "color": GREY, "shrinkA": 0, "shrinkB": 0}
        | {"relpos": (0.5, 0) if upright else (0, 0.5)},
        annotation_clip=False,
    )


def apart(wanted: Sequence[float], sizes: Sequence[float], low: float, high: float) -> list[float]:
    """Return centres for labels of these sizes that do not overlap, as near as can be to those wanted.

    `wanted` ascends. Less the room that the labels before it take, a centre may not be below the one before: the
    nearest such numbers in squared distance are the means of pooled neighbours (isotonic regression). All labels are
    between `low` and `high` where they fit there.
    """
    rooms = [end - size / 2 for end, size in zip(accumulate(sizes), sizes, strict=True)]
    pools: list[tuple[float, int]] = []
    for centre, room in zip(wanted, rooms, strict=True):
        mean, count = centre - room, 1
        while pools and pools[-1][0] > mean:
            before, members = pools.pop()
            mean, count = (mean * count + before * members) / (count + members), count + members
        pools.append((mean, count))
    firsts = [max(low, min(high - sum(sizes), mean)) for mean, count in pools for _ in range(count)]
    return [first + room for first, room in zip(firsts, rooms, strict=True)]


# ---- scores --------------------------------------------------------------------------------------


def scores(shown: Mapping[str, Any]) -> Figure:
    """Draw the test losses of architectures: a row for each, best mean first, a dot for every seed, a bar at the mean.

    A dot is hollow where the seed has not converged, and the row then says so. The n-th seed has the same height
    within every row. Vertical lines are exact values. What is measured on a model stands below it. A linear axis ends
    where losses are far above every exact value: a seed beyond is a triangle at the end, and its row says how far.
    """
    parts = shown["parts"]
    counts = [len(part["models"]) for part in parts]
    height = sum(1.0 + 0.21 * count for count in counts)
    with sheet(height, len(parts), 1, height_ratios=[count + 1 for count in counts]) as (figure, grid):
        for (axes,), part in zip(grid, parts, strict=True):
            models, end = in_order(part["models"]), _end(part)
            for value in _values(part):
                axes.axvline(value.value, color=GREY, linestyle=value.dashes, linewidth=0.8, zorder=1)
            for row, model in enumerate(models):
                _score(axes, row, model, end)
            _rows(axes, models, end)
            if end < inf:
                axes.set_xlim(right=end)
            if part["y"].get("log"):
                axes.set_xscale("log", nonpositive="mask")
                plain_ticks(axes.xaxis, *axes.get_xlim(), 7)
            failed = ", ".join(one["name"] for one in part.get("failed", ()))
            axes.set_xlabel(part["y"]["label"] + (f"\nfailed: {failed}" if failed else ""))
            axes.set_title(part["title"], fontweight="bold", pad=30)
        figure.suptitle(shown.get("title", ""), fontsize=10, fontweight="bold")
        _name_values(figure, [(axes, _values(part)) for (axes,), part in zip(grid, parts, strict=True)], along="x")
    return figure


def in_order(models: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Models, best mean first, and below each of them what is measured on it (`of` has the model's name)."""
    alone = sorted((model for model in models if not model.get("of")), key=_rank)
    others = sorted((model for model in models if model.get("of")), key=_rank)
    return [one for model in alone for one in (model, *(other for other in others if other["of"] == model["name"]))]


def _rank(model: Mapping[str, Any]) -> tuple[bool, float]:
    """By the mean loss; last where no seed has one."""
    mean = _mean(model["losses"])
    return isnan(mean), mean


def _largest_value(part: Mapping[str, Any]) -> float:
    """The largest value that a part has a line for; infinity if it has none."""
    return max((value.value for value in _values(part)), default=inf)


def _end(part: Mapping[str, Any]) -> float:
    """Where the axis of the losses ends; infinity if it has room for all of them."""
    end = inf if part["y"].get("log") else BEYOND * _largest_value(part)
    return end if any(_number(loss) > end for model in part["models"] for loss in model["losses"]) else inf


def _score(axes: Axes, row: int, model: Mapping[str, Any], end: float) -> None:
    """Every seed of a model as a dot with its standard error, and their mean."""
    losses, count = model["losses"], len(model["losses"])
    for number, converged in enumerate(model["converged"]):
        height = row + 0.72 * ((number + 0.5) / count - 0.5)
        loss = _number(losses[number])
        inside = not loss > end
        if model.get("error") and inside:
            error = _number(model["error"][number])
            axes.plot([loss - error, loss + error], [height] * 2, color=BLUE, linewidth=0.7)
        axes.plot(
            loss if inside else 0.99 * end, height, marker="o" if inside else ">", markersize=3.4,
            markerfacecolor=BLUE if converged else "white",
            markeredgecolor="white" if converged else BLUE, markeredgewidth=0.3 if converged else 0.7,
            linestyle="none", zorder=3, label="_seed",
        )  # fmt: skip
    mean = _mean(losses)
    if not mean > end:
        axes.plot([mean, mean], [row - 0.42, row + 0.42], color=BLACK, linewidth=1.4, zorder=2.5, solid_capstyle="butt")


def _rows(axes: Axes, models: Sequence[Mapping[str, Any]], end: float) -> None:
    """Titles and parameter counts at the left, what has not converged at the right."""
    axes.set_ylim(len(models) - 0.4, -0.6)
    axes.set_yticks(range(len(models)), [_count(model) for model in models], fontsize=7)
    axes.tick_params(axis="y", length=0)
    groups = accumulate(not model.get("of") for model in models)
    for row, (model, group) in enumerate(zip(models, groups, strict=True)):
        _beside(axes, model["title"], (0, row), (-40, 0), ha="right", va="center", fontsize=8)
        said = "\n".join(filter(None, (_unfinished(model), _beyond(model, end))))
        _beside(axes, said, (1, row), (3, 0), va="center", fontsize=7, fontstyle="italic", linespacing=0.9)
        if group % 2 == 0:
            axes.axhspan(row - 0.5, row + 0.5, color="#F2F2F2", linewidth=0, zorder=0)
    _beside(axes, "parameters", (0, -0.6), (-3, 2), ha="right", va="bottom", fontsize=7)


def _count(model: Mapping[str, Any]) -> str:
    """The number of parameters; nothing for an algorithm, which has none."""
    return "" if model["parameters"] is None else f"{model['parameters']:,}"


def _beside(axes: Axes, text: str, place: tuple[float, float], offset: tuple[float, float], **look: Any) -> None:
    """Write at the left (0) or right (1) end of a row, some points off."""
    axes.annotate(text, place, offset, xycoords=("axes fraction", "data"), textcoords="offset points", **look)


def _unfinished(model: Mapping[str, Any]) -> str:
    """What a row says of the seeds that have not converged."""
    converged: Sequence[bool] = model["converged"]
    if all(converged):
        return ""
    return "not converged" + (f" ({converged.count(False)} of {len(converged)})" if any(converged) else "")


def _beyond(model: Mapping[str, Any], end: float) -> str:
    """What a row says of the seeds that are beyond the end of the axis."""
    losses = [loss for loss in model["losses"] if _number(loss) > end]
    if not losses:
        return ""
    least, most = (f"{loss:,.0f}" for loss in (min(losses), max(losses)))
    return f"at {least}" + (f" to {most}" if least != most else "")


def learning(shown: Mapping[str, Any]) -> Figure:
    """Draw the loss curves of a panel of scores: small multiples, a line for every seed, where a model has curves."""
    columns = 4
    parts = [{**part, "models": [model for model in part["models"] if model.get("curve")]} for part in shown["parts"]]
    parts = [part for part in parts if part["models"]]
    heights = [0.75 + 1.15 * ceil(len(part["models"]) / columns) for part in parts]
    with style():
        figure = Figure(figsize=(WIDTH, sum(heights)), layout="constrained")
        pages = figure.subfigures(len(heights), 1, squeeze=False, height_ratios=heights)
        for (page,), part in zip(pages, parts, strict=True):
            rows = ceil(len(part["models"]) / columns)
            places = page.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).flatten().tolist()
            low, high = _ends(part)
            values = [value for value in _values(part, above=low) if value.value < high]
            for axes, model in zip(places, part["models"], strict=False):
                _learned(axes, model, values)
            for axes in places[len(part["models"]) :]:
                axes.remove()
            places[0].set(xscale="log", yscale="log", ylim=(low, high))
            for axes in places[max(0, len(part["models"]) - columns) : len(part["models"])]:
                axes.tick_params(labelbottom=True)
            first, last = places[0].get_xlim()
            plain_ticks(places[0].xaxis, first, last, 4)
            plain_ticks(places[0].yaxis, low, high, 4)
            for axis in (places[0].xaxis, places[0].yaxis):
                axis.set_minor_locator(NullLocator())
            page.supxlabel("updates", fontsize=9)
            page.supylabel(part["y"]["label"], fontsize=9)
            lines = {f"{one.name} {one.value:.4g}": Line2D([], [], color=GREY, lw=0.8, ls=one.dashes) for one in values}
            _legend(page, lines, part["title"])
    return figure


def _ends(part: Mapping[str, Any]) -> tuple[float, float]:
    """The least and the largest loss of all curves that a logarithmic axis can show, with some room.

    The upper end is at most ten times the largest exact value.
    """
    curves = chain.from_iterable(model["curve"]["losses"] for model in part["models"])
    losses = [loss for loss in chain.from_iterable(curves) if loss is not None and loss > 0]
    return min(losses) / 1.2, min(max(losses) * 1.1, 10 * _largest_value(part))


def _learned(axes: Axes, model: Mapping[str, Any], values: Sequence[Value]) -> None:
    """The loss of every seed of one model, and exact values."""
    for number, seed in enumerate(zip(*model["curve"]["losses"], strict=True)):
        colour, dashes, _ = LINES[number % len(LINES)]
        losses = [_number(loss) for loss in seed]
        axes.plot(
            model["curve"]["updates"], losses, color=colour, linestyle=dashes, linewidth=0.8, zorder=3, label="_seed"
        )
    for value in values:
        axes.axhline(value.value, color=GREY, linestyle=value.dashes, linewidth=0.8, zorder=1)
    axes.set_title("\n".join(filter(None, (model["title"], _unfinished(model)))), fontsize=8, pad=2, linespacing=1.0)


# ---- matrices ------------------------------------------------------------------------------------


def matrices(shown: Mapping[str, Any]) -> Figure:
    """Draw matrices of the construction beside the replicas' mean and range, with their values.

    The range of an entry is its largest less its smallest value over the replicas. Several parts stand side by side,
    each with its three matrices one below the other. `names` name rows and columns, where there are as many.
    """
    parts = shown.get("parts") or [shown]
    kinds = ("construction", "mean of {} seeds", "range of {} seeds")
    widths = [len(part["construction"][0]) for part in parts]
    rows = max(len(part["construction"]) for part in parts)
    cell = min(0.34, (WIDTH - 0.5) / (3 * widths[0] if len(parts) == 1 else sum(widths) + 0.5 * len(parts)))
    digits, size = (3 if cell == 0.34 else 2), max(4, min(6.5, 72 * cell / 2.8))
    across = {"width_ratios": widths} if len(parts) > 1 else {}
    down, right = (1, 3) if len(parts) == 1 else (3, len(parts))
    with sheet(0.1 + down * (rows * cell + 0.25), down, right, **across) as (figure, grid):
        if len(parts) > 1:
            figure.suptitle(shown.get("title", ""), fontsize=10, fontweight="bold")
        for column, part in enumerate(parts):
            replicas = part["replicas"]
            entries = [list(zip(*same_row, strict=True)) for same_row in zip(*replicas, strict=True)]  # of all replicas
            mean = tuple(tuple(map(fmean, row)) for row in entries)
            extent = tuple(tuple(max(entry) - min(entry) for entry in row) for row in entries)
            drawn = (part["construction"], mean, extent)
            for row, (kind, matrix) in enumerate(zip(kinds, drawn, strict=True)):
                axes = grid[0][row] if len(parts) == 1 else grid[row][column]
                heat(axes, matrix, largest(*drawn), digits, size)
                _name_entries(axes, matrix, part.get("names") or ())
                kind = kind.format(len(replicas))
                title = part.get("title", "") if row == 0 else ""
                axes.set_anchor("N")
                if len(parts) == 1:
                    axes.set_title(f"{title}: {kind}" if title else kind)
                else:
                    axes.set_title(title)
                    axes.set_ylabel(kind if column == 0 else "")
    return figure


def _name_entries(axes: Axes, matrix: Sequence[Sequence[float]], names: Sequence[str]) -> None:
    """Names of rows at the left and of columns below, where there are as many."""
    for count, named in ((len(matrix), axes.set_yticks), (len(matrix[0]), axes.set_xticks)):
        if len(names) == count:
            named(range(count), list(names))
    axes.tick_params(length=0)


# ---- algorithms ----------------------------------------------------------------------------------


def nearest(shown: Mapping[str, Any]) -> Figure:
    """Draw which algorithm each architecture is nearest to: a row for each, a field for each value of each family.

    A field has the letter and the tint of the algorithm with the least distance; what failed has none.
    """
    families, rows = shown["families"], shown["rows"]
    known = [field for row in rows for found in row.get("distances", {}).values() for field in found]
    letters = dict(zip(dict.fromkeys(chain.from_iterable(known)), "abcdefghij", strict=False))
    widths = [len(family["values"]) for family in families.values()]
    with sheet(1.1 + 0.17 * len(rows), 1, len(widths), width_ratios=widths, sharey=True) as (figure, (grid,)):
        for axes, (kind, family) in zip(grid, families.items(), strict=True):
            for height, row in enumerate(rows):
                for place, distances in enumerate(row.get("distances", {}).get(kind, ())):
                    letter = letters[min(distances, key=lambda name: distances[name])]
                    tint = TINTS[(ord(letter) - ord("a")) % len(TINTS)]
                    ends = [place - 0.5, place + 0.5]
                    field = axes.fill_between(ends, height - 0.46, height + 0.46, color=tint, linewidth=0)
                    field.set_clip_on(False)  # a clip path would have another name in every file
                    axes.text(place, height, letter, ha="center", va="center_baseline", fontsize=6.5)
            _fields(axes, kind, family["values"])
        titles = [row["title"] + (f" ({row['failed']})" if "failed" in row else "") for row in rows]
        grid[0].set_yticks(range(len(rows)), titles)
        grid[0].set_ylim(len(rows) - 0.5, -0.5)
        names = {f"{letter}: {name}": _patch(number) for number, (name, letter) in enumerate(letters.items())}
        _legend(figure, names, shown.get("title", ""))
    return figure


def _fields(axes: Axes, kind: str, values: Sequence[float | str]) -> None:
    """Under the fields of a family its first and its last value, or every word upright, and its name above."""
    words = any(isinstance(value, str) for value in values)
    ticks = range(len(values)) if words else sorted({0, len(values) - 1})
    axes.set_xticks(ticks, [f"{values[tick]}" if words else f"{values[tick]:g}" for tick in ticks])
    axes.tick_params(length=0, labelrotation=0)
    axes.tick_params(axis="x", labelsize=7, labelrotation=90 if words else 0)
    axes.set_xlim(-0.5, len(values) - 0.5)
    axes.set_title(kind, fontsize=8)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _patch(number: int) -> Line2D:
    """A field of the legend."""
    return Line2D([], [], marker="s", markersize=7, color=TINTS[number % len(TINTS)], linestyle="none")
