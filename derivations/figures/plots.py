"""Pictures of the construction and of trained models: one style, vector graphics, the same bytes from the same numbers.

Every function returns a matplotlib Figure and draws only what it is given (`figure_data` computes it). Colours are
those of Okabe and Ito, told apart by colour-blind readers; lines differ in their dashes and markers too, and heat maps
carry their values, so that a print in grey says the same. Letters are STIX, in words and in mathematics alike; they
come with matplotlib and are drawn as outlines, so that a picture looks the same everywhere.
"""

from __future__ import annotations

import io
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, NullFormatter
from PIL import Image

from gdssm_numeric.files import replace_file

from .data import Curve, Errors, Filling, Numbers, Parameters, Point

#: Okabe and Ito's colours, darkest first where lines are drawn on white.
BLACK, BLUE, VERMILION, GREEN, PURPLE = "#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7"
SKY, GREY = "#56B4E9", "#767676"
LINES = (
    (BLUE, "-", "o"),
    (VERMILION, "--", "s"),
    (GREEN, "-.", "^"),
    (BLACK, ":", "D"),
    (PURPLE, (0, (6, 1, 1, 1, 1, 1)), "v"),
)
#: From negative to positive; a heat map stops short of the ends, so that black letters are read on every cell.
SIGNED = LinearSegmentedColormap.from_list("signed", [BLUE, "#FFFFFF", VERMILION])
LIGHT = 1.6

#: The width of a text column of a paper, in inches: every figure is as wide, so that letters come out in one size.
WIDTH = 6.3

#: A name that matplotlib gives a clip path (p) or a marker (m).
HASHED = re.compile(rb"(?<=[#\"])[pm][0-9a-f]{10}(?=[\")])")

#: A fraction with more letters is not written out.
LONG = 20

#: Relative errors in double precision that are rounding and nothing else.
ROUNDING = 1e-12

STYLE: dict[str, Any] = {
    "font.family": "STIXGeneral",
    "mathtext.fontset": "stix",
    "font.size": 9,
    "axes.titlesize": 9,
    "axes.labelsize": 9,
    "legend.fontsize": 8,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": False,
    "lines.linewidth": 1.2,
    "lines.markersize": 4,
    "legend.frameon": False,
    "figure.facecolor": "white",
    "figure.dpi": 100,
    "savefig.facecolor": "white",
    "svg.fonttype": "path",
    "svg.hashsalt": "gdssm",
    "pdf.fonttype": 42,
    "pdf.compression": 0,  # the same bytes wherever the numbers are the same
    "path.simplify": False,
}


@contextmanager
def style() -> Iterator[None]:
    """The style, from matplotlib's defaults and whatever a user's own settings are, and only inside."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(STYLE)  # type: ignore[arg-type] # a dict of str, and its stubs know every key
        yield


@contextmanager
def sheet(height: float, rows: int = 1, columns: int = 1, **grid: Any) -> Iterator[tuple[Figure, list[list[Axes]]]]:
    """A figure with its axes, drawn in the style."""
    with style():
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        axes = figure.subplots(rows, columns, squeeze=False, **grid)
        yield figure, [list(row) for row in axes]


def written(figure: Figure, format: str, dpi: int = 200) -> bytes:  # noqa: A002 - matplotlib's own word
    """The figure as svg, pdf or png: without a date, the same bytes every time. `dpi` is of a png, dots per inch."""
    undated: dict[str, dict[str, Any]] = {
        "svg": {"Date": None, "Creator": None},
        "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
        "png": {"Software": None},
    }
    buffer = io.BytesIO()
    with style():
        figure.savefig(buffer, format=format, metadata=undated[format], dpi=dpi)
    return renamed(buffer.getvalue()) if format == "svg" else buffer.getvalue()


def renamed(svg: bytes) -> bytes:
    """The clip paths and markers named by what is drawn.

    matplotlib names them by coordinates down to the last bit, which differs between processors. The picture's own hash
    is part of the name, for pictures that share a page.
    """
    order = {name: b"%d" % k for k, name in enumerate(dict.fromkeys(HASHED.findall(svg)))}
    picture = sha256(HASHED.sub(lambda found: order[found[0]], svg)).hexdigest()[:10].encode()
    return HASHED.sub(lambda found: found[0][:1] + picture + b"-" + order[found[0]], svg)


def save(figure: Figure, path: Path) -> None:
    """Write the figure in the format that the path's ending names."""
    replace_file(path, written(figure, path.suffix.removeprefix(".")))


