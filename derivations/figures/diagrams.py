"""Two diagrams, drawn from a layer's own numbers: the window over the tokens, and the recurrence."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch, Rectangle

from gdssm_symbolic.layers import WindowLayer, entries
from gdssm_symbolic.writing.printing import to_latex

from .plots import BLACK, BLUE, GREY, LINES, WIDTH, style

#: Fills of input and target tokens: light enough for black letters, told apart in grey.
INPUT, TARGET = "#CFE5F2", "#FFFFFF"


#: A context of more samples than this is drawn as its first samples, dots and the last one.
MOST, FIRST = 6, 3


def window(layer: WindowLayer, samples: int) -> Figure:
    """The tokens x_1, y_1, …, x_{N+1} and, below them, every window of three with what it is called.

    Of a long context the first tokens and the last are drawn, with the windows that lie among them.
    """
    tokens = [f"{letter}_{{{i}}}" for i in range(1, samples + 1) for letter in "xy"] + [f"x_{{{samples + 1}}}"]
    left_out = range(2 * FIRST + 1, len(tokens) - 3) if samples > MOST else range(0)
    #: Where a token stands; the dots take the place of one.
    places = {at: at - (len(left_out) - 1 if left_out and at > left_out[-1] else 0) for at in range(len(tokens))}
    starts = [at for at in range(0, len(tokens) - 2, layer.stride) if not {at, at + 1, at + 2}.intersection(left_out)]
    wide = places[len(tokens) - 1] + 1
    with style():
        figure = Figure(figsize=(WIDTH, 0.95 + 0.27 * len(starts)), layout="constrained")
        axes = _canvas(figure, (-0.1, wide + 0.1), (-0.45 * len(starts) - 0.35, 1.1))
        if left_out:
            axes.text(2 * FIRST + 1.5, 0.31, r"$\cdots$", ha="center", va="center")
        for at, token in enumerate(tokens):
            if at in left_out:
                continue
            place, fill = places[at], INPUT if token[0] == "x" else TARGET
            axes.add_patch(Rectangle((place + 0.06, 0), 0.88, 0.62, facecolor=fill, edgecolor=BLACK, linewidth=0.7))
            axes.text(place + 0.5, 0.31, f"${token}$", ha="center", va="center")
            axes.text(place + 0.5, 0.72, f"$s_{{{at + 1}}}$", ha="center", va="bottom", fontsize=7, color=GREY)
        for number, at in enumerate(starts):
            start, colour = places[at], LINES[number % 3][0]
            height = -0.3 - 0.45 * number
            axes.plot([start + 0.1, start + 2.9], [height, height], color=colour, linewidth=2)
            for end in (start + 0.1, start + 2.9):
                axes.plot([end, end], [height, height + 0.14], color=colour, linewidth=1.2)
            inside = "\\;".join(tokens[at : at + 3])
            name = f"$C_{{{at // layer.stride + 1}}} = [\\,{inside}\\,]$"
            right = start + 3 + 2.4 < wide
            axes.text(
                start + 3.05 if right else start - 0.05,
                height + 0.03,
                name,
                ha="left" if right else "right",
                va="center",
                fontsize=8,
            )
    return figure


def recurrence(layer: WindowLayer) -> Figure:
    """One layer as a diagram: what a window adds to the state, what the state keeps, and how it is read."""
    with style():
        figure = Figure(figsize=(WIDTH, 2.45), layout="constrained")
        axes = _canvas(figure, (-0.1, 10.6), (-1.75, 2.3))
        _box(axes, 1.15, 0, 2.1, 0.9, r"$C_t = [x_t\;y_t\;x_{t+1}]$", "window", fill=INPUT)
        _box(axes, 4.05, 0, 1.5, 0.9, r"$C_t\,Q\,C_t^{\top}$", "")
        _circle(axes, 5.75, 0, "+")
        _box(axes, 7.1, 0, 1.1, 0.9, r"$Z_t$", r"state, $f \times f$", fill=INPUT)
        _circle(axes, 8.45, 0, r"$\cdot$")
        _box(axes, 9.85, 0, 1.2, 0.9, r"$o_t$", "output")
        for start, end in (((2.2, 0), (3.3, 0)), ((4.8, 0), (5.53, 0)), ((5.97, 0), (6.55, 0))):
            _arrow(axes, start, end)
        _arrow(axes, (7.65, 0), (8.23, 0))
        _arrow(axes, (8.67, 0), (9.25, 0))
        beta = to_latex(layer.beta)
        axes.text(8.97, 0.12, r"$\beta$", ha="center", va="bottom", fontsize=8)
        # the state is fed back through the decay
        _path(axes, [(7.1, 0.45), (7.1, 1.25), (5.75, 1.25), (5.75, 0.22)])
        axes.text(6.42, 1.32, rf"$A\,Z_{{t-1}}$,  $A = {to_latex(layer.decay)}$", ha="center", va="bottom", fontsize=8)
        # the window is read out by q
        _path(axes, [(1.15, -0.45), (1.15, -1.15), (4.2, -1.15)])
        _box(axes, 4.75, -1.15, 1.1, 0.62, r"$C_t\,q$", "")
        _path(axes, [(5.3, -1.15), (8.45, -1.15), (8.45, -0.22)])
        axes.text(9.85, -0.72, rf"$\beta = {beta}$", ha="center", va="center", fontsize=8)
        _matrix(axes, 3.1, 1.45, "Q", layer.Q.tolist())
        _matrix(axes, 0.75, 1.45, "q", layer.q.T.tolist(), transposed=True)
    return figure


def _canvas(figure: Figure, across: tuple[float, float], up: tuple[float, float]) -> Axes:
    axes = figure.subplots()
    axes.set_xlim(*across)
    axes.set_ylim(*up)
    axes.axis("off")
    return axes


def _box(
    axes: Axes, x: float, y: float, width: float, height: float, text: str, below: str, fill: str = "#FFFFFF"
) -> None:
    corner = x - width / 2, y - height / 2
    shape = FancyBboxPatch(
        corner,
        width,
        height,
        boxstyle="round,pad=0,rounding_size=0.12",
        facecolor=fill,
        edgecolor=BLACK,
        linewidth=0.8,
    )
    axes.add_patch(shape)
    axes.text(x, y + (0.14 if below else 0), text, ha="center", va="center")
    if below:
        axes.text(x, y - 0.27, below, ha="center", va="center", fontsize=7, color=GREY)


def _circle(axes: Axes, x: float, y: float, sign: str) -> None:
    axes.add_patch(Circle((x, y), 0.2, facecolor="white", edgecolor=BLACK, linewidth=0.8))
    axes.text(x, y, sign, ha="center", va="center_baseline", fontsize=11)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    axes.add_patch(
        FancyArrowPatch(
            start, end, arrowstyle="-|>", mutation_scale=8, linewidth=0.8, color=BLACK, shrinkA=0, shrinkB=0
        )
    )


def _path(axes: Axes, corners: list[tuple[float, float]]) -> None:
    """Straight pieces, and an arrow at the end."""
    before = corners[:-1]
    axes.plot([x for x, _ in before], [y for _, y in before], color=BLACK, linewidth=0.8, solid_joinstyle="miter")
    _arrow(axes, corners[-2], corners[-1])


def _matrix(axes: Axes, x: float, y: float, name: str, rows: list[list[object]], transposed: bool = False) -> None:
    """A small matrix of exact entries with its name: entries that are not 0 are set off."""
    shown = entries(rows)
    width, height = 0.34, 0.32
    left, top = x, y + height * shown.rows / 2
    mark = r"^{\top}" if transposed else ""
    axes.text(left - 0.12, y, f"${name}{mark} =$", ha="right", va="center")
    for row in range(shown.rows):
        for column in range(shown.cols):
            value = shown[row, column]
            strong = value != 0
            axes.text(
                left + width * (column + 0.5),
                top - height * (row + 0.5),
                f"${to_latex(value)}$",
                ha="center",
                va="center",
                fontsize=8,
                color=BLUE if strong else GREY,
            )
    right = left + width * shown.cols
    bottom = top - height * shown.rows
    for side, turn in ((left, 0.07), (right, -0.07)):
        axes.plot([side + turn, side, side, side + turn], [top, top, bottom, bottom], color=BLACK, linewidth=0.7)