#: Of the pictures in notebooks: dots per inch; colours, of which a picture of lines and letters needs few; and the dots
#: per inch of a screen, which say how large a picture is shown.
DPI, COLOURS, SCREEN = 144, 64, 96


@dataclass(frozen=True)
class Picture:
    """A figure as a notebook shows it: a small image on white, with a sentence for who cannot see it."""

    figure: Figure
    alt: str

    def png(self) -> bytes:
        """The image, with as few colours as a drawing needs: a third of what all colours take."""
        whole = Image.open(io.BytesIO(written(self.figure, "png", DPI))).convert("RGB")
        buffer = io.BytesIO()
        whole.quantize(COLOURS, dither=Image.Dither.NONE).save(buffer, "png", optimize=True)
        return buffer.getvalue()

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, str], dict[str, dict[str, object]]]:
        shown = {"image/png": b64encode(self.png()).decode("ascii"), "text/plain": self.alt}
        return shown, {"image/png": {"alt": self.alt, "width": round(SCREEN * self.figure.get_figwidth())}}

    def __repr__(self) -> str:
        return self.alt


# ---- heat maps -----------------------------------------------------------------------------------


def heat(axes: Axes, matrix: Numbers, largest: float, digits: int = 2, size: float = 7) -> None:
    """A matrix with its values; blue is negative, vermilion positive, white 0."""
    edges = ([k - 0.5 for k in range(count + 1)] for count in (len(matrix[0]), len(matrix)))
    cells = axes.pcolormesh(*edges, matrix, cmap=SIGNED, vmin=-LIGHT * largest, vmax=LIGHT * largest)
    cells.set(edgecolor="white", linewidth=0.3, clip_on=False)  # a clip path would have another name in every file
    axes.set_aspect("equal")
    axes.invert_yaxis()
    for row, values in enumerate(matrix):
        for column, value in enumerate(values):
            axes.text(column, row, entry(value, digits), ha="center", va="center", fontsize=size)
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(True)


def entry(value: float, digits: int) -> str:
    """A value for a cell: a true minus sign, no -0.00, and whole numbers as they are."""
    if value == round(value):
        return f"{value:.0f}".replace("-0", "0").replace("-", "−")
    text = f"{value:.{digits}f}"
    return ("0" + text[2:] if float(text) == 0 and text.startswith("-0") else text).replace("-", "−")


def largest(*matrices: Numbers) -> float:
    """The largest absolute value."""
    return max(abs(value) for matrix in matrices for row in matrix for value in row) or 1.0


def filling(data: Filling, shown: Sequence[int] | None = None) -> Figure:
    """The state after some windows, and what it grows towards; below, the distance of Z_t / t from the mean."""
    N = data.samples
    chosen = sorted({0, 1, round(N ** (1 / 3)), round(N ** (2 / 3)), N}) if shown is None else list(shown)
    with style():
        figure = Figure(figsize=(WIDTH, 2.9), layout="constrained")
        grid = figure.add_gridspec(2, len(chosen) + 1, height_ratios=(1.15, 1))
        top = largest(data.expected, *(data.states[t] for t in chosen))
        panels = [(f"$Z_{{{t}}}$", data.states[t]) for t in chosen]
        panels.append((r"$-N\;\mathbb{E}[x^2]\;W^{\top}$", data.expected))
        for column, (name, matrix) in enumerate(panels):
            axes = figure.add_subplot(grid[0, column])
            heat(axes, matrix, top, digits=1)
            axes.set_title(name)
        axes = figure.add_subplot(grid[1, :])
        axes.plot(range(1, N + 1), data.errors, color=BLUE, marker="o", markersize=3)
        axes.set_xlabel("samples seen, $t$")
        axes.set_ylabel("relative distance of $Z_t/t$\nfrom its mean")
        axes.set_ylim(bottom=0)
        axes.set_xlim(0.5, N + 0.5)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    return figure


def parameters(constructed: Parameters, trained: Parameters) -> Figure:
    """Q, q, decay and C of the construction above those of a trained model, with their values."""
    names = {"Q": "$Q$", "q": "$q$", "decay": "decay $A$", "C": "$C$"}
    features = len(constructed.C)
    size = 7 if features <= 5 else 4.5
    ratios = (3, 1, max(3, features), max(3, features))
    height = 3.4 if features <= 5 else 4.2
    with sheet(height, 2, 4, width_ratios=ratios) as (figure, axes):
        for row, (kind, shown) in enumerate((("construction", constructed), ("trained", trained))):
            for column, (key, label) in enumerate(names.items()):
                pair = getattr(constructed, key), getattr(trained, key)
                digits = 3 if key in ("decay", "C") and features <= 5 else 2
                heat(axes[row][column], getattr(shown, key), largest(*pair), digits, size if column > 1 else 7)
                if row == 0:
                    axes[row][column].set_title(label)
            axes[row][0].set_ylabel(kind)
    return figure


# ---- curves --------------------------------------------------------------------------------------


def losses(result: Mapping[str, Any]) -> Figure:
    """The loss of every replica while it is trained, and the least expected loss, exactly."""
    best = Fraction(result["predicted"]["loss"])
    updates = [record["update"] for record in result["losses"]]
    replicas = list(zip(*(record["losses"] for record in result["losses"]), strict=True))
    with sheet(2.6) as (figure, ((axes,),)):
        for number, values in enumerate(replicas):
            colour, dashes, _ = LINES[number % len(LINES)]
            axes.plot(updates, values, color=colour, linestyle=dashes, linewidth=0.9, label=f"replica {number}")
        axes.axhline(float(best), color=GREY, linewidth=1.4, zorder=1)
        axes.annotate(
            f"optimum {best} = {float(best):.4f}" if len(str(best)) <= LONG else f"optimum {float(best):.4g}",
            (updates[-1], float(best)),
            xytext=(0, -4),
            textcoords="offset points",
            ha="right",
            va="top",
            fontsize=8,
        )
        low, high = float(best) * 0.8, max(max(values) for values in replicas)
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_ylim(bottom=low)
        plain_ticks(axes.yaxis, low, high)
        plain_ticks(axes.xaxis, updates[0], updates[-1])
        axes.set_xlabel("updates")
        axes.set_ylabel("squared error per component")
        if len(replicas) <= len(LINES):
            axes.legend(loc="upper right", handlelength=3)
    return figure


def plain_ticks(axis: Axis, low: float, high: float, most: int | None = None) -> None:
    """On a logarithmic axis: 1, 2 and 5 times powers of ten, written out.

    Where `most` is given and these are more, 1 and 3 times powers of ten, or only these powers, or every second or
    third one of them; where fewer than three lie between `low` and `high`, round numbers instead.
    """
    powers = range(-20, 21)
    choices = [[digit * 10.0**power for power in powers for digit in (1, 2, 5)]]
    if most is not None:
        choices += [[digit * 10.0**power for power in powers for digit in (1, 3)]]
        choices += [[10.0**power for power in powers if power % apart == 0] for apart in (1, 2, 3, 5)]
    choices = [[tick for tick in ticks if low <= tick <= high] for ticks in choices]
    ticks = next((ticks for ticks in choices if most is None or len(ticks) <= most), choices[-1])
    if most is not None and len(ticks) < 3:
        ticks = [float(tick) for tick in MaxNLocator(min(most, 4)).tick_values(low, high) if low <= tick <= high]
    short = all(1e-3 <= tick < 1e6 for tick in ticks)
    axis.set_ticks(ticks, [f"{tick:g}" if short else _power(tick) for tick in ticks])
    axis.set_minor_formatter(NullFormatter())


def _power(value: float) -> str:
    """A number times a power of ten, in mathematics."""
    digits, power = f"{value:e}".split("e")
    times = "" if float(digits) == 1 else rf"{float(digits):g}\cdot"
    return f"${times}10^{{{int(power)}}}$"


def coefficients(curves: Sequence[Curve], points: Sequence[Point]) -> Figure:
    """The best learning rate of one step over N, exact and as trained; and every coefficient's deviation."""
    with sheet(3.0, 1, 2, width_ratios=(1.15, 1)) as (figure, ((left, right),)):
        for number, one in enumerate(curves):
            colour, dashes, marker = LINES[number % len(LINES)]
            values = [float(n * c) for n, c in zip(one.samples, one.values, strict=True)]
            left.plot(one.samples, values, color=colour, linestyle=dashes)
            left.annotate(
                f"$f={one.features}$",
                (one.samples[-1], values[-1]),
                xytext=(3, 0),
                textcoords="offset points",
                va="center",
                fontsize=8,
                color=colour,
            )
            mine = [p for p in points if p.features == one.features and p.layers == 1]
            for point in mine:
                hollow = "white" if point.targets == "scalar" else colour
                edge = 9 if point.targets == "scalar" else 4
                left.plot(
                    point.samples,
                    point.samples * point.mean,
                    color=colour,
                    marker=marker,
                    markersize=edge,
                    markerfacecolor=hollow if point.targets != "scalar" else "none",
                    linestyle="none",
                    zorder=3,
                )
        left.set_xlabel("samples in the context, $N$")
        left.set_ylabel(r"best learning rate, $\eta^{*} = N c_0$")
        left.set_title("lines: exact; marks: trained (rings: scalar targets)")
        left.set_xlim(left=0)
        left.set_ylim(bottom=0)
        left.xaxis.set_major_locator(MaxNLocator(integer=True))
        _deviations(right, points)
    return figure


def _deviations(axes: Axes, points: Sequence[Point]) -> None:
    """A bar for each fitted coefficient: how far the replica is off that is farthest off, and how far it may be."""
    labels = []
    for row, point in enumerate(points):
        mean = 100 * (point.mean - point.predicted) / abs(point.predicted)
        worst = 100 * point.deviation
        axes.plot([-worst, worst], [row, row], color=SKY, linewidth=4, solid_capstyle="butt")
        axes.plot(mean, row, color=BLACK, marker="o", markersize=3.5, linestyle="none")
        steps = f"$L={point.layers}$" if point.layers > 1 else point.targets
        labels.append(f"$c_{{{point.name.removeprefix('c_')}}}$: $f={point.features}$, $N={point.samples}$, {steps}")
    axes.axvline(0, color=GREY, linewidth=0.8, zorder=0)
    axes.set_yticks(range(len(points)), labels)
    axes.set_ylim(len(points) - 0.4, -0.6)
    axes.set_xlabel("fitted less predicted, in % of predicted")
    axes.set_title("point: mean; bar: farthest replica")


def construction_errors(data: Errors) -> Figure:
    """How far each construction is from gradient descent, over N; what is only rounding is said in the legend."""
    with sheet(2.8) as (figure, ((axes,),)):
        for number, (name, values) in enumerate(data.errors.items()):
            colour, dashes, marker = LINES[number % len(LINES)]
            label = name if max(values) > ROUNDING else f"{name} (below {ROUNDING:.0e})"
            axes.plot(data.samples, values, color=colour, linestyle=dashes, marker=marker, label=label)
        axes.set_xscale("log", base=2)
        axes.set_xticks(data.samples, [str(count) for count in data.samples])
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.set_xlabel("samples in the context, $N$")
        axes.set_ylabel("relative error of the prediction")
        axes.set_ylim(bottom=-0.03)
        figure.legend(loc="outside upper center", ncols=2, handlelength=3)
    return figure
